//! Starting and stopping, as a program and inside another one.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use axum::middleware::from_fn_with_state;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use ipnet::IpNet;
use jiff::Timestamp;
use store::{Access, Role, Store};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinHandle};

use crate::app::App;
use crate::jobs::Workers;
use crate::log_lines::LogLines;
use crate::metrics::MetricsFor;
use crate::tls::{Certificate, Tls};
use crate::{body, chores, cors, dispatch, first_run, observe, runs, sessions};

/// How long a new connection may say nothing.
const FIRST_REQUEST: Duration = Duration::from_secs(30);

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
    /// The certificate or its key.
    #[error("{}: {reason}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another program has the data folder.
    #[error("{} is in use by a running server", data.display())]
    InUse {
        /// The data folder.
        data: PathBuf,
    },
    /// Data are where a backup is to go.
    #[error("there are data in {}; --force puts them aside", data.display())]
    DataThere {
        /// The data folder.
        data: PathBuf,
    },
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
    /// How long a request's body may stay away without a byte.
    pub body_wait: Duration,
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
    /// Certificate and key; none: HTTP without TLS.
    pub tls: Option<Tls>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of other pages that may call the API from a browser.
    pub allowed_origins: Vec<String>,
    /// Days that logins and changes of permissions are kept; 0: for ever.
    pub audit_days: u32,
    /// Who may read `/metrics`.
    pub metrics: MetricsFor,
    /// How long requests under way may take when the server is stopped.
    pub stop_within: Duration,
    /// Lines for `/system/log`: what the program's subscriber writes to.
    pub log: LogLines,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Where the search index is.
    pub index: store::Index,
    /// Asked around every commit; none outside tests.
    pub gate: Option<store::Gate>,
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
            body_wait: body::WAIT,
            session_seconds: 3600,
            poll_seconds: 60,
            slugs: None,
            arks: None,
            search_heap: 50_000_000,
            tls: None,
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            audit_days: 365,
            metrics: MetricsFor::Administrators,
            stop_within: Duration::from_secs(30),
            log: LogLines::default(),
            now: Timestamp::now,
            index: store::Index::Kept,
            gate: None,
        }
    }
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The random password that the first run gave the administrator.
    pub made_password: Option<String>,
    certificate: Option<Certificate>,
    stop_within: Duration,
    task: JoinHandle<std::io::Result<()>>,
    workers: Workers,
    app: Arc<App>,
    ends: Ends,
    lock: File,
}

/// Ends the server when its handle is dropped without a word.
struct Ends {
    handle: Handle<SocketAddr>,
    chores: AbortHandle,
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.chores.abort();
        self.handle.shutdown();
    }
}

impl Running {
    /// Its address for clients.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// Reads the files of the certificate again; new connections get it. Without TLS nothing happens.
    ///
    /// # Errors
    /// What is wrong with the files: then the old certificate stays.
    pub fn read_certificate_again(&self) -> Result<(), Error> {
        self.certificate.as_ref().map_or(Ok(()), Certificate::read_again)
    }

    /// Ends it: nothing new is taken, requests under way are answered first, within [`Options::stop_within`].
    ///
    /// # Errors
    /// What the network says.
    pub async fn stop(self) -> Result<(), Error> {
        self.ends.chores.abort();
        // Those who wait for the next change are answered.
        self.app.changes.end();
        // Jobs come to their next step while requests under way are answered.
        self.app.jobs.stop();
        self.ends.handle.graceful_shutdown(Some(self.stop_within));
        let ended = self.task.await;
        let app = self.app;
        let written = tokio::task::spawn_blocking(move || sessions::write_touched(&app)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!("when sessions were last used was not written down");
        }
        let workers = self.workers;
        let jobs = tokio::task::spawn_blocking(move || workers.stop()).await;
        drop(self.lock);
        ended??;
        jobs?;
        Ok(())
    }
}

/// A server without a network: it answers what it is handed, on the caller's thread.
pub struct Server {
    app: App,
    _lock: File,
}

impl Server {
    /// Opens the data and sets up what is missing.
    ///
    /// # Errors
    /// When the data cannot be opened.
    pub fn open(options: &Options) -> Result<Self, Error> {
        let (app, _, lock) = open(options)?;
        Ok(Self { app, _lock: lock })
    }

    /// Answers one request as over the network. It works while it is polled: it blocks the thread.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let (parts, body) = dispatch::at_once(&self.app, request.map(Body::from)).await.into_parts();
        // Answers are made whole before they leave: there is nothing that could fail on the way.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Response::from_parts(parts, body.to_vec())
    }

    /// The data.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.app.store
    }
}

/// Opens the data, sets up what is missing, and serves.
///
/// # Errors
/// When the data cannot be opened or are another server's, the certificate is none, or the address is taken.
pub async fn start(options: Options) -> Result<Running, Error> {
    let certificate = options.tls.clone().map(Certificate::read).transpose()?;
    let listen = options.listen.clone();
    let listener = TcpListener::bind(&listen).await.map_err(|source| Error::Listen { listen, source })?;
    let addr = listener.local_addr()?;
    let stop_within = options.stop_within;
    let (app, made_password, lock) = tokio::task::spawn_blocking(move || open(&options)).await??;
    let app = Arc::new(app);
    let workers = Workers::start(&app)?;
    let handle = Handle::new();
    let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener.into_std()?)?
        .handle(handle.clone())
        .first_request_timeout(FIRST_REQUEST)
        .acceptor(NoDelayAcceptor::new());
    let task = match &certificate {
        Some(certificate) => {
            let acceptor = RustlsAcceptor::new(certificate.config.clone());
            tokio::spawn(server.map(|plain| acceptor.acceptor(plain)).serve(service))
        }
        None => tokio::spawn(server.serve(service)),
    };
    let ends = Ends { handle, chores: tokio::spawn(chores::run(Arc::clone(&app))).abort_handle() };
    Ok(Running { addr, made_password, certificate, stop_within, task, workers, app, ends, lock })
}

fn router(app: Arc<App>) -> Router {
    let cors = cors::layer(&app.allowed_origins);
    let router = Router::new().fallback(dispatch::handle).with_state(Arc::clone(&app));
    router.layer(cors).layer(from_fn_with_state(app, observe::observe))
}

pub(crate) fn open(options: &Options) -> Result<(App, Option<String>, File), Error> {
    std::fs::create_dir_all(&options.data)?;
    let lock = lock_data(&options.data)?;
    let store = open_store(options)?;
    let (identity, made_password) = first_run::set_up(&store, options)?;
    runs::begin(&store)?;
    Ok((App::new(store, identity, options)?, made_password, lock))
}

pub(crate) fn open_store(options: &Options) -> Result<Store, Error> {
    open_store_to(options, Access::Full)
}

pub(crate) fn open_store_to(options: &Options, access: Access) -> Result<Store, Error> {
    let settings = store::Options {
        access,
        search_heap: options.search_heap,
        slugs: options.slugs,
        arks: options.arks.clone(),
        now: options.now,
        index: options.index,
        gate: options.gate.clone(),
        ..store::Options::new(Role::Server)
    };
    Ok(Store::open(&options.data, settings)?)
}

/// Holds the data folder for this program, until the file is dropped.
pub(crate) fn lock_data(data: &Path) -> Result<File, Error> {
    let file = File::options().create(true).truncate(false).write(true).open(data.join("server.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse { data: data.to_owned() }),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
