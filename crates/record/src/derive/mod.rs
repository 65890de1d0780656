//! What is said about a record from what is in it: titles, identifiers, dates
//! in words, and the properties that ArchivesSpace derives at each save.

mod agent;
mod component;
mod container;
mod location;
mod plain;
mod representative;
mod slug;
mod sort_name;
mod structured;
mod subject;
mod words;

use serde_json::{Map, Value};

use crate::{Record, Registry, message};

pub(crate) use agent::same as same_name;
pub use plain::plain;
pub use representative::{representative, representative_component};
pub use slug::{SlugIdentifiers, slug, slug_from_identifier, slug_from_title};

/// Other records, for derived values that need them.
pub trait Lookup {
    /// The record at `uri`, if it is known here.
    fn record(&self, uri: &str) -> Option<Record>;
}

/// Knows no other record.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Lookup for Alone {
    fn record(&self, _uri: &str) -> Option<Record> {
        None
    }
}

/// The plain title for lists, without markup; never empty for a kind that is known.
#[must_use]
pub fn title(registry: &'static Registry, record: &Record) -> String {
    let own = match record.kind.as_str() {
        "top_container" => container::stored_or_own_title(record),
        "subject" => subject::title(record, &Alone).or_else(|| record.text("title").map(str::to_owned)),
        "event" => event_title(record),
        "assessment" => Some(assessment_title(record)),
        _ => derived_title(record),
    };
    own.or_else(|| declared_title(registry, record))
        .map(|title| plain(&title))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| message::kind_label(&record.kind))
}

/// Fills the properties that ArchivesSpace derives at a save. Absent facts leave them absent.
pub fn derive(_registry: &'static Registry, record: &mut Record, lookup: &dyn Lookup) {
    match record.kind.as_str() {
        "agent_person" | "agent_family" | "agent_corporate_entity" | "agent_software" => {
            agent::derive(record)
        }
        "top_container" => container::derive(record, lookup),
        "subject" => {
            let title = subject::title(record, lookup);
            set(&mut record.doc, "title", title);
        }
        "location" => {
            let title = derived_title(record);
            set(&mut record.doc, "title", title);
        }
        "accession"
        | "archival_object"
        | "digital_object_component"
        | "classification_term"
        | "repository"
        | "container_profile"
        | "location_profile" => {
            let title = derived_title(record);
            set(&mut record.doc, "display_string", title);
        }
        "assessment" => {
            // ArchivesSpace has no words for an assessment, only its number.
            let number = record.uri().and_then(|uri| uri.rsplit('/').next()).map(str::to_owned);
            set(&mut record.doc, "display_string", number);
        }
        _ => {}
    }
}

/// The title that ArchivesSpace would derive, markup and all.
fn derived_title(record: &Record) -> Option<String> {
    match record.kind.as_str() {
        "accession" => record.text("title").map(str::to_owned).or_else(|| joined_id(record)),
        "archival_object" => component::archival_object(record),
        "digital_object_component" => component::digital_object(record),
        "repository" => repository_title(record),
        "location" => location::title(record),
        "container_profile" => container::profile_title(record),
        "location_profile" => location::profile_title(record),
        "agent_person" | "agent_family" | "agent_corporate_entity" | "agent_software" => agent::title(record),
        _ => record.text("title").map(str::to_owned),
    }
}

/// The identifier for lists: what the archivist calls the record by.
#[must_use]
pub fn identifier(record: &Record) -> Option<String> {
    let first = |properties: &[&str]| properties.iter().find_map(|p| record.text(p)).map(str::to_owned);
    match record.kind.as_str() {
        "accession" | "resource" => joined_id(record),
        "archival_object" | "digital_object_component" => first(&["component_id"]),
        "digital_object" => first(&["digital_object_id"]),
        "top_container" => first(&["barcode", "indicator"]),
        "location" => first(&["barcode", "classification"]),
        "repository" => first(&["repo_code"]),
        "event" => first(&["refid"]),
        "subject" => first(&["authority_id"]),
        "classification" | "classification_term" => first(&["identifier"]),
        "agent_person" | "agent_family" | "agent_corporate_entity" | "agent_software" => {
            agent::authority_id(record)
        }
        _ => None,
    }
}

/// The dates for lists, in words.
#[must_use]
pub fn dates(record: &Record) -> Option<String> {
    match record.kind.as_str() {
        "agent_person" | "agent_family" | "agent_corporate_entity" | "agent_software" => {
            structured::first(record.items("dates_of_existence"))
        }
        "event" => event_date(record),
        _ => words::short(record.items("dates")),
    }
}

/// `id_0` to `id_3`, the filled ones joined with a hyphen.
fn joined_id(record: &Record) -> Option<String> {
    joined_parts(record, "-")
}

fn joined_parts(record: &Record, between: &str) -> Option<String> {
    let parts: Vec<&str> =
        ["id_0", "id_1", "id_2", "id_3"].iter().filter_map(|part| record.text(part)).collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

fn repository_title(record: &Record) -> Option<String> {
    match (record.text("name"), record.text("repo_code")) {
        (Some(name), Some(code)) => Some(format!("{name} ({code})")),
        (name, code) => name.or(code).map(str::to_owned),
    }
}

fn event_title(record: &Record) -> Option<String> {
    let kind = message::value_label("event_event_type", record.text("event_type")?);
    Some(match event_date(record) {
        Some(date) => format!("{kind}, {date}"),
        None => kind,
    })
}

fn event_date(record: &Record) -> Option<String> {
    match record.doc.get("date") {
        Some(Value::Object(date)) => words::date(date),
        _ => record.text("timestamp").map(|time| time.chars().take(10).collect()),
    }
}

fn assessment_title(record: &Record) -> String {
    let kind = message::kind_label(&record.kind);
    record.text("survey_begin").map_or(kind.clone(), |begin| format!("{kind}, {begin}"))
}

/// The title that the schema's `x-display` names, then whatever commonly serves as one.
fn declared_title(registry: &Registry, record: &Record) -> Option<String> {
    let declared = registry.kind(&record.kind).and_then(|kind| {
        kind.display.iter().find_map(|parts| {
            let parts: Vec<&str> = parts.iter().filter_map(|part| record.text(part)).collect();
            (!parts.is_empty()).then(|| parts.join("-"))
        })
    });
    declared.or_else(|| {
        ["display_string", "title", "name", "term", "value"]
            .iter()
            .find_map(|p| record.text(p))
            .map(str::to_owned)
    })
}

fn set(doc: &mut Map<String, Value>, property: &str, value: Option<String>) {
    match value {
        Some(value) => doc.insert(property.to_owned(), Value::String(value)),
        None => doc.shift_remove(property),
    };
}

#[cfg(test)]
mod tests;
