//! A store of some size, and the bare table with the same records.

use anyhow::Result;
use rusqlite::Connection;
use serde_json::{Map, Value};
use store::{Op, Options, Role, Store};

use crate::Scale;
use crate::data::{self, Numbers};
use crate::floor::table::{self, Durability, Row};

/// A store with one collection of `scale` components, and the bare table with the same.
pub(super) struct Filled {
    pub(super) folder: tempfile::TempDir,
    pub(super) store: Store,
    pub(super) table: Connection,
    pub(super) root: String,
    pub(super) uris: Vec<String>,
}

/// Fills both.
pub(super) fn fill(scale: Scale) -> Result<Filled> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("store"), Options::new(Role::Desk))?;
    let mut numbers = Numbers::new(5);
    let ((repo, root), _) = store.write(Op::repeatable("import", "bench"), |tx| {
        let repo = tx.create(
            "repository",
            None,
            data::object(serde_json::json!({"repo_code": "B", "name": "Bench"})),
        )?;
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
            let (id, title) =
                (i64::try_from(*n)? + 1, doc.get("title").and_then(Value::as_str).unwrap_or_default());
            let json = serde_json::to_string(doc)?;
            table::insert(&table, &Row { id, parent: 0, position: id, title, json: &json })?;
        }
        floor.commit()?;
        let (made, _) = store.write(Op::repeatable("import", "bench"), |tx| {
            docs.into_iter()
                .map(|doc| Ok(tx.create("archival_object", Some(&repo), doc)?.uri.clone()))
                .collect::<Result<Vec<_>, store::Error>>()
        })?;
        uris.extend(made);
    }
    Ok(Filled { folder, store, table, root, uris })
}
