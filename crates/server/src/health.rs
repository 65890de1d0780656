//! `/health`: whether the server can do its work; `/health/live`: whether it answers at all.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};

/// Seconds that the trial of writing holds: anybody may ask, and each trial goes to the disk.
const HOLDS: i64 = 5;

/// Changes that a search takes from memory without waiting for the index.
const FROM_MEMORY: i64 = 1_000;

/// Ready: 200 when the store can be written and the index had caught up once since the start, but for what a search
/// takes from memory; else 503. How far the
/// index is behind after that is told, and is no reason: searches find what it has not yet.
pub(crate) fn ready(call: &Call<'_>) -> Answer {
    let app = call.app;
    let seq = app.read(|reader| Ok(reader.seq()?))?;
    let behind = (seq - app.store.indexed()).max(0);
    if behind <= FROM_MEMORY {
        app.health.caught_up.store(true, Ordering::Relaxed);
    }
    let caught_up = app.health.caught_up.load(Ordering::Relaxed);
    let writable = writable(app)?;
    let ready = writable && caught_up;
    let status = if ready { "ok" } else { "unavailable" };
    let told = json!({
        "status": status, "seq": seq, "writable": writable,
        "index": {"caught_up": caught_up, "behind": behind},
    });
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(Reply::json(told).with_status(code))
}

/// Alive: it answers.
pub(crate) fn live(_: &Call<'_>) -> Answer {
    Ok(Reply::json(json!({"status": "ok"})))
}

fn writable(app: &App) -> Result<bool, Failure> {
    let now = (app.now)().as_second();
    let mut last = app.health.tried.lock().map_err(|error| Failure::Fault(error.to_string()))?;
    if let Some((at, found)) = *last
        && (0..HOLDS).contains(&(now - at))
    {
        return Ok(found);
    }
    let tried = app.store.try_writing();
    if let Err(error) = &tried {
        tracing::error!(%error, "the data cannot be written");
    }
    *last = Some((now, tried.is_ok()));
    Ok(tried.is_ok())
}

/// What is known of the server's health.
#[derive(Default)]
pub(crate) struct Health {
    caught_up: std::sync::atomic::AtomicBool,
    /// When writing was last tried, and whether it could be done.
    tried: std::sync::Mutex<Option<(i64, bool)>>,
}
