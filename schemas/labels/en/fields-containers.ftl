# Fields: containers. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

container_location-status = Status
container_location-start_date = Start date
container_location-end_date = End date
container_location-note = Note

container_profile-uri = Address
container_profile-name = Name
container_profile-url = URL
container_profile-dimension_units = Unit of dimensions
container_profile-extent_dimension = Extent dimension
container_profile-height = Height
container_profile-width = Width
container_profile-depth = Depth
container_profile-stacking_limit = Stacking limit
container_profile-display_string = Display title
container_profile-notes = Notes

instance-instance_type = Type of instance
instance-sub_container = Container
instance-digital_object = Digital object
instance-is_representative = Representative

location-uri = Address
location-title = Title
location-external_ids = External IDs
location-building = Building
location-floor = Floor
location-room = Room
location-area = Area
location-barcode = Barcode
location-classification = Classification
location-coordinate_1_label = Coordinate 1 label
location-coordinate_1_indicator = Coordinate 1
location-coordinate_2_label = Coordinate 2 label
location-coordinate_2_indicator = Coordinate 2
location-coordinate_3_label = Coordinate 3 label
location-coordinate_3_indicator = Coordinate 3
location-temporary = Temporary
location-location_profile = Location profile
location-owner_repo = Owning repository
location-functions = Functions

location_batch-locations = Locations
location_batch-coordinate_1_range = Coordinate 1 range

coordinate_1_range-label = Label
coordinate_1_range-start = Start
coordinate_1_range-end = End
coordinate_1_range-prefix = Prefix
coordinate_1_range-suffix = Suffix

location_batch-coordinate_2_range = Coordinate 2 range

coordinate_2_range-label = Label
coordinate_2_range-start = Start
coordinate_2_range-end = End
coordinate_2_range-prefix = Prefix
coordinate_2_range-suffix = Suffix

location_batch-coordinate_3_range = Coordinate 3 range

coordinate_3_range-label = Label
coordinate_3_range-start = Start
coordinate_3_range-end = End
coordinate_3_range-prefix = Prefix
coordinate_3_range-suffix = Suffix

location_batch_update-building = Building
location_batch_update-record_uris = Record uris

location_function-location_function_type = Location function type

location_profile-uri = Address
location_profile-name = Name
location_profile-display_string = Display title
location_profile-dimension_units = Unit of dimensions
location_profile-height = Height
location_profile-width = Width
location_profile-depth = Depth

sub_container-top_container = Top container
sub_container-type_2 = Child type
sub_container-indicator_2 = Child indicator
sub_container-barcode_2 = Child barcode
sub_container-type_3 = Grandchild type
sub_container-indicator_3 = Grandchild indicator
sub_container-display_string = Display title

top_container-uri = Address
top_container-indicator = Indicator
top_container-type = Type
top_container-barcode = Barcode
top_container-display_string = Display title
top_container-long_display_string = Full display title
top_container-subcontainer_barcodes = Barcodes of child containers
top_container-ils_holding_id = ILS holding ID
top_container-ils_item_id = ILS item ID
top_container-exported_to_ils = Exported to the ILS
top_container-internal_note = Internal note
top_container-restricted = Restricted
top_container-created_for_collection = Created for
top_container-is_linked_to_published_record = Linked to a published record
top_container-active_restrictions = Active restrictions
top_container-container_locations = Locations
top_container-container_profile = Container profile
top_container-series = Series

series-display_string = Display title
series-identifier = Identifier
series-level_display_string = Level display string
series-publish = Published

top_container-collection = Collections

collection-display_string = Display title
collection-identifier = Identifier
