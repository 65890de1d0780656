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
mod audit;
mod batch;
mod body;
mod bundle;
mod calculators;
mod call;
mod changes;
mod chores;
mod client;
mod containers;
mod cors;
mod dispatch;
mod documents;
mod dress;
mod enumerations;
mod events;
mod feeds;
mod find;
mod first_run;
mod groups;
mod health;
mod idempotency;
mod jobs;
mod jsonmodel;
mod known;
mod lists;
mod locations;
mod log_lines;
mod maintenance;
mod merges;
mod metrics;
mod moves;
mod observe;
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
mod runs;
mod search;
mod serve;
mod sessions;
mod sight;
mod slots;
mod system;
mod telling;
mod terms;
#[cfg(test)]
mod tests;
mod throttle;
mod tls;
mod transfers;
mod tree;
mod users;
mod vocabularies;
mod wording;

pub use documents::{api, openapi};
pub use log_lines::LogLines;
pub use maintenance::{Replace, audit, backup, check, repair, restore};
pub use metrics::MetricsFor;
pub use serve::{Error, Options, Running, Server, start};
pub use store::{AuditLine, AuditQuery};
pub use tls::Tls;
