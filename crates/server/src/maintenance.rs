//! What an administrator does on the command line: check, backup, restore, audit.

use std::path::Path;

use jiff::Timestamp;
use store::{Access, AuditLine, AuditQuery, Finding, Repair, Store};

use crate::first_run::IDENTITY;
use crate::serve::{Error, Options, lock_data, open_store, open_store_to};

/// What becomes of data that is where a backup is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// It stays: the restore is refused.
    Nothing,
    /// It is kept beside, under a name with the time.
    Kept,
}

/// The data to look at, and not to change: a server may have them, or be one of another version.
fn to_read(data: &Path) -> Result<Store, Error> {
    open_store_to(&Options::new(data, ""), Access::Read)
}

/// Checks the data folder, and changes nothing; what is wrong, a line each.
///
/// # Errors
/// When the data cannot be opened, or are of another version.
pub fn check(data: &Path) -> Result<Vec<String>, Error> {
    let store = to_read(data)?;
    Ok(store.check(Repair::No)?.iter().map(line).collect())
}

/// Checks the data folder and makes again what is derived; what was wrong, a line each.
///
/// # Errors
/// When the data cannot be opened, or a server has them.
pub fn repair(data: &Path) -> Result<Vec<String>, Error> {
    let _lock = lock_data(data)?;
    let store = open_store(&Options::new(data, ""))?;
    Ok(store.check(Repair::Derived)?.iter().map(line).collect())
}

fn line(found: &Finding) -> String {
    let repaired = if found.repaired { " (made again)" } else { "" };
    match &found.uri {
        Some(uri) => format!("{}: {uri}: {}{repaired}", found.part, found.what),
        None => format!("{}: {}{repaired}", found.part, found.what),
    }
}

/// Writes a copy of the data to one file, while the server may be running.
///
/// # Errors
/// When the data cannot be read or are of another version, or the file cannot be written.
pub fn backup(data: &Path, to: &Path) -> Result<(), Error> {
    Ok(to_read(data)?.backup(to)?)
}

/// Puts the backup `from` in place as the data. It is checked first; its identity becomes a new one, so that desks
/// notice that the server went back. What was done, a line each.
///
/// # Errors
/// When a server has the data, when there are data and none may be replaced, when the backup is none or is damaged,
/// or what the disk says. Then the data are as they were.
pub fn restore(from: &Path, data: &Path, replace: Replace) -> Result<Vec<String>, Error> {
    std::fs::create_dir_all(data)?;
    let _lock = lock_data(data)?;
    if Store::is_in(data) && replace == Replace::Nothing {
        return Err(Error::DataThere { data: data.to_owned() });
    }
    let now = Timestamp::now();
    let new = uuid::Uuid::new_v4().to_string();
    let kept = store::restore(from, data, &[(IDENTITY, &new)], now)?;
    let mut lines = vec![format!("restored {} to {}", from.display(), data.display())];
    lines.extend(kept.map(|kept| format!("the data that were there are kept as {}", kept.display())));
    lines.push("desks that synced with this server ask to be connected anew".to_owned());
    Ok(lines)
}

/// Who changed what, the newest first.
///
/// # Errors
/// When the data cannot be read, or are of another version.
pub fn audit(data: &Path, asked: &AuditQuery) -> Result<Vec<AuditLine>, Error> {
    Ok(to_read(data)?.read(|reader| reader.audit(asked))?)
}
