//! Rules of accessions, collections, components and their notes.

use serde_json::Value;

use super::{Level, dates};
use crate::check::codes;

/// The parts of an identifier are filled from the left.
pub(super) fn identifier(level: &mut Level<'_>) {
    let parts = ["id_0", "id_1", "id_2", "id_3"];
    let last = parts.iter().rposition(|part| level.has(part)).unwrap_or(0);
    if let Some(blank) = parts[..last].iter().find(|part| !level.has(part)) {
        level.error(blank, codes::IDENTIFIER_GAP);
    }
}

/// A collection names a language of its materials.
pub(super) fn language(level: &mut Level<'_>) {
    if !level.items("lang_materials").iter().any(|material| material.get("language_and_script").is_some()) {
        level.error("lang_materials", codes::LANGUAGE_MISSING);
    }
}

pub(super) fn other_level(level: &mut Level<'_>) {
    if level.text("level") == Some("otherlevel") && !level.has("other_level") {
        level.error("other_level", codes::OTHER_LEVEL_MISSING);
    }
}

pub(super) fn title_or_date(level: &mut Level<'_>) {
    if !level.has_any(&["title", "dates"]) {
        level.error("dates", codes::TITLE_OR_DATE);
        level.error("title", codes::TITLE_OR_DATE);
    }
}

pub(super) fn label_title_or_date(level: &mut Level<'_>) {
    let properties = ["dates", "title", "label"];
    if !level.has_any(&properties) {
        for property in properties {
            level.error(property, codes::LABEL_TITLE_OR_DATE);
        }
    }
}

pub(super) fn subnotes(level: &mut Level<'_>) {
    if !level.has("subnotes") {
        level.error("subnotes", codes::SUBNOTES_MISSING);
    }
}

/// A restriction's begin and end are whole days, in their order.
pub(super) fn restriction(level: &mut Level<'_>) {
    let Some(Value::Object(restriction)) = level.map.get("rights_restriction") else { return };
    let place = level.place.member("rights_restriction");
    let mut inner =
        Level { registry: level.registry, map: restriction, place: &place, problems: level.problems };
    let (begin, end) = (inner.text("begin"), inner.text("end"));
    let mut day = |property: &str, given: Option<&str>| {
        let day = given.and_then(dates::whole_day);
        if let (Some(given), None) = (given, day) {
            inner.error_with(property, codes::NOT_A_DAY, &[("value", given)]);
        }
        day
    };
    if let (Some(from), Some(to)) = (day("begin", begin), day("end", end))
        && let (true, Some(first), Some(last)) = (to < from, begin, end)
    {
        inner.error_with("end", codes::END_BEFORE_BEGIN, &[("begin", first), ("end", last)]);
    }
}
