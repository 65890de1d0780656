//! Against a small server in this process that answers as it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{Client, ConflictKind, Error, Flavour, Options, Session};

#[derive(Default)]
pub(crate) struct Seen {
    logins: AtomicUsize,
    gets: AtomicUsize,
    posts: AtomicUsize,
}

async fn login(State(seen): State<Arc<Seen>>, body: String) -> impl IntoResponse {
    let n = seen.logins.fetch_add(1, Ordering::SeqCst) + 1;
    if body != "password=right+one" {
        return (StatusCode::FORBIDDEN, Json(json!({"error": "Login failed"})));
    }
    (StatusCode::OK, Json(json!({"session": format!("token{n}"), "user": {}})))
}

/// The first token has expired by the time it is used.
async fn record(State(seen): State<Arc<Seen>>, headers: HeaderMap) -> impl IntoResponse {
    seen.gets.fetch_add(1, Ordering::SeqCst);
    match headers.get("X-ArchivesSpace-Session").and_then(|v| v.to_str().ok()) {
        Some("token1") => {
            let gone = json!({"code": "SESSION_EXPIRED", "error": "No session found"});
            (StatusCode::PRECONDITION_FAILED, Json(gone))
        }
        Some(_) => (StatusCode::OK, Json(json!({"title": "Letters"}))),
        None => (StatusCode::FORBIDDEN, Json(json!({"error": "Access denied"}))),
    }
}

async fn flaky(State(seen): State<Arc<Seen>>) -> impl IntoResponse {
    match seen.gets.fetch_add(1, Ordering::SeqCst) {
        0 | 1 => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"error": "busy"}))),
        _ => (StatusCode::OK, Json(json!({"ok": true}))),
    }
}

async fn refuse(State(seen): State<Arc<Seen>>, Path(how): Path<String>) -> impl IntoResponse {
    seen.posts.fetch_add(1, Ordering::SeqCst);
    let (status, error) = match how.as_str() {
        "stale" => (409, json!("The record you tried to update has been modified since you fetched it.")),
        "suppressed" => (409, json!("Can't update a suppressed record")),
        "twin" => (409, json!({"conflicting_record": ["/agents/people/3"]})),
        "invalid" => (400, json!({"title": ["Property is required but was missing"]})),
        "missing" => (404, json!("Accession not found")),
        "busy" => (503, json!("busy")),
        _ => (500, json!("RuntimeError: backtrace")),
    };
    (StatusCode::from_u16(status).unwrap(), Json(json!({ "error": error })))
}

/// What a proxy, or the portal of a network, says in place of the server.
async fn portal(Path(status): Path<u16>) -> impl IntoResponse {
    (StatusCode::from_u16(status).unwrap(), "<html><title>Sign in</title></html>")
}

async fn locked(Path((status, _)): Path<(u16, String)>) -> impl IntoResponse {
    portal(Path(status)).await
}

async fn list(axum::extract::RawQuery(query): axum::extract::RawQuery) -> Json<Value> {
    let query = query.unwrap_or_default();
    if query.contains("all_ids") {
        return Json(json!([1, 2, 3]));
    }
    if query.contains("id_set") {
        return Json(json!([{"uri": "/x/1"}]));
    }
    let page = if query.contains("page=2") { 2 } else { 1 };
    Json(json!({"first_page": 1, "last_page": 2, "this_page": page, "total": 2, "results": [{"n": page}]}))
}

/// Parts of a bundle: the first comes damaged once, the second always, the third without a hash.
async fn bundle(
    State(seen): State<Arc<Seen>>,
    axum::extract::Query(query): axum::extract::Query<std::collections::BTreeMap<String, String>>,
) -> axum::response::Response {
    let times = seen.gets.fetch_add(1, Ordering::SeqCst);
    let part =
        json!({"server": "s", "entries": [], "next": 5, "more": false, "seq": 9, "scope": "", "run": "r"});
    let mut body = zstd::encode_all(part.to_string().as_bytes(), 1).unwrap();
    let digest = super::bundle::of(&body);
    if query["after"] == "1" || (query["after"] == "0" && times == 0) {
        body.truncate(body.len() / 2);
    }
    match query["after"].as_str() {
        "2" => body.into_response(),
        _ => ([("content-digest", digest)], body).into_response(),
    }
}

pub(crate) async fn serve() -> (String, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let app = Router::new()
        .route("/users/{name}/login", post(login))
        .route("/record", get(record))
        .route("/flaky", get(flaky))
        .route("/refuse/{how}", post(refuse).delete(refuse))
        .route("/list", get(list))
        .route("/bundle", get(bundle))
        .route("/portal/{status}", get(portal))
        .route("/portal/{status}/users/{name}/login", post(locked))
        .route("/version", get(|| async { "ArchivesSpace (v4.2.0)" }))
        .with_state(Arc::clone(&seen));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (base, seen)
}

fn client(base: &str, password: &str) -> Client {
    let waits = vec![Duration::ZERO; 3];
    let options = Options { waits, ..Options::default() };
    Client::new(base, Session::with_password(" Admin ", password), options).unwrap()
}

#[tokio::test]
async fn an_expired_session_is_renewed_unseen() {
    let (base, seen) = serve().await;
    let client = client(&base, "right one");
    assert_eq!(client.get("/record", &[]).await.unwrap(), json!({"title": "Letters"}));
    assert_eq!(seen.logins.load(Ordering::SeqCst), 2);
    client.get("/record", &[]).await.unwrap();
    assert_eq!(seen.logins.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_wrong_password_signs_out() {
    let (base, _) = serve().await;
    assert_eq!(client(&base, "wrong").get("/record", &[]).await, Err(Error::SignedOut));
    let nobody = Client::new(&base, Session::new("a", Arc::new(|| None)), Options::default()).unwrap();
    assert_eq!(nobody.get("/record", &[]).await, Err(Error::SignedOut));
}

#[tokio::test]
async fn only_what_may_be_repeated_is_repeated() {
    let (base, seen) = serve().await;
    let client = client(&base, "right one");
    assert_eq!(client.get("/flaky", &[]).await.unwrap(), json!({"ok": true}));
    assert_eq!(seen.gets.load(Ordering::SeqCst), 3);
    let error = client.create("/refuse/busy", &json!({}), "key").await.unwrap_err();
    assert!(matches!(error, Error::Server { status: 503, .. }));
    assert_eq!(seen.posts.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn errors_are_told_apart() {
    let (base, _) = serve().await;
    let client = client(&base, "right one");
    let mut errors = Vec::new();
    for how in ["stale", "suppressed", "twin", "invalid", "missing", "broken"] {
        errors.push(client.update(&format!("/refuse/{how}"), &json!({}), "key").await.unwrap_err());
    }
    assert!(matches!(errors[0], Error::Conflict { kind: ConflictKind::Stale, .. }));
    assert!(matches!(errors[1], Error::Conflict { kind: ConflictKind::Suppressed, .. }));
    assert_eq!(errors[2].conflicting_record(), Some("/agents/people/3"));
    assert!(matches!(&errors[3], Error::Refused { messages } if messages.contains_key("title")));
    assert!(matches!(&errors[4], Error::NotFound { text } if text == "Accession not found"));
    assert!(matches!(&errors[5], Error::Server { status: 500, .. }) && errors[5].outcome_unknown());
    assert_eq!(client.delete("/refuse/missing", None).await, Ok(()));
}

#[tokio::test]
async fn a_proxy_or_a_portal_is_not_taken_for_the_server() {
    let (base, _) = serve().await;
    for status in [401, 404, 407, 412, 511] {
        let error = client(&base, "right one").get(&format!("/portal/{status}"), &[]).await.unwrap_err();
        assert_eq!(error, Error::InTheWay { status });
    }
    // Nor does it say that the password is wrong.
    for status in [401, 403, 412] {
        let behind = format!("{base}/portal/{status}");
        let error = client(&behind, "right one").login().await.unwrap_err();
        assert_eq!(error, Error::InTheWay { status });
    }
}

#[tokio::test]
async fn lists_are_walked() {
    let (base, _) = serve().await;
    let client = client(&base, "right one");
    let mut pages = client.pages("/list", &[]);
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        seen.extend(page.results);
    }
    assert_eq!(seen, [json!({"n": 1}), json!({"n": 2})]);
    assert_eq!(client.all_ids("/list", Some(5)).await.unwrap(), [1, 2, 3]);
    assert_eq!(client.id_set("/list", &[1]).await.unwrap().len(), 1);
    assert!(client.id_set("/list", &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_part_that_does_not_fit_its_hash_is_asked_for_again() {
    let (base, seen) = serve().await;
    let client = client(&base, "right one");
    assert_eq!(client.bundle(0, 10, None).await.unwrap().next, 5);
    assert_eq!(seen.gets.swap(0, Ordering::SeqCst), 2);
    let damaged = client.bundle(1, 10, Some(("r", 9))).await;
    assert_eq!(damaged.unwrap_err(), Error::Damaged { path: "/bundle".to_owned() });
    assert_eq!(seen.gets.swap(0, Ordering::SeqCst), 3);
    assert!(matches!(client.bundle(2, 10, None).await, Err(Error::Server { status: 200, .. })));
}

#[tokio::test]
async fn the_server_is_recognised() {
    let (base, _) = serve().await;
    let stock = client(&base, "").flavour().await.unwrap();
    assert_eq!(stock, Flavour::ArchivesSpace { version: "ArchivesSpace (v4.2.0)".into() });
    let own = super::client::own_server("fonds/0.1.0 1f-2e").unwrap();
    assert_eq!(own, Flavour::Fonds { version: "0.1.0".into(), id: "1f-2e".into() });
    assert!(matches!(
        Client::new("ftp://x", Session::with_password("a", "b"), Options::default()),
        Err(Error::Address { .. })
    ));
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&base, "right one").get("/record", &[]).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }) && !error.outcome_unknown());
}
