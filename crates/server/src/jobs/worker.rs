//! The threads that do the jobs, and the queue that they wait at.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use store::{Job, JobStatus, Op};

use super::run::{Ended, Live, Run, Stop, told};
use super::types::{self, Work};
use crate::app::App;
use crate::reply::Failure;

/// Jobs at a time; of one type there is one.
const THREADS: usize = 2;
/// How often a job is begun that the server does not survive.
const ATTEMPTS: i64 = 3;

/// What the threads wait at, and the jobs that run.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Grows with every change of the queue.
    turn: u64,
    stopping: bool,
    running: HashMap<i64, Arc<Live>>,
    /// Jobs that are claimed and not begun, and canceled.
    canceled: HashSet<i64>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the threads that there may be something to do.
    pub(crate) fn wake(&self) {
        self.lock().turn += 1;
        self.changed.notify_all();
    }

    /// The job with this number, while it runs.
    pub(crate) fn running(&self, id: i64) -> Option<Arc<Live>> {
        self.lock().running.get(&id).cloned()
    }

    /// Cancels a job that is running, or is just about to.
    pub(crate) fn cancel(&self, id: i64) {
        let mut state = self.lock();
        match state.running.get(&id) {
            Some(live) => live.stop(Stop::Canceled),
            None => drop(state.canceled.insert(id)),
        }
    }

    /// Tells every job, and every thread, that the server ends.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.stopping = true;
        state.turn += 1;
        state.running.values().for_each(|live| live.stop(Stop::Server));
        drop(state);
        self.changed.notify_all();
    }

    /// Notes a job that begins; one that begins while the server ends is told so.
    fn begin(&self, id: i64, live: &Arc<Live>) {
        let mut state = self.lock();
        if state.canceled.remove(&id) {
            live.stop(Stop::Canceled);
        }
        if state.stopping {
            live.stop(Stop::Server);
        }
        state.running.insert(id, Arc::clone(live));
    }

    fn end(&self, id: i64) {
        self.lock().running.remove(&id);
        self.wake();
    }
}

/// The threads of a server.
pub(crate) struct Workers {
    app: Arc<App>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Takes up again what a program that is gone had begun, and starts the threads.
    ///
    /// # Errors
    /// What the database or the system says.
    pub(crate) fn start(app: &Arc<App>) -> Result<Self, crate::Error> {
        revive(app)?;
        let mut threads = Vec::new();
        for number in 0..THREADS {
            let app = Arc::clone(app);
            threads
                .push(std::thread::Builder::new().name(format!("jobs-{number}")).spawn(move || work(&app))?);
        }
        Ok(Self { app: Arc::clone(app), threads })
    }

    /// Ends the threads, when what runs has come to its next step: it is taken back and waits for the next start.
    pub(crate) fn stop(mut self) {
        self.app.jobs.stop();
        for thread in std::mem::take(&mut self.threads) {
            if thread.join().is_err() {
                tracing::error!("a thread of the jobs panicked");
            }
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.app.jobs.stop();
    }
}

fn revive(app: &App) -> Result<(), store::Error> {
    app.store.write(Op::typed("job", ""), |tx| {
        for (id, attempts) in tx.revive_jobs()? {
            if attempts < ATTEMPTS {
                tx.log_job(id, "The server ended while this job ran. Nothing was kept; it begins again.\n")?;
            } else {
                let line =
                    format!("The server ended {attempts} times while this job ran. It is not begun again.\n");
                tx.log_job(id, &line)?;
                tx.end_job(id, JobStatus::Failed)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// One thread: job after job until the server ends.
fn work(app: &App) {
    let mut seen = app.jobs.lock().turn;
    loop {
        if app.jobs.lock().stopping {
            return;
        }
        match app.store.write(Op::typed("job", ""), |tx| tx.claim_job()) {
            Ok((Some(job), _)) => {
                begin(app, &job);
                continue;
            }
            Ok((None, _)) => {}
            Err(error) => tracing::error!(%error, "the jobs cannot be read"),
        }
        let mut state = app.jobs.lock();
        while state.turn == seen {
            state = app.jobs.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        seen = state.turn;
    }
}

fn begin(app: &App, job: &Job) {
    let size = app.store.read(|reader| reader.job_log_size(job.id)).unwrap_or_default();
    let live = Arc::new(Live::with_log_of(size));
    app.jobs.begin(job.id, &live);
    run(&Run { app, job, live: &live });
    app.jobs.end(job.id);
}

/// Does a job that is claimed, and writes down how it ended.
pub(super) fn run(run: &Run<'_>) {
    tracing::info!(job = run.job.id, kind = run.job.kind, "a job begins");
    let work = || match types::find(&run.job.kind).map(|kind| &kind.work) {
        Some(Work::Here { does, .. }) => does(run),
        _ => Err(Ended::Failed(Failure::NotDone("This server does no such jobs.".to_owned()))),
    };
    let done = std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Ended::Failed(Failure::Fault("a job panicked".to_owned()))));
    let (status, lines) = match done {
        Ok(()) => (Some(JobStatus::Completed), Vec::new()),
        Err(Ended::Stopped) if run.live.told() == Stop::Server => {
            (None, vec!["The server ends. This job begins again at its next start.".to_owned()])
        }
        Err(Ended::Stopped) => (Some(JobStatus::Canceled), vec!["Canceled.".to_owned()]),
        Err(Ended::Failed(failure)) => (Some(JobStatus::Failed), told(failure)),
    };
    lines.iter().for_each(|line| run.say(line));
    let id = run.job.id;
    let ended = run.write("job", super::run::Then::More, |tx| {
        match status {
            Some(status) => drop(tx.end_job(id, status)?),
            None => tx.return_job(id)?,
        }
        Ok(())
    });
    if let Err(why) = ended {
        tracing::error!(job = id, why = why.code(), "the end of a job could not be written");
    }
    tracing::info!(job = id, status = status.map_or("queued", JobStatus::as_str), "a job ends");
}
