//! The ways out where a sync has stopped by itself: the server's data are not what they were.

use record::api::command::{AnswerInput, Empty, Holds, SyncSettings, SyncStatus};
use store::Op;

use super::state::sync_status;
use crate::error::{bad_input, with};
use crate::sync::{self as engine, Decision};
use crate::{Desk, Failure};

/// `answer_sync`: notes what a person decided, with a copy of everything here kept first. The next sync carries it out.
///
/// # Errors
/// When the last sync did not end with this problem, or the disk fails.
pub fn answer_sync(desk: &Desk, input: AnswerInput) -> Result<SyncStatus, Failure> {
    let stands = desk.contact().problem.as_ref().is_some_and(|problem| problem.code == input.problem);
    if !stands || !matches!(input.problem.as_str(), "vanished" | "set_back" | "other_data") {
        return Err(Failure(with("no_such_problem", &[("problem", &input.problem)])));
    }
    if let Some(path) = engine::before_decision(desk.store())? {
        tracing::info!(path = %path.display(), "copied before a decision");
    }
    let by = desk.author();
    desk.store().write(Op::typed("settings", &by), |tx| match (input.problem.as_str(), input.holds) {
        ("vanished", Holds::Mine) => engine::decide(tx, Decision::Keep),
        ("vanished", Holds::Theirs) => engine::decide(tx, Decision::Remove),
        (_, Holds::Mine) => engine::begin_anew(tx, engine::Holds::Mine),
        (_, Holds::Theirs) => engine::begin_anew(tx, engine::Holds::Theirs),
    })?;
    {
        let mut contact = desk.contact();
        contact.problem = None;
        // It knows the server by its former data.
        contact.client = None;
    }
    told(desk)
}

/// `sync_settings`.
///
/// # Errors
/// When a value is none, or the disk fails.
pub fn sync_settings(desk: &Desk, input: SyncSettings) -> Result<SyncStatus, Failure> {
    if let Some(share) = input.vanish_share {
        if !(1..=100).contains(&share) {
            return Err(Failure(bad_input(&format!(
                "vanish_share: {share} is not a share of 1 to 100 percent"
            ))));
        }
        let by = desk.author();
        desk.store().write(Op::typed("settings", &by), |tx| {
            tx.set_setting(engine::SHARE, Some(&share.to_string()))
        })?;
    }
    told(desk)
}

fn told(desk: &Desk) -> Result<SyncStatus, Failure> {
    desk.inner().nudge.notify_one();
    let status = sync_status(desk, Empty {})?;
    desk.inner().teller.sync(&status);
    Ok(status)
}
