//! Everything that our server has, taken in parts: the first sync, and one that begins anew.
//!
//! Each part is written with the place where it ends in one transaction, so a sync that ends before its end goes on
//! there. After the last part the feed goes on from where it stood when the first was asked for.

use std::fmt;

use record::api::wire::Bundle;
use tokio::task::JoinSet;

use super::apply::Theirs;
use super::unknown::passed_by;
use super::{BUNDLE, Error, FAR, FEED, IDENTITY, RUN, Run, SCOPE, WHOLE};
use crate::rest;

/// Entries a part; each part is one transaction. As many as the server gives at most.
const PART: usize = 1000;
/// From how many on that come first, lists get their indexes after them.
const MANY: u64 = 2000;

/// How far a bundle was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Taken {
    /// Where the feed stood when the first part was asked for.
    position: i64,
    /// The newest change that the server had at the last part.
    seen: i64,
    /// The last row; none before the first part.
    after: i64,
    /// Entries taken, and in all parts together.
    done: u64,
    total: u64,
}

impl Taken {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut next = || words.next()?.parse().ok();
        let (position, seen, after) = (next()?, next()?, next()?);
        let mut next = || words.next()?.parse().ok();
        Some(Self { position, seen, after, done: next()?, total: next()? })
    }

    fn with(self, part: &Bundle) -> Self {
        let first = self.after == 0;
        Self {
            position: if first { part.seq } else { self.position },
            seen: part.seq,
            after: part.next,
            done: self.done + part.entries.len() as u64,
            total: part.total.unwrap_or(self.total),
        }
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, seen, after, done, total } = self;
        write!(f, "{position} {seen} {after} {done} {total}")
    }
}

/// What is kept of it.
struct Here {
    taken: Taken,
    scope: Option<String>,
    run: Option<String>,
}

impl Here {
    fn read(reader: &store::Reader<'_>) -> Result<Self, store::Error> {
        let taken = reader.cursor(BUNDLE)?.as_deref().and_then(Taken::parse).unwrap_or_default();
        Ok(Self { taken, scope: reader.cursor(SCOPE)?, run: reader.cursor(RUN)? })
    }

    /// The server's start that told of the last part, and how far it was then.
    fn told(&self) -> Option<(&str, i64)> {
        let run = self.run.as_deref().filter(|_| self.taken.after > 0)?;
        Some((run, self.taken.seen))
    }
}

impl Run<'_> {
    /// Takes the parts that are not here yet. `false`: the server gives none, or none of anything that happened, and is
    /// followed by its feed alone.
    pub(super) async fn take_bundle(&mut self) -> Result<bool, Error> {
        let taken = self.take_parts().await;
        if !self.store.read(|reader| reader.has_list_indexes())? {
            self.store.write(store::Op::repeatable("pull", self.user()), |tx| tx.make_list_indexes())?;
        }
        taken
    }

    async fn take_parts(&mut self) -> Result<bool, Error> {
        // The next part is on its way while this one is written; dropped with the sync, if that ends before.
        let (mut ahead, mut asked) = (JoinSet::new(), None);
        loop {
            self.may_go_on()?;
            let here = self.store.read(Here::read)?;
            if asked != Some(here.taken.after) {
                ahead = JoinSet::new();
            }
            let fetched = match ahead.join_next().await {
                Some(Ok(fetched)) => fetched,
                // None was asked for, or the asking itself broke down.
                _ => self.client.bundle(here.taken.after, PART, here.told()).await,
            };
            let part = match fetched {
                Err(rest::Error::NotFound { .. }) => return Ok(false),
                fetched => fetched?,
            };
            if !self.fits(&part, &here)? {
                continue;
            }
            if part.more {
                let (client, next, run, seq) = (self.client.clone(), part.next, part.run.clone(), part.seq);
                asked = Some(next);
                ahead.spawn(async move { client.bundle(next, PART, Some((&run, seq))).await });
                // It waits behind this task, which blocks, until it has once begun.
                tokio::task::yield_now().await;
            }
            let more = part.more;
            let taken = here.taken.with(&part);
            self.make_room(taken)?;
            self.part(part, taken)?;
            self.progress("pull", taken.done, taken.total.max(taken.done));
            if !more {
                return Ok(taken.position > 0);
            }
        }
    }

    /// Drops the indexes of lists where more is to come than is here, and it is the first: they are made faster at once.
    fn make_room(&self, taken: Taken) -> Result<(), Error> {
        let to_come = taken.total.saturating_sub(taken.done);
        if to_come >= taken.done.max(MANY)
            && self.store.read(|reader| {
                Ok::<_, store::Error>(reader.cursor(FEED)?.is_none() && reader.has_list_indexes()?)
            })?
        {
            self.store.write(store::Op::repeatable("pull", self.user()), |tx| tx.drop_list_indexes())?;
        }
        Ok(())
    }

    /// Whether a part is of the same data, shown to the same rights, as those before it. With other rights all of it is
    /// asked for again: what was hidden then is in none of the parts that are here.
    fn fits(&self, part: &Bundle, here: &Here) -> Result<bool, Error> {
        let known = self.store.read(|r| r.setting(IDENTITY))?;
        if known.is_some_and(|known| known != part.server) {
            return Err(Error::OtherServer);
        }
        if part.set_back {
            return Err(Error::SetBack);
        }
        let fits = here.taken.after == 0 || here.scope.as_deref() == Some(&part.scope);
        if !fits {
            self.store.write(store::Op::repeatable("pull", self.user()), |tx| {
                tx.set_cursor(BUNDLE, "")?;
                tx.set_cursor(SCOPE, &part.scope)
            })?;
        }
        Ok(fits)
    }

    /// One part and the place where it ends, together.
    fn part(&mut self, part: Bundle, taken: Taken) -> Result<(), Error> {
        // What came since the first part is in the feed: the server must not have been set back behind it till then.
        let far = format!("{} {}", part.run, taken.seen);
        let (place, position) = (taken.to_string(), taken.position.to_string());
        let passed = self.store.read(|r| passed_by(r, &part.entries))?;
        let mut cursors = vec![(SCOPE, part.scope.as_str()), (RUN, &part.run), (FAR, &far)];
        cursors.extend(passed.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        if part.more {
            cursors.push((BUNDLE, &place));
        } else {
            cursors.extend([(BUNDLE, ""), (FEED, position.as_str()), (WHOLE, "1")]);
            if taken.seen == taken.position {
                cursors.push((FAR, ""));
            }
        }
        let theirs = part.entries.into_iter().map(Theirs::of_feed).collect();
        self.take(theirs, &cursors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_was_taken_is_read_as_it_was_written() {
        let taken = Taken { position: 7, seen: 9, after: 1_000, done: 998, total: 3_000 };
        assert_eq!(Taken::parse(&taken.to_string()), Some(taken));
        for wrong in ["", "7", "7 9 1000 998", "7 9 x 998 3000"] {
            assert_eq!(Taken::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_feed_goes_on_from_where_it_stood_at_the_first_part() {
        let first = Bundle { seq: 7, next: 40, total: Some(90), ..Bundle::default() };
        let second = Bundle { seq: 9, next: 80, ..Bundle::default() };
        let taken = Taken::default().with(&first).with(&second);
        assert_eq!(taken, Taken { position: 7, seen: 9, after: 80, done: 0, total: 90 });
    }
}
