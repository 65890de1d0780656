//! What a decision about a conflict was made of: whoever takes it back is asked again, as before.

use record::api::command::ConflictField;
use record::{Record, canonical};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Conflict, Incoming, NewConflict, OpId, Reader, Tx};

use super::records::registry;

/// Beginning of the cursors that keep what a decision was about, by its operation.
const DECIDED: &str = "decided:";
/// Beginning of the cursors that keep, by row, what both sides of a question began from that is asked again after its
/// decision was sent: what the server has is the decision by then.
const ASKED: &str = "asked:";

/// A conflict as it was when it was decided.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Decided {
    uri: String,
    reason: String,
    theirs: Option<Map<String, Value>>,
    lock_version: i64,
    by: Option<String>,
    at: Option<String>,
    fields: Vec<ConflictField>,
    /// Of the record: edits, version and base.
    edits: i64,
    from: i64,
    base: Option<Map<String, Value>>,
}

impl Decided {
    pub(super) fn of(tx: &Tx<'_>, conflict: &Conflict) -> Result<Self, store::Error> {
        let head = &conflict.head;
        Ok(Self {
            uri: head.uri.clone(),
            reason: conflict.reason.clone(),
            theirs: conflict.theirs.clone(),
            lock_version: conflict.lock_version,
            by: conflict.by.clone(),
            at: conflict.at.clone(),
            fields: conflict.fields.clone(),
            edits: head.edits,
            from: head.lock_version,
            base: begun_from(tx, conflict)?.map(|base| base.doc),
        })
    }

    /// Keeps it for the operation that decides.
    pub(super) fn keep(&self, tx: &mut Tx<'_>) -> Result<(), store::Error> {
        let name = format!("{DECIDED}{}", tx.operation());
        tx.set_cursor(&name, &serde_json::to_string(self)?)
    }

    /// What an operation decided, if it did.
    pub(super) fn by(r: &Reader<'_>, op: Option<OpId>) -> Result<Option<Self>, store::Error> {
        let Some(op) = op else { return Ok(None) };
        let kept = r.cursor(&format!("{DECIDED}{op}"))?.filter(|text| !text.is_empty());
        Ok(kept.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Whether the server knows of a deletion that was decided.
    pub(super) fn deletion_is_sent(&self, r: &Reader<'_>) -> Result<bool, store::Error> {
        Ok(self.reason == "deleted" && r.tombstone(&self.uri)?.is_some_and(|gone| !gone.unsent))
    }

    /// The decision was taken back: it is to be made again.
    pub(super) fn ask_again(self, tx: &mut Tx<'_>, deletion_sent: bool) -> Result<(), store::Error> {
        if deletion_sent {
            return tx.make_again(&self.uri).map(drop);
        }
        let Some(now) = tx.get(&self.uri)? else { return Ok(()) };
        if now.uri != self.uri && !now.is_local() {
            // It was made again, and the server has it: there is nothing left to ask.
            let args = Map::from_iter([("uri".to_owned(), Value::from(now.head.uri.as_str()))]);
            return Err(store::Error::Refused { code: "decision_sent", args });
        }
        let sent = self.reason == "edited" && now.lock_version > self.lock_version;
        if sent {
            let base = serde_json::to_string(&self.base.clone().unwrap_or_default())?;
            tx.set_cursor(&format!("{ASKED}{}", now.head.id), &format!("{} {base}", now.lock_version))?;
        } else if self.edits > 0 && self.reason != "gone" {
            let base = self.base.clone().unwrap_or_default();
            tx.rebase(&self.uri, now.doc.clone(), base, self.from)?;
        }
        let lock_version = if sent { now.lock_version } else { self.lock_version };
        let Self { uri, reason, theirs, by, at, fields, .. } = self;
        tx.set_conflict(&uri, NewConflict { reason, theirs, lock_version, by, at, fields })
    }

    /// The decision that was taken back holds after all.
    pub(super) fn decide_again(self, tx: &mut Tx<'_>) -> Result<(), store::Error> {
        let Some(now) = tx.get(&self.uri)? else { return Ok(()) };
        tx.clear_conflict(&self.uri)?;
        let Some(theirs) = self.theirs.filter(|_| now.lock_version <= self.lock_version) else {
            return Ok(());
        };
        let there = Record::new(now.kind, theirs.clone());
        if canonical::same(registry(), &now.record(), &there) {
            return take(tx, &self.uri, theirs, self.lock_version).map(drop);
        }
        tx.rebase(&self.uri, now.doc.clone(), theirs, self.lock_version).map(drop)
    }
}

/// What both sides of a conflict began from.
pub(super) fn begun_from(r: &Reader<'_>, conflict: &Conflict) -> Result<Option<Record>, store::Error> {
    match asked_again(r, conflict)? {
        Some(base) => Ok(Some(Record::new(conflict.head.kind, base))),
        None => r.base(&conflict.head.uri),
    }
}

/// The same of a question that is asked again after its decision was sent.
pub(super) fn asked_again(
    r: &Reader<'_>,
    conflict: &Conflict,
) -> Result<Option<Map<String, Value>>, store::Error> {
    let Some(text) = r.cursor(&format!("{ASKED}{}", conflict.head.id))? else { return Ok(None) };
    let Some((version, base)) = text.split_once(' ') else { return Ok(None) };
    // A newer version of the server is another question.
    if version != conflict.lock_version.to_string() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(base)?))
}

/// Takes the server's document. The record may stand elsewhere by now: the document is as old as the question, the
/// place is not.
pub(super) fn take(
    tx: &mut Tx<'_>,
    uri: &str,
    mut doc: Map<String, Value>,
    lock_version: i64,
) -> Result<store::Stored, store::Error> {
    let now = tx.get(uri)?;
    let order = now.as_ref().and_then(|now| now.head.order);
    let place = now.map(|now| tx.place_of(&now)).transpose()?.flatten();
    doc.shift_remove("position");
    tx.apply(Incoming { uri: uri.to_owned(), doc, authors: None, lock_version, place, order })
}
