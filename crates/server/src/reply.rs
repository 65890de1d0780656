//! Answers and refusals, and how each goes onto the wire.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use record::api::wire::{CONFLICTING_HEADER, Messages};
use serde_json::{Value, json};

use crate::changes::Await;

/// What a handler answers.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// There is nothing to say yet: the answer is for when nothing of this comes in time.
    pub(crate) awaits: Option<Await>,
    /// Nothing in it was read after a commit of its own, which is on the disk.
    pub(crate) settled: bool,
}

/// The body of an answer.
pub(crate) enum Content {
    Json(Value),
    Text {
        kind: &'static str,
        text: String,
    },
    Bytes {
        kind: &'static str,
        bytes: Vec<u8>,
    },
    /// Told while the work goes on.
    Pieces {
        kind: &'static str,
        body: Body,
    },
}

impl Reply {
    pub(crate) fn json(value: impl Into<Value>) -> Self {
        Self {
            status: StatusCode::OK,
            content: Content::Json(value.into()),
            headers: Vec::new(),
            awaits: None,
            settled: false,
        }
    }

    pub(crate) fn text(kind: &'static str, text: impl Into<String>) -> Self {
        Self {
            status: StatusCode::OK,
            content: Content::Text { kind, text: text.into() },
            headers: Vec::new(),
            awaits: None,
            settled: false,
        }
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let (kind, body) = match self.content {
            // Clients of the original see a newline at the end.
            Content::Json(value) => ("application/json", Body::from(line(&value))),
            Content::Text { kind, text } => (kind, Body::from(text)),
            Content::Bytes { kind, bytes } => (kind, Body::from(bytes)),
            Content::Pieces { kind, body } => (kind, body),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// A value in one line.
fn line(value: &Value) -> Vec<u8> {
    // Writing to memory cannot fail, and a value has no keys but texts.
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Why a request is refused.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 400: parameters that are missing or wrong, by name; or a rule of the system, by property.
    Params(Messages),
    /// 400: rules that need other records to see, by property; and the records that stand against it.
    Rules { messages: Messages, records: Vec<String> },
    /// 400: the document breaks a rule of its kind.
    Document { errors: Messages, warnings: Messages, kind: String },
    /// 400 with one sentence.
    Bad(String),
    /// 403: the caller may not.
    Denied,
    /// 403 with its own sentence or body.
    Refused(Value),
    /// 404: there is no such record; the kind as the API names its models.
    NotFound(String),
    /// 404 with its own sentence.
    NoValue(String),
    /// 404: there is no such route.
    NoRoute,
    /// 405 with the methods that there are.
    Method(Vec<&'static str>),
    /// 409.
    Conflict(Value),
    /// 412.
    Session { code: &'static str, text: String },
    /// 408: of the body nothing came for so long.
    TooSlow(Duration),
    /// 413: more than so many bytes.
    TooLarge(usize),
    /// 429: too many wrong passwords; seconds to wait.
    Throttled(i64),
    /// 501: belongs to a later piece of work.
    NotDone(String),
    /// 500: a real fault; logged, and told in one sentence.
    Fault(String),
}

/// What every handler returns.
pub(crate) type Answer = Result<Reply, Failure>;

impl Failure {
    /// One wrong parameter or property.
    pub(crate) fn param(name: &str, text: impl Into<String>) -> Self {
        Self::Params(Messages::from([(name.to_owned(), vec![text.into()])]))
    }

    /// The kind is not there: `archival_object` becomes `ArchivalObject not found`.
    pub(crate) fn missing(kind: &str) -> Self {
        Self::NotFound(model(kind))
    }

    /// The fixed sentence of a stale `lock_version`.
    pub(crate) fn stale() -> Self {
        Self::Conflict(Value::from("The record you tried to update has been modified since you fetched it."))
    }

    pub(crate) fn into_reply(self) -> Reply {
        let (status, body) = match self {
            Self::Params(messages) => (StatusCode::BAD_REQUEST, json!({"error": messages})),
            Self::Document { errors, warnings, kind } => (
                StatusCode::BAD_REQUEST,
                json!({"error": errors, "warning": warnings, "invalid_object": format!("#<{kind}>")}),
            ),
            Self::Rules { messages, records } => {
                // Clients compare the body, so what it does not name stands beside it.
                return Reply::json(json!({"error": messages}))
                    .with_status(StatusCode::BAD_REQUEST)
                    .with_header(HeaderName::from_static(CONFLICTING_HEADER), records.join(" "));
            }
            Self::Bad(text) => (StatusCode::BAD_REQUEST, json!({"error": text})),
            Self::Denied => (StatusCode::FORBIDDEN, json!({"error": "Access denied"})),
            Self::Refused(error) => (StatusCode::FORBIDDEN, json!({"error": error})),
            Self::NotFound(model) => (StatusCode::NOT_FOUND, json!({"error": format!("{model} not found")})),
            Self::NoValue(text) => (StatusCode::NOT_FOUND, json!({"error": text})),
            Self::NoRoute => (StatusCode::NOT_FOUND, json!({"error": "There is nothing at this address"})),
            Self::Method(allow) => {
                let reply = Reply::json(json!({"error": "This address does not take that method"}));
                return reply
                    .with_status(StatusCode::METHOD_NOT_ALLOWED)
                    .with_header(header::ALLOW, allow.join(", "));
            }
            Self::Conflict(error) => (StatusCode::CONFLICT, json!({"error": error})),
            Self::Session { code, text } => {
                (StatusCode::PRECONDITION_FAILED, json!({"code": code, "error": text}))
            }
            Self::TooSlow(wait) => {
                let text = format!("Nothing came of the request for {} seconds", wait.as_secs_f32());
                (StatusCode::REQUEST_TIMEOUT, json!({"error": text}))
            }
            Self::TooLarge(limit) => {
                let text = format!("The request is too large: this address takes {limit} bytes");
                (StatusCode::PAYLOAD_TOO_LARGE, json!({"error": text}))
            }
            Self::Throttled(wait) => {
                let text = format!("Too many failed logins; wait {wait} seconds and try again");
                return Reply::json(json!({"error": text}))
                    .with_status(StatusCode::TOO_MANY_REQUESTS)
                    .with_header(header::RETRY_AFTER, wait.to_string());
            }
            Self::NotDone(text) => (StatusCode::NOT_IMPLEMENTED, json!({"error": text})),
            Self::Fault(reason) => {
                tracing::error!(%reason, "a request failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    json!({"error": "The server could not do this; its log says why"}),
                )
            }
        };
        Reply::json(body).with_status(status)
    }
}

/// The name that the API's sentences give a kind: `agent_person` → `AgentPerson`.
pub(crate) fn model(kind: &str) -> String {
    kind.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}
