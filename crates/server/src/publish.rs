//! Publishing and suppressing, with everything below.

use record::Registry;
use record::schema::{Kind, Shape};
use serde_json::{Map, Value, json};
use store::{Reader, Stored, Tx};

use crate::call::Call;
use crate::records;
use crate::reply::{Answer, Failure, Reply};

pub(crate) fn publish(call: &Call<'_>) -> Answer {
    set(call, true)
}

pub(crate) fn unpublish(call: &Call<'_>) -> Answer {
    set(call, false)
}

fn set(call: &Call<'_>, publish: bool) -> Answer {
    let uri = call.uri();
    call.commit(if publish { "publish" } else { "unpublish" }, |tx| {
        let stored = tx.get(&uri)?.ok_or_else(|| Failure::missing(call.kind()))?;
        for uri in with_descendants(tx, &stored)? {
            mark(tx, &uri, publish)?;
        }
        Ok(records::acted(&tx.expect(&uri)?))
    })
}

/// A record and every node below it.
pub(crate) fn with_descendants(reader: &Reader<'_>, stored: &Stored) -> Result<Vec<String>, Failure> {
    let mut uris = vec![stored.head.uri.clone()];
    match &stored.head.root {
        None => uris.extend(reader.nodes_in_order(&stored.head.uri)?.into_iter().map(|(head, _)| head.uri)),
        Some(root) => {
            let mut at = 0;
            while let Some(parent) = uris.get(at).cloned() {
                uris.extend(
                    reader.children(root, Some(&parent), 0, u64::MAX)?.into_iter().map(|head| head.uri),
                );
                at += 1;
            }
        }
    }
    Ok(uris)
}

fn mark(tx: &mut Tx<'_>, uri: &str, publish: bool) -> Result<(), Failure> {
    let Some(stored) = tx.get(uri)? else { return Ok(()) };
    let mut doc = stored.doc.clone();
    if let Some(kind) = Registry::shipped().kind(stored.kind) {
        flag(kind, &mut doc, publish);
    }
    if doc != stored.doc {
        tx.amend(uri, doc)?;
    }
    Ok(())
}

/// Sets the flag of a record and of every inline record that has one.
fn flag(kind: &Kind, doc: &mut Map<String, Value>, publish: bool) {
    if kind.property("publish").is_some() {
        doc.insert("publish".to_owned(), json!(publish));
    }
    for (name, value) in doc.iter_mut() {
        if let Some(property) = kind.property(name) {
            inside(&property.shape, value, publish);
        }
    }
}

fn inside(shape: &Shape, value: &mut Value, publish: bool) {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().for_each(|value| inside(items, value, publish))
        }
        (Shape::AnyOf(shapes), value) => shapes.iter().for_each(|shape| inside(shape, value, publish)),
        (Shape::Nested(_) | Shape::OneOf(_), Value::Object(map)) => {
            let name = map.get("jsonmodel_type").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(kind) = Registry::shipped().kind(&name) {
                flag(kind, map, publish);
            }
        }
        _ => {}
    }
}

/// Suppresses or restores a record with every node below it.
pub(crate) fn suppress(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let suppressed = call.params.flag("suppressed");
    call.commit("suppress", |tx| {
        let stored = tx.get(&uri)?.ok_or_else(|| Failure::missing(call.kind()))?;
        for uri in with_descendants(tx, &stored)? {
            tx.suppress(&uri, suppressed)?;
        }
        Ok(Reply::json(
            json!({"status": "Suppressed", "id": stored.number(), "suppressed_state": suppressed}),
        ))
    })
}
