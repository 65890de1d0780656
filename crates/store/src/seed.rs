//! What every store has from the start: controlled lists, the vocabulary, and on a server the global repository.

use record::{Record, Registry};
use rusqlite::params;
use serde_json::{Map, Value, json};

use crate::reader::HIDDEN;
use crate::records::{Absent, NewRow};
use crate::{Error, Op, Role, Store, Tx};

/// Address of the one vocabulary that every subject belongs to.
const VOCABULARY: &str = "/vocabularies/1";
/// Address of the hidden repository that holds what belongs to all.
const GLOBAL: &str = "/repositories/1";

impl Store {
    /// Number of this store's data (a UUID).
    ///
    /// # Errors
    /// What the database says.
    pub fn identity(&self) -> Result<String, Error> {
        self.read(|reader| reader.identity())
    }

    pub(crate) fn seed(&self) -> Result<(), Error> {
        let shipped = Registry::shipped().lists().count();
        let there = self.read(|r| {
            Ok(r.number("SELECT count(*) FROM enumeration", params![])? >= shipped as u64 && r.row_of(VOCABULARY)?.is_some())
        })?;
        if there {
            return Ok(());
        }
        self.write(Op::typed("seed", ""), |tx| {
            lists(tx)?;
            if tx.setting("identity")?.is_none() {
                tx.set_setting("identity", Some(&uuid::Uuid::new_v4().to_string()))?;
            }
            fixed(tx, "vocabulary", VOCABULARY, json!({"name": "Subjects", "ref_id": "global"}))?;
            tx.set_counter("number:vocabulary", 1)?;
            if tx.role() == Role::Server {
                let id = fixed(tx, "repository", GLOBAL, json!({"repo_code": "_archivesspace", "name": "Global repository"}))?;
                tx.db.conn.execute("UPDATE record SET state = $1 WHERE id = $2", params![HIDDEN, id])?;
                tx.set_counter("number:repository", 1)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Lists that are not there yet, as shipped.
fn lists(tx: &mut Tx<'_>) -> Result<(), Error> {
    for list in Registry::shipped().lists() {
        if tx.enumeration(&list.name)?.is_some() {
            continue;
        }
        tx.db.conn.prepare_cached(
            "INSERT INTO enumeration (name, editable, default_value, created, modified) VALUES ($1, $2, $3, $4, $4)",
        )?.execute(params![list.name, list.editable, list.default, tx.millis()])?;
        let id = tx.db.conn.last_insert_rowid();
        for (position, value) in list.values.iter().enumerate() {
            tx.db.conn.prepare_cached(
                "INSERT INTO enum_value (list, value, position, read_only) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (list, value) DO NOTHING",
            )?.execute(params![id, value, i64::try_from(position).unwrap_or(0), list.readonly_values.contains(value)])?;
        }
    }
    tx.lists_changed()
}

/// A record with a fixed address, clean.
fn fixed(tx: &mut Tx<'_>, kind: &str, uri: &str, doc: Value) -> Result<i64, Error> {
    if let Some((id, _)) = tx.row_of(uri)? {
        return Ok(id);
    }
    let doc: Map<String, Value> = doc.as_object().cloned().unwrap_or_default();
    let ready = tx.ready(Record::new(kind, doc), 0, None, None, Absent::Problem)?;
    tx.insert(uri, &ready, &NewRow { repo: None, spot: None, lock_version: 0, edits: 0, moved: false })
}
