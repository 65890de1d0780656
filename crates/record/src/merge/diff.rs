//! What changed between two versions of a record.

use serde_json::{Map, Value};

use super::fields::step;
use super::identity::{self, Identity, Item};
use super::{list, order};
use crate::canonical::{self, Scope, element_shape};
use crate::schema::{Merge, Property, Shape};
use crate::{Record, Registry};

/// One difference. `Null` where a version has nothing there.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// JSON pointer into the new version, or, for what was removed, into the old one.
    pub pointer: String,
    /// Before.
    pub old: Value,
    /// After.
    pub new: Value,
}

/// The differences in content from `old` to `new`, as fine as fields and list elements go.
#[must_use]
pub fn diff(registry: &Registry, old: &Record, new: &Record) -> Vec<Difference> {
    let mut found = Vec::new();
    object(registry, "", Scope::outermost(registry, &new.kind), &old.doc, &new.doc, &mut found);
    found
}

fn push(found: &mut Vec<Difference>, at: &str, old: Option<&Value>, new: Option<&Value>) {
    let value = |side: Option<&Value>| side.cloned().unwrap_or(Value::Null);
    found.push(Difference { pointer: at.to_owned(), old: value(old), new: value(new) });
}

fn object(
    registry: &Registry,
    at: &str,
    scope: Scope<'_>,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let removed = old.keys().filter(|name| !new.contains_key(*name));
    for name in new.keys().chain(removed) {
        if scope.is_content(new, name) && scope.is_content(old, name) {
            member(registry, &step(at, name), scope.fields.get(name), (old.get(name), new.get(name)), found);
        }
    }
}

fn member(
    registry: &Registry,
    at: &str,
    property: Option<&Property>,
    (old, new): (Option<&Value>, Option<&Value>),
    found: &mut Vec<Difference>,
) {
    let content = |side: Option<&Value>| side.and_then(|value| canonical::member(registry, property, value));
    if content(old) == content(new) {
        return;
    }
    let shape = property.map(|property| &property.shape);
    match (old, new, property.and_then(|property| property.merge.as_ref())) {
        (Some(Value::Array(old)), Some(Value::Array(new)), Some(policy))
            if !matches!(policy, Merge::Atomic) =>
        {
            elements(registry, at, element_shape(shape), policy, (old, new), found);
        }
        (Some(Value::Object(old)), Some(Value::Object(new)), None) => {
            object(registry, at, Scope::of(registry, shape, new), old, new, found);
        }
        _ => push(found, at, old, new),
    }
}

fn elements(
    registry: &Registry,
    at: &str,
    shape: Option<&Shape>,
    policy: &Merge,
    (old, new): (&[Value], &[Value]),
    found: &mut Vec<Difference>,
) {
    let (before, after): (Vec<Item<'_>>, Vec<Item<'_>>) =
        (list::items(registry, shape, old, None), list::items(registry, shape, new, None));
    let matched = identity::against_base(Identity(policy), &before, &after);
    for (item, origin) in after.iter().zip(&matched) {
        let at = format!("{at}/{}", item.index);
        match origin.map(|origin| &before[origin]) {
            None => push(found, &at, None, Some(item.raw)),
            Some(origin) if origin.content == item.content => {}
            Some(origin) => match (origin.raw, item.raw) {
                (Value::Object(old), Value::Object(new)) => {
                    object(registry, &at, Scope::of(registry, shape, new), old, new, found)
                }
                (old, new) => push(found, &at, Some(old), Some(new)),
            },
        }
    }
    for (_, item) in before.iter().enumerate().filter(|(index, _)| !matched.contains(&Some(*index))) {
        push(found, &format!("{at}/{}", item.index), Some(item.raw), None);
    }
    let base: Vec<usize> = (0..before.len()).collect();
    let kept: Vec<usize> = matched.iter().flatten().copied().collect();
    if !order::moved(&base, &kept).is_empty() {
        push(found, at, Some(&Value::Array(old.to_vec())), Some(&Value::Array(new.to_vec())));
    }
}
