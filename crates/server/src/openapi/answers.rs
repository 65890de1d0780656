//! What operations answer: shapes of success by route, refusals by status.

use record::Registry;
use serde_json::{Map, Value, json};

use super::operations::shape;
use super::schemas::{Needed, Use};
use crate::route::{Body, Route};

/// Schemas of the answers that are no record.
pub(super) fn schemas() -> Map<String, Value> {
    let warnings =
        json!({"anyOf": [{"type": "array"}, {"type": "object", "additionalProperties": {"type": "array"}}]});
    let number = json!({"type": ["integer", "null"]});
    let saved = |status: &str| {
        json!({
            "type": "object",
            "required": ["status", "id", "lock_version"],
            "properties": {
                "status": {"const": status}, "id": number, "lock_version": number,
                "stale": {"type": ["boolean", "null"]}, "uri": {"type": "string"}, "warnings": warnings,
            },
        })
    };
    let all = json!({
        "Created": saved("Created"),
        "Updated": saved("Updated"),
        "Deleted": {
            "type": "object", "required": ["status", "id"],
            "properties": {"status": {"const": "Deleted"}, "id": {"type": "integer"}},
        },
        "Suppressed": {
            "type": "object", "required": ["status", "id", "suppressed_state"],
            "properties": {
                "status": {"const": "Suppressed"}, "id": {"type": "integer"}, "suppressed_state": {"type": ["boolean", "integer"]},
            },
        },
        "Session": {
            "type": "object", "required": ["session", "user"],
            "properties": {
                "session": {"type": "string"}, "user": {"$ref": "#/components/schemas/user"},
                "expire_after_seconds": {"type": "integer"},
            },
        },
        "Error": {
            "type": "object", "required": ["error"],
            "properties": {
                "error": {
                    "anyOf": [
                        {"type": "string"}, {"type": "array"},
                        {"type": "object", "additionalProperties": {"type": ["array", "object", "string"]}},
                    ],
                },
                "code": {"enum": ["SESSION_GONE", "SESSION_EXPIRED"]},
                "warning": {"type": ["object", "null"]},
                "invalid_object": {"type": "string"},
            },
        },
    });
    let Value::Object(all) = all else { return Map::new() };
    all
}

/// The refusals that many operations share, by status.
pub(super) fn refusals() -> Value {
    let refusal = |description: &str, example: Value| {
        json!({
            "description": description,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Error"}, "example": example},
            },
        })
    };
    json!({
        "400": refusal("A parameter or a property is missing or wrong; it is named.", json!({"error": {"id_0": ["Property is required but was missing"]}})),
        "403": refusal("The caller may not do this.", json!({"error": "Access denied"})),
        "404": refusal("There is no such record.", json!({"error": "Accession not found"})),
        "409": refusal("The record has changed since it was fetched, or others need it.", json!({"error": "The record you tried to update has been modified since you fetched it."})),
        "412": refusal("The session is not there any more.", json!({"code": "SESSION_GONE", "error": "No session found"})),
        "413": refusal("The body is larger than this address takes.", json!({"error": "The request is too large: this address takes 1048576 bytes"})),
        "429": refusal("Too many wrong passwords for this name.", json!({"error": "Too many failed logins"})),
    })
}

/// Statuses of the refusals that a route can give.
pub(super) fn refusals_of(route: &Route) -> Vec<&'static str> {
    let writes = route.method != "GET";
    let mut all = Vec::new();
    if writes || !route.params.is_empty() {
        all.push("400");
    }
    if writes || !route.codes.is_empty() || guarded(&route.path) {
        all.push("403");
    }
    if route.path != "/by-external-id"
        && (writes || !route.params.is_empty() || route.path == "/users/current-user")
    {
        all.push("404");
    }
    if writes {
        all.push("409");
    }
    all.push("412");
    if route.method == "POST" {
        all.push("413");
    }
    if route.path.ends_with("/login") {
        all.push("429");
    }
    all
}

/// Routes that ask for no code but whose handlers do not answer everybody.
fn guarded(path: &str) -> bool {
    path.starts_with("/repositories/:repo_id/")
        || path.starts_with("/space_calculator")
        || path.ends_with("_calculator")
        || matches!(
            path,
            "/metrics"
                | "/users"
                | "/users/complete"
                | "/feed"
                | "/bundle"
                | "/bundle/sums"
                | "/bundle/versions"
                | "/current_global_preferences"
                | "/notifications"
                | "/slug"
        )
}

/// Answers of success, by status.
pub(super) fn successes(route: &Route, needed: &mut Needed) -> Map<String, Value> {
    let mut all = Map::new();
    let (media, schema) = success(route, needed);
    all.insert("200".to_owned(), json!({"description": "Done.", "content": {media: {"schema": schema}}}));
    if route.path == "/health" {
        let told = json!({"application/json": {"schema": {"type": "object"}}});
        all.insert("503".to_owned(), json!({"description": "It cannot do its work now.", "content": told}));
    }
    if route.path == "/by-external-id" {
        let many = json!({"application/json": {"schema": {"type": "array"}}});
        let none = json!({"text/html": {"schema": {"const": "[]"}}});
        all.insert("300".to_owned(), json!({"description": "Several records have it.", "content": many}));
        all.insert("303".to_owned(), json!({"description": "The record that has it.", "content": many}));
        all.insert("404".to_owned(), json!({"description": "No record has it.", "content": none}));
    }
    all
}

fn success(route: &Route, needed: &mut Needed) -> (&'static str, Value) {
    let path = route.path.as_str();
    match path {
        "/metrics" => return ("application/openmetrics-text", json!({"type": "string"})),
        "/version" => return ("text/html", json!({"type": "string"})),
        "/bundle" => return ("application/zstd", json!({"type": "string"})),
        "/system/events" | "/system/log" => return ("text/plain", json!({"type": "string"})),
        "/config/enumerations/csv" => return ("text/csv", json!({"type": "string"})),
        _ if path.ends_with("/jobs/:id/log") => return ("text/plain", json!({"type": "string"})),
        _ if path.ends_with("/:file_id") => return ("application/octet-stream", json!({"type": "string"})),
        _ if path.ends_with("/batch_imports") => return ("text/plain", json!({"type": "string"})),
        _ => {}
    }
    ("application/json", record_answer(route, needed).unwrap_or_else(|| other(route)))
}

/// Answers of routes that are about a kind in the usual way.
fn record_answer(route: &Route, needed: &mut Needed) -> Option<Value> {
    let found = Registry::shipped().top_level().find_map(|kind| {
        let one = kind.uri.as_ref()?.as_str().replace('{', ":").replace('}', "");
        let own = shape(&route.path);
        let many = one.trim_end_matches("/:id").to_owned();
        let number = if own == shape(&one) && own != "/permissions" { "one" } else { "many" };
        let found = own == shape(&one) || own == shape(&many);
        // Kinds that have only one record at a path answer in ways of their own.
        let usual = many != one || route.method == "GET";
        (found && usual && route.path != "/terms").then_some((kind, number))
    });
    let (kind, number) = found?;
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    Some(match (route.method.as_str(), number) {
        ("GET", "one") => needed.kind(&kind.name, Use::Answered),
        ("GET", _) if route.list => listed(needed.kind(&kind.name, Use::Answered)),
        ("GET", _) => json!({"type": "array", "items": needed.kind(&kind.name, Use::Answered)}),
        ("DELETE", _) => reference("Deleted"),
        ("POST", "one") => reference("Updated"),
        _ => reference("Created"),
    })
}

/// A page, records by number, or all numbers.
fn listed(kind: Value) -> Value {
    json!({
        "anyOf": [
            {
                "type": "object",
                "required": ["first_page", "last_page", "this_page", "total", "results"],
                "properties": {
                    "first_page": {"type": "integer"}, "last_page": {"type": "integer"}, "this_page": {"type": "integer"},
                    "total": {"type": "integer"}, "results": {"type": "array", "items": kind},
                },
            },
            {"type": "array", "items": {"anyOf": [{"type": "integer"}, kind]}},
        ],
    })
}

fn other(route: &Route) -> Value {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let last = route.path.rsplit('/').next().unwrap_or_default();
    match (route.method.as_str(), last) {
        ("POST", "login" | "become-user") => reference("Session"),
        ("POST", "suppressed") if route.path.starts_with("/repositories") => reference("Suppressed"),
        ("POST", "publish" | "unpublish" | "parent" | "accept_children" | "children") => reference("Updated"),
        ("GET", "search" | "health" | "live" | "audit" | "feed" | "sums" | "versions") => {
            json!({"type": "object"})
        }
        _ if matches!(route.body, Body::Raw) => json!({"type": "object"}),
        _ => json!({}),
    }
}
