//! The real window: a person's task from search to server, and a kill while typing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[tokio::test(flavor = "multi_thread")]
async fn window_session() {
    if !e2e::has_window_session() {}
}
