//! The codes of all problems that a check can find, each with a sentence in `problems.ftl`.

macro_rules! codes {
    ($($name:ident = $code:literal,)+) => {
        $(pub(crate) const $name: &str = $code;)+

        /// Every code, for whoever must have a sentence for each.
        pub const ALL: &[&str] = &[$($code),+];
    };
}

codes! {
    // What a schema alone shows.
    UNKNOWN_KIND = "unknown_kind",
    MISSING = "missing",
    MISSING_ADVISED = "missing_advised",
    WRONG_TYPE = "wrong_type",
    TOO_LONG = "too_long",
    TOO_SHORT = "too_short",
    TOO_FEW = "too_few_items",
    NOT_IN_LIST = "not_in_list",
    NOT_IN_CHOICES = "not_in_choices",
    PATTERN = "pattern",
    NOT_A_DATE = "not_a_date",
    WRONG_REFERENCE = "wrong_reference",
    MISSING_TYPE = "missing_type",
    WRONG_KIND = "wrong_kind",
    // Description.
    IDENTIFIER_GAP = "identifier_gap",
    LANGUAGE_MISSING = "language_missing",
    OTHER_LEVEL_MISSING = "other_level_missing",
    TITLE_OR_DATE = "title_or_date",
    LABEL_TITLE_OR_DATE = "label_title_or_date",
    SUBNOTES_MISSING = "subnotes_missing",
    NOT_A_DAY = "not_a_day",
    // Dates.
    NOT_A_PARTIAL_DATE = "not_a_partial_date",
    END_BEFORE_BEGIN = "end_before_begin",
    DATE_EMPTY = "date_empty",
    DATE_FORM_MISSING = "date_form_missing",
    DATE_FORM_DOUBLE = "date_form_double",
    DATE_FORM_MISMATCH = "date_form_mismatch",
    DATE_ROLE_MISSING = "date_role_missing",
    DATE_VALUE_MISSING = "date_value_missing",
    NOT_A_STANDARD_DATE = "not_a_standard_date",
    NO_SUCH_DAY = "no_such_day",
    RANGE_BEGIN_MISSING = "range_begin_missing",
    RANGE_END_ALONE = "range_end_alone",
    // Agents.
    EXISTENCE_LABEL = "existence_label",
    NOT_FOR_SOFTWARE = "not_for_software",
    SUBJECT_MISSING = "subject_missing",
    SOURCE_EMPTY = "source_empty",
    ALTERNATE_SET_EMPTY = "alternate_set_empty",
    LANGUAGE_OR_NOTE = "language_or_note",
    SORT_NAME_MISSING = "sort_name_missing",
    AUTHORITY_WITHOUT_SOURCE = "authority_without_source",
    // Rights.
    RIGHTS_PART_MISSING = "rights_part_missing",
    IDENTIFIER_TYPE_MISSING = "identifier_type_missing",
    // Containers and places.
    LOCATION_INCOMPLETE = "location_incomplete",
    END_DATE_MISSING = "end_date_missing",
    DIGITAL_OBJECT_MISSING = "digital_object_missing",
    DIGITAL_OBJECT_MISPLACED = "digital_object_misplaced",
    CONTAINER_MISSING = "container_missing",
    LEVEL_INCOMPLETE = "container_level_incomplete",
    LEVEL_SKIPPED = "container_level_skipped",
    NOT_A_MEASURE = "not_a_measure",
    NOT_A_COUNT = "not_a_count",
    // Management.
    EXTENT_TYPE_MISSING = "extent_type_missing",
    NOT_A_DECIMAL = "not_a_decimal",
    NOT_AN_INTEGER = "not_an_integer",
    NOT_AN_AMOUNT = "not_an_amount",
    EVENT_TIME_DOUBLE = "event_time_double",
    EVENT_TIME_MISSING = "event_time_missing",
    NOT_A_TIME = "not_a_time",
    QUERY_VALUE_MISSING = "query_value_missing",
    UNKNOWN_PROPERTY = "unknown_property",
    // What a server asks when it saves.
    MARKUP_BROKEN = "markup_broken",
    MARKUP_FORBIDDEN = "markup_forbidden",
    ONE_ONLY = "one_only",
    REPRESENTATIVE_UNPUBLISHED = "representative_unpublished",
    REPEATED = "repeated",
    AUTHORITY_REPEATED = "authority_repeated",
    REPORT_EMPTY = "report_empty",
}
