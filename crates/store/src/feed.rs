//! What happened, in order: the feed that laptops, the index and harvesters follow.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use record::api::wire::{Authors, Place};
use rusqlite::params;
use serde_json::Map;

use crate::reader::place_into;
use crate::stored::seconds;
use crate::tree::{Ancestor, Spot, clamp};
use crate::{Error, Head, Reader, Stored, kinds};

/// One entry of the feed. A record that changed often appears once, at its latest seq.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Place in the order.
    pub seq: i64,
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: &'static str,
    /// What happened.
    pub event: Event,
    /// Where a node hangs, by row.
    spot: Option<Spot>,
}

/// Documents of a page of the feed as the API serves them. What is above a family is read once for the family.
pub struct Documents<'r, 'a> {
    reader: &'r Reader<'a>,
    above: HashMap<i64, Vec<Ancestor>>,
    /// Without what the entry says too, or whoever mirrors the records makes himself.
    bare: bool,
    /// Whether anything is suppressed, once it was asked.
    suppressed: Option<bool>,
}

impl Documents<'_, '_> {
    /// The document of a saved record as JSON text; `None` for what is deleted, or not held.
    ///
    /// # Errors
    /// What the database says.
    pub fn json(&mut self, entry: &Entry) -> Result<Option<String>, Error> {
        let Event::Saved { head, place } = &entry.event else { return Ok(None) };
        let reader = self.reader;
        let Some(text) = reader.doc_text(head.id)? else { return Ok(None) };
        if self.bare {
            return Ok(Some(text));
        }
        // What the head knows is written behind the document's own text, which is not taken apart for it: a stored
        // document has none of these members (see `kinds::strip`).
        let mut beside =
            Stored { head: (**head).clone(), spot: entry.spot, repo_row: None, raised: 0, doc: Map::new() };
        place_into(head, &mut beside.doc);
        let ancestors = match entry.spot {
            Some(spot) => self.above(spot.parent)?,
            None => &[],
        };
        let beside = reader.served(&beside, place.as_ref().map(|place| place.position), ancestors);
        Ok(Some(joined(text, &serde_json::to_string(&beside)?)))
    }

    /// Who wrote a saved record and when, if its document does not say it.
    #[must_use]
    pub fn authors(&self, head: &Head) -> Option<Authors> {
        self.bare.then(|| Authors {
            created_by: head.created_by.clone(),
            create_time: seconds(head.created),
            last_modified_by: head.modified_by.clone(),
            user_mtime: seconds(head.modified),
        })
    }

    /// Whether a record links to one that is suppressed.
    ///
    /// # Errors
    /// What the database says.
    pub fn links_to_suppressed(&mut self, uri: &str) -> Result<bool, Error> {
        let any = match self.suppressed {
            Some(any) => any,
            None => {
                let sql = "SELECT EXISTS (SELECT 1 FROM record WHERE suppressed = 1)";
                *self.suppressed.insert(self.reader.number(sql, params![])? > 0)
            }
        };
        Ok(any && self.reader.links_to_suppressed(uri)?)
    }

    fn above(&mut self, parent: i64) -> Result<&[Ancestor], Error> {
        match self.above.entry(parent) {
            Occupied(there) => Ok(there.into_mut()),
            Vacant(free) => Ok(free.insert(self.reader.ancestors(parent)?)),
        }
    }
}

/// Two JSON objects as one.
fn joined(mut one: String, other: &str) -> String {
    one.truncate(one.trim_end().len().saturating_sub(1));
    if one.ends_with(|last: char| last != '{') {
        one.push(',');
    }
    one.push_str(other.get(1..).unwrap_or("}"));
    one
}

/// Conditions, as SQL, on what is told to others: of the rows `r` of records and `g` of tombstones.
pub(crate) struct Told {
    pub(crate) saved: String,
    pub(crate) gone: String,
}

/// What a feed entry tells.
#[derive(Debug, Clone)]
pub enum Event {
    /// Made or changed, in document or place.
    Saved {
        /// The record's head; its document is `get`'s.
        head: Box<Head>,
        /// Root, parent and rank, for nodes.
        place: Option<Place>,
    },
    /// Deleted.
    Deleted {
        /// Where a merged or transferred record went.
        moved_to: Option<String>,
    },
}

/// A tombstone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Address that the record had.
    pub uri: String,
    /// Kind.
    pub kind: &'static str,
    /// Title that it had.
    pub title: String,
    /// Version that it had.
    pub lock_version: i64,
    /// Deleted when, milliseconds since 1970.
    pub at: i64,
    /// Place in the order of changes.
    pub seq: i64,
    /// Deleted here, and the server does not know it yet.
    pub unsent: bool,
}

const FROM_FIRST: &str = "WHERE at >= $1 ORDER BY seq LIMIT $2 OFFSET $3";
const SINCE: &str = "WHERE at >= $1 ORDER BY +seq LIMIT $2 OFFSET $3";

impl<'a> Reader<'a> {
    /// For the documents of a page of the feed.
    #[must_use]
    pub fn documents(&self) -> Documents<'_, 'a> {
        Documents { reader: self, above: HashMap::new(), bare: false, suppressed: None }
    }

    /// The same for whoever mirrors all records: as they are stored, without what the entries say too
    /// (address, version, place, authors), and without what the mirror makes itself.
    #[must_use]
    pub fn bare_documents(&self) -> Documents<'_, 'a> {
        Documents { bare: true, ..self.documents() }
    }
}

impl Reader<'_> {
    /// Changes after `after`, oldest first: of the given repositories and of what lives in none (all when `None`). What
    /// is in the hidden repository, as the events of new agents, is for the server alone.
    ///
    /// # Errors
    /// What the database says.
    pub fn feed(&self, after: i64, limit: u64, repos: Option<&[String]>) -> Result<Vec<Entry>, Error> {
        let told = self.told(repos)?;
        let values = params![after, clamp(limit)];
        let saved = format!("WHERE r.seq > $1 AND {} ORDER BY r.seq LIMIT $2", told.saved);
        let mut entries = self.saved(&saved, values)?;
        let gone = format!("WHERE g.seq > $1 AND {} ORDER BY g.seq LIMIT $2", told.gone);
        entries.extend(self.deleted(&gone, values)?);
        entries.sort_by_key(|entry| entry.seq);
        entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(entries)
    }

    /// What of the given repositories (all when `None`) is told to others.
    pub(crate) fn told(&self, repos: Option<&[String]>) -> Result<Told, Error> {
        let hidden = self.hidden_repository()?.unwrap_or(0);
        let repos = match repos {
            None => None,
            Some(uris) => {
                let mut rows = Vec::new();
                for uri in uris {
                    rows.extend(self.row_of(uri)?.map(|(id, _)| id).filter(|id| *id != hidden));
                }
                Some(rows)
            }
        };
        let scope = |table: &str| match &repos {
            None => format!("({table}.repo IS NULL OR {table}.repo <> {hidden})"),
            Some(rows) => {
                let rows: Vec<String> = rows.iter().map(i64::to_string).collect();
                format!("({table}.repo IS NULL OR {table}.repo IN ({}))", rows.join(", "))
            }
        };
        let private: Vec<String> =
            kinds::PRIVATE.iter().map(|kind| self.shared.kinds.number(kind).to_string()).collect();
        let private = private.join(", ");
        Ok(Told {
            saved: format!("r.state = 0 AND r.kind NOT IN ({private}) AND {}", scope("r")),
            gone: format!("g.kind NOT IN ({private}) AND {}", scope("g")),
        })
    }

    /// Entries of the held records that a query on top of `head.sql` yields.
    pub(crate) fn saved(&self, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, Error> {
        let rows = self.heads(rest, values)?;
        let ranks = self.ranks(&rows)?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let place = match ranks.get(&row.head.id) {
                Some(rank) => Some(Place {
                    root: row.head.root.clone().unwrap_or_default(),
                    parent: row.head.parent.clone(),
                    position: *rank,
                }),
                None => self.place(&row)?,
            };
            let spot = Spot::of(&row);
            let head = Box::new(row.head);
            entries.push(Entry {
                spot,
                seq: head.seq,
                uri: head.uri.clone(),
                kind: head.kind,
                event: Event::Saved { head, place },
            });
        }
        Ok(entries)
    }

    /// Entries of tombstones.
    pub(crate) fn deleted(&self, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, Error> {
        let sql = format!("SELECT g.seq, g.uri, g.kind, g.moved_to FROM gone g {rest}");
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let rows = select.query_map(values, |row| {
            Ok(Entry {
                spot: None,
                seq: row.get(0)?,
                uri: row.get(1)?,
                kind: self.shared.kinds.name(row.get(2)?),
                event: Event::Deleted { moved_to: row.get(3)? },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records deleted at or after a time (seconds since 1970), oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn gone(&self, since: i64, offset: u64, limit: u64) -> Result<Vec<Gone>, Error> {
        let values = params![since.saturating_mul(1000), clamp(limit), clamp(offset)];
        // Since the beginning they are read in their order; else it is no use to pass over all older ones in it.
        let rest = if since <= 0 { FROM_FIRST } else { SINCE };
        self.tombstones(rest, values)
    }

    /// How many records were deleted at or after a time.
    ///
    /// # Errors
    /// What the database says.
    pub fn gone_count(&self, since: i64) -> Result<u64, Error> {
        self.number("SELECT count(*) FROM gone WHERE at >= $1", params![since.saturating_mul(1000)])
    }

    /// Records deleted here that the server does not know of.
    ///
    /// # Errors
    /// What the database says.
    pub fn unsent_deletions(&self) -> Result<Vec<Gone>, Error> {
        self.tombstones("WHERE unsent = 1 ORDER BY seq", params![])
    }

    /// The tombstone of an address.
    ///
    /// # Errors
    /// What the database says.
    pub fn tombstone(&self, uri: &str) -> Result<Option<Gone>, Error> {
        Ok(self.tombstones("WHERE uri = $1", params![uri])?.pop())
    }

    fn tombstones(&self, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Gone>, Error> {
        let sql = format!("SELECT uri, kind, title, lock_version, at, seq, unsent FROM gone {rest}");
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let rows = select.query_map(values, |row| {
            Ok(Gone {
                uri: row.get(0)?,
                kind: self.shared.kinds.name(row.get(1)?),
                title: row.get(2)?,
                lock_version: row.get(3)?,
                at: row.get(4)?,
                seq: row.get(5)?,
                unsent: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::plan;
    use crate::{Options, Role, Store};

    #[test]
    fn deletions_since_a_time_are_found_by_time() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Server)).unwrap();
        let steps = store.read(|reader| plan(reader, &format!("SELECT uri FROM gone {SINCE}"), 3)).unwrap();
        assert_eq!(steps.first().unwrap(), "SEARCH gone USING INDEX gone_at (at>?)");
    }
}
