//! Opening the files, the one writer and the pool of readers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use jiff::Timestamp;
use record::Registry;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::body::Codec;
use crate::content::Values;
use crate::families::Families;
use crate::flush::Flush;
use crate::indexes;
use crate::late::Late;
use crate::migrate::{KNOWN, migrate, version};
use crate::older::{FOUND_BY, FOUND_BY_FORM, RULES, RULES_FORM};
use crate::options::{Access, Commit, Durability, OpId};
use crate::search::Search;
use crate::tx::{Session, Tx, pass};
use crate::{Error, Op, Options, Reader, Role};

/// How long a program waits for another one that writes.
const BUSY: Duration = Duration::from_secs(30);
/// Name of the database in the data folder.
pub(crate) const DATABASE: &str = "fonds.db";
/// What SQLite calls the write-ahead log of the database.
const LOG: &str = "fonds.db-wal";
/// Folder of the search index in it.
pub(crate) const INDEX: &str = "index";
/// Connections for reading that are kept open. More are opened when more are read at once.
const READERS_KEPT: usize = 16;
/// Share of the page cache that a reader has of the writer's: there are many of them.
const READERS_SHARE: u32 = 4;

/// The records of one data folder. Cloning is cheap; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

/// What every connection of a store knows.
pub(crate) struct Shared {
    pub(crate) dir: PathBuf,
    pub(crate) options: Options,
    pub(crate) kinds: Kinds,
    pub(crate) search: Search,
    pub(crate) lists: Mutex<Option<Values>>,
    /// The highest number given of each counter, refused saves included. In memory only: after a restart the numbers
    /// that nobody got are given again.
    pub(crate) given: Mutex<HashMap<String, i64>>,
    /// Grows with every change of who may do what, or is shown what, and of the controlled lists.
    pub(crate) rights: AtomicU64,
    pub(crate) families: Families,
    pub(crate) flush: Flush,
    writer: Mutex<Session>,
    /// Those who wait for the writer.
    pub(crate) waiting: AtomicUsize,
    drafts: Mutex<Db>,
    readers: Mutex<Vec<Db>>,
}

/// A connection with its codec.
pub(crate) struct Db {
    pub(crate) conn: Connection,
    pub(crate) codec: Codec,
    /// Documents that are not written yet.
    pub(crate) late: RefCell<Late>,
}

/// Kinds by their number in this file.
pub(crate) struct Kinds {
    names: HashMap<i64, &'static str>,
    numbers: HashMap<&'static str, i64>,
}

impl Kinds {
    /// Reads the table, adding kinds that this program has and the file has not.
    fn load(conn: &Connection, access: Access) -> Result<Self, Error> {
        if access == Access::Full {
            let mut insert =
                conn.prepare("INSERT INTO kind (name) VALUES ($1) ON CONFLICT (name) DO NOTHING")?;
            for kind in Registry::shipped().top_level() {
                insert.execute([&kind.name])?;
            }
        }
        let mut kinds = Self { names: HashMap::new(), numbers: HashMap::new() };
        let mut select = conn.prepare("SELECT id, name FROM kind")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
            if let Some(kind) = Registry::shipped().kind(&name) {
                kinds.names.insert(id, &kind.name);
                kinds.numbers.insert(&kind.name, id);
            }
        }
        Ok(kinds)
    }

    pub(crate) fn name(&self, number: i64) -> &'static str {
        self.names.get(&number).copied().unwrap_or("unknown")
    }

    /// Number of a kind; -1, which no row has, for one that has no records.
    pub(crate) fn number(&self, name: &str) -> i64 {
        self.numbers.get(name).copied().unwrap_or(-1)
    }

    /// The kind's own spelling.
    pub(crate) fn known(&self, name: &str) -> Option<(&'static str, i64)> {
        self.numbers.get_key_value(name).map(|(name, number)| (*name, *number))
    }
}

impl Store {
    /// Opens the store in a folder, making or migrating it as needed where it may.
    ///
    /// # Errors
    /// [`Error::NewerFile`], [`Error::OlderFile`], [`Error::Damaged`] (the file is left as it is; [`Access::Rescue`] still reads
    /// what can be read), or what the disk says.
    pub fn open(dir: &Path, options: Options) -> Result<Self, Error> {
        if options.access == Access::Full {
            std::fs::create_dir_all(dir)?;
        }
        let path = dir.join(DATABASE);
        let mut conn = connect(&path, &options).map_err(|e| damaged(&path, e))?;
        let kinds = prepare(&mut conn, &options).map_err(|e| damaged(&path, e))?;
        let search = Search::open(&dir.join(INDEX), &options)?;
        if options.role == Role::Server {
            // What a savepoint would take back: a few pages, which would else go through a file.
            conn.pragma_update(None, "temp_store", "MEMORY")?;
        }
        let writer = Session::new(Db::new(conn)?)?;
        let drafts = Mutex::new(Db::new(connect(&path, &options)?)?);
        let shared = Shared {
            dir: dir.to_owned(),
            options,
            kinds,
            search,
            lists: Mutex::new(None),
            given: Mutex::new(HashMap::new()),
            rights: AtomicU64::new(0),
            families: Families::default(),
            flush: Flush::new(dir.join(LOG)),
            writer: Mutex::new(writer),
            waiting: AtomicUsize::new(0),
            drafts,
            readers: Mutex::new(Vec::new()),
        };
        let store = Self { shared: Arc::new(shared) };
        if store.shared.options.access == Access::Full {
            store.seed()?;
            if store.read(|reader| reader.counter(RULES))? < RULES_FORM {
                store.write(Op::repeatable("migrate", ""), |tx| tx.derive_older())?;
            }
            if store.read(|reader| reader.counter(FOUND_BY))? < FOUND_BY_FORM {
                store.write(Op::repeatable("migrate", ""), |tx| tx.find_older())?;
            }
            store.start_search()?;
        } else {
            store.shared.search.refresh(&store)?;
        }
        Ok(store)
    }

    /// What the store was opened with.
    #[must_use]
    pub fn role(&self) -> Role {
        self.shared.options.role
    }

    /// The data folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// Reads: everything that `f` sees is of one moment.
    ///
    /// # Errors
    /// What `f` returns, or what the database says.
    pub fn read<T>(&self, f: impl FnOnce(&Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let db = match lock(&self.shared.readers).pop() {
            Some(db) => db,
            None => self.shared.new_reader()?,
        };
        db.conn.prepare_cached("BEGIN")?.execute([])?;
        let result = f(&Reader::new(&db, &self.shared));
        db.conn.prepare_cached("COMMIT")?.execute([])?;
        let mut readers = lock(&self.shared.readers);
        if readers.len() < READERS_KEPT {
            readers.push(db);
        }
        result
    }

    /// Changes: one operation of the history, all of it or nothing.
    ///
    /// # Errors
    /// What `f` returns (then nothing is changed), or what the database says.
    pub fn write<T>(
        &self,
        op: Op<'_>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<(T, OpId), Error> {
        if self.shared.options.access != Access::Full {
            return Err(Error::ReadOnly);
        }
        let durability = op.durability;
        let mut session = self.shared.turn();
        let (written, wait) = session.run(&self.shared, op, f)?;
        drop(session);
        wait.wait(&self.shared)?;
        self.shared.search.wake();
        pass(&self.shared, Commit::After(durability))?;
        Ok(written)
    }

    /// Waits until everything that can be read by now is on the disk: what is told to others must not be taken back by a
    /// power cut.
    ///
    /// # Errors
    /// What the disk says.
    pub fn settle(&self) -> Result<(), Error> {
        self.shared.flush.settle()
    }

    /// Whether [`Store::settle`] has nothing to wait for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.shared.flush.is_settled()
    }

    /// Tries whether something can be written to the disk. While somebody writes, it can.
    ///
    /// # Errors
    /// What the database says.
    pub fn try_writing(&self) -> Result<(), Error> {
        let mut session = match self.shared.writer.try_lock() {
            Ok(session) => session,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        let trial = Op::typed("trial", "");
        let (_, wait) = session.run(&self.shared, trial, |tx| tx.set_counter("trial", tx.millis()))?;
        drop(session);
        wait.wait(&self.shared)
    }

    /// Up to which change the search index on disk holds everything.
    #[must_use]
    pub fn indexed(&self) -> i64 {
        lock(&self.shared.search.view).committed
    }

    /// A number that grows with every change of who may do what, after it: of accounts, groups, preferences,
    /// repositories and controlled lists, and when sessions end. What was read after asking for it holds as long as it
    /// stays.
    #[must_use]
    pub fn rights_version(&self) -> u64 {
        self.shared.rights.load(Ordering::SeqCst)
    }

    pub(crate) fn drafts(&self) -> MutexGuard<'_, Db> {
        lock(&self.shared.drafts)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.shared.options.now)()
    }
}

impl Shared {
    fn new_reader(&self) -> Result<Db, Error> {
        let options = Options { cache_kib: self.options.cache_kib / READERS_SHARE, ..self.options.clone() };
        Db::new(connect(&self.dir.join(DATABASE), &options)?)
    }

    /// The writer, when it is the caller's turn.
    fn turn(&self) -> MutexGuard<'_, Session> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let session = lock(&self.writer);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        session
    }

    /// Whether somebody waits for a turn, and so will have one.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    /// Moves what the write-ahead log gathered into the file, while nobody writes.
    pub(crate) fn shorten_log(&self) {
        let Ok(session) = self.writer.try_lock() else { return };
        let Some(Db { conn, .. }) = session.idle() else { return };
        // Who reads for long, as a backup does, is not waited for: nobody could write meanwhile.
        let done = conn
            .busy_timeout(Duration::ZERO)
            .and_then(|()| conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        let done = conn.busy_timeout(BUSY).and(done);
        if let Err(error) = done {
            tracing::debug!(%error, "the log was not shortened; it is tried again later");
        }
    }
}

impl Db {
    fn new(conn: Connection) -> Result<Self, Error> {
        conn.set_prepared_statement_cache_capacity(128);
        Ok(Self { conn, codec: Codec::new()?, late: RefCell::default() })
    }

    pub(crate) fn durability(&self, durability: Durability) -> Result<(), Error> {
        let mode = match durability {
            Durability::Typed => "FULL",
            Durability::Repeatable => "NORMAL",
        };
        Ok(self.conn.pragma_update(None, "synchronous", mode)?)
    }
}

/// A panic in another thread rolled its transaction back; what the mutex guards is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a connection with the settings that measured best.
fn connect(path: &Path, options: &Options) -> Result<Connection, Error> {
    let flags = match options.access {
        Access::Full => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Read | Access::Rescue => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    // Before anything is set: a file of a newer program is left as it is.
    let found = version(&conn)?;
    if found > KNOWN {
        return Err(Error::NewerFile { found, known: KNOWN });
    }
    if found < KNOWN && options.access == Access::Read {
        return Err(Error::OlderFile { found, known: KNOWN });
    }
    conn.pragma_update(None, "cache_size", -i64::from(options.cache_kib))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Plans that do not hang on the values: else SQLite prepares a statement again at each new value that could have
    // changed its plan, which cost more than half of an import.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if options.access == Access::Full {
        // Before the first table; later it changes nothing.
        conn.pragma_update(None, "page_size", 8192)?;
        conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        conn.pragma_update_and_check(None, "wal_autocheckpoint", 16_384, |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", "FULL")?;
    }
    Ok(conn)
}

fn prepare(conn: &mut Connection, options: &Options) -> Result<Kinds, Error> {
    if options.access == Access::Full {
        migrate(conn)?;
        indexes::complete(conn)?;
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let kinds = Kinds::load(&tx, options.access)?;
    tx.commit()?;
    Ok(kinds)
}

/// A corrupt file as an error that names it.
fn damaged(path: &Path, error: Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match &error {
        Error::Database(e) if matches!(e.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase)) => {
            Error::Damaged { path: path.to_owned(), reason: e.to_string() }
        }
        _ => error,
    }
}

/// How the database would find what a statement with so many values asks for, step by step.
#[cfg(test)]
pub(crate) fn plan(reader: &Reader<'_>, sql: &str, values: usize) -> Result<Vec<String>, Error> {
    let mut explain = reader.db.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let steps = explain.query_map(rusqlite::params_from_iter(vec![1; values]), |row| row.get(3))?;
    Ok(steps.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn statements_stay_prepared_whatever_the_values() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Desk)).unwrap();
        let sql =
            "SELECT r.uri FROM identity i JOIN record r ON r.id = i.id WHERE i.rule = $1 AND i.id <> $2";
        let prepared_again = store
            .read(|reader| {
                let mut select = reader.db.conn.prepare(sql)?;
                for (rule, id) in [("ref_id", 1), ("barcode", 2), ("agent", 3)] {
                    let mut rows = select.query(rusqlite::params![rule, id])?;
                    while rows.next()?.is_some() {}
                }
                Ok(select.get_status(StatementStatus::RePrepare))
            })
            .unwrap();
        assert_eq!(prepared_again, 0);
    }
}
