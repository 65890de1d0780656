//! A desk of a simulated world: the real one, on a line that fails, with a program that dies.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use desk::commands;
use desk::passwords::Keyring;
use desk::rest::{Client, Session};
use desk::sync::{self, Watch};
use record::api::command::{
    Conflict, Empty, MoveInput, ResolveInput, SaveInput, SyncReport, UndoInput, UriInput,
};
use serde_json::{Map, Value};

use super::clock;
use super::fuse::{Crash, Fuse, copy_database};
use super::ground::Ground;
use super::house::House;
use super::line::Line;
use crate::PASSWORD;

pub(super) struct Station {
    /// Number in the world; in words that are written here too.
    pub(super) number: usize,
    pub(super) user: String,
    pub(super) line: Arc<Line>,
    pub(super) fuse: Arc<Fuse>,
    desk: Option<desk::Desk>,
    client: Client,
    page: usize,
    root: PathBuf,
    folder: PathBuf,
    opened: u32,
}

/// What a command of a person ends with: the code of the refusal.
pub(super) type Done<T> = Result<T, String>;

impl Station {
    /// On a copy of the data in `from`.
    pub(super) fn open(
        number: usize,
        user: &str,
        house: &Arc<House>,
        ground: &Ground,
        root: &Path,
        from: &Path,
    ) -> Self {
        let fuse = Fuse::new();
        let line = Line::new(Arc::clone(house), ground.clone(), Arc::clone(&fuse));
        let folder = root.join(format!("desk{number}-0"));
        copy_database(from, &folder);
        let page = ground.page();
        let client = client(&line, user, page);
        let (root, user) = (root.to_owned(), user.to_owned());
        let mut station =
            Self { number, user, line, fuse, desk: None, client, page, root, folder, opened: 0 };
        station.begin();
        station
    }

    fn begin(&mut self) {
        self.fuse.renew(&self.folder);
        self.desk = Some(desk::Desk::open_with(&self.folder, options(Some(&self.fuse))).unwrap());
        self.client = client(&self.line, &self.user, self.page);
    }

    /// Ends the program as a crash does, and starts it again.
    pub(super) fn crash(&mut self, crash: Crash) {
        self.opened += 1;
        let folder = self.root.join(format!("desk{}-{}", self.number, self.opened));
        self.fuse.leave(&self.folder, &folder, crash);
        self.desk = None;
        std::fs::remove_dir_all(&self.folder).ok();
        self.folder = folder;
        self.begin();
    }

    pub(super) fn desk(&self) -> &desk::Desk {
        self.desk.as_ref().unwrap()
    }

    pub(super) fn store(&self) -> &store::Store {
        self.desk().store()
    }

    /// A sync, on this thread.
    pub(super) fn sync(&self, runtime: &tokio::runtime::Runtime) -> Done<SyncReport> {
        let watch = Watch { cancelled: &|| false, progress: &|_| {} };
        runtime
            .block_on(sync::run(self.store(), &self.client, watch))
            .map_err(|error| format!("{}: {error}", error.to_api().code))
    }

    /// A sync that a person stops after some steps.
    pub(super) fn sync_for(&self, runtime: &tokio::runtime::Runtime, steps: u32) -> Done<SyncReport> {
        let left = std::sync::atomic::AtomicU32::new(steps);
        let cancelled = || {
            use std::sync::atomic::Ordering::SeqCst;
            left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err()
        };
        let watch = Watch { cancelled: &cancelled, progress: &|_| {} };
        runtime
            .block_on(sync::run(self.store(), &self.client, watch))
            .map_err(|error| format!("{}: {error}", error.to_api().code))
    }

    pub(super) fn document(&self, uri: &str) -> Option<Map<String, Value>> {
        document(self.desk(), uri)
    }

    pub(super) fn save(&self, kind: &str, uri: &str, record: Map<String, Value>) -> Done<bool> {
        let saved = save(self.desk(), kind, uri, record)?;
        // A draft is on the disk when it is kept.
        if !self.fuse.is_blown() {
            self.fuse.secure();
        }
        Ok(saved)
    }

    pub(super) fn delete(&self, uri: &str) -> Done<()> {
        delete(self.desk(), uri)
    }

    pub(super) fn place(&self, root: &str, parent: Option<&str>, uri: &str, position: u64) -> Done<()> {
        let (root, parent) = (root.to_owned(), parent.map(str::to_owned));
        let input = MoveInput { root, parent, uris: vec![uri.to_owned()], position };
        commands::tree_move(self.desk(), input).map(drop).map_err(|failure| failure.0.code)
    }

    pub(super) fn undo(&self) -> Done<()> {
        commands::undo(self.desk(), UndoInput { op: None }).map(drop).map_err(|failure| failure.0.code)
    }

    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        commands::conflicts(self.desk(), Empty {}).unwrap_or_default()
    }

    /// The same before a sync, which is to leave them alone: what was sent before does not count.
    pub(super) fn asked(&self) -> Vec<Conflict> {
        self.line.sent();
        self.conflicts()
    }

    /// What stands against a decision; nothing, if it holds.
    pub(super) fn resolve(&self, input: ResolveInput) -> Done<Vec<String>> {
        let decided = commands::resolve_conflict(self.desk(), input).map_err(|failure| failure.0.code)?;
        let wrong = decided.problems.iter().filter(|_| !decided.saved);
        Ok(wrong.map(|problem| format!("{} {}", problem.pointer, problem.code)).collect())
    }

    /// What waits to be sent: address, state and the code of what stands in the way.
    pub(super) fn outbox(&self) -> Vec<(String, String, String)> {
        let rows = commands::outbox(self.desk(), Empty {}).unwrap_or_default();
        rows.into_iter()
            .map(|row| (row.uri, row.state, row.problem.map(|why| why.code).unwrap_or_default()))
            .collect()
    }
}

/// The document of a record, as a form has it.
pub(super) fn document(desk: &desk::Desk, uri: &str) -> Option<Map<String, Value>> {
    let opened = commands::open_record(desk, UriInput { uri: uri.to_owned() }).ok()?;
    (!opened.record.is_empty()).then_some(opened.record)
}

/// Saves a whole document. `Ok(false)`: rules were broken, and a draft was kept.
pub(super) fn save(desk: &desk::Desk, kind: &str, uri: &str, record: Map<String, Value>) -> Done<bool> {
    let input = SaveInput { uri: uri.to_owned(), kind: kind.to_owned(), record };
    let saved = commands::save_record(desk, input).map_err(|failure| failure.0.code)?;
    Ok(saved.saved)
}

pub(super) fn delete(desk: &desk::Desk, uri: &str) -> Done<()> {
    let deleted = commands::delete_record(desk, UriInput { uri: uri.to_owned() });
    deleted.map(drop).map_err(|failure| failure.0.code)
}

/// How the store of a desk in a world is opened.
pub(super) fn options(fuse: Option<&Arc<Fuse>>) -> desk::Options {
    let store = store::Options {
        now: clock::now,
        index: store::Index::OnDemand,
        gate: fuse.map(Fuse::gate),
        ..store::Options::new(store::Role::Desk)
    };
    desk::Options { keyring: Keyring::Memory, sync_by_itself: false, store }
}

/// `page`: entries of a page of the feed.
fn client(line: &Arc<Line>, user: &str, page: usize) -> Client {
    let waits = vec![std::time::Duration::ZERO; 2];
    let options = desk::rest::Options { waits, page, ..desk::rest::Options::default() };
    let session = Session::with_password(user, PASSWORD);
    Client::over(Arc::<Line>::clone(line), "http://server", session, options).unwrap()
}
