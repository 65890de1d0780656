//! A save of a form that was opened before somebody else's change: the other
//! window's, the command line's, or one that a sync brought.
//!
//! What was typed is merged with what is there now. Fields that both changed
//! are told once; saving again means that the typed value is meant.

use record::{Problem, Record, merge};
use serde_json::{Map, Value};
use store::{Reader, Stored};

use super::records::registry;
use crate::Desk;

/// What a node's place is kept in: no matter of its document.
const PLACE: [&str; 5] = ["resource", "digital_object", "classification", "parent", "position"];

/// The document to save, or what both changed.
pub(super) enum Meanwhile {
    /// Nobody changed it, or the changes go together.
    Save(Map<String, Value>),
    /// Both changed these.
    Ask(Vec<Problem>),
}

/// Holds what was typed against what is there now.
pub(super) fn meanwhile(
    desk: &Desk,
    r: &Reader<'_>,
    now: &Stored,
    typed: &Map<String, Value>,
) -> Result<Meanwhile, store::Error> {
    let read = typed.get("user_mtime").and_then(Value::as_str);
    let version = typed.get("lock_version").and_then(Value::as_i64);
    let present = now.to_api();
    let same_version = version.is_none_or(|version| version == now.lock_version);
    if read.is_none() || read == present.get("user_mtime").and_then(Value::as_str) && same_version {
        return Ok(Meanwhile::Save(typed.clone()));
    }
    let mut versions = r.history(&now.uri)?;
    versions.retain(|one| Some(store::seconds(one.at).as_str()) == read);
    // Of two within a second the one that was read has its number.
    let named = versions.iter().position(|one| Some(one.lock_version) == version).unwrap_or(0);
    let begun = versions.into_iter().nth(named);
    let content = |doc: &Map<String, Value>| {
        let mut doc = doc.clone();
        doc.retain(|name, _| !PLACE.contains(&name.as_str()));
        Record::new(now.kind, doc)
    };
    let base = content(&begun.map(|version| version.doc).unwrap_or_default());
    let merged = merge::merge(registry(), &base, &content(typed), &content(&now.doc));
    if !merged.clashes.is_empty() && !told(desk, now) {
        let problem = |clash: &record::api::command::ConflictField| {
            Problem::error(clash.pointer.clone(), "changed_meanwhile").with("theirs", clash.theirs.clone())
        };
        return Ok(Meanwhile::Ask(merged.clashes.iter().map(problem).collect()));
    }
    let mut doc = merged.record.doc;
    for name in PLACE {
        if let Some(value) = now.doc.get(name) {
            doc.insert(name.to_owned(), value.clone());
        }
    }
    Ok(Meanwhile::Save(doc))
}

/// Whether the clashes with this very state were told before.
fn told(desk: &Desk, now: &Stored) -> bool {
    let mut told = desk.inner().told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    told.insert(now.uri.clone(), now.seq) == Some(now.seq)
}
