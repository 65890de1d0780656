//! What was changed here and on the server in ways that contradict, and how it ends.

use record::api::command::{Conflict, Crumb, Empty, ResolveInput, SaveOutput, Side};
use record::{Problem, Record, Severity, merge};
use serde_json::{Map, Value};
use store::{Op, Reader, Stored, Tx};

use super::decided::{Decided, asked_again, begun_from, take};
use super::records::{address, registry};
use super::touched::{tags, tell};
use super::values::problems;
use crate::error::with;
use crate::sync::became;
use crate::{Desk, Failure};

/// `conflicts`, the oldest first.
///
/// # Errors
/// When the disk fails.
pub fn conflicts(desk: &Desk, _: Empty) -> Result<Vec<Conflict>, Failure> {
    Ok(desk
        .store()
        .read(|r| r.conflicts()?.into_iter().map(|conflict| conflict_of(r, conflict)).collect())?)
}

/// As the window shows it.
pub(super) fn conflict_of(r: &Reader<'_>, conflict: store::Conflict) -> Result<Conflict, store::Error> {
    let became = became(r, conflict.head.id)?.map(|uri| r.head(&uri)).transpose()?.flatten();
    Ok(Conflict {
        became: became.filter(|head| head.held).map(|head| Crumb { uri: head.uri, title: head.title }),
        uri: conflict.head.uri,
        kind: conflict.head.kind.to_owned(),
        title: conflict.head.title,
        reason: conflict.reason,
        fields: conflict.fields,
        by: conflict.by,
        at: conflict.at,
        lock_version: conflict.lock_version,
    })
}

/// How a conflict ends.
enum Ending {
    /// This document is sent, over the server's version.
    Merged(Map<String, Value>),
    /// The server's document stands; nothing is to be sent.
    Theirs(Map<String, Value>),
    /// It is removed here as well.
    Removed,
    /// It was removed there and is made again from what is here.
    MadeAgain,
    /// It is deleted there as well.
    Deleted,
}

/// `resolve_conflict`: an ordinary save over what the server has.
///
/// # Errors
/// When there is no conflict, or a clash was left undecided.
pub fn resolve_conflict(desk: &Desk, input: ResolveInput) -> Result<SaveOutput, Failure> {
    address(&input.uri)?;
    let by = desk.author();
    // Read and written in one transaction: a sync in the background may bring a newer version in between.
    let (outcome, op) = desk.store().write(Op::typed("resolve", &by), |tx| resolve(tx, &input))?;
    match outcome {
        Outcome::Not(failure) => Err(failure),
        Outcome::Wrong(problems) => {
            Ok(SaveOutput { saved: false, problems, record: None, touched: Vec::new(), op: None })
        }
        Outcome::Saved { record, problems, mut touched } => {
            touched.extend(["conflicts".to_owned(), format!("record:{}", input.uri), "sync".to_owned()]);
            let told = tell(desk, touched, Some(op));
            Ok(SaveOutput { saved: true, problems, record, touched: told.touched, op: told.op })
        }
    }
}

/// What became of a decision.
enum Outcome {
    Not(Failure),
    Wrong(Vec<Problem>),
    Saved { record: Option<Map<String, Value>>, problems: Vec<Problem>, touched: Vec<String> },
}

fn resolve(tx: &mut Tx<'_>, input: &ResolveInput) -> Result<Outcome, store::Error> {
    let Some(conflict) = tx.conflict(&input.uri)? else {
        return Ok(Outcome::Not(Failure(with("no_conflict", &[("uri", &input.uri)]))));
    };
    let lock_version = conflict.lock_version;
    let (decided, again) = (Decided::of(tx, &conflict)?, asked_again(tx, &conflict)?.is_some());
    if input.lock_version.is_some_and(|seen| seen != lock_version) {
        return Ok(Outcome::Not(Failure(with("conflict_changed", &[("uri", &input.uri)]))));
    }
    let (ending, problems) = match end(tx, input, conflict)? {
        // What was decided before is on the server by now: theirs is an edit of it.
        Ok((Ending::Theirs(theirs), problems)) if again => (Ending::Merged(theirs), problems),
        Ok(decided) => decided,
        Err(failure) => return Ok(Outcome::Not(failure)),
    };
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Ok(Outcome::Wrong(problems));
    }
    let base = if again { tx.base(&input.uri)?.map(|base| base.doc) } else { None };
    let saved = write(tx, &input.uri, ending, base, lock_version)?;
    decided.keep(tx)?;
    let record = saved.map(|saved| tx.to_api(&saved)).transpose()?;
    Ok(Outcome::Saved { record, problems, touched: tags(tx.changed()) })
}

type Ended = Result<(Ending, Vec<Problem>), Failure>;

fn end(r: &Reader<'_>, input: &ResolveInput, conflict: store::Conflict) -> Result<Ended, store::Error> {
    let whole = |side| input.take == Some(side) && input.fields.is_empty() && input.record.is_none();
    let unproblematic = |ending| Ok(Ok((ending, Vec::new())));
    match (conflict.reason.as_str(), conflict.theirs) {
        ("gone", _) | (_, None) if whole(Side::Theirs) => unproblematic(Ending::Removed),
        ("gone", _) | (_, None) => unproblematic(Ending::MadeAgain),
        ("deleted", Some(_)) if whole(Side::Mine) => unproblematic(Ending::Deleted),
        (_, Some(theirs)) if whole(Side::Theirs) => unproblematic(Ending::Theirs(theirs)),
        (_, Some(theirs)) => merged(r, input, theirs),
    }
}

fn merged(r: &Reader<'_>, input: &ResolveInput, theirs: Map<String, Value>) -> Result<Ended, store::Error> {
    let mine = r.expect(&input.uri)?.record();
    let begun = r.conflict(&input.uri)?.map(|conflict| begun_from(r, &conflict)).transpose()?.flatten();
    let kind = mine.kind.clone();
    let problems = |record: &Record| problems(r, record);
    let decided = match &input.record {
        Some(doc) => Record::new(kind, doc.clone()),
        None => {
            let base = begun.unwrap_or_else(|| Record::new(kind.clone(), Map::new()));
            let theirs = Record::new(kind, theirs);
            let choose = |pointer: &str| input.fields.get(pointer).copied().or(input.take);
            let merged = merge::resolve(registry(), &problems, (&base, &mine, &theirs), &choose);
            if let Some(clash) = merged.clashes.first() {
                return Ok(Err(Failure(with("undecided", &[("pointer", &clash.pointer)]))));
            }
            merged.record
        }
    };
    let found = problems(&decided);
    Ok(Ok((Ending::Merged(decided.doc), found)))
}

/// `base`: what the server has, where that is not its side of the question.
fn write(
    tx: &mut Tx<'_>,
    uri: &str,
    ending: Ending,
    base: Option<Map<String, Value>>,
    lock_version: i64,
) -> Result<Option<Stored>, store::Error> {
    let theirs = tx.conflict(uri)?.and_then(|conflict| conflict.theirs).unwrap_or_default();
    tx.clear_conflict(uri)?;
    match ending {
        Ending::Merged(doc) => tx.rebase(uri, doc, base.unwrap_or(theirs), lock_version).map(Some),
        Ending::Theirs(doc) => take(tx, uri, doc, lock_version).map(Some),
        Ending::Removed => tx.apply_gone(uri).map(|()| None),
        Ending::Deleted => tx.delete(uri).map(|()| None),
        Ending::MadeAgain => tx.make_again(uri).map(Some),
    }
}
