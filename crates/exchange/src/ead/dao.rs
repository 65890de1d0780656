//! `dao` and `daogrp` to digital objects and their instances.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::notes::{identify, without_head};
use super::owner::{LONGEST_TEXT, Owner};
use super::reading::{Reading, put};
use super::text;
use super::tree::Element;

/// One `dao`: a digital object with one file.
pub(super) fn dao(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let publish = owner.shows(element);
    let title = element.attribute("title").map(|title| text::escape(title).into_owned());
    let files: Vec<Value> = file(reading, element, None, publish).into_iter().collect();
    if files.is_empty() {
        reading.tell(element, "dao-no-address", element.attribute("title").unwrap_or_default());
    }
    object(reading, owner, element, title, files);
}

/// A `daogrp`: one digital object with a file for each `daoloc`.
pub(super) fn group(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let mut files = Vec::new();
    let arcs: HashMap<&str, Element<'_>> =
        element.all("arc").filter_map(|arc| Some((arc.attribute("to")?, arc))).collect();
    for location in element.descendants().filter(|inner| matches!(inner.name(), "daoloc" | "dao")) {
        let arc = location.attribute("label").and_then(|label| arcs.get(label).copied());
        let publish = owner.shows(location);
        match file(reading, location, arc, publish) {
            Some(mut version) => {
                if let Some(caption) = location.attribute("title") {
                    version["caption"] = caption.into();
                }
                files.push(version);
            }
            None => reading.tell(location, "dao-no-address", location.attribute("title").unwrap_or_default()),
        }
    }
    let title = element.attribute("title").map(|title| text::escape(title).into_owned());
    object(reading, owner, element, title, files);
}

/// A file version; show and actuate come from the `arc` when there is one.
fn file(
    reading: &mut Reading<'_>,
    element: Element<'_>,
    arc: Option<Element<'_>>,
    publish: bool,
) -> Option<Value> {
    let address = element.attribute("href").or_else(|| element.attribute("entityref"))?;
    let mut version = Map::new();
    put(&mut version, "jsonmodel_type", Some("file_version"));
    put(&mut version, "file_uri", Some(address));
    put(&mut version, "publish", Some(publish));
    let role =
        element.attribute("role").map(|word| reading.coded(element, "file_version_use_statement", word));
    put(&mut version, "use_statement", role);
    let from = arc.unwrap_or(element);
    for (name, attribute, known, code) in [
        (
            "xlink_actuate_attribute",
            "actuate",
            actuate as fn(&str) -> Option<&'static str>,
            "dao-actuate-unknown",
        ),
        ("xlink_show_attribute", "show", show, "dao-show-unknown"),
    ] {
        if let Some(word) = from.attribute(attribute) {
            let value = known(word);
            if value.is_none() {
                reading.tell(from, code, word);
            }
            put(&mut version, name, value);
        }
    }
    Some(Value::Object(version))
}

/// The words of XLink and those of the older document type.
fn actuate(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "none" | "actuatenone" => "none",
        "onload" | "actuateonload" | "auto" => "onLoad",
        "onrequest" | "actuateonrequest" | "user" => "onRequest",
        "other" | "actuateother" => "other",
        _ => return None,
    })
}

fn show(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "embed" | "showembed" => "embed",
        "new" | "shownew" => "new",
        "none" | "shownone" => "none",
        "other" | "showother" => "other",
        "replace" | "showreplace" => "replace",
        _ => return None,
    })
}

/// The digital object and its instance on the owner.
fn object(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    title: Option<String>,
    files: Vec<Value>,
) {
    let publish = owner.shows(element);
    let notes: Vec<Value> = element
        .all("daodesc")
        .filter_map(|description| {
            let words = without_head(description, str::to_owned);
            let mut note = json!({
                "jsonmodel_type": "note_digital_object",
                "type": "note",
                "publish": owner.shows(description),
                "content": text::pieces(&words, LONGEST_TEXT),
            });
            identify(&mut note, description, description.child("head").map(Element::prose));
            (!words.is_empty()).then_some(note)
        })
        .collect();
    if files.is_empty() && notes.is_empty() && title.is_none() {
        return;
    }
    let title = title.unwrap_or_else(|| {
        let owner = owner.display();
        if owner.is_empty() {
            "Digital Object".to_owned()
        } else {
            format!("{} Digital Object", text::escape(&owner))
        }
    });
    let uri = reading.address("digital_object");
    let id = reading.id();
    let mut doc = Map::new();
    put(&mut doc, "jsonmodel_type", Some("digital_object"));
    put(&mut doc, "uri", Some(uri.as_str()));
    put(&mut doc, "digital_object_id", Some(id));
    put(&mut doc, "title", Some(title));
    put(&mut doc, "publish", Some(publish));
    put(&mut doc, "file_versions", Some(files).filter(|list| !list.is_empty()));
    put(&mut doc, "notes", Some(notes).filter(|list| !list.is_empty()));
    reading.give("digital_object", doc);
    owner.push(
        "instances",
        json!({"jsonmodel_type": "instance", "instance_type": "digital_object", "digital_object": {"ref": uri}}),
    );
}
