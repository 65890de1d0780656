//! What others changed: the changes of this store that a sync made, each with what was there before and after it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::reader::time;
use crate::stored::ChangeKind;
use crate::tree::clamp;
use crate::{Error, OpId, Reader, Tx};

/// Who wrote what was merged into a record, beside the columns that its revision keeps.
const THEIRS_BY: &str = "theirs_by";
/// When, ISO 8601 UTC.
const THEIRS_AT: &str = "theirs_at";

/// One change that came from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Address; that of a deleted record is the one that it had.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// What happened.
    pub change: ChangeKind,
    /// It hangs elsewhere in its tree since.
    pub moved: bool,
    /// The document before; none of a new one.
    pub before: Option<Map<String, Value>>,
    /// The document after; none of a deleted one.
    pub after: Option<Map<String, Value>>,
    /// Who, as far as the server says.
    pub by: Option<String>,
    /// When it was changed there, else when it came.
    pub at: Timestamp,
}

/// A revision of a sync as it is kept.
struct Came {
    revision: i64,
    record: i64,
    change: ChangeKind,
    doc: Option<Vec<u8>>,
    head: Option<Map<String, Value>>,
    at: i64,
}

/// What a record was after a revision.
struct After {
    doc: Map<String, Value>,
    place: [Option<i64>; 2],
    by: String,
    at: i64,
}

impl Reader<'_> {
    /// Number of the newest operation.
    ///
    /// # Errors
    /// What the database says.
    pub fn last_operation(&self) -> Result<OpId, Error> {
        self.counter("operation")
    }

    /// Changes that syncs brought after an operation, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn arrivals(&self, after: OpId, limit: u64) -> Result<Vec<Arrival>, Error> {
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/arrivals.sql"))?;
        let mut rows = select.query(params![after, clamp(limit)])?;
        let mut arrivals = Vec::new();
        while let Some(row) = rows.next()? {
            let head: Option<String> = row.get(4)?;
            let came = Came {
                revision: row.get(0)?,
                record: row.get(1)?,
                change: ChangeKind::from_code(row.get(2)?),
                doc: row.get(3)?,
                head: head.map(|head| serde_json::from_str(&head)).transpose()?,
                at: row.get(5)?,
            };
            arrivals.extend(self.arrival(came)?);
        }
        Ok(arrivals)
    }

    /// About how many records others than `user` changed, by what syncs brought after an operation.
    ///
    /// # Errors
    /// What the database says.
    pub fn arrival_count(&self, after: OpId, user: &str) -> Result<u64, Error> {
        self.number(include_str!("../sql/arrival_count.sql"), params![after, user])
    }

    fn arrival(&self, came: Came) -> Result<Option<Arrival>, Error> {
        let text = |name: &str| came.head.as_ref().and_then(|head| head.get(name)).and_then(Value::as_str);
        let number = |name: &str| came.head.as_ref().and_then(|head| head.get(name)).and_then(Value::as_i64);
        let Some((uri, kind)) = self.known_as(came.record, text("uri").zip(text("kind")))? else {
            return Ok(None);
        };
        let before = came.doc.as_ref().map(|doc| self.db.codec.unpack(doc)).transpose()?;
        let after = match came.change {
            ChangeKind::Deleted => None,
            _ => self.after(came.record, came.revision)?,
        };
        let stood = [number("root"), number("parent")];
        let moved = came.head.is_some() && after.as_ref().is_some_and(|after| after.place != stood);
        let theirs_at = text(THEIRS_AT).and_then(|at| at.parse::<Timestamp>().ok());
        let written =
            after.as_ref().filter(|_| matches!(came.change, ChangeKind::Created | ChangeKind::Updated));
        Ok(Some(Arrival {
            by: text(THEIRS_BY).map(str::to_owned).or_else(|| written.map(|after| after.by.clone())),
            at: theirs_at.unwrap_or_else(|| time(written.map_or(came.at, |after| after.at))),
            after: after.map(|after| after.doc),
            change: came.change,
            uri,
            kind,
            moved,
            before,
        }))
    }

    /// Address and kind of a row now, or as they were.
    fn known_as(&self, id: i64, was: Option<(&str, &str)>) -> Result<Option<(String, String)>, Error> {
        if let Some(row) = self.head_by_id(id)? {
            return Ok(Some((row.head.uri, row.head.kind.to_owned())));
        }
        if let Some((uri, kind)) = was {
            return Ok(Some((uri.to_owned(), kind.to_owned())));
        }
        let mut select = self.db.conn.prepare_cached("SELECT uri, kind FROM gone WHERE id = $1")?;
        let found =
            select.query_row([id], |row| Ok((row.get(0)?, self.shared.kinds.name(row.get(1)?).to_owned())));
        Ok(found.optional()?)
    }

    fn after(&self, id: i64, revision: i64) -> Result<Option<After>, Error> {
        let sql = "SELECT doc, head FROM revision WHERE record = $1 AND id > $2 AND doc IS NOT NULL AND head IS NOT NULL ORDER BY id LIMIT 1";
        let next: Option<(Vec<u8>, String)> = self
            .db
            .conn
            .prepare_cached(sql)?
            .query_row([id, revision], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((doc, head)) = next {
            let head: Map<String, Value> = serde_json::from_str(&head)?;
            let number = |name: &str| head.get(name).and_then(Value::as_i64);
            return Ok(Some(After {
                doc: self.db.codec.unpack(&doc)?,
                place: [number("root"), number("parent")],
                by: head.get("modified_by").and_then(Value::as_str).unwrap_or_default().to_owned(),
                at: number("modified").unwrap_or_default(),
            }));
        }
        let Some(row) = self.head_by_id(id)?.filter(|row| row.head.held) else { return Ok(None) };
        Ok(Some(After {
            doc: self.doc(id)?.unwrap_or_default(),
            place: [row.root, row.parent],
            by: row.head.modified_by,
            at: row.head.modified.as_millisecond(),
        }))
    }
}

impl Tx<'_> {
    /// Notes that a record which was taken in is new here. A first sync leaves that out: it would note everything.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_new(&mut self, uri: &str) -> Result<(), Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(()) };
        self.revise(id, ChangeKind::Created, None, None)
    }

    /// Notes who wrote what this operation merged into a record: the record itself counts as written here.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_theirs(&mut self, uri: &str, by: Option<&str>, at: Option<&str>) -> Result<(), Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(()) };
        let sql = "SELECT id, head FROM revision WHERE op = $1 AND record = $2 AND head IS NOT NULL ORDER BY id DESC LIMIT 1";
        let found: Option<(i64, String)> = self
            .db
            .conn
            .prepare_cached(sql)?
            .query_row(params![self.op.id, id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((revision, head)) = found else { return Ok(()) };
        let mut head: Map<String, Value> = serde_json::from_str(&head)?;
        for (name, value) in [(THEIRS_BY, by), (THEIRS_AT, at)] {
            if let Some(value) = value {
                head.insert(name.to_owned(), Value::from(value));
            }
        }
        self.db
            .conn
            .prepare_cached("UPDATE revision SET head = $1 WHERE id = $2")?
            .execute(params![serde_json::to_string(&head)?, revision])?;
        Ok(())
    }
}
