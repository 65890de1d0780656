//! Syncing by itself: soon after the program starts, soon after something was saved, and every while.
//!
//! A task of the desk's own threads waits; [`rhythm`] says for how long. It holds the desk weakly, so that the
//! desk ends when its window does.

mod rhythm;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Instant;

use record::api::command::{Empty, PauseInput, SyncStatus};
use store::Op;

use self::rhythm::{Outcome, Rhythm};
use crate::commands::{self, PAUSED};
use crate::desk::Inner;
use crate::{Desk, Failure};

impl Desk {
    /// Keeps this desk in sync for as long as it is open. Without it, only a person's command syncs.
    /// Nor with [`crate::Options::sync_by_itself`] off.
    pub fn keep_in_sync(&self) {
        if !self.syncs_by_itself() {
            return;
        }
        let (desk, nudge) = (Arc::downgrade(self.shared()), Arc::clone(&self.inner().nudge));
        let reached = Arc::clone(&self.inner().reached);
        self.spawn(async move {
            let mut rhythm = Rhythm::new(Instant::now());
            loop {
                let wait = rhythm.due().saturating_duration_since(Instant::now());
                tokio::select! {
                    () = nudge.notified() => rhythm.edited(Instant::now(), reached.load(Ordering::Relaxed)),
                    () = tokio::time::sleep(wait) => {
                        let desk = Weak::clone(&desk);
                        let ended = tokio::task::spawn_blocking(move || attempt(&desk)).await;
                        let Some(outcome) = ended.unwrap_or(Some(Outcome::Failed)) else { break };
                        rhythm.ended(Instant::now(), outcome, jitter());
                    }
                }
            }
        });
    }
}

/// One sync, if there is anybody to sync with. `None`: the desk is gone.
fn attempt(desk: &Weak<Inner>) -> Option<Outcome> {
    let desk = Desk::of(desk.upgrade()?);
    // What cannot be read now may be read the next time.
    let Ok(status) = commands::sync_status(&desk, Empty {}) else { return Some(Outcome::Failed) };
    if status.paused || status.server.is_none() || status.signed_out {
        return Some(Outcome::NotWanted);
    }
    Some(match commands::sync(&desk, Empty {}) {
        Ok(_) => Outcome::Done,
        Err(Failure(error)) => match error.code.as_str() {
            // Only a person can end these.
            "signed_out" | "other_data" | "set_back" | "vanished" | "cancelled" => Outcome::NotWanted,
            _ => Outcome::Failed,
        },
    })
}

/// A share of the waiting time, so that an office whose server comes back does not come all at once.
fn jitter() -> f64 {
    let mut bytes = [0; 2];
    // Without randomness everybody waits equally long: no reason to fail.
    if getrandom::fill(&mut bytes).is_err() {
        return 0.5;
    }
    f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX)
}

/// `pause_sync`: syncs only when asked to, or by itself again. Kept for the next start.
///
/// # Errors
/// When the disk fails.
pub(crate) fn pause_sync(desk: &Desk, input: PauseInput) -> Result<SyncStatus, Failure> {
    let by = desk.author();
    let value = input.paused.then_some("yes");
    desk.store().write(Op::typed("settings", &by), |tx| tx.set_setting(PAUSED, value))?;
    desk.inner().nudge.notify_one();
    let status = commands::sync_status(desk, Empty {})?;
    desk.inner().teller.sync(&status);
    Ok(status)
}
