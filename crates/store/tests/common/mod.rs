//! A store in a folder that goes when the test ends.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::ops::Deref;

use serde_json::{Map, Value};
use store::{Op, Options, Role, Store, Stored};
use tempfile::TempDir;

pub struct Temporary {
    pub store: Store,
    pub dir: TempDir,
}

impl Deref for Temporary {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Temporary {
    /// Closes the store and opens it again.
    pub fn reopen(self) -> Self {
        let Self { store, dir } = self;
        let role = store.role();
        drop(store);
        Self { store: Store::open(dir.path(), options(role)).unwrap(), dir }
    }
}

pub fn options(role: Role) -> Options {
    Options { search_heap: 20_000_000, ..Options::new(role) }
}

pub fn open(role: Role) -> Temporary {
    let dir = tempfile::tempdir().unwrap();
    Temporary { store: Store::open(dir.path(), options(role)).unwrap(), dir }
}

pub fn desk() -> Temporary {
    open(Role::Desk)
}

pub fn server() -> Temporary {
    open(Role::Server)
}

pub fn doc(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

pub fn save(store: &Store, kind: &str, repo: Option<&str>, value: Value) -> Stored {
    store.write(Op::typed("save", "ada"), |tx| tx.create(kind, repo, doc(value))).unwrap().0
}
