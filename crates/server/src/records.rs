//! What every kind has: create, read, update, delete.

use record::api::wire::SEEN_HEADER;
use record::{Problem, Record, Registry};
use serde_json::{Map, Value, json};
use store::{Expect, Reader, Stored, Tx};

use crate::access::GLOBAL;
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{
    dispatch, dress, events, first_run, groups, params, publish, repositories, resolve, sight, terms, users,
};

pub(crate) fn create(call: &Call<'_>) -> Answer {
    let mut record = call.document()?;
    if hides_contacts(call) && !record.items("agent_contacts").is_empty() {
        return Err(Failure::Denied);
    }
    let (repo, warnings) = (call.repo(), call.warnings());
    call.save(|tx| {
        publish::as_preferred(call, tx, [&mut record])?;
        Ok(saved("Created", &make(tx, repo.as_deref(), record)?, warnings))
    })
}

pub(crate) fn read(call: &Call<'_>) -> Answer {
    read_uri(call, &call.uri())
}

/// Answers with the record at an address, if the caller may see it.
pub(crate) fn read_uri(call: &Call<'_>, uri: &str) -> Answer {
    call.app.read(|reader| {
        let stored = visible(call, reader, uri)?;
        let mut doc = Value::Object(dress::asked_for(call, reader, &stored)?);
        resolve::resolve(call, reader, &mut doc, call.params.texts("resolve"))?;
        Ok(Reply::json(doc))
    })
}

/// The processing of a record, by the number of the record's row.
pub(crate) fn management(call: &Call<'_>) -> Answer {
    let row = i64::try_from(call.id()).unwrap_or(0);
    call.app.read(|reader| {
        let gone = || Failure::missing("collection_management");
        let head = reader
            .holder_of_row("collection_management", row)?
            .filter(|head| head.repo == call.repo())
            .ok_or_else(gone)?;
        let stored = visible(call, reader, &head.uri)?;
        let mut doc = dress::shown(call, reader, &stored)?;
        doc.shift_remove("collection_management").map(Reply::json).ok_or_else(gone)
    })
}

pub(crate) fn update(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let mut record = call.document()?;
    let warnings = call.warnings();
    call.save(|tx| {
        let stored = visible(call, tx, &uri)?;
        // What the caller was not shown stays as it is.
        sight::keep_hidden(call, tx, &stored, &mut record.doc)?;
        without_classified(tx, &stored, &mut record.doc)?;
        if hides_contacts(call) {
            let kept = stored.doc.get("agent_contacts").cloned();
            record.doc.insert("agent_contacts".to_owned(), kept.unwrap_or_else(|| json!([])));
        }
        Ok(saved("Updated", &replace_seen(tx, stored, record)?, warnings))
    })
}

/// What is classified says so itself: sent back with the class, where it is only shown, it would stay there when it is
/// taken out of the class.
fn without_classified(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let Some(Value::Array(sent)) = doc.get_mut("linked_records") else { return Ok(()) };
    if matches!(stored.kind, "classification" | "classification_term") {
        let classified: Vec<String> = reader
            .refs_to(&stored.head.uri)?
            .into_iter()
            .filter(|link| link.property == "classifications")
            .map(|link| link.head.uri)
            .collect();
        sent.retain(|link| {
            link.get("ref").and_then(Value::as_str).is_none_or(|uri| !classified.iter().any(|own| own == uri))
        });
    }
    Ok(())
}

/// Whether the route is about agents and the caller may not see how to reach them.
fn hides_contacts(call: &Call<'_>) -> bool {
    call.kind().starts_with("agent_") && !call.can_somewhere("view_agent_contact_record")
}

pub(crate) fn delete(call: &Call<'_>) -> Answer {
    delete_uri(call, &call.uri())
}

/// Deletes the record at an address.
pub(crate) fn delete_uri(call: &Call<'_>, uri: &str) -> Answer {
    let id = call.app.write("delete", call.by(), |tx| {
        visible(call, tx, uri)?;
        unseen(call, tx, uri)?;
        remove(tx, uri)
    })?;
    Ok(Reply::json(json!({"status": "Deleted", "id": id})))
}

/// A deletion has no version of its own. Who says how far he followed the feed deletes what he knows: nothing that he
/// is shown, and that would go too or lose its links, may have changed since.
fn unseen(call: &Call<'_>, tx: &Tx<'_>, uri: &str) -> Result<(), Failure> {
    let Some(text) = call.header(SEEN_HEADER) else { return Ok(()) };
    let seen: i64 =
        text.trim().parse().map_err(|_| Failure::param(SEEN_HEADER, "Must be a number of the feed"))?;
    for head in tx.changed_around(uri, seen)? {
        if sight::is_open(call, tx, &head)? {
            return Err(Failure::stale());
        }
    }
    Ok(())
}

/// Stores a new record. A `lock_version` that it brings means nothing.
pub(crate) fn make(tx: &mut Tx<'_>, repo: Option<&str>, mut record: Record) -> Result<Stored, Failure> {
    record.doc.shift_remove("lock_version");
    crate::arks::check(&record.doc)?;
    let kind = record.kind.clone();
    let in_repository = lives_in_repository(&kind);
    if in_repository {
        taken_by(repo, &kind)?;
    }
    terms::settle(tx, &mut record)?;
    let stored = tx.create(&kind, repo.filter(|_| in_repository), record.doc)?;
    if stored.kind.starts_with("agent_") {
        events::cataloged(tx, &stored.head.uri)?;
    }
    Ok(stored)
}

fn lives_in_repository(kind: &str) -> bool {
    let kind = Registry::shipped().kind(kind);
    kind.and_then(|kind| kind.uri.as_ref()).is_some_and(|uri| uri.in_repository())
}

/// Stores the agent of a user, which may be like another one: two people may have one name.
pub(crate) fn make_like(tx: &mut Tx<'_>, mut agent: Record) -> Result<Stored, Failure> {
    terms::settle(tx, &mut agent)?;
    let stored = tx.create_like(&agent.kind, agent.doc)?;
    events::cataloged(tx, &stored.head.uri)?;
    Ok(stored)
}

/// Refuses what the global repository does not take.
fn taken_by(repo: Option<&str>, kind: &str) -> Result<(), Failure> {
    if repo == Some(GLOBAL) && !store::is_private(kind) && kind != "event" {
        return Err(Failure::Bad(format!("The global repository takes no records of kind {kind}")));
    }
    Ok(())
}

/// Kinds of which the same record twice is one record.
const SHARED: [&str; 6] =
    ["agent_person", "agent_family", "agent_corporate_entity", "agent_software", "subject", "term"];

/// A record that is there now.
pub(crate) enum Made {
    /// It is new.
    New(String),
    /// It was there already.
    Found(String),
}

impl Made {
    /// Its address.
    pub(crate) fn uri(self) -> String {
        match self {
            Self::New(uri) | Self::Found(uri) => uri,
        }
    }
}

/// Stores a record, or finds the one that is there already and is the same.
pub(crate) fn make_or_find(tx: &mut Tx<'_>, repo: &str, mut record: Record) -> Result<Made, Failure> {
    let shared = SHARED.contains(&record.kind.as_str());
    let kind = record.kind.clone();
    let in_repository = lives_in_repository(&kind);
    if in_repository {
        taken_by(Some(repo), &kind)?;
    }
    terms::settle(tx, &mut record)?;
    match tx.create(&kind, Some(repo).filter(|_| in_repository), record.doc) {
        Ok(stored) => {
            if stored.kind.starts_with("agent_") {
                events::cataloged(tx, &stored.head.uri)?;
            }
            Ok(Made::New(stored.head.uri))
        }
        Err(store::Error::Invalid(problems)) if shared => match same_as(&problems) {
            Some(uri) => Ok(Made::Found(uri.to_owned())),
            None => Err(store::Error::Invalid(problems).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// The record that a new one is the same as, when nothing else is wrong with it: whoever has its authority ID, else the
/// only one that has what it has.
fn same_as(problems: &[Problem]) -> Option<&str> {
    let holders: Option<Vec<(&str, &str)>> = problems.iter().map(collides_with).collect();
    let holders = holders?;
    let authority: Vec<&str> =
        holders.iter().filter(|(rule, _)| rule.ends_with("_authority")).map(|(_, uri)| *uri).collect();
    let all: Vec<&str> = holders.iter().map(|(_, uri)| *uri).collect();
    only(if authority.is_empty() { &all } else { &authority })
}

/// What all of them are.
fn only<'a>(uris: &[&'a str]) -> Option<&'a str> {
    let (first, rest) = uris.split_first()?;
    rest.iter().all(|uri| uri == first).then_some(*first)
}

/// The rule of a value that is taken, and the record that has it.
fn collides_with(problem: &Problem) -> Option<(&str, &str)> {
    let arg = |name: &str| problem.args.get(name).and_then(Value::as_str);
    if problem.code == "not_unique" { Some((arg("rule")?, arg("uri")?)) } else { None }
}

/// Replaces a record by its next version.
pub(crate) fn replace(tx: &mut Tx<'_>, uri: &str, record: Record) -> Result<Stored, Failure> {
    let stored = tx.expect(uri)?;
    replace_seen(tx, stored, record)
}

/// The same where the version that is there is at hand.
fn replace_seen(tx: &mut Tx<'_>, stored: Stored, mut record: Record) -> Result<Stored, Failure> {
    if stored.suppressed {
        return Err(Failure::Conflict(Value::from("Can't update an object that has been suppressed")));
    }
    let version = lock_version(&record.doc)?;
    record.doc.shift_remove("lock_version");
    terms::settle(tx, &mut record)?;
    Ok(tx.update_read(stored, record.doc, Expect::Lock(version))?)
}

/// Deletes a record; its number.
pub(crate) fn remove(tx: &mut Tx<'_>, uri: &str) -> Result<u64, Failure> {
    let head = tx
        .head(uri)?
        .filter(|head| head.held)
        .ok_or_else(|| Failure::missing(crate::wording::kind_of(uri)))?;
    if head.uri == first_run::OWN_AGENT {
        return Err(Failure::Denied);
    }
    tx.delete(uri)?;
    Ok(head.number().unwrap_or(0))
}

/// The version that a document names.
pub(crate) fn lock_version(doc: &Map<String, Value>) -> Result<i64, Failure> {
    let wrong = || Failure::param("lock_version", "Must be an integer");
    match doc.get("lock_version") {
        None | Some(Value::Null) => {
            Err(Failure::Conflict(Value::from("You must provide a lock_version in your request")))
        }
        Some(Value::Number(number)) => number.as_i64().ok_or_else(wrong),
        Some(Value::String(text)) => text.trim().parse().map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

/// Refuses a document that names another version than the present one; it need not name any.
pub(crate) fn still_at(doc: &Map<String, Value>, present: i64) -> Result<(), Failure> {
    let named = doc.get("lock_version").is_some_and(|version| !version.is_null());
    if named && lock_version(doc)? != present { Err(Failure::stale()) } else { Ok(()) }
}

/// The record at an address; not there for those who may not see it.
pub(crate) fn visible(call: &Call<'_>, reader: &Reader<'_>, uri: &str) -> Result<Stored, Failure> {
    let stored = reader.get(uri)?.ok_or_else(|| Failure::missing(crate::wording::kind_of(uri)))?;
    if sight::is_shown(call, reader, &stored)? { Ok(stored) } else { Err(Failure::missing(stored.kind)) }
}

/// Kinds of which a save always makes values beyond what was sent.
const GENERATED: [&str; 15] = [
    "repository",
    "location",
    "subject",
    "agent_person",
    "agent_family",
    "agent_corporate_entity",
    "agent_software",
    "classification",
    "classification_term",
    "accession",
    "digital_object",
    "digital_object_component",
    "resource",
    "archival_object",
    "repository_with_agent",
];

/// The answer to a create or an update.
pub(crate) fn saved(status: &str, stored: &Stored, warnings: Value) -> Reply {
    let stale = if GENERATED.contains(&stored.kind) { Value::Bool(true) } else { Value::Null };
    let version = dress::has_version(stored.kind).then_some(stored.lock_version);
    Reply::json(json!({
        "status": status,
        "id": stored.number(),
        "lock_version": version,
        "stale": stale,
        "uri": stored.uri,
        "warnings": warnings,
    }))
}

/// The answer to an action without a document.
pub(crate) fn acted(stored: &Stored) -> Reply {
    Reply::json(
        json!({"status": "Updated", "id": stored.number(), "lock_version": stored.lock_version, "stale": null}),
    )
}

/// Records that are deleted at once.
const DELETED: usize = 1_000;

/// Deletes many: all or, when one fails, none. Each as its own route would, permissions included.
pub(crate) fn batch_delete(call: &Call<'_>) -> Answer {
    let uris = call.params.texts("record_uris");
    if uris.len() > DELETED {
        return Err(Failure::param("record_uris", format!("At most {DELETED} records at a time")));
    }
    let failures: Vec<Value> = uris
        .iter()
        .filter_map(|uri| {
            let failure = may_delete(call, uri).err()?;
            Some(failed(uri, failure))
        })
        .collect();
    if !failures.is_empty() {
        return Err(Failure::Refused(json!({ "failures": failures })));
    }
    let mut failures = Vec::new();
    let results = call.app.write("delete", call.by(), |tx| {
        let mut results = Vec::new();
        for uri in uris {
            match remove_as_its_route(call, tx, uri) {
                Ok(id) => results.push(json!({"status": "Deleted", "id": id, "uri": uri})),
                Err(failure) => {
                    failures.push(failed(uri, failure));
                    return Err(Failure::Denied);
                }
            }
        }
        Ok(results)
    });
    match results {
        Ok(results) => Ok(Reply::json(json!({"status": "OK", "results": results}))),
        Err(_) if !failures.is_empty() => Err(Failure::Refused(json!({ "failures": failures }))),
        Err(failure) => Err(failure),
    }
}

/// Deletes a record as the route of its kind does.
fn remove_as_its_route(call: &Call<'_>, tx: &mut Tx<'_>, uri: &str) -> Result<u64, Failure> {
    match crate::wording::kind_of(uri) {
        "user" => users::remove(call, tx, uri),
        "group" => groups::remove(call, tx, uri),
        "repository" => repositories::remove(tx, uri),
        _ => {
            visible(call, tx, uri)?;
            remove(tx, uri)
        }
    }
}

fn may_delete(call: &Call<'_>, uri: &str) -> Result<(), Failure> {
    let found = call.app.router.find(&axum::http::Method::DELETE, uri)?;
    let route = call.app.router.at(found.place).ok_or(Failure::NoRoute)?;
    let mut sent = params::Params::default();
    for (name, value) in found.params {
        sent.set(&name, value);
    }
    let repo = sent.text("repo_id").map(|id| format!("/repositories/{id}"));
    if route.codes.iter().all(|code| call.can_in(code, repo.as_deref())) {
        Ok(())
    } else {
        Err(Failure::Denied)
    }
}

fn failed(uri: &str, failure: Failure) -> Value {
    let body = match failure.into_reply().content {
        crate::reply::Content::Json(value) => format!("{value}\n"),
        _ => String::new(),
    };
    json!({"response": [body], "uri": uri})
}

/// Checks a record that did not come as the body of its own route.
pub(crate) fn checked(call: &Call<'_>, kind: &str, value: Value) -> Result<Record, Failure> {
    let record = Record::from_value(kind, value).map_err(|error| Failure::Bad(error.to_string()))?;
    dispatch::checked(call.app, record).map(|(record, _)| record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_record_is_the_one_that_has_its_authority_or_all_that_it_has() {
        let taken = |rule: &str, uri: &str| {
            Problem::error("/names", "not_unique").with("rule", rule).with("uri", uri)
        };
        let (one, other) = ("/agents/people/1", "/agents/people/2");
        let wrong = Problem::error("/names/0/source", "missing");
        for (problems, wanted) in [
            (vec![taken("agent", one)], Some(one)),
            (vec![taken("agent", one), taken("agent_authority", one)], Some(one)),
            (vec![taken("agent", one), taken("agent_authority", other)], Some(other)),
            (vec![taken("subject_terms", one), taken("subject_any", other)], None),
            (vec![taken("agent_authority", one), taken("agent_authority", other)], None),
            (vec![taken("agent", one), wrong], None),
            (Vec::new(), None),
        ] {
            assert_eq!(same_as(&problems), wanted, "{problems:?}");
        }
    }
}
