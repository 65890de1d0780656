//! Carries out, in the store, what the plan says about one record of the server.

use record::api::command::ApiError;
use record::api::wire::{Authors, Change, FeedEntry, Place};
use record::{Problem, Record, Registry, Uri};
use serde_json::{Map, Value};
use store::{Above, Error, NewConflict, Stored, Tx};

use super::plan::{Action, Conflict, Incoming, Local, plan, version};
use super::sent::{self, Sent};
use super::{BUNDLE, FAR, FEED, IDENTITY, RUN};
use crate::commands::values;

/// A record as the server has it; without a document it is gone.
#[derive(Debug, Clone)]
pub(super) struct Theirs {
    pub(super) uri: String,
    pub(super) doc: Option<Map<String, Value>>,
    /// Who wrote it and when, where the document does not say so.
    pub(super) authors: Option<Authors>,
    pub(super) lock_version: i64,
    pub(super) place: Option<Place>,
    pub(super) order: Option<i64>,
    /// Where a record went that is gone, if the server says so.
    pub(super) moved_to: Option<String>,
}

impl Theirs {
    pub(super) fn gone(uri: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            doc: None,
            authors: None,
            lock_version: 0,
            place: None,
            order: None,
            moved_to: None,
        }
    }

    /// From the answer to a GET of the record; `None` for what is no record with an address.
    pub(super) fn fetched(document: Value) -> Option<Self> {
        let lock_version = version(&document);
        let Value::Object(doc) = document else { return None };
        let uri = doc.get("uri").and_then(Value::as_str)?.to_owned();
        Some(Self { doc: Some(doc), lock_version, ..Self::gone(&uri) })
    }

    pub(super) fn of_feed(entry: FeedEntry) -> Self {
        let doc = match (entry.change, entry.record) {
            (Change::Saved, Some(Value::Object(doc))) => Some(doc),
            _ => None,
        };
        let lock_version = entry.lock_version.unwrap_or(0);
        let (authors, place, order, moved_to) = (entry.authors, entry.place, entry.order, entry.moved_to);
        Self { uri: entry.uri, doc, authors, lock_version, place, order, moved_to }
    }

    pub(super) fn incoming(self) -> store::Incoming {
        store::Incoming {
            uri: self.uri,
            doc: self.doc.unwrap_or_default(),
            authors: self.authors,
            lock_version: self.lock_version,
            place: self.place,
            order: self.order,
        }
    }

    /// The document says itself who wrote it and when.
    fn sign(&mut self) {
        if let (Some(doc), Some(authors)) = (&mut self.doc, self.authors.take())
            && let Ok(Value::Object(authors)) = serde_json::to_value(authors)
        {
            doc.extend(authors);
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.doc.as_ref()?.get(name)?.as_str().map(str::to_owned)
    }
}

impl From<store::Incoming> for Theirs {
    fn from(incoming: store::Incoming) -> Self {
        let store::Incoming { uri, doc, authors, lock_version, place, order } = incoming;
        Self { uri, doc: Some(doc), authors, lock_version, place, order, moved_to: None }
    }
}

/// Beginning of the cursors that name a record to be taken again.
pub(super) const AGAIN: &str = "again:";

/// Beginning of the cursors that hold what a person has yet to be told about a record.
const NOTICE: &str = "notice:";

/// What was done, for the report.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) changed: u64,
    /// What was decided without asking, by record.
    pub(super) notices: Vec<(String, ApiError)>,
    /// Records that lost links by a deletion which was called off: the server has the links still, so they are to be
    /// taken again.
    pub(super) unlinked: Vec<String>,
    /// Whether what is new here is noted, to be told as news.
    pub(super) news: bool,
    /// A tree came back from a deletion that was called off: where its nodes went meanwhile was passed by.
    pub(super) replanted: bool,
    /// The first sync goes on: what is here of the server came with it.
    pub(super) first: bool,
    /// What is above what came in it.
    pub(super) above: Above,
    /// The server is another one than before: its numbers mean other records.
    pub(super) renumbered: bool,
}

impl Told {
    /// Notes nodes that could not stay where they had been put.
    pub(super) fn hear_parked(&mut self, tx: &mut Tx<'_>) {
        self.notices.extend(tx.take_parked().into_iter().map(|uri| (uri, super::told("parked", &[]))));
    }

    /// To be called in the transaction of what is told, last: what was passed by is asked for again, and what was
    /// decided is told, in this sync or, if that ends before, in the next.
    pub(super) fn keep(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for (uri, why) in &self.notices {
            let args = Value::Object(why.args.clone()).to_string();
            tx.set_cursor(&format!("{NOTICE}{} {uri}", why.code), &args)?;
        }
        for uri in &self.unlinked {
            tx.set_cursor(&format!("{AGAIN}{uri}"), "1")?;
        }
        if self.replanted {
            from_the_start(tx)?;
            tx.clear_cursors("list:")?;
        }
        Ok(())
    }
}

impl super::Run<'_> {
    /// Says in the report what was decided without asking, in this sync and in those that ended before they could say it.
    pub(super) fn tell_notices(&mut self) -> Result<(), super::Error> {
        let notices = self.store.read(|r| r.cursors(NOTICE))?;
        if notices.is_empty() {
            return Ok(());
        }
        self.store.write(store::Op::repeatable("sync", self.user()), |tx| tx.clear_cursors(NOTICE))?;
        for (name, args) in notices {
            let Some((code, uri)) = name.trim_start_matches(NOTICE).split_once(' ') else { continue };
            let args = serde_json::from_str(&args).unwrap_or_default();
            self.problem(uri, &ApiError { code: code.to_owned(), args });
        }
        Ok(())
    }
}

/// Everything is taken again, and the feed followed from there; how far it was followed is remembered.
pub(super) fn from_the_start(tx: &mut Tx<'_>) -> Result<(), Error> {
    from(tx, 0)
}

/// The feed is followed again from an earlier place; how far it was followed is remembered.
pub(super) fn from(tx: &mut Tx<'_>, after: i64) -> Result<(), Error> {
    let here = tx.cursor(FEED)?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    if here > after
        && let Some(run) = tx.cursor(RUN)?
        && tx.cursor(FAR)?.is_none_or(|far| far.is_empty())
    {
        tx.set_cursor(FAR, &format!("{run} {here}"))?;
    }
    tx.set_cursor(BUNDLE, "")?;
    tx.set_cursor(FEED, &here.min(after).to_string())
}

/// Brings back what was deleted here with a record; what stood highest.
pub(super) fn call_off(tx: &mut Tx<'_>, uri: &str, told: &mut Told) -> Result<Option<String>, Error> {
    told.unlinked.extend(tx.unlinked_by_deletion(uri)?);
    let top = tx.call_off_deletion(uri)?;
    let stored = tx.get(top.as_deref().unwrap_or(uri))?;
    if let Some(stored) = stored {
        told.replanted |= stored.root.is_some() || !tx.children(&stored.uri, None, 0, 1)?.is_empty();
    }
    Ok(top)
}

/// Plans and carries out what the server says about one record.
pub(super) fn apply(tx: &mut Tx<'_>, mut theirs: Theirs, told: &mut Told) -> Result<(), Error> {
    let registry = Registry::shipped();
    let Ok(uri) = Uri::parse(registry, &theirs.uri) else { return Ok(()) };
    let first = told.first && !told.news && theirs.doc.is_some() && theirs.moved_to.is_none();
    if !first {
        tx.end_first(&mut told.above)?;
    }
    if let Some(to) = theirs.moved_to.clone()
        && !was_merged(&uri, &to)
        && tx.apply_moved(&theirs.uri, &to)?
    {
        told.changed += 1;
        return Ok(());
    }
    if let Some(to) = theirs.moved_to.as_deref().filter(|to| was_merged(&uri, to)) {
        tx.relink_unsent(&theirs.uri, to)?;
    }
    if first {
        match tx.take_in_first(theirs.incoming(), &mut told.above)? {
            Some(known) => theirs = known.into(),
            None => {
                told.changed += 1;
                return Ok(());
            }
        }
    }
    theirs.sign();
    let mut stored = tx.get(&theirs.uri)?;
    if let Some(mine) = stored.as_ref().filter(|stored| stored.is_local() && stored.uri != theirs.uri)
        && theirs.doc.is_some()
    {
        // It was not shown, and was to be made again: it is there after all, and mine is an edit of it.
        tx.confirm_push(&mine.uri, 0, &theirs.uri, theirs.lock_version)?;
        stored = tx.get(&theirs.uri)?;
    }
    if let Some(other) = stored.as_ref().filter(|stored| !stored.is_local() && stored.uri != theirs.uri) {
        // It went to another repository, and is back: what comes is newer than what is here.
        let back = theirs.doc.is_some()
            && Uri::parse(registry, &other.uri).is_ok_and(|one| one.kind == uri.kind && one.key == uri.key);
        if !back || !tx.apply_moved(&other.uri, &theirs.uri)? {
            return Ok(());
        }
        stored = tx.get(&theirs.uri)?;
    }
    // It went to another repository, and nobody said so: the old address was not shown, or an ArchivesSpace tells nothing.
    if stored.is_none()
        && theirs.doc.is_some()
        && !told.first
        && !told.renumbered
        && let Some(former) = tx.held_elsewhere(&uri)?
        && tx.apply_moved(&former, &theirs.uri)?
    {
        stored = tx.get(&theirs.uri)?;
    }
    // Our server's numbers for the order are mirrored; asked for one record, it tells a rank, which hidden siblings change.
    if stored.is_some()
        && theirs.place.is_none()
        && let Some(doc) = &mut theirs.doc
        && tx.setting(IDENTITY)?.is_some()
    {
        doc.shift_remove("position");
    }
    let tombstone = tx.tombstone(&theirs.uri)?.filter(|gone| gone.unsent && stored.is_none());
    let mine = stored.as_ref().map(Stored::record);
    let record = theirs.doc.take().map(|doc| Record::new(uri.kind, doc));
    let base = match (&stored, &tombstone) {
        (Some(stored), _) if stored.edits > 0 => base_of(tx, stored, record.as_ref())?,
        (None, Some(_)) => {
            tx.history(&theirs.uri)?.into_iter().next().map(|version| Record::new(uri.kind, version.doc))
        }
        _ => None,
    };
    let local = match (&stored, &mine, &tombstone) {
        (Some(stored), _, _) if stored.is_local() => Local::Created,
        (Some(stored), Some(mine), _) if stored.edits > 0 => {
            Local::Edited { mine, base: base.as_ref(), lock_version: stored.lock_version }
        }
        (Some(stored), Some(mine), _) => Local::Clean { mine, lock_version: stored.lock_version },
        (_, _, Some(gone)) => Local::Deleted { base: base.as_ref(), lock_version: gone.lock_version },
        _ => Local::Absent,
    };
    let incoming = match &record {
        Some(record) => Incoming::Record { theirs: record, lock_version: theirs.lock_version },
        None => Incoming::Gone,
    };
    let action = {
        let reader = &**tx;
        plan(registry, &|record| values::problems(reader, record), local, incoming)
    };
    theirs.doc = record.map(|record| record.doc);
    carry_out(tx, theirs, stored.as_ref(), action, told)?;
    told.hear_parked(tx);
    Ok(())
}

/// Whether a record went into another one: a transfer leads to another repository, a merge stays in its own.
fn was_merged(uri: &Uri, to: &str) -> bool {
    Uri::parse(Registry::shipped(), to).is_ok_and(|to| to.repository() == uri.repository())
}

/// What the editing began from: the server's last version, or what was sent since, if that has arrived.
fn base_of(tx: &Tx<'_>, stored: &Stored, theirs: Option<&Record>) -> Result<Option<Record>, Error> {
    let base = tx.base(&stored.uri)?;
    let Some(theirs) = theirs else { return Ok(base) };
    let sent = Sent::of(tx, stored)?.records(tx)?;
    let has = |one: &Record| sent::arrived(Registry::shipped(), base.as_ref(), one, theirs);
    Ok(sent.into_iter().rev().find(has).or(base))
}

fn carry_out(
    tx: &mut Tx<'_>,
    theirs: Theirs,
    stored: Option<&Stored>,
    action: Action,
    told: &mut Told,
) -> Result<(), Error> {
    let address = theirs.uri.clone();
    let uri = address.as_str();
    let was_deleted =
        |tx: &Tx<'_>| Ok::<bool, Error>(tx.conflict_reason(uri)?.is_some_and(|reason| reason == "deleted"));
    match action {
        Action::Nothing => {
            end_outdated(tx, &theirs, stored)?;
            place(tx, &theirs, told)?;
        }
        Action::FastForward => {
            end_outdated(tx, &theirs, stored)?;
            tx.fast_forward(uri, theirs.lock_version)?;
            place(tx, &theirs, told)?;
        }
        // Of what was never here nothing else is kept either: most of a first sync.
        Action::Insert if tx.head(uri)?.is_none() => {
            tx.take_in(theirs.incoming())?;
            if told.news {
                tx.note_new(uri)?;
            }
            told.changed += 1;
        }
        Action::Insert | Action::Replace | Action::Arrived => {
            let is_news = told.news && action == Action::Insert;
            if was_deleted(tx)? {
                tx.take_in(theirs.clone().incoming())?;
                file(tx, &theirs, &Conflict::Deleted)?;
            } else {
                tx.take_in(theirs.incoming())?;
                tx.clear_conflict(uri)?;
            }
            if is_news {
                tx.note_new(uri)?;
            }
            tx.set_refusal(uri, None)?;
            told.changed += 1;
        }
        Action::Rebase { merged, notices } => {
            tx.rebase(uri, merged.doc, theirs.doc.clone().unwrap_or_default(), theirs.lock_version)?;
            tx.note_theirs(
                uri,
                theirs.text("last_modified_by").as_deref(),
                theirs.text("user_mtime").as_deref(),
            )?;
            tx.clear_conflict(uri)?;
            place(tx, &theirs, told)?;
            told.changed += 1;
            told.notices.extend(notices.iter().map(|notice| (uri.to_owned(), notice_of(notice))));
        }
        Action::Conflict(Conflict::Deleted) => {
            bring_back(tx, theirs, told)?;
        }
        Action::Conflict(conflict) => {
            file(tx, &theirs, &conflict)?;
            place(tx, &theirs, told)?;
        }
        Action::Delete => {
            if holds_unsent(tx, stored)? {
                file(tx, &theirs, &Conflict::Gone)?;
            } else {
                tx.apply_gone(uri)?;
                told.changed += 1;
            }
        }
        Action::ForgetDeletion => tx.confirm_deletion(uri)?,
    }
    Ok(())
}

/// The server has again what the editing began from: it is there, and nothing of it contradicts any more.
fn end_outdated(tx: &mut Tx<'_>, theirs: &Theirs, stored: Option<&Stored>) -> Result<(), Error> {
    // One without edits was asked about for what was done below it.
    let newest = stored.is_some_and(|stored| theirs.lock_version >= stored.lock_version);
    if theirs.doc.is_some() && newest && tx.conflict_reason(&theirs.uri)?.is_some_and(|why| why != "deleted")
    {
        tx.clear_conflict(&theirs.uri)?;
    }
    Ok(())
}

/// Calls off the deletion of a record with everything that was deleted with it: a person decides about all of it.
pub(super) fn bring_back(tx: &mut Tx<'_>, theirs: Theirs, told: &mut Told) -> Result<(), Error> {
    let uri = theirs.uri.clone();
    let top = call_off(tx, &uri, told)?;
    tx.take_in(theirs.clone().incoming())?;
    file(tx, &theirs, &Conflict::Deleted)?;
    if let Some(top) = top.filter(|top| *top != uri) {
        let stored = tx.expect(&top)?;
        // What was written into it before it was deleted is not the server's.
        let base = if stored.edits > 0 { tx.base(&top)? } else { None };
        let doc = base.map_or_else(|| stored.doc.clone(), |base| base.doc);
        let whole = Theirs { lock_version: stored.lock_version, doc: Some(doc), ..Theirs::gone(&top) };
        file(tx, &whole, &Conflict::Deleted)?;
        // A deletion there may have taken links out of it meanwhile, which raises no version.
        told.unlinked.push(top);
    }
    Ok(())
}

fn place(tx: &mut Tx<'_>, theirs: &Theirs, told: &mut Told) -> Result<(), Error> {
    if let Some(place) = &theirs.place
        && tx.apply_place(&theirs.uri, place, theirs.order)?
    {
        told.changed += 1;
    }
    Ok(())
}

fn file(tx: &mut Tx<'_>, theirs: &Theirs, conflict: &Conflict) -> Result<(), Error> {
    let fields = match conflict {
        Conflict::Edited(fields) => fields.clone(),
        _ => Vec::new(),
    };
    let new = NewConflict {
        reason: conflict.reason().to_owned(),
        theirs: theirs.doc.clone(),
        lock_version: theirs.lock_version,
        by: theirs.text("last_modified_by"),
        at: theirs.text("user_mtime"),
        fields,
    };
    tx.set_conflict(&theirs.uri, new)?;
    let Some(head) = tx.head(&theirs.uri)? else { return Ok(()) };
    let became = theirs.moved_to.as_deref().filter(|_| *conflict == Conflict::Gone);
    match (became, tx.cursor(&became_mark(head.id))?.is_some_and(|known| !known.is_empty())) {
        (None, false) => Ok(()),
        (became, _) => tx.set_cursor(&became_mark(head.id), became.unwrap_or_default()),
    }
}

/// The cursor that keeps what a record became which was merged away while it was edited here.
fn became_mark(id: i64) -> String {
    format!("became:{id}")
}

/// The address of the record that another one was merged into, by the row of that.
pub(crate) fn became(reader: &store::Reader<'_>, id: i64) -> Result<Option<String>, Error> {
    Ok(reader.cursor(&became_mark(id))?.filter(|uri| !uri.is_empty()))
}

/// Whether anything unsent hangs below a record that the server removed.
fn holds_unsent(tx: &Tx<'_>, stored: Option<&Stored>) -> Result<bool, Error> {
    let Some(stored) = stored else { return Ok(false) };
    for head in tx.unsent()? {
        if head.repo.as_ref() == Some(&stored.uri) || head.root.as_ref() == Some(&stored.uri) {
            return Ok(true);
        }
        if head.root.is_some()
            && tx.path(&head.uri)?.iter().any(|step| step.head.uri == stored.uri && head.uri != stored.uri)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn notice_of(notice: &Problem) -> ApiError {
    let mut args = notice.args.clone();
    args.insert("pointer".to_owned(), Value::from(notice.pointer.as_str()));
    ApiError { code: notice.code.to_string(), args }
}
