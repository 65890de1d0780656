//! What happened: our own feed that desks follow, and the ones of the original.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use record::api::wire::{Change, FeedEntry};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::{Documents, Entry, Event, Reader};

use crate::call::Call;
use crate::changes::Await;
use crate::reply::{Answer, Failure, Reply};
use crate::sessions::hex;
use crate::{dress, runs, sight};

const FEED_MOST: u64 = 1000;
const FEED_USUAL: u64 = 500;

/// Creates, updates, deletes and moves in the order in which they happened, to any reader of the repositories.
/// Resumable: `after` is the `next` of the last answer.
pub(crate) fn feed(call: &Call<'_>) -> Answer {
    let repos = open_repositories(call)?;
    let after = call.params.integer("after").unwrap_or(0).max(0);
    let limit = call
        .params
        .integer("limit")
        .and_then(|limit| u64::try_from(limit).ok())
        .unwrap_or(FEED_USUAL)
        .clamp(1, FEED_MOST);
    let run = call.params.text("run").filter(|run| !run.is_empty());
    call.app.read(|reader| {
        let scope = scope(call, reader, repos.as_deref())?;
        let set_back = !runs::reached(reader, run, after)?;
        let mut found =
            if set_back { Vec::new() } else { reader.feed(after, limit + 1, repos.as_deref())? };
        let more = found.len() as u64 > limit;
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = found.last().map_or(after, |entry| entry.seq);
        let mut documents = reader.documents();
        let entries = found
            .into_iter()
            .map(|entry| told(call, reader, &mut documents, entry))
            .collect::<Result<Vec<_>, _>>()?;
        let (lists, run) = (reader.lists_version()?, runs::present(reader)?);
        let page = Page { server: &call.app.identity, entries, next, more, lists, scope, run, set_back };
        let body = serde_json::to_string(&page).map_err(fault)?;
        Ok(Reply::text("application/json", body + "\n"))
    })
}

/// Repositories that the caller may see, or the one of them that is asked for; all when `None`.
pub(crate) fn open_repositories(call: &Call<'_>) -> Result<Option<Vec<String>>, Failure> {
    let caller = call.user()?;
    let Some(repo) = call.repo() else {
        return Ok(caller.rights.repositories("view_repository").map(|repos| repos.into_iter().collect()));
    };
    if !call.can_in("view_repository", Some(&repo)) {
        return Err(Failure::Denied);
    }
    Ok(Some(vec![repo]))
}

/// [`record::api::wire::Feed`] on its way out: the documents are text already.
#[derive(Serialize)]
struct Page<'a> {
    server: &'a str,
    entries: Vec<Told>,
    next: i64,
    more: bool,
    lists: i64,
    scope: String,
    run: String,
    set_back: bool,
}

/// What decides which entries a caller is told, and how much of them: the repositories that he may see (all when
/// `None`), in which of them he sees what is suppressed, and whether he sees how to reach agents.
pub(crate) fn scope(
    call: &Call<'_>,
    reader: &Reader<'_>,
    repos: Option<&[String]>,
) -> Result<String, Failure> {
    let all: Vec<String>;
    let seen = match repos {
        Some(repos) => repos,
        None => {
            all = crate::repositories::all(reader)?.into_iter().map(|one| one.head.uri).collect();
            &all
        }
    };
    let mut parts = Vec::new();
    for repo in seen {
        let suppressed = sight::sees_suppressed(call, reader, Some(repo))?;
        match (repos.is_some(), suppressed) {
            (_, true) => parts.push(format!("{repo}+")),
            (true, false) => parts.push(repo.clone()),
            (false, false) => {}
        }
    }
    let (all, contacts) = (repos.is_none(), call.can_somewhere("view_agent_contact_record"));
    Ok(hex(&Sha256::digest(format!("{all} {contacts} {}", parts.join(" ")))[..8]))
}

/// [`FeedEntry`] with its document as text.
#[derive(Serialize)]
pub(crate) struct Told {
    #[serde(flatten)]
    entry: FeedEntry,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Box<RawValue>>,
}

pub(crate) fn fault(error: serde_json::Error) -> Failure {
    Failure::Fault(error.to_string())
}

/// An entry as this caller is told it: whoever may not see a suppressed record sees it go.
pub(crate) fn told(
    call: &Call<'_>,
    reader: &Reader<'_>,
    documents: &mut Documents<'_, '_>,
    entry: Entry,
) -> Result<Told, Failure> {
    let hidden = match &entry.event {
        Event::Saved { head, .. } => !sight::is_shown(call, reader, head)?,
        Event::Deleted { .. } => true,
    };
    let text = if hidden { None } else { documents.json(&entry)? };
    let text = text.map(|text| cut(call, reader, documents, &entry, text)).transpose()?;
    let mut told = FeedEntry {
        seq: entry.seq,
        uri: entry.uri,
        change: Change::Deleted,
        lock_version: None,
        record: None,
        authors: None,
        place: None,
        order: None,
        moved_to: None,
    };
    match entry.event {
        Event::Deleted { moved_to } => told.moved_to = moved_to,
        Event::Saved { head, place } if text.is_some() => {
            told.change = Change::Saved;
            told.lock_version = Some(head.lock_version);
            told.authors = documents.authors(&head);
            told.place = place;
            told.order = head.order;
        }
        Event::Saved { .. } => {}
    }
    Ok(Told { entry: told, record: text.map(RawValue::from_string).transpose().map_err(fault)? })
}

/// A document of the feed without what the caller may not see; it is only taken apart where there is something.
fn cut(
    call: &Call<'_>,
    reader: &Reader<'_>,
    documents: &mut Documents<'_, '_>,
    entry: &Entry,
    text: String,
) -> Result<String, Failure> {
    let contacts = entry.kind.starts_with("agent_") && !call.can_somewhere("view_agent_contact_record");
    if !contacts && !documents.links_to_suppressed(&entry.uri)? {
        return Ok(text);
    }
    let mut doc: Map<String, Value> = serde_json::from_str(&text).map_err(fault)?;
    sight::cut(call, reader, entry.kind, &mut doc)?;
    serde_json::to_string(&doc).map_err(fault)
}

pub(crate) fn deleted(call: &Call<'_>) -> Answer {
    let since = call.params.integer("modified_since").unwrap_or(0);
    let size = call.params.integer("page_size").unwrap_or(10);
    let size = usize::try_from(size).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| Failure::param("page_size", "Must be 1 or more"))?.min(250);
    let page =
        call.params.integer("page").and_then(|page| usize::try_from(page).ok()).filter(|page| *page > 0);
    let page = page.ok_or_else(|| Failure::param("page", "Must be 1 or more"))?;
    let (size, page) = (size as u64, page as u64);
    let (total, gone) = call.app.read(|reader| {
        Ok((reader.gone_count(since)?, reader.gone(since, (page - 1).saturating_mul(size), size)?))
    })?;
    let last = total.div_ceil(size).max(1);
    let results: Vec<Value> = gone.into_iter().map(|gone| Value::from(gone.uri)).collect();
    Ok(Reply::json(json!({"first_page": 1, "last_page": last, "this_page": page, "results": results})))
}

/// What changed after a number of the sequence; waits for the next change when there is none. Unlike the original it
/// knows every change.
pub(crate) fn updated(call: &Call<'_>) -> Answer {
    let after = call.params.integer("last_sequence").unwrap_or(0).max(0);
    call.app.read(|reader| {
        let mut entries = Vec::new();
        for entry in reader.feed(after, FEED_USUAL, None)? {
            let at = (call.app.now)().as_millisecond();
            let mut told =
                json!({"uri": entry.uri, "sequence": entry.seq, "timestamp": at, "record": "deleted"});
            if let Event::Saved { .. } = entry.event
                && let Some(stored) = reader.get(&entry.uri)?
                && let Some(map) = told.as_object_mut()
            {
                let mut doc = Value::Object(dress::asked_for(call, reader, &stored)?);
                crate::resolve::resolve(call, reader, &mut doc, call.params.texts("resolve"))?;
                map.insert("record".to_owned(), doc);
            }
            entries.push(told);
        }
        Ok(Reply { awaits: entries.is_empty().then_some(Await::Records), ..Reply::json(entries) })
    })
}

/// What happened to the things that clients keep; waits for the next when there is none.
pub(crate) fn notifications(call: &Call<'_>) -> Answer {
    let entries = call.app.changes.notifications(call.params.integer("last_sequence").unwrap_or(0));
    Ok(Reply { awaits: entries.is_empty().then_some(Await::Notifications), ..Reply::json(entries) })
}

/// Seconds that an edit counts as going on.
const EDITING: i64 = 30;

/// Who is editing which record just now, as far as clients told.
#[derive(Default)]
pub(crate) struct Editing(Mutex<BTreeMap<String, BTreeMap<String, i64>>>);

/// Takes what a client says of its users' edits; tells what others are editing of the same.
pub(crate) fn monitor(call: &Call<'_>) -> Answer {
    let now = (call.app.now)().as_second();
    let document = call.document()?;
    let mut told = Map::new();
    let mut edits = call.app.editing.0.lock().map_err(|error| Failure::Fault(error.to_string()))?;
    for users in edits.values_mut() {
        users.retain(|_, at| now - *at < EDITING);
    }
    edits.retain(|_, users| !users.is_empty());
    for edit in document.items("active_edits") {
        let text = |name: &str| edit.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (uri, user) = (text("uri"), text("user"));
        // The client's clock may be ahead.
        let at = text("time").parse::<Timestamp>().map_or(now, |at| at.as_second().min(now));
        if now - at >= EDITING && !edits.contains_key(&uri) {
            continue;
        }
        let users = edits.entry(uri.clone()).or_default();
        if now - at < EDITING {
            users.insert(user, at);
        }
        let version = call.app.read(|reader| Ok(reader.head(&uri)?))?.map(|head| head.lock_version);
        told.insert(uri, json!({"edited_by": users, "lock_version": version}));
    }
    Ok(Reply::json(told))
}
