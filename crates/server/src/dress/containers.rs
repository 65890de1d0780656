//! What the records in a top container say about it: collections, series, restrictions, and its names made of them.

use std::collections::{HashMap, HashSet};

use record::{Record, Registry, items, text};
use serde_json::{Map, Value, json};
use store::{Head, Reader, Stored};

use crate::reply::Failure;

/// Notes that can restrict access or use.
const RESTRICTING: [&str; 2] = ["accessrestrict", "userestrict"];

pub(super) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    today: &str,
    open: super::Open<'_>,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let users = users(reader, &stored.head.uri, open)?;
    let collections = collections(reader, &users, open)?;
    let series = series(reader, &users, open)?;
    let restrictions = restrictions(reader, &users, today, open)?;
    let barcodes = barcodes(&users, &stored.head.uri);
    doc.insert("collection".to_owned(), Value::Array(collections));
    doc.insert("series".to_owned(), Value::Array(series));
    doc.insert("restricted".to_owned(), json!(!restrictions.is_empty()));
    doc.insert("active_restrictions".to_owned(), Value::Array(restrictions));
    if !barcodes.is_empty() {
        doc.insert("subcontainer_barcodes".to_owned(), json!(barcodes));
    }
    let mut record = Record::new("top_container", doc.clone());
    record::derive::derive(Registry::shipped(), &mut record, reader);
    for name in ["display_string", "long_display_string"] {
        if let Some(text) = record.doc.get(name) {
            doc.insert(name.to_owned(), text.clone());
        }
    }
    Ok(())
}

/// The records with an instance in a container that may be told of, in the order in which those were last saved.
fn users(reader: &Reader<'_>, uri: &str, open: super::Open<'_>) -> Result<Vec<Stored>, Failure> {
    let mut heads: Vec<Head> = Vec::new();
    let mut known = HashSet::new();
    for link in reader.refs_to(uri)? {
        if link.property == "instances" && known.insert(link.head.id) && open(&link.head)? {
            heads.push(link.head);
        }
    }
    let mut ordered = Vec::with_capacity(heads.len());
    for head in heads {
        ordered.push((reader.first_row(&head, "sub_container")?, head));
    }
    ordered.sort_by_key(|(row, head)| (*row, head.modified, head.id));
    let heads = ordered.into_iter().map(|(_, head)| head);
    let mut users = Vec::with_capacity(heads.len());
    for head in heads {
        users.extend(reader.get(&head.uri)?);
    }
    Ok(users)
}

/// The resources and accessions that the users belong to.
fn collections(reader: &Reader<'_>, users: &[Stored], open: super::Open<'_>) -> Result<Vec<Value>, Failure> {
    let own = |user: &'_ Stored| user.head.root.as_ref().unwrap_or(&user.head.uri).clone();
    let mut seen = HashSet::new();
    let uris: Vec<String> = users.iter().map(own).filter(|uri| seen.insert(uri.clone())).collect();
    let mut found = Vec::new();
    for uri in uris {
        if let Some(stored) = reader.get(&uri)?
            && open(&stored.head)?
        {
            found.push(stored);
        }
    }
    found.sort_by_key(|collection| (collection.kind != "resource", collection.head.id));
    Ok(found.iter().map(collection).collect())
}

fn collection(stored: &Stored) -> Value {
    let doc = &stored.doc;
    let parts: Vec<&str> =
        ["id_0", "id_1", "id_2", "id_3"].iter().filter_map(|part| text(doc, part)).collect();
    let title = text(doc, "display_string").or_else(|| text(doc, "title"));
    json!({"ref": stored.head.uri, "identifier": parts.join("--"), "display_string": title})
}

/// The series above the components: nodes of the top level that are one and have a component ID.
fn series(reader: &Reader<'_>, users: &[Stored], open: super::Open<'_>) -> Result<Vec<Value>, Failure> {
    let mut tops: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut above: HashMap<String, String> = HashMap::new();
    for user in users.iter().filter(|user| user.kind == "archival_object") {
        let top = top_of(reader, &user.head, &mut above)?;
        if seen.insert(top.clone()) {
            tops.push(top);
        }
    }
    let mut found = Vec::new();
    for uri in tops {
        if let Some(stored) = reader.get(&uri)?.filter(is_series)
            && open(&stored.head)?
        {
            found.push(stored);
        }
    }
    found.sort_by_key(|series| series.head.id);
    Ok(found.iter().map(entry).collect())
}

fn top_of(reader: &Reader<'_>, head: &Head, above: &mut HashMap<String, String>) -> Result<String, Failure> {
    let mut at = head.uri.clone();
    let mut up = head.parent.clone();
    while let Some(parent) = up {
        up = match above.get(&parent) {
            Some(top) => {
                at.clone_from(top);
                None
            }
            None => reader.head(&parent)?.and_then(|head| head.parent),
        };
        if up.is_some() || !above.contains_key(&parent) {
            at = parent;
        }
    }
    above.insert(head.uri.clone(), at.clone());
    Ok(at)
}

fn is_series(stored: &Stored) -> bool {
    let doc = &stored.doc;
    let accession = text(doc, "other_level").is_some_and(|level| level.eq_ignore_ascii_case("accession"));
    let level = match text(doc, "level") {
        Some("series") => true,
        Some("otherlevel") => accession,
        _ => false,
    };
    level && text(doc, "component_id").is_some()
}

fn entry(stored: &Stored) -> Value {
    let doc = &stored.doc;
    let level = match (text(doc, "other_level"), text(doc, "level")) {
        (Some(other), _) => other.to_owned(),
        (None, level) => record::message::value_label("archival_record_level", level.unwrap_or_default()),
    };
    json!({
        "ref": stored.head.uri, "identifier": text(doc, "component_id"),
        "display_string": text(doc, "display_string"), "level_display_string": level,
        "publish": stored.publish && !stored.suppressed,
    })
}

/// Restrictions of the users and of what is above them that hold today.
fn restrictions(
    reader: &Reader<'_>,
    users: &[Stored],
    today: &str,
    open: super::Open<'_>,
) -> Result<Vec<Value>, Failure> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for user in users {
        let mut up = Some(user.head.uri.clone());
        while let Some(uri) = up {
            if !seen.insert(uri.clone()) {
                break;
            }
            let Some(stored) = reader.get(&uri)? else { break };
            if !open(&stored.head)? {
                break;
            }
            found.extend(active_notes(reader, &stored, today)?);
            up = stored.head.parent.clone().or_else(|| stored.head.root.clone());
        }
    }
    Ok(found)
}

fn active_notes(reader: &Reader<'_>, stored: &Stored, today: &str) -> Result<Vec<Value>, Failure> {
    let doc = &stored.doc;
    let holding = |note: &&Value| note.get("rights_restriction").is_some_and(Value::is_object);
    let notes: Vec<&Value> = items(doc, "notes").iter().filter(holding).collect();
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let first = reader.first_row(&stored.head, "rights_restriction")?;
    let mut found = Vec::new();
    for (note, at) in notes.into_iter().zip(0_i64..) {
        let Some(Value::Object(mut entry)) = active(note, &stored.head.uri, today) else { continue };
        if let Some(first) = first {
            entry.insert("id".to_owned(), json!(first + at));
            entry.insert(format!("{}_id", stored.kind), json!(stored.number()));
        }
        found.push(Value::Object(entry));
    }
    Ok(found)
}

/// The restriction of a note of several parts that holds today: one that says neither a type nor a date does not.
fn active(note: &Value, uri: &str, today: &str) -> Option<Value> {
    if note.get("jsonmodel_type").and_then(Value::as_str) != Some("note_multipart") {
        return None;
    }
    let kind = note.get("type")?.as_str().filter(|kind| RESTRICTING.contains(kind))?;
    let restriction = note.get("rights_restriction")?.as_object()?;
    let text = |name: &str| restriction.get(name).and_then(Value::as_str);
    let begun = text("begin").is_none_or(|begin| begin <= today);
    let ended = text("end").is_some_and(|end| end < today);
    let types = restriction.get("local_access_restriction_type").and_then(Value::as_array);
    let typed = types.is_some_and(|types| !types.is_empty());
    let said = typed || text("begin").is_some() || text("end").is_some();
    if !begun || ended || !said {
        return None;
    }
    let mut entry = restriction.clone();
    entry.insert("restriction_note_type".to_owned(), json!(kind));
    entry.insert("jsonmodel_type".to_owned(), json!("rights_restriction"));
    entry.insert("linked_records".to_owned(), json!({"ref": uri}));
    Some(Value::Object(entry))
}

/// Barcodes of what is inside the container.
fn barcodes(users: &[Stored], uri: &str) -> String {
    let mut text = String::new();
    for user in users {
        for instance in items(&user.doc, "instances") {
            let Some(sub) = instance.get("sub_container") else { continue };
            let here =
                sub.get("top_container").and_then(|top| top.get("ref")).and_then(Value::as_str) == Some(uri);
            if let Some(barcode) = sub.get("barcode_2").and_then(Value::as_str).filter(|_| here) {
                text.push_str(barcode);
                text.push(' ');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_holds_on_its_days_and_says_something() {
        let note = |kind: &str, of: &str, restriction: Value| json!({"jsonmodel_type": kind, "type": of, "rights_restriction": restriction});
        let multipart = |restriction: Value| note("note_multipart", "accessrestrict", restriction);
        let typed = json!({"local_access_restriction_type": ["RestrictedCurApprSpecColl"]});
        for (note, holds) in [
            (multipart(typed.clone()), true),
            (multipart(json!({"begin": "2020-01-01"})), true),
            (multipart(json!({"end": "2020-06-01"})), true),
            (multipart(json!({"begin": "2020-06-02"})), false),
            (multipart(json!({"end": "2020-05-31", "local_access_restriction_type": ["x"]})), false),
            (multipart(json!({"local_access_restriction_type": []})), false),
            (multipart(json!({})), false),
            (note("note_multipart", "userestrict", typed.clone()), true),
            (note("note_multipart", "scopecontent", typed.clone()), false),
            (note("note_singlepart", "accessrestrict", typed), false),
        ] {
            assert_eq!(active(&note, "/repositories/2/resources/1", "2020-06-01").is_some(), holds, "{note}");
        }
    }
}
