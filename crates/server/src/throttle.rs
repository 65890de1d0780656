//! Slows down the guessing of passwords.
//!
//! Three counts: wrong passwords for one name from one address, from one address for any name, for one name from any
//! address. Each is free for a while; then every further one doubles the wait. Whoever once logged in from an address
//! waits there only for the first count, so that nobody can lock somebody else out of where they usually work.
//! Refused requests are not counted: a wait ends when it was said to end, whatever happens meanwhile.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Seconds after which a count is forgotten.
const FORGET: i64 = 3600;
/// Entries kept of each count; the oldest goes first.
const ENTRIES: usize = 10_000;
/// Letters of a name that are looked at.
const NAME: usize = 255;

const FOR_PAIR: Rule = Rule { free: 10, longest: 900 };
const FOR_ADDRESS: Rule = Rule { free: 50, longest: 900 };
const FOR_NAME: Rule = Rule { free: 50, longest: 60 };

/// How many wrong passwords are free, and the longest wait after them, in seconds.
#[derive(Clone, Copy)]
struct Rule {
    free: u32,
    longest: i64,
}

/// The counts. In memory only: a restart forgets them.
#[derive(Default)]
pub(crate) struct Throttle(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    pairs: Ledger<(String, IpAddr)>,
    addresses: Ledger<IpAddr>,
    names: Ledger<String>,
    /// Where somebody logged in, and when last.
    known: HashMap<(String, IpAddr), i64>,
}

impl Throttle {
    /// Seconds that a login must wait; 0: none.
    pub(crate) fn wait(&self, name: &str, address: IpAddr, now: i64) -> i64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = pair(name, address);
        let wait = counts.pairs.wait(&pair, now, FOR_PAIR);
        if counts.known.contains_key(&pair) {
            return wait;
        }
        wait.max(counts.addresses.wait(&pair.1, now, FOR_ADDRESS))
            .max(counts.names.wait(&pair.0, now, FOR_NAME))
    }

    /// Counts a wrong password.
    pub(crate) fn failed(&self, name: &str, address: IpAddr, now: i64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = pair(name, address);
        counts.addresses.failed(pair.1, now, FOR_ADDRESS);
        counts.names.failed(pair.0.clone(), now, FOR_NAME);
        counts.pairs.failed(pair, now, FOR_PAIR);
    }

    /// Notes a login.
    pub(crate) fn succeeded(&self, name: &str, address: IpAddr, now: i64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = pair(name, address);
        counts.pairs.entries.remove(&pair);
        if counts.known.len() >= ENTRIES && !counts.known.contains_key(&pair) {
            drop_oldest(&mut counts.known, |at| *at);
        }
        counts.known.insert(pair, now);
    }
}

fn pair(name: &str, address: IpAddr) -> (String, IpAddr) {
    (name.chars().take(NAME).collect(), network(address))
}

/// Who has one address of IPv6 has its whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(whole) => {
            let [a, b, c, d, ..] = whole.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

struct Ledger<K> {
    entries: HashMap<K, Entry>,
}

struct Entry {
    count: u32,
    last: i64,
    until: i64,
}

impl<K> Default for Ledger<K> {
    fn default() -> Self {
        Self { entries: HashMap::new() }
    }
}

impl<K: Hash + Eq + Clone> Ledger<K> {
    fn wait(&self, key: &K, now: i64, rule: Rule) -> i64 {
        // No longer than the longest, even when the clock was put back.
        self.entries.get(key).map_or(0, |entry| (entry.until - now).clamp(0, rule.longest))
    }

    fn failed(&mut self, key: K, now: i64, rule: Rule) {
        if self.entries.len() >= ENTRIES && !self.entries.contains_key(&key) {
            self.entries.retain(|_, entry| now - entry.last < FORGET);
            if self.entries.len() >= ENTRIES {
                drop_oldest(&mut self.entries, |entry| entry.last);
            }
        }
        let entry = self.entries.entry(key).or_insert(Entry { count: 0, last: now, until: now });
        if now - entry.last >= FORGET {
            entry.count = 0;
        }
        entry.count = entry.count.saturating_add(1);
        entry.last = now;
        if let Some(over) = entry.count.checked_sub(rule.free) {
            entry.until = now + (1_i64 << over.min(30)).min(rule.longest);
        }
    }
}

fn drop_oldest<K: Hash + Eq + Clone, V>(entries: &mut HashMap<K, V>, at: impl Fn(&V) -> i64) {
    let oldest = entries.iter().min_by_key(|(_, value)| at(value)).map(|(key, _)| key.clone());
    if let Some(oldest) = oldest {
        entries.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn there(number: u32) -> IpAddr {
        IpAddr::V4(std::net::Ipv4Addr::from(0x0a00_0000 + number))
    }

    #[test]
    fn the_wait_grows_ends_and_is_forgotten() {
        let throttle = Throttle::default();
        for _ in 0..FOR_PAIR.free - 1 {
            throttle.failed("ada", HERE, 0);
            assert_eq!(throttle.wait("ada", HERE, 0), 0);
        }
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..12 {
            throttle.failed("ada", HERE, now);
            waits.push(throttle.wait("ada", HERE, now));
            now += throttle.wait("ada", HERE, now);
            assert_eq!(throttle.wait("ada", HERE, now), 0, "a wait ends");
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(throttle.wait("grace", HERE, now), 0, "others go on");
        throttle.failed("ada", HERE, now + FORGET);
        assert_eq!(throttle.wait("ada", HERE, now + FORGET), 0);
    }

    #[test]
    fn an_attacker_does_not_lock_out_who_is_known_at_an_address() {
        let throttle = Throttle::default();
        throttle.succeeded("ada", HERE, 0);
        for number in 0..100 {
            throttle.failed("ada", there(number), 0);
        }
        assert_eq!(throttle.wait("ada", there(500), 0), FOR_NAME.longest, "from anywhere else it is slow");
        assert_eq!(throttle.wait("ada", HERE, 0), 0);
        for number in 0..100 {
            throttle.failed(&format!("name{number}"), HERE, 0);
        }
        assert_eq!(throttle.wait("ada", HERE, 0), 0, "a guesser at the same address");
        assert_eq!(throttle.wait("grace", HERE, 0), FOR_ADDRESS.longest);
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for number in 0..2 * u32::try_from(ENTRIES).unwrap() / 10 {
            throttle.failed(&"x".repeat(100_000 / (1 + number as usize)), there(number), i64::from(number));
        }
        let counts = throttle.0.lock().unwrap();
        assert!(counts.names.entries.keys().all(|name| name.len() <= NAME));
        drop(counts);
        let mut ledger = Ledger::default();
        for number in 0..ENTRIES + 10 {
            ledger.failed(number, 0, FOR_PAIR);
        }
        assert_eq!(ledger.entries.len(), ENTRIES);
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let throttle = Throttle::default();
        for number in 0..FOR_ADDRESS.free + 5 {
            let address = format!("2001:db8::{number:x}").parse().unwrap();
            throttle.failed(&format!("name{number}"), address, 0);
        }
        assert!(throttle.wait("ada", "2001:db8::ffff".parse().unwrap(), 0) > 1);
    }
}
