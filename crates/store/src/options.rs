//! How a store is opened.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::{Arks, Slugs};

/// Whose data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// One person's computer: new records get local addresses, edits are counted until they are sent.
    Desk,
    /// The shared server: it numbers the records.
    Server,
}

/// Whether what is written can be had again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A person typed it: on the disk when `write` returns.
    Typed,
    /// It can be fetched or made again after a power cut.
    Repeatable,
}

/// Whether `open` may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing.
    Full,
    /// Reading only, of a file of this program's version: nothing is made, migrated or indexed.
    Read,
    /// Reading only: rescue of a damaged file.
    Rescue,
}

/// Where the search index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// In the data folder, kept up by a thread.
    Kept,
    /// In memory, made when something is searched for: for tests that open many stores and hardly search.
    OnDemand,
}

/// A moment of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Everything is written and nothing is committed.
    Before(Durability),
    /// It is committed; the caller does not know it yet.
    After(Durability),
}

/// Asked around every commit of [`crate::Store::write`]; an error ends the write there, with everything of it or
/// nothing on the disk. For tests of what a crash leaves behind.
#[derive(Clone)]
pub struct Gate(Arc<dyn Fn(Commit) -> std::io::Result<()> + Send + Sync>);

impl Gate {
    /// A gate that `may_pass` keeps.
    pub fn new(may_pass: impl Fn(Commit) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(may_pass))
    }

    pub(crate) fn pass(&self, moment: Commit) -> std::io::Result<()> {
        (self.0)(moment)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whose data it is.
    pub role: Role,
    /// Bytes that the search index may hold before it writes: 50 MB on a laptop, 200 MB on a server.
    pub search_heap: usize,
    /// Page cache of the writer, in KiB.
    pub cache_kib: u32,
    /// Whether it may write.
    pub access: Access,
    /// What a server makes short names of; without it only repositories have some.
    pub slugs: Option<Slugs>,
    /// How a server makes ARKs; without it there are none.
    pub arks: Option<Arks>,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Where the search index is.
    pub index: Index,
    /// Asked around every commit; none outside tests.
    pub gate: Option<Gate>,
}

impl Options {
    /// The usual options of a role.
    #[must_use]
    pub fn new(role: Role) -> Self {
        let search_heap = match role {
            Role::Desk => 50_000_000,
            Role::Server => 200_000_000,
        };
        Self {
            role,
            search_heap,
            cache_kib: 65_536,
            access: Access::Full,
            slugs: None,
            arks: None,
            now: Timestamp::now,
            index: Index::Kept,
            gate: None,
        }
    }
}

/// One operation: what the history calls it, who does it, how durable it is.
#[derive(Debug, Clone, Copy)]
pub struct Op<'a> {
    /// `save`, `delete`, `move`, `import`, `resolve`, `undo`, `redo`, `pull`, …
    pub name: &'a str,
    /// User name.
    pub by: &'a str,
    /// Whether it can be had again.
    pub durability: Durability,
    /// Whether it takes no longer than the save of a record, so that others may wait for it: on a server such
    /// operations share a commit.
    pub short: bool,
}

impl<'a> Op<'a> {
    /// An operation of a person.
    #[must_use]
    pub fn typed(name: &'a str, by: &'a str) -> Self {
        Self { name, by, durability: Durability::Typed, short: false }
    }

    /// An operation that can be repeated after a power cut.
    #[must_use]
    pub fn repeatable(name: &'a str, by: &'a str) -> Self {
        Self { name, by, durability: Durability::Repeatable, short: false }
    }

    /// The same, known to take no longer than the save of a record.
    #[must_use]
    pub fn short(self) -> Self {
        Self { short: true, ..self }
    }
}

/// Number of an operation, for Undo.
pub type OpId = i64;
