//! From what came in to what is checked and kept: no empties, no unknown
//! members, nothing that the server makes; defaults filled in.

use serde_json::{Map, Value};

use super::day;
use crate::canonical::Fields;
use crate::refs::{fits, nested_kind};
use crate::schema::{Format, Property, Shape};
use crate::{Record, Registry};

/// The record as it is checked and stored.
///
/// Nulls, empty texts and empty objects go, at every depth; so do unknown
/// members and those that the server makes. `jsonmodel_type` is filled in where
/// only one kind can stand, absent lists become empty ones, absent properties
/// take their default, and days are spelled `YYYY-MM-DD`.
#[must_use]
pub fn clean(registry: &'static Registry, mut record: Record) -> Record {
    record.doc.retain(|_, value| !strip(value));
    if let Some(kind) = registry.kind(&record.kind) {
        if fill(registry, Fields::Kind(kind), &mut record.doc) {
            complete(&kind.properties, &mut record.doc);
        }
        record.doc.insert("jsonmodel_type".to_owned(), Value::String(record.kind.clone()));
    }
    record
}

/// Drops empties inside `value`; true when nothing is left of it.
fn strip(value: &mut Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(map) => {
            map.retain(|_, value| !strip(value));
            map.is_empty()
        }
        Value::Array(values) => {
            values.retain_mut(|value| !strip(value));
            false
        }
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Keeps what the schema knows, fills in what it gives; true when nothing was kept.
fn fill(registry: &'static Registry, fields: Fields<'static>, map: &mut Map<String, Value>) -> bool {
    map.retain(|name, value| {
        fields
            .get(name)
            .is_some_and(|property| !property.read_only && !inside(registry, &property.shape, value))
    });
    if map.is_empty() {
        return true;
    }
    match fields {
        Fields::Kind(kind) => complete(&kind.properties, map),
        Fields::Inline(properties) => complete(properties, map),
        Fields::Free => {}
    }
    false
}

/// Defaults, and empty lists where a list may be empty.
fn complete(properties: &[Property], map: &mut Map<String, Value>) {
    for property in properties.iter().filter(|property| !property.read_only) {
        let default = property.default.as_ref().filter(|default| **default != Value::String(String::new()));
        let list = matches!(property.shape, Shape::Array { min_items: 0, .. }) && !property.required;
        if (default.is_some() || list) && !map.contains_key(&property.name) {
            map.insert(property.name.clone(), default.cloned().unwrap_or_else(|| Value::Array(Vec::new())));
        }
    }
}

/// Cleans the inside of a value; true when nothing is left of it.
fn inside(registry: &'static Registry, shape: &'static Shape, value: &mut Value) -> bool {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.retain_mut(|value| !inside(registry, items, value));
            false
        }
        (Shape::Link { to, properties }, Value::Object(map)) => {
            // A record where the address of one kind should stand says nothing.
            if to.len() == 1 && map.get("ref").is_some_and(Value::is_object) {
                map.shift_remove("ref");
            }
            fill(registry, Fields::Inline(properties), map)
        }
        (Shape::UriText { to }, Value::Object(_)) => to.len() == 1,
        (Shape::Object { properties }, Value::Object(map)) if !properties.is_empty() => {
            fill(registry, Fields::Inline(properties), map)
        }
        (Shape::AnyOf(shapes), value) => {
            let untyped = value.get("jsonmodel_type").is_none()
                && matches!(shapes[..], [Shape::Text(_), Shape::Nested(_)]);
            match shapes.iter().find(|shape| fits(shape, value)) {
                Some(Shape::Nested(_)) if untyped => false,
                Some(shape) => inside(registry, shape, value),
                None => false,
            }
        }
        (Shape::Text(text), Value::String(day)) if text.format == Some(Format::Date) => {
            if let Some(parsed) = day::parse(day).and_then(day::Day::iso) {
                *day = parsed;
            }
            false
        }
        (shape @ (Shape::Nested(_) | Shape::OneOf(_)), Value::Object(map)) => {
            let Some(kind) = nested_kind(shape, map).and_then(|name| registry.kind(name)) else {
                return false;
            };
            let empty = fill(registry, Fields::Kind(kind), map);
            if !empty {
                map.entry("jsonmodel_type").or_insert_with(|| Value::String(kind.name.clone()));
            }
            empty
        }
        _ => false,
    }
}
