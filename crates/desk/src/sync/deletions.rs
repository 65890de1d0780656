//! Sending deletions, and calling them off where somebody edited what was deleted.

use store::{Gone, Op};

use super::apply::{Theirs, Told, apply, bring_back, call_off};
use super::{Error, Run, ends_sync};
use crate::rest;

impl Run<'_> {
    pub(super) async fn push_deletions(&mut self) -> Result<(), Error> {
        for gone in self.store.read(|r| r.unsent_deletions())? {
            self.may_go_on()?;
            // An earlier one of this loop may have called it off.
            if !self.waits(&gone.uri)? {
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
                Some(theirs) => self.push_deletion(&gone, theirs).await?,
            }
        }
        Ok(())
    }

    async fn push_deletion(&mut self, gone: &Gone, theirs: Theirs) -> Result<(), Error> {
        self.take(vec![theirs.clone()], &[])?;
        // Somebody edited it: it was brought back, and a person decides.
        if !self.waits(&gone.uri)? {
            return Ok(());
        }
        // Whoever deleted the tree did not see what others have put into it since.
        if self.store.read(|r| r.holds_below(&gone.uri))? {
            return self.bring_back(theirs);
        }
        match self.client.delete(&gone.uri).await {
            Ok(()) => {
                self.report.pushed += 1;
                self.confirm(&gone.uri)
            }
            Err(error) if ends_sync(&error) => Err(error.into()),
            Err(error) => {
                // The server keeps it, so it is here again, with the reason.
                self.restore(theirs)?;
                self.note(&gone.uri, &error)
            }
        }
    }

    fn waits(&self, uri: &str) -> Result<bool, Error> {
        Ok(self.store.read(|r| r.tombstone(uri))?.is_some_and(|gone| gone.unsent))
    }

    fn bring_back(&mut self, theirs: Theirs) -> Result<(), Error> {
        self.store.write(Op::typed("pull", self.user()), |tx| {
            let mut told = Told::default();
            bring_back(tx, theirs, &mut told)?;
            told.rewind(tx)
        })?;
        Ok(())
    }

    fn restore(&mut self, theirs: Theirs) -> Result<(), Error> {
        self.store.write(Op::typed("pull", self.user()), |tx| {
            let mut told = Told::default();
            call_off(tx, &theirs.uri, &mut told)?;
            tx.confirm_deletion(&theirs.uri)?;
            apply(tx, theirs, &mut told)?;
            told.rewind(tx)
        })?;
        Ok(())
    }

    fn confirm(&self, uri: &str) -> Result<(), Error> {
        self.store.write(Op::typed("push", self.user()), |tx| tx.confirm_deletion(uri))?;
        Ok(())
    }
}
