//! What only the document shows as it was sent: cleaning fills it in.

use serde_json::Value;

use super::codes;
use crate::{Problem, Record};

/// Problems of a document before it is cleaned: a name must say how it sorts, or that it is sorted automatically.
/// They join those that `check` found; a name that lacks more than that is told of that alone.
#[must_use]
pub fn as_sent(record: &Record) -> Vec<Problem> {
    if record.kind.starts_with("name_") {
        return unsorted("", &Value::Object(record.doc.clone())).into_iter().collect();
    }
    if !record.kind.starts_with("agent_") {
        return Vec::new();
    }
    let names = record.items("names").iter().enumerate();
    names.filter_map(|(at, name)| unsorted(&format!("/names/{at}"), name)).collect()
}

/// Adds what only the sent document showed, but for names that lack more.
pub fn join(problems: &mut Vec<Problem>, sent: Vec<Problem>) {
    for problem in sent {
        let place = problem.pointer.trim_end_matches("sort_name");
        let lacks = |other: &Problem| {
            other.code == codes::MISSING
                && other.pointer.strip_prefix(place).is_some_and(|rest| !rest.contains('/'))
        };
        if !problems.iter().any(lacks) {
            problems.push(problem);
        }
    }
}

fn unsorted(pointer: &str, name: &Value) -> Option<Problem> {
    let says = |property: &str| {
        name.get(property).is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
    };
    let silent = name.is_object() && !says("sort_name") && !says("sort_name_auto_generate");
    silent.then(|| Problem::error(format!("{pointer}/sort_name"), codes::SORT_NAME_MISSING))
}
