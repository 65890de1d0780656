//! What became of what was sent and not answered.

use record::{Registry, canonical};
use serde_json::Value;
use store::{Head, Op, Tx};

use super::apply::Theirs;
use super::sent::{self, Sent};
use super::{Error, FEED, RUN, Run, body, ends_sync, queue};
use crate::rest::{self, Flavour};

impl Run<'_> {
    /// Asks what became of what was sent and not answered, before anything is taken: else a record might come as
    /// another one, and what was sent would be taken for not sent.
    pub(super) async fn settle(&mut self, flavour: &Flavour) -> Result<(), Error> {
        let open = self.store.read(Sent::all)?;
        if open.is_empty() || self.was_set_back(flavour).await? {
            return Ok(());
        }
        let waits = |head: &Head| head.is_local() && open.iter().any(|(id, _)| *id == head.id);
        for head in self.store.read(queue::queue)?.into_iter().filter(waits) {
            self.may_go_on()?;
            self.send(&head, flavour).await?;
        }
        for (id, sent) in &open {
            self.may_go_on()?;
            match flavour {
                _ if body::is_local(&sent.uri) => {
                    if self.store.read(|r| r.head(&sent.uri))?.is_none() {
                        self.settle_deleted(*id, sent, flavour).await?;
                    }
                }
                Flavour::Fonds { .. } => self.settle_update(*id, sent).await?,
                Flavour::ArchivesSpace { .. } => {}
            }
        }
        Ok(())
    }

    /// A record was deleted here while its creation had no answer: the server may have it, and has to be told.
    async fn settle_deleted(&mut self, id: i64, sent: &Sent, flavour: &Flavour) -> Result<(), Error> {
        let Some(last) = sent.documents.last() else { return Ok(()) };
        let made = match flavour {
            Flavour::Fonds { .. } => {
                match self.create(&sent.uri, &body::to_wire(&sent.kind, last)).await {
                    Ok(saved) => saved.uri.map(|uri| (uri, saved.lock_version)),
                    Err(error) if ends_sync(&error) => return Err(error.into()),
                    // It stays open, and the others go on.
                    Err(error) if error.outcome_unknown() => return Ok(()),
                    Err(_) => None,
                }
            }
            Flavour::ArchivesSpace { .. } => self
                .find_again(sent)
                .await?
                .and_then(Theirs::fetched)
                .map(|theirs| (theirs.uri.clone(), theirs.lock_version)),
        };
        self.store.write(Op::typed("push", self.user()), |tx| {
            sent::answered(tx, id)?;
            let title = last.get("title").and_then(Value::as_str).unwrap_or_default();
            made.map_or(Ok(()), |(uri, lock_version)| tx.delete_there(id, &uri, title, lock_version))
        })?;
        Ok(())
    }

    /// An update had no answer. Sent again as it was, our server tells what became of it; one that never arrived is
    /// carried out now, unless somebody changed the record.
    async fn settle_update(&mut self, id: i64, sent: &Sent) -> Result<(), Error> {
        use rest::Error as E;
        let Some(last) = sent.documents.last().filter(|_| !sent.key.is_empty()) else { return Ok(()) };
        if self.store.read(|r| r.has_conflict(id))? {
            return Ok(());
        }
        let mut doc = body::to_wire(&sent.kind, last);
        doc["uri"] = Value::from(sent.uri.as_str());
        doc["lock_version"] = Value::from(sent.lock_version);
        let saved = match self.client.update(&sent.uri, &doc, &sent.key).await {
            Ok(saved) => Some(saved),
            Err(error) if ends_sync(&error) => return Err(error.into()),
            Err(E::Conflict { .. } | E::NotFound { .. } | E::Refused { .. }) => None,
            // It stays open, and the others go on.
            Err(_) => return Ok(()),
        };
        self.report.pushed += u64::from(saved.is_some());
        self.store.write(Op::typed("push", self.user()), |tx| {
            sent::answered(tx, id)?;
            saved.map_or(Ok(()), |saved| carried_out(tx, id, sent, saved.lock_version))
        })?;
        Ok(())
    }

    /// Whether our server was set back: then nothing is sent.
    async fn was_set_back(&self, flavour: &Flavour) -> Result<bool, Error> {
        let Flavour::Fonds { .. } = flavour else { return Ok(false) };
        let (after, run) = self.store.read(|r| Ok((r.cursor(FEED)?, r.cursor(RUN)?)))?;
        let after = after.and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(self.client.feed(after, 1, run.as_deref()).await?.set_back)
    }
}

/// An update was carried out: it is what the server had then, and what was typed since is still to be sent.
fn carried_out(tx: &mut Tx<'_>, id: i64, sent: &Sent, lock_version: i64) -> Result<(), store::Error> {
    let stored = tx.get(&sent.uri)?.filter(|one| one.head.id == id && one.lock_version < lock_version);
    let (Some(stored), Some(there)) = (stored, sent.records(tx)?.pop()) else { return Ok(()) };
    let uri = &stored.uri;
    if canonical::same(Registry::shipped(), &stored.record(), &there) {
        return tx.confirm_push(uri, stored.edits, uri, lock_version).map(drop);
    }
    tx.confirm_push(uri, 0, uri, lock_version)?;
    tx.rebase(uri, stored.doc.clone(), there.doc, lock_version).map(drop)
}
