//! `generate_slugs_job`: makes the automatic short names of all records again.

use serde_json::Value;

use super::run::{Done, Run};
use super::sweep::sweep;
use super::types::Asked;
use crate::reply::Failure;

/// Kinds with short names, but for repositories, which always have theirs.
const KINDS: [&str; 12] = [
    "resource",
    "accession",
    "archival_object",
    "digital_object",
    "digital_object_component",
    "classification",
    "classification_term",
    "subject",
    "agent_person",
    "agent_family",
    "agent_corporate_entity",
    "agent_software",
];

pub(super) fn accepts(asked: &Asked<'_>) -> Result<(), Failure> {
    let on = asked.app.read(|reader| Ok(reader.slugs().is_some()))?;
    if on {
        return Ok(());
    }
    Err(Failure::Bad("Short names of records in addresses are switched off on this server".to_owned()))
}

pub(super) fn run(run: &Run<'_>) -> Done {
    sweep(run, "generate_slugs", &KINDS, None, &mut |_, mut stored| {
        // A save makes the name; one that was given by hand stays.
        let auto = stored.doc.get("is_slug_auto").and_then(Value::as_bool);
        let named = stored.doc.contains_key("slug");
        if auto == Some(false) && named {
            return Ok(None);
        }
        stored.doc.insert("is_slug_auto".to_owned(), Value::Bool(true));
        Ok(Some(stored.doc))
    })
}
