//! A record as the store hands it out.

use std::ops::Deref;

use jiff::Timestamp;
use record::Record;
use serde_json::{Map, Value, json};

use crate::kinds;
use crate::tree::Spot;

/// What lists, trees and guards know of a record without its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Row; stays the same when a local address becomes the server's.
    pub id: i64,
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: &'static str,
    /// Address of the repository that it lives in.
    pub repo: Option<String>,
    /// Whether the document is here; a link target that is not held has only a title.
    pub held: bool,
    /// Version for optimistic locking.
    pub lock_version: i64,
    /// Place in the order of all changes.
    pub seq: i64,
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Who changed it.
    pub modified_by: String,
    /// Title for lists.
    pub title: String,
    /// Title without its dates.
    pub label: String,
    /// Call number, component ID, barcode…
    pub identifier: Option<String>,
    /// Level of description.
    pub level: Option<String>,
    /// Dates in words.
    pub dates: Option<String>,
    /// Containers in words.
    pub container: Option<String>,
    /// Published.
    pub publish: bool,
    /// Suppressed.
    pub suppressed: bool,
    /// Access is restricted.
    pub restricted: bool,
    /// Root of its tree, for nodes.
    pub root: Option<String>,
    /// Parent node; none on the top level.
    pub parent: Option<String>,
    /// Sparse place among the siblings, for nodes; see [`crate::Reader::place_of`] for the rank.
    pub order: Option<i64>,
    /// Edits not sent.
    pub edits: i64,
    /// Place changed here and not sent.
    pub moved: bool,
}

impl Head {
    /// The number in the address; `None` for a local one.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        self.uri.rsplit('/').next().and_then(|key| key.parse().ok())
    }

    /// Whether the record was never sent.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.number().is_none()
    }
}

/// A record with its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// What lists know of it.
    pub head: Head,
    /// Where a node hangs, by row; its rank is counted only when asked for ([`crate::Reader::place_of`]).
    pub(crate) spot: Option<Spot>,
    /// Row of its repository.
    pub(crate) repo_row: Option<i64>,
    /// How much of the version came from saves of records that link here, since its own last save.
    pub(crate) raised: i64,
    /// The document, without what the server keeps about it (address, versions, times).
    pub doc: Map<String, Value>,
}

impl Deref for Stored {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.head
    }
}

impl Stored {
    /// The document as a record.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::new(self.head.kind, self.doc.clone())
    }

    /// The document as the API serves it: with address, version, times and authors.
    /// Values that need other records (rank, ancestors, the other end of links) are [`crate::Reader::to_api`]'s.
    #[must_use]
    pub fn to_api(&self) -> Map<String, Value> {
        let head = &self.head;
        let mut doc = self.doc.clone();
        let mut put = |name: &str, value: Value| drop(doc.insert(name.to_owned(), value));
        put("jsonmodel_type", json!(head.kind));
        put("uri", json!(head.uri));
        put("lock_version", json!(head.lock_version));
        put("created_by", json!(head.created_by));
        put("last_modified_by", json!(head.modified_by));
        put("create_time", json!(seconds(head.created)));
        let modified = Value::from(seconds(head.modified));
        put("system_mtime", modified.clone());
        put("user_mtime", modified);
        if let Some(repo) = head.repo.as_ref().filter(|_| kinds::in_repository(head.kind)) {
            put("repository", json!({ "ref": repo }));
        }
        if kinds::has(head.kind, "suppressed") {
            put("suppressed", json!(head.suppressed));
        }
        doc
    }
}

/// ISO 8601 in UTC with seconds, as the API writes times.
#[must_use]
pub fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What a change did to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Made.
    Created,
    /// Its document changed.
    Updated,
    /// Deleted.
    Deleted,
    /// Moved in its tree.
    Moved,
    /// Changed because another was (a link to a deleted record removed).
    Touched,
}

/// One record that an operation changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: &'static str,
    /// Root of its tree, for nodes.
    pub root: Option<String>,
    /// What happened.
    pub change: ChangeKind,
}
