//! Relations that stand in one record and are seen from both, with the words turned round.

use serde_json::{Map, Value, json};
use store::Reader;

use crate::reply::Failure;

/// Relators that name a direction, each with its opposite.
const OPPOSITES: [(&str, &str); 4] = [
    ("is_parent_of", "is_child_of"),
    ("is_earlier_form_of", "is_later_form_of"),
    ("is_superior_of", "is_subordinate_to"),
    ("forms_part_of", "has_part"),
];

/// Adds the relations that other records of these kinds have to this one under the same property.
pub(super) fn join(
    reader: &Reader<'_>,
    uri: &str,
    doc: &mut Map<String, Value>,
    kinds: &[&str],
    property: &str,
) -> Result<(), Failure> {
    let mut others = Vec::new();
    for kind in kinds {
        for other in reader.linked_by(uri, kind, property)? {
            others.extend(reader.get(&other)?);
        }
    }
    others.sort_by_key(|other| other.head.id);
    for other in others {
        let stamp = super::Stamp::of(&other.to_api());
        for relation in other.record().items(property) {
            if relation.get("ref").and_then(Value::as_str) == Some(uri) {
                add(doc, property, turned(relation, &other.head.uri, &stamp));
            }
        }
    }
    Ok(())
}

/// A relation as the other end has it.
fn turned(relation: &Value, to: &str, stamp: &super::Stamp) -> Value {
    let mut relation = relation.as_object().cloned().unwrap_or_default();
    if let Some(relator) = relation.get("relator").and_then(Value::as_str).map(opposite) {
        relation.insert("relator".to_owned(), json!(relator));
    }
    // At the end, where the original has it.
    relation.shift_remove("ref");
    relation.insert("ref".to_owned(), json!(to));
    let mut value = Value::Object(relation);
    super::stamped(&mut value, stamp);
    value
}

fn opposite(relator: &str) -> String {
    let other = OPPOSITES.iter().find_map(|(one, other)| match relator {
        relator if relator == *one => Some(*other),
        relator if relator == *other => Some(*one),
        _ => None,
    });
    other.unwrap_or(relator).to_owned()
}

/// Both ends may hold the relation: it is shown once.
fn add(doc: &mut Map<String, Value>, property: &str, relation: Value) {
    let entry = doc.entry(property).or_insert_with(|| json!([]));
    let Value::Array(relations) = entry else { return };
    let same = |there: &Value| {
        ["ref", "relator", "jsonmodel_type"].iter().all(|name| there.get(name) == relation.get(name))
    };
    if !relations.iter().any(same) {
        relations.push(relation);
    }
}
