//! Ending a job in the middle, where the moment can be chosen.

use std::sync::Arc;

use serde_json::json;
use store::{JobStatus, NewJob, Op};
use tempfile::TempDir;

use super::run::{Ended, Live, Run, Stop};
use super::worker;
use crate::app::App;
use crate::reply::Failure;

/// A server without threads and a repository with one resource; a job that renames it is claimed.
fn claimed() -> (App, store::Job, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let options = crate::Options::new(dir.path(), "");
    let settings = store::Options { search_heap: 20_000_000, ..store::Options::new(store::Role::Server) };
    let store = store::Store::open(dir.path(), settings).unwrap();
    let doc = |value: serde_json::Value| value.as_object().cloned().unwrap();
    let job = store
        .write(Op::typed("job", "ada"), |tx| {
            let repo = tx.create("repository", None, doc(json!({"repo_code": "ALB", "name": "Albion"})))?;
            let accession =
                tx.create("accession", Some(&repo.uri), doc(json!({"id_0": "A", "title": " Old "})))?;
            let doc =
                doc(json!({"find": "Old", "replace": "New", "record_type": "accession", "property": "title",
                "base_record_uri": accession.uri}));
            let new =
                NewJob { repo: &repo.uri, kind: "find_and_replace_job", doc: &doc, params: None, files: &[] };
            tx.add_job(&new)?;
            tx.claim_job()
        })
        .unwrap();
    (App::new(store, String::new(), &options).unwrap(), job.0.unwrap(), dir)
}

fn state(app: &App) -> (JobStatus, String, String) {
    app.store
        .read(|reader| {
            let log = String::from_utf8(reader.job_log(1, 0)?).unwrap();
            let title = reader.expect("/repositories/2/accessions/1")?.title.clone();
            Ok((reader.job(1)?.unwrap().status, log, title))
        })
        .unwrap()
}

#[test]
fn what_a_job_did_is_taken_back_when_it_is_ended_in_the_middle() {
    for (why, status, line) in [
        (Stop::Canceled, JobStatus::Canceled, "Canceled.\n"),
        (Stop::Server, JobStatus::Queued, "The server ends. This job begins again at its next start.\n"),
    ] {
        let (app, job, _dir) = claimed();
        let live = Live::default();
        let run = Run { app: &app, job: &job, live: &live };
        // The change is made, and the order to stop comes before it stands.
        let done = run.write("find_and_replace", super::run::Then::Completed, |tx| {
            let mut doc = tx.expect("/repositories/2/accessions/1")?.doc;
            doc.insert("title".to_owned(), json!("New"));
            tx.amend("/repositories/2/accessions/1", doc)?;
            live.stop(why);
            run.step()
        });
        assert!(done.is_err());
        worker::run(&run);
        assert_eq!(state(&app), (status, line.to_owned(), "Old".to_owned()));
    }
}

#[test]
fn a_job_that_is_not_told_to_stop_is_completed_with_its_change() {
    let (app, job, _dir) = claimed();
    let live = Arc::new(Live::default());
    worker::run(&Run { app: &app, job: &job, live: &live });
    let line = "1 records looked at, 1 changed, 0 left as they were\n";
    assert_eq!(state(&app), (JobStatus::Completed, line.to_owned(), "New".to_owned()));
    let read = || Ok(app.store.read(|reader| reader.job_log(1, 2))?);
    assert_eq!(live.log(2, read).unwrap(), &line.as_bytes()[2..]);
}

#[test]
fn a_log_has_an_end() {
    let (app, job, _dir) = claimed();
    let live = Live::default();
    let run = Run { app: &app, job: &job, live: &live };
    let line = "x".repeat(1 << 20);
    (0..9).for_each(|_| run.say(&line));
    let log = live.log(0, || Ok(Vec::new())).unwrap();
    assert!(log.len() as u64 <= super::run::LOG_MOST && log.len() > 3 << 20);
    assert!(log.ends_with(b"The log ends here: it may have 4 MiB.\n"));
}

#[test]
fn a_log_names_the_sort_of_a_failure_and_quotes_nothing() {
    assert_eq!(Ended::Stopped.code(), "stopped");
    assert_eq!(Ended::Failed(Failure::Bad("Letters to Ada".to_owned())).code(), "400");
}
