//! Who is behind the tokens that came lately, what they asked to be shown, which repositories there are, and the
//! controlled lists: kept in memory as long as none of it changes, so that most requests ask the database for none of it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use store::Values;

use crate::call::Caller;

/// Callers and repositories that are kept; beyond it all are forgotten and begun anew.
const MOST: usize = 10_000;

/// What is known at one version of the rights.
#[derive(Default)]
pub(crate) struct Known(Mutex<Lately>);

#[derive(Default)]
struct Lately {
    version: u64,
    callers: HashMap<Vec<u8>, Session>,
    repositories: HashMap<u64, bool>,
    /// By address of the user, and of the repository.
    shows: HashMap<(String, Option<String>), bool>,
    lists: Option<Values>,
}

/// A session that goes on.
pub(crate) struct Session {
    pub(crate) caller: Caller,
    /// Seconds that it lasts without being used; negative: for ever.
    pub(crate) lasts: i64,
    /// When it was last used, seconds since 1970.
    pub(crate) seen: i64,
}

impl Known {
    /// The caller behind the hash of a token, whose session is used now. None: not known, or not used for too long.
    pub(crate) fn caller(&self, version: u64, token: &[u8], now: i64) -> Option<Caller> {
        let mut lately = self.at(version);
        let session = lately.callers.get_mut(token)?;
        if session.lasts >= 0 && now - session.seen > session.lasts {
            return None;
        }
        session.seen = session.seen.max(now);
        Some(session.caller.clone())
    }

    /// Keeps a session that was read after the version was asked for.
    pub(crate) fn keep_caller(&self, version: u64, token: &[u8], session: Session) {
        let mut lately = self.at(version);
        if lately.version == version {
            make_room(&mut lately.callers);
            lately.callers.insert(token.to_vec(), session);
        }
    }

    /// Whether there is a repository with a number. None: not known.
    pub(crate) fn repository(&self, version: u64, number: u64) -> Option<bool> {
        self.at(version).repositories.get(&number).copied()
    }

    /// Keeps what was read after the version was asked for.
    pub(crate) fn keep_repository(&self, version: u64, number: u64, exists: bool) {
        let mut lately = self.at(version);
        if lately.version == version {
            make_room(&mut lately.repositories);
            lately.repositories.insert(number, exists);
        }
    }

    /// Whether a user asked to be shown what is suppressed in a repository. None: not known.
    pub(crate) fn shows(&self, version: u64, user: &str, repo: Option<&str>) -> Option<bool> {
        self.at(version).shows.get(&(user.to_owned(), repo.map(str::to_owned))).copied()
    }

    /// Keeps what was read after the version was asked for.
    pub(crate) fn keep_shows(&self, version: u64, user: &str, repo: Option<&str>, shows: bool) {
        let mut lately = self.at(version);
        if lately.version == version {
            make_room(&mut lately.shows);
            lately.shows.insert((user.to_owned(), repo.map(str::to_owned)), shows);
        }
    }

    /// The controlled lists. None: not known.
    pub(crate) fn lists(&self, version: u64) -> Option<Values> {
        self.at(version).lists.clone()
    }

    /// Keeps what was read after the version was asked for.
    pub(crate) fn keep_lists(&self, version: u64, lists: &Values) {
        let mut lately = self.at(version);
        if lately.version == version {
            lately.lists = Some(lists.clone());
        }
    }

    /// What is known at a version: nothing at a new one. An older one than is known is one that somebody is late with.
    fn at(&self, version: u64) -> MutexGuard<'_, Lately> {
        let mut lately = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if version > lately.version {
            *lately = Lately { version, ..Lately::default() };
        }
        lately
    }
}

fn make_room<K, V>(kept: &mut HashMap<K, V>) {
    if kept.len() >= MOST {
        kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Rights;

    fn session(lasts: i64) -> Session {
        let caller = Caller {
            username: "ada".to_owned(),
            uri: "/users/2".to_owned(),
            rights: Rights::default().into(),
            token: vec![1],
        };
        Session { caller, lasts, seen: 100 }
    }

    #[test]
    fn what_is_known_ends_with_the_version_and_with_the_session() {
        let known = Known::default();
        known.keep_caller(0, &[1], session(10));
        assert!(known.caller(0, &[1], 110).is_some(), "and from then on it lasts again");
        assert!(known.caller(0, &[1], 120).is_some());
        assert!(known.caller(0, &[1], 131).is_none());
        known.keep_caller(0, &[2], session(-1));
        assert!(known.caller(0, &[2], i64::MAX).is_some());
        known.keep_repository(0, 2, true);
        assert_eq!((known.repository(0, 2), known.repository(0, 3)), (Some(true), None));
        known.keep_shows(0, "/users/2", None, true);
        assert_eq!(known.shows(0, "/users/2", None), Some(true));
        assert_eq!(known.shows(0, "/users/2", Some("/repositories/2")), None);
        assert_eq!((known.repository(1, 2), known.shows(1, "/users/2", None)), (None, None));
        assert!(known.caller(1, &[2], 100).is_none());
        // Whoever read before the change comes too late with it.
        known.keep_caller(0, &[1], session(10));
        assert!(known.caller(1, &[1], 100).is_none());
    }
}
