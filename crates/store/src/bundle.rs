//! Everything at once, in parts: what a desk begins with before it follows the feed.
//!
//! A part is a stretch of rows, and a record keeps its row for ever. So a record that changes while the parts are asked
//! for is in one of them, or its row is new; in both cases the feed has it again after the place where it stood when
//! the first part was asked for. Nothing is kept for whoever is on the way.

use rusqlite::params;

use crate::feed::Told;
use crate::tree::clamp;
use crate::{Entry, Error, Reader};

/// One part.
#[derive(Debug)]
pub struct Part {
    /// What the feed would tell of these rows, tombstones included, in the feed's order.
    pub entries: Vec<Entry>,
    /// The last row.
    pub next: i64,
    /// Whether there is more behind it.
    pub more: bool,
}

impl Reader<'_> {
    /// The part behind row `after`, with about `limit` entries: of the given repositories and of what lives in none
    /// (all when `None`), as [`Reader::feed`] tells them.
    ///
    /// # Errors
    /// What the database says.
    pub fn part(&self, after: i64, limit: u64, repos: Option<&[String]>) -> Result<Part, Error> {
        let told = self.told(repos)?;
        let (last, count) = self.stretch_of_rows(&told, after, limit)?;
        let Some(next) = last else { return Ok(Part { entries: Vec::new(), next: after, more: false }) };
        let values = params![after, next];
        let mut entries =
            self.saved(&format!("WHERE r.id > $1 AND r.id <= $2 AND {}", told.saved), values)?;
        entries.extend(self.deleted(&format!("WHERE g.id > $1 AND g.id <= $2 AND {}", told.gone), values)?);
        entries.sort_by_key(|entry| entry.seq);
        Ok(Part { entries, next, more: count == limit })
    }

    /// The row that ends a stretch of `limit` entries, and how many entries there are up to it at least. A record has
    /// one row with all addresses that it had: it is never cut apart.
    fn stretch_of_rows(&self, told: &Told, after: i64, limit: u64) -> Result<(Option<i64>, u64), Error> {
        let sql = stretch(told);
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let found = select.query_row(params![after, clamp(limit)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (last, count): (Option<i64>, i64) = found;
        Ok((last, u64::try_from(count).unwrap_or(0)))
    }

    /// How many entries there are in all parts together.
    ///
    /// # Errors
    /// What the database says.
    pub fn parts_total(&self, repos: Option<&[String]>) -> Result<u64, Error> {
        let Told { saved, gone } = self.told(repos)?;
        let records = self.number(&format!("SELECT count(*) FROM record r WHERE {saved}"), params![])?;
        let tombstones = self.number(&format!("SELECT count(*) FROM gone g WHERE {gone}"), params![])?;
        Ok(records + tombstones)
    }
}

fn stretch(Told { saved, gone }: &Told) -> String {
    format!(
        "SELECT max(id), count(*) FROM (
           SELECT r.id FROM record r WHERE r.id > $1 AND {saved}
           UNION ALL SELECT g.id FROM gone g WHERE g.id > $1 AND {gone}
           ORDER BY 1 LIMIT $2) AS rows"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use record::Record;
    use serde_json::json;

    use super::*;
    use crate::open::plan;
    use crate::{Expect, Op, Options, Role, Store};

    fn store(dir: &tempfile::TempDir) -> Store {
        Store::open(dir.path(), Options::new(Role::Server)).unwrap()
    }

    /// A repository with `count` accessions.
    fn fill(store: &Store, count: usize) -> Vec<String> {
        let doc = |value| Record::from_value("accession", value).unwrap().doc;
        let (made, _) = store
            .write(Op::typed("save", "ada"), |tx| {
                let repo = tx.create("repository", None, doc(json!({"repo_code": "ALB", "name": "Albert"})))?;
                let mut made = vec![repo.uri.clone()];
                for number in 0..count {
                    let one = json!({"id_0": number.to_string(), "title": "Letters", "accession_date": "2020-01-01"});
                    made.push(tx.create("accession", Some(&repo.uri), doc(one))?.uri.clone());
                }
                Ok(made)
            })
            .unwrap();
        made
    }

    /// What all parts of this size tell: change by address.
    fn whole(store: &Store, limit: u64) -> (BTreeMap<String, i64>, usize) {
        let (mut all, mut after, mut parts) = (BTreeMap::new(), 0, 0);
        loop {
            let part = store.read(|r| r.part(after, limit, None)).unwrap();
            parts += 1;
            for entry in part.entries {
                assert!(all.insert(entry.uri.clone(), entry.seq).is_none(), "{} comes twice", entry.uri);
            }
            after = part.next;
            if !part.more {
                return (all, parts);
            }
        }
    }

    #[test]
    fn all_parts_together_are_the_feed_from_its_start_with_what_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let made = fill(&store, 20);
        store.write(Op::typed("delete", "ada"), |tx| tx.delete(&made[3])).unwrap();
        let changed = store.read(|r| r.expect(&made[5])).unwrap();
        store
            .write(Op::typed("save", "ada"), |tx| {
                let mut doc = changed.doc.clone();
                doc.insert("title".to_owned(), json!("Other letters"));
                tx.update(&made[5], doc, Expect::Lock(0))
            })
            .unwrap();
        let feed = store.read(|r| r.feed(0, 1_000, None)).unwrap();
        let feed: BTreeMap<String, i64> = feed.into_iter().map(|entry| (entry.uri, entry.seq)).collect();
        assert!(feed.contains_key(&made[3]) && feed.len() >= made.len());
        for limit in [1, 2, 7, 1_000] {
            let (all, parts) = whole(&store, limit);
            assert_eq!(all, feed, "in parts of {limit}");
            assert!(parts as u64 >= feed.len() as u64 / limit);
        }
        assert_eq!(store.read(|r| r.parts_total(None)).unwrap(), feed.len() as u64);
    }

    #[test]
    fn what_has_a_tombstone_beside_its_row_is_not_cut_apart() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let made = fill(&store, 3);
        let there = Record::from_value("repository", json!({"repo_code": "OTH", "name": "Other"})).unwrap();
        store
            .write(Op::typed("transfer", "ada"), |tx| {
                let other = tx.create("repository", None, there.doc)?.uri.clone();
                tx.transfer(&made[1..2], &other)
            })
            .unwrap();
        let (mut after, mut together) = (0, false);
        loop {
            let part = store.read(|r| r.part(after, 1, None)).unwrap();
            if part.entries.iter().any(|entry| entry.uri == made[1]) {
                together = part.entries.len() == 2;
            }
            after = part.next;
            if !part.more {
                break;
            }
        }
        assert!(together);
    }

    #[test]
    fn a_part_is_found_by_row() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir);
        let steps = store
            .read(|reader| {
                let sql = stretch(&reader.told(Some(&["/repositories/2".to_owned()]))?);
                plan(reader, &sql, 2)
            })
            .unwrap();
        let steps = steps.join("\n");
        assert!(steps.contains("SEARCH r USING INTEGER PRIMARY KEY (rowid>?)"), "{steps}");
        assert!(steps.contains("SEARCH g USING INDEX gone_id (id>?)"), "{steps}");
        assert!(!steps.contains("TEMP B-TREE"), "{steps}");
    }
}
