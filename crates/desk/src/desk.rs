//! The desk itself: the data folder, the session with the server, and who listens.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use record::api::command::{ApiError, Progress};
use store::Store;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use crate::commands::{Preview, SERVER, USER};
use crate::passwords::{Keyring, Passwords};
use crate::rest::{self, Client, Session};
use crate::{Error, Events, Failure, Teller};

/// How a desk is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where passwords are kept.
    pub keyring: Keyring,
    /// Whether [`Desk::keep_in_sync`] does anything.
    pub sync_by_itself: bool,
    /// How the data folder is opened.
    pub store: store::Options,
}

impl Default for Options {
    fn default() -> Self {
        // Scripts and tests on a machine with a keyring may not want theirs touched.
        let is = |name, value: &str| std::env::var_os(name).is_some_and(|found| found == value);
        let keyring = if is("FONDS_KEYRING", "memory") { Keyring::Memory } else { Keyring::System };
        let store = store::Options::new(store::Role::Desk);
        Self { keyring, sync_by_itself: !is("FONDS_SYNC", "manual"), store }
    }
}

/// Everything that the application can do, without a window. Cloning is cheap;
/// all clones are the same desk.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) teller: Teller,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) contact: Arc<Mutex<Contact>>,
    pub(crate) imports: Mutex<BTreeMap<u64, Preview>>,
    /// Clashes told at a save, by address and state of the record: saving again means it.
    pub(crate) told: Mutex<HashMap<String, i64>>,
    pub(crate) next_import: AtomicU64,
    /// Stops the reading of files that runs.
    pub(crate) stop_import: Mutex<Arc<AtomicBool>>,
    /// Told after every operation of a person.
    pub(crate) nudge: Arc<Notify>,
    /// Whether the server answered the last time that it was asked, whoever wanted it.
    pub(crate) reached: Arc<AtomicBool>,
    sync_by_itself: bool,
    runtime: Mutex<Option<Runtime>>,
}

/// How things stand with the server, in this process.
#[derive(Debug, Default)]
pub(crate) struct Contact {
    /// The client of the server that is connected, once it was needed.
    pub(crate) client: Option<Client>,
    /// Whether the last contact succeeded.
    pub(crate) online: bool,
    /// The password is needed again.
    pub(crate) signed_out: bool,
    /// What went wrong last.
    pub(crate) problem: Option<ApiError>,
    /// The sync that runs: how far it is, and how to stop it.
    pub(crate) running: Option<Running>,
}

/// A sync that runs.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) progress: Progress,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Desk {
    /// Opens the desk whose data is in `dir`, making it where there is none.
    ///
    /// # Errors
    /// What the store says of its files.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_with(dir, Options::default())
    }

    /// Opens a desk with its options.
    ///
    /// # Errors
    /// What the store says of its files.
    pub fn open_with(dir: &Path, options: Options) -> Result<Self, Error> {
        let store = Store::open(dir, options.store)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("fonds-net")
            .enable_all()
            .build()?;
        Ok(Self(Arc::new(Inner {
            store,
            teller: Teller::default(),
            passwords: Arc::new(Passwords::new(options.keyring)),
            contact: Arc::default(),
            imports: Mutex::default(),
            told: Mutex::default(),
            next_import: AtomicU64::new(1),
            stop_import: Mutex::default(),
            nudge: Arc::default(),
            reached: Arc::default(),
            sync_by_itself: options.sync_by_itself,
            runtime: Mutex::new(Some(runtime)),
        })))
    }

    /// Who the history says made a change: the user of the server, else of this computer.
    pub(crate) fn author(&self) -> String {
        let user = self.0.store.read(|r| r.setting(USER)).ok().flatten();
        let local = || ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        user.or_else(local).unwrap_or_else(|| "you".to_owned())
    }

    /// The password of a user of a server, if it is known without asking.
    #[must_use]
    pub fn password(&self, server: &str, user: &str) -> Option<String> {
        self.0.passwords.get(server.trim_end_matches('/'), &user.trim().to_lowercase())
    }

    /// The client of the server that this desk is connected with.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        if let Some(client) = &self.contact().client {
            return Ok(client.clone());
        }
        let known = self.0.store.read(|r| Ok((r.setting(SERVER)?, r.setting(USER)?)))?;
        let (Some(server), Some(user)) = known else {
            return Err(Failure(crate::error::code("not_connected")));
        };
        let client = self.client_for(&server, &user)?;
        self.contact().client = Some(client.clone());
        Ok(client)
    }

    /// A client that asks for the password when a login needs it.
    pub(crate) fn client_for(&self, server: &str, user: &str) -> Result<Client, Failure> {
        let passwords = Arc::clone(&self.0.passwords);
        let (url, name) = (server.to_owned(), user.to_owned());
        let session = Session::new(user, Arc::new(move || passwords.get(&url, &name)));
        Ok(Client::new(server, session, rest::Options::default())?)
    }

    /// A listener to what changes.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        self.0.teller.subscribe()
    }

    /// The records.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn shared(&self) -> &Arc<Inner> {
        &self.0
    }

    pub(crate) fn of(inner: Arc<Inner>) -> Self {
        Self(inner)
    }

    pub(crate) fn syncs_by_itself(&self) -> bool {
        self.0.sync_by_itself
    }

    /// Runs work on the desk's own threads till it ends or the desk does.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let runtime = self.0.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = runtime.as_ref() {
            runtime.spawn(work);
        }
    }

    pub(crate) fn contact(&self) -> MutexGuard<'_, Contact> {
        self.0.contact.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for network work to end. The work runs on the desk's own threads,
    /// so this may be called from anywhere but a task of an async runtime.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let gone = || crate::error::code("internal");
        let (sender, receiver) = mpsc::channel();
        {
            let runtime = self.0.runtime.lock().unwrap_or_else(PoisonError::into_inner);
            let runtime = runtime.as_ref().ok_or_else(gone)?;
            // The task ends the wait also when it panics: the sender goes with it.
            runtime.spawn(async move { drop(sender.send(work.await)) });
        }
        receiver.recv().map_err(|_| gone())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Dropping a runtime waits for it, which panics inside another one.
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(runtime) = runtime {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("dir", &self.0.store.dir()).finish_non_exhaustive()
    }
}
