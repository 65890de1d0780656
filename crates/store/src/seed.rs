//! What every store has from the start: controlled lists, the vocabulary, and on a server the global repository.

use std::collections::HashSet;

use record::{Record, Registry};
use rusqlite::params;
use serde_json::{Map, Value, json};

use crate::older::{FOUND_BY, FOUND_BY_FORM, RULES, RULES_FORM};
use crate::reader::HIDDEN;
use crate::records::{Absent, NewRow};
use crate::{Error, Op, Role, Store, Tx};

/// Address of the one vocabulary that every subject belongs to.
const VOCABULARY: &str = "/vocabularies/1";
/// Address of the hidden repository that holds what belongs to all.
pub(crate) const GLOBAL: &str = "/repositories/1";

impl Store {
    /// Number of this store's data (a UUID).
    ///
    /// # Errors
    /// What the database says.
    pub fn identity(&self) -> Result<String, Error> {
        self.read(|reader| reader.identity())
    }

    pub(crate) fn seed(&self) -> Result<(), Error> {
        let there = self.read(|r| {
            let mut select = r.db.conn.prepare_cached("SELECT name FROM enumeration")?;
            let names: HashSet<String> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let lists = Registry::shipped().lists().all(|list| names.contains(&list.name));
            Ok(lists && r.row_of(VOCABULARY)?.is_some())
        })?;
        if there {
            return Ok(());
        }
        self.write(Op::typed("seed", ""), |tx| {
            lists(tx)?;
            if tx.row_of(VOCABULARY)?.is_none() {
                tx.set_counter(RULES, RULES_FORM)?;
                tx.set_counter(FOUND_BY, FOUND_BY_FORM)?;
            }
            if tx.setting("identity")?.is_none() {
                tx.set_setting("identity", Some(&uuid::Uuid::new_v4().to_string()))?;
            }
            fixed(tx, "vocabulary", VOCABULARY, json!({"name": "global", "ref_id": "global"}))?;
            at_least(tx, "number:vocabulary", 1)?;
            if tx.role() == Role::Server {
                let id = fixed(
                    tx,
                    "repository",
                    GLOBAL,
                    json!({"repo_code": "_archivesspace", "name": "Global repository"}),
                )?;
                tx.db.conn.execute("UPDATE record SET state = $1 WHERE id = $2", params![HIDDEN, id])?;
                at_least(tx, "number:repository", 1)?;
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
        let numbered = NUMBERED.iter().find(|numbered| numbered.list == list.name);
        let id = match numbered.and_then(|numbered| numbered.id) {
            Some(id) => id,
            None => tx.free_number("enumeration", &|id| NUMBERED.iter().any(|list| list.id == Some(id)))?,
        };
        tx.db.conn.prepare_cached(
            "INSERT INTO enumeration (id, name, editable, default_value, created, modified) VALUES ($1, $2, $3, $4, $5, $5)",
        )?.execute(params![id, list.name, list.editable, list.default, tx.millis()])?;
        let values = numbered.map_or(&[][..], |numbered| numbered.values);
        for (at, value) in list.values.iter().enumerate() {
            let gap = GAPS.iter().any(|(name, gap)| *name == list.name && *gap <= at);
            let position = i64::try_from(at + usize::from(gap)).unwrap_or(i64::MAX);
            let value_id = match values.get(at) {
                Some(id) => *id,
                None => {
                    tx.free_number("enum_value", &|id| NUMBERED.iter().any(|list| list.values.contains(&id)))?
                }
            };
            tx.db.conn.prepare_cached(
                "INSERT INTO enum_value (id, list, value, position, read_only, created, modified) VALUES ($1, $2, $3, $4, $5, $6, $6)
                 ON CONFLICT (list, value) DO NOTHING",
            )?.execute(params![value_id, id, value, position, list.readonly_values.contains(value), tx.millis()])?;
        }
    }
    // Numbers go on where those of a fresh ArchivesSpace do.
    at_least(tx, "enumeration", 102)?;
    at_least(tx, "enum_value", 1797)?;
    tx.lists_changed()
}

/// A store that has more already goes on from there.
fn at_least(tx: &Tx<'_>, counter: &str, last: i64) -> Result<(), Error> {
    tx.set_counter(counter, tx.counter(counter)?.max(last))
}

/// A list of which numbers are the same in every ArchivesSpace.
struct Numbered {
    list: &'static str,
    /// Number of the list, where scripts use it.
    id: Option<i64>,
    /// Numbers of its values, in their order.
    values: &'static [i64],
}

/// Lists that scripts address by number, and the one whose numbers stand in answers (of the terms of linked agents).
const NUMBERED: [Numbered; 4] = [
    Numbered {
        list: "extent_extent_type",
        id: Some(14),
        values: &[273, 274, 275, 276, 277, 278, 279, 280, 281, 282, 283, 284],
    },
    Numbered {
        list: "archival_record_level",
        id: Some(32),
        values: &[888, 889, 890, 891, 892, 893, 894, 895, 896, 897, 898],
    },
    Numbered { list: "date_type", id: Some(34), values: &[902, 903, 1281, 901] },
    Numbered {
        list: "subject_term_type",
        id: None,
        values: &[1267, 1268, 1270, 1269, 1271, 1272, 1273, 1274, 1275, 1276],
    },
];

/// Lists out of which ArchivesSpace has taken a value, with the rank from which on its positions are one more.
const GAPS: [(&str, usize); 4] = [
    ("event_event_type", 32),
    ("language_iso639_2", 351),
    ("note_digital_object_type", 9),
    ("note_singlepart_type", 1),
];

impl Tx<'_> {
    /// The next number that is not kept for another one.
    fn free_number(&self, counter: &str, kept: &dyn Fn(i64) -> bool) -> Result<i64, Error> {
        loop {
            let next = self.next_of(counter, 1)?;
            if !kept(next) {
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
    tx.insert(uri, &ready, &NewRow::default())
}
