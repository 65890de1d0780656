//! Sending and taking, and what waits.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use record::api::command::{Empty, Progress, SyncReport, Touched};
use store::{ChangeKind, Changed, Event, Op};

use super::news::begin_news;
use super::state::{LAST_SYNC, sync_status};
use super::touched::{tags, tell};
use crate::desk::Running;
use crate::error::code;
use crate::rest::Client;
use crate::sync::{self as engine, Watch};
use crate::{Desk, Failure};

/// Held while a sync runs, so that no second program syncs the same folder.
const LOCK: &str = "sync.lock";

/// `sync`: takes what is new on the server and sends what is new here. Waits for its end; progress comes as events.
///
/// # Errors
/// When this desk was never connected, another sync runs, or the server cannot be reached.
pub fn sync(desk: &Desk, _: Empty) -> Result<SyncReport, Failure> {
    let client = desk.client()?;
    let lock = File::create(desk.store().dir().join(LOCK)).map_err(store::Error::Io)?;
    if lock.try_lock().is_err() {
        return Err(Failure(code("sync_running")));
    }
    if let Some(path) = engine::before_whole(desk.store())? {
        tracing::info!(path = %path.display(), "copied before a whole sync");
    }
    let before = desk.store().read(|r| r.seq())?;
    let stop = begin(desk);
    let ended = run(desk, client, stop);
    drop(lock);
    finish(desk, before, ended)
}

fn begin(desk: &Desk) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let progress = Progress { task: "pull".to_owned(), done: 0, total: 0 };
    desk.contact().running = Some(Running { progress, stop: Arc::clone(&stop) });
    tell_status(desk);
    stop
}

fn run(desk: &Desk, client: Client, stop: Arc<AtomicBool>) -> Result<SyncReport, engine::Error> {
    let (store, teller) = (desk.store().clone(), desk.inner().teller.clone());
    let contact = Arc::clone(&desk.inner().contact);
    let done = desk.wait(async move {
        let cancelled = move || stop.load(Ordering::Relaxed);
        let progress = move |progress: Progress| {
            if let Ok(mut contact) = contact.lock()
                && let Some(running) = &mut contact.running
            {
                running.progress = progress.clone();
            }
            teller.progress(&progress);
        };
        engine::run(&store, &client, Watch { cancelled: &cancelled, progress: &progress }).await
    });
    done.unwrap_or(Err(engine::Error::BrokeDown))
}

fn tell_status(desk: &Desk) {
    match sync_status(desk, Empty {}) {
        Ok(status) => desk.inner().teller.sync(&status),
        Err(error) => tracing::warn!(code = error.0.code, "sync status"),
    }
}

/// Notes how it went, and tells what changed.
fn finish(desk: &Desk, before: i64, ended: Result<SyncReport, engine::Error>) -> Result<SyncReport, Failure> {
    desk.inner().reached.store(ended.is_ok(), Ordering::Relaxed);
    if ended.is_ok() {
        let (by, now) = (desk.author(), store::seconds(jiff::Timestamp::now()));
        desk.store().write(Op::typed("sync", &by), |tx| {
            tx.set_setting(LAST_SYNC, Some(&now))?;
            begin_news(tx, &by)
        })?;
    }
    let problem = ended.as_ref().err().map(engine::Error::to_api);
    {
        let mut contact = desk.contact();
        contact.running = None;
        let reason = problem.as_ref().map(|problem| problem.code.as_str());
        contact.online = !matches!(reason, Some("unreachable" | "signed_out" | "in_the_way"));
        contact.signed_out = reason == Some("signed_out");
        contact.problem = problem.clone().filter(|problem| problem.code != "cancelled");
    }
    tell(desk, since(desk, before)?, None);
    tell_status(desk);
    ended.map_err(|_| Failure(problem.unwrap_or_else(|| code("internal"))))
}

/// Tags of everything that changed after a moment.
fn since(desk: &Desk, before: i64) -> Result<Vec<String>, Failure> {
    /// Beyond this, everything is asked again.
    const MOST: u64 = 2_000;
    let entries = desk.store().read(|r| r.feed(before, MOST, None))?;
    let mut tags = if u64::try_from(entries.len()).is_ok_and(|count| count < MOST) {
        let changed = |entry: store::Entry| Changed {
            uri: entry.uri,
            kind: entry.kind,
            root: match entry.event {
                Event::Saved { head, .. } => head.root,
                Event::Deleted { .. } => None,
            },
            change: ChangeKind::Updated,
        };
        self::tags(&entries.into_iter().map(changed).collect::<Vec<_>>())
    } else {
        ["record:*", "list:*", "tree:*"].map(str::to_owned).to_vec()
    };
    tags.extend(["sync", "conflicts", "repositories"].map(str::to_owned));
    Ok(tags)
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
