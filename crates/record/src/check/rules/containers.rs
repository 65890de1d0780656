//! Rules of containers, instances and places.

use super::{Level, numbers};
use crate::check::codes;

/// A location can be found: by barcode, by classification, or by a whole first coordinate.
pub(super) fn location(level: &mut Level<'_>) {
    let coordinate = level.has("coordinate_1_label") && level.has("coordinate_1_indicator");
    if !coordinate && !level.has_any(&["barcode", "classification"]) {
        level.error("barcode", codes::LOCATION_INCOMPLETE);
    }
}

pub(super) fn end_date(level: &mut Level<'_>) {
    if level.text("status") == Some("previous") && !level.has("end_date") {
        level.error("end_date", codes::END_DATE_MISSING);
    }
}

/// An instance is a digital object or a place in a container, as its type says.
pub(super) fn instance(level: &mut Level<'_>) {
    let digital = level.text("instance_type") == Some("digital_object");
    if digital && !level.has("digital_object") {
        level.error("digital_object", codes::DIGITAL_OBJECT_MISSING);
    }
    if !digital && level.has("digital_object") {
        level.error("instance_type", codes::DIGITAL_OBJECT_MISPLACED);
    } else if !digital && !level.has("sub_container") {
        level.error("sub_container", codes::CONTAINER_MISSING);
    }
}

/// Levels inside a container are whole, and none is skipped.
pub(super) fn levels(level: &mut Level<'_>) {
    let [type_2, indicator_2, type_3, indicator_3] =
        ["type_2", "indicator_2", "type_3", "indicator_3"].map(|p| level.has(p));
    if type_2 != indicator_2 {
        level.error_with("type_2", codes::LEVEL_INCOMPLETE, &[("level", "2")]);
    }
    if !type_2 && !indicator_2 && (type_3 || indicator_3) {
        level.error("type_2", codes::LEVEL_SKIPPED);
    }
    if type_3 != indicator_3 {
        level.error_with("type_3", codes::LEVEL_INCOMPLETE, &[("level", "3")]);
    }
}

pub(super) fn profile(level: &mut Level<'_>) {
    dimensions(level);
    if let Some(given) = level.text("stacking_limit")
        && !given.bytes().all(|b| b.is_ascii_digit())
    {
        level.error_with("stacking_limit", codes::NOT_A_COUNT, &[("value", given)]);
    }
}

pub(super) fn location_profile(level: &mut Level<'_>) {
    dimensions(level);
}

fn dimensions(level: &mut Level<'_>) {
    for property in ["depth", "height", "width"] {
        if let Some(given) = level.text(property)
            && !numbers::measure(given)
        {
            level.error_with(property, codes::NOT_A_MEASURE, &[("value", given)]);
        }
    }
}
