//! Sending deletions, and calling them off where somebody edited what was deleted.

use record::api::command::ApiError;
use record::{Registry, Uri};
use store::{Gone, Op};

use super::apply::{Theirs, Told, apply, bring_back, call_off};
use super::{Error, FEED, Run, ends_sync};
use crate::rest::{self, ConflictKind, Flavour};

impl Run<'_> {
    pub(super) async fn push_deletions(&mut self, flavour: &Flavour) -> Result<(), Error> {
        for gone in self.store.read(|r| r.unsent_deletions())? {
            self.may_go_on()?;
            // An earlier one of this loop may have called it off.
            if !self.waits(&gone.uri)? {
                continue;
            }
            // What others have put into it since may be in a list that was not to be read.
            if let Some(why) = self.why_unread(&gone.uri) {
                self.problem(&gone.uri, &why);
                continue;
            }
            let theirs = match self.client.get(&gone.uri, &[]).await {
                Ok(document) => Theirs::fetched(document),
                Err(rest::Error::NotFound { .. }) => None,
                Err(error) if ends_sync(&error) => return Err(error.into()),
                Err(error) => {
                    // Not shown, or not now: it waits, and the others go on.
                    self.problem(&gone.uri, &error.to_api());
                    continue;
                }
            };
            match theirs {
                None => self.confirm(&gone.uri)?,
                Some(theirs) => self.push_deletion(&gone, theirs, flavour).await?,
            }
        }
        Ok(())
    }

    async fn push_deletion(&mut self, gone: &Gone, theirs: Theirs, flavour: &Flavour) -> Result<(), Error> {
        self.take(vec![theirs.clone()], &[])?;
        // Somebody edited it: it was brought back, and a person decides.
        if !self.waits(&gone.uri)? {
            return Ok(());
        }
        // Whoever deleted it did not see what others have put into it, or linked to it, since.
        let unseen =
            self.store.read(|r| Ok(r.holds_below(&gone.uri)? || r.linked_since_deletion(&gone.uri)?))?;
        if unseen {
            return self.bring_back(theirs);
        }
        let seen = match flavour {
            Flavour::Fonds { .. } => self.store.read(|r| r.cursor(FEED))?.and_then(|far| far.parse().ok()),
            Flavour::ArchivesSpace { .. } => None,
        };
        match self.client.delete(&gone.uri, seen).await {
            Ok(()) => {
                self.report.pushed += 1;
                self.confirm(&gone.uri)
            }
            Err(error) if ends_sync(&error) => Err(error.into()),
            // What changed comes with the next page of the feed, and then it is asked again.
            Err(rest::Error::Conflict { kind: ConflictKind::Stale, .. }) => Ok(()),
            Err(error) => {
                // The server keeps it, so it is here again, with the reason.
                self.restore(theirs)?;
                self.note(&gone.uri, &error)
            }
        }
    }

    fn why_unread(&self, uri: &str) -> Option<ApiError> {
        let uri = Uri::parse(Registry::shipped(), uri).ok()?;
        self.unread.get(&uri.repository()?).cloned()
    }

    fn waits(&self, uri: &str) -> Result<bool, Error> {
        Ok(self.store.read(|r| r.tombstone(uri))?.is_some_and(|gone| gone.unsent))
    }

    fn bring_back(&mut self, theirs: Theirs) -> Result<(), Error> {
        self.store.write(Op::typed("pull", self.user()), |tx| {
            let mut told = Told::default();
            bring_back(tx, theirs, &mut told)?;
            told.keep(tx)
        })?;
        Ok(())
    }

    fn restore(&mut self, theirs: Theirs) -> Result<(), Error> {
        self.store.write(Op::typed("pull", self.user()), |tx| {
            let mut told = Told::default();
            call_off(tx, &theirs.uri, &mut told)?;
            tx.confirm_deletion(&theirs.uri)?;
            apply(tx, theirs, &mut told)?;
            told.keep(tx)
        })?;
        Ok(())
    }

    fn confirm(&self, uri: &str) -> Result<(), Error> {
        self.store.write(Op::typed("push", self.user()), |tx| tx.confirm_deletion(uri))?;
        Ok(())
    }
}
