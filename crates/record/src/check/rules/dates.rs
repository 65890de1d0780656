//! Rules of dates, plain and structured.

use super::Level;
use crate::check::codes;
use crate::check::day::exists;

/// A year, perhaps with month and day: compared part by part.
pub(super) type Partial = (i64, u32, u32);

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (a leading `-` for years before our era), missing parts as 1.
pub(super) fn partial(text: &str) -> Option<Partial> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = rest.split('-');
    let year = number(parts.next()?, 18)?;
    let mut small =
        || parts.next().map_or(Some(1), |part| number(part, 2)).and_then(|n| u32::try_from(n).ok());
    let date = (sign * year, small()?, small()?);
    exists(date.0, date.1, date.2).then_some(date)
}

/// `YYYY-MM-DD`, nothing else.
pub(super) fn whole_day(text: &str) -> Option<Partial> {
    shape(text, &[4, 2, 2]).then(|| partial(text)).flatten()
}

fn number(text: &str, longest: usize) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Whether `text` is runs of digits of these lengths, with hyphens between them.
fn shape(text: &str, lengths: &[usize]) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && text.split('-').map(str::len).eq(lengths.iter().copied())
}

pub(super) fn begin_and_end(level: &mut Level<'_>) {
    between(level, "begin", "end");
}

/// Both dates can be read, and the end is not before the begin.
pub(super) fn between(level: &mut Level<'_>, begin: &str, end: &str) {
    let (first, last) = (level.text(begin), level.text(end));
    let from = first.and_then(partial);
    // 2000-05 to 2000 ends within its begin.
    let to = match (first, last) {
        (Some(first), Some(last)) if from.is_some() && first.starts_with(last) => from,
        _ => last.and_then(partial),
    };
    for (property, given, read) in [(begin, first, from), (end, last, to)] {
        if let (Some(given), None) = (given, read) {
            level.error_with(property, codes::NOT_A_PARTIAL_DATE, &[("value", given)]);
        }
    }
    if let (Some(from), Some(to), Some(first), Some(last)) = (from, to, first, last)
        && to < from
    {
        level.error_with(end, codes::END_BEFORE_BEGIN, &[("begin", first), ("end", last)]);
    }
}

pub(super) fn not_empty(level: &mut Level<'_>) {
    let properties = ["expression", "begin", "end"];
    if !level.has_any(&properties) {
        for property in properties {
            level.error(property, codes::DATE_EMPTY);
        }
    }
}

/// A structured date is a single date or a range, as its type says.
pub(super) fn form(level: &mut Level<'_>) {
    let (single, range) = (level.has("structured_date_single"), level.has("structured_date_range"));
    let given = level.text("date_type_structured").unwrap_or_default();
    match (single, range) {
        (false, false) => level.error("structured_date_single", codes::DATE_FORM_MISSING),
        (true, true) => level.error("structured_date_single", codes::DATE_FORM_DOUBLE),
        (false, true) if given == "single" => {
            level.error_with("structured_date_range", codes::DATE_FORM_MISMATCH, &[("type", given)])
        }
        (true, false) if given == "range" => {
            level.error_with("structured_date_range", codes::DATE_FORM_MISMATCH, &[("type", given)])
        }
        _ => {}
    }
}

pub(super) fn single(level: &mut Level<'_>) {
    if !level.has("date_role") {
        level.error("date_role", codes::DATE_ROLE_MISSING);
    }
    if !level.has_any(&["date_expression", "date_standardized"]) {
        level.error("date_standardized", codes::DATE_VALUE_MISSING);
    }
    standard(level, "date_standardized");
}

pub(super) fn range(level: &mut Level<'_>) {
    let before = level.problems.len();
    let (begin, end) = ("begin_date_standardized", "end_date_standardized");
    if !level.has_any(&["begin_date_expression", begin, end]) {
        level.error("begin_date_expression", codes::RANGE_BEGIN_MISSING);
    }
    for (begin, end) in [("begin_date_expression", "end_date_expression"), (begin, end)] {
        if level.has(end) && !level.has(begin) {
            level.error(end, codes::RANGE_END_ALONE);
        }
    }
    standard(level, begin);
    standard(level, end);
    let (Some(first), Some(last)) = (level.text(begin), level.text(end)) else { return };
    if level.problems.len() > before {
        return;
    }
    match (standard_parts(first), standard_parts(last)) {
        (None, _) => level.error_with(begin, codes::NO_SUCH_DAY, &[("value", first)]),
        (_, None) => level.error_with(end, codes::NO_SUCH_DAY, &[("value", last)]),
        (Some(from), Some(to)) if to < from => {
            level.error_with(begin, codes::END_BEFORE_BEGIN, &[("begin", first), ("end", last)])
        }
        _ => {}
    }
}

fn standard(level: &mut Level<'_>, property: &str) {
    let Some(given) = level.text(property) else { return };
    if !is_standard(given) {
        level.error_with(property, codes::NOT_A_STANDARD_DATE, &[("value", given)]);
    }
}

fn is_standard(text: &str) -> bool {
    let mut lengths = [0_usize; 3];
    for (at, part) in text.split('-').enumerate() {
        match lengths.get_mut(at) {
            Some(length) if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => {
                *length = part.len()
            }
            _ => return false,
        }
    }
    matches!(lengths, [1..=4, 0, 0] | [1..=4, 2, 0] | [3 | 4, 2, 2] | [2, 4, 0])
}

/// Year, month and day of a standardized date; `MM-YYYY` is also one.
fn standard_parts(text: &str) -> Option<Partial> {
    match text.split_once('-') {
        Some((month, year)) if shape(text, &[2, 4]) => partial(&format!("{year}-{month}")),
        _ => partial(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates_are_years_months_or_days() {
        for (text, expected) in [
            ("1914", Some((1914, 1, 1))),
            ("1914-05", Some((1914, 5, 1))),
            ("1914-05-06", Some((1914, 5, 6))),
            ("-0044-03-15", Some((-44, 3, 15))),
            ("20000101", Some((20_000_101, 1, 1))),
            ("1914-13", None),
            ("1914-02-29", None),
            ("c. 1914", None),
            ("", None),
        ] {
            assert_eq!(partial(text), expected, "{text}");
        }
    }
}
