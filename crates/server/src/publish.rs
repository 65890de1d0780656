//! Publishing and suppressing, with everything below.

use record::schema::{Kind, Shape};
use record::{Record, Registry};
use serde_json::{Map, Value, json};
use store::{Reader, Stored, Tx};

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{preferences, records};

pub(crate) fn publish(call: &Call<'_>) -> Answer {
    set(call, true)
}

pub(crate) fn unpublish(call: &Call<'_>) -> Answer {
    set(call, false)
}

fn set(call: &Call<'_>, publish: bool) -> Answer {
    let uri = call.uri();
    call.commit(if publish { "publish" } else { "unpublish" }, |tx| {
        let stored = records::visible(call, tx, &uri)?;
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
            each_inline(&property.shape, value, &mut |inner, map| flag(inner, map, publish));
        }
    }
}

/// Hands the inline records of a value to `f`, each with its kind.
fn each_inline(shape: &Shape, value: &mut Value, f: &mut dyn FnMut(&Kind, &mut Map<String, Value>)) {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().for_each(|value| each_inline(items, value, f))
        }
        (Shape::AnyOf(shapes), value) => shapes.iter().for_each(|shape| each_inline(shape, value, f)),
        (Shape::Nested(_) | Shape::OneOf(_), Value::Object(map)) => {
            let name = map.get("jsonmodel_type").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(kind) = Registry::shipped().kind(&name) {
                f(kind, map);
            }
        }
        _ => {}
    }
}

/// Publishes new records that do not say whether they are published, and their inline records that do not, where the
/// caller prefers that.
pub(crate) fn as_preferred<'a>(
    call: &Call<'_>,
    reader: &Reader<'_>,
    records: impl IntoIterator<Item = &'a mut Record>,
) -> Result<(), Failure> {
    if !preferences::publishes(call, reader)? {
        return Ok(());
    }
    for record in records {
        if let Some(kind) = Registry::shipped().kind(&record.kind) {
            unsaid(kind, "", &mut record.doc);
        }
    }
    Ok(())
}

/// Raises the flags that were not sent. A note stays as it is: in ArchivesSpace only its parts follow the preference.
fn unsaid(kind: &Kind, above: &str, doc: &mut Map<String, Value>) {
    let whole_note = is_note(&kind.name) && !is_note(above);
    if !whole_note && kind.property("publish").is_some_and(|property| !property.read_only) {
        doc.entry("publish").or_insert(json!(true));
    }
    for (name, value) in doc.iter_mut() {
        if let Some(property) = kind.property(name) {
            each_inline(&property.shape, value, &mut |inner, map| unsaid(inner, &kind.name, map));
        }
    }
}

fn is_note(kind: &str) -> bool {
    kind.starts_with("note_")
}

/// Suppresses or restores a record with every node below it. Whoever may, may restore what he is not shown.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_say_so_is_published_but_notes() {
        let kind = Registry::shipped().kind("archival_object").unwrap();
        let text = |publish: Option<bool>| {
            let mut text = json!({"jsonmodel_type": "note_text", "content": "a"});
            if let Some(publish) = publish {
                text["publish"] = json!(publish);
            }
            text
        };
        let document = json!({"jsonmodel_type": "external_document", "title": "a", "location": "b"});
        let statement = json!({"jsonmodel_type": "rights_statement", "external_documents": [document]});
        let note = json!({"jsonmodel_type": "note_multipart", "subnotes": [text(None), text(Some(false))]});
        let doc = json!({
            "external_documents": [document], "rights_statements": [statement], "notes": [note],
            "extents": [{"jsonmodel_type": "extent", "number": "1"}],
        });
        let mut doc = doc.as_object().cloned().unwrap();
        unsaid(kind, "", &mut doc);
        let doc = Value::Object(doc);
        for (place, expected) in [
            ("/publish", json!(true)),
            ("/external_documents/0/publish", json!(true)),
            ("/notes/0/publish", Value::Null),
            ("/notes/0/subnotes/0/publish", json!(true)),
            ("/notes/0/subnotes/1/publish", json!(false)),
            ("/extents/0/publish", Value::Null),
        ] {
            assert_eq!(doc.pointer(place).cloned().unwrap_or_default(), expected, "{place}");
        }
        let mut hidden = json!({"publish": false}).as_object().cloned().unwrap();
        unsaid(kind, "", &mut hidden);
        assert_eq!(hidden["publish"], false);
    }
}
