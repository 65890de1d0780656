//! Search: derived state that follows the sequence of changes.
//!
//! `analyze` makes words, `identifier` spellings, `document` what of a record is searched; `parse` reads a query and
//! `query` turns it into tantivy's; `index` keeps up with the changes and `overlay` answers for the newest ones.

mod analyze;
mod document;
mod identifier;
mod index;
mod lean;
mod overlay;
mod parse;
mod query;
mod schema;
mod snippet;

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tantivy::Searcher;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query as Run;

use crate::open::lock;
use crate::{Error, Head, Reader, Store};
pub(crate) use index::{Search, is_searched, scratch};
use lean::Lean;
use overlay::Overlay;

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Words, `"phrase"`, `prefix*`, `field:value`, `date:[1900 TO 1910]`, AND OR NOT, parentheses. Empty: everything.
    pub text: String,
    /// The last word may be unfinished: a search while typing.
    pub live: bool,
    /// Only these kinds.
    pub kinds: Vec<String>,
    /// Only this repository and what lives in none.
    pub repo: Option<String>,
    /// Only these repositories and what lives in none; without them all.
    pub repositories: Option<Vec<String>>,
    /// Only this root and below it.
    pub root: Option<String>,
    /// Chosen facet values by facet.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Addresses of records that are left out.
    pub excluded: Vec<String>,
    /// First hit.
    pub offset: u64,
    /// Hits at most.
    pub limit: u64,
    /// Only what the public may see: what is published, kinds of which nothing is published or not, and on a server
    /// only by words of parts that are published.
    pub published_only: bool,
    /// Suppressed records are left out.
    pub without_suppressed: bool,
    /// Facets to count.
    pub facets: Facets,
    /// No passages are looked for: each costs the reading of a document.
    pub without_passages: bool,
    /// How long it may wait for the index when much has changed; without it as long as that takes.
    pub patience: Option<Duration>,
}

/// Facets to count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Facets {
    /// `kind`, `repository`, `level`, `subjects`, `linked_agents`, `publish`.
    #[default]
    Usual,
    /// None: typeahead needs none.
    None,
    /// These: any property with `x-search: facet`, and those of `Usual`.
    These(Vec<String>),
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// Hits in all.
    pub total: u64,
    /// Those asked for, the best first.
    pub hits: Vec<Hit>,
    /// Counts by facet, most first.
    pub facets: BTreeMap<String, Vec<Facet>>,
    /// The place in the query that could not be read, when it was read as plain words instead.
    pub unread: Option<String>,
    /// Changes that the index does not hold yet: 0 but where [`Query::patience`] came to its end.
    pub behind: u64,
}

/// One hit.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The record.
    pub head: Head,
    /// How well it fits.
    pub score: f32,
    /// A passage, and its hits as `[start, end)` in UTF-16 code units.
    pub snippet: Option<(String, Vec<(u32, u32)>)>,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value to filter by (an address for links).
    pub value: String,
    /// Its words, where the value is not its own.
    pub title: Option<String>,
    /// Records.
    pub count: u64,
}

/// Values counted for each facet.
const VALUES: u64 = 50;
/// Hits at most, as `offset + limit`: nobody turns more pages, and each costs memory.
const DEEPEST: u64 = 100_000;
const USUAL: [&str; 6] = ["kind", "repository", "level", "subjects", "linked_agents", "publish"];
/// Facets whose values are rows of records.
const LINKS: [&str; 3] = ["repository", "subjects", "linked_agents"];

/// What one index found.
struct Part {
    total: u64,
    rows: Vec<(f32, i64)>,
    counts: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Store {
    /// Searches. What was saved before the call is found, unless [`Query::patience`] says otherwise.
    ///
    /// # Errors
    /// What the index or the database says.
    pub fn search(&self, query: &Query) -> Result<Hits, Error> {
        let (mut node, unread) = parse::parse(&query.text, &query::is_field);
        if query.live {
            parse::unfinished(&mut node, &query.text);
        }
        let searchers = self.searchers(query.patience)?;
        let fields = self.shared.search.fields;
        self.read(|reader| {
            let run = query::build(&fields, reader, query, &node)?;
            let mut parts = Vec::new();
            let facets = wanted_facets(&query.facets);
            let deepest = query.offset.saturating_add(query.limit).min(DEEPEST);
            if let Some((overlay, _)) = &searchers.overlay {
                parts.push(part(overlay, run.as_ref(), deepest, &facets)?);
            }
            let rows = searchers.overlay.iter().flat_map(|(_, rows)| rows.iter().copied());
            parts.push(part(&searchers.main, query::without(&fields, run, rows).as_ref(), deepest, &facets)?);
            let mut words = Vec::new();
            if !query.without_passages {
                query::wanted(&node, &mut words);
            }
            let mut hits = together(reader, parts, query, &words)?;
            hits.unread = unread;
            hits.behind = searchers.behind;
            Ok(hits)
        })
    }

    /// Looks for the passages of some hits of a query.
    ///
    /// # Errors
    /// What the database says.
    pub fn passages(&self, query: &Query, hits: &mut [Hit]) -> Result<(), Error> {
        let (node, _) = parse::parse(&query.text, &query::is_field);
        let mut words = Vec::new();
        query::wanted(&node, &mut words);
        if words.is_empty() {
            return Ok(());
        }
        self.read(|reader| {
            for hit in hits {
                hit.snippet = passage(reader, &hit.head, &words, query)?;
            }
            Ok(())
        })
    }

    /// Waits until the index on disk holds everything that was saved: for tests, backups and benchmarks.
    ///
    /// # Errors
    /// What the index or the database says.
    pub fn settle_search(&self) -> Result<(), Error> {
        let seq = self.read(|reader| reader.seq())?;
        self.shared.search.settle(self, seq)
    }

    /// Throws the index away and makes it anew.
    ///
    /// # Errors
    /// What the index or the database says.
    pub fn rebuild_search(&self) -> Result<(), Error> {
        self.shared.search.reset()?;
        self.settle_search()
    }

    /// A moment of the index that holds everything saved so far, or what there is when the patience ends.
    fn searchers(&self, patience: Option<Duration>) -> Result<Searchers, Error> {
        let search = &self.shared.search;
        for last in [false, true] {
            let found = self.read(|reader| {
                let mut guard = lock(&search.view);
                let view = &mut *guard;
                let main = view.reader.searcher();
                if view.committed >= reader.seq()? {
                    return Ok(Some(Searchers { main, overlay: None, behind: 0 }));
                }
                let overlay = match view.overlay.take() {
                    Some(overlay) => overlay,
                    None => Overlay::new(view.index.schema(), view.committed)?,
                };
                let overlay = view.overlay.insert(overlay);
                if overlay.follow(&search.fields, reader)? {
                    let newest = (overlay.searcher(), overlay.rows.clone());
                    return Ok(Some(Searchers { main, overlay: Some(newest), behind: 0 }));
                }
                view.overlay = None;
                Ok(last.then_some(Searchers { main, overlay: None, behind: 0 }))
            })?;
            match (found, patience) {
                (Some(found), _) => return Ok(found),
                (None, None) => self.settle_search()?,
                (None, Some(patience)) => {
                    let seq = self.read(|reader| reader.seq())?;
                    let behind = search.settle_within(self, seq, patience)?;
                    if behind > 0 {
                        let main = lock(&search.view).reader.searcher();
                        return Ok(Searchers { main, overlay: None, behind });
                    }
                }
            }
        }
        Ok(Searchers { main: lock(&search.view).reader.searcher(), overlay: None, behind: 0 })
    }
}

struct Searchers {
    main: Searcher,
    /// The newest records, and the rows that they answer for.
    overlay: Option<(Searcher, HashSet<i64>)>,
    /// Changes that are in neither.
    behind: u64,
}

fn wanted_facets(facets: &Facets) -> Vec<&str> {
    match facets {
        Facets::Usual => USUAL.to_vec(),
        Facets::None => Vec::new(),
        Facets::These(names) => names.iter().map(String::as_str).collect(),
    }
}

fn part(searcher: &Searcher, run: &dyn Run, deepest: u64, facets: &[&str]) -> Result<Part, Error> {
    let limit = usize::try_from(deepest).unwrap_or(usize::MAX).max(1);
    let top = TopDocs::with_limit(limit).order_by_score();
    let (total, found, counts) = if facets.is_empty() {
        let (total, found) = searcher.search(run, &(Count, top))?;
        (total, found, BTreeMap::new())
    } else {
        let collector = AggregationCollector::from_aggs(aggregations(facets)?, AggContextParams::default());
        let (total, found, counts) = searcher.search(run, &(Count, top, collector))?;
        (total, found, buckets(&serde_json::to_value(counts)?, facets))
    };
    let mut rows = Vec::with_capacity(found.len());
    let mut columns = HashMap::new();
    for (score, address) in found {
        let column = match columns.entry(address.segment_ord) {
            Occupied(there) => there.into_mut(),
            Vacant(free) => {
                free.insert(searcher.segment_reader(address.segment_ord).fast_fields().i64("id")?)
            }
        };
        rows.extend(column.first(address.doc_id).map(|row| (score, row)));
    }
    Ok(Part { total: total as u64, rows, counts })
}

fn aggregations(facets: &[&str]) -> Result<Aggregations, Error> {
    let wanted: Map<String, Value> = facets
        .iter()
        .map(|facet| {
            ((*facet).to_owned(), json!({"terms": {"field": format!("facets.{facet}"), "size": VALUES}}))
        })
        .collect();
    Ok(serde_json::from_value(Value::Object(wanted))?)
}

fn buckets(counts: &Value, facets: &[&str]) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut all = BTreeMap::new();
    for facet in facets {
        let buckets = counts.get(facet).and_then(|facet| facet.get("buckets")).and_then(Value::as_array);
        let values = buckets.into_iter().flatten().filter_map(|bucket| {
            let count = bucket.get("doc_count")?.as_u64()?;
            Some((bucket.get("key")?.as_str()?.to_owned(), count))
        });
        all.insert((*facet).to_owned(), values.collect());
    }
    all
}

/// Joins what the indexes found.
fn together(
    reader: &Reader<'_>,
    parts: Vec<Part>,
    query: &Query,
    words: &[(String, bool)],
) -> Result<Hits, Error> {
    let mut rows: Vec<(f32, i64)> = Vec::new();
    let mut hits = Hits::default();
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for part in parts {
        hits.total += part.total;
        rows.extend(part.rows);
        for (facet, values) in part.counts {
            let all = counts.entry(facet).or_default();
            for (value, count) in values {
                *all.entry(value).or_default() += count;
            }
        }
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let shown: Vec<(f32, i64)> = rows.into_iter().skip(offset).take(limit).collect();
    let scores: HashMap<i64, f32> = shown.iter().map(|(score, id)| (*id, *score)).collect();
    for row in reader.heads_of(shown.iter().map(|(_, id)| *id))? {
        let score = scores.get(&row.head.id).copied().unwrap_or_default();
        let snippet = if words.is_empty() { None } else { passage(reader, &row.head, words, query)? };
        hits.hits.push(Hit { head: row.head, score, snippet });
    }
    for (facet, values) in counts {
        let named = named_values(reader, &facet, values)?;
        hits.facets.insert(facet, named);
    }
    Ok(hits)
}

/// The passage of a hit.
fn passage(
    reader: &Reader<'_>,
    head: &Head,
    words: &[(String, bool)],
    query: &Query,
) -> Result<Option<snippet::Snippet>, Error> {
    let Some(text) = reader.doc_text(head.id)? else { return Ok(None) };
    let Lean::Object(members) = serde_json::from_str(&text)? else { return Ok(None) };
    let members = members.iter().map(|(name, value)| (&**name, value));
    let members = members.filter(|(name, _)| document::is_searched(reader.role(), name));
    let mut passages = document::passages(head.kind, members);
    passages.retain(|passage| passage.published || !query.published_only);
    Ok(snippet::snippet(&passages, words))
}

/// Values of a facet, most first, rows of records by their address and title.
fn named_values(
    reader: &Reader<'_>,
    facet: &str,
    values: BTreeMap<String, u64>,
) -> Result<Vec<Facet>, Error> {
    let mut named = Vec::with_capacity(values.len());
    for (value, count) in values {
        if !LINKS.contains(&facet) {
            named.push(Facet { value, title: None, count });
            continue;
        }
        let head =
            value.parse().ok().map(|row| reader.head_by_id(row)).transpose()?.flatten().map(|row| row.head);
        named.extend(head.map(|head| Facet { value: head.uri, title: Some(head.title), count }));
    }
    named.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Ok(named)
}
