//! `physdesc` to extents and notes.

use serde_json::{Value, json};

use super::owner::Owner;
use super::reading::Reading;
use super::text;
use super::tree::Element;
use super::values;

/// A number with its unit, and whether there were more words than these.
#[derive(Debug, PartialEq, Eq)]
struct Measure {
    number: String,
    unit: String,
    /// "about" before it, or something in brackets after it.
    more: bool,
}

const ABOUT: [&str; 15] = [
    "approximately",
    "approx.",
    "approx",
    "about",
    "abt.",
    "ca.",
    "ca",
    "c.",
    "circa",
    "environ",
    "env.",
    "etwa",
    "around",
    "roughly",
    "est.",
];

/// Reads "3.5 linear feet", "1,200 items", "(1/2 box)", "ca. 3 feet (5 boxes)".
fn measure(words: &str) -> Option<Measure> {
    let words = words.trim();
    let words = words.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(words);
    let lower = words.to_lowercase();
    let about = ABOUT.iter().find_map(|word| {
        let rest = lower.strip_prefix(word)?;
        rest.starts_with(char::is_whitespace).then(|| words.get(word.len()..)).flatten()
    });
    let (words, mut more) = about.map_or((words, false), |rest| (rest.trim(), true));
    let (number, mut unit) = words.split_once(char::is_whitespace)?;
    let mut number = number.to_owned();
    if !is_number(&number) {
        return None;
    }
    // "2 1/2 boxes"
    if let Some((fraction, rest)) =
        unit.trim().split_once(char::is_whitespace).filter(|(word, _)| is_fraction(word))
    {
        number = format!("{number} {fraction}");
        unit = rest;
    }
    let end = unit.find(['(', '[', ';', ',', ':']).unwrap_or(unit.len());
    more |= text::says_something(&unit[end..]);
    let unit = unit[..end].trim().trim_end_matches('.');
    let is_unit = !unit.is_empty() && unit.chars().count() <= 60 && !unit.chars().any(|c| c.is_ascii_digit());
    is_unit.then(|| Measure { number, unit: unit.to_owned(), more })
}

fn is_number(word: &str) -> bool {
    let digits = word.chars().any(|c| c.is_ascii_digit() || "½¼¾⅓⅔".contains(c));
    digits
        && word.chars().all(|c| c.is_ascii_digit() || ".,/½¼¾⅓⅔".contains(c))
        && !word.ends_with([',', '/'])
}

fn is_fraction(word: &str) -> bool {
    word.chars().all(|c| "½¼¾⅓⅔".contains(c))
        || word.split_once('/').is_some_and(|(a, b)| {
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits(a) && digits(b)
        })
}

/// What one `physdesc` holds, sorted.
#[derive(Default)]
struct Parts<'t> {
    measure: Option<(Element<'t>, Measure)>,
    extents: Vec<(Element<'t>, String)>,
    facets: Vec<String>,
    dimensions: Vec<String>,
    others: Vec<String>,
}

/// One `physdesc`.
pub(super) fn physdesc(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    if element.children().all(|child| matches!(child.name(), "lb" | "emph" | "ref" | "extref" | "title")) {
        only_text(reading, owner, element);
        return;
    }
    let mut parts = Parts::default();
    for child in element.children() {
        let words = child.text();
        match child.name() {
            _ if words.is_empty() => {}
            "head" => {}
            "extent" => match measure(&unit_apart(child, &words)) {
                Some(measure) if parts.measure.is_none() => parts.measure = Some((child, measure)),
                _ => parts.extents.push((child, words)),
            },
            "physfacet" => parts.facets.push(words),
            "dimensions" => parts.dimensions.push(words),
            name => parts.others.push(format!("{name}: {words}")),
        }
    }
    let loose = loose_text(element);
    let mut notes = Notes::new(owner, element);
    if let Some((at, measure)) = parts.measure.take() {
        extent(reading, owner, element, at, measure, &mut parts);
    }
    for (at, words) in parts.extents.drain(..) {
        reading.tell(at, "extent-unread", &words);
        notes.single("physdesc", &text::escape(&words));
    }
    for words in &parts.facets {
        notes.single("physfacet", &text::escape(words));
    }
    for words in &parts.dimensions {
        notes.multi("dimensions", &text::escape(words));
    }
    for words in &parts.others {
        notes.single("physdesc", &text::escape(words));
    }
    if let Some(words) = loose {
        reading.tell(element, "physdesc-text-kept", &words);
        notes.single("physdesc", &all_text(element));
    }
    notes.into_owner(owner);
}

/// `<extent unit="boxes">3</extent>` reads as "3 boxes".
fn unit_apart(element: Element<'_>, words: &str) -> String {
    match element.attribute("unit") {
        Some(unit) if is_number(words) => format!("{words} {unit}"),
        _ => words.to_owned(),
    }
}

/// A `physdesc` without parts: an extent when it names a known unit, else a note.
fn only_text(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let words = element.text();
    if words.is_empty() {
        return;
    }
    if let Some(found) = measure(&words)
        && values::known("extent_extent_type", &found.unit).is_some()
    {
        extent(reading, owner, element, element, found, &mut Parts::default());
        return;
    }
    let mut notes = Notes::new(owner, element);
    notes.single("physdesc", &element.prose());
    notes.into_owner(owner);
}

fn extent(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    physdesc: Element<'_>,
    at: Element<'_>,
    measure: Measure,
    parts: &mut Parts<'_>,
) {
    let part = physdesc.attribute("altrender").is_some_and(|word| word.eq_ignore_ascii_case("part"));
    let mut summary: Vec<String> = parts.extents.drain(..).map(|(_, words)| words).collect();
    if measure.more {
        let words = at.text();
        reading.tell(at, "extent-words-kept", &words);
        summary.insert(0, words);
    }
    let unit = reading.coded(at, "extent_extent_type", &measure.unit);
    let mut extent = json!({
        "jsonmodel_type": "extent",
        "number": measure.number,
        "extent_type": unit,
        "portion": if part { "part" } else { "whole" },
    });
    let dimensions = owner.fit(reading, physdesc, parts.dimensions.join("; "), 255);
    parts.dimensions.clear();
    for (name, words) in [
        ("container_summary", summary.join("; ")),
        ("physical_details", std::mem::take(&mut parts.facets).join("; ")),
        ("dimensions", dimensions),
    ] {
        if !words.is_empty() {
            extent[name] = words.into();
        }
    }
    owner.push("extents", extent);
}

/// Text between the parts that says something: more than brackets and commas.
fn loose_text(element: Element<'_>) -> Option<String> {
    let (mut at, end) = element.inner_range();
    let mut words = Vec::new();
    for child in element.children() {
        let (start, after) = child.outer_range();
        words.push(text::plain(element.between(at, start)));
        at = after;
    }
    words.push(text::plain(element.between(at, end)));
    words.retain(|words| words.chars().filter(|c| c.is_alphanumeric()).count() > 2);
    (!words.is_empty()).then(|| words.join(" … "))
}

/// All words in their order, the parts set apart by blanks.
fn all_text(element: Element<'_>) -> String {
    let (mut at, end) = element.inner_range();
    let mut words = String::new();
    for child in element.children() {
        let (start, after) = child.outer_range();
        words.push_str(&format!("{} {} ", text::plain(element.between(at, start)), child.text()));
        at = after;
    }
    words.push_str(&text::plain(element.between(at, end)));
    text::escape(&text::collapse(&words)).into_owned()
}

/// The notes of one `physdesc`: they share label and visibility; the first has the id.
struct Notes<'t> {
    id: Option<&'t str>,
    label: Option<&'t str>,
    publish: bool,
    list: Vec<Value>,
}

impl<'t> Notes<'t> {
    fn new(owner: &Owner, element: Element<'t>) -> Self {
        let (id, label) = (element.attribute("id"), element.attribute("label"));
        Self { id, label, publish: owner.shows(element), list: Vec::new() }
    }

    fn add(&mut self, mut note: Value) {
        if let Some(id) = self.id.take() {
            note["persistent_id"] = id.into();
        }
        if let Some(label) = self.label {
            note["label"] = label.into();
        }
        self.list.push(note);
    }

    fn single(&mut self, kind: &str, words: &str) {
        self.add(json!({
            "jsonmodel_type": "note_singlepart",
            "type": kind,
            "publish": self.publish,
            "content": text::pieces(words, super::owner::LONGEST_TEXT),
        }));
    }

    fn multi(&mut self, kind: &str, words: &str) {
        let publish = self.publish;
        self.add(json!({
            "jsonmodel_type": "note_multipart",
            "type": kind,
            "publish": publish,
            "subnotes": [{"jsonmodel_type": "note_text", "content": words, "publish": publish}],
        }));
    }

    fn into_owner(self, owner: &mut Owner) {
        for note in self.list {
            owner.push("notes", note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Option<(String, String, bool)> {
        measure(words).map(|found| (found.number, found.unit, found.more))
    }

    #[test]
    fn measures_are_read_or_not() {
        for (words, number, unit, more) in [
            ("3.5 linear feet", "3.5", "linear feet", false),
            ("1,200 items", "1,200", "items", false),
            ("1/2 box", "1/2", "box", false),
            ("2 1/2 boxes", "2 1/2", "boxes", false),
            ("½ box", "½", "box", false),
            ("ca. 3 feet", "3", "feet", true),
            ("(9 folders)", "9", "folders", false),
            ("2 m. (996 articles).", "2", "m", true),
            ("2 Volumes; 9 Folio", "2", "Volumes", true),
            ("Approximately 12 volumes", "12", "volumes", true),
        ] {
            assert_eq!(read(words), Some((number.to_owned(), unit.to_owned(), more)), "{words}");
        }
        for words in ["5", "about 3", "six boxes", "12-14 boxes", "", "boxes", "3 4", "catalogue 3 x"] {
            assert_eq!(read(words), None, "{words}");
        }
    }
}
