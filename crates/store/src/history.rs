//! History and undo: every operation, and what each record was before it.

use std::collections::HashSet;

use jiff::Timestamp;
use record::{Record, Registry, Uri, canonical, merge, refs};
use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::integrity::astray;
use crate::options::OpId;
use crate::reader::{HELD, HeadRow, STUB, time};
use crate::records::{Absent, Change, NewRow};
use crate::stored::ChangeKind;
use crate::tree::{Spot, clamp};
use crate::{Error, Head, Reader, Role, Tx};

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Number.
    pub op: OpId,
    /// `save`, `delete`, `move`, …
    pub name: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Records that it changed.
    pub records: u64,
    /// Title of the first of them.
    pub title: String,
    /// The operation that it took back.
    pub undoes: Option<OpId>,
    /// It was taken back.
    pub undone: bool,
}

/// A version that a record had.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Number of the revision that ended it; 0 for the present one.
    pub revision: i64,
    /// Operation that ended it; none for the present one.
    pub op: Option<OpId>,
    /// Name of that operation; `current` for the present version.
    pub name: String,
    /// When it came into being.
    pub at: Timestamp,
    /// Who made it.
    pub by: String,
    /// The server's version that it is, or was edited from.
    pub lock_version: i64,
    /// The document.
    pub doc: Map<String, Value>,
}

struct Revision {
    id: i64,
    record: i64,
    change: ChangeKind,
    doc: Option<Vec<u8>>,
    head: Option<Map<String, Value>>,
    base: Option<Vec<u8>>,
}

/// What happened to a record after an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Later {
    Nothing,
    /// Only a sync changed it, which brought what others did.
    Synced,
}

const OPERATION: &str =
    "SELECT o.id, o.name, o.by, o.at, o.records, o.title, o.undoes, o.undone FROM operation o";
/// Names of operations that nobody does by hand, so that Undo passes over them.
const SYNC: &str = "('pull', 'push', 'sync')";

impl Reader<'_> {
    /// Operations, the newest first. What was sent is left out: nothing changed here by it.
    ///
    /// # Errors
    /// What the database says.
    pub fn operations(&self, offset: u64, limit: u64) -> Result<Vec<Operation>, Error> {
        self.select_operations(
            "WHERE o.name <> 'push' ORDER BY o.id DESC LIMIT $1 OFFSET $2",
            params![clamp(limit), clamp(offset)],
        )
    }

    /// The newest operation that can be taken back.
    ///
    /// # Errors
    /// What the database says.
    pub fn undoable(&self) -> Result<Option<Operation>, Error> {
        let rest = format!(
            "WHERE o.undoes IS NULL AND o.undone = 0 AND o.name NOT IN {SYNC}
               AND EXISTS (SELECT 1 FROM revision v WHERE v.op = o.id) ORDER BY o.id DESC LIMIT 1"
        );
        Ok(self.select_operations(&rest, params![])?.pop())
    }

    /// The operation that can be done again: the newest Undo, unless something else was done since.
    ///
    /// # Errors
    /// What the database says.
    pub fn redoable(&self) -> Result<Option<Operation>, Error> {
        let rest = format!(
            "JOIN operation t ON t.id = o.undoes
             WHERE t.undoes IS NULL AND o.undone = 0 AND NOT EXISTS (
               SELECT 1 FROM operation n WHERE n.id > o.id AND n.undoes IS NULL AND n.name NOT IN {SYNC}
               AND EXISTS (SELECT 1 FROM revision v WHERE v.op = n.id))
             ORDER BY o.id DESC LIMIT 1"
        );
        Ok(self.select_operations(&rest, params![])?.pop())
    }

    /// Versions of a record: the present one, then those before it.
    ///
    /// # Errors
    /// What the database says.
    pub fn history(&self, uri: &str) -> Result<Vec<Version>, Error> {
        let mut versions = Vec::new();
        let id = match self.get(uri)? {
            Some(now) => {
                versions.push(Version {
                    revision: 0,
                    op: None,
                    name: "current".to_owned(),
                    at: now.modified,
                    by: now.modified_by.clone(),
                    lock_version: now.lock_version,
                    doc: now.doc.clone(),
                });
                now.head.id
            }
            None => self.gone_row(uri)?.ok_or_else(|| Error::missing(uri))?,
        };
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/history.sql"))?;
        let mut rows = select.query([id])?;
        while let Some(row) = rows.next()? {
            let head: Map<String, Value> = serde_json::from_str(&row.get::<_, String>(4)?)?;
            versions.push(Version {
                revision: row.get(0)?,
                op: row.get(1)?,
                name: row.get(2)?,
                at: time(number(&head, "modified").unwrap_or_default()),
                by: head.get("modified_by").and_then(Value::as_str).unwrap_or_default().to_owned(),
                lock_version: number(&head, "lock_version").unwrap_or_default(),
                doc: self.db.codec.unpack(&row.get::<_, Vec<u8>>(3)?)?,
            });
        }
        Ok(versions)
    }

    /// Number of versions of a record, the present one included.
    ///
    /// # Errors
    /// What the database says.
    pub fn version_count(&self, id: i64) -> Result<u64, Error> {
        Ok(1 + self
            .number("SELECT count(*) FROM revision WHERE record = $1 AND doc IS NOT NULL", params![id])?)
    }

    pub(crate) fn gone_row(&self, uri: &str) -> Result<Option<i64>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT id FROM gone WHERE uri = $1")?;
        Ok(select.query_row([uri], |row| row.get(0)).optional()?)
    }

    fn select_operations(
        &self,
        rest: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Operation>, Error> {
        let mut select = self.db.conn.prepare_cached(&format!("{OPERATION} {rest}"))?;
        let rows = select.query_map(values, |row| {
            Ok(Operation {
                op: row.get(0)?,
                name: row.get(1)?,
                by: row.get(2)?,
                at: time(row.get(3)?),
                records: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
                title: row.get(5)?,
                undoes: row.get(6)?,
                undone: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn revisions(&self, op: OpId) -> Result<Vec<Revision>, Error> {
        let mut select = self.db.conn.prepare_cached(
            "SELECT record, change, doc, head, base, id FROM revision WHERE op = $1 ORDER BY id DESC",
        )?;
        let mut rows = select.query([op])?;
        let mut revisions = Vec::new();
        while let Some(row) = rows.next()? {
            let head: Option<String> = row.get(3)?;
            revisions.push(Revision {
                record: row.get(0)?,
                change: ChangeKind::from_code(row.get(1)?),
                doc: row.get(2)?,
                head: head.map(|head| serde_json::from_str(&head)).transpose()?,
                base: row.get(4)?,
                id: row.get(5)?,
            });
        }
        Ok(revisions)
    }

    /// Whether others linked to `uri`, which was deleted here and not yet there, or changed what their links say,
    /// since: whoever deleted it did not see that.
    ///
    /// # Errors
    /// What the database says.
    pub fn linked_since_deletion(&self, uri: &str) -> Result<bool, Error> {
        let links = self.refs_to(uri)?;
        if links.is_empty() {
            return Ok(false);
        }
        let op = self.gone_row(uri)?.map(|id| self.deletion_of(id)).transpose()?.flatten();
        let known = op.map_or_else(|| Ok(Vec::new()), |op| self.revisions(op))?;
        for Head { id, kind, .. } in links.into_iter().map(|link| link.head).filter(|head| head.held) {
            let Some(now) = self.doc(id)? else { continue };
            let before = known.iter().find(|one| one.record == id).and_then(|one| one.doc.as_ref());
            let before = before.map(|doc| self.db.codec.unpack(doc)).transpose()?.unwrap_or_default();
            let before = said_of(uri, kind, before);
            if said_of(uri, kind, now).iter().any(|one| !before.contains(one)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The operation that deleted a row here last.
    fn deletion_of(&self, id: i64) -> Result<Option<OpId>, Error> {
        let sql = "SELECT op FROM revision WHERE record = $1 AND change = 2 ORDER BY id DESC LIMIT 1";
        Ok(self.db.conn.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
    }
}

/// What the links to `uri` say in a document, each with the list element that it stands in.
fn said_of(uri: &str, kind: &str, doc: Map<String, Value>) -> Vec<Value> {
    let registry = Registry::shipped();
    let whole = canonical::canonical(registry, &Record::new(kind, doc));
    let mut rest = whole.clone();
    refs::without(&mut rest.doc, uri);
    merge::diff(registry, &rest, &whole).into_iter().map(|difference| difference.new).collect()
}

impl Tx<'_> {
    /// Takes an operation back (the newest when none is given), as a new operation: which one it was. What a sync
    /// brought into the same records since stays; the rest of them becomes as it was.
    ///
    /// # Errors
    /// [`Error::NothingToUndo`]; [`Error::Refused`] (`changed_since`: a record changed after it; `undo_clashes`: what
    /// it had changed, others changed again, with the `fields`; `place_gone`: a node cannot go back to where
    /// it hung); [`Error::Invalid`] when a rule stands against it now.
    pub fn undo(&mut self, op: Option<OpId>) -> Result<OpId, Error> {
        let op = match op {
            Some(op) => self.select_operations("WHERE o.id = $1 AND o.undone = 0", params![op])?.pop(),
            None => self.undoable()?,
        };
        let op = op.ok_or(Error::NothingToUndo)?;
        self.take_back(&op)?;
        Ok(op.op)
    }

    /// Does the operation again that was taken back last: which one it is.
    ///
    /// # Errors
    /// As [`Tx::undo`].
    pub fn redo(&mut self) -> Result<OpId, Error> {
        let op = self.redoable()?.ok_or(Error::NothingToUndo)?;
        self.take_back(&op)?;
        Ok(op.undoes.unwrap_or(op.op))
    }

    /// Brings back everything that the operation which deleted `uri` here has deleted, as far as the server does
    /// not know of it yet: the address of what stood highest. Not an Undo of a person: nothing to do again.
    ///
    /// # Errors
    /// What the database says.
    pub fn call_off_deletion(&mut self, uri: &str) -> Result<Option<String>, Error> {
        let Some(id) = self.gone_row(uri)? else { return Ok(None) };
        self.call_off(id, &mut Vec::new())
    }

    /// `under_way`: the operations that are being called off already; what one of them does not bring back is gone there.
    fn call_off(&mut self, row: i64, under_way: &mut Vec<OpId>) -> Result<Option<String>, Error> {
        let Some(op) = self.deletion_of(row)?.filter(|op| !under_way.contains(op)) else { return Ok(None) };
        under_way.push(op);
        let mut top = None;
        let revisions = self.revisions(op)?;
        let mut changed = HashSet::new();
        let mut deleted = Vec::new();
        for revision in &revisions {
            if self.unchanged_since(op, revision.record).is_err() {
                changed.insert(revision.record);
            }
            if revision.change == ChangeKind::Deleted {
                deleted.extend(
                    revision.head.as_ref().and_then(|head| head.get("uri")?.as_str()).map(str::to_owned),
                );
            }
        }
        for revision in revisions {
            let mut head = revision.head.clone().unwrap_or_default();
            let address = head.get("uri").and_then(Value::as_str).unwrap_or_default().to_owned();
            match revision.change {
                ChangeKind::Deleted if self.tombstone(&address)?.is_some_and(|gone| gone.unsent) => {
                    if !self.bring_above_back(&mut head, under_way)? {
                        continue;
                    }
                    self.restore(revision.record, revision.doc, revision.base, &head)?;
                    top.get_or_insert(address);
                }
                ChangeKind::Touched if !changed.contains(&revision.record) => {
                    self.link_again(&revision, &deleted)?;
                }
                ChangeKind::Touched => self.put_links_back(&revision, &deleted)?,
                _ => {}
            }
        }
        self.db.conn.prepare_cached("UPDATE operation SET undone = 1 WHERE id = $1")?.execute([op])?;
        Ok(top)
    }

    /// A record that nobody changed here since a deletion took links out of it gets them back, and what it had of the
    /// server's with them: which of its links the server has still, the server says.
    fn link_again(&mut self, revision: &Revision, deleted: &[String]) -> Result<(), Error> {
        let row = self.head_by_id(revision.record)?.filter(|row| row.state == HELD);
        let (Some(row), Some(doc)) = (row, &revision.doc) else { return Ok(()) };
        let unsent = row.head.edits > 0 || row.head.is_local();
        if !unsent && revision.base.is_some() {
            // What was written into it was sent without them.
            return self.put_links_back(revision, deleted);
        }
        let (id, lock_version) = (row.head.id, row.head.lock_version);
        let record = Record::new(row.head.kind, self.db.codec.unpack(doc)?);
        let ready = self.ready(record, id, row.repo, Spot::of(&row), Absent::Stub)?;
        // What is just on its way went without them.
        let edits = if unsent { row.head.edits + 1 } else { 0 };
        self.replace(&row, &ready, Change { change: ChangeKind::Touched, lock_version, edits })?;
        if let Some(base) = &revision.base {
            self.keep_base(id, base)?;
        }
        self.settled(id, ChangeKind::Touched).map(drop)
    }

    /// Links to what was `deleted` that had been made here and not sent when it was: where the record has changed since
    /// they are put into what it is now. The server's own links come with its document.
    fn put_links_back(&mut self, revision: &Revision, deleted: &[String]) -> Result<(), Error> {
        let (Some(doc), Some(base)) = (&revision.doc, &revision.base) else { return Ok(()) };
        let Some(row) = self.head_by_id(revision.record)?.filter(|row| row.head.held) else { return Ok(()) };
        let Some(now) = self.doc(revision.record)? else { return Ok(()) };
        let record = |doc: Map<String, Value>| Record::new(row.head.kind, doc);
        let without = |mut doc: Map<String, Value>| {
            deleted.iter().for_each(|uri| refs::without(&mut doc, uri));
            record(doc)
        };
        let (doc, base) = (self.db.codec.unpack(doc)?, self.db.codec.unpack(base)?);
        let unlinked = without(doc.clone());
        let registry = self.registry();
        let own = merge::merge(registry, &record(base.clone()), &record(doc), &without(base));
        let whole = merge::merge(registry, &unlinked, &own.record, &record(now.clone()));
        if own.record.doc == unlinked.doc || !whole.clashes.is_empty() || whole.record.doc == now {
            return Ok(());
        }
        self.write_back(row, whole.record, Absent::Stub)
    }

    /// What a node hung below may have been deleted by another operation since: that is called off as well. A node whose
    /// parent the server has deleted goes to the top of its tree. Whether there is a place for it.
    fn bring_above_back(
        &mut self,
        head: &mut Map<String, Value>,
        under_way: &mut Vec<OpId>,
    ) -> Result<bool, Error> {
        let Some(spot) = spot(head) else { return Ok(true) };
        for above in [spot.root, spot.parent] {
            if self.head_by_id(above)?.is_none_or(|above| above.state == STUB) {
                self.call_off(above, under_way)?;
            }
        }
        if self.head_by_id(spot.parent)?.is_none() {
            head.insert("parent".to_owned(), Value::from(spot.root));
        }
        Ok(self.head_by_id(spot.root)?.is_some())
    }

    /// Addresses of the records that lost links by the operation which deleted `uri` here.
    ///
    /// # Errors
    /// What the database says.
    pub fn unlinked_by_deletion(&self, uri: &str) -> Result<Vec<String>, Error> {
        let Some(id) = self.gone_row(uri)? else { return Ok(Vec::new()) };
        let Some(op) = self.deletion_of(id)? else { return Ok(Vec::new()) };
        let touched = self.revisions(op)?.into_iter().filter(|one| one.change == ChangeKind::Touched);
        touched.filter_map(|one| self.uri_of(one.record).transpose()).collect()
    }

    fn take_back(&mut self, operation: &Operation) -> Result<(), Error> {
        let op = operation.op;
        let revisions = self.revisions(op)?;
        let mut later = Vec::with_capacity(revisions.len());
        for revision in &revisions {
            later.push(self.later(op, revision)?);
        }
        self.nothing_came_below(&revisions)?;
        let rows: Vec<i64> = revisions.iter().map(|revision| revision.record).collect();
        let mut anew = Vec::new();
        for (revision, later) in revisions.into_iter().zip(later) {
            if revision.change == ChangeKind::Deleted {
                if self.is_elsewhere(&revision)? {
                    continue;
                }
                anew.extend(self.deleted_there(&revision)?);
            }
            match later {
                Later::Nothing => self.put_back(revision)?,
                Later::Synced => self.put_back_merged(revision)?,
            }
        }
        self.all_hang(&rows)?;
        // What the server has deleted as well is made there again; a question about it is asked again instead.
        for uri in anew.iter().filter(|_| operation.name != "resolve") {
            self.make_again(uri)?;
        }
        self.op.undoes = Some(op);
        self.db.conn.prepare_cached("UPDATE operation SET undone = 1 WHERE id = $1")?.execute([op])?;
        if let Some(target) = operation.undoes {
            self.db
                .conn
                .prepare_cached("UPDATE operation SET undone = 0 WHERE id = $1")?
                .execute([target])?;
        }
        Ok(())
    }

    /// Whether a deleted record is here again under its number: it went to another repository before the server was told.
    fn is_elsewhere(&self, revision: &Revision) -> Result<bool, Error> {
        let uri = revision.head.as_ref().and_then(|head| head.get("uri")).and_then(Value::as_str);
        let parsed = uri.and_then(|uri| Uri::parse(self.registry(), uri).ok());
        match parsed.filter(|uri| self.role() == Role::Desk && !uri.is_local()) {
            Some(uri) => Ok(self.held_elsewhere(&uri)?.is_some()),
            None => Ok(false),
        }
    }

    /// The address of a deleted record that the server knows as deleted.
    fn deleted_there(&self, revision: &Revision) -> Result<Option<String>, Error> {
        let uri = revision.head.as_ref().and_then(|head| head.get("uri")).and_then(Value::as_str);
        let Some(uri) = uri.filter(|uri| self.role() == Role::Desk && !uri.contains("/local_")) else {
            return Ok(None);
        };
        Ok(self.tombstone(uri)?.filter(|gone| !gone.unsent).map(|gone| gone.uri))
    }

    /// What happened to a record after the operation that a revision belongs to.
    fn later(&self, op: OpId, revision: &Revision) -> Result<Later, Error> {
        if self.unchanged_since(op, revision.record).is_ok() {
            return Ok(Later::Nothing);
        }
        let own = self.number(include_str!("../sql/changed_here_since.sql"), params![revision.record, op])?;
        let held = self.head_by_id(revision.record)?.is_some_and(|row| row.head.held);
        let joins = matches!(revision.change, ChangeKind::Updated | ChangeKind::Touched | ChangeKind::Moved);
        if own == 0 && held && joins {
            return Ok(Later::Synced);
        }
        self.unchanged_since(op, revision.record).map(|()| Later::Nothing)
    }

    /// Takes a change back in a record that others have changed since.
    fn put_back_merged(&mut self, revision: Revision) -> Result<(), Error> {
        let Revision { id: at, record: id, change, doc, head, .. } = revision;
        let head = head.unwrap_or_default();
        if change == ChangeKind::Moved {
            if self.number(
                "SELECT count(*) FROM revision WHERE record = $1 AND id > $2 AND change = 3",
                params![id, at],
            )? > 0
            {
                let uri = self.uri_of(id)?.unwrap_or_default();
                return Err(Error::refused("changed_since", &uri));
            }
            return self.put_place_back(id, &head);
        }
        let (Some(doc), Some(row)) = (doc, self.head_by_id(id)?) else { return Ok(()) };
        let sql =
            "SELECT doc FROM revision WHERE record = $1 AND id > $2 AND doc IS NOT NULL ORDER BY id LIMIT 1";
        let after: Option<Vec<u8>> =
            self.db.conn.prepare_cached(sql)?.query_row([id, at], |row| row.get(0)).optional()?;
        let kind = row.head.kind;
        let record = |doc: Map<String, Value>| Record::new(kind, doc);
        let before = record(self.db.codec.unpack(&doc)?);
        let now = record(self.doc(id)?.unwrap_or_default());
        let after =
            after.map(|after| self.db.codec.unpack(&after)).transpose()?.map_or_else(|| now.clone(), record);
        let merged = record::merge::merge(self.registry(), &after, &before, &now);
        if !merged.clashes.is_empty() {
            let fields = merged.clashes.into_iter().map(|clash| Value::from(clash.pointer)).collect();
            return Err(Error::refused("undo_clashes", &row.head.uri).with("fields", Value::Array(fields)));
        }
        self.write_back(row, merged.record, Absent::Stub)
    }

    /// No operation after `op` that still stands has changed the record.
    fn unchanged_since(&self, op: OpId, record: i64) -> Result<(), Error> {
        let later = self.number(include_str!("../sql/changed_since.sql"), params![record, op])?;
        if later == 0 {
            return Ok(());
        }
        let uri = self.head_by_id(record)?.map(|row| row.head.uri).unwrap_or_default();
        Err(Error::refused("changed_since", &uri))
    }

    /// What an operation made takes nothing with it that was made or moved below it since.
    fn nothing_came_below(&self, revisions: &[Revision]) -> Result<(), Error> {
        let made: HashSet<i64> = revisions
            .iter()
            .filter(|revision| revision.change == ChangeKind::Created)
            .map(|revision| revision.record)
            .collect();
        for id in &made {
            let mut select = self.db.conn.prepare_cached("SELECT id FROM record WHERE parent = $1")?;
            let below: Vec<i64> = select.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            if let Some(other) = below.into_iter().find(|id| !made.contains(id)) {
                return Err(Error::refused("changed_since", &self.uri_of(other)?.unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// Whether every node of these rows has a way up to its root: what it hung below may have been moved below it since.
    fn all_hang(&self, rows: &[i64]) -> Result<(), Error> {
        for id in rows {
            let Some(row) = self.head_by_id(*id)? else { continue };
            let Some(spot) = Spot::of(&row) else { continue };
            if astray(self, &row, spot)?.is_some() {
                return Err(Error::refused("changed_since", &row.head.uri));
            }
        }
        Ok(())
    }

    fn put_back(&mut self, revision: Revision) -> Result<(), Error> {
        let Revision { record: id, change, doc, head, base, .. } = revision;
        let head = head.unwrap_or_default();
        match change {
            ChangeKind::Created => match self.head_by_id(id)? {
                Some(row) => self.delete(&row.head.uri),
                None => Ok(()),
            },
            ChangeKind::Deleted => self.restore(id, doc, base, &head),
            ChangeKind::Moved => self.put_place_back(id, &head),
            ChangeKind::Updated | ChangeKind::Touched => {
                let Some(doc) = doc else { return Ok(()) };
                self.put_doc_back(id, &doc, Absent::Problem)?;
                self.put_place_back(id, &head)
            }
        }
    }

    fn put_doc_back(&mut self, id: i64, doc: &[u8], absent: Absent) -> Result<(), Error> {
        let row = self.head_by_id(id)?.ok_or_else(|| Error::missing(""))?;
        let record = Record::new(row.head.kind, self.db.codec.unpack(doc)?);
        self.write_back(row, record, absent)
    }

    pub(crate) fn write_back(&mut self, row: HeadRow, record: Record, absent: Absent) -> Result<(), Error> {
        let id = row.head.id;
        let ready = self.ready(record, id, row.repo, Spot::of(&row), absent)?;
        let (lock_version, edits) = match self.role() {
            Role::Server => (row.head.lock_version + 1, 0),
            Role::Desk => (row.head.lock_version, row.head.edits + 1),
        };
        self.replace(&row, &ready, Change { change: ChangeKind::Updated, lock_version, edits })?;
        self.settled(id, ChangeKind::Updated).map(drop)
    }

    fn put_place_back(&mut self, id: i64, head: &Map<String, Value>) -> Result<(), Error> {
        let Some(row) = self.head_by_id(id)? else { return Ok(()) };
        let (Some(spot), Some(now)) = (spot(head), Spot::of(&row)) else { return Ok(()) };
        if spot == now {
            return Ok(());
        }
        for above in [spot.root, spot.parent] {
            if self.head_by_id(above)?.is_none_or(|above| above.state == STUB) {
                return Err(Error::refused("place_gone", &row.head.uri));
            }
        }
        let before = self.head_json(&row);
        self.revise(id, ChangeKind::Moved, None, Some(&before))?;
        self.regroup(&row, spot)?;
        self.put(id, spot)?;
        self.noted(&row.head, ChangeKind::Moved);
        Ok(())
    }

    /// Others may have named an address since its record was deleted: the stub leaves the address to the record.
    fn step_aside(&mut self, uri: &str, id: i64) -> Result<Option<i64>, Error> {
        let Some(row) = self.head_row(uri)?.filter(|row| row.head.id != id && row.state == STUB) else {
            return Ok(None);
        };
        self.db
            .conn
            .prepare_cached("UPDATE record SET uri = $1 WHERE id = $2")?
            .execute(params![format!("{uri}#{}", row.head.id), row.head.id])?;
        Ok(Some(row.head.id))
    }

    /// Where a record comes back: in its repository; a node in that of its root, which may have gone to another one.
    fn housed(
        &self,
        uri: &str,
        repo: Option<i64>,
        spot: Option<Spot>,
    ) -> Result<(Option<i64>, String), Error> {
        let present = self.present_in_repository(uri)?;
        let root = spot.map(|spot| self.head_by_id(spot.root)).transpose()?.flatten();
        let Some(root) = root.filter(|root| root.repo.is_some() && root.repo != repo) else {
            return Ok((repo, present));
        };
        let parsed = Uri::parse(self.registry(), &present)?;
        let number = root.head.repo.as_deref().and_then(|repo| repo.rsplit('/').next());
        let address = Uri::of(self.registry(), parsed.kind, number, &parsed.key).map(|uri| uri.to_string());
        Ok((root.repo, address.unwrap_or(present)))
    }

    /// A record's address in its repository, which the server may have numbered since.
    fn present_in_repository(&self, uri: &str) -> Result<String, Error> {
        let parsed = Uri::parse(self.registry(), uri).ok();
        let Some(old) = parsed.and_then(|parsed| parsed.repository()).filter(|old| old != uri) else {
            return Ok(uri.to_owned());
        };
        let (rest, new) = (uri.strip_prefix(&old), self.redirect(&old)?);
        Ok(rest.zip(new).map_or_else(|| uri.to_owned(), |(rest, new)| format!("{new}{rest}")))
    }

    /// Puts a deleted record back where it was, under its own address.
    fn restore(
        &mut self,
        id: i64,
        doc: Option<Vec<u8>>,
        base: Option<Vec<u8>>,
        head: &Map<String, Value>,
    ) -> Result<(), Error> {
        let (Some(doc), Some(uri)) = (doc, head.get("uri").and_then(Value::as_str)) else { return Ok(()) };
        let kind = head.get("kind").and_then(Value::as_str).unwrap_or_default();
        let spot = spot(head);
        let (repo, present) = self.housed(uri, number(head, "repo"), spot)?;
        for above in spot.into_iter().flat_map(|spot| [spot.root, spot.parent]) {
            if self.head_by_id(above)?.is_none() {
                return Err(Error::refused("place_gone", uri));
            }
        }
        let record = Record::new(kind, self.db.codec.unpack(&doc)?);
        let ready = self.ready(record, id, repo, spot, Absent::Stub)?;
        let lock_version = number(head, "lock_version").unwrap_or(0);
        let (lock_version, edits) = match self.role() {
            Role::Server => (lock_version + 1, 0),
            Role::Desk => (lock_version, number(head, "edits").unwrap_or(0)),
        };
        let moved = head.get("moved").and_then(Value::as_bool).unwrap_or(false);
        self.db.conn.prepare_cached("DELETE FROM gone WHERE uri = $1")?.execute([uri])?;
        if present != uri {
            self.redirect_to(uri, &present)?;
        }
        let uri = present.as_str();
        let stub = self.step_aside(uri, id)?;
        self.insert_as(
            id,
            uri,
            &ready,
            &NewRow { repo, spot, lock_version, edits, moved, ..NewRow::default() },
        )?;
        if let Some(stub) = stub {
            self.absorb(id, stub)?;
        }
        self.db
            .conn
            .prepare_cached("UPDATE record SET created = $1, created_by = $2, suppressed = $3 WHERE id = $4 AND state = $5")?
            .execute(params![
                number(head, "created").unwrap_or_default(),
                head.get("created_by").and_then(Value::as_str).unwrap_or_default(),
                head.get("suppressed").and_then(Value::as_bool).unwrap_or(false),
                id,
                HELD
            ])?;
        if let Some(base) = base {
            self.keep_base(id, &base)?;
        }
        self.revise(id, ChangeKind::Created, None, None)?;
        self.settled(id, ChangeKind::Created).map(drop)
    }
}

fn number(head: &Map<String, Value>, name: &str) -> Option<i64> {
    head.get(name).and_then(Value::as_i64)
}

fn spot(head: &Map<String, Value>) -> Option<Spot> {
    Some(Spot {
        root: number(head, "root")?,
        parent: number(head, "parent")?,
        position: number(head, "position")?,
    })
}
