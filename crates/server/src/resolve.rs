//! `resolve[]`: whole records inside the references to them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use store::Reader;

use crate::call::Call;
use crate::reply::Failure;
use crate::{dress, sight, tree};

/// What to resolve, and inside what is resolved: `a::b` is `a → {b}`.
#[derive(Debug, Default)]
struct Wanted(BTreeMap<String, Wanted>);

impl Wanted {
    fn parse(names: &[String]) -> Self {
        let mut wanted = Self::default();
        for name in names {
            let mut at = &mut wanted;
            for part in name.split("::").filter(|part| !part.is_empty()) {
                at = at.0.entry(part.to_owned()).or_default();
            }
        }
        wanted
    }
}

/// Adds `_resolved` to the references under the named properties, at any depth.
pub(crate) fn resolve(
    call: &Call<'_>,
    reader: &Reader<'_>,
    value: &mut Value,
    names: &[String],
) -> Result<(), Failure> {
    let wanted = Wanted::parse(names);
    if wanted.0.is_empty() { Ok(()) } else { within(call, reader, value, &wanted, &BTreeSet::new()) }
}

fn within(
    call: &Call<'_>,
    reader: &Reader<'_>,
    value: &mut Value,
    wanted: &Wanted,
    inside: &BTreeSet<String>,
) -> Result<(), Failure> {
    match value {
        Value::Array(items) => {
            items.iter_mut().try_for_each(|item| within(call, reader, item, wanted, inside))
        }
        Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                if name == "_resolved" {
                    continue;
                }
                if let Some(deeper) = wanted.0.get(name) {
                    references(call, reader, value, deeper, inside)?;
                }
                within(call, reader, value, wanted, inside)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn references(
    call: &Call<'_>,
    reader: &Reader<'_>,
    value: &mut Value,
    deeper: &Wanted,
    inside: &BTreeSet<String>,
) -> Result<(), Failure> {
    match value {
        Value::Array(items) => {
            items.iter_mut().try_for_each(|item| references(call, reader, item, deeper, inside))
        }
        Value::Object(map) => {
            let Some(uri) = map.get("ref").and_then(Value::as_str).map(str::to_owned) else { return Ok(()) };
            if inside.contains(&uri) {
                return Ok(());
            }
            if let Some(doc) = target(call, reader, &uri)? {
                let mut doc = Value::Object(doc);
                let mut path = inside.clone();
                path.insert(uri);
                within(call, reader, &mut doc, deeper, &path)?;
                map.insert("_resolved".to_owned(), doc);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The record that a reference names, if it is there and may be seen.
fn target(call: &Call<'_>, reader: &Reader<'_>, uri: &str) -> Result<Option<Map<String, Value>>, Failure> {
    if let Some(root) = uri.strip_suffix("/tree") {
        let Some(root) = reader.get(root)? else { return Ok(None) };
        let open = sight::is_open(call, reader, &root)?;
        return open.then(|| tree::nested(call, reader, &root)).transpose();
    }
    let Some(stored) = reader.get(uri)? else { return Ok(None) };
    let open = sight::is_open(call, reader, &stored)?;
    open.then(|| dress::shown(call, reader, &stored)).transpose()
}
