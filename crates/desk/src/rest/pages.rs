//! Lists: by page, by numbers, by what changed, and the feed of our own server.

use record::api::wire::{Feed, Page};
use serde_json::Value;

use super::{Client, Error};

/// Largest page that ArchivesSpace gives.
pub const PAGE_SIZE: usize = 250;
/// Most numbers that one `id_set` may hold.
pub const MAX_ID_SET: usize = 250;

impl Client {
    /// One page of a list, from 1.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn page(&self, path: &str, page: u64, query: &[(&str, &str)]) -> Result<Page, Error> {
        let (page, size) = (page.to_string(), PAGE_SIZE.to_string());
        let mut all = vec![("page", page.as_str()), ("page_size", size.as_str())];
        all.extend_from_slice(query);
        self.get_as(path, &all).await
    }

    /// The pages of a list one after the other. A record deleted meanwhile
    /// shifts what follows: for completeness use [`Client::all_ids`] and [`Client::id_set`].
    #[must_use]
    pub fn pages<'a>(&'a self, path: &'a str, query: &'a [(&'a str, &'a str)]) -> Pages<'a> {
        Pages { client: self, path, query, next: Some(1) }
    }

    /// Numbers of all records of a list, optionally only those changed at or after `since` (epoch seconds).
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn all_ids(&self, path: &str, since: Option<i64>) -> Result<Vec<u64>, Error> {
        let since = since.map(|since| since.to_string());
        let mut query = vec![("all_ids", "true")];
        query.extend(since.as_deref().map(|since| ("modified_since", since)));
        self.get_as(path, &query).await
    }

    /// The records with these numbers, [`MAX_ID_SET`] at most; those that are not there are left out.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn id_set(&self, path: &str, ids: &[u64]) -> Result<Vec<Value>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
        self.get_as(path, &[("id_set", &ids)]).await
    }

    /// What happened on our server after `after`, which its start `run` told; a stock ArchivesSpace answers
    /// [`Error::NotFound`].
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn feed(&self, after: i64, limit: usize, run: Option<&str>) -> Result<Feed, Error> {
        let (after, limit) = (after.to_string(), limit.to_string());
        let mut query = vec![("after", after.as_str()), ("limit", limit.as_str())];
        query.extend(run.map(|run| ("run", run)));
        self.get_as("/feed", &query).await
    }
}

/// A walk over the pages of a list; see [`Client::pages`].
#[derive(Debug)]
pub struct Pages<'a> {
    client: &'a Client,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    next: Option<u64>,
}

impl Pages<'_> {
    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// Whatever the request meets; asking again repeats the page.
    pub async fn next(&mut self) -> Result<Option<Page>, Error> {
        let Some(number) = self.next else { return Ok(None) };
        let page = self.client.page(self.path, number, self.query).await?;
        self.next = (number < page.last_page).then_some(number + 1);
        Ok(Some(page))
    }
}
