//! The answer of `fonds validate`: sentences by path, with the paths that ArchivesSpace uses.

use serde_json::Value;

use super::{Lists, as_sent, check, clean, codes, join};
use crate::api::wire::{Messages, Verdict};
use crate::{Problem, Record, Registry, Severity, message};

/// Cleans and checks `value` as a record of `kind` and says what is wrong with it.
#[must_use]
pub fn verdict(registry: &'static Registry, lists: &dyn Lists, kind: &str, value: Value) -> Verdict {
    let problems = match Record::from_value(kind, value) {
        Ok(record) => {
            let sent = as_sent(&record);
            let mut problems = check(registry, lists, &clean(registry, record));
            join(&mut problems, sent);
            problems
        }
        Err(_) => vec![Problem::error("", codes::WRONG_TYPE).with("expected", "record").with("value", "")],
    };
    let (mut errors, mut warnings) = (Messages::new(), Messages::new());
    // Without a kind ArchivesSpace looks no further.
    let blind = problems.iter().any(|problem| problem.code == codes::MISSING_TYPE);
    for problem in problems.iter().filter(|problem| !blind || problem.code == codes::MISSING_TYPE) {
        let sentence = message::problem("en", problem);
        let side = if problem.severity == Severity::Error { &mut errors } else { &mut warnings };
        // A value of another type at a controlled list confuses ArchivesSpace: it reports it twice.
        if problem.code == codes::WRONG_TYPE
            && (problem.args.contains_key("list") || problem.args.contains_key("allowed"))
        {
            side.insert("unknown".to_owned(), vec![sentence.clone()]);
        }
        side.insert(path(problem), vec![sentence]);
    }
    Verdict { valid: errors.is_empty(), errors, warnings }
}

/// The key under which ArchivesSpace reports a problem: mostly its place.
#[must_use]
pub fn path(problem: &Problem) -> String {
    let path = problem.path();
    let beside = |name: &str| match path.rsplit_once('/') {
        Some((up, _)) => format!("{up}/{name}"),
        None => name.to_owned(),
    };
    match problem.code.as_ref() {
        codes::MISSING_TYPE => "record".to_owned(),
        codes::IDENTIFIER_GAP => beside("identifier"),
        codes::LANGUAGE_MISSING | codes::LOCATION_INCOMPLETE => beside("coded_errors"),
        codes::DATE_FORM_MISSING => beside("structured_date_label"),
        codes::NO_SUCH_DAY => beside("begin_date_standardized"),
        codes::SOURCE_EMPTY | codes::ALTERNATE_SET_EMPTY => beside("agent_sources"),
        codes::EXISTENCE_LABEL => path.rsplitn(3, '/').last().unwrap_or_default().to_owned(),
        codes::NOT_A_DAY | codes::END_BEFORE_BEGIN => {
            path.replace("rights_restriction/", "rights_restriction__")
        }
        _ => path,
    }
}
