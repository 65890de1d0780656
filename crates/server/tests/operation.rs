//! Running the server in an institution: TLS, browsers' pages, health, figures, the audit log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use std::path::Path;

use common::{TestServer, resource};
use reqwest::Certificate;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use server::{MetricsFor, Options, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A new certificate for this machine, written to the files.
fn certificate(files: &Tls) -> Certificate {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
}

fn tls_in(dir: &Path) -> Tls {
    Tls { certificate: dir.join("chain.pem"), key: dir.join("key.pem") }
}

/// Who believes only this certificate gets an answer.
async fn answers(url: &str, only: Certificate) -> bool {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([only]).build().unwrap();
    http.get(format!("{url}/version")).send().await.is_ok_and(|answer| answer.status() == 200)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_tls_and_takes_a_renewed_certificate() {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let files = tls_in(dir.path());
    let first = certificate(&files);
    let options =
        Options { tls: Some(files.clone()), ..Options::new(&dir.path().join("data"), "127.0.0.1:0") };
    let running = server::start(options).await.unwrap();
    let url = running.url();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    assert!(answers(&url, first.clone()).await);

    let second = certificate(&files);
    assert!(!answers(&url, second.clone()).await, "the old one until told");
    running.read_certificate_again().unwrap();
    assert!(answers(&url, second.clone()).await);
    assert!(!answers(&url, first).await);

    std::fs::write(&files.key, "no key").unwrap();
    let wrong = running.read_certificate_again().unwrap_err().to_string();
    assert!(wrong.starts_with(files.key.to_str().unwrap()), "{wrong}");
    assert!(answers(&url, second).await, "it stays what it was");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_none_is_told_before_anything_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let files = tls_in(dir.path());
    let start = async || {
        let options =
            Options { tls: Some(files.clone()), ..Options::new(&dir.path().join("data"), "127.0.0.1:0") };
        server::start(options).await.err().unwrap().to_string()
    };
    assert!(start().await.starts_with(files.certificate.to_str().unwrap()));
    let _first = certificate(&files);
    let key = std::fs::read(&files.key).unwrap();
    let _second = certificate(&files);
    std::fs::write(&files.key, key).unwrap();
    assert!(start().await.contains("chain.pem"), "a key that is another certificate's");
}

async fn options(server: &TestServer, origin: &str) -> (u16, HeaderMap) {
    let request = server
        .http
        .request(reqwest::Method::OPTIONS, format!("{}/repositories", server.url))
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "content-type,x-archivesspace-session");
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_are_let_in_only_when_named() {
    let closed = TestServer::start().await;
    let (status, headers) = options(&closed, "https://reading-room.example").await;
    assert_eq!(status, 405);
    assert!(!headers.contains_key("access-control-allow-origin"));
    closed.stop().await;

    let open = TestServer::start_with(|options| Options {
        allowed_origins: vec!["https://reading-room.example".to_owned()],
        ..options
    })
    .await;
    let (status, headers) = options(&open, "https://reading-room.example").await;
    assert_eq!(
        (status, &headers["access-control-allow-origin"]),
        (200, &"https://reading-room.example".parse().unwrap())
    );
    let allowed = headers["access-control-allow-headers"].to_str().unwrap().to_lowercase();
    assert!(allowed.contains("x-archivesspace-session") && allowed.contains("content-type"), "{allowed}");
    let (_, headers) = options(&open, "https://elsewhere.example").await;
    assert!(!headers.contains_key("access-control-allow-origin"), "{headers:?}");
    let request =
        open.http.get(format!("{}/version", open.url)).header("Origin", "https://reading-room.example");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://reading-room.example");
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_waited_for_who_sends_nothing() {
    let server = TestServer::start_with(|options| Options {
        body_wait: std::time::Duration::from_millis(250),
        ..options
    })
    .await;
    let mut silent = tokio::net::TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /users/admin/login HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\npassword=";
    silent.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    silent.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_whether_it_can_write_and_find() {
    let server = TestServer::start().await;
    let mut told = server.ask_as("", "GET", "/health", None).await.1;
    while told["index"]["caught_up"] != true {
        told = server.ask_as("", "GET", "/health", None).await.1;
    }
    assert_eq!((&told["status"], &told["writable"]), (&json!("ok"), &json!(true)), "{told}");
    assert_eq!(told["index"]["caught_up"], true);
    let (status, answer) = server.ask_as("", "GET", "/health/live", None).await;
    assert_eq!((status, answer), (200, json!({"status": "ok"})));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_for_administrators_unless_set_otherwise() {
    let server = TestServer::start().await;
    assert_eq!(server.ask_as("", "GET", "/metrics", None).await.0, 403);
    let repo = server.repository("ALB").await;
    let reader = server.user("reader", &repo, "repository-viewers").await;
    assert_eq!(server.ask_as(&reader, "GET", "/metrics", None).await.0, 403);
    assert_eq!(server.ask("GET", &format!("{repo}/accessions/77"), None).await.0, 404);
    let Value::String(text) = server.get("/metrics").await else { panic!("text") };
    for line in [
        "fonds_http_requests_total{method=\"GET\",route=\"/repositories/:repo_id/accessions/:id\",status=\"404\"} 1",
        "fonds_logins_total{outcome=\"ok\"} 2",
        "fonds_sessions 2",
        "fonds_http_requests_under_way 1",
        "fonds_build_info{version=",
        "fonds_http_request_duration_seconds_bucket{le=",
        "fonds_process_resident_memory_bytes ",
        "fonds_index_behind ",
        "fonds_store_seq ",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("accessions/77"), "addresses as sent are none of the labels");
    server.stop().await;

    let open = TestServer::start_with(|options| Options { metrics: MetricsFor::Everybody, ..options }).await;
    assert_eq!(open.ask_as("", "GET", "/metrics", None).await.0, 200);
    open.stop().await;
    let off = TestServer::start_with(|options| Options { metrics: MetricsFor::Nobody, ..options }).await;
    assert_eq!(off.ask("GET", "/metrics", None).await.0, 404);
    off.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_who_did_what_and_nothing_of_records() {
    let mut server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let reader = server.user("reader", &repo, "repository-viewers").await;
    let uri = server.post(&format!("{repo}/resources"), resource("Papers of the strike", "R1")).await;
    assert_eq!(server.ask("DELETE", &uri, None).await.0, 200);
    server.ask_as("", "POST", "/users/reader/login?password=wrong", None).await;
    server.ask_as("", "POST", "/users/hunter2/login?password=reader", None).await;
    let me = server.get("/users/current-user").await;
    let mine = format!("{}/password?password=another", me["uri"].as_str().unwrap());
    assert_eq!(server.ask("POST", &mine, None).await.0, 200);
    server.token = server.login("admin", "another").await;

    assert_eq!(server.ask_as(&reader, "GET", "/audit", None).await.0, 403);
    assert_eq!(server.ask_as("", "GET", "/audit", None).await.0, 403);
    assert_eq!(server.ask("GET", "/audit?since=yesterday", None).await.0, 400);
    for page in ["0", "-1", "-2432902008176639999"] {
        assert_eq!(server.ask("GET", &format!("/audit?page={page}"), None).await.0, 400);
    }
    let all = server.get("/audit?page_size=1000").await;
    let lines = all["results"].as_array().unwrap();
    let has = |wanted: Value| {
        let wanted = wanted.as_object().unwrap();
        lines.iter().any(|line| wanted.iter().all(|(name, value)| &line[name] == value))
    };
    assert!(has(json!({"by": "admin", "change": "created", "uri": uri})), "{all}");
    assert!(has(json!({"by": "admin", "change": "deleted", "uri": uri})));
    assert!(has(json!({"by": "admin", "action": "login", "address": "127.0.0.1"})));
    assert!(has(json!({"by": "reader", "action": "login_failed"})));
    assert!(has(json!({"by": "", "action": "login_failed"})), "a name that is none is not written down");
    assert!(has(json!({"by": "admin", "action": "group", "detail": {"added": ["reader"]}})));
    assert!(has(json!({"by": "admin", "action": "password", "uri": me["uri"]})));
    let text = all.to_string();
    for secret in ["Papers", "strike", "hunter2", "another"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let about = server.get(&format!("/audit?uri={uri}")).await;
    assert_eq!(about["results"].as_array().unwrap().len(), 2);
    let page = server.get("/audit?user=reader&page_size=1").await;
    assert_eq!((page["results"].as_array().unwrap().len(), &page["more"]), (1, &json!(true)));
    let none = server.get("/audit?since=2999-01-01T00:00:00Z").await;
    assert_eq!(none["results"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_from_somebody_is_gone_at_once() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let reader = server.user("reader", &repo, "repository-viewers").await;
    let list = format!("{repo}/accessions?page=1");
    let seen = async || server.ask_as(&reader, "GET", &list, None).await.0;
    assert_eq!((seen().await, seen().await), (200, 200));

    let groups = server.get(&format!("{repo}/groups?group_code=repository-viewers")).await;
    let uri = groups[0]["uri"].as_str().unwrap().to_owned();
    let members = async |names: Value| {
        let mut group = server.get(&uri).await;
        group["member_usernames"] = names;
        assert_eq!(server.ask("POST", &uri, Some(group)).await.0, 200);
    };
    members(json!([])).await;
    assert_eq!(seen().await, 403);
    members(json!(["reader"])).await;
    assert_eq!(seen().await, 200);

    let users = server.get("/users?page=1").await;
    let user = users["results"].as_array().unwrap().iter().find(|user| user["username"] == "reader").unwrap();
    let user = user["uri"].as_str().unwrap();
    assert_eq!(server.ask("GET", &format!("{user}/deactivate"), None).await.0, 200);
    assert_eq!(seen().await, 412);
    assert_eq!(server.ask("GET", &format!("{user}/activate"), None).await.0, 200);
    assert_eq!(seen().await, 412, "the session has ended");
    let again = server.login("reader", "secret").await;
    assert_eq!(server.ask_as(&again, "GET", &list, None).await.0, 200);
    assert_eq!(server.ask("DELETE", user, None).await.0, 200);
    assert_eq!(server.ask_as(&again, "GET", &list, None).await.0, 412);

    let empty = server.repository("EMPTY").await;
    let there = format!("{empty}/accessions?all_ids=true");
    assert_eq!(server.ask("GET", &there, None).await.0, 200);
    assert_eq!(server.ask("DELETE", &empty, None).await.0, 200);
    let (status, answer) = server.ask("GET", &there, None).await;
    assert_eq!((status, answer["error"]["repo_id"].is_array()), (400, true), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_raises_the_version_of_the_user_and_leaves_no_line_of_history() {
    let server = TestServer::start().await;
    let me = server.get("/users/current-user").await;
    let uri = me["uri"].as_str().unwrap().to_owned();
    let version = async || server.get(&uri).await["lock_version"].as_i64().unwrap();
    let lines = async || {
        server.get(&format!("/audit?uri={uri}&page_size=1000")).await["results"].as_array().unwrap().len()
    };
    let (before, told) = (version().await, lines().await);
    for _ in 0..3 {
        server.login("admin", "admin").await;
    }
    assert_eq!((version().await, lines().await), (before + 3, told));
    assert_eq!(server.stop_and_check().await, [] as [String; 0]);
}
