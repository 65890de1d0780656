//! What the store adds to a document that comes in.

use record::{Record, Registry};
use serde_json::{Map, Value};

use crate::Role;

/// Gives identifiers to what must have one: `ref_id`, `persistent_id` of notes, `identifier` of rights statements.
pub(crate) fn identifiers(record: &mut Record) {
    if record.kind == "archival_object" {
        give(&mut record.doc, "ref_id");
    }
    record.doc.values_mut().for_each(nested_identifiers);
}

fn nested_identifiers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(nested_identifiers),
        Value::Object(object) => {
            object.values_mut().for_each(nested_identifiers);
            let kind = object
                .get("jsonmodel_type")
                .and_then(Value::as_str)
                .and_then(|kind| Registry::shipped().kind(kind));
            let Some(kind) = kind else { return };
            if kind.property("persistent_id").is_some() {
                give(object, "persistent_id");
            }
            if kind.name == "rights_statement" {
                give(object, "identifier");
            }
        }
        _ => {}
    }
}

fn give(object: &mut Map<String, Value>, property: &str) {
    let there = object.get(property).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if !there {
        object.insert(property.to_owned(), Value::from(uuid::Uuid::new_v4().simple().to_string()));
    }
}

/// What the server itself writes into documents of some kinds, though a client may not.
pub(crate) fn server_set(kind: &str, doc: &Map<String, Value>) -> Map<String, Value> {
    let names: &[&str] = match kind {
        "user" => &["agent_record", "is_system_user", "source"],
        "repository" => &["position", "agent_representation"],
        // What a user's agent is told from others by.
        "agent_person" => &["is_user"],
        _ => &[],
    };
    names.iter().filter_map(|name| Some(((*name).to_owned(), doc.get(*name)?.clone()))).collect()
}

/// Carries over what an update may not change, and on a desk what only the server knows of.
pub(crate) fn keep(role: Role, kind: &str, old: &Map<String, Value>, record: &mut Record) {
    if kind == "archival_object"
        && let Some(ref_id) = old.get("ref_id")
    {
        record.doc.insert("ref_id".to_owned(), ref_id.clone());
    }
    if role == Role::Server {
        // The server's own: what a client sends of it was dropped.
        for name in ["ark_name", "is_user"] {
            if let Some(value) = old.get(name) {
                record.doc.insert(name.to_owned(), value.clone());
            }
        }
        return;
    }
    let schema = Registry::shipped().kind(kind);
    for (name, value) in old {
        let writable = schema.is_none_or(|k| k.property(name).is_some_and(|p| !p.read_only));
        if !writable && !record.doc.contains_key(name) {
            record.doc.insert(name.clone(), value.clone());
        }
    }
}
