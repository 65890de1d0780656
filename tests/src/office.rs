//! A server and several desks in this process: what sync tests are made of.

use std::path::Path;

use desk::commands;
use desk::passwords::Keyring;
use desk::rest::{Client, Options, Session};
use record::api::command::{
    AnswerInput, Conflict, ConnectInput, Empty, Holds, MoveInput, NewRepository, ResolveInput, SaveInput,
    Side, SyncReport, UndoInput, UriInput,
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::PASSWORD;
use crate::stock::Stock;

/// A server in this process.
pub struct Office {
    runtime: Runtime,
    data: TempDir,
    running: Option<server::Running>,
    /// Stands before the server, and takes from its answers what a stock ArchivesSpace does not give.
    stock: Option<Stock>,
    /// Its address.
    pub address: String,
}

impl Default for Office {
    fn default() -> Self {
        Self::open()
    }
}

impl Office {
    /// Starts a server on a free port, with its data in a folder of its own.
    #[must_use]
    pub fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let data = TempDir::new().unwrap();
        let running = runtime.block_on(server::start(options(data.path(), "127.0.0.1:0"))).unwrap();
        let address = format!("http://{}", running.addr);
        Self { runtime, data, running: Some(running), stock: None, address }
    }

    /// The same, as a stock ArchivesSpace: see `Stock`.
    #[must_use]
    pub fn stock() -> Self {
        let mut office = Self::open();
        let stock = Stock::before(&office.address);
        office.address = stock.address.clone();
        office.stock = Some(stock);
        office
    }

    /// Takes the server away without a word, as a crash would: requests under way get no answer.
    pub fn crash(&mut self) {
        drop(self.running.take());
        let old = std::mem::replace(&mut self.runtime, Runtime::new().unwrap());
        old.shutdown_timeout(std::time::Duration::from_secs(30));
    }

    /// Brings it back on the same address.
    pub fn back(&mut self) {
        let address = self.stock.as_ref().map_or(&self.address, |stock| &stock.behind);
        let listen = address.trim_start_matches("http://").to_owned();
        let running = self.runtime.block_on(server::start(options(self.data.path(), &listen))).unwrap();
        self.running = Some(running);
    }

    /// The server's data as they are now; it stands still while they are copied.
    #[must_use]
    pub fn copy(&mut self) -> TempDir {
        self.crash();
        let copy = TempDir::new().unwrap();
        files(self.data.path(), copy.path());
        self.back();
        copy
    }

    /// Sets the server back to a copy of its data.
    pub fn set_back(&mut self, copy: &TempDir) {
        self.crash();
        self.data = TempDir::new().unwrap();
        files(copy.path(), self.data.path());
        self.back();
    }

    /// A desk that is connected with this server.
    #[must_use]
    pub fn desk(&self) -> Seat {
        let seat = Seat::alone();
        seat.connect(&self.address);
        seat
    }

    /// The desk of `cleo`, who keeps these repositories and is not shown what is suppressed.
    #[must_use]
    pub fn clerk(&self, repositories: &[&str]) -> Seat {
        let client = self.administrator();
        self.runtime.block_on(async {
            let doc = json!({"username": "cleo", "name": "Cleo"});
            client.post("/users", &[("password", PASSWORD)], &doc).await.unwrap();
        });
        for repo in repositories {
            self.employ(repo, Some("repository-managers"));
        }
        let seat = Seat::alone();
        let (url, user, password) = (self.address.clone(), "cleo".to_owned(), PASSWORD.to_owned());
        commands::connect(&seat.desk, ConnectInput { url, user, password }).unwrap();
        seat.sync();
        seat
    }

    /// Makes `cleo` a member of one group of a repository, or of none.
    pub fn employ(&self, repo: &str, group: Option<&str>) {
        let client = self.administrator();
        self.runtime.block_on(async {
            let users = client.get("/users", &[("page", "1")]).await.unwrap();
            let mut users = users["results"].as_array().unwrap().iter();
            let user =
                users.find(|one| one["username"] == "cleo").unwrap()["uri"].as_str().unwrap().to_owned();
            let groups = client.get(&format!("{repo}/groups"), &[]).await.unwrap();
            let of = |code: &str| groups.as_array().unwrap().iter().find(|one| one["group_code"] == code);
            let number = repo.rsplit('/').next().unwrap();
            let mut query = vec![("remove_groups", "true"), ("repo_id", number)];
            query.extend(group.map(|code| ("groups[]", of(code).unwrap()["uri"].as_str().unwrap())));
            client.action(&format!("{user}/groups"), &query).await.unwrap();
        });
    }

    /// Something that is done on the server, past the desks.
    pub fn act(&self, path: &str, query: &[(&str, &str)]) {
        self.runtime.block_on(self.administrator().action(path, query)).unwrap();
    }

    /// The same with a document.
    pub fn post(&self, path: &str, query: &[(&str, &str)], body: &Value) {
        self.runtime.block_on(self.administrator().post(path, query, body)).unwrap();
    }

    fn administrator(&self) -> Client {
        let session = Session::with_password("admin", PASSWORD);
        Client::new(&self.address, session, Options::default()).unwrap()
    }

    /// Merges a record into another one, as somebody on the server would.
    pub fn merge(&self, kind: &str, from: &str, into: &str) {
        let session = Session::with_password("admin", PASSWORD);
        let client = Client::new(&self.address, session, Options::default()).unwrap();
        let request = json!({"uri": "merge_requests", "merge_destination": {"ref": into}, "merge_candidates": [{"ref": from}]});
        self.runtime.block_on(client.post(&format!("/merge_requests/{kind}"), &[], &request)).unwrap();
    }

    /// The desk of a new user who may do everything in a repository, after a first sync.
    #[must_use]
    pub fn colleague(&self, name: &str, repo: &str) -> Seat {
        let session = Session::with_password("admin", PASSWORD);
        let client = Client::new(&self.address, session, Options::default()).unwrap();
        self.runtime.block_on(async {
            let groups = client.get(&format!("{repo}/groups"), &[]).await.unwrap();
            let mut groups = groups.as_array().unwrap().iter();
            let group = groups.find(|one| one["group_code"] == "repository-managers").unwrap();
            let query = [("password", PASSWORD), ("groups[]", group["uri"].as_str().unwrap())];
            client.post("/users", &query, &json!({"username": name, "name": name})).await.unwrap();
        });
        let seat = Seat::alone();
        let (url, user) = (self.address.clone(), name.to_owned());
        let input = ConnectInput { url, user, password: PASSWORD.to_owned() };
        commands::connect(&seat.desk, input).unwrap();
        seat.sync();
        seat
    }
}

fn options(data: &Path, listen: &str) -> server::Options {
    server::Options {
        admin_password: Some(PASSWORD.to_owned()),
        search_heap: 15_000_000,
        ..server::Options::new(data, listen)
    }
}

/// Copies the files of a folder; what is made from them is made again.
fn files(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap).filter(|one| one.path().is_file()) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A desk in a folder of its own.
pub struct Seat {
    /// The desk.
    pub desk: desk::Desk,
    _dir: Option<TempDir>,
}

impl Seat {
    /// A desk that knows no server.
    #[must_use]
    pub fn alone() -> Self {
        let dir = TempDir::new().unwrap();
        let seat = Self::at(dir.path());
        Self { _dir: Some(dir), ..seat }
    }

    /// A desk whose data are in `folder`.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        crate::tls();
        let options =
            desk::Options { keyring: Keyring::Memory, sync_by_itself: true, ..desk::Options::default() };
        Self { desk: desk::Desk::open_with(folder, options).unwrap(), _dir: None }
    }

    /// Connects it.
    pub fn connect(&self, address: &str) {
        let input =
            ConnectInput { url: address.to_owned(), user: "admin".to_owned(), password: PASSWORD.to_owned() };
        commands::connect(&self.desk, input).unwrap();
    }

    /// A sync that must come to its end.
    pub fn sync(&self) -> SyncReport {
        commands::sync(&self.desk, Empty {}).unwrap()
    }

    /// A sync that may fail.
    pub fn try_sync(&self) -> Result<SyncReport, String> {
        commands::sync(&self.desk, Empty {}).map_err(|failure| failure.0.code)
    }

    /// Answers the question that the last sync ended with, and syncs.
    pub fn answer(&self, problem: &str, holds: Holds) -> SyncReport {
        commands::answer_sync(&self.desk, AnswerInput { problem: problem.to_owned(), holds }).unwrap();
        self.sync()
    }

    /// A new repository.
    #[must_use]
    pub fn repository(&self, code: &str) -> String {
        let input = NewRepository { code: code.to_owned(), name: format!("Repository {code}") };
        commands::new_repository(&self.desk, input).unwrap();
        commands::repository_by_code(&self.desk, code, commands::Absent::Refuse).unwrap()
    }

    /// A new record; its address here.
    #[must_use]
    pub fn create(&self, kind: &str, repo: Option<&str>, doc: Value) -> String {
        let uri = commands::local_address(kind, repo).unwrap();
        self.save(kind, &uri, doc);
        uri
    }

    /// Saves a whole record.
    pub fn save(&self, kind: &str, uri: &str, doc: Value) {
        let saved = self.try_save(kind, uri, doc);
        assert!(saved.is_empty(), "{saved:?}");
    }

    /// Saves a whole record if the rules let it; the problems if not.
    pub fn try_save(&self, kind: &str, uri: &str, doc: Value) -> Vec<record::Problem> {
        let Value::Object(record) = doc else { panic!("not an object") };
        let input = SaveInput { uri: uri.to_owned(), kind: kind.to_owned(), record };
        let output = commands::save_record(&self.desk, input).unwrap();
        if output.saved { Vec::new() } else { output.problems }
    }

    /// Changes members of a record.
    pub fn edit(&self, uri: &str, changes: Value) {
        let opened = self.open(uri);
        let mut doc = opened.record;
        for (name, value) in changes.as_object().unwrap() {
            doc.insert(name.clone(), value.clone());
        }
        self.save(&opened.kind, &opened.uri, Value::Object(doc));
    }

    /// A record as the form has it.
    #[must_use]
    pub fn open(&self, uri: &str) -> record::api::command::OpenRecord {
        commands::open_record(&self.desk, UriInput { uri: uri.to_owned() }).unwrap()
    }

    /// One member of a record; `Null` where it has none.
    #[must_use]
    pub fn field(&self, uri: &str, name: &str) -> Value {
        self.open(uri).record.get(name).cloned().unwrap_or(Value::Null)
    }

    /// The present address of a record that had another one.
    #[must_use]
    pub fn now(&self, uri: &str) -> String {
        self.open(uri).uri
    }

    /// Whether a record is here.
    #[must_use]
    pub fn has(&self, uri: &str) -> bool {
        self.desk.store().read(|r| r.get(uri)).unwrap().is_some()
    }

    /// Deletes a record.
    pub fn delete(&self, uri: &str) {
        commands::delete_record(&self.desk, UriInput { uri: uri.to_owned() }).unwrap();
    }

    /// Takes back what was done last.
    pub fn undo(&self) {
        commands::undo(&self.desk, UndoInput { op: None }).unwrap();
    }

    /// Moves a node.
    pub fn place(&self, root: &str, parent: Option<&str>, uri: &str, position: u64) {
        let (root, parent) = (root.to_owned(), parent.map(str::to_owned));
        commands::tree_move(&self.desk, MoveInput { root, parent, uris: vec![uri.to_owned()], position })
            .unwrap();
    }

    /// Moves a node if that makes no circle; the code of the refusal if it does.
    pub fn try_place(
        &self,
        root: &str,
        parent: Option<&str>,
        uri: &str,
        position: u64,
    ) -> Result<(), String> {
        let (root, parent) = (root.to_owned(), parent.map(str::to_owned));
        let input = MoveInput { root, parent, uris: vec![uri.to_owned()], position };
        commands::tree_move(&self.desk, input).map(drop).map_err(|failure| failure.0.code)
    }

    /// Open conflicts.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        commands::conflicts(&self.desk, Empty {}).unwrap()
    }

    /// Ends a conflict by taking one side.
    pub fn resolve(&self, uri: &str, side: Side) {
        let input = ResolveInput {
            uri: uri.to_owned(),
            take: Some(side),
            fields: std::collections::BTreeMap::new(),
            record: None,
            lock_version: None,
        };
        assert!(commands::resolve_conflict(&self.desk, input).unwrap().saved);
    }

    /// How many records wait to be sent.
    #[must_use]
    pub fn outbox(&self) -> usize {
        commands::outbox(&self.desk, Empty {}).unwrap().len()
    }

    /// Every record with its content, by address, and the trees with their order. Without versions: a save of what
    /// links to a record raises its version on the server, and a desk learns that only with the record's own change.
    #[must_use]
    pub fn everything(&self) -> Map<String, Value> {
        let registry = record::Registry::shipped();
        let kinds: Vec<String> = registry.top_level().map(|kind| kind.name.clone()).collect();
        let list = store::List { kinds, limit: 1_000_000, ..store::List::default() };
        self.desk
            .store()
            .read(|r| {
                let mut all = Map::new();
                for stored in r.list_full(&list)? {
                    let content = record::canonical::canonical(registry, &stored.record()).doc;
                    let place =
                        r.place_of(&stored)?.map(|place| json!([place.root, place.parent, place.position]));
                    all.insert(stored.uri.clone(), json!({"content": content, "place": place}));
                }
                all.sort_keys();
                Ok(all)
            })
            .unwrap()
    }
}

/// An accession that keeps the rules.
#[must_use]
pub fn accession(id: &str, title: &str) -> Value {
    json!({"id_0": id, "title": title, "accession_date": "2020-01-01"})
}

/// A resource that keeps the rules.
#[must_use]
pub fn resource(id: &str, title: &str) -> Value {
    json!({
        "id_0": id, "title": title, "level": "collection", "finding_aid_language": "eng", "finding_aid_script": "Latn",
        "lang_materials": [{"jsonmodel_type": "lang_material",
            "language_and_script": {"jsonmodel_type": "language_and_script", "language": "eng"}}],
        "dates": [{"jsonmodel_type": "date", "label": "creation", "date_type": "inclusive", "begin": "1900", "end": "1950"}],
        "extents": [{"jsonmodel_type": "extent", "portion": "whole", "number": "3", "extent_type": "linear_feet"}],
    })
}

/// A node of a resource.
#[must_use]
pub fn component(root: &str, parent: Option<&str>, title: &str) -> Value {
    let mut doc = json!({"title": title, "level": "file", "resource": {"ref": root}});
    if let Some(parent) = parent {
        doc["parent"] = json!({"ref": parent});
    }
    doc
}
