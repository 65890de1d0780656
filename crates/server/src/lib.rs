//! The shared server: ArchivesSpace's REST API over the store, and the feed
//! that desks follow.
//!
//! ```no_run
//! # fn main() -> Result<(), server::Error> {
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let options = server::Options::new("data".as_ref(), "127.0.0.1:0");
//! let running = server::start(options).await?;
//! tracing::info!(address = %running.addr, "ready");
//! running.stop().await
//! # })
//! # }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod access;
mod app;
mod arks;
mod assessments;
mod batch;
mod calculators;
mod call;
mod changes;
mod containers;
mod dispatch;
mod documents;
mod dress;
mod enumerations;
mod events;
mod feeds;
mod find;
mod first_run;
mod groups;
mod idempotency;
mod jobs;
mod jsonmodel;
mod lists;
mod locations;
mod merges;
mod moves;
mod openapi;
mod params;
mod preferences;
mod publish;
mod records;
mod reply;
mod repositories;
mod resolve;
mod route;
mod router;
mod search;
mod serve;
mod sessions;
mod sight;
mod system;
mod terms;
#[cfg(test)]
mod tests;
mod transfers;
mod tree;
mod users;
mod vocabularies;
mod wording;

pub use documents::{api, openapi};
pub use serve::{Error, Options, Running, backup, check, start};
