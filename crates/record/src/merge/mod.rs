//! Three-way merge of records: what two people did to the same record becomes
//! one record, and only what truly contradicts is asked.
//!
//! ```
//! use record::{Record, Registry, merge::merge};
//! use serde_json::json;
//! let record = |doc| Record::from_value("accession", doc);
//! let base = record(json!({"title": "Letters", "provenance": "Gift"}))?;
//! let mine = record(json!({"title": "Letters home", "provenance": "Gift"}))?;
//! let theirs = record(json!({"title": "Letters", "provenance": "Purchase"}))?;
//! let merged = merge(Registry::shipped(), &base, &mine, &theirs);
//! assert!(merged.clashes.is_empty());
//! assert_eq!(merged.record.doc, json!({"title": "Letters home", "provenance": "Purchase"}).as_object().unwrap().clone());
//! # Ok::<(), record::Error>(())
//! ```

mod diff;
mod fields;
mod identity;
mod list;
mod order;
mod similar;
mod text;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub use self::diff::{Difference, diff};
use self::fields::{Merging, Sides};
use crate::api::command::{ConflictField, Side};
use crate::canonical::{self, Scope};
use crate::{Problem, Record, Registry, Severity};

/// The outcome of a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The merged record. Where the sides clash it has mine; an element that
    /// one side removed and the other edited is kept as edited. What the
    /// server owns (version, times, place) is theirs'.
    pub record: Record,
    /// What contradicts. Empty: a clean merge.
    pub clashes: Vec<ConflictField>,
    /// What was decided without asking and is worth telling.
    pub notices: Vec<Problem>,
}

/// Rules beyond single fields: the problems of a record.
pub type Check<'a> = &'a dyn Fn(&Record) -> Vec<Problem>;

/// Merges what was done to `base` here (`mine`) and there (`theirs`).
/// A `base` without any member (it is not known) makes everything clash that differs.
#[must_use]
pub fn merge(registry: &Registry, base: &Record, mine: &Record, theirs: &Record) -> Merged {
    three_way(registry, &BTreeSet::new(), &|_| None, base, mine, theirs)
}

/// [`merge`], where a result with errors that neither side had is a clash too:
/// the fields of those errors are then left to the person as a whole.
#[must_use]
pub fn merge_valid(
    registry: &Registry,
    check: Check<'_>,
    base: &Record,
    mine: &Record,
    theirs: &Record,
) -> Merged {
    let merged = merge(registry, base, mine, theirs);
    if !merged.clashes.is_empty() {
        return merged;
    }
    let whole = broken_together(registry, check, &merged.record, mine, theirs);
    if whole.is_empty() { merged } else { three_way(registry, &whole, &|_| None, base, mine, theirs) }
}

/// The merge with clashes decided by `choose` (by pointer, as [`merge_valid`]
/// gives them); clashes without a decision stay.
#[must_use]
pub fn resolve(
    registry: &Registry,
    check: Check<'_>,
    (base, mine, theirs): (&Record, &Record, &Record),
    choose: &dyn Fn(&str) -> Option<Side>,
) -> Merged {
    let asked = merge_valid(registry, check, base, mine, theirs);
    // Fields that clash only as a whole are those that the fields alone would have merged.
    let plain = merge(registry, base, mine, theirs);
    let whole = if plain.clashes.is_empty() {
        asked
            .clashes
            .iter()
            .map(|clash| clash.pointer.trim_start_matches('/').replace("~1", "/").replace("~0", "~"))
            .collect()
    } else {
        BTreeSet::new()
    };
    three_way(registry, &whole, &|clash| choose(&clash.pointer), base, mine, theirs)
}

fn three_way(
    registry: &Registry,
    whole: &BTreeSet<String>,
    choose: &dyn Fn(&ConflictField) -> Option<Side>,
    base: &Record,
    mine: &Record,
    theirs: &Record,
) -> Merged {
    let clean = |record: Record| Merged { record, clashes: Vec::new(), notices: Vec::new() };
    let content = |record: &Record| canonical::canonical(registry, record).doc;
    let (base_content, mine_content, theirs_content) = (content(base), content(mine), content(theirs));
    let scope = Scope::outermost(registry, &theirs.kind);
    if mine_content == theirs_content || mine_content == base_content {
        return clean(theirs.clone());
    }
    if theirs_content == base_content {
        return clean(Record::new(mine.kind.clone(), with_theirs_own(scope, &mine.doc, &theirs.doc)));
    }
    let mut merging =
        Merging { registry, whole, choose, clashes: Vec::new(), notices: Vec::new(), doubling: Vec::new() };
    // Nothing at all is known; a record without content, such as an unfilled one, is a version like another.
    let base = (!base.doc.is_empty()).then_some(&base.doc);
    let known = Sides { base: Some(&base_content), mine: &mine_content, theirs: &theirs_content };
    let doc = merging.object("", scope, Sides { base, mine: &mine.doc, theirs: &theirs.doc }, Some(known));
    Merged {
        record: Record::new(theirs.kind.clone(), doc),
        clashes: merging.clashes,
        notices: merging.notices,
    }
}

/// `mine` with what the server owns taken from `theirs`.
fn with_theirs_own(
    scope: Scope<'_>,
    mine: &Map<String, Value>,
    theirs: &Map<String, Value>,
) -> Map<String, Value> {
    let mut doc = mine.clone();
    for (name, value) in theirs {
        if !scope.is_content(theirs, name) && !scope.is_content(mine, name) {
            doc.insert(name.clone(), value.clone());
        }
    }
    doc
}

/// Properties that both sides had right and that only their merge breaks.
fn broken_together(
    registry: &Registry,
    check: Check<'_>,
    merged: &Record,
    mine: &Record,
    theirs: &Record,
) -> BTreeSet<String> {
    let errors = |record: &Record| -> Vec<Problem> {
        check(record).into_iter().filter(|problem| problem.severity == Severity::Error).collect()
    };
    let broken = errors(merged);
    if broken.is_empty() || !errors(mine).is_empty() || !errors(theirs).is_empty() {
        return BTreeSet::new();
    }
    let scope = Scope::outermost(registry, &mine.kind);
    let names: BTreeSet<&String> = mine.doc.keys().chain(theirs.doc.keys()).collect();
    let content = |record: &Record, name: &str| {
        record.doc.get(name).and_then(|value| canonical::member(registry, scope.fields.get(name), value))
    };
    let differing: BTreeSet<String> = names
        .into_iter()
        .filter(|name| scope.is_content(&mine.doc, name) && scope.is_content(&theirs.doc, name))
        .filter(|name| content(mine, name) != content(theirs, name))
        .cloned()
        .collect();
    let named: BTreeSet<String> = broken
        .iter()
        .filter_map(|problem| problem.pointer.split('/').nth(1))
        .map(|name| name.replace("~1", "/").replace("~0", "~"))
        .filter(|name| differing.contains(name))
        .collect();
    // With mine in every field that the errors name the record may still be wrong: then ask for all that differs.
    let mut attempt = merged.clone();
    for name in &named {
        match mine.doc.get(name) {
            Some(value) => attempt.doc.insert(name.clone(), value.clone()),
            None => attempt.doc.remove(name),
        };
    }
    if named.is_empty() || !errors(&attempt).is_empty() { differing } else { named }
}
