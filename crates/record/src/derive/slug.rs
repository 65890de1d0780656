//! Short names of records in addresses of pages.

use super::{identifier, joined_parts, title};
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

/// What the automatic short name of a record is made of: its title.
#[must_use]
pub fn slug_from_title(registry: &'static Registry, record: &Record) -> String {
    match record.kind.as_str() {
        "subject" => record.text("title").map_or_else(|| title(registry, record), str::to_owned),
        kind if kind.starts_with("agent_") => title(registry, record),
        _ => record.text("title").unwrap_or_default().to_owned(),
    }
}

/// What the automatic short name of a record is made of: its identifier.
#[must_use]
pub fn slug_from_identifier(record: &Record) -> String {
    match record.kind.as_str() {
        "accession" | "resource" => joined_parts(record, "-"),
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
            assert_eq!(slug_from_identifier(&record), from_identifier, "{kind}");
        }
    }
}
