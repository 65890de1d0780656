//! What an assessment rates: definitions that every repository has, and its own.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{List, Reader, Stored, Tx};

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};

/// One thing that an assessment says something of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Definition {
    id: u64,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    readonly: bool,
    position: usize,
}

static SHARED: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    // A test parses the same embedded file.
    serde_json::from_str(include_str!("../data/assessment_attributes.json")).unwrap_or_default()
});

/// Where the numbers of own definitions go on.
const NUMBERS: &str = "assessment_definitions";
/// Its value is the sum of these two.
const SUMMED: (&str, [&str; 2]) = ("Research Value", ["Interest", "Documentation Quality"]);
/// Properties of an assessment, each with the type of its definitions.
const PROPERTIES: [(&str, &str); 3] =
    [("formats", "format"), ("conservation_issues", "conservation_issue"), ("ratings", "rating")];

fn setting(repo: &str) -> String {
    format!("{NUMBERS}:{repo}")
}

fn own(reader: &Reader<'_>, repo: &str) -> Result<Vec<Definition>, Failure> {
    let text = reader.setting(&setting(repo))?;
    text.map_or(Ok(Vec::new()), |text| {
        serde_json::from_str(&text).map_err(|error| Failure::Fault(error.to_string()))
    })
}

/// All definitions of a repository: shared ones first, each type in its order.
fn all(reader: &Reader<'_>, repo: &str) -> Result<Vec<(Definition, bool)>, Failure> {
    let shared = SHARED.iter().cloned().map(|definition| (definition, true));
    Ok(shared.chain(own(reader, repo)?.into_iter().map(|definition| (definition, false))).collect())
}

fn served(definition: &Definition, global: bool) -> Value {
    json!({
        "id": definition.id, "label": definition.label, "type": definition.kind, "global": global,
        "readonly": definition.readonly, "position": definition.position,
    })
}

pub(crate) fn definitions(call: &Call<'_>) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let all = call.app.read(|reader| all(reader, &repo))?;
    let list: Vec<Value> = all.iter().map(|(definition, global)| served(definition, *global)).collect();
    Ok(Reply::json(json!({
        "jsonmodel_type": "assessment_attribute_definitions", "definitions": list,
        "uri": format!("{repo}/assessment_attribute_definitions"), "repository": {"ref": repo},
    })))
}

/// Replaces the definitions of a repository; shared ones that come along stay as they are.
pub(crate) fn set_definitions(call: &Call<'_>) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let document = call.document()?;
    call.commit("assessment_definitions", |tx| {
        let before = own(tx, &repo)?;
        let mut wanted: Vec<Definition> = Vec::new();
        let mut clashing = Vec::new();
        for sent in document.items("definitions") {
            if sent.get("global") == Some(&Value::Bool(true)) {
                continue;
            }
            let text = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (label, kind) = (text("label"), text("type"));
            let same = |other: &&Definition| other.label == label && other.kind == kind;
            if SHARED.iter().chain(&wanted).any(|other| same(&other)) {
                clashing.push(label);
                continue;
            }
            let known =
                sent.get("id").and_then(Value::as_u64).filter(|id| before.iter().any(|old| old.id == *id));
            let id = known.map_or_else(|| next(tx), Ok)?;
            let position = SHARED.iter().chain(&wanted).filter(|other| other.kind == kind).count();
            let readonly = sent.get("readonly") == Some(&Value::Bool(true));
            wanted.push(Definition { id, label, kind, readonly, position });
        }
        if !clashing.is_empty() {
            return Err(Failure::Conflict(json!(clashing)));
        }
        for gone in before.iter().filter(|old| wanted.iter().all(|kept| kept.id != old.id)) {
            if in_use(tx, &repo, gone)? {
                return Err(Failure::Conflict(json!("RECORD_IN_USE")));
            }
        }
        let text = serde_json::to_string(&wanted).map_err(|error| Failure::Fault(error.to_string()))?;
        tx.set_setting(&setting(&repo), Some(&text))?;
        Ok(Reply::json(json!({"status": "Updated"})))
    })
}

fn next(tx: &mut Tx<'_>) -> Result<u64, Failure> {
    let last = tx.setting(NUMBERS)?.and_then(|text| text.parse().ok()).unwrap_or(SHARED.len() as u64);
    tx.set_setting(NUMBERS, Some(&(last + 1).to_string()))?;
    Ok(last + 1)
}

fn in_use(reader: &Reader<'_>, repo: &str, definition: &Definition) -> Result<bool, Failure> {
    let list = List {
        kinds: vec!["assessment".to_owned()],
        repo: Some(repo.to_owned()),
        limit: u64::MAX,
        ..List::default()
    };
    let says = |stored: &Stored| {
        PROPERTIES.iter().any(|(property, _)| {
            record::items(&stored.doc, property).iter().any(|item| {
                item.get("definition_id").and_then(Value::as_u64) == Some(definition.id)
                    && item.get("value").is_some()
            })
        })
    };
    Ok(reader.list_full(&list)?.iter().any(says))
}

/// An assessment as it is read: every definition, with what is said about it; and the collections that it is about.
pub(crate) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let repo = stored.head.repo.clone().unwrap_or_default();
    let definitions = all(reader, &repo)?;
    for (property, kind) in PROPERTIES {
        let said = record::items(&stored.doc, property).to_vec();
        let of_kind = definitions.iter().filter(|(definition, _)| definition.kind == kind);
        let mut entries: Vec<Value> =
            of_kind.map(|(definition, global)| attribute(definition, *global, &said)).collect();
        if kind == "rating" {
            sum(&mut entries);
        }
        doc.insert(property.to_owned(), Value::Array(entries));
    }
    let mut collections: Vec<String> = Vec::new();
    for record in record::items(&stored.doc, "records") {
        let Some(uri) = record.get("ref").and_then(Value::as_str) else { continue };
        let head = reader.head(uri)?;
        let root = head.and_then(|head| head.root).unwrap_or_else(|| uri.to_owned());
        if crate::wording::kind_of(&root) == "resource" && !collections.contains(&root) {
            collections.push(root);
        }
    }
    let collections: Vec<Value> = collections.into_iter().map(|uri| json!({"ref": uri})).collect();
    doc.insert("collections".to_owned(), Value::Array(collections));
    doc.insert("display_string".to_owned(), json!(stored.number().unwrap_or(0).to_string()));
    Ok(())
}

fn attribute(definition: &Definition, global: bool, said: &[Value]) -> Value {
    let mut entry = Map::new();
    entry.insert("global".to_owned(), json!(global));
    entry.insert("label".to_owned(), json!(definition.label));
    entry.insert("readonly".to_owned(), json!(definition.readonly));
    entry.insert("definition_id".to_owned(), json!(definition.id));
    let own =
        said.iter().find(|item| item.get("definition_id").and_then(Value::as_u64) == Some(definition.id));
    for name in ["value", "note"] {
        if let Some(value) = own.and_then(|own| own.get(name)) {
            entry.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(entry)
}

fn sum(entries: &mut [Value]) {
    let value =
        |entry: &Value| entry.get("value").and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok());
    let named = |entry: &Value, names: &[&str]| {
        entry.get("label").and_then(Value::as_str).is_some_and(|label| names.contains(&label))
    };
    let parts: Vec<i64> = entries.iter().filter(|entry| named(entry, &SUMMED.1)).filter_map(value).collect();
    if parts.is_empty() {
        return;
    }
    let total: i64 = parts.iter().sum();
    for entry in entries.iter_mut().filter(|entry| named(entry, &[SUMMED.0])) {
        if let Some(map) = entry.as_object_mut() {
            map.insert("value".to_owned(), json!(total.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shared_definitions_are_whole() {
        assert_eq!(SHARED.len(), 33);
        assert!(SHARED.iter().any(|definition| definition.label == SUMMED.0 && definition.readonly));
    }

    #[test]
    fn the_research_value_is_a_sum() {
        let rated = [("Interest", "3"), ("Documentation Quality", "4"), (SUMMED.0, "")];
        let mut entries: Vec<Value> =
            rated.iter().map(|(label, value)| json!({"label": label, "value": value})).collect();
        sum(&mut entries);
        assert_eq!(entries[2]["value"], "7");
    }
}
