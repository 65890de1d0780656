//! What of a record is content: without what the server owns, what is
//! derived, and what is empty, two records are equal exactly when nobody
//! would see a difference.

use serde_json::{Map, Value};

use crate::schema::{Kind, Property, Shape};
use crate::{Record, Registry};

/// Written by the server into every record, nested ones too.
const BOOKKEEPING: [&str; 7] = [
    "lock_version",
    "created_by",
    "last_modified_by",
    "user_mtime",
    "system_mtime",
    "create_time",
    "_resolved",
];

/// Properties of the outermost record that are no content. `position` is
/// among them because a save must never carry it: order is synced by itself. `tree` is the server's own pointer, and
/// `agent_type` says the kind once more.
const OUTERMOST: [&str; 7] =
    ["uri", "jsonmodel_type", "repository", "position", "ancestors", "tree", "agent_type"];

/// The content of `record`: keys sorted, empties (`null`, `""`, `[]`, `{}`)
/// and values that equal the default left out, as the server stores them.
#[must_use]
pub fn canonical(registry: &Registry, record: &Record) -> Record {
    let scope = Scope::outermost(registry, &record.kind);
    Record { kind: record.kind.clone(), doc: object(registry, scope, &record.doc) }
}

/// Whether two records have the same content.
#[must_use]
pub fn same(registry: &Registry, one: &Record, other: &Record) -> bool {
    one.kind == other.kind && canonical(registry, one).doc == canonical(registry, other).doc
}

/// The declared fields of an object.
#[derive(Clone, Copy)]
pub(crate) enum Fields<'a> {
    Kind(&'a Kind),
    Inline(&'a [Property]),
    /// Nobody declared them: everything is content.
    Free,
}

impl<'a> Fields<'a> {
    pub(crate) fn get(self, name: &str) -> Option<&'a Property> {
        match self {
            Self::Kind(kind) => kind.property(name),
            Self::Inline(properties) => properties.iter().find(|property| property.name == name),
            Self::Free => None,
        }
    }
}

/// Where an object stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Outermost,
    /// Its kind follows from the schema.
    Nested,
    /// Its kind is told by `jsonmodel_type` alone.
    OneOfSeveral,
}

/// The fields of an object, and which of them are content.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) fields: Fields<'a>,
    level: Level,
}

impl<'a> Scope<'a> {
    pub(crate) fn outermost(registry: &'a Registry, kind: &str) -> Self {
        Self { fields: registry.kind(kind).map_or(Fields::Free, Fields::Kind), level: Level::Outermost }
    }

    /// The scope of an object that a property of shape `shape` holds.
    pub(crate) fn of(registry: &'a Registry, shape: Option<&'a Shape>, object: &Map<String, Value>) -> Self {
        let kind = |name: &str| registry.kind(name).map_or(Fields::Free, Fields::Kind);
        let several = |fields| Self { fields, level: Level::OneOfSeveral };
        let nested = |fields| Self { fields, level: Level::Nested };
        match shape {
            Some(Shape::Nested(name)) => nested(kind(name)),
            Some(Shape::OneOf(names)) => match names.as_slice() {
                [name] => nested(kind(name)),
                _ => several(told_kind(object).map_or(Fields::Free, kind)),
            },
            Some(Shape::Link { properties, .. } | Shape::Object { properties }) => {
                nested(Fields::Inline(properties))
            }
            Some(Shape::AnyOf(shapes)) => shapes
                .iter()
                .filter(|shape| holds_objects(shape))
                .map(|shape| Self::of(registry, Some(shape), object))
                .next()
                .unwrap_or(several(Fields::Free)),
            _ => several(Fields::Free),
        }
    }

    /// Whether member `name` of `object` is what somebody wrote, not what the server made of it.
    pub(crate) fn is_content(self, object: &Map<String, Value>, name: &str) -> bool {
        if BOOKKEEPING.contains(&name) {
            return false;
        }
        let declared = self.fields.get(name);
        if declared.is_some_and(|property| property.read_only) {
            return false;
        }
        match name {
            "parent" => self.level != Level::Outermost || self.fields.get("position").is_none(),
            "jsonmodel_type" => self.level == Level::OneOfSeveral,
            "uri" => self.level == Level::OneOfSeveral && declared.is_none(),
            "sort_name" => !automatic(object, "sort_name_auto_generate"),
            "slug" => self.fields.get("is_slug_auto").is_none() || !automatic(object, "is_slug_auto"),
            _ => self.level != Level::Outermost || !OUTERMOST.contains(&name),
        }
    }
}

fn told_kind(object: &Map<String, Value>) -> Option<&str> {
    object.get("jsonmodel_type").and_then(Value::as_str)
}

fn holds_objects(shape: &Shape) -> bool {
    matches!(shape, Shape::Nested(_) | Shape::OneOf(_) | Shape::Link { .. } | Shape::Object { .. })
}

/// Flags of this sort are on unless they were switched off.
fn automatic(object: &Map<String, Value>, flag: &str) -> bool {
    object.get(flag).and_then(Value::as_bool).unwrap_or(true)
}

/// The shape of the elements of a list.
pub(crate) fn element_shape(shape: Option<&Shape>) -> Option<&Shape> {
    match shape? {
        Shape::Array { items, .. } => Some(items),
        Shape::AnyOf(shapes) => shapes.iter().find_map(|shape| element_shape(Some(shape))),
        _ => None,
    }
}

/// The content of an object.
pub(crate) fn object(
    registry: &Registry,
    scope: Scope<'_>,
    object: &Map<String, Value>,
) -> Map<String, Value> {
    let mut members: Vec<(&String, Value)> = object
        .iter()
        .filter(|(name, _)| scope.is_content(object, name))
        .filter_map(|(name, value)| Some((name, member(registry, scope.fields.get(name), value)?)))
        .collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    members.into_iter().map(|(name, value)| (name.clone(), value)).collect()
}

/// The content of a member; `None` when the server would not store it.
pub(crate) fn member(registry: &Registry, property: Option<&Property>, value: &Value) -> Option<Value> {
    if let Some(property) = property {
        let is_default = match (&property.default, value) {
            (Some(default), value) => default == value,
            (None, Value::Bool(flag)) => !flag,
            _ => false,
        };
        if is_default {
            return None;
        }
    }
    element(registry, property.map(|property| &property.shape), value)
}

/// The content of a value of shape `shape`; `None` when it is empty.
pub(crate) fn element(registry: &Registry, shape: Option<&Shape>, value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Array(items) => {
            let shape = element_shape(shape);
            let items: Vec<Value> = items.iter().filter_map(|item| element(registry, shape, item)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let content = object(registry, Scope::of(registry, shape, members), members);
            (!content.is_empty()).then_some(Value::Object(content))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(kind: &str, doc: Value, expect: Value) {
        let registry = Registry::shipped();
        let record = Record::from_value(kind, doc).unwrap();
        assert_eq!(canonical(registry, &record).into_value(), expect);
    }

    #[test]
    fn bookkeeping_and_empties_are_no_content() {
        check(
            "accession",
            json!({
                "uri": "/repositories/2/accessions/1", "lock_version": 4, "jsonmodel_type": "accession", "title": "Letters",
                "content_description": "", "dates": [], "publish": false, "system_mtime": "2020-01-01T00:00:00Z",
                "display_string": "Letters", "repository": {"ref": "/repositories/2"}, "plugin": {"kept": 1, "not": null},
                "extents": [{"number": "1", "lock_version": 0, "jsonmodel_type": "extent", "create_time": "x"}, {}],
                "subjects": [{"ref": "/subjects/1", "_resolved": {"title": "x"}}],
            }),
            json!({
                "extents": [{"number": "1"}], "plugin": {"kept": 1}, "subjects": [{"ref": "/subjects/1"}], "title": "Letters",
            }),
        );
    }

    #[test]
    fn the_type_stays_where_nothing_else_tells_it() {
        check(
            "archival_object",
            json!({"position": 3, "parent": {"ref": "/repositories/2/archival_objects/1"}, "level": "file",
                   "notes": [{"jsonmodel_type": "note_singlepart", "type": "abstract", "content": ["x"], "publish": true}]}),
            json!({"level": "file", "notes": [{"content": ["x"], "jsonmodel_type": "note_singlepart", "publish": true, "type": "abstract"}]}),
        );
    }

    #[test]
    fn generated_names_and_slugs_are_no_content() {
        check(
            "agent_person",
            json!({"slug": "x", "names": [{"primary_name": "A", "sort_name": "A", "sort_name_auto_generate": true}]}),
            json!({"names": [{"primary_name": "A"}]}),
        );
        check(
            "agent_person",
            json!({"slug": "x", "is_slug_auto": false, "names": [{"primary_name": "A", "sort_name": "B", "sort_name_auto_generate": false}]}),
            json!({"is_slug_auto": false, "slug": "x", "names": [{"primary_name": "A", "sort_name": "B", "sort_name_auto_generate": false}]}),
        );
    }
}
