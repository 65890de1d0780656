//! Jobs: sending, watching and ending them. What each type does is in a file of its own.

mod arks;
mod duplicate;
mod find_and_replace;
mod import;
mod run;
mod slugs;
mod sweep;
mod types;
mod whitespace;
mod worker;

#[cfg(test)]
mod tests;

use axum::http::header;
use record::Record;
use record::api::wire::Messages;
use serde_json::{Map, Value, json};
use store::{Job, JobStatus, Jobs, NewJob, Reader, seconds};

pub(crate) use worker::{Queue, Workers};

use self::run::Stop;
use self::types::{Asked, Type, Work};
use crate::call::Call;
use crate::reply::{Answer, Content, Failure, Reply};
use crate::{dispatch, lists, resolve, sight};

const MISSING: &str = "Property is required but was missing";

/// `POST /repositories/:repo_id/jobs`: a job without files.
pub(crate) fn create(call: &Call<'_>) -> Answer {
    let named = serde_json::from_slice(call.body).unwrap_or(Value::Null);
    queue(call, call.document()?, &named, &[])
}

/// The same as a form: the job as JSON in the part `job`, its files in the parts `files[0]`, `files[1]`…
pub(crate) fn create_with_files(call: &Call<'_>) -> Answer {
    let mut files = Vec::new();
    let mut text = call.params.text("job").map(str::to_owned);
    for (part, name, bytes) in call.files.take() {
        match part.split('[').next() {
            Some("files") => files.push((name, bytes)),
            // Some clients send every part as a file.
            Some("job") => text = Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => {}
        }
    }
    let text = text.ok_or_else(|| Failure::param("job", "Parameter required but no value provided"))?;
    let named: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::param("job", format!("This is not JSON: {error}")))?;
    let record = Record::from_value("job", named.clone()).map_err(|error| Failure::Bad(error.to_string()))?;
    let (record, _) = dispatch::checked(call.app, record)?;
    queue(call, record, &named, &files)
}

/// Queues a job. `sent` is the document as it came: it may name the type outside of the job itself.
fn queue(call: &Call<'_>, record: Record, sent: &Value, files: &[(String, Vec<u8>)]) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let Some(Value::Object(job)) = record.doc.get("job") else { return Err(Failure::param("job", MISSING)) };
    let name =
        [job.get("jsonmodel_type"), sent.get("job_type")].into_iter().flatten().find_map(Value::as_str);
    let name = name.ok_or_else(|| Failure::param("job/jsonmodel_type", MISSING))?;
    let kind = types::find(name).ok_or_else(|| Failure::param("job/jsonmodel_type", unknown(name)))?;
    let Work::Here { accepts, .. } = &kind.work else { return Err(not_yet(kind)) };
    if let Some(code) = kind.create {
        call.need(code)?;
    }
    let inside = Record::from_value(name, Value::Object(job.clone()))
        .map_err(|error| Failure::param("job", error.to_string()))?;
    let (mut job, warnings) = dispatch::checked(call.app, inside).map_err(inside_of_job)?;
    accepts(&Asked { app: call.app, repo: &repo, job: &job, files })?;
    job.doc.insert("jsonmodel_type".to_owned(), json!(name));
    let params = record.text("job_params");
    let reply = call.commit("job", |tx| {
        let new = NewJob { repo: &repo, kind: name, doc: &job.doc, params, files };
        let id = tx.add_job(&new)?;
        Ok(Reply::json(json!({
            "status": "Created", "id": id, "lock_version": 0, "stale": null, "uri": format!("{repo}/jobs/{id}"),
            "warnings": if warnings.is_empty() { json!([]) } else { json!(prefixed(warnings)) },
        })))
    })?;
    call.app.jobs.wake();
    Ok(reply)
}

fn unknown(name: &str) -> String {
    let known: Vec<&str> = types::done_here().map(|kind| kind.name).collect();
    format!("There are no jobs of type '{name}'. Must be one of: {}", known.join(", "))
}

fn not_yet(kind: &Type) -> Failure {
    match kind.work {
        Work::NotYet(sentence) => Failure::NotDone(format!("{}: {sentence}", kind.name)),
        Work::Here { .. } => Failure::Fault(format!("{} is done here", kind.name)),
    }
}

/// What is wrong inside of the job stands below its place in the document.
fn inside_of_job(failure: Failure) -> Failure {
    match failure {
        Failure::Document { errors, warnings, .. } => Failure::Document {
            errors: prefixed(errors),
            warnings: prefixed(warnings),
            kind: "job".to_owned(),
        },
        Failure::Params(messages) => Failure::Params(prefixed(messages)),
        other => other,
    }
}

fn prefixed(messages: Messages) -> Messages {
    messages.into_iter().map(|(path, texts)| (format!("job/{path}"), texts)).collect()
}

/// A job as the API answers it.
fn document(job: &Job) -> Value {
    let mut doc = Map::new();
    let mut put = |name: &str, value: Value| drop(doc.insert(name.to_owned(), value));
    let latest = job.finished.or(job.started).unwrap_or(job.submitted);
    if let Some(params) = &job.params {
        put("job_params", json!(params));
    }
    put("lock_version", json!(0));
    put("time_submitted", json!(seconds(job.submitted)));
    for (name, time) in [("time_started", job.started), ("time_finished", job.finished)] {
        if let Some(time) = time {
            put(name, json!(seconds(time)));
        }
    }
    put("created_by", json!(job.owner));
    put("last_modified_by", json!(job.owner));
    put("create_time", json!(seconds(job.submitted)));
    put("system_mtime", json!(seconds(latest)));
    put("user_mtime", json!(seconds(latest)));
    put("job_type", json!(job.kind));
    put("jsonmodel_type", json!("job"));
    put("job", Value::Object(job.doc.clone()));
    put("owner", json!(job.owner));
    put("status", json!(job.status.as_str()));
    if job.status == JobStatus::Queued {
        put("queue_position", json!(job.before));
    }
    put("has_modified_records", json!(job.modified));
    put("inactive_record", json!(false));
    put("uri", json!(format!("{}/jobs/{}", job.repo, job.id)));
    put("repository", json!({"ref": job.repo}));
    Value::Object(doc)
}

fn number(call: &Call<'_>) -> i64 {
    i64::try_from(call.id()).unwrap_or(0)
}

/// The job of the path, in the repository of the path.
fn found(call: &Call<'_>, reader: &Reader<'_>) -> Result<Job, Failure> {
    let job = reader.job(number(call))?;
    job.filter(|job| Some(&job.repo) == call.repo().as_ref()).ok_or_else(|| Failure::missing("job"))
}

pub(crate) fn read(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let mut doc = document(&found(call, reader)?);
        resolve::resolve(call, reader, &mut doc, call.params.texts("resolve"))?;
        Ok(Reply::json(doc))
    })
}

fn documents(call: &Call<'_>, reader: &Reader<'_>, which: Jobs) -> Result<Vec<(u64, Value)>, Failure> {
    let since = call.params.integer("modified_since").unwrap_or(0);
    let mut docs = Vec::new();
    for job in reader.jobs(&call.repo().unwrap_or_default(), which)? {
        let latest = job.finished.or(job.started).unwrap_or(job.submitted);
        if latest.as_second() >= since {
            let mut doc = document(&job);
            resolve::resolve(call, reader, &mut doc, call.params.texts("resolve"))?;
            docs.push((u64::try_from(job.id).unwrap_or(0), doc));
        }
    }
    Ok(docs)
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let mut docs = documents(call, reader, Jobs::All)?;
        if call.params.text("sort_direction").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
            docs.reverse();
        }
        Ok(lists::of_values(call, docs))
    })
}

pub(crate) fn active(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let docs = documents(call, reader, Jobs::Active)?;
        Ok(Reply::json(docs.into_iter().map(|(_, doc)| doc).collect::<Vec<_>>()))
    })
}

pub(crate) fn archived(call: &Call<'_>) -> Answer {
    call.app.read(|reader| Ok(lists::of_values(call, documents(call, reader, Jobs::Ended)?)))
}

/// Ends a job that waits at once, and tells one that runs to take back what it did.
pub(crate) fn cancel(call: &Call<'_>) -> Answer {
    let job = call.app.read(|reader| found(call, reader))?;
    if let Some(code) = types::find(&job.kind).and_then(|kind| kind.cancel) {
        call.need(code)?;
    }
    let reply = json!({"status": "Updated", "id": job.id, "lock_version": 0, "stale": null});
    // Not inside of a change: a job that runs may hold the writer for long.
    if let Some(live) = call.app.jobs.running(job.id) {
        live.stop(Stop::Canceled);
        return Ok(Reply::json(reply));
    }
    call.commit("job", |tx| {
        match tx.job(job.id)?.map(|job| job.status) {
            Some(JobStatus::Queued) => {
                tx.log_job(job.id, "Canceled before it began.\n")?;
                tx.end_job(job.id, JobStatus::Canceled)?;
            }
            Some(JobStatus::Running) => call.app.jobs.cancel(job.id),
            _ => return Err(Failure::Conflict(Value::from("This job has ended already"))),
        }
        Ok(Reply::json(reply))
    })
}

pub(crate) fn delete(call: &Call<'_>) -> Answer {
    let job = call.app.read(|reader| found(call, reader))?;
    if let Some(code) = types::find(&job.kind).and_then(|kind| kind.cancel) {
        call.need(code)?;
    }
    call.commit("job", |tx| {
        if tx.job(job.id)?.is_some_and(|job| job.status == JobStatus::Running) {
            return Err(Failure::Conflict(Value::from("This job is running: cancel it first")));
        }
        tx.drop_job(job.id)?;
        Ok(Reply::json(json!({"status": "Deleted", "id": job.id})))
    })
}

/// The log from a byte to its end, with what a running job has not stored yet.
pub(crate) fn log(call: &Call<'_>) -> Answer {
    let offset = call.params.integer("offset").unwrap_or(0);
    let offset = u64::try_from(offset).map_err(|_| Failure::param("offset", "Must be 0 or more"))?;
    let job = call.app.read(|reader| found(call, reader))?;
    let stored = || call.app.read(|reader| Ok(reader.job_log(job.id, offset)?));
    let text = match call.app.jobs.running(job.id) {
        Some(live) => live.log(offset, stored)?,
        None => stored()?,
    };
    Ok(Reply::text("text/plain", String::from_utf8_lossy(&text).into_owned()))
}

pub(crate) fn output_files(call: &Call<'_>) -> Answer {
    call.app.read(|reader| Ok(Reply::json(json!(reader.job_file_ids(found(call, reader)?.id)?))))
}

pub(crate) fn output_file(call: &Call<'_>) -> Answer {
    let id = call.params.integer("file_id").unwrap_or(0);
    call.app.read(|reader| {
        let file = reader.job_file(found(call, reader)?.id, id)?;
        let file = file.ok_or_else(|| Failure::NoValue("File not found".to_owned()))?;
        let reply = Reply::json(Value::Null).with_header(header::CONTENT_DISPOSITION, "attachment");
        Ok(Reply { content: Content::Bytes { kind: "application/octet-stream", bytes: file.data }, ..reply })
    })
}

/// The records that a job made or changed, as far as the caller is shown them.
pub(crate) fn records(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let mut values = Vec::new();
        for (id, uri) in reader.job_records(found(call, reader)?.id)? {
            let head = reader.head(&uri)?;
            if let Some(head) = head
                && sight::is_open(call, reader, &head)?
            {
                values.push((u64::try_from(id).unwrap_or(0), json!({"record": {"ref": uri}})));
            }
        }
        Ok(lists::of_values(call, values))
    })
}

/// The types that this server does, each with the codes that it needs.
pub(crate) fn job_types(_: &Call<'_>) -> Answer {
    let codes = |code: Option<&'static str>| code.into_iter().collect::<Vec<_>>();
    let all: Map<String, Value> = types::done_here()
        .map(|kind| {
            let codes = json!({
                "create_permissions": codes(kind.create), "cancel_permissions": codes(kind.cancel),
            });
            (kind.name.to_owned(), codes)
        })
        .collect();
    Ok(Reply::json(all))
}

pub(crate) use import::import_types;
