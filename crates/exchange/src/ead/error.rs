//! Why a file is refused as a whole. One bad value never is a reason.

use std::fmt;

use serde_json::{Map, Value};

/// A file that cannot be imported at all, or an import that was stopped.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct Error {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Not XML, or broken XML.
    NotWellFormed(String),
    /// XML, but another format than EAD 2002: its name.
    OtherFormat(&'static str),
    /// XML whose root element is not one that we know: its name.
    NotEad(String),
    /// An EAD file without a description.
    NoDescription,
    /// Bytes that are not what the file says its encoding is, or an encoding that nobody knows.
    Encoding(String),
    /// A reference to something outside the file: the entity's name.
    ExternalEntity(String),
    /// Larger than allowed: which limit, and how much it allows.
    TooLarge {
        /// `file`, `element`, `depth` or `entities`.
        what: &'static str,
        /// The greatest size allowed.
        limit: u64,
    },
    /// The bytes could not be read.
    Unreadable(String),
    /// The caller cancelled.
    Cancelled,
}

impl Reason {
    /// Stable code; the sentence is `import-<code>`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWellFormed(_) => "not-well-formed",
            Self::OtherFormat(_) => "other-format",
            Self::NotEad(_) => "not-ead",
            Self::NoDescription => "no-description",
            Self::Encoding(_) => "encoding",
            Self::ExternalEntity(_) => "external-entity",
            Self::TooLarge { what: "file", .. } => "too-large-file",
            Self::TooLarge { what: "depth", .. } => "too-deep",
            Self::TooLarge { what: "entities", .. } => "too-many-entities",
            Self::TooLarge { .. } => "too-large-element",
            Self::Unreadable(_) => "unreadable",
            Self::Cancelled => "cancelled",
        }
    }

    /// Every code, for the test that each has a sentence.
    pub const CODES: [&'static str; 12] = [
        "not-well-formed",
        "other-format",
        "not-ead",
        "no-description",
        "encoding",
        "external-entity",
        "too-large-file",
        "too-deep",
        "too-many-entities",
        "too-large-element",
        "unreadable",
        "cancelled",
    ];
}

impl Error {
    /// The sentence for people.
    #[must_use]
    pub fn message(&self, lang: &str) -> String {
        let id = format!("import-{}", self.reason.code());
        record::message::text(lang, &id, &self.arguments()).unwrap_or_else(|| self.to_string())
    }

    /// What the sentence needs beside the code: `file`, `line`, `value`.
    #[must_use]
    pub fn arguments(&self) -> Map<String, Value> {
        let value = match &self.reason {
            Reason::NotWellFormed(text)
            | Reason::NotEad(text)
            | Reason::Encoding(text)
            | Reason::ExternalEntity(text)
            | Reason::Unreadable(text) => text.clone(),
            Reason::OtherFormat(name) => (*name).to_owned(),
            Reason::TooLarge { limit, .. } => limit.to_string(),
            Reason::NoDescription | Reason::Cancelled => String::new(),
        };
        Map::from_iter([
            ("file".to_owned(), Value::from(self.file.as_str())),
            ("line".to_owned(), Value::from(self.line)),
            ("value".to_owned(), Value::from(value)),
        ])
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWellFormed(why) => write!(f, "the file is not well-formed XML: {why}"),
            Self::OtherFormat(name) => write!(f, "this is an {name} file; only EAD 2002 can be read yet"),
            Self::NotEad(root) => write!(f, "this is not an EAD file: it begins with <{root}>"),
            Self::NoDescription => f.write_str("the file has no <archdesc>, so it describes nothing"),
            Self::Encoding(why) => write!(f, "the characters cannot be read: {why}"),
            Self::ExternalEntity(name) => {
                write!(f, "&{name}; stands for another file, and other files are never fetched")
            }
            Self::TooLarge { what: "file", limit } => write!(f, "the file is larger than {limit} bytes"),
            Self::TooLarge { what: "depth", limit } => {
                write!(f, "elements are nested more than {limit} deep")
            }
            Self::TooLarge { what: "entities", limit } => {
                write!(f, "the file's own entities grow beyond {limit} bytes")
            }
            Self::TooLarge { limit, .. } => write!(f, "one element is larger than {limit} bytes"),
            Self::Unreadable(why) => write!(f, "the file cannot be read: {why}"),
            Self::Cancelled => f.write_str("the import was stopped"),
        }
    }
}
