//! What the log says of requests, and what it must not say. Its own file since a program has one log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};
use server::{LogLines, Options};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_one_line_without_passwords_tokens_or_text() {
    let lines = LogLines::default();
    let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(lines.clone());
    tracing_subscriber::registry().with(LevelFilter::INFO).with(layer).init();
    let log = lines.clone();
    let server = TestServer::start_with(move |options| Options { log, ..options }).await;

    let repo = server.repository("ALB").await;
    let uri = server.post(&format!("{repo}/resources"), resource("Quicksilver correspondence", "R1")).await;
    server.get(&format!("{repo}/search?page=1&q=quicksilver")).await;
    server.ask("POST", &format!("{repo}/accessions"), Some(json!({"title": "Vermilion ledger"}))).await;
    let broken = server.http.post(format!("{}{repo}/accessions", server.url)).body("{\"title\": \"Cinnabar");
    broken.header("X-ArchivesSpace-Session", &server.token).send().await.unwrap();
    server.ask_as("", "POST", "/users/admin/login?password=opensesame", None).await;
    server.ask_as("", "POST", "/users/admin/login", Some(json!({"password": "swordfish"}))).await;
    server.ask_as("tokenofsomebody", "GET", "/repositories", None).await;
    server.ask("GET", "/no/such/verdigris", None).await;
    let request = server.http.get(format!("{}{uri}", server.url)).header("X-Request-Id", "proxy-17");
    let answer = request.header("X-ArchivesSpace-Session", &server.token).send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "proxy-17");
    let answer = server.http.get(format!("{}/version", server.url)).send().await.unwrap();
    assert!(answer.headers()["x-request-id"].len() > 20);

    let text = lines.text();
    for secret in [
        "uicksilver",
        "ermilion",
        "innabar",
        "opensesame",
        "swordfish",
        "tokenofsomebody",
        "verdigris",
        &server.token,
    ] {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }
    let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let read = told.iter().find(|line| line["id"] == "proxy-17").unwrap();
    assert_eq!(
        (&read["method"], &read["route"], &read["status"], &read["user"], &read["client"]),
        (
            &json!("GET"),
            &json!("/repositories/:repo_id/resources/:id"),
            &json!(200),
            &json!("admin"),
            &json!("127.0.0.1")
        )
    );
    assert!(read["milliseconds"].is_u64() && read["bytes"].as_u64().unwrap() > 100, "{read}");
    assert!(told.iter().any(|line| line["route"] == "none" && line["status"] == 404));

    let Value::String(shown) = server.get("/system/log").await else { panic!("text") };
    assert!(shown.contains("proxy-17"));
    assert_eq!(server.ask_as("", "GET", "/system/log", None).await.0, 403);
    server.stop().await;
}
