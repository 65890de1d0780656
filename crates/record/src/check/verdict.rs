//! The answer of `fonds validate`: sentences by path, with the paths that ArchivesSpace uses.

use serde_json::Value;

use super::{Lists, check, clean, codes};
use crate::api::wire::{Messages, Verdict};
use crate::{Problem, Record, Registry, Severity, message};

/// Cleans and checks `value` as a record of `kind` and says what is wrong with it.
#[must_use]
pub fn verdict(registry: &'static Registry, lists: &dyn Lists, kind: &str, value: Value) -> Verdict {
    let problems = match Record::from_value(kind, value) {
        Ok(record) => check(registry, lists, &clean(registry, record)),
        Err(_) => vec![Problem::error("", codes::WRONG_TYPE).with("expected", "record").with("value", "")],
    };
    let (mut errors, mut warnings) = (Messages::new(), Messages::new());
    for problem in &problems {
        let sentence = message::problem("en", problem);
        let side = if problem.severity == Severity::Error { &mut errors } else { &mut warnings };
        side.insert(path(problem), vec![sentence]);
    }
    Verdict { valid: errors.is_empty(), errors, warnings }
}

/// ArchivesSpace reports a record of no kind under `record`, wherever it stands.
fn path(problem: &Problem) -> String {
    match problem.code.as_ref() {
        codes::MISSING_TYPE => "record".to_owned(),
        _ => problem.path(),
    }
}
