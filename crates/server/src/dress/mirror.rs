//! Relations that are seen from both ends, with the words turned round: for those that were stored at one end only, by
//! an earlier version or an import.

use record::relations;
use serde_json::{Map, Value, json};
use store::Reader;

use crate::reply::Failure;

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
        for relation in record::items(&other.doc, property) {
            if relation.get("ref").and_then(Value::as_str) == Some(uri) {
                add(doc, property, turned(relation, &other.head.uri, &stamp));
            }
        }
    }
    Ok(())
}

/// A relation as the other end has it.
fn turned(relation: &Value, to: &str, stamp: &super::Stamp) -> Value {
    let mut value = Value::Object(relations::turned(relation, to));
    super::stamped(&mut value, stamp);
    value
}

/// Both ends hold the relation: it is shown once.
fn add(doc: &mut Map<String, Value>, property: &str, relation: Value) {
    let entry = doc.entry(property).or_insert_with(|| json!([]));
    let Value::Array(there) = entry else { return };
    if !there.iter().any(|other| relations::is_same(other, &relation)) {
        there.push(relation);
    }
}
