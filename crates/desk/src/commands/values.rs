//! Controlled lists with this desk's own values.

use record::check::{Lists, check, clean, on_saving};
use record::{Problem, Record, Registry, Severity};
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
    let record = clean(registry, record.clone());
    let mut problems = check(registry, &Values(reader), &record);
    // As the server: these are asked of what is valid by itself.
    if problems.iter().all(|problem| problem.severity != Severity::Error) {
        problems.extend(on_saving(&record));
    }
    problems
}
