# Fields: system. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

active_edits-uri = Address
active_edits-active_edits = Active edits
active_edits-user = User
active_edits-time = Time

advanced_query-query = Query

archival_record_children-children = Children

assessment_attribute_definitions-definitions = Definitions

definitions-id = ID
definitions-label = Label
definitions-type = Type
definitions-global = Global
definitions-readonly = Readonly
definitions-position = Position

boolean_field_query-field = Field
boolean_field_query-value = Value
boolean_field_query-negated = Negated

boolean_query-op = Op
boolean_query-subqueries = Subqueries

bulk_archival_object_updater_job-create_missing_top_containers = Create missing top containers

bulk_import_job-resource_id = Resource ID
bulk_import_job-filename = Filename
bulk_import_job-load_type = Load type
bulk_import_job-content_type = Content type
bulk_import_job-format = Format
bulk_import_job-only_validate = Only validate

classification_tree-identifier = Identifier
classification_tree-children = Children

container_conversion_job-format = Format

container_labels_job-format = Format
container_labels_job-source = Source

custom_report_template-uri = Address
custom_report_template-name = Name
custom_report_template-description = Description
custom_report_template-data = Data
custom_report_template-limit = Limit

date_field_query-comparator = Comparator
date_field_query-field = Field
date_field_query-value = Value
date_field_query-negated = Negated
date_field_query-precision = Precision

default_values-uri = Address
default_values-record_type = Record type
default_values-defaults = Defaults

defaults-show_suppressed = Show suppressed
defaults-publish = Published
defaults-rde_sort_alpha = Rapid entry sort alpha
defaults-include_unpublished = Include unpublished
defaults-locale = Locale
defaults-default_values = Default values
defaults-note_order = Note order
defaults-digital_object_spawn = Digital object spawn
defaults-accession_browse_column_1 = Accession browse column 1
defaults-accession_browse_column_2 = Accession browse column 2
defaults-accession_browse_column_3 = Accession browse column 3
defaults-accession_browse_column_4 = Accession browse column 4
defaults-accession_browse_column_5 = Accession browse column 5
defaults-accession_browse_column_6 = Accession browse column 6
defaults-accession_browse_column_7 = Accession browse column 7
defaults-accession_browse_column_8 = Accession browse column 8
defaults-accession_sort_column = Accession sort column
defaults-accession_sort_direction = Accession sort direction
defaults-resource_browse_column_1 = Resource browse column 1
defaults-resource_browse_column_2 = Resource browse column 2
defaults-resource_browse_column_3 = Resource browse column 3
defaults-resource_browse_column_4 = Resource browse column 4
defaults-resource_browse_column_5 = Resource browse column 5
defaults-resource_browse_column_6 = Resource browse column 6
defaults-resource_browse_column_7 = Resource browse column 7
defaults-resource_browse_column_8 = Resource browse column 8
defaults-resource_sort_column = Resource sort column
defaults-resource_sort_direction = Resource sort direction
defaults-digital_object_browse_column_1 = Digital object browse column 1
defaults-digital_object_browse_column_2 = Digital object browse column 2
defaults-digital_object_browse_column_3 = Digital object browse column 3
defaults-digital_object_browse_column_4 = Digital object browse column 4
defaults-digital_object_browse_column_5 = Digital object browse column 5
defaults-digital_object_browse_column_6 = Digital object browse column 6
defaults-digital_object_browse_column_7 = Digital object browse column 7
defaults-digital_object_browse_column_8 = Digital object browse column 8
defaults-digital_object_sort_column = Digital object sort column
defaults-digital_object_sort_direction = Digital object sort direction
defaults-multi_browse_column_1 = Multi browse column 1
defaults-multi_browse_column_2 = Multi browse column 2
defaults-multi_browse_column_3 = Multi browse column 3
defaults-multi_browse_column_4 = Multi browse column 4
defaults-multi_browse_column_5 = Multi browse column 5
defaults-multi_browse_column_6 = Multi browse column 6
defaults-multi_browse_column_7 = Multi browse column 7
defaults-multi_browse_column_8 = Multi browse column 8
defaults-multi_sort_column = Multi sort column
defaults-multi_sort_direction = Multi sort direction
defaults-location_browse_column_1 = Location browse column 1
defaults-location_browse_column_2 = Location browse column 2
defaults-location_browse_column_3 = Location browse column 3
defaults-location_browse_column_4 = Location browse column 4
defaults-location_browse_column_5 = Location browse column 5
defaults-location_browse_column_6 = Location browse column 6
defaults-location_browse_column_7 = Location browse column 7
defaults-location_browse_column_8 = Location browse column 8
defaults-location_sort_column = Location sort column
defaults-location_sort_direction = Location sort direction
defaults-agent_browse_column_1 = Agent browse column 1
defaults-agent_browse_column_2 = Agent browse column 2
defaults-agent_browse_column_3 = Agent browse column 3
defaults-agent_browse_column_4 = Agent browse column 4
defaults-agent_browse_column_5 = Agent browse column 5
defaults-agent_browse_column_6 = Agent browse column 6
defaults-agent_browse_column_7 = Agent browse column 7
defaults-agent_browse_column_8 = Agent browse column 8
defaults-agent_sort_column = Agent sort column
defaults-agent_sort_direction = Agent sort direction
defaults-archival_object_browse_column_1 = Archival object browse column 1
defaults-archival_object_browse_column_2 = Archival object browse column 2
defaults-archival_object_browse_column_3 = Archival object browse column 3
defaults-archival_object_browse_column_4 = Archival object browse column 4
defaults-archival_object_browse_column_5 = Archival object browse column 5
defaults-archival_object_browse_column_6 = Archival object browse column 6
defaults-archival_object_browse_column_7 = Archival object browse column 7
defaults-archival_object_browse_column_8 = Archival object browse column 8
defaults-archival_object_sort_column = Archival object sort column
defaults-archival_object_sort_direction = Archival object sort direction
defaults-assessment_browse_column_1 = Assessment browse column 1
defaults-assessment_browse_column_2 = Assessment browse column 2
defaults-assessment_browse_column_3 = Assessment browse column 3
defaults-assessment_browse_column_4 = Assessment browse column 4
defaults-assessment_browse_column_5 = Assessment browse column 5
defaults-assessment_browse_column_6 = Assessment browse column 6
defaults-assessment_browse_column_7 = Assessment browse column 7
defaults-assessment_browse_column_8 = Assessment browse column 8
defaults-assessment_sort_column = Assessment sort column
defaults-assessment_sort_direction = Assessment sort direction
defaults-classification_browse_column_1 = Classification browse column 1
defaults-classification_browse_column_2 = Classification browse column 2
defaults-classification_browse_column_3 = Classification browse column 3
defaults-classification_browse_column_4 = Classification browse column 4
defaults-classification_browse_column_5 = Classification browse column 5
defaults-classification_browse_column_6 = Classification browse column 6
defaults-classification_browse_column_7 = Classification browse column 7
defaults-classification_browse_column_8 = Classification browse column 8
defaults-classification_sort_column = Classification sort column
defaults-classification_sort_direction = Classification sort direction
defaults-collection_management_browse_column_1 = Collection management browse column 1
defaults-collection_management_browse_column_2 = Collection management browse column 2
defaults-collection_management_browse_column_3 = Collection management browse column 3
defaults-collection_management_browse_column_4 = Collection management browse column 4
defaults-collection_management_browse_column_5 = Collection management browse column 5
defaults-collection_management_browse_column_6 = Collection management browse column 6
defaults-collection_management_browse_column_7 = Collection management browse column 7
defaults-collection_management_browse_column_8 = Collection management browse column 8
defaults-collection_management_sort_column = Collection management sort column
defaults-collection_management_sort_direction = Collection management sort direction
defaults-container_profile_browse_column_1 = Container profile browse column 1
defaults-container_profile_browse_column_2 = Container profile browse column 2
defaults-container_profile_browse_column_3 = Container profile browse column 3
defaults-container_profile_browse_column_4 = Container profile browse column 4
defaults-container_profile_browse_column_5 = Container profile browse column 5
defaults-container_profile_browse_column_6 = Container profile browse column 6
defaults-container_profile_browse_column_7 = Container profile browse column 7
defaults-container_profile_browse_column_8 = Container profile browse column 8
defaults-container_profile_sort_column = Container profile sort column
defaults-container_profile_sort_direction = Container profile sort direction
defaults-digital_object_component_browse_column_1 = Digital object component browse column 1
defaults-digital_object_component_browse_column_2 = Digital object component browse column 2
defaults-digital_object_component_browse_column_3 = Digital object component browse column 3
defaults-digital_object_component_browse_column_4 = Digital object component browse column 4
defaults-digital_object_component_browse_column_5 = Digital object component browse column 5
defaults-digital_object_component_browse_column_6 = Digital object component browse column 6
defaults-digital_object_component_browse_column_7 = Digital object component browse column 7
defaults-digital_object_component_browse_column_8 = Digital object component browse column 8
defaults-digital_object_component_sort_column = Digital object component sort column
defaults-digital_object_component_sort_direction = Digital object component sort direction
defaults-event_browse_column_1 = Event browse column 1
defaults-event_browse_column_2 = Event browse column 2
defaults-event_browse_column_3 = Event browse column 3
defaults-event_browse_column_4 = Event browse column 4
defaults-event_browse_column_5 = Event browse column 5
defaults-event_browse_column_6 = Event browse column 6
defaults-event_browse_column_7 = Event browse column 7
defaults-event_browse_column_8 = Event browse column 8
defaults-event_sort_column = Event sort column
defaults-event_sort_direction = Event sort direction
defaults-location_profile_browse_column_1 = Location profile browse column 1
defaults-location_profile_browse_column_2 = Location profile browse column 2
defaults-location_profile_browse_column_3 = Location profile browse column 3
defaults-location_profile_browse_column_4 = Location profile browse column 4
defaults-location_profile_browse_column_5 = Location profile browse column 5
defaults-location_profile_browse_column_6 = Location profile browse column 6
defaults-location_profile_browse_column_7 = Location profile browse column 7
defaults-location_profile_browse_column_8 = Location profile browse column 8
defaults-location_profile_sort_column = Location profile sort column
defaults-location_profile_sort_direction = Location profile sort direction
defaults-repositories_browse_column_1 = Repositories browse column 1
defaults-repositories_browse_column_2 = Repositories browse column 2
defaults-repositories_browse_column_3 = Repositories browse column 3
defaults-repositories_browse_column_4 = Repositories browse column 4
defaults-repositories_browse_column_5 = Repositories browse column 5
defaults-repositories_browse_column_6 = Repositories browse column 6
defaults-repositories_browse_column_7 = Repositories browse column 7
defaults-repositories_browse_column_8 = Repositories browse column 8
defaults-repositories_sort_column = Repositories sort column
defaults-repositories_sort_direction = Repositories sort direction
defaults-subject_browse_column_1 = Subject browse column 1
defaults-subject_browse_column_2 = Subject browse column 2
defaults-subject_browse_column_3 = Subject browse column 3
defaults-subject_browse_column_4 = Subject browse column 4
defaults-subject_browse_column_5 = Subject browse column 5
defaults-subject_browse_column_6 = Subject browse column 6
defaults-subject_browse_column_7 = Subject browse column 7
defaults-subject_browse_column_8 = Subject browse column 8
defaults-subject_sort_column = Subject sort column
defaults-subject_sort_direction = Subject sort direction
defaults-top_container_browse_column_1 = Top container browse column 1
defaults-top_container_browse_column_2 = Top container browse column 2
defaults-top_container_browse_column_3 = Top container browse column 3
defaults-top_container_browse_column_4 = Top container browse column 4
defaults-top_container_browse_column_5 = Top container browse column 5
defaults-top_container_browse_column_6 = Top container browse column 6
defaults-top_container_browse_column_7 = Top container browse column 7
defaults-top_container_browse_column_8 = Top container browse column 8
defaults-top_container_sort_column = Top container sort column
defaults-top_container_sort_direction = Top container sort direction
defaults-top_container_mgmt_browse_column_1 = Top container mgmt browse column 1
defaults-top_container_mgmt_browse_column_2 = Top container mgmt browse column 2
defaults-top_container_mgmt_browse_column_3 = Top container mgmt browse column 3
defaults-top_container_mgmt_browse_column_4 = Top container mgmt browse column 4
defaults-top_container_mgmt_browse_column_5 = Top container mgmt browse column 5
defaults-top_container_mgmt_browse_column_6 = Top container mgmt browse column 6
defaults-top_container_mgmt_browse_column_7 = Top container mgmt browse column 7
defaults-top_container_mgmt_browse_column_8 = Top container mgmt browse column 8
defaults-top_container_mgmt_sort_column = Top container mgmt sort column
defaults-top_container_mgmt_sort_direction = Top container mgmt sort direction
defaults-job_browse_column_1 = Job browse column 1
defaults-job_browse_column_2 = Job browse column 2
defaults-job_browse_column_3 = Job browse column 3
defaults-job_browse_column_4 = Job browse column 4
defaults-job_browse_column_5 = Job browse column 5
defaults-job_browse_column_6 = Job browse column 6
defaults-job_browse_column_7 = Job browse column 7
defaults-job_browse_column_8 = Job browse column 8
defaults-job_sort_column = Job sort column
defaults-job_sort_direction = Job sort direction

digital_object_tree-level = Level
digital_object_tree-digital_object_type = Type of digital object
digital_object_tree-file_versions = File versions
digital_object_tree-children = Children

digital_record_children-children = Children

enumeration-uri = Address
enumeration-name = Name
enumeration-default_value = Default value
enumeration-editable = Editable
enumeration-relationships = Relationships
enumeration-enumeration_values = Enumeration values
enumeration-values = Values
enumeration-readonly_values = Readonly values

enumeration_migration-uri = Address
enumeration_migration-enum_uri = Enum URI
enumeration_migration-from = From
enumeration_migration-to = To

enumeration_value-uri = Address
enumeration_value-value = Value
enumeration_value-position = Position
enumeration_value-suppressed = Suppressed

field_query-negated = Negated
field_query-field = Field
field_query-value = Value
field_query-literal = Literal
field_query-comparator = Comparator

find_and_replace_job-find = Find
find_and_replace_job-replace = Replace
find_and_replace_job-record_type = Record type
find_and_replace_job-property = Property
find_and_replace_job-base_record_uri = Base record URI

group-uri = Address
group-group_code = Group code
group-description = Description
group-member_usernames = Member usernames
group-grants_permissions = Grants permissions

import_job-filenames = Filenames
import_job-import_type = Import type
import_job-import_events = Import events
import_job-import_subjects = Import subjects
import_job-import_repository = Import repository

job-uri = Address
job-job_type = Job type
job-job = Job
job-job_params = Job params
job-time_submitted = Time submitted
job-time_started = Time started
job-time_finished = Time finished
job-owner = Owner
job-status = Status
job-queue_position = Queue position
job-has_modified_records = Has modified records
job-inactive_record = Inactive record

merge_request-uri = Address
merge_request-merge_destination = Merge destination
merge_request-merge_candidates = Merge candidates

merge_request_detail-uri = Address
merge_request_detail-merge_destination = Merge destination
merge_request_detail-merge_candidates = Merge candidates
merge_request_detail-selections = Selections

ns2_remover_job-dry_run = Dry run

oai_config-oai_record_prefix = OAI record prefix
oai_config-oai_admin_email = OAI admin email
oai_config-oai_repository_name = OAI repository name
oai_config-repo_set_codes = Repo set codes
oai_config-sponsor_set_names = Sponsor set names
oai_config-repo_set_description = Repo set description
oai_config-sponsor_set_description = Sponsor set description
oai_config-repo_set_name = Repo set name
oai_config-sponsor_set_name = Sponsor set name

permission-uri = Address
permission-permission_code = Permission code
permission-description = Description
permission-level = Level

preference-uri = Address
preference-user_id = User ID
preference-defaults = Defaults

print_to_pdf_job-source = Source
print_to_pdf_job-include_unpublished = Include unpublished
print_to_pdf_job-include_uris = Include uris

range_query-field = Field
range_query-from = From
range_query-to = To

rde_template-uri = Address
rde_template-name = Name
rde_template-record_type = Record type
rde_template-order = Order
rde_template-visible = Visible
rde_template-defaults = Defaults

record_tree-uri = Address
record_tree-id = ID
record_tree-record_uri = Record URI
record_tree-title = Title
record_tree-suppressed = Suppressed
record_tree-publish = Published
record_tree-has_children = Has children
record_tree-node_type = Node type

report_job-report_type = Report type
report_job-format = Format

repository_with_agent-uri = Address
repository_with_agent-repository = Repository
repository_with_agent-agent_representation = Agent of this repository

required_fields-uri = Address
required_fields-record_type = Record type
required_fields-subrecord_requirements = Subrecord requirements

resource_duplicate_job-source = Source

resource_ordered_records-uris = Uris

uris-display_string = Display title
uris-depth = Depth
uris-level = Level

resource_tree-finding_aid_filing_title = Filing title
resource_tree-level = Level
resource_tree-component_id = Component ID
resource_tree-instance_types = Instance types
resource_tree-containers = Containers
resource_tree-children = Children

subrecord_requirement-property = Property
subrecord_requirement-record_type = Record type
subrecord_requirement-required_fields = Required fields
subrecord_requirement-required = Required

top_container_linker_job-resource_id = Resource ID
top_container_linker_job-filename = Filename
top_container_linker_job-load_type = Load type
top_container_linker_job-content_type = Content type
top_container_linker_job-only_validate = Only validate

user-uri = Address
user-username = Username
user-name = Name
user-source = Source
user-is_system_user = Is system user
user-permissions = Permissions
user-groups = Groups
user-email = E-mail
user-first_name = First name
user-last_name = Last name
user-telephone = Telephone
user-title = Title
user-department = Department
user-additional_contact = Additional contact
user-agent_record = Agent record
user-is_active_user = Is active user
user-is_admin = Is admin

vocabulary-uri = Address
vocabulary-ref_id = Ref ID
vocabulary-name = Name
vocabulary-terms = Terms

system-lock_version = Lock version
system-created_by = Created by
system-last_modified_by = Last modified by
system-user_mtime = User mtime
system-system_mtime = System mtime
system-create_time = Create time
system-repository = Repository
