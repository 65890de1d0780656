//! What a record is: its schemas, its checks, its derived values, its
//! references and its merge. Pure: no disk, no network, no clock, no
//! randomness; whoever calls passes time and ids in.
//!
//! ```
//! use record::{Record, Registry};
//! let registry = Registry::shipped();
//! let accession = Record::from_value("accession", serde_json::json!({"title": "Letters"}))?;
//! assert_eq!(accession.text("title"), Some("Letters"));
//! assert!(registry.kind("accession").is_some());
//! # Ok::<(), record::Error>(())
//! ```
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod api;
pub mod canonical;
pub mod check;
pub mod derive;
mod error;
pub mod merge;
pub mod message;
mod problem;
mod record;
pub mod refs;
pub mod relations;
pub mod schema;
mod uri;

pub use error::Error;
pub use problem::{Problem, Severity};
pub use record::{Record, items, text};
pub use schema::Registry;
pub use uri::Uri;
