//! Operations taken back and done again, and the versions of a record.

use record::api::command::{Empty, Operation, Touched, UndoInput, UriInput, Version};
use store::{Op, Tx};

use super::touched::{tags, tell};
use crate::{Desk, Failure};

/// Most operations of one answer.
const MOST_OPERATIONS: u64 = 100;

/// `undo`: the newest operation, or a named one.
///
/// # Errors
/// When there is none, or what it changed was changed again since.
pub fn undo(desk: &Desk, input: UndoInput) -> Result<Touched, Failure> {
    write(desk, "undo", |tx| tx.undo(input.op))
}

/// `redo`: the operation that was taken back last.
///
/// # Errors
/// When there is none.
pub fn redo(desk: &Desk, _: Empty) -> Result<Touched, Failure> {
    write(desk, "redo", |tx| tx.redo())
}

fn write(
    desk: &Desk,
    name: &str,
    f: impl FnOnce(&mut Tx<'_>) -> Result<(), store::Error>,
) -> Result<Touched, Failure> {
    let by = desk.author();
    let (touched, op) = desk.store().write(Op::typed(name, &by), |tx| {
        f(tx)?;
        Ok(tags(tx.changed()))
    })?;
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
