//! The description of the API, made from the router's table.

use std::fmt::Write;

use serde_json::Value;

use crate::route::Route;

/// Paths that ArchivesSpace has not.
const OWN: [&str; 11] = [
    "/health",
    "/health/live",
    "/metrics",
    "/audit",
    "/feed",
    "/bundle",
    "/bundle/sums",
    "/bundle/versions",
    "/openapi.json",
    "/schemas/:schema",
    "/search/subjects",
];

/// Whether a route is about things that this server never has: it answers truly, and always the same.
fn is_empty(path: &str) -> bool {
    matches!(path, "/reports" | "/users/:username/:token")
}

/// Every route as a Markdown table: what it is, which codes it asks for, and whether it is done.
#[must_use]
pub fn api() -> String {
    let router = crate::router::router();
    let mut routes: Vec<&Route> = router.routes().iter().collect();
    routes.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    let missing = routes.iter().filter(|route| route.missing.is_some()).count();
    let mut text = format!(
        "<!-- Made by `cargo xtask codegen` from crates/server/src/router.rs. -->\n\n# The API of fonds-server\n\n\
         The paths, parameters and answers are those of ArchivesSpace 4.2; [DIFFERENCES.md](DIFFERENCES.md) says where \
         they are not. {} routes are done, {missing} answer 501 with the reason that stands here. “own” marks routes \
         that ArchivesSpace does not have. The caller needs all codes, in the repository of the path where it has \
         one.\n\n| method | path | permissions | status |\n|---|---|---|---|\n",
        routes.len() - missing
    );
    for route in routes {
        let codes: Vec<String> = route.codes.iter().map(|code| format!("`{code}`")).collect();
        let status = match route.missing {
            Some(reason) => format!("501: {reason}"),
            None if is_empty(&route.path) => "done: there are none".to_owned(),
            None if OWN.contains(&route.path.as_str()) => "done, own".to_owned(),
            None => "done".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {} | `{}` | {} | {status} |", route.method, route.path, codes.join(" "));
    }
    text
}

/// The description as OpenAPI 3.1, with the values that controlled lists come with: a line for each parameter, answer
/// and property, so that a change shows where it is.
#[must_use]
pub fn openapi() -> String {
    let mut text = String::new();
    outline(crate::openapi::shipped(), 0, &mut text);
    text
}

/// How deep each thing has a line of its own.
const DEPTH: usize = 5;

fn outline(value: &Value, depth: usize, text: &mut String) {
    let entries: Vec<(String, &Value)> = match value {
        Value::Object(map) if depth < DEPTH => {
            map.iter().map(|(name, value)| (format!("{}: ", Value::from(name.as_str())), value)).collect()
        }
        Value::Array(list) if depth < DEPTH => list.iter().map(|value| (String::new(), value)).collect(),
        _ => Vec::new(),
    };
    if entries.is_empty() {
        text.push_str(&value.to_string());
        return;
    }
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    text.push(open);
    for (at, (name, inner)) in entries.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&" ".repeat(depth + 1));
        text.push_str(name);
        outline(inner, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(depth));
    text.push(close);
}
