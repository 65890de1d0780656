# Fields: notes. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

abstract_note-label = Label
    .help = A heading of your own; without one the kind of note is the heading.
abstract_note-publish = Published
    .help = Whether the public may see this note.
abstract_note-persistent_id = Persistent ID
    .help = A lasting name for this note; made when left empty (EAD id).
abstract_note-ingest_problem = Problem at import

note_abstract-content = Content

note_agent_rights_statement-content = Content

note_bibliography-content = Content
    .help = Text before the list.
note_bibliography-type = Type
note_bibliography-items = Items
    .help = The works, one an entry.

note_bioghist-subnotes = Parts

note_chronology-title = Title
    .help = The heading of the chronology.
note_chronology-publish = Published
note_chronology-items = Items
    .help = Dates, each with what happened then.

items-event_date = Date
items-place = Place
items-events = Events

note_citation-content = Content
note_citation-xlink = Link

xlink-actuate = Actuate
xlink-arcrole = Arcrole
xlink-href = Href
xlink-role = Role
xlink-show = Show
xlink-title = Title
xlink-type = Type

note_contact_note-publish = Published
note_contact_note-date_of_contact = Date of contact
note_contact_note-contact_notes = Contact notes

note_definedlist-title = Title
    .help = The heading of the list.
note_definedlist-publish = Published
note_definedlist-items = Items
    .help = Terms, each with what it means.

items-label = Label
items-value = Value

note_digital_object-content = Content
note_digital_object-type = Type

note_general_context-subnotes = Parts

note_index-content = Content
    .help = Text before the index.
note_index-type = Type
note_index-items = Items
    .help = Entries with what they point to.

note_index_item-value = Value
    .help = The entry.
note_index_item-type = Type
    .help = What the entry is: a name, a person, a subject.
note_index_item-reference = Reference
    .help = The ref ID of the component that is meant.
note_index_item-reference_text = Reference text
    .help = The words of the reference.
note_index_item-reference_ref = Referred record

note_langmaterial-content = Content
note_langmaterial-type = Type

note_legal_status-subnotes = Parts

note_mandate-subnotes = Parts

note_multipart-type = Type
    .help = What the note is about; each kind is an element of EAD.
note_multipart-rights_restriction = Restriction
    .help = Until when and how access or use is restricted.
note_multipart-subnotes = Parts
    .help = The parts of the note in order: text, lists, chronologies.

note_orderedlist-title = Title
    .help = The heading of the list.
note_orderedlist-publish = Published
note_orderedlist-enumeration = Numbering
    .help = How the items are numbered.
note_orderedlist-items = Items
    .help = The items in order.

note_outline-publish = Published
note_outline-levels = Levels

note_outline_level-items = Items

note_rights_statement-content = Content
note_rights_statement-type = Type

note_rights_statement_act-content = Content
note_rights_statement_act-type = Type

note_singlepart-content = Content
    .help = The text, a paragraph a line.
note_singlepart-type = Type
    .help = What the note is about; each kind is an element of EAD.

note_structure_or_genealogy-subnotes = Parts

note_text-content = Content
    .help = The text; an empty line begins a new paragraph.
note_text-publish = Published
    .help = Whether the public may see this part.
