//! What must hold: the invariants of `docs/SYNC.md`, asked by number.

use std::collections::{BTreeMap, BTreeSet};

use record::api::command::{Conflict, SyncReport};
use serde_json::Value;
use store::Head;
use tokio::runtime::Runtime;

use super::ground::lock;
use super::oracle::{key, words};
use super::station::{Done, Station};
use super::{Kind, World, content, others, shelf};

/// Rounds of syncing after which everything is at rest.
const ROUNDS: usize = 10;
/// Requests of a sync with nothing to do: our server, and lists of a stock one.
const IDLE: [u64; 2] = [4, 90];

impl World {
    /// What may be asked at any time.
    pub(super) fn soon(&mut self) {
        for station in &self.stations {
            for node in shelf::lost_nodes(station.store()) {
                self.ground.broken(9, &format!("desk {}: {node} hangs nowhere", station.number));
            }
        }
        if let Some(lost) = self.house.read(shelf::lost_nodes) {
            for node in lost {
                self.ground.broken(9, &format!("on the server {node} hangs nowhere"));
            }
        }
    }

    /// After a sync of a desk that held `before` and had `asked` about records.
    pub(super) fn after_sync(&self, who: usize, before: &[Head], asked: &[Conflict]) {
        let station = &self.stations[who];
        let sent = station.line.sent();
        let open = station.conflicts();
        let waits = |uri: &str| {
            station.store().read(|r| r.head(uri)).ok().flatten().is_some_and(|head| head.edits > 0)
        };
        lock(&self.oracle).ledger.synced(who, &waits);
        for conflict in asked.iter().filter(|one| open.iter().any(|still| still.uri == one.uri)) {
            if sent.contains(&conflict.uri) {
                self.ground
                    .broken(2, &format!("desk {who} sent {} while a person is asked about it", conflict.uri));
            }
        }
        let now =
            |uri: &str| station.store().read(|r| r.head(uri)).ok().flatten().is_some_and(|head| head.held);
        for head in before.iter().filter(|head| !head.is_local() && !now(&head.uri)) {
            let own = station.store().read(|r| r.tombstone(&head.uri)).ok().flatten();
            if own.is_some_and(|gone| gone.unsent) {
                // A person deleted it while the sync went on.
                continue;
            }
            let there = self.house.read(|store| store.read(|r| r.head(&head.uri)).ok().flatten()).flatten();
            if there.is_some_and(|there| there.held && !there.suppressed && there.uri == head.uri) {
                self.ground.broken(8, &format!("desk {who} dropped {}, which the server has", head.uri));
            }
        }
        for conflict in open {
            let undone = lock(&self.oracle).was_taken_back(&conflict.uri);
            if let Some(why) = wrong(&conflict, undone) {
                self.ground.broken(1, &format!("desk {who} asks about {}: {why}", conflict.uri));
            }
        }
    }

    /// What a sync told a person: a node that it could not leave where he had put it.
    pub(super) fn heard(&self, ended: &Done<SyncReport>) {
        let Ok(report) = ended else { return };
        for problem in report.problems.iter().filter(|problem| problem.code == "parked") {
            lock(&self.oracle).ledger.parked(&problem.uri);
        }
    }

    /// Faults end; every desk syncs, and persons decide what they are asked, till nothing moves.
    pub(super) fn settle(&mut self, runtime: &Runtime) {
        self.ground.say("== settle");
        self.house.start();
        while self.house.arrive() {}
        others::make_peace(&self.house);
        for station in &self.stations {
            station.line.set_trouble(0);
            station.fuse.quench();
        }
        for round in 0..ROUNDS {
            self.ground.say(&format!("-- round {round}"));
            let mut moved = false;
            for who in 0..self.stations.len() {
                moved |= self.round(who, round, runtime);
            }
            if self.ground.is_broken() {
                return;
            }
            if !moved {
                return self.judge(runtime);
            }
        }
        for station in &self.stations {
            self.ground.say(&format!(
                "desk {}: {:?} {:?}",
                station.number,
                station.outbox(),
                station.conflicts()
            ));
        }
        self.ground.broken(4, "it does not come to rest");
    }

    fn round(&mut self, who: usize, round: usize, runtime: &Runtime) -> bool {
        let before = shelf::changeable(self.stations[who].store());
        let asked = self.stations[who].asked();
        let ended = self.stations[who].sync(runtime);
        self.ground.say(&format!("desk {who} syncs: {ended:?}"));
        self.after_sync(who, &before, &asked);
        self.heard(&ended);
        let report = match ended {
            Ok(report) => report,
            Err(code) => {
                self.ground.broken(8, &format!("desk {who} cannot sync: {code}"));
                return true;
            }
        };
        let mut moved = report.pulled + report.pushed > 0;
        for conflict in self.stations[who].conflicts() {
            moved = true;
            self.decide_about(who, &conflict.uri);
        }
        for (uri, state, code) in self.stations[who].outbox() {
            moved = true;
            if state == "refused" {
                self.ground.say(&format!("desk {who}: {uri} is refused: {code}"));
                self.mend(who, &uri, round, &code);
            }
        }
        moved
    }

    fn judge(&mut self, runtime: &Runtime) {
        let there = self.house.read(shelf::everything).unwrap_or_default();
        for station in &self.stations {
            self.same(station.number, &shelf::everything(station.store()), &there);
        }
        let text: String = there.values().map(Value::to_string).collect();
        self.nothing_lost(&text);
        self.nothing_invented(&text);
        self.nothing_back_again(&there);
        self.nothing_twice(&there);
        self.nothing_published(&there);
        self.nothing_neglected(&there);
        self.every_word_in_history();
        self.nothing_left_to_do(runtime);
        if self.ground.percent(15) {
            self.found_as_it_is(&there);
        }
    }

    /// 1: every desk has what the server has.
    fn same(&self, desk: usize, here: &BTreeMap<String, Value>, there: &BTreeMap<String, Value>) {
        let uris: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        for uri in uris {
            if here.get(uri) != there.get(uri) {
                let show = |one: Option<&Value>| one.map_or("nothing".to_owned(), Value::to_string);
                let (here, there) = (show(here.get(uri)), show(there.get(uri)));
                self.ground.broken(1, &format!("{uri}\n  desk {desk}: {here}\n  server: {there}"));
            }
        }
    }

    /// 2: a word that nobody knowingly took out is on the server; a draft is on its desk.
    fn nothing_lost(&self, text: &str) {
        let there: BTreeSet<&str> = words(text).collect();
        let oracle = lock(&self.oracle);
        for (word, uri) in oracle.standing() {
            if !there.contains(word) {
                self.ground.broken(2, &format!("{word}, written into {uri}, is lost"));
            }
        }
        for (who, word, uri) in oracle.drafts() {
            if !shelf::beside(self.stations[*who].store()).contains(word.as_str()) {
                self.ground.broken(2, &format!("the draft {word} of {uri} at desk {who} is lost"));
            }
        }
    }

    /// 2, of what was knowingly written over: some version somewhere still has it.
    fn every_word_in_history(&self) {
        let mut versions = self.house.read(shelf::versions).unwrap_or_default();
        for station in &self.stations {
            versions.push_str(&shelf::versions(station.store()));
            versions.push_str(&shelf::beside(station.store()));
        }
        let known: BTreeSet<&str> = words(&versions).collect();
        for word in lock(&self.oracle).all().filter(|word| !known.contains(word)) {
            self.ground.broken(2, &format!("no version anywhere has {word}"));
        }
    }

    /// 3
    fn nothing_invented(&self, text: &str) {
        let oracle = lock(&self.oracle);
        for word in words(text).filter(|word| !oracle.was_typed(word)) {
            self.ground.broken(3, &format!("nobody wrote {word}"));
        }
    }

    /// 2, the other way: what somebody took out of a record, and nobody put back, does not stand in it.
    fn nothing_back_again(&self, there: &BTreeMap<String, Value>) {
        let oracle = lock(&self.oracle);
        let deleted = self.deleted_by_desks();
        // Whoever deleted a record under the address that it had before it went to another repository let go with it
        // what he had taken out: it stays under the new one, as others have it.
        let as_others = |uri: &String| deleted.iter().any(|gone| gone != uri && key(gone) == key(uri));
        for (uri, record) in there.iter().filter(|(uri, _)| !as_others(uri)) {
            let Some(content) = record["content"].as_object() else { continue };
            for word in oracle.back_again(uri, content) {
                self.ground.broken(2, &format!("{word} was taken out of {uri} and stands in it again"));
            }
        }
    }

    /// Addresses under which desks know records as deleted.
    fn deleted_by_desks(&self) -> BTreeSet<String> {
        let gone = |station: &Station| station.store().read(|r| r.gone(0, 0, 1_000_000)).unwrap_or_default();
        self.stations.iter().flat_map(gone).map(|gone| gone.uri).collect()
    }

    /// 7: no create was carried out twice.
    fn nothing_twice(&self, there: &BTreeMap<String, Value>) {
        let mut seen: BTreeMap<(String, String), &String> = BTreeMap::new();
        for (uri, record) in there {
            let Ok(parsed) = record::Uri::parse(record::Registry::shipped(), uri) else { continue };
            let Some(tag) = content::tag(parsed.kind).and_then(|tag| record["content"].pointer(tag)) else {
                continue;
            };
            let tag = tag.as_str().unwrap_or_default().to_owned();
            if words(&tag).next().is_none() {
                continue;
            }
            if let Some(other) = seen.insert((parsed.kind.to_owned(), tag.clone()), uri) {
                self.ground.broken(7, &format!("{tag} is there twice: {other} and {uri}"));
            }
        }
    }

    /// 6
    fn nothing_published(&self, there: &BTreeMap<String, Value>) {
        let oracle = lock(&self.oracle);
        for (uri, record) in there {
            if oracle.is_withdrawn(uri) && record["content"]["publish"] == true {
                self.ground.broken(6, &format!("{uri} was withdrawn and is public"));
            }
        }
    }

    /// 2 and 9, of what is not words: links, what is public, and where nodes hang are as the only person wanted it who
    /// decided about it.
    fn nothing_neglected(&self, there: &BTreeMap<String, Value>) {
        let redirect = |store: &store::Store, uri: &str| store.read(|r| r.redirect(uri)).ok().flatten();
        let became = |uri: &str| {
            let mut stations = self.stations.iter();
            let here = stations.find_map(|station| redirect(station.store(), uri));
            let here = here.unwrap_or_else(|| uri.to_owned());
            self.house.read(|store| redirect(store, &here)).flatten().unwrap_or(here)
        };
        let late = self.house.moved_late();
        for what in lock(&self.oracle).ledger.neglected(there, late, &became) {
            self.ground.broken(2, &what);
        }
    }

    /// 4: at rest, a sync sends nothing, takes nothing and asks little; and what was taken may be taken again.
    fn nothing_left_to_do(&self, runtime: &Runtime) {
        for station in &self.stations {
            station.line.counted();
            let idle = station.sync(runtime);
            let (requests, changes) = station.line.counted();
            let most = IDLE[usize::from(self.house.kind() == Kind::ArchivesSpace)];
            if changes > 0
                || requests > most
                || idle.as_ref().is_ok_and(|report| report.pulled + report.pushed > 0)
            {
                let what = format!(
                    "desk {} at rest: {requests} requests, {changes} changes, {idle:?}",
                    station.number
                );
                self.ground.broken(4, &what);
            }
            let before = shelf::everything(station.store());
            let forgot = station.store().write(store::Op::repeatable("pull", ""), |tx| {
                tx.clear_cursors("feed")?;
                tx.clear_cursors("list:")
            });
            let again = station.sync(runtime);
            if forgot.is_err() || again.is_err() || shelf::everything(station.store()) != before {
                self.ground.broken(4, &format!("desk {} takes everything again: {again:?}", station.number));
            }
        }
    }

    /// 11: a search finds what a look at every record finds.
    fn found_as_it_is(&self, there: &BTreeMap<String, Value>) {
        for station in &self.stations {
            for (uri, record) in there {
                let title = record["content"]["title"].as_str().unwrap_or_default();
                let Some(word) = words(title).next() else { continue };
                let query = store::Query { text: word.to_owned(), limit: 50, ..store::Query::default() };
                let found = station
                    .store()
                    .search(&query)
                    .map(|hits| hits.hits.iter().any(|hit| hit.head.uri == *uri));
                if !matches!(found, Ok(true)) {
                    self.ground.broken(11, &format!("desk {} does not find {word} in {uri}", station.number));
                }
            }
        }
    }

    /// The server was set back to a backup: every desk says so, and drops nothing of what it has. `hidden` is what the
    /// server had then and showed to no desk.
    pub(super) fn set_back(&mut self, hidden: &str, runtime: &Runtime) {
        self.ground.say("== the server is set back to its backup");
        self.house.start();
        // Who is shown less has less, whatever became of the data.
        others::make_peace(&self.house);
        let known: Vec<_> = self.stations.iter().map(|station| shelf::everything(station.store())).collect();
        for (who, known) in known.iter().enumerate() {
            let ended = self.stations[who].sync(runtime);
            self.ground.say(&format!("desk {who} syncs: {ended:?}"));
            let now = shelf::everything(self.stations[who].store());
            // What was sent and not read again in the feed before the setting back is not known to be gone.
            if ended.is_ok() && self.stations[who].outbox().is_empty() && !self.broken_off[who] {
                // It was never further than the backup.
                self.same(who, &now, &self.house.read(shelf::everything).unwrap_or_default());
            }
            if ended.is_err() && now != *known {
                self.ground
                    .broken(8, &format!("desk {who} changed what it has although the server was set back"));
            }
        }
        let mut text: String =
            self.house.read(shelf::everything).unwrap_or_default().values().map(Value::to_string).collect();
        for station in &self.stations {
            text.extend(shelf::everything(station.store()).values().map(Value::to_string));
            text.push_str(&shelf::beside(station.store()));
        }
        text.push_str(hidden);
        let there: BTreeSet<&str> = words(&text).collect();
        // What others wrote since the backup was nowhere else.
        let oracle = lock(&self.oracle);
        for (word, uri) in
            oracle.standing().filter(|(word, _)| !word.ends_with("x9") && !there.contains(word))
        {
            self.ground
                .broken(2, &format!("{word}, written into {uri}, is lost since the server was set back"));
        }
    }
}

/// Why a conflict should not be one.
fn wrong(conflict: &Conflict, undone: bool) -> Option<String> {
    if conflict.reason != "edited" {
        return None;
    }
    if conflict.fields.is_empty() {
        return Some("nothing clashes".to_owned());
    }
    let alike = conflict.fields.iter().find(|field| {
        let unchanged = field.base == field.mine || field.base == field.theirs || field.mine == field.theirs;
        let title = field.pointer == "/title" && !undone;
        unchanged || title && (unwritten(&field.mine) || unwritten(&field.theirs))
    })?;
    Some(format!("{} was not changed by both", alike.pointer))
}

/// Texts that were there from the beginning hold no word: nobody wrote them since, unless what was written was taken
/// back.
fn unwritten(value: &Value) -> bool {
    value.as_str().is_some_and(|text| words(text).next().is_none())
}
