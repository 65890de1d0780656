//! The API as OpenAPI 3.1, made from the router's table and the kinds of the registry.
//!
//! Routes that answer 501 are left out. The schemas are plain JSON Schema (2020-12): see [`schemas`].

mod answers;
mod operations;
mod parameters;
mod schemas;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use record::Registry;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::reply::{Answer, Reply};
use crate::route::Route;

/// The dialect of every schema in it.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The description as it is without a database: controlled lists have the values that they come with.
static SHIPPED: LazyLock<Value> = LazyLock::new(document);

/// `GET /openapi.json`: controlled lists have the values that they have now.
pub(crate) fn serve(call: &Call<'_>) -> Answer {
    let mut document = SHIPPED.clone();
    let lists = call.app.read(|reader| Ok(reader.enumerations()?))?;
    for list in lists {
        let pointer = format!("/components/schemas/{}/enum", schemas::list_name(&list.name));
        if let Some(values) = document.pointer_mut(&pointer) {
            *values = list.values.into_iter().map(|value| Value::from(value.value)).collect();
        }
    }
    Ok(Reply::json(document))
}

/// The description with the values that controlled lists come with.
pub(crate) fn shipped() -> &'static Value {
    &SHIPPED
}

/// A document that makes a record of each kind, in a system where what it refers to is there.
static EXAMPLES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    // A test parses the same embedded file.
    serde_json::from_str(include_str!("../../data/examples.json")).unwrap_or_default()
});

pub(crate) fn example(kind: &str) -> Option<&'static Value> {
    EXAMPLES.get(kind)
}

/// Statuses that a route is described with.
#[cfg(test)]
pub(crate) fn statuses(route: &Route) -> Vec<String> {
    let mut all: Vec<String> =
        answers::successes(route, &mut schemas::Needed::default()).keys().cloned().collect();
    all.extend(answers::refusals_of(route).into_iter().map(str::to_owned));
    all
}

/// The kind of the records that a path lists.
#[cfg(test)]
pub(crate) fn kind_at(collection: &str) -> Option<&'static str> {
    let many = |kind: &&record::schema::Kind| {
        let template = kind.uri.as_ref();
        template.is_some_and(|uri| uri.has_id() && uri.collection("2") == collection)
    };
    Registry::shipped().top_level().find(many).map(|kind| kind.name.as_str())
}

fn document() -> Value {
    let router = crate::router::router();
    let mut routes: Vec<&Route> = router.routes().iter().filter(|route| route.missing.is_none()).collect();
    routes.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    let mut needed = schemas::Needed::default();
    let mut paths: Map<String, Value> = Map::new();
    // Paths that differ only in the names of their parameters are one path, by the names of the first.
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for route in &routes {
        spelled.entry(operations::shape(&route.path)).or_insert_with(|| route.path.clone());
    }
    for route in &routes {
        let operation = operations::operation(route, &spelled, &routes, &mut needed);
        let path = operations::template(operations::spelling(&spelled, &route.path));
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    let mut components = schemas::components(Registry::shipped(), needed);
    components.extend(answers::schemas());
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "fonds-server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": concat!(
                "The REST API of ArchivesSpace 4.2. Parameters of a POST may stand in the query, in a form or in a ",
                "JSON object of the body. Members of a document that no schema names, and those that the server ",
                "makes, are ignored; null, empty text and empty objects count as absent. Undeclared parameters ",
                "are ignored. A session that is not there is answered with 412."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "header", "name": record::api::wire::SESSION_HEADER,
                    "description": "The `session` of the answer to POST /users/{username}/login.",
                },
            },
            "responses": answers::refusals(),
            "schemas": components,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` and every `operationId` of a link, with where it stands.
    fn pointers(value: &Value, found: &mut Vec<(&'static str, String)>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(text)) = map.get("$ref") {
                    found.push(("$ref", text.clone()));
                }
                for link in map.get("links").and_then(Value::as_object).into_iter().flat_map(Map::values) {
                    let id = link.get("operationId").and_then(Value::as_str).unwrap_or_default();
                    found.push(("operationId", id.to_owned()));
                }
                map.values().for_each(|value| pointers(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| pointers(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_done_route_is_described_once() {
        let router = crate::router::router();
        let done = router.routes().iter().filter(|route| route.missing.is_none()).count();
        let mut ids = std::collections::HashSet::new();
        let paths = shipped()["paths"].as_object().unwrap();
        for operation in paths.values().flat_map(|item| item.as_object().unwrap().values()) {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{operation}");
            assert!(operation["responses"].as_object().unwrap().contains_key("412"), "{operation}");
        }
        assert_eq!(ids.len(), done);
    }

    #[test]
    fn nothing_points_nowhere() {
        let document = shipped();
        let mut found = Vec::new();
        pointers(document, &mut found);
        assert!(found.len() > 1000);
        let ids: std::collections::HashSet<&str> = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        for (sort, text) in &found {
            let there = match *sort {
                "$ref" => document.pointer(text.trim_start_matches('#')).is_some(),
                _ => ids.contains(text.as_str()),
            };
            assert!(there, "{sort} {text}");
        }
    }
}
