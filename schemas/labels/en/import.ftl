# What an import tells, as sentences: `import-CODE`. Codes of problems are in exchange::ead::CODES,
# codes of refusals in exchange::ead::Reason. Every sentence may use $file, $line, $path, $value and $count.

## A file that cannot be read at all

import-not-well-formed = { $file }, line { $line }: the XML is broken. { $value }.
import-other-format = { $file } is an { $value } file. Only EAD 2002 can be read yet.
import-not-ead = { $file }, line { $line }: this is not an EAD file. It begins with “{ $value }”.
import-no-description = { $file } has no archdesc element, so there is nothing to import.
import-encoding = { $file }, line { $line }: the characters cannot be read. { $value }.
import-external-entity = { $file }, line { $line }: “&{ $value };” stands for another file. Other files are never fetched.
import-too-large-file = { $file } is larger than { $value } bytes, which is the most that can be read.
import-too-deep = { $file }, line { $line }: elements are nested more than { $value } deep.
import-too-many-entities = { $file }, line { $line }: the entities that the file declares grow beyond { $value } bytes.
import-too-large-element = { $file }, line { $line }: one element is larger than { $value } bytes.
import-unreadable = { $file } cannot be read: { $value }.
import-cancelled = The import of { $file } was stopped. Nothing was kept.

## What a record needs

import-resource-no-title = The collection has no unittitle. It is called “{ $value }” until you write a title.
import-resource-no-identifier = The collection has no unitid and no eadid. It needs an identifier before it can be sent.
import-resource-identifier-from-eadid = The collection has no unitid. Its eadid, “{ $value }”, is its identifier.
import-resource-no-date = The collection has no unitdate. It needs a date before it can be sent.
import-resource-no-extent = The collection has no extent that could be read. It needs one before it can be sent.
import-component-untitled = This component has neither title nor date. It is called “{ $value }”.
import-dao-no-address = This digital object has no address, so it has no file.

## Kept, but elsewhere or in another form

import-text-too-long = This is longer than { $limit } characters. It is cut there, and kept whole in a note.
import-text-kept-as-note = “{ $value }” stands where no text belongs. It is kept in a note.
import-element-kept-as-note = There is no field for { $element } here. “{ $value }” is kept in a note.
import-entity-unknown = Nobody knows what “&{ $value };” stands for. It is kept as it is written.
import-new-value = “{ $value }” is not in the list { $list }. It will be added to the list.
import-level-missing =
    { $count ->
        [one] One component does not say its level. It becomes “unspecified”.
       *[other] { $count } components do not say their level. They become “unspecified”.
    }
import-level-unknown = “{ $value }” is not a level that records know. It is kept as another level.
import-unitid-extra = This is a second identifier. “{ $value }” is kept as an external ID.
import-title-extra = This is a second title. “{ $value }” is kept in a note.
import-date-normal-unread = “{ $value }” is not a year, month or day that can be read. The words of the date are kept.
import-date-reversed = In “{ $value }” the end is before the begin. Only the begin is kept, and the words of the date.
import-extent-unread = No number and unit in “{ $value }”. It is kept as a note.
import-extent-words-kept = The number in “{ $value }” is kept, and the words in the container summary.
import-physdesc-text-kept = “{ $value }” stands between the parts of the physical description. The whole is kept as a note.
import-language-unknown = “{ $value }” is not a language code. The language is undetermined; the words are kept.
import-note-only-heading = This note has only a heading, “{ $value }”. It is kept as its text.
import-definition-incomplete = “{ $value }” lacks its label or its definition. It is kept as text after the list.
import-index-entry-no-name = “{ $value }” points somewhere but names nothing. It is kept in the text of the index.
import-revision-incomplete = This change lacks its date or its description. “{ $value }” is kept.
import-container-too-deep = A record holds three levels of containers. “{ $value }” is kept in a note on the location.
import-container-no-type = An inner container needs a type. “{ $value }” is kept in a note on the location.
import-container-parent-unknown = “{ $value }” is inside a container that is not there. It stands alone.
import-origination-kept-as-note = “{ $value }” is not marked as person, family or corporate body. It is kept in a note.
import-name-kept-as-note = “{ $value }” is a name of no stated kind. It is kept in a note.
import-restriction-date-unread = “{ $value }” are not two days. The words of the restriction are kept.
import-description-rules-kept = “{ $value }” says more than the name of the rules. It is kept in the finding aid note.

## Left out

import-character-left-out =
    { $count ->
        [one] One character that XML does not allow was left out.
       *[other] { $count } characters that XML does not allow were left out.
    }
import-entity-markup = The entity “{ $value }” holds markup. Its text is kept, its markup left out.
import-id-invalid = “{ $value }” cannot be a ref ID. The component gets a new one.
import-id-repeated = “{ $value }” is already the ref ID of another component. This one gets a new one.
import-date-type-unknown = “{ $value }” is not a type of date. The type follows from the date itself.
import-date-label-unknown = “{ $value }” does not say what the date is of. It is taken as the date of creation.
import-date-certainty-unknown = “{ $value }” is not a degree of certainty. It was left out.
import-script-unknown = “{ $value }” is not a script code. It was left out.
import-internal-part = A part of this is internal: “{ $value }”. It is kept in one piece, so all of it is unpublished.
import-heading-left-out = “{ $value }” is the heading of a group of notes. The notes are kept, the heading is not.
import-numeration-unknown = “{ $value }” is not a way to number a list. It was left out.
import-container-empty = This container has a type, “{ $value }”, but no indicator. It was left out.
import-barcode-differs = Barcode { $barcode } belongs to another container of this file. This one, “{ $value }”, is taken for the same.
import-dao-show-unknown = “{ $value }” does not say where a digital object is shown. It was left out.
import-dao-actuate-unknown = “{ $value }” does not say when a digital object is shown. It was left out.
import-agent-form-differs = “{ $value }” has the authority ID of “{ $other }”. That agent is linked.
import-authority-id-repeated = Authority ID { $value } belongs to “{ $other }”. It was left out here.
import-authority-id-second = “{ $value }” already has another authority ID. { $authority } was left out.
