//! Notes: their text, the lists in it, and what else is buried in them.

use serde_json::{Value, json};

use super::dao;
use super::lists;
use super::owner::{LONGEST_TEXT, Owner};
use super::reading::Reading;
use super::references;
use super::text;
use super::tree::Element;

/// Elements that become notes with subnotes, under their own names.
pub(super) fn is_note(name: &str) -> bool {
    matches!(
        name,
        "accessrestrict"
            | "accruals"
            | "acqinfo"
            | "altformavail"
            | "appraisal"
            | "arrangement"
            | "bioghist"
            | "custodhist"
            | "fileplan"
            | "legalstatus"
            | "odd"
            | "originalsloc"
            | "otherfindaid"
            | "phystech"
            | "prefercite"
            | "processinfo"
            | "relatedmaterial"
            | "scopecontent"
            | "separatedmaterial"
            | "userestrict"
    )
}

enum Piece<'t> {
    Text(u32, u32),
    /// The same, in a paragraph or words that are internal.
    Internal(u32, u32),
    List(Element<'t>),
}

/// Where a note is cut: at its head, at lists, and at what becomes a record or note of its own.
struct Cut<'t> {
    pieces: Vec<Piece<'t>>,
    inside: Vec<Element<'t>>,
    at: u32,
    internal: bool,
}

impl<'t> Cut<'t> {
    fn new(note: Element<'t>) -> Self {
        let (start, end) = note.inner_range();
        let mut cut = Self { pieces: Vec::new(), inside: Vec::new(), at: start, internal: false };
        cut.walk(note, note.child("head"));
        cut.upto(end);
        cut
    }

    fn upto(&mut self, end: u32) {
        if end > self.at {
            self.pieces.push(match self.internal {
                true => Piece::Internal(self.at, end),
                false => Piece::Text(self.at, end),
            });
        }
    }

    fn walk(&mut self, element: Element<'t>, head: Option<Element<'t>>) {
        for child in element.children() {
            let (start, end) = child.outer_range();
            match child.name() {
                "head" if head.is_some_and(|head| head.outer_range() == child.outer_range()) => {
                    self.upto(start)
                }
                "list" | "chronlist" => {
                    self.upto(start);
                    self.pieces.push(Piece::List(child));
                }
                "dao" | "daogrp" | "bibliography" | "index" => {
                    self.upto(start);
                    self.inside.push(child);
                }
                name if is_note(name) => {
                    self.upto(start);
                    self.inside.push(child);
                }
                name => {
                    let internal = child.attribute("audience") == Some("internal") && !self.internal;
                    if internal {
                        self.upto(start);
                        (self.at, self.internal) = (start, true);
                    }
                    if name == "p" {
                        self.walk(child, None);
                    }
                    if !internal {
                        continue;
                    }
                    self.upto(end);
                    self.internal = false;
                }
            }
            self.at = end;
        }
    }
}

/// A note with subnotes. `kind` is the element's name but for `note`, which is `odd`.
pub(super) fn note(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>, kind: &str) {
    labelled(reading, owner, element, kind, None);
}

/// The same; `outer` is a note around it that holds nothing else, but may have a heading or an id.
fn labelled(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    element: Element<'_>,
    kind: &str,
    outer: Option<Element<'_>>,
) {
    let publish = owner.shows(element);
    let heading = |note: Element<'_>| note.child("head").map(Element::prose).filter(|head| !head.is_empty());
    let label = heading(element).or_else(|| outer.and_then(heading));
    let cut = Cut::new(element);
    let mut subnotes = Vec::new();
    for piece in &cut.pieces {
        match piece {
            Piece::Text(start, end) | Piece::Internal(start, end) => {
                let publish = publish && matches!(piece, Piece::Text(..));
                let content = text::prose(element.between(*start, *end));
                for part in text::pieces(&content, LONGEST_TEXT) {
                    subnotes.push(lists::words(part, publish));
                }
            }
            Piece::List(list) => {
                let publish = owner.shows_whole(reading, *list);
                if list.name() == "list" {
                    subnotes.extend(lists::list(reading, *list, publish));
                } else {
                    subnotes.extend(lists::chronology(*list, publish));
                }
            }
        }
    }
    let wraps = subnotes.is_empty() && cut.inside.len() == 1 && is_note(cut.inside[0].name());
    if let (true, false, Some(label)) = (subnotes.is_empty(), wraps, &label) {
        if cut.inside.is_empty() {
            reading.tell(element, "note-only-heading", label);
            subnotes.push(lists::words(label, publish));
        } else {
            reading.tell(element, "heading-left-out", label);
        }
    }
    if !subnotes.is_empty() {
        let mut note = json!({"jsonmodel_type": "note_multipart", "type": kind, "publish": publish});
        if let Some(outer) = outer {
            identify(&mut note, outer, None);
        }
        identify(&mut note, element, label);
        restriction(reading, element, kind, &mut note);
        note["subnotes"] = subnotes.into();
        owner.push("notes", note);
    }
    for inner in cut.inside {
        buried(reading, owner, inner, wraps.then_some(element));
    }
}

/// What was found inside a note.
fn buried(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>, outer: Option<Element<'_>>) {
    match element.name() {
        "dao" => dao::dao(reading, owner, element),
        "daogrp" => dao::group(reading, owner, element),
        "bibliography" => references::bibliography(reading, owner, element),
        "index" => references::index(reading, owner, element),
        kind => labelled(reading, owner, element, kind, outer),
    }
}

/// A list outside any note gets one.
pub(super) fn loose_list(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let publish = owner.shows_whole(reading, element);
    let subnotes = match element.name() {
        "list" => lists::list(reading, element, publish),
        _ => lists::chronology(element, publish).into_iter().collect(),
    };
    if !subnotes.is_empty() {
        owner.push("notes", json!({"jsonmodel_type": "note_multipart", "type": "odd", "publish": publish, "subnotes": subnotes}));
    }
}

/// `abstract`, `materialspec`, `physloc`.
pub(super) fn single(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let content = without_head(element, str::to_owned);
    if content.is_empty() {
        return;
    }
    let mut note = json!({
        "jsonmodel_type": "note_singlepart",
        "type": element.name(),
        "publish": owner.shows_whole(reading, element),
        "content": text::pieces(&content, LONGEST_TEXT),
    });
    identify(&mut note, element, None);
    owner.push("notes", note);
}

/// The prose of an element without its first `head`; `clean` works on the XML before.
pub(super) fn without_head(element: Element<'_>, clean: impl Fn(&str) -> String) -> String {
    let (start, end) = element.inner_range();
    match element.child("head") {
        Some(head) => {
            let (from, to) = head.outer_range();
            text::prose(&clean(&format!("{}{}", element.between(start, from), element.between(to, end))))
        }
        None => text::prose(&clean(element.inner())),
    }
}

/// The element's `id` and the label.
pub(super) fn identify(note: &mut Value, element: Element<'_>, label: Option<String>) {
    if let Some(id) = element.attribute("id") {
        note["persistent_id"] = id.into();
    }
    if let Some(label) = label {
        note["label"] = label.into();
    }
}

/// Days of a restriction: `<date type="restriction" normal="2001-01-01/2040-12-31">` in the note.
fn restriction(reading: &mut Reading<'_>, element: Element<'_>, kind: &str, note: &mut Value) {
    if !matches!(kind, "accessrestrict" | "userestrict") {
        return;
    }
    let Some(date) = element.all("date").find(|date| date.attribute("type") == Some("restriction")) else {
        return;
    };
    let Some(normal) = date.attribute("normal") else { return };
    let (begin, end) = normal.split_once('/').unwrap_or(("", normal));
    let mut restriction = json!({"jsonmodel_type": "rights_restriction"});
    for (name, day) in [("begin", begin.trim()), ("end", end.trim())] {
        match super::dates::whole_day(day) {
            Some(day) => restriction[name] = day.into(),
            None if day.is_empty() => {}
            None => reading.tell(date, "restriction-date-unread", normal),
        }
    }
    let ordered = match (restriction["begin"].as_str(), restriction["end"].as_str()) {
        (Some(begin), Some(end)) => begin <= end,
        (None, None) => false,
        _ => true,
    };
    if ordered {
        note["rights_restriction"] = restriction;
    }
}
