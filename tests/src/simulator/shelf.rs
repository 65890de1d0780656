//! Reading a store as a whole, the same way on a desk and on the server.

use std::collections::BTreeMap;

use record::{Registry, canonical};
use serde_json::{Map, Value, json};
use store::{Head, List, Order, Reader, Store};

use super::content::{KINDS, Links};

/// Kinds that a desk holds in these worlds.
const HELD: [&str; 11] = [
    "repository",
    "accession",
    "resource",
    "archival_object",
    "digital_object",
    "digital_object_component",
    "agent_person",
    "agent_corporate_entity",
    "subject",
    "top_container",
    "event",
];

fn heads_of(reader: &Reader<'_>, kinds: &[&str]) -> Vec<Head> {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    reader.list(&List { kinds, order: Order::Id, limit: 1_000_000, ..List::default() }).unwrap()
}

/// Heads of records of some kinds in the order of their rows.
pub(super) fn heads(store: &Store, kinds: &[&str]) -> Vec<Head> {
    store.read(|reader| Ok(heads_of(reader, kinds))).unwrap()
}

/// Every record that persons may change.
pub(super) fn changeable(store: &Store) -> Vec<Head> {
    let mut heads = heads(store, &KINDS);
    heads.retain(|head| !head.uri.starts_with("/repositories/1/"));
    heads
}

/// Takes the links to records that are not there, or went to another repository, out of the document of `uri`, and puts
/// others in where there must be one. `false`: there are none.
pub(super) fn without_dangling(store: &Store, uri: &str, doc: &mut Map<String, Value>) -> bool {
    let repository =
        |uri: &str| uri.starts_with("/repositories/").then(|| uri.split('/').nth(2).map(str::to_owned));
    let own = repository(uri);
    let there = |uri: &str| {
        let head = store.read(|r| r.head(uri)).ok().flatten().filter(|head| head.held);
        head.is_some_and(|head| repository(&head.uri).is_none_or(|repo| Some(repo) == own))
    };
    let mut dangling = false;
    let event = doc.contains_key("event_type");
    for list in ["subjects", "linked_agents", "linked_records", "instances"] {
        // An event has lost what it was about with what it was linked to.
        if event && list.starts_with("linked") {
            doc.entry(list).or_insert_with(|| json!([]));
        }
        let Some(Value::Array(items)) = doc.get_mut(list) else { continue };
        let before = items.len();
        items.retain(|item| {
            let target = item.get("ref").or_else(|| item.pointer("/sub_container/top_container/ref"));
            target.and_then(Value::as_str).is_none_or(there)
        });
        dangling |= items.len() < before;
        let of = match list {
            "linked_records" => {
                heads(store, &["accession", "resource"]).into_iter().map(|head| head.uri).collect()
            }
            "linked_agents" if event => links(store).agents,
            _ => continue,
        };
        let role = if list == "linked_records" { "source" } else { "implementer" };
        if let (Some(Value::Array(items)), Some(other)) =
            (doc.get_mut(list), of.iter().find(|uri| there(uri)))
            && items.is_empty()
        {
            items.push(json!({"role": role, "ref": other}));
            dangling = true;
        }
    }
    dangling
}

pub(super) fn links(store: &Store) -> Links {
    let of = |kind: &str| heads(store, &[kind]).into_iter().map(|head| head.uri).collect();
    Links {
        agents: of("agent_person"),
        subjects: of("subject"),
        containers: of("top_container"),
        accessions: of("accession"),
    }
}

/// Content and place of every record, by address.
pub(super) fn everything(store: &Store) -> BTreeMap<String, Value> {
    let registry = Registry::shipped();
    store
        .read(|reader| {
            let mut all = BTreeMap::new();
            for head in heads_of(reader, &HELD) {
                // The hidden repository of what belongs to all is the server's own.
                if head.uri == "/repositories/1" || head.uri.starts_with("/repositories/1/") {
                    continue;
                }
                let Some(stored) = reader.get(&head.uri)? else { continue };
                let mut content = canonical::canonical(registry, &stored.record()).doc;
                content.sort_keys();
                let place = reader.place_of(&stored)?;
                let place = place.map(|place| json!([place.root, place.parent, place.position]));
                all.insert(stored.uri.clone(), json!({"content": content, "place": place}));
            }
            Ok(all)
        })
        .unwrap()
}

/// What a node hangs below: its parent, or its root.
pub(super) fn parent(store: &Store, uri: &str) -> Option<String> {
    let head = store.read(|r| r.head(uri)).ok().flatten()?;
    head.parent.or(head.root)
}

/// A record with everything below it, as text.
pub(super) fn whole(store: &Store, uri: &str) -> String {
    store
        .read(|reader| {
            let mut text = String::new();
            let mut queue = vec![uri.to_owned()];
            while let Some(uri) = queue.pop() {
                let Some(stored) = reader.get(&uri)? else { continue };
                text.push_str(&Value::Object(stored.doc.clone()).to_string());
                let root = stored.root.clone().unwrap_or_else(|| stored.uri.clone());
                let parent = stored.root.as_ref().map(|_| stored.uri.as_str());
                queue.extend(reader.children(&root, parent, 0, u64::MAX)?.into_iter().map(|head| head.uri));
            }
            Ok(text)
        })
        .unwrap()
}

/// The records that are suppressed, as text.
pub(super) fn hidden(store: &Store) -> String {
    let all = everything(store);
    let suppressed = changeable(store).into_iter().filter(|head| head.suppressed);
    suppressed.filter_map(|head| all.get(&head.uri).map(Value::to_string)).collect()
}

/// Every version of every record that is or was there, as text.
pub(super) fn versions(store: &Store) -> String {
    store
        .read(|reader| {
            let mut uris: Vec<String> = heads_of(reader, &HELD).into_iter().map(|head| head.uri).collect();
            uris.extend(reader.gone(0, 0, 1_000_000)?.into_iter().map(|gone| gone.uri));
            let mut text = String::new();
            for uri in uris {
                for version in reader.history(&uri).unwrap_or_default() {
                    text.push_str(&Value::Object(version.doc).to_string());
                }
            }
            Ok(text)
        })
        .unwrap()
}

/// What a desk keeps beside its records: drafts, and both sides of conflicts.
pub(super) fn beside(store: &Store) -> String {
    store
        .read(|reader| {
            let mut text = String::new();
            for draft in reader.drafts()? {
                text.push_str(&Value::Object(draft.doc).to_string());
            }
            for conflict in reader.conflicts()? {
                text.push_str(&Value::Object(conflict.theirs.unwrap_or_default()).to_string());
                text.push_str(&json!(conflict.fields).to_string());
            }
            Ok(text)
        })
        .unwrap()
}

/// Nodes that cannot be reached from their root, or whose parent is of another tree.
pub(super) fn lost_nodes(store: &Store) -> Vec<String> {
    store
        .read(|reader| {
            let mut lost = Vec::new();
            let nodes = heads_of(reader, &["archival_object", "digital_object_component"]);
            let mut reached: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for node in nodes {
                let Some(root) = node.root.clone() else {
                    lost.push(node.uri);
                    continue;
                };
                if !reached.contains_key(&root) {
                    let below = reader.nodes_in_order(&root)?.into_iter().map(|(head, _)| head.uri).collect();
                    reached.insert(root.clone(), below);
                }
                if !reached.get(&root).is_some_and(|below| below.contains(&node.uri)) {
                    lost.push(node.uri);
                }
            }
            Ok(lost)
        })
        .unwrap()
}
