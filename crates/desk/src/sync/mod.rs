//! The sync of a desk with its server: take what is new there, send what is
//! new here, and lose nothing in between.
//!
//! [`run`] asks what became of what was sent and not answered, pulls, pushes, and pulls what the pushing changed. Each step leaves
//! the data folder in a state from which the next sync goes on: a page and its
//! cursor are one transaction, and so are the server's answer to a save and
//! everything that follows from it here.

mod anew;
mod apply;
mod backup;
mod body;
mod bundle;
mod compare;
mod deletions;
mod enumerations;
mod found;
mod moves;
pub mod plan;
mod preview;
mod pull;
mod push;
mod queue;
mod repositories;
mod sent;
mod settle;
mod stock;
mod unknown;
mod vanished;

use std::collections::{HashMap, HashSet};

use record::api::command::{ApiError, Progress, SyncProblem, SyncReport};
use serde_json::{Map, Value};
use store::Store;

use crate::rest::{self, Client, Flavour};
pub(crate) use anew::{Holds, begin_anew};
pub(crate) use apply::became;
pub(crate) use backup::{before_decision, before_whole};
pub(crate) use enumerations::{add as add_value, lacking_values};
pub(crate) use preview::preview;
pub(crate) use sent::unanswered;
use vanished::Vanished;
pub(crate) use vanished::{Decision, SHARE, decide, share};

/// Setting: identity of the server's data, once it is known.
pub const IDENTITY: &str = "sync.identity";
/// Cursor: how far our server's feed was followed.
pub(crate) const FEED: &str = "feed";
/// Cursor: what the user was shown of the feed.
const SCOPE: &str = "feed.scope";
/// Cursor: the server's start that told how far.
const RUN: &str = "feed.run";
/// Cursor: the start and how far the feed was followed when it was begun anew; whether the server's data were ever
/// there is to be asked.
const FAR: &str = "feed.far";

/// Cursor: how far everything was taken in parts, while that goes on.
const BUNDLE: &str = "feed.bundle";
/// Cursor: everything was taken, and is to be compared with what the server has.
const WHOLE: &str = "feed.whole";

/// How the sync tells how far it is, and learns that it should stop.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Asked between records and pages.
    pub cancelled: &'a (dyn Fn() -> bool + Send + Sync),
    /// Told after records and pages.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

/// Why a sync ended before its end. What it had done stays done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server or the way to it.
    #[error(transparent)]
    Rest(#[from] rest::Error),
    /// The data folder.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// It was told to stop.
    #[error("cancelled")]
    Cancelled,
    /// A fault of the program ended it.
    #[error("the sync broke down")]
    BrokeDown,
    /// The address answers with other data than before: another server, or one set up anew.
    #[error("the server's data are others than before")]
    OtherServer,
    /// The server's data were set back to an older copy.
    #[error("the server's data were set back")]
    SetBack,
    /// So many records vanished at once that it is more likely a fault than somebody's will.
    #[error("{gone} of {held} records are not on the server any more")]
    Vanished {
        /// Kind of most of them.
        kind: String,
        /// Records that are not there.
        gone: u64,
        /// Records of the kind held here.
        held: u64,
    },
}

impl Error {
    /// As the commands of the desk report it.
    #[must_use]
    pub fn to_api(&self) -> ApiError {
        match self {
            Self::Rest(error) => error.to_api(),
            Self::Store(error) => told("storage", &[("detail", error.to_string())]),
            Self::Cancelled => told("cancelled", &[]),
            Self::BrokeDown => told("internal", &[]),
            Self::OtherServer => told("other_data", &[]),
            Self::SetBack => told("set_back", &[]),
            Self::Vanished { kind, gone, held } => {
                let mut why = told("vanished", &[("kind", kind.clone())]);
                // Numbers, so that they are written as numbers are.
                why.args
                    .extend([("gone", *gone), ("held", *held)].map(|(name, n)| (name.to_owned(), n.into())));
                why
            }
        }
    }
}

/// Whether a request that met this ends the sync: with others it would be no better. Anything else is one record's
/// trouble and holds nobody else up.
pub(crate) fn ends_sync(error: &rest::Error) -> bool {
    use rest::Error as E;
    match error {
        E::Unreachable { .. }
        | E::SignedOut
        | E::InTheWay { .. }
        | E::NotArchivesSpace { .. }
        | E::Address { .. } => true,
        // An answer of success that cannot be read is not the server's own.
        E::Server { status, .. } => matches!(status, 200..=399 | 429 | 502..=504),
        _ => false,
    }
}

pub(crate) fn told(code: &str, args: &[(&str, String)]) -> ApiError {
    let args: Map<String, Value> =
        args.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
    ApiError { code: code.to_owned(), args }
}

/// One sync on its way.
pub(crate) struct Run<'a> {
    pub(crate) store: &'a Store,
    pub(crate) client: &'a Client,
    pub(crate) watch: Watch<'a>,
    pub(crate) report: SyncReport,
    /// Rows that this sync made on the server.
    pub(crate) made: HashSet<i64>,
    /// The controlled lists of a stock server were taken.
    pub(crate) has_lists: bool,
    /// Repositories of a stock server of which not all lists could be read, and why.
    pub(crate) unread: HashMap<String, ApiError>,
    pub(crate) vanished: Vanished,
}

/// Syncs `store` with the server of `client`.
///
/// # Errors
/// [`Error`], with what was done till then done.
pub async fn run(store: &Store, client: &Client, watch: Watch<'_>) -> Result<SyncReport, Error> {
    let flavour = client.flavour().await?;
    let report = SyncReport::default();
    let mut sync = Run {
        store,
        client,
        watch,
        report,
        made: HashSet::new(),
        has_lists: false,
        unread: HashMap::new(),
        vanished: Vanished::default(),
    };
    if let Flavour::Fonds { id, .. } = &flavour
        && !sync.anew().await?
    {
        sync.recognise(id)?;
        if sync.is_set_back().await? {
            return Err(Error::SetBack);
        }
    }
    sync.take_what_is_known_now()?;
    sync.adopt_repositories().await?;
    sync.settle(&flavour).await?;
    sync.pull(&flavour).await?;
    sync.link_again().await?;
    sync.push_enumerations().await?;
    sync.push(&flavour).await?;
    sync.link_again().await?;
    if sync.report.pushed > 0 {
        sync.pull(&flavour).await?;
    }
    sync.forget_vanished()?;
    sync.tell_notices()?;
    sync.report.conflicts = store.read(|r| r.conflict_count())?;
    Ok(sync.report)
}

impl Run<'_> {
    pub(crate) fn user(&self) -> &str {
        self.client.user()
    }

    fn recognise(&self, id: &str) -> Result<(), Error> {
        let known = self.store.read(|r| r.setting(IDENTITY))?;
        match known {
            Some(known) if known != id => Err(Error::OtherServer),
            Some(_) => Ok(()),
            None => {
                self.store
                    .write(store::Op::typed("sync", self.user()), |tx| tx.set_setting(IDENTITY, Some(id)))?;
                Ok(())
            }
        }
    }

    pub(crate) fn may_go_on(&self) -> Result<(), Error> {
        if (self.watch.cancelled)() { Err(Error::Cancelled) } else { Ok(()) }
    }

    pub(crate) fn progress(&self, task: &str, done: u64, total: u64) {
        (self.watch.progress)(Progress { task: task.to_owned(), done, total });
    }

    pub(crate) fn problem(&mut self, uri: &str, why: &ApiError) {
        let message = record::message::error("en", &why.code, &why.args);
        self.report.problems.push(SyncProblem { uri: uri.to_owned(), code: why.code.clone(), message });
    }
}
