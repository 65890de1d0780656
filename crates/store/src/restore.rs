//! Putting a backup in place as the data.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::migrate::{KNOWN, version};
use crate::open::{DATABASE, INDEX};
use crate::{Error, Store};

/// Name of the copy while it is looked at.
const COPY: &str = "fonds.db.restoring";
/// Setting: identity of the store, which its index belongs to.
const IDENTITY: &str = "identity";

impl Store {
    /// Whether there are data in a folder.
    #[must_use]
    pub fn is_in(dir: &Path) -> bool {
        dir.join(DATABASE).exists()
    }
}

/// Puts the backup `from` in place as the data in `dir`, which nobody may have open. The file is checked
/// first, and gets a new identity and these settings, each of which it must have had. Data that
/// are there are moved aside: where to.
///
/// # Errors
/// [`Error::NewerFile`], [`Error::Damaged`], or what the disk says; then the data are as they were.
pub fn restore(
    from: &Path,
    dir: &Path,
    settings: &[(&str, &str)],
    at: Timestamp,
) -> Result<Option<PathBuf>, Error> {
    let copy = dir.join(COPY);
    let ready = prepare(from, &copy, settings, at);
    if ready.is_err() {
        remove(&copy)?;
    }
    ready?;
    let kept = set_aside(dir, at)?;
    fs::rename(&copy, dir.join(DATABASE))?;
    // The index is of the former data.
    match fs::remove_dir_all(dir.join(INDEX)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::File::open(dir)?.sync_all()?;
    Ok(kept)
}

/// A copy of the backup that can be the data.
fn prepare(from: &Path, copy: &Path, settings: &[(&str, &str)], at: Timestamp) -> Result<(), Error> {
    remove(copy)?;
    fs::copy(from, copy)?;
    // What was not yet moved into the file, when it is no backup but a copied data folder.
    let log = beside(from, "-wal");
    if log.exists() {
        fs::copy(&log, beside(copy, "-wal"))?;
    }
    let damaged = |reason: String| Error::Damaged { path: from.to_owned(), reason };
    let mut conn = Connection::open(copy)?;
    let found = version(&conn).map_err(|error| damaged(error.to_string()))?;
    if found > KNOWN {
        return Err(Error::NewerFile { found, known: KNOWN });
    }
    if found == 0 {
        return Err(damaged("it holds no data of this program".to_owned()));
    }
    if let Some(reason) = wrong(&conn).map_err(|error| damaged(error.to_string()))? {
        return Err(damaged(reason));
    }
    let tx = conn.transaction()?;
    let identity = uuid::Uuid::new_v4().to_string();
    for (name, value) in settings.iter().chain(&[(IDENTITY, identity.as_str())]) {
        let changed = tx.execute("UPDATE setting SET value = $1 WHERE name = $2", params![value, name])?;
        if changed == 0 {
            return Err(damaged("it is of another kind of program".to_owned()));
        }
    }
    // An older file has no such table yet: it is brought to the newest version by the next start.
    if found == KNOWN {
        tx.execute("INSERT INTO audit (at, by, action) VALUES ($1, '', 'restore')", [at.as_millisecond()])?;
    }
    tx.commit()?;
    // One file, which can be renamed.
    conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    conn.close().map_err(|(_, error)| Error::from(error))
}

/// What SQLite finds in a file, and rows that point nowhere.
fn wrong(conn: &Connection) -> Result<Option<String>, Error> {
    let found: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    let table: Option<String> =
        conn.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).optional()?;
    Ok(table.map(|table| format!("rows of {table} point nowhere")))
}

/// Moves data that are there to a name with the time.
fn set_aside(dir: &Path, at: Timestamp) -> Result<Option<PathBuf>, Error> {
    let data = dir.join(DATABASE);
    if !data.exists() {
        return Ok(None);
    }
    let kept = dir.join(format!("fonds-before-{}.db", at.strftime("%Y%m%dT%H%M%SZ")));
    if kept.exists() {
        return Err(std::io::Error::new(std::io::ErrorKind::AlreadyExists, kept.display().to_string()).into());
    }
    let log = beside(&data, "-wal");
    // In one file they keep their name beside the new one until the copy takes it: whenever the power goes, there are
    // the former data or the restored ones.
    if fold(&data).is_ok() && !log.exists() && fs::hard_link(&data, &kept).is_ok() {
        return Ok(Some(kept));
    }
    if log.exists() {
        fs::rename(&log, beside(&kept, "-wal"))?;
    }
    fs::rename(&data, &kept)?;
    let shared = beside(&data, "-shm");
    if shared.exists() {
        fs::remove_file(shared)?;
    }
    Ok(Some(kept))
}

/// Moves what the log of a database gathered into the file.
fn fold(data: &Path) -> Result<(), Error> {
    let conn = Connection::open(data)?;
    conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    conn.close().map_err(|(_, error)| Error::from(error))
}

/// Removes a database file that may be there.
fn remove(path: &Path) -> Result<(), Error> {
    for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        match fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
