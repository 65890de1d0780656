//! Moves beyond a tree and beyond a repository. What moves keeps its row, its number and its history.

use std::collections::HashSet;

use record::{Record, Uri};
use rusqlite::params;

use crate::reader::{HeadRow, STUB};
use crate::stored::ChangeKind;
use crate::tree::Spot;
use crate::{Error, Tx, content, kinds, rules};

impl Tx<'_> {
    /// Notes with the tombstone of a record that it was merged into another one, for whoever has edited it meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub fn merged_into(&mut self, uri: &str, into: &str) -> Result<(), Error> {
        let sql = "UPDATE gone SET moved_to = $1 WHERE uri = $2";
        self.db.conn.prepare_cached(sql)?.execute([into, uri])?;
        Ok(())
    }

    /// Moves a node, with everything below it, to the end of the top level of another tree of its repository. The
    /// node gets a new version; what is below it does not.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] (`other_tree`: not a tree for such nodes, or of another repository);
    /// [`Error::Invalid`] where a value is taken there; or what the database says.
    pub fn adopt(&mut self, uri: &str, root: &str) -> Result<(), Error> {
        let top = self.held(uri)?;
        let to = self.held(root)?;
        let fits = kinds::root_property(top.head.kind).is_some_and(|(_, kind)| kind == to.head.kind);
        if !fits || top.repo != to.repo {
            return Err(Error::refused("other_tree", uri));
        }
        let (id, root) = (top.head.id, to.head.id);
        let record = Record::new(top.head.kind, self.doc(id)?.unwrap_or_default());
        self.raise_own_links(&record)?;
        self.renumber_agents(id, &record.doc)?;
        for position in self.room(root, root, None, 1, &HashSet::new())? {
            self.hang(&top, Spot { root, parent: root, position })?;
        }
        self.follow(top.clone(), root)?;
        self.inherit(&top, root)?;
        let sql = "UPDATE record SET lock_version = lock_version + 1 WHERE id = $1";
        self.db.conn.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// The links of the node itself are made anew, those of its inline records are not.
    fn raise_own_links(&self, record: &Record) -> Result<(), Error> {
        let mut linked = Vec::new();
        for link in content::references(record) {
            let own = link.pointer.matches('/').count() <= 3;
            if own && kinds::is_two_sided(&link.pointer, &link.uri) {
                linked.extend(self.row_of(&link.uri)?.map(|(row, _)| row));
            }
        }
        self.raise(linked)
    }

    /// What is below a node that went to another tree goes there too.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a value is taken there; or what the database says.
    pub(crate) fn follow(&mut self, top: HeadRow, root: i64) -> Result<(), Error> {
        let id = top.head.id;
        for row in self.with_descendants(top)? {
            if let Some(now) = Spot::of(&row).filter(|_| row.head.id != id) {
                self.hang(&row, Spot { root, ..now })?;
            }
        }
        Ok(())
    }

    /// Gives a node a place in another tree, where its values must be free.
    fn hang(&mut self, row: &HeadRow, spot: Spot) -> Result<(), Error> {
        let id = row.head.id;
        self.revise(id, ChangeKind::Moved, None, Some(&self.head_json(row)))?;
        let record = Record::new(row.head.kind, self.doc(id)?.unwrap_or_default());
        let mut problems = Vec::new();
        let identities = rules::identities(&record, row.repo, Some(spot));
        rules::unique(self, &identities, id, &mut problems)?;
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        self.put(id, spot)?;
        rules::write_identities(self, &identities, id)?;
        self.moved(id)
    }

    /// Moves records, with everything below them, to another repository. Links between what moves and what stays are
    /// taken out on both sides; the old addresses are told as gone.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] where a value is taken there; or what the database says.
    pub fn transfer(&mut self, uris: &[String], to: &str) -> Result<(), Error> {
        let target = self.held(to)?;
        let mut rows: Vec<HeadRow> = Vec::new();
        let mut going: HashSet<i64> = HashSet::new();
        for uri in uris {
            let row = self.held(uri)?;
            // What is going already goes with everything below it.
            if !going.contains(&row.head.id) {
                rows.extend(self.with_descendants(row)?.into_iter().filter(|row| going.insert(row.head.id)));
            }
        }
        for row in &rows {
            self.unlink(row, &going)?;
        }
        for row in &rows {
            self.forget_others(row, &going)?;
        }
        for row in &rows {
            self.readdress_to(row, &target)?;
        }
        for row in &rows {
            self.rescope(row, &target)?;
        }
        Ok(())
    }

    fn held(&self, uri: &str) -> Result<HeadRow, Error> {
        self.head_row(uri)?.filter(|row| row.state != STUB).ok_or_else(|| Error::missing(uri))
    }

    /// Takes the links to records of its repository that stay out of one that goes.
    fn forget_others(&mut self, row: &HeadRow, going: &HashSet<i64>) -> Result<(), Error> {
        let Some(mut doc) = self.doc(row.head.id)? else { return Ok(()) };
        let mut changed = false;
        for link in self.refs_from(&row.head.uri)? {
            let stays = link.head.repo.is_some() && !going.contains(&link.head.id);
            if stays && kinds::in_repository(link.head.kind) {
                record::refs::without(&mut doc, &link.head.uri);
                changed = true;
            }
        }
        if changed { self.write_doc(row, doc) } else { Ok(()) }
    }

    fn write_doc(
        &mut self,
        row: &HeadRow,
        doc: serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), Error> {
        use crate::records::{Absent, Change};
        let ready =
            self.ready(Record::new(row.head.kind, doc), row.head.id, row.repo, Spot::of(row), Absent::Stub)?;
        let change = Change {
            change: ChangeKind::Touched,
            lock_version: row.head.lock_version,
            edits: row.head.edits,
        };
        self.replace(row, &ready, change)
    }

    /// The new address, everywhere; the old one is told as gone.
    fn readdress_to(&mut self, row: &HeadRow, target: &HeadRow) -> Result<(), Error> {
        let (id, old) = (row.head.id, row.head.uri.clone());
        let key = old.rsplit('/').next().unwrap_or_default().to_owned();
        let repo = target.head.uri.rsplit('/').next();
        let unknown = || Error::missing(&old);
        let new = Uri::of(self.registry(), row.head.kind, repo, &key).ok_or_else(unknown)?.to_string();
        self.revise(id, ChangeKind::Moved, None, Some(&self.head_json(row)))?;
        let seq = self.next_seq();
        self.db.conn.prepare_cached(include_str!("../sql/insert_gone.sql"))?.execute(params![
            old,
            id,
            self.shared.kinds.number(row.head.kind),
            row.repo,
            seq,
            self.millis(),
            row.head.lock_version,
            row.head.title,
            false
        ])?;
        let conn = &self.db.conn;
        conn.prepare_cached("UPDATE gone SET moved_to = $1 WHERE uri = $2")?.execute([&new, &old])?;
        conn.prepare_cached("DELETE FROM gone WHERE uri = $1")?.execute([&new])?;
        let sql = "UPDATE record SET uri = $1, repo = $2 WHERE id = $3";
        conn.prepare_cached(sql)?.execute(params![new, target.head.id, id])?;
        for other in self.referring(id)? {
            let (Some(doc), Some(there)) = (self.doc(other)?, self.head_by_id(other)?) else { continue };
            let mut record = Record::new(there.head.kind, doc);
            content::rewrite(&mut record, &mut |uri| (uri == old).then(|| new.clone()));
            let doc = self.db.codec.pack(&record.doc)?;
            let sql = "UPDATE body SET doc = $1 WHERE id = $2";
            self.db.bodies()?.prepare_cached(sql)?.execute(params![doc, other])?;
        }
        Ok(())
    }

    /// Values that are unique in a repository are now those of the other one.
    fn rescope(&mut self, row: &HeadRow, target: &HeadRow) -> Result<(), Error> {
        let id = row.head.id;
        let record = Record::new(row.head.kind, self.doc(id)?.unwrap_or_default());
        let repo = Some(target.head.id);
        let mut problems = Vec::new();
        let identities = rules::identities(&record, repo, Spot::of(row));
        rules::unique(self, &identities, id, &mut problems)?;
        if !problems.is_empty() {
            // Of many that move one is in the way: it is named beside what it collides with.
            let moving = row.head.uri.as_str();
            return Err(Error::Invalid(problems.into_iter().map(|p| p.with("moving", moving)).collect()));
        }
        rules::write_identities(self, &identities, id)?;
        let seq = self.next_seq();
        let sql = "UPDATE record SET seq = $1, modified = $2 WHERE id = $3";
        self.db.conn.prepare_cached(sql)?.execute(params![seq, self.millis(), id])?;
        self.moved(id)
    }

    fn moved(&mut self, id: i64) -> Result<(), Error> {
        let row = self.head_by_id(id)?.ok_or_else(|| Error::missing(""))?;
        self.noted(&row.head, ChangeKind::Moved);
        Ok(())
    }
}
