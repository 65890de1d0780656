//! Access points: agents and subjects, one record for each in a file.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::owner::Owner;
use super::reading::{Reading, put};
use super::text;
use super::tree::Element;
use super::values;

/// Agents and subjects of one file.
#[derive(Default)]
pub(super) struct Agents {
    by_content: HashMap<String, Known>,
    /// Authority id to the content key of the agent or subject that has it.
    by_authority: HashMap<String, String>,
}

#[derive(Clone)]
struct Known {
    uri: String,
    public: bool,
    authority: Option<String>,
}

const VOCABULARY: &str = "/vocabularies/1";

/// The kinds of an agent that an element can name: record, name record, property.
fn agent_kind(element: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match element {
        "persname" => ("agent_person", "name_person", "primary_name"),
        "famname" => ("agent_family", "name_family", "family_name"),
        "corpname" => ("agent_corporate_entity", "name_corporate_entity", "primary_name"),
        _ => return None,
    })
}

fn term_type(element: &str) -> Option<&'static str> {
    Some(match element {
        "function" => "function",
        "genreform" => "genre_form",
        "geogname" => "geographic",
        "occupation" => "occupation",
        "subject" => "topical",
        "title" => "uniform_title",
        _ => return None,
    })
}

/// `origination`: who made the material.
pub(super) fn origination(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let role = match element.attribute("label") {
        Some(label) if label.eq_ignore_ascii_case("source") => "source",
        _ => "creator",
    };
    let mut named = false;
    for name in element.descendants() {
        if agent_kind(name.name()).is_some() {
            named = true;
            agent(reading, owner, name, role);
        } else if name.name() == "name" {
            named = true;
            keep_name(reading, owner, name);
        }
    }
    let words = element.prose();
    if !named && !words.is_empty() {
        reading.tell(element, "origination-kept-as-note", &element.text());
        let publish = owner.shows(element);
        owner.keep(Some("Origination"), &words, publish);
    }
}

/// `controlaccess`, with everything inside it.
pub(super) fn controlaccess(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    for child in element.children() {
        let name = child.name();
        if agent_kind(name).is_some() {
            agent(reading, owner, child, "subject");
        } else if let Some(kind) = term_type(name) {
            subject(reading, owner, child, kind);
        } else {
            match name {
                "head" => {}
                "name" => keep_name(reading, owner, child),
                _ => group(reading, owner, child),
            }
        }
    }
}

/// A list, paragraph or group: its access points, and its words when there are others.
fn group(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    if element.name() == "controlaccess" {
        return controlaccess(reading, owner, element);
    }
    let (mut at, end) = element.inner_range();
    let mut rest = String::new();
    let mut nested = Vec::new();
    for inner in element.descendants() {
        let name = inner.name();
        if agent_kind(name).is_some() || term_type(name).is_some() || matches!(name, "name" | "head") {
            let (start, after) = inner.outer_range();
            rest.push_str(element.between(at, start));
            at = at.max(after);
            nested.push(inner);
        }
    }
    rest.push_str(element.between(at, end));
    for inner in nested {
        match term_type(inner.name()) {
            Some(kind) => subject(reading, owner, inner, kind),
            None if inner.name() == "name" => keep_name(reading, owner, inner),
            None => agent(reading, owner, inner, "subject"),
        }
    }
    if text::says_something(&rest) {
        reading.tell_with(element, "element-kept-as-note", &element.text(), &[("element", element.name())]);
        let publish = owner.shows(element);
        owner.keep(None, &element.prose(), publish);
    }
}

/// A name of no stated kind.
fn keep_name(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let words = element.text();
    if !words.is_empty() {
        reading.tell(element, "name-kept-as-note", &words);
        let publish = owner.shows(element);
        owner.keep(Some("Name"), &element.prose(), publish);
    }
}

/// Links an agent, making its record when it is new in this file.
fn agent(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>, role: &str) {
    let Some((kind, name_kind, property)) = agent_kind(element.name()) else { return };
    let words = element.text();
    if words.is_empty() {
        return;
    }
    let words = owner.fit(reading, element, words, 255);
    let source = source(reading, element, "name_source");
    let rules = element.attribute("rules").map(|word| reading.coded(element, "name_rule", word));
    let content = format!("{kind}\n{words}\n{source}\n{}", rules.as_deref().unwrap_or_default());
    let public = element.attribute("audience") == Some("external") && owner.shows(element);
    let identity = identify(reading, element, &source, content);
    let (known, changed) = remember(reading, kind, &identity, public);
    let terms = identity.rest.map(|rest| subdivisions(&rest)).unwrap_or_default();
    if changed {
        let mut name =
            json!({"jsonmodel_type": name_kind, "sort_name_auto_generate": true, "source": source});
        name[property] = words.into();
        if kind == "agent_person" {
            name["name_order"] = "inverted".into();
        }
        if let Some(name) = name.as_object_mut() {
            put(name, "rules", rules);
            put(name, "authority_id", known.authority);
        }
        let mut doc = Map::new();
        put(&mut doc, "jsonmodel_type", Some(kind));
        put(&mut doc, "uri", Some(known.uri.as_str()));
        put(&mut doc, "agent_type", Some(kind));
        put(&mut doc, "publish", Some(known.public));
        put(&mut doc, "names", Some(vec![name]));
        reading.give_again(kind, doc);
    }
    link(reading, owner, element, &known.uri, role, terms);
}

/// The record of an identity, and whether it is to be handed over: it is new,
/// or this mention makes it public (one for the public is enough) or gives it
/// its authority id.
fn remember(
    reading: &mut Reading<'_>,
    kind: &'static str,
    identity: &Identity,
    public: bool,
) -> (Known, bool) {
    if let Some(known) = reading.agents.by_content.get_mut(&identity.key) {
        let publishes = public && !known.public;
        let names = identity.authority.is_some() && known.authority.is_none();
        let changed = identity.own_form && (publishes || names);
        if changed {
            known.public |= public;
            known.authority = known.authority.take().or_else(|| identity.authority.clone());
        }
        return (known.clone(), changed);
    }
    let known = Known { uri: reading.address(kind), public, authority: identity.authority.clone() };
    reading.agents.by_content.insert(identity.key.clone(), known.clone());
    reading.count(kind);
    (known, true)
}

/// `History -- 1916` as terms of the link.
fn subdivisions(rest: &str) -> Vec<Value> {
    let parts = rest.split("--").map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let term: String = part.chars().take(255).collect();
            json!({"jsonmodel_type": "term", "term": term, "term_type": "topical", "vocabulary": VOCABULARY})
        })
        .collect()
}

fn source(reading: &mut Reading<'_>, element: Element<'_>, list: &'static str) -> String {
    match element.attribute("source") {
        Some(word) => reading.coded(element, list, word),
        None => "ingest".to_owned(),
    }
}

/// What a mention is known by.
struct Identity {
    key: String,
    authority: Option<String>,
    /// Whether the record is written as this mention writes it.
    own_form: bool,
    /// Subdivisions after a name that is known: `-- History`.
    rest: Option<String>,
}

/// The same authority id means the same agent, whatever form of name is
/// written; without one the same words do.
fn identify(reading: &mut Reading<'_>, element: Element<'_>, source: &str, content: String) -> Identity {
    let plain = |key, authority| Identity { key, authority, own_form: true, rest: None };
    let Some(authority) = element.attribute("authfilenumber").filter(|id| id.chars().count() <= 255) else {
        return plain(content, None);
    };
    let scope = format!("{source}\n{authority}");
    let Some(first) = reading.agents.by_authority.get(&scope).cloned() else {
        if reading.agents.by_content.get(&content).is_some_and(|known| known.authority.is_some()) {
            reading.tell_with(element, "authority-id-second", &element.text(), &[("authority", authority)]);
            return plain(content, None);
        }
        reading.agents.by_authority.insert(scope, content.clone());
        return plain(content, Some(authority.to_owned()));
    };
    if first == content {
        return plain(content, Some(authority.to_owned()));
    }
    let name = |content: &str| content.lines().nth(1).unwrap_or_default().to_owned();
    let (other, words) = (name(&first), name(&content));
    if !content.starts_with("agent") || first.lines().next() != content.lines().next() {
        reading.tell_with(element, "authority-id-repeated", authority, &[("other", &other)]);
        return plain(content, None);
    }
    let rest = words.strip_prefix(&other).map(str::trim_start).filter(|rest| rest.starts_with("--"));
    if rest.is_none() && words != other {
        reading.tell_with(element, "agent-form-differs", &words, &[("other", &other)]);
    }
    Identity { key: first, authority: None, own_form: false, rest: rest.map(str::to_owned) }
}

fn link(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    uri: &str,
    role: &str,
    terms: Vec<Value>,
) {
    // Some files repeat the role where the relator belongs.
    let relator =
        element.attribute("role").filter(|word| *word != role).map(|word| match values::relator(word) {
            Some(code) => code.to_owned(),
            None => reading.coded(element, "linked_agent_archival_record_relators", word),
        });
    let mut entry = json!({"ref": uri, "role": role});
    if !terms.is_empty() {
        entry["terms"] = terms.into();
    }
    if let Some(relator) = relator {
        entry["relator"] = relator.into();
    }
    owner.link("linked_agents", entry);
}

/// Links a subject, making its record when it is new in this file.
fn subject(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>, term_type: &str) {
    let words = element.text();
    if words.is_empty() {
        return;
    }
    let words = owner.fit(reading, element, words, 255);
    let source = source(reading, element, "subject_source");
    let content = format!("subject {term_type}\n{words}\n{source}");
    let identity = identify(reading, element, &source, content);
    let (known, changed) = remember(reading, "subject", &identity, true);
    if changed {
        let mut doc = Map::new();
        put(&mut doc, "jsonmodel_type", Some("subject"));
        put(&mut doc, "uri", Some(known.uri.as_str()));
        put(&mut doc, "vocabulary", Some(VOCABULARY));
        put(&mut doc, "source", Some(source));
        put(&mut doc, "authority_id", known.authority);
        let term = json!({"jsonmodel_type": "term", "term": words, "term_type": term_type, "vocabulary": VOCABULARY});
        put(&mut doc, "terms", Some(vec![term]));
        reading.give_again("subject", doc);
    }
    let uri = known.uri;
    let entry: Value = json!({"ref": uri});
    owner.link("subjects", entry);
}
