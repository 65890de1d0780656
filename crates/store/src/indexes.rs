//! The indexes that a first sync does without: those in an order that has nothing to do with the order of coming, of
//! which every record writes another page. Lists are slower meanwhile, and right.

use rusqlite::{Connection, params};

use crate::{Error, Reader, Tx};

/// Name, and what follows `CREATE INDEX IF NOT EXISTS`.
const SCATTERED: [(&str, &str); 2] = [
    ("record_list", "record_list ON record (kind, repo, sort)"),
    (
        "record_identifier",
        "record_identifier ON record (kind, repo, identifier) WHERE identifier IS NOT NULL",
    ),
];

/// Makes those that are not there. Whoever dropped them may have been killed, so each start asks.
pub(crate) fn complete(conn: &Connection) -> Result<(), Error> {
    for (_, index) in SCATTERED {
        conn.execute(&format!("CREATE INDEX IF NOT EXISTS {index}"), [])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// Whether lists have their indexes.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_list_indexes(&self) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name IN ($1, $2)";
        let [(list, _), (identifier, _)] = SCATTERED;
        Ok(self.number(sql, params![list, identifier])? == SCATTERED.len() as u64)
    }
}

impl Tx<'_> {
    /// Lists do without their indexes until [`Tx::make_list_indexes`], or until the data folder is opened again.
    ///
    /// # Errors
    /// What the database says.
    pub fn drop_list_indexes(&mut self) -> Result<(), Error> {
        for (name, _) in SCATTERED {
            self.db.conn.execute(&format!("DROP INDEX IF EXISTS {name}"), [])?;
        }
        Ok(())
    }

    /// Lists have their indexes again.
    ///
    /// # Errors
    /// What the database says.
    pub fn make_list_indexes(&mut self) -> Result<(), Error> {
        complete(&self.db.conn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Op, Options, Role, Store};

    fn schema(store: &Store) -> Vec<String> {
        store
            .read(|reader| {
                let sql = "SELECT name || ' ' || replace(sql, ' IF NOT EXISTS', '') FROM sqlite_schema
                     WHERE sql IS NOT NULL ORDER BY name";
                let mut select = reader.db.conn.prepare(sql)?;
                let rows = select.query_map([], |row| row.get(0))?;
                Ok::<_, Error>(rows.collect::<Result<_, _>>()?)
            })
            .unwrap()
    }

    #[test]
    fn what_was_dropped_is_made_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Store::open(dir.path(), Options::new(Role::Desk)).unwrap();
        let drop = |store: &Store| {
            store.write(Op::repeatable("pull", "ada"), |tx| tx.drop_list_indexes()).unwrap();
        };
        let has = |store: &Store| store.read(|reader| reader.has_list_indexes()).unwrap();
        let store = open();
        let whole = schema(&store);
        drop(&store);
        assert!(!has(&store));
        assert_eq!(schema(&store).len(), whole.len() - SCATTERED.len());
        store.write(Op::repeatable("pull", "ada"), |tx| tx.make_list_indexes()).unwrap();
        assert!(has(&store));
        assert_eq!(schema(&store), whole);
        drop(&store);
        std::mem::drop(store);
        assert_eq!(schema(&open()), whole);
    }
}
