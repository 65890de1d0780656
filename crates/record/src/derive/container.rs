//! Top containers and container profiles.

use serde_json::{Map, Value};

use super::{Lookup, joined_parts, set};
use crate::record::text;
use crate::{Record, message};

/// `Profile [30d, 10.5h, 20w feet] extent measured by width`.
pub(super) fn profile_title(record: &Record) -> Option<String> {
    let name = record.text("name")?;
    let part = |property: &str| record.text(property).unwrap_or_default();
    Some(format!(
        "{name} [{}d, {}h, {}w {}] extent measured by {}",
        part("depth"),
        part("height"),
        part("width"),
        part("dimension_units"),
        part("extent_dimension")
    ))
}

/// The title as it was derived when the record's neighbours were known, unless
/// the record itself has changed since; else the part that the record alone gives.
pub(super) fn stored_or_own_title(record: &Record) -> Option<String> {
    let own = head(record);
    match record.text("display_string") {
        Some(stored) if stored.starts_with(&own) && !own.is_empty() => Some(stored.to_owned()),
        _ => display(record, ""),
    }
}

pub(super) fn derive(record: &mut Record, lookup: &dyn Lookup) {
    let series = series_label(record, lookup);
    let (short, long) = (display(record, &series), long(record, &series, lookup));
    set(&mut record.doc, "display_string", short);
    set(&mut record.doc, "long_display_string", long);
}

fn head(record: &Record) -> String {
    let parts: Vec<String> =
        [record.text("type").map(capitalized), record.text("indicator").map(|i| format!("{i}:"))]
            .into_iter()
            .flatten()
            .collect();
    parts.join(" ")
}

/// `Box 4: Series II [Barcode: 123]`.
fn display(record: &Record, series: &str) -> Option<String> {
    let barcode = barcode(record).unwrap_or_default();
    let parts = [head(record), series.to_owned(), barcode];
    let joined =
        parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    let title = joined.strip_suffix(':').unwrap_or(&joined);
    (!title.is_empty()).then(|| title.to_owned())
}

/// `Box 4 [Barcode: 123], profile, location, collection, series`.
fn long(record: &Record, series: &str, lookup: &dyn Lookup) -> Option<String> {
    let own =
        [record.text("type").map(capitalized), record.text("indicator").map(str::to_owned), barcode(record)];
    let own = own.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let profile = record.link("container_profile").and_then(|uri| lookup.record(uri));
    let location = record.items("container_locations").first().and_then(|link| linked(link, lookup));
    let parts = [
        Some(own),
        profile.and_then(|profile| profile.text("name").map(str::to_owned)),
        location.and_then(|location| super::location::title(&location)),
        record.items("collection").first().and_then(|link| collection(link, lookup)),
        Some(series.to_owned()),
    ];
    let joined = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    (!joined.is_empty()).then_some(joined)
}

fn collection(link: &Value, lookup: &dyn Lookup) -> Option<String> {
    let link = link.as_object()?;
    if let (Some(identifier), Some(title)) = (text(link, "identifier"), text(link, "display_string")) {
        return Some(format!("{identifier}, {title}"));
    }
    let record = lookup.record(text(link, "ref")?)?;
    let title = record.text("title").map(str::to_owned);
    let parts = joined_parts(&record, "--");
    Some([parts, title].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// For each series `level component_id`, joined with `; `.
fn series_label(record: &Record, lookup: &dyn Lookup) -> String {
    let labels: Vec<String> =
        record.items("series").iter().filter_map(|link| series(link.as_object()?, lookup)).collect();
    labels.join("; ")
}

fn series(link: &Map<String, Value>, lookup: &dyn Lookup) -> Option<String> {
    if let (Some(level), Some(identifier)) = (text(link, "level_display_string"), text(link, "identifier")) {
        return Some(format!("{level} {identifier}"));
    }
    let record = lookup.record(text(link, "ref")?)?;
    let level = match record.text("other_level") {
        Some(other) => other.to_owned(),
        None => message::value_label("archival_record_level", record.text("level")?),
    };
    Some(format!("{level} {}", record.text("component_id")?))
}

fn linked(link: &Value, lookup: &dyn Lookup) -> Option<Record> {
    lookup.record(link.get("ref")?.as_str()?)
}

fn barcode(record: &Record) -> Option<String> {
    record.text("barcode").map(|barcode| format!("[Barcode: {barcode}]"))
}

/// First letter large, the others small.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}
