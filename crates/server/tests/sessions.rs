//! Logging in, staying in, being thrown out. Its own file since it moves the clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use std::sync::atomic::Ordering;

use common::{AHEAD, TestServer};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_ends_and_expires() {
    let server = TestServer::start().await;
    let (status, answer) = server.ask_as("", "POST", "/users/admin/login?password=wrong", None).await;
    assert_eq!((status, answer), (403, json!({"error": "Login failed"})));
    let (status, answer) = server.ask_as("nonsense", "GET", "/repositories", None).await;
    assert_eq!((status, answer["code"].as_str()), (412, Some("SESSION_GONE")));

    let me = server.get("/users/current-user").await;
    assert_eq!(me["username"], "admin");
    assert!(me["permissions"]["_archivesspace"].as_array().unwrap().contains(&json!("administer_system")));

    let other = server.login("ADMIN", "admin").await;
    let (_, answer) = server.ask_as(&other, "POST", "/logout", None).await;
    assert_eq!(answer, json!({"status": "session_logged_out"}));
    assert_eq!(server.ask_as(&other, "GET", "/repositories", None).await.0, 412);

    AHEAD.store(3000, Ordering::SeqCst);
    assert_eq!(server.ask("GET", "/repositories", None).await.0, 200, "being used keeps it");
    AHEAD.store(6000, Ordering::SeqCst);
    assert_eq!(server.ask("GET", "/repositories", None).await.0, 200);
    AHEAD.store(9700, Ordering::SeqCst);
    let (status, answer) = server.ask("GET", "/repositories", None).await;
    assert_eq!((status, answer["code"].as_str()), (412, Some("SESSION_EXPIRED")));
    let (status, answer) = server.ask("GET", "/repositories", None).await;
    assert_eq!((status, answer["code"].as_str()), (412, Some("SESSION_GONE")));
    server.stop().await;
}
