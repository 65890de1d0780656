//! Repositories, each with its groups and the agent that stands for it.

use record::Record;
use serde_json::{Value, json};
use store::{List, Order, Reader, Stored, Tx};

use crate::access::{Catalogue, GLOBAL};
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, publish, records, resolve, sight};

/// All repositories but the global one, in their order.
pub(crate) fn all(reader: &Reader<'_>) -> Result<Vec<Stored>, Failure> {
    let query =
        List { kinds: vec!["repository".to_owned()], order: Order::Id, limit: u64::MAX, ..List::default() };
    let mut repositories = Vec::new();
    for head in reader.list(&query)? {
        if head.uri != GLOBAL {
            repositories.extend(reader.get(&head.uri)?);
        }
    }
    repositories.sort_by_key(position_of);
    Ok(repositories)
}

/// Those that the caller is shown.
pub(crate) fn shown(call: &Call<'_>, reader: &Reader<'_>) -> Result<Vec<Stored>, Failure> {
    let mut repositories = all(reader)?;
    if call.caller.is_none() {
        repositories.retain(|repository| repository.publish);
    }
    Ok(repositories)
}

fn position_of(stored: &Stored) -> i64 {
    stored.doc.get("position").and_then(Value::as_i64).unwrap_or(0)
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let mut docs = Vec::new();
        for stored in shown(call, reader)? {
            let mut doc = Value::Object(dress::shown(call, reader, &stored)?);
            resolve::resolve(call, reader, &mut doc, call.params.texts("resolve"))?;
            docs.push(doc);
        }
        Ok(Reply::json(docs))
    })
}

pub(crate) fn read(call: &Call<'_>) -> Answer {
    records::read_uri(call, &call.uri_of("repository"))
}

pub(crate) fn create(call: &Call<'_>) -> Answer {
    let mut record = call.document()?;
    let warnings = call.warnings();
    call.commit("repository", |tx| {
        publish::as_preferred(call, tx, [&mut record])?;
        let stored = add(tx, record, None)?;
        Ok(records::saved("Created", &stored, warnings))
    })
}

/// Stores a repository with its six groups; the agent is made when none is given.
pub(crate) fn add(tx: &mut Tx<'_>, mut record: Record, agent: Option<Record>) -> Result<Stored, Failure> {
    let code = record.text("repo_code").unwrap_or_default().to_owned();
    free(tx, &code)?;
    if record.link("agent_representation").is_none() {
        let agent = match agent {
            Some(agent) => records::make(tx, None, agent)?.head.uri,
            None => agent_of(tx, &code)?,
        };
        record.doc.insert("agent_representation".to_owned(), json!({"ref": agent}));
    }
    name_in_addresses(tx, &mut record, None)?;
    let position = all(tx)?.iter().map(position_of).max().unwrap_or(0) + 1;
    record.doc.insert("position".to_owned(), json!(position));
    let stored = records::make(tx, None, record)?;
    for group in &Catalogue::shipped().repository_groups {
        let doc = json!({
            "jsonmodel_type": "group",
            "group_code": group.code,
            "description": group.description.replace("{repo_code}", &code),
            "grants_permissions": group.grants,
            "member_usernames": group.members,
        });
        let group = Record::from_value("group", doc).map_err(|error| Failure::Fault(error.to_string()))?;
        records::make(tx, Some(&stored.uri), group)?;
    }
    Ok(stored)
}

fn free(reader: &Reader<'_>, code: &str) -> Result<(), Failure> {
    let taken = all(reader)?
        .iter()
        .any(|other| other.record().text("repo_code").is_some_and(|taken| taken.eq_ignore_ascii_case(code)));
    if taken { Err(Failure::param("repo_code", "short name already in use")) } else { Ok(()) }
}

/// The agent of a repository that is given none: the one that has its code for a name, as one that was deleted leaves it.
fn agent_of(tx: &mut Tx<'_>, code: &str) -> Result<String, Failure> {
    let agent = agent_named(code)?;
    match tx.twin(&agent, None)? {
        Some(there) => Ok(there),
        None => Ok(records::make(tx, None, agent)?.head.uri),
    }
}

fn agent_named(code: &str) -> Result<Record, Failure> {
    let doc = json!({
        "jsonmodel_type": "agent_corporate_entity",
        "names": [{
            "jsonmodel_type": "name_corporate_entity", "primary_name": code, "source": "local",
            "sort_name": code, "sort_name_auto_generate": true,
        }],
        "agent_contacts": [{"jsonmodel_type": "agent_contact", "name": code}],
    });
    Record::from_value("agent_corporate_entity", doc).map_err(|error| Failure::Fault(error.to_string()))
}

pub(crate) fn update(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("repository");
    let record = call.document()?;
    let warnings = call.warnings();
    call.commit("repository", |tx| {
        let stored = change(tx, &uri, record)?;
        Ok(records::saved("Updated", &stored, warnings))
    })
}

fn change(tx: &mut Tx<'_>, uri: &str, mut record: Record) -> Result<Stored, Failure> {
    let stored = tx.get(uri)?.ok_or_else(|| Failure::missing("repository"))?;
    for kept in ["position", "agent_representation"] {
        if let (Some(value), false) = (stored.doc.get(kept), record.doc.contains_key(kept)) {
            record.doc.insert(kept.to_owned(), value.clone());
        }
    }
    name_in_addresses(tx, &mut record, Some(uri))?;
    records::replace(tx, uri, record)
}

/// A repository has a name for addresses: made of its code, unless it was given one.
fn name_in_addresses(reader: &Reader<'_>, record: &mut Record, own: Option<&str>) -> Result<(), Failure> {
    let auto = record.doc.get("is_slug_auto").and_then(Value::as_bool).unwrap_or(true);
    let from = if auto { "repo_code" } else { "slug" };
    let wanted = record::derive::slug(record.text(from).unwrap_or_default());
    if wanted.is_empty() {
        record.doc.insert("is_slug_auto".to_owned(), json!(false));
        record.doc.shift_remove("slug");
        return Ok(());
    }
    let id = own.map(|uri| reader.head(uri)).transpose()?.flatten().map_or(0, |head| head.id);
    let name = reader.free_slug(&wanted, record.text("slug"), id)?;
    record.doc.insert("slug".to_owned(), json!(name));
    Ok(())
}

pub(crate) fn delete(call: &Call<'_>) -> Answer {
    let uri = call.repo().unwrap_or_default();
    call.commit("delete", |tx| {
        let id = remove(tx, &uri)?;
        Ok(Reply::json(json!({"status": "Deleted", "id": id})))
    })
}

/// Deletes a repository that is empty.
pub(crate) fn remove(tx: &mut Tx<'_>, uri: &str) -> Result<u64, Failure> {
    if uri == GLOBAL {
        return Err(Failure::Denied);
    }
    let held: u64 = tx
        .counts_by_kind(Some(uri))?
        .into_iter()
        .filter(|(kind, _)| !OWN.contains(&kind.as_str()))
        .map(|(_, n)| n)
        .sum();
    if held > 0 {
        return Err(Failure::Conflict(Value::from("The repository is not empty")));
    }
    let own = List {
        kinds: OWN.map(str::to_owned).to_vec(),
        repo: Some(uri.to_owned()),
        limit: u64::MAX,
        ..List::default()
    };
    for head in tx.list(&own)? {
        tx.delete(&head.uri)?;
    }
    records::remove(tx, uri)
}

/// Kinds that come and go with their repository.
pub(crate) const OWN: [&str; 4] = ["group", "preference", "default_values", "rde_template"];

pub(crate) fn position(call: &Call<'_>) -> Answer {
    let uri = call.repo().unwrap_or_default();
    let wanted = call.params.integer("position").unwrap_or(0).max(0);
    call.commit("repository", |tx| {
        let order = all(tx)?;
        let moved =
            order.iter().find(|stored| stored.uri == uri).ok_or_else(|| Failure::missing("repository"))?;
        let (number, version, from) = (moved.number(), moved.lock_version, position_of(moved));
        let to = wanted.min(order.iter().map(position_of).max().unwrap_or(0));
        for stored in order {
            // It changes places with the one that stands there; at 0 that is the hidden one.
            let position = match position_of(&stored) {
                _ if stored.uri == uri => to,
                now if now == to => from,
                now => now,
            };
            if position != position_of(&stored) {
                let mut doc = stored.doc;
                doc.insert("position".to_owned(), json!(position));
                tx.amend(&stored.head.uri, doc)?;
            }
        }
        Ok(Reply::json(json!({"status": "Updated", "id": number, "lock_version": version, "stale": null})))
    })
}

pub(crate) fn with_agent(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("repository");
    call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let mut doc = json!({
            "jsonmodel_type": "repository_with_agent",
            "uri": with_agent_uri(&stored),
            "repository": dress::shown(call, reader, &stored)?,
        });
        let agent =
            stored.record().link("agent_representation").map(|uri| reader.get(uri)).transpose()?.flatten();
        if let (Some(agent), Some(map)) = (agent, doc.as_object_mut())
            && sight::is_open(call, reader, &agent)?
        {
            map.insert("agent_representation".to_owned(), Value::Object(dress::shown(call, reader, &agent)?));
        }
        Ok(Reply::json(doc))
    })
}

fn with_agent_uri(stored: &Stored) -> String {
    format!("/repositories/with_agent/{}", stored.number().unwrap_or(0))
}

/// The two documents of the body.
fn parts(call: &Call<'_>) -> Result<(Record, Option<Record>), Failure> {
    let mut doc = call.document()?.doc;
    let repository =
        records::checked(call, "repository", doc.shift_remove("repository").unwrap_or_default())?;
    let agent = match doc.shift_remove("agent_representation") {
        Some(agent @ Value::Object(_)) => Some(records::checked(call, "agent_corporate_entity", agent)?),
        _ => None,
    };
    Ok((repository, agent))
}

fn answered(status: &str, stored: &Stored, warnings: Value) -> Reply {
    let mut reply = records::saved(status, stored, warnings);
    if let crate::reply::Content::Json(Value::Object(map)) = &mut reply.content {
        map.insert("uri".to_owned(), json!(with_agent_uri(stored)));
    }
    reply
}

pub(crate) fn create_with_agent(call: &Call<'_>) -> Answer {
    let (mut repository, mut agent) = parts(call)?;
    let warnings = call.warnings();
    call.commit("repository", |tx| {
        publish::as_preferred(call, tx, agent.iter_mut().chain([&mut repository]))?;
        let stored = add(tx, repository, agent)?;
        Ok(answered("Created", &stored, warnings))
    })
}

pub(crate) fn update_with_agent(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("repository");
    let (repository, agent) = parts(call)?;
    let warnings = call.warnings();
    call.commit("repository", |tx| {
        let stored = tx.get(&uri)?.ok_or_else(|| Failure::missing("repository"))?;
        let there = stored.record().link("agent_representation").map(str::to_owned);
        if let (Some(agent), Some(there)) = (agent, there) {
            records::replace(tx, &there, agent)?;
        }
        let stored = change(tx, &uri, repository)?;
        Ok(answered("Updated", &stored, warnings))
    })
}
