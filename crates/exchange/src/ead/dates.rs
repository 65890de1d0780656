//! `unitdate` to dates.

use serde_json::{Map, Value, json};

use super::owner::Owner;
use super::reading::{Reading, put};
use super::tree::Element;
use super::values;

/// One `unitdate`.
pub(super) fn unitdate(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let normal = element.attribute("normal");
    let expression = element.text();
    // Several ranges in one element: the words stay with the first.
    let mut ranges = normal.unwrap_or_default().split([',', ';']);
    date(reading, owner, element, ranges.next().filter(|range| !range.is_empty()), expression);
    for range in ranges {
        date(reading, owner, element, Some(range), String::new());
    }
}

fn date(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    normal: Option<&str>,
    mut expression: String,
) {
    let (mut begin, mut end) = (None, None);
    if let Some(normal) = normal {
        let mut unread = false;
        for (at, part) in normal.split('/').enumerate() {
            let part = part.trim();
            let read = day(part);
            unread |= read.is_none() && !part.is_empty();
            match at {
                0 => begin = read,
                1 => end = read,
                _ => unread = true,
            }
        }
        if let (Some(from), Some(to)) = (&begin, &end)
            && reversed(from, to)
        {
            reading.tell(element, "date-reversed", normal);
            end = None;
            if expression.is_empty() {
                normal.clone_into(&mut expression);
            }
        }
        if unread {
            reading.tell(element, "date-normal-unread", normal);
            if expression.is_empty() {
                normal.clone_into(&mut expression);
            }
        }
    }
    if expression.is_empty() && begin.is_none() && end.is_none() {
        return;
    }
    let kind = kind(reading, element, end.is_some());
    let mut date = json!({"jsonmodel_type": "date", "date_type": kind, "label": label(reading, element)});
    let expression = owner.fit(reading, element, expression, 255);
    if let Some(date) = date.as_object_mut() {
        put(date, "expression", Some(expression).filter(|words| !words.is_empty()));
        put(date, "begin", begin);
        put(date, "end", end);
        details(reading, element, date);
    }
    owner.push("dates", date);
}

fn kind(reading: &mut Reading<'_>, element: Element<'_>, spans: bool) -> &'static str {
    match element.attribute("type") {
        Some("bulk") => return "bulk",
        Some("inclusive" | "range") => return "inclusive",
        Some("single") => return "single",
        Some(other) => reading.tell(element, "date-type-unknown", other),
        None => {}
    }
    if spans { "inclusive" } else { "single" }
}

/// What the date is of: `datechar` when it is a word of the list, else creation.
fn label(reading: &mut Reading<'_>, element: Element<'_>) -> &'static str {
    let Some(word) = element.attribute("datechar") else { return "creation" };
    let known = values::known("date_label", word);
    if known.is_none() {
        let place = reading.place;
        reading.tell_once(element.line(), || place.path(element), "date-label-unknown", word, &[]);
    }
    known.unwrap_or("creation")
}

fn details(reading: &mut Reading<'_>, element: Element<'_>, date: &mut Map<String, Value>) {
    for (attribute, list) in [("calendar", "date_calendar"), ("era", "date_era")] {
        let value = element.attribute(attribute).map(|word| reading.coded(element, list, word));
        put(date, attribute, value);
    }
    if let Some(word) = element.attribute("certainty") {
        let certainty =
            values::known("date_certainty", word).or(match word.to_lowercase().trim_end_matches('.') {
                "circa" | "ca" | "c" | "approx" | "about" => Some("approximate"),
                "probable" | "uncertain" | "doubtful" => Some("questionable"),
                "attributed" | "supplied" => Some("inferred"),
                _ => None,
            });
        if certainty.is_none() {
            reading.tell(element, "date-certainty-unknown", word);
        }
        put(date, "certainty", certainty);
    }
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYYMMDD` as records write it; a leading `-` for years before our era.
fn day(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let shape: String = digits.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let (month, date) = match shape.as_str() {
        "9999" => (None, None),
        "9999-99" => (Some(number(5..7)?), None),
        "9999-99-99" => (Some(number(5..7)?), Some(number(8..10)?)),
        "99999999" => (Some(number(4..6)?), Some(number(6..8)?)),
        _ => return None,
    };
    let year = number(0..4)?;
    let last = match month {
        None => return Some(format!("{sign}{year:04}")),
        Some(2) if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        Some(2) => 28,
        Some(4 | 6 | 9 | 11) => 30,
        Some(1..=12) => 31,
        Some(_) => return None,
    };
    let month = month?;
    match date {
        None => Some(format!("{sign}{year:04}-{month:02}")),
        Some(date) if (1..=last).contains(&date) => Some(format!("{sign}{year:04}-{month:02}-{date:02}")),
        Some(_) => None,
    }
}

/// A day with year, month and date; nothing less exact.
pub(super) fn whole_day(text: &str) -> Option<String> {
    day(text).filter(|day| day.len() == 10)
}

/// Whether `end` is before `begin`, as records are checked: 2000-05 to 2000 is fine.
fn reversed(begin: &str, end: &str) -> bool {
    match (begin.starts_with('-'), end.starts_with('-')) {
        (false, true) => true,
        (true, false) => false,
        (true, true) => end[1..].get(..4) > begin[1..].get(..4),
        (false, false) => !begin.starts_with(end) && end < begin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_or_not() {
        for (text, day_read) in [
            ("1907", Some("1907")),
            ("1907-02", Some("1907-02")),
            ("1908-02-29", Some("1908-02-29")),
            ("19070101", Some("1907-01-01")),
            ("-0044-03-15", Some("-0044-03-15")),
            ("1907-02-29", None),
            ("1911-13", None),
            ("907", None),
            ("190x", None),
            ("", None),
            ("１９０７", None),
        ] {
            assert_eq!(day(text).as_deref(), day_read, "{text}");
        }
    }

    #[test]
    fn order_of_dates() {
        assert!(reversed("1910", "1900"));
        assert!(!reversed("2000-05", "2000"));
        assert!(!reversed("-0044", "-0020"));
        assert!(reversed("-0020", "-0044"));
    }
}
