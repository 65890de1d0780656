//! Controlled lists with this desk's own values.

use record::check::{Lists, check, clean};
use record::{Problem, Record, Registry};
use store::Reader;

/// The lists as the store has them.
pub(super) struct Values<'a, 'b>(pub(super) &'a Reader<'b>);

impl Lists for Values<'_, '_> {
    fn allows(&self, list: &str, value: &str) -> bool {
        // A list that cannot be read refuses nothing: the server checks again.
        self.0.enum_allows(list, value).unwrap_or(true)
    }
}

/// The problems of a record by itself, as the form has them.
pub(crate) fn problems(reader: &Reader<'_>, record: &Record) -> Vec<Problem> {
    let registry = Registry::shipped();
    check(registry, &Values(reader), &clean(registry, record.clone()))
}
