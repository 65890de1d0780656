//! Records of any kind, made from the schemas: for property tests here and,
//! by `#[path]`, in other crates.
//!
//! Values are few on purpose (two strings out of a handful), so that two
//! independent records often agree, clash and share identities.
#![allow(dead_code, reason = "each test takes what it needs")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use record::schema::{Property, Shape};
use record::{Record, Registry};
use serde_json::{Map, Value, json};

/// How deep nested records go.
const DEPTH: u32 = 3;

/// Any record of `kind`: every writable property present or not.
pub(crate) fn record(kind: &'static str) -> BoxedStrategy<Record> {
    object(kind, DEPTH).prop_map(move |doc| Record::new(kind, doc)).boxed()
}

/// A record and two edits of it: a few properties each, replaced or removed,
/// lists changed element by element.
pub(crate) fn edited_twice(kind: &'static str) -> BoxedStrategy<[Record; 3]> {
    let base = record(kind);
    (base, edits(kind), edits(kind))
        .prop_map(|(base, mine, theirs)| [base.clone(), apply(base.clone(), &mine), apply(base, &theirs)])
        .boxed()
}

/// One edit of one property.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    /// The property.
    pub(crate) property: String,
    /// Its new value; `None` removes it.
    pub(crate) value: Option<Value>,
    /// How the new value and an old list meet.
    pub(crate) on_lists: OnLists,
}

/// What an edit does to a list that is already there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OnLists {
    /// The new value stands instead.
    Replace,
    /// New elements are put in at this place.
    Insert(usize),
    /// The element there is removed.
    Remove(usize),
    /// The element there goes to the front.
    Raise(usize),
    /// The element there takes the members of the first new element.
    Change(usize),
}

/// A few edits of a record of `kind`.
pub(crate) fn edits(kind: &'static str) -> BoxedStrategy<Vec<Edit>> {
    let properties: Vec<Property> = writable(kind).cloned().collect();
    let how = prop_oneof![
        Just(OnLists::Replace),
        (0..4_usize).prop_map(OnLists::Insert),
        (0..4_usize).prop_map(OnLists::Remove),
        (0..4_usize).prop_map(OnLists::Raise),
        (0..4_usize).prop_map(OnLists::Change),
    ];
    let one = proptest::sample::select(properties).prop_flat_map(move |property| {
        let name = property.name.clone();
        (option::weighted(0.8, value(&property.shape, DEPTH)), how.clone())
            .prop_map(move |(value, on_lists)| Edit { property: name.clone(), value, on_lists })
    });
    vec(one, 1..5).boxed()
}

/// `record` after `edits`.
pub(crate) fn apply(mut record: Record, edits: &[Edit]) -> Record {
    for edit in edits {
        let old = record.doc.get(&edit.property).and_then(Value::as_array).cloned();
        let value = match (old, &edit.value) {
            (Some(list), Some(Value::Array(new))) if !list.is_empty() => {
                Some(Value::Array(change_list(list, new, edit.on_lists)))
            }
            (_, value) => value.clone(),
        };
        match value {
            Some(value) => record.doc.insert(edit.property.clone(), value),
            None => record.doc.remove(&edit.property),
        };
    }
    record
}

fn change_list(mut list: Vec<Value>, new: &[Value], how: OnLists) -> Vec<Value> {
    let last = list.len() - 1;
    match how {
        OnLists::Replace => return new.to_vec(),
        OnLists::Insert(at) => {
            let at = at.min(list.len());
            list.splice(at..at, new.iter().cloned());
        }
        OnLists::Remove(at) => {
            list.remove(at.min(last));
        }
        OnLists::Raise(at) => {
            let item = list.remove(at.min(last));
            list.insert(0, item);
        }
        OnLists::Change(at) => match (&mut list[at.min(last)], new.first()) {
            (Value::Object(item), Some(Value::Object(new)))
                if item.get("jsonmodel_type") == new.get("jsonmodel_type") =>
            {
                item.extend(new.iter().take(2).map(|(name, value)| (name.clone(), value.clone())));
            }
            (item, Some(new)) => *item = new.clone(),
            _ => {}
        },
    }
    list
}

fn writable(kind: &str) -> impl Iterator<Item = &'static Property> {
    let system = ["lock_version", "jsonmodel_type", "uri", "position", "ancestors", "slug"];
    let properties = Registry::shipped().kind(kind).map_or(&[][..], |kind| &kind.properties);
    properties.iter().filter(move |property| !property.read_only && !system.contains(&property.name.as_str()))
}

fn object(kind: &str, depth: u32) -> BoxedStrategy<Map<String, Value>> {
    members(writable(kind), depth)
}

/// Required members always, about five of the others.
fn members<'a>(
    properties: impl Iterator<Item = &'a Property>,
    depth: u32,
) -> BoxedStrategy<Map<String, Value>> {
    let (required, others): (Vec<&Property>, Vec<&Property>) =
        properties.partition(|property| property.required);
    let one = |property: &&Property| {
        let name = property.name.clone();
        value(&property.shape, depth).prop_map(move |value| (name.clone(), value)).boxed()
    };
    let required: Vec<BoxedStrategy<(String, Value)>> = required.iter().map(one).collect();
    let others: Vec<BoxedStrategy<(String, Value)>> =
        if depth == 0 { Vec::new() } else { others.iter().map(one).collect() };
    let most = others.len().min(5);
    (required, proptest::sample::subsequence(others, 0..=most).prop_flat_map(|chosen| chosen))
        .prop_map(|(required, others)| required.into_iter().chain(others).collect())
        .boxed()
}

/// Any value of a shape.
pub(crate) fn value(shape: &Shape, depth: u32) -> BoxedStrategy<Value> {
    match shape {
        Shape::Text(text) => match (&text.choices, &text.list, text.format) {
            (Some(choices), ..) => choice(choices),
            (_, Some(list), _) => choice(Registry::shipped().list(list).map_or(&[][..], |list| &list.values)),
            (.., Some(_)) => proptest::sample::select(vec![json!("1900-01-01"), json!("1950-02-03")]).boxed(),
            _ => proptest::sample::select(vec![
                json!("Letters"),
                json!("Letters home"),
                json!("Diary of 1911"),
                json!("x"),
            ])
            .boxed(),
        },
        Shape::Integer | Shape::Number => (0..3_i64).prop_map(Value::from).boxed(),
        Shape::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Shape::Nested(kind) => nested(kind, depth),
        Shape::OneOf(kinds) => {
            let kinds: Vec<BoxedStrategy<Value>> = kinds.iter().map(|kind| nested(kind, depth)).collect();
            proptest::strategy::Union::new(kinds).boxed()
        }
        Shape::Link { to, properties } => {
            let address = address(to.first().map_or("", String::as_str));
            (
                address,
                members(
                    properties.iter().filter(|p| p.name != "ref" && !p.read_only),
                    depth.saturating_sub(1),
                ),
            )
                .prop_map(|(address, mut link)| {
                    link.insert("ref".to_owned(), address);
                    Value::Object(link)
                })
                .boxed()
        }
        Shape::UriText { to } => address(to.first().map_or("", String::as_str)),
        Shape::Array { items, .. } if depth > 0 => {
            vec(value(items, depth - 1), 0..4).prop_map(Value::Array).boxed()
        }
        Shape::Array { .. } => Just(json!([])).boxed(),
        Shape::AnyOf(shapes) => {
            proptest::strategy::Union::new(shapes.iter().map(|shape| value(shape, depth))).boxed()
        }
        Shape::Object { properties } => {
            members(properties.iter().filter(|p| !p.read_only), depth.saturating_sub(1))
                .prop_map(Value::Object)
                .boxed()
        }
    }
}

fn nested(kind: &str, depth: u32) -> BoxedStrategy<Value> {
    let name = kind.to_owned();
    object(kind, depth.saturating_sub(1))
        .prop_map(move |mut doc| {
            doc.insert("jsonmodel_type".to_owned(), Value::String(name.clone()));
            Value::Object(doc)
        })
        .boxed()
}

fn choice(values: &[String]) -> BoxedStrategy<Value> {
    let few: Vec<Value> = values.iter().take(3).map(|value| json!(value)).collect();
    if few.is_empty() { Just(Value::Null).boxed() } else { proptest::sample::select(few).boxed() }
}

fn address(kind: &str) -> BoxedStrategy<Value> {
    let kind = kind.to_owned();
    (1..4_u32)
        .prop_map(move |number| {
            let uri = record::Uri::of(Registry::shipped(), &kind, Some("2"), &number.to_string());
            uri.map_or_else(|| json!(format!("/other/{number}")), |uri| json!(uri.to_string()))
        })
        .boxed()
}
