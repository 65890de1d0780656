//! `resolve[]`: whole records inside the references to them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use store::Reader;

use crate::call::Call;
use crate::reply::Failure;
use crate::{dress, sight, tree};

/// Records, and nodes of trees, that one request resolves.
const MOST: u64 = 20_000;
/// Steps of one name: `a::b` has two.
const STEPS: usize = 6;

/// What a request resolved so far: however often a record is named, it is read once.
#[derive(Default)]
pub(crate) struct Resolved {
    count: Cell<u64>,
    records: RefCell<HashMap<String, Option<Value>>>,
}

impl Resolved {
    /// Counts what comes into the answer.
    fn add(&self, count: u64) -> Result<(), Failure> {
        self.count.set(self.count.get().saturating_add(count));
        if self.count.get() > MOST {
            let text = format!("More than {MOST} records would be resolved: ask for fewer at a time");
            return Err(Failure::param("resolve", text));
        }
        Ok(())
    }
}

/// What to resolve, and inside what is resolved: `a::b` is `a → {b}`.
#[derive(Debug, Default)]
struct Wanted(BTreeMap<String, Wanted>);

impl Wanted {
    fn parse(names: &[String]) -> Result<Self, Failure> {
        let mut wanted = Self::default();
        for name in names {
            let parts = || name.split("::").filter(|part| !part.is_empty());
            if parts().nth(STEPS).is_some() {
                return Err(Failure::param("resolve", format!("At most {STEPS} names joined by '::'")));
            }
            let mut at = &mut wanted;
            for part in parts() {
                at = at.0.entry(part.to_owned()).or_default();
            }
        }
        Ok(wanted)
    }
}

/// Adds `_resolved` to the references under the named properties, at any depth.
pub(crate) fn resolve(
    call: &Call<'_>,
    reader: &Reader<'_>,
    value: &mut Value,
    names: &[String],
) -> Result<(), Failure> {
    let wanted = Wanted::parse(names)?;
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
            if let Some(mut doc) = once(call, reader, &uri)? {
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

/// The record that a reference names, if it is there and may be seen; read at its first mention.
fn once(call: &Call<'_>, reader: &Reader<'_>, uri: &str) -> Result<Option<Value>, Failure> {
    let known = call.resolved.records.borrow().get(uri).cloned();
    if let Some(known) = known {
        // A tree is counted by its nodes.
        let nodes = known.as_ref().and_then(|_| uri.strip_suffix("/tree"));
        call.resolved.add(nodes.map_or(Ok(1), |root| reader.node_count(root))?)?;
        return Ok(known);
    }
    let found = target(call, reader, uri)?;
    call.resolved.records.borrow_mut().insert(uri.to_owned(), found.clone());
    Ok(found)
}

fn target(call: &Call<'_>, reader: &Reader<'_>, uri: &str) -> Result<Option<Value>, Failure> {
    if let Some(root) = uri.strip_suffix("/tree") {
        let Some(root) = reader.get(root)? else { return Ok(None) };
        let open = sight::is_open(call, reader, &root)?;
        if !open {
            return Ok(None);
        }
        call.resolved.add(reader.node_count(&root.head.uri)?)?;
        return Ok(Some(Value::Object(tree::nested(call, reader, &root)?)));
    }
    call.resolved.add(1)?;
    let Some(stored) = reader.get(uri)? else { return Ok(None) };
    let open = sight::is_open(call, reader, &stored)?;
    open.then(|| dress::shown(call, reader, &stored).map(Value::Object)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_more_steps_than_anybody_asks_for_are_refused() {
        let name = |steps: usize| vec!["repository"; steps].join("::");
        assert!(Wanted::parse(&[name(STEPS), "::".repeat(STEPS + 1)]).is_ok());
        let refused = Wanted::parse(&[name(STEPS + 1)]);
        assert!(matches!(refused, Err(Failure::Params(messages)) if messages.contains_key("resolve")));
    }

    #[test]
    fn what_is_resolved_is_counted_over_the_whole_request() {
        let resolved = Resolved::default();
        assert!(resolved.add(MOST).is_ok());
        let refused = resolved.add(1);
        assert!(
            matches!(refused, Err(Failure::Params(messages)) if messages["resolve"][0].contains("20000"))
        );
    }
}
