//! What a person does at a desk.

use record::api::command::{ConflictField, ResolveInput, Side};
use serde_json::{Map, Value};

use super::content::{self, KINDS};
use super::fuse::Crash;
use super::ground::{Ground, lock};
use super::oracle::Way;
use super::{Judge, World, shelf, station};

/// Rounds after which nothing may be refused any more.
const MENDED: usize = 4;

impl World {
    /// One act of a person at desk `who`.
    pub(super) fn act(&mut self, who: usize) {
        match self.ground.below(20) {
            0..=8 => self.edit(who),
            9..=11 => self.create(who),
            12 => self.delete(who),
            13 | 14 => self.arrange(who),
            15 => self.undo(who),
            16 => self.type_nonsense(who),
            _ => self.decide(who),
        }
        self.rise(who);
    }

    /// A desk whose program died is started again.
    pub(super) fn rise(&mut self, who: usize) {
        if self.stations[who].fuse.is_blown() {
            let crash = if self.ground.percent(50) { Crash::Power } else { Crash::Killed };
            self.ground.say(&format!("desk {who} crashes ({crash:?}) and starts again"));
            self.stations[who].crash(crash);
        }
    }

    /// Whether what a person did is done: when the program died over it, as it is found afterwards. What a power cut took
    /// away of earlier syncs nobody did.
    fn is_done<T>(&mut self, who: usize, done: &station::Done<T>) -> bool {
        let fuse = &self.stations[who].fuse;
        let is_done = if fuse.is_blown() { fuse.is_kept() } else { done.is_ok() };
        self.rise(who);
        is_done
    }

    /// Sometimes the program dies over what is done next.
    fn risk(&self, who: usize) {
        if self.crashes && self.ground.percent(6) {
            self.stations[who].fuse.light(1 + self.ground.below(2));
        }
    }

    fn edit(&mut self, who: usize) {
        let station = &self.stations[who];
        let Some(head) = self.ground.one_of(&shelf::changeable(station.store())).cloned() else { return };
        let Some(before) = station.document(&head.uri) else { return };
        let word = lock(&self.oracle).word(who);
        let mut after = before.clone();
        let links = shelf::links(station.store());
        let changed = content::change(head.kind, &mut after, &word, &links, &self.ground);
        let Some(what) = changed else { return };
        self.risk(who);
        let saved = station.save(head.kind, &head.uri, after);
        self.ground.say(&format!("{} at desk {who}: {} {what} -> {saved:?}", station.user, head.uri));
        self.wrote(who, &head.uri, &before, &saved);
    }

    /// Logs what a save left: after a crash that is what is found when the program is started again.
    fn wrote(&mut self, who: usize, uri: &str, before: &Map<String, Value>, saved: &station::Done<bool>) {
        if *saved == Ok(false) {
            // What was typed is the draft now, in place of the one before.
            lock(&self.oracle).draft_ended(who, uri);
        }
        if !self.is_done(who, saved) || *saved == Ok(false) {
            return;
        }
        let station = &self.stations[who];
        let Some(after) = station.document(uri) else { return };
        let uri = station.store().read(|r| Ok(r.head(uri)?.map(|head| head.uri))).ok().flatten();
        let uri = uri.unwrap_or_default();
        lock(&self.oracle).changed(who, &uri, before, &after);
        if *before != after {
            lock(&self.oracle).draft_ended(who, &uri);
        }
    }

    fn create(&mut self, who: usize) {
        let station = &self.stations[who];
        let store = station.store();
        let Some(kind) = self.ground.one_of(&KINDS).copied() else { return };
        let links = shelf::links(store);
        let repositories = shelf::heads(store, &["repository"]);
        let Some(repo) = self.ground.one_of(&repositories).map(|head| head.uri.clone()) else { return };
        let above = match kind {
            "archival_object" => self.spot(store, "resource", "archival_object"),
            "digital_object_component" => self.spot(store, "digital_object", "digital_object_component"),
            _ => None,
        };
        let node = matches!(kind, "archival_object" | "digital_object_component");
        if node && above.is_none() {
            return;
        }
        let repo = match &above {
            Some((root, _)) => root.split('/').take(3).collect::<Vec<_>>().join("/"),
            None => repo,
        };
        let mut word = lock(&self.oracle).word(who);
        // Two people give the same number to different things.
        if kind == "accession" && self.ground.percent(15) {
            word = format!("TWICE{}", self.ground.below(2));
        }
        let place = above.as_ref().map(|(root, parent)| (root.as_str(), parent.as_deref()));
        let Some(Value::Object(doc)) = content::made(kind, &word, place, &links, &self.ground) else {
            return;
        };
        let in_repo = !matches!(kind, "agent_person" | "subject");
        let Ok(uri) = desk::commands::local_address(kind, in_repo.then_some(repo.as_str())) else { return };
        self.risk(who);
        let saved = station.save(kind, &uri, doc);
        self.ground.say(&format!("{} at desk {who}: makes {uri} ({word}) -> {saved:?}", station.user));
        self.wrote(who, &uri, &Map::new(), &saved);
    }

    /// A root of a kind, and sometimes a node of it.
    fn spot(&self, store: &store::Store, root: &str, node: &str) -> Option<(String, Option<String>)> {
        let root = self.ground.one_of(&shelf::heads(store, &[root]))?.uri.clone();
        let nodes: Vec<String> = shelf::heads(store, &[node])
            .into_iter()
            .filter(|head| head.root.as_ref() == Some(&root))
            .map(|head| head.uri)
            .collect();
        let parent = self.ground.one_of(&nodes).filter(|_| self.ground.percent(60)).cloned();
        Some((root, parent))
    }

    fn delete(&mut self, who: usize) {
        let station = &self.stations[who];
        let Some(head) = self.ground.one_of(&shelf::changeable(station.store())).cloned() else { return };
        if head.kind == "resource" && self.ground.percent(70) {
            return;
        }
        let seen = shelf::whole(station.store(), &head.uri);
        let before = shelf::everything(station.store());
        let deleted = station.delete(&head.uri);
        self.ground.say(&format!("{} at desk {who}: deletes {} -> {deleted:?}", station.user, head.uri));
        if self.is_done(who, &deleted) {
            lock(&self.oracle).unlinked(&before, &shelf::everything(self.stations[who].store()));
            lock(&self.oracle).removed(&seen);
            lock(&self.oracle).draft_ended(who, &head.uri);
        }
    }

    fn arrange(&mut self, who: usize) {
        let station = &self.stations[who];
        let store = station.store();
        let nodes = shelf::heads(store, &["archival_object", "digital_object_component"]);
        let Some(node) = self.ground.one_of(&nodes) else { return };
        let Some(root) = node.root.clone() else { return };
        let siblings: Vec<&String> =
            nodes.iter().filter(|other| other.root.as_ref() == Some(&root)).map(|other| &other.uri).collect();
        let parent =
            self.ground.one_of(&siblings).filter(|_| self.ground.percent(50)).map(|uri| uri.as_str());
        let position = self.ground.below(4) as u64;
        self.risk(who);
        let placed = station.place(&root, parent, &node.uri, position);
        let below = parent.unwrap_or("the top");
        let line = format!(
            "{} at desk {who}: moves {} below {below}, {position} -> {placed:?}",
            station.user, node.uri
        );
        self.ground.say(&line);
        let (node, parent) = (node.uri.clone(), parent.unwrap_or(&root).to_owned());
        self.rise(who);
        // After a crash it is as it is found.
        if placed.is_ok() || shelf::parent(self.stations[who].store(), &node).as_ref() == Some(&parent) {
            lock(&self.oracle).ledger.hung(who, &node, &parent);
        }
    }

    fn undo(&mut self, who: usize) {
        let before = shelf::everything(self.stations[who].store());
        let undone = self.stations[who].undo();
        self.ground.say(&format!("{} at desk {who}: takes back -> {undone:?}", self.stations[who].user));
        if !self.is_done(who, &undone) {
            return;
        }
        let after = shelf::everything(self.stations[who].store());
        let uris: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let gone = before.keys().filter(|uri| !after.contains_key(*uri)).collect();
        let mut oracle = lock(&self.oracle);
        let length = oracle.ledger.length();
        for uri in uris {
            let doc = |all: &std::collections::BTreeMap<String, Value>| {
                all.get(uri).and_then(|one| one["content"].as_object().cloned()).unwrap_or_default()
            };
            let (old, new) = (doc(&before), doc(&after));
            if old.is_empty() || new.is_empty() {
                oracle.came_or_went(uri, &old, &new);
            } else if old != new {
                oracle.left(who, uri, (&old, &new), Way::TakenBack);
            }
            // A node that is taken away or comes back was put nowhere.
            let parent = |all: &std::collections::BTreeMap<String, Value>| {
                let place = all.get(uri)?.get("place")?;
                place[1].as_str().or(place[0].as_str()).map(str::to_owned)
            };
            if let (Some(old), Some(new)) = (parent(&before), parent(&after))
                && old != new
            {
                oracle.ledger.hung(who, uri, &new);
            }
        }
        oracle.ledger.went(length, &gone);
    }

    /// What is typed breaks a rule: it must wait as a draft, and never be sent.
    fn type_nonsense(&mut self, who: usize) {
        let station = &self.stations[who];
        let heads = shelf::heads(station.store(), &["accession", "resource"]);
        let Some(head) = self.ground.one_of(&heads).filter(|head| !head.is_local()) else { return };
        let Some(mut doc) = station.document(&head.uri) else { return };
        let word = lock(&self.oracle).word(who);
        doc.shift_remove(if head.kind == "accession" { "id_0" } else { "title" });
        doc.insert("title".to_owned(), Value::from(word.as_str()));
        doc.shift_remove("level");
        doc.shift_remove("accession_date");
        let saved = station.save(head.kind, &head.uri, doc);
        self.ground.say(&format!(
            "{} at desk {who}: types nonsense {word} into {} -> {saved:?}",
            station.user, head.uri
        ));
        if saved == Ok(false) {
            lock(&self.oracle).drafted(who, &word, &head.uri);
        }
    }

    /// Ends a conflict, one side or field by field.
    fn decide(&mut self, who: usize) {
        let conflicts = self.stations[who].conflicts();
        let Some(conflict) = self.ground.one_of(&conflicts) else { return };
        let uri = conflict.uri.clone();
        self.decide_about(who, &uri);
    }

    pub(super) fn decide_about(&mut self, who: usize, uri: &str) {
        let station = &self.stations[who];
        let store = station.store();
        let Ok(Some(conflict)) = store.read(|r| r.conflict(uri)) else { return };
        let mine = station.document(uri).unwrap_or_default();
        let below = shelf::whole(store, uri);
        let side = |ground: &super::Ground| if ground.percent(50) { Side::Mine } else { Side::Theirs };
        let by_field = conflict.reason == "edited" && self.ground.percent(50);
        let one = |field: &ConflictField| match field.both && self.ground.percent(30) {
            true => Side::Both,
            false => side(&self.ground),
        };
        let fields = conflict.fields.iter().map(|field| (field.pointer.clone(), one(field)));
        let input = ResolveInput {
            uri: uri.to_owned(),
            take: (!by_field).then(|| side(&self.ground)),
            fields: if by_field { fields.collect() } else { std::collections::BTreeMap::default() },
            record: None,
            lock_version: None,
        };
        let line = format!(
            "{} at desk {who}: decides {} about {uri}: {:?} {:?}",
            station.user, conflict.reason, input.take, input.fields
        );
        let before = shelf::everything(store);
        let done = station.resolve(input);
        self.ground.say(&format!("{line} -> {done:?}"));
        if !self.is_done(who, &done) || done.is_ok_and(|wrong| !wrong.is_empty()) {
            return;
        }
        let station = &self.stations[who];
        let store = station.store();
        let theirs = conflict.theirs.unwrap_or_default();
        let mut oracle = lock(&self.oracle);
        match station.document(uri) {
            Some(after) => {
                if conflict.reason == "gone" && !self.has_there(uri) {
                    // What is made again is another record than the one that went, be it to another repository.
                    oracle.forgotten(uri);
                }
                oracle.left(who, uri, (&mine, &after), Way::Chosen);
                oracle.passed_over(uri, (&theirs, &conflict.fields), &after);
            }
            None => {
                let after = shelf::everything(store);
                oracle.unlinked(&before, &after);
                oracle.removed(&below);
                // What hung below it went with it.
                before.keys().filter(|uri| !after.contains_key(*uri)).for_each(|uri| oracle.forgotten(uri));
                oracle.forgotten(uri);
                oracle.removed(&Value::Object(theirs).to_string());
            }
        }
    }

    /// Whether the server has a record under an address, shown or not.
    fn has_there(&self, uri: &str) -> bool {
        let head = self.house.read(|store| store.read(|r| r.head(uri)).ok().flatten()).flatten();
        head.is_some_and(|head| head.held && head.uri == uri)
    }

    /// A refused record is changed so that it may pass: whatever was refused, a person can mend it.
    pub(super) fn mend(&mut self, who: usize, uri: &str, round: usize, code: &str) {
        if round > MENDED {
            self.ground.broken(8, &format!("desk {who}: {uri} is refused for ever: {code}"));
            return;
        }
        let station = &self.stations[who];
        let Some(before) = station.document(uri) else { return };
        let Ok(Some(head)) = station.store().read(|r| r.head(uri)) else { return };
        let word = lock(&self.oracle).word(who);
        let Some(tag) = content::tag(head.kind) else { return };
        let mut after = before.clone();
        let linked = shelf::without_dangling(station.store(), uri, &mut after);
        if !linked && !desk::pointer::set(&mut after, tag, Value::from(word.as_str())) {
            return;
        }
        let saved = station.save(head.kind, uri, after);
        self.ground.say(&format!("{} at desk {who}: {uri} {tag} = {word} -> {saved:?}", station.user));
        self.wrote(who, uri, &before, &saved);
    }
}

/// What a person does while a sync of the same desk waits for an answer: most of all to the record that is on its way,
/// the one that is `sent` if that is an address of one.
pub(super) fn meanwhile(desk: &desk::Desk, who: usize, sent: &str, ground: &Ground, oracle: &Judge) {
    if ground.percent(20) {
        delete_meanwhile(desk, who, ground, oracle)
    } else {
        edit_meanwhile(desk, who, sent, ground, oracle)
    }
}

fn delete_meanwhile(desk: &desk::Desk, who: usize, ground: &Ground, oracle: &Judge) {
    let store = desk.store();
    let Some(head) = ground.one_of(&shelf::changeable(store)).cloned() else { return };
    if head.kind == "resource" {
        return;
    }
    let seen = shelf::whole(store, &head.uri);
    let before = shelf::everything(store);
    let deleted = station::delete(desk, &head.uri);
    ground.say(&format!("  meanwhile at desk {who}: deletes {} -> {deleted:?}", head.uri));
    // The program may have died over it when it was done.
    if !store.read(|r| r.head(&head.uri)).is_ok_and(|now| now.is_some_and(|now| now.held)) {
        lock(oracle).unlinked(&before, &shelf::everything(store));
        lock(oracle).removed(&seen);
        lock(oracle).draft_ended(who, &head.uri);
    }
}

fn edit_meanwhile(desk: &desk::Desk, who: usize, sent: &str, ground: &Ground, oracle: &Judge) {
    let store = desk.store();
    let heads = shelf::changeable(store);
    let Some(any) = ground.one_of(&heads) else { return };
    let head = heads.iter().find(|head| head.uri == sent).unwrap_or(any).clone();
    let Some(before) = station::document(desk, &head.uri) else { return };
    let word = lock(oracle).word(who);
    let mut after = before.clone();
    let Some(what) = content::change(head.kind, &mut after, &word, &shelf::links(store), ground) else {
        return;
    };
    let saved = station::save(desk, head.kind, &head.uri, after);
    ground.say(&format!("  meanwhile at desk {who}: {} {what} -> {saved:?}", head.uri));
    if saved == Ok(false) {
        lock(oracle).draft_ended(who, &head.uri);
    }
    // The program may have died over it when it was done.
    if saved != Ok(false)
        && let Some(after) = station::document(desk, &head.uri)
    {
        let mut oracle = lock(oracle);
        oracle.changed(who, &head.uri, &before, &after);
        oracle.draft_ended(who, &head.uri);
    }
}
