//! Measures the checks against recorded verdicts of the real system, where that reference material is at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use record::{Record, Registry, check, derive};
use serde_json::Value;

/// The reference material: `FONDS_SHARED`, else the folder of that name beside the checkout.
fn reference() -> Option<PathBuf> {
    let beside = || Some(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?.join("shared"));
    std::env::var_os("FONDS_SHARED").map(PathBuf::from).or_else(beside).filter(|path| path.is_dir())
}

fn paths(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn lines(file: &Path) -> Vec<Value> {
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output().expect("gzip");
    let lines = unpacked.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn golden(name: &str) -> Option<Vec<Value>> {
    let file = reference().map(|folder| folder.join("golden").join(name)).filter(|file| file.is_file());
    if file.is_none() {
        eprintln!("left out: the reference material is not here");
    }
    file.map(|file| lines(&file))
}

#[test]
fn verdicts_and_paths_are_those_of_archivesspace() {
    let Some(cases) = golden("validate/cases.jsonl.gz") else { return };
    let registry = Registry::shipped();
    let (mut count, mut verdicts, mut errors, mut warnings) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut differences: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for mut case in cases {
        let kind = case["type"].as_str().unwrap().to_owned();
        let verdict = check::verdict(registry, registry, &kind, case["record"].take());
        count += 1;
        verdicts += u32::from(Value::Bool(verdict.valid) == case["valid"]);
        let (ours, theirs): (BTreeSet<String>, _) =
            (verdict.errors.into_keys().collect(), paths(&case["error_paths"]));
        errors += u32::from(ours == theirs);
        let (noted, notes): (BTreeSet<String>, _) =
            (verdict.warnings.into_keys().collect(), paths(&case["warning_paths"]));
        warnings += u32::from(noted == notes);
        let number = case["n"].as_i64().unwrap();
        for path in ours.symmetric_difference(&theirs).chain(noted.symmetric_difference(&notes)) {
            let side = if ours.contains(path) || noted.contains(path) { "only we" } else { "only they" };
            differences.entry(format!("{side} {kind} {path}")).or_default().push(number);
        }
    }
    for (difference, numbers) in &differences {
        eprintln!("{difference} {numbers:?}");
    }
    let rate = |part: u32| f64::from(part) / f64::from(count);
    eprintln!(
        "{count} cases: verdicts {:.4}, error paths {:.4}, warning paths {:.4}",
        rate(verdicts),
        rate(errors),
        rate(warnings)
    );
    assert!(rate(verdicts) >= 0.99 && rate(errors) >= 0.97 && rate(warnings) >= 0.97);
}

/// The records of one answer: itself, or those of a page or list.
fn records(answer: &Value, found: &mut Vec<Record>) {
    match answer {
        Value::Array(values) => values.iter().for_each(|value| records(value, found)),
        Value::Object(map) => match (map.get("uri"), map.get("jsonmodel_type").and_then(Value::as_str)) {
            // An entry of a tree has no version.
            (Some(Value::String(_)), Some(kind)) if map.contains_key("lock_version") => {
                found.push(Record::new(kind, map.clone()))
            }
            _ => {
                if let Some(results) = map.get("results") {
                    records(results, found);
                }
            }
        },
        _ => {}
    }
}

struct Seen(BTreeMap<String, Record>);

impl derive::Lookup for Seen {
    fn record(&self, uri: &str) -> Option<Record> {
        self.0.get(uri).cloned()
    }
}

/// What a server derives of these kinds from the record and its neighbours.
fn derived(record: &Record) -> BTreeMap<String, Value> {
    let mut values: BTreeMap<String, Value> = ["display_string", "long_display_string", "title"]
        .iter()
        .filter_map(|property| {
            Some((
                (*property).to_owned(),
                record.doc.get(*property).filter(|value| !value.is_null())?.clone(),
            ))
        })
        .collect();
    for (at, name) in record.items("names").iter().enumerate() {
        for property in ["sort_name", "authorized", "is_display_name"] {
            values.insert(format!("names/{at}/{property}"), name.get(property).cloned().unwrap_or_default());
        }
    }
    values
}

#[test]
fn derived_strings_are_those_of_archivesspace() {
    let Some(exchanges) = golden("exchanges.jsonl.gz") else { return };
    let registry = Registry::shipped();
    let mut seen = Seen(BTreeMap::new());
    let (mut count, mut equal) = (0_u32, 0_u32);
    let mut differences = BTreeSet::new();
    for exchange in exchanges.iter().filter(|exchange| exchange["status"] == 200) {
        let mut found = Vec::new();
        records(&exchange["response"], &mut found);
        for record in &found {
            seen.0.insert(record.uri().unwrap().to_owned(), record.clone());
        }
        for record in found {
            let mut ours = check::clean(registry, record.clone());
            // These are derived by the store, which knows who uses a container.
            for property in ["series", "collection"] {
                record.doc.get(property).map(|value| ours.doc.insert(property.to_owned(), value.clone()));
            }
            derive::derive(registry, &mut ours, &seen);
            count += 1;
            let (ours, theirs) = (derived(&ours), derived(&record));
            equal += u32::from(ours == theirs);
            for (property, value) in &theirs {
                if ours.get(property) != Some(value) {
                    let got = ours.get(property).cloned().unwrap_or_default();
                    differences.insert(format!("{} {property}\n   {value}\n   {got}", record.kind));
                }
            }
            for property in ours.keys().filter(|property| !theirs.contains_key(*property)) {
                differences.insert(format!("{} {property} only ours: {}", record.kind, ours[property]));
            }
        }
    }
    for difference in &differences {
        eprintln!("{difference}");
    }
    let rate = f64::from(equal) / f64::from(count);
    eprintln!("{count} records: derived strings {rate:.4}");
    assert!(rate >= 0.97);
}
