//! Many records that are not on the server any more at once: more likely a fault than somebody's will. Nothing of it
//! is carried out before a person has said so.

use std::collections::BTreeMap;

use record::api::wire::{Change, Feed, FeedEntry};
use store::{Op, Reader, Tx};

use super::apply::Theirs;
use super::{Error, Run};

/// With fewer records of a kind than this, all of them may vanish.
const FEW: u64 = 20;
/// Entries of a page that is only looked at.
const PAGE: usize = 1000;
/// Setting: the share of a kind's records, in percent, that may vanish at once without a question.
pub(crate) const SHARE: &str = "sync.vanish_share";
/// The share while nobody has set another.
const USUAL_SHARE: u8 = 50;
/// Setting: what is asked about, as records by kind.
const ASKED: &str = "sync.vanished";
/// Setting: what a person decided about it.
const DECIDED: &str = "sync.vanished.decided";

/// Records by kind.
type Counts = BTreeMap<String, u64>;

/// What a person decided about records that vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// They go here as well.
    Remove,
    /// They stay and are sent again as new ones.
    Keep,
}

/// Records of one sort that are not there any more.
#[derive(Debug)]
pub(super) struct Missing {
    /// What the question and its answer know them by.
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) gone: u64,
    pub(super) held: u64,
}

/// What vanished in one sync.
#[derive(Debug, Default)]
pub(crate) struct Vanished {
    /// Removed by pages that are written.
    removed: Counts,
    /// How far the feed was looked through.
    seen: i64,
}

/// Remembers the decision about what is asked; it holds for the next sync that ends well.
pub(crate) fn decide(tx: &mut Tx<'_>, decision: Decision) -> Result<(), store::Error> {
    let asked = tx.setting(ASKED)?.unwrap_or_default();
    let word = match decision {
        Decision::Remove => "remove",
        Decision::Keep => "keep",
    };
    tx.set_setting(DECIDED, Some(&format!("{word} {asked}")))
}

/// The share of a kind's records, in percent, that may vanish without a question.
pub(crate) fn share(reader: &Reader<'_>) -> Result<u8, store::Error> {
    let set = reader.setting(SHARE)?.and_then(|text| text.parse().ok());
    Ok(set.unwrap_or(USUAL_SHARE))
}

/// Whether so many of a kind at once are worth a question.
fn too_many(gone: u64, held: u64, share: u8) -> bool {
    gone > FEW && gone.saturating_mul(100) > held.saturating_mul(u64::from(share))
}

/// Kinds of what is held here and told as gone.
fn removals(reader: &Reader<'_>, entries: &[FeedEntry]) -> Result<Counts, store::Error> {
    let mut counts = Counts::new();
    for entry in entries.iter().filter(|entry| entry.change == Change::Deleted && entry.moved_to.is_none()) {
        if let Some(head) = reader.head(&entry.uri)?.filter(|head| head.held && head.uri == entry.uri) {
            *counts.entry(head.kind.to_owned()).or_default() += 1;
        }
    }
    Ok(counts)
}

fn add(counts: &mut Counts, more: &Counts) {
    for (kind, count) in more {
        *counts.entry(kind.clone()).or_default() += count;
    }
}

impl Run<'_> {
    /// Before a page is written: whether what it, the pages before and those behind it remove is few enough.
    pub(super) async fn look_ahead(&mut self, feed: &Feed) -> Result<(), Error> {
        let here = self.store.read(|r| removals(r, &feed.entries))?;
        let mut all = self.vanished.removed.clone();
        add(&mut all, &here);
        if feed.next > self.vanished.seen && all.values().any(|gone| *gone > FEW) {
            let (mut next, mut more) = (feed.next, feed.more);
            while more {
                self.may_go_on()?;
                let page = self.client.feed(next, PAGE, Some(&feed.run)).await?;
                add(&mut all, &self.store.read(|r| removals(r, &page.entries))?);
                (next, more) = (page.next, page.more);
            }
            self.judge_kinds(&all)?;
            self.vanished.seen = next;
        }
        add(&mut self.vanished.removed, &here);
        Ok(())
    }

    fn judge_kinds(&self, gone: &Counts) -> Result<(), Error> {
        let held = self.store.read(|r| r.counts_by_kind(None))?;
        let removed = |kind: &str| self.vanished.removed.get(kind).copied().unwrap_or(0);
        let missing = |(kind, gone): (&String, &u64)| {
            let held = held.get(kind).unwrap_or(&0) + removed(kind);
            Missing { key: kind.clone(), kind: kind.clone(), gone: *gone, held }
        };
        self.judge(gone.iter().map(missing).collect())
    }

    /// Whether so many may be gone: else they are what is asked about.
    pub(super) fn judge(&self, missing: Vec<Missing>) -> Result<(), Error> {
        let (share, decided) = self.store.read(|r| Ok((share(r)?, decided(r)?)))?;
        let asked: Vec<Missing> =
            missing.into_iter().filter(|one| too_many(one.gone, one.held, share)).collect();
        let known = |one: &Missing| {
            decided
                .as_ref()
                .is_some_and(|(_, known)| known.get(&one.key).is_some_and(|count| one.gone <= *count))
        };
        if asked.iter().all(known) {
            return Ok(());
        }
        let counts: Counts = asked.iter().map(|one| (one.key.clone(), one.gone)).collect();
        let text = serde_json::to_string(&counts).map_err(store::Error::from)?;
        self.store.write(Op::typed("sync", self.user()), |tx| tx.set_setting(ASKED, Some(&text)))?;
        let most = asked.into_iter().max_by_key(|one| one.gone);
        most.map_or(Ok(()), |one| Err(Error::Vanished { kind: one.kind, gone: one.gone, held: one.held }))
    }

    /// Where what vanished is to be kept: makes it into new records of this desk, which are sent as such. That holds
    /// for all that goes in this sync: the collection goes with its components.
    pub(super) fn keep_vanished(&self, theirs: &[Theirs]) -> Result<(), Error> {
        let Some((Decision::Keep, _)) = self.store.read(decided)? else { return Ok(()) };
        self.store.write(Op::repeatable("pull", self.user()), |tx| {
            for one in theirs.iter().filter(|one| one.doc.is_none() && one.moved_to.is_none()) {
                let uri = one.uri.as_str();
                if tx.head(uri)?.is_some_and(|head| head.held && head.uri == uri) {
                    tx.clear_conflict(uri)?;
                    tx.make_again(uri)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The sync came to its end: what was decided is done.
    pub(super) fn forget_vanished(&self) -> Result<(), Error> {
        if self.store.read(|r| Ok(r.setting(ASKED)?.is_none() && r.setting(DECIDED)?.is_none()))? {
            return Ok(());
        }
        self.store.write(Op::typed("sync", self.user()), |tx| {
            tx.set_setting(ASKED, None)?;
            tx.set_setting(DECIDED, None)
        })?;
        Ok(())
    }
}

fn decided(reader: &Reader<'_>) -> Result<Option<(Decision, Counts)>, store::Error> {
    let Some(text) = reader.setting(DECIDED)? else { return Ok(None) };
    let Some((word, counts)) = text.split_once(' ') else { return Ok(None) };
    let decision = if word == "keep" { Decision::Keep } else { Decision::Remove };
    Ok(Some((decision, serde_json::from_str(counts)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_and_a_number_decide_together() {
        assert!(!too_many(20, 20, 50));
        assert!(too_many(21, 41, 50));
        assert!(!too_many(21, 42, 50));
        assert!(too_many(21, 200, 10));
        assert!(!too_many(200, 200, 100));
    }
}
