//! Relations that both ends show stand in both documents of a server: a save of the one writes the other.

use record::{Record, relations};
use rusqlite::params;

use crate::reader::HELD;
use crate::records::{Absent, Change};
use crate::stored::ChangeKind;
use crate::tree::Spot;
use crate::{Error, Role, Tx};

impl Tx<'_> {
    /// Writes what the save of a record changed in its relations at their other ends. Those are really changed: older
    /// copies of them, which would take the change back, are stale from now on, and followers are told.
    pub(crate) fn reflect(
        &mut self,
        uri: &str,
        before: Option<&Record>,
        after: &Record,
    ) -> Result<(), Error> {
        if self.role() == Role::Desk {
            return Ok(());
        }
        for change in relations::changes(uri, before, after) {
            let Some(other) = self.head_row(&change.to)?.filter(|other| other.state == HELD) else {
                continue;
            };
            let mut doc = self.doc(other.head.id)?.unwrap_or_default();
            if !change.apply(&mut doc) {
                continue;
            }
            let record = Record::new(other.head.kind, doc);
            let ready = self.ready(record, other.head.id, other.repo, Spot::of(&other), Absent::Stub)?;
            // Where the relation stands in what was saved, the version is raised already.
            let lock_version = other.head.lock_version + i64::from(change.new.is_empty());
            let written = Change { change: ChangeKind::Touched, lock_version, edits: other.head.edits };
            self.replace(&other, &ready, written)?;
            let sql = "UPDATE record SET raised = 0 WHERE id = $1";
            self.db.conn.prepare_cached(sql)?.execute(params![other.head.id])?;
            self.noted(&other.head, ChangeKind::Touched);
        }
        Ok(())
    }
}
