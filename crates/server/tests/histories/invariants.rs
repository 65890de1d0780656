//! What holds after every history.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::deeds::{ANYBODY, KINDS, Office};

/// What somebody who follows the feed holds, and up to where.
#[derive(Default)]
pub struct Replica {
    after: i64,
    records: BTreeMap<String, Value>,
}

pub async fn hold(office: &Office<'_>, replica: &mut Replica) {
    let records = everything(office).await;
    references(&records);
    versions(office, &records);
    uniqueness(&records);
    trees(office, &records).await;
    index(office, &records).await;
    feed(office, replica, &records).await;
    for who in 1..=ANYBODY {
        secrecy(office, who, &records).await;
    }
}

fn list(repo: &str, plural: &str) -> String {
    if plural.contains("agents") || matches!(plural, "subjects" | "locations") {
        format!("/{plural}")
    } else {
        format!("{repo}/{plural}")
    }
}

/// Every record of both repositories and of none, as the lists of the administrator have them.
async fn everything(office: &Office<'_>) -> BTreeMap<String, Value> {
    let mut records = BTreeMap::new();
    for (_, plural) in KINDS {
        for repo in &office.repos {
            let (mut page, mut last) = (1, 1);
            while page <= last {
                let body =
                    office.server.get(&format!("{}?page={page}&page_size=250", list(repo, plural))).await;
                last = body["last_page"].as_i64().unwrap();
                page += 1;
                for doc in body["results"].as_array().unwrap() {
                    records.insert(text(doc, "uri").to_owned(), doc.clone());
                }
            }
        }
    }
    records
}

fn text<'a>(doc: &'a Value, name: &str) -> &'a str {
    doc[name].as_str().unwrap_or_default()
}

fn link<'a>(doc: &'a Value, name: &str) -> Option<&'a str> {
    doc[name]["ref"].as_str()
}

fn refs(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| refs(item, found)),
        Value::Object(map) => {
            found.extend(map.get("ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| refs(value, found));
        }
        _ => {}
    }
}

/// Every reference points to something that is there.
fn references(records: &BTreeMap<String, Value>) {
    for (uri, doc) in records {
        let mut found = Vec::new();
        refs(doc, &mut found);
        for reference in found {
            let listed = KINDS.iter().any(|(_, plural)| reference.contains(&format!("/{plural}/")))
                && !reference.ends_with("/tree");
            assert!(
                !listed || records.contains_key(&reference),
                "{uri} refers to {reference}, which is not there"
            );
        }
    }
}

/// What was answered to the last save of a record is not newer than what the record says.
fn versions(office: &Office<'_>, records: &BTreeMap<String, Value>) {
    for (uri, version) in &office.versions {
        if let Some(doc) = records.get(uri) {
            assert!(
                doc["lock_version"].as_i64().unwrap() >= *version,
                "{uri}: {} after {version}",
                doc["lock_version"]
            );
        }
    }
}

/// No value is taken twice where it may be taken once.
fn uniqueness(records: &BTreeMap<String, Value>) {
    let mut taken: BTreeMap<(String, String, String), &str> = BTreeMap::new();
    for (uri, doc) in records {
        let repo = link(doc, "repository").unwrap_or_default();
        let above = link(doc, "parent").or(link(doc, "classification"));
        let rules: Vec<(&str, &str, String)> = match text(doc, "jsonmodel_type") {
            "accession" | "resource" => {
                vec![("id_0", repo, ["id_0", "id_1", "id_2", "id_3"].map(|part| text(doc, part)).join("|"))]
            }
            "archival_object" => {
                vec![("ref_id", link(doc, "resource").unwrap(), text(doc, "ref_id").to_owned())]
            }
            "digital_object" => vec![("digital_object_id", repo, text(doc, "digital_object_id").to_owned())],
            "digital_object_component" => vec![(
                "component_id",
                link(doc, "digital_object").unwrap(),
                text(doc, "component_id").to_owned(),
            )],
            "classification_term" => vec![
                ("title", above.unwrap(), text(doc, "title").to_owned()),
                ("identifier", above.unwrap(), text(doc, "identifier").to_owned()),
            ],
            "top_container" => vec![("barcode", repo, text(doc, "barcode").to_owned())],
            _ => Vec::new(),
        };
        for (rule, scope, value) in rules.into_iter().filter(|(.., value)| !value.is_empty()) {
            let kind = text(doc, "jsonmodel_type");
            let other = taken.insert((format!("{kind} {rule}"), scope.to_owned(), value.clone()), uri);
            assert!(other.is_none(), "{uri} and {other:?} both have {rule} {value}");
        }
    }
}

/// Each node hangs below one record of its own tree, the children of each are counted from 0, and the tree that is
/// read from its root holds exactly its nodes.
async fn trees(office: &Office<'_>, records: &BTreeMap<String, Value>) {
    for (kind, root_name) in [
        ("archival_object", "resource"),
        ("digital_object_component", "digital_object"),
        ("classification_term", "classification"),
    ] {
        let nodes = || records.iter().filter(|(_, doc)| text(doc, "jsonmodel_type") == kind);
        let mut families: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (uri, doc) in nodes() {
            let root = link(doc, root_name).unwrap();
            let mut up = link(doc, "parent");
            let mut steps = BTreeSet::from([uri.as_str()]);
            while let Some(parent) = up {
                assert!(steps.insert(parent), "{uri} hangs in a circle");
                assert_eq!(link(&records[parent], root_name), Some(root), "{parent} above {uri}");
                up = link(&records[parent], "parent");
            }
            families
                .entry(link(doc, "parent").unwrap_or(root))
                .or_default()
                .push(doc["position"].as_i64().unwrap());
        }
        for (above, mut positions) in families {
            positions.sort_unstable();
            let wanted: Vec<i64> = (0..).take(positions.len()).collect();
            assert_eq!(positions, wanted, "positions below {above}");
        }
        for (root, _) in records.iter().filter(|(_, doc)| text(doc, "jsonmodel_type") == root_name) {
            let tree = office.server.get(&format!("{root}/tree")).await;
            let mut walked = Vec::new();
            below(&tree, &mut walked);
            let there: BTreeSet<&str> = nodes()
                .filter(|(_, doc)| link(doc, root_name) == Some(root))
                .map(|(uri, _)| uri.as_str())
                .collect();
            let seen: BTreeSet<&str> = walked.iter().map(String::as_str).collect();
            assert_eq!((walked.len(), seen), (there.len(), there), "the tree of {root}");
        }
    }
}

fn below(node: &Value, found: &mut Vec<String>) {
    for child in node["children"].as_array().unwrap() {
        found.push(text(child, "record_uri").to_owned());
        below(child, found);
    }
}

/// The index finds what the store holds.
async fn index(office: &Office<'_>, records: &BTreeMap<String, Value>) {
    for repo in &office.repos {
        let mut found = BTreeSet::new();
        let (mut page, mut last) = (1, 1);
        let kinds: String = KINDS.iter().map(|(kind, _)| format!("&type[]={kind}")).collect();
        while page <= last {
            let body = office.server.get(&format!("{repo}/search?page={page}&page_size=250{kinds}")).await;
            last = body["last_page"].as_i64().unwrap();
            page += 1;
            found.extend(body["results"].as_array().unwrap().iter().map(|hit| text(hit, "uri").to_owned()));
        }
        let here = |doc: &&Value| link(doc, "repository").is_none_or(|own| own == repo);
        let held: BTreeSet<String> =
            records.values().filter(here).map(|doc| text(doc, "uri").to_owned()).collect();
        assert_eq!(found, held, "what is found in {repo}");
    }
}

/// Who follows the feed from where he was holds the same.
async fn feed(office: &Office<'_>, replica: &mut Replica, records: &BTreeMap<String, Value>) {
    loop {
        let page = office.server.get(&format!("/feed?after={}&limit=50", replica.after)).await;
        for entry in page["entries"].as_array().unwrap() {
            let uri = text(entry, "uri").to_owned();
            match text(entry, "change") {
                "deleted" => drop(replica.records.remove(&uri)),
                _ => drop(replica.records.insert(uri, entry["record"].clone())),
            }
        }
        replica.after = page["next"].as_i64().unwrap();
        if page["more"] == Value::Bool(false) {
            break;
        }
    }
    let own = |uri: &&String| {
        !uri.starts_with("/repositories/")
            || office.repos.iter().any(|repo| uri.starts_with(&format!("{repo}/")))
    };
    let listed = |doc: &Value| KINDS.iter().any(|(kind, _)| text(doc, "jsonmodel_type") == *kind);
    let mirrored: BTreeMap<&String, &Value> =
        replica.records.iter().filter(|(uri, doc)| own(uri) && listed(doc)).collect();
    assert_eq!(
        mirrored.keys().copied().collect::<Vec<_>>(),
        records.keys().collect::<Vec<_>>(),
        "what the feed told"
    );
    for (uri, doc) in mirrored {
        for name in
            ["lock_version", "title", "publish", "suppressed", "position", "parent", "resource", "ref_id"]
        {
            let told = &doc[name];
            assert!(
                told.is_null() || told == &records[uri][name],
                "{uri}: {name} {told}, not {}",
                records[uri][name]
            );
        }
    }
}

/// Whoever may not see a record meets its word nowhere.
async fn secrecy(office: &Office<'_>, who: usize, records: &BTreeMap<String, Value>) {
    let token = &office.people.tokens[who];
    let rights = if who == ANYBODY {
        Value::Null
    } else {
        office.server.ask_as(token, "GET", "/users/current-user", None).await.1["permissions"].clone()
    };
    let sees = |repo: &str| {
        rights[repo].as_array().is_some_and(|codes| codes.contains(&Value::from("view_repository")))
    };
    let hidden: Vec<(&String, &str)> = records
        .iter()
        .filter(|(_, doc)| {
            link(doc, "repository").is_some_and(|repo| !sees(repo)) || doc["suppressed"] == Value::Bool(true)
        })
        .filter_map(|(uri, doc)| Some((uri, word(doc)?)))
        .collect();
    let mut paths = vec!["/feed?limit=1000".to_owned()];
    for repo in &office.repos {
        paths.push(format!("{repo}/search?page=1&page_size=250&facet[]=subjects&facet[]=title"));
        paths.extend(KINDS.iter().map(|(_, plural)| format!("{}?page=1&page_size=250&resolve[]=linked_records&resolve[]=resource&resolve[]=related_resources&resolve[]=digital_object&resolve[]=ancestors", list(repo, plural))));
    }
    paths.extend(
        records.keys().filter(|uri| uri.contains("/resources/")).map(|uri| format!("{uri}/tree/root")),
    );
    for path in paths {
        let (_, body) = office.server.ask_as(token, "GET", &path, None).await;
        let body = body.to_string();
        for (uri, word) in &hidden {
            let at = [format!("{word}\""), format!("{word} ")].iter().find_map(|said| body.find(said));
            let around = at.and_then(|at| body.get(at.saturating_sub(300)..at + 20));
            assert!(around.is_none(), "{path} tells {who} of {uri}: {around:?}");
        }
    }
    for (uri, _) in &hidden {
        let (status, _) = office.server.ask_as(token, "GET", uri, None).await;
        assert!(matches!(status, 403 | 404), "{uri} is answered to {who}: {status}");
    }
}

/// The word of a record, without what an update added.
fn word(doc: &Value) -> Option<&str> {
    ["title", "indicator", "label", "outcome_note"]
        .iter()
        .find_map(|name| doc[*name].as_str())
        .and_then(|text| text.split(' ').next())
}
