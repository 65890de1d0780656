//! Moves to another resource of the repository, and to another repository. Each is told by an event.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Value, json};
use store::{List, Reader, Tx};

use crate::call::Call;
use crate::publish::with_descendants;
use crate::reply::{Answer, Failure, Reply};
use crate::{events, records, repositories, wording};

/// Moves a component, with what is below it, to the end of another resource.
pub(crate) fn component(call: &Call<'_>) -> Answer {
    let text = |name: &str| call.params.text(name).unwrap_or_default().trim().to_owned();
    let (component, resource) = (text("component"), text("target_resource"));
    for (uri, kind) in [(&component, "archival_object"), (&resource, "resource")] {
        let repo = record::Uri::parse(record::Registry::shipped(), uri).ok().and_then(|uri| uri.repository());
        if wording::kind_of(uri) != kind || repo != call.repo() {
            return Err(Failure::param(kind, format!("'{uri}' is not a {kind} of this repository")));
        }
    }
    call.commit("transfer", |tx| {
        let node = records::visible(call, tx, &component)?;
        let from = node.head.root.clone().unwrap_or_default();
        if records::visible(call, tx, &resource).is_err() {
            return Err(Failure::param("target_resource", "There is no such resource"));
        }
        tx.adopt(&component, &resource)?;
        let links = [("source", &*from), ("outcome", &*resource), ("transfer", &*component)];
        let event = event(tx, call, "component_transfer", &links, None)?;
        Ok(Reply::json(json!({"component": component, "resource": resource, "event": event})))
    })
}

/// Stores an event of the repository. `None` when its maker has no agent.
pub(crate) fn event(
    tx: &mut Tx<'_>,
    call: &Call<'_>,
    kind: &str,
    records: &[(&str, &str)],
    note: Option<String>,
) -> Result<Option<String>, Failure> {
    let Some(agent) = events::maker(tx)? else { return Ok(None) };
    let repo = call.repo().unwrap_or_default();
    events::tell(tx, &repo, kind, &vec![("implementer", agent)], records, note).map(Some)
}

/// The repository that a transfer goes to; the caller may change records there too.
fn target(call: &Call<'_>) -> Result<String, Failure> {
    let to = call.params.text("target_repo").unwrap_or_default().trim().to_owned();
    let there = call.app.read(|reader| Ok(reader.head(&to)?))?;
    if there.is_none_or(|head| head.kind != "repository" || head.uri == crate::access::GLOBAL) {
        return Err(Failure::param("target_repo", "Repository not found"));
    }
    let may = call.route.codes.iter().all(|code| call.can_in(code, Some(&to)));
    if may { Ok(to) } else { Err(Failure::Denied) }
}

/// Moves one record to another repository, with what is below it and the containers and digital objects that only it uses.
pub(crate) fn record(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let to = target(call)?;
    call.commit("transfer", |tx| {
        let stored = records::visible(call, tx, &uri)?;
        let set = with_instances(tx, with_descendants(tx, &stored)?)?;
        let id = stored.number();
        tx.transfer(&set, &to).map_err(in_use)?;
        let moved = uri.rsplit('/').take(2).collect::<Vec<_>>();
        let new = format!("{to}/{}/{}", moved.get(1).unwrap_or(&""), moved.first().unwrap_or(&""));
        custody(tx, call, &to, &new)?;
        let number: Option<u64> = to.rsplit('/').next().and_then(|id| id.parse().ok());
        Ok(Reply::json(json!({"status": "Moved", "id": id, "merge_destination": number})))
    })
}

/// A value that the target has already, by the record that would bring it.
fn in_use(error: store::Error) -> Failure {
    let store::Error::Invalid(problems) = error else { return error.into() };
    let mut taken: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for problem in &problems {
        let arg = |name: &str| problem.args.get(name).and_then(Value::as_str).unwrap_or_default();
        let message =
            if arg("rule") == "barcode" { "BARCODE_IN_USE".to_owned() } else { wording::sentence(problem) };
        let entry =
            json!({"json_property": problem.path(), "message": message, "conflicting_record": arg("uri")});
        taken.entry(arg("moving")).or_default().push(entry);
    }
    Failure::Conflict(json!(taken))
}

/// Adds what the instances of a set need; refused when something that stays needs it too.
fn with_instances(reader: &Reader<'_>, set: Vec<String>) -> Result<Vec<String>, Failure> {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    for uri in &set {
        let links = reader.refs_from(uri)?;
        needed
            .extend(links.into_iter().filter(|link| link.property == "instances").map(|link| link.head.uri));
    }
    let mut wrong: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let going: HashSet<&String> = set.iter().collect();
    for uri in &needed {
        let shared = reader
            .refs_to(uri)?
            .into_iter()
            .any(|link| link.property == "instances" && !going.contains(&link.head.uri));
        if shared {
            let code = match wording::kind_of(uri) {
                "digital_object" => "DIGITAL_OBJECT_IN_USE",
                _ => "TOP_CONTAINER_IN_USE",
            };
            wrong
                .entry(uri.clone())
                .or_default()
                .push(json!({"json_property": "instances", "message": code}));
        }
    }
    let own: Vec<String> = set.first().cloned().into_iter().collect();
    for uri in own.iter().filter(|uri| wording::kind_of(uri) == "digital_object") {
        if reader.refs_to(uri)?.iter().any(|link| link.property == "instances") {
            let entry = json!({"json_property": "linked_instances", "message": "DIGITAL_OBJECT_HAS_LINK"});
            wrong.entry(uri.clone()).or_default().push(entry);
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Conflict(json!(wrong)));
    }
    let mut all = set;
    for uri in needed {
        let below = reader.get(&uri)?.map(|stored| with_descendants(reader, &stored)).transpose()?;
        all.extend(below.unwrap_or_default());
    }
    Ok(all)
}

/// The event of a change of custody, in the repository that has it now.
fn custody(tx: &mut Tx<'_>, call: &Call<'_>, to: &str, moved: &str) -> Result<(), Failure> {
    let from = call.repo().unwrap_or_default();
    let mut agents = events::Agents::new();
    for (role, repo) in [("transmitter", from.as_str()), ("recipient", to)] {
        let stored = tx.get(repo)?;
        let agent = stored.and_then(|stored| stored.record().link("agent_representation").map(str::to_owned));
        agents.extend(agent.map(|agent| (role, agent)));
    }
    if agents.is_empty() {
        return Ok(());
    }
    events::tell(tx, to, "custody_transfer", &agents, &[("transfer", moved)], None).map(drop)
}

/// Moves everything that a repository holds to another one.
pub(crate) fn everything(call: &Call<'_>) -> Answer {
    let from = call.repo().unwrap_or_default();
    let to = target(call)?;
    call.commit("transfer", |tx| {
        let kinds: Vec<String> = tx
            .counts_by_kind(Some(&from))?
            .into_keys()
            .filter(|kind| !repositories::OWN.contains(&kind.as_str()))
            .collect();
        let list = List { kinds, repo: Some(from.clone()), limit: u64::MAX, ..List::default() };
        let uris: Vec<String> = tx.list(&list)?.into_iter().map(|head| head.uri).collect();
        tx.transfer(&uris, &to).map_err(in_use)?;
        Ok(Reply::json(json!({"status": "OK"})))
    })
}
