//! What waits to be sent, each record with its state, and what a sync would do now.

use std::collections::HashMap;

use record::api::command::{Crumb, Empty, OutboxRow, SyncPreview};
use store::{Gone, Head, Reader};

use crate::sync as engine;
use crate::{Desk, Failure};

/// `outbox`: the records that wait to be sent.
///
/// # Errors
/// When the disk fails.
pub fn outbox(desk: &Desk, _: Empty) -> Result<Vec<OutboxRow>, Failure> {
    let sending = desk.contact().running.is_some();
    Ok(desk.store().read(|r| rows(r, sending))?)
}

/// `sync_preview`: what a sync would send and receive now. Asks the server, and writes nothing.
///
/// # Errors
/// When this desk was never connected, the server cannot be reached, or a sync would stop and ask.
pub fn sync_preview(desk: &Desk, _: Empty) -> Result<SyncPreview, Failure> {
    let (client, store) = (desk.client()?, desk.store().clone());
    let ahead = desk.wait(async move { engine::preview(&store, &client).await })?;
    let ahead = ahead.map_err(|error| Failure(error.to_api()))?;
    let mut waiting = outbox(desk, Empty {})?;
    let ranks: HashMap<&str, usize> =
        ahead.order.iter().enumerate().map(|(rank, uri)| (uri.as_str(), rank)).collect();
    // What a person has to look at first is not sent.
    let stays = |row: &OutboxRow| matches!(row.state.as_str(), "conflict" | "waits");
    waiting.sort_by_key(|row| (stays(row), ranks.get(row.uri.as_str()).copied().unwrap_or(usize::MAX)));
    Ok(SyncPreview { sent: waiting, received: ahead.received, more: ahead.more, whole: ahead.whole })
}

fn rows(r: &Reader<'_>, sending: bool) -> Result<Vec<OutboxRow>, store::Error> {
    let unanswered = engine::unanswered(r)?;
    let lacking = engine::lacking_values(r)?;
    let mut rows = Vec::new();
    for head in r.unsent()? {
        let problem = r.refusal(&head.uri)?;
        let value = match &problem {
            Some(_) => r.get(&head.uri)?.and_then(|stored| lacking.used_by(&stored.doc)),
            None => None,
        };
        let waits_for = waits_for(r, &head)?;
        let state = match (r.has_conflict(head.id)?, &problem, &value) {
            (true, ..) => "conflict",
            (false, Some(_), Some(_)) => "needs_value",
            (false, Some(_), None) => "refused",
            (false, None, _) if waits_for.is_some() => "waits",
            (false, None, _) if unanswered.contains(&head.id) && sending => "sending",
            (false, None, _) if unanswered.contains(&head.id) => "unanswered",
            (false, None, _) => "waiting",
        };
        rows.push(OutboxRow {
            action: action(&head).to_owned(),
            kind: head.kind.to_owned(),
            title: head.title,
            state: state.to_owned(),
            problem,
            waits_for,
            value,
            at: Some(head.modified.to_string()),
            uri: head.uri,
        });
    }
    rows.extend(r.unsent_deletions()?.into_iter().map(deletion));
    Ok(rows)
}

fn deletion(gone: Gone) -> OutboxRow {
    OutboxRow {
        uri: gone.uri,
        kind: gone.kind.to_owned(),
        title: gone.title,
        action: "delete".to_owned(),
        state: "waiting".to_owned(),
        problem: None,
        waits_for: None,
        value: None,
        at: jiff::Timestamp::from_millisecond(gone.at).ok().map(|at| at.to_string()),
    }
}

/// What a record hangs below or lives in that was never sent and needs a person first.
fn waits_for(r: &Reader<'_>, head: &Head) -> Result<Option<Crumb>, store::Error> {
    for above in [&head.repo, &head.root, &head.parent].into_iter().flatten() {
        let Some(above) = r.head(above)?.filter(Head::is_local) else { continue };
        if r.has_conflict(above.id)? || r.refusal(&above.uri)?.is_some() {
            return Ok(Some(Crumb { uri: above.uri, title: above.title }));
        }
        if let Some(further) = waits_for(r, &above)? {
            return Ok(Some(further));
        }
    }
    Ok(None)
}

fn action(head: &Head) -> &'static str {
    match (head.is_local(), head.edits) {
        (true, _) => "create",
        (false, 0) => "move",
        (false, _) => "update",
    }
}
