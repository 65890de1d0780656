//! What the desktop application can do, without a window: the server's
//! client, the sync, the commands, the loopback host and the command line.
//!
//! ```no_run
//! let desk = desk::Desk::open(std::path::Path::new("data"))?;
//! let state = desk::commands::call(&desk, "state", serde_json::Value::Null);
//! # Ok::<(), desk::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod background;
pub mod commands;
mod desk;
mod error;
mod events;
pub mod host;
mod import;
mod opening;
mod packed;
pub mod passwords;
pub mod pointer;
pub mod rest;
pub mod sync;

pub use desk::{Desk, Options};
pub use error::{Error, Failure};
pub use events::{Event, Events, Teller};
pub use opening::Opening;
pub use packed::Packed;

#[cfg(test)]
mod tests;
