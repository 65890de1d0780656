//! `eadheader` and `frontmatter`: what is said about the finding aid itself.

use serde_json::json;

use super::languages;
use super::notes;
use super::owner::Owner;
use super::reading::Reading;
use super::text;
use super::tree::Element;
use super::values;

const LONG: usize = 65_000;

/// The whole `eadheader`.
pub(super) fn header(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    owner.set("finding_aid_language", "und");
    owner.set("finding_aid_script", "Zyyy");
    if let Some(word) = element.attribute("findaidstatus") {
        let status = reading.coded(element, "resource_finding_aid_status", word);
        owner.set("finding_aid_status", status);
    }
    for child in element.children() {
        match child.name() {
            "eadid" => eadid(reading, owner, child),
            "filedesc" => file_description(reading, owner, child),
            "profiledesc" => profile(reading, owner, child),
            "revisiondesc" => revisions(reading, owner, child),
            _ => {}
        }
    }
}

fn eadid(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    let id = element.text();
    if !id.is_empty() {
        let id = owner.fit(reading, element, id, 255);
        owner.set("ead_id", id);
    }
    if let Some(url) = element.attribute("url") {
        let url = owner.fit(reading, element, url.to_owned(), 255);
        owner.set("ead_location", url);
    }
}

fn file_description(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    for part in element.descendants() {
        let property = match (part.name(), part.parent().map(Element::name)) {
            ("titleproper", _) if part.attribute("type") == Some("filing") => "finding_aid_filing_title",
            ("titleproper", Some("titlestmt")) => "finding_aid_title",
            ("subtitle", _) => "finding_aid_subtitle",
            ("author", Some("titlestmt")) => "finding_aid_author",
            ("sponsor", _) => "finding_aid_sponsor",
            ("editionstmt", _) => "finding_aid_edition_statement",
            ("seriesstmt", _) => "finding_aid_series_statement",
            ("date", Some("publicationstmt" | "p")) if inside(part, "publicationstmt") => "finding_aid_date",
            ("note", Some("notestmt")) => {
                add(reading, owner, part, "finding_aid_note", part.prose(), "\n\n", LONG);
                continue;
            }
            _ => continue,
        };
        match property {
            "finding_aid_date" => add(reading, owner, part, property, part.text(), "; ", 255),
            _ => add(reading, owner, part, property, part.prose(), "; ", LONG),
        }
    }
}

fn inside(element: Element<'_>, name: &str) -> bool {
    let mut up = element.parent();
    while let Some(here) = up {
        if here.name() == name {
            return true;
        }
        up = here.parent();
    }
    false
}

/// Adds to a text of the finding aid; repeated elements are joined.
fn add(
    reading: &mut Reading<'_>,
    owner: &mut Owner,
    at: Element<'_>,
    property: &'static str,
    words: String,
    between: &str,
    limit: usize,
) {
    if words.is_empty() {
        return;
    }
    let joined = match owner.text(property) {
        Some(before) => format!("{before}{between}{words}"),
        None => words,
    };
    let joined = owner.fit(reading, at, joined, limit);
    owner.set(property, joined);
}

fn profile(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    for usage in element.all("langusage") {
        let coded = usage.all("language").find(|language| language.attribute("langcode").is_some());
        if let (Some(language), Some("und")) = (coded, owner.text("finding_aid_language")) {
            let code = language.attribute("langcode").unwrap_or_default();
            let code = languages::coded(reading, language, code);
            owner.set("finding_aid_language", code);
            if let Some(script) = languages::script(reading, language) {
                owner.set("finding_aid_script", script);
            }
        }
        add(reading, owner, usage, "finding_aid_language_note", usage.text(), "; ", LONG);
    }
    for rules in element.all("descrules") {
        description_rules(reading, owner, rules);
    }
}

/// The code of the rules when the words name rules that the list has; a
/// sentence about rules goes to the finding aid's note.
fn description_rules(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    const LIST: &str = "resource_finding_aid_description_rules";
    let words = element.text();
    if words.is_empty() {
        return;
    }
    let lower = words.to_lowercase();
    let named = [
        ("dacs", "dacs"),
        ("describing archives", "dacs"),
        ("rules for archival description", "rad"),
        ("isad", "isadg"),
        ("anglo-american cataloguing rules", "aacr"),
        ("cataloging cultural objects", "cco"),
    ];
    let code = values::known(LIST, &words)
        .or_else(|| named.iter().find(|(part, _)| lower.contains(part)).map(|(_, code)| *code));
    match code {
        Some(code) if owner.text("finding_aid_description_rules").is_none() => {
            owner.set("finding_aid_description_rules", code);
            // A sentence says more than the code.
            if words.chars().count() > 60 {
                reading.tell(element, "description-rules-kept", &words);
                owner.add_text("finding_aid_note", &element.prose(), "\n\n");
            }
        }
        None if words.chars().count() <= 60 && owner.text("finding_aid_description_rules").is_none() => {
            let value = reading.coded(element, LIST, &words);
            owner.set("finding_aid_description_rules", value);
        }
        _ => {
            reading.tell(element, "description-rules-kept", &words);
            owner.add_text("finding_aid_note", &element.prose(), "\n\n");
        }
    }
}

fn revisions(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    for change in element.descendants().filter(|part| matches!(part.name(), "change") || is_list_item(*part))
    {
        let date: Vec<String> =
            change.all("date").take(1).map(Element::text).filter(|date| !date.is_empty()).collect();
        let description = if change.name() == "change" {
            let items: Vec<String> =
                change.children().filter(|part| part.name() == "item").map(Element::prose).collect();
            items.join("\n\n")
        } else {
            change.prose()
        };
        let date = date.first().cloned();
        if date.is_none() && description.is_empty() {
            continue;
        }
        if date.is_none() || description.is_empty() {
            reading.tell(change, "revision-incomplete", date.as_deref().unwrap_or(&description));
        }
        let date = date.unwrap_or_else(|| "undated".to_owned());
        let date = owner.fit(reading, change, date, 255);
        let description = if description.is_empty() { "Revised".to_owned() } else { description };
        let description = owner.fit(reading, change, description, LONG);
        let publish = owner.shows(change);
        owner.push(
            "revision_statements",
            json!({"jsonmodel_type": "revision_statement", "date": date, "description": description, "publish": publish}),
        );
    }
}

/// `revisiondesc/list/item`, the other form.
fn is_list_item(element: Element<'_>) -> bool {
    element.name() == "item"
        && element.parent().is_some_and(|list| {
            list.name() == "list" && list.parent().is_some_and(|up| up.name() == "revisiondesc")
        })
}

/// `frontmatter`: the title page repeats the header; anything else is kept.
pub(super) fn front_matter(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    for child in element.children().filter(|child| child.name() != "titlepage") {
        match child.name() {
            "list" | "chronlist" => notes::loose_list(reading, owner, child),
            _ if !text::says_something(child.inner()) => {}
            _ => {
                reading.tell_with(child, "element-kept-as-note", &child.text(), &[("element", child.name())]);
                let (label, publish) = (child.child("head").map(Element::text), owner.shows(child));
                owner.keep(label.as_deref(), &notes::without_head(child, str::to_owned), publish);
            }
        }
    }
}

/// Titles of the finding aid are the last resort for a resource without a title.
pub(super) fn fallback_title(owner: &Owner) -> Option<String> {
    owner.text("finding_aid_title").map(|title| text::escape(&text::plain(title)).into_owned())
}
