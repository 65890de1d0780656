//! What a record must be: cleaned, then checked against its schema and against
//! the rules that look at more than one field.

mod clean;
pub mod codes;
mod day;
mod place;
mod rules;
mod saved;
mod sent;
mod verdict;
mod walk;

use serde_json::Value;

pub use clean::clean;
pub(crate) use saved::is_whole;
pub use saved::on_saving;
pub use sent::{as_sent, join};
pub use verdict::{path, verdict};

use crate::{Problem, Record, Registry};

/// Which values a controlled list has.
pub trait Lists {
    /// Whether `list` has `value`.
    fn allows(&self, list: &str, value: &str) -> bool;
}

impl Lists for Registry {
    fn allows(&self, list: &str, value: &str) -> bool {
        self.list(list).is_some_and(|list| list.has(value))
    }
}

/// Everything that is wrong with a cleaned record, errors and warnings: of each (sub)record first
/// what is there, in its order, then what is absent, then what breaks a rule of several fields.
#[must_use]
pub fn check(registry: &'static Registry, lists: &dyn Lists, record: &Record) -> Vec<Problem> {
    walked(walk::Walk::new(registry, lists), registry, record)
}

/// The same as the server tells it: rules of several fields are asked wherever no property is missing.
#[must_use]
pub fn check_whole(registry: &'static Registry, lists: &dyn Lists, record: &Record) -> Vec<Problem> {
    walked(walk::Walk::asking_more(registry, lists), registry, record)
}

fn walked(mut walk: walk::Walk<'_>, registry: &'static Registry, record: &Record) -> Vec<Problem> {
    match registry.kind(&record.kind) {
        Some(kind) => walk.record(kind, &record.doc, &place::Place::Root),
        None => {
            return vec![
                Problem::error("", codes::UNKNOWN_KIND).with("value", Value::from(record.kind.as_str())),
            ];
        }
    }
    walk.problems
}

#[cfg(test)]
mod tests;
