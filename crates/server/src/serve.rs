//! Starting and stopping, as a program and inside another one.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use jiff::Timestamp;
use store::{Role, Store};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::jobs::Workers;
use crate::{dispatch, first_run};

/// Why the server cannot start or went down.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data.
    #[error("the data cannot be opened: {0}")]
    Store(#[from] store::Error),
    /// The network.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// Where it was to listen.
        listen: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Files.
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// The first run could not set up what every system has.
    #[error("first run: {0}")]
    FirstRun(String),
    /// The server's task ended by a panic.
    #[error("the server ended unexpectedly: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

/// How to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// Host and port; port 0 takes a free one.
    pub listen: String,
    /// The administrator's password on the first run; none: a random one, told in [`Running::made_password`].
    pub admin_password: Option<String>,
    /// Largest body, in bytes.
    pub body_limit: usize,
    /// Seconds that an idle session lasts.
    pub session_seconds: i64,
    /// Seconds that `/update-feed` and `/notifications` wait for the next change.
    pub poll_seconds: u64,
    /// What records other than repositories get short names of; without it they have none.
    pub slugs: Option<store::Slugs>,
    /// How ARKs are made; without it there are none.
    pub arks: Option<store::Arks>,
    /// Memory that the search index may take before it writes.
    pub search_heap: usize,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Options {
    /// The usual options.
    #[must_use]
    pub fn new(data: &Path, listen: &str) -> Self {
        Self {
            data: data.to_owned(),
            listen: listen.to_owned(),
            admin_password: None,
            body_limit: 256 * 1024 * 1024,
            session_seconds: 3600,
            poll_seconds: 60,
            slugs: None,
            arks: None,
            search_heap: 50_000_000,
            now: Timestamp::now,
        }
    }
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The random password that the first run gave the administrator.
    pub made_password: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
    workers: Workers,
}

impl Running {
    /// Ends it: requests under way are answered first.
    ///
    /// # Errors
    /// What the network says.
    pub async fn stop(mut self) -> Result<(), Error> {
        if let Some(stop) = self.stop.take() {
            // The other end is gone only when the server has ended already.
            let _ended = stop.send(());
        }
        let workers = self.workers;
        let jobs = tokio::task::spawn_blocking(move || workers.stop());
        self.task.await??;
        jobs.await?;
        Ok(())
    }
}

/// Opens the data, sets up what is missing, and serves.
///
/// # Errors
/// When the data cannot be opened or the address is taken.
pub async fn start(options: Options) -> Result<Running, Error> {
    let listen = options.listen.clone();
    let listener = TcpListener::bind(&listen).await.map_err(|source| Error::Listen { listen, source })?;
    let addr = listener.local_addr()?;
    let (app, made_password) = tokio::task::spawn_blocking(move || open(&options)).await??;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = Arc::new(app);
    let workers = Workers::start(&app)?;
    let router = router(Arc::clone(&app));
    let task = tokio::spawn(async move {
        let ended = async move {
            // An error means that the handle was dropped: that ends the server too.
            let _sent = stopped.await;
            app.changes.end();
        };
        axum::serve(listener, router).with_graceful_shutdown(ended).await
    });
    Ok(Running { addr, made_password, stop: Some(stop), task, workers })
}

fn router(app: Arc<App>) -> Router {
    Router::new().fallback(dispatch::handle).with_state(app)
}

pub(crate) fn open(options: &Options) -> Result<(App, Option<String>), Error> {
    let store = open_store(options)?;
    let (identity, made_password) = first_run::set_up(&store, options)?;
    Ok((App::new(store, identity, options)?, made_password))
}

fn open_store(options: &Options) -> Result<Store, Error> {
    let settings = store::Options {
        search_heap: options.search_heap,
        slugs: options.slugs,
        arks: options.arks.clone(),
        now: options.now,
        ..store::Options::new(Role::Server)
    };
    Ok(Store::open(&options.data, settings)?)
}

/// Checks the data folder; what is wrong, a line each.
///
/// # Errors
/// When the data cannot be opened.
pub fn check(data: &Path) -> Result<Vec<String>, Error> {
    let store = open_store(&Options::new(data, ""))?;
    let line =
        |found: store::Finding| format!("{}: {} {}", found.part, found.uri.unwrap_or_default(), found.what);
    Ok(store.check(store::Repair::No)?.into_iter().map(line).collect())
}

/// Writes a copy of the data to one file, while the server may be running.
///
/// # Errors
/// When the data cannot be read or the file cannot be written.
pub fn backup(data: &Path, to: &Path) -> Result<(), Error> {
    let store = open_store(&Options::new(data, ""))?;
    Ok(store.backup(to)?)
}
