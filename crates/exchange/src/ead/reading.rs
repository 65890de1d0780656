//! What is shared while one file is read: where records and problems go, and
//! what was seen before.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use record::{Record, Registry};
use serde_json::{Map, Value};

use super::access::Agents;
use super::containers::Boxes;
use super::problem::{ImportProblem, outcome, shorten};
use super::tree::Element;
use super::values::{self, Growth};

/// The part of the file that a problem is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Name of the component's element, `archdesc`, or `""` above it.
    pub(super) name: &'static str,
    /// Number among its siblings, from 1; 0: not counted.
    pub(super) ordinal: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ordinal {
            0 => f.write_str(self.name),
            ordinal => write!(f, "{}[{ordinal}]", self.name),
        }
    }
}

impl Place {
    /// The path of an element here.
    pub(super) fn path(self, at: Element<'_>) -> String {
        if self.name.is_empty() { at.path() } else { format!("{self}/{}", at.path()) }
    }
}

/// Problems beyond this many are only counted.
const MOST_PROBLEMS: usize = 10_000;

pub(super) struct Reading<'o> {
    file: &'o str,
    repo: &'o str,
    ids: &'o mut dyn FnMut() -> String,
    sink: &'o mut dyn FnMut(Record),
    pub(super) place: Place,
    pub(super) problems: Vec<ImportProblem>,
    once: HashMap<(&'static str, String), usize>,
    pub(super) untold: u64,
    pub(super) kinds: BTreeMap<&'static str, u64>,
    pub(super) new_values: BTreeMap<(&'static str, String), u64>,
    pub(super) agents: Agents,
    pub(super) boxes: Boxes,
    ref_ids: HashSet<u64>,
    /// Path of the records of each kind.
    paths: HashMap<&'static str, String>,
}

impl<'o> Reading<'o> {
    pub(super) fn new(
        file: &'o str,
        repo: &'o str,
        ids: &'o mut dyn FnMut() -> String,
        sink: &'o mut dyn FnMut(Record),
    ) -> Self {
        Self {
            file,
            repo,
            ids,
            sink,
            place: Place { name: "", ordinal: 0 },
            problems: Vec::new(),
            once: HashMap::new(),
            untold: 0,
            kinds: BTreeMap::new(),
            new_values: BTreeMap::new(),
            agents: Agents::default(),
            boxes: Boxes::default(),
            ref_ids: HashSet::new(),
            paths: HashMap::new(),
        }
    }

    /// A fresh key.
    pub(super) fn id(&mut self) -> String {
        (self.ids)()
    }

    /// A fresh address for a record of `kind`.
    pub(super) fn address(&mut self, kind: &'static str) -> String {
        let id = self.id();
        if let Some(path) = self.paths.get(kind) {
            return format!("{path}/import_{id}");
        }
        let template = Registry::shipped().kind(kind).and_then(|kind| kind.uri.as_ref());
        let path = template.map(|uri| uri.collection(self.repo)).unwrap_or_default();
        let address = format!("{path}/import_{id}");
        self.paths.insert(kind, path);
        address
    }

    /// Hands a new record over.
    pub(super) fn give(&mut self, kind: &'static str, doc: Map<String, Value>) {
        self.count(kind);
        (self.sink)(Record::new(kind, doc));
    }

    /// Counts a record.
    pub(super) fn count(&mut self, kind: &'static str) {
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Hands a record over again, with more in it.
    pub(super) fn give_again(&mut self, kind: &'static str, doc: Map<String, Value>) {
        (self.sink)(Record::new(kind, doc));
    }

    /// Whether this `id` of a component was not used before in the file.
    pub(super) fn is_new_ref_id(&mut self, id: &str) -> bool {
        // The hash stands for the id: a million ids would not fit into the memory bound.
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        self.ref_ids.insert(hasher.finish())
    }

    /// Tells a problem with the value of an element.
    pub(super) fn tell(&mut self, at: Element<'_>, code: &'static str, value: &str) {
        self.tell_with(at, code, value, &[]);
    }

    /// The same with arguments for the sentence.
    pub(super) fn tell_with(
        &mut self,
        at: Element<'_>,
        code: &'static str,
        value: &str,
        args: &[(&str, &str)],
    ) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.untold += 1;
            return;
        }
        let path = self.place.path(at);
        self.tell_at(at.line(), path, code, value, args);
    }

    /// The same where there is no element at hand.
    pub(super) fn tell_at(
        &mut self,
        line: u64,
        path: String,
        code: &'static str,
        value: &str,
        args: &[(&str, &str)],
    ) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.untold += 1;
            return;
        }
        self.problems.push(ImportProblem {
            file: self.file.to_owned(),
            line,
            path,
            value: shorten(value),
            code,
            outcome: outcome(code),
            count: 1,
            args: args.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect(),
        });
    }

    /// Tells a problem that may come thousands of times: once for each value, with a count.
    pub(super) fn tell_once(
        &mut self,
        line: u64,
        path: impl FnOnce() -> String,
        code: &'static str,
        value: &str,
        args: &[(&str, &str)],
    ) {
        let key = (code, shorten(value));
        if let Some(problem) = self.once.get(&key).and_then(|at| self.problems.get_mut(*at)) {
            problem.count += 1;
            return;
        }
        let at = self.problems.len();
        self.tell_at(line, path(), code, value, args);
        if self.problems.len() > at {
            self.once.insert(key, at);
        }
    }

    /// The value of an open list that `word` spells, or `word` itself, to be
    /// added to the list: told once for each new value.
    pub(super) fn coded(&mut self, at: Element<'_>, list: &'static str, word: &str) -> String {
        if let Some(value) = values::known(list, word) {
            return value.to_owned();
        }
        let word = word.trim();
        if values::growth(list) == Growth::Open {
            *self.new_values.entry((list, word.to_owned())).or_default() += 1;
            let place = self.place;
            self.tell_once(at.line(), || place.path(at), "new-value", word, &[("list", list)]);
        }
        word.to_owned()
    }
}

/// Sets a member when there is something to set.
pub(super) fn put(object: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}
