//! One operation: its transaction, its numbers, its line in the history.

use std::ops::Deref;

use jiff::Timestamp;
use rusqlite::{Transaction, TransactionBehavior, params};
use serde_json::{Map, Value};

use crate::open::{Db, Shared};
use crate::options::OpId;
use crate::stored::{ChangeKind, Changed};
use crate::{Error, Op, Reader};

/// The writing connection.
pub(crate) struct Session {
    db: Db,
}

impl Session {
    pub(crate) fn new(db: Db) -> Result<Self, Error> {
        Ok(Self { db })
    }

    pub(crate) fn run<T>(
        &mut self,
        shared: &Shared,
        op: Op<'_>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<(T, OpId), Error> {
        self.db.durability(op.durability)?;
        // Rolls back when dropped, a panic in `f` included.
        let transaction = Transaction::new_unchecked(&self.db.conn, TransactionBehavior::Immediate)?;
        let mut tx = Tx::begin(&self.db, shared, op)?;
        let value = f(&mut tx)?;
        let id = tx.finish()?;
        transaction.commit()?;
        Ok((value, id))
    }
}

impl Session {
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }
}

/// What `store.write` hands out: everything of a [`Reader`], and changes.
pub struct Tx<'a> {
    reader: Reader<'a>,
    pub(crate) op: Operation,
    numbers: Numbers,
    changed: Vec<Changed>,
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

impl<'a> Deref for Tx<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Tx<'a> {
    fn begin(db: &'a Db, shared: &'a Shared, op: Op<'_>) -> Result<Self, Error> {
        let reader = Reader::new(db, shared);
        let numbers =
            Numbers { seq: reader.seq()?, row: reader.counter("row")?, op: reader.counter("operation")? };
        let at = (shared.options.now)();
        let op = Operation {
            id: numbers.op + 1,
            name: op.name.to_owned(),
            by: op.by.to_owned(),
            at,
            undoes: None,
        };
        Ok(Self { reader, op, numbers, changed: Vec::new(), title: None })
    }

    /// What this operation changed so far.
    #[must_use]
    pub fn changed(&self) -> &[Changed] {
        &self.changed
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

    pub(crate) fn millis(&self) -> i64 {
        self.op.at.as_millisecond()
    }

    /// Next number of a named counter, from 1.
    pub(crate) fn next_of(&self, name: &str, first: i64) -> Result<i64, Error> {
        let next = self.counter(name)?.max(first - 1) + 1;
        self.set_counter(name, next)?;
        Ok(next)
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
        self.changed.push(changed);
    }

    /// Keeps with the revision of a deletion what the server had.
    pub(crate) fn revise_base(&mut self, record: i64) -> Result<(), Error> {
        let sql = "UPDATE revision SET base = (SELECT base FROM body WHERE id = $1) WHERE op = $2 AND record = $1 AND change = 2";
        self.db.conn.prepare_cached(sql)?.execute(params![record, self.op.id])?;
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
        let before = Numbers { seq: self.seq()?, row: self.counter("row")?, op: self.counter("operation")? };
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
        Ok(if changed { self.op.id } else { 0 })
    }
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
