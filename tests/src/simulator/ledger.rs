//! What persons decided beside words: links, what is public, where nodes hang. Where one person alone decided about a
//! thing, what he decided last must be so in the end.

use std::collections::{BTreeMap, BTreeSet};

use record::{Registry, Uri};
use serde_json::{Map, Value};

/// Lists of links that persons add to and take out of.
const LISTS: [&str; 2] = ["subjects", "linked_agents"];

/// What was decided, by whom, about what.
#[derive(Debug, Clone)]
struct Decision {
    who: usize,
    /// The record, by the address that it had.
    uri: String,
    matter: Matter,
    /// It counts no more; but somebody had decided, and what he did may still be on its way.
    void: bool,
    /// The server knows it, as far as the judge does.
    sent: bool,
}

#[derive(Debug, Clone)]
enum Matter {
    /// A link of a list to a record: whether it is to be there.
    Link(&'static str, String, bool),
    Public(bool),
    /// The node's parent, or its root.
    Below(String),
}

/// The log of decisions.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    decisions: Vec<Decision>,
    /// Records that were hidden for a while, by kind and number.
    hidden: BTreeSet<String>,
    /// Who may not see which repository, by number.
    closed: BTreeSet<(&'static str, usize)>,
}

/// Looks up what an address became.
pub(super) type Became<'a> = &'a dyn Fn(&str) -> String;

impl Ledger {
    /// A person had one document before his eyes and left the other.
    pub(super) fn changed(
        &mut self,
        who: usize,
        uri: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        for list in LISTS {
            let (old, new) = (targets(before, list), targets(after, list));
            for target in old.symmetric_difference(&new) {
                let link = Matter::Link(list, (*target).to_owned(), new.contains(target));
                self.decide(who, uri, link);
            }
        }
        // What the server derives nobody decides.
        let publishable =
            Uri::parse(Registry::shipped(), uri).is_ok_and(|uri| store::is_publishable(uri.kind));
        let (old, new) = (is_public(before), is_public(after));
        if publishable && old != new {
            self.decide(who, uri, Matter::Public(new));
        }
    }

    /// A node was hung below a parent, or the root.
    pub(super) fn hung(&mut self, who: usize, uri: &str, parent: &str) {
        self.decide(who, uri, Matter::Below(parent.to_owned()));
    }

    fn decide(&mut self, who: usize, uri: &str, matter: Matter) {
        let sent = who == super::others::OTHERS;
        self.decisions.push(Decision { who, uri: uri.to_owned(), matter, void: false, sent });
    }

    /// A person's desk synced: what does not wait there any more is sent.
    pub(super) fn synced(&mut self, who: usize, waits: &dyn Fn(&str) -> bool) {
        for one in self.decisions.iter_mut().filter(|one| one.who == who && !one.sent) {
            one.sent = !waits(&one.uri);
        }
    }

    /// Whether somebody but `who` is about to publish a record, and the server does not know it yet.
    pub(super) fn is_being_published(&self, who: usize, uri: &str) -> bool {
        let key = super::oracle::key(uri);
        let of = |one: &&Decision| {
            one.who != who && matches!(one.matter, Matter::Public(_)) && super::oracle::key(&one.uri) == key
        };
        let mut last: BTreeMap<usize, &Decision> = BTreeMap::new();
        for one in self.decisions.iter().filter(of) {
            last.insert(one.who, one);
        }
        last.values().any(|one| !one.sent && !one.void && matches!(one.matter, Matter::Public(true)))
    }

    /// Whatever was decided about a record before counts no more.
    pub(super) fn forget(&mut self, uri: &str) {
        self.give_up(uri, |_| true);
    }

    fn give_up(&mut self, uri: &str, which: impl Fn(&Matter) -> bool) {
        let key = super::oracle::key(uri);
        for one in self.decisions.iter_mut().filter(|one| super::oracle::key(&one.uri) == key) {
            one.void |= which(&one.matter);
        }
    }

    /// How many decisions there are.
    pub(super) fn length(&self) -> usize {
        self.decisions.len()
    }

    /// What was made went, since there were `length` decisions: nobody decided about the links that went with it.
    pub(super) fn went(&mut self, length: usize, gone: &BTreeSet<&String>) {
        for one in self.decisions.iter_mut().skip(length) {
            one.void |= matches!(&one.matter, Matter::Link(_, target, false) if gone.contains(target));
        }
    }

    /// A node could not stay where it was put, and who put it there was told.
    pub(super) fn parked(&mut self, uri: &str) {
        self.give_up(uri, |matter| matches!(matter, Matter::Below(_)));
    }

    /// A record was not shown to everybody for a while.
    pub(super) fn hid(&mut self, uri: &str) {
        self.hidden.insert(super::oracle::key(uri));
    }

    /// A user is shown a repository, or no more.
    pub(super) fn closed(&mut self, user: &'static str, repository: usize, closed: bool) {
        if closed {
            self.closed.insert((user, repository));
        } else {
            self.closed.remove(&(user, repository));
        }
    }

    /// Whether somebody is not shown a repository.
    pub(super) fn is_closed(&self, repository: usize) -> bool {
        self.closed.iter().any(|(_, closed)| *closed == repository)
    }

    /// What is not as the only person who decided about it wanted it. `there`: content and place by address. `late`: a
    /// move arrived after its sender had decided otherwise, or may have.
    pub(super) fn neglected(
        &self,
        there: &BTreeMap<String, Value>,
        late: bool,
        became: Became<'_>,
    ) -> Vec<String> {
        let mut matters: BTreeMap<String, Vec<(usize, &Decision)>> = BTreeMap::new();
        for decision in &self.decisions {
            let Some(name) = name(decision, became) else { continue };
            matters.entry(name).or_default().push((decision.who, decision));
        }
        let alone = matters.values().filter(|all| all.iter().all(|(who, _)| *who == all[0].0));
        let last = alone.filter_map(|all| all.last().map(|(_, decision)| *decision)).filter(|one| !one.void);
        let last = last.filter(|one| !(late && matches!(one.matter, Matter::Below(_))));
        last.filter_map(|one| self.wrong(one, there, became)).collect()
    }

    fn wrong(
        &self,
        decision: &Decision,
        there: &BTreeMap<String, Value>,
        became: Became<'_>,
    ) -> Option<String> {
        let uri = became(&decision.uri);
        let record = there.get(&uri)?;
        let content = record["content"].as_object()?;
        match &decision.matter {
            Matter::Link(list, target, wanted) => {
                let target = kept(target, became).filter(|target| there.contains_key(target))?;
                let is = targets(content, list).contains(target.as_str());
                let word = if *wanted { "is lost from" } else { "is again in" };
                (is != *wanted).then(|| format!("the link to {target} {word} the {list} of {uri}"))
            }
            Matter::Public(wanted) => (is_public(content) != *wanted)
                .then(|| format!("publish of {uri} is {} and was set to {wanted}", !wanted)),
            Matter::Below(parent) => {
                let parent = kept(parent, became)?;
                let [root, now] = [&record["place"][0], &record["place"][1]].map(Value::as_str);
                let now = now.or(root)?;
                let hangs = parent == root? || there.get(&parent)?["place"][0].as_str() == root;
                // Whoever is not shown a node any more has no place for it either.
                let excused =
                    [&parent, &uri].iter().any(|one| self.hidden.contains(&super::oracle::key(one)));
                (now != parent && hangs && !excused && !is_below(there, &parent, &uri))
                    .then(|| format!("{uri} hangs below {now} and was put below {parent}"))
            }
        }
    }
}

/// What a decision is about, by the address that its record has now; `None` where that is another record.
fn name(decision: &Decision, became: Became<'_>) -> Option<String> {
    let uri = kept(&decision.uri, became)?;
    Some(match &decision.matter {
        Matter::Link(list, target, _) => format!("{uri} {list} {}", kept(target, became)?),
        Matter::Public(_) => format!("{uri} publish"),
        Matter::Below(_) => format!("{uri} place"),
    })
}

/// The present address of a record, unless it was made again or merged into another one.
fn kept(uri: &str, became: Became<'_>) -> Option<String> {
    let now = became(uri);
    (uri.contains("local_") || super::oracle::key(uri) == super::oracle::key(&now)).then_some(now)
}

fn targets<'a>(doc: &'a Map<String, Value>, list: &str) -> BTreeSet<&'a str> {
    let links = doc.get(list).and_then(Value::as_array).into_iter().flatten();
    links.filter_map(|link| link["ref"].as_str()).collect()
}

fn is_public(doc: &Map<String, Value>) -> bool {
    doc.get("publish").and_then(Value::as_bool).unwrap_or(false)
}

/// Whether a node hangs somewhere below another one.
fn is_below(there: &BTreeMap<String, Value>, node: &str, above: &str) -> bool {
    let mut at = Some(node);
    let mut steps = 0;
    while let Some(uri) = at.filter(|_| steps < 1_000) {
        if uri == above {
            return true;
        }
        at = there.get(uri).and_then(|record| record["place"][1].as_str());
        steps += 1;
    }
    false
}
