//! Getting committed operations onto the disk: one flush serves everybody who waits for one.
//!
//! A server commits without flushing, lets the next writer begin, and answers when the write-ahead log is on the disk as
//! far as its own commit. What is committed stays in order, so a power cut takes back the newest operations only, of
//! which nobody was told that they are done.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::Error;
use crate::open::lock;

/// The write-ahead log of a store.
pub(crate) struct Flush {
    log: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    file: Option<Arc<File>>,
    /// A commit that others may see already is being made.
    under_way: bool,
    /// Commits that were made, and those that are on the disk.
    committed: u64,
    flushed: u64,
    /// Somebody is at it.
    flushing: bool,
    /// The disk refused once: the system may have dropped what it could not write, so no later flush says anything.
    failed: bool,
}

/// A commit that is being made, by the only one who may.
pub(crate) struct UnderWay<'a>(&'a Flush);

impl UnderWay<'_> {
    /// It is made: what to wait for.
    pub(crate) fn done(self) -> u64 {
        let mut state = lock(&self.0.state);
        state.committed += 1;
        state.committed
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).under_way = false;
        self.0.changed.notify_all();
    }
}

impl Flush {
    pub(crate) fn new(log: PathBuf) -> Self {
        Self { log, state: Mutex::default(), changed: Condvar::new() }
    }

    /// To be said before a commit is made.
    ///
    /// # Errors
    /// When the disk failed before: nothing more may be told as done.
    pub(crate) fn commit(&self) -> Result<UnderWay<'_>, Error> {
        let mut state = lock(&self.state);
        if state.failed {
            return Err(failed());
        }
        state.under_way = true;
        Ok(UnderWay(self))
    }

    /// Whether everything that can be read by now is on the disk.
    pub(crate) fn is_settled(&self) -> bool {
        let state = lock(&self.state);
        !state.under_way && state.flushed == state.committed
    }

    /// Waits until everything that can be read by now is on the disk.
    pub(crate) fn settle(&self) -> Result<(), Error> {
        let mut state = lock(&self.state);
        while state.under_way {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let committed = state.committed;
        drop(state);
        self.wait(committed)
    }

    /// Waits until a commit is on the disk.
    pub(crate) fn wait(&self, commit: u64) -> Result<(), Error> {
        let mut state = lock(&self.state);
        loop {
            if state.flushed >= commit {
                return Ok(());
            }
            if state.failed {
                return Err(failed());
            }
            if state.flushing {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.flushing = true;
            let (upto, file) = (state.committed, state.file.clone());
            drop(state);
            let done = self.flush(file);
            state = lock(&self.state);
            state.flushing = false;
            match done {
                Ok(file) => (state.file, state.flushed) = (Some(file), upto),
                Err(error) => {
                    tracing::error!(%error, "the disk did not take what was written");
                    state.failed = true;
                }
            }
            self.changed.notify_all();
        }
    }

    fn flush(&self, file: Option<Arc<File>>) -> std::io::Result<Arc<File>> {
        let file = match file {
            Some(file) => file,
            None => Arc::new(File::open(&self.log)?),
        };
        file.sync_data()?;
        Ok(file)
    }
}

fn failed() -> Error {
    std::io::Error::other("the disk did not take what was written; start again").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_is_served_by_a_flush_that_began_after_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        std::fs::write(&log, "x").unwrap();
        let flush = Arc::new(Flush::new(log));
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                let flush = Arc::clone(&flush);
                std::thread::spawn(move || flush.wait(flush.commit().unwrap().done()).unwrap())
            })
            .collect();
        waiting.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(lock(&flush.state).flushed, 8);
        flush.settle().unwrap();
        assert!(flush.is_settled());
    }

    #[test]
    fn after_a_failure_nothing_is_told_as_safe() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let flush = Flush::new(log.clone());
        assert!(flush.wait(flush.commit().unwrap().done()).is_err());
        std::fs::write(&log, "x").unwrap();
        assert!(flush.commit().is_err());
        assert!(flush.settle().is_err());
    }
}
