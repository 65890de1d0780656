//! Measures the checks against recorded verdicts of the real system, where that reference material is at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use record::{Registry, check};
use serde_json::Value;

/// The reference material: `FONDS_SHARED`, else the folder of that name beside the checkout.
fn reference() -> Option<PathBuf> {
    let beside = || Some(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?.join("shared"));
    std::env::var_os("FONDS_SHARED").map(PathBuf::from).or_else(beside).filter(|path| path.is_dir())
}

fn paths(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn verdicts_and_paths_are_those_of_archivesspace() {
    let Some(file) = reference().map(|folder| folder.join("golden/validate/cases.jsonl.gz")).filter(|file| file.is_file()) else {
        eprintln!("left out: the reference material is not here");
        return;
    };
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output().expect("gzip");
    let registry = Registry::shipped();
    let (mut cases, mut verdicts, mut errors, mut warnings) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut differences: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for line in unpacked.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut case: Value = serde_json::from_slice(line).unwrap();
        let kind = case["type"].as_str().unwrap().to_owned();
        let verdict = check::verdict(registry, registry, &kind, case["record"].take());
        cases += 1;
        verdicts += u32::from(Value::Bool(verdict.valid) == case["valid"]);
        let (ours, theirs): (BTreeSet<String>, _) = (verdict.errors.into_keys().collect(), paths(&case["error_paths"]));
        errors += u32::from(ours == theirs);
        let (noted, notes): (BTreeSet<String>, _) = (verdict.warnings.into_keys().collect(), paths(&case["warning_paths"]));
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
    let rate = |count: u32| f64::from(count) / f64::from(cases);
    eprintln!("{cases} cases: verdicts {:.4}, error paths {:.4}, warning paths {:.4}", rate(verdicts), rate(errors), rate(warnings));
    assert!(rate(verdicts) >= 0.99 && rate(errors) >= 0.97 && rate(warnings) >= 0.97);
}
