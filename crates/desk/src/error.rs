//! What can go wrong: in opening a desk ([`Error`]), and in a command ([`Failure`]).

use std::net::SocketAddr;

use record::api::command::ApiError;
use serde_json::{Map, Value};

use crate::rest;

/// Why a desk or its host could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data folder.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Files of the data folder beside the store's own.
    #[error("the data folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The loopback host may only listen where nobody else can reach it.
    #[error("{addr} can be reached by others: the host listens on 127.0.0.1 only")]
    NotLoopback {
        /// The address that was asked for.
        addr: SocketAddr,
    },
    /// The port is taken.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no random numbers, so there can be no token.
    #[error("the system gives no random numbers")]
    Random,
}

/// A command that failed, on its way to becoming an [`ApiError`].
#[derive(Debug, Clone)]
pub struct Failure(pub ApiError);

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<rest::Error> for Failure {
    fn from(error: rest::Error) -> Self {
        Self(error.to_api())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        use store::Error as E;
        let detail = error.to_string();
        Self(match error {
            E::NotFound { uri } => with("not_found", &[("uri", &uri)]),
            E::Stale { uri, .. } => with("stale", &[("uri", &uri)]),
            E::Refused { code, args } => ApiError { code: code.to_owned(), args },
            E::Invalid(problems) => {
                let first = problems.first().map(|p| format!("{} {}", p.pointer, p.code)).unwrap_or_default();
                with("invalid", &[("text", first.trim())])
            }
            E::NothingToUndo => code("nothing_to_undo"),
            E::NewerFile { .. } => code("newer_file"),
            E::Damaged { path, .. } => with("damaged", &[("path", &path.display().to_string())]),
            E::Busy => code("busy"),
            E::ReadOnly => code("read_only"),
            E::Record(record::Error::Uri { text }) => with("bad_uri", &[("uri", &text)]),
            other => {
                tracing::error!(error = %other, "store");
                with("storage", &[("detail", &detail)])
            }
        })
    }
}

/// An error that needs no values.
pub(crate) fn code(code: &str) -> ApiError {
    ApiError { code: code.to_owned(), args: Map::new() }
}

/// An error with its values.
pub(crate) fn with(code: &str, args: &[(&str, &str)]) -> ApiError {
    let args = args.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    ApiError { code: code.to_owned(), args: args.collect() }
}

/// Input that is not what the command takes.
pub(crate) fn bad_input(detail: &str) -> ApiError {
    with("bad_input", &[("detail", detail)])
}
