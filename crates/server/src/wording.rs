//! The sentences that the API uses. Clients of ArchivesSpace compare some of
//! them, so they are its own, word for word, and always English; what people
//! read in the window comes from the language files instead.

use record::api::wire::Messages;
use record::{Problem, Registry, Severity};
use serde_json::Value;

use crate::reply::Failure;

/// Sentences by path, of one severity.
pub(crate) fn messages(problems: &[Problem], severity: Severity) -> Messages {
    let mut messages = Messages::new();
    for problem in problems.iter().filter(|problem| problem.severity == severity) {
        let texts = messages.entry(problem.path()).or_default();
        let text = sentence(problem);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    messages
}

fn arg<'a>(problem: &'a Problem, name: &str) -> &'a str {
    problem.args.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// One problem as the API says it.
pub(crate) fn sentence(problem: &Problem) -> String {
    let number = |name: &str| problem.args.get(name).and_then(Value::as_u64).unwrap_or(0);
    match problem.code.as_ref() {
        "missing" => "Property is required but was missing".to_owned(),
        "wrong_type" => wrong_type(problem),
        "too_long" => format!("Must be {} characters or fewer", number("limit")),
        "too_short" => format!("Must be at least {} characters", number("limit")),
        "too_few_items" => format!("At least {} item(s) is required", number("limit")),
        "not_in_list" => format!("Invalid value '{}'.  Must be one of: {}", arg(problem, "value"), allowed(problem)),
        "pattern" => format!("Value '{}' did not match regular expression: {}", arg(problem, "value"), ruby_pattern(arg(problem, "pattern"))),
        "not_a_date" => "Not a valid date".to_owned(),
        "wrong_reference" => wrong_reference(problem),
        _ => record::message::problem("en", problem),
    }
}

fn wrong_type(problem: &Problem) -> String {
    let wanted = match arg(problem, "expected") {
        "text" => "string",
        "list" => "array",
        "record" | "reference" => "object",
        other => other,
    };
    format!("Must be a {wanted} (you provided a {})", ruby_class(problem.args.get("value")))
}

/// The name that clients know the type of a value by.
fn ruby_class(value: Option<&Value>) -> &'static str {
    match value {
        Some(Value::Number(number)) if number.is_f64() => "Float",
        Some(Value::Number(_)) => "Integer",
        Some(Value::Bool(true)) => "TrueClass",
        Some(Value::Bool(false)) => "FalseClass",
        Some(Value::Array(_)) => "Array",
        Some(Value::Object(_)) => "Hash",
        Some(Value::String(text)) if text.starts_with('[') => "Array",
        Some(Value::String(text)) if text.starts_with('{') => "Hash",
        Some(Value::String(_)) => "String",
        Some(Value::Null) | None => "NilClass",
    }
}

fn allowed(problem: &Problem) -> String {
    if let Some(Value::Array(values)) = problem.args.get("allowed") {
        return values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    }
    Registry::shipped().list(arg(problem, "list")).map_or_else(String::new, |list| list.values.join(", "))
}

/// The pattern as the original spells it.
fn ruby_pattern(pattern: &str) -> String {
    let inner = pattern.trim_start_matches(r"\A").trim_start_matches('^').trim_end_matches(r"\z").trim_end_matches('$');
    format!(r"\A{inner}\z")
}

fn wrong_reference(problem: &Problem) -> String {
    let kinds: Vec<String> = match problem.args.get("allowed") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).map(|kind| format!("JSONModel(:{kind}) uri")).collect(),
        _ => Vec::new(),
    };
    let wanted = match kinds.as_slice() {
        [one] => format!("Must be a {one}"),
        many => format!("Must be one of: {}", many.join(", ")),
    };
    format!("{wanted} (you provided a String) (malformed or invalid uri? check if referenced object exists.)")
}

/// What the store refuses, as the API says it.
pub(crate) fn store_error(error: store::Error) -> Failure {
    match error {
        store::Error::NotFound { uri } => Failure::missing(kind_of(&uri)),
        store::Error::Stale { .. } => Failure::stale(),
        store::Error::Invalid(problems) => Failure::Params(messages(&problems, Severity::Error)),
        store::Error::Refused { code, args } => Failure::Conflict(Value::from(refusal(code, &args))),
        other => Failure::Fault(other.to_string()),
    }
}

fn refusal(code: &str, args: &serde_json::Map<String, Value>) -> String {
    match code {
        "suppressed" => "Can't update an object that has been suppressed".to_owned(),
        "cycle" => "Can't make a parent into its own child".to_owned(),
        _ => record::message::error("en", code, args),
    }
}

/// Kind of the record that an address names; the last but one segment where no kind has it.
pub(crate) fn kind_of(uri: &str) -> &str {
    record::Uri::parse(Registry::shipped(), uri).map_or_else(|_| uri.rsplit('/').nth(1).unwrap_or("record"), |uri| uri.kind)
}
