//! What the store needs to know about kinds beyond their schema.

use record::Registry;
use serde_json::{Map, Value};

/// Root property and kind of the root of a node kind.
pub(crate) fn root_property(kind: &str) -> Option<(&'static str, &'static str)> {
    match kind {
        "archival_object" => Some(("resource", "resource")),
        "digital_object_component" => Some(("digital_object", "digital_object")),
        "classification_term" => Some(("classification", "classification")),
        _ => None,
    }
}

/// Properties whose links belong to both ends in ArchivesSpace: a save of the one raises the version of the other.
const TWO_SIDED: [&str; 15] = [
    "linked_agents",
    "related_agents",
    "related_accessions",
    "related_resources",
    "accession_links",
    "component_links",
    "classifications",
    "linked_records",
    "records",
    "surveyed_by",
    "reviewer",
    "container_profile",
    "location_profile",
    "top_container",
    "digital_object",
];

/// Whether the link at a JSON pointer belongs to both ends. The subjects of an agent's occupations, functions… do
/// not, nor do the events of a top container.
pub(crate) fn is_two_sided(pointer: &str, uri: &str) -> bool {
    let place = pointer.trim_end_matches("/ref");
    let property = place.rsplit('/').find(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
    match property {
        Some("subjects") => pointer.starts_with("/subjects/"),
        Some("linked_records") => !uri.contains("/top_containers/"),
        Some(property) => TWO_SIDED.contains(&property),
        None => false,
    }
}

/// Kinds that concern the server only: not in feeds, not searched.
pub(crate) const PRIVATE: [&str; 12] = [
    "user",
    "group",
    "preference",
    "job",
    "oai_config",
    "default_values",
    "rde_template",
    "required_fields",
    "custom_report_template",
    "permission",
    "enumeration",
    "enumeration_value",
];

/// Whether a kind concerns the server only.
#[must_use]
pub fn is_private(kind: &str) -> bool {
    PRIVATE.contains(&kind)
}

/// Whether each record of a kind is published or not.
#[must_use]
pub fn is_publishable(kind: &str) -> bool {
    let kind = Registry::shipped().kind(kind);
    kind.and_then(|kind| kind.property("publish")).is_some_and(|property| !property.read_only)
}

/// Whether records of the kind live in a repository.
pub(crate) fn in_repository(kind: &str) -> bool {
    Registry::shipped().kind(kind).and_then(|k| k.uri.as_ref()).is_some_and(|uri| uri.in_repository())
}

/// Whether the kind has the property.
pub(crate) fn has(kind: &str, property: &str) -> bool {
    Registry::shipped().kind(kind).is_some_and(|k| k.property(property).is_some())
}

/// What the server keeps about a record; never part of a stored document.
const BOOKKEEPING: [&str; 10] = [
    "uri",
    "lock_version",
    "created_by",
    "last_modified_by",
    "user_mtime",
    "system_mtime",
    "create_time",
    "repository",
    "jsonmodel_type",
    "_resolved",
];

/// Takes out of a document what the head holds: bookkeeping at every depth, and the place of a node; and the pointer
/// to its tree, which the server makes.
pub(crate) fn strip(kind: &str, doc: &mut Map<String, Value>) {
    let suppressed = has(kind, "suppressed");
    let root = root_property(kind).map(|(root, _)| root);
    without(doc, |name| {
        BOOKKEEPING.contains(&name)
            || name == "tree"
            || suppressed && name == "suppressed"
            || root.is_some_and(|root| name == root || matches!(name, "parent" | "position" | "ancestors"))
    });
    doc.values_mut().for_each(strip_nested);
}

/// Drops members by name in one pass: each single removal from the middle would move all that follow.
fn without(object: &mut Map<String, Value>, dropped: impl Fn(&str) -> bool) {
    if object.keys().any(|name| dropped(name)) {
        object.retain(|name, _| !dropped(name));
    }
}

fn strip_nested(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(strip_nested),
        Value::Object(object) => {
            let nested = object.contains_key("jsonmodel_type");
            without(object, |name| {
                BOOKKEEPING.contains(&name)
                    && name != "jsonmodel_type"
                    && (nested || !matches!(name, "uri" | "repository"))
            });
            object.values_mut().for_each(strip_nested);
        }
        _ => {}
    }
}
