//! Sending and taking, and what waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use record::api::command::{ApiError, Empty, OutboxRow, Progress, SyncReport, Touched};
use store::{Head, Op};

use super::state::{LAST_SYNC, sync_status};
use super::touched::tell;
use crate::desk::Running;
use crate::error::code;
use crate::{Desk, Failure};

/// `sync`: takes what is new on the server and sends what is new here. Waits for its end; progress comes as events.
///
/// # Errors
/// When this desk was never connected, another sync runs, or the server cannot be reached.
pub fn sync(desk: &Desk, _: Empty) -> Result<SyncReport, Failure> {
    let client = desk.client()?;
    let stop = Arc::new(AtomicBool::new(false));
    {
        let mut contact = desk.contact();
        if contact.running.is_some() {
            return Err(Failure(code("sync_running")));
        }
        contact.running = Some(Running { progress: Progress::default(), stop: Arc::clone(&stop) });
    }
    tell_status(desk);
    let (store, teller, task) = (desk.store().clone(), desk.inner().teller.clone(), desk.clone());
    let done = desk.wait(async move {
        let progress = move |progress: Progress| {
            teller.progress(&progress);
            if let Some(running) = &mut task.contact().running {
                running.progress = progress;
            }
        };
        let cancelled = move || stop.load(Ordering::Relaxed);
        crate::sync::run(&store, &client, crate::sync::Watch { cancelled: &cancelled, progress: &progress }).await
    });
    finish(desk, done)
}

/// Writes down how the sync ended, and tells everybody.
fn finish(desk: &Desk, done: Result<Result<SyncReport, crate::sync::Error>, ApiError>) -> Result<SyncReport, Failure> {
    let result = done.and_then(|result| result.map_err(|error| error.to_api()));
    {
        let mut contact = desk.contact();
        contact.running = None;
        contact.signed_out = result.as_ref().is_err_and(|error| error.code == "signed_out");
        contact.online = !result.as_ref().is_err_and(|error| error.code == "unreachable") && !contact.signed_out;
        contact.problem = result.as_ref().err().filter(|error| error.code != "cancelled").cloned();
    }
    if result.is_ok() {
        let at = jiff::Timestamp::now().to_string();
        desk.store().write(Op::repeatable("sync", &desk.author()), |tx| tx.set_setting(LAST_SYNC, Some(&at)))?;
    }
    tell_status(desk);
    // Anything may have changed.
    desk.inner().teller.changed(&["*".to_owned()]);
    Ok(result?)
}

fn tell_status(desk: &Desk) {
    match sync_status(desk, Empty {}) {
        Ok(status) => desk.inner().teller.sync(&status),
        Err(error) => tracing::warn!(code = error.0.code, "sync status"),
    }
}

/// `cancel_sync`: the running sync ends after what it is doing; nothing is lost.
///
/// # Errors
/// Never.
pub fn cancel_sync(desk: &Desk, _: Empty) -> Result<Touched, Failure> {
    if let Some(running) = &desk.contact().running {
        running.stop.store(true, Ordering::Relaxed);
    }
    Ok(tell(desk, vec!["sync".to_owned()], None))
}

/// `outbox`: the records that wait to be sent.
///
/// # Errors
/// When the disk fails.
pub fn outbox(desk: &Desk, _: Empty) -> Result<Vec<OutboxRow>, Failure> {
    Ok(desk.store().read(|r| {
        let mut rows = Vec::new();
        for head in r.unsent()? {
            let problem = r.refusal(&head.uri)?;
            let state = match (r.has_conflict(head.id)?, &problem) {
                (true, _) => "conflict",
                (false, Some(_)) => "refused",
                (false, None) => "waiting",
            };
            rows.push(OutboxRow {
                action: action(&head).to_owned(),
                kind: head.kind.to_owned(),
                title: head.title,
                state: state.to_owned(),
                problem,
                at: Some(head.modified.to_string()),
                uri: head.uri,
            });
        }
        for gone in r.unsent_deletions()? {
            rows.push(OutboxRow {
                uri: gone.uri,
                kind: gone.kind.to_owned(),
                title: gone.title,
                action: "delete".to_owned(),
                state: "waiting".to_owned(),
                problem: None,
                at: jiff::Timestamp::from_millisecond(gone.at).ok().map(|at| at.to_string()),
            });
        }
        Ok(rows)
    })?)
}

fn action(head: &Head) -> &'static str {
    match (head.is_local(), head.edits) {
        (true, _) => "create",
        (false, 0) => "move",
        (false, _) => "update",
    }
}
