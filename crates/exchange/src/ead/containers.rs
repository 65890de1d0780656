//! `container` to instances and top containers.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::owner::Owner;
use super::reading::{Reading, put};
use super::text;
use super::tree::Element;
use super::values;

/// The top containers of one file.
#[derive(Default)]
pub(super) struct Boxes {
    by_barcode: HashMap<String, (String, String)>,
    by_name: HashMap<String, String>,
}

/// What one record's containers are so far.
#[derive(Debug, Default)]
pub(super) struct Containers {
    /// The newest instance that is not a digital object.
    last: Option<usize>,
    /// `id` of a container and the instance that it went to.
    ids: Vec<(String, usize)>,
    /// Kind of the top container of each instance.
    tops: Vec<(usize, String)>,
}

/// One `container`, and those inside it.
pub(super) fn container(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let nested = element.parent().is_some_and(|parent| parent.name() == "container");
    let words = own_words(element);
    if words.is_empty() {
        if element.has_attributes() && element.child("container").is_none() {
            reading.tell(element, "container-empty", element.attribute("type").unwrap_or_default());
        }
    } else {
        place(reading, owner, element, words, nested);
    }
    for inner in element.children().filter(|child| child.name() == "container") {
        container(reading, owner, inner);
    }
}

fn own_words(element: Element<'_>) -> String {
    match element.child("container") {
        Some(inner) => text::plain(element.between(element.inner_range().0, inner.outer_range().0)),
        None => element.text(),
    }
}

fn place(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>, words: String, nested: bool) {
    let parent = element.attribute("parent");
    let known = parent.and_then(|parent| {
        let first = parent.split_whitespace().next()?;
        owner.containers.ids.iter().rev().find(|(id, _)| id == first).map(|(_, at)| *at)
    });
    let kind = element.attribute("type").map(|word| reading.coded(element, "container_type", word));
    let at = match (nested, parent, known) {
        (true, ..) => owner.containers.last,
        (false, Some(_), Some(at)) => Some(at),
        (false, Some(_), None) => {
            reading.tell(element, "container-parent-unknown", &words);
            None
        }
        (false, None, _) if element.attribute("id").is_none() => owner.containers.last.filter(|last| {
            // A second box beside a box is not inside it.
            let top =
                owner.containers.tops.iter().rev().find(|(at, _)| at == last).map(|(_, kind)| kind.as_str());
            top.is_none() || top != kind.as_deref()
        }),
        _ => None,
    };
    let at = match at {
        Some(at) => {
            add_level(reading, owner, element, at, kind, words);
            at
        }
        None => new_instance(reading, owner, element, kind, words),
    };
    owner.containers.last = Some(at);
    if let Some(id) = element.attribute("id") {
        owner.containers.ids.push((id.to_owned(), at));
    }
}

/// The second or third level inside a top container; what does not fit becomes a note.
fn add_level(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    at: usize,
    kind: Option<String>,
    words: String,
) {
    let kind = kind.or_else(|| {
        let label = element.attribute("label")?;
        values::known("container_type", label).map(str::to_owned)
    });
    let Some(kind) = kind else {
        reading.tell(element, "container-no-type", &words);
        return keep(owner, element, &words);
    };
    let indicator = owner.fit(reading, element, words, 255);
    let sub = owner
        .doc
        .get_mut("instances")
        .and_then(|instances| instances.get_mut(at))
        .and_then(|instance| instance.get_mut("sub_container"))
        .and_then(Value::as_object_mut);
    let Some(sub) = sub else { return };
    for (type_name, indicator_name) in [("type_2", "indicator_2"), ("type_3", "indicator_3")] {
        if !sub.contains_key(type_name) {
            sub.insert(type_name.to_owned(), kind.into());
            sub.insert(indicator_name.to_owned(), indicator.into());
            owner.touch();
            return;
        }
    }
    let words = format!("{kind} {indicator}");
    reading.tell(element, "container-too-deep", &words);
    keep(owner, element, &words);
}

/// Where a container is that the record has no place for.
fn keep(owner: &mut Owner, element: Element<'_>, words: &str) {
    let publish = owner.shows(element);
    let note = json!({"jsonmodel_type": "note_singlepart", "type": "physloc", "publish": publish, "content": [text::escape(words)]});
    if owner.list("notes").last() != Some(&note) {
        owner.push("notes", note);
    }
}

fn new_instance(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    kind: Option<String>,
    words: String,
) -> usize {
    let (label, barcode) = label_and_barcode(element.attribute("label").unwrap_or_default());
    let same_as_type = |label: &str| kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(label));
    let instance_type =
        if label.is_empty() || same_as_type(label) || values::known("container_type", label).is_some() {
            "mixed_materials".to_owned()
        } else {
            reading.coded(element, "instance_instance_type", &label.to_lowercase())
        };
    let indicator = owner.fit(reading, element, words, 255);
    let top = top_container(reading, element, kind.as_deref(), &indicator, barcode);
    let at = owner.list("instances").len();
    owner.push(
        "instances",
        json!({
            "jsonmodel_type": "instance",
            "instance_type": instance_type,
            "sub_container": {"jsonmodel_type": "sub_container", "top_container": {"ref": top}},
        }),
    );
    owner.containers.tops.push((at, kind.unwrap_or_default()));
    at
}

/// `Mixed Materials [32044]`: the word and the barcode.
fn label_and_barcode(label: &str) -> (&str, Option<&str>) {
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((word, code)) = label.trim().strip_suffix(close).and_then(|rest| rest.rsplit_once(open)) {
            return (word.trim(), Some(code.trim()).filter(|code| !code.is_empty()));
        }
    }
    (label.trim(), None)
}

/// The address of the top container: the one seen before in this file, or a new one.
fn top_container(
    reading: &mut Reading<'_>,
    element: Element<'_>,
    kind: Option<&str>,
    indicator: &str,
    barcode: Option<&str>,
) -> String {
    let name = format!("{}:{indicator}", kind.unwrap_or_default());
    let seen = match barcode {
        Some(code) => reading.boxes.by_barcode.get(code).cloned(),
        None => reading.boxes.by_name.get(&name).map(|uri| (uri.clone(), name.clone())),
    };
    if let Some((uri, first)) = seen {
        if first != name {
            reading.tell_with(
                element,
                "barcode-differs",
                indicator,
                &[("barcode", barcode.unwrap_or_default())],
            );
        }
        return uri;
    }
    let uri = reading.address("top_container");
    let mut doc = Map::new();
    put(&mut doc, "jsonmodel_type", Some("top_container"));
    put(&mut doc, "uri", Some(uri.as_str()));
    put(&mut doc, "indicator", Some(indicator));
    put(&mut doc, "type", kind.filter(|kind| !kind.is_empty()));
    put(&mut doc, "barcode", barcode);
    reading.give("top_container", doc);
    if let Some(code) = barcode {
        reading.boxes.by_barcode.insert(code.to_owned(), (uri.clone(), name.clone()));
    }
    reading.boxes.by_name.insert(name, uri.clone());
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barcode_is_in_the_label() {
        assert_eq!(label_and_barcode("Mixed Materials [B1]"), ("Mixed Materials", Some("B1")));
        assert_eq!(label_and_barcode("Audio (33)"), ("Audio", Some("33")));
        assert_eq!(label_and_barcode("Text"), ("Text", None));
        assert_eq!(label_and_barcode("Text []"), ("Text", None));
    }
}
