//! Rules of events, assessments, processing, own fields and searches.

use super::{Level, dates, numbers};
use crate::check::{codes, day};

pub(super) fn processing(level: &mut Level<'_>) {
    if level.has("processing_total_extent") && !level.has("processing_total_extent_type") {
        level.error("processing_total_extent_type", codes::EXTENT_TYPE_MISSING);
    }
    for property in
        ["processing_hours_per_foot_estimate", "processing_total_extent", "processing_hours_total"]
    {
        decimal(level, property);
    }
}

pub(super) fn user_defined(level: &mut Level<'_>) {
    for property in ["integer_1", "integer_2", "integer_3"] {
        if let Some(given) = level.text(property)
            && !numbers::integer(given)
        {
            level.error_with(property, codes::NOT_AN_INTEGER, &[("value", given)]);
        }
    }
    for property in ["real_1", "real_2", "real_3"] {
        decimal(level, property);
    }
}

fn decimal(level: &mut Level<'_>, property: &str) {
    if let Some(given) = level.text(property)
        && !numbers::decimal(given)
    {
        level.error_with(property, codes::NOT_A_DECIMAL, &[("value", given)]);
    }
}

/// An event has a date or a moment, not both.
pub(super) fn event(level: &mut Level<'_>) {
    let code = match (level.has("date"), level.has("timestamp")) {
        (true, true) => Some(codes::EVENT_TIME_DOUBLE),
        (false, false) => Some(codes::EVENT_TIME_MISSING),
        _ => None,
    };
    if let Some(code) = code {
        level.error("date", code);
        level.error("timestamp", code);
    } else if let Some(given) = level.text("timestamp")
        && day::parse(given).is_none()
    {
        level.error_with("timestamp", codes::NOT_A_TIME, &[("value", given)]);
    }
}

pub(super) fn assessment(level: &mut Level<'_>) {
    if let Some(given) = level.text("monetary_value")
        && !numbers::measure(given)
    {
        level.error_with("monetary_value", codes::NOT_AN_AMOUNT, &[("value", given)]);
    }
    dates::between(level, "survey_begin", "survey_end");
}

pub(super) fn query(level: &mut Level<'_>) {
    if !level.has("value") && level.text("comparator") != Some("empty") {
        level.error("value", codes::QUERY_VALUE_MISSING);
    }
}

/// What a job replaces must be a property of the kind that it runs over.
pub(super) fn replaced_property(level: &mut Level<'_>) {
    let (Some(kind), Some(property)) = (level.text("record_type"), level.text("property")) else { return };
    if level.registry.kind(kind).is_none_or(|kind| kind.property(property).is_none()) {
        level.error_with("property", codes::UNKNOWN_PROPERTY, &[("value", property), ("type", kind)]);
    }
}
