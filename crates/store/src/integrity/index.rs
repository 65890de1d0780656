//! Whether the search index holds, for every record, what indexing it now would put there.
//!
//! The index keeps no documents, only which words stand in which. So for each record a sum is taken over its words,
//! in the index and in one made in memory for the occasion, and the sums are compared.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use record::Record;
use rusqlite::params;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Searcher, TERMINATED};

use super::{BATCH, Finding, Repair};
use crate::reader::{HELD, HeadRow};
use crate::search::{is_searched, scratch};
use crate::{Error, Reader, Store};

/// Sum over the words of each record, by its row.
type Sums = HashMap<i64, u64>;

pub(super) fn check(store: &Store, repair: Repair) -> Result<Vec<Finding>, Error> {
    let mut found = compare(store)?;
    if repair == Repair::Derived && !found.is_empty() {
        store.rebuild_search()?;
        let left = compare(store)?;
        for finding in &mut found {
            finding.repaired = left.iter().all(|left| left.uri != finding.uri);
        }
    }
    Ok(found)
}

fn compare(store: &Store) -> Result<Vec<Finding>, Error> {
    store.settle_search()?;
    // The index first: what changes after that is newer, and known to be.
    let (searcher, upto) = store.shared.search.committed();
    let mut indexed = sums(&searcher)?;
    store.read(|reader| {
        let newer = reader.changed_since(upto)?;
        let hidden = reader.hidden_repository()?;
        indexed.retain(|row, _| !newer.contains(row));
        let mut found = Vec::new();
        let mut after = 0;
        loop {
            let rows = reader.heads(
                "WHERE r.id > $1 AND r.state = $2 ORDER BY r.id LIMIT $3",
                params![after, HELD, BATCH],
            )?;
            let Some(last) = rows.last() else { break };
            after = last.head.id;
            let rows: Vec<&HeadRow> =
                rows.iter().filter(|row| is_searched(row, hidden) && !newer.contains(&row.head.id)).collect();
            found.extend(batch(reader, &rows, &mut indexed)?);
        }
        if !indexed.is_empty() {
            found.push(Finding::new(
                "index",
                None,
                format!("{} records are in it that are not held", indexed.len()),
            ));
        }
        Ok(found)
    })
}

/// Compares these records, and takes them out of `indexed`.
fn batch(reader: &Reader<'_>, rows: &[&HeadRow], indexed: &mut Sums) -> Result<Vec<Finding>, Error> {
    let mut documents = Vec::with_capacity(rows.len());
    let mut unreadable = HashSet::new();
    for row in rows {
        match reader.doc(row.head.id) {
            Ok(Some(doc)) => documents.push((*row, Record::new(row.head.kind, doc))),
            // Told of the document itself.
            _ => drop(unreadable.insert(row.head.id)),
        }
    }
    let wanted = sums(&scratch(reader, &documents)?)?;
    let mut found = Vec::new();
    for row in rows {
        let there = indexed.remove(&row.head.id);
        if unreadable.contains(&row.head.id) || there == wanted.get(&row.head.id).copied() {
            continue;
        }
        let what =
            if there.is_some() { "holds other words than the document" } else { "holds nothing of it" };
        found.push(Finding::new("index", Some(&row.head.uri), what));
    }
    Ok(found)
}

fn sums(searcher: &Searcher) -> Result<Sums, Error> {
    let mut all = Sums::new();
    let schema = searcher.schema();
    for segment in searcher.segment_readers() {
        let mut sums: HashMap<u32, u64> = HashMap::new();
        for (field, entry) in schema.fields().filter(|(_, entry)| entry.is_indexed()) {
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                let mut hash = DefaultHasher::new();
                (entry.name(), terms.key()).hash(&mut hash);
                let term = hash.finish();
                let mut postings =
                    inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
                while postings.doc() != TERMINATED {
                    let sum = sums.entry(postings.doc()).or_default();
                    *sum = sum.wrapping_add(term);
                    postings.advance();
                }
            }
        }
        let rows = segment.fast_fields().i64("id")?;
        for doc in segment.doc_ids_alive() {
            if let Some(row) = rows.first(doc) {
                all.insert(row, sums.get(&doc).copied().unwrap_or_default());
            }
        }
    }
    Ok(all)
}
