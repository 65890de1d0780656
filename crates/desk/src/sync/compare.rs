//! After everything was taken: whether what is here is what the server has.

use std::collections::{BTreeMap, BTreeSet};

use record::Registry;
use record::api::wire::KindSum;
use store::{Group, Op, Sum};

use super::apply::Theirs;
use super::vanished::Missing;
use super::{Error, Run, WHOLE, ends_sync};
use crate::rest;

/// So many records are taken anew one by one; where more differ, the others are taken by the next whole sync.
const MOST: usize = 1_000;

impl Run<'_> {
    /// Compares counts and versions with the server's, once after everything was taken. What differs is taken anew,
    /// record by record, and named in the report if it is not only its version that differed.
    pub(super) async fn compare(&mut self) -> Result<(), Error> {
        if self.store.read(|r| r.cursor(WHOLE))?.is_none_or(|whole| whole.is_empty()) {
            return Ok(());
        }
        let Some(mut differ) = self.differing_groups().await? else { return self.end_comparing() };
        if !differ.is_empty() {
            // Somebody may have saved something since.
            self.follow_feed().await?;
            differ = self.differing_groups().await?.unwrap_or_default();
        }
        for group in differ {
            match self.take_differing(&group).await {
                // Not shown to this user any more: what is here of it stays.
                Err(Error::Rest(rest::Error::Forbidden { .. })) => {}
                taken => taken?,
            }
        }
        self.end_comparing()
    }

    fn end_comparing(&self) -> Result<(), Error> {
        self.store.write(Op::repeatable("pull", self.user()), |tx| tx.set_cursor(WHOLE, ""))?;
        Ok(())
    }

    /// Kinds and repositories in which this desk does not have what the server has. `None`: the server does not tell.
    async fn differing_groups(&mut self) -> Result<Option<Vec<Group>>, Error> {
        self.may_go_on()?;
        let there = match self.client.sums().await {
            Ok(there) => there,
            Err(rest::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let here = self.store.read(|r| r.sums_taken())?;
        self.report.compared = Some(there.sums.iter().map(|line| line.count).sum());
        let there: BTreeMap<Group, Sum> = there.sums.into_iter().filter_map(sum_of).collect();
        let groups: BTreeSet<&Group> = here.keys().chain(there.keys()).collect();
        let differ = groups.into_iter().filter(|group| here.get(*group) != there.get(*group));
        Ok(Some(differ.cloned().collect()))
    }

    /// Takes the records of a group anew that are not here in the server's version.
    async fn take_differing(&mut self, (kind, repository): &Group) -> Result<(), Error> {
        let there = self.client.versions(kind, repository.as_deref()).await?;
        let there: BTreeMap<String, i64> = there.into_iter().collect();
        let here = self.taken_versions(&(kind, repository.clone()))?;
        let uris: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        let differ: Vec<&String> = uris.into_iter().filter(|uri| here.get(*uri) != there.get(*uri)).collect();
        let gone: Vec<Theirs> =
            differ.iter().filter(|uri| !there.contains_key(**uri)).map(|uri| Theirs::gone(uri)).collect();
        let (key, counts) = ((*kind).to_owned(), (gone.len() as u64, here.len() as u64));
        self.judge(vec![Missing { key: key.clone(), kind: key, gone: counts.0, held: counts.1 }])?;
        self.keep_vanished(&gone)?;
        for uri in differ.into_iter().take(MOST) {
            self.may_go_on()?;
            let before = self.report.pulled;
            match self.fetch(uri).await {
                Err(Error::Rest(error)) if !ends_sync(&error) => self.problem(uri, &error.to_api()),
                fetched => fetched?,
            }
            // What is newer here than there stays: a person is to look at it.
            let ahead = matches!((here.get(uri), there.get(uri)), (Some(here), Some(there)) if here > there);
            if self.report.pulled > before || ahead {
                self.report.differing.push(uri.clone());
            }
        }
        Ok(())
    }

    /// What is here of a group as it was taken from the server, also what was deleted here since.
    fn taken_versions(&self, group: &Group) -> Result<BTreeMap<String, i64>, Error> {
        let (kind, repository) = group;
        Ok(self.store.read(|r| {
            let held = r.versions(group, true, i64::MIN, u64::MAX)?.versions;
            let mut taken: BTreeMap<String, i64> = held.into_iter().collect();
            taken.retain(|uri, _| !super::body::is_local(uri));
            for gone in r.unsent_deletions()? {
                let here = repository.as_ref().is_none_or(|repo| gone.uri.starts_with(&format!("{repo}/")));
                if gone.kind == *kind && here {
                    taken.insert(gone.uri, gone.lock_version);
                }
            }
            Ok(taken)
        })?)
    }
}

/// A line of the server's; none for a kind that is not known here.
fn sum_of(line: KindSum) -> Option<(Group, Sum)> {
    let kind = &Registry::shipped().kind(&line.kind)?.name;
    let sum = u64::from_str_radix(&line.sum, 16).ok()?;
    Some(((kind, line.repository), Sum { count: line.count, sum }))
}
