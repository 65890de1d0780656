//! Rules that ArchivesSpace's server asks when it saves a document that is valid by itself.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::codes;
use crate::derive::same_name;
use crate::record::{items, text};
use crate::{Problem, Record};

/// Kinds whose title may hold inline markup.
const MARKED_UP: [&str; 5] =
    ["accession", "resource", "archival_object", "digital_object", "digital_object_component"];
/// Elements that no title may have.
const FORBIDDEN: [&str; 19] = [
    "script", "style", "iframe", "object", "embed", "applet", "meta", "link", "base", "form", "input",
    "button", "select", "textarea", "option", "optgroup", "label", "fieldset", "frame",
];

/// Characters that each part of an identifier may have; what the schema allows is more.
const LONGEST_PART: usize = 50;

/// What is wrong with a valid document as a whole: markup, marks that only one entry may have, repeated entries.
#[must_use]
pub fn on_saving(record: &Record) -> Vec<Problem> {
    let mut problems = Vec::new();
    let kind = record.kind.as_str();
    if MARKED_UP.contains(&kind)
        && let Some(code) = record.text("title").and_then(markup)
    {
        problems.push(Problem::error("/title", code));
    }
    let mut one = |list: &str, mark: &str, of: &str| {
        let marked = |item: &&(usize, &Value)| item.1.get(mark) == Some(&Value::Bool(true));
        let entries: Vec<(usize, &Value)> = record.items(list).iter().enumerate().collect();
        if let Some((at, _)) = entries.iter().filter(marked).nth(1) {
            let problem = Problem::error(format!("/{list}/{at}/{mark}"), codes::ONE_ONLY);
            problems.push(problem.with("type", kind).with("of", of).with("mark", mark));
        }
    };
    // ArchivesSpace lets an accession have several.
    if kind != "accession" {
        one("instances", "is_representative", "Instance");
    }
    one("file_versions", "is_representative", "FileVersion");
    one("linked_agents", "is_primary", "linked_agents");
    one("agent_contacts", "is_representative", "AgentContact");
    one("names", "authorized", "name");
    one("names", "is_display_name", "name");
    if matches!(kind, "accession" | "resource") {
        for part in ["id_0", "id_1", "id_2", "id_3"] {
            if record.text(part).is_some_and(|text| text.chars().count() > LONGEST_PART) {
                let problem = Problem::error(format!("/{part}"), codes::TOO_LONG);
                problems.push(problem.with("limit", LONGEST_PART));
            }
        }
    }
    for (at, version) in record.items("file_versions").iter().enumerate() {
        let holds = |name: &str| version.get(name) == Some(&Value::Bool(true));
        if holds("is_representative") && !holds("publish") {
            let place = format!("/file_versions/{at}/is_representative");
            problems.push(Problem::error(place, codes::REPRESENTATIVE_UNPUBLISHED));
        }
    }
    repeated(&record.doc, "", &mut problems);
    for (at, statement) in record.items("rights_statements").iter().enumerate() {
        if let Value::Object(statement) = statement {
            repeated(statement, &format!("/rights_statements/{at}"), &mut problems);
        }
    }
    repeated_authority(record.items("names"), &mut problems);
    if kind == "custom_report_template" && !reports_something(record) {
        problems.push(Problem::error("/field", codes::REPORT_EMPTY));
    }
    problems
}

/// One record, and one rights statement of it, names a document at one place once.
fn repeated(doc: &Map<String, Value>, under: &str, problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for (at, document) in items(doc, "external_documents").iter().enumerate() {
        let part = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
        if !seen.insert((part("title"), part("location"))) {
            let place = format!("{under}/external_documents/{at}/location");
            problems.push(Problem::error(place, codes::REPEATED));
        }
    }
}

/// One identifier of an authority stands for one form of a name; one that says the same once more is dropped by the
/// save.
fn repeated_authority(names: &[Value], problems: &mut Vec<Problem>) {
    for (at, name) in names.iter().enumerate() {
        let id = |name: &Value| name.get("authority_id").and_then(Value::as_str).map(str::to_owned);
        let Some(own) = id(name) else { continue };
        let mut before = names.iter().take(at);
        if before.any(|other| id(other).as_deref() == Some(&own) && !same_name(other, name)) {
            let place = format!("/names/{at}/authority_id");
            problems.push(Problem::error(place, codes::AUTHORITY_REPEATED));
        }
    }
}

/// A report shows a field, or holds another report. What it shows is JSON inside of a text.
fn reports_something(record: &Record) -> bool {
    let data: Option<Map<String, Value>> =
        text(&record.doc, "data").and_then(|data| serde_json::from_str(data).ok());
    let Some(data) = data else { return false };
    let subreports =
        items(&data, "subreports").iter().any(|value| value.as_str().is_some_and(|name| !name.is_empty()));
    let shown = |field: &Value| {
        field.get("include").is_some_and(|value| {
            value.as_bool() == Some(true)
                || value.as_str().is_some_and(|on| !on.is_empty() && on != "0" && on != "false")
        })
    };
    subreports
        || data.get("fields").and_then(Value::as_object).is_some_and(|fields| fields.values().any(shown))
}

/// What is wrong with inline markup, if anything.
fn markup(text: &str) -> Option<&'static str> {
    let mut open: Vec<&str> = Vec::new();
    let mut broken = false;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            continue;
        }
        let Some(end) = rest.find('>') else { return Some(codes::MARKUP_BROKEN) };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        let closing = tag.starts_with('/');
        let inner = tag.trim_start_matches('/').trim_end_matches('/');
        let name = inner.split_whitespace().next().unwrap_or_default();
        if FORBIDDEN.iter().any(|forbidden| name.eq_ignore_ascii_case(forbidden)) {
            return Some(codes::MARKUP_FORBIDDEN);
        }
        if closing {
            broken |= open.pop() != Some(name);
        } else {
            broken |= !quoted(&inner[name.len()..]);
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    (broken || !open.is_empty()).then_some(codes::MARKUP_BROKEN)
}

/// Whether the inline markup of a text is whole: every element that begins ends.
pub(crate) fn is_whole(text: &str) -> bool {
    markup(text) != Some(codes::MARKUP_BROKEN)
}

/// Whether every attribute has a value in straight quotes.
fn quoted(attributes: &str) -> bool {
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let Some((_, value)) = rest.split_once('=') else { return false };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
        let Some(end) = value[1..].find(quote) else { return false };
        rest = value[end + 2..].trim_start();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_whole_markup_of_known_elements() {
        for (title, expected) in [
            ("Letters & <emph render=\"italic\">papers</emph>", None),
            ("a < b, 3 > 2", None),
            ("A <lb/> B", None),
            ("Bad <emph>unclosed", Some(codes::MARKUP_BROKEN)),
            ("Bad </emph>", Some(codes::MARKUP_BROKEN)),
            ("Bad <emph render=italic>x</emph>", Some(codes::MARKUP_BROKEN)),
            ("Bad <script>x</script>", Some(codes::MARKUP_FORBIDDEN)),
        ] {
            assert_eq!(markup(title), expected, "{title}");
        }
    }
}
