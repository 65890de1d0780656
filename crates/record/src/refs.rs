//! The references of a record: which other records it names, at any depth.

use serde_json::{Map, Value};

use crate::schema::{Kind, Property, Shape};
use crate::{Record, Registry};

/// One reference inside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// JSON pointer to the address, as `/linked_agents/0/ref`.
    pub pointer: String,
    /// Property of the record under which it stands, as `linked_agents`.
    pub property: String,
    /// The address that is named.
    pub uri: String,
    /// The `role` (or `relator`) that stands beside it.
    pub role: Option<String>,
}

/// Every reference of the record, in the order of the schema.
///
/// Properties that the server makes (`linked_events`, `repository`…) are left
/// out: they mirror references which other records hold.
#[must_use]
pub fn references(registry: &'static Registry, record: &Record) -> Vec<Reference> {
    let Some(kind) = registry.kind(&record.kind) else { return Vec::new() };
    let mut found = Found { registry, pointer: String::new(), property: "", references: Vec::new() };
    for property in linking(kind) {
        if let Some(value) = record.doc.get(&property.name)
            && (!property.read_only || is_own(&kind.name, &property.name))
        {
            found.property = &property.name;
            found.under(&property.name, |found| found.value(&property.shape, value, None));
        }
    }
    found.references
}

/// The one link that the server makes and that no other record mirrors: a user's agent.
fn is_own(kind: &str, property: &str) -> bool {
    (kind, property) == ("user", "agent_record")
}

struct Found {
    registry: &'static Registry,
    pointer: String,
    property: &'static str,
    references: Vec<Reference>,
}

impl Found {
    fn under(&mut self, segment: &str, work: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(segment);
        work(self);
        self.pointer.truncate(length);
    }

    fn value(&mut self, shape: &'static Shape, value: &Value, role: Option<&str>) {
        match (shape, value) {
            (Shape::UriText { .. }, Value::String(uri)) => self.references.push(Reference {
                pointer: self.pointer.clone(),
                property: self.property.to_owned(),
                uri: uri.clone(),
                role: role.map(str::to_owned),
            }),
            (Shape::Link { properties, .. }, Value::Object(map)) => {
                if let Some(uri @ Value::String(_)) = map.get("ref") {
                    self.under("ref", |found| found.value(&ADDRESS, uri, role_of(map)));
                }
                self.object(properties.iter(), map);
            }
            (Shape::Object { properties }, Value::Object(map)) => self.object(properties.iter(), map),
            (Shape::Array { items, .. }, Value::Array(values)) => {
                for (at, value) in values.iter().enumerate() {
                    self.under(&at.to_string(), |found| found.value(items, value, role));
                }
            }
            (Shape::AnyOf(shapes), _) => {
                if let Some(shape) = shapes.iter().find(|shape| fits(shape, value)) {
                    self.value(shape, value, role);
                }
            }
            (_, Value::Object(map)) => {
                if let Some(kind) = nested_kind(shape, map).and_then(|name| self.registry.kind(name)) {
                    self.object(linking(kind), map);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, properties: impl Iterator<Item = &'static Property>, map: &Map<String, Value>) {
        for property in properties {
            if let Some(value) = map.get(&property.name)
                && !property.read_only
            {
                self.under(&property.name, |found| found.value(&property.shape, value, role_of(map)));
            }
        }
    }
}

/// Replaces addresses: `f` returns the new one, or `None` to keep the old.
///
/// Unlike [`references`] this reaches the properties that the server makes,
/// so that a document never keeps an address which is gone.
pub fn rewrite(registry: &'static Registry, record: &mut Record, f: &mut dyn FnMut(&str) -> Option<String>) {
    if let Some(kind) = registry.kind(&record.kind) {
        rewrite_object(registry, linking(kind), &mut record.doc, f);
    }
}

fn rewrite_object(
    registry: &'static Registry,
    properties: impl Iterator<Item = &'static Property>,
    map: &mut Map<String, Value>,
    f: &mut dyn FnMut(&str) -> Option<String>,
) {
    for property in properties {
        if let Some(value) = map.get_mut(&property.name) {
            rewrite_value(registry, &property.shape, value, f);
        }
    }
}

fn rewrite_value(
    registry: &'static Registry,
    shape: &'static Shape,
    value: &mut Value,
    f: &mut dyn FnMut(&str) -> Option<String>,
) {
    match (shape, value) {
        (Shape::UriText { .. }, Value::String(uri)) => {
            if let Some(new) = f(uri) {
                *uri = new;
            }
        }
        (Shape::Link { properties, .. }, Value::Object(map)) => {
            if let Some(uri @ Value::String(_)) = map.get_mut("ref") {
                rewrite_value(registry, &ADDRESS, uri, f);
            }
            rewrite_object(registry, properties.iter(), map, f);
        }
        (Shape::Object { properties }, Value::Object(map)) => {
            rewrite_object(registry, properties.iter(), map, f)
        }
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().for_each(|value| rewrite_value(registry, items, value, f));
        }
        (Shape::AnyOf(shapes), value) => {
            if let Some(shape) = shapes.iter().find(|shape| fits(shape, value)) {
                rewrite_value(registry, shape, value, f);
            }
        }
        (shape, Value::Object(map)) => {
            if let Some(kind) = nested_kind(shape, map).and_then(|name| registry.kind(name)) {
                rewrite_object(registry, linking(kind), map, f);
            }
        }
        _ => {}
    }
}

/// The shape of every `ref` member; a link's own `ref` property is declared as plain text.
static ADDRESS: Shape = Shape::UriText { to: Vec::new() };

/// The properties of a kind that can hold references.
fn linking(kind: &'static Kind) -> impl Iterator<Item = &'static Property> {
    kind.linking.iter().filter_map(|at| kind.properties.get(*at))
}

/// The kind of an inline record at a place of this shape.
pub(crate) fn nested_kind<'a>(shape: &'a Shape, map: &Map<String, Value>) -> Option<&'a str> {
    match shape {
        Shape::Nested(kind) => Some(kind),
        Shape::OneOf(kinds) => {
            let kind = map.get("jsonmodel_type")?.as_str()?;
            kinds.iter().find(|allowed| *allowed == kind).map(String::as_str)
        }
        _ => None,
    }
}

/// Whether `value` has the JSON type that `shape` wants: chooses between alternatives.
pub(crate) fn fits(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Text(_) | Shape::UriText { .. } => value.is_string(),
        Shape::Integer => value.is_i64() || value.is_u64(),
        Shape::Number => value.is_number(),
        Shape::Boolean => value.is_boolean(),
        Shape::Nested(_) | Shape::OneOf(_) | Shape::Link { .. } | Shape::Object { .. } => value.is_object(),
        Shape::Array { .. } => value.is_array(),
        Shape::AnyOf(shapes) => shapes.iter().any(|shape| fits(shape, value)),
    }
}

fn role_of(map: &Map<String, Value>) -> Option<&str> {
    map.get("role").or_else(|| map.get("relator")).and_then(Value::as_str)
}

/// Takes every link to `uri` out of a document: elements of lists, single links, and the instances that hold it.
/// Its own address stays.
pub fn without(doc: &mut Map<String, Value>, uri: &str) {
    doc.retain(|name, value| name == "uri" || keep(value, uri));
}

fn keep(value: &mut Value, uri: &str) -> bool {
    match value {
        Value::String(text) => text != uri,
        Value::Array(items) => {
            items.retain_mut(|item| keep(item, uri));
            true
        }
        Value::Object(object) => {
            if object.get("ref").and_then(Value::as_str) == Some(uri) {
                return false;
            }
            let instance = object.contains_key("instance_type");
            if instance && holds(object, uri) {
                return false;
            }
            object.retain(|_, value| keep(value, uri));
            true
        }
        _ => true,
    }
}

fn holds(instance: &Map<String, Value>, uri: &str) -> bool {
    let is =
        |link: Option<&Value>| link.and_then(|link| link.get("ref")).and_then(Value::as_str) == Some(uri);
    is(instance.get("digital_object"))
        || is(instance.get("sub_container").and_then(|sub| sub.get("top_container")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn accession() -> Record {
        Record::from_value(
            "accession",
            json!({
                "subjects": [{"ref": "/subjects/1", "_resolved": {"vocabulary": "/vocabularies/9"}}],
                "linked_agents": [{"ref": "/agents/people/3", "role": "creator", "terms": ["/terms/4", {"term": "x", "vocabulary": "/vocabularies/1"}]}],
                "instances": [{"sub_container": {"top_container": {"ref": "/repositories/2/top_containers/5"}}}],
                "related_accessions": [{"jsonmodel_type": "accession_parts_relationship", "relator": "forms_part_of", "ref": "/repositories/2/accessions/8"}],
                "linked_events": [{"ref": "/repositories/2/events/1"}]
            }),
        )
        .unwrap()
    }

    #[test]
    fn references_are_found_at_any_depth() {
        let found = references(Registry::shipped(), &accession());
        let mut spelled: Vec<String> = found
            .iter()
            .map(|r| format!("{} {} {} {}", r.pointer, r.property, r.uri, r.role.as_deref().unwrap_or("-")))
            .collect();
        spelled.sort();
        assert_eq!(
            spelled,
            [
                "/instances/0/sub_container/top_container/ref instances /repositories/2/top_containers/5 -",
                "/linked_agents/0/ref linked_agents /agents/people/3 creator",
                "/linked_agents/0/terms/0 linked_agents /terms/4 creator",
                "/linked_agents/0/terms/1/vocabulary linked_agents /vocabularies/1 -",
                "/related_accessions/0/ref related_accessions /repositories/2/accessions/8 forms_part_of",
                "/subjects/0/ref subjects /subjects/1 -",
            ]
        );
    }

    #[test]
    fn rewriting_reaches_what_the_server_makes_but_not_copies_of_other_records() {
        let mut record = accession();
        rewrite(Registry::shipped(), &mut record, &mut |uri| Some(format!("{uri}0")));
        assert_eq!(record.doc["linked_events"][0]["ref"], "/repositories/2/events/10");
        assert_eq!(record.doc["linked_agents"][0]["terms"][0], "/terms/40");
        assert_eq!(record.doc["subjects"][0]["_resolved"]["vocabulary"], "/vocabularies/9");
    }

    #[test]
    fn links_to_a_record_that_goes_are_taken_out() {
        let mut doc = accession().doc;
        doc.insert("uri".to_owned(), json!("/subjects/1"));
        doc["instances"][0]["instance_type"] = json!("mixed_materials");
        for uri in ["/subjects/1", "/repositories/2/top_containers/5", "/terms/4"] {
            without(&mut doc, uri);
        }
        assert_eq!((&doc["subjects"], &doc["instances"]), (&json!([]), &json!([])));
        assert_eq!(doc["linked_agents"][0]["terms"].as_array().map(Vec::len), Some(1));
        assert_eq!(doc["uri"], "/subjects/1");
    }
}
