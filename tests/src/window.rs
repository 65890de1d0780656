//! The real window, through WebKit's own WebDriver.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys by their WebDriver code points.
#[derive(Clone, Copy)]
pub enum Key {
    /// Enter.
    Enter,
    /// Control, held for the keys after it.
    Control,
}

impl Key {
    /// As WebDriver spells it.
    #[must_use]
    pub fn code(self) -> char {
        match self {
            Self::Enter => '\u{E007}',
            Self::Control => '\u{E009}',
        }
    }
}

/// A window and the driver that holds it.
pub struct Window {
    driver: Child,
    http: reqwest::Client,
    session: String,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

impl Window {
    /// Opens the application on a desk's data.
    ///
    /// # Panics
    /// When driver or window do not come up.
    pub async fn open(data: &Path) -> Self {
        crate::tls();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("FONDS_DATA", data)
            .env("FONDS_PASSWORD", crate::PASSWORD)
            // The tests say when.
            .env("FONDS_SYNC", "manual")
            .spawn()
            .expect("WebKitWebDriver (package webkit2gtk-driver)");
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut window = Self {
            driver,
            http: reqwest::Client::new(),
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let binary = crate::program("fonds-desktop");
        let wanted = json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": {"binary": binary, "args": []}}}});
        let session = window.post("", wanted).await.expect("a window");
        window.session = format!("{}/{}", window.session, session["sessionId"].as_str().unwrap());
        window
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, Value> {
        let answer = self
            .http
            .post(format!("{}{path}", self.session))
            .json(&body)
            .send()
            .await
            .map_err(|e| json!(e.to_string()))?;
        let fine = answer.status().is_success();
        let body: Value = answer.json().await.map_err(|e| json!(e.to_string()))?;
        if fine { Ok(body["value"].clone()) } else { Err(body["value"].clone()) }
    }

    async fn get(&self, path: &str) -> Value {
        let answer: Value =
            self.http.get(format!("{}{path}", self.session)).send().await.unwrap().json().await.unwrap();
        answer["value"].clone()
    }

    /// The element of an XPath (or, where it does not begin with a slash, a CSS selector), waited for up to 15 seconds.
    ///
    /// # Panics
    /// When it does not appear.
    pub async fn find(&self, what: &str) -> String {
        let using = if what.starts_with('/') { "xpath" } else { "css selector" };
        for _ in 0..150 {
            if let Ok(found) = self.post("/element", json!({"using": using, "value": what})).await {
                return found[ELEMENT].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.screenshot("not-found.png").await;
        panic!("no {what}");
    }

    /// Clicks it.
    ///
    /// # Panics
    /// When it cannot be clicked.
    pub async fn click(&self, what: &str) {
        for _ in 0..20 {
            let id = self.find(what).await;
            if self.post(&format!("/element/{id}/click"), json!({})).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("cannot click {what}");
    }

    /// Types into it, after what is there, and looks until all of it stands there.
    ///
    /// # Panics
    /// When it takes no text.
    pub async fn type_into(&self, what: &str, text: &str) {
        let id = self.find(what).await;
        self.post(&format!("/element/{id}/value"), json!({"text": text})).await.unwrap();
        // Keys go on arriving after the driver has answered; on a busy machine one by one.
        for _ in 0..1_000 {
            if self.value(what).await.ends_with(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let script = json!({"script": "return document.activeElement.outerHTML.slice(0, 200) + ' ' + document.hasFocus()", "args": []});
        let focus = self.post("/execute/sync", script).await;
        panic!("{text:?} was typed, and {:?} stands in {what}; the focus: {focus:?}", self.value(what).await);
    }

    /// Empties it and types, and begins again where the focus went elsewhere before all was typed: what the window is
    /// still opening may take it.
    ///
    /// # Panics
    /// When it takes no text.
    pub async fn retype(&self, what: &str, text: &str) {
        for _ in 0..6 {
            let id = self.find(what).await;
            self.post(&format!("/element/{id}/clear"), json!({})).await.unwrap();
            self.post(&format!("/element/{id}/value"), json!({"text": text})).await.unwrap();
            for _ in 0..250 {
                if self.value(what).await == text {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        panic!("{text:?} was typed, and {:?} stands in {what}", self.value(what).await);
    }

    /// Presses keys where the focus is: held modifiers first, then the key.
    ///
    /// # Panics
    /// When the window does not take keys.
    pub async fn press(&self, held: &[Key], key: char) {
        let mut steps: Vec<Value> =
            held.iter().map(|k| json!({"type": "keyDown", "value": k.code()})).collect();
        steps.push(json!({"type": "keyDown", "value": key}));
        steps.push(json!({"type": "keyUp", "value": key}));
        steps.extend(held.iter().rev().map(|k| json!({"type": "keyUp", "value": k.code()})));
        self.post("/actions", json!({"actions": [{"type": "key", "id": "keyboard", "actions": steps}]}))
            .await
            .unwrap();
    }

    /// Runs a script in the page and gives its value.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({"script": script, "args": []})).await.unwrap()
    }

    /// Text of it.
    ///
    /// # Panics
    /// When it has none.
    pub async fn text(&self, what: &str) -> String {
        let id = self.find(what).await;
        self.get(&format!("/element/{id}/text")).await.as_str().unwrap().to_owned()
    }

    /// Value of an input.
    ///
    /// # Panics
    /// When it has none.
    pub async fn value(&self, what: &str) -> String {
        let id = self.find(what).await;
        self.get(&format!("/element/{id}/property/value")).await.as_str().unwrap().to_owned()
    }

    /// A picture, kept beside the tests' other products. A picture right after a change can show the frame before it,
    /// so two frames pass first.
    ///
    /// # Panics
    /// When the picture cannot be taken.
    pub async fn screenshot(&self, name: &str) {
        let wait = "const done = arguments[arguments.length - 1]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300)))";
        self.post("/execute/async", json!({"script": wait, "args": []})).await.unwrap();
        let folder = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.get("/screenshot").await;
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap()).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }

    /// `kill -9` on the application.
    ///
    /// # Panics
    /// When it was not running.
    pub fn kill(self) {
        let killed = Command::new("pkill").args(["-9", "-f", "fonds-deskto[p]"]).status().unwrap();
        assert!(killed.success());
    }

    /// Closes the window as a person would.
    pub async fn close(self) {
        self.http.delete(&self.session).send().await.ok();
    }
}
