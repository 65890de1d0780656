//! One route as an OpenAPI operation.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schemas::{Needed, Use};
use super::{answers, parameters};
use crate::route::{Body, Route};

/// The path with its parameters as OpenAPI writes them: `/subjects/{id}`.
pub(super) fn template(path: &str) -> String {
    let segment =
        |text: &str| text.strip_prefix(':').map_or_else(|| text.to_owned(), |name| format!("{{{name}}}"));
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The path without the names of its parameters.
pub(super) fn shape(path: &str) -> String {
    let segment = |text: &str| if text.starts_with(':') { "{}".to_owned() } else { text.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Paths by their shape, with the names that their parameters have in the description.
pub(super) type Spelled = BTreeMap<String, String>;

/// The path with the names that its parameters have in the description.
pub(super) fn spelling<'a>(spelled: &'a Spelled, path: &'a str) -> &'a str {
    spelled.get(&shape(path)).map_or(path, String::as_str)
}

/// A name for the operation that only it has.
pub(super) fn id(route: &Route) -> String {
    let words = route.path.split('/').filter(|segment| !segment.is_empty());
    let words = words.map(|segment| segment.trim_start_matches(':').replace(['-', '.'], "_"));
    let mut all = vec![route.method.as_str().to_ascii_lowercase()];
    all.extend(words);
    all.join(".")
}

/// The operation. `done` are all routes that links may go to.
pub(super) fn operation(route: &Route, spelled: &Spelled, done: &[&Route], needed: &mut Needed) -> Value {
    let mut operation = json!({
        "operationId": id(route),
        "tags": [tag(&route.path)],
        "parameters": parameters::of(route, spelling(spelled, &route.path)),
        "responses": responses(route, spelled, done, needed),
        "x-permissions": route.codes,
    });
    let Some(map) = operation.as_object_mut() else { return operation };
    if let Some(body) = body(route, needed) {
        map.insert("requestBody".to_owned(), body);
    }
    if route.codes.is_empty() {
        // Anybody may ask; whoever is logged in may be shown more.
        map.insert("security".to_owned(), json!([{}, {"session": []}]));
    }
    operation
}

/// What the route is about: its last segment that names a sort of thing.
fn tag(path: &str) -> &str {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        ["repositories", ":repo_id", thing, ..] if !thing.starts_with(':') => thing,
        [first, ..] => first,
        [] => "server",
    }
}

fn body(route: &Route, needed: &mut Needed) -> Option<Value> {
    let schema = match &route.body {
        Body::Form => return None,
        Body::Document(kind) => needed.kind(kind, Use::Input),
        Body::Raw => parameters::raw_body(&route.path),
    };
    let mut media = json!({"schema": schema});
    if let (Body::Document(kind), Some(map)) = (&route.body, media.as_object_mut())
        && let Some(example) = super::example(kind)
    {
        map.insert("example".to_owned(), example.clone());
    }
    // A batch that is not there is told in the answer, as any other that cannot be read.
    let required = !route.path.ends_with("/batch_imports");
    Some(json!({"required": required, "content": {"application/json": media}}))
}

fn responses(route: &Route, spelled: &Spelled, done: &[&Route], needed: &mut Needed) -> Value {
    let mut all = answers::successes(route, needed);
    if let Some(success) = all.get_mut("200").and_then(Value::as_object_mut) {
        let links = links(route, spelled, done);
        if !links.is_empty() {
            success.insert("links".to_owned(), Value::Object(links));
        }
    }
    for status in answers::refusals_of(route) {
        all.insert(status.to_owned(), json!({"$ref": format!("#/components/responses/{status}")}));
    }
    Value::Object(all)
}

/// From the answer of a create to what can be done with the new record.
fn links(route: &Route, spelled: &Spelled, done: &[&Route]) -> Map<String, Value> {
    let mut links = Map::new();
    if route.method != "POST" || !matches!(route.body, Body::Document(_)) || route.path.contains("/:id") {
        return links;
    }
    let one = shape(&format!("{}/:id", route.path));
    for next in done.iter().filter(|next| shape(&next.path) == one) {
        let name = match next.method.as_str() {
            "GET" => "read",
            "DELETE" => "delete",
            _ => "update",
        };
        let mut parameters = Map::new();
        for hole in spelling(spelled, &next.path).split('/').filter_map(|segment| segment.strip_prefix(':')) {
            let source = if route.path.contains(&format!(":{hole}")) {
                format!("$request.path.{hole}")
            } else {
                "$response.body#/id".to_owned()
            };
            parameters.insert(hole.to_owned(), json!(source));
        }
        links.insert(name.to_owned(), json!({"operationId": id(next), "parameters": parameters}));
    }
    links
}
