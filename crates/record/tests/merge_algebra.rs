//! The laws of the merge, over records of the kinds that people edit most.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generate;

use std::collections::BTreeSet;

use generate::{apply, edited_twice, edits, record};
use proptest::prelude::*;
use record::api::command::{ConflictField, Side};
use record::canonical::canonical;
use record::merge::{diff, merge, merge_valid, resolve};
use record::{Problem, Record, Registry};
use serde_json::Value;

const KINDS: [&str; 9] = [
    "accession",
    "archival_object",
    "resource",
    "digital_object",
    "agent_person",
    "subject",
    "event",
    "top_container",
    "location",
];

fn content(record: &Record) -> Record {
    canonical(Registry::shipped(), record)
}

fn any_kind() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(KINDS.to_vec())
}

/// Kinds whose own `publish` a person sets.
fn publishable() -> impl Strategy<Value = &'static str> {
    let settable = |kind: &&str| {
        Registry::shipped()
            .kind(kind)
            .unwrap()
            .property("publish")
            .is_some_and(|property| !property.read_only)
    };
    proptest::sample::select(KINDS.into_iter().filter(settable).collect::<Vec<_>>())
}

fn three() -> impl Strategy<Value = [Record; 3]> {
    any_kind().prop_flat_map(edited_twice)
}

fn sorted(clashes: &[ConflictField], swap: bool) -> Vec<String> {
    let mut list: Vec<String> = clashes
        .iter()
        .map(|c| {
            if swap {
                format!("{} {} {}", c.base, c.theirs, c.mine)
            } else {
                format!("{} {} {}", c.base, c.mine, c.theirs)
            }
        })
        .collect();
    list.sort();
    list
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_sided_changes_are_taken([base, x, _] in three()) {
        let registry = Registry::shipped();
        for (mine, theirs) in [(&x, &base), (&base, &x), (&x, &x)] {
            let merged = merge(registry, &base, mine, theirs);
            prop_assert!(merged.clashes.is_empty());
            prop_assert_eq!(content(&merged.record), content(&x));
        }
    }

    #[test]
    fn clashes_are_symmetric([base, x, y] in three()) {
        let registry = Registry::shipped();
        let (one, other) = (merge(registry, &base, &x, &y), merge(registry, &base, &y, &x));
        prop_assert_eq!(sorted(&one.clashes, false), sorted(&other.clashes, true));
    }

    #[test]
    fn edits_of_different_fields_commute((base, mine, theirs) in any_kind().prop_flat_map(|kind| (record(kind), edits(kind), edits(kind)))) {
        let registry = Registry::shipped();
        let touched: BTreeSet<&String> = mine.iter().map(|edit| &edit.property).collect();
        let theirs: Vec<_> = theirs.into_iter().filter(|edit| !touched.contains(&edit.property)).collect();
        let (x, y) = (apply(base.clone(), &mine), apply(base.clone(), &theirs));
        let (one, other) = (merge(registry, &base, &x, &y), merge(registry, &base, &y, &x));
        prop_assert!(one.clashes.is_empty(), "{:?}", one.clashes);
        prop_assert_eq!(content(&one.record), content(&other.record));
        let both = apply(x, &theirs);
        prop_assert_eq!(content(&one.record), content(&both));
    }

    #[test]
    fn unknown_fields_survive([base, mut x, mut y] in three()) {
        let registry = Registry::shipped();
        x.doc.insert("plugin_mine".to_owned(), serde_json::json!({"a": [1, 2]}));
        y.doc.insert("plugin_theirs".to_owned(), serde_json::json!("kept"));
        let merged = merge(registry, &base, &x, &y);
        prop_assert_eq!(&merged.record.doc["plugin_mine"], &x.doc["plugin_mine"]);
        prop_assert_eq!(&merged.record.doc["plugin_theirs"], &y.doc["plugin_theirs"]);
    }

    #[test]
    fn nobody_publishes_what_one_side_withdrew([mut base, mut x, mut y] in publishable().prop_flat_map(edited_twice)) {
        let registry = Registry::shipped();
        base.doc.insert("publish".to_owned(), Value::Bool(true));
        y.doc.insert("publish".to_owned(), Value::Bool(true));
        x.doc.insert("publish".to_owned(), Value::Bool(false));
        prop_assert!(!merge(registry, &base, &x, &y).record.flag("publish"));
        prop_assert!(!merge(registry, &base, &y, &x).record.flag("publish"));
    }

    /// Every value that one side wrote is in the result, in a clash, or in a notice: of a flag that both wrote
    /// without a base, one open and one not, the open one gives way and the person is told.
    #[test]
    fn nothing_written_is_lost([base, x, y] in three()) {
        let registry = Registry::shipped();
        let merged = merge(registry, &base, &x, &y);
        let mut kept = leaves(&content(&merged.record).into_value());
        for clash in &merged.clashes {
            for side in [&clash.base, &clash.mine, &clash.theirs] {
                kept.extend(leaves(side));
            }
        }
        if merged.notices.iter().any(|notice| notice.code == "merged_restrictive") {
            kept.extend(["true", "false"].map(str::to_owned));
        }
        let old = leaves(&content(&base).into_value());
        for side in [&x, &y] {
            for leaf in leaves(&content(side).into_value()).difference(&old) {
                prop_assert!(kept.contains(leaf), "{leaf}");
            }
        }
    }

    /// No value in the result that nobody wrote.
    #[test]
    fn nothing_is_invented([base, x, y] in three()) {
        let merged = merge(Registry::shipped(), &base, &x, &y);
        let mut written = leaves(&base.into_value());
        written.extend(leaves(&x.into_value()));
        written.extend(leaves(&y.into_value()));
        let made = leaves(&content(&merged.record).into_value());
        prop_assert!(made.is_subset(&written), "{:?}", made.difference(&written).collect::<Vec<_>>());
    }

    #[test]
    fn valid_sides_give_a_valid_record_or_a_clash([base, x, y] in three()) {
        // A rule across fields that merges break easily: no more than four members of lists in all.
        let check = |record: &Record| -> Vec<Problem> {
            let count: usize = record.doc.values().filter_map(Value::as_array).map(Vec::len).sum();
            if count > 4 { vec![Problem::error("/dates", "too_many")] } else { Vec::new() }
        };
        let merged = merge_valid(Registry::shipped(), &check, &base, &x, &y);
        let valid = |record: &Record| check(record).is_empty();
        prop_assert!(!(valid(&x) && valid(&y)) || valid(&merged.record) || !merged.clashes.is_empty());
    }

    #[test]
    fn choosing_ends_every_clash([base, x, y] in three()) {
        let registry = Registry::shipped();
        let none = |_: &Record| Vec::new();
        for side in [Side::Mine, Side::Theirs] {
            let resolved = resolve(registry, &none, (&base, &x, &y), &|_| Some(side));
            prop_assert!(resolved.clashes.is_empty());
        }
    }

    #[test]
    fn what_is_kept_in_both_versions_is_there([base, x, y] in three()) {
        let registry = Registry::shipped();
        let none = |_: &Record| Vec::new();
        let asked = merge_valid(registry, &none, &base, &x, &y);
        let kept = resolve(registry, &none, (&base, &x, &y), &|_| Some(Side::Both));
        let single: Vec<&ConflictField> = asked.clashes.iter().filter(|field| !field.both).collect();
        prop_assert_eq!(kept.clashes.iter().collect::<Vec<_>>(), single);
        let there = leaves(&kept.record.clone().into_value());
        for field in asked.clashes.iter().filter(|field| field.both) {
            prop_assert!(leaves(&field.mine).is_subset(&there) && leaves(&field.theirs).is_subset(&there));
        }
    }

    #[test]
    fn a_record_differs_from_another_exactly_when_the_difference_is_not_empty([base, x, _] in three()) {
        let registry = Registry::shipped();
        prop_assert_eq!(diff(registry, &base, &x).is_empty(), content(&base) == content(&x));
        prop_assert!(diff(registry, &x, &x).is_empty());
    }

    #[test]
    fn canonical_is_its_own_canonical([base, _, _] in three()) {
        let once = content(&base);
        prop_assert_eq!(content(&once), once);
    }
}

/// Every text, number and flag, spelled out.
fn leaves(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Null => BTreeSet::new(),
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "jsonmodel_type")
            .flat_map(|(_, value)| leaves(value))
            .collect(),
        other => BTreeSet::from([other.to_string()]),
    }
}
