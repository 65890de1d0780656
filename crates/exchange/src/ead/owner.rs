//! The record that is being filled: the resource or an open component.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value, json};

use super::containers::Containers;
use super::reading::{Place, Reading};
use super::text;
use super::tree::Element;

/// Whether a record was handed over already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    No,
    Yes,
    /// Handed over, but changed since.
    Changed,
}

pub(super) struct Owner {
    pub(super) kind: &'static str,
    pub(super) uri: String,
    pub(super) place: Place,
    pub(super) line: u64,
    /// Not for the public: itself or something around it is internal.
    pub(super) internal: bool,
    pub(super) doc: Map<String, Value>,
    pub(super) containers: Containers,
    /// How many components it has so far.
    pub(super) components: u64,
    given: Given,
    /// Hashes of the links that it has.
    links: HashSet<u64>,
}

impl Owner {
    pub(super) fn new(kind: &'static str, uri: String, place: Place, line: u64) -> Self {
        let mut doc = Map::new();
        doc.insert("jsonmodel_type".to_owned(), kind.into());
        doc.insert("uri".to_owned(), uri.as_str().into());
        Self {
            kind,
            uri,
            place,
            line,
            internal: false,
            doc,
            containers: Containers::default(),
            components: 0,
            given: Given::No,
            links: HashSet::new(),
        }
    }

    pub(super) fn is_resource(&self) -> bool {
        self.kind == "resource"
    }

    pub(super) fn has(&self, property: &str) -> bool {
        self.doc.contains_key(property)
    }

    pub(super) fn text(&self, property: &str) -> Option<&str> {
        self.doc.get(property).and_then(Value::as_str)
    }

    pub(super) fn set(&mut self, property: &str, value: impl Into<Value>) {
        self.doc.insert(property.to_owned(), value.into());
        self.touch();
    }

    /// Sets a text, or adds to it when there is one already.
    pub(super) fn add_text(&mut self, property: &str, value: &str, between: &str) {
        if value.is_empty() {
            return;
        }
        let joined = match self.text(property) {
            Some(before) => format!("{before}{between}{value}"),
            None => value.to_owned(),
        };
        self.set(property, joined);
    }

    /// Appends to a list.
    pub(super) fn push(&mut self, property: &str, value: Value) {
        if let Value::Array(list) = self.doc.entry(property).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(value);
        }
        self.touch();
    }

    /// Appends a link that is not there yet.
    pub(super) fn link(&mut self, property: &str, entry: Value) {
        let mut hasher = DefaultHasher::new();
        (property, entry.to_string()).hash(&mut hasher);
        if self.links.insert(hasher.finish()) {
            self.push(property, entry);
        }
    }

    pub(super) fn list(&self, property: &str) -> &[Value] {
        self.doc.get(property).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(super) fn touch(&mut self) {
        if self.given == Given::Yes {
            self.given = Given::Changed;
        }
    }

    /// Whether what an element holds is for the public: neither it nor anything around it is internal.
    pub(super) fn shows(&self, element: Element<'_>) -> bool {
        if self.internal {
            return false;
        }
        let mut up = Some(element);
        while let Some(here) = up {
            if here.attribute("audience") == Some("internal") {
                return false;
            }
            up = here.parent();
        }
        true
    }

    /// The same for what is kept in one piece, as a list: where a part of it is internal, all of it is.
    pub(super) fn shows_whole(&self, reading: &mut Reading<'_>, element: Element<'_>) -> bool {
        if !self.shows(element) {
            return false;
        }
        let internal = element.descendants().find(|part| part.attribute("audience") == Some("internal"));
        if let Some(part) = internal {
            reading.tell(element, "internal-part", &part.text());
        }
        internal.is_none()
    }

    /// A note of type `odd`: where whatever has no better home is kept.
    pub(super) fn keep(&mut self, label: Option<&str>, content: &str, publish: bool) {
        let mut subnotes = Vec::new();
        for piece in text::pieces(content, LONGEST_TEXT) {
            subnotes.push(json!({"jsonmodel_type": "note_text", "content": piece, "publish": publish}));
        }
        if subnotes.is_empty() {
            return;
        }
        let mut note = json!({"jsonmodel_type": "note_multipart", "type": "odd", "publish": publish, "subnotes": subnotes});
        if let Some(label) = label {
            note["label"] = label.into();
        }
        self.push("notes", note);
    }

    /// A text that fits into a field of `limit` characters; a longer one is cut
    /// there and kept whole in a note.
    pub(super) fn fit(
        &mut self,
        reading: &mut Reading<'_>,
        at: Element<'_>,
        value: String,
        limit: usize,
    ) -> String {
        let Some((end, _)) = (value.len() > limit).then(|| value.char_indices().nth(limit - 1)).flatten()
        else {
            return value;
        };
        if value.chars().count() <= limit {
            return value;
        }
        let count = limit.to_string();
        reading.tell_with(at, "text-too-long", &value, &[("limit", &count)]);
        let publish = self.shows(at);
        self.keep(Some(at.name()), &text::escape(&value), publish);
        format!("{}…", value[..end].trim_end())
    }

    /// Title and dates in words, for a digital object that has no title of its own.
    pub(super) fn display(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(title) = self.text("title") {
            parts.push(text::plain(title));
        }
        for date in self.list("dates") {
            let part = |name: &str| date.get(name).and_then(Value::as_str);
            let words = match (part("expression"), part("begin"), part("end")) {
                (Some(expression), ..) => expression.to_owned(),
                (None, Some(begin), Some(end)) => format!("{begin} - {end}"),
                (None, Some(begin), None) => begin.to_owned(),
                _ => continue,
            };
            let bulk = if part("date_type") == Some("bulk") { "Bulk: " } else { "" };
            parts.push(format!("{bulk}{words}"));
        }
        parts.join(", ")
    }

    /// Hands the record over before its first component.
    pub(super) fn give_early(&mut self, reading: &mut Reading<'_>) {
        if self.given == Given::No {
            self.given = Given::Yes;
            reading.give(self.kind, self.doc.clone());
        }
    }

    /// Hands the record over at its end; again when there came more after its components.
    pub(super) fn give(self, reading: &mut Reading<'_>) {
        match self.given {
            Given::No => reading.give(self.kind, self.doc),
            Given::Yes => {}
            Given::Changed => reading.give_again(self.kind, self.doc),
        }
    }

    pub(super) fn is_given(&self) -> bool {
        self.given != Given::No
    }
}

/// The longest text of a note.
pub(super) const LONGEST_TEXT: usize = 65_000;
