//! The server's data are others than this desk knew: set back to an older copy, set up anew, or those of another
//! server. A person has said which side holds; everything is compared once, and from then on these are the data that
//! the desk follows.

use std::collections::HashSet;

use record::api::wire::{Change, FeedEntry};
use record::{Record, Registry, canonical};
use serde_json::Value;
use store::{Event, Op, Reader, Stored, Tx};

use super::apply::{Theirs, Told, apply};
use super::{Error, FAR, FEED, IDENTITY, RUN, Run, SCOPE, ends_sync};
use crate::rest;

/// Entries a page; each page is one transaction.
const PAGE: usize = 1000;
/// Setting: which side holds, from the decision until all is compared.
const SIDE: &str = "sync.anew";

/// Which side holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// What is here and not there is sent again; where both differ, what the server has of older times gives way.
    Mine,
    /// What is here becomes what is there. What was made here and never sent goes on waiting.
    Theirs,
}

/// Remembers the decision; the next sync carries it out.
pub(crate) fn begin_anew(tx: &mut Tx<'_>, holds: Holds) -> Result<(), store::Error> {
    let word = match holds {
        Holds::Mine => "mine",
        Holds::Theirs => "theirs",
    };
    tx.set_setting(SIDE, Some(word))
}

fn decided(reader: &Reader<'_>) -> Result<Option<Holds>, store::Error> {
    Ok(match reader.setting(SIDE)?.as_deref() {
        Some("mine") => Some(Holds::Mine),
        Some("theirs") => Some(Holds::Theirs),
        _ => None,
    })
}

impl Run<'_> {
    /// Compares everything, if a person has decided so. An interrupted one begins again with the next sync.
    pub(super) async fn anew(&mut self) -> Result<bool, Error> {
        let Some(holds) = self.store.read(decided)? else { return Ok(false) };
        let (mut there, mut after, mut run) = (HashSet::new(), 0, None);
        let last = loop {
            self.may_go_on()?;
            let feed = self.client.feed(after, PAGE, run.as_deref()).await?;
            if feed.set_back {
                return Err(Error::SetBack);
            }
            let saved: Vec<FeedEntry> =
                feed.entries.iter().filter(|one| one.change == Change::Saved).cloned().collect();
            there.extend(saved.iter().map(|one| one.uri.clone()));
            self.reconcile(saved.into_iter().map(Theirs::of_feed).collect(), holds)?;
            self.progress("compare", there.len() as u64, 0);
            (after, run) = (feed.next, Some(feed.run.clone()));
            if !feed.more {
                break feed;
            }
        };
        let lost = self.lost(&there).await?;
        self.store.write(Op::typed("pull", self.user()), |tx| {
            for uri in &lost {
                give_up_or_keep(tx, uri, holds)?;
            }
            // Their addresses may mean other records now.
            for gone in tx.unsent_deletions()? {
                tx.confirm_deletion(&gone.uri)?;
            }
            tx.set_setting(IDENTITY, Some(&last.server))?;
            tx.set_setting(SIDE, None)?;
            let next = last.next.to_string();
            [(FEED, next.as_str()), (SCOPE, &last.scope), (RUN, &last.run), (FAR, "")]
                .iter()
                .try_for_each(|(name, value)| tx.set_cursor(name, value))
        })?;
        self.report.pulled += lost.len() as u64;
        Ok(true)
    }

    fn reconcile(&mut self, theirs: Vec<Theirs>, holds: Holds) -> Result<(), Error> {
        let (told, _) = self.store.write(Op::repeatable("pull", self.user()), |tx| {
            let mut told = Told { renumbered: true, ..Told::default() };
            for one in theirs {
                match (tx.get(&one.uri)?.filter(|mine| mine.uri == one.uri), holds) {
                    (None, _) => apply(tx, one, &mut told)?,
                    (Some(mine), Holds::Theirs) => give_way(tx, &mine, one, &mut told)?,
                    (Some(mine), Holds::Mine) => hold(tx, &mine, one, &mut told)?,
                }
            }
            told.keep(tx)?;
            Ok(told)
        })?;
        self.report.pulled += told.changed;
        Ok(())
    }

    /// What is held here under an address of the server and not there any more.
    async fn lost(&mut self, there: &HashSet<String>) -> Result<Vec<String>, Error> {
        let held = self.store.read(|r| r.feed(0, u64::MAX, None))?;
        let mut lost = Vec::new();
        for entry in held {
            let Event::Saved { head, .. } = entry.event else { continue };
            if !head.held || super::body::is_local(&head.uri) || there.contains(&head.uri) {
                continue;
            }
            self.may_go_on()?;
            match self.client.get(&head.uri, &[]).await {
                Err(rest::Error::NotFound { .. }) => lost.push(head.uri.clone()),
                Err(error) if ends_sync(&error) => return Err(error.into()),
                // There, and not shown in the feed, or not permitted: it stays as it is.
                _ => {}
            }
        }
        Ok(lost)
    }
}

fn give_up_or_keep(tx: &mut Tx<'_>, uri: &str, holds: Holds) -> Result<(), store::Error> {
    let held = |tx: &Tx<'_>| {
        Ok::<bool, store::Error>(tx.head(uri)?.is_some_and(|head| head.held && head.uri == uri))
    };
    // It may have gone, or got another address, with what it hangs below.
    if !held(tx)? {
        return Ok(());
    }
    match holds {
        Holds::Theirs => tx.apply_gone(uri),
        Holds::Mine => {
            tx.clear_conflict(uri)?;
            make_again(tx, uri)
        }
    }
}

/// Makes a record new; a repository with all that is in it, which would be sent to nowhere else.
fn make_again(tx: &mut Tx<'_>, uri: &str) -> Result<(), store::Error> {
    if tx.head(uri)?.is_some_and(|head| head.kind == "repository") {
        for entry in tx.feed(0, u64::MAX, None)? {
            let Event::Saved { head, .. } = entry.event else { continue };
            if head.held && head.repo.as_deref() == Some(uri) && !head.is_local() {
                tx.clear_conflict(&head.uri)?;
                tx.make_again(&head.uri)?;
            }
        }
    }
    tx.make_again(uri).map(drop)
}

/// Mine becomes theirs.
fn give_way(tx: &mut Tx<'_>, mine: &Stored, theirs: Theirs, told: &mut Told) -> Result<(), store::Error> {
    if mine.edits == 0 && !mine.moved && is_alike(mine, &theirs) {
        tx.fast_forward(&mine.uri, theirs.lock_version)?;
        return Ok(());
    }
    tx.confirm_move(&mine.head)?;
    tx.clear_conflict(&mine.uri)?;
    tx.set_refusal(&mine.uri, None)?;
    tx.take_in(theirs.incoming())?;
    told.changed += 1;
    Ok(())
}

/// Mine is sent over what the server has from older times. Where the server has something that was never here, a
/// person is asked; where it is another record under the same address, mine becomes a new one.
fn hold(tx: &mut Tx<'_>, mine: &Stored, theirs: Theirs, told: &mut Told) -> Result<(), store::Error> {
    let uri = mine.uri.as_str();
    let moved = theirs
        .place
        .as_ref()
        .is_some_and(|place| Some(&place.root) != mine.root.as_ref() || place.parent != mine.parent);
    if is_alike(mine, &theirs) {
        tx.clear_conflict(uri)?;
        if mine.edits > 0 {
            tx.rebase(uri, mine.doc.clone(), theirs.doc.unwrap_or_default(), theirs.lock_version)?;
        } else {
            tx.fast_forward(uri, theirs.lock_version)?;
        }
        return if moved { tx.mark_moved(uri) } else { Ok(()) };
    }
    let there = record_of(mine, &theirs);
    let was_here = tx
        .history(uri)?
        .into_iter()
        .any(|version| canonical::same(Registry::shipped(), &Record::new(mine.kind, version.doc), &there));
    let base = tx.base(uri)?.is_some_and(|base| canonical::same(Registry::shipped(), &base, &there));
    if !was_here && !base && !same_making(mine, &theirs) {
        tx.clear_conflict(uri)?;
        make_again(tx, uri)?;
        tx.free_address(uri)?;
        return apply(tx, theirs, told);
    }
    tx.clear_conflict(uri)?;
    let lock_version = theirs.lock_version;
    if was_here || base {
        tx.rebase(uri, mine.doc.clone(), there.doc, lock_version)?;
    } else {
        // Somebody has gone on from the older copy: what both have is asked field by field.
        tx.rebase(uri, mine.doc.clone(), serde_json::Map::new(), lock_version)?;
        apply(tx, theirs, told)?;
    }
    told.changed += 1;
    if moved { tx.mark_moved(uri) } else { Ok(()) }
}

fn record_of(mine: &Stored, theirs: &Theirs) -> Record {
    Record::new(mine.kind, theirs.doc.clone().unwrap_or_default())
}

fn is_alike(mine: &Stored, theirs: &Theirs) -> bool {
    canonical::same(Registry::shipped(), &mine.record(), &record_of(mine, theirs))
}

/// Whether both were made by the same person at the same time: numbers of a server that was set back mean other
/// records afterwards.
fn same_making(mine: &Stored, theirs: &Theirs) -> bool {
    let text = |name: &str| theirs.doc.as_ref()?.get(name).and_then(Value::as_str).map(str::to_owned);
    let at = text("create_time").and_then(|text| text.parse::<jiff::Timestamp>().ok());
    at.is_some_and(|at| at.as_second() == mine.created.as_second())
        && text("created_by").as_deref() == Some(&mine.created_by)
}
