//! A record as a document of the index, with the field names that clients of ArchivesSpace ask for.

use serde_json::{Map, Value, json};
use store::{Head, Reader, Stored};

use crate::call::Call;
use crate::reply::Failure;
use crate::{dress, sight};

/// The document of a record.
pub(super) fn of(
    call: &Call<'_>,
    reader: &Reader<'_>,
    stored: &Stored,
) -> Result<Map<String, Value>, Failure> {
    let for_public = super::asks_as_public(call);
    let mut record =
        if for_public { dress::public(call, reader, stored)? } else { dress::shown(call, reader, stored)? };
    record.shift_remove("agent_contacts");
    let public = is_public(reader, stored, &record)?;
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() && value != json!([]) {
            document.insert(name.to_owned(), value);
        }
    };
    let uri = &stored.head.uri;
    let repo = stored.head.repo.clone().unwrap_or_else(|| "global".to_owned());
    put("id", json!(uri));
    put("uri", json!(uri));
    put("primary_type", json!(stored.kind));
    put("jsonmodel_type", json!(stored.kind));
    put("types", json!(types(stored, public)));
    put("title", json!(title(stored, &record)));
    put("repository", json!(if stored.kind == "repository" { uri.clone() } else { repo }));
    put("suppressed", json!(stored.suppressed));
    put("publish", json!(public));
    put("system_generated", json!(false));
    for name in ["created_by", "last_modified_by", "create_time", "system_mtime", "user_mtime"] {
        put(name, record.get(name).cloned().unwrap_or_default());
    }
    for name in PLAIN {
        put(name, record.get(*name).filter(|value| !value.is_object()).cloned().unwrap_or_default());
    }
    put("identifier", json!(stored.identifier));
    put("level", json!(stored.level));
    let parts: Vec<&str> =
        ["id_0", "id_1", "id_2", "id_3"].iter().filter_map(|part| record.get(*part)?.as_str()).collect();
    if !parts.is_empty() {
        put("four_part_id", json!(parts.join(" ")));
        put("identifier", json!(parts.join("-")));
    }
    for (name, from) in
        [("resource", "resource"), ("digital_object", "digital_object"), ("classification", "classification")]
    {
        put(name, json!(record.get(from).and_then(|link| link.get("ref"))));
    }
    put("ancestors", refs(record.get("ancestors")));
    put("external_id", texts(record.get("external_ids"), &["external_id"]));
    put("notes", prose(record.get("notes")));
    put("extents", extents(record.get("extents")));
    put("dates", dates(record.get("dates")));
    put("summary", json!(summary(record.get("notes"))));
    let open = |head: &Head| {
        Ok(sight::is_open(call, reader, head)? && (!for_public || sight::is_public(reader, head)?))
    };
    linked(reader, stored, &open, &mut put)?;
    put("json", json!(Value::Object(record).to_string()));
    Ok(document)
}

/// Properties that are fields of the same name.
const PLAIN: &[&str] = &[
    "component_id",
    "ref_id",
    "ead_id",
    "finding_aid_title",
    "finding_aid_filing_title",
    "finding_aid_status",
    "resource_type",
    "acquisition_type",
    "accession_date",
    "restrictions_apply",
    "access_restrictions",
    "use_restrictions",
    "digital_object_type",
    "digital_object_id",
    "building",
    "floor",
    "room",
    "area",
    "temporary",
    "event_type",
    "outcome",
    "source",
    "display_string",
    "slug",
    "is_slug_auto",
    "barcode",
    "indicator",
    "type",
    "used_within_repository",
    "used_within_published_repository",
    "restrictions",
];

/// The kind, and the wider groups that it belongs to.
fn types(stored: &Stored, public: bool) -> Vec<String> {
    let mut types = vec![stored.kind.to_owned()];
    if stored.kind.starts_with("agent_") {
        types.push("agent".to_owned());
    }
    if public {
        types.extend(["pui".to_owned(), format!("pui_{}", stored.kind)]);
    }
    types
}

fn title(stored: &Stored, record: &Map<String, Value>) -> String {
    let names: &[&str] = match stored.kind {
        "archival_object" | "accession" | "digital_object_component" => &["display_string"],
        "repository" => &["repo_code"],
        "event" => &["event_type"],
        "top_container" => &["long_display_string"],
        _ => &["title", "display_string"],
    };
    let own = names.iter().find_map(|name| record.get(*name)?.as_str());
    own.unwrap_or(&stored.title).to_owned()
}

/// Whether the public may see it: published, not suppressed, and so is its repository and what is above it; agents,
/// subjects and containers only with something public that uses them.
fn is_public(reader: &Reader<'_>, stored: &Stored, record: &Map<String, Value>) -> Result<bool, Failure> {
    let linked = record.get("is_linked_to_published_record") == Some(&Value::Bool(true));
    let own = match stored.kind {
        "subject" | "top_container" => linked,
        "classification" | "classification_term" => true,
        kind if kind.starts_with("agent_") => linked,
        kind => sight::is_publishable(kind),
    };
    Ok(own && sight::is_public(reader, stored)?)
}

fn refs(list: Option<&Value>) -> Value {
    texts(list, &["ref"])
}

/// The first of some properties that each entry of a list has.
fn texts(list: Option<&Value>, names: &[&str]) -> Value {
    let Some(Value::Array(items)) = list else { return Value::Null };
    items.iter().filter_map(|item| names.iter().find_map(|name| item.get(*name)).cloned()).collect()
}

/// Every text of notes.
fn prose(notes: Option<&Value>) -> Value {
    let mut found = Vec::new();
    if let Some(notes) = notes {
        collect(notes, &mut found);
    }
    Value::Array(found)
}

fn collect(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => {
            map.iter().filter(|(name, _)| *name != "ingest_problem").for_each(|(name, value)| {
                match (name.as_str(), value) {
                    ("content", Value::String(_)) => found.push(value.clone()),
                    ("content", Value::Array(items)) => found.extend(items.iter().cloned()),
                    _ => collect(value, found),
                }
            })
        }
        _ => {}
    }
}

fn summary(notes: Option<&Value>) -> Option<String> {
    let Some(Value::Array(notes)) = notes else { return None };
    let typed =
        |wanted: &str| notes.iter().find(|note| note.get("type").and_then(Value::as_str) == Some(wanted));
    let mut found = Vec::new();
    collect(typed("abstract").or_else(|| typed("scopecontent"))?, &mut found);
    let texts: Vec<&str> = found.iter().filter_map(Value::as_str).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

fn extents(list: Option<&Value>) -> Value {
    let Some(Value::Array(items)) = list else { return Value::Null };
    let text =
        |item: &Value, name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    items
        .iter()
        .map(|item| json!(format!("{} --- {}", text(item, "number"), text(item, "extent_type"))))
        .collect()
}

fn dates(list: Option<&Value>) -> Value {
    let Some(Value::Array(items)) = list else { return Value::Null };
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let words = |item: &Value| {
        let span = match (text(item, "begin"), text(item, "end")) {
            (Some(begin), Some(end)) => Some(format!("{begin} - {end}")),
            (begin, end) => begin.or(end),
        };
        text(item, "expression").or(span)
    };
    items.iter().filter_map(words).map(Value::from).collect()
}

/// Titles and addresses of what the record links to.
fn linked(
    reader: &Reader<'_>,
    stored: &Stored,
    open: &dyn Fn(&Head) -> Result<bool, Failure>,
    put: &mut dyn FnMut(&str, Value),
) -> Result<(), Failure> {
    let (mut subjects, mut subject_uris) = (Vec::new(), Vec::new());
    let (mut agents, mut agent_uris, mut creators) = (Vec::new(), Vec::new(), Vec::new());
    let (mut containers, mut records, mut titles) = (Vec::new(), Vec::new(), Vec::new());
    for link in reader.refs_from(&stored.head.uri)? {
        if !open(&link.head)? {
            continue;
        }
        match link.property.as_str() {
            "subjects" => {
                subjects.push(link.head.title);
                subject_uris.push(link.head.uri);
            }
            "linked_agents" => {
                if link.role.as_deref() == Some("creator") {
                    creators.push(link.head.title.clone());
                }
                agents.push(link.head.title);
                agent_uris.push(link.head.uri);
            }
            "instances" if link.head.kind == "top_container" => containers.push(link.head.uri),
            "linked_records" => {
                records.push(link.head.uri);
                titles.push(link.head.title);
            }
            _ => {}
        }
    }
    put("subjects_text", json!(subjects));
    put("subjects", json!(subjects));
    put("subject_uris", json!(subject_uris));
    put("agents", json!(agents));
    put("agent_uris", json!(agent_uris));
    put("creators_text", json!(creators));
    put("creators", json!(creators));
    put("top_container_uri_u_sstr", json!(containers));
    put("linked_record_uris", json!(records));
    put("linked_record_titles", json!(titles));
    Ok(())
}
