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
            Ok(r.number("SELECT count(*) FROM enumeration", params![])? >= shipped as u64
                && r.row_of(VOCABULARY)?.is_some())
        })?;
        if there {
            return Ok(());
        }
        self.write(Op::typed("seed", ""), |tx| {
            lists(tx)?;
            if tx.setting("identity")?.is_none() {
                tx.set_setting("identity", Some(&uuid::Uuid::new_v4().to_string()))?;
            }
            fixed(tx, "vocabulary", VOCABULARY, json!({"name": "global", "ref_id": "global"}))?;
            tx.set_counter("number:vocabulary", 1)?;
            if tx.role() == Role::Server {
                let id = fixed(
                    tx,
                    "repository",
                    GLOBAL,
                    json!({"repo_code": "_archivesspace", "name": "Global repository"}),
                )?;
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
        let (id, first) = numbers(&list.name).map_or((None, None), |(id, first)| (Some(id), Some(first)));
        let id = id.map_or_else(|| tx.free_number("enumeration", &kept(Kept::Lists)), Ok)?;
        tx.db.conn.prepare_cached(
            "INSERT INTO enumeration (id, name, editable, default_value, created, modified) VALUES ($1, $2, $3, $4, $5, $5)",
        )?.execute(params![id, list.name, list.editable, list.default, tx.millis()])?;
        for (position, value) in (0_i64..).zip(&list.values) {
            let value_id = first.map_or_else(
                || tx.free_number("enum_value", &kept(Kept::Values)),
                |first| Ok(first + position),
            )?;
            tx.db.conn.prepare_cached(
                "INSERT INTO enum_value (id, list, value, position, read_only, created, modified) VALUES ($1, $2, $3, $4, $5, $6, $6)
                 ON CONFLICT (list, value) DO NOTHING",
            )?.execute(params![value_id, id, value, position, list.readonly_values.contains(value), tx.millis()])?;
        }
    }
    // Numbers go on where those of a fresh ArchivesSpace do.
    tx.set_counter("enumeration", 102)?;
    tx.set_counter("enum_value", 1797)?;
    tx.lists_changed()
}

/// Lists that scripts address by number, with the number of their first value, as every ArchivesSpace has them.
const NUMBERED: [(&str, i64, i64); 3] =
    [("extent_extent_type", 14, 273), ("archival_record_level", 32, 888), ("date_type", 34, 902)];

/// The numbers that those lists, and their values, take.
fn kept(what: Kept) -> Vec<(i64, i64)> {
    let range = |(name, id, first): &(&str, i64, i64)| match what {
        Kept::Lists => (*id, *id),
        Kept::Values => {
            let count = Registry::shipped().list(name).map_or(0, |list| list.values.len());
            (*first, first + i64::try_from(count).unwrap_or(0) - 1)
        }
    };
    NUMBERED.iter().map(range).collect()
}

#[derive(Clone, Copy)]
enum Kept {
    Lists,
    Values,
}

fn numbers(list: &str) -> Option<(i64, i64)> {
    NUMBERED.iter().find(|(name, ..)| *name == list).map(|(_, id, first)| (*id, *first))
}

impl Tx<'_> {
    /// The next number that is not kept for another one.
    fn free_number(&self, counter: &str, kept: &[(i64, i64)]) -> Result<i64, Error> {
        loop {
            let next = self.next_of(counter, 1)?;
            if !kept.iter().any(|(first, last)| (*first..=*last).contains(&next)) {
                return Ok(next);
            }
        }
    }
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
