//! Where every world begins: a server with two repositories and some records, and desks that know it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use serde_json::{Value, json};
use store::Op;
use tempfile::TempDir;

use super::ground::Ground;
use super::house::{self, House};
use super::station::{self, Station};
use super::{Kind, clock, others};
use crate::PASSWORD;
use crate::office::{accession, component, resource};

/// Data folders that worlds are copies of.
pub(super) struct Template {
    dir: TempDir,
}

/// A folder in memory where the system has one: worlds are small and written often.
pub(super) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

impl Template {
    pub(super) fn new(kind: Kind, runtime: &tokio::runtime::Runtime) -> Self {
        clock::set(-86_400_000);
        let dir = folder();
        let ground = Ground::new(0);
        let first = dir.path().join("first");
        let opened = server::Server::open(&house::options(&first, None)).unwrap();
        quicken(opened.store(), "/users/1");
        drop(opened);
        let house = Arc::new(House::open(kind, &ground, dir.path(), &first));
        fill(&house);
        house.read(|store| {
            for number in 5..=7 {
                quicken(store, &format!("/users/{number}"));
            }
        });
        others::make_peace(&house);
        let bare = dir.path().join("bare");
        let desk = desk::Desk::open_with(&bare, station::options(None)).unwrap();
        desk.store()
            .write(Op::typed("connect", "ada"), |tx| {
                tx.set_setting("server", Some("http://server"))?;
                tx.set_setting("user", Some("ada"))
            })
            .unwrap();
        drop(desk);
        let template = Self { dir };
        let station = Station::open(8, "ada", &house, &ground, template.dir.path(), &bare);
        station.sync(runtime).unwrap();
        // After it: a login is a change too, and a server that lost one was set back.
        house.back_up();
        station.store().backup(&made(&template.known()).join("fonds.db")).unwrap();
        template
    }

    pub(super) fn server(&self) -> PathBuf {
        self.dir.path().join("backup")
    }

    /// A desk that never synced.
    pub(super) fn bare(&self) -> PathBuf {
        self.dir.path().join("bare")
    }

    /// A desk that has everything.
    pub(super) fn known(&self) -> PathBuf {
        self.dir.path().join("known")
    }
}

fn made(folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    folder.to_owned()
}

/// Logging in is made slow against guessing; here it would be most of the time.
fn quicken(store: &store::Store, user: &str) {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).unwrap();
    let quick = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = quick.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    store.write(Op::typed("password", ""), |tx| tx.set_password(user, Some(&hash))).unwrap();
}

fn fill(house: &House) {
    let post = |path: &str, doc: Value| {
        let (status, told) = house.admin("POST", path, Some(&doc)).unwrap();
        assert_eq!(status, 200, "{path}: {told}");
        told["uri"].as_str().unwrap_or_default().to_owned()
    };
    for (code, name) in [("ALB", "Albion Archive"), ("BOR", "Borough Records")] {
        post("/repositories", json!({"repo_code": code, "name": name}));
    }
    for user in others::USERS {
        let doc = json!({"username": user, "name": user});
        let user = post(&format!("/users?password={PASSWORD}"), doc);
        assert!(user.starts_with("/users/"), "{user}");
    }
    let name = |name: &str| {
        json!({"names": [{"jsonmodel_type": "name_person", "primary_name": name, "name_order": "inverted",
            "source": "local", "sort_name_auto_generate": true}]})
    };
    let subject = |term: &str| {
        json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [
            {"jsonmodel_type": "term", "term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]})
    };
    let agents = [post("/agents/people", name("Albion")), post("/agents/people", name("Borough"))];
    let subjects = [post("/subjects", subject("Mills")), post("/subjects", subject("Strikes"))];
    for repo in [2, 3] {
        let in_repo = |list: &str| format!("/repositories/{repo}/{list}");
        let container =
            post(&in_repo("top_containers"), json!({"indicator": format!("{repo}-1"), "type": "box"}));
        for number in 0..2 {
            let mut doc = accession(&format!("{repo}.{number}"), "Begun");
            doc["publish"] = json!(number == 0);
            doc["subjects"] = json!([{"ref": subjects[0]}]);
            post(&in_repo("accessions"), doc);
        }
        let mut papers = resource(&format!("R{repo}"), "Papers");
        papers["publish"] = json!(true);
        papers["linked_agents"] = json!([{"role": "creator", "ref": agents[0]}]);
        let root = post(&in_repo("resources"), papers);
        let mut above = None;
        for number in 0..4 {
            let mut doc = component(&root, above.as_deref(), &format!("File {number}"));
            let inside = json!({"jsonmodel_type": "sub_container", "top_container": {"ref": container}});
            doc["publish"] = json!(true);
            doc["instances"] = json!([{"jsonmodel_type": "instance", "instance_type": "mixed_materials",
                "sub_container": inside}]);
            let node = post(&in_repo("archival_objects"), doc);
            above = (number == 1).then_some(node);
        }
        let scans = json!({"digital_object_id": format!("D{repo}"), "title": "Scans"});
        post(&in_repo("digital_objects"), scans);
    }
}
