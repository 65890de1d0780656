//! Numbers of inline records. ArchivesSpace keeps telephones, file versions and their like as rows of tables of their
//! own, made anew by every save, and lets numbers of those rows through in its answers. A server counts along: a save
//! gives every inline record of such a table the next number, in the order of the document. The numbers are kept beside
//! the document, never in it.

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::open::lock;
use crate::tx::number_counter;
use crate::{Error, Head, Reader, Role, Store, Tx};

/// A table of ArchivesSpace of which row numbers reach its answers.
struct Table {
    name: &'static str,
    /// Tables of one counter are counted together.
    counter: &'static str,
    /// Where its records are: properties, through lists.
    place: &'static [&'static str],
}

/// In the order in which they are stored: the links of a record's rights statements before its own.
const TABLES: [Table; 7] = [
    table("telephone", &["agent_contacts", "telephones"]),
    table("file_version", &["file_versions"]),
    table("collection_management", &["collection_management"]),
    table("rights_restriction", &["notes", "rights_restriction"]),
    table("sub_container", &["instances", "sub_container"]),
    Table {
        name: "rights_statement_agents",
        counter: "linked_agents",
        place: &["rights_statements", "linked_agents"],
    },
    table("linked_agents", &["linked_agents"]),
];

const fn table(name: &'static str, place: &'static [&'static str]) -> Table {
    Table { name, counter: name, place }
}

/// Hands every inline record of a table to `f`, in the order in which they are numbered.
pub fn each_row(doc: &mut Map<String, Value>, table: &str, f: &mut dyn FnMut(&mut Map<String, Value>)) {
    let place = TABLES.iter().find(|one| one.name == table).and_then(|table| table.place.split_first());
    if let Some((first, rest)) = place
        && let Some(value) = doc.get_mut(*first)
    {
        each_in(value, rest, f);
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
    table.place.split_first().map_or(0, |(first, rest)| count(doc.get(*first), rest))
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
        TABLES.iter().try_for_each(|table| self.number_table(id, doc, table))
    }

    /// Gives the agents of a record new numbers: it was put elsewhere, which makes only its own links anew.
    pub(crate) fn renumber_agents(&mut self, id: i64, doc: &Map<String, Value>) -> Result<(), Error> {
        let server = self.role() == Role::Server;
        for table in TABLES.iter().filter(|table| server && table.name == "linked_agents") {
            let sql = "DELETE FROM numbered WHERE id = $1 AND name = $2";
            self.db.conn.prepare_cached(sql)?.execute(params![id, table.name])?;
            self.number_table(id, doc, table)?;
        }
        Ok(())
    }

    fn number_table(&mut self, id: i64, doc: &Map<String, Value>, table: &Table) -> Result<(), Error> {
        let count = rows(doc, table);
        if count == 0 {
            return Ok(());
        }
        let first = self.give(&counter(table.counter), 1, count)?;
        let sql = "INSERT INTO numbered (name, first, id) VALUES ($1, $2, $3)";
        self.db.conn.prepare_cached(sql)?.execute(params![table.name, first, id])?;
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
        assert_eq!(seen, [3, 0, 1, 1, 0, 2, 1]);
    }
}
