//! What persons write: records as they make them, and the changes that they make to documents.

use serde_json::{Map, Value, json};

use super::ground::Ground;
use crate::office::{accession, component, resource};

/// Kinds that persons make, change and delete.
pub(super) const KINDS: [&str; 9] = [
    "accession",
    "resource",
    "archival_object",
    "digital_object",
    "digital_object_component",
    "agent_person",
    "subject",
    "top_container",
    "event",
];

/// Fields that words are written into, as JSON pointers.
fn fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "accession" => &["/title", "/content_description", "/provenance", "/general_note"],
        "resource" => &["/title", "/repository_processing_note", "/finding_aid_note"],
        "archival_object" => &["/title", "/repository_processing_note"],
        "digital_object" | "digital_object_component" => &["/title"],
        "agent_person" => &["/names/0/qualifier"],
        "subject" => &["/scope_note"],
        "top_container" => &["/internal_note", "/ils_holding_id"],
        _ => &[],
    }
}

/// The field that tells records of a kind apart and that nobody changes.
pub(super) fn tag(kind: &str) -> Option<&'static str> {
    match kind {
        "accession" | "resource" => Some("/id_0"),
        "archival_object" | "digital_object_component" => Some("/component_id"),
        "digital_object" => Some("/digital_object_id"),
        "agent_person" => Some("/names/0/primary_name"),
        "subject" => Some("/terms/0/term"),
        "top_container" => Some("/indicator"),
        "event" => Some("/outcome_note"),
        _ => None,
    }
}

/// Records that others may be linked to.
#[derive(Debug, Default)]
pub(super) struct Links {
    pub(super) agents: Vec<String>,
    pub(super) subjects: Vec<String>,
    pub(super) containers: Vec<String>,
    pub(super) accessions: Vec<String>,
}

/// A new record with `word` as its tag; `above`: root and parent of a node.
pub(super) fn made(
    kind: &str,
    word: &str,
    above: Option<(&str, Option<&str>)>,
    links: &Links,
    ground: &Ground,
) -> Option<Value> {
    let (root, parent) = above.unwrap_or_default();
    Some(match kind {
        "accession" => accession(word, "Papers"),
        "resource" => resource(word, "Papers"),
        "archival_object" => {
            let mut doc = component(root, parent, "File");
            doc["component_id"] = json!(word);
            doc
        }
        "digital_object" => json!({"digital_object_id": word, "title": "Scans"}),
        "digital_object_component" => {
            let mut doc = json!({"title": "Page", "component_id": word, "digital_object": {"ref": root}});
            if let Some(parent) = parent {
                doc["parent"] = json!({"ref": parent});
            }
            doc
        }
        "agent_person" => json!({"names": [{"jsonmodel_type": "name_person", "primary_name": word,
            "name_order": "inverted", "source": "local", "sort_name_auto_generate": true}]}),
        "subject" => json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [
            {"jsonmodel_type": "term", "term": word, "term_type": "topical", "vocabulary": "/vocabularies/1"}]}),
        "top_container" => json!({"indicator": word, "type": "box"}),
        "event" => {
            let (agent, accession) = (ground.one_of(&links.agents)?, ground.one_of(&links.accessions)?);
            json!({"event_type": "processed", "timestamp": "2026-01-05T09:00:00Z", "outcome_note": word,
                "linked_agents": [{"role": "implementer", "ref": agent}],
                "linked_records": [{"role": "source", "ref": accession}]})
        }
        _ => return None,
    })
}

/// Changes a document as a person would; what was done, or `None` where it cannot be.
pub(super) fn change(
    kind: &str,
    doc: &mut Map<String, Value>,
    word: &str,
    links: &Links,
    ground: &Ground,
) -> Option<String> {
    match ground.below(13) {
        0..=4 => {
            let field = ground.one_of(fields(kind))?;
            let done = desk::pointer::set(doc, field, json!(word));
            done.then(|| format!("{field} = {word}"))
        }
        5 => {
            let publish = !doc.get("publish").and_then(Value::as_bool).unwrap_or(false);
            (kind != "top_container" && kind != "event").then(|| {
                doc.insert("publish".to_owned(), json!(publish));
                format!("publish = {publish}")
            })
        }
        6 => dated(kind).then(|| {
            let date = json!({"jsonmodel_type": "date", "label": "creation", "date_type": "single", "expression": word});
            push(doc, "dates", date);
            format!("a date {word}")
        }),
        7 => noted(kind).then(|| {
            let text = json!({"jsonmodel_type": "note_text", "content": word});
            let note = json!({"jsonmodel_type": "note_multipart", "type": "scopecontent", "subnotes": [text]});
            push(doc, "notes", note);
            format!("a note {word}")
        }),
        8 => {
            let count = doc.get("notes").and_then(Value::as_array).map_or(0, Vec::len);
            if count == 0 {
                return None;
            }
            let pointer = format!("/notes/{}/subnotes/0/content", ground.below(count));
            let done = desk::pointer::set(doc, &pointer, json!(word));
            done.then(|| format!("{pointer} = {word}"))
        }
        9 => {
            let list = *ground.one_of(&["dates", "notes", "subjects", "linked_agents"])?;
            // A resource must keep a date.
            let least = usize::from(kind == "resource" && list == "dates" || kind == "event");
            let items = doc.get_mut(list).and_then(Value::as_array_mut)?;
            if items.len() <= least {
                return None;
            }
            let at = ground.below(items.len());
            items.remove(at);
            Some(format!("{list}/{at} is taken out"))
        }
        10 => {
            let (list, link) = if ground.percent(50) {
                ("subjects", json!({"ref": ground.one_of(&links.subjects)?}))
            } else {
                ("linked_agents", json!({"role": "subject", "ref": ground.one_of(&links.agents)?}))
            };
            let uri = link["ref"].as_str().unwrap_or_default().to_owned();
            let there = doc.get(list).and_then(Value::as_array).into_iter().flatten();
            if !dated(kind) || there.into_iter().any(|one| one["ref"] == link["ref"]) {
                return None;
            }
            push(doc, list, link);
            Some(format!("{list} + {uri}"))
        }
        11 => {
            let files = doc.get("file_versions").and_then(Value::as_array).into_iter().flatten();
            // Only one may stand for the whole: two people may choose two.
            let first = !files.into_iter().any(|file| file["is_representative"] == true);
            (kind == "digital_object").then(|| {
                let file = json!({"jsonmodel_type": "file_version", "file_uri": word, "publish": true,
                    "is_representative": first});
                push(doc, "file_versions", file);
                format!("a file {word}, representative = {first}")
            })
        }
        _ => {
            let container = ground.one_of(&links.containers)?;
            (kind == "archival_object" || kind == "accession").then(|| {
                let inside = json!({"jsonmodel_type": "sub_container", "top_container": {"ref": container},
                    "type_2": "folder", "indicator_2": word});
                let instance =
                    json!({"jsonmodel_type": "instance", "instance_type": "mixed_materials", "sub_container": inside});
                push(doc, "instances", instance);
                format!("in {container}, folder {word}")
            })
        }
    }
}

fn dated(kind: &str) -> bool {
    matches!(kind, "accession" | "resource" | "archival_object")
}

fn noted(kind: &str) -> bool {
    matches!(kind, "resource" | "archival_object")
}

fn push(doc: &mut Map<String, Value>, list: &str, item: Value) {
    let items = doc.entry(list.to_owned()).or_insert_with(|| json!([]));
    if let Value::Array(items) = items {
        items.push(item);
    }
}
