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
rights_restriction-end = End
rights_restriction-local_access_restriction_type = Local restriction type
rights_restriction-linked_records = Linked records
rights_restriction-restriction_note_type = Restriction note type

rights_statement-rights_type = Basis of rights
rights_statement-identifier = Identifier
rights_statement-status = Status
rights_statement-determination_date = Determination date
rights_statement-start_date = Start date
rights_statement-end_date = End date
rights_statement-license_terms = License terms
rights_statement-statute_citation = Statute citation
rights_statement-jurisdiction = Jurisdiction
rights_statement-other_rights_basis = Other rights basis
rights_statement-external_documents = External documents
rights_statement-acts = Acts
rights_statement-linked_agents = Agents
rights_statement-notes = Notes

rights_statement_act-act_type = Act type
rights_statement_act-restriction = Restriction
rights_statement_act-start_date = Start date
rights_statement_act-end_date = End date
rights_statement_act-notes = Notes

rights_statement_external_document-identifier_type = Identifier type
