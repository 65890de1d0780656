//! From what came in to what is checked and kept: no empties, no unknown
//! members, nothing that the server makes; defaults filled in.

use serde_json::{Map, Value};

use super::day;
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
        fill(registry, &kind.properties, &mut record.doc);
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

fn fill(registry: &'static Registry, properties: &'static [Property], map: &mut Map<String, Value>) {
    map.retain(|name, _| properties.iter().any(|property| property.name == *name && !property.read_only));
    for property in properties.iter().filter(|property| !property.read_only) {
        if let Some(value) = map.get_mut(&property.name) {
            inside(registry, &property.shape, value);
        } else if let Some(default) = property.default.as_ref().filter(|default| **default != Value::String(String::new())) {
            map.insert(property.name.clone(), default.clone());
        } else if matches!(property.shape, Shape::Array { .. }) {
            map.insert(property.name.clone(), Value::Array(Vec::new()));
        }
    }
}

fn inside(registry: &'static Registry, shape: &'static Shape, value: &mut Value) {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().for_each(|value| inside(registry, items, value));
        }
        (Shape::Link { properties, .. } | Shape::Object { properties }, Value::Object(map)) if !properties.is_empty() => {
            fill(registry, properties, map);
        }
        (Shape::AnyOf(shapes), value) => {
            if let Some(shape) = shapes.iter().find(|shape| fits(shape, value)) {
                inside(registry, shape, value);
            }
        }
        (Shape::Text(text), Value::String(day)) if text.format == Some(Format::Date) => {
            if let Some(parsed) = day::parse(day).and_then(day::Day::iso) {
                *day = parsed;
            }
        }
        (shape @ (Shape::Nested(_) | Shape::OneOf(_)), Value::Object(map)) => {
            if let Some(kind) = nested_kind(shape, map).and_then(|name| registry.kind(name)) {
                fill(registry, &kind.properties, map);
                map.entry("jsonmodel_type").or_insert_with(|| Value::String(kind.name.clone()));
            }
        }
        _ => {}
    }
}
