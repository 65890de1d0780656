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
        let text = sentence(problem);
        if let (Some(path), Some(uri)) =
            (unique_path(problem), problem.args.get("uri").and_then(Value::as_str))
        {
            messages.entry(path).or_default().push(text);
            if arg(problem, "rule").starts_with("agent") {
                messages.insert("conflicting_record".to_owned(), vec![uri.to_owned()]);
            }
            continue;
        }
        let texts = messages.entry(reported_at(problem)).or_default();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    messages
}

/// Under which path the API reports a value that is taken.
fn unique_path(problem: &Problem) -> Option<String> {
    if problem.code != "not_unique" {
        return None;
    }
    Some(match arg(problem, "rule") {
        "agent_authority" => "names/0/authority_id".to_owned(),
        _ => problem.path(),
    })
}

/// The sentence for a value that is taken, by the rule that it breaks.
fn taken(rule: &str) -> &'static str {
    match rule {
        "accession_identifier" | "resource_identifier" => "That ID is already in use",
        "ead_id" | "digital_object_id" | "component_id" => "Must be unique",
        "ref_id" => "An Archival Object Ref ID must be unique to its resource",
        "barcode" => "A barcode must be unique within a repository",
        "group_code" => "Group code must be unique within a repository",
        "repo_code" => "short name already in use",
        "ark" => "ark_collision",
        "agent" => "Agent must be unique",
        "agent_authority" => "Authority ID must be unique",
        "subject_terms" | "subject_any" => "Subject must be unique",
        "subject_authority" => "Subject heading identifier must be unique within source",
        _ => "Must be unique",
    }
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
        "not_in_list" => {
            let fixed = Registry::shipped().list(arg(problem, "list")).is_some_and(|list| !list.editable);
            let before = if fixed {
                format!("Protected read-only list #{}. ", problem.pointer)
            } else {
                String::new()
            };
            format!(
                "{before}Invalid value '{}'.  Must be one of: {}",
                arg(problem, "value"),
                allowed(problem)
            )
        }
        "pattern" => format!(
            "Value '{}' did not match regular expression: {}",
            arg(problem, "value"),
            ruby_pattern(arg(problem, "pattern"))
        ),
        "not_unique" if problem.pointer == "/external_ark_url" => "external_ark_collision".to_owned(),
        "not_unique" => taken(arg(problem, "rule")).to_owned(),
        "one_only" => format!(
            "A {} can have only one {} defined as: {}",
            arg(problem, "type"),
            arg(problem, "of"),
            arg(problem, "mark")
        ),
        "not_a_date" => "Not a valid date".to_owned(),
        "wrong_reference" => wrong_reference(problem),
        _ => rule(problem).map_or_else(|| record::message::problem("en", problem), str::to_owned),
    }
}

/// Rules that look at more than one field.
fn rule(problem: &Problem) -> Option<&'static str> {
    let field = problem.pointer.rsplit('/').next().unwrap_or_default();
    Some(match (problem.code.as_ref(), field) {
        ("title_or_date", "dates") => "one or more required (or enter a Title)",
        ("title_or_date", _) => "must not be an empty string (or enter a Date)",
        ("label_title_or_date", _) => "you must provide a label, title or date",
        ("end_before_begin", _) => "must not be before begin",
        ("date_empty", "begin") => "is required unless an expression or an end date is given",
        ("date_empty", "end") => "is required unless an expression or a begin date is given",
        ("date_empty", _) => "is required unless a begin or end date is given",
        ("identifier_gap", _) => "must not contain blank entries",
        ("language_missing", _) => "must_contain_at_least_one_language",
        ("rights_part_missing", _) => "missing required property",
        ("not_a_decimal", _) => "must be a number with no more than nine digits and five decimal places",
        ("not_an_integer", _) => "must be an integer",
        ("extent_type_missing", _) => "is required if total extent is specified",
        ("not_a_measure", _) => "must be a number with no more than 2 decimal places",
        ("not_a_count", _) => "must be a positive integer",
        ("authority_without_source", _) => "is required if there is an authority id",
        ("event_time_missing" | "event_time_double", _) => "Must specify either a date or a timestamp",
        ("other_level_missing", _) => "missing required property",
        ("sort_name_missing", _) => "Property is required but was missing",
        ("markup_broken", _) => "mixed_content_invalid_inline_ead",
        ("markup_forbidden", _) => "mixed_content_disallowed_tag",
        ("representative_unpublished", _) => "representative_file_version_must_be_published",
        ("authority_repeated", _) => "Authority ID must be unique",
        ("repeated", _) => "Must be unique",
        ("report_empty", _) => "custom report must include field or subreport",
        _ => return None,
    })
}

/// Where the API reports a problem.
fn reported_at(problem: &Problem) -> String {
    match problem.code.as_ref() {
        "authority_without_source" => "display_name/source".to_owned(),
        _ => record::check::path(problem),
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
pub(crate) fn ruby_pattern(pattern: &str) -> String {
    let inner = pattern
        .trim_start_matches(r"\A")
        .trim_start_matches('^')
        .trim_end_matches(r"\z")
        .trim_end_matches('$');
    format!(r"\A{inner}\z")
}

fn wrong_reference(problem: &Problem) -> String {
    let kinds: Vec<String> = match problem.args.get("allowed") {
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).map(|kind| format!("JSONModel(:{kind}) uri")).collect()
        }
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
        store::Error::Invalid(problems) => broken(&problems),
        store::Error::Refused { code, args } => Failure::Conflict(Value::from(refusal(code, &args))),
        // What serde says can quote the document, and a fault is logged.
        store::Error::Document(error) => {
            let (line, column) = (error.line(), error.column());
            Failure::Fault(format!("a document: {:?} at {line}:{column}", error.classify()))
        }
        other => Failure::Fault(other.to_string()),
    }
}

/// A refusal for rules that need other records to see.
fn broken(problems: &[Problem]) -> Failure {
    let messages = messages(problems, Severity::Error);
    let mut records: Vec<String> = Vec::new();
    for problem in problems.iter().filter(|problem| problem.code == "not_unique") {
        let uri = arg(problem, "uri").to_owned();
        if !records.contains(&uri) {
            records.push(uri);
        }
    }
    if records.is_empty() { Failure::Params(messages) } else { Failure::Rules { messages, records } }
}

/// The refusal of a change for a record that still needs another one.
pub(crate) fn refused(code: &str, uri: &str, by: &store::Head) -> Failure {
    let args = [("uri", uri), ("other", &by.uri), ("title", &by.title)];
    let args = args.map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect();
    Failure::Conflict(Value::from(refusal(code, &args)))
}

fn refusal(code: &str, args: &serde_json::Map<String, Value>) -> String {
    match code {
        "suppressed" => "Can't update an object that has been suppressed".to_owned(),
        "linked_to_user" | "linked_to_assessment" => code.to_owned(),
        "cycle" => "Can't make a parent into its own child".to_owned(),
        _ => record::message::error("en", code, args),
    }
}

/// Kind of the record that an address names; the last but one segment where no kind has it.
pub(crate) fn kind_of(uri: &str) -> &str {
    record::Uri::parse(Registry::shipped(), uri)
        .map_or_else(|_| uri.rsplit('/').nth(1).unwrap_or("record"), |uri| uri.kind)
}
