//! What a document says, as far as the store needs it: the one place where
//! the store asks the `record` crate about content.

use record::{Record, Registry, Uri};
use serde_json::{Map, Value};

/// A reference found in a document.
pub(crate) struct Reference {
    pub(crate) pointer: String,
    pub(crate) property: String,
    pub(crate) uri: String,
    pub(crate) role: Option<String>,
}

/// Other records, for values that are made from several.
pub(crate) trait Lookup {
    fn record(&self, uri: &str) -> Option<Record>;
}

/// Drops what is empty or not the caller's to write.
pub(crate) fn clean(mut record: Record) -> Record {
    let kind = Registry::shipped().kind(&record.kind);
    record.doc.retain(|name, value| {
        empty_out(value);
        let writable = kind.is_none_or(|k| k.property(name).is_some_and(|p| !p.read_only));
        writable && !is_empty(value)
    });
    record
}

fn empty_out(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(empty_out),
        Value::Object(object) => object.retain(|name, value| {
            empty_out(value);
            name != "_resolved" && !is_empty(value)
        }),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// Fills the derived values of the kind.
pub(crate) fn derive(_record: &mut Record, _lookup: &dyn Lookup) {}

/// Title for lists.
pub(crate) fn title(record: &Record) -> String {
    ["display_string", "title", "name", "indicator", "username"]
        .iter()
        .find_map(|name| record.text(name))
        .map_or_else(|| identifier(record).unwrap_or_default(), str::to_owned)
}

/// Call number, component ID, barcode…
pub(crate) fn identifier(record: &Record) -> Option<String> {
    let parts: Vec<&str> = ["id_0", "id_1", "id_2", "id_3"].iter().filter_map(|part| record.text(part)).collect();
    if !parts.is_empty() {
        return Some(parts.join("-"));
    }
    ["component_id", "digital_object_id", "identifier", "repo_code", "authority_id", "barcode"]
        .iter()
        .find_map(|name| record.text(name))
        .map(str::to_owned)
}

/// Dates in words.
pub(crate) fn dates(record: &Record) -> Option<String> {
    let words: Vec<String> = record.items("dates").iter().filter_map(date).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn date(date: &Value) -> Option<String> {
    let text = |name: &str| date.get(name).and_then(Value::as_str);
    match (text("expression"), text("begin"), text("end")) {
        (Some(words), ..) => Some(words.to_owned()),
        (None, Some(begin), Some(end)) if begin != end => Some(format!("{begin} - {end}")),
        (None, Some(begin), _) => Some(begin.to_owned()),
        _ => None,
    }
}

/// Every reference, at any depth.
pub(crate) fn references(record: &Record) -> Vec<Reference> {
    let mut found = Vec::new();
    for (name, value) in &record.doc {
        if name != "uri" {
            walk(&format!("/{name}"), name, value, None, &mut found);
        }
    }
    found
}

fn walk(pointer: &str, property: &str, value: &Value, role: Option<&str>, found: &mut Vec<Reference>) {
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(&format!("{pointer}/{at}"), property, item, None, found);
            }
        }
        Value::Object(object) => {
            let role = object.get("role").and_then(Value::as_str);
            for (name, value) in object.iter().filter(|(name, _)| *name != "_resolved" && *name != "uri") {
                walk(&format!("{pointer}/{name}"), property, value, role, found);
            }
        }
        Value::String(uri) if uri.starts_with('/') && Uri::parse(Registry::shipped(), uri).is_ok() => {
            found.push(Reference {
                pointer: pointer.trim_end_matches("/ref").to_owned(),
                property: property.to_owned(),
                uri: uri.clone(),
                role: role.map(str::to_owned),
            });
        }
        _ => {}
    }
}

/// Replaces references: `f` says what an address becomes.
pub(crate) fn rewrite(record: &mut Record, f: &mut dyn FnMut(&str) -> Option<String>) {
    fn walk(object: &mut Map<String, Value>, f: &mut dyn FnMut(&str) -> Option<String>) {
        for (name, value) in object.iter_mut() {
            if name != "_resolved" && name != "uri" {
                one(value, f);
            }
        }
    }
    fn one(value: &mut Value, f: &mut dyn FnMut(&str) -> Option<String>) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| one(item, f)),
            Value::Object(object) => walk(object, f),
            Value::String(uri) if uri.starts_with('/') => {
                if let Some(new) = f(uri) {
                    *uri = new;
                }
            }
            _ => {}
        }
    }
    walk(&mut record.doc, f);
}

impl Lookup for crate::Reader<'_> {
    fn record(&self, uri: &str) -> Option<Record> {
        self.get(uri).ok().flatten().map(|stored| stored.record())
    }
}
