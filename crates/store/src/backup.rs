//! A copy of the whole store while it is in use.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::{Error, Store};

impl Store {
    /// Copies the database to a file that is not there yet. The index is not copied: it is made again.
    ///
    /// # Errors
    /// What the disk or the database says.
    pub fn backup(&self, to: &Path) -> Result<(), Error> {
        if to.exists() {
            return Err(
                std::io::Error::new(std::io::ErrorKind::AlreadyExists, to.display().to_string()).into()
            );
        }
        // Under another name until it is whole: a copy that broke off must not pass for one.
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let copied = forget(&part).and_then(|()| self.copy(&part));
        if copied.is_err() {
            forget(&part)?;
        }
        copied?;
        Ok(std::fs::rename(&part, to)?)
    }

    fn copy(&self, to: &Path) -> Result<(), Error> {
        let mut copy = Connection::open(to)?;
        self.read(|reader| {
            let backup = rusqlite::backup::Backup::new(&reader.db.conn, &mut copy)?;
            Ok(backup.run_to_completion(2_000, Duration::ZERO, None)?)
        })?;
        // All in one file, which can be carried away and read where nothing can be written.
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        copy.close().map_err(|(_, error)| Error::from(error))?;
        Ok(File::open(to)?.sync_all()?)
    }
}

/// Removes the rest of a copy that broke off.
fn forget(part: &Path) -> Result<(), Error> {
    match std::fs::remove_file(part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
