//! What can go wrong in the store.

use std::path::PathBuf;

use record::Problem;
use serde_json::{Map, Value};

/// Errors of this crate, by what a caller does about them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such record (here).
    #[error("there is no record {uri}")]
    NotFound {
        /// The address that was asked for.
        uri: String,
    },
    /// The record changed since the caller read it.
    #[error("{uri} is at lock_version {found}")]
    Stale {
        /// Address of the record.
        uri: String,
        /// Its present version.
        found: i64,
    },
    /// The record breaks rules that need other records to see: identifiers, references.
    #[error("the record breaks {} rule(s)", .0.len())]
    Invalid(Vec<Problem>),
    /// The change is refused for what other records are: still linked, a cycle, changed since.
    #[error("refused: {code}")]
    Refused {
        /// Stable code, as `linked_to_container`; the message is `error-<code>`.
        code: &'static str,
        /// What the sentence needs; `uri` where it is about one record.
        args: Map<String, Value>,
    },
    /// Nothing there to take back or do again.
    #[error("nothing to undo")]
    NothingToUndo,
    /// The data folder was written by a newer program.
    #[error("the data is of version {found}; this program knows {known}")]
    NewerFile {
        /// Version of the file.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The data folder was written by an older program, and may not be changed now.
    #[error(
        "the data is of version {found} and this program reads version {known}; its server brings the data there at its next start"
    )]
    OlderFile {
        /// Version of the file.
        found: i64,
        /// Version of this program.
        known: i64,
    },
    /// The file is damaged. It was left as it is.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// Another program holds the data folder.
    #[error("the data folder is in use")]
    Busy,
    /// The store was opened for rescue.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// SQLite.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// tantivy.
    #[error("index: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// A stored document that cannot be read.
    #[error("document: {0}")]
    Document(#[from] serde_json::Error),
    /// A record address or schema that cannot be read.
    #[error(transparent)]
    Record(#[from] record::Error),
    /// Files.
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// A refusal about one record.
    pub(crate) fn refused(code: &'static str, uri: &str) -> Self {
        let mut args = Map::new();
        args.insert("uri".to_owned(), Value::from(uri));
        Self::Refused { code, args }
    }

    /// The same with one more value of a refusal.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        if let Self::Refused { args, .. } = &mut self {
            args.insert(name.to_owned(), value);
        }
        self
    }

    /// No such record.
    pub(crate) fn missing(uri: &str) -> Self {
        Self::NotFound { uri: uri.to_owned() }
    }
}
