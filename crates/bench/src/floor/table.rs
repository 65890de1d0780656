//! SQLite with one table of JSON text and three indexes.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};

const OPEN: &str =
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;
  PRAGMA mmap_size=1073741824; PRAGMA wal_autocheckpoint=16384;";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS rec(id INTEGER PRIMARY KEY, uri TEXT NOT NULL, kind TEXT, resource INTEGER,
  parent INTEGER, position INTEGER, title TEXT, lock_version INTEGER, mtime INTEGER, json TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS rec_uri ON rec(uri); CREATE INDEX IF NOT EXISTS rec_tree ON rec(resource, parent, position);
  CREATE INDEX IF NOT EXISTS rec_mtime ON rec(mtime);";

/// How a commit is written.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// One fsync a commit.
    Full,
    /// As bulk writes that can be repeated.
    Normal,
}

/// A row.
pub(crate) struct Row<'a> {
    pub(crate) id: i64,
    pub(crate) parent: i64,
    pub(crate) position: i64,
    pub(crate) title: &'a str,
    pub(crate) json: &'a str,
}

/// Opens (and makes) the table.
pub(crate) fn open(path: &Path, durability: Durability) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(OPEN)?;
    connection.execute_batch(match durability {
        Durability::Full => "PRAGMA synchronous=FULL",
        Durability::Normal => "PRAGMA synchronous=NORMAL",
    })?;
    connection.execute_batch(TABLE)?;
    Ok(connection)
}

/// Inserts one row.
pub(crate) fn insert(connection: &Connection, row: &Row<'_>) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO rec VALUES($1, $2, 'archival_object', 1, $3, $4, $5, 0, 0, $6)")?
        .execute(params![
            row.id,
            format!("/repositories/2/archival_objects/{}", row.id),
            row.parent,
            row.position,
            row.title,
            row.json
        ])?;
    Ok(())
}

/// Replaces the document if the version is the expected one, in a transaction of its own.
pub(crate) fn locked_update(connection: &mut Connection, id: i64, json: &str) -> Result<()> {
    let transaction = connection.transaction()?;
    let version: i64 = transaction
        .prepare_cached("SELECT lock_version FROM rec WHERE id = $1")?
        .query_row([id], |row| row.get(0))?;
    transaction
        .prepare_cached("UPDATE rec SET json = $1, lock_version = lock_version + 1, mtime = $2 WHERE id = $3 AND lock_version = $4")?
        .execute(params![json, 1_800_000_000_i64, id, version])?;
    transaction.commit()?;
    Ok(())
}

/// The document of a row.
pub(crate) fn document(connection: &Connection, id: i64) -> Result<String> {
    let mut select = connection.prepare_cached("SELECT json FROM rec WHERE id = $1")?;
    Ok(select.query_row([id], |row| row.get(0))?)
}

/// Titles of a hundred children.
pub(crate) fn children(connection: &Connection, parent: i64, offset: i64) -> Result<usize> {
    let mut statement = connection.prepare_cached(
        "SELECT id, title, position FROM rec WHERE resource = 1 AND parent = $1 ORDER BY position LIMIT 100 OFFSET $2",
    )?;
    let mut rows = statement.query([parent, offset])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get_ref(1)?.as_str()?.len();
    }
    Ok(bytes)
}
