//! Who is let in, and that commands answer.

use std::net::SocketAddr;

use reqwest::{Client, RequestBuilder, StatusCode, header, redirect};
use serde_json::{Value, json};

use super::Host;
use crate::{Desk, Error};

struct Served {
    host: Host,
    http: Client,
    _dir: tempfile::TempDir,
}

impl Served {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open_with(dir.path(), crate::tests::options()).unwrap();
        let listen: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let host = Host::start(desk, listen).await.unwrap();
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        Self { host, http, _dir: dir }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host.addr)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(self.url(path)).json(&json!({}))
    }

    fn known(&self, path: &str) -> RequestBuilder {
        self.post(path).header("X-Fonds-Token", &self.host.token)
    }
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn only_the_holder_of_the_token_is_let_in() {
    let served = Served::new().await;
    assert_eq!(status(served.known("/call/state")).await, StatusCode::OK);
    for request in [
        served.post("/call/state"),
        served.post("/call/state").header("X-Fonds-Token", "0".repeat(64)),
        served.post("/call/state").header("X-Fonds-Token", ""),
        served.http.get(served.url("/")),
        served.http.get(served.url("/events")),
        served.http.get(served.url("/?token=1234")),
    ] {
        assert_eq!(status(request).await, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn other_names_and_other_pages_are_refused() {
    let served = Served::new().await;
    let port = served.host.addr.port();
    for (name, value) in [
        ("Host", format!("evil.example:{port}")),
        ("Host", format!("127.0.0.1:{}", port.wrapping_add(1))),
        ("Host", format!("127.0.0.1.evil.example:{port}")),
        ("Origin", "http://evil.example".to_owned()),
        ("Origin", "null".to_owned()),
        ("Origin", format!("https://127.0.0.1:{port}")),
        ("Sec-Fetch-Site", "cross-site".to_owned()),
        ("Sec-Fetch-Site", "same-site".to_owned()),
    ] {
        let request = served.known("/call/state").header(name, &value);
        assert_eq!(status(request).await, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let own = served.known("/call/state").header("Origin", format!("http://127.0.0.1:{port}"));
    assert_eq!(status(own).await, StatusCode::OK);
}

#[tokio::test]
async fn the_address_with_the_token_becomes_a_cookie() {
    let served = Served::new().await;
    let first = served.http.get(format!("{}&page=2", served.host.url())).send().await.unwrap();
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    assert_eq!(first.headers()[header::LOCATION], "/?page=2");
    let cookie = first.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let pair = cookie.split(';').next().unwrap();
    let page = served.http.get(served.url("/records")).header("Cookie", pair).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'"));
    let missing = served.http.get(served.url("/no.js")).header("Cookie", pair);
    assert_eq!(status(missing).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn commands_answer_and_fail_as_json() {
    let served = Served::new().await;
    let state: Value = served.known("/call/state").send().await.unwrap().json().await.unwrap();
    assert_eq!(state["sync"]["outbox"], 0);
    let unknown = served.known("/call/nonsense").send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    assert_eq!(unknown.json::<Value>().await.unwrap()["code"], "unknown_command");
    let wrong = served.known("/call/open_record").json(&json!({"uri": 5})).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert_eq!(wrong.json::<Value>().await.unwrap()["code"], "bad_input");
    let form = served.http.post(served.url("/call/state")).header("X-Fonds-Token", &served.host.token);
    assert_eq!(status(form.header("Content-Type", "text/plain").body("{}")).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn events_are_streamed() {
    let served = Served::new().await;
    let request = served.http.get(served.url("/events")).header("X-Fonds-Token", &served.host.token);
    let mut stream = request.send().await.unwrap();
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    let made = served.known("/call/new_repository").json(&json!({"code": "A", "name": "Archive"}));
    assert_eq!(status(made).await, StatusCode::OK);
    let heard = stream.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&heard).contains(r#""name":"changed""#));
}

#[tokio::test]
async fn others_cannot_be_served() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open_with(dir.path(), crate::tests::options()).unwrap();
    let refused = Host::start(desk, "0.0.0.0:0".parse().unwrap()).await;
    assert!(matches!(refused, Err(Error::NotLoopback { .. })));
}
