//! The server, as this computer speaks with it: ArchivesSpace's REST API, and
//! the few additions of our own server where they are there.
//!
//! ```no_run
//! # async fn f() -> Result<(), desk::rest::Error> {
//! use desk::rest::{Client, Options, Session};
//! let session = Session::with_password("admin", "secret");
//! let client = Client::new("http://localhost:8089", session, Options::default())?;
//! let flavour = client.flavour().await?;
//! let record = client.get("/repositories/2/accessions/1", &[]).await?;
//! # Ok(()) }
//! ```

mod bundle;
mod client;
mod error;
mod pages;
mod session;
mod transport;

pub use client::{Client, Flavour, Options};
pub use error::{ConflictKind, Error, Outcome};
pub use pages::{MAX_ID_SET, PAGE_SIZE, Pages};
pub use session::{PasswordSource, Session};
pub use transport::{Carried, Transport};

#[cfg(test)]
pub(crate) mod tests;
