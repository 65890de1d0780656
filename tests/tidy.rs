//! Rules of the house that a machine can check: directions between crates,
//! lengths of files, SQL in one place, labels for every field, and a project
//! that speaks only of itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::Registry;
use record::schema::{Property, Shape};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Files that belong to the project: tracked, or new and not ignored.
fn files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the project's files");
    let text = String::from_utf8(listed.stdout).unwrap();
    let mut files: Vec<PathBuf> =
        text.lines().map(PathBuf::from).filter(|f| root().join(f).is_file()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn with_extension(extensions: &[&str]) -> Vec<(PathBuf, String)> {
    files()
        .into_iter()
        .filter(|f| f.extension().and_then(|e| e.to_str()).is_some_and(|e| extensions.contains(&e)))
        .filter(|f| !f.components().any(|c| c.as_os_str() == "generated"))
        .filter_map(|f| Some((f.clone(), fs::read_to_string(root().join(f)).ok()?)))
        .collect()
}

/// What each crate of ours may depend on. A new edge is a decision: write it down in docs/decisions first.
const EDGES: &[(&str, &[&str])] = &[
    ("crates/record", &[]),
    ("crates/store", &["fonds-record"]),
    ("crates/exchange", &["fonds-record"]),
    ("crates/desk", &["fonds-record", "fonds-store", "fonds-exchange"]),
    ("crates/server", &["fonds-record", "fonds-store", "fonds-exchange"]),
    ("crates/xtask", &["fonds-record"]),
    ("crates/bench", &["fonds-record", "fonds-store", "fonds-exchange", "fonds-desk", "fonds-server"]),
    (".", &["fonds-record", "fonds-desk"]),
    // The histories of two desks are compared record by record, which no public door gives as a whole.
    ("tests", &["fonds-record", "fonds-store", "fonds-desk", "fonds-server"]),
];

/// Crates of others that only one of ours may link, since each is a reason for a border.
const OWNERS: &[(&str, &[&str])] = &[
    ("rusqlite", &["crates/store", "crates/bench"]),
    ("tantivy", &["crates/store", "crates/bench"]),
    ("tauri", &["."]),
    ("keyring", &["crates/desk"]),
    ("quick-xml", &["crates/exchange", "crates/bench"]),
];

/// Names in `[dependencies]` (and, for ours, `[dev-dependencies]` too) of a manifest.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = matches!(line.trim(), "[dependencies]" | "[dev-dependencies]");
        } else if inside
            && let Some(name) =
                line.split(['=', '.', ' ']).next().filter(|n| !n.is_empty() && !n.starts_with('#'))
        {
            names.insert(name.to_owned());
        }
    }
    names
}

#[test]
fn crates_depend_only_in_the_agreed_directions() {
    for (folder, allowed) in EDGES {
        let Ok(manifest) = fs::read_to_string(root().join(folder).join("Cargo.toml")) else { continue };
        let names = dependencies(&manifest);
        for name in names.iter().filter(|n| n.starts_with("fonds-")) {
            assert!(allowed.contains(&name.as_str()), "{folder} must not depend on {name}");
        }
        for (owned, owners) in OWNERS {
            assert!(!names.contains(*owned) || owners.contains(folder), "{folder} must not link {owned}");
        }
    }
}

#[test]
fn every_crate_is_in_the_table_of_directions() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = format!("crates/{}", entry.unwrap().file_name().to_string_lossy());
        if root().join(&name).join("Cargo.toml").exists() {
            assert!(EDGES.iter().any(|(folder, _)| *folder == name), "{name} is not in the table");
        }
    }
}

#[test]
fn no_file_is_over_a_thousand_lines() {
    for (file, text) in with_extension(&["rs", "ts", "svelte", "js", "mjs", "py", "sh", "css"]) {
        let lines = text.lines().count();
        assert!(lines <= 1_000, "{} has {lines} lines", file.display());
    }
}

#[test]
fn sql_lives_in_the_store() {
    let statement = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "];
    for (file, text) in with_extension(&["rs"]) {
        if file.starts_with("crates/store")
            || file.starts_with("crates/bench")
            || file == Path::new("tests/tidy.rs")
        {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let quoted = line.contains('"') && statement.iter().any(|s| line.contains(s));
            assert!(!quoted, "{}:{} holds SQL", file.display(), number + 1);
        }
    }
}

#[test]
fn the_project_speaks_only_of_itself() {
    // Spelled in pieces, so that this file passes its own test.
    let forbidden = [
        ["..", "/shared"].concat(),
        [".libr", "ary/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["registry.npmjs", ".org"].concat(),
        ["index.crates", ".io"].concat(),
    ];
    for file in files() {
        let name = file.to_string_lossy();
        if name.ends_with(".lock") || name.ends_with("package-lock.json") {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for word in &forbidden {
            assert!(!text.contains(word.as_str()), "{name} mentions {word}");
        }
    }
}

/// Message ids of the English labels (and of one attribute each, as `id.help`).
fn labels() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for entry in fs::read_dir(root().join("schemas/labels/en")).unwrap() {
        let mut message = String::new();
        for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            let Some((left, _)) = line.split_once('=') else { continue };
            match left.trim().strip_prefix('.') {
                Some(attribute) if line.starts_with(' ') => ids.insert(format!("{message}.{attribute}")),
                _ if !line.starts_with([' ', '#']) => {
                    left.trim().clone_into(&mut message);
                    ids.insert(message.clone())
                }
                _ => false,
            };
        }
    }
    ids
}

/// Properties that nobody sees: bookkeeping of the API.
const UNSEEN: &[&str] = &["_resolved", "jsonmodel_type", "ref"];

fn fields<'a>(owner: &str, properties: &'a [Property], found: &mut BTreeMap<String, &'a Property>) {
    for property in properties.iter().filter(|p| p.declared_by == owner && !UNSEEN.contains(&p.name.as_str()))
    {
        found.insert(format!("{owner}-{}", property.name), property);
        let shape = match &property.shape {
            Shape::Array { items, .. } => items,
            other => other,
        };
        if let Shape::Link { properties: own, .. } | Shape::Object { properties: own } = shape {
            for inner in own.iter().filter(|p| !UNSEEN.contains(&p.name.as_str())) {
                found.insert(format!("{}-{}", property.name, inner.name), inner);
            }
        }
    }
}

#[test]
fn every_field_kind_and_list_has_a_label() {
    let (registry, labels) = (Registry::shipped(), labels());
    let mut found = BTreeMap::new();
    for kind in registry.kinds() {
        fields(&kind.name, &kind.properties, &mut found);
    }
    let mut missing: Vec<String> = found.into_keys().filter(|id| !labels.contains(id)).collect();
    missing.extend(registry.kinds().map(|k| format!("kind-{}", k.name)).filter(|id| !labels.contains(id)));
    missing.extend(registry.lists().map(|l| format!("enum-{}", l.name)).filter(|id| !labels.contains(id)));
    assert!(missing.is_empty(), "{} labels are missing: {}", missing.len(), missing.join(" "));
}
