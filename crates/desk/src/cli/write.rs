//! Commands that change something, as the form would do it.

use std::io::Read;

use desk::commands::{self, Absent};
use desk::{Desk, pointer};
use record::api::command::{ResolveInput, SaveInput, SaveOutput, Side, UndoInput, UriInput};
use record::{Problem, Severity, message};
use serde_json::{Map, Value, json};

use super::{Complaint, Done, Form, out};

/// Changes one value. The form shows a kept draft, so that is what is edited.
pub(crate) fn set(desk: &Desk, uri: &str, pointer: &str, value: &str) -> Done {
    let value: Value = serde_json::from_str(value).map_err(|error| {
        Complaint::new(format!("{value:?} is not JSON: {error} (text is written \"so\")."))
    })?;
    let opened = commands::open_record(desk, UriInput { uri: uri.to_owned() })?;
    let mut doc = opened.draft.map_or(opened.record, |draft| draft.record);
    if !pointer::set(&mut doc, pointer, value) {
        return Err(Complaint::new(format!("{pointer:?} leads nowhere in {uri}.")));
    }
    saved(commands::save_record(desk, SaveInput { uri: opened.uri, kind: opened.kind, record: doc })?)
        .map(|_| ())
}

/// Makes a record from JSON on standard input.
pub(crate) fn new(desk: &Desk, kind: &str, repo: Option<&str>, form: Form) -> Done {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let doc: Map<String, Value> = serde_json::from_str(&text)
        .map_err(|error| Complaint::new(format!("standard input is not a JSON object: {error}.")))?;
    let repo = repo.map(|code| commands::repository_by_code(desk, code, Absent::Make)).transpose()?;
    let uri = commands::local_address(kind, repo.as_deref())?;
    let input = SaveInput { uri: uri.clone(), kind: kind.to_owned(), record: doc };
    match saved(commands::save_record(desk, input)?) {
        Ok(doc) => {
            let uri = doc.get("uri").and_then(Value::as_str).unwrap_or(&uri);
            match form {
                Form::Json => out::json(&json!({ "uri": uri })),
                Form::Text => out::line(uri),
            }
            Ok(())
        }
        Err(complaint) => {
            // What came from a file is still there: no draft of it.
            commands::discard_draft(desk, UriInput { uri })?;
            Err(complaint)
        }
    }
}

pub(crate) fn delete(desk: &Desk, uri: String) -> Done {
    commands::delete_record(desk, UriInput { uri })?;
    Ok(())
}

pub(crate) fn resolve(desk: &Desk, uri: String, take: &str) -> Done {
    let mut input =
        ResolveInput { uri, take: None, fields: Default::default(), record: None, lock_version: None };
    match take {
        "mine" => input.take = Some(Side::Mine),
        "theirs" => input.take = Some(Side::Theirs),
        "both" => input.take = Some(Side::Both),
        file => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Complaint::new(format!("{file} cannot be read: {error}.")))?;
            let doc = serde_json::from_str(&text)
                .map_err(|error| Complaint::new(format!("{file} is not a record as JSON: {error}.")))?;
            input.record = Some(doc);
        }
    }
    saved(commands::resolve_conflict(desk, input)?).map(|_| ())
}

pub(crate) fn undo(desk: &Desk, form: Form) -> Done {
    let undone = commands::undo(desk, UndoInput::default())?;
    match form {
        Form::Json => out::json(&undone),
        Form::Text => out::line("Taken back."),
    }
    Ok(())
}

/// The record as saved, or what stood in the way in one sentence.
fn saved(output: SaveOutput) -> Result<Map<String, Value>, Complaint> {
    if output.saved {
        return Ok(output.record.unwrap_or_default());
    }
    let errors = output.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let sentences: Vec<String> = errors.map(sentence).collect();
    Err(Complaint::new(format!("Not saved: {}", sentences.join("; "))))
}

fn sentence(problem: &Problem) -> String {
    let text = message::problem("en", problem);
    let text = text.trim_end_matches('.');
    match problem.path().as_str() {
        "" => text.to_owned(),
        path => format!("{path}: {text}"),
    }
}
