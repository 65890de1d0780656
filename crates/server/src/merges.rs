//! Merging records: what referred to the candidates refers to the destination, then the candidates go.

use record::{Record, Registry, refs};
use serde_json::{Map, Value, json};
use store::Tx;

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{transfers, wording};

const AGENTS: [&str; 4] = ["agent_person", "agent_family", "agent_corporate_entity", "agent_software"];

pub(crate) fn subject(call: &Call<'_>) -> Answer {
    merge(call, &["subject"], "subject")
}

pub(crate) fn agent(call: &Call<'_>) -> Answer {
    merge(call, &AGENTS, "agent")
}

pub(crate) fn container_profile(call: &Call<'_>) -> Answer {
    merge(call, &["container_profile"], "container_profile")
}

pub(crate) fn top_container(call: &Call<'_>) -> Answer {
    merge(call, &["top_container"], "top_container")
}

pub(crate) fn resource(call: &Call<'_>) -> Answer {
    merge(call, &["resource"], "resource")
}

pub(crate) fn digital_object(call: &Call<'_>) -> Answer {
    merge(call, &["digital_object"], "digital_object")
}

/// The nodes of a tree go to the end of another one; an event tells where they came from.
fn take_tree(tx: &mut Tx<'_>, call: &Call<'_>, from: &str, to: &String) -> Result<(), Failure> {
    let stored = tx.expect(from)?;
    for child in tx.children(from, None, 0, u64::MAX)? {
        tx.adopt(&child.uri, to)?;
    }
    let record = stored.record();
    let parts: Vec<&str> = ["id_0", "id_1", "id_2", "id_3", "digital_object_id"]
        .iter()
        .filter_map(|part| record.text(part))
        .collect();
    let note = format!("{}: {}", stored.title, parts.join("-"));
    transfers::event(tx, call, "component_transfer", &[("outcome", to)], Some(note)).map(drop)
}

fn merge(call: &Call<'_>, kinds: &[&str], name: &str) -> Answer {
    let request = call.document()?;
    let destination = request.link("merge_destination").unwrap_or_default().to_owned();
    let candidates: Vec<String> = request
        .items("merge_candidates")
        .iter()
        .filter_map(|one| one.get("ref")?.as_str())
        .map(str::to_owned)
        .collect();
    let own = call.repo();
    for uri in candidates.iter().chain([&destination]) {
        let fits = kinds.contains(&wording::kind_of(uri));
        let repo = record::Uri::parse(Registry::shipped(), uri).ok().and_then(|uri| uri.repository());
        if !fits || (own.is_some() && repo != own) {
            return Err(Failure::param(
                "merge_request",
                format!("This merge request can only merge {name} records"),
            ));
        }
    }
    call.commit("merge", |tx| {
        let head = tx
            .head(&destination)?
            .filter(|head| head.held)
            .ok_or_else(|| Failure::missing(wording::kind_of(&destination)))?;
        for candidate in &candidates {
            tx.head(candidate)?
                .filter(|head| head.held)
                .ok_or_else(|| Failure::missing(wording::kind_of(candidate)))?;
            // Merging a record into itself changes nothing.
            if *candidate != destination {
                if matches!(name, "resource" | "digital_object") {
                    take_tree(tx, call, candidate, &destination)?;
                }
                redirect(tx, candidate, &destination)?;
                tx.delete(candidate)?;
            }
        }
        Ok(Reply::json(json!({
            "status": "Merged", "id": head.number(), "selections": [], "merge_destination_uri": destination,
            "deleted_uris": candidates,
        })))
    })
}

/// Points every reference to one record at another; a record that then refers twice in the same role keeps one.
fn redirect(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<(), Failure> {
    let mut uris: Vec<String> = tx.refs_to(from)?.into_iter().map(|link| link.head.uri).collect();
    uris.sort();
    uris.dedup();
    for uri in uris {
        let Some(stored) = tx.get(&uri)? else { continue };
        let mut record: Record = stored.record();
        refs::rewrite(Registry::shipped(), &mut record, &mut |there| (there == from).then(|| to.to_owned()));
        once_each(&mut record.doc, to);
        tx.amend(&uri, record.doc)?;
    }
    Ok(())
}

fn once_each(doc: &mut Map<String, Value>, to: &str) {
    for value in doc.values_mut() {
        let Value::Array(items) = value else { continue };
        let mut seen: Vec<(Option<Value>, Option<Value>)> = Vec::new();
        items.retain(|item| {
            if item.get("ref").and_then(Value::as_str) != Some(to) {
                return true;
            }
            let key = (item.get("role").cloned(), item.get("relator").cloned());
            let first = !seen.contains(&key);
            seen.push(key);
            first
        });
    }
}
