//! Taking what is new from a stock ArchivesSpace, which has no feed: lists of
//! numbers, records by number, and comparison of numbers for what is gone.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use record::api::wire::Place;
use serde_json::{Map, Value};
use store::{Head, List, Op, Reader};

use super::apply::{Theirs, Told};
use super::vanished::Missing;
use super::{Error, Run, ends_sync};
use crate::rest::{self, MAX_ID_SET};

/// Seconds by which a list reaches back before the newest record that was seen: its clock has whole seconds, and a
/// save shows only when its transaction ends.
pub(super) const OVERLAP: i64 = 60;

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
const IN_REPOSITORY: [&str; 10] = [
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
];

/// How far a list was taken.
struct Mark {
    /// The last number; the chunks come by numbers.
    number: u64,
    /// When the newest record that came was changed, by the server's clock in epoch seconds.
    newest: i64,
    /// When the list was asked for, by the clock here in epoch seconds.
    asked: i64,
}

impl Mark {
    /// Name of the cursor of a list that is being taken for the first time.
    fn source(list: &str) -> String {
        format!("{list} begun")
    }

    /// Where a list was left, or its beginning.
    fn read(reader: &store::Reader<'_>, list: &str) -> Result<Self, store::Error> {
        let text = reader.cursor(&Self::source(list))?.unwrap_or_default();
        let numbers: Vec<i64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
        Ok(match numbers[..] {
            [number, newest, asked] => Self { number: number.unsigned_abs(), newest, asked },
            _ => Self { number: 0, newest: 0, asked: reader.now().as_second() },
        })
    }

    /// From when on changes are asked for after this, by the server's clock. A record may have changed after its chunk
    /// came and before the newest one did: not more than the list took before that.
    fn since(&self, before: Option<i64>, now: jiff::Timestamp) -> i64 {
        let took = (now.as_second() - self.asked).max(0);
        before.unwrap_or(0).max(self.newest - took)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.number, self.newest, self.asked)
    }
}

/// Children of one parent: the root, and the parent node unless they stand at the top.
type Group = (String, Option<String>);

impl Run<'_> {
    pub(super) async fn pull_lists(&mut self) -> Result<(), Error> {
        let repositories = self.client.get("/repositories", &[]).await?;
        let repositories: Vec<Theirs> =
            repositories.as_array().into_iter().flatten().cloned().filter_map(Theirs::fetched).collect();
        let addresses: Vec<String> = repositories.iter().map(|one| one.uri.clone()).collect();
        self.take(repositories, &[])?;
        // What was moved out of something, or linked elsewhere, before that went comes with other lists.
        let mut gone = Vec::new();
        self.unread.clear();
        for kind in SHARED {
            self.pull_list(kind, None, &mut gone).await?;
        }
        for repo in &addresses {
            for kind in IN_REPOSITORY {
                match self.pull_list(kind, Some(repo), &mut gone).await {
                    // Not shown to this user: what is here of it stays, and the others go on.
                    Err(Error::Rest(error @ rest::Error::Forbidden { .. })) => {
                        self.unread.insert(repo.clone(), error.to_api());
                        break;
                    }
                    ended => ended?,
                }
            }
        }
        self.keep_vanished(&gone)?;
        self.take(gone, &[])
    }

    /// Takes what is new in a list; adds to `gone` what is held here and not in it any more.
    async fn pull_list(
        &mut self,
        kind: &str,
        repo: Option<&str>,
        gone: &mut Vec<Theirs>,
    ) -> Result<(), Error> {
        let Some(path) = collection(kind, repo) else { return Ok(()) };
        let source = source(&path);
        let since: Option<i64> = self.store.read(|r| r.cursor(&source))?.and_then(|text| text.parse().ok());
        let mut mark = self.store.read(|r| Mark::read(r, &source))?;
        // Before the changes: where something went, what stood below it and did not go with it was moved till then.
        let there = match since {
            Some(_) => self.client.all_ids(&path, None).await?,
            None => Vec::new(),
        };
        let mut changed = self.client.all_ids(&path, since.map(|since| since - OVERLAP)).await?;
        changed.sort_unstable();
        let mut groups: BTreeMap<Group, Vec<(u64, String)>> = BTreeMap::new();
        let begin = changed.partition_point(|number| *number <= mark.number);
        for chunk in changed.get(begin..).unwrap_or_default().chunks(MAX_ID_SET) {
            self.may_go_on()?;
            let records = self.client.id_set(&path, chunk).await?;
            mark.newest = records.iter().filter_map(changed_at).fold(mark.newest, i64::max);
            mark.number = chunk.last().copied().unwrap_or(mark.number);
            let mut theirs: Vec<Theirs> = records.into_iter().filter_map(Theirs::fetched).collect();
            note_families(kind, &theirs, &mut groups);
            match since {
                Some(_) => self.take(theirs, &[])?,
                // A list that is taken for the first time goes on where it ended, if it ends before its end.
                None => {
                    self.mirror(kind, &mut theirs)?;
                    self.take(theirs, &[(&Mark::source(&source), &mark.to_string())])?;
                }
            }
            let done = changed.partition_point(|number| *number <= mark.number);
            self.progress("pull", done as u64, changed.len() as u64);
        }
        gone.extend(self.end_list(kind, repo, &path, (since, there, changed), gone).await?);
        for (group, came) in groups {
            self.order(group, came).await?;
        }
        self.store.write(Op::repeatable("pull", self.user()), |tx| {
            tx.set_cursor(&Mark::source(&source), "")?;
            tx.set_cursor(&source, &mark.since(since, tx.at()).to_string())
        })?;
        Ok(())
    }

    /// Compares the numbers of a list with those that are held here: takes what did not come, tells what is gone.
    async fn end_list(
        &mut self,
        kind: &str,
        repo: Option<&str>,
        path: &str,
        (since, mut there, changed): (Option<i64>, Vec<u64>, Vec<u64>),
        going: &[Theirs],
    ) -> Result<Vec<Theirs>, Error> {
        there.extend(changed);
        there.sort_unstable();
        there.dedup();
        let held = self.store.read(|r| held(r, kind, repo))?;
        let unseen = self.take_unseen(&held, path, &there).await?;
        if since.is_none() {
            self.compared(path, there.len(), &unseen)?;
        }
        self.vanished(kind, &held, path, &there, going)
    }

    /// Gives the nodes that are new here the server's rank as their order among siblings: so these stand in their order
    /// however a tree was cut into chunks, and wherever the taking of them ended.
    fn mirror(&self, kind: &str, theirs: &mut [Theirs]) -> Result<(), Error> {
        for one in theirs {
            let Some(place) = one.doc.as_ref().and_then(|doc| place(kind, doc)) else { continue };
            if self.store.read(|r| r.head(&one.uri))?.is_none_or(|head| !head.held) {
                one.order = i64::try_from(place.position).ok().map(|rank| (rank + 1) * store::SPACING);
            }
        }
        Ok(())
    }

    /// Notes in the report that numbers of a list were compared, and which of its records only came by that.
    fn compared(&mut self, path: &str, count: usize, unseen: &[u64]) -> Result<(), Error> {
        self.report.compared = Some(self.report.compared.unwrap_or(0) + count as u64);
        for number in unseen {
            let uri = format!("{path}/{number}");
            if self.store.read(|r| r.head(&uri))?.is_some_and(|head| head.held) {
                self.report.differing.push(uri);
            }
        }
        Ok(())
    }

    /// Brings the children of a parent into the server's order. A node that moved comes with its rank; the
    /// siblings that made room for it do not come, so their order is asked for unless all of them came.
    async fn order(&mut self, (root, parent): Group, came: Vec<(u64, String)>) -> Result<(), Error> {
        let here = self.store.read(|r| match r.get(parent.as_deref().unwrap_or(&root))? {
            Some(_) => r.children(&root, parent.as_deref(), 0, u64::MAX).map(Some),
            None => Ok(None),
        })?;
        // A tree that was removed meanwhile has no order.
        let Some(here) = here else { return self.put_below_deleted((root, parent), came) };
        let theirs = here.iter().filter(|head| !is_ours(head)).map(|head| head.uri.as_str());
        let there = if let Some(there) = by_rank(theirs, came) {
            there
        } else {
            self.may_go_on()?;
            match self.children_there(&root, parent.as_deref()).await {
                // Removed since, or not shown: what comes next says so.
                Err(Error::Rest(error)) if !ends_sync(&error) => return Ok(()),
                there => there?,
            }
        };
        let wanted = arranged(&here, &there);
        self.store.write(Op::repeatable("pull", self.user()), |tx| {
            for (position, uri) in (0..).zip(&there) {
                let place = Place { root: root.clone(), parent: parent.clone(), position };
                if !here.iter().any(|head| head.uri == *uri) {
                    tx.apply_place(uri, &place, None)?;
                }
            }
            tx.order_children(&root, parent.as_deref(), &wanted)?;
            let mut told = Told::default();
            told.hear_parked(tx);
            told.keep(tx)
        })?;
        Ok(())
    }

    /// Puts nodes below what was deleted here: whoever deleted it did not see them there, and is asked.
    fn put_below_deleted(&self, (root, parent): Group, came: Vec<(u64, String)>) -> Result<(), Error> {
        let above = parent.as_deref().unwrap_or(&root);
        if !self.store.read(|r| r.tombstone(above))?.is_some_and(|gone| gone.unsent) {
            return Ok(());
        }
        self.store.write(Op::repeatable("pull", self.user()), |tx| {
            for (position, uri) in came {
                let place = Place { root: root.clone(), parent: parent.clone(), position };
                tx.apply_place(&uri, &place, None)?;
            }
            let mut told = Told::default();
            told.hear_parked(tx);
            told.keep(tx)
        })?;
        Ok(())
    }

    /// Takes what the server has and no list of changes named: what a long transaction made shows late, with a time
    /// that was passed by.
    async fn take_unseen(&mut self, held: &[u64], path: &str, there: &[u64]) -> Result<Vec<u64>, Error> {
        let unseen: Vec<u64> = self.store.read(|r| {
            let mut unseen = Vec::new();
            for number in there.iter().filter(|number| held.binary_search(number).is_err()) {
                if r.tombstone(&format!("{path}/{number}"))?.is_none() {
                    unseen.push(*number);
                }
            }
            Ok(unseen)
        })?;
        for chunk in unseen.chunks(MAX_ID_SET) {
            self.may_go_on()?;
            let records = self.client.id_set(path, chunk).await?;
            self.take(records.into_iter().filter_map(Theirs::fetched).collect(), &[])?;
        }
        Ok(unseen)
    }

    /// What goes with roots that are gone.
    fn missing_below(&self, kind: &str, path: &str, gone: &[Theirs]) -> Result<Option<Missing>, Error> {
        let Some(node) = node_kind(kind).filter(|_| !gone.is_empty()) else { return Ok(None) };
        let Some(repo) = repository_of(path) else { return Ok(None) };
        let held = self.store.read(|r| held(r, node, Some(repo)))?.len() as u64;
        let below =
            self.store.read(|r| gone.iter().try_fold(0, |sum, root| Ok(sum + r.node_count(&root.uri)?)))?;
        // As the list of the nodes themselves, which is compared next.
        let key = collection(node, Some(repo)).unwrap_or_default();
        Ok(Some(Missing { key, kind: node.to_owned(), gone: below, held }))
    }

    /// What is held here with a number that the server does not have any more, unless that is so much that a person is
    /// to be asked. What goes with a root of `going` was counted there.
    fn vanished(
        &self,
        kind: &str,
        held: &[u64],
        path: &str,
        there: &[u64],
        going: &[Theirs],
    ) -> Result<Vec<Theirs>, Error> {
        let gone = held.iter().filter(|number| there.binary_search(number).is_err());
        let gone: Vec<Theirs> = gone.map(|number| Theirs::gone(&format!("{path}/{number}"))).collect();
        let counted = self.store.read(|r| goes_along(r, &gone, going))?;
        let [own, held] = [gone.len() as u64 - counted, held.len() as u64 - counted];
        let mut missing = vec![Missing { key: path.to_owned(), kind: kind.to_owned(), gone: own, held }];
        missing.extend(self.missing_below(kind, path, &gone)?);
        self.judge(missing)?;
        Ok(gone)
    }
}

/// How many of `gone` stand in a tree whose root goes too.
fn goes_along(r: &Reader<'_>, gone: &[Theirs], going: &[Theirs]) -> Result<u64, store::Error> {
    let going: HashSet<&str> = going.iter().map(|one| one.uri.as_str()).collect();
    let mut count = 0;
    for one in gone {
        let root = r.head(&one.uri)?.and_then(|head| head.root);
        count += u64::from(root.is_some_and(|root| going.contains(root.as_str())));
    }
    Ok(count)
}

/// The address of the list of a kind.
fn collection(kind: &str, repo: Option<&str>) -> Option<String> {
    let template = record::Registry::shipped().kind(kind)?.uri.as_ref()?;
    Some(template.collection(repo.and_then(|repo| repo.rsplit('/').next()).unwrap_or_default()))
}

/// The address of the repository that a list belongs to.
pub(super) fn repository_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(repo, _)| repo).filter(|repo| repo.starts_with("/repositories/"))
}

/// The cursor of a list.
pub(super) fn source(path: &str) -> String {
    format!("list:{path}")
}

/// Kinds and addresses of all lists: what is shared, then what is in each repository.
pub(super) fn lists(repositories: &[String]) -> Vec<(&'static str, String)> {
    let shared = SHARED.iter().map(|kind| (*kind, None));
    let inside =
        repositories.iter().flat_map(|repo| IN_REPOSITORY.iter().map(move |kind| (*kind, Some(repo))));
    let path = |(kind, repo): (&'static str, Option<&String>)| {
        Some((kind, collection(kind, repo.map(String::as_str))?))
    };
    shared.chain(inside).filter_map(path).collect()
}

/// Numbers of what is held here of a kind, in order.
pub(super) fn held(r: &Reader<'_>, kind: &str, repo: Option<&str>) -> Result<Vec<u64>, store::Error> {
    let list = List {
        kinds: vec![kind.to_owned()],
        repo: repo.map(str::to_owned),
        limit: u64::MAX,
        ..List::default()
    };
    let mut held = r.numbers(&list)?;
    held.sort_unstable();
    Ok(held)
}

/// The kind of the nodes of a tree, by that of its root.
fn node_kind(root: &str) -> Option<&'static str> {
    Some(match root {
        "resource" => "archival_object",
        "digital_object" => "digital_object_component",
        "classification" => "classification_term",
        _ => return None,
    })
}

/// Whether the place of a node is one that the server has not been told yet.
fn is_ours(head: &Head) -> bool {
    head.moved || head.is_local()
}

/// The server's order of children that came with their ranks, if all came that stand `here`. As many as these may be
/// others: one that came below this parent, or stands elsewhere here.
fn by_rank<'a>(mut here: impl Iterator<Item = &'a str>, mut came: Vec<(u64, String)>) -> Option<Vec<String>> {
    let known: HashSet<&str> = came.iter().map(|(_, uri)| uri.as_str()).collect();
    if !here.all(|uri| known.contains(uri)) {
        return None;
    }
    came.sort_unstable();
    Some(came.into_iter().map(|(_, uri)| uri).collect())
}

/// The server's order with what is ours after the neighbour that it has here.
fn arranged(here: &[Head], there: &[String]) -> Vec<String> {
    let ours: Vec<&str> = here.iter().filter(|head| is_ours(head)).map(|head| head.uri.as_str()).collect();
    let mut wanted: Vec<String> = there.iter().filter(|uri| !ours.contains(&uri.as_str())).cloned().collect();
    for (at, head) in here.iter().enumerate().filter(|(_, head)| is_ours(head)) {
        let left = here[..at].iter().rev().find_map(|left| wanted.iter().position(|uri| *uri == left.uri));
        wanted.insert(left.map_or(0, |left| left + 1), head.uri.clone());
    }
    wanted
}

/// The place that a node's document tells: there is nothing else to know it from.
fn place(kind: &str, doc: &Map<String, Value>) -> Option<Place> {
    let root = match kind {
        "archival_object" => "resource",
        "digital_object_component" => "digital_object",
        "classification_term" => "classification",
        _ => return None,
    };
    let link = |name: &str| doc.get(name)?.get("ref")?.as_str().map(str::to_owned);
    let position = doc.get("position").and_then(Value::as_u64)?;
    Some(Place { root: link(root)?, parent: link("parent"), position })
}

/// Notes where nodes stand, by the family that they are of.
fn note_families(kind: &str, theirs: &[Theirs], groups: &mut BTreeMap<Group, Vec<(u64, String)>>) {
    for one in theirs {
        if let Some(place) = one.doc.as_ref().and_then(|doc| place(kind, doc)) {
            groups.entry((place.root, place.parent)).or_default().push((place.position, one.uri.clone()));
        }
    }
}

/// When the server changed a record last, in epoch seconds.
fn changed_at(record: &Value) -> Option<i64> {
    let time: jiff::Timestamp = record.get("system_mtime")?.as_str()?.parse().ok()?;
    Some(time.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_asked_for_from_before_the_list_was() {
        let mark = Mark { number: 7, newest: 1_000, asked: 5_000 };
        let at = |second| jiff::Timestamp::from_second(second).unwrap();
        assert_eq!(mark.since(None, at(5_000)), 1_000);
        assert_eq!(mark.since(None, at(5_400)), 600);
        assert_eq!(mark.since(Some(800), at(5_400)), 800);
        assert_eq!(mark.since(None, at(4_000)), 1_000);
    }

    #[test]
    fn an_order_is_known_where_every_sibling_came() {
        let came = |all: &[(u64, &str)]| all.iter().map(|(rank, uri)| (*rank, (*uri).to_owned())).collect();
        let order = by_rank(["a", "b"].into_iter(), came(&[(1, "a"), (0, "b"), (2, "c")]));
        assert_eq!(order.unwrap(), ["b", "a", "c"]);
        // As many came as stand here, and one of them is another one.
        assert_eq!(by_rank(["a"].into_iter(), came(&[(1, "b")])), None);
        assert_eq!(by_rank(["a", "b", "c"].into_iter(), came(&[(0, "a"), (1, "new"), (3, "c")])), None);
    }
}
