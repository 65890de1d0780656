//! Our server as a stock ArchivesSpace 4.2 shows itself to an archivist's client: no feed, no identity, no keys
//! that make a create safe to repeat, deletions told to nobody without the right of the indexer, and a save that
//! raises the `lock_version` of the agents, subjects and containers which it links to.

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
    match path.as_str() {
        "/version" => return "ArchivesSpace (v4.2.0)".into_response(),
        "/feed" => return told(StatusCode::NOT_FOUND, "Sinatra::NotFound"),
        "/update-feed" | "/delete-feed" => return told(StatusCode::FORBIDDEN, "Access denied"),
        _ => {}
    }
    let body = axum::body::to_bytes(body, LARGEST).await.unwrap();
    let whole = parts.uri.path_and_query().map_or(path.as_str(), |whole| whole.as_str());
    let mut headers = parts.headers;
    headers.remove(IDEMPOTENCY_HEADER);
    let Some((status, answered)) = behind.pass(&parts.method, whole, &headers, body.clone()).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    if parts.method == Method::POST && status.is_success() {
        behind.raise_linked(&headers, &body).await;
    }
    (status, [(header::CONTENT_TYPE, "application/json")], Body::from(answered)).into_response()
}

fn told(status: StatusCode, error: &str) -> Response {
    (status, axum::Json(json!({ "error": error }))).into_response()
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
        let mut linked = Vec::new();
        for list in ["linked_agents", "subjects"] {
            linked.extend(
                record[list].as_array().into_iter().flatten().filter_map(|link| link["ref"].as_str()),
            );
        }
        let instances = record["instances"].as_array().into_iter().flatten();
        linked.extend(instances.filter_map(|one| one["sub_container"]["top_container"]["ref"].as_str()));
        linked.sort_unstable();
        linked.dedup();
        for uri in linked {
            if let Some((StatusCode::OK, there)) = self.pass(&Method::GET, uri, headers, Bytes::new()).await {
                self.pass(&Method::POST, uri, headers, there).await;
            }
        }
    }
}
