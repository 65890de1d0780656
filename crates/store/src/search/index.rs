//! The index on disk, and the thread that keeps it up with the changes.
//!
//! The commit says up to which change it holds everything, so a kill between a save and a commit costs nothing but
//! the catching up; a missing, foreign or old index is made anew. What was saved since the last commit is answered
//! from a small index in memory (`overlay`), so that a search sees it at once and a save never waits.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::time::{Duration, Instant};

use record::Record;
use rusqlite::params;
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::schema::Schema;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term};

use super::document::document;
use super::overlay::Overlay;
use super::schema::{Fields, VERSION, register, schema};
use crate::open::{Shared, lock};
use crate::options::{Access, Index as Place};
use crate::reader::{HELD, HeadRow};
use crate::{Error, Options, Reader, Store, kinds};

/// Records read in one go.
const BATCH: i64 = 500;
/// Documents between two commits while catching up, so that a kill in a long build loses little.
const COMMIT_EVERY: usize = 50_000;
/// The same while somebody looks on.
const GROWS: Duration = Duration::from_millis(1_500);
/// Memory of an index in memory: the least that tantivy takes.
const SCRATCH: usize = 15_000_000;
/// How long changes may gather before they are written.
const GATHER: Duration = Duration::from_millis(700);
/// After this long without changes the writer is closed: its memory and its lock are free.
const IDLE: Duration = Duration::from_secs(20);
/// How long, and in which steps, somebody else's writing of the index is waited for.
const PATIENCE: u32 = 300;
const PAUSE: Duration = Duration::from_millis(20);

/// The index of a store.
pub(crate) struct Search {
    pub(crate) fields: Fields,
    place: Place,
    /// Whether it is this program's to keep up.
    may_write: bool,
    dir: PathBuf,
    schema: Schema,
    heap: usize,
    signal: Arc<(Mutex<Signal>, Condvar)>,
    /// Whether somebody searched who could not wait for all of it.
    looked_at: AtomicBool,
    /// Held while documents are written.
    writer: Mutex<Option<IndexWriter>>,
    pub(crate) view: Mutex<View>,
}

/// What searches see.
pub(crate) struct View {
    pub(crate) index: Index,
    pub(crate) reader: IndexReader,
    /// Everything up to this change is in the index.
    pub(crate) committed: i64,
    pub(crate) overlay: Option<Overlay>,
}

#[derive(Default)]
struct Signal {
    dirty: bool,
    stop: bool,
}

impl Drop for Search {
    fn drop(&mut self) {
        lock(&self.signal.0).stop = true;
        self.signal.1.notify_all();
    }
}

impl Search {
    pub(crate) fn open(dir: &Path, options: &Options) -> Result<Self, Error> {
        let (schema, fields) = schema();
        let (place, view) = match (options.index, options.access) {
            (Place::Kept, Access::Full) => (Place::Kept, open_view(dir, &schema)?),
            // Where nothing may be written it is looked at as it is.
            (Place::Kept, _) => match existing(dir, &schema) {
                Some(index) => (Place::Kept, view(index)?),
                None => (Place::OnDemand, view(Index::create_in_ram(schema.clone()))?),
            },
            (Place::OnDemand, _) => (Place::OnDemand, view(Index::create_in_ram(schema.clone()))?),
        };
        Ok(Self {
            fields,
            place,
            may_write: options.access == Access::Full
                || (place == Place::OnDemand && options.access == Access::Rescue),
            dir: dir.to_owned(),
            schema,
            heap: options.search_heap,
            signal: Arc::default(),
            looked_at: AtomicBool::new(false),
            writer: Mutex::new(None),
            view: Mutex::new(view),
        })
    }

    /// There may be something to index.
    pub(crate) fn wake(&self) {
        lock(&self.signal.0).dirty = true;
        self.signal.1.notify_all();
    }

    /// As `catch_up`, waiting while another program (or this one's former store) writes the index.
    pub(crate) fn settle(&self, store: &Store, target: i64) -> Result<(), Error> {
        if !self.may_write {
            return Ok(());
        }
        for _ in 0..PATIENCE {
            if self.catch_up(store, target)? || lock(&self.view).committed >= target {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Waits a while for the thread that keeps the index up. How many changes are left then.
    pub(crate) fn settle_within(&self, store: &Store, target: i64, patience: Duration) -> Result<u64, Error> {
        if self.place == Place::OnDemand || !self.may_write {
            return self.settle(store, target).map(|()| 0);
        }
        self.looked_at.store(true, Ordering::Relaxed);
        self.wake();
        let until = Instant::now() + patience;
        loop {
            let left = u64::try_from(target - lock(&self.view).committed).unwrap_or(0);
            if left == 0 || Instant::now() >= until {
                return Ok(left);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Brings the index up to `target` and makes it visible. `Ok(false)`: another program is writing it.
    pub(crate) fn catch_up(&self, store: &Store, target: i64) -> Result<bool, Error> {
        let mut slot = lock(&self.writer);
        if slot.is_none() {
            match self.new_writer() {
                Ok(writer) => *slot = Some(writer),
                Err(Error::Index(TantivyError::LockFailure(LockError::LockBusy, _))) => {
                    self.refresh(store)?;
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
            // Another program may have written since this one looked.
            self.refresh(store)?;
        }
        let Some(writer) = slot.as_mut() else { return Ok(false) };
        let result = self.follow(store, writer, target);
        if result.is_err() {
            *slot = None;
        }
        result.map(|()| true)
    }

    fn new_writer(&self) -> Result<IndexWriter, Error> {
        let index = lock(&self.view).index.clone();
        Ok(index.writer_with_num_threads(1, self.heap)?)
    }

    fn follow(&self, store: &Store, writer: &mut IndexWriter, target: i64) -> Result<(), Error> {
        let mut at = Followed::upto(lock(&self.view).committed);
        let (mut added, mut since) = (0, Instant::now());
        while at.upto < target {
            let changes = store.read(|reader| Changes::read(&self.fields, reader, at))?;
            for row in &changes.rows {
                writer.delete_term(Term::from_field_i64(self.fields.id, *row));
            }
            added += changes.documents.len();
            for doc in changes.documents {
                writer.add_document(doc)?;
            }
            at = changes.followed;
            // Who looks on sees it grow.
            let looked_at = since.elapsed() >= GROWS && self.looked_at.swap(false, Ordering::Relaxed);
            if added >= COMMIT_EVERY || looked_at {
                (added, since) = (0, Instant::now());
                self.commit(store, writer, at.upto)?;
            }
        }
        self.commit(store, writer, at.upto)
    }

    fn commit(&self, store: &Store, writer: &mut IndexWriter, at: i64) -> Result<(), Error> {
        let payload = payload(store, at)?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        let mut view = lock(&self.view);
        view.reader.reload()?;
        view.committed = at;
        view.overlay = None;
        Ok(())
    }

    /// Looks at what is on disk: another program may have written it. A foreign index is emptied.
    pub(crate) fn refresh(&self, store: &Store) -> Result<(), Error> {
        if self.place == Place::OnDemand {
            return Ok(());
        }
        let mut view = lock(&self.view);
        if !self.dir.join("meta.json").exists() {
            *view = open_view(&self.dir, &self.schema)?;
            return Ok(());
        }
        let on_disk = view.index.load_metas()?.payload;
        let committed = on_disk.map(|payload| committed(store, &payload)).transpose()?.flatten();
        match committed {
            Some(at) if at == view.committed => {}
            Some(at) => {
                view.reader.reload()?;
                view.committed = at;
                view.overlay = None;
            }
            None if view.committed == 0 => {}
            None => view.committed = 0,
        }
        Ok(())
    }

    /// Throws the index away, to be made anew.
    pub(crate) fn reset(&self) -> Result<(), Error> {
        let mut writer = lock(&self.writer);
        *writer = None;
        let mut there = lock(&self.view);
        if self.place == Place::OnDemand {
            *there = view(Index::create_in_ram(self.schema.clone()))?;
            return Ok(());
        }
        std::fs::remove_dir_all(&self.dir)?;
        *there = open_view(&self.dir, &self.schema)?;
        Ok(())
    }

    /// The index on disk, and up to which change it holds everything.
    pub(crate) fn committed(&self) -> (Searcher, i64) {
        let view = lock(&self.view);
        (view.reader.searcher(), view.committed)
    }

    fn close_writer(&self) {
        *lock(&self.writer) = None;
    }
}

/// Opens the index; one that cannot be opened is replaced by an empty one, unless somebody is writing it just now.
fn open_view(dir: &Path, schema: &Schema) -> Result<View, Error> {
    for _ in 0..PATIENCE {
        if let Some(index) = existing(dir, schema) {
            return view(index);
        }
        if !dir.join("meta.json").exists() {
            break;
        }
        let directory = MmapDirectory::open(dir).map_err(TantivyError::from)?;
        if directory.acquire_lock(&INDEX_WRITER_LOCK).is_ok() {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    std::fs::create_dir_all(dir)?;
    view(Index::create_in_dir(dir, schema.clone())?)
}

fn view(index: Index) -> Result<View, Error> {
    register(&index);
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(View { index, reader, committed: 0, overlay: None })
}

fn existing(dir: &Path, schema: &Schema) -> Option<Index> {
    let index = Index::open(MmapDirectory::open(dir).ok()?).ok()?;
    (index.schema() == *schema && index.reader().is_ok()).then_some(index)
}

/// Version of the index, whose records, up to which change.
fn payload(store: &Store, at: i64) -> Result<String, Error> {
    Ok(format!("{VERSION} {} {at}", store.identity()?))
}

/// Up to which change the index holds everything; `None` when it is another store's, or newer than this one.
fn committed(store: &Store, payload: &str) -> Result<Option<i64>, Error> {
    let mut parts = payload.split(' ');
    let own = parts.next() == Some(VERSION.to_string().as_str())
        && parts.next() == Some(store.identity()?.as_str());
    let at = parts.next().and_then(|at| at.parse().ok()).filter(|_| own);
    let seq = store.read(|reader| reader.seq())?;
    Ok(at.filter(|at| *at <= seq))
}

/// How far the changes were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Followed {
    /// Everything up to this change.
    pub(crate) upto: i64,
    /// What remains of the stretch that follows it.
    rest: Option<Naming>,
}

/// Records that name one which got another title in a stretch of changes: as many as link to it, so in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Naming {
    /// Last change of the stretch.
    upto: i64,
    /// Row of the renamed record, and the last row done of those that link to it.
    renamed: i64,
    src: i64,
}

impl Followed {
    pub(crate) fn upto(upto: i64) -> Self {
        Self { upto, rest: None }
    }
}

/// A part of the changes, ready to be indexed.
pub(crate) struct Changes {
    /// Rows to forget first.
    pub(crate) rows: Vec<i64>,
    pub(crate) documents: Vec<tantivy::TantivyDocument>,
    pub(crate) followed: Followed,
}

impl Changes {
    /// The next part of the changes: never more than `BATCH` records at once.
    pub(crate) fn read(fields: &Fields, reader: &Reader<'_>, from: Followed) -> Result<Self, Error> {
        let Followed { upto: at, rest } = from;
        let (gone, changed, followed) = match rest {
            None => {
                let changed = reader.heads("WHERE r.seq > $1 ORDER BY r.seq LIMIT $2", params![at, BATCH])?;
                let full = i64::try_from(changed.len()).unwrap_or(BATCH) == BATCH;
                let upto = match changed.last().filter(|_| full) {
                    Some(last) => last.head.seq,
                    None => reader.seq()?,
                };
                let named = at > 0 && reader.has_renamed(at, upto)?;
                let followed = match named {
                    true => Followed { upto: at, rest: Some(Naming { upto, renamed: 0, src: 0 }) },
                    false => Followed::upto(upto),
                };
                (reader.gone_rows(at, upto)?, changed, followed)
            }
            Some(naming) => {
                let (rows, rest) = reader.naming(at, naming)?;
                let followed = match rest {
                    Some(rest) => Followed { upto: at, rest: Some(rest) },
                    None => Followed::upto(naming.upto),
                };
                (Vec::new(), reader.heads_of(rows.into_iter())?, followed)
            }
        };
        let mut rows = gone;
        let mut documents = Vec::with_capacity(changed.len());
        let hidden = reader.hidden_repository()?;
        // Who names two renamed records comes twice.
        let mut seen = HashSet::new();
        for row in changed {
            let id = row.head.id;
            if !seen.insert(id) {
                continue;
            }
            rows.push(id);
            if !is_searched(&row, hidden) {
                continue;
            }
            let doc = match reader.doc(id) {
                Ok(Some(doc)) => doc,
                Ok(None) => continue,
                // One damaged document must not keep all others from being found; the check tells of it.
                Err(Error::Document(_) | Error::Io(_)) => {
                    tracing::warn!(uri = row.head.uri, "a document cannot be read, so it is not indexed");
                    continue;
                }
                Err(error) => return Err(error),
            };
            documents.push(document(fields, reader, &row, &Record::new(row.head.kind, doc))?);
        }
        Ok(Self { rows, documents, followed })
    }
}

/// Whether a record is searched: `hidden` is the row of the repository that holds what belongs to all.
pub(crate) fn is_searched(row: &HeadRow, hidden: Option<i64>) -> bool {
    let in_hidden = row.repo.is_some() && row.repo == hidden;
    row.state == HELD && !in_hidden && !kinds::is_private(row.head.kind)
}

/// An index in memory of just these records.
pub(crate) fn scratch(reader: &Reader<'_>, records: &[(&HeadRow, Record)]) -> Result<Searcher, Error> {
    let (schema, fields) = schema();
    let index = Index::create_in_ram(schema);
    register(&index);
    let mut writer: IndexWriter = index.writer_with_num_threads(1, SCRATCH)?;
    for (row, record) in records {
        writer.add_document(document(&fields, reader, row, record)?)?;
    }
    writer.commit()?;
    let view = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(IndexReader::searcher(&view))
}

impl Reader<'_> {
    /// Rows whose words may be others than at a change: changed since, deleted, or naming one that was renamed.
    pub(crate) fn changed_since(&self, seq: i64) -> Result<HashSet<i64>, Error> {
        let now = self.seq()?;
        let mut select = self.db.conn.prepare_cached("SELECT id FROM record WHERE seq > $1")?;
        let mut rows: HashSet<i64> = select.query_map([seq], |row| row.get(0))?.collect::<Result<_, _>>()?;
        rows.extend(self.gone_rows(seq, now)?);
        let sql = "SELECT DISTINCT f.src FROM renamed n JOIN ref f ON f.dst = n.id WHERE n.seq > $1";
        let mut select = self.db.conn.prepare_cached(sql)?;
        for row in select.query_map([seq], |row| row.get(0))? {
            rows.insert(row?);
        }
        Ok(rows)
    }

    /// Whether more than so many records are to be indexed anew after a change. No more of them are counted.
    pub(crate) fn changed_more_than(&self, most: i64, seq: i64) -> Result<bool, Error> {
        let sql = "SELECT (SELECT count(*) FROM (SELECT 1 FROM record WHERE seq > $1 LIMIT $2))
             + (SELECT count(*) FROM (SELECT 1 FROM renamed n JOIN ref f ON f.dst = n.id WHERE n.seq > $1 LIMIT $2))";
        let count = self.number(sql, params![seq, most + 1])?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX) > most)
    }

    /// Whether a record got another title in a stretch of changes.
    fn has_renamed(&self, after: i64, upto: i64) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM renamed WHERE seq > $1 AND seq <= $2)";
        Ok(self.number(sql, params![after, upto])? > 0)
    }

    /// The next rows of the records that name a renamed one, and where to go on.
    fn naming(&self, after: i64, from: Naming) -> Result<(Vec<i64>, Option<Naming>), Error> {
        let sql = "SELECT id FROM renamed WHERE seq > $1 AND seq <= $2 AND id >= $3 ORDER BY id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let renamed = select.query_map(params![after, from.upto, from.renamed], |row| row.get(0))?;
        let renamed: Vec<i64> = renamed.collect::<Result<_, _>>()?;
        let sql = "SELECT DISTINCT src FROM ref WHERE dst = $1 AND src > $2 ORDER BY src LIMIT $3";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows: Vec<i64> = Vec::new();
        for id in renamed {
            let done = if id == from.renamed { from.src } else { 0 };
            let room = BATCH - i64::try_from(rows.len()).unwrap_or(BATCH);
            for row in select.query_map(params![id, done, room], |row| row.get(0))? {
                rows.push(row?);
            }
            if let Some(src) = rows.last().filter(|_| i64::try_from(rows.len()).unwrap_or(BATCH) >= BATCH) {
                let rest = Naming { renamed: id, src: *src, ..from };
                return Ok((rows, Some(rest)));
            }
        }
        Ok((rows, None))
    }

    /// Rows of the records deleted after one change, up to another.
    fn gone_rows(&self, after: i64, upto: i64) -> Result<Vec<i64>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT id FROM gone WHERE seq > $1 AND seq <= $2")?;
        Ok(select.query_map([after, upto], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

impl Store {
    /// Starts the thread that keeps the index up.
    pub(crate) fn start_search(&self) -> Result<(), Error> {
        if self.shared.search.place == Place::OnDemand {
            return Ok(());
        }
        self.shared.search.refresh(self)?;
        let weak = Arc::downgrade(&self.shared);
        let signal = Arc::clone(&self.shared.search.signal);
        lock(&signal.0).dirty = true;
        std::thread::Builder::new().name("index".to_owned()).spawn(move || run(&weak, &signal))?;
        Ok(())
    }
}

/// Waits for changes and indexes them, until the store is gone.
fn run(store: &Weak<Shared>, signal: &(Mutex<Signal>, Condvar)) {
    let (state, condition) = signal;
    loop {
        let mut guard = lock(state);
        while !guard.dirty && !guard.stop {
            let Ok((next, waited)) = condition.wait_timeout(guard, IDLE) else { return };
            guard = next;
            if waited.timed_out() && !guard.dirty {
                drop(guard);
                let Some(shared) = store.upgrade() else { return };
                shared.search.close_writer();
                shared.shorten_log();
                guard = lock(state);
            }
        }
        // More changes usually follow the first; only the end of the store ends the wait.
        let gathered = condition.wait_timeout_while(guard, GATHER, |signal| !signal.stop);
        let Ok((mut guard, _)) = gathered else { return };
        if guard.stop {
            return;
        }
        guard.dirty = false;
        drop(guard);
        let Some(shared) = store.upgrade() else { return };
        let store = Store { shared };
        let done =
            store.read(|reader| reader.seq()).and_then(|seq| store.shared.search.catch_up(&store, seq));
        if let Err(error) = done {
            tracing::warn!(%error, "the index was not written; it is tried again with the next change");
        }
    }
}
