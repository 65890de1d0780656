//! Short names of records in addresses of pages.

use serde_json::{Map, Value};

use super::agent::shown_name;
use super::{identifier, joined_parts, title};
use crate::record::text;
use crate::{Record, Registry};

/// Longest short name, in characters.
const LONGEST: usize = 50;

/// A text as it may stand in an address; empty when nothing of it may. Letters of other alphabets are left out, blanks
/// become `_`, a number by itself gets `__` before it.
#[must_use]
pub fn slug(text: &str) -> String {
    if text.contains("//") || text.contains('\\') {
        return String::new();
    }
    let text = without_tags(text).to_lowercase().replace("--", "");
    let kept: String = text
        .chars()
        .filter_map(|c| match c {
            c if c.is_ascii_alphanumeric() || c == '-' => Some(c),
            ' ' | '_' => Some('_'),
            _ => None,
        })
        .take(LONGEST)
        .collect();
    let parts: Vec<&str> = kept.split('_').filter(|part| !part.is_empty()).collect();
    let name = parts.join("_");
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) { format!("__{name}") } else { name }
}

fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        kept.push_str(before);
        match after.split_once('>') {
            Some((_, behind)) => rest = behind,
            None => rest = after,
        }
    }
    kept.push_str(rest);
    kept
}

/// What the automatic short name of a record is made of: its title; of an agent, parts of the name that is shown.
#[must_use]
pub fn slug_from_title(registry: &'static Registry, record: &Record) -> String {
    match record.kind.as_str() {
        "subject" => record.text("title").map_or_else(|| title(registry, record), str::to_owned),
        kind if kind.starts_with("agent_") => {
            shown_name(record).map(|name| name_parts(kind, name)).unwrap_or_default()
        }
        _ => record.text("title").unwrap_or_default().to_owned(),
    }
}

/// The parts of an agent's name that are in its short name, in their order.
fn name_parts(kind: &str, name: &Map<String, Value>) -> String {
    let parts: &[&str] = match (kind, text(name, "name_order")) {
        ("agent_person", Some("direct")) => &["rest_of_name", "primary_name"],
        ("agent_person", _) => &["primary_name", "rest_of_name"],
        ("agent_family", _) => &["family_name"],
        ("agent_corporate_entity", _) => &["primary_name", "subordinate_name_1", "subordinate_name_2"],
        _ => &["software_name"],
    };
    parts.iter().filter_map(|part| text(name, part)).collect::<Vec<_>>().join("_")
}

/// Which identifiers short names are made of where a record has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlugIdentifiers {
    /// Of a resource its EAD ID, where it has one, instead of its four-part identifier.
    pub ead_id: bool,
    /// Of an archival object its component ID instead of its `ref_id`.
    pub component_id: bool,
}

/// What the automatic short name of a record is made of: its identifier.
#[must_use]
pub fn slug_from_identifier(record: &Record, which: SlugIdentifiers) -> String {
    match record.kind.as_str() {
        "resource" if which.ead_id && record.text("ead_id").is_some() => {
            record.text("ead_id").map(str::to_owned)
        }
        "accession" | "resource" => joined_parts(record, "-"),
        "archival_object" if which.component_id => record.text("component_id").map(str::to_owned),
        "archival_object" => record.text("ref_id").map(str::to_owned),
        _ => identifier(record),
    }
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_become_names_for_addresses() {
        for (text, name) in [
            ("ORACLE", "oracle"),
            ("My  Archive's", "my_archives"),
            ("12", "__12"),
            ("1950-1960", "1950-1960"),
            ("a//b", ""),
            (r"a\b", ""),
            ("<emph render=\"x\">Lettres</emph> de Zürich", "lettres_de_zrich"),
            (" _a -- b_ ", "a_b"),
            ("日本", ""),
            ("a < b", "a_b"),
        ] {
            assert_eq!(slug(text), name, "{text}");
        }
        assert_eq!(slug(&"x".repeat(80)).len(), 50);
    }

    #[test]
    fn names_are_made_of_titles_or_identifiers() {
        for (kind, doc, from_title, from_identifier) in [
            ("resource", json!({"title": "Papers", "id_0": "MS", "id_1": "7"}), "Papers", "MS-7"),
            (
                "archival_object",
                json!({"title": "Letter", "ref_id": "abc", "component_id": "c"}),
                "Letter",
                "abc",
            ),
            ("digital_object", json!({"title": "Scan", "digital_object_id": "d1"}), "Scan", "d1"),
            ("subject", json!({"title": "Ships -- Steam", "authority_id": "sh1"}), "Ships -- Steam", "sh1"),
            ("classification", json!({"title": "Records", "identifier": "RG 1"}), "Records", "RG 1"),
        ] {
            let record = Record::from_value(kind, doc).unwrap();
            assert_eq!(slug_from_title(Registry::shipped(), &record), from_title, "{kind}");
            assert_eq!(slug_from_identifier(&record, SlugIdentifiers::default()), from_identifier, "{kind}");
        }
    }

    #[test]
    fn another_identifier_may_be_chosen() {
        let which = SlugIdentifiers { ead_id: true, component_id: true };
        for (kind, doc, name) in [
            ("resource", json!({"id_0": "MS", "ead_id": "ead.1"}), "ead.1"),
            ("resource", json!({"id_0": "MS"}), "MS"),
            ("accession", json!({"id_0": "A", "id_1": "1"}), "A-1"),
            ("archival_object", json!({"ref_id": "abc", "component_id": "c"}), "c"),
            ("archival_object", json!({"ref_id": "abc"}), ""),
        ] {
            let record = Record::from_value(kind, doc).unwrap();
            assert_eq!(slug_from_identifier(&record, which), name, "{kind}");
        }
    }

    #[test]
    fn short_names_of_agents_have_the_parts_of_their_names() {
        let mann = json!({"primary_name": "Mann", "rest_of_name": "Thomas", "dates": "1875-1955"});
        let direct = json!({"primary_name": "Mann", "rest_of_name": "Thomas", "name_order": "direct"});
        let body = json!({"primary_name": "City", "subordinate_name_1": "Office", "location": "Bern"});
        let program = json!({"software_name": "Fonds", "version": "1", "manufacturer": "We"});
        for (kind, names, name) in [
            ("agent_person", json!([mann]), "mann_thomas"),
            (
                "agent_person",
                json!([{"primary_name": "A"}, {"primary_name": "B", "is_display_name": true}]),
                "b",
            ),
            ("agent_person", json!([direct]), "thomas_mann"),
            ("agent_family", json!([{"family_name": "Mann", "qualifier": "x"}]), "mann"),
            ("agent_corporate_entity", json!([body]), "city_office"),
            ("agent_software", json!([program]), "fonds"),
        ] {
            let record = Record::from_value(kind, json!({ "names": names })).unwrap();
            assert_eq!(slug(&slug_from_title(Registry::shipped(), &record)), name, "{kind} {names}");
        }
    }
}
