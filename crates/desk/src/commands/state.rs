//! What the frame of the window shows.

use record::api::command::{Empty, RepositoryState, State, SyncStatus};
use store::List;

use super::history::operation;
use crate::{Desk, Failure};

/// Setting: address of the server.
pub(crate) const SERVER: &str = "server";
/// Setting: user name there.
pub(crate) const USER: &str = "user";
/// Setting: end of the last complete sync.
pub(crate) const LAST_SYNC: &str = "last_sync";

/// Setting: present while this desk syncs only when asked to.
pub(crate) const PAUSED: &str = "sync.paused";

/// `state`.
///
/// # Errors
/// When the disk fails.
pub fn state(desk: &Desk, _: Empty) -> Result<State, Failure> {
    let (undo, redo) = desk.store().read(|r| Ok((r.undoable()?, r.redoable()?)))?;
    Ok(State {
        repositories: repositories(desk)?,
        sync: sync_status(desk, Empty {})?,
        undo: undo.map(operation),
        redo: redo.map(operation),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// The repositories held here, with their records counted.
pub(crate) fn repositories(desk: &Desk) -> Result<Vec<RepositoryState>, Failure> {
    let list = desk.store().read(|r| {
        let mut repositories = Vec::new();
        for stored in r.list_full(&List::by_title(&["repository"], None, 0, 10_000))? {
            let (head, record) = (stored.head.clone(), stored.record());
            repositories.push(RepositoryState {
                code: record.text("repo_code").unwrap_or_default().to_owned(),
                name: record.text("name").unwrap_or(&head.title).to_owned(),
                counts: r.counts_by_kind(Some(&head.uri))?,
                uri: head.uri,
            });
        }
        Ok(repositories)
    })?;
    Ok(list)
}

/// `sync_status`.
///
/// # Errors
/// When the disk fails.
pub fn sync_status(desk: &Desk, _: Empty) -> Result<SyncStatus, Failure> {
    let user = desk.author();
    let mut status = desk.store().read(|r| {
        Ok(SyncStatus {
            server: r.setting(SERVER)?,
            user: r.setting(USER)?,
            outbox: r.unsent_count()?,
            waiting: r.waiting_count()?,
            conflicts: r.conflict_count()?,
            news: super::news::count(r, &user)?,
            drafts: r.draft_count()?,
            refused: r.refusal_count()?,
            last_sync: r.setting(LAST_SYNC)?,
            paused: r.setting(PAUSED)?.is_some(),
            vanish_share: crate::sync::share(r)?,
            ..SyncStatus::default()
        })
    })?;
    let contact = desk.contact();
    status.online = contact.online;
    status.signed_out = contact.signed_out;
    status.problem = contact.problem.clone();
    status.running = contact.running.is_some();
    status.progress = contact.running.as_ref().map(|running| running.progress.clone());
    Ok(status)
}
