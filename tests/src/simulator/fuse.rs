//! Crashes: a program dies at one of the moments around its commits.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use store::{Commit, Durability, Gate};

use super::ground::lock;

/// Name of a store's database, and of the log that SQLite writes ahead of it.
const DATABASE: &str = "fonds.db";
const LOG: &str = "fonds.db-wal";

/// How a program ends without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crash {
    /// The process is killed: what was committed stays.
    Killed,
    /// The power goes: of what can be had again, what was committed last is lost too.
    Power,
}

/// Blows after a number of moments around commits; from then on nothing is written any more.
#[derive(Debug)]
pub(super) struct Fuse {
    /// Moments left; negative: it does not burn.
    left: AtomicI64,
    blown: AtomicBool,
    /// It blew over a commit of a person's that is on the disk.
    kept: AtomicBool,
    /// Bytes of the log that a power cut leaves.
    safe: AtomicU64,
    log: Mutex<PathBuf>,
}

impl Fuse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            left: AtomicI64::new(-1),
            blown: AtomicBool::new(false),
            kept: AtomicBool::new(false),
            safe: AtomicU64::new(0),
            log: Mutex::default(),
        })
    }

    /// For the store in a folder, anew.
    pub(super) fn renew(&self, folder: &Path) {
        *lock(&self.log) = folder.join(LOG);
        self.left.store(-1, Ordering::SeqCst);
        self.blown.store(false, Ordering::SeqCst);
        self.secure();
    }

    pub(super) fn light(&self, moments: usize) {
        self.left.store(i64::try_from(moments).unwrap_or(1), Ordering::SeqCst);
    }

    /// It does not burn any more.
    pub(super) fn quench(&self) {
        self.left.store(-1, Ordering::SeqCst);
    }

    pub(super) fn is_blown(&self) -> bool {
        self.blown.load(Ordering::SeqCst)
    }

    /// Whether it blew over a commit of a person's that is on the disk.
    pub(super) fn is_kept(&self) -> bool {
        self.is_blown() && self.kept.load(Ordering::SeqCst)
    }

    /// Everything that was written till now survives a power cut.
    pub(super) fn secure(&self) {
        let length = std::fs::metadata(&*lock(&self.log)).map_or(0, |log| log.len());
        self.safe.store(length, Ordering::SeqCst);
    }

    pub(super) fn gate(self: &Arc<Self>) -> Gate {
        let fuse = Arc::clone(self);
        Gate::new(move |moment| fuse.pass(moment))
    }

    fn pass(&self, moment: Commit) -> std::io::Result<()> {
        if self.is_blown() {
            return Err(std::io::Error::other("crashed"));
        }
        if moment == Commit::After(Durability::Typed) {
            self.secure();
        }
        if self.left.load(Ordering::SeqCst) > 0 && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.kept.store(moment == Commit::After(Durability::Typed), Ordering::SeqCst);
            self.blown.store(true, Ordering::SeqCst);
            return Err(std::io::Error::other("crashed"));
        }
        Ok(())
    }

    /// Copies what a crash leaves of the store in `from` to the new folder `to`.
    pub(super) fn leave(&self, from: &Path, to: &Path, crash: Crash) {
        copy_database(from, to);
        let log = to.join(LOG);
        if crash == Crash::Power && log.exists() {
            let file = std::fs::OpenOptions::new().write(true).open(&log).unwrap();
            let length = file.metadata().unwrap().len().min(self.safe.load(Ordering::SeqCst));
            file.set_len(length).unwrap();
        }
    }
}

/// Copies the database of a store, with its log, to a new folder.
pub(super) fn copy_database(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for name in [DATABASE, LOG] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}
