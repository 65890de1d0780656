//! Bibliographies and indexes.

use serde_json::{Value, json};

use super::notes::{self, identify};
use super::owner::Owner;
use super::reading::Reading;
use super::text;
use super::tree::Element;

/// A `bibliography`, and those inside it as notes of their own.
pub(super) fn bibliography(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let label = element.child("head").map(Element::prose).filter(|head| !head.is_empty());
    let (mut content, mut items, mut inside) = (Vec::new(), Vec::new(), Vec::new());
    for child in element.children() {
        match child.name() {
            "head" => {}
            "bibref" | "archref" => items.push(child.prose()),
            "list" | "p" if child.all("bibref").next().is_some() && only_references(child) => {
                items.extend(child.all("bibref").map(Element::prose));
            }
            "list" => items.extend(child.children().filter(|item| item.name() == "item").map(Element::prose)),
            "p" => content.push(child.prose()),
            "bibliography" => inside.push(child),
            _ => content.push(text::prose(child.outer())),
        }
    }
    content.extend(loose(element));
    finish(
        reading,
        owner,
        element,
        "note_bibliography",
        label,
        content,
        items.into_iter().map(Value::from).collect(),
    );
    for inner in inside {
        bibliography(reading, owner, inner);
    }
}

/// Whether an element holds nothing beside its `bibref`s.
fn only_references(element: Element<'_>) -> bool {
    let (mut at, end) = element.inner_range();
    let mut rest = String::new();
    for reference in element.all("bibref") {
        let (start, after) = reference.outer_range();
        rest.push_str(element.between(at, start));
        at = at.max(after);
    }
    rest.push_str(element.between(at, end));
    !text::says_something(&rest)
}

/// Text that stands between the children.
fn loose(element: Element<'_>) -> Option<String> {
    let (mut at, end) = element.inner_range();
    let mut words = String::new();
    for child in element.children() {
        let (start, after) = child.outer_range();
        words.push_str(element.between(at, start));
        at = after;
    }
    words.push_str(element.between(at, end));
    let words = text::prose(&words);
    (!words.is_empty()).then_some(words)
}

fn finish(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    kind: &str,
    label: Option<String>,
    mut content: Vec<String>,
    mut items: Vec<Value>,
) {
    content.retain(|words| !words.is_empty());
    items.retain(|item| item.as_str() != Some(""));
    if content.is_empty() && items.is_empty() {
        match label {
            Some(label) if element.child("bibliography").or_else(|| element.child("index")).is_none() => {
                reading.tell(element, "note-only-heading", &label);
                content.push(label);
            }
            Some(label) => {
                reading.tell(element, "heading-left-out", &label);
                return;
            }
            None => return,
        }
    } else if let Some(label) = label {
        return add(reading, owner, element, kind, Some(label), content, items);
    }
    add(reading, owner, element, kind, None, content, items);
}

fn add(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    kind: &str,
    label: Option<String>,
    content: Vec<String>,
    items: Vec<Value>,
) {
    let mut note = json!({"jsonmodel_type": kind, "publish": owner.shows_whole(reading, element)});
    identify(&mut note, element, label);
    if !content.is_empty() {
        note["content"] = content.into();
    }
    if !items.is_empty() {
        note["items"] = items.into();
    }
    owner.push("notes", note);
}

/// An `index`, and those inside it as notes of their own.
pub(super) fn index(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let label = element.child("head").map(Element::prose).filter(|head| !head.is_empty());
    let (mut content, mut items, mut inside) = (Vec::new(), Vec::new(), Vec::new());
    for child in element.children() {
        match child.name() {
            "head" => {}
            "indexentry" => entry(reading, child, &mut items, &mut content),
            "index" => inside.push(child),
            "listhead" => content.push(child.text()),
            "list" | "chronlist" => notes::loose_list(reading, owner, child),
            "p" => content.push(child.prose()),
            _ => content.push(text::prose(child.outer())),
        }
    }
    content.extend(loose(element));
    finish(reading, owner, element, "note_index", label, content, items);
    for inner in inside {
        index(reading, owner, inner);
    }
}

/// The kind of an index item by the element that names it.
fn item_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "name" => "name",
        "persname" => "person",
        "famname" => "family",
        "corpname" => "corporate_entity",
        "subject" => "subject",
        "function" => "function",
        "occupation" => "occupation",
        "genreform" => "genre_form",
        "title" => "title",
        "geogname" => "geographic_name",
        _ => return None,
    })
}

/// One entry: an item for each name in it, each with the entry's references.
fn entry(reading: &mut Reading<'_>, element: Element<'_>, items: &mut Vec<Value>, content: &mut Vec<String>) {
    let (mut names, mut targets, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let mut inner = Vec::new();
    for part in parts(element) {
        match part.name() {
            "indexentry" => inner.push(part),
            "ref" | "ptr" => {
                if let Some(target) =
                    part.attribute("target").or_else(|| part.child("ptr")?.attribute("target"))
                {
                    targets.push(target.to_owned());
                }
                words.push(part.text());
            }
            name => names.extend(item_type(name).map(|kind| (kind, part.text()))),
        }
    }
    words.retain(|text| !text.is_empty());
    names.retain(|(_, text)| !text.is_empty());
    if names.is_empty() && !words.is_empty() {
        let words = words.join("; ");
        reading.tell(element, "index-entry-no-name", &words);
        content.push(words.clone());
    }
    for (kind, value) in names {
        let mut item = json!({"jsonmodel_type": "note_index_item", "type": kind, "value": value});
        if !words.is_empty() {
            item["reference_text"] = words.join("; ").into();
        }
        if !targets.is_empty() {
            item["reference"] = targets.join(" ").into();
        }
        items.push(item);
    }
    for sub in inner {
        entry(reading, sub, items, content);
    }
}

/// The children of an entry, groups opened up.
fn parts(element: Element<'_>) -> Vec<Element<'_>> {
    let mut list = Vec::new();
    for child in element.children() {
        match child.name() {
            "namegrp" | "ptrgrp" => list.extend(child.children()),
            _ => list.push(child),
        }
    }
    list
}
