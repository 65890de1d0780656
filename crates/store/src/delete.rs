//! Deleting: a record with everything below it, the links to it, and the tombstones.

use std::collections::HashSet;

use record::Record;
use rusqlite::params;
use serde_json::{Map, Value, json};

use crate::kinds::is_private;
use crate::reader::{HELD, HeadRow, STUB};
use crate::records::{Absent, Change};
use crate::stored::ChangeKind;
use crate::tree::Spot;
use crate::{Error, Head, Role, Tx};

impl Tx<'_> {
    /// Deletes a record and everything below it. Links to it are taken out of the records that held them.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] with what still needs it (`linked_to_container`,
    /// `linked_to_assessment`, `linked_to_user`, `linked_to_repository`, `repository_not_empty`); or what the
    /// database says.
    pub fn delete(&mut self, uri: &str) -> Result<(), Error> {
        let row = self.head_row(uri)?.filter(|row| row.state != STUB).ok_or_else(|| Error::missing(uri))?;
        let rows = self.with_descendants(row)?;
        let ids: HashSet<i64> = rows.iter().map(|row| row.head.id).collect();
        for row in &rows {
            self.may_go(row, &ids)?;
        }
        for row in rows.iter().filter(|row| row.state != STUB) {
            self.unlink(row, &ids)?;
        }
        self.drop_refs_of(&rows)?;
        for row in &rows {
            self.remove(row, Tombstone::Own)?;
        }
        Ok(())
    }

    /// What would go with a record, or lose links to it, and was made, changed or moved after a place in the order of
    /// changes. What is nobody's to see, as users and the events of new agents, is not told.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn changed_around(&self, uri: &str, after: i64) -> Result<Vec<Head>, Error> {
        let row = self.head_row(uri)?.filter(|row| row.state == HELD).ok_or_else(|| Error::missing(uri))?;
        let hidden = self.hidden_repository()?;
        let mut rows = self.with_descendants(row)?;
        let ids: HashSet<i64> = rows.iter().map(|row| row.head.id).collect();
        let mut around = Vec::new();
        for row in &rows {
            around.extend(self.referring_but(row, &ids)?);
        }
        rows.extend(around);
        let told =
            |row: &HeadRow| row.repo.is_none_or(|repo| Some(repo) != hidden) && !is_private(row.head.kind);
        let changed = rows.into_iter().filter(|row| row.head.seq > after && told(row));
        Ok(changed.map(|row| row.head).collect())
    }

    /// Forgets what the going records refer to, so that none of them stays as a stub for another.
    pub(crate) fn drop_refs_of(&self, rows: &[HeadRow]) -> Result<(), Error> {
        let mut delete = self.db.conn.prepare_cached("DELETE FROM ref WHERE src = $1")?;
        for row in rows {
            delete.execute([row.head.id])?;
        }
        Ok(())
    }

    /// The record and its descendants, the deepest first.
    pub(crate) fn with_descendants(&self, row: HeadRow) -> Result<Vec<HeadRow>, Error> {
        let mut all = vec![row];
        let mut at = 0;
        while let Some(parent) = all.get(at).map(|row| row.head.id) {
            all.extend(self.heads("WHERE r.parent = $1 ORDER BY r.position, r.id", params![parent])?);
            at += 1;
        }
        all.reverse();
        Ok(all)
    }

    fn may_go(&self, row: &HeadRow, going: &HashSet<i64>) -> Result<(), Error> {
        let uri = &row.head.uri;
        if row.head.kind == "repository" {
            let more = self
                .number("SELECT count(*) FROM record WHERE repo = $1 AND state = 0", params![row.head.id])?;
            if more > 0 {
                return Err(Error::refused("repository_not_empty", uri));
            }
        }
        for link in self.refs_to(uri)?.iter().filter(|link| !going.contains(&link.head.id)) {
            let code = match (row.head.kind, link.head.kind, link.property.as_str()) {
                ("location", "top_container", "container_locations") => "linked_to_container",
                ("agent_person", "user", _) => "linked_to_user",
                ("agent_person", "assessment", "surveyed_by" | "reviewer") => "linked_to_assessment",
                (
                    "accession" | "resource" | "archival_object" | "digital_object",
                    "assessment",
                    "records",
                ) => "linked_to_assessment",
                ("agent_corporate_entity", "repository", _) => "linked_to_repository",
                _ => continue,
            };
            let mut error = Error::refused(code, uri);
            if let Error::Refused { args, .. } = &mut error {
                args.insert("other".to_owned(), Value::from(link.head.uri.as_str()));
                args.insert("title".to_owned(), Value::from(link.head.title.as_str()));
            }
            return Err(error);
        }
        Ok(())
    }

    /// Takes the links to a record out of the records that stay.
    pub(crate) fn unlink(&mut self, row: &HeadRow, going: &HashSet<i64>) -> Result<(), Error> {
        for other in self.referring_but(row, going)? {
            self.unlink_from(&other, row)?;
        }
        Ok(())
    }

    /// The same for records that the server does not know yet. The others' links are the server's to take out: what
    /// is hidden from this user only is linked still.
    pub(crate) fn unlink_new(&mut self, row: &HeadRow, going: &HashSet<i64>) -> Result<(), Error> {
        for other in self.referring_but(row, going)?.into_iter().filter(|other| other.head.is_local()) {
            self.unlink_from(&other, row)?;
        }
        Ok(())
    }

    fn referring_but(&self, row: &HeadRow, going: &HashSet<i64>) -> Result<Vec<HeadRow>, Error> {
        let mut rows = Vec::new();
        for id in self.referring(row.head.id)?.into_iter().filter(|id| !going.contains(id)) {
            rows.extend(self.head_by_id(id)?);
        }
        Ok(rows)
    }

    fn unlink_from(&mut self, other: &HeadRow, row: &HeadRow) -> Result<(), Error> {
        let id = other.head.id;
        let Some(mut doc) = self.doc(id)? else { return Ok(()) };
        record::refs::without(&mut doc, &row.head.uri);
        let ready =
            self.ready(Record::new(other.head.kind, doc), id, other.repo, Spot::of(other), Absent::Stub)?;
        let change = Change {
            change: ChangeKind::Touched,
            lock_version: other.head.lock_version,
            edits: other.head.edits,
        };
        self.replace(other, &ready, change)?;
        if other.head.edits > 0 {
            // Which of the links were the server's is to be known if the deletion is called off.
            self.revise_base(id)?;
        }
        self.rewrite_base(id, &mut |doc| record::refs::without(doc, &row.head.uri))?;
        self.noted(&other.head, ChangeKind::Touched);
        Ok(())
    }

    /// Changes the kept version of the server, where there is one.
    pub(crate) fn rewrite_base(
        &self,
        id: i64,
        f: &mut dyn FnMut(&mut Map<String, Value>),
    ) -> Result<(), Error> {
        let base: Option<Vec<u8>> = self
            .db
            .bodies()?
            .prepare_cached("SELECT base FROM body WHERE id = $1")?
            .query_row([id], |row| row.get(0))?;
        let Some(base) = base else { return Ok(()) };
        let mut doc = self.db.codec.unpack(&base)?;
        f(&mut doc);
        let base = self.db.codec.pack(&doc)?;
        self.keep_base(id, &base)
    }

    /// Keeps a packed document as what the server has of a record that is edited here.
    pub(crate) fn keep_base(&self, id: i64, base: &[u8]) -> Result<(), Error> {
        self.db
            .bodies()?
            .prepare_cached("UPDATE body SET base = $1 WHERE id = $2")?
            .execute(params![base, id])?;
        Ok(())
    }

    /// Removes one row, its revision and tombstone written first. Nothing may refer to it any more.
    pub(crate) fn remove(&mut self, row: &HeadRow, tombstone: Tombstone) -> Result<(), Error> {
        if row.state == STUB {
            // It stood for a parent that was never here.
            return self.drop_or_stub(row);
        }
        let id = row.head.id;
        let doc: Option<Vec<u8>> = self
            .db
            .bodies()?
            .prepare_cached("SELECT doc FROM body WHERE id = $1")?
            .query_row([id], |r| r.get(0))?;
        let head = self.head_json(row);
        self.revise(id, ChangeKind::Deleted, doc.as_deref(), Some(&head))?;
        if row.head.edits > 0 {
            self.revise_base(id)?;
        }
        self.noted(&row.head, ChangeKind::Deleted);
        let unsent = tombstone == Tombstone::Own && self.role() == Role::Desk && !row.head.is_local();
        let seq = self.next_seq();
        self.db.conn.prepare_cached(include_str!("../sql/insert_gone.sql"))?.execute(params![
            row.head.uri,
            id,
            self.shared.kinds.number(row.head.kind),
            row.repo,
            seq,
            self.millis(),
            row.head.lock_version,
            row.head.title,
            unsent
        ])?;
        self.drop_or_stub(row)?;
        self.left(row.parent)
    }

    /// Deletes the row; it stays as a stub while others still refer to it.
    fn drop_or_stub(&mut self, row: &HeadRow) -> Result<(), Error> {
        let id = row.head.id;
        let refs = self.number("SELECT count(*) FROM ref WHERE dst = $1", params![id])?;
        if row.root.is_some() {
            self.moves_nodes();
        }
        if refs == 0 {
            self.db.conn.prepare_cached("DELETE FROM record WHERE id = $1")?.execute([id])?;
            return Ok(());
        }
        self.db.bodies()?.prepare_cached("DELETE FROM body WHERE id = $1")?.execute([id])?;
        self.db.conn.prepare_cached("DELETE FROM identity WHERE id = $1")?.execute([id])?;
        self.db.conn.prepare_cached("DELETE FROM conflict WHERE id = $1")?.execute([id])?;
        self.db.conn.prepare_cached("DELETE FROM refusal WHERE id = $1")?.execute([id])?;
        let sql = "UPDATE record SET state = 1, root = NULL, parent = NULL, position = NULL, edits = 0, moved = 0 WHERE id = $1";
        self.db.conn.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// The columns that a revision keeps, to put the record back as it was.
    pub(crate) fn head_json(&self, row: &HeadRow) -> Map<String, Value> {
        let head = &row.head;
        let fields = json!({
            "uri": head.uri, "kind": head.kind, "repo": row.repo, "lock_version": head.lock_version,
            "created": head.created.as_millisecond(), "created_by": head.created_by,
            "modified": head.modified.as_millisecond(), "modified_by": head.modified_by,
            "root": row.root, "parent": row.parent, "position": head.order,
            "edits": head.edits, "moved": head.moved, "suppressed": head.suppressed,
        });
        match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

/// Who deleted a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tombstone {
    /// This store: a desk has to send it.
    Own,
    /// The server, or nobody has to know.
    Others,
}
