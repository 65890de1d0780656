//! The only crate that touches SQLite and tantivy. Blocking; the same on a laptop and on a server.
//!
//! A record is one compressed JSON document beside a narrow head row; links are rows; search is derived state that
//! follows the sequence of changes. Every change goes through [`Store::write`] and is a line of the history.
//!
//! ```
//! use store::{Expect, Op, Options, Role, Store};
//! let dir = tempfile::tempdir().unwrap();
//! let store = Store::open(dir.path(), Options::new(Role::Desk))?;
//! let doc = serde_json::json!({"repo_code": "ALB", "name": "Albion Archive"});
//! let (repo, op) = store.write(Op::typed("save", "ada"), |tx| tx.create("repository", None, doc.as_object().cloned().unwrap_or_default()))?;
//! assert!(repo.is_local());
//! store.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(op)))?;
//! assert!(store.read(|r| r.get(&repo.uri))?.is_none());
//! # Ok::<(), store::Error>(())
//! ```
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod amend;
mod arrivals;
mod audit;
mod backup;
mod body;
mod bundle;
mod content;
mod delete;
mod drafts;
mod enum_edit;
mod enums;
mod error;
mod families;
mod feed;
mod fill;
mod flush;
mod group;
mod history;
mod indexes;
mod integrity;
mod jobs;
mod kinds;
mod late;
mod list;
mod lookup;
mod migrate;
mod names;
mod nodes;
mod older;
mod open;
mod options;
mod places;
mod reader;
mod records;
mod reflect;
mod restore;
mod rows;
mod rules;
mod search;
mod seed;
mod stored;
mod summary;
mod sums;
mod sync;
mod transfer;
mod tree;
mod tx;
mod users;

pub use arrivals::Arrival;
pub use audit::{Audit, AuditLine, AuditQuery};
pub use bundle::Part;
pub use content::Values;
pub use drafts::Draft;
pub use enums::{EnumValue, Enumeration, ListStamp};
pub use error::Error;
pub use feed::{Documents, Entry, Event, Gone};
pub use history::{Operation, Version};
pub use integrity::{Finding, Repair};
pub use jobs::{Job, JobFile, JobStatus, Jobs, NewJob};
pub use kinds::{is_private, is_publishable};
pub use list::{Direction, Link, List, Order};
pub use lookup::Counts;
pub use names::{Arks, Slugs, ark_of, is_ark, is_made};
pub use nodes::Nodes;
pub use open::Store;
pub use options::{Access, Commit, Durability, Gate, Index, Op, OpId, Options, Role};
pub use reader::Reader;
pub use records::Expect;
pub use restore::restore;
pub use rows::each_row;
pub use search::{Facet, Facets, Hit, Hits, Query};
pub use stored::{ChangeKind, Changed, Head, Stored, seconds};
pub use sums::{Group, Sum, VersionPage};
pub use sync::{Above, Conflict, Incoming, NewConflict};
pub use tree::{GAP as SPACING, Step};
pub use tx::Tx;
pub use users::{Account, AccountState, Reply, SignedIn};
