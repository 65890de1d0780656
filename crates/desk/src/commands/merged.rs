//! Edits of a record that was merged into another one on the server meanwhile.

use record::api::command::{Side, Touched, UriInput};
use record::{Record, merge};
use serde_json::Map;
use store::{Op, Tx};

use super::decided::Decided;
use super::records::{address, registry};
use super::touched::{tags, tell};
use super::values::problems;
use crate::error::with;
use crate::sync::became;
use crate::{Desk, Failure};

/// `carry_over`: what was edited here goes into the draft of the record that the edited one was merged into, to be
/// looked at and saved there; the edited one is let go of.
///
/// # Errors
/// When the record is not in conflict because it was merged away, or the disk fails.
pub fn carry_over(desk: &Desk, input: UriInput) -> Result<Touched, Failure> {
    let uri = address(&input.uri)?;
    let by = desk.author();
    let found = desk.store().read(|r| {
        let Some(conflict) = r.conflict(&input.uri)?.filter(|one| one.reason == "gone") else {
            return Ok(None);
        };
        let into = became(r, conflict.head.id)?.map(|into| r.get(&into)).transpose()?.flatten();
        let Some(into) = into else { return Ok(None) };
        let nothing = || Record::new(uri.kind, Map::new());
        let (mine, base) = (r.expect(&input.uri)?.record(), r.base(&input.uri)?.unwrap_or_else(nothing));
        let there = r.draft(&into.uri)?.map_or_else(|| into.doc.clone(), |draft| draft.doc);
        let there = Record::new(into.kind, there);
        // Nothing is saved by this: where both have something, mine is shown.
        let joined =
            merge::resolve(registry(), &|record| problems(r, record), (&base, &mine, &there), &|_| {
                Some(Side::Mine)
            });
        Ok(Some((into, joined.record)))
    })?;
    let Some((into, joined)) = found else {
        return Err(Failure(with("not_merged", &[("uri", &input.uri)])));
    };
    desk.store().keep_draft(&into.uri, into.kind, into.head.repo.as_deref(), &joined.doc)?;
    let (mut touched, op) = desk.store().write(Op::typed("resolve", &by), |tx| let_go(tx, &input.uri))?;
    touched.extend(["conflicts", "sync", "drafts"].map(str::to_owned));
    touched.push(format!("record:{}", into.uri));
    Ok(tell(desk, touched, Some(op)))
}

fn let_go(tx: &mut Tx<'_>, uri: &str) -> Result<Vec<String>, store::Error> {
    let Some(conflict) = tx.conflict(uri)? else { return Ok(Vec::new()) };
    let decided = Decided::of(tx, &conflict)?;
    tx.clear_conflict(uri)?;
    tx.apply_gone(uri)?;
    decided.keep(tx)?;
    Ok(tags(tx.changed()))
}
