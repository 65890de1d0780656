# Fields: containers. A message a field, `<declaring kind>-<property>`; `.help` is one sentence with the rule.

container_location-status = Status
    .help = Whether the box is there now or was there before.
container_location-start_date = Start date
    .help = The day since which it stands there.
container_location-end_date = End date
    .help = The day on which it left; needed for a previous location.
container_location-note = Note
    .help = Anything about this place and time.

container_profile-uri = Address
container_profile-name = Name
    .help = What staff call this model.
container_profile-url = URL
container_profile-dimension_units = Unit of dimensions
container_profile-extent_dimension = Extent dimension
    .help = Which of the three measures counts as length on the shelf.
container_profile-height = Height
container_profile-width = Width
container_profile-depth = Depth
container_profile-stacking_limit = Stacking limit
container_profile-display_string = Display title
container_profile-notes = Notes

instance-instance_type = Type of instance
    .help = What the material is as a carrier: mixed materials, audio, graphic; digital object for links to one.
instance-sub_container = Container
    .help = The box, and where known the folder and item in it.
instance-digital_object = Digital object
    .help = The digital object.
instance-is_representative = Representative
    .help = The one instance that stands for the record.

location-uri = Address
location-title = Title
location-external_ids = External IDs
location-building = Building
    .help = The building; the only part that is always needed.
location-floor = Floor
    .help = The floor.
location-room = Room
    .help = The room.
location-area = Area
    .help = The part of the room.
location-barcode = Barcode
    .help = The barcode on the shelf; a barcode, a classification or a first coordinate is needed.
location-classification = Classification
    .help = The code of the place in the repository’s own system.
location-coordinate_1_label = Coordinate 1 label
    .help = What the first coordinate counts, as Range.
location-coordinate_1_indicator = Coordinate 1
    .help = Its value, as 12.
location-coordinate_2_label = Coordinate 2 label
    .help = What the second coordinate counts, as Bay.
location-coordinate_2_indicator = Coordinate 2
    .help = Its value.
location-coordinate_3_label = Coordinate 3 label
    .help = What the third coordinate counts, as Shelf.
location-coordinate_3_indicator = Coordinate 3
    .help = Its value.
location-temporary = Temporary
    .help = Set when boxes stand here only for a time, as in an exhibition.
location-location_profile = Location profile
location-owner_repo = Owning repository
    .help = The repository that the place belongs to.
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
    .help = The box or other outermost container.
sub_container-type_2 = Child type
    .help = What lies in the box, as folder (EAD container).
sub_container-indicator_2 = Child indicator
    .help = Its number; type and number go together.
sub_container-barcode_2 = Child barcode
    .help = The barcode of the folder.
sub_container-type_3 = Grandchild type
    .help = What lies in that, as item.
sub_container-indicator_3 = Grandchild indicator
    .help = Its number; needs the level above.
sub_container-display_string = Display title

top_container-uri = Address
top_container-indicator = Indicator
    .help = The number on the box.
top_container-type = Type
    .help = What it is: box, carton, map case.
top_container-barcode = Barcode
    .help = The barcode on the box, unique in the repository.
top_container-display_string = Display title
top_container-long_display_string = Full display title
top_container-subcontainer_barcodes = Barcodes of child containers
top_container-ils_holding_id = ILS holding ID
    .help = The number of the holding in the library system.
top_container-ils_item_id = ILS item ID
    .help = The number of the item in the library system.
top_container-exported_to_ils = Exported to the ILS
top_container-internal_note = Internal note
    .help = For colleagues only; never published.
top_container-restricted = Restricted
top_container-created_for_collection = Created for
top_container-is_linked_to_published_record = Linked to a published record
top_container-active_restrictions = Active restrictions
top_container-container_locations = Locations
    .help = Where the box stands now, and stood before.
top_container-container_profile = Container profile
    .help = The model of the container, with its measures.
top_container-series = Series

series-display_string = Display title
series-identifier = Identifier
series-level_display_string = Level display string
series-publish = Published

top_container-collection = Collections

collection-display_string = Display title
collection-identifier = Identifier
