//! Beginning a record, and making a repository.

use record::api::command::{NewInput, NewRepository, OpenRecord, Touched, UriInput};
use record::schema::{Kind, Shape};
use record::{Problem, Uri};
use serde_json::{Map, Value, json};
use store::Op;
use uuid::Uuid;

use super::open_record;
use super::records::registry;
use super::touched::{tags, tell};
use crate::error::with;
use crate::{Desk, Failure};

/// `new_record`: an address and the defaults. Nothing is stored but the draft.
///
/// # Errors
/// When there is no such kind, or its repository or root is missing.
pub fn new_record(desk: &Desk, input: NewInput) -> Result<OpenRecord, Failure> {
    let kind = registry()
        .kind(&input.kind)
        .ok_or_else(|| Failure(with("unknown_kind", &[("kind", &input.kind)])))?;
    let repo = match (&input.repo, &input.root) {
        (Some(repo), _) => Some(repo.clone()),
        (None, Some(root)) => Uri::parse(registry(), root).ok().and_then(|root| root.repository()),
        (None, None) => None,
    };
    if let Some(repo) = &repo
        && desk.store().read(|r| r.head(repo))?.is_none()
    {
        return Err(Failure(with("not_found", &[("uri", repo)])));
    }
    let uri = local_address(&input.kind, repo.as_deref())?;
    let doc = begun(desk, kind, &input)?;
    desk.store().keep_draft(&uri, &kind.name, repo.as_deref(), &doc)?;
    tell(desk, vec!["drafts".to_owned()], None);
    open_record(desk, UriInput { uri })
}

/// A fresh address of this computer.
///
/// # Errors
/// When there is no such kind, or it needs a repository and there is none.
pub fn local_address(kind: &str, repo: Option<&str>) -> Result<String, Failure> {
    if !registry().kind(kind).is_some_and(|kind| kind.uri.as_ref().is_some_and(|uri| uri.has_id())) {
        return Err(Failure(with("unknown_kind", &[("kind", kind)])));
    }
    let key = format!("local_{}", Uuid::now_v7());
    let repo = repo.and_then(|repo| repo.rsplit('/').next());
    let uri = Uri::of(registry(), kind, repo, &key);
    uri.map(|uri| uri.to_string()).ok_or_else(|| Failure(with("repository_needed", &[("kind", kind)])))
}

/// The document that a form begins with.
fn begun(desk: &Desk, kind: &Kind, input: &NewInput) -> Result<Map<String, Value>, Failure> {
    let mut doc = Map::new();
    doc.insert("jsonmodel_type".to_owned(), json!(kind.name));
    for property in kind.properties.iter().filter(|property| !property.read_only) {
        if let Some(value) = begins_with(&property.shape, property.required, property.default.as_ref()) {
            doc.insert(property.name.clone(), value);
        }
    }
    if kind.name == "accession" {
        doc.insert("accession_date".to_owned(), json!(jiff::Zoned::now().date().to_string()));
    }
    if let Some(root) = &input.root {
        let property = Uri::parse(registry(), root).map(|root| root.kind).unwrap_or_default();
        doc.insert(property.to_owned(), json!({ "ref": root }));
    }
    if let Some(parent) = &input.parent {
        doc.insert("parent".to_owned(), json!({ "ref": parent }));
    }
    if let Some(after) = &input.after {
        let place = desk.store().read(|r| match r.get(after)? {
            Some(stored) => r.place_of(&stored),
            None => Ok(None),
        })?;
        if let Some(place) = place {
            doc.insert("position".to_owned(), json!(place.position + 1));
        }
    }
    Ok(doc)
}

/// The schema's default, or the value that a required list preselects.
fn begins_with(shape: &Shape, required: bool, default: Option<&Value>) -> Option<Value> {
    if let Some(value) = default {
        return Some(value.clone());
    }
    match shape {
        Shape::Text(text) if required => {
            let list = registry().list(text.list.as_deref()?)?;
            list.default.clone().map(Value::String)
        }
        _ => None,
    }
}

/// `new_repository`.
///
/// # Errors
/// When the code is taken, or there is none.
pub fn new_repository(desk: &Desk, input: NewRepository) -> Result<Touched, Failure> {
    let NewRepository { code, name } = input;
    let by = desk.author();
    let doc = json!({"repo_code": code.trim(), "name": name.trim(), "publish": true});
    let Value::Object(doc) = doc else { return Err(Failure(with("internal", &[]))) };
    let written = desk.store().write(Op::typed("save", &by), |tx| {
        if code.trim().is_empty() {
            return Err(store::Error::Invalid(vec![Problem::error("/repo_code", "missing")]));
        }
        tx.create("repository", None, doc)?;
        Ok(tags(tx.changed()))
    });
    let (mut touched, op) = written?;
    touched.push("repositories".to_owned());
    Ok(tell(desk, touched, Some(op)))
}

/// Address of the repository with a code; one that is not there is made.
///
/// # Errors
/// When the disk fails.
pub fn repository_by_code(desk: &Desk, code: &str, absent: Absent) -> Result<String, Failure> {
    let find = || -> Result<Option<String>, Failure> {
        let found = super::state::repositories(desk)?;
        Ok(found.into_iter().find(|repo| repo.code == code || repo.uri == code).map(|repo| repo.uri))
    };
    if let Some(uri) = find()? {
        return Ok(uri);
    }
    let unknown = || Failure(with("no_such_repository", &[("code", code)]));
    if absent == Absent::Refuse {
        return Err(unknown());
    }
    new_repository(desk, NewRepository { code: code.to_owned(), name: code.to_owned() })?;
    find()?.ok_or_else(unknown)
}

/// What is done about a repository that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It is made.
    Make,
    /// It is an error.
    Refuse,
}
