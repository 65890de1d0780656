//! Search over everything that is held here.

use std::time::Duration;

use record::api::command::{FacetCount, SearchInput, SearchOutput, Snippet};
use store::{Hit, Query, Reader};

use super::lists::{MOST_ROWS, crumbs, row};
use crate::{Desk, Failure};

/// How long a person waits for the index after an import or a first sync before seeing what it holds.
const PATIENCE: Duration = Duration::from_millis(500);

/// `search`.
///
/// # Errors
/// When the index cannot be read.
pub fn search(desk: &Desk, input: SearchInput) -> Result<SearchOutput, Failure> {
    let found = desk.store().search(&Query {
        text: input.query,
        kinds: input.kinds,
        repo: input.repo,
        root: input.root,
        filters: input.filters,
        offset: input.offset,
        limit: input.limit.min(MOST_ROWS),
        patience: input.at_once.then_some(PATIENCE),
        ..Query::default()
    })?;
    let hits =
        desk.store().read(|r| found.hits.into_iter().map(|hit| shown(r, hit)).collect::<Result<_, _>>())?;
    let count =
        |facet: store::Facet| FacetCount { value: facet.value, title: facet.title, count: facet.count };
    let facets = found
        .facets
        .into_iter()
        .map(|(name, values)| (name, values.into_iter().map(count).collect()))
        .collect();
    Ok(SearchOutput { total: found.total, hits, facets, unread: found.unread, behind: found.behind })
}

fn shown(r: &Reader<'_>, hit: Hit) -> Result<record::api::command::Row, store::Error> {
    let crumbs = crumbs(r, &hit.head)?;
    let snippet = hit.snippet.map(|(text, hits)| Snippet { text, hits });
    Ok(record::api::command::Row { crumbs, snippet, ..row(r, hit.head)? })
}
