//! Saving one component, and reading a page of a tree, in a store of some size.

use anyhow::Result;
use rusqlite::Connection;
use serde_json::{Map, Value};
use store::{Expect, Op, Options, Role, Store};

use crate::Scale;
use crate::data::{self, Numbers};
use crate::floor::table::{self, Durability, Row};
use crate::measure::{Goal, Line, percentile, seconds};

const SAVES: usize = 400;
const PAGES: usize = 400;

/// A store with one collection of `scale` components, and the bare table with the same.
struct Filled {
    _folder: tempfile::TempDir,
    store: Store,
    table: Connection,
    root: String,
    uris: Vec<String>,
}

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let mut filled = fill(scale)?;
    let mut lines = saves(&mut filled)?;
    lines.push(pages(&filled)?);
    Ok(lines)
}

fn fill(scale: Scale) -> Result<Filled> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("store"), Options::new(Role::Desk))?;
    let mut numbers = Numbers::new(5);
    let ((repo, root), _) = store.write(Op::repeatable("import", "bench"), |tx| {
        let repo = tx.create("repository", None, data::object(serde_json::json!({"repo_code": "B", "name": "Bench"})))?;
        let root = tx.create("resource", Some(&repo.uri), data::object(data::resource_record()))?;
        Ok((repo.uri.clone(), root.uri.clone()))
    })?;
    let table = table::open(&folder.path().join("floor.db"), Durability::Full)?;
    let mut uris = Vec::with_capacity(scale.0);
    for chunk in (0..scale.0).collect::<Vec<_>>().chunks(1_000) {
        let docs: Vec<Map<String, Value>> =
            chunk.iter().map(|n| data::object(data::component_record(*n, &root, &mut numbers))).collect();
        let floor = table.unchecked_transaction()?;
        for (n, doc) in chunk.iter().zip(&docs) {
            let (id, title) = (i64::try_from(*n)? + 1, doc.get("title").and_then(Value::as_str).unwrap_or_default());
            let json = serde_json::to_string(doc)?;
            table::insert(&table, &Row { id, parent: 0, position: id, title, json: &json })?;
        }
        floor.commit()?;
        let (made, _) = store.write(Op::repeatable("import", "bench"), |tx| {
            docs.into_iter().map(|doc| Ok(tx.create("archival_object", Some(&repo), doc)?.uri.clone())).collect::<Result<Vec<_>, store::Error>>()
        })?;
        uris.extend(made);
    }
    Ok(Filled { _folder: folder, store, table, root, uris })
}

fn saves(filled: &mut Filled) -> Result<Vec<Line>> {
    let mut numbers = Numbers::new(11);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..SAVES {
        let at = numbers.below(filled.uris.len());
        let uri = &filled.uris[at];
        let mut doc = filled.store.read(|r| r.expect(uri))?.doc.clone();
        doc.insert("title".to_owned(), Value::String(format!("{} {round}", data::title(&mut numbers))));
        let json = serde_json::to_string(&doc)?;
        let (time, saved) =
            seconds(|| filled.store.write(Op::typed("save", "bench"), |tx| tx.update(uri, doc, Expect::Any)));
        saved?;
        ours.push(time * 1e6);
        let (time, saved) = seconds(|| table::locked_update(&mut filled.table, i64::try_from(at)? + 1, &json));
        saved?;
        bare.push(time * 1e6);
    }
    let (p50, floor50) = (percentile(&mut ours, 0.5), percentile(&mut bare, 0.5));
    let (p95, floor95) = (percentile(&mut ours, 0.95), percentile(&mut bare, 0.95));
    Ok(vec![
        Line::new("save a component, p50", "us", p50, floor50 + 20.0, Goal::Under(2.0)),
        Line::new("save a component, p95", "us", p95, floor95 + 20.0, Goal::Under(2.0)),
    ])
}

fn pages(filled: &Filled) -> Result<Line> {
    let mut numbers = Numbers::new(13);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        let offset = numbers.below(filled.uris.len().saturating_sub(100));
        let (time, page) = seconds(|| filled.store.read(|r| r.children(&filled.root, None, offset as u64, 100)));
        page?;
        ours.push(time * 1e6);
        let (time, page) = seconds(|| table::children(&filled.table, 0, i64::try_from(offset)?));
        page?;
        bare.push(time * 1e6);
    }
    let (p50, floor) = (percentile(&mut ours, 0.5), percentile(&mut bare, 0.5));
    Ok(Line::new("a page of 100 children, p50", "us", p50, floor, Goal::Under(2.0)))
}
