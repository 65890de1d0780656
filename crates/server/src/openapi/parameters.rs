//! Parameters of an operation, with what their values may be.

use serde_json::{Value, json};

use super::operations::shape;
use crate::params::{Param, Type};
use crate::route::Route;

/// Parameters of the path and of the query. The names in the path are those of `path`.
pub(super) fn of(route: &Route, path: &str) -> Vec<Value> {
    let own = holes(&route.path);
    let spelled = holes(path);
    route
        .params
        .iter()
        .map(|param| match own.iter().position(|hole| *hole == param.name) {
            Some(at) => {
                let name = spelled.get(at).copied().unwrap_or(&param.name);
                json!({"name": name, "in": "path", "required": true, "schema": schema(route, param)})
            }
            None => in_query(route, param),
        })
        .collect()
}

fn holes(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|segment| segment.strip_prefix(':')).collect()
}

fn in_query(route: &Route, param: &Param) -> Value {
    let list = matches!(param.kind, Type::Texts | Type::Integers);
    let name = if list { format!("{}[]", param.name) } else { param.name.clone() };
    let mut value =
        json!({"name": name, "in": "query", "required": param.required, "schema": schema(route, param)});
    if let (true, Some(map)) = (list, value.as_object_mut()) {
        map.insert("style".to_owned(), json!("form"));
        map.insert("explode".to_owned(), json!(true));
    }
    value
}

fn schema(route: &Route, param: &Param) -> Value {
    match param.kind {
        Type::Text => text(route, &param.name),
        Type::Integer => json!({"type": "integer", "minimum": least(&param.name), "maximum": i64::MAX}),
        Type::Boolean => json!({"type": "boolean"}),
        Type::Repository => json!({"type": "integer", "minimum": 1, "maximum": i64::MAX}),
        Type::Username => json!({"type": "string", "pattern": r"^[A-Za-z0-9_\-.@+']+$"}),
        // An empty list is not sent at all.
        Type::Texts => json!({"type": "array", "minItems": 1, "items": item(&param.name)}),
        Type::Integers => json!({
            "type": "array", "minItems": 1,
            "items": {"type": "integer", "minimum": least(&param.name), "maximum": i64::MAX},
        }),
        Type::IdSet => json!({"type": "string", "pattern": "^[0-9]{1,9}(,[0-9]{1,9}){0,249}$"}),
    }
}

/// The least value of a number.
fn least(name: &str) -> i64 {
    match name {
        "id" | "page" | "page_size" | "enum_id" | "enum_val_id" | "file_id" | "node_ids" => 1,
        "offset" => 0,
        _ => i64::MIN,
    }
}

fn item(name: &str) -> Value {
    match name {
        "record_uris" | "children" | "location_uris" => json!({"type": "string", "pattern": "^/"}),
        _ => json!({"type": "string"}),
    }
}

/// What a text may be, where it is not just any text.
fn text(route: &Route, name: &str) -> Value {
    match (name, shape(&route.path).as_str()) {
        ("level", "/permissions") => json!({"type": "string", "enum": ["repository", "global", "all"]}),
        ("format", "/schemas" | "/schemas/{}") => {
            json!({"type": "string", "enum": ["json-schema", "archivesspace"]})
        }
        ("sort_direction", _) => json!({"type": "string", "enum": ["asc", "desc"]}),
        _ => json!({"type": "string"}),
    }
}

/// Bodies that are no document of one kind.
pub(super) fn raw_body(path: &str) -> Value {
    if path.ends_with("/batch_imports") {
        return json!({"description": "An array of records of any kinds.", "examples": [[]]});
    }
    json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}})
}
