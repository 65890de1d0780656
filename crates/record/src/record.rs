//! A record: a kind and a JSON document. Unknown fields survive because the
//! document is the truth.

use serde_json::{Map, Value};

use crate::Error;

/// One record as the ArchivesSpace API speaks it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The kind, as `archival_object`: the record's `jsonmodel_type`.
    pub kind: String,
    /// The document.
    pub doc: Map<String, Value>,
}

impl Record {
    /// A record of `kind` from a document.
    #[must_use]
    pub fn new(kind: impl Into<String>, doc: Map<String, Value>) -> Self {
        Self { kind: kind.into(), doc }
    }

    /// A record of `kind` from JSON.
    ///
    /// # Errors
    /// [`Error::NotAnObject`] when `value` is anything but an object.
    pub fn from_value(kind: &str, value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(doc) => Ok(Self::new(kind, doc)),
            _ => Err(Error::NotAnObject { kind: kind.to_owned() }),
        }
    }

    /// The document as a JSON value.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.doc)
    }

    /// A text property; `None` when absent, empty or not text.
    #[must_use]
    pub fn text(&self, property: &str) -> Option<&str> {
        text(&self.doc, property)
    }

    /// The elements of an array property; empty when absent.
    #[must_use]
    pub fn items(&self, property: &str) -> &[Value] {
        items(&self.doc, property)
    }

    /// A boolean property; absent is false, as ArchivesSpace stores it.
    #[must_use]
    pub fn flag(&self, property: &str) -> bool {
        self.doc.get(property).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The `ref` of a single reference property, as `parent`.
    #[must_use]
    pub fn link(&self, property: &str) -> Option<&str> {
        self.doc.get(property)?.get("ref")?.as_str()
    }

    /// The record's own address, if it has one.
    #[must_use]
    pub fn uri(&self) -> Option<&str> {
        self.text("uri")
    }

    /// `lock_version`, accepted as integer or numeric text (as the API does).
    #[must_use]
    pub fn lock_version(&self) -> Option<i64> {
        match self.doc.get("lock_version")? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

/// A text member of an object; `None` when absent, empty or not text.
#[must_use]
pub fn text<'a>(object: &'a Map<String, Value>, property: &str) -> Option<&'a str> {
    object.get(property).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The elements of an array member; empty when absent.
#[must_use]
pub fn items<'a>(object: &'a Map<String, Value>, property: &str) -> &'a [Value] {
    object.get(property).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
