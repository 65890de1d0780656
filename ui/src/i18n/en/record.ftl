# The record form.
record-again = Try again
record-untitled = Without a title
record-mode = Fields shown
record-essential = Essential
record-all = All
record-show-essential = Show essential fields
record-show-all = Show all fields
record-more = More actions
record-publish = Publish
record-unpublish = Take from the public
record-copy-address = Copy the address
record-let-go = Let the draft go
record-not-made = It was not made. { $why }
record-delete = Delete this record
record-deleted = { $title } deleted.
record-sections = Sections
record-filled = { $filled ->
        [one] 1 of { $all } fields has a value.
       *[other] { $filled } of { $all } fields have a value.
    }
record-empty = Empty
record-history = History
record-saving = Saving…
fact-published = Published
fact-unpublished = Not published
yes = Yes
no = No
somebody = Somebody

# Bands
band-conflict-edited = { $by } also changed this record, { $at }.
band-conflict-gone = { $by } removed this record from the server, { $at }.
band-conflict-deleted = { $by } changed this record after it was deleted here, { $at }.
band-conflict-left = { $count ->
    [0] Every field is decided.
    [one] 1 field is left to decide. Both sides are kept.
   *[other] { $count } fields are left to decide. Both sides are kept.
  }
band-conflict-next = Next field
band-conflict-finish = Finish
band-compare = Compare
band-restricted = Access is restricted.
band-restricted-until = Closed until { $until }.
band-restricted-see = See restrictions
band-refused = The server did not take this record. It is kept here.

# State of the words, at the foot
state-draft = Draft
state-kept = kept { $at } on this computer
state-new = New
state-saved = Saved { $at }
state-unsent = to be sent
state-sent = Sent { $at }
state-not-kept = Not kept
state-not-kept-more = The words could not be written to the disk. They are tried again with every change.

# Problems
problems = Problems
problems-count = { $errors ->
    [0] { $warnings ->
        [one] 1 piece of advice
       *[other] { $warnings } pieces of advice
      }
    [one] 1 problem
   *[other] { $errors } problems
  }
problems-errors = { $count ->
    [one] 1 problem
   *[other] { $count } problems
  }
problems-warnings = { $count ->
    [one] 1 piece of advice
   *[other] { $count } pieces of advice
  }
problems-more = { $count } more
problems-fewer = Fewer
problem-record = The record
problem-error = Must be put right
problem-warning = Advice
problem-blocks = blocks sending
problem-advice = advice
problem-use = Use { $value }

# Conflicts
conflict-wrote = The other side wrote “{ $value }”
conflict-emptied = The other side emptied this
conflict-theirs = Take theirs
conflict-mine = Keep mine
conflict-both = Keep both

# Lists and rows
list-add = Add { $item }
list-item = { $label }, { $number }
list-remove = Remove { $label } { $number }
row-number = No. { $number }
row-removed = Removed
row-more = { $count } more
row-open = Open { $row }
row-duplicate = Duplicate { $row }
row-remove = Remove { $row }
row-up = Move { $row } up
row-down = Move { $row } down
record-unset = { $names } not set
note-text = Text { $number }
note-published = Published
note-unpublished = Not published

# Links and choices
link-record = Record
link-open = Open this record
link-remove = Take away { $title }
pick-find = Find by name
pick-filter = Choose a kind
pick-none = Nothing here fits
pick-nothing = (no value)
pick-new = New { $kind } “{ $text }”
goto-find = Name of a field or section

# Fields
field-copy = Copy { $label }
field-read-only = The system keeps this up to date.
identifier-part = Part { $part }
help-close = Close help
help-none = There is no help on this field yet.
help-required = This field is required.
help-optional = This field may stay empty.
help-longest = At most { $count } characters.
help-list = Its values come from a controlled list.

# Dates as written
date-reads = Reads as
date-bulk = bulk
date-approximate = approximate
date-inferred = inferred
date-questionable = questionable
date-fill = Fill in
date-unread = Not read. Kept as written; give begin and end if it should be found by date.

# Markup in text
markup-toolbar = Markup
markup-emphasis = Emphasis
markup-title = Title
markup-persname = Person
markup-famname = Family
markup-corpname = Body
markup-date = Date
markup-geogname = Place
markup-link = Link
markup-put-emphasis = Emphasise the selected words
markup-put-title = Mark the selected words as a title
markup-put-persname = Mark the selected words as the name of a person
markup-put-famname = Mark the selected words as the name of a family
markup-put-corpname = Mark the selected words as the name of a body
markup-put-date = Mark the selected words as a date
markup-put-geogname = Mark the selected words as a place
markup-put-link = Make the selected words a link
markup-put-name = Mark the selected words as a name
markup-name = Name
markup-list = List
markup-chronology = Add a chronology
markup-show = Show markup
markup-stays = This text can only be edited with its markup
markup-stays-wrong = The markup has to be put right first
markup-large = Write in a large window
markup-small = Back into the form
markup-address = Address
markup-link-set = Link
markup-link-change = Change
markup-link-remove = Take the link away
markup-step = { $name } { $number }
markup-linked = { $path }, to { $address }
markup-element = { $tag ->
    [emph] Emphasis
    [title] Title
    [persname] Personal name
    [famname] Family name
    [corpname] Name of a body
    [date] Date
    [geogname] Place
    [extref] Link
    [p] Paragraph
    [name] Name
    [ref] Link
    [archref] Link
    [bibref] Citation
    [subject] Subject
    [genreform] Genre
    [function] Function
    [occupation] Occupation
    [unitdate] Date
    [num] Number
    [list] List
    [item] Item
    [head] Heading
    [label] Label
    [blockquote] Quotation
    [chronlist] Chronology
    [chronitem] Entry
    [event] Event
   *[other] { $tag }
  }
markup-words = { $count ->
    [one] 1 word
   *[other] { $shown } words
  }
markup-amp = A bare “&” near “{ $near }” breaks the markup.
markup-bracket = A bare “<” near “{ $near }” breaks the markup.
markup-empty = “<{ $tag }>” has no end and needs none.
markup-unclosed = “<{ $tag }>” is opened and not closed.
markup-unopened = “</{ $tag }>” is closed and was not opened.
markup-attribute = “<{ $tag }>” has an attribute without quotes.
markup-mend-amp = Write &amp;
markup-mend-bracket = Write &lt;
markup-mend-empty = Write <{ $tag }/>
markup-mend-unclosed = Close it
markup-mend-unopened = Take it away
markup-mend-attribute = Drop its attributes

# Sections
section-identity = Identity
section-description = Description
section-agents = Agents
section-subjects = Subjects
section-dates = Dates
section-extents = Extent
section-languages = Languages
section-notes = Notes
section-containers = Containers
section-restrictions = Restrictions
section-related_records = Related records
section-rights_statements = Rights statements
section-deaccessions = Deaccessions
section-collection_management = Processing
section-user_defined = Own fields
section-events = Events
section-external_documents = External documents
section-classifications = Classifications
section-external_ids = External IDs
section-metadata_rights = Metadata rights
section-finding_aid = Finding aid
section-revision_statements = Revisions
section-file_versions = Files
section-linked_instances = Where it belongs
section-names = Names
section-dates_of_existence = Dates of existence
section-places = Places
section-work_and_topics = Work and topics
section-biography = Biography
section-genders = Gender
section-related_agents = Related agents
section-contacts = Contacts
section-agent_resources = Elsewhere
section-sources = Sources
section-identifiers = Identifiers
section-record_control = Record control
section-alternate_sets = Alternate sets
section-conventions = Conventions
section-locations = Locations
section-library_system = Library system
section-other = Other
section-coordinates = Coordinates
section-use = Use
section-linked_records = Linked records
section-harvesting = Harvesting
section-dimensions = Dimensions

# Groups of fields
group-identifier = Identifier
group-visibility = Visibility
group-restrictions = Restrictions
group-representative = Use
group-finding_aid_visibility = Visibility
group-notification = Notified
group-rights = Rights
group-own_switches = Switches
group-this_name = This name
group-sort_name_made = Sorting
group-corporate = This body
group-primary = Use
group-oai = OAI-PMH

# One of a list, as in “Add a date”
item-dates = a date
item-extents = an extent
item-lang_materials = a language
item-used_languages = a language
item-notes = a note
item-subnotes = a part
item-linked_agents = an agent
item-subjects = a subject
item-instances = a container
item-rights_statements = a rights statement
item-external_documents = an external document
item-external_ids = an external ID
item-deaccessions = a deaccession
item-revision_statements = a revision
item-metadata_rights_declarations = metadata rights
item-related_accessions = an accession
item-related_agents = a related agent
item-names = a name
item-parallel_names = a parallel name
item-dates_of_existence = dates of existence
item-use_dates = dates of use
item-agent_places = a place
item-agent_occupations = an occupation
item-agent_functions = a function
item-agent_topics = a topic
item-agent_genders = a gender
item-agent_contacts = a contact
item-agent_resources = a resource
item-agent_sources = a source
item-agent_identifiers = an identifier
item-agent_record_identifiers = a record identifier
item-agent_record_controls = record control
item-agent_other_agency_codes = an agency code
item-agent_maintenance_histories = an event
item-agent_alternate_sets = an alternate set
item-agent_conventions_declarations = a convention
item-telephones = a telephone
item-file_versions = a file
item-container_locations = a location
item-functions = a function
item-linked_records = a record
item-terms = a term
item-acts = an act
item-items = an item
item-levels = a level
item-events = an event
item-paragraph = a paragraph
