//! Guessing passwords. Its own file since it moves the clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use std::sync::atomic::Ordering;

use common::{AHEAD, TestServer};
use server::Options;

/// A clock that only the test moves.
fn clock() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_800_000_000 + AHEAD.load(Ordering::SeqCst)).unwrap()
}

/// Status and `Retry-After` of a login through a proxy that says where it comes from.
async fn login(server: &TestServer, name: &str, password: &str, from: &str) -> (u16, Option<i64>) {
    let request = server
        .http
        .post(format!("{}/users/{name}/login", server.url))
        .form(&[("password", password)])
        .header("X-Forwarded-For", from);
    let answer = request.send().await.unwrap();
    let wait = answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap().parse().unwrap());
    (answer.status().as_u16(), wait)
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_slows_down_and_the_wait_ends() {
    let server = TestServer::start_with(|options| Options { now: clock, ..options }).await;
    for _ in 0..10 {
        assert_eq!(login(&server, "admin", "guess", "203.0.113.7").await, (403, None));
    }
    let (status, wait) = login(&server, "admin", "admin", "203.0.113.8").await;
    assert_eq!((status, wait), (429, Some(1)), "who is no trusted proxy cannot say where it comes from");
    assert_eq!(login(&server, "nobody", "guess", "").await, (403, None), "others go on");
    AHEAD.fetch_add(2, Ordering::SeqCst);
    assert_eq!(login(&server, "admin", "admin", "").await, (200, None));
    server.stop().await;

    let behind = TestServer::start_with(|options| Options {
        now: clock,
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..options
    })
    .await;
    for _ in 0..10 {
        assert_eq!(login(&behind, "admin", "guess", "203.0.113.7").await.0, 403);
    }
    assert_eq!(login(&behind, "admin", "admin", "203.0.113.7").await.0, 429);
    assert_eq!(
        login(&behind, "admin", "admin", "203.0.113.8").await.0,
        200,
        "from elsewhere it is another count"
    );
    behind.stop().await;
}
