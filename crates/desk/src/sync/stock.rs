//! Taking what is new from a stock ArchivesSpace, which has no feed: lists of
//! numbers, records by number, and comparison of numbers for what is gone.

use serde_json::Value;
use store::{List, Op};

use super::apply::Theirs;
use super::{Error, Run};
use crate::rest::MAX_ID_SET;

/// Seconds by which a list reaches back before the newest record that was seen: its clock has whole seconds, and a
/// save shows only when its transaction ends.
const OVERLAP: i64 = 60;
/// With fewer records than this, all of them may vanish.
const FEW: usize = 20;

const SHARED: [&str; 8] = [
    "agent_person",
    "agent_family",
    "agent_corporate_entity",
    "agent_software",
    "subject",
    "location",
    "container_profile",
    "location_profile",
];
const IN_REPOSITORY: [&str; 11] = [
    "top_container",
    "classification",
    "classification_term",
    "accession",
    "resource",
    "archival_object",
    "digital_object",
    "digital_object_component",
    "event",
    "assessment",
    "collection_management",
];

impl Run<'_> {
    pub(super) async fn pull_lists(&mut self) -> Result<(), Error> {
        let repositories = self.client.get("/repositories", &[]).await?;
        let repositories: Vec<Theirs> =
            repositories.as_array().into_iter().flatten().cloned().filter_map(Theirs::fetched).collect();
        let addresses: Vec<String> = repositories.iter().map(|one| one.uri.clone()).collect();
        self.take(repositories, None)?;
        for kind in SHARED {
            self.pull_list(kind, None).await?;
        }
        for repo in &addresses {
            for kind in IN_REPOSITORY {
                self.pull_list(kind, Some(repo)).await?;
            }
        }
        Ok(())
    }

    async fn pull_list(&mut self, kind: &str, repo: Option<&str>) -> Result<(), Error> {
        let registry = record::Registry::shipped();
        let Some(template) = registry.kind(kind).and_then(|kind| kind.uri.as_ref()) else { return Ok(()) };
        let path = template.collection(repo.and_then(|repo| repo.rsplit('/').next()).unwrap_or_default());
        let source = format!("list:{path}");
        let since: Option<i64> = self.store.read(|r| r.cursor(&source))?.and_then(|text| text.parse().ok());
        let changed = self.client.all_ids(&path, since.map(|since| since - OVERLAP)).await?;
        let mut newest = since.unwrap_or(0);
        for (done, chunk) in changed.chunks(MAX_ID_SET).enumerate() {
            self.may_go_on()?;
            let records = self.client.id_set(&path, chunk).await?;
            newest = records.iter().filter_map(changed_at).fold(newest, i64::max);
            self.take(records.into_iter().filter_map(Theirs::fetched).collect(), None)?;
            self.progress("pull", ((done + 1) * MAX_ID_SET).min(changed.len()) as u64, changed.len() as u64);
        }
        let there = if since.is_none() { changed } else { self.client.all_ids(&path, None).await? };
        self.drop_vanished(kind, repo, &path, &there)?;
        self.store
            .write(Op::repeatable("pull", self.user()), |tx| tx.set_cursor(&source, &newest.to_string()))?;
        Ok(())
    }

    /// What is held here with a number that the server does not have any more.
    fn drop_vanished(
        &mut self,
        kind: &str,
        repo: Option<&str>,
        path: &str,
        there: &[u64],
    ) -> Result<(), Error> {
        let mut there = there.to_vec();
        there.sort_unstable();
        let list = List {
            kinds: vec![kind.to_owned()],
            repo: repo.map(str::to_owned),
            limit: u64::MAX,
            ..List::default()
        };
        let held = self.store.read(|r| r.numbers(&list))?;
        let gone: Vec<u64> =
            held.iter().copied().filter(|number| there.binary_search(number).is_err()).collect();
        if gone.len() > FEW && gone.len() * 2 > held.len() {
            return Err(Error::Vanished { gone: gone.len(), held: held.len() });
        }
        self.take(gone.iter().map(|number| Theirs::gone(&format!("{path}/{number}"))).collect(), None)
    }
}

/// When the server changed a record last, in epoch seconds.
fn changed_at(record: &Value) -> Option<i64> {
    let time: jiff::Timestamp = record.get("system_mtime")?.as_str()?.parse().ok()?;
    Some(time.as_second())
}
