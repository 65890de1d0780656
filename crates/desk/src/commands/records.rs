//! One record: opened for the form, checked while it is typed, saved, deleted.

use std::collections::{BTreeMap, BTreeSet};

use record::api::command::{
    CheckInput, Checked, Crumb, Draft, Link, OpenRecord, SaveInput, SaveOutput, Touched, UriInput,
};
use record::{Problem, Record, Registry, Severity, Uri, derive, refs};
use serde_json::Value;
use store::{Expect, Op, Reader, Stored};

use super::conflicts::conflict_of;
use super::meanwhile::{Meanwhile, meanwhile};
use super::touched::{tags, tell};
use super::values::problems;
use crate::error::with;
use crate::{Desk, Failure};

pub(super) fn registry() -> &'static Registry {
    Registry::shipped()
}

/// An address that some kind of record has.
pub(super) fn address(uri: &str) -> Result<Uri, Failure> {
    Uri::parse(registry(), uri).map_err(|_| Failure(with("bad_uri", &[("uri", uri)])))
}

/// `open_record`: the record, its draft, what it refers to and where it stands.
///
/// # Errors
/// When neither a record nor a draft has this address.
pub fn open_record(desk: &Desk, input: UriInput) -> Result<OpenRecord, Failure> {
    let wanted = address(&input.uri)?;
    desk.store()
        .read(|r| {
            let stored = r.get(&input.uri)?;
            let uri = stored.as_ref().map_or(&input.uri, |stored| &stored.head.uri).clone();
            let draft = r.draft(&uri)?;
            if stored.is_none() && draft.is_none() {
                return Ok(None);
            }
            opened(r, &wanted, uri, stored, draft).map(Some)
        })?
        .ok_or_else(|| Failure(with("not_found", &[("uri", &input.uri)])))
}

fn opened(
    r: &Reader<'_>,
    wanted: &Uri,
    uri: String,
    stored: Option<Stored>,
    draft: Option<store::Draft>,
) -> Result<OpenRecord, store::Error> {
    let record = stored.as_ref().map(|stored| r.to_api(stored)).transpose()?;
    let draft = draft.map(|draft| Draft {
        outdated: draft.outdated,
        kept: draft.kept.to_string(),
        record: draft.doc,
    });
    let kind = wanted.kind.to_owned();
    let record = record.unwrap_or_default();
    let shown = draft.as_ref().map_or(&record, |draft| &draft.record);
    let shown = Record::new(kind.clone(), shown.clone());
    Ok(OpenRecord {
        title: stored
            .as_ref()
            .map_or_else(|| derive::title(registry(), &shown), |stored| stored.title.clone()),
        problems: problems(r, &shown),
        crumbs: crumbs(r, stored.as_ref(), &shown)?,
        links: links(r, [&record, &shown.doc].map(|doc| Record::new(kind.clone(), doc.clone())))?,
        conflict: r.conflict(&uri)?.map(|conflict| conflict_of(r, conflict)).transpose()?,
        refused: r.refusal(&uri)?,
        versions: stored.as_ref().map_or(Ok(0), |stored| r.version_count(stored.head.id))?,
        unsent: stored.as_ref().is_some_and(|stored| stored.edits > 0 || stored.moved),
        modified: stored.as_ref().map(|stored| stored.modified.to_string()),
        repo: stored.as_ref().and_then(|stored| stored.repo.clone()).or_else(|| wanted.repository()),
        kind,
        record,
        draft,
        uri,
    })
}

/// From the root down to the parent. A node that was never saved stands where its document says.
fn crumbs(r: &Reader<'_>, stored: Option<&Stored>, record: &Record) -> Result<Vec<Crumb>, store::Error> {
    if let Some(stored) = stored {
        return super::lists::crumbs(r, &stored.head);
    }
    let above =
        record.link("parent").or_else(|| record.link("resource").or_else(|| record.link("digital_object")));
    let Some(head) = above.map(|above| r.head(above)).transpose()?.flatten() else { return Ok(Vec::new()) };
    let mut crumbs = super::lists::crumbs(r, &head)?;
    crumbs.push(Crumb { uri: head.uri, title: head.title });
    Ok(crumbs)
}

/// Kind and title of every record that these refer to.
fn links(r: &Reader<'_>, records: [Record; 2]) -> Result<BTreeMap<String, Link>, store::Error> {
    let mut uris = BTreeSet::new();
    for record in &records {
        gather(&Value::Object(record.doc.clone()), &mut uris);
        uris.extend(refs::references(registry(), record).into_iter().map(|reference| reference.uri));
    }
    let mut links = BTreeMap::new();
    for uri in uris {
        if let Some(head) = r.head(&uri)? {
            links.insert(uri, Link { kind: head.kind.to_owned(), title: head.title, held: head.held });
        }
    }
    Ok(links)
}

/// Every `ref`, also in what the server makes (`linked_events`, `ancestors`).
fn gather(value: &Value, uris: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, uris)),
        Value::Object(map) => {
            if let Some(uri) = map.get("ref").and_then(Value::as_str) {
                uris.insert(uri.to_owned());
            }
            map.iter().filter(|(name, _)| *name != "_resolved").for_each(|(_, value)| gather(value, uris));
        }
        _ => {}
    }
}

/// `check_record`.
///
/// # Errors
/// When the disk fails.
pub fn check_record(desk: &Desk, input: CheckInput) -> Result<Checked, Failure> {
    let record = Record::new(input.kind, input.record);
    let problems = desk.store().read(|r| Ok(problems(r, &record)))?;
    Ok(Checked { problems, title: derive::title(registry(), &record) })
}

/// `save_record`: with errors nothing is saved and the draft is kept.
///
/// # Errors
/// When the address is none, or the disk fails.
pub fn save_record(desk: &Desk, input: SaveInput) -> Result<SaveOutput, Failure> {
    let uri = address(&input.uri)?;
    if uri.kind != input.kind {
        return Err(Failure(with("bad_uri", &[("uri", &input.uri)])));
    }
    let record = Record::new(input.kind.clone(), input.record.clone());
    let found = desk.store().read(|r| Ok(problems(r, &record)))?;
    if found.iter().any(|problem| problem.severity == Severity::Error) {
        return refused(desk, &uri, &input, found);
    }
    let by = desk.author();
    let written = desk.store().write(Op::typed("save", &by), |tx| {
        let saved = put(desk, tx, &uri, &input)?;
        tx.discard_draft(&input.uri)?;
        Ok((tx.to_api(&saved)?, tags(tx.changed())))
    });
    match written {
        Ok(((doc, mut touched), op)) => {
            touched.push("drafts".to_owned());
            let told = tell(desk, touched, Some(op));
            Ok(SaveOutput {
                saved: true,
                problems: found,
                record: Some(doc),
                touched: told.touched,
                op: told.op,
            })
        }
        Err(store::Error::Invalid(more)) => {
            refused(desk, &uri, &input, more.into_iter().chain(found).collect())
        }
        Err(error) => Err(error.into()),
    }
}

fn put(desk: &Desk, tx: &mut store::Tx<'_>, uri: &Uri, input: &SaveInput) -> Result<Stored, store::Error> {
    if let Some(now) = tx.get(&input.uri)? {
        return match meanwhile(desk, tx, &now, &input.record)? {
            Meanwhile::Ask(problems) => Err(store::Error::Invalid(problems)),
            Meanwhile::Save(mut doc) => {
                // Order is its own resource: a form opened before a move must not move the node back.
                doc.shift_remove("position");
                tx.update(&input.uri, doc, Expect::Any)
            }
        };
    }
    let mut doc = input.record.clone();
    doc.insert("uri".to_owned(), Value::from(input.uri.as_str()));
    tx.create(uri.kind, uri.repository().as_deref(), doc)
}

fn refused(desk: &Desk, uri: &Uri, input: &SaveInput, problems: Vec<Problem>) -> Result<SaveOutput, Failure> {
    desk.store().keep_draft(&input.uri, &input.kind, uri.repository().as_deref(), &input.record)?;
    let told = tell(desk, vec!["drafts".to_owned()], None);
    Ok(SaveOutput { saved: false, problems, record: None, touched: told.touched, op: None })
}

/// `delete_record`, with everything below it.
///
/// # Errors
/// When there is no such record, or others need it.
pub fn delete_record(desk: &Desk, input: UriInput) -> Result<Touched, Failure> {
    address(&input.uri)?;
    let by = desk.author();
    let (mut touched, op) = desk.store().write(Op::typed("delete", &by), |tx| {
        tx.delete(&input.uri)?;
        tx.discard_draft(&input.uri)?;
        Ok(tags(tx.changed()))
    })?;
    touched.push("drafts".to_owned());
    Ok(tell(desk, touched, Some(op)))
}
