//! What a desk keeps for sync: what the server sent, what waits to be sent, conflicts, refusals, cursors.

use std::collections::HashMap;

use jiff::Timestamp;
use record::Record;
use record::api::command::{ApiError, ConflictField};
use record::api::wire::{self, Place};
use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::content;
use crate::delete::Tombstone;
use crate::reader::{HELD, HeadRow, STUB, time};
use crate::records::{Absent, Change, NewRow, Ready};
use crate::stored::{ChangeKind, Changed};
use crate::tree::{Spot, Wish};
use crate::{Error, Head, Reader, Stored, Tx, kinds, rules};

/// A record as the server sent it.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The server's address.
    pub uri: String,
    /// The document as the API serves it.
    pub doc: Map<String, Value>,
    /// Who wrote it and when; taken from the document where there is none.
    pub authors: Option<wire::Authors>,
    /// The server's version.
    pub lock_version: i64,
    /// Place in the tree; taken from the document where there is none.
    pub place: Option<Place>,
    /// The server's number for the order among siblings, mirrored as it is; better than the rank of `place`.
    pub order: Option<i64>,
}

/// Who wrote a record and when, as far as its document says.
#[derive(Default)]
pub(crate) struct Authors {
    pub(crate) created: Option<i64>,
    pub(crate) created_by: Option<String>,
    pub(crate) modified: Option<i64>,
    pub(crate) modified_by: Option<String>,
}

impl Authors {
    fn of(doc: &Map<String, Value>) -> Self {
        let text = |name: &str| doc.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self::from(wire::Authors {
            created_by: text("created_by"),
            create_time: text("create_time"),
            last_modified_by: text("last_modified_by"),
            user_mtime: text("user_mtime"),
        })
    }
}

impl From<wire::Authors> for Authors {
    fn from(told: wire::Authors) -> Self {
        let at = |text: &str| Some(text.parse::<Timestamp>().ok()?.as_millisecond());
        Self {
            created: at(&told.create_time),
            created_by: Some(told.created_by).filter(|by| !by.is_empty()),
            modified: at(&told.user_mtime),
            modified_by: Some(told.last_modified_by).filter(|by| !by.is_empty()),
        }
    }
}

/// An open conflict.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The record.
    pub head: Head,
    /// `edited`, `gone` or `deleted`.
    pub reason: String,
    /// The server's document; none when it was removed there.
    pub theirs: Option<Map<String, Value>>,
    /// The server's version.
    pub lock_version: i64,
    /// Who changed it there.
    pub by: Option<String>,
    /// When, ISO 8601 UTC.
    pub at: Option<String>,
    /// Fields that clash.
    pub fields: Vec<ConflictField>,
    /// When it was found.
    pub found: Timestamp,
}

/// A conflict to file.
#[derive(Debug, Clone, Default)]
pub struct NewConflict {
    /// `edited`, `gone` or `deleted`.
    pub reason: String,
    /// The server's document; none when it was removed there.
    pub theirs: Option<Map<String, Value>>,
    /// The server's version.
    pub lock_version: i64,
    /// Who changed it there.
    pub by: Option<String>,
    /// When, ISO 8601 UTC.
    pub at: Option<String>,
    /// Fields that clash.
    pub fields: Vec<ConflictField>,
}

impl Reader<'_> {
    /// Records with edits or moves that wait to be sent, in the order of their making.
    ///
    /// # Errors
    /// What the database says.
    pub fn unsent(&self) -> Result<Vec<Head>, Error> {
        Ok(self
            .heads("WHERE r.edits > 0 OR r.moved > 0 ORDER BY r.id", params![])?
            .into_iter()
            .map(|r| r.head)
            .collect())
    }

    /// How many records wait to be sent, deletions included.
    ///
    /// # Errors
    /// What the database says.
    pub fn unsent_count(&self) -> Result<u64, Error> {
        let edits = self.number("SELECT count(*) FROM record WHERE edits > 0 OR moved > 0", params![])?;
        Ok(edits + self.unsent_deletion_count()?)
    }

    /// How many of them the next sync sends: without what is in conflict, or was refused, and needs a person.
    ///
    /// # Errors
    /// What the database says.
    pub fn waiting_count(&self) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM record r WHERE (edits > 0 OR moved > 0)
                     AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.id = r.id)
                     AND NOT EXISTS (SELECT 1 FROM refusal f WHERE f.id = r.id)";
        Ok(self.number(sql, params![])? + self.unsent_deletion_count()?)
    }

    fn unsent_deletion_count(&self) -> Result<u64, Error> {
        self.number("SELECT count(*) FROM gone WHERE unsent = 1", params![])
    }

    /// All open conflicts, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        let ids: Vec<i64> = self
            .db
            .conn
            .prepare_cached("SELECT id FROM conflict ORDER BY found, id")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut conflicts = Vec::new();
        for id in ids {
            conflicts.extend(self.conflict_of(id)?);
        }
        Ok(conflicts)
    }

    /// The open conflict of a record.
    ///
    /// # Errors
    /// What the database says.
    pub fn conflict(&self, uri: &str) -> Result<Option<Conflict>, Error> {
        match self.row_of(uri)? {
            Some((id, _)) => self.conflict_of(id),
            None => Ok(None),
        }
    }

    /// Why a record is in conflict, if it is.
    ///
    /// # Errors
    /// What the database says.
    pub fn conflict_reason(&self, uri: &str) -> Result<Option<String>, Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(None) };
        let mut select = self.db.conn.prepare_cached("SELECT reason FROM conflict WHERE id = $1")?;
        Ok(select.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Number of open conflicts.
    ///
    /// # Errors
    /// What the database says.
    pub fn conflict_count(&self) -> Result<u64, Error> {
        self.number("SELECT count(*) FROM conflict", params![])
    }

    /// Whether a record is in conflict.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_conflict(&self, id: i64) -> Result<bool, Error> {
        Ok(self.number("SELECT count(*) FROM conflict WHERE id = $1", params![id])? > 0)
    }

    fn conflict_of(&self, id: i64) -> Result<Option<Conflict>, Error> {
        let Some(HeadRow { head, .. }) = self.head_by_id(id)? else { return Ok(None) };
        let mut select = self.db.conn.prepare_cached(
            "SELECT reason, theirs, lock_version, by, at, fields, found FROM conflict WHERE id = $1",
        )?;
        let mut rows = select.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let theirs: Option<Vec<u8>> = row.get(1)?;
        Ok(Some(Conflict {
            head,
            reason: row.get(0)?,
            theirs: theirs.map(|theirs| self.db.codec.unpack(&theirs)).transpose()?,
            lock_version: row.get(2)?,
            by: row.get(3)?,
            at: row.get(4)?,
            fields: serde_json::from_str(&row.get::<_, String>(5)?)?,
            found: time(row.get(6)?),
        }))
    }

    /// Why the server refused a record last.
    ///
    /// # Errors
    /// What the database says.
    pub fn refusal(&self, uri: &str) -> Result<Option<ApiError>, Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(None) };
        let mut select = self.db.conn.prepare_cached("SELECT code, args FROM refusal WHERE id = $1")?;
        let found: Option<(String, String)> =
            select.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map(|(code, args)| Ok(ApiError { code, args: serde_json::from_str(&args)? })).transpose()
    }

    /// Number of records that the server refused.
    ///
    /// # Errors
    /// What the database says.
    pub fn refusal_count(&self) -> Result<u64, Error> {
        self.number("SELECT count(*) FROM refusal", params![])
    }

    /// A saved place of a source that is followed.
    ///
    /// # Errors
    /// What the database says.
    pub fn cursor(&self, source: &str) -> Result<Option<String>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT value FROM cursor WHERE source = $1")?;
        Ok(select.query_row([source], |row| row.get(0)).optional()?)
    }

    /// The saved places of sources whose name begins so, without those that are empty.
    ///
    /// # Errors
    /// What the database says.
    pub fn cursors(&self, prefix: &str) -> Result<Vec<(String, String)>, Error> {
        let mut select = self
            .db
            .conn
            .prepare_cached("SELECT source, value FROM cursor WHERE value <> '' ORDER BY source")?;
        let all = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let all = all.collect::<Result<Vec<(String, String)>, _>>()?;
        Ok(all.into_iter().filter(|(source, _)| source.starts_with(prefix)).collect())
    }

    /// Number of this store's data (a UUID): another one, or none, means other data.
    ///
    /// # Errors
    /// What the database says.
    pub fn identity(&self) -> Result<String, Error> {
        Ok(self.setting("identity")?.unwrap_or_default())
    }

    /// A setting.
    ///
    /// # Errors
    /// What the database says.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT value FROM setting WHERE name = $1")?;
        Ok(select.query_row([name], |row| row.get(0)).optional()?)
    }
}

/// Rows of what is above the records that come first, by address, so that each is looked up once: good for one
/// transaction, as long as nothing else is changed in it (see [`Tx::end_first`]).
#[derive(Debug, Default)]
pub struct Above {
    pub(crate) rows: HashMap<String, i64>,
    /// Whether anything was ever deleted, once that was asked.
    gone: Option<bool>,
    /// The tree of the last node, row and address.
    root: Option<(i64, String)>,
}

impl Above {
    fn clear(&mut self) {
        *self = Self::default();
    }

    fn anything_gone(&mut self, reader: &Reader<'_>) -> Result<bool, Error> {
        match self.gone {
            Some(any) => Ok(any),
            None => {
                Ok(*self.gone.insert(reader.number("SELECT EXISTS (SELECT 1 FROM gone)", params![])? > 0))
            }
        }
    }

    fn root(&mut self, reader: &Reader<'_>, id: i64) -> Result<Option<String>, Error> {
        if self.root.as_ref().is_none_or(|(row, _)| *row != id) {
            self.root = reader.uri_of(id)?.map(|uri| (id, uri));
        }
        Ok(self.root.as_ref().map(|(_, uri)| uri.clone()))
    }
}

impl Tx<'_> {
    /// Writes what the server sent over what is here: clean, at the server's version, links to what is not here
    /// as stubs. Edits that were here are dropped: whoever plans has merged them before (see [`Tx::rebase`]).
    ///
    /// # Errors
    /// What the database says.
    pub fn apply(&mut self, incoming: Incoming) -> Result<Stored, Error> {
        let uri = incoming.uri.clone();
        self.take_in(incoming)?;
        self.expect(&uri)
    }

    /// As [`Tx::apply`], for many: does not read the record back.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_in(&mut self, incoming: Incoming) -> Result<(), Error> {
        let row = self.head_row(&incoming.uri)?;
        let gone = self.gone_row(&incoming.uri)?;
        self.take_in_over(incoming, row, gone, None)
    }

    /// The same for the first that comes from a server: nothing is known of what it has, under any address. What is here
    /// under the address nevertheless, as the target of a link, or was and is deleted, is given back untouched.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_in_first(
        &mut self,
        incoming: Incoming,
        above: &mut Above,
    ) -> Result<Option<Incoming>, Error> {
        let was_here = above.anything_gone(self)? && self.gone_row(&incoming.uri)?.is_some();
        if was_here || self.row_at(&incoming.uri)?.is_some() {
            self.end_first(above)?;
            return Ok(Some(incoming));
        }
        self.take_in_over(incoming, None, None, Some(above)).map(|()| None)
    }

    /// To be called before anything else is changed in the transaction.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_first(&mut self, above: &mut Above) -> Result<(), Error> {
        above.clear();
        self.db.bodies().map(drop)
    }

    /// Over the row that is here under the address, or in place of the one that a deleted record had; with `above` where
    /// neither ever was.
    fn take_in_over(
        &mut self,
        incoming: Incoming,
        row: Option<HeadRow>,
        gone: Option<i64>,
        mut above: Option<&mut Above>,
    ) -> Result<(), Error> {
        let Incoming { uri, mut doc, authors, lock_version, place, order } = incoming;
        let parsed = record::Uri::parse(self.registry(), &uri)?;
        let kind = parsed.kind;
        let wish = match place {
            Some(place) => {
                Wish { root: Some(place.root), parent: place.parent, position: Some(place.position) }
            }
            None => Wish::of(kind, &doc),
        };
        let authors = authors.map_or_else(|| Authors::of(&doc), Authors::from);
        kinds::strip(kind, &mut doc);
        let repo = match parsed.repository().filter(|repo| *repo != uri) {
            Some(repo) => self.stub_above(&repo, above.as_deref_mut())?,
            None => None,
        };
        let spot = match (above.as_deref_mut(), order) {
            (Some(above), Some(position)) => self.first_spot(kind, &wish, position, above)?,
            _ => self.incoming_spot(kind, row.as_ref(), &wish, order)?,
        };
        let id = row.as_ref().map_or(0, |row| row.head.id);
        let mut ready = self.ready(Record::new(kind, doc), id, repo, spot, Absent::Stub)?;
        if gone.is_some() {
            self.db.conn.prepare_cached("DELETE FROM gone WHERE uri = $1")?.execute([&uri])?;
        }
        let before = match gone.filter(|id| *id > 0 && row.is_none()) {
            Some(id) if self.head_by_id(id)?.is_none() => Some(id),
            _ => None,
        };
        let change = match row {
            None => {
                let new = NewRow { repo, spot, lock_version, authors, ..NewRow::default() };
                match before {
                    // What comes back goes on with the history that it had.
                    Some(id) => self.insert_as(id, &uri, &ready, &new)?,
                    None if above.is_some() => self.insert_late(&uri, &mut ready, &new)?,
                    None => drop(self.insert(&uri, &ready, &new)?),
                }
                ChangeKind::Created
            }
            Some(row) => {
                let id = row.head.id;
                self.replace(&row, &ready, Change { change: ChangeKind::Updated, lock_version, edits: 0 })?;
                self.db
                    .bodies()?
                    .prepare_cached("UPDATE body SET base = NULL WHERE id = $1 AND base IS NOT NULL")?
                    .execute([id])?;
                if let Some(spot) = spot.filter(|spot| Some(*spot) != Spot::of(&row)) {
                    self.place_as_sent(id, spot)?;
                    self.left(row.parent)?;
                }
                self.write_authors(id, &authors)?;
                if row.state == STUB { ChangeKind::Created } else { ChangeKind::Updated }
            }
        };
        let root = match (spot, above.as_deref_mut()) {
            (Some(spot), Some(above)) => above.root(self, spot.root)?,
            (Some(spot), None) => self.uri_of(spot.root)?,
            (None, _) => None,
        };
        self.note(Changed { uri, kind, root, change }, &ready.summary.title);
        if change == ChangeKind::Created && above.is_none() {
            self.yield_ref_id(&ready)?;
        }
        Ok(())
    }

    /// Two people made the same node again: the one that is on the server has its `ref_id`, the other gets a new one.
    fn yield_ref_id(&mut self, there: &Ready) -> Result<(), Error> {
        for (id, made_here) in rules::sharing(self, &there.identities, "ref_id", 0)? {
            if made_here {
                self.drop_ref_id(id)?;
            }
        }
        Ok(())
    }

    fn drop_ref_id(&mut self, id: i64) -> Result<(), Error> {
        let (Some(row), Some(mut doc)) = (self.head_by_id(id)?, self.doc(id)?) else { return Ok(()) };
        if row.head.is_local() {
            doc.shift_remove("ref_id");
            let record = Record::new(row.head.kind, doc);
            self.write_back(row, record, Absent::Stub)?;
        }
        Ok(())
    }

    /// What the server says of who wrote a record and when holds here too: its history tells people, not syncs.
    fn write_authors(&mut self, id: i64, authors: &Authors) -> Result<(), Error> {
        let Authors { created, created_by, modified, modified_by } = authors;
        self.db.conn.prepare_cached(include_str!("../sql/write_authors.sql"))?.execute(params![
            created,
            created_by,
            modified,
            modified_by,
            id
        ])?;
        Ok(())
    }

    /// Removes what the server removed or hides, without a tombstone to send. Links to it stay in what the server
    /// knows: where it took them out, it says so. Unknown addresses are no error.
    ///
    /// # Errors
    /// What the database says.
    pub fn apply_gone(&mut self, uri: &str) -> Result<(), Error> {
        self.db.conn.prepare_cached("UPDATE gone SET unsent = 0 WHERE uri = $1")?.execute([uri])?;
        let held = |row: &HeadRow| row.state == HELD;
        let Some(row) = self.head_row(uri)?.filter(held) else { return Ok(()) };
        if let Some(root) = row.root {
            self.take_out_moved(row, root)?;
        }
        let Some(row) = self.head_row(uri)?.filter(held) else { return Ok(()) };
        let rows = self.with_descendants(row)?;
        let ids = rows.iter().map(|row| row.head.id).collect();
        for row in &rows {
            self.unlink_new(row, &ids)?;
        }
        self.drop_refs_of(&rows)?;
        for row in &rows {
            self.remove(row, Tombstone::Others)?;
        }
        Ok(())
    }

    /// The server merged a record into another one: what was made here and not sent links to that one from now on. What
    /// the server has comes from there with its links.
    ///
    /// # Errors
    /// What the database says.
    pub fn relink_unsent(&mut self, uri: &str, to: &str) -> Result<(), Error> {
        let (Some((id, _)), Some(_)) = (self.row_at(uri)?, self.row_at(to)?) else { return Ok(()) };
        for other in self.referring(id)? {
            let (Some(row), Some(doc)) = (self.head_by_id(other)?, self.doc(other)?) else { continue };
            if row.state == HELD && row.head.is_local() {
                let mut record = Record::new(row.head.kind, doc);
                content::rewrite(&mut record, &mut |link| (link == uri).then(|| to.to_owned()));
                self.write_back(row, record, Absent::Stub)?;
            }
        }
        Ok(())
    }

    /// The server knows of a deletion.
    ///
    /// # Errors
    /// What the database says.
    pub fn confirm_deletion(&mut self, uri: &str) -> Result<(), Error> {
        self.db.conn.prepare_cached("UPDATE gone SET unsent = 0 WHERE uri = $1")?.execute([uri])?;
        Ok(())
    }

    /// The server took a record: `sent_edits` of its edits are sent, it has `lock_version`, and where it was local it
    /// has the server's address from now on, in every document, draft and reference.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn confirm_push(
        &mut self,
        uri: &str,
        sent_edits: i64,
        new_uri: &str,
        lock_version: i64,
    ) -> Result<Stored, Error> {
        let row = self.head_row(uri)?.ok_or_else(|| Error::missing(uri))?;
        let id = row.head.id;
        let seq = self.next_seq();
        let left = (row.head.edits - sent_edits).max(0);
        self.db
            .conn
            .prepare_cached("UPDATE record SET edits = $1, lock_version = $2, seq = $3 WHERE id = $4")?
            .execute(params![left, lock_version, seq, id])?;
        self.db.conn.prepare_cached("DELETE FROM refusal WHERE id = $1")?.execute([id])?;
        if left == 0 {
            self.db.bodies()?.prepare_cached("UPDATE body SET base = NULL WHERE id = $1")?.execute([id])?;
        }
        if row.head.uri != new_uri {
            match self.another_repository(&row, new_uri)? {
                None => self.readdress(&row, new_uri)?,
                Some((repository, repo)) => {
                    let below = self.made_below(id)?;
                    self.readdress(&row, new_uri)?;
                    self.house(id, repo)?;
                    self.take_along(below, &repository, repo)?;
                }
            }
        }
        self.refresh_draft(new_uri, seq)?;
        let row = self.head_by_id(id)?.ok_or_else(|| Error::missing(new_uri))?;
        self.noted(&row.head, ChangeKind::Touched);
        self.stored(row)?.ok_or_else(|| Error::missing(new_uri))
    }

    /// Gives a record another address, everywhere.
    fn readdress(&mut self, row: &HeadRow, new: &str) -> Result<(), Error> {
        let (id, old) = (row.head.id, row.head.uri.as_str());
        // The address may already be here as a stub, or as the record itself, pulled before the reply came.
        if let Some((other, _)) = self.row_of(new)?.filter(|(other, _)| *other != id) {
            self.absorb(id, other)?;
        }
        self.db.conn.prepare_cached("UPDATE record SET uri = $1 WHERE id = $2")?.execute(params![new, id])?;
        self.redirect_to(old, new)?;
        if row.head.kind == "repository" {
            self.readdress_contents(id, old, new)?;
        }
        let mut swap = |uri: &str| (uri == old).then(|| new.to_owned());
        for other in self.referring(id)? {
            self.rewrite_body(other, &mut swap)?;
        }
        self.redirect_drafts(old, new)
    }

    /// From now on an address leads to another one.
    pub(crate) fn redirect_to(&self, old: &str, new: &str) -> Result<(), Error> {
        self.db
            .conn
            .prepare_cached("INSERT INTO redirect (old, new) VALUES ($1, $2) ON CONFLICT (old) DO UPDATE SET new = excluded.new")?
            .execute([old, new])?;
        self.db.conn.prepare_cached("UPDATE redirect SET new = $1 WHERE new = $2")?.execute([new, old])?;
        // An address that is in use leads nowhere else.
        self.db.conn.prepare_cached("DELETE FROM redirect WHERE old = $1")?.execute([new])?;
        Ok(())
    }

    /// The server gave a record another address, in another repository: what is here of it, edits included, goes
    /// along, and what was made below it here and not sent. `false`: nothing of it is here, or the new address is
    /// taken.
    ///
    /// # Errors
    /// What the database says.
    pub fn apply_moved(&mut self, uri: &str, new: &str) -> Result<bool, Error> {
        let held = |row: &HeadRow| row.state == HELD;
        let Some(row) = self.head_row(uri)?.filter(|row| held(row) && row.head.uri == uri) else {
            return Ok(false);
        };
        let parsed = record::Uri::parse(self.registry(), new)?;
        let repository = parsed.repository().unwrap_or_default();
        let taken = self.head_row(new)?.is_some_and(|other| held(&other) && other.head.id != row.head.id);
        let (false, Some(repo)) = (taken, self.stub(&repository)?) else { return Ok(false) };
        let below = self.made_below(row.head.id)?;
        self.rehouse(&row, new, repo)?;
        self.take_along(below, &repository, repo)?;
        Ok(true)
    }

    /// The repository that an address leads to, with its row, where the record lives in another one.
    fn another_repository(&mut self, row: &HeadRow, new: &str) -> Result<Option<(String, i64)>, Error> {
        let Some(before) = &row.head.repo else { return Ok(None) };
        let parsed = record::Uri::parse(self.registry(), new)?;
        let Some(repository) = parsed.repository().filter(|now| now != before) else { return Ok(None) };
        Ok(self.stub(&repository)?.map(|repo| (repository, repo)))
    }

    fn take_along(&mut self, nodes: Vec<HeadRow>, repository: &str, repo: i64) -> Result<(), Error> {
        for node in nodes {
            let key = node.head.uri.rsplit('/').next().unwrap_or_default();
            let number = repository.rsplit('/').next();
            if let Some(new) = record::Uri::of(self.registry(), node.head.kind, number, key) {
                self.rehouse(&node, &new.to_string(), repo)?;
            }
        }
        Ok(())
    }

    /// What was made below a record here and not sent: nodes of its tree, and what was made below those.
    fn made_below(&self, id: i64) -> Result<Vec<HeadRow>, Error> {
        let mut made = self.heads("WHERE r.root = $1 OR r.parent = $1", params![id])?;
        made.retain(|node| node.head.is_local());
        let mut known: std::collections::HashSet<i64> = made.iter().map(|node| node.head.id).collect();
        let mut at = 0;
        while let Some(above) = made.get(at).map(|node| node.head.id) {
            let below = self.heads("WHERE r.parent = $1", params![above])?;
            made.extend(below.into_iter().filter(|node| known.insert(node.head.id)));
            at += 1;
        }
        Ok(made)
    }

    fn rehouse(&mut self, row: &HeadRow, new: &str, repo: i64) -> Result<(), Error> {
        self.readdress(row, new)?;
        self.house(row.head.id, repo)?;
        self.settled(row.head.id, ChangeKind::Touched).map(drop)
    }

    fn house(&mut self, id: i64, repo: i64) -> Result<(), Error> {
        let seq = self.next_seq();
        let mut update =
            self.db.conn.prepare_cached("UPDATE record SET repo = $1, seq = $2 WHERE id = $3")?;
        update.execute([repo, seq, id])?;
        Ok(())
    }

    /// What the server removed and is wanted here: it stays, under a fresh local address, to be made there again. The
    /// server's last version is kept: the record may only have been hidden, and what is here is then an edit of that.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn make_again(&mut self, uri: &str) -> Result<Stored, Error> {
        let row = self.head_row(uri)?.ok_or_else(|| Error::missing(uri))?;
        // Its tree may have gone to another repository without it.
        let root = row.root.map(|root| self.head_by_id(root)).transpose()?.flatten();
        let moved = root.filter(|root| root.repo != row.repo);
        let home = moved.as_ref().unwrap_or(&row).head.repo.clone();
        let fresh = self.new_address(row.head.kind, home.as_deref(), None)?;
        let (id, seq) = (row.head.id, self.next_seq());
        let edits = row.head.edits.max(1);
        self.db
            .conn
            .prepare_cached("UPDATE record SET edits = $1, lock_version = 0, seq = $2 WHERE id = $3")?
            .execute(params![edits, seq, id])?;
        if row.head.edits == 0 {
            self.db.bodies()?.prepare_cached("UPDATE body SET base = doc WHERE id = $1")?.execute([id])?;
        }
        self.readdress(&row, &fresh)?;
        if let Some(repo) = moved.and_then(|root| root.repo) {
            self.house(id, repo)?;
            self.take_along(self.made_below(id)?, home.as_deref().unwrap_or_default(), repo)?;
        }
        let again = Record::new(row.head.kind, self.doc(id)?.unwrap_or_default());
        let identities = rules::identities(&again, row.repo, Spot::of(&row));
        if !rules::sharing(self, &identities, "ref_id", id)?.is_empty() {
            self.drop_ref_id(id)?;
        }
        self.settled(id, ChangeKind::Updated)
    }

    /// An address that a record had is another record's from now on.
    ///
    /// # Errors
    /// What the database says.
    pub fn free_address(&mut self, uri: &str) -> Result<(), Error> {
        self.db.conn.prepare_cached("DELETE FROM redirect WHERE old = $1")?.execute([uri])?;
        Ok(())
    }

    /// Records of a repository have its key in their own addresses.
    fn readdress_contents(&mut self, repo: i64, old: &str, new: &str) -> Result<(), Error> {
        let (old, new) = (format!("{old}/"), format!("{new}/"));
        let inside = self.heads("WHERE r.repo = $1", params![repo])?;
        for row in inside {
            if let Some(rest) = row.head.uri.strip_prefix(&old) {
                self.readdress(&row, &format!("{new}{rest}"))?;
            }
        }
        Ok(())
    }

    /// Points everything that points at `other` to `id` instead, and removes `other`.
    pub(crate) fn absorb(&mut self, id: i64, other: i64) -> Result<(), Error> {
        self.moves_nodes();
        let conn = &self.db.conn;
        conn.prepare_cached("UPDATE ref SET dst = $1 WHERE dst = $2")?.execute([id, other])?;
        conn.prepare_cached("UPDATE record SET parent = $1 WHERE parent = $2")?.execute([id, other])?;
        conn.prepare_cached("UPDATE record SET root = $1 WHERE root = $2")?.execute([id, other])?;
        conn.prepare_cached("UPDATE record SET repo = $1 WHERE repo = $2")?.execute([id, other])?;
        conn.prepare_cached("DELETE FROM ref WHERE src = $1")?.execute([other])?;
        conn.prepare_cached("DELETE FROM record WHERE id = $1")?.execute([other])?;
        Ok(())
    }

    /// Replaces addresses in a record's document and kept version.
    fn rewrite_body(&mut self, id: i64, swap: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), Error> {
        let (Some(doc), Some(row)) = (self.doc(id)?, self.head_by_id(id)?) else { return Ok(()) };
        let kind = row.head.kind;
        let mut record = Record::new(kind, doc);
        content::rewrite(&mut record, swap);
        let doc = self.db.codec.pack(&record.doc)?;
        self.db
            .bodies()?
            .prepare_cached("UPDATE body SET doc = $1 WHERE id = $2")?
            .execute(params![doc, id])?;
        self.rewrite_base(id, &mut |doc| {
            let mut base = Record::new(kind, std::mem::take(doc));
            content::rewrite(&mut base, swap);
            *doc = base.doc;
        })?;
        let seq = self.next_seq();
        self.db.conn.prepare_cached("UPDATE record SET seq = $1 WHERE id = $2")?.execute([seq, id])?;
        self.refresh_draft(&row.head.uri, seq)?;
        self.noted(&row.head, ChangeKind::Touched);
        Ok(())
    }

    /// The server made a record that was deleted here before it answered: its deletion is to be sent for the address
    /// that it has there. `id` is the row that it had.
    ///
    /// # Errors
    /// [`Error::Record`] for what is no address of a record, or what the database says.
    pub fn delete_there(&mut self, id: i64, uri: &str, title: &str, lock_version: i64) -> Result<(), Error> {
        let parsed = record::Uri::parse(self.registry(), uri)?;
        let repo = parsed.repository().map(|repo| self.row_of(&repo)).transpose()?.flatten();
        let seq = self.next_seq();
        self.db.conn.prepare_cached(include_str!("../sql/insert_gone.sql"))?.execute(params![
            uri,
            id,
            self.shared.kinds.number(parsed.kind),
            repo.map(|(repo, _)| repo),
            seq,
            self.millis(),
            lock_version,
            title,
            true
        ])?;
        Ok(())
    }

    /// Writes a merge: the document stays edited, and what the server has is its base from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn rebase(
        &mut self,
        uri: &str,
        mut doc: Map<String, Value>,
        mut base: Map<String, Value>,
        lock_version: i64,
    ) -> Result<Stored, Error> {
        let row = self.head_row(uri)?.ok_or_else(|| Error::missing(uri))?;
        let id = row.head.id;
        kinds::strip(row.head.kind, &mut doc);
        kinds::strip(row.head.kind, &mut base);
        let ready =
            self.ready(Record::new(row.head.kind, doc), id, row.repo, Spot::of(&row), Absent::Stub)?;
        let edits = row.head.edits.max(1);
        self.replace(&row, &ready, Change { change: ChangeKind::Updated, lock_version, edits })?;
        let base = self.db.codec.pack(&base)?;
        self.keep_base(id, &base)?;
        self.settled(id, ChangeKind::Updated)
    }

    /// Takes a new version number of the server for a record whose content it did not change.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn fast_forward(&mut self, uri: &str, lock_version: i64) -> Result<(), Error> {
        let (id, _) = self.row_of(uri)?.ok_or_else(|| Error::missing(uri))?;
        self.db
            .conn
            .prepare_cached("UPDATE record SET lock_version = $1 WHERE id = $2")?
            .execute([lock_version, id])?;
        Ok(())
    }

    /// Files a conflict; one that is there is replaced.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn set_conflict(&mut self, uri: &str, conflict: NewConflict) -> Result<(), Error> {
        let (id, _) = self.row_of(uri)?.ok_or_else(|| Error::missing(uri))?;
        let theirs = conflict.theirs.map(|mut theirs| {
            // The server's own pointer to the tree: taken over with their side it would be a link that nobody may set.
            theirs.shift_remove("tree");
            theirs
        });
        let theirs = theirs.as_ref().map(|theirs| self.db.codec.pack(theirs)).transpose()?;
        self.db.conn.prepare_cached(include_str!("../sql/set_conflict.sql"))?.execute(params![
            id,
            conflict.reason,
            theirs,
            conflict.lock_version,
            conflict.by,
            conflict.at,
            serde_json::to_string(&conflict.fields)?,
            self.millis()
        ])?;
        Ok(())
    }

    /// Ends a conflict.
    ///
    /// # Errors
    /// What the database says.
    pub fn clear_conflict(&mut self, uri: &str) -> Result<(), Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(()) };
        self.db.conn.prepare_cached("DELETE FROM conflict WHERE id = $1")?.execute([id])?;
        Ok(())
    }

    /// Notes why the server refused a record; `None` forgets it.
    ///
    /// # Errors
    /// What the database says.
    pub fn set_refusal(&mut self, uri: &str, why: Option<&ApiError>) -> Result<(), Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(()) };
        self.db.conn.prepare_cached("DELETE FROM refusal WHERE id = $1")?.execute([id])?;
        if let Some(why) = why {
            self.db
                .conn
                .prepare_cached("INSERT INTO refusal (id, code, args, at) VALUES ($1, $2, $3, $4)")?
                .execute(params![id, why.code, serde_json::to_string(&why.args)?, self.millis()])?;
        }
        Ok(())
    }

    /// Saves a place of a source that is followed.
    ///
    /// # Errors
    /// What the database says.
    pub fn set_cursor(&mut self, source: &str, value: &str) -> Result<(), Error> {
        let sql = "INSERT INTO cursor (source, value) VALUES ($1, $2) ON CONFLICT (source) DO UPDATE SET value = excluded.value";
        self.db.conn.prepare_cached(sql)?.execute([source, value])?;
        Ok(())
    }

    /// Forgets the places of sources whose name begins so.
    ///
    /// # Errors
    /// What the database says.
    pub fn clear_cursors(&mut self, prefix: &str) -> Result<(), Error> {
        let names: Vec<String> = self
            .db
            .conn
            .prepare_cached("SELECT source FROM cursor")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for name in names.iter().filter(|name| name.starts_with(prefix)) {
            self.db.conn.prepare_cached("DELETE FROM cursor WHERE source = $1")?.execute([name])?;
        }
        Ok(())
    }

    /// Writes a setting; `None` removes it.
    ///
    /// # Errors
    /// What the database says.
    pub fn set_setting(&mut self, name: &str, value: Option<&str>) -> Result<(), Error> {
        let sql = match value {
            Some(_) => {
                "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            }
            None => "DELETE FROM setting WHERE name = $1 AND ($2 IS NULL)",
        };
        self.db.conn.prepare_cached(sql)?.execute(params![name, value])?;
        Ok(())
    }
}
