//! Dates of description in words.

use serde_json::{Map, Value};

use crate::record::text;

/// All dates, joined: `1950 - 1960, bulk: 1955`.
pub(super) fn dates(dates: &[Value]) -> Option<String> {
    let words: Vec<String> = dates.iter().filter_map(Value::as_object).filter_map(date).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// One date: its expression, else `begin - end`, else what there is; bulk dates say so.
pub(super) fn date(date: &Map<String, Value>) -> Option<String> {
    let words = match (text(date, "expression"), text(date, "begin"), text(date, "end")) {
        (Some(expression), ..) => expression.to_owned(),
        (None, Some(begin), Some(end)) => format!("{begin} - {end}"),
        (None, begin, end) => begin.or(end)?.to_owned(),
    };
    Some(if text(date, "date_type") == Some("bulk") { format!("bulk: {words}") } else { words })
}
