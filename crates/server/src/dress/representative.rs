//! The file that stands for a record: a digital object's own, or that of the instance that represents the record.

use record::derive::representative;
use serde_json::{Map, Value};
use store::{Reader, Stored};

use crate::reply::Failure;

const NAME: &str = "representative_file_version";

/// Adds the file that stands for a record by itself or by its representative instance.
pub(super) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let found = match stored.kind {
        "digital_object" | "digital_object_component" => of_files(doc, &stored.head.uri),
        "accession" | "resource" | "archival_object" => of_instances(reader, doc)?,
        _ => return Ok(()),
    };
    if let Some(version) = found {
        doc.insert(NAME.to_owned(), Value::Object(version));
    }
    Ok(())
}

/// The same for a resource that is asked for by itself: without an instance of its own, the file of the first
/// component in the order of the tree that the public may see and that has one.
pub(super) fn of_tree(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    if stored.kind != "resource" || doc.contains_key(NAME) {
        return Ok(());
    }
    for component in reader.open_nodes_with(&stored.head.uri, "instances", "digital_object")? {
        let Some(component) = reader.get(&component)? else { continue };
        if let Some(version) = of_instances(reader, &component.doc)? {
            doc.insert(NAME.to_owned(), Value::Object(version));
            return Ok(());
        }
    }
    Ok(())
}

fn of_files(doc: &Map<String, Value>, uri: &str) -> Option<Map<String, Value>> {
    representative(doc.get("file_versions")?.as_array()?, uri)
}

fn of_instances(
    reader: &Reader<'_>,
    doc: &Map<String, Value>,
) -> Result<Option<Map<String, Value>>, Failure> {
    let instances = doc.get("instances").and_then(Value::as_array);
    let marked = instances
        .into_iter()
        .flatten()
        .find(|instance| instance.get("is_representative") == Some(&Value::Bool(true)));
    let link = marked.and_then(|instance| instance.get("digital_object")?.get("ref")?.as_str());
    let Some(uri) = link else { return Ok(None) };
    let object = reader.get(uri)?.filter(|object| object.publish && !object.suppressed);
    match object {
        Some(object) => Ok(of_files(&super::served(reader, &object)?, uri)),
        None => Ok(None),
    }
}
