# Fields: agents. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

abstract_agent-uri = Address
abstract_agent-title = Title
abstract_agent-is_linked_to_published_record = Linked to a published record
abstract_agent-agent_type = Type of agent
abstract_agent-agent_contacts = Contacts
    .help = Addresses and telephone numbers; seen only by those who may.
abstract_agent-agent_record_controls = Record control
    .help = How far this authority record has come, by which rules and in which language.
abstract_agent-agent_alternate_sets = Alternate sets
abstract_agent-agent_conventions_declarations = Conventions declarations
abstract_agent-agent_other_agency_codes = Other agency codes
abstract_agent-agent_maintenance_histories = Maintenance history
abstract_agent-agent_record_identifiers = Record identifiers
    .help = Identifiers of this record, here and in authority files (EAC-CPF recordId).
abstract_agent-agent_identifiers = Identifiers
    .help = Identifiers of the agent itself, as an ISNI or ORCID.
abstract_agent-agent_sources = Sources
    .help = What was read to write this record (EAC-CPF sources).
abstract_agent-agent_places = Places
    .help = Places that matter for the agent, and how.
abstract_agent-agent_occupations = Occupations
    .help = Occupations, with their dates and places.
abstract_agent-agent_functions = Functions
    .help = Functions carried out, with their dates and places.
abstract_agent-agent_topics = Topics
    .help = Topics that the agent is known for.
abstract_agent-agent_resources = External resources
    .help = Works by or about the agent kept elsewhere.
abstract_agent-linked_agent_roles = Roles in links
abstract_agent-external_documents = External documents
abstract_agent-system_generated = Made by the system
abstract_agent-notes = Notes
    .help = Biography or history and other text about the agent (EAC-CPF description).
abstract_agent-used_within_repositories = Used in repositories
abstract_agent-used_within_published_repositories = Used in published repositories
abstract_agent-dates_of_existence = Dates of existence
    .help = Birth and death, founding and end (EAC-CPF existDates; DACS 10).
abstract_agent-used_languages = Languages used
    .help = Languages that the agent used.
abstract_agent-publish = Published
    .help = Whether the public may see this agent.
abstract_agent-is_user = User
abstract_agent-metadata_rights_declarations = Metadata rights declarations

abstract_agent_relationship-relationship_uri = Relationship URI
abstract_agent_relationship-specific_relator = Specific relator
abstract_agent_relationship-description = Description
abstract_agent_relationship-dates = Dates

abstract_name-authority_id = Authority ID
    .help = The number of this name in an authority file; a source belongs to it.
abstract_name-dates = Dates
    .help = Dates that are part of the heading, as “1871-1949”.
abstract_name-use_dates = Dates of use
    .help = When this form of the name was used.
abstract_name-qualifier = Qualifier
    .help = Words that tell this name from an equal one.
abstract_name-source = Source
    .help = The authority file or vocabulary that the name comes from.
abstract_name-rules = Rules
    .help = The rules by which the name was formed, as RDA or DACS.
abstract_name-authorized = Authorized
    .help = The one form that headings use.
abstract_name-is_display_name = Name shown
    .help = The one form that is shown.
abstract_name-language = Language
abstract_name-script = Script
abstract_name-transliteration = Transliteration
abstract_name-sort_name = Sort name
    .help = The name as it is sorted; made from the parts unless you write your own.
abstract_name-sort_name_auto_generate = Make the sort name automatically
    .help = Make the sort name from the parts at every save.

abstract_parallel_name-dates = Dates
abstract_parallel_name-use_dates = Dates of use
abstract_parallel_name-qualifier = Qualifier
abstract_parallel_name-source = Source
abstract_parallel_name-rules = Rules
abstract_parallel_name-language = Language
abstract_parallel_name-script = Script
abstract_parallel_name-transliteration = Transliteration
abstract_parallel_name-sort_name = Sort name
abstract_parallel_name-sort_name_auto_generate = Make the sort name automatically

agent_alternate_set-set_component = Set component
agent_alternate_set-descriptive_note = Descriptive note
agent_alternate_set-file_uri = File URI
agent_alternate_set-file_version_xlink_actuate_attribute = Link actuate
agent_alternate_set-file_version_xlink_show_attribute = Link show
agent_alternate_set-xlink_title_attribute = Link title
agent_alternate_set-xlink_role_attribute = Link role
agent_alternate_set-xlink_arcrole_attribute = Link arc role
agent_alternate_set-last_verified_date = Last verified

agent_contact-name = Name
agent_contact-salutation = Salutation
agent_contact-address_1 = Address, line 1
agent_contact-address_2 = Address, line 2
agent_contact-address_3 = Address, line 3
agent_contact-city = City
agent_contact-region = Region
agent_contact-country = Country
agent_contact-post_code = Postal code
agent_contact-telephones = Telephones
agent_contact-email = E-mail
agent_contact-email_signature = Email signature
agent_contact-notes = Notes
agent_contact-is_representative = Representative

agent_conventions_declaration-name_rule = Name rule
agent_conventions_declaration-citation = Citation
agent_conventions_declaration-descriptive_note = Descriptive note
agent_conventions_declaration-file_uri = File URI
agent_conventions_declaration-file_version_xlink_actuate_attribute = Link actuate
agent_conventions_declaration-file_version_xlink_show_attribute = Link show
agent_conventions_declaration-xlink_title_attribute = Link title
agent_conventions_declaration-xlink_role_attribute = Link role
agent_conventions_declaration-xlink_arcrole_attribute = Link arc role
agent_conventions_declaration-last_verified_date = Last verified

agent_corporate_entity-slug = Short address
agent_corporate_entity-is_slug_auto = Make the short address automatically
agent_corporate_entity-names = Names
    .help = Every form of the name; one is authorized, one is shown.
agent_corporate_entity-display_name = Name shown
agent_corporate_entity-related_agents = Related agents
    .help = Other agents, and how they are related (EAC-CPF relations).
agent_corporate_entity-is_repo_agent = Agent of a repository

agent_family-slug = Short address
agent_family-is_slug_auto = Make the short address automatically
agent_family-names = Names
    .help = Every form of the name; one is authorized, one is shown.
agent_family-display_name = Name shown
agent_family-related_agents = Related agents
    .help = Other agents, and how they are related (EAC-CPF relations).

agent_function-publish = Published
agent_function-notes = Notes
agent_function-dates = Dates
agent_function-subjects = Subjects
agent_function-places = Places

agent_gender-gender = Gender
agent_gender-dates = Dates
agent_gender-notes = Notes

agent_identifier-entity_identifier = Entity identifier
agent_identifier-identifier_type = Identifier type

agent_maintenance_history-maintenance_event_type = Maintenance event type
agent_maintenance_history-maintenance_agent_type = Maintenance agent type
agent_maintenance_history-event_date = Date
agent_maintenance_history-agent = Maintained by
agent_maintenance_history-descriptive_note = Descriptive note

agent_occupation-publish = Published
agent_occupation-notes = Notes
agent_occupation-dates = Dates
agent_occupation-subjects = Subjects
agent_occupation-places = Places

agent_other_agency_codes-agency_code_type = Agency code type
agent_other_agency_codes-maintenance_agency = Maintenance agency

agent_person-slug = Short address
agent_person-is_slug_auto = Make the short address automatically
agent_person-names = Names
    .help = Every form of the name; one is authorized, one is shown.
agent_person-display_name = Name shown
agent_person-agent_genders = Genders
    .help = Gender as the person stated it, with dates where it changed.
agent_person-related_agents = Related agents
    .help = Other agents, and how they are related (EAC-CPF relations).

agent_place-publish = Published
agent_place-place_role = Place role
agent_place-dates = Dates
agent_place-notes = Notes
agent_place-subjects = Subjects

agent_record_control-maintenance_status = Maintenance status
agent_record_control-publication_status = Publication status
agent_record_control-romanization = Romanization
agent_record_control-government_agency_type = Government agency type
agent_record_control-reference_evaluation = Reference evaluation
agent_record_control-name_type = Name type
agent_record_control-level_of_detail = Level of detail
agent_record_control-modified_record = Modified record
agent_record_control-cataloging_source = Cataloging source
agent_record_control-language = Language
agent_record_control-script = Script
agent_record_control-language_note = Language note
agent_record_control-maintenance_agency = Maintenance agency
agent_record_control-agency_name = Agency name
agent_record_control-maintenance_agency_note = Maintenance agency note

agent_record_identifier-primary_identifier = Primary identifier
agent_record_identifier-record_identifier = Record identifier
agent_record_identifier-source = Source
agent_record_identifier-identifier_type = Identifier type

agent_relationship_associative-relator = Relator

agent_relationship_earlierlater-relator = Relator

agent_relationship_family-relator = Relator

agent_relationship_hierarchical-relator = Relator

agent_relationship_identity-relator = Relator

agent_relationship_parentchild-relator = Relator

agent_relationship_subordinatesuperior-relator = Relator

agent_relationship_temporal-relator = Relator

agent_resource-publish = Published
agent_resource-linked_agent_role = Linked agent role
agent_resource-linked_resource = Linked resource
agent_resource-linked_resource_description = Linked resource description
agent_resource-file_uri = File URI
agent_resource-file_version_xlink_actuate_attribute = Link actuate
agent_resource-file_version_xlink_show_attribute = Link show
agent_resource-xlink_title_attribute = Link title
agent_resource-xlink_role_attribute = Link role
agent_resource-xlink_arcrole_attribute = Link arc role
agent_resource-last_verified_date = Last verified
agent_resource-dates = Dates
agent_resource-places = Places

agent_software-slug = Short address
agent_software-is_slug_auto = Make the short address automatically
agent_software-display_name = Name shown
agent_software-names = Names
    .help = Every form of the name; one is authorized, one is shown.

agent_sources-source_entry = Source entry
agent_sources-descriptive_note = Descriptive note
agent_sources-file_uri = File URI
agent_sources-file_version_xlink_actuate_attribute = Link actuate
agent_sources-file_version_xlink_show_attribute = Link show
agent_sources-xlink_title_attribute = Link title
agent_sources-xlink_role_attribute = Link role
agent_sources-xlink_arcrole_attribute = Link arc role
agent_sources-last_verified_date = Last verified

agent_topic-publish = Published
agent_topic-dates = Dates
agent_topic-notes = Notes
agent_topic-subjects = Subjects
agent_topic-places = Places

name_corporate_entity-primary_name = Primary part of name
    .help = The name of the body, or of the body that it is part of.
name_corporate_entity-subordinate_name_1 = Subordinate name 1
    .help = The part of the body that is meant.
name_corporate_entity-subordinate_name_2 = Subordinate name 2
    .help = A part within that part.
name_corporate_entity-number = Number
    .help = The number of a meeting or military unit.
name_corporate_entity-location = Location
    .help = The place that belongs to the heading.
name_corporate_entity-conference_meeting = Conference or meeting
    .help = Set when the body is a conference or other meeting.
name_corporate_entity-jurisdiction = Jurisdiction
    .help = Set when the name is that of a place with its government.
name_corporate_entity-parallel_names = Parallel names

name_family-family_name = Family name
    .help = The name of the family.
name_family-prefix = Prefix
name_family-location = Location
    .help = The place that the family is connected with.
name_family-family_type = Family type
    .help = Family, clan, dynasty or other.
name_family-parallel_names = Parallel names

name_form-uri = Address
name_form-kind = Kind
name_form-sort_name = Sort name

name_person-primary_name = Primary part of name
    .help = The family name, or the only name.
name_person-title = Title
    .help = A title of rank or office, as Bishop of Ely.
name_person-name_order = Name order
    .help = Direct (given name first) or inverted (family name first).
name_person-prefix = Prefix
    .help = A title before the name, as Dr.
name_person-rest_of_name = Rest of name
    .help = Given names.
name_person-suffix = Suffix
    .help = What follows the name, as Jr.
name_person-fuller_form = Fuller form
    .help = Names written out that are abbreviated above.
name_person-number = Number
    .help = The number of a ruler, as IV.
name_person-parallel_names = Parallel names

name_software-software_name = Software name
    .help = The name of the program.
name_software-version = Version
    .help = Its version.
name_software-manufacturer = Manufacturer
    .help = Who makes it.
name_software-parallel_names = Parallel names

parallel_name_corporate_entity-primary_name = Primary part of name
parallel_name_corporate_entity-subordinate_name_1 = Subordinate name 1
parallel_name_corporate_entity-subordinate_name_2 = Subordinate name 2
parallel_name_corporate_entity-number = Number
parallel_name_corporate_entity-location = Location
parallel_name_corporate_entity-conference_meeting = Conference or meeting
parallel_name_corporate_entity-jurisdiction = Jurisdiction

parallel_name_family-family_name = Family name
parallel_name_family-prefix = Prefix
parallel_name_family-location = Location
parallel_name_family-family_type = Family type

parallel_name_person-primary_name = Primary part of name
parallel_name_person-title = Title
parallel_name_person-name_order = Name order
parallel_name_person-prefix = Prefix
parallel_name_person-rest_of_name = Rest of name
parallel_name_person-suffix = Suffix
parallel_name_person-fuller_form = Fuller form
parallel_name_person-number = Number

parallel_name_software-software_name = Software name
parallel_name_software-version = Version
parallel_name_software-manufacturer = Manufacturer

structured_date_label-date_label = Label
    .help = What the date is of: existence, use, a relation.
structured_date_label-date_type_structured = Single or range
    .help = One date, or a span.
structured_date_label-structured_date_single = Single date
structured_date_label-structured_date_range = Range
structured_date_label-date_certainty = Date certainty
structured_date_label-date_era = Date era
structured_date_label-date_calendar = Date calendar

structured_date_range-begin_date_expression = Begin, as written
    .help = The begin as it is to be read.
structured_date_range-begin_date_standardized = Begin
    .help = The begin as 1871, 1871-03 or 1871-03-09.
structured_date_range-begin_date_standardized_type = Begin date standardized type
structured_date_range-end_date_expression = End, as written
    .help = The end as it is to be read.
structured_date_range-end_date_standardized = End
    .help = The end, in the same form; not before the begin.
structured_date_range-end_date_standardized_type = End date standardized type

structured_date_single-date_role = Begin or end
    .help = Whether this is the begin or the end.
structured_date_single-date_expression = As written
    .help = The date as it is to be read.
structured_date_single-date_standardized = Standardized date
    .help = The date as 1871, 1871-03 or 1871-03-09.
structured_date_single-date_standardized_type = Date standardized type

telephone-uri = Address
telephone-number = Number
telephone-ext = Extension
telephone-number_type = Number type

used_language-language = Language
used_language-script = Script
used_language-notes = Notes
