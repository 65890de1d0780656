//! What can come back instead of an answer, told apart by what the caller does about it.

use record::api::command::ApiError;
use record::api::wire::{ErrorBody, Messages};
use serde_json::{Map, Value};

/// Why a request gave no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer at all: wrong address, no network, a time-out, a cut line.
    #[error("the server cannot be reached: {reason}")]
    Unreachable {
        /// What happened, for the log.
        reason: String,
        /// Whether the request may have been carried out.
        outcome: Outcome,
    },
    /// The session is over and cannot be renewed: the password is missing or wrong.
    #[error("signed out")]
    SignedOut,
    /// The user may not do this.
    #[error("not permitted: {text}")]
    Forbidden {
        /// The server's words.
        text: String,
    },
    /// There is no such record (or repository, or path).
    #[error("not found: {text}")]
    NotFound {
        /// The server's words.
        text: String,
    },
    /// The record stands in the way as it is there now.
    #[error("conflict: {text}")]
    Conflict {
        /// Which of the three things that 409 means.
        kind: ConflictKind,
        /// The server's words.
        text: String,
        /// The whole `error` member: a list or map for some conflicts.
        body: Value,
    },
    /// The record broke rules of the server.
    #[error("refused: {}", sentence(messages))]
    Refused {
        /// Sentences by path; the empty path for the record as a whole.
        messages: Messages,
    },
    /// The server failed, or answered what no ArchivesSpace answers.
    #[error("the server failed ({status}): {text}")]
    Server {
        /// HTTP status.
        status: u16,
        /// Beginning of its answer.
        text: String,
    },
    /// What came is not what the server sent, however often it was asked.
    #[error("the answer to {path} does not fit its hash")]
    Damaged {
        /// What was asked for.
        path: String,
    },
    /// The address answers, but not as ArchivesSpace.
    #[error("{url} is not an ArchivesSpace server")]
    NotArchivesSpace {
        /// The address.
        url: String,
    },
    /// Something between here and the server answered in its place: a proxy or a portal that wants a login of its own.
    #[error("something before the server answered ({status})")]
    InTheWay {
        /// HTTP status.
        status: u16,
    },
    /// The address of the server is not one.
    #[error("{url:?} is not the address of a server")]
    Address {
        /// What was given.
        url: String,
    },
}

/// Whether an unanswered request may have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It never left this computer.
    NotSent,
    /// It may or may not have been carried out.
    Unknown,
}

/// The three things that 409 means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// The record was changed since it was fetched.
    Stale,
    /// The record is suppressed and cannot be changed.
    Suppressed,
    /// Anything else, as a record that exists already.
    Other,
}

impl Error {
    /// Whether the request may have been carried out although no answer came.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Unreachable { outcome, .. } => *outcome == Outcome::Unknown,
            // An answer that cannot be read, also one of success: it came from the server, or from what stands before.
            Self::Server { status, .. } => !(400..500).contains(status),
            Self::InTheWay { .. } => true,
            _ => false,
        }
    }

    /// The address of the record that is in the way, where the server names it
    /// (agents and subjects that exist already).
    #[must_use]
    pub fn conflicting_record(&self) -> Option<&str> {
        match self {
            Self::Refused { messages } => messages.get("conflicting_record")?.first().map(String::as_str),
            Self::Conflict { body, .. } => {
                let named = body.get("conflicting_record")?;
                named.as_str().or_else(|| named.get(0)?.as_str())
            }
            _ => None,
        }
    }

    /// As the commands of the desk report it.
    #[must_use]
    pub fn to_api(&self) -> ApiError {
        let (code, args) = match self {
            Self::Unreachable { reason, .. } => ("unreachable", vec![("reason", reason.clone())]),
            Self::SignedOut => ("signed_out", vec![]),
            Self::Forbidden { text } => ("forbidden", vec![("text", text.clone())]),
            Self::NotFound { text } => ("not_found_there", vec![("text", text.clone())]),
            Self::Conflict { kind: ConflictKind::Stale, .. } => ("stale", vec![]),
            Self::Conflict { kind: ConflictKind::Suppressed, .. } => ("suppressed", vec![]),
            Self::Conflict { text, .. } => ("conflict", vec![("text", text.clone())]),
            Self::Refused { messages } => ("refused", vec![("text", sentence(messages))]),
            Self::InTheWay { status } | Self::Server { status: status @ 200..=399, .. } => {
                ("in_the_way", vec![("status", status.to_string())])
            }
            // What stands before a server says that the server is away.
            Self::Server { status: 502..=504, text } => ("unreachable", vec![("reason", text.clone())]),
            Self::Server { status, text } => {
                ("server_failed", vec![("status", status.to_string()), ("text", text.clone())])
            }
            Self::Damaged { path } => ("damaged_answer", vec![("path", path.clone())]),
            Self::NotArchivesSpace { url } => ("not_a_server", vec![("url", url.clone())]),
            Self::Address { url } => ("bad_address", vec![("url", url.clone())]),
        };
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
        ApiError { code: code.to_owned(), args: args.collect::<Map<_, _>>() }
    }
}

/// All messages in one line: `title: is missing; dates/0/end: …`.
fn sentence(messages: &Messages) -> String {
    let one = |(path, texts): (&String, &Vec<String>)| match path.as_str() {
        "" => texts.join("; "),
        path => format!("{path}: {}", texts.join("; ")),
    };
    messages.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The error that an answer with an error status is.
pub(super) fn from_answer(status: u16, body: &[u8]) -> Error {
    let parsed: Option<ErrorBody> = serde_json::from_slice(body).ok();
    // No ArchivesSpace asks for a login in this way; and what it says of a session or a record is an error of its form.
    if matches!(status, 401 | 407 | 511) || parsed.is_none() && matches!(status, 404 | 412) {
        return Error::InTheWay { status };
    }
    let raw = || String::from_utf8_lossy(body).chars().take(500).collect::<String>();
    let error = parsed.map_or_else(|| Value::String(raw()), |parsed| parsed.error);
    let text = words(&error);
    match status {
        400 => Error::Refused { messages: messages(&error) },
        412 => Error::SignedOut,
        403 => Error::Forbidden { text },
        404 => Error::NotFound { text },
        409 => Error::Conflict { kind: conflict_kind(&text), text, body: error },
        _ => Error::Server { status, text: text.chars().take(500).collect() },
    }
}

fn conflict_kind(text: &str) -> ConflictKind {
    let text = text.to_lowercase();
    if text.contains("modified since") {
        ConflictKind::Stale
    } else if text.contains("suppressed") || text.contains("read only") || text.contains("read-only") {
        ConflictKind::Suppressed
    } else {
        ConflictKind::Other
    }
}

fn words(error: &Value) -> String {
    match error {
        Value::String(text) => text.clone(),
        Value::Object(_) => sentence(&messages(error)),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join("; "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn messages(error: &Value) -> Messages {
    let list = |value: &Value| match value {
        Value::Array(items) => items.iter().map(words).collect(),
        other => vec![words(other)],
    };
    match error {
        Value::Object(map) => map.iter().map(|(path, texts)| (path.clone(), list(texts))).collect(),
        other => Messages::from([(String::new(), list(other))]),
    }
}

/// The error that the transport's error is.
pub(super) fn from_transport(error: &reqwest::Error) -> Error {
    let outcome = if error.is_connect() || error.is_builder() { Outcome::NotSent } else { Outcome::Unknown };
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    Error::Unreachable { reason, outcome }
}
