//! A store in a folder that goes when the test ends.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::ops::Deref;

use serde_json::{Map, Value};
use store::{Op, Options, Role, Store, Stored};
use tempfile::TempDir;

pub(crate) struct Temporary {
    pub(crate) store: Store,
    pub(crate) dir: TempDir,
}

impl Deref for Temporary {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Temporary {
    /// Closes the store and opens it again.
    pub(crate) fn reopen(self) -> Self {
        let Self { store, dir } = self;
        let role = store.role();
        drop(store);
        Self { store: Store::open(dir.path(), options(role)).unwrap(), dir }
    }
}

pub(crate) fn options(role: Role) -> Options {
    Options { search_heap: 20_000_000, ..Options::new(role) }
}

pub(crate) fn open(role: Role) -> Temporary {
    let dir = tempfile::tempdir().unwrap();
    Temporary { store: Store::open(dir.path(), options(role)).unwrap(), dir }
}

pub(crate) fn desk() -> Temporary {
    open(Role::Desk)
}

pub(crate) fn server() -> Temporary {
    open(Role::Server)
}

pub(crate) fn doc(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

pub(crate) fn save(store: &Store, kind: &str, repo: Option<&str>, value: Value) -> Stored {
    store.write(Op::typed("save", "ada"), |tx| tx.create(kind, repo, doc(value))).unwrap().0
}
