//! Sending what is new here.

use std::collections::HashSet;

use record::Registry;
use record::api::wire::Saved;
use serde_json::Value;
use store::{Head, Op, Stored};

use super::apply::{Theirs, sent_mark};
use super::body::{self, Sending};
use super::{Error, Run, queue, told};
use crate::rest::{self, ConflictKind, Flavour};

/// Rounds of sending: what a circle of links left out goes in the second.
const ROUNDS: usize = 3;

/// What became of one record.
enum Sent {
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
                if !matches!(self.send(&head, flavour).await?, Sent::Taken) {
                    settled.insert(head.id);
                }
                self.progress("push", done as u64 + 1, total);
            }
        }
        self.push_moves(flavour).await?;
        self.push_deletions().await
    }

    /// Sends one record; once more when it was changed on the server meanwhile and nothing contradicts.
    async fn send(&mut self, head: &Head, flavour: &Flavour) -> Result<Sent, Error> {
        for _ in 0..2 {
            let prepared = self.store.read(|r| {
                let Some(stored) = r.get(&head.uri)? else { return Ok(None) };
                if stored.edits == 0 || r.has_conflict(stored.head.id)? {
                    return Ok(None);
                }
                let sending = body::sending(r, &stored)?;
                Ok(Some((stored, sending)))
            })?;
            let Some((stored, sending)) = prepared else { return Ok(Sent::Waits) };
            if sending.waits_for.is_some() {
                return Ok(Sent::Waits);
            }
            match self.send_once(&stored, &sending, flavour).await? {
                Sent::Again => {}
                sent => return Ok(sent),
            }
        }
        Ok(Sent::Waits)
    }

    async fn send_once(
        &mut self,
        stored: &Stored,
        sending: &Sending,
        flavour: &Flavour,
    ) -> Result<Sent, Error> {
        let mark = sent_mark(stored.head.id);
        let before = self.store.read(|r| r.cursor(&mark))?.filter(|text| !text.is_empty());
        let snapshot = serde_json::to_string(&sending.snapshot.doc).map_err(store::Error::from)?;
        // On the disk before the request leaves: after a power cut nobody else knows that it was sent.
        self.store.write(Op::typed("push", self.user()), |tx| tx.set_cursor(&mark, &snapshot))?;
        let wire = body::wire(stored, &sending.snapshot);
        let answer = if stored.is_local() {
            if before.is_some()
                && let Flavour::ArchivesSpace { .. } = flavour
                && let Some(found) = self.find_again(stored, &sending.snapshot).await?
            {
                return self.was_there(stored, sending, before.as_deref(), found);
            }
            self.create(stored, &wire).await
        } else {
            self.client.update(&stored.uri, &wire).await
        };
        match answer {
            Ok(saved) if stored.is_local() && before.is_some() => {
                // The answer may be that to an earlier attempt, with what was typed by then.
                let uri = saved.uri.clone().unwrap_or_default();
                let theirs = self.client.get(&uri, &[]).await?;
                self.was_there(stored, sending, before.as_deref(), theirs)
            }
            Ok(saved) => self.taken(stored, sending, &saved),
            Err(error) => self.not_taken(stored, error).await,
        }
    }

    async fn create(&self, stored: &Stored, wire: &Value) -> Result<Saved, rest::Error> {
        let registry = Registry::shipped();
        let parsed = record::Uri::parse(registry, &stored.uri).ok();
        let template = registry.kind(stored.kind).and_then(|kind| kind.uri.as_ref());
        let (Some(parsed), Some(template)) = (parsed, template) else {
            return Err(rest::Error::NotFound { text: stored.uri.clone() });
        };
        let path = template.collection(parsed.repo.as_deref().unwrap_or_default());
        // A local address is a key that no other record ever has.
        self.client.create(&path, wire, parsed.key.trim_start_matches("local_")).await
    }

    /// The server took the record.
    fn taken(&mut self, stored: &Stored, sending: &Sending, saved: &Saved) -> Result<Sent, Error> {
        let new = saved.uri.clone().unwrap_or_else(|| stored.uri.clone());
        self.store.write(Op::typed("push", self.user()), |tx| {
            let edits = stored.edits - i64::from(sending.partial);
            let now = tx.confirm_push(&stored.uri, edits, &new, saved.lock_version)?;
            if now.edits > 0 {
                tx.rebase(&now.uri, now.doc.clone(), sending.snapshot.doc.clone(), saved.lock_version)?;
            }
            if stored.is_local() && stored.root.is_some() {
                tx.mark_moved(&now.uri)?;
            }
            tx.set_cursor(&sent_mark(stored.head.id), "")
        })?;
        if stored.is_local() {
            self.made.insert(stored.head.id);
        }
        self.report.pushed += 1;
        Ok(Sent::Taken)
    }

    /// The record was created by an attempt whose answer was lost, maybe from an earlier state of it.
    fn was_there(
        &mut self,
        stored: &Stored,
        sending: &Sending,
        before: Option<&str>,
        theirs: Value,
    ) -> Result<Sent, Error> {
        let Some(theirs) = Theirs::fetched(theirs) else { return Ok(Sent::Waits) };
        self.store.write(Op::typed("push", self.user()), |tx| {
            let now = tx.confirm_push(&stored.uri, 0, &theirs.uri, theirs.lock_version)?;
            let mut base = match before.map(serde_json::from_str).transpose()? {
                Some(doc) => record::Record::new(stored.kind, doc),
                None => sending.snapshot.clone(),
            };
            body::redirect(tx, &mut base)?;
            tx.rebase(&now.uri, now.doc.clone(), base.doc, theirs.lock_version)?;
            if stored.root.is_some() {
                tx.mark_moved(&now.uri)?;
            }
            super::apply::apply(tx, theirs, &mut super::apply::Told::default())?;
            tx.set_cursor(&sent_mark(stored.head.id), "")
        })?;
        self.report.pushed += 1;
        Ok(Sent::Taken)
    }

    async fn not_taken(&mut self, stored: &Stored, error: rest::Error) -> Result<Sent, Error> {
        use rest::Error as E;
        match &error {
            E::Conflict { kind: ConflictKind::Stale, .. } | E::NotFound { .. } if !stored.is_local() => {
                self.fetch(&stored.uri).await?;
                Ok(Sent::Again)
            }
            E::Unreachable { .. } | E::SignedOut | E::NotArchivesSpace { .. } | E::Address { .. } => {
                Err(error.into())
            }
            E::Server { status: 502..=504, .. } => Err(error.into()),
            _ => {
                let why = error.to_api();
                self.refuse(stored, &why, error.outcome_unknown())?;
                Ok(Sent::Waits)
            }
        }
    }

    /// Marks a record as refused; it is tried again with every sync and holds nothing else up.
    pub(super) fn refuse(
        &mut self,
        stored: &Stored,
        why: &record::api::command::ApiError,
        maybe_done: bool,
    ) -> Result<(), Error> {
        self.store.write(Op::typed("push", self.user()), |tx| {
            tx.set_refusal(&stored.uri, Some(why))?;
            if !maybe_done {
                tx.set_cursor(&sent_mark(stored.head.id), "")?;
            }
            Ok(())
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

    /// Looks for a record that an unanswered create may have made on a server that does not know such repeats.
    async fn find_again(&self, stored: &Stored, snapshot: &record::Record) -> Result<Option<Value>, Error> {
        let repo = stored.repo.as_deref().unwrap_or_default();
        let (path, name, value) = match stored.kind {
            "archival_object" => ("archival_objects", "ref_id[]", snapshot.text("ref_id").map(str::to_owned)),
            "digital_object" => (
                "digital_objects",
                "digital_object_id[]",
                snapshot.text("digital_object_id").map(str::to_owned),
            ),
            "resource" | "accession" => {
                let parts: Vec<Value> = (0..4)
                    .map(|part| snapshot.text(&format!("id_{part}")).map_or(Value::Null, Value::from))
                    .collect();
                let path = if stored.kind == "resource" { "resources" } else { "accessions" };
                (path, "identifier[]", Some(Value::from(parts).to_string()))
            }
            _ => return Ok(None),
        };
        let Some(value) = value else { return Ok(None) };
        let found =
            match self.client.get(&format!("{repo}/find_by_id/{path}"), &[(name, value.as_str())]).await {
                Ok(found) => found,
                Err(rest::Error::NotFound { .. } | rest::Error::Refused { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
        match found
            .get(path)
            .and_then(|list| list.get(0))
            .and_then(|found| found.get("ref"))
            .and_then(Value::as_str)
        {
            Some(uri) => Ok(Some(self.client.get(uri, &[]).await?)),
            None => Ok(None),
        }
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
