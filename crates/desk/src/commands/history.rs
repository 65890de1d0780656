//! Operations taken back and done again, and the versions of a record.

use record::api::command::{Empty, Operation, Touched, UndoInput, UriInput, Version};
use store::{Op, Tx};

use super::decided::Decided;
use super::touched::{tags, tell};
use crate::{Desk, Failure};

/// Most operations of one answer.
const MOST_OPERATIONS: u64 = 100;

/// `undo`: the newest operation, or a named one. What others changed since stays. A decision about a conflict that is
/// taken back is asked again.
///
/// # Errors
/// When there is none, what it changed was changed again since, or a node cannot go back to where it was.
pub fn undo(desk: &Desk, input: UndoInput) -> Result<Touched, Failure> {
    write(desk, "undo", |tx| {
        let op = match input.op {
            Some(op) => Some(op),
            None => tx.undoable()?.map(|operation| operation.op),
        };
        let decided = Decided::by(tx, op)?;
        let sent = decided.as_ref().map_or(Ok(false), |decided| decided.deletion_is_sent(tx))?;
        tx.undo(op)?;
        decided.map_or(Ok(()), |decided| decided.ask_again(tx, sent))
    })
}

/// `redo`: the operation that was taken back last.
///
/// # Errors
/// When there is none.
pub fn redo(desk: &Desk, _: Empty) -> Result<Touched, Failure> {
    write(desk, "redo", |tx| {
        let op = tx.redo()?;
        Decided::by(tx, Some(op))?.map_or(Ok(()), |decided| decided.decide_again(tx))
    })
}

fn write(
    desk: &Desk,
    name: &str,
    f: impl FnOnce(&mut Tx<'_>) -> Result<(), store::Error>,
) -> Result<Touched, Failure> {
    let by = desk.author();
    let (mut touched, op) = desk.store().write(Op::typed(name, &by), |tx| {
        f(tx)?;
        Ok(tags(tx.changed()))
    })?;
    touched.push("conflicts".to_owned());
    Ok(tell(desk, touched, Some(op)))
}

/// `operations`, newest first.
///
/// # Errors
/// When the disk fails.
pub fn operations(desk: &Desk, _: Empty) -> Result<Vec<Operation>, Failure> {
    Ok(desk.store().read(|r| r.operations(0, MOST_OPERATIONS))?.into_iter().map(operation).collect())
}

/// As the window shows it.
pub(super) fn operation(operation: store::Operation) -> Operation {
    Operation {
        op: operation.op,
        name: operation.name,
        records: operation.records,
        title: operation.title,
        at: operation.at.to_string(),
        by: operation.by,
    }
}

/// `history`: the versions of a record, the present one first.
///
/// # Errors
/// When the disk fails.
pub fn history(desk: &Desk, input: UriInput) -> Result<Vec<Version>, Failure> {
    let versions = desk.store().read(|r| r.history(&input.uri))?;
    let shown = |version: store::Version| Version {
        revision: version.revision,
        name: version.name,
        at: version.at.to_string(),
        by: version.by,
        record: version.doc,
    };
    Ok(versions.into_iter().map(shown).collect())
}
