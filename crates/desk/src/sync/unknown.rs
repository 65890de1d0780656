//! Records of kinds that this program does not know: a newer server may have them. They are passed by, and where that
//! was is kept, so that a newer program takes them from there.

use std::collections::BTreeMap;

use record::api::wire::FeedEntry;
use record::{Registry, Uri};
use store::{Op, Reader, Tx};

use super::apply::from;
use super::{Error, Run};

/// Beginning of the cursors that keep, for addresses of one form, where in the feed the first stood and what it was.
const UNKNOWN: &str = "unknown:";

/// What of a page nobody here knows, as cursors to be written with the page.
pub(super) fn passed_by(
    reader: &Reader<'_>,
    entries: &[FeedEntry],
) -> Result<Vec<(String, String)>, store::Error> {
    let mut first = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !is_known(&entry.uri)) {
        let name = format!("{UNKNOWN}{}", form(&entry.uri));
        first.entry(name).or_insert_with(|| format!("{} {}", entry.seq, entry.uri));
    }
    let mut cursors = Vec::new();
    for (name, value) in first {
        if reader.cursor(&name)?.is_none_or(|kept| kept.is_empty()) {
            cursors.push((name, value));
        }
    }
    Ok(cursors)
}

/// Goes back in the feed to before the first record that was passed by and is known now.
fn take_again(tx: &mut Tx<'_>) -> Result<(), store::Error> {
    let mut back = None;
    for (name, value) in tx.cursors(UNKNOWN)? {
        let Some((seq, uri)) = value.split_once(' ') else { continue };
        if let (true, Ok(seq)) = (is_known(uri), seq.parse::<i64>()) {
            back = Some(back.map_or(seq, |least: i64| least.min(seq)));
            tx.set_cursor(&name, "")?;
        }
    }
    back.map_or(Ok(()), |seq| from(tx, seq - 1))
}

impl Run<'_> {
    /// Has records taken that an older program could not take.
    pub(super) fn take_what_is_known_now(&self) -> Result<(), Error> {
        if self.store.read(|r| r.cursors(UNKNOWN))?.is_empty() {
            return Ok(());
        }
        self.store.write(Op::repeatable("pull", self.user()), take_again)?;
        Ok(())
    }
}

fn is_known(uri: &str) -> bool {
    Uri::parse(Registry::shipped(), uri).is_ok()
}

/// An address without its numbers.
fn form(uri: &str) -> String {
    let part = |part: &str| if part.parse::<u64>().is_ok() { ":".to_owned() } else { part.to_owned() };
    uri.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use record::api::wire::{Change, Feed};
    use store::{Options, Role, Store};

    use super::super::{FAR, FEED, RUN};
    use super::*;

    fn entry(seq: i64, uri: &str) -> FeedEntry {
        FeedEntry {
            seq,
            uri: uri.to_owned(),
            change: Change::Saved,
            lock_version: Some(0),
            record: None,
            authors: None,
            place: None,
            order: None,
            moved_to: None,
        }
    }

    #[test]
    fn what_a_newer_program_knows_is_asked_for_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Desk)).unwrap();
        let entries =
            [(3, "/agents/people/1"), (5, "/repositories/2/reels/7"), (8, "/repositories/2/reels/9")];
        let feed = Feed { entries: entries.map(|(seq, uri)| entry(seq, uri)).to_vec(), ..Feed::default() };
        let passed = store.read(|r| passed_by(r, &feed.entries)).unwrap();
        assert_eq!(
            passed,
            [("unknown:/repositories/:/reels/:".to_owned(), "5 /repositories/2/reels/7".to_owned())]
        );
        let cursors = [(FEED, "90"), (RUN, "a"), (passed[0].0.as_str(), passed[0].1.as_str())];
        let keep = |cursors: &[(&str, &str)]| {
            store
                .write(Op::repeatable("pull", "ada"), |tx| {
                    cursors.iter().try_for_each(|(name, value)| tx.set_cursor(name, value))
                })
                .unwrap();
        };
        keep(&cursors);
        // The first that was passed by stays the first; as long as nobody knows it, nothing is asked for again.
        assert_eq!(store.read(|r| passed_by(r, &feed.entries)).unwrap(), []);
        let again = || store.write(Op::repeatable("pull", "ada"), take_again).unwrap();
        again();
        assert_eq!(store.read(|r| r.cursor(FEED)).unwrap().as_deref(), Some("90"));
        // A newer program knows the form of this one.
        keep(&[(passed[0].0.as_str(), "5 /repositories/2/accessions/7")]);
        again();
        let now = store.read(|r| Ok([r.cursor(FEED)?, r.cursor(FAR)?, r.cursor(&passed[0].0)?])).unwrap();
        assert_eq!(now.map(Option::unwrap_or_default), ["4", "a 90", ""]);
    }
}
