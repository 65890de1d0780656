//! Dates of description in words.

use serde_json::{Map, Value};

use crate::record::text;

/// All dates, joined: `1950 - 1960, bulk: 1955`.
pub(super) fn dates(dates: &[Value]) -> Option<String> {
    let words: Vec<String> = dates.iter().filter_map(Value::as_object).filter_map(date).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// As [`dates`], for a column: an expression that says itself that it is a bulk date needs no word
/// before it. ArchivesSpace has the word twice in its display strings, and those are kept as they are.
pub(super) fn short(dates: &[Value]) -> Option<String> {
    let short = |words: String| match words.strip_prefix(BULK) {
        Some(rest) if says_bulk(rest) => rest.to_owned(),
        _ => words,
    };
    let words: Vec<String> = dates.iter().filter_map(Value::as_object).filter_map(date).map(short).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

const BULK: &str = "bulk: ";

fn says_bulk(expression: &str) -> bool {
    expression.split(|c: char| !c.is_alphabetic()).any(|word| word.eq_ignore_ascii_case("bulk"))
}

/// One date: its expression, else `begin - end`, else what there is; bulk dates say so.
pub(super) fn date(date: &Map<String, Value>) -> Option<String> {
    let words = match (text(date, "expression"), text(date, "begin"), text(date, "end")) {
        (Some(expression), ..) => expression.to_owned(),
        (None, Some(begin), Some(end)) => format!("{begin} - {end}"),
        (None, begin, end) => begin.or(end)?.to_owned(),
    };
    Some(if text(date, "date_type") == Some("bulk") { format!("{BULK}{words}") } else { words })
}
