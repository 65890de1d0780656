//! What other records say about an agent.

use serde_json::{Map, Value, json};
use store::{Reader, Stored};

use super::mirror;
use crate::reply::Failure;

pub(super) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let uri = &stored.head.uri;
    doc.entry("agent_type").or_insert_with(|| json!(stored.kind));
    let mut roles: Vec<String> = Vec::new();
    for link in reader.refs_to(uri)? {
        let name = match (link.head.kind, link.property.as_str()) {
            ("user", "agent_record") => Some(("is_user", "username")),
            ("repository", "agent_representation") => Some(("is_repo_agent", "name")),
            _ => None,
        };
        if let Some((property, from)) = name {
            let other = reader.get(&link.head.uri)?;
            if let Some(text) = other.as_ref().and_then(|other| other.doc.get(from)) {
                doc.insert(property.to_owned(), text.clone());
            }
        }
        let role = link.role.filter(|_| link.property == "linked_agents" && link.head.kind != "event");
        if let Some(role) = role.filter(|role| !roles.contains(role)) {
            roles.push(role);
        }
    }
    roles.sort();
    doc.insert("linked_agent_roles".to_owned(), json!(roles));
    mirror::join(reader, uri, doc, "related_agents")
}
