//! Structured dates (of existence) in words.

use serde_json::{Map, Value};

use crate::message;
use crate::record::text;

/// The first date, in words.
pub(super) fn first(dates: &[Value]) -> Option<String> {
    dates.first().and_then(Value::as_object).and_then(label)
}

fn label(date: &Map<String, Value>) -> Option<String> {
    if let Some(Value::Object(single)) = date.get("structured_date_single") {
        return text(single, "date_expression")
            .map(str::to_owned)
            .or_else(|| year(single, "date_standardized", "date_standardized_type"));
    }
    let range = date.get("structured_date_range")?.as_object()?;
    let (begin, end) = (text(range, "begin_date_expression"), text(range, "end_date_expression"));
    match (begin, end) {
        (Some(begin), Some(end)) => Some(format!("{begin}-{end}")),
        (Some(begin), None) => Some(begin.to_owned()),
        (None, _) => {
            let begin = year(range, "begin_date_standardized", "begin_date_standardized_type")?;
            let end = year(range, "end_date_standardized", "end_date_standardized_type");
            Some(end.map_or(begin.clone(), |end| format!("{begin}-{end}")))
        }
    }
}

/// The year of a standardized date, after the label of what qualifies it: `Not Before 1914`.
fn year(date: &Map<String, Value>, property: &str, qualifier: &str) -> Option<String> {
    let standardized = text(date, property)?;
    let (sign, digits) = standardized.strip_prefix('-').map_or(("", standardized), |rest| ("-", rest));
    let year = digits.split('-').next()?;
    Some(match text(date, qualifier) {
        None | Some("standard") => format!("{sign}{year}"),
        Some(qualifier) => {
            format!("{} {sign}{year}", message::value_label("date_standardized_type", qualifier))
        }
    })
}
