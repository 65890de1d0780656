//! What other records say about an agent.

use serde_json::{Map, Value, json};
use store::{Reader, Stored};

use super::mirror;
use crate::reply::Failure;

const AGENTS: [&str; 4] = ["agent_person", "agent_family", "agent_corporate_entity", "agent_software"];

pub(super) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let uri = &stored.head.uri;
    doc.entry("agent_type").or_insert_with(|| json!(stored.kind));
    let names = [
        ("user", "agent_record", "is_user", "username"),
        ("repository", "agent_representation", "is_repo_agent", "name"),
    ];
    for (kind, link, property, from) in names {
        for other in reader.linked_by(uri, kind, link)? {
            if let Some(text) = reader.get(&other)?.and_then(|other| other.doc.get(from).cloned()) {
                doc.insert(property.to_owned(), text);
            }
        }
    }
    doc.insert("linked_agent_roles".to_owned(), json!(reader.roles_of(uri, "linked_agents", "event")?));
    mirror::join(reader, uri, doc, &AGENTS, "related_agents")
}
