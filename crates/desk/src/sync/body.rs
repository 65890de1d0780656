//! What is sent of a record.

use record::{Record, Registry, Uri, refs};
use serde_json::{Map, Value, json};
use store::{Error, Reader, Stored};

/// A record made ready for the wire.
pub(super) struct Sending {
    /// The document as it was, without what had to be left out.
    pub(super) snapshot: Record,
    /// Something was left out that has to be sent when it can be.
    pub(super) partial: bool,
    /// Records that must be on the server before this one can be sent at all.
    pub(super) waits_for: Option<String>,
}

/// A snapshot of `stored`, with links to what the server does not have yet left out.
pub(super) fn sending(reader: &Reader<'_>, stored: &Stored) -> Result<Sending, Error> {
    let registry = Registry::shipped();
    let mut snapshot = stored.record();
    let mut partial = false;
    for reference in refs::references(registry, &snapshot) {
        if !is_local(&reference.uri) || reference.uri == stored.uri {
            continue;
        }
        let holds = matches!(
            reference.property.as_str(),
            "resource" | "digital_object" | "classification" | "parent" | "repository"
        );
        if holds && stored.root.is_some() || reference.property == "repository" {
            return Ok(Sending { snapshot, partial, waits_for: Some(reference.uri) });
        }
        partial |= reader.head(&reference.uri)?.is_some_and(|head| head.held);
        record::refs::without(&mut snapshot.doc, &reference.uri);
    }
    Ok(Sending { snapshot, partial, waits_for: None })
}

/// The body of a save: whole, without a place among siblings (order is sent by itself).
pub(super) fn wire(stored: &Stored, snapshot: &Record) -> Value {
    let mut doc = to_wire(stored.kind, &snapshot.doc);
    if !stored.is_local() {
        doc["uri"] = json!(stored.uri);
        doc["lock_version"] = json!(stored.lock_version);
    }
    doc
}

/// A document as a new record has it on the wire.
pub(super) fn to_wire(kind: &str, doc: &Map<String, Value>) -> Value {
    let mut doc = doc.clone();
    doc.shift_remove("position");
    doc.insert("jsonmodel_type".to_owned(), json!(kind));
    Value::Object(doc)
}

/// Replaces addresses that became others since.
pub(super) fn redirect(reader: &Reader<'_>, record: &mut Record) -> Result<(), Error> {
    let mut failed = None;
    refs::rewrite(Registry::shipped(), record, &mut |uri| match reader.redirect(uri) {
        Ok(new) => new,
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    failed.map_or(Ok(()), Err)
}

/// Whether an address is one that only this computer knows.
pub(super) fn is_local(uri: &str) -> bool {
    Uri::parse(Registry::shipped(), uri).is_ok_and(|parsed| {
        parsed.is_local() || parsed.repo.as_deref().is_some_and(|repo| repo.parse::<u64>().is_err())
    })
}
