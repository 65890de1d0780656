//! The document as clients of the original see it: inline records carry the
//! bookkeeping of rows that they are there, and roots name their tree.

use record::Registry;
use record::schema::{Kind, Shape};
use serde_json::{Map, Value, json};
use store::{Reader, Stored};

use crate::reply::Failure;

/// A stored record as the API answers it.
pub(crate) fn served(reader: &Reader<'_>, stored: &Stored) -> Result<Map<String, Value>, Failure> {
    let mut doc = reader.to_api(stored)?;
    if let Some(kind) = Registry::shipped().kind(stored.kind) {
        let stamp = Stamp::of(&doc);
        inside(kind, &mut doc, &stamp);
    }
    Ok(doc)
}

/// Who and when, for what is inside.
struct Stamp {
    by: Value,
    at: Value,
}

impl Stamp {
    fn of(doc: &Map<String, Value>) -> Self {
        let take = |name: &str| doc.get(name).cloned().unwrap_or(Value::Null);
        Self { by: take("last_modified_by"), at: take("user_mtime") }
    }
}

fn inside(kind: &Kind, doc: &mut Map<String, Value>, stamp: &Stamp) {
    for (name, value) in doc.iter_mut() {
        if let Some(property) = kind.property(name) {
            shaped(&property.shape, value, stamp);
        }
    }
}

fn shaped(shape: &Shape, value: &mut Value, stamp: &Stamp) {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => values.iter_mut().for_each(|value| shaped(items, value, stamp)),
        (Shape::AnyOf(shapes), value) => {
            if let Some(shape) = shapes.iter().find(|shape| matches!(shape, Shape::Nested(_) | Shape::OneOf(_))) {
                shaped(shape, value, stamp);
            }
        }
        (Shape::Nested(_) | Shape::OneOf(_), Value::Object(map)) => nested(shape, map, stamp),
        _ => {}
    }
}

fn nested(shape: &Shape, map: &mut Map<String, Value>, stamp: &Stamp) {
    let name = match (map.get("jsonmodel_type").and_then(Value::as_str), shape) {
        (Some(name), _) => name.to_owned(),
        (None, Shape::Nested(name)) => name.clone(),
        _ => return,
    };
    let Some(kind) = Registry::shipped().kind(&name) else { return };
    inside(kind, map, stamp);
    if kind.uri.is_some() || map.contains_key("create_time") {
        return;
    }
    let rows = rows_of(&name);
    if rows == Rows::Versioned {
        map.insert("lock_version".to_owned(), json!(0));
    }
    if matches!(rows, Rows::Versioned | Rows::Plain) {
        for name in ["created_by", "last_modified_by"] {
            map.insert(name.to_owned(), stamp.by.clone());
        }
        map.insert("create_time".to_owned(), stamp.at.clone());
    }
    if rows != Rows::None {
        for name in ["system_mtime", "user_mtime"] {
            map.insert(name.to_owned(), stamp.at.clone());
        }
    }
}

/// What the original keeps about an inline record of a kind.
#[derive(PartialEq, Eq)]
enum Rows {
    /// A version, authors and times.
    Versioned,
    /// Authors and times.
    Plain,
    /// Times of the link.
    Link,
    /// Nothing: it is part of another's text.
    None,
}

fn rows_of(kind: &str) -> Rows {
    match kind {
        "accession_parts_relationship" | "accession_sibling_relationship" | "container_location" => Rows::Link,
        "external_id" | "revision_statement" | "rights_statement_act" => Rows::Plain,
        "rights_restriction" | "defaults" => Rows::None,
        kind if kind.starts_with("note_") => Rows::None,
        kind if kind.starts_with("agent_relationship_") => Rows::Plain,
        _ => Rows::Versioned,
    }
}
