//! `import_job`: finding aids in EAD, through the same door as batch imports. All files of a job or none.

use std::collections::{BTreeMap, HashMap};
use std::io::BufReader;
use std::sync::atomic::AtomicBool;

use exchange::ead::{self, Limits};
use record::{Record, derive};
use serde_json::{Map, Value, json};

use super::run::{Done, Ended, Run, Then, told};
use super::types::{Asked, wrong};
use crate::batch::{self, Sent};
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};

/// Formats that are read: name and what is in them.
const FORMATS: [(&str, &str); 1] = [("ead_xml", "Import EAD records from an XML file")];
/// Formats that ArchivesSpace reads beside them.
const NOT_YET: [&str; 10] = [
    "eac_xml",
    "marcxml",
    "marcxml_subjects_and_agents",
    "marcxml_accession",
    "marcxml_auth_agent",
    "accession_csv",
    "digital_object_csv",
    "assessment_csv",
    "subject_csv",
    "location_csv",
];
/// Records between two lines about the progress.
const PROGRESS: usize = 500;
/// Refused records whose reasons are told, and problems of a file.
const TOLD: usize = 1_000;

pub(crate) fn import_types(_: &Call<'_>) -> Answer {
    let types = FORMATS.iter().map(|(name, about)| json!({"name": name, "description": about}));
    Ok(Reply::json(types.collect::<Vec<_>>()))
}

pub(super) fn accepts(asked: &Asked<'_>) -> Result<(), Failure> {
    let format = asked.job.text("import_type").unwrap_or_default();
    if NOT_YET.contains(&format) {
        return Err(Failure::NotDone(format!("import_job: this server does not read {format} yet.")));
    }
    if FORMATS.iter().all(|(name, _)| *name != format) {
        let known: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
        let text = format!("Invalid value '{format}'.  Must be one of: {}", known.join(", "));
        return Err(wrong("import_type", text));
    }
    if asked.files.is_empty() {
        return Err(Failure::param("files", "An import needs at least one file"));
    }
    Ok(())
}

pub(super) fn run(run: &Run<'_>) -> Done {
    let files = run.app.store.read(|reader| {
        let ids = reader.job_file_ids(run.job.id)?;
        let files = ids.into_iter().map(|id| reader.job_file(run.job.id, id));
        files.collect::<Result<Vec<_>, _>>()
    })?;
    let mut records = Records::default();
    for file in files.into_iter().flatten() {
        run.step()?;
        read(run, &file.name, &file.data, &mut records)?;
    }
    let sent = checked(run, records.all)?;
    let count = sent.len();
    let repo = &run.job.repo;
    run.write("import", Then::Completed, |tx| {
        batch::add_values(tx, &sent)?;
        let roots: Vec<String> =
            sent.iter().filter(|one| one.is_root()).map(|one| one.uri().to_owned()).collect();
        let saved = batch::save::<Ended>(tx, repo, sent, &mut |done| {
            if done > 0 && done % PROGRESS == 0 {
                run.say(&format!("{done} of {count} records stored"));
            }
            run.step()
        })?;
        run.say(&format!("{count} records stored"));
        for root in roots {
            let made = saved.get(&root).and_then(|made| made.get(0)).and_then(Value::as_str);
            made.into_iter().for_each(|uri| run.say(&format!("Made {uri}")));
        }
        Ok(())
    })
}

/// Records of all files; one that comes a second time replaces the first.
#[derive(Default)]
struct Records {
    all: Vec<Record>,
    places: HashMap<String, usize>,
}

impl Records {
    fn add(&mut self, record: Record) {
        let uri = record.uri().unwrap_or_default().to_owned();
        match self.places.get(&uri).and_then(|at| self.all.get_mut(*at)) {
            Some(earlier) => *earlier = record,
            None => {
                self.places.insert(uri, self.all.len());
                self.all.push(record);
            }
        }
    }
}

/// Reads a file; its problems become lines of the log, each with file and line.
fn read(run: &Run<'_>, name: &str, bytes: &[u8], records: &mut Records) -> Done {
    run.say(&format!("Reading {name}"));
    let repo = run.job.repo.rsplit('/').next().unwrap_or_default();
    let cancel = AtomicBool::new(false);
    let mut ids = || uuid::Uuid::now_v7().to_string();
    let options = ead::Options {
        repo,
        ids: &mut ids,
        cancel: &cancel,
        progress: &mut |_| {
            if run.step().is_err() {
                cancel.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        },
        limits: Limits::default(),
    };
    let read = ead::read(name, BufReader::new(bytes), options, &mut |record| records.add(record));
    let report = match read {
        Ok(report) => report,
        Err(error) if error.reason == ead::Reason::Cancelled => return Err(Ended::Stopped),
        Err(error) => return Err(Ended::Failed(Failure::Bad(refusal(&error)))),
    };
    for problem in report.problems.iter().take(TOLD) {
        let (file, line, place) = (&problem.file, problem.line, &problem.path);
        let times = if problem.count > 1 { format!(" ({} times)", problem.count) } else { String::new() };
        run.say(&format!("{file}, line {line}, {place}: {}{times}", problem.message("en")));
    }
    let untold = report.untold + report.problems.len().saturating_sub(TOLD) as u64;
    if untold > 0 {
        run.say(&format!("{name}: {untold} more problems are not told"));
    }
    run.say(&format!("{name}: {}", counted(&report.kinds)));
    Ok(())
}

fn counted(kinds: &BTreeMap<String, u64>) -> String {
    let counts: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    counts.join(", ")
}

fn refusal(error: &ead::Error) -> String {
    let args: Map<String, Value> = error.arguments();
    record::message::text("en", &format!("import-{}", error.reason.code()), &args)
        .unwrap_or_else(|| error.to_string())
}

/// Every record checked by its schema. The reasons of all that are refused are told before the job fails.
fn checked(run: &Run<'_>, records: Vec<Record>) -> Result<Vec<Sent>, Ended> {
    let mut sent = Vec::with_capacity(records.len());
    let mut refused = 0_usize;
    for record in records {
        run.step()?;
        let title = format!("{} “{}”", record.kind, derive::title(record::Registry::shipped(), &record));
        let uri = record.uri().unwrap_or_default().to_owned();
        match batch::sent(run.app, uri, record) {
            Ok(ready) => sent.push(ready),
            Err(failure) => {
                refused += 1;
                if refused <= TOLD {
                    told(failure).iter().for_each(|line| run.say(&format!("{title}: {line}")));
                }
            }
        }
    }
    match refused {
        0 => Ok(sent),
        count => {
            Err(Ended::Failed(Failure::Bad(format!("{count} records break rules, so nothing was stored"))))
        }
    }
}
