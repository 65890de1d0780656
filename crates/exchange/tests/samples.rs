//! Real finding aids of many houses: each is imported, or refused with file,
//! line and reason; none makes the reader panic. Needs the reference material.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use record::check::{self, Lists};
use record::{Record, Registry, Severity};

fn reference_material() -> Option<PathBuf> {
    let folder = match std::env::var_os("FONDS_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => {
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().ok()?.parent()?.join("shared")
        }
    };
    folder.is_dir().then_some(folder)
}

/// The shipped lists and the values that the import announced.
struct Grown<'a>(&'a [exchange::ead::NewValue]);

impl Lists for Grown<'_> {
    fn allows(&self, list: &str, value: &str) -> bool {
        Registry::shipped().allows(list, value)
            || self.0.iter().any(|new| new.list == list && new.value == value)
    }
}

fn errors(lists: &dyn Lists, record: &Record) -> Vec<String> {
    let registry = Registry::shipped();
    let cleaned = check::clean(registry, record.clone());
    let found = check::check(registry, lists, &cleaned)
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error);
    found.map(|problem| format!("{} {} {:?}", problem.pointer, problem.code, problem.args)).collect()
}

#[test]
fn every_finding_aid_is_imported_or_refused_with_a_reason() {
    let Some(folder) = reference_material() else {
        eprintln!("left out: no reference material");
        return;
    };
    let mut paths: Vec<PathBuf> = ["samples", "golden/ead-import"]
        .iter()
        .flat_map(|sub| std::fs::read_dir(folder.join(sub)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    paths.sort();
    let mut invalid = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let import = match exchange::ead::read_all(name, bytes.as_slice(), "2") {
            Ok(import) => import,
            Err(error) => {
                eprintln!("refused: {error}");
                assert_eq!(error.file, name);
                assert!(error.line > 0);
                continue;
            }
        };
        let report = &import.report;
        let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
        for problem in &report.problems {
            assert!(problem.line > 0 && !problem.message("en").is_empty());
            *codes.entry(problem.code).or_default() += problem.count;
        }
        eprintln!("{name}: {:?}; {:?}; {} new values", report.kinds, codes, report.new_values.len());
        let excused = |record: &Record, error: &str| {
            let code = |code| report.problems.iter().any(|problem| problem.code == code);
            record.kind == "resource"
                && (error.starts_with("/dates ") && code("resource-no-date")
                    || error.starts_with("/extents ") && code("resource-no-extent")
                    || error.starts_with("/id_0 ") && code("resource-no-identifier"))
        };
        let lists = Grown(&report.new_values);
        // All kinds come early in a file; checking every record of all files would take minutes unoptimised.
        let checked = import.records.iter().enumerate().filter(|(at, _)| *at < 400 || at % 23 == 0);
        for (_, record) in checked {
            for error in errors(&lists, record) {
                if !excused(record, &error) {
                    invalid.push(format!("{name}: {} {error}", record.uri().unwrap()));
                }
            }
        }
    }
    assert!(
        invalid.is_empty(),
        "{} errors of records\n{}",
        invalid.len(),
        invalid[..invalid.len().min(40)].join("\n")
    );
}
