//! Finding records by their identifiers.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use store::{Head, Reader};

use crate::call::Call;
use crate::params::Param;
use crate::reply::{Answer, Failure, Reply};
use crate::{resolve, sight};

/// Values that are looked for at once.
const MOST: usize = 250;

/// Answers with references under the plural of the kind.
fn found(
    call: &Call<'_>,
    plural: &str,
    search: impl FnOnce(&Reader<'_>, &str) -> Result<Vec<Head>, Failure>,
) -> Answer {
    let repo = call.repo().unwrap_or_default();
    for Param { name, .. } in &call.route.params {
        if name != "resolve" && call.params.texts(name).len() > MOST {
            return Err(Failure::param(name, format!("At most {MOST} values at a time")));
        }
    }
    call.app.read(|reader| {
        let mut refs = Vec::new();
        for head in search(reader, &repo)? {
            if head.repo.as_deref() == Some(&repo) && sight::is_shown(call, reader, &head)? {
                refs.push(json!({"ref": head.uri}));
            }
        }
        let mut answer = Value::Object(Map::from_iter([(plural.to_owned(), Value::Array(refs))]));
        let names: Vec<String> = call.params.texts("resolve").to_vec();
        resolve::resolve(call, reader, &mut answer, &names)?;
        Ok(Reply::json(answer))
    })
}

/// Identifiers come as JSON lists of one to four parts.
pub(crate) fn resources(call: &Call<'_>) -> Answer {
    let mut wanted = Vec::new();
    for text in call.params.texts("identifier") {
        let trouble =
            || Failure::Bad(format!("Had some trouble parsing your request: unexpected token at '{text}'"));
        let Value::Array(mut parts) = serde_json::from_str(text).map_err(|_| trouble())? else {
            return Err(trouble());
        };
        parts.resize(4, Value::Null);
        wanted.push(Value::Array(parts).to_string());
    }
    found(call, "resources", |reader, repo| {
        let mut criteria = Vec::new();
        if call.params.has("identifier") {
            let mut heads = Vec::new();
            for value in &wanted {
                heads.extend(reader.identified_in(repo, "resource_identifier", value)?);
            }
            criteria.push(heads);
        }
        criteria.extend(by_ark(call, reader, "resource")?);
        Ok(all_of(criteria))
    })
}

/// The records of a kind with one of the ARKs that are asked for, present or earlier; by itself or in an address.
fn by_ark(call: &Call<'_>, reader: &Reader<'_>, kind: &str) -> Result<Option<Vec<Head>>, Failure> {
    if !call.params.has("ark") {
        return Ok(None);
    }
    let mut heads = Vec::new();
    if reader.arks().is_some() {
        for ark in call.params.texts("ark") {
            heads.extend(reader.identified("ark", store::ark_of(ark))?);
        }
    }
    heads.retain(|head| head.kind == kind);
    Ok(Some(heads))
}

/// Every criterion that is given must hold.
fn all_of(mut criteria: Vec<Vec<Head>>) -> Vec<Head> {
    let Some(mut heads) = criteria.pop() else { return Vec::new() };
    let others = criteria.into_iter().map(|heads| heads.iter().map(|head| head.id).collect::<HashSet<_>>());
    for other in others {
        heads.retain(|head| other.contains(&head.id));
    }
    heads
}

pub(crate) fn archival_objects(call: &Call<'_>) -> Answer {
    found(call, "archival_objects", |reader, repo| {
        let mut criteria = Vec::new();
        if call.params.has("ref_id") {
            let mut heads = Vec::new();
            for value in call.params.texts("ref_id") {
                heads.extend(reader.identified_in_trees(repo, "resource", "ref_id", value)?);
            }
            criteria.push(heads);
        }
        if call.params.has("component_id") {
            criteria.push(called(call, reader, "archival_object", repo, "component_id")?);
        }
        criteria.extend(by_ark(call, reader, "archival_object")?);
        Ok(all_of(criteria))
    })
}

fn called(
    call: &Call<'_>,
    reader: &Reader<'_>,
    kind: &str,
    repo: &str,
    param: &str,
) -> Result<Vec<Head>, Failure> {
    let mut heads = Vec::new();
    for value in call.params.texts(param) {
        heads.extend(reader.called(kind, repo, value)?);
    }
    Ok(heads)
}

pub(crate) fn digital_objects(call: &Call<'_>) -> Answer {
    found(call, "digital_objects", |reader, repo| {
        called(call, reader, "digital_object", repo, "digital_object_id")
    })
}

pub(crate) fn components(call: &Call<'_>) -> Answer {
    found(call, "digital_object_components", |reader, repo| {
        called(call, reader, "digital_object_component", repo, "component_id")
    })
}

pub(crate) fn top_containers(call: &Call<'_>) -> Answer {
    found(call, "top_containers", |reader, repo| {
        let mut criteria = Vec::new();
        if call.params.has("barcode") {
            let mut heads = Vec::new();
            for value in call.params.texts("barcode") {
                heads.extend(reader.identified_in(repo, "barcode", value)?);
            }
            criteria.push(heads);
        }
        if call.params.has("indicator") {
            let mut heads = Vec::new();
            for value in call.params.texts("indicator") {
                heads.extend(reader.identified_in(repo, "indicator", value)?);
            }
            heads.sort_by_key(|head| head.id);
            heads.dedup_by_key(|head| head.id);
            criteria.push(heads);
        }
        Ok(all_of(criteria))
    })
}

/// Controllers of pages, and the kinds that they show.
const CONTROLLERS: [(&str, &[&str]); 9] = [
    ("repositories", &["repository"]),
    ("resources", &["resource"]),
    ("objects", &["archival_object", "digital_object", "digital_object_component"]),
    ("accessions", &["accession"]),
    ("subjects", &["subject"]),
    ("classifications", &["classification", "classification_term"]),
    ("agents", &["agent_person", "agent_family", "agent_corporate_entity", "agent_software"]),
    ("archival_objects", &["archival_object"]),
    ("digital_objects", &["digital_object", "digital_object_component"]),
];

/// The record that a short name in addresses means.
pub(crate) fn slug(call: &Call<'_>) -> Answer {
    let controller = call.params.text("controller").unwrap_or_default();
    let wanted = call.params.text("slug").unwrap_or_default();
    let kinds = CONTROLLERS.iter().find(|(name, _)| *name == controller).map(|(_, kinds)| *kinds);
    let singular = [controller.trim_end_matches('s')];
    let kinds = kinds.unwrap_or(&singular[..]);
    let found = call.app.read(|reader| {
        for head in reader.identified("slug", wanted)? {
            if kinds.contains(&head.kind) && sight::is_open(call, reader, &head)? {
                return Ok(Some(head));
            }
        }
        Ok(None)
    })?;
    Ok(Reply::json(match found {
        Some(head) if head.kind == "repository" => {
            json!({"id": head.number(), "table": head.kind, "repo_id": head.number()})
        }
        Some(head) => {
            let repo = head.repo.as_deref().and_then(|repo| repo.rsplit('/').next()?.parse::<u64>().ok());
            json!({"id": head.number(), "table": head.kind, "repo_id": repo})
        }
        None => {
            let table = kinds.first().copied().unwrap_or(controller);
            json!({"id": -1, "table": table, "repo_id": -1})
        }
    }))
}
