//! `langmaterial` and `langusage`.

use serde_json::{Value, json};

use super::notes;
use super::owner::Owner;
use super::reading::Reading;
use super::tree::Element;
use super::values;

/// One `langmaterial`: a language for each code, then what the words say.
pub(super) fn langmaterial(reading: &mut Reading<'_>, owner: &mut Owner, element: Element<'_>) {
    for language in element.all("language") {
        if let Some(code) = language.attribute("langcode") {
            let mut entry =
                json!({"jsonmodel_type": "language_and_script", "language": coded(reading, language, code)});
            if let Some(script) = script(reading, language) {
                entry["script"] = script.into();
            }
            owner.push(
                "lang_materials",
                json!({"jsonmodel_type": "lang_material", "language_and_script": entry}),
            );
        }
    }
    let words = notes::without_head(element, unwrap_languages);
    if words.is_empty() {
        return;
    }
    let mut note = json!({
        "jsonmodel_type": "note_langmaterial",
        "type": "langmaterial",
        "publish": owner.shows(element),
        "content": super::text::pieces(&words, super::owner::LONGEST_TEXT),
    });
    if let Some(id) = element.attribute("id") {
        note["persistent_id"] = id.into();
    }
    owner.push("lang_materials", json!({"jsonmodel_type": "lang_material", "notes": [note]}));
}

/// A code of the list; an unknown one is told and becomes `und`.
pub(super) fn coded(reading: &mut Reading<'_>, at: Element<'_>, code: &str) -> &'static str {
    values::language(code).unwrap_or_else(|| {
        reading.tell(at, "language-unknown", code);
        "und"
    })
}

pub(super) fn script(reading: &mut Reading<'_>, at: Element<'_>) -> Option<&'static str> {
    let code = at.attribute("scriptcode")?;
    let known = values::known("script_iso15924", code);
    if known.is_none() {
        reading.tell(at, "script-unknown", code);
    }
    known
}

/// The words of `language` elements without the tags.
fn unwrap_languages(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        let tag = &rest[at..end];
        if !(tag.starts_with("<language") || tag.starts_with("</language")) {
            out.push_str(tag);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Records need one coded language: `und` when the file names none.
pub(super) fn ensure(owner: &mut Owner) {
    let coded = owner.list("lang_materials").iter().any(|entry| entry.get("language_and_script").is_some());
    if !coded {
        let undetermined = json!({
            "jsonmodel_type": "lang_material",
            "language_and_script": {"jsonmodel_type": "language_and_script", "language": "und"},
        });
        if let Some(Value::Array(list)) = owner.doc.get_mut("lang_materials") {
            list.insert(0, undetermined);
        } else {
            owner.push("lang_materials", undetermined);
        }
    }
}
