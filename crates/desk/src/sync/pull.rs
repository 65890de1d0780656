//! Taking what is new on the server.

use record::api::wire::Feed;
use store::Op;
use tokio::task::JoinSet;

use super::apply::{Theirs, Told, apply};
use super::{Error, FEED, IDENTITY, Run};
use crate::rest::Flavour;

/// Entries a page; each page is one transaction. As many as the server gives at most.
const PAGE: usize = 1000;

impl Run<'_> {
    pub(super) async fn pull(&mut self, flavour: &Flavour) -> Result<(), Error> {
        match flavour {
            Flavour::Fonds { .. } => self.follow_feed().await,
            Flavour::ArchivesSpace { .. } => {
                self.pull_enumerations(None).await?;
                self.pull_lists().await
            }
        }
    }

    async fn follow_feed(&mut self) -> Result<(), Error> {
        let mut seen = 0;
        // The next page is on its way while this one is written; dropped with the sync, if that ends before.
        let mut ahead = JoinSet::new();
        loop {
            self.may_go_on()?;
            let after = self.store.read(|r| r.cursor(FEED))?.and_then(|text| text.parse().ok()).unwrap_or(0);
            let feed = match ahead.join_next().await {
                Some(Ok(fetched)) => fetched?,
                // None was asked for, or the asking itself broke down.
                _ => self.client.feed(after, PAGE, None).await?,
            };
            let known = self.store.read(|r| r.setting(IDENTITY))?;
            if known.is_some_and(|known| known != feed.server) {
                return Err(Error::OtherServer);
            }
            seen += feed.entries.len() as u64;
            let (more, lists) = (feed.more, feed.lists);
            if more {
                let (client, next) = (self.client.clone(), feed.next);
                ahead.spawn(async move { client.feed(next, PAGE, None).await });
            }
            self.page(feed, after)?;
            self.progress("pull", seen, 0);
            if !more {
                return self.pull_enumerations(Some(lists)).await;
            }
        }
    }

    /// One page and the place where it ends, together.
    fn page(&mut self, feed: Feed, after: i64) -> Result<(), Error> {
        if feed.entries.is_empty() && feed.next == after {
            return Ok(());
        }
        let next = feed.next.to_string();
        let theirs = feed.entries.into_iter().map(Theirs::of_feed).collect();
        self.take(theirs, Some((FEED, &next)))
    }

    /// Applies records of the server in one transaction, with the cursor that they lead to.
    pub(super) fn take(&mut self, theirs: Vec<Theirs>, cursor: Option<(&str, &str)>) -> Result<(), Error> {
        let (told, _) = self.store.write(Op::repeatable("pull", self.user()), |tx| {
            let mut told = Told::default();
            for one in theirs {
                apply(tx, one, &mut told)?;
            }
            if let Some((source, value)) = cursor {
                tx.set_cursor(source, value)?;
            }
            Ok(told)
        })?;
        self.report.pulled += told.changed;
        for (uri, why) in told.notices {
            self.problem(&uri, &why);
        }
        Ok(())
    }
}
