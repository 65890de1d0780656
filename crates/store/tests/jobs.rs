//! Jobs wait in the database, one of a type at a time, and keep their files and their log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, doc, save, server};
use serde_json::json;
use store::{JobStatus, Jobs, NewJob, Op};

fn queue(s: &Temporary, repo: &str, kind: &str, files: &[(String, Vec<u8>)]) -> i64 {
    let new = NewJob { repo, kind, doc: &doc(json!({"find": "a"})), params: None, files };
    s.write(Op::typed("job", "ada"), |tx| tx.add_job(&new)).unwrap().0
}

fn claim(s: &Temporary) -> Option<i64> {
    s.write(Op::typed("job", ""), |tx| tx.claim_job()).unwrap().0.map(|job| job.id)
}

#[test]
fn one_job_of_a_type_runs_and_the_others_wait() {
    let s = server();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"})).head.uri;
    let ids: Vec<i64> = ["import_job", "import_job", "trim_whitespace_job"]
        .iter()
        .map(|kind| queue(&s, &repo, kind, &[]))
        .collect();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!((claim(&s), claim(&s), claim(&s)), (Some(1), Some(3), None));
    let active = s.read(|r| r.jobs(&repo, Jobs::Active)).unwrap();
    let seen: Vec<(i64, JobStatus)> = active.iter().map(|job| (job.id, job.status)).collect();
    assert_eq!(seen, [(3, JobStatus::Running), (1, JobStatus::Running), (2, JobStatus::Queued)]);
    s.write(Op::typed("job", ""), |tx| tx.end_job(1, JobStatus::Completed)).unwrap();
    assert_eq!(claim(&s), Some(2));
    assert_eq!(s.read(|r| r.jobs(&repo, Jobs::Ended)).unwrap()[0].id, 1);
    assert!(!s.write(Op::typed("job", ""), |tx| tx.end_job(1, JobStatus::Canceled)).unwrap().0);
}

#[test]
fn what_was_running_at_the_end_of_a_program_waits_again() {
    let s = server();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"})).head.uri;
    queue(&s, &repo, "import_job", &[("a.xml".to_owned(), vec![0, 255, 7])]);
    assert_eq!(claim(&s), Some(1));
    s.write(Op::typed("job", ""), |tx| tx.log_job(1, "begun: é\n")).unwrap();
    let s = s.reopen();
    assert_eq!(s.write(Op::typed("job", ""), |tx| tx.revive_jobs()).unwrap().0, [(1, 1)]);
    s.write(Op::typed("job", ""), |tx| tx.log_job(1, "again\n")).unwrap();
    s.read(|r| {
        let job = r.job(1)?.unwrap();
        assert_eq!(
            (job.status, job.owner.as_str(), job.repo.as_str()),
            (JobStatus::Queued, "ada", repo.as_str())
        );
        let file = r.job_file(1, r.job_file_ids(1)?[0])?.unwrap();
        assert_eq!((file.name.as_str(), file.data), ("a.xml", vec![0, 255, 7]));
        for (offset, rest) in [(0, "begun: é\nagain\n"), (10, "again\n"), (12, "ain\n"), (16, ""), (99, "")]
        {
            assert_eq!(String::from_utf8(r.job_log(1, offset)?).unwrap(), rest, "{offset}");
        }
        Ok(())
    })
    .unwrap();
    s.write(Op::typed("delete", ""), |tx| tx.delete(&repo)).unwrap();
    assert_eq!(s.read(|r| r.job(1)).unwrap(), None);
}
