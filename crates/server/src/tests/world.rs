//! A small archive with one record of each sort, and people whose rights a test sets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use store::Expect;

use crate::access::{Catalogue, GLOBAL};
use crate::app::App;
use crate::{Options, dispatch, openapi, records, serve, sessions};

/// The repository that everything is in.
pub(super) const REPO: &str = "/repositories/2";
/// The other one, which things are transferred to.
const OTHER: &str = "/repositories/3";

pub(super) struct World {
    pub(super) app: Arc<App>,
    /// Session of the administrator.
    pub(super) admin: String,
    /// Addresses of the records that were made last, by the path that they were made at.
    pub(super) made: BTreeMap<String, String>,
    /// Groups of a test's user, by user: one that holds everywhere, one of each repository.
    groups: BTreeMap<&'static str, [String; 3]>,
    counter: AtomicU32,
    _data: tempfile::TempDir,
}

/// What a request was answered with.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl World {
    /// An empty server.
    pub(super) async fn empty() -> Self {
        Self::with(|options| options).await
    }

    /// The same with other options.
    pub(super) async fn with(change: impl FnOnce(Options) -> Options) -> Self {
        let data = tempfile::tempdir().unwrap();
        let options = change(Options {
            admin_password: Some("admin".to_owned()),
            body_limit: 1_000_000,
            poll_seconds: 0,
            arks: Some(store::Arks {
                naan: "12345".to_owned(),
                shoulder: String::new(),
                url_prefix: String::new(),
            }),
            ..Options::new(data.path(), "")
        });
        let app = Arc::new(serve::open(&options).unwrap().0);
        let (made, groups) = (BTreeMap::new(), BTreeMap::new());
        let mut world =
            Self { app, admin: String::new(), made, groups, counter: AtomicU32::new(0), _data: data };
        world.admin = world.login("admin", "admin").await;
        world
    }

    /// A server with one record of each sort.
    pub(super) async fn whole() -> Self {
        let mut world = Self::empty().await;
        for kind in ["repository", "repository"] {
            world.create("/repositories", kind).await;
        }
        let (places, people) = ("/locations", "/agents/people");
        for (path, kind) in [
            (places, "location"),
            (places, "location"),
            ("/location_profiles", "location_profile"),
            ("/container_profiles", "container_profile"),
            ("/container_profiles", "container_profile"),
            ("/subjects", "subject"),
            ("/subjects", "subject"),
            (people, "agent_person"),
            (people, "agent_person"),
            ("/agents/families", "agent_family"),
            ("/agents/corporate_entities", "agent_corporate_entity"),
            ("/agents/software", "agent_software"),
            ("/vocabularies", "vocabulary"),
            ("/config/enumerations", "enumeration"),
        ] {
            world.create(path, kind).await;
        }
        world.create("/users?password=secret", "user").await;
        let user = world.made["/users?password=secret"].clone();
        world.made.insert("/users".to_owned(), user);
        for (plural, kind) in [
            ("accessions", "accession"),
            ("resources", "resource"),
            ("archival_objects", "archival_object"),
            ("archival_objects", "archival_object"),
            ("digital_objects", "digital_object"),
            ("digital_object_components", "digital_object_component"),
            ("digital_object_components", "digital_object_component"),
            ("classifications", "classification"),
            ("classification_terms", "classification_term"),
            ("classification_terms", "classification_term"),
            ("top_containers", "top_container"),
            ("top_containers", "top_container"),
            ("assessments", "assessment"),
            ("events", "event"),
            ("groups", "group"),
            ("preferences", "preference"),
            ("rde_templates", "rde_template"),
            ("custom_report_templates", "custom_report_template"),
            ("jobs", "job"),
        ] {
            world.create(&format!("{REPO}/{plural}"), kind).await;
        }
        for kind in ["default_values", "required_fields"] {
            let (path, body) = (format!("{REPO}/{kind}/agent_person"), world.example(kind));
            let answer = world.ask(&world.admin, "POST", &path, Some(&body)).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
        }
        world
    }

    /// Makes one more record as the administrator; its address is then the one of its path.
    pub(super) async fn create(&mut self, path: &str, kind: &str) -> String {
        let body = self.example(kind);
        let answer = self.ask(&self.admin, "POST", path, Some(&body)).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let uri = answer.body["uri"].as_str().unwrap().to_owned();
        self.made.insert(path.to_owned(), uri.clone());
        uri
    }

    /// The example of a kind, with its own name and numbers.
    pub(super) fn example(&self, kind: &str) -> Value {
        let mut doc = openapi::example(kind).unwrap_or_else(|| panic!("no example of {kind}")).clone();
        let number = self.counter.fetch_add(1, Ordering::SeqCst);
        for pointer in [
            "/id_0",
            "/digital_object_id",
            "/barcode",
            "/repo_code",
            "/repository/repo_code",
            "/username",
            "/group_code",
            "/ref_id",
            "/current",
            "/identifier",
            "/title",
            "/names/0/primary_name",
            "/names/0/family_name",
            "/names/0/software_name",
            "/terms/0/term",
        ] {
            if let Some(Value::String(text)) = doc.pointer_mut(pointer) {
                text.push_str(&number.to_string());
            }
        }
        if kind.ends_with("_profile")
            || matches!(
                kind,
                "enumeration" | "custom_report_template" | "rde_template" | "user" | "vocabulary"
            )
        {
            doc["name"] = json!(format!("{} {number}", doc["name"].as_str().unwrap()));
        }
        doc
    }

    /// A session of somebody.
    pub(super) async fn login(&self, name: &str, password: &str) -> String {
        let path = format!("/users/{name}/login?password={password}");
        let answer = self.ask("", "POST", &path, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["session"].as_str().unwrap().to_owned()
    }

    /// A session of the administrator that no request has ended yet.
    pub(super) fn fresh_session(&self) -> String {
        let token = format!("test-{}", self.counter.fetch_add(1, Ordering::SeqCst));
        let hash = sessions::digest(&token);
        let begun = self.app.write("session", "", |tx| {
            let account = tx.account("admin")?.ok_or(crate::reply::Failure::Denied)?;
            Ok(tx.begin_session(&hash, account.id, true)?)
        });
        begun.unwrap();
        token
    }

    /// A new user without rights; the session.
    pub(super) async fn user(&mut self, name: &'static str) -> String {
        let body = json!({"username": name, "name": name});
        let answer = self.ask(&self.admin, "POST", "/users?password=secret", Some(&body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let groups = [GLOBAL, REPO, OTHER].map(|repo| {
            let doc =
                json!({"group_code": format!("of-{name}"), "description": name, "member_usernames": [name]});
            let record = record::Record::from_value("group", doc).unwrap();
            self.app.write("test", "test", |tx| records::make(tx, Some(repo), record)).unwrap().head.uri
        });
        self.groups.insert(name, groups);
        self.login(name, "secret").await
    }

    /// Sets what a user holds: each code where it is granted, those that follow from another one by that one.
    pub(super) fn grant(&self, name: &str, codes: &[&str]) {
        let catalogue = Catalogue::shipped();
        let granted = |code: &&str| {
            let permission = catalogue.permission(code).unwrap();
            permission.implied_by.clone().unwrap_or_else(|| (*code).to_owned())
        };
        let granted: Vec<String> = codes.iter().map(granted).collect();
        let global = |code: &&String| catalogue.permission(code).unwrap().level == "global";
        let here: Vec<&String> = granted.iter().filter(|code| !global(code)).collect();
        let parts: [Vec<&String>; 3] = [granted.iter().filter(global).collect(), here.clone(), here];
        for (group, codes) in self.groups[name].iter().zip(parts) {
            self.app
                .write("test", "test", |tx| {
                    let mut doc = tx.expect(group)?.doc;
                    doc.insert("grants_permissions".to_owned(), json!(codes));
                    Ok(tx.update(group, doc, Expect::Any)?)
                })
                .unwrap();
        }
    }

    /// A request with a JSON body.
    pub(super) async fn ask(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answered {
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send(token, method, path, &[("content-type", "application/json")], bytes).await
    }

    /// Any request.
    pub(super) async fn send(
        &self,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answered {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !token.is_empty() {
            request = request.header("X-ArchivesSpace-Session", token);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = dispatch::handle(State(Arc::clone(&self.app)), request).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answered { status, headers, body }
    }
}
