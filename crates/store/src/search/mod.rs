//! Search: derived state that follows the sequence of changes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Error, Head, Options, Store};

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
    /// Only this root and below it.
    pub root: Option<String>,
    /// Chosen facet values by facet.
    pub filters: BTreeMap<String, Vec<String>>,
    /// First hit.
    pub offset: u64,
    /// Hits at most.
    pub limit: u64,
    /// Only what the public may see.
    pub published_only: bool,
    /// Facets to count; empty: the usual ones. A facet that is not asked for costs nothing.
    pub facets: Vec<String>,
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

/// The index of a store.
pub(crate) struct Search {}

impl Search {
    pub(crate) fn open(_dir: &Path, _options: &Options) -> Result<Self, Error> {
        Ok(Self {})
    }

    /// There may be something to index.
    pub(crate) fn wake(&self) {}
}

impl Store {
    pub(crate) fn start_search(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Searches. What was saved before the call is found.
    ///
    /// # Errors
    /// What the index or the database says.
    pub fn search(&self, _query: &Query) -> Result<Hits, Error> {
        Ok(Hits::default())
    }
}
