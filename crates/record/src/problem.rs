//! What is wrong with a record, as data.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How grave a problem is: an error blocks sending, a warning blocks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Must be put right before the record can leave this computer.
    Error,
    /// Advice.
    Warning,
}

/// One problem of one record: where, what (a code that the language files
/// turn into a sentence), with which values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// JSON pointer (RFC 6901) into the record, `""` for the record itself.
    pub pointer: String,
    /// Stable code, as `missing` or `too_long`; the message is `problem-<code>`.
    pub code: Cow<'static, str>,
    /// What the sentence needs: `value`, `limit`, `allowed`, `other`…
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub args: Map<String, Value>,
    /// How grave.
    pub severity: Severity,
}

impl Problem {
    /// An error without arguments.
    #[must_use]
    pub fn error(pointer: impl Into<String>, code: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            code: Cow::Borrowed(code),
            args: Map::new(),
            severity: Severity::Error,
        }
    }

    /// A warning without arguments.
    #[must_use]
    pub fn warning(pointer: impl Into<String>, code: &'static str) -> Self {
        Self { severity: Severity::Warning, ..Self::error(pointer, code) }
    }

    /// The same problem with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// The place as ArchivesSpace spells it: `extents/0/number`.
    #[must_use]
    pub fn path(&self) -> String {
        self.pointer.trim_start_matches('/').replace("~1", "/").replace("~0", "~")
    }
}
