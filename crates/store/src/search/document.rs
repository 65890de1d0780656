//! What of a record is searched.

use std::borrow::Cow;
use std::collections::BTreeMap;

use record::schema::{Kind, Property, Search as How, Shape};
use record::{Record, Registry};
use serde_json::Value;
use tantivy::TantivyDocument;
use tantivy::schema::OwnedValue;

use super::analyze::plain;
use super::identifier::spellings;
use super::lean::Node;
use super::schema::{Fields, Words};
use crate::reader::HeadRow;
use crate::{Error, Reader, Role, kinds};

/// Years further apart are taken by their ends only.
const LONGEST_RANGE: i64 = 1_500;

/// One passage of a record.
pub(crate) struct Passage<'a> {
    /// Top-level property that it stands in.
    pub(crate) property: &'a str,
    pub(crate) text: Cow<'a, str>,
    pub(crate) identifier: bool,
    /// It stands in no part that is not published.
    pub(crate) published: bool,
}

/// Every passage of a record of `kind` that is searched, in the order of the document.
pub(crate) fn passages<'a, N: Node + 'a>(
    kind: &str,
    members: impl Iterator<Item = (&'a str, &'a N)>,
) -> Vec<Passage<'a>> {
    let mut found = Vec::new();
    let kind = Registry::shipped().kind(kind);
    for (name, value) in members {
        if name != "uri" {
            property(name, name, value, (kind, true), &mut found);
        }
    }
    found
}

/// Whether a top-level property is searched. How to reach an agent is not for everybody who searches on a server.
pub(crate) fn is_searched(role: Role, property: &str) -> bool {
    role == Role::Desk || property != "agent_contacts"
}

/// One property, at any depth; `top` is the top-level property that it is in, `(kind, published)` what is known of the
/// record that has it.
fn property<'a, N: Node>(
    top: &'a str,
    name: &str,
    value: &'a N,
    (kind, published): (Option<&Kind>, bool),
    found: &mut Vec<Passage<'a>>,
) {
    if value.is_bare() {
        return;
    }
    let declared = kind.and_then(|kind| kind.property(name));
    let how = declared.and_then(|p| p.search);
    let searched = match how {
        Some(How::Title | How::Text | How::Identifier) => true,
        Some(How::Facet | How::Date) => false,
        // What no schema knows came from elsewhere and is text all the same.
        None => declared.is_none_or(is_prose) && !matches!(name, "jsonmodel_type" | "ref" | "_resolved"),
    };
    let context = Context { declared, searched, identifier: how == Some(How::Identifier), published };
    walk(top, value, &context, found);
}

#[derive(Clone, Copy)]
struct Context<'a> {
    declared: Option<&'a Property>,
    searched: bool,
    identifier: bool,
    published: bool,
}

fn walk<'a, N: Node>(top: &'a str, value: &'a N, context: &Context<'_>, found: &mut Vec<Passage<'a>>) {
    if let Some(text) = value.text() {
        if context.searched && !text.is_empty() {
            let Context { identifier, published, .. } = *context;
            found.push(Passage { property: top, text: plain(text), identifier, published });
        }
    } else if value.is_object() {
        let kind = nested_kind(value, context);
        value.members(&mut |name, value| property(top, name, value, (kind, context.published), found));
    } else {
        for item in value.items() {
            let published = context.published && !item.is_unpublished();
            walk(top, item, &Context { published, ..*context }, found);
        }
    }
}

/// Lists of plain texts (the content of a note) are prose though the keyword is on no element.
fn is_prose(property: &Property) -> bool {
    match &property.shape {
        Shape::Array { items, .. } => matches!(**items, Shape::Text(ref text) if text.list.is_none()),
        Shape::Nested(_) | Shape::OneOf(_) | Shape::AnyOf(_) => true,
        _ => false,
    }
}

fn nested_kind<N: Node>(object: &N, context: &Context<'_>) -> Option<&'static Kind> {
    let registry: &'static Registry = Registry::shipped();
    if let Some(kind) = object.member_text("jsonmodel_type").and_then(|name| registry.kind(name)) {
        return Some(kind);
    }
    match context.declared.map(|p| &p.shape) {
        Some(Shape::Nested(kind)) => registry.kind(kind),
        Some(Shape::Array { items, .. }) => match &**items {
            Shape::Nested(kind) => registry.kind(kind),
            _ => None,
        },
        _ => None,
    }
}

/// The document of the index for a record.
pub(crate) fn document(
    fields: &Fields,
    reader: &Reader<'_>,
    row: &HeadRow,
    record: &Record,
) -> Result<TantivyDocument, Error> {
    let mut doc = TantivyDocument::new();
    doc.add_i64(fields.id, row.head.id);
    doc.add_i64(fields.root, row.root.unwrap_or(row.head.id));
    doc.add_text(fields.title, plain(&row.head.title));
    let (mut open, mut inner) = (Written::default(), Written::default());
    open.names.extend(row.head.identifier.clone());
    // Nobody but those who work here finds what is not published: then there is nothing to set apart.
    let set_apart =
        reader.role() == Role::Server && (row.head.publish || !kinds::is_publishable(row.head.kind));
    let members = record.doc.iter().map(|(name, value)| (name.as_str(), value));
    for passage in passages(&record.kind, members.filter(|(name, _)| is_searched(reader.role(), name))) {
        let hidden = set_apart && !passage.published;
        let (words, written) = if hidden { (&fields.inner, &mut inner) } else { (&fields.open, &mut open) };
        written.put(passage.property, &passage.text);
        doc.add_text(words.text, &passage.text);
        if passage.identifier {
            written.names.push(passage.text.into_owned());
        }
    }
    for link in reader.named_refs(row.head.id)?.iter().filter(|link| named(&link.property)) {
        let hidden = set_apart && !link.publish && kinds::is_publishable(link.kind);
        let (words, written) = if hidden { (&fields.inner, &mut inner) } else { (&fields.open, &mut open) };
        doc.add_text(words.text, &link.title);
        written.put(&link.property, &link.title);
        if link.role.as_deref() == Some("creator") {
            written.put("creator", &link.title);
        }
    }
    open.add_to(&mut doc, &fields.open);
    inner.add_to(&mut doc, &fields.inner);
    for year in years(record) {
        doc.add_i64(fields.years, year);
    }
    doc.add_object(fields.facets, facets(reader, row, record)?);
    Ok(doc)
}

/// What is written in a record, by top-level property; and what identifies it.
#[derive(Default)]
struct Written {
    props: BTreeMap<String, Vec<OwnedValue>>,
    names: Vec<String>,
}

impl Written {
    fn put(&mut self, property: &str, text: &str) {
        self.props.entry(property.to_owned()).or_default().push(OwnedValue::Str(text.to_owned()));
    }

    fn add_to(self, doc: &mut TantivyDocument, words: &Words) {
        let mut identifiers: Vec<String> = self.names.iter().flat_map(|name| spellings(name)).collect();
        identifiers.sort();
        identifiers.dedup();
        for identifier in identifiers {
            doc.add_text(words.identifier, identifier);
        }
        if !self.props.is_empty() {
            let props = self.props.into_iter().map(|(name, texts)| (name, OwnedValue::Array(texts)));
            doc.add_object(words.props, props.collect());
        }
    }
}

/// Links whose titles are found with the record.
fn named(property: &str) -> bool {
    matches!(property, "subjects" | "linked_agents" | "instances" | "classifications" | "creator")
}

fn facets(
    reader: &Reader<'_>,
    row: &HeadRow,
    record: &Record,
) -> Result<BTreeMap<String, OwnedValue>, Error> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut put = |facet: &str, value: String| {
        let values = all.entry(facet.to_owned()).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    };
    put("kind", record.kind.clone());
    put("repository", row.repo.unwrap_or(0).to_string());
    put("suppressed", row.head.suppressed.to_string());
    for property in Registry::shipped().kind(&record.kind).into_iter().flat_map(|kind| &kind.properties) {
        if property.search != Some(How::Facet) {
            continue;
        }
        match record.doc.get(&property.name) {
            Some(Value::Bool(flag)) => put(&property.name, flag.to_string()),
            Some(Value::String(text)) if property.name == "level" => {
                put("level", row.head.level.clone().unwrap_or_else(|| text.clone()));
            }
            Some(Value::String(text)) if !text.is_empty() => put(&property.name, text.clone()),
            Some(Value::Array(items)) => {
                let links = items.iter().filter_map(|item| item.get("ref")).filter_map(Value::as_str);
                for uri in links {
                    if let Some((id, _)) = reader.row_of(uri)? {
                        put(&property.name, id.to_string());
                    }
                }
            }
            _ => {}
        }
    }
    let list = |values: Vec<String>| OwnedValue::Array(values.into_iter().map(OwnedValue::Str).collect());
    Ok(all.into_iter().map(|(facet, values)| (facet, list(values))).collect())
}

/// Every year that a record's dates cover.
fn years(record: &Record) -> Vec<i64> {
    let mut years = Vec::new();
    for property in ["dates", "dates_of_existence", "accession_date", "date"] {
        if let Some(value) = record.doc.get(property) {
            spans(value, &mut years);
        }
    }
    years.sort_unstable();
    years.dedup();
    years
}

fn spans(value: &Value, years: &mut Vec<i64>) {
    match value {
        Value::String(text) => years.extend(year(text)),
        Value::Array(items) => items.iter().for_each(|item| spans(item, years)),
        Value::Object(object) => {
            let text =
                |names: [&str; 2]| names.iter().find_map(|name| object.get(*name).and_then(Value::as_str));
            let begin = text(["begin", "begin_date_standardized"]).and_then(year);
            let end = text(["end", "end_date_standardized"]).and_then(year);
            match (begin, end) {
                (Some(begin), Some(end)) if begin <= end && end - begin <= LONGEST_RANGE => {
                    years.extend(begin..=end)
                }
                (None, None) => {
                    years.extend(text(["date_standardized", "expression"]).into_iter().flat_map(in_words));
                }
                (begin, end) => years.extend(begin.into_iter().chain(end)),
            }
            object.values().filter(|value| value.is_object()).for_each(|value| spans(value, years));
        }
        _ => {}
    }
}

/// The year that a standardised date begins with.
fn year(text: &str) -> Option<i64> {
    let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
    (3..=4).contains(&digits.len()).then(|| digits.parse().ok()).flatten()
}

/// Years written in an expression; two with a dash between are a range.
fn in_words(text: &str) -> Vec<i64> {
    let found: Vec<i64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 4)
        .filter_map(|run| run.parse().ok())
        .filter(|year| (500..=2100).contains(year))
        .collect();
    match found.as_slice() {
        [from, to] if from < to && to - from <= LONGEST_RANGE && text.contains(['-', '–', '—']) => {
            (*from..=*to).collect()
        }
        _ => found,
    }
}
