//! Lists and chronologies to subnotes.

use serde_json::{Value, json};

use super::owner::LONGEST_TEXT;
use super::reading::Reading;
use super::text;
use super::tree::Element;
use super::values;

/// The subnotes that a `list` becomes: mostly one.
pub(super) fn list(reading: &mut Reading<'_>, element: Element<'_>, publish: bool) -> Vec<Value> {
    let mut subnotes = Vec::new();
    let mut title = heading(element);
    let (definitions, loose) = definitions(reading, element);
    if !definitions.is_empty() {
        let mut subnote =
            json!({"jsonmodel_type": "note_definedlist", "publish": publish, "items": definitions});
        entitle(&mut subnote, title.take());
        subnotes.push(subnote);
    }
    let items: Vec<String> = element
        .children()
        .filter(|child| child.name() == "item")
        .map(Element::prose)
        .filter(|item| !item.is_empty())
        .flat_map(|item| text::pieces(&item, LONGEST_TEXT).into_iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    if !items.is_empty() {
        let mut subnote = json!({"jsonmodel_type": "note_orderedlist", "publish": publish, "items": items});
        if let Some(word) = element.attribute("numeration") {
            match values::known("note_orderedlist_enumeration", word) {
                Some(value) => subnote["enumeration"] = value.into(),
                None => reading.tell(element, "numeration-unknown", word),
            }
        }
        entitle(&mut subnote, title.take());
        subnotes.push(subnote);
    }
    subnotes.extend(loose.iter().map(|content| words(content, publish)));
    if let Some(title) = title {
        subnotes.insert(0, words(&title, publish));
    }
    subnotes
}

/// Label and value pairs, and the texts of those that lack one of them.
fn definitions(reading: &mut Reading<'_>, element: Element<'_>) -> (Vec<Value>, Vec<String>) {
    let (mut pairs, mut loose) = (Vec::new(), Vec::new());
    for entry in element.children().filter(|child| child.name() == "defitem") {
        let part = |name| entry.child(name).map(Element::prose).filter(|words| !words.is_empty());
        match (part("label"), part("item")) {
            (Some(label), Some(value)) if label.len().max(value.len()) <= LONGEST_TEXT => {
                pairs.push(json!({"label": label, "value": value}));
            }
            (None, None) => {}
            (label, value) => {
                let both: Vec<String> = label.into_iter().chain(value).collect();
                let both = both.join(": ");
                reading.tell(entry, "definition-incomplete", &both);
                loose.push(both);
            }
        }
    }
    (pairs, loose)
}

/// The subnote that a `chronlist` becomes.
pub(super) fn chronology(element: Element<'_>, publish: bool) -> Option<Value> {
    let mut items = Vec::new();
    for entry in element.children().filter(|child| child.name() == "chronitem") {
        let mut events: Vec<String> = Vec::new();
        let mut dates: Vec<String> = Vec::new();
        for child in entry.children() {
            match child.name() {
                "date" => dates.push(child.text()),
                "event" => events.push(child.prose()),
                "eventgrp" => events.extend(child.children().map(Element::prose)),
                _ => events.push(child.prose()),
            }
        }
        events.retain(|event| !event.is_empty());
        let mut date = dates.join("; ");
        if date.chars().count() > 255 {
            events.insert(0, std::mem::take(&mut date));
        }
        if date.is_empty() && events.is_empty() {
            continue;
        }
        let mut item = json!({});
        if !date.is_empty() {
            item["event_date"] = date.into();
        }
        if !events.is_empty() {
            item["events"] = events.into();
        }
        items.push(item);
    }
    let title = heading(element);
    if items.is_empty() {
        return title.map(|title| words(&title, publish));
    }
    let mut subnote = json!({"jsonmodel_type": "note_chronology", "publish": publish, "items": items});
    entitle(&mut subnote, title);
    Some(subnote)
}

/// A text subnote.
pub(super) fn words(content: &str, publish: bool) -> Value {
    json!({"jsonmodel_type": "note_text", "content": content, "publish": publish})
}

fn entitle(subnote: &mut Value, title: Option<String>) {
    if let Some(title) = title {
        subnote["title"] = title.into();
    }
}

/// The `head`, or the column heads.
fn heading(element: Element<'_>) -> Option<String> {
    let head = element.child("head").map(Element::prose).filter(|head| !head.is_empty());
    head.or_else(|| {
        let columns: Vec<String> = element.child("listhead")?.children().map(Element::text).collect();
        Some(columns.join(" / ")).filter(|columns| !columns.is_empty())
    })
}
