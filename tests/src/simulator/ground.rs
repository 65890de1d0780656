//! What everything in a simulated world stands on: chance from the seed, and the account of what happened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Chance and account; cloned, it is the same.
#[derive(Debug, Clone)]
pub(super) struct Ground(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    chance: Mutex<fastrand::Rng>,
    account: Mutex<Account>,
    seed: u64,
}

/// Entries of a page of the feed: as many as the server gives at most, or so few that a small world has many pages.
const PAGES: [usize; 4] = [1_000, 3, 1_000, 8];

#[derive(Debug, Default)]
struct Account {
    lines: Vec<String>,
    /// Short names for local addresses: those are random, and two accounts of one seed are to be equal.
    names: HashMap<String, String>,
    /// The first invariant that did not hold.
    broken: Option<String>,
}

const LOCAL: &str = "local_";
/// Length of a UUID.
const UUID: usize = 36;

impl Ground {
    pub(super) fn new(seed: u64) -> Self {
        let chance = Mutex::new(fastrand::Rng::with_seed(seed));
        Self(Arc::new(Inner { chance, account: Mutex::default(), seed }))
    }

    /// Entries of a page of the feed in this world.
    pub(super) fn page(&self) -> usize {
        PAGES[usize::try_from(self.0.seed % 4).unwrap_or(0)]
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: usize) -> usize {
        lock(&self.0.chance).usize(..end.max(1))
    }

    /// Whether something of so many percent happens.
    pub(super) fn percent(&self, percent: u32) -> bool {
        lock(&self.0.chance).u32(..100) < percent
    }

    /// One of some.
    pub(super) fn one_of<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// Adds a line to the account.
    pub(super) fn say(&self, line: &str) {
        let mut account = lock(&self.0.account);
        let line = account.named(line);
        if std::env::var_os("FONDS_SIMULATOR_ALOUD").is_some() {
            crate::say(&line);
        }
        account.lines.push(line);
    }

    /// Notes that an invariant (its number in `docs/SYNC.md`) does not hold; the first one counts.
    pub(super) fn broken(&self, invariant: u8, what: &str) {
        let mut account = lock(&self.0.account);
        let line = account.named(&format!("BROKEN {invariant}: {what}"));
        account.lines.push(line.clone());
        account.broken.get_or_insert(line);
    }

    pub(super) fn is_broken(&self) -> bool {
        lock(&self.0.account).broken.is_some()
    }

    /// The account, and what does not hold.
    pub(super) fn ended(&self) -> (Vec<String>, Option<String>) {
        let account = lock(&self.0.account);
        (account.lines.clone(), account.broken.clone())
    }
}

impl Account {
    fn named(&mut self, line: &str) -> String {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = rest.find(LOCAL) {
            let end = at + LOCAL.len() + UUID;
            let Some(address) = rest.get(at..end) else { break };
            let next = self.names.len() + 1;
            let name = self.names.entry(address.to_owned()).or_insert_with(|| format!("new{next}"));
            out.push_str(&rest[..at]);
            out.push_str(name);
            rest = &rest[end..];
        }
        without_random(&(out + rest))
    }
}

/// Names that programs draw by themselves are random: 32 hexadecimal digits.
fn without_random(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut digits = String::new();
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() == 32 { "(random)" } else { &digits });
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
