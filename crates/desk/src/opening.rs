//! A data folder that may not open: on a full disk, with a damaged file, or written by a newer program.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use record::api::command::ApiError;

use crate::{Desk, Error, Failure};

/// What begins once the desk is open.
type Begin = Box<dyn Fn(&Desk) + Send + Sync>;

/// The desk of a folder, opened when it is first asked for. After a failure the next question tries again, so
/// that the window stays, says why, and goes on when the reason is gone.
pub struct Opening {
    dir: PathBuf,
    begin: Begin,
    desk: Mutex<Option<Desk>>,
}

impl Opening {
    /// Opens nothing yet. `begin` is told the desk once, when it opens.
    pub fn new(dir: PathBuf, begin: impl Fn(&Desk) + Send + Sync + 'static) -> Self {
        Self { dir, begin: Box::new(begin), desk: Mutex::default() }
    }

    /// The desk.
    ///
    /// # Errors
    /// Why it does not open, as commands report it.
    pub fn desk(&self) -> Result<Desk, ApiError> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = desk.as_ref() {
            return Ok(desk.clone());
        }
        let opened = Desk::open(&self.dir).map_err(|error| match error {
            Error::Store(error) => Failure::from(error).0,
            other => crate::error::with("storage", &[("detail", &other.to_string())]),
        })?;
        (self.begin)(&opened);
        *desk = Some(opened.clone());
        Ok(opened)
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("dir", &self.dir).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_damaged_file_is_told_left_alone_and_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("fonds.db");
        std::fs::write(&file, "no database at all, but long enough to be read as one").unwrap();
        let begun = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&begun);
        let opening = Opening::new(dir.path().to_owned(), move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(opening.desk().unwrap_err().code, "damaged");
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("no database"));
        std::fs::remove_file(&file).unwrap();
        opening.desk().unwrap();
        opening.desk().unwrap();
        assert_eq!(begun.load(Ordering::SeqCst), 1);
    }
}
