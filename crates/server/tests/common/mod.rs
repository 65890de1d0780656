//! A server of its own for each test, and requests to it.
#![allow(dead_code, reason = "not every test file uses everything")]

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use server::{Options, Running};

/// A running server with an empty data folder.
pub struct TestServer {
    pub url: String,
    pub http: reqwest::Client,
    pub token: String,
    running: Option<Running>,
    pub options: Options,
    pub data: tempfile::TempDir,
}

/// Seconds that the clock of the tests is ahead.
pub static AHEAD: AtomicI64 = AtomicI64::new(0);

fn clock() -> jiff::Timestamp {
    jiff::Timestamp::now() + jiff::SignedDuration::from_secs(AHEAD.load(Ordering::SeqCst))
}

impl TestServer {
    /// Starts one and logs the administrator in.
    pub async fn start() -> Self {
        Self::start_with(|options| options).await
    }

    /// The same with other options.
    pub async fn start_with(change: impl FnOnce(Options) -> Options) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), change).await
    }

    /// Starts one on data that is there.
    pub async fn start_on(data: tempfile::TempDir) -> Self {
        Self::start_in(data, |options| options).await
    }

    async fn start_in(data: tempfile::TempDir, change: impl FnOnce(Options) -> Options) -> Self {
        // Only the first test of a process gets to install it.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let options = change(Options {
            admin_password: Some("admin".to_owned()),
            now: clock,
            ..Options::new(data.path(), "127.0.0.1:0")
        });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let server = Self { url: String::new(), http, token: String::new(), running: None, options, data };
        server.again().await
    }

    /// Stops it, if it runs, and starts it on the same data.
    pub async fn again(mut self) -> Self {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
        let running = server::start(self.options.clone()).await.unwrap();
        self.url = format!("http://{}", running.addr);
        self.running = Some(running);
        self.token = self.login("admin", "admin").await;
        self
    }

    /// Stops it, does something with its store, and starts it again.
    pub async fn with_store_between(mut self, f: impl FnOnce(&store::Store)) -> Self {
        self.running.take().unwrap().stop().await.unwrap();
        f(&store::Store::open(self.data.path(), store::Options::new(store::Role::Server)).unwrap());
        self.again().await
    }

    /// Stops it; the data stays until the answer is dropped.
    pub async fn stopped(mut self) -> tempfile::TempDir {
        self.running.take().unwrap().stop().await.unwrap();
        self.data
    }

    pub async fn login(&self, name: &str, password: &str) -> String {
        let (status, body) =
            self.ask_as("", "POST", &format!("/users/{name}/login?password={password}"), None).await;
        assert_eq!(status, 200, "{body}");
        body["session"].as_str().unwrap().to_owned()
    }

    /// A request by somebody; status and body.
    pub async fn ask_as(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.url));
        if !token.is_empty() {
            request = request.header("X-ArchivesSpace-Session", token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A request by the administrator.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.ask_as(&self.token, method, path, body).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// A save that must succeed; its address.
    pub async fn post(&self, path: &str, body: Value) -> String {
        let (status, answer) = self.ask("POST", path, Some(body)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer["uri"].as_str().unwrap_or_default().to_owned()
    }

    /// A new repository.
    pub async fn repository(&self, code: &str) -> String {
        self.post("/repositories", json!({"repo_code": code, "name": format!("{code} Archive")})).await
    }

    /// A user who is in a group of a repository.
    pub async fn user(&self, name: &str, repo: &str, group: &str) -> String {
        let groups = self.get(&format!("{repo}/groups?group_code={group}")).await;
        let group = groups[0]["uri"].as_str().unwrap();
        self.post(
            &format!("/users?password=secret&groups[]={group}"),
            json!({"username": name, "name": name}),
        )
        .await;
        self.login(name, "secret").await
    }

    pub async fn stop(mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }

    /// Stops, and tells what the check of the data folder finds; the index is brought up for it.
    pub async fn stop_and_check(mut self) -> Vec<String> {
        self.running.take().unwrap().stop().await.unwrap();
        let folder = self.data.path().to_owned();
        tokio::task::spawn_blocking(move || server::repair(&folder).unwrap()).await.unwrap()
    }
}

/// The least resource.
pub fn resource(title: &str, id: &str) -> Value {
    json!({
        "title": title, "id_0": id, "level": "collection", "finding_aid_language": "eng", "finding_aid_script": "Latn",
        "extents": [{"portion": "whole", "number": "1", "extent_type": "linear_feet"}],
        "dates": [{"date_type": "single", "label": "creation", "begin": "1900"}],
        "lang_materials": [{"language_and_script": {"language": "eng"}}],
    })
}
