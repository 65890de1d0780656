# Fields: notes. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

abstract_note-label = Label
abstract_note-publish = Published
abstract_note-persistent_id = Persistent ID
abstract_note-ingest_problem = Problem at import

note_abstract-content = Content

note_agent_rights_statement-content = Content

note_bibliography-content = Content
note_bibliography-type = Type
note_bibliography-items = Items

note_bioghist-subnotes = Parts

note_chronology-title = Title
note_chronology-publish = Published
note_chronology-items = Items

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
note_definedlist-publish = Published
note_definedlist-items = Items

items-label = Label
items-value = Value

note_digital_object-content = Content
note_digital_object-type = Type

note_general_context-subnotes = Parts

note_index-content = Content
note_index-type = Type
note_index-items = Items

note_index_item-value = Value
note_index_item-type = Type
note_index_item-reference = Reference
note_index_item-reference_text = Reference text
note_index_item-reference_ref = Referred record

note_langmaterial-content = Content
note_langmaterial-type = Type

note_legal_status-subnotes = Parts

note_mandate-subnotes = Parts

note_multipart-type = Type
note_multipart-rights_restriction = Restriction
note_multipart-subnotes = Parts

note_orderedlist-title = Title
note_orderedlist-publish = Published
note_orderedlist-enumeration = Numbering
note_orderedlist-items = Items

note_outline-publish = Published
note_outline-levels = Levels

note_outline_level-items = Items

note_rights_statement-content = Content
note_rights_statement-type = Type

note_rights_statement_act-content = Content
note_rights_statement_act-type = Type

note_singlepart-content = Content
note_singlepart-type = Type

note_structure_or_genealogy-subnotes = Parts

note_text-content = Content
note_text-publish = Published
