//! The file that stands for a record: a digital object's own, or that of the instance that represents the record.

use record::derive::{representative, representative_component};
use serde_json::{Map, Value, json};
use store::{Reader, Stored};

use crate::reply::Failure;

const NAME: &str = "representative_file_version";

/// Adds the file that stands for a record by itself or by its representative instance.
pub(super) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    open: super::Open<'_>,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let found = match stored.kind {
        "digital_object" | "digital_object_component" => of_files(doc),
        "accession" | "resource" | "archival_object" => match marked(doc) {
            Some(uri) => of_object(reader, uri, open)?.map(|file| match file {
                // The record itself is where a click leads; only a component's file leads on.
                File::Own(mut version) => {
                    version.shift_remove("link_uri");
                    version
                }
                File::OfComponent(version) => version,
            }),
            None => None,
        },
        _ => return Ok(()),
    };
    if let Some(version) = found {
        doc.insert(NAME.to_owned(), Value::Object(version));
    }
    Ok(())
}

/// The same for a resource that is asked for by itself: without a file by an instance of its own, that of the first
/// published component in the order of the tree that has a representative instance.
pub(super) fn of_tree(
    reader: &Reader<'_>,
    stored: &Stored,
    open: super::Open<'_>,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    if stored.kind != "resource" || doc.contains_key(NAME) {
        return Ok(());
    }
    for component in reader.represented_nodes(&stored.head.uri)? {
        let Some(component) = reader.get(&component)? else { continue };
        if let Some(uri) = marked(&component.doc) {
            if let Some(File::Own(version) | File::OfComponent(version)) = of_object(reader, uri, open)? {
                doc.insert(NAME.to_owned(), Value::Object(version));
            }
            return Ok(());
        }
    }
    Ok(())
}

fn of_files(doc: &Map<String, Value>) -> Option<Map<String, Value>> {
    representative(doc.get("file_versions")?.as_array()?)
}

/// The digital object of the instance that stands for a record.
fn marked(doc: &Map<String, Value>) -> Option<&str> {
    let instances = doc.get("instances").and_then(Value::as_array).into_iter().flatten();
    let mut marked =
        instances.filter(|instance| instance.get("is_representative") == Some(&Value::Bool(true)));
    marked.find_map(|instance| instance.get("digital_object")?.get("ref")?.as_str())
}

/// A file that stands for a digital object.
enum File {
    Own(Map<String, Value>),
    OfComponent(Map<String, Value>),
}

/// The file that stands for a digital object: without one of its own, that of a component.
fn of_object(reader: &Reader<'_>, uri: &str, open: super::Open<'_>) -> Result<Option<File>, Failure> {
    let Some(object) = reader.get(uri)? else { return Ok(None) };
    if !open(&object.head)? {
        return Ok(None);
    }
    if let Some(version) = of_files(&super::served(reader, &object)?) {
        return Ok(Some(File::Own(from(version, &object.head.uri))));
    }
    let mut components = Vec::new();
    for (head, _) in reader.nodes_in_order(&object.head.uri)? {
        if open(&head)? {
            components.extend(reader.get(&head.uri)?);
        }
    }
    let records: Vec<_> = components.iter().map(Stored::record).collect();
    let files: Vec<&[Value]> = records.iter().map(|record| record.items("file_versions")).collect();
    let Some(chosen) = representative_component(&files).and_then(|at| components.get(at)) else {
        return Ok(None);
    };
    let version = of_files(&super::served(reader, chosen)?);
    Ok(version.map(|version| File::OfComponent(from(version, &chosen.head.uri))))
}

/// A file that stands for another record says whose it is.
fn from(mut version: Map<String, Value>, uri: &str) -> Map<String, Value> {
    version.insert("derived_from".to_owned(), json!(uri));
    version
}
