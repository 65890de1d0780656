# What can be wrong with a record, as sentences beside the field. `problem-CODE`; the codes are in record::check::codes.

## What a schema alone shows

problem-unknown_kind = There is no kind of record called “{ $value }”.
problem-missing = This is empty, and a record cannot be sent without it.
problem-missing_advised = This is empty; most records of this kind have it.
problem-wrong_type =
    { $expected ->
        [text] “{ $value }” stands where text is expected.
        [integer] “{ $value }” is not a whole number.
        [number] “{ $value }” is not a number.
        [boolean] “{ $value }” stands where only yes or no is expected.
        [address] “{ $value }” stands where a link to a record is expected.
        [reference] “{ $value }” stands where a link to a record is expected.
        [list] “{ $value }” stands where a list is expected.
       *[record] “{ $value }” stands where a group of fields is expected.
    }
problem-too_long = This has { $length } characters; { $limit } is the most that can be kept.
problem-too_short =
    { $limit ->
        [one] This has fewer characters than the one that is needed.
       *[other] “{ $value }” has fewer than { $limit } characters.
    }
problem-too_few_items =
    { $limit ->
        [one] The list is empty; it takes one entry or more.
       *[other] The list has { $value } entries; it takes { $limit } or more.
    }
problem-not_in_list = “{ $value }” is not a value of the list “{ $list }”.
problem-not_in_choices = “{ $value }” is none of these: { $allowed }.
problem-pattern = “{ $value }” has a form that cannot be kept here; it must match { $pattern }.
problem-not_a_date = “{ $value }” is not a day. A day is written 1923-05-14.
problem-wrong_reference = “{ $value }” is not the address of a record that can stand here.
problem-missing_type = This entry does not say what kind it is, and several kinds can stand here.
problem-wrong_kind = An entry of the kind “{ $value }” cannot stand here.

## Description

problem-identifier_gap = This part of the identifier is empty, but a later part is filled. The parts are filled from the left.
problem-language_missing = No language is named. A collection names at least one language of its materials.
problem-other_level_missing = The level is “Other level”, so this says which.
problem-title_or_date = There is neither a title nor a date. A component has at least one of them.
problem-label_title_or_date = There is no label, no title and no date. A component has at least one of them.
problem-subnotes_missing = The note has no text yet. It takes at least one part.
problem-not_a_day = “{ $value }” is not a whole day. A day is written 1923-05-14.

## Dates

problem-not_a_partial_date = “{ $value }” is not a date. Dates are written 1923, 1923-05 or 1923-05-14; other words go into the expression.
problem-end_before_begin = The end, { $end }, is before the begin, { $begin }.
problem-date_empty = The date says nothing yet: it has no expression, no begin and no end.
problem-date_form_missing = The date has neither a single date nor a range.
problem-date_form_double = The date has a single date and a range; it can only have one of them.
problem-date_form_mismatch =
    { $type ->
        [single] The date’s type is single, but a range is filled in.
       *[range] The date’s type is range, but a single date is filled in.
    }
problem-date_role_missing = The date does not say whether it is a begin or an end.
problem-date_value_missing = The date has neither an expression nor a standardized date.
problem-not_a_standard_date = “{ $value }” is not a standardized date. These are written 1923, 1923-05 or 1923-05-14.
problem-no_such_day = There is no day { $value } in the calendar.
problem-range_begin_missing = The range has no begin.
problem-range_end_alone = The range has an end of this form, but no begin of the same form.

## Agents

problem-existence_label =
    { $value ->
        [none] This date has no label. Dates of existence have the label “Existence”.
       *[other] The label is “{ $value }”. Dates of existence have the label “Existence”.
    }
problem-not_for_software = A software agent cannot have this part.
problem-subject_missing = No subject is chosen. The entry is about one at least.
problem-source_empty = The source is empty. It has an entry, a note or a file address.
problem-alternate_set_empty = The set is empty. It has a component, a note or a file address.
problem-language_or_note = There is neither a language nor a note about it.
problem-sort_name_missing = The name is not sorted automatically, so this says how it sorts.
problem-authority_without_source = The authority’s identifier, “{ $value }”, does not say which authority gave it.

## Rights

problem-rights_part_missing =
    { $type ->
        [copyright] This is empty. A statement about copyright needs it.
        [license] This is empty. A statement about a license needs it.
        [statute] This is empty. A statement about a statute needs it.
       *[other] This is empty. A statement on another basis needs it.
    }
problem-identifier_type_missing = The document’s identifier does not say of what type it is.

## Containers and places

problem-location_incomplete = Nothing says where in the building this is: it has no barcode, no classification and no whole first coordinate.
problem-end_date_missing = This was a previous place, so it has an end date.
problem-digital_object_missing = The instance is a digital object, but none is chosen.
problem-digital_object_misplaced = A digital object is chosen, but the type of the instance is another one.
problem-container_missing = No container is chosen.
problem-container_level_incomplete = Level { $level } has only one of type and indicator. It has both or neither.
problem-container_level_skipped = Level 3 is filled in, but level 2 is empty.
problem-not_a_measure = “{ $value }” is not a measure. Measures are written 12, 12.5 or 12.25.
problem-not_a_count = “{ $value }” is not a whole number above zero.

## Management

problem-extent_type_missing = The processed extent has a number but no unit.
problem-not_a_decimal = “{ $value }” is not a number with up to nine digits and up to five decimals.
problem-not_an_integer = “{ $value }” is not a whole number.
problem-not_an_amount = “{ $value }” is not an amount. Amounts are written 1200 or 1200.50.
problem-event_time_double = The event has a date and a time stamp; it can only have one of them.
problem-event_time_missing = The event has neither a date nor a time stamp.
problem-not_a_time = “{ $value }” is not a time. A time is written 2024-03-15T09:30:00Z.
problem-query_value_missing = The search for this field has no value.
problem-unknown_property = A { $type } has no field called “{ $value }”.

## What other records show

problem-not_unique =
    { $rule ->
        [accession_identifier] Another accession of this repository has this identifier: { $title } ({ $uri }).
        [resource_identifier] Another resource of this repository has this identifier: { $title } ({ $uri }).
        [ead_id] Another resource of this repository has this EAD ID: { $title } ({ $uri }).
        [digital_object_id] Another digital object of this repository has this identifier: { $title } ({ $uri }).
        [ref_id] Another component of this resource has this reference ID: { $title } ({ $uri }).
        [component_id] Another component of this digital object has this identifier: { $title } ({ $uri }).
        [barcode] Another container of this repository has this barcode: { $title } ({ $uri }).
        [repo_code] Another repository has this short name: { $title } ({ $uri }).
        [subject_terms] There is such a subject already: { $title } ({ $uri }).
        [subject_any] There is such a subject already: { $title } ({ $uri }).
        [ark] Another record has this ARK: { $title } ({ $uri }).
        [agent] There is such an agent already: { $title } ({ $uri }).
        [agent_authority] Another agent has this authority identifier: { $title } ({ $uri }).
        [username] Somebody else has this user name ({ $uri }).
        [term_title] Another term on this level has this title ({ $uri }).
       *[other] Another record has this already: { $title } ({ $uri }).
    }
problem-no_such_record = The record that this refers to is not there ({ $uri }).
problem-place_not_temporary = Only a temporary location can be a former one; { $uri } is not.
problem-self_reference = The record refers to itself.
problem-other_repository = The record that this refers to belongs to another repository ({ $uri }).

# What a server asks when it saves
problem-markup_broken = An element of the title is not closed, or the value of an attribute is not in straight quotes.
problem-markup_forbidden = The title holds an element that has no place in a title.
problem-one_only = Only one entry may be marked so.
problem-representative_unpublished = The file that stands for the object must be published.
problem-repeated = This document is listed already.
problem-authority_repeated = Another name of this agent has this authority identifier already.
problem-report_empty = The report shows no field and holds no other report.
