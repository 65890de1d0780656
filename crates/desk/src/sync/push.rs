//! Sending what is new here.

use std::collections::HashSet;

use record::Registry;
use record::api::wire::Saved;
use serde_json::Value;
use store::{Head, NewConflict, Op, Stored, Tx};

use super::apply::Theirs;
use super::body::{self, Sending};
use super::sent::{self, Sent};
use super::{Error, Run, ends_sync, queue, told};
use crate::rest::{self, ConflictKind, Flavour};

/// Rounds of sending: what a circle of links left out goes in the second.
const ROUNDS: usize = 3;

/// What became of one record.
pub(super) enum Fate {
    Taken,
    /// It waits: for a record that was not taken, or for a decision.
    Waits,
    /// The server's version changed under it; it was planned again.
    Again,
}

impl Run<'_> {
    pub(super) async fn push(&mut self, flavour: &Flavour) -> Result<(), Error> {
        let mut settled: HashSet<i64> = HashSet::new();
        for _ in 0..ROUNDS {
            let queue: Vec<Head> = self
                .store
                .read(queue::queue)?
                .into_iter()
                .filter(|head| !settled.contains(&head.id))
                .collect();
            if queue.is_empty() {
                break;
            }
            let total = queue.len() as u64;
            for (done, head) in queue.into_iter().enumerate() {
                self.may_go_on()?;
                if !matches!(self.send(&head, flavour).await?, Fate::Taken) {
                    settled.insert(head.id);
                }
                self.progress("push", done as u64 + 1, total);
            }
        }
        self.push_moves(flavour).await?;
        self.push_deletions(flavour).await
    }

    /// Sends one record; once more when it was changed on the server meanwhile and nothing contradicts.
    pub(super) async fn send(&mut self, head: &Head, flavour: &Flavour) -> Result<Fate, Error> {
        for _ in 0..2 {
            let prepared = self.store.read(|r| {
                let Some(stored) = r.get(&head.uri)? else { return Ok(None) };
                if stored.edits == 0 || r.has_conflict(stored.head.id)? {
                    return Ok(None);
                }
                let sending = body::sending(r, &stored)?;
                // Only what cannot be sent yet is other than what the server has.
                let same = |base: &record::Record| {
                    record::canonical::same(Registry::shipped(), base, &sending.snapshot)
                };
                if sending.partial && r.base(&head.uri)?.is_some_and(|base| same(&base)) {
                    return Ok(None);
                }
                Ok(Some((stored, sending)))
            })?;
            let Some((stored, sending)) = prepared else { return Ok(Fate::Waits) };
            if sending.waits_for.is_some() {
                return Ok(Fate::Waits);
            }
            match self.send_once(&stored, &sending, flavour).await? {
                Fate::Again => {}
                fate => return Ok(fate),
            }
        }
        Ok(Fate::Waits)
    }

    async fn send_once(
        &mut self,
        stored: &Stored,
        sending: &Sending,
        flavour: &Flavour,
    ) -> Result<Fate, Error> {
        let id = stored.head.id;
        let before = self.store.read(|r| Sent::of(r, stored))?;
        let now = before.and(&sending.snapshot.doc, stored.lock_version);
        // On the disk before the request leaves: after a power cut nobody else knows that it was sent.
        self.store.write(Op::typed("push", self.user()), |tx| now.keep(tx, id))?;
        let wire = body::wire(stored, &sending.snapshot);
        let answer = if stored.is_local() {
            if !before.is_empty()
                && let Flavour::ArchivesSpace { .. } = flavour
                && let Some(found) = self.find_again(&before).await?
            {
                return self.was_there(stored, &before, found);
            }
            self.create(&stored.uri, &wire).await
        } else {
            self.client.update(&stored.uri, &wire, &now.key).await
        };
        match answer {
            Ok(saved) if stored.is_local() && !before.is_empty() => {
                // The answer may be that to an earlier attempt, with what was typed by then.
                let uri = saved.uri.clone().unwrap_or_default();
                let mut there = self.client.get(&uri, &[]).await;
                // It may have gone to another repository since.
                if matches!(there, Err(rest::Error::NotFound { .. }))
                    && let Ok(parsed) = record::Uri::parse(Registry::shipped(), &uri)
                    && let Some(now) = self.store.read(|r| r.held_elsewhere(&parsed))?
                {
                    there = self.client.get(&now, &[]).await;
                }
                match there {
                    Ok(theirs) => self.was_there(stored, &now, theirs),
                    Err(rest::Error::NotFound { .. }) => {
                        self.was_deleted(stored, &now, &uri, saved.lock_version)
                    }
                    Err(error) if ends_sync(&error) => Err(error.into()),
                    Err(error) => {
                        self.refuse(stored, &error.to_api(), None)?;
                        Ok(Fate::Waits)
                    }
                }
            }
            Ok(saved) => self.taken(stored, sending, &saved),
            Err(error) => self.not_taken(stored, &before, error).await,
        }
    }

    pub(super) async fn create(&self, local: &str, wire: &Value) -> Result<Saved, rest::Error> {
        let registry = Registry::shipped();
        let parsed = record::Uri::parse(registry, local).ok();
        let template =
            parsed.as_ref().and_then(|uri| registry.kind(uri.kind)).and_then(|kind| kind.uri.as_ref());
        let (Some(parsed), Some(template)) = (&parsed, template) else {
            return Err(rest::Error::NotFound { text: local.to_owned() });
        };
        let path = template.collection(parsed.repo.as_deref().unwrap_or_default());
        // A local address is a key that no other record ever has.
        self.client.create(&path, wire, parsed.key.trim_start_matches("local_")).await
    }

    /// The server took the record.
    fn taken(&mut self, stored: &Stored, sending: &Sending, saved: &Saved) -> Result<Fate, Error> {
        let new = saved.uri.clone().unwrap_or_else(|| stored.uri.clone());
        self.store.write(Op::typed("push", self.user()), |tx| {
            sent::answered(tx, stored.head.id)?;
            if tx.head(&stored.uri)?.is_none() {
                return deleted_meanwhile(tx, stored, &new, saved.lock_version);
            }
            let twin = Twin::of(tx, stored, &new)?;
            let edits = stored.edits - i64::from(sending.partial);
            let now = tx.confirm_push(&stored.uri, edits, &new, saved.lock_version)?;
            if now.edits > 0 {
                tx.rebase(&now.uri, now.doc.clone(), sending.snapshot.doc.clone(), saved.lock_version)?;
            }
            if stored.is_local() && stored.root.is_some() {
                // Somebody may have moved it while it was on its way.
                let stands = (&now.root, &now.parent) == (&stored.root, &stored.parent);
                if stands { tx.mark_made(&now.uri)? } else { tx.mark_moved(&now.uri)? }
            }
            twin.map_or(Ok(()), |twin| twin.join(tx, &now.uri, saved.lock_version))
        })?;
        if stored.is_local() {
            self.made.insert(stored.head.id);
        }
        self.report.pushed += 1;
        Ok(Fate::Taken)
    }

    /// The record was created by an attempt whose answer was lost, maybe from an earlier state of it.
    fn was_there(&mut self, stored: &Stored, attempts: &Sent, theirs: Value) -> Result<Fate, Error> {
        let Some(theirs) = Theirs::fetched(theirs) else { return Ok(Fate::Waits) };
        self.store.write(Op::typed("push", self.user()), |tx| {
            let mut told = super::apply::Told::default();
            sent::answered(tx, stored.head.id)?;
            if tx.head(&stored.uri)?.is_none() {
                return deleted_meanwhile(tx, stored, &theirs.uri, theirs.lock_version);
            }
            let twin = Twin::of(tx, stored, &theirs.uri)?;
            let now = tx.confirm_push(&stored.uri, 0, &theirs.uri, theirs.lock_version)?;
            let there = record::Record::new(stored.kind, theirs.doc.clone().unwrap_or_default());
            let base = sent::made_from(Registry::shipped(), attempts.records(tx)?, &there);
            let base = base.unwrap_or_else(|| stored.record());
            tx.rebase(&now.uri, now.doc.clone(), base.doc, theirs.lock_version)?;
            if stored.root.is_some() {
                tx.mark_moved(&now.uri)?;
            }
            let (uri, lock_version) = (theirs.uri.clone(), theirs.lock_version);
            super::apply::apply(tx, theirs, &mut told)?;
            if let Some(twin) = twin {
                twin.join(tx, &uri, lock_version)?;
            }
            told.keep(tx)
        })?;
        self.report.pushed += 1;
        Ok(Fate::Taken)
    }

    /// The record was created by an attempt whose answer was lost, and somebody deleted it since: a person decides.
    fn was_deleted(
        &mut self,
        stored: &Stored,
        attempts: &Sent,
        uri: &str,
        lock_version: i64,
    ) -> Result<Fate, Error> {
        self.store.write(Op::typed("push", self.user()), |tx| {
            sent::answered(tx, stored.head.id)?;
            if tx.head(&stored.uri)?.is_none() {
                return Ok(());
            }
            let now = tx.confirm_push(&stored.uri, 0, uri, lock_version)?;
            let base = attempts.records(tx)?.into_iter().next().unwrap_or_else(|| stored.record());
            tx.rebase(&now.uri, now.doc.clone(), base.doc, lock_version)?;
            let mut told = super::apply::Told::default();
            super::apply::apply(tx, Theirs::gone(uri), &mut told)?;
            told.keep(tx)
        })?;
        Ok(Fate::Taken)
    }

    async fn not_taken(&mut self, stored: &Stored, before: &Sent, error: rest::Error) -> Result<Fate, Error> {
        use rest::Error as E;
        match &error {
            E::Conflict { kind: ConflictKind::Stale, .. } | E::NotFound { .. } if !stored.is_local() => {
                match self.fetch(&stored.uri).await {
                    Err(Error::Rest(error)) if !ends_sync(&error) => {
                        self.refuse(stored, &error.to_api(), None)?;
                        Ok(Fate::Waits)
                    }
                    fetched => fetched.map(|()| Fate::Again),
                }
            }
            error if ends_sync(error) => Err(error.clone().into()),
            _ => {
                let why = error.to_api();
                self.refuse(stored, &why, (!error.outcome_unknown()).then_some(before))?;
                Ok(Fate::Waits)
            }
        }
    }

    /// Marks a record as refused; it is tried again with every sync and holds nothing else up. `open` are the attempts
    /// that may still have been carried out, where this one was not.
    fn refuse(
        &mut self,
        stored: &Stored,
        why: &record::api::command::ApiError,
        open: Option<&Sent>,
    ) -> Result<(), Error> {
        self.store.write(Op::typed("push", self.user()), |tx| {
            tx.set_refusal(&stored.uri, Some(why))?;
            open.map_or(Ok(()), |open| open.keep(tx, stored.head.id))
        })?;
        self.problem(&stored.uri, why);
        Ok(())
    }

    /// Takes one record as the server has it now.
    pub(super) async fn fetch(&mut self, uri: &str) -> Result<(), Error> {
        let theirs = match self.client.get(uri, &[]).await {
            Ok(document) => match Theirs::fetched(document) {
                Some(theirs) => theirs,
                None => return Err(Error::Rest(rest::Error::NotFound { text: uri.to_owned() })),
            },
            Err(rest::Error::NotFound { .. }) => Theirs::gone(uri),
            Err(error) => return Err(error.into()),
        };
        self.take(vec![theirs], &[])
    }

    /// A problem of the tree or of a deletion, told and noted on the record.
    pub(super) fn note(&mut self, uri: &str, error: &rest::Error) -> Result<(), Error> {
        let why = match error {
            rest::Error::NotFound { .. } => told("gone_there", &[]),
            error => error.to_api(),
        };
        self.store.write(Op::typed("push", self.user()), |tx| tx.set_refusal(uri, Some(&why)))?;
        self.problem(uri, &why);
        Ok(())
    }
}

/// A record was deleted here between its sending and the answer, which says that the server made it.
fn deleted_meanwhile(
    tx: &mut Tx<'_>,
    stored: &Stored,
    uri: &str,
    lock_version: i64,
) -> Result<(), store::Error> {
    if stored.is_local() {
        tx.delete_there(stored.head.id, uri, &stored.head.title, lock_version)
    } else {
        Ok(())
    }
}

/// The server's copy of a record that was made here, taken as another one before its answer came, and edited.
struct Twin {
    base: record::Record,
    doc: record::Record,
}

impl Twin {
    fn of(tx: &Tx<'_>, stored: &Stored, uri: &str) -> Result<Option<Self>, store::Error> {
        let other = tx.get(uri)?.filter(|other| other.head.id != stored.head.id && other.edits > 0);
        let Some(other) = other else { return Ok(None) };
        let base = tx.base(uri)?.unwrap_or_else(|| stored.record());
        Ok(Some(Self { base, doc: other.record() }))
    }

    /// Joins what was typed into the twin with what was typed into the record itself.
    fn join(self, tx: &mut Tx<'_>, uri: &str, lock_version: i64) -> Result<(), store::Error> {
        let mine = tx.expect(uri)?.record();
        let merged = record::merge::merge(Registry::shipped(), &self.base, &mine, &self.doc);
        if merged.clashes.is_empty() {
            return tx.rebase(uri, merged.record.doc, self.base.doc, lock_version).map(drop);
        }
        let conflict = NewConflict {
            reason: "edited".to_owned(),
            theirs: Some(self.doc.doc),
            lock_version,
            fields: merged.clashes,
            ..NewConflict::default()
        };
        tx.set_conflict(uri, conflict)
    }
}
