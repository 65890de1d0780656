//! What a sync would do now: the order of sending, and what waits on the server. Nothing is written, here or there.

use std::collections::BTreeMap;

use record::api::command::Received;
use record::api::wire::{Change, FeedEntry};
use record::{Registry, Uri};
use serde_json::Value;
use store::{Reader, Store};

use super::plan::version;
use super::stock::{self, OVERLAP};
use super::{Error, FEED, IDENTITY, RUN, SCOPE, queue};
use crate::rest::{self, Client, Flavour, MAX_ID_SET};

/// Entries a page.
const PAGE: usize = 1000;
/// Most records that are looked at; of more it is only said that there are.
const MOST: usize = 10_000;

/// What a sync would do.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    /// Addresses in the order of sending.
    pub(crate) order: Vec<String>,
    pub(crate) received: Vec<Received>,
    pub(crate) more: bool,
    pub(crate) whole: bool,
}

/// Kind, action, who.
type Sort = (String, &'static str, Option<String>);
type Counts = BTreeMap<Sort, u64>;

/// Looks at what a sync would do.
///
/// # Errors
/// [`Error`]: what would stop the sync as well.
pub(crate) async fn preview(store: &Store, client: &Client) -> Result<Ahead, Error> {
    let mut ahead = Ahead { order: store.read(order)?, ..Ahead::default() };
    let mut counts = Counts::new();
    match client.flavour().await? {
        Flavour::Fonds { .. } => of_feed(store, client, &mut ahead, &mut counts).await?,
        Flavour::ArchivesSpace { .. } => of_lists(store, client, &mut ahead, &mut counts).await?,
    }
    let received = |((kind, action, by), count)| Received { kind, action: String::from(action), by, count };
    ahead.received = counts.into_iter().map(received).collect();
    Ok(ahead)
}

/// Records, then moves, then deletions.
fn order(r: &Reader<'_>) -> Result<Vec<String>, store::Error> {
    let mut order: Vec<String> = queue::queue(r)?.into_iter().map(|head| head.uri).collect();
    order.extend(r.unsent()?.into_iter().filter(|head| head.edits == 0).map(|head| head.uri));
    order.extend(r.unsent_deletions()?.into_iter().map(|gone| gone.uri));
    Ok(order)
}

async fn of_feed(
    store: &Store,
    client: &Client,
    ahead: &mut Ahead,
    counts: &mut Counts,
) -> Result<(), Error> {
    let (after, run, scope, known) =
        store.read(|r| Ok((r.cursor(FEED)?, r.cursor(RUN)?, r.cursor(SCOPE)?, r.setting(IDENTITY)?)))?;
    let mut after: i64 = after.and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut looked = 0;
    loop {
        let feed = client.feed(after, PAGE, run.as_deref()).await?;
        if known.as_ref().is_some_and(|known| *known != feed.server) {
            return Err(Error::OtherServer);
        }
        if feed.set_back {
            return Err(Error::SetBack);
        }
        if !ahead.whole && (after == 0 || scope.as_deref() != Some(&feed.scope)) {
            ahead.whole = true;
            if after > 0 {
                after = 0;
                continue;
            }
        }
        looked += feed.entries.len();
        store.read(|r| {
            for entry in &feed.entries {
                if let Some(sort) = sort_of_entry(r, entry)? {
                    *counts.entry(sort).or_default() += 1;
                }
            }
            Ok(())
        })?;
        after = feed.next;
        if !feed.more || looked >= MOST {
            ahead.more = feed.more;
            return Ok(());
        }
    }
}

fn sort_of_entry(r: &Reader<'_>, entry: &FeedEntry) -> Result<Option<Sort>, store::Error> {
    let Ok(uri) = Uri::parse(Registry::shipped(), &entry.uri) else { return Ok(None) };
    let here = r.head(&entry.uri)?.filter(|head| head.held && !head.is_local());
    let by = entry.record.as_ref().and_then(author);
    let action = match (entry.change, &here) {
        (Change::Deleted, None) => return Ok(None),
        (Change::Deleted, Some(_)) => {
            if entry.moved_to.is_some() {
                "move"
            } else {
                "delete"
            }
        }
        (Change::Saved, None) => "create",
        (Change::Saved, Some(head)) => {
            let place = entry.place.as_ref().map(|place| (Some(&place.root), place.parent.as_ref()));
            let moved = place.is_some_and(|place| place != (head.root.as_ref(), head.parent.as_ref()));
            match entry.lock_version.unwrap_or(0) > head.lock_version {
                true => "update",
                false if moved => "move",
                false => return Ok(None),
            }
        }
    };
    Ok(Some((uri.kind.to_owned(), action, by)))
}

async fn of_lists(
    store: &Store,
    client: &Client,
    ahead: &mut Ahead,
    counts: &mut Counts,
) -> Result<(), Error> {
    let repositories = client.get("/repositories", &[]).await?;
    let repositories = repositories.as_array().into_iter().flatten();
    let addresses: Vec<String> =
        repositories.filter_map(|one| one.get("uri")?.as_str().map(str::to_owned)).collect();
    let mut looked = 0;
    for (kind, path) in stock::lists(&addresses) {
        let since =
            store.read(|r| r.cursor(&stock::source(&path)))?.and_then(|text| text.parse::<i64>().ok());
        ahead.whole |= since.is_none();
        let changed = match client.all_ids(&path, since.map(|since| since - OVERLAP)).await {
            Err(rest::Error::Forbidden { .. }) => continue,
            changed => changed?,
        };
        for chunk in changed.chunks(MAX_ID_SET) {
            looked += chunk.len();
            if looked > MOST {
                ahead.more = true;
                return Ok(());
            }
            let records = client.id_set(&path, chunk).await?;
            store.read(|r| count_records(r, kind, &records, counts))?;
        }
        if since.is_some() {
            let mut there = client.all_ids(&path, None).await?;
            there.sort_unstable();
            let held = store.read(|r| stock::held(r, kind, stock::repository_of(&path)))?;
            let gone = held.iter().filter(|number| there.binary_search(number).is_err()).count() as u64;
            if gone > 0 {
                *counts.entry((kind.to_owned(), "delete", None)).or_default() += gone;
            }
        }
    }
    Ok(())
}

fn count_records(
    r: &Reader<'_>,
    kind: &str,
    records: &[Value],
    counts: &mut Counts,
) -> Result<(), store::Error> {
    for record in records {
        let Some(uri) = record.get("uri").and_then(Value::as_str) else { continue };
        let action = match r.head(uri)?.filter(|head| head.held) {
            None => "create",
            Some(head) if version(record) > head.lock_version => "update",
            Some(_) => continue,
        };
        *counts.entry((kind.to_owned(), action, author(record))).or_default() += 1;
    }
    Ok(())
}

fn author(record: &Value) -> Option<String> {
    record.get("last_modified_by").and_then(Value::as_str).map(str::to_owned)
}
