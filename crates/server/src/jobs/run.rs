//! One job while it runs: its log, whether it is to stop, and its changes.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use store::{JobStatus, Op, Tx};

use crate::app::{App, Changed};
use crate::reply::{Content, Failure};

/// Bytes that a log may have.
pub(super) const LOG_MOST: u64 = 4 << 20;
const FULL: &str = "The log ends here: it may have 4 MiB.\n";

/// Why a job does not come to its end.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It was told to stop.
    Stopped,
    /// It cannot be done.
    Failed(Failure),
}

impl Ended {
    /// Which of them, for a log: the reasons themselves can quote records.
    pub(crate) fn code(self) -> String {
        match self {
            Self::Stopped => "stopped".to_owned(),
            Self::Failed(failure) => failure.into_reply().status.as_str().to_owned(),
        }
    }
}

/// What a job's work returns.
pub(crate) type Done = Result<(), Ended>;

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<store::Error> for Ended {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What others may ask of a running job, and tell it.
#[derive(Default)]
pub(crate) struct Live {
    stop: AtomicU8,
    /// The end of the log, which is not stored yet.
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    /// Bytes that are stored.
    stored: u64,
    rest: String,
}

/// What a running job is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// To go on.
    No,
    /// Somebody cancels it.
    Canceled,
    /// The server ends: it is done again later.
    Server,
}

impl Live {
    pub(crate) fn with_log_of(stored: u64) -> Self {
        Self { stop: AtomicU8::new(0), log: Mutex::new(Log { stored, rest: String::new() }) }
    }

    /// Tells it to stop; what somebody said first holds.
    pub(crate) fn stop(&self, why: Stop) {
        // Another value than 0 means that somebody was first.
        let _first = self.stop.compare_exchange(0, why as u8, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub(crate) fn told(&self) -> Stop {
        match self.stop.load(Ordering::SeqCst) {
            0 => Stop::No,
            1 => Stop::Canceled,
            _ => Stop::Server,
        }
    }

    /// What `read` says is stored of the log, then what is not.
    pub(crate) fn log(
        &self,
        offset: u64,
        read: impl FnOnce() -> Result<Vec<u8>, Failure>,
    ) -> Result<Vec<u8>, Failure> {
        let log = self.lock();
        let mut text = read()?;
        let from = usize::try_from(offset.saturating_sub(log.stored)).unwrap_or(usize::MAX);
        text.extend_from_slice(log.rest.as_bytes().get(from..).unwrap_or_default());
        Ok(text)
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job while it runs.
pub(crate) struct Run<'a> {
    pub(crate) app: &'a App,
    pub(crate) job: &'a store::Job,
    pub(crate) live: &'a Live,
}

/// Whether a change is the last of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    More,
    Completed,
}

impl Run<'_> {
    /// Adds a line to the log.
    pub(crate) fn say(&self, line: &str) {
        let mut log = self.live.lock();
        let size = log.stored + log.rest.len() as u64;
        if size + line.len() as u64 + 1 + FULL.len() as u64 <= LOG_MOST {
            log.rest.push_str(line);
            log.rest.push('\n');
        } else if size + FULL.len() as u64 <= LOG_MOST && !log.rest.ends_with(FULL) {
            log.rest.push_str(FULL);
        }
    }

    /// Between two steps: ends the work when it is to stop.
    pub(crate) fn step(&self) -> Done {
        if self.live.told() == Stop::No { Ok(()) } else { Err(Ended::Stopped) }
    }

    /// Changes the store, all of it or nothing. Which records it touched and the log so far are part of it, and with
    /// [`Then::Completed`] that the job is done: after a crash it is done whole, or not begun.
    pub(crate) fn write(&self, name: &str, then: Then, f: impl FnOnce(&mut Tx<'_>) -> Done) -> Done {
        let mut ended = None;
        // Held until the change stands, so that nobody reads the end of the log twice or not at all.
        let mut log = None;
        let written = self.app.store.write(Op::typed(name, &self.job.owner), |tx| {
            if let Err(why) = f(tx) {
                ended = Some(why);
                // Only rolls back: the caller gets the reason itself.
                return Err(store::Error::NothingToUndo);
            }
            let changed = Changed::by(tx)?;
            let records = tx.changed().to_vec();
            tx.note_job_records(self.job.id, &records)?;
            let rest = log.insert(self.live.lock());
            tx.log_job(self.job.id, &rest.rest)?;
            if then == Then::Completed {
                tx.end_job(self.job.id, JobStatus::Completed)?;
            }
            Ok(changed)
        });
        match (written, ended) {
            (_, Some(why)) => Err(why),
            (Ok((changed, _)), None) => {
                if let Some(log) = &mut log {
                    log.stored += log.rest.len() as u64;
                    log.rest.clear();
                }
                drop(log);
                self.app.tell(&changed);
                Ok(())
            }
            (Err(error), None) => Err(error.into()),
        }
    }
}

/// The lines of the log that tell a failure.
pub(super) fn told(failure: Failure) -> Vec<String> {
    if let Failure::Rules { messages, records } = &failure {
        let line = |(place, texts): (&String, &Vec<String>)| format!("{place}: {}", texts.join("; "));
        let mut lines: Vec<String> =
            messages.iter().filter(|(place, _)| *place != "conflicting_record").map(line).collect();
        lines.push(format!("In the way: {}", records.join(", ")));
        return lines;
    }
    let Content::Json(body) = failure.into_reply().content else { return Vec::new() };
    match body.get("error") {
        Some(serde_json::Value::Object(messages)) => messages
            .iter()
            .map(|(place, texts)| {
                let texts: Vec<&str> =
                    texts.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
                format!("{place}: {}", texts.join("; "))
            })
            .collect(),
        Some(serde_json::Value::String(text)) => vec![text.clone()],
        Some(other) => vec![other.to_string()],
        None => vec![body.to_string()],
    }
}
