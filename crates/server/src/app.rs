//! What every request shares: the store, the router, the limits.

use jiff::Timestamp;
use store::{Op, Reader, Store, Tx, Values};

use crate::changes::Changes;
use crate::reply::Failure;
use crate::route::Router;
use crate::wording;

/// The server's state.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) router: Router,
    /// Identity of the data: another one means another (or restored) server.
    pub(crate) identity: String,
    /// Largest body, in bytes.
    pub(crate) body_limit: usize,
    /// How long a body may stay away without a byte.
    pub(crate) body_wait: std::time::Duration,
    pub(crate) room: crate::body::Room,
    /// Seconds that an idle session lasts.
    pub(crate) session_seconds: i64,
    pub(crate) now: fn() -> Timestamp,
    pub(crate) logins: crate::throttle::Throttle,
    pub(crate) touched: crate::sessions::Touched,
    pub(crate) known: crate::known::Known,
    pub(crate) slots: crate::slots::Slots,
    pub(crate) health: crate::health::Health,
    pub(crate) metrics: crate::metrics::Metrics,
    pub(crate) metrics_for: crate::MetricsFor,
    pub(crate) log: crate::LogLines,
    pub(crate) trusted_proxies: Vec<ipnet::IpNet>,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) audit_days: u32,
    pub(crate) editing: crate::feeds::Editing,
    pub(crate) jobs: crate::jobs::Queue,
    pub(crate) changes: Changes,
    /// How long those wait who ask for the next change.
    pub(crate) poll: std::time::Duration,
}

impl App {
    pub(crate) fn new(
        store: Store,
        identity: String,
        options: &crate::Options,
    ) -> Result<Self, store::Error> {
        let lists = store.read(|reader| reader.lists_version())?;
        Ok(Self {
            store,
            router: crate::router::router(),
            identity,
            body_limit: options.body_limit,
            body_wait: options.body_wait,
            room: crate::body::Room::of(options.body_limit),
            session_seconds: options.session_seconds,
            now: options.now,
            logins: crate::throttle::Throttle::default(),
            touched: crate::sessions::Touched::default(),
            known: crate::known::Known::default(),
            slots: crate::slots::Slots::default(),
            health: crate::health::Health::default(),
            metrics: crate::metrics::Metrics::new(),
            metrics_for: options.metrics,
            log: options.log.clone(),
            trusted_proxies: options.trusted_proxies.clone(),
            allowed_origins: options.allowed_origins.clone(),
            audit_days: options.audit_days,
            editing: crate::feeds::Editing::default(),
            jobs: crate::jobs::Queue::default(),
            changes: Changes::new((options.now)(), lists),
            poll: std::time::Duration::from_secs(options.poll_seconds),
        })
    }

    /// Reads the store; what the closure refuses is the answer.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&Reader<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.store.read(|reader| Ok(f(reader)))?
    }

    /// Changes the store, all of it or, when the closure refuses, nothing.
    pub(crate) fn write<T>(
        &self,
        name: &str,
        by: &str,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.carry_out(Op::typed(name, by), f)
    }

    /// The same for an operation that is described.
    pub(crate) fn carry_out<T>(
        &self,
        op: Op<'_>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut refused = None;
        let written = self.store.write(op, |tx| {
            let value = f(tx).map_err(|failure| {
                refused = Some(failure);
                // Only rolls back: the caller gets the refusal itself.
                store::Error::NothingToUndo
            })?;
            Ok((value, Changed::by(tx)?))
        });
        match (written, refused) {
            (_, Some(failure)) => Err(failure),
            (Ok(((value, changed), _)), None) => {
                self.tell(&changed);
                Ok(value)
            }
            (Err(error), None) => Err(wording::store_error(error)),
        }
    }

    /// Tells those who wait what an operation changed.
    pub(crate) fn tell(&self, changed: &Changed) {
        self.changes.tell(&changed.records, changed.lists, (self.now)());
    }

    /// The controlled lists as they are here.
    pub(crate) fn lists(&self) -> Result<Values, Failure> {
        let version = self.store.rights_version();
        if let Some(lists) = self.known.lists(version) {
            return Ok(lists);
        }
        let lists = self.store.read(|reader| reader.lists())?;
        self.known.keep_lists(version, &lists);
        Ok(lists)
    }

    /// Whether there is a repository with this number.
    pub(crate) fn repository_exists(&self, number: u64) -> bool {
        let version = self.store.rights_version();
        if let Some(exists) = self.known.repository(version, number) {
            return exists;
        }
        let found = self.store.read(|reader| reader.head(&format!("/repositories/{number}")));
        let exists = matches!(found, Ok(Some(_)));
        if found.is_ok() {
            self.known.keep_repository(version, number, exists);
        }
        exists
    }
}

/// What an operation changed.
pub(crate) struct Changed {
    records: Vec<store::Changed>,
    /// Version of the controlled lists after it.
    lists: i64,
}

impl Changed {
    /// What was changed so far.
    pub(crate) fn by(tx: &Tx<'_>) -> Result<Self, store::Error> {
        Ok(Self { records: tx.changed().to_vec(), lists: tx.lists_version()? })
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        wording::store_error(error)
    }
}
