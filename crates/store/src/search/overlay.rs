//! What was saved since the last commit of the index: a small index in memory.

use std::collections::HashSet;

use tantivy::schema::Schema;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, Term};

use super::index::{Changes, Followed};
use super::schema::{Fields, register};
use crate::{Error, Reader};

/// Beyond this many records the index itself is brought up instead.
const MOST: usize = 1_000;
/// The least that tantivy takes.
const HEAP: usize = 15_000_000;

/// Records changed since the last commit.
pub(crate) struct Overlay {
    writer: IndexWriter,
    reader: IndexReader,
    /// Everything up to this change is in it.
    upto: i64,
    /// Rows that it answers for, deleted ones included.
    pub(crate) rows: HashSet<i64>,
}

impl Overlay {
    pub(crate) fn new(schema: Schema, from: i64) -> Result<Self, Error> {
        let index = Index::create_in_ram(schema);
        register(&index);
        let writer = index.writer_with_num_threads(1, HEAP)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { writer, reader, upto: from, rows: HashSet::new() })
    }

    /// Brings it up to the present. `Ok(false)`: too much for it.
    pub(crate) fn follow(&mut self, fields: &Fields, reader: &Reader<'_>) -> Result<bool, Error> {
        let target = reader.seq()?;
        if self.upto == target {
            return Ok(true);
        }
        // Counted before anything is read: a title that many records name would take its time for nothing.
        if reader.changed_more_than(i64::try_from(MOST).unwrap_or(i64::MAX), self.upto)? {
            return Ok(false);
        }
        let mut followed = Followed::upto(self.upto);
        while followed.upto < target {
            let changes = Changes::read(fields, reader, followed)?;
            if self.rows.len() + changes.rows.len() > MOST {
                return Ok(false);
            }
            for row in &changes.rows {
                self.writer.delete_term(Term::from_field_i64(fields.id, *row));
            }
            for doc in changes.documents {
                self.writer.add_document(doc)?;
            }
            self.rows.extend(changes.rows);
            followed = changes.followed;
        }
        self.upto = followed.upto;
        self.writer.commit()?;
        self.reader.reload()?;
        Ok(true)
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }
}
