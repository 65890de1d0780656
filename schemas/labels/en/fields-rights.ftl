# Fields: rights. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

metadata_rights_declaration-license = License
metadata_rights_declaration-descriptive_note = Descriptive note
metadata_rights_declaration-file_uri = File URI
metadata_rights_declaration-file_version_xlink_actuate_attribute = Link actuate
metadata_rights_declaration-file_version_xlink_show_attribute = Link show
metadata_rights_declaration-xlink_title_attribute = Link title
metadata_rights_declaration-xlink_role_attribute = Link role
metadata_rights_declaration-xlink_arcrole_attribute = Link arc role
metadata_rights_declaration-last_verified_date = Last verified

rights_restriction-begin = Begin
    .help = The day from which the restriction holds, as 2020-01-01.
rights_restriction-end = End
    .help = The day on which it ends, as 2031-01-01.
rights_restriction-local_access_restriction_type = Local restriction type
    .help = The repository’s own kind of restriction.
rights_restriction-linked_records = Linked records
rights_restriction-restriction_note_type = Restriction note type

rights_statement-rights_type = Basis of rights
    .help = What the right rests on; it decides which other fields are needed.
rights_statement-identifier = Identifier
rights_statement-status = Status
    .help = Whether the material is under copyright.
rights_statement-determination_date = Determination date
    .help = When this was found out.
rights_statement-start_date = Start date
    .help = Since when the statement holds.
rights_statement-end_date = End date
    .help = Until when.
rights_statement-license_terms = License terms
    .help = The terms of the licence, in words.
rights_statement-statute_citation = Statute citation
    .help = The law, cited.
rights_statement-jurisdiction = Jurisdiction
    .help = The country whose law applies.
rights_statement-other_rights_basis = Other rights basis
    .help = What the right rests on otherwise, as policy or donor.
rights_statement-external_documents = External documents
rights_statement-acts = Acts
    .help = What may or may not be done.
rights_statement-linked_agents = Agents
rights_statement-notes = Notes

rights_statement_act-act_type = Act type
    .help = What is done: use, display, replicate.
rights_statement_act-restriction = Restriction
    .help = Allowed, refused or on condition.
rights_statement_act-start_date = Start date
rights_statement_act-end_date = End date
rights_statement_act-notes = Notes

rights_statement_external_document-identifier_type = Identifier type
