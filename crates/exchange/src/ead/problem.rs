//! What was not taken over as it stood in the file, and where it is now.

use record::message;
use serde_json::{Map, Value};

/// What became of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The record lacks something that it needs; somebody has to decide.
    Attention,
    /// The value has no home in the record: it is named here and nowhere else.
    LeftOut,
    /// The value is kept, but elsewhere or in another form.
    Kept,
}

/// Every code and what it means for the value. The sentence is `import-<code>`.
pub const CODES: [(&str, Outcome); 51] = [
    ("resource-no-title", Outcome::Attention),
    ("resource-no-identifier", Outcome::Attention),
    ("resource-identifier-from-eadid", Outcome::Kept),
    ("resource-no-date", Outcome::Attention),
    ("resource-no-extent", Outcome::Attention),
    ("component-untitled", Outcome::Attention),
    ("text-too-long", Outcome::Kept),
    ("text-kept-as-note", Outcome::Kept),
    ("element-kept-as-note", Outcome::Kept),
    ("character-left-out", Outcome::LeftOut),
    ("entity-unknown", Outcome::Kept),
    ("entity-markup", Outcome::LeftOut),
    ("new-value", Outcome::Kept),
    ("level-missing", Outcome::Kept),
    ("level-unknown", Outcome::Kept),
    ("id-invalid", Outcome::LeftOut),
    ("id-repeated", Outcome::LeftOut),
    ("unitid-extra", Outcome::Kept),
    ("title-extra", Outcome::Kept),
    ("date-normal-unread", Outcome::Kept),
    ("date-reversed", Outcome::Kept),
    ("date-type-unknown", Outcome::LeftOut),
    ("date-label-unknown", Outcome::LeftOut),
    ("date-certainty-unknown", Outcome::LeftOut),
    ("extent-unread", Outcome::Kept),
    ("extent-words-kept", Outcome::Kept),
    ("physdesc-text-kept", Outcome::Kept),
    ("language-unknown", Outcome::Kept),
    ("script-unknown", Outcome::LeftOut),
    ("note-only-heading", Outcome::Kept),
    ("internal-part", Outcome::Kept),
    ("heading-left-out", Outcome::LeftOut),
    ("numeration-unknown", Outcome::LeftOut),
    ("definition-incomplete", Outcome::Kept),
    ("index-entry-no-name", Outcome::Kept),
    ("revision-incomplete", Outcome::Kept),
    ("container-empty", Outcome::LeftOut),
    ("container-too-deep", Outcome::Kept),
    ("container-no-type", Outcome::Kept),
    ("container-parent-unknown", Outcome::Kept),
    ("barcode-differs", Outcome::LeftOut),
    ("dao-no-address", Outcome::Attention),
    ("dao-show-unknown", Outcome::LeftOut),
    ("dao-actuate-unknown", Outcome::LeftOut),
    ("origination-kept-as-note", Outcome::Kept),
    ("name-kept-as-note", Outcome::Kept),
    ("agent-form-differs", Outcome::LeftOut),
    ("authority-id-repeated", Outcome::LeftOut),
    ("authority-id-second", Outcome::LeftOut),
    ("restriction-date-unread", Outcome::Kept),
    ("description-rules-kept", Outcome::Kept),
];

/// One problem of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportProblem {
    /// File name as the caller gave it.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Where, from the nearest component: `c02[14]/did/unitdate`.
    pub path: String,
    /// The value as the file has it, cut to 200 characters.
    pub value: String,
    /// Stable code; the sentence is `import-<code>`.
    pub code: &'static str,
    /// What became of the value.
    pub outcome: Outcome,
    /// How often: problems that repeat are told once, at their first place.
    pub count: u64,
    /// What the sentence needs beyond the above: `list`, `other`…
    pub args: Map<String, Value>,
}

impl ImportProblem {
    /// The sentence for people.
    #[must_use]
    pub fn message(&self, lang: &str) -> String {
        let mut args = self.arguments();
        if let Some(Value::String(list)) = self.args.get("list") {
            let label = message::text(lang, &format!("enum-{list}"), &Map::new());
            args.insert("list".to_owned(), label.unwrap_or_else(|| list.replace('_', " ")).into());
        }
        let id = format!("import-{}", self.code);
        message::text(lang, &id, &args).unwrap_or_else(|| format!("{}: {}", self.code, self.value))
    }

    /// Everything that the sentence may name.
    #[must_use]
    pub fn arguments(&self) -> Map<String, Value> {
        let mut all = self.args.clone();
        all.insert("file".to_owned(), self.file.as_str().into());
        all.insert("line".to_owned(), self.line.into());
        all.insert("path".to_owned(), self.path.as_str().into());
        all.insert("value".to_owned(), self.value.as_str().into());
        all.insert("count".to_owned(), self.count.into());
        all
    }
}

/// What a code means for the value.
pub(super) fn outcome(code: &str) -> Outcome {
    CODES.iter().find(|(known, _)| *known == code).map_or(Outcome::Attention, |(_, outcome)| *outcome)
}

/// At most this many characters of a value are repeated in a problem.
pub(super) fn shorten(value: &str) -> String {
    match value.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ead::Reason;

    #[test]
    fn every_code_has_a_sentence() {
        let codes = CODES.iter().map(|(code, _)| *code).chain(Reason::CODES);
        let silent: Vec<&str> = codes
            .filter(|code| message::text("en", &format!("import-{code}"), &Map::new()).is_none())
            .collect();
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[test]
    fn values_are_shortened_at_a_character() {
        assert_eq!(shorten(&"é".repeat(300)).chars().count(), 201);
        assert_eq!(shorten("short"), "short");
    }
}
