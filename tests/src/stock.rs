//! Our server as a stock ArchivesSpace 4.2 shows itself to an archivist's client: no feed, no identity, no keys
//! that make a create safe to repeat, deletions told to nobody without the right of the indexer, inner records that
//! are new rows with every save, and a save that raises the `lock_version` of what it links to in both directions.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use record::api::wire::{IDEMPOTENCY_HEADER, SERVER_HEADER, SESSION_HEADER};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Largest body that passes.
const LARGEST: usize = 64 << 20;

/// A server that answers for the one behind it. It ends with its runtime.
pub(crate) struct Stock {
    _runtime: Runtime,
    /// Its address.
    pub(crate) address: String,
    /// The address of the server behind it.
    pub(crate) behind: String,
}

struct Behind {
    http: reqwest::Client,
    address: String,
}

impl Stock {
    /// Stands before the server at `behind`.
    pub(crate) fn before(behind: &str) -> Self {
        crate::tls();
        let runtime = Runtime::new().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let state = Arc::new(Behind { http, address: behind.to_owned() });
        let router = Router::new().fallback(answer).with_state(state);
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { _runtime: runtime, address, behind: behind.to_owned() }
    }
}

async fn answer(State(behind): State<Arc<Behind>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if let Some((status, told)) = at_once(&path) {
        return (status, told).into_response();
    }
    let body = axum::body::to_bytes(body, LARGEST).await.unwrap();
    let whole = parts.uri.path_and_query().map_or(path.as_str(), |whole| whole.as_str());
    let mut headers = parts.headers;
    headers.remove(IDEMPOTENCY_HEADER);
    let Some((status, answered)) = behind.pass(&parts.method, whole, &headers, body.clone()).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let mut answered = answered;
    if parts.method == Method::POST && status.is_success() {
        behind.raise_linked(&headers, &body).await;
    } else if let Ok(mut told) = serde_json::from_slice::<Value>(&answered)
        && status.is_success()
    {
        dress(&mut told);
        answered = told.to_string().into();
    }
    (status, [(header::CONTENT_TYPE, "application/json")], Body::from(answered)).into_response()
}

impl Behind {
    /// The answer of the server behind, without what only ours says. `None`: it is not there.
    async fn pass(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Option<(StatusCode, Bytes)> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.address)).body(body);
        for name in [SESSION_HEADER, header::CONTENT_TYPE.as_str()] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.ok()?;
        assert!(answer.headers().contains_key(SERVER_HEADER), "it is our server that answers behind");
        Some((answer.status(), answer.bytes().await.ok()?))
    }

    /// Saves what a saved record links to once more, as it is: the version of both sides grows.
    async fn raise_linked(&self, headers: &HeaderMap, body: &[u8]) {
        let Ok(record) = serde_json::from_slice::<Value>(body) else { return };
        for uri in linked(&record) {
            if let Some((StatusCode::OK, there)) = self.pass(&Method::GET, &uri, headers, Bytes::new()).await
            {
                self.pass(&Method::POST, &uri, headers, there).await;
            }
        }
    }
}

/// What a stock ArchivesSpace answers without a look at its data: its version, no feed of ours, and no feeds of its
/// own for whoever does not hold `index_system`.
pub(crate) fn at_once(path: &str) -> Option<(StatusCode, String)> {
    let told = |status, error: &str| Some((status, json!({ "error": error }).to_string()));
    match path {
        "/version" => Some((StatusCode::OK, "ArchivesSpace (v4.2.0)".to_owned())),
        "/feed" | "/bundle" => told(StatusCode::NOT_FOUND, "Sinatra::NotFound"),
        "/update-feed" | "/delete-feed" => told(StatusCode::FORBIDDEN, "Access denied"),
        _ => None,
    }
}

/// Gives the inner records of an answer what the rows of their tables have: all of it is new with every save of the
/// record that holds them.
pub(crate) fn dress(told: &mut Value) {
    match told {
        Value::Array(records) => records.iter_mut().for_each(dress),
        Value::Object(record) => {
            let saved = record.get("user_mtime").cloned();
            let version = record.get("lock_version").and_then(Value::as_i64).unwrap_or(0);
            if let Some(saved) = saved {
                record.values_mut().for_each(|value| dress_inner(value, &saved, version));
            }
            if let Some(results) = record.get_mut("results") {
                dress(results);
            }
        }
        _ => {}
    }
}

fn dress_inner(value: &mut Value, saved: &Value, version: i64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| dress_inner(item, saved, version)),
        Value::Object(inner) => {
            inner.values_mut().for_each(|value| dress_inner(value, saved, version));
            let kind = inner.get("jsonmodel_type").and_then(Value::as_str).unwrap_or_default();
            if kind.is_empty() || kind.starts_with("note_") {
                return;
            }
            if kind == "file_version" {
                inner.insert("identifier".to_owned(), json!(version.to_string()));
            }
            inner.insert("lock_version".to_owned(), json!(0));
            for name in ["created_by", "last_modified_by"] {
                inner.insert(name.to_owned(), json!("admin"));
            }
            for name in ["create_time", "system_mtime", "user_mtime"] {
                inner.insert(name.to_owned(), saved.clone());
            }
        }
        _ => {}
    }
}

/// Properties whose relations are declared on both sides: a save raises the version of what is at their other end.
const BOTH_SIDES: [&str; 11] = [
    "linked_agents",
    "subjects",
    "related_agents",
    "related_accessions",
    "related_resources",
    "accession_links",
    "linked_records",
    "classifications",
    "records",
    "container_profile",
    "location_profile",
];

/// Addresses of the records whose version a save of `record` raises.
pub(crate) fn linked(record: &Value) -> Vec<String> {
    let mut linked = Vec::new();
    for name in BOTH_SIDES {
        match &record[name] {
            Value::Array(links) => links.iter().for_each(|link| linked.extend(target(link))),
            link => linked.extend(target(link)),
        }
    }
    for instance in record["instances"].as_array().into_iter().flatten() {
        linked.extend(target(&instance["sub_container"]["top_container"]));
        linked.extend(target(&instance["digital_object"]));
    }
    // An event is at the other end of a container in one direction only.
    if record["event_type"].is_string() {
        linked.retain(|uri| !uri.contains("/top_containers/"));
    }
    linked.sort_unstable();
    linked.dedup();
    linked
}

fn target(link: &Value) -> Option<String> {
    link["ref"].as_str().map(str::to_owned)
}
