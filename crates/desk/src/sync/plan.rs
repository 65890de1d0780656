//! What to do about one record: local state × what the server says → action.
//! Pure; every cell of the table has its case in the tests.

use record::api::command::ConflictField;
use record::merge::{Check, merge_valid};
use record::{Problem, Record, Registry, canonical};
use serde_json::Value;

/// How a record stands here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Local<'a> {
    /// Not here and never deleted here.
    Absent,
    /// As the server had it.
    Clean {
        /// The document.
        mine: &'a Record,
        /// The server's version that it is.
        lock_version: i64,
    },
    /// Edited since the server's version.
    Edited {
        /// The document.
        mine: &'a Record,
        /// What the server had when the editing began.
        base: Option<&'a Record>,
        /// The version of `base`.
        lock_version: i64,
    },
    /// Made here and never sent.
    Created,
    /// Deleted here, not yet there.
    Deleted {
        /// What was deleted, if it is still known.
        base: Option<&'a Record>,
        /// The version that was deleted.
        lock_version: i64,
    },
}

/// What the server says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Incoming<'a> {
    /// The record as it is there.
    Record {
        /// The document.
        theirs: &'a Record,
        /// Its version.
        lock_version: i64,
    },
    /// It is not there any more.
    Gone,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Store the server's record; it is new here.
    Insert,
    /// Store the server's record in place of mine.
    Replace,
    /// Take the new version; the content is the one that mine began from.
    FastForward,
    /// What was to be sent is there already: the record is clean.
    Arrived,
    /// Both changed it and nothing contradicts: store this, still to be sent, with theirs as its base.
    Rebase {
        /// The merged document.
        merged: Record,
        /// What was decided without asking.
        notices: Vec<Problem>,
    },
    /// A person has to decide.
    Conflict(Conflict),
    /// Delete it here.
    Delete,
    /// It is deleted on both sides.
    ForgetDeletion,
}

/// Why a person has to decide.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// Both edited the same fields.
    Edited(Vec<ConflictField>),
    /// Removed on the server, edited here.
    Gone,
    /// Deleted here, edited on the server.
    Deleted,
}

impl Conflict {
    /// The word that the store and the window use.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Edited(_) => "edited",
            Self::Gone => "gone",
            Self::Deleted => "deleted",
        }
    }
}

/// What to do about a record.
#[must_use]
pub fn plan(registry: &Registry, check: Check<'_>, local: Local<'_>, incoming: Incoming<'_>) -> Action {
    let Incoming::Record { theirs, lock_version: new } = incoming else {
        return match local {
            Local::Absent | Local::Created => Action::Nothing,
            Local::Clean { .. } => Action::Delete,
            Local::Edited { .. } => Action::Conflict(Conflict::Gone),
            Local::Deleted { .. } => Action::ForgetDeletion,
        };
    };
    let same = |one: &Record| canonical::same(registry, one, theirs);
    match local {
        Local::Absent => Action::Insert,
        // A page fetched before our own newer save.
        Local::Clean { lock_version: old, .. } | Local::Edited { lock_version: old, .. } if new < old => {
            Action::Nothing
        }
        Local::Clean { mine, lock_version: old } if same(mine) => {
            if new == old {
                Action::Nothing
            } else {
                Action::FastForward
            }
        }
        Local::Clean { .. } => Action::Replace,
        Local::Edited { mine, .. } if same(mine) => Action::Arrived,
        Local::Edited { base: Some(base), lock_version: old, .. } if same(base) => {
            if new == old {
                Action::Nothing
            } else {
                Action::FastForward
            }
        }
        Local::Edited { mine, base, .. } => both_edited(registry, check, base, mine, theirs),
        Local::Created => Action::Nothing,
        Local::Deleted { lock_version: old, .. } if new <= old => Action::Nothing,
        Local::Deleted { base: Some(base), .. } if same(base) => Action::Nothing,
        Local::Deleted { .. } => Action::Conflict(Conflict::Deleted),
    }
}

fn both_edited(
    registry: &Registry,
    check: Check<'_>,
    base: Option<&Record>,
    mine: &Record,
    theirs: &Record,
) -> Action {
    let unknown = Record::new(mine.kind.clone(), serde_json::Map::new());
    let merged = merge_valid(registry, check, base.unwrap_or(&unknown), mine, theirs);
    if merged.clashes.is_empty() {
        return Action::Rebase { merged: merged.record, notices: merged.notices };
    }
    Action::Conflict(Conflict::Edited(merged.clashes))
}

/// The version that a document carries.
#[must_use]
pub fn version(document: &Value) -> i64 {
    match document.get("lock_version") {
        Some(Value::String(text)) => text.trim().parse().unwrap_or(0),
        Some(number) => number.as_i64().unwrap_or(0),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn titled(title: &str) -> Record {
        Record::from_value("accession", json!({"title": title, "provenance": "gift"})).unwrap()
    }

    fn with(title: &str, provenance: &str) -> Record {
        Record::from_value("accession", json!({"title": title, "provenance": provenance})).unwrap()
    }

    fn there(theirs: &Record, lock_version: i64) -> Incoming<'_> {
        Incoming::Record { theirs, lock_version }
    }

    #[track_caller]
    fn check(local: Local<'_>, incoming: Incoming<'_>, expect: &Action) {
        assert_eq!(&plan(Registry::shipped(), &|_| Vec::new(), local, incoming), expect);
    }

    #[test]
    fn absent() {
        check(Local::Absent, Incoming::Record { theirs: &titled("a"), lock_version: 0 }, &Action::Insert);
        check(Local::Absent, Incoming::Gone, &Action::Nothing);
    }

    #[test]
    fn clean() {
        let a = titled("a");
        let local = Local::Clean { mine: &a, lock_version: 3 };
        check(local, there(&titled("a"), 3), &Action::Nothing);
        check(local, there(&titled("a"), 4), &Action::FastForward);
        check(local, there(&titled("b"), 4), &Action::Replace);
        // The server added something to what was sent, in the same version.
        check(local, there(&titled("b"), 3), &Action::Replace);
        check(local, there(&titled("b"), 2), &Action::Nothing);
        check(local, Incoming::Gone, &Action::Delete);
    }

    #[test]
    fn edited() {
        let (a, b) = (titled("a"), titled("b"));
        let local = Local::Edited { mine: &b, base: Some(&a), lock_version: 3 };
        check(local, there(&titled("a"), 3), &Action::Nothing);
        check(local, there(&titled("a"), 4), &Action::FastForward);
        check(local, there(&titled("b"), 4), &Action::Arrived);
        check(
            local,
            there(&with("a", "sale"), 4),
            &Action::Rebase { merged: with("b", "sale"), notices: Vec::new() },
        );
        check(local, there(&titled("z"), 2), &Action::Nothing);
        check(local, Incoming::Gone, &Action::Conflict(Conflict::Gone));
        let field = ConflictField {
            pointer: "/title".into(),
            base: json!("a"),
            mine: json!("b"),
            theirs: json!("c"),
            both: false,
        };
        check(local, there(&titled("c"), 4), &Action::Conflict(Conflict::Edited(vec![field])));
    }

    #[test]
    fn edited_without_a_base() {
        let b = titled("b");
        let local = Local::Edited { mine: &b, base: None, lock_version: 3 };
        let theirs = titled("c");
        let action = plan(
            Registry::shipped(),
            &|_| Vec::new(),
            local,
            Incoming::Record { theirs: &theirs, lock_version: 4 },
        );
        assert!(matches!(action, Action::Conflict(Conflict::Edited(fields)) if fields.len() == 1));
    }

    #[test]
    fn a_merge_that_breaks_a_rule_is_asked() {
        let (a, b) = (with("a", "gift"), with("b", "gift"));
        let theirs = with("a", "sale");
        let rule = |record: &Record| match (record.text("title"), record.text("provenance")) {
            (Some("b"), Some("sale")) => vec![Problem::error("/title", "not_together")],
            _ => Vec::new(),
        };
        let local = Local::Edited { mine: &b, base: Some(&a), lock_version: 3 };
        let action =
            plan(Registry::shipped(), &rule, local, Incoming::Record { theirs: &theirs, lock_version: 4 });
        assert!(
            matches!(action, Action::Conflict(Conflict::Edited(fields)) if fields[0].pointer == "/title")
        );
    }

    #[test]
    fn created() {
        check(Local::Created, Incoming::Record { theirs: &titled("a"), lock_version: 0 }, &Action::Nothing);
        check(Local::Created, Incoming::Gone, &Action::Nothing);
    }

    #[test]
    fn deleted() {
        let a = titled("a");
        let local = Local::Deleted { base: Some(&a), lock_version: 3 };
        check(local, there(&titled("a"), 3), &Action::Nothing);
        check(local, there(&titled("a"), 4), &Action::Nothing);
        check(local, there(&titled("b"), 4), &Action::Conflict(Conflict::Deleted));
        check(
            Local::Deleted { base: None, lock_version: 3 },
            there(&titled("a"), 4),
            &Action::Conflict(Conflict::Deleted),
        );
        check(local, Incoming::Gone, &Action::ForgetDeletion);
    }
}
