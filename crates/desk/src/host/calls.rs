//! `POST /call/<name>`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use record::api::command::ApiError;
use serde_json::Value;

use crate::{Desk, commands, error};

/// Runs a command off the async threads; a panic in it is an error to the caller.
pub(super) async fn call(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // Forms of other pages cannot send this type without being asked first.
    let json = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    if !json.is_some_and(|kind| kind.trim_start().starts_with("application/json")) {
        return answer(Err(error::bad_input("the body must be application/json")));
    }
    let input: Value = match body.as_ref() {
        b"" => Value::Object(serde_json::Map::new()),
        text => match serde_json::from_slice(text) {
            Ok(input) => input,
            Err(error) => return answer(Err(error::bad_input(&error.to_string()))),
        },
    };
    let done = tokio::task::spawn_blocking(move || commands::call(&desk, &name, input)).await;
    answer(done.unwrap_or_else(|_| Err(error::code("internal"))))
}

fn answer(result: Result<Value, ApiError>) -> Response {
    match result {
        Ok(output) => ([(header::CACHE_CONTROL, "no-store")], Json(output)).into_response(),
        Err(error) => {
            (status(&error.code), [(header::CACHE_CONTROL, "no-store")], Json(error)).into_response()
        }
    }
}

fn status(code: &str) -> StatusCode {
    match code {
        "not_found" | "unknown_command" => StatusCode::NOT_FOUND,
        "internal" | "storage" | "damaged" => StatusCode::INTERNAL_SERVER_ERROR,
        "stale" | "conflict" | "busy" => StatusCode::CONFLICT,
        "unreachable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
