//! Sums over trees: how much space, which span of time, which kinds of inline records; and which shelves have room.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use store::{List, Reader, Stored};

use crate::call::Call;
use crate::publish::with_descendants;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, records, sight, wording};

/// Units of length, in inches.
const INCHES: [(&str, f64); 6] = [
    ("inches", 1.0),
    ("feet", 12.0),
    ("yards", 36.0),
    ("millimeters", 0.039_370_1),
    ("centimeters", 0.393_701),
    ("meters", 39.370_1),
];

fn in_inches(unit: &str) -> Option<f64> {
    INCHES.iter().find(|(name, _)| *name == unit).map(|(_, inches)| *inches)
}

/// The record that a calculation is about; the caller may see its repository.
fn subject(call: &Call<'_>, reader: &Reader<'_>) -> Result<Stored, Failure> {
    let registry = record::Registry::shipped();
    let uri = call.params.text("record_uri").unwrap_or_default();
    let parsed = record::Uri::parse(registry, uri).ok();
    let described = parsed
        .as_ref()
        .and_then(|uri| registry.kind(uri.kind))
        .is_some_and(|kind| ["dates", "instances"].iter().any(|name| kind.property(name).is_some()));
    if !described {
        return Err(Failure::param("record_uri", format!("'{uri}' is not the address of a description")));
    }
    let repo = parsed.and_then(|uri| uri.repository());
    if !call.can_in("view_repository", repo.as_deref()) {
        return Err(Failure::Denied);
    }
    records::visible(call, reader, uri)
}

/// A record and every node below it that the caller is shown.
fn shown_below(call: &Call<'_>, reader: &Reader<'_>, stored: &Stored) -> Result<Vec<String>, Failure> {
    let mut shown = Vec::new();
    for uri in with_descendants(reader, stored)? {
        if reader.head(&uri)?.is_some_and(|head| matches!(sight::is_shown(call, reader, &head), Ok(true))) {
            shown.push(uri);
        }
    }
    Ok(shown)
}

fn named(stored: &Stored) -> Map<String, Value> {
    let title = stored.record().text("title").map_or_else(|| stored.title.clone(), str::to_owned);
    Map::from_iter([
        ("uri".to_owned(), json!(stored.head.uri)),
        ("jsonmodel_type".to_owned(), json!(stored.kind)),
        ("title".to_owned(), json!(title)),
    ])
}

fn root_of(call: &Call<'_>, reader: &Reader<'_>, stored: &Stored) -> Result<Option<Stored>, Failure> {
    let root = stored.head.root.as_ref().map(|root| reader.get(root)).transpose()?.flatten();
    match root {
        Some(root) if sight::is_shown(call, reader, &root)? => Ok(Some(root)),
        _ => Ok(None),
    }
}

/// The space that the containers of a record and of all below it take, by the profiles of the containers.
pub(crate) fn extent(call: &Call<'_>) -> Answer {
    let unit = call.params.text("unit").filter(|unit| !unit.is_empty()).unwrap_or("feet");
    let inches = in_inches(unit).ok_or_else(|| Failure::param("unit", "Must be a unit of length"))?;
    call.app.read(|reader| {
        let stored = subject(call, reader)?;
        let (mut total, mut counted, mut without) = (0.0, 0_u64, 0_u64);
        let mut by_profile: BTreeMap<String, (u64, f64)> = BTreeMap::new();
        for container in containers(call, reader, &stored)? {
            counted += 1;
            let profile = container.record().link("container_profile").map(|uri| reader.get(uri)).transpose()?;
            let Some(profile) = profile.flatten() else {
                without += 1;
                continue;
            };
            let length = length(&profile) / inches;
            total += length;
            let title = profile.record().text("display_string").unwrap_or(&profile.title).to_owned();
            let entry = by_profile.entry(title).or_default();
            *entry = (entry.0 + 1, entry.1 + length);
        }
        let profiles: Map<String, Value> = by_profile
            .into_iter()
            .map(|(name, (count, extent))| (name, json!({"count": count, "extent": rounded(extent)})))
            .collect();
        let root = root_of(call, reader, &stored)?.map(|root| named(&root));
        Ok(Reply::json(json!({
            "object": named(&stored), "resource": root, "total_extent": rounded(total), "container_count": counted,
            "container_without_profile_count": without, "units": unit, "volume": false, "containers": profiles,
            "timestamp": (call.app.now)().strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
        })))
    })
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// What a container of a profile takes on the shelf, in inches.
fn length(profile: &Stored) -> f64 {
    let record = profile.record();
    let along = record.text("extent_dimension").unwrap_or("width");
    measure(profile, along).unwrap_or(0.0)
}

/// One dimension of a profile, in inches.
fn measure(profile: &Stored, dimension: &str) -> Option<f64> {
    let record = profile.record();
    let number: f64 = record.text(dimension)?.parse().ok()?;
    Some(number * in_inches(record.text("dimension_units")?)?)
}

/// Every container of a record and of all below it, once.
fn containers(call: &Call<'_>, reader: &Reader<'_>, stored: &Stored) -> Result<Vec<Stored>, Failure> {
    let mut uris: BTreeSet<String> = BTreeSet::new();
    for uri in shown_below(call, reader, stored)? {
        let links = reader.refs_from(&uri)?;
        uris.extend(
            links.into_iter().filter(|link| link.head.kind == "top_container").map(|link| link.head.uri),
        );
    }
    let mut found = Vec::new();
    for uri in uris {
        found.extend(reader.get(&uri)?);
    }
    Ok(found)
}

/// A day, and the date as it was written.
type Found = (String, String);

/// The earliest and the latest date of a record and of all below it.
pub(crate) fn dates(call: &Call<'_>) -> Answer {
    let label = call.params.text("label").filter(|label| !label.is_empty());
    call.app.read(|reader| {
        let stored = subject(call, reader)?;
        let (mut first, mut last): (Option<Found>, Option<Found>) = (None, None);
        for uri in shown_below(call, reader, &stored)? {
            let Some(node) = reader.get(&uri)? else { continue };
            for date in node.record().items("dates") {
                let text = |name: &str| date.get(name).and_then(Value::as_str);
                if label.is_some() && text("label") != label {
                    continue;
                }
                let begin = text("begin");
                if let Some(begin) = begin {
                    let found = (day(begin, Side::First), begin.to_owned());
                    first = Some(first.map_or(found.clone(), |there| there.min(found)));
                }
                if let Some(end) = text("end").or(begin) {
                    let found = (day(end, Side::Last), end.to_owned());
                    last = Some(last.map_or(found.clone(), |there| there.max(found)));
                }
            }
        }
        let mut object = named(&stored);
        object.insert("id".to_owned(), json!(stored.number()));
        let root = root_of(call, reader, &stored)?;
        let mut root = named(root.as_ref().unwrap_or(&stored));
        root.shift_remove("jsonmodel_type");
        let part = |found: &Option<Found>| match found {
            Some((day, written)) => (json!(day), json!(written)),
            None => (Value::Null, Value::Null),
        };
        let ((min_day, min), (max_day, max)) = (part(&first), part(&last));
        Ok(Reply::json(json!({
            "object": object, "resource": root, "label": label, "min_begin_date": min_day, "min_begin": min,
            "max_end_date": max_day, "max_end": max,
        })))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

/// The first or the last day of a year, of a month, or the day itself.
fn day(text: &str, side: Side) -> String {
    let parts: Vec<&str> = text.split('-').collect();
    let last_of = |year: &str, month: &str| {
        let (year, month) = (year.parse::<i16>().unwrap_or(1), month.parse::<i8>().unwrap_or(1));
        jiff::civil::Date::new(year, month, 1).map_or(31, |date| date.days_in_month())
    };
    match (parts.as_slice(), side) {
        ([year], Side::First) => format!("{year}-01-01"),
        ([year], Side::Last) => format!("{year}-12-31"),
        ([year, month], Side::First) => format!("{year}-{month}-01"),
        ([year, month], Side::Last) => format!("{year}-{month}-{:02}", last_of(year, month)),
        _ => text.to_owned(),
    }
}

/// The kinds of inline records in a record and in what is below it, the outer ones first.
pub(crate) fn models(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let mut found = vec![stored.kind.to_owned()];
        let mut level: Vec<Value> = Vec::new();
        for uri in shown_below(call, reader, &stored)? {
            let Some(node) = reader.get(&uri)? else { continue };
            if !found.iter().any(|kind| kind == node.kind) {
                found.push(node.kind.to_owned());
            }
            level.push(Value::Object(node.doc));
        }
        while !level.is_empty() {
            let mut next = Vec::new();
            for value in level {
                inner(value, &mut found, &mut next);
            }
            level = next;
        }
        Ok(Reply::json(found))
    })
}

/// Notes the kinds of what stands directly in a value.
fn inner(value: Value, found: &mut Vec<String>, next: &mut Vec<Value>) {
    let Value::Object(mut map) = value else { return };
    // External numbers are told last.
    let numbers = map.shift_remove("external_ids");
    for value in map.into_iter().map(|(_, value)| value).chain(numbers) {
        let items = match value {
            Value::Array(items) => items,
            other => vec![other],
        };
        for item in items {
            let kind = item.get("jsonmodel_type").and_then(Value::as_str).map(str::to_owned);
            let Some(kind) = kind.filter(|kind| !kind.starts_with("note_")) else { continue };
            if !found.contains(&kind) {
                found.push(kind);
            }
            next.push(item);
        }
    }
}

/// Buildings, floors, rooms and areas, one in the other.
pub(crate) fn buildings(call: &Call<'_>) -> Answer {
    type Floors = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;
    let mut all: BTreeMap<String, Floors> = BTreeMap::new();
    for location in call.app.read(locations)? {
        let record = location.record();
        let part = |name: &str, none: &str| record.text(name).unwrap_or(none).to_owned();
        let areas = all
            .entry(part("building", "[no building]"))
            .or_default()
            .entry(part("floor", "[no floor]"))
            .or_default()
            .entry(part("room", "[no room]"))
            .or_default();
        areas.extend(record.text("area").map(str::to_owned));
    }
    Ok(Reply::json(json!(all)))
}

fn locations(reader: &Reader<'_>) -> Result<Vec<Stored>, Failure> {
    let list = List { kinds: vec!["location".to_owned()], limit: u64::MAX, ..List::default() };
    Ok(reader.list_full(&list)?)
}

pub(crate) fn by_location(call: &Call<'_>) -> Answer {
    let uris = call.params.texts("location_uris").to_vec();
    space(call, &|location| uris.contains(&location.head.uri))
}

pub(crate) fn by_building(call: &Call<'_>) -> Answer {
    let wanted = ["building", "floor", "room", "area"]
        .map(|name| (name, call.params.text(name).filter(|text| !text.is_empty())));
    space(call, &|location| {
        wanted.iter().all(|(name, text)| text.is_none() || location.record().text(name) == *text)
    })
}

/// Which locations have room for containers of a profile.
fn space(call: &Call<'_>, wanted: &dyn Fn(&Stored) -> bool) -> Answer {
    let profile = call.params.text("container_profile_uri").unwrap_or_default();
    call.app.read(|reader| {
        let container = reader
            .get(profile)?
            .filter(|stored| stored.kind == "container_profile")
            .ok_or_else(|| Failure::missing(wording::kind_of(profile)))?;
        let (mut with, mut without, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        let (mut spaces, mut there) = (0_u64, 0_u64);
        for location in locations(reader)?.into_iter().filter(wanted) {
            let mut entry = Map::from_iter([("ref".to_owned(), json!(location.head.uri))]);
            let shelf = location.record().link("location_profile").map(|uri| reader.get(uri)).transpose()?;
            let (same, others) = held(reader, &location, profile)?;
            let room = shelf.flatten().and_then(|shelf| fitting(&shelf, &container));
            let list = match room {
                None => {
                    entry.insert("reason".to_owned(), json!("location_profile_incomplete"));
                    &mut unknown
                }
                Some(_) if others > 0 => {
                    entry.insert("reason".to_owned(), json!("other_containers"));
                    &mut unknown
                }
                Some(0) => {
                    entry.insert("reason".to_owned(), json!("container_is_bigger"));
                    &mut without
                }
                Some(room) if room <= same => {
                    there += same;
                    entry.insert("reason".to_owned(), json!("no_space"));
                    &mut without
                }
                Some(room) => {
                    there += same;
                    spaces += room - same;
                    entry.insert("count".to_owned(), json!(same));
                    entry.insert("spaces_available".to_owned(), json!(room - same));
                    &mut with
                }
            };
            let mut doc = Value::Object(dress::shown(call, reader, &location)?);
            crate::resolve::resolve(call, reader, &mut doc, &["location_profile".to_owned()])?;
            entry.insert("_resolved".to_owned(), doc);
            list.push(Value::Object(entry));
        }
        Ok(Reply::json(json!({
            "container_profile": {"ref": profile}, "total_spaces_available": spaces, "total_containers_of_type": there,
            "locations_with_space": with, "locations_without_space": without, "uncalculatable_locations": unknown,
        })))
    })
}

/// How many containers of a profile, and how many others, stand at a location now.
fn held(reader: &Reader<'_>, location: &Stored, profile: &str) -> Result<(u64, u64), Failure> {
    let (mut same, mut others) = (0, 0);
    for link in reader.refs_to(&location.head.uri)? {
        if link.property != "container_locations" {
            continue;
        }
        let Some(container) = reader.get(&link.head.uri)? else { continue };
        let now = container.record().items("container_locations").iter().any(|there| {
            there.get("ref").and_then(Value::as_str) == Some(&location.head.uri)
                && there.get("status").and_then(Value::as_str) == Some("current")
        });
        match (now, container.record().link("container_profile") == Some(profile)) {
            (true, true) => same += 1,
            (true, false) => others += 1,
            _ => {}
        }
    }
    Ok((same, others))
}

/// How many containers fit; `None` when a measure is not known.
fn fitting(shelf: &Stored, container: &Stored) -> Option<u64> {
    let mut count = 1.0;
    for dimension in ["width", "depth", "height"] {
        let (outer, inner) = (measure(shelf, dimension)?, measure(container, dimension)?);
        let mut fit = (outer / inner).floor();
        let stack = container.record().text("stacking_limit").and_then(|text| text.parse::<f64>().ok());
        if let (Some(stack), "height") = (stack, dimension) {
            fit = fit.min(stack);
        }
        count *= fit;
    }
    // A count of boxes is small and whole.
    format!("{count:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_end_with_their_last_day() {
        for (text, first, last) in [
            ("1950", "1950-01-01", "1950-12-31"),
            ("2000-02", "2000-02-01", "2000-02-29"),
            ("1999-04-05", "1999-04-05", "1999-04-05"),
        ] {
            assert_eq!((day(text, Side::First).as_str(), day(text, Side::Last).as_str()), (first, last));
        }
    }
}
