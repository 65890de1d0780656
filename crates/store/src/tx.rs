//! One operation: its transaction, its numbers, its line in the history.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use rusqlite::params;
use serde_json::{Map, Value};

use crate::families::TREES;
use crate::flush::UnderWay;
use crate::group::{Group, MOST, Together};
use crate::open::{Db, Shared, lock};
use crate::options::{Commit, Durability, OpId};
use crate::stored::{ChangeKind, Changed};
use crate::{Error, Op, Reader, Role};

/// The writing connection.
pub(crate) struct Session {
    db: Db,
    /// What the connection is set to.
    durability: Option<Durability>,
    /// A transaction that is not committed. Between two turns there is one only while somebody waits for the next.
    group: Option<Group>,
}

/// What whoever did an operation waits for before it is told as done.
pub(crate) enum Wait {
    Nothing,
    /// That a commit is on the disk.
    Commit(u64),
    /// That a commit is made and on the disk.
    Together(Arc<Together>),
}

impl Wait {
    /// Waits.
    ///
    /// # Errors
    /// Why nothing was done, or what the disk says.
    pub(crate) fn wait(self, shared: &Shared) -> Result<(), Error> {
        match self {
            Self::Nothing => Ok(()),
            Self::Commit(commit) => shared.flush.wait(commit),
            Self::Together(together) => together.wait(&shared.flush),
        }
    }
}

impl Session {
    pub(crate) fn new(db: Db) -> Result<Self, Error> {
        Ok(Self { db, durability: None, group: None })
    }

    /// The connection while nothing is under way on it.
    pub(crate) fn idle(&self) -> Option<&Db> {
        self.group.is_none().then_some(&self.db)
    }

    /// Does an operation, and commits it or leaves that to those who come next; on a server with what is to be waited
    /// for before it is told as done.
    pub(crate) fn run<T>(
        &mut self,
        shared: &Shared,
        op: Op<'_>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<((T, OpId), Wait), Error> {
        let shares = op.short && op.durability == Durability::Typed && shared.options.role == Role::Server;
        if !shares && let Some(group) = self.group.take() {
            self.commit_for_all(shared, &group);
        }
        let turn = self.begin(shared, op.durability)?;
        // What one waited for that failed.
        turn.session.db.forget_late();
        let mut tx = Tx::begin(&turn.session.db, shared, op, turn.moved())?;
        let value = f(&mut tx)?;
        let id = tx.finish()?;
        let (rights, moved) = (tx.rights, tx.moved.get());
        let wait = turn.end(shares, rights, moved)?;
        Ok(((value, id), wait))
    }

    fn begin<'s>(&'s mut self, shared: &'s Shared, durability: Durability) -> Result<Turn<'s>, Error> {
        if let Some(group) = self.group.take() {
            // Those who are done wait for nobody but the next.
            if let Err(error) = self.statement("SAVEPOINT turn") {
                self.commit_for_all(shared, &group);
                return Err(error);
            }
            self.group = Some(group);
        } else {
            let connection = match shared.options.role {
                Role::Server => Durability::Repeatable,
                Role::Desk => durability,
            };
            if self.durability != Some(connection) {
                self.db.durability(connection)?;
                self.durability = Some(connection);
            }
            self.statement("BEGIN IMMEDIATE")?;
            self.group = Some(Group::new(durability));
        }
        Ok(Turn { session: self, shared, ended: false })
    }

    fn statement(&self, sql: &str) -> Result<(), Error> {
        self.db.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Commits what is not committed, and says so to those who share it.
    fn commit_for_all(&mut self, shared: &Shared, group: &Group) {
        match self.commit(shared, group) {
            Ok(Some(commit)) => group.together.committed(commit),
            Ok(None) => {}
            Err(error) => group.together.failed(&error),
        }
    }

    /// Commits what is not committed, or takes all of it back. The number of the commit, on a server.
    fn commit(&mut self, shared: &Shared, group: &Group) -> Result<Option<u64>, Error> {
        let commit = self.try_commit(shared, group);
        if commit.is_err() {
            self.take_back(shared);
        } else if group.rights {
            shared.rights.fetch_add(1, Ordering::SeqCst);
        }
        commit
    }

    fn try_commit(&self, shared: &Shared, group: &Group) -> Result<Option<u64>, Error> {
        let flush = shared.options.role == Role::Server && group.durability == Durability::Typed;
        pass(shared, Commit::Before(group.durability))?;
        let under_way = if flush { Some(shared.flush.commit()?) } else { None };
        self.statement("COMMIT")?;
        Ok(under_way.map(UnderWay::done))
    }

    /// Takes back everything that is not committed.
    fn take_back(&self, shared: &Shared) {
        // When the disk is full the database may have done so itself.
        if !self.db.conn.is_autocommit()
            && let Err(error) = self.statement("ROLLBACK")
        {
            tracing::error!(%error, "what was not committed could not be taken back");
        }
        Reader::new(&self.db, shared).forget_lists();
    }

    /// Takes back the operation that is under way. Whether what others did before it in the same transaction stays.
    fn take_back_turn(&self, shared: &Shared, group: &Group) -> bool {
        let alone = group.done == 0 || self.db.conn.is_autocommit();
        let stays =
            !alone && ["ROLLBACK TO turn", "RELEASE turn"].iter().all(|sql| self.statement(sql).is_ok());
        if stays {
            Reader::new(&self.db, shared).forget_lists();
        } else {
            self.take_back(shared);
        }
        stays
    }
}

/// The operation that is under way. Dropped before its end, by an error or a panic, it takes back what is its own.
struct Turn<'s> {
    session: &'s mut Session,
    shared: &'s Shared,
    ended: bool,
}

impl Turn<'_> {
    /// Whether nodes were moved that are not committed.
    fn moved(&self) -> bool {
        self.session.group.as_ref().is_some_and(|group| group.moved)
    }

    /// Ends it: what it did is committed, or left to the next who waits for a turn and will.
    fn end(mut self, shares: bool, rights: bool, moved: bool) -> Result<Wait, Error> {
        let alone = self.session.group.as_ref().is_none_or(|group| group.done == 0);
        if !alone {
            self.session.statement("RELEASE turn")?;
        }
        self.ended = true;
        let Some(mut group) = self.session.group.take() else { return Ok(Wait::Nothing) };
        group.done += 1;
        group.rights |= rights;
        group.moved |= moved;
        let together = Arc::clone(&group.together);
        if shares && group.done < MOST && self.shared.is_waited_for() {
            self.session.group = Some(group);
        } else if alone {
            return Ok(self.session.commit(self.shared, &group)?.map_or(Wait::Nothing, Wait::Commit));
        } else {
            self.session.commit_for_all(self.shared, &group);
        }
        Ok(Wait::Together(together))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(group) = self.session.group.take_if(|_| !self.ended) else { return };
        if !self.session.take_back_turn(self.shared, &group) {
            group.together.failed(&std::io::Error::other("the database took it back").into());
        } else if self.shared.is_waited_for() {
            self.session.group = Some(group);
        } else {
            self.session.commit_for_all(self.shared, &group);
        }
    }
}

pub(crate) fn pass(shared: &Shared, moment: Commit) -> Result<(), Error> {
    match &shared.options.gate {
        Some(gate) => Ok(gate.pass(moment)?),
        None => Ok(()),
    }
}

/// What `store.write` hands out: everything of a [`Reader`], and changes.
pub struct Tx<'a> {
    reader: Reader<'a>,
    pub(crate) op: Operation,
    numbers: Numbers,
    /// The numbers when the operation began.
    began: Numbers,
    /// Whether it changed who may do what, or is shown what, or a controlled list.
    pub(crate) rights: bool,
    /// Counters of which numbers were given, with the last one; written at the end.
    given: BTreeMap<String, i64>,
    changed: Vec<Changed>,
    /// The last number that was put behind each short name; none below it came free meanwhile.
    pub(crate) counted: RefCell<HashMap<String, u64>>,
    /// Nodes that could not stay where somebody here had put them, by address.
    pub(crate) parked: Vec<String>,
    /// Title of the first changed record, for the history.
    title: Option<String>,
}

pub(crate) struct Operation {
    pub(crate) id: OpId,
    pub(crate) name: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) undoes: Option<OpId>,
}

/// Numbers given out in this operation; written back at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Numbers {
    seq: i64,
    row: i64,
    op: i64,
}

impl Numbers {
    fn read(reader: &Reader<'_>) -> Result<Self, Error> {
        let sql = "SELECT name, value FROM counter WHERE name IN ('seq', 'row', 'operation')";
        let mut select = reader.db.conn.prepare_cached(sql)?;
        let mut rows = select.query([])?;
        let mut numbers = Self { seq: 0, row: 0, op: 0 };
        while let Some(row) = rows.next()? {
            match row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)? {
                "seq" => numbers.seq = row.get(1)?,
                "row" => numbers.row = row.get(1)?,
                _ => numbers.op = row.get(1)?,
            }
        }
        Ok(numbers)
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Tx<'a> {
    /// `moved`: whether nodes were moved before it that are not committed.
    fn begin(db: &'a Db, shared: &'a Shared, op: Op<'_>, moved: bool) -> Result<Self, Error> {
        let reader = Reader::new(db, shared);
        reader.moved.set(moved);
        let numbers = Numbers::read(&reader)?;
        let at = (shared.options.now)();
        let op = Operation {
            id: numbers.op + 1,
            name: op.name.to_owned(),
            by: op.by.to_owned(),
            at,
            undoes: None,
        };
        Ok(Self {
            reader,
            op,
            numbers,
            began: numbers,
            rights: false,
            given: BTreeMap::new(),
            changed: Vec::new(),
            counted: RefCell::default(),
            parked: Vec::new(),
            title: None,
        })
    }

    /// What this operation changed so far.
    #[must_use]
    pub fn changed(&self) -> &[Changed] {
        &self.changed
    }

    /// Name of who makes the change.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.op.by
    }

    /// Number that the operation has, if it changes anything.
    #[must_use]
    pub fn operation(&self) -> crate::OpId {
        self.op.id
    }

    /// When the operation began.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.op.at
    }

    pub(crate) fn next_seq(&mut self) -> i64 {
        self.numbers.seq += 1;
        self.numbers.seq
    }

    pub(crate) fn next_row(&mut self) -> i64 {
        self.numbers.row += 1;
        self.numbers.row
    }

    /// Gives out no `seq`, `row` or `operation` up to this one any more.
    pub(crate) fn never_below(&mut self, name: &str, least: i64) {
        let number = match name {
            "seq" => &mut self.numbers.seq,
            "row" => &mut self.numbers.row,
            _ => &mut self.numbers.op,
        };
        *number = least.max(*number);
        self.op.id = self.op.id.max(self.numbers.op + 1);
    }

    /// To be said before the place of a node is written, or a node made or removed.
    pub(crate) fn moves_nodes(&self) {
        self.moved.set(true);
    }

    pub(crate) fn millis(&self) -> i64 {
        self.op.at.as_millisecond()
    }

    /// Next number of a named counter, from 1.
    pub(crate) fn next_of(&self, name: &str, first: i64) -> Result<i64, Error> {
        let next = self.counter(name)?.max(first - 1) + 1;
        self.set_counter(name, next)?;
        Ok(next)
    }

    /// Gives `count` numbers of a counter that starts at `first`: the lowest of them. They are not given again, even
    /// if the operation is refused: so the database of ArchivesSpace counts, and addresses never mean two things.
    pub(crate) fn give(&mut self, name: &str, first: i64, count: i64) -> Result<i64, Error> {
        let last = match self.given.get(name) {
            Some(last) => *last,
            None => self.counter(name)?.max(first - 1),
        };
        let mut given = lock(&self.shared.given);
        let mark = given.entry(name.to_owned()).or_insert(last);
        let next = last.max(*mark) + 1;
        *mark = next + count - 1;
        self.given.insert(name.to_owned(), *mark);
        Ok(next)
    }

    /// Uses up numbers of a kind's records: of saves that are refused only after ArchivesSpace has stored the row.
    ///
    /// # Errors
    /// What the database says.
    pub fn use_up(&mut self, kind: &str, count: i64) -> Result<(), Error> {
        self.give(&number_counter(kind), first_number(kind), count).map(drop)
    }

    pub(crate) fn set_counter(&self, name: &str, value: i64) -> Result<(), Error> {
        self.db
            .conn
            .prepare_cached(
                "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![name, value])?;
        Ok(())
    }

    /// Notes a change for the caller and for the history's line.
    pub(crate) fn note(&mut self, changed: Changed, title: &str) {
        if self.title.is_none() {
            self.title = Some(title.to_owned());
        }
        if changed.change != ChangeKind::Created {
            self.counted.get_mut().clear();
        }
        self.rights |= matches!(changed.kind, "user" | "group" | "repository" | "preference");
        self.changed.push(changed);
    }

    /// Keeps with the revision of a deletion what the server had.
    pub(crate) fn revise_base(&mut self, record: i64) -> Result<(), Error> {
        let sql = "UPDATE revision SET base = (SELECT base FROM body WHERE id = $1)
             WHERE op = $2 AND record = $1 AND change IN (2, 4) AND base IS NULL";
        self.db.bodies()?.prepare_cached(sql)?.execute(params![record, self.op.id])?;
        Ok(())
    }

    /// Writes the revision of a change: what was before.
    pub(crate) fn revise(
        &mut self,
        record: i64,
        change: ChangeKind,
        doc: Option<&[u8]>,
        head: Option<&Map<String, Value>>,
    ) -> Result<(), Error> {
        let head = head.map(serde_json::to_string).transpose()?;
        self.db
            .conn
            .prepare_cached(
                "INSERT INTO revision (op, record, change, doc, head) VALUES ($1, $2, $3, $4, $5)",
            )?
            .execute(params![self.op.id, record, change.code(), doc, head])?;
        Ok(())
    }

    fn finish(&mut self) -> Result<OpId, Error> {
        self.db.bodies()?;
        let before = self.began;
        let changed = !self.changed.is_empty();
        if changed {
            let records = i64::try_from(self.changed.len()).unwrap_or(i64::MAX);
            self.db
                .conn
                .prepare_cached(
                    "INSERT INTO operation (id, name, by, at, records, title, undoes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )?
                .execute(params![
                    self.op.id,
                    self.op.name,
                    self.op.by,
                    self.millis(),
                    records,
                    self.title.as_deref().unwrap_or_default(),
                    self.op.undoes
                ])?;
            self.numbers.op = self.op.id;
        }
        for (name, old, new) in [
            ("seq", before.seq, self.numbers.seq),
            ("row", before.row, self.numbers.row),
            ("operation", before.op, self.numbers.op),
        ] {
            if old != new {
                self.set_counter(name, new)?;
            }
        }
        if self.moved.get() {
            self.set_counter(TREES, self.counter(TREES)? + 1)?;
        }
        for (name, last) in &self.given {
            self.set_counter(name, *last)?;
        }
        Ok(if changed { self.op.id } else { 0 })
    }
}

/// The counter of a kind's addresses.
pub(crate) fn number_counter(kind: &str) -> String {
    format!("number:{kind}")
}

/// Number of the first record of a kind that anybody makes: repository 1 is the hidden one.
pub(crate) fn first_number(kind: &str) -> i64 {
    if kind == "repository" { 2 } else { 1 }
}

impl ChangeKind {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Created => 0,
            Self::Updated => 1,
            Self::Deleted => 2,
            Self::Moved => 3,
            Self::Touched => 4,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Moved => "moved",
            Self::Touched => "touched",
        }
    }

    pub(crate) fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Created,
            2 => Self::Deleted,
            3 => Self::Moved,
            4 => Self::Touched,
            _ => Self::Updated,
        }
    }
}
