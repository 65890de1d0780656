//! What others changed, as syncs brought it, since this user looked last.

use std::collections::BTreeSet;

use record::api::command::{News, NewsInput, NewsRow, SeenInput, Touched};
use record::{Record, derive, merge};
use store::{Arrival, ChangeKind, Op, Reader, Tx};

use super::records::registry;
use super::touched::tell;
use crate::error::bad_input;
use crate::{Desk, Failure};

/// Most changes of one answer.
const MOST: u64 = 500;
/// Beginning of the settings that keep, for a user, up to which operation everything was seen, and when that was.
const SEEN: &str = "news.seen:";

/// How far a user has seen.
struct Seen {
    upto: i64,
    at: Option<String>,
}

fn seen(r: &Reader<'_>, user: &str) -> Result<Option<Seen>, store::Error> {
    let text = r.setting(&format!("{SEEN}{user}"))?;
    Ok(text.and_then(|text| {
        let (upto, at) = text.split_once(' ')?;
        Some(Seen { upto: upto.parse().ok()?, at: Some(at.to_owned()) })
    }))
}

fn keep(tx: &mut Tx<'_>, user: &str, upto: i64) -> Result<(), store::Error> {
    let at = store::seconds(tx.at());
    tx.set_setting(&format!("{SEEN}{user}"), Some(&format!("{upto} {at}")))
}

/// At the end of a first sync: what it brought was here before this user, and is not told record by record.
pub(super) fn begin_news(tx: &mut Tx<'_>, user: &str) -> Result<(), store::Error> {
    match seen(tx, user)? {
        Some(_) => Ok(()),
        None => {
            let upto = tx.last_operation()?;
            keep(tx, user, upto)
        }
    }
}

/// Whether news are kept for a user: the first sync is over.
pub(crate) fn news_has_begun(r: &Reader<'_>, user: &str) -> Result<bool, store::Error> {
    Ok(seen(r, user)?.is_some())
}

/// How many records others changed since a user looked.
pub(super) fn count(r: &Reader<'_>, user: &str) -> Result<u64, store::Error> {
    match seen(r, user)? {
        Some(seen) => r.arrival_count(seen.upto, user),
        None => Ok(0),
    }
}

/// `news`, the newest first.
///
/// # Errors
/// When the disk fails.
pub fn news(desk: &Desk, input: NewsInput) -> Result<News, Failure> {
    let user = desk.author();
    Ok(desk.store().read(|r| {
        let upto = r.last_operation()?;
        let seen = seen(r, &user)?.unwrap_or(Seen { upto, at: None });
        let from = if input.all { 0 } else { seen.upto };
        let arrivals = r.arrivals(from, MOST + 1)?;
        let more = arrivals.len() as u64 > MOST;
        let mut rows: Vec<NewsRow> = Vec::new();
        for arrival in arrivals.into_iter().filter(|one| one.by.as_deref() != Some(&user)) {
            let Some(row) = row(r, arrival)? else { continue };
            let same = |known: &&mut NewsRow| {
                (&known.uri, &known.by, &known.action) == (&row.uri, &row.by, &row.action)
            };
            match rows.iter_mut().find(same) {
                Some(known) => {
                    let fields: BTreeSet<String> = known.fields.drain(..).chain(row.fields).collect();
                    known.fields = fields.into_iter().collect();
                }
                None => rows.push(row),
            }
        }
        Ok(News { upto, rows, more, seen: seen.at })
    })?)
}

/// `see_news`.
///
/// # Errors
/// When it was never that far, or the disk fails.
pub fn see_news(desk: &Desk, input: SeenInput) -> Result<Touched, Failure> {
    let last = desk.store().read(|r| r.last_operation())?;
    if !(0..=last).contains(&input.upto) {
        return Err(Failure(bad_input(&format!("upto: {} is not between 0 and {last}", input.upto))));
    }
    let user = desk.author();
    desk.store().write(Op::typed("settings", &user), |tx| keep(tx, &user, input.upto))?;
    Ok(tell(desk, vec!["sync".to_owned(), "news".to_owned()], None))
}

/// `None`: nothing that a person would see changed.
fn row(r: &Reader<'_>, arrival: Arrival) -> Result<Option<NewsRow>, store::Error> {
    let Arrival { uri, kind, change, moved, before, after, by, at } = arrival;
    let record = |doc| Record::new(kind.clone(), doc);
    let (before, after) = (before.map(record), after.map(record));
    let fields: Vec<String> = match (&before, &after) {
        (Some(before), Some(after)) => {
            merge::diff(registry(), before, after).into_iter().map(|one| one.pointer).collect()
        }
        _ => Vec::new(),
    };
    let action = match change {
        ChangeKind::Created => "create",
        ChangeKind::Deleted => "delete",
        _ if fields.is_empty() && !moved => return Ok(None),
        _ if fields.is_empty() => "move",
        _ => "update",
    };
    let head = r.head(&uri)?.filter(|head| head.held);
    let title = match (&head, after.or(before)) {
        (Some(head), _) => head.title.clone(),
        (None, Some(known)) => derive::title(registry(), &known),
        (None, None) => String::new(),
    };
    let (action, held, at) = (action.to_owned(), head.is_some(), at.to_string());
    Ok(Some(NewsRow { uri, kind, title, action, fields, by, at, held }))
}
