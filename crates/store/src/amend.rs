//! Changes that are not a save by a person: publication, suppression, links put right. The version stays, so nobody
//! who is editing the record is turned away; the sequence moves, so everybody who follows learns of it.

use record::Record;
use rusqlite::params;
use serde_json::{Map, Value};

use crate::reader::{HeadRow, STUB};
use crate::records::{Absent, Change};
use crate::stored::ChangeKind;
use crate::tree::Spot;
use crate::{Error, Role, Stored, Tx, kinds};

impl Tx<'_> {
    /// Replaces a record's document without a new version.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`], or what the database says.
    pub fn amend(&mut self, uri: &str, mut doc: Map<String, Value>) -> Result<Stored, Error> {
        let row = self.head_row(uri)?.filter(|row| row.state != STUB).ok_or_else(|| Error::missing(uri))?;
        kinds::strip(row.head.kind, &mut doc);
        let ready = self.ready(
            Record::new(row.head.kind, doc),
            row.head.id,
            row.repo,
            Spot::of(&row),
            Absent::Problem,
        )?;
        let change = Change {
            change: ChangeKind::Touched,
            lock_version: row.head.lock_version,
            edits: row.head.edits,
        };
        self.replace(&row, &ready, change)?;
        self.settled(row.head.id, ChangeKind::Touched)
    }

    /// The same, but nothing is written when the document made ready is the one that is stored; whether it was.
    ///
    /// # Errors
    /// As [`Tx::amend`].
    pub fn amend_unless_same(&mut self, uri: &str, mut doc: Map<String, Value>) -> Result<bool, Error> {
        let row = self.head_row(uri)?.filter(|row| row.state != STUB).ok_or_else(|| Error::missing(uri))?;
        kinds::strip(row.head.kind, &mut doc);
        let record = Record::new(row.head.kind, doc);
        let ready = self.ready(record, row.head.id, row.repo, Spot::of(&row), Absent::Problem)?;
        if self.doc(row.head.id)?.as_ref() == Some(&ready.record.doc) {
            return Ok(false);
        }
        let change = Change {
            change: ChangeKind::Touched,
            lock_version: row.head.lock_version,
            edits: row.head.edits,
        };
        self.replace(&row, &ready, change)?;
        self.settled(row.head.id, ChangeKind::Touched)?;
        Ok(true)
    }

    /// Suppresses a record, or shows it again. What links to it is told anew too: whoever is not shown the record is
    /// not shown the link. An event goes with the last record that it links to, and comes back with the first.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn suppress(&mut self, uri: &str, suppressed: bool) -> Result<(), Error> {
        let row = self.head_row(uri)?.filter(|row| row.state != STUB).ok_or_else(|| Error::missing(uri))?;
        if row.head.suppressed == suppressed {
            return Ok(());
        }
        self.hide(&row, suppressed)?;
        for other in self.referring(row.head.id)? {
            let seq = self.next_seq();
            let sql = "UPDATE record SET seq = $1 WHERE id = $2";
            self.db.conn.prepare_cached(sql)?.execute([seq, other])?;
            let Some(event) = self.head_by_id(other)?.filter(|other| other.head.kind == "event") else {
                continue;
            };
            if event.head.suppressed != suppressed && self.tells_of_hidden_only(other)? == suppressed {
                self.hide(&event, suppressed)?;
            } else {
                // Lists of what changed name it too, as they do in ArchivesSpace.
                let sql = "UPDATE record SET modified = $1 WHERE id = $2";
                self.db.conn.prepare_cached(sql)?.execute(params![self.millis(), other])?;
            }
        }
        Ok(())
    }

    fn hide(&mut self, row: &HeadRow, suppressed: bool) -> Result<(), Error> {
        self.revise(row.head.id, ChangeKind::Touched, None, Some(&self.head_json(row)))?;
        let seq = self.next_seq();
        self.db
            .conn
            .prepare_cached("UPDATE record SET suppressed = $1, seq = $2, modified = $3 WHERE id = $4")?
            .execute(params![suppressed, seq, self.millis(), row.head.id])?;
        self.renamed_to_others(row.head.id)?;
        self.noted(&row.head, ChangeKind::Touched);
        Ok(())
    }

    /// Whether everything that an event links to is suppressed.
    fn tells_of_hidden_only(&self, event: i64) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM ref f JOIN record d ON d.id = f.dst
             WHERE f.src = $1 AND f.prop = 'linked_records' AND d.suppressed = 0";
        Ok(self.number(sql, params![event])? == 0)
    }

    /// Whether what hangs below a row is suppressed with it.
    pub(crate) fn hides(&self, row: i64) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM record WHERE id = $1 AND suppressed = 1";
        Ok(self.number(sql, params![row])? > 0)
    }

    /// A node that comes below a suppressed one is suppressed too, with everything below it. On a desk the server
    /// tells.
    pub(crate) fn inherit(&mut self, row: &HeadRow, parent: i64) -> Result<(), Error> {
        if self.role() == Role::Desk || !self.hides(parent)? {
            return Ok(());
        }
        for row in self.with_descendants(row.clone())? {
            self.suppress(&row.head.uri, true)?;
        }
        Ok(())
    }
}
