//! What was typed and not saved. A draft survives the end of the program, however it ends.

use record::Record;
use record::api::command::{DraftRow, Empty, SaveInput, Touched, UriInput};
use record::derive;

use super::records::{address, registry};
use super::touched::tell;
use crate::{Desk, Failure};

/// `keep_draft`.
///
/// # Errors
/// When the address is none, or the disk fails.
pub fn keep_draft(desk: &Desk, input: SaveInput) -> Result<Touched, Failure> {
    let uri = address(&input.uri)?;
    desk.store().keep_draft(&input.uri, &input.kind, uri.repository().as_deref(), &input.record)?;
    Ok(tell(desk, vec!["drafts".to_owned(), format!("draft:{}", input.uri)], None))
}

/// `discard_draft`.
///
/// # Errors
/// When the disk fails.
pub fn discard_draft(desk: &Desk, input: UriInput) -> Result<Touched, Failure> {
    desk.store().discard_draft(&input.uri)?;
    Ok(tell(desk, vec!["drafts".to_owned(), format!("record:{}", input.uri)], None))
}

/// `drafts`, newest first.
///
/// # Errors
/// When the disk fails.
pub fn drafts(desk: &Desk, _: Empty) -> Result<Vec<DraftRow>, Failure> {
    let drafts = desk.store().read(|r| r.drafts())?;
    Ok(drafts
        .into_iter()
        .map(|draft| {
            let record = Record::new(draft.kind.clone(), draft.doc);
            let title = derive::title(registry(), &record);
            DraftRow { uri: draft.uri, kind: draft.kind, title, kept: draft.kept.to_string() }
        })
        .collect())
}
