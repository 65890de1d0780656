//! Stores that earlier versions wrote: what is made of documents is made again when the rules for it changed.

use record::Record;
use rusqlite::params;
use serde_json::{Map, Value};

use crate::reader::{HeadRow, STUB};
use crate::summary::Summary;
use crate::tree::Spot;
use crate::{Error, Tx, rules};

/// Counter with the form of the rules by which what is made of a store's agents and locations was last made.
pub(crate) const RULES: &str = "rules";
/// The present form: to be raised with every change of what makes two agents the same or of how either is titled.
pub(crate) const RULES_FORM: i64 = 1;
/// Counter with the form of the rules by which the values were written that records are found by.
pub(crate) const FOUND_BY: &str = "found_by";
/// Present form: 1 has short names and the terms of subjects, 2 indicators and digital objects of instances.
pub(crate) const FOUND_BY_FORM: i64 = 2;
/// Kinds that are looked at when a store is of an earlier form.
const DERIVED: [&str; 5] =
    ["agent_person", "agent_family", "agent_corporate_entity", "agent_software", "location"];

impl Tx<'_> {
    /// Writes the values by which records of an earlier form are found.
    pub(crate) fn find_older(&mut self) -> Result<(), Error> {
        let form = self.counter(FOUND_BY)?;
        if form < 1 {
            self.identify_older()?;
        }
        if form < FOUND_BY_FORM {
            self.identify_instances()?;
        }
        self.set_counter(FOUND_BY, FOUND_BY_FORM)
    }

    /// Notes the short names and subjects of records that are older than the rules about them.
    fn identify_older(&mut self) -> Result<(), Error> {
        let sql = "SELECT id FROM record WHERE state <> 1 ORDER BY id";
        self.identify_those(sql, &|doc| doc.contains_key("slug") || doc.contains_key("terms"))
    }

    /// Containers and components of stores of before version 6 are found by their indicators and representatives.
    fn identify_instances(&mut self) -> Result<(), Error> {
        let sql = "SELECT id FROM record WHERE state <> 1 AND (kind = (SELECT id FROM kind WHERE name = 'top_container')
             OR id IN (SELECT src FROM ref WHERE prop = 'instances')) ORDER BY id";
        self.identify_those(sql, &|doc| doc.contains_key("instances") || doc.contains_key("indicator"))
    }

    /// Writes the values by which some records are found, of those with a document that needs it.
    fn identify_those(&self, sql: &str, needs: &dyn Fn(&Map<String, Value>) -> bool) -> Result<(), Error> {
        let mut select = self.db.conn.prepare(sql)?;
        let ids: Vec<i64> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for id in ids {
            let doc = match self.doc(id) {
                // One damaged document must not keep the others from being found; the check tells of it.
                Err(Error::Document(_) | Error::Io(_)) => continue,
                doc => doc?,
            };
            let Some(doc) = doc.filter(|doc| needs(doc)) else { continue };
            let Some(row) = self.head_by_id(id)? else { continue };
            self.identify(&Record::new(row.head.kind, doc), &row)?;
        }
        Ok(())
    }

    /// Makes anew what lists say of agents and locations, and what makes agents the same, for those that were saved
    /// under earlier rules. Their documents follow with their next save.
    pub(crate) fn derive_older(&mut self) -> Result<(), Error> {
        for kind in DERIVED {
            for id in self.held_of(self.shared.kinds.number(kind))? {
                let (Some(doc), Some(row)) = (self.doc(id)?, self.head_by_id(id)?) else { continue };
                let record = Record::new(row.head.kind, doc);
                let summary = Summary::of(self, &record)?;
                if summary != Summary::stored(self, id)? {
                    self.write_summary(id, &summary)?;
                }
                self.identify(&record, &row)?;
            }
        }
        self.set_counter(RULES, RULES_FORM)
    }

    fn held_of(&self, kind: i64) -> Result<Vec<i64>, Error> {
        let sql = "SELECT id FROM record WHERE kind = $1 AND state <> $2 ORDER BY id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let ids = select.query_map(params![kind, STUB], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn identify(&self, record: &Record, row: &HeadRow) -> Result<(), Error> {
        let identities = rules::identities(record, row.repo, Spot::of(row));
        rules::write_identities(self, &identities, row.head.id)
    }
}
