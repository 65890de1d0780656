//! Numbers of inline records. ArchivesSpace keeps telephones, file versions and their like as rows of tables of their
//! own, made anew by every save, and lets numbers of those rows through in its answers. A server counts along: a save
//! gives every inline record of such a table the next number, in the order of the document. The numbers are kept beside
//! the document, never in it.

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::open::lock;
use crate::tx::number_counter;
use crate::{Error, Head, Reader, Store, Tx};

/// A table of ArchivesSpace of which row numbers reach its answers.
struct Table {
    name: &'static str,
    /// Where its records are, in the order in which they are stored: properties, through lists.
    places: &'static [&'static [&'static str]],
}

const TABLES: [Table; 6] = [
    Table { name: "telephone", places: &[&["agent_contacts", "telephones"]] },
    Table { name: "file_version", places: &[&["file_versions"]] },
    Table { name: "collection_management", places: &[&["collection_management"]] },
    Table { name: "rights_restriction", places: &[&["notes", "rights_restriction"]] },
    Table { name: "sub_container", places: &[&["instances", "sub_container"]] },
    Table { name: "linked_agents", places: &[&["rights_statements", "linked_agents"], &["linked_agents"]] },
];

/// Hands every inline record of a table to `f`, in the order in which they are numbered.
pub fn each_row(doc: &mut Map<String, Value>, table: &str, f: &mut dyn FnMut(&mut Map<String, Value>)) {
    for place in TABLES.iter().find(|one| one.name == table).map_or(&[][..], |table| table.places) {
        if let Some((first, rest)) = place.split_first()
            && let Some(value) = doc.get_mut(*first)
        {
            each_in(value, rest, f);
        }
    }
}

fn each_in(value: &mut Value, place: &[&str], f: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_in(item, place, f)),
        Value::Object(map) => match place.split_first() {
            None => f(map),
            Some((next, rest)) => {
                if let Some(value) = map.get_mut(*next) {
                    each_in(value, rest, f);
                }
            }
        },
        _ => {}
    }
}

fn count(value: Option<&Value>, place: &[&str]) -> i64 {
    match value {
        Some(Value::Array(items)) => items.iter().map(|item| count(Some(item), place)).sum(),
        Some(Value::Object(map)) => match place.split_first() {
            None => 1,
            Some((next, rest)) => count(map.get(*next), rest),
        },
        _ => 0,
    }
}

/// How many inline records of a table a document has.
fn rows(doc: &Map<String, Value>, table: &Table) -> i64 {
    let at = |place: &&[&str]| place.split_first().map_or(0, |(first, rest)| count(doc.get(*first), rest));
    table.places.iter().map(at).sum()
}

fn counter(table: &str) -> String {
    format!("rows:{table}")
}

impl Store {
    /// Uses up numbers as ArchivesSpace does that stores a record, and `count` inline records of a table, before it
    /// refuses them.
    ///
    /// # Errors
    /// What the database says.
    pub fn use_up(&self, kind: &str, table: &str, count: i64) -> Result<(), Error> {
        for (name, count) in [(number_counter(kind), 1), (counter(table), count)] {
            let stored = self.read(|reader| reader.counter(&name))?;
            let mut given = lock(&self.shared.given);
            let last = given.entry(name).or_insert(stored);
            *last = stored.max(*last) + count;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Number of the first inline record of a table in a record: the others follow. `None` where the record was saved
    /// before there were such numbers.
    ///
    /// # Errors
    /// What the database says.
    pub fn first_row(&self, head: &Head, table: &str) -> Result<Option<i64>, Error> {
        let sql = "SELECT first FROM numbered WHERE id = $1 AND name = $2 ORDER BY first LIMIT 1";
        let mut select = self.db.conn.prepare_cached(sql)?;
        Ok(select.query_row(params![head.id, table], |row| row.get(0)).optional()?)
    }

    /// The record that holds the only inline record of a table with this number.
    ///
    /// # Errors
    /// What the database says.
    pub fn holder_of_row(&self, table: &str, number: i64) -> Result<Option<Head>, Error> {
        let sql = "SELECT id FROM numbered WHERE name = $1 AND first = $2";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let id: Option<i64> = select.query_row(params![table, number], |row| row.get(0)).optional()?;
        Ok(id.map(|id| self.head_by_id(id)).transpose()?.flatten().map(|row| row.head))
    }
}

impl Tx<'_> {
    /// Forgets the numbers of a record's inline records: a save makes new ones.
    pub(crate) fn forget_rows(&self, id: i64) -> Result<(), Error> {
        self.db.conn.prepare_cached("DELETE FROM numbered WHERE id = $1")?.execute([id])?;
        Ok(())
    }

    /// Gives the inline records of a new or saved document their numbers.
    pub(crate) fn number_rows(&mut self, id: i64, doc: &Map<String, Value>) -> Result<(), Error> {
        for table in &TABLES {
            let count = rows(doc, table);
            if count == 0 {
                continue;
            }
            let first = self.give(&counter(table.name), 1, count)?;
            let sql = "INSERT INTO numbered (name, first, id) VALUES ($1, $2, $3)";
            self.db.conn.prepare_cached(sql)?.execute(params![table.name, first, id])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_counted_where_they_are_handed_out() {
        let doc = json!({
            "agent_contacts": [{"telephones": [{"number": "1"}, {"number": "2"}]}, {}, {"telephones": [{"number": "3"}]}],
            "linked_agents": [{"ref": "a"}],
            "rights_statements": [{"linked_agents": [{"ref": "b"}, {"ref": "c"}]}],
            "collection_management": {"processing_priority": "high"},
            "notes": [{"content": ["x"]}, {"rights_restriction": {"begin": "1999-01-01"}}],
        });
        let mut doc = doc.as_object().cloned().unwrap();
        let mut seen = Vec::new();
        for table in &TABLES {
            let mut found = 0;
            each_row(&mut doc, table.name, &mut |_| found += 1);
            assert_eq!(found, rows(&doc, table), "{}", table.name);
            seen.push(found);
        }
        assert_eq!(seen, [3, 0, 1, 1, 0, 3]);
        let mut order = Vec::new();
        each_row(&mut doc, "linked_agents", &mut |agent| order.push(agent["ref"].clone()));
        assert_eq!(order, [json!("b"), json!("c"), json!("a")], "those of rights statements come first");
    }
}
