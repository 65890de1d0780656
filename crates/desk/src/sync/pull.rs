//! Taking what is new on the server.

use record::api::wire::Feed;
use store::Op;
use tokio::task::JoinSet;

use super::apply::{AGAIN, Theirs, Told, apply, from_the_start};
use super::unknown::passed_by;
use super::{Error, FAR, FEED, IDENTITY, RUN, Run, SCOPE, ends_sync};
use crate::commands::news_has_begun;
use crate::rest::Flavour;

/// How far the feed was followed.
struct Here {
    after: i64,
    scope: Option<String>,
    run: Option<String>,
    far: String,
}

impl Here {
    fn read(reader: &store::Reader<'_>) -> Result<Self, store::Error> {
        let after = reader.cursor(FEED)?.and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Self {
            after,
            scope: reader.cursor(SCOPE)?,
            run: reader.cursor(RUN)?,
            far: reader.cursor(FAR)?.unwrap_or_default(),
        })
    }

    /// Whether a page shows that the server is where it once was: it is so far, or told that in the same start.
    fn is_reached(&self, feed: &Feed) -> bool {
        far_of(&self.far).is_some_and(|(run, far)| feed.next >= far || (!feed.more && feed.run == run))
    }
}

/// The start, and how far.
fn far_of(text: &str) -> Option<(&str, i64)> {
    let (run, after) = text.split_once(' ')?;
    Some((run, after.parse().ok()?))
}

impl Run<'_> {
    /// Takes the records again that lost links by deletions which were called off.
    pub(super) async fn link_again(&mut self) -> Result<(), Error> {
        for (name, _) in self.store.read(|r| r.cursors(AGAIN))? {
            self.may_go_on()?;
            let uri = name.trim_start_matches(AGAIN);
            if !super::body::is_local(uri) {
                match self.fetch(uri).await {
                    Err(Error::Rest(error)) if !ends_sync(&error) => self.problem(uri, &error.to_api()),
                    fetched => fetched?,
                }
            }
            self.store.write(Op::repeatable("pull", self.user()), |tx| tx.set_cursor(&name, ""))?;
        }
        Ok(())
    }

    pub(super) async fn pull(&mut self, flavour: &Flavour) -> Result<(), Error> {
        match flavour {
            Flavour::Fonds { .. } => {
                self.follow_feed().await?;
                self.compare().await
            }
            Flavour::ArchivesSpace { .. } => {
                // A long document: once a sync.
                if !self.has_lists {
                    self.pull_enumerations(None).await?;
                    self.has_lists = true;
                }
                self.pull_lists().await
            }
        }
    }

    pub(super) async fn follow_feed(&mut self) -> Result<(), Error> {
        let mut seen = 0;
        // Each page is one transaction.
        let entries = self.client.page_entries();
        // The next page is on its way while this one is written; dropped with the sync, if that ends before.
        let (mut ahead, mut asked) = (JoinSet::new(), None);
        let mut in_parts = true;
        loop {
            self.may_go_on()?;
            let here = self.store.read(Here::read)?;
            if here.after == 0 && in_parts {
                in_parts = self.take_bundle().await?;
                continue;
            }
            if asked != Some(here.after) {
                // What was written meanwhile sent the reading back.
                ahead = JoinSet::new();
            }
            let feed = match ahead.join_next().await {
                Some(Ok(fetched)) => fetched?,
                // None was asked for, or the asking itself broke down.
                _ => self.client.feed(here.after, entries, here.run.as_deref()).await?,
            };
            let known = self.store.read(|r| r.setting(IDENTITY))?;
            if known.is_some_and(|known| known != feed.server) {
                return Err(Error::OtherServer);
            }
            if feed.set_back {
                return Err(Error::SetBack);
            }
            if here.after > 0 && here.scope.as_deref() != Some(&feed.scope) {
                self.begin_again(&feed)?;
                continue;
            }
            seen += feed.entries.len() as u64;
            let (more, lists) = (feed.more, feed.lists);
            if more {
                let (client, next, run) = (self.client.clone(), feed.next, feed.run.clone());
                asked = Some(next);
                ahead.spawn(async move { client.feed(next, entries, Some(&run)).await });
                // It waits behind this task, which blocks, until it has once begun.
                tokio::task::yield_now().await;
            }
            self.look_ahead(&feed).await?;
            self.page(feed, &here)?;
            self.progress("pull", seen, 0);
            if !more {
                return self.pull_enumerations(Some(lists)).await;
            }
        }
    }

    /// Whether the data of our server are not where they were when the feed was begun anew: they were set back since.
    pub(super) async fn is_set_back(&self) -> Result<bool, Error> {
        let far = self.store.read(|r| r.cursor(FAR))?.unwrap_or_default();
        let Some((run, after)) = far_of(&far) else { return Ok(false) };
        Ok(self.client.feed(after, 1, Some(run)).await?.set_back)
    }

    /// The user is shown more, or less, than before: what was left out then was passed by, so all of it is asked for.
    /// What is not shown any more stays here.
    fn begin_again(&self, feed: &Feed) -> Result<(), Error> {
        self.store.write(Op::repeatable("pull", self.user()), |tx| {
            from_the_start(tx)?;
            tx.set_cursor(SCOPE, &feed.scope)
        })?;
        Ok(())
    }

    /// One page and the place where it ends, together.
    fn page(&mut self, feed: Feed, here: &Here) -> Result<(), Error> {
        let same = here.run.as_ref() == Some(&feed.run) && here.scope.as_ref() == Some(&feed.scope);
        if feed.entries.is_empty() && feed.next == here.after && same && !here.is_reached(&feed) {
            return Ok(());
        }
        let next = feed.next.to_string();
        let mut cursors = vec![(FEED, next.as_str()), (SCOPE, &feed.scope), (RUN, &feed.run)];
        if here.is_reached(&feed) {
            cursors.push((FAR, ""));
        }
        let passed = self.store.read(|r| passed_by(r, &feed.entries))?;
        cursors.extend(passed.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let theirs: Vec<Theirs> = feed.entries.into_iter().map(Theirs::of_feed).collect();
        self.keep_vanished(&theirs)?;
        self.take(theirs, &cursors)
    }

    /// Applies records of the server in one transaction, with the cursors that they lead to.
    pub(super) fn take(&mut self, theirs: Vec<Theirs>, cursors: &[(&str, &str)]) -> Result<(), Error> {
        let (told, _) = self.store.write(Op::repeatable("pull", self.user()), |tx| {
            let first = tx.setting(IDENTITY)?.is_some() && tx.cursor(FEED)?.is_none();
            let mut told = Told { news: news_has_begun(tx, self.user())?, first, ..Told::default() };
            for one in theirs {
                apply(tx, one, &mut told)?;
            }
            for (source, value) in cursors {
                tx.set_cursor(source, value)?;
            }
            told.keep(tx)?;
            Ok(told)
        })?;
        self.report.pulled += told.changed;
        Ok(())
    }
}
