//! Names as they are sorted by, built from their parts.

use serde_json::{Map, Value};

use crate::record::text;

/// Longest sort name, in characters.
const LONGEST: usize = 255;

/// The sort name of a name of `kind`; `existence` (for the display name of a person or of software) is used when the
/// name has no dates of its own.
pub(super) fn of(kind: &str, name: &Map<String, Value>, existence: Option<&str>) -> String {
    let (mut built, dated) = match kind {
        "name_person" | "parallel_name_person" => (person(name), true),
        "name_family" | "parallel_name_family" => (family(name), false),
        "name_corporate_entity" | "parallel_name_corporate_entity" => (corporate(name), false),
        _ => (software(name), true),
    };
    if let (None, Some(dates)) = (text(name, "dates"), existence.filter(|_| dated)) {
        built.push_str(&format!(" ({dates})"));
    }
    cut(built)
}

fn cut(name: String) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => name[..end].to_owned(),
        None => name,
    }
}

/// Appends each part that is there, between its marks.
fn with(mut built: String, name: &Map<String, Value>, parts: &[(&str, &str, &str)]) -> String {
    for (before, property, after) in parts {
        if let Some(part) = text(name, property) {
            built.push_str(before);
            built.push_str(part);
            built.push_str(after);
        }
    }
    built
}

fn person(name: &Map<String, Value>) -> String {
    let primary = text(name, "primary_name").unwrap_or_default();
    let start = match (text(name, "rest_of_name"), text(name, "name_order")) {
        (None, _) => primary.to_owned(),
        (Some(rest), Some("direct")) => format!("{rest} {primary}"),
        (Some(rest), _) => format!("{primary}, {rest}"),
    };
    with(
        start,
        name,
        &[
            (", ", "prefix", ""),
            (", ", "suffix", ""),
            (", ", "title", ""),
            (", ", "number", ""),
            (" (", "fuller_form", ")"),
            (", ", "dates", ""),
            (" (", "qualifier", ")"),
        ],
    )
}

fn family(name: &Map<String, Value>) -> String {
    with(
        text(name, "family_name").unwrap_or_default().to_owned(),
        name,
        &[(", ", "prefix", ""), (" (", "qualifier", ")"), (" (", "dates", ")"), (" (", "location", ")")],
    )
}

fn corporate(name: &Map<String, Value>) -> String {
    with(
        text(name, "primary_name").unwrap_or_default().to_owned(),
        name,
        &[
            (". ", "subordinate_name_1", ""),
            (". ", "subordinate_name_2", ""),
            (", ", "number", ""),
            (" (", "qualifier", ")"),
            (" (", "dates", ")"),
            (" (", "location", ")"),
        ],
    )
}

fn software(name: &Map<String, Value>) -> String {
    let words: Vec<&str> =
        ["manufacturer", "software_name", "version"].iter().filter_map(|part| text(name, part)).collect();
    with(words.join(" "), name, &[(" (", "qualifier", ")"), (", ", "dates", "")])
}
