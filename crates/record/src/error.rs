//! What can go wrong before a record exists.

/// Errors of this crate. A record that breaks a rule is not an error: see [`crate::Problem`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A schema file is not what the vocabulary allows.
    #[error("schema {file}: {reason}")]
    Schema {
        /// File stem, as `accession`.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A record must be a JSON object.
    #[error("a {kind} must be a JSON object")]
    NotAnObject {
        /// The kind that was expected.
        kind: String,
    },
    /// Text that is not a record URI.
    #[error("{text:?} is not the address of a record")]
    Uri {
        /// The text that was given.
        text: String,
    },
}
