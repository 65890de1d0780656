//! What persons wrote, and what they knew when they wrote over it: the judge of what may be missing in the end.

use std::collections::{BTreeMap, BTreeSet};

use record::api::command::ConflictField;
use record::{Record, Registry, Uri, canonical};
use serde_json::{Map, Value};

use super::ledger::Ledger;

/// The log of everything that persons wrote in a world.
///
/// What is written is a word that nobody else writes. A word may be missing in the end only when a person who had it
/// before his eyes wrote over it, or deleted it.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    next: usize,
    /// Who wrote a word, and into what.
    written: BTreeMap<String, String>,
    /// Words that somebody took out knowingly, and who.
    over: BTreeMap<String, BTreeSet<usize>>,
    /// Words that somebody took out of a record, which goes on without them, till somebody puts them back.
    taken_out: BTreeMap<String, String>,
    /// Words in drafts, with desk and record.
    drafts: Vec<(usize, String, String)>,
    /// What was decided beside words.
    pub(super) ledger: Ledger,
    /// Records, by kind and number, that somebody withdrew from the public and nobody published again.
    withdrawn: BTreeSet<String>,
    /// Records, by kind and number, in which somebody took back what he had written.
    taken_back: BTreeSet<String>,
}

/// Who took a word out, where that makes no difference.
const SOMEBODY: usize = usize::MAX;

/// How words come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Somebody wrote them.
    Written,
    /// Somebody took back what he had done: what others took out stays out.
    TakenBack,
    /// Somebody who was asked took the other side: who has passed over it may not have sent that yet.
    Chosen,
}

impl Oracle {
    /// A new word of a person; it counts once it is written.
    pub(super) fn word(&mut self, who: usize) -> String {
        self.next += 1;
        format!("w{}x{who}", self.next)
    }

    /// A person had one document before his eyes and left the other.
    pub(super) fn changed(
        &mut self,
        who: usize,
        uri: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        self.left(who, uri, (before, after), Way::Written);
    }

    /// A person had one document before his eyes and left the other, in one way or another.
    pub(super) fn left(
        &mut self,
        who: usize,
        uri: &str,
        (before, after): (&Map<String, Value>, &Map<String, Value>),
        way: Way,
    ) {
        self.ledger.changed(who, uri, before, after);
        if way == Way::TakenBack {
            self.taken_back.insert(key(uri));
        }
        self.wrote(who, uri, (before, after), way);
        let public = |doc: &Map<String, Value>| doc.get("publish").and_then(Value::as_bool).unwrap_or(false);
        match (public(before), public(after)) {
            // Who takes back that he published it does not withdraw what others published. And to whoever is about to
            // publish it nothing happens when others publish it and think better of it meanwhile: it was not public before.
            (true, false) if way != Way::TakenBack && !self.ledger.is_being_published(who, uri) => {
                self.withdrawn.insert(key(uri));
            }
            (false, true) => {
                self.withdrawn.remove(&key(uri));
            }
            _ => {}
        }
    }

    /// What was deleted came back, or what was made went: about its links, and whether it is public, that decides
    /// nothing; nor are words written again that others wrote over meanwhile.
    pub(super) fn came_or_went(
        &mut self,
        uri: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        self.wrote(SOMEBODY, uri, (before, after), Way::TakenBack);
    }

    fn wrote(
        &mut self,
        who: usize,
        uri: &str,
        (before, after): (&Map<String, Value>, &Map<String, Value>),
        way: Way,
    ) {
        let (old, new) = (words_of(uri, before), words_of(uri, after));
        // What goes as a whole may come back as a whole, as when the server refuses its deletion.
        if !after.is_empty() {
            self.taken_out.extend(old.difference(&new).map(|word| (word.clone(), key(uri))));
        }
        for word in new.difference(&old) {
            let others = self.over.get_mut(word).is_some_and(|all| {
                all.remove(&who);
                way != Way::Written && !all.is_empty()
            });
            if !others {
                self.over.remove(word);
            }
            if !(others && way == Way::TakenBack) {
                self.taken_out.remove(word);
            }
            self.written.entry(word.clone()).or_insert_with(|| uri.to_owned());
        }
        self.pass_over(who, old.difference(&new).cloned());
    }

    /// A person decided about the fields that he was shown, and left `chosen`: of the server's document he may have
    /// passed over what stood in those fields, and nothing else.
    pub(super) fn passed_over(
        &mut self,
        uri: &str,
        (other, fields): (&Map<String, Value>, &[ConflictField]),
        chosen: &Map<String, Value>,
    ) {
        let (other, chosen) = (words_of(uri, other), words_of(uri, chosen));
        for word in chosen.difference(&other) {
            self.taken_out.remove(word);
        }
        let shown: String = fields.iter().map(|field| format!("{} ", field.theirs)).collect();
        let shown: BTreeSet<&str> = words(&shown).collect();
        let passed = other.difference(&chosen).filter(|word| shown.contains(word.as_str()));
        let passed: Vec<String> = passed.cloned().collect();
        self.pass_over(SOMEBODY, passed);
    }

    /// Words of a record that somebody took out of it and nobody put back.
    pub(super) fn back_again(&self, uri: &str, doc: &Map<String, Value>) -> Vec<String> {
        let own = |word: &String| self.taken_out.get(word).is_some_and(|from| *from == key(uri));
        words_of(uri, doc).into_iter().filter(own).collect()
    }

    /// A word was typed that waits in a draft; one that was there is typed over.
    pub(super) fn drafted(&mut self, who: usize, word: &str, uri: &str) {
        self.drafts.retain(|(desk, _, there)| *desk != who || key(there) != key(uri));
        self.drafts.push((who, word.to_owned(), uri.to_owned()));
    }

    /// A save over the draft of a record, or its deletion, ends the draft.
    pub(super) fn draft_ended(&mut self, who: usize, uri: &str) {
        self.drafts.retain(|(desk, _, there)| *desk != who || key(there) != key(uri));
    }

    /// Drafts that must be there: desk, word, record.
    pub(super) fn drafts(&self) -> &[(usize, String, String)] {
        &self.drafts
    }

    /// Whether somebody took back what he had written into a record.
    pub(super) fn was_taken_back(&self, uri: &str) -> bool {
        self.taken_back.contains(&key(uri))
    }

    /// A person gave up what he had decided about a record.
    pub(super) fn forgotten(&mut self, uri: &str) {
        self.withdrawn.remove(&key(uri));
        self.ledger.forget(uri);
    }

    /// A person took something away that he had before his eyes.
    pub(super) fn removed(&mut self, text: &str) {
        self.pass_over(SOMEBODY, words(text).map(str::to_owned));
    }

    /// A deletion took links, and what was said with them, out of other records too.
    pub(super) fn unlinked(&mut self, before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) {
        for uri in before.keys().filter(|uri| !after.contains_key(*uri)) {
            self.ledger.forget(uri);
        }
        for (uri, old) in before {
            if after.get(uri) == Some(old) {
                continue;
            }
            let still = after.get(uri).map(Value::to_string).unwrap_or_default();
            let still: BTreeSet<&str> = words(&still).collect();
            let old = old.to_string();
            self.pass_over(SOMEBODY, words(&old).filter(|word| !still.contains(word)).map(str::to_owned));
        }
    }

    fn pass_over(&mut self, who: usize, words: impl IntoIterator<Item = String>) {
        for word in words {
            self.over.entry(word).or_default().insert(who);
        }
    }

    /// Words that must be somewhere, with where they were written.
    pub(super) fn standing(&self) -> impl Iterator<Item = (&str, &str)> {
        let stands = |(word, _): &(&String, &String)| !self.over.contains_key(*word);
        self.written.iter().filter(stands).map(|(word, uri)| (word.as_str(), uri.as_str()))
    }

    /// All words that were written.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.written.keys().map(String::as_str)
    }

    /// Whether it is a word that somebody typed: one whose save broke off in a crash may or may not be there.
    pub(super) fn was_typed(&self, word: &str) -> bool {
        let number = word.strip_prefix('w').and_then(|rest| rest.split_once('x'));
        number.and_then(|(number, _)| number.parse().ok()).is_some_and(|number: usize| number <= self.next)
    }

    pub(super) fn is_withdrawn(&self, uri: &str) -> bool {
        self.withdrawn.contains(&key(uri))
    }
}

/// Kind and number, which a record keeps when it goes to another repository.
pub(super) fn key(uri: &str) -> String {
    let mut parts: Vec<&str> = uri.rsplit('/').take(2).collect();
    parts.reverse();
    parts.join("/")
}

/// The words of a record's own content: not those that are derived from other records.
fn words_of(uri: &str, doc: &Map<String, Value>) -> BTreeSet<String> {
    let registry = Registry::shipped();
    let kind = Uri::parse(registry, uri).map_or("", |uri| uri.kind);
    let content = canonical::canonical(registry, &Record::new(kind, doc.clone())).doc;
    let text = Value::Object(content).to_string();
    words(&text).map(str::to_owned).collect()
}

/// The words in a text: `w`, digits, `x`, one digit.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| {
        let number = part.strip_prefix('w').and_then(|rest| rest.split_once('x'));
        number.is_some_and(|(number, who)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits(number) && digits(who)
        })
    })
}
