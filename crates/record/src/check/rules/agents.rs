//! Rules of agents and their names.

use serde_json::Value;

use super::Level;
use crate::Problem;
use crate::check::codes;

/// What dates an agent's existence must be labelled so.
pub(super) fn existence(level: &mut Level<'_>) {
    let property = level.place.member("dates_of_existence");
    for (at, date) in level.items("dates_of_existence").iter().enumerate() {
        let label = date.get("date_label").and_then(Value::as_str).unwrap_or("none");
        if label != "existence" {
            let place = property.element(at);
            let problem = Problem::error(place.member("date_label").pointer(), codes::EXISTENCE_LABEL);
            level.problems.push(problem.with("value", label));
        }
    }
}

/// Software has none of the parts that describe an authority record.
pub(super) fn software(level: &mut Level<'_>) {
    for property in [
        "agent_record_identifiers",
        "agent_record_controls",
        "agent_other_agency_codes",
        "agent_conventions_declarations",
        "agent_maintenance_histories",
        "agent_sources",
        "agent_alternate_sets",
        "agent_resources",
    ] {
        if level.has(property) {
            level.error(property, codes::NOT_FOR_SOFTWARE);
        }
    }
}

pub(super) fn subject(level: &mut Level<'_>) {
    if !level.has("subjects") {
        level.error("subjects", codes::SUBJECT_MISSING);
    }
}

pub(super) fn source(level: &mut Level<'_>) {
    if !level.has_any(&["source_entry", "descriptive_note", "file_uri"]) {
        level.error("source_entry", codes::SOURCE_EMPTY);
    }
}

pub(super) fn alternate_set(level: &mut Level<'_>) {
    if !level.has_any(&["set_component", "descriptive_note", "file_uri"]) {
        level.error("set_component", codes::ALTERNATE_SET_EMPTY);
    }
}

pub(super) fn language(level: &mut Level<'_>) {
    if !level.has_any(&["language", "notes"]) {
        level.error("language", codes::LANGUAGE_OR_NOTE);
    }
}

/// A name that is not sorted automatically says how it sorts.
pub(super) fn sort_name(level: &mut Level<'_>) {
    let automatic = level.map.get("sort_name_auto_generate").and_then(Value::as_bool).unwrap_or(false);
    if !automatic && !level.has("sort_name") {
        level.error("sort_name", codes::SORT_NAME_MISSING);
    }
}

pub(super) fn authority(level: &mut Level<'_>) {
    if let (Some(identifier), false) = (level.text("authority_id"), level.has("source")) {
        let problem =
            Problem::warning(level.place.member("source").pointer(), codes::AUTHORITY_WITHOUT_SOURCE);
        level.problems.push(problem.with("value", identifier));
    }
}
