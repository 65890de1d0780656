//! A desk's first sync, killed on the way: it goes on where it was, and ends with what the server has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use record::{Registry, canonical};
use serde_json::{Map, Value, json};
use store::{List, Op, Options, Role, Store};
use tempfile::TempDir;

use crate::stock::Stock;
use crate::tap::Tap;
use crate::{Desk, PASSWORD, Server, program};

/// Records a transaction.
const BATCH: usize = 1_000;
/// Nodes below one parent.
const SERIES: usize = 200;

/// Which server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ours: parts of a bundle.
    Fonds,
    /// One that does no more than a stock ArchivesSpace: chunks of numbers.
    ArchivesSpace,
}

/// How it went.
#[derive(Debug)]
pub struct Account {
    /// Records that both have in the end.
    pub records: usize,
    /// Times that the desk was killed.
    pub kills: usize,
    /// Requests for parts or chunks, and those of them that had been sent before.
    pub asked: usize,
    /// Of these, requests that were sent before.
    pub again: usize,
    /// Records that all syncs together wrote.
    pub written: u64,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, kills, asked, again, written } = self;
        write!(
            f,
            "{kills} kills, {asked} requests for records, {again} of them again, {written} records written, {records} equal"
        )
    }
}

/// Fills a server with about `records` records, kills the first sync of a desk at each of `kills` (how many new requests
/// for records after the kill before), and lets it come to its end.
///
/// # Panics
/// When a kill comes too late, or when anything is not as it must be in the end.
#[must_use]
pub fn run(kind: Kind, records: usize, kills: &[usize]) -> Account {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("server");
    let mut server = Server::start(&data);
    server.kill();
    fill(&data, records);
    server = server.again();
    let stock = (kind == Kind::ArchivesSpace).then(|| Stock::before(&server.address));
    let tap = Tap::before(stock.as_ref().map_or(&server.address, |stock| &stock.address));
    let desk = Desk::new(&folder.path().join("desk"));
    drop(desk.run(&["connect", &tap.address, "--user", "admin"]));
    for more in kills {
        tap.lets(*more);
        let mut sync = Command::new(program("fonds"))
            .arg("--data")
            .arg(&desk.data)
            .arg("sync")
            .env("FONDS_PASSWORD", PASSWORD)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        tap.wait();
        sync.kill().unwrap();
        sync.wait().unwrap();
    }
    tap.lets(usize::MAX);
    let report = desk.json(&["sync"]);
    assert_eq!(report["differing"], json!([]), "{report}");
    assert_eq!(report["problems"], json!([]), "{report}");
    let mut asked = tap.asked();
    // A list that has ended reaches back by a minute, and has short ones again as a whole.
    asked.retain(|whole| whole.starts_with("/bundle") || whole.contains("/archival_objects?"));
    let once: BTreeSet<&String> = asked.iter().collect();
    server.kill();
    let (here, there) = (open(&desk.data, Role::Desk), open(&data, Role::Server));
    let (mine, theirs) = (everything(&here), everything(&there));
    let addresses = |all: &BTreeMap<String, Value>| all.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(addresses(&mine), addresses(&theirs));
    for (uri, record) in &mine {
        assert_eq!(Some(record), theirs.get(uri), "{uri}");
    }
    let compared = report["compared"].as_u64().unwrap();
    match kind {
        Kind::Fonds => assert_eq!(compared, theirs.len() as u64),
        // List by list, each when it has ended.
        Kind::ArchivesSpace => assert!(compared as usize > records / 2, "{compared} were compared"),
    }
    let written = here.read(|r| r.operations(0, 1_000_000)).unwrap();
    let written = written.iter().filter(|op| op.name == "pull").map(|op| op.records).sum();
    let again = asked.len() - once.len();
    Account { records: mine.len(), kills: kills.len(), asked: asked.len(), again, written }
}

fn open(data: &Path, role: Role) -> Store {
    Store::open(data, Options::new(role)).unwrap()
}

fn doc(value: Value) -> Map<String, Value> {
    let Value::Object(doc) = value else { panic!("not an object") };
    doc
}

/// A repository with a tree, agents and subjects that its nodes link to, and accessions of which some are deleted.
fn fill(data: &Path, records: usize) {
    let store = open(data, Role::Server);
    let save = || Op::repeatable("import", "ada");
    let ((repo, root, links), _) = store
        .write(save(), |tx| {
            let repo = tx.create("repository", None, doc(json!({"repo_code": "ALB", "name": "Albert Dock"})))?.uri.clone();
            let root = doc(crate::office::resource("1", "Harbour papers"));
            let root = tx.create("resource", Some(&repo), root)?.uri.clone();
            let mut links = Vec::new();
            for number in 0..20 {
                let name = json!({"jsonmodel_type": "name_person", "primary_name": format!("Northcote {number}"),
                    "name_order": "direct", "source": "local", "rules": "local", "sort_name": format!("Northcote {number}")});
                let agent = tx.create("agent_person", None, doc(json!({"names": [name]})))?;
                let term = json!({"term": format!("Harbours {number}"), "term_type": "topical", "vocabulary": "/vocabularies/1"});
                let subject = json!({"terms": [term], "source": "local", "vocabulary": "/vocabularies/1"});
                let subject = tx.create("subject", None, doc(subject))?;
                links.push((agent.uri.clone(), subject.uri.clone()));
            }
            let mut gone = Vec::new();
            for number in 0..60 {
                let one = crate::office::accession(&number.to_string(), "Letters");
                let made = tx.create("accession", Some(&repo), doc(one))?;
                gone.extend((number % 2 == 0).then(|| made.uri.clone()));
            }
            gone.iter().try_for_each(|uri| tx.delete(uri))?;
            Ok((repo, root, links))
        })
        .unwrap();
    let mut parent = None;
    let numbers: Vec<usize> = (0..records).collect();
    for batch in numbers.chunks(BATCH) {
        let made = store.write(save(), |tx| {
            for number in batch {
                let above = parent.as_deref().filter(|_| number % SERIES != 0);
                let mut node = crate::office::component(&root, above, &format!("File {number}"));
                if number % 5 == 0 {
                    let (agent, subject) = &links[number % links.len()];
                    node["subjects"] = json!([{ "ref": subject }]);
                    node["linked_agents"] = json!([{"ref": agent, "role": "creator"}]);
                }
                let made = tx.create("archival_object", Some(&repo), doc(node))?;
                if above.is_none() {
                    parent = Some(made.uri.clone());
                }
            }
            Ok(())
        });
        made.unwrap();
    }
}

/// Content, version and place of every record that a desk and its server both have, by address.
fn everything(store: &Store) -> BTreeMap<String, Value> {
    let registry = Registry::shipped();
    let kinds = registry.top_level().map(|kind| kind.name.clone()).filter(|kind| !store::is_private(kind));
    let list = List { kinds: kinds.collect(), limit: 10_000_000, ..List::default() };
    let all = store.read(|r| {
        let mut all = BTreeMap::new();
        for stored in r.list_full(&list)? {
            // The hidden repository is the server's own.
            if stored.uri == "/repositories/1" || stored.uri.starts_with("/repositories/1/") {
                continue;
            }
            let content = canonical::canonical(registry, &stored.record()).doc;
            let place = r.place_of(&stored)?.map(|place| json!([place.root, place.parent, place.position]));
            let record = json!({"content": content, "place": place, "version": stored.lock_version});
            all.insert(stored.uri.clone(), record);
        }
        Ok(all)
    });
    all.unwrap()
}
