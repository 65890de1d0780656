//! What a resource and its components are made of: `did` and the notes beside it.

use serde_json::json;

use super::access;
use super::containers;
use super::dao;
use super::dates;
use super::header;
use super::languages;
use super::notes;
use super::owner::Owner;
use super::physdesc;
use super::reading::Reading;
use super::references;
use super::text;
use super::tree::Element;
use super::values;

/// One child of `archdesc`, of a component, or of a `dsc`.
pub(super) fn part(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    match element.name() {
        "did" => did(reading, owner, element),
        "note" => notes::note(reading, owner, element, "odd"),
        "controlaccess" => access::controlaccess(reading, owner, element),
        "bibliography" => references::bibliography(reading, owner, element),
        "index" => references::index(reading, owner, element),
        "list" | "chronlist" => notes::loose_list(reading, owner, element),
        "dao" => dao::dao(reading, owner, element),
        "daogrp" => dao::group(reading, owner, element),
        // Headings of columns and running heads are for the printer.
        "head" | "thead" | "runner" | "tspec" => {}
        name if notes::is_note(name) => notes::note(reading, owner, element, name),
        _ => did_part(reading, owner, element),
    }
}

/// A `did`. Digital objects come last: they may need the title.
fn did(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let digital = |child: &Element<'_>| matches!(child.name(), "dao" | "daogrp");
    for child in element.children().filter(|child| !digital(child)) {
        did_part(reading, owner, child);
    }
    for child in element.children().filter(digital) {
        part(reading, owner, child);
    }
}

fn did_part(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    match element.name() {
        "head" | "repository" => {}
        "unittitle" => title(reading, owner, element),
        "unitdate" => dates::unitdate(reading, owner, element),
        "unitid" => unitid(reading, owner, element),
        "physdesc" => physdesc::physdesc(reading, owner, element),
        "langmaterial" => languages::langmaterial(reading, owner, element),
        "abstract" | "materialspec" | "physloc" => notes::single(reading, owner, element),
        "origination" => access::origination(reading, owner, element),
        "container" => containers::container(reading, owner, element),
        "note" => notes::note(reading, owner, element, "odd"),
        "controlaccess" => access::controlaccess(reading, owner, element),
        name if notes::is_note(name) => notes::note(reading, owner, element, name),
        name => {
            if text::says_something(element.inner()) {
                reading.tell_with(element, "element-kept-as-note", &element.text(), &[("element", name)]);
                let publish = owner.shows(element);
                owner.keep(None, &element.prose(), publish);
            }
        }
    }
}

/// `unittitle`, and the dates inside it.
fn title(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let mut words = String::new();
    let (mut at, end) = element.inner_range();
    let mut cut_at_end = false;
    for date in element.all("unitdate") {
        let (start, after) = date.outer_range();
        words.push_str(element.between(at, start));
        at = after;
        cut_at_end = !text::says_something(element.between(after, end));
        dates::unitdate(reading, owner, date);
    }
    words.push_str(element.between(at, end));
    let dated = at > element.inner_range().0;
    let mut words = text::prose(&words);
    if dated {
        // What is left of "Letters, <unitdate/>" and of "Letters <unitdate/> to Ida".
        words = text::collapse(&words);
        if cut_at_end {
            words.truncate(words.trim_end_matches([',', ';', ':', ' ']).len());
        }
    }
    if words.is_empty() {
        return;
    }
    if owner.has("title") {
        reading.tell(element, "title-extra", &text::plain(&words));
        let publish = owner.shows(element);
        owner.keep(Some("Title"), &words, publish);
    } else {
        let limit = if owner.is_resource() { 16_384 } else { 8_192 };
        let words = owner.fit(reading, element, words, limit);
        owner.set("title", words);
    }
}

/// `unitid`: the identifier, an identifier elsewhere, or an ARK.
fn unitid(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let kind = element.attribute("type").or_else(|| element.attribute("localtype"));
    let words = element.text();
    match kind {
        Some("ark" | "ark-superseded") => {
            let link = element.descendants().find_map(|inner| inner.attribute("href")).map(str::to_owned);
            let ark = link.unwrap_or(words);
            if ark.is_empty() {
            } else if kind == Some("ark") {
                owner.set("import_current_ark", ark);
            } else {
                owner.push("import_previous_arks", ark.into());
            }
        }
        _ if words.is_empty() => {}
        Some(source) => {
            let id = owner.fit(reading, element, words, 255);
            let source = owner.fit(reading, element, source.to_owned(), 255);
            owner.push(
                "external_ids",
                json!({"jsonmodel_type": "external_id", "source": source, "external_id": id}),
            );
        }
        None => {
            let (property, limit) = identifier_property(owner);
            if owner.has(property) {
                reading.tell(element, "unitid-extra", &words);
                let id = owner.fit(reading, element, words, 255);
                owner.push(
                    "external_ids",
                    json!({"jsonmodel_type": "external_id", "source": "unitid", "external_id": id}),
                );
            } else {
                let id = owner.fit(reading, element, words, limit);
                owner.set(property, id);
            }
        }
    }
}

/// Resource identifiers hold 50 characters, component identifiers 255.
fn identifier_property(owner: &Owner) -> (&'static str, usize) {
    if owner.is_resource() { ("id_0", 50) } else { ("component_id", 255) }
}

/// `level` and `otherlevel`, of `archdesc` or a component.
pub(super) fn level(reading: &mut Reading<'_>, owner: &mut Owner, level: Option<&str>, other: Option<&str>) {
    let (line, place) = (owner.line, owner.place);
    let known = level.and_then(|word| {
        let joined = word.replace(['-', ' ', '_'], "");
        values::known("archival_record_level", word)
            .or_else(|| values::known("archival_record_level", &joined))
    });
    let path = || format!("{place}/@level");
    let (level, other) = match (level, known) {
        (_, Some("otherlevel")) => ("otherlevel", Some(other.unwrap_or("unspecified"))),
        (_, Some(known)) => (known, other),
        (Some(word), None) => {
            reading.tell_once(line, path, "level-unknown", word, &[]);
            ("otherlevel", Some(other.unwrap_or(word)))
        }
        (None, None) if other.is_some() => ("otherlevel", other),
        (None, None) => {
            reading.tell_once(line, path, "level-missing", "", &[]);
            ("otherlevel", Some("unspecified"))
        }
    };
    owner.set("level", level);
    if let Some(other) = other {
        let other: String = other.chars().take(255).collect();
        owner.set("other_level", other);
    }
}

/// What a record needs before it can be handed over.
pub(super) fn complete(reading: &mut Reading<'_>, owner: &mut Owner) {
    if owner.is_given() {
        return;
    }
    typed_identifier(owner);
    if owner.is_resource() {
        languages::ensure(owner);
        resource(reading, owner);
    } else if !owner.has("title") && !owner.has("dates") {
        let words = owner.text("component_id").unwrap_or("[Untitled]").to_owned();
        tell(reading, owner, "component-untitled", &words);
        owner.set("title", text::escape(&words).into_owned());
    }
}

/// Without an untyped `unitid` the first typed one is the identifier as well.
fn typed_identifier(owner: &mut Owner) {
    let (property, limit) = identifier_property(owner);
    if owner.has(property) {
        return;
    }
    let typed = owner.list("external_ids").iter().find_map(|id| {
        let known = id.get("source")?.as_str()? != "aspace_uri";
        id.get("external_id")?.as_str().filter(|_| known).map(str::to_owned)
    });
    if let Some(id) = typed.filter(|id| id.chars().count() <= limit) {
        owner.set(property, id);
    }
}

fn resource(reading: &mut Reading<'_>, owner: &mut Owner) {
    if !owner.has("title") {
        let title = header::fallback_title(owner).unwrap_or_else(|| "[Untitled]".to_owned());
        tell(reading, owner, "resource-no-title", &title);
        owner.set("title", title);
    }
    if !owner.has("id_0") {
        let id = owner.text("ead_id").map(|id| id.chars().take(50).collect::<String>());
        match id {
            Some(id) => {
                tell(reading, owner, "resource-identifier-from-eadid", &id);
                owner.set("id_0", id);
            }
            None => tell(reading, owner, "resource-no-identifier", ""),
        }
    }
    for (property, code) in [("dates", "resource-no-date"), ("extents", "resource-no-extent")] {
        if !owner.has(property) {
            tell(reading, owner, code, "");
        }
    }
    for (property, value) in [("finding_aid_language", "und"), ("finding_aid_script", "Zyyy")] {
        if !owner.has(property) {
            owner.set(property, value);
        }
    }
}

fn tell(reading: &mut Reading<'_>, owner: &Owner, code: &'static str, value: &str) {
    reading.tell_at(owner.line, owner.place.to_string(), code, value, &[]);
}
