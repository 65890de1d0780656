//! Who waits for the next change, and what those are told who do not read the feed. Waiting takes no thread.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use store::Changed;
use tokio::sync::watch;

/// Notifications that are kept; older ones are forgotten.
const KEPT: usize = 100;

/// What a request waits for when there is nothing to answer yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Await {
    /// The next change of a record.
    Records,
    /// The next notification.
    Notifications,
}

/// The changes of a running server.
pub(crate) struct Changes {
    turns: watch::Sender<Turns>,
    told: Mutex<Told>,
}

/// Grow with every change that somebody may wait for.
#[derive(Debug, Clone, Copy, Default)]
struct Turns {
    records: u64,
    notifications: u64,
    ended: bool,
}

impl Turns {
    fn of(&self, what: Await) -> u64 {
        match what {
            Await::Records => self.records,
            Await::Notifications => self.notifications,
        }
    }
}

/// Notifications, the oldest first.
struct Told {
    /// Number of the newest. Counted from the second of the start, so that it grows over restarts.
    sequence: i64,
    /// Version of the controlled lists that was told last.
    lists: i64,
    entries: VecDeque<Value>,
}

impl Told {
    fn add(&mut self, code: &str, now: Timestamp) {
        self.sequence += 1;
        let entry = json!({
            "code": code, "params": {}, "sequence": self.sequence, "timestamp": now.as_millisecond(),
        });
        self.entries.push_back(entry);
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }
}

/// What a change of a record of a kind means to clients that keep something of it.
fn code_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "repository" => "REPOSITORY_CHANGED",
        "group" => "REFRESH_ACLS",
        "preference" => "REFRESH_PREFERENCES",
        "vocabulary" => "VOCABULARY_CHANGED",
        _ => return None,
    })
}

impl Changes {
    /// Those of a server that starts, with the version that its controlled lists have.
    pub(crate) fn new(now: Timestamp, lists: i64) -> Self {
        let mut told = Told { sequence: now.as_second() - 1, lists, entries: VecDeque::new() };
        told.add("BACKEND_STARTED", now);
        Self { turns: watch::Sender::new(Turns::default()), told: Mutex::new(told) }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what an operation changed, and the version of the controlled lists after it.
    pub(crate) fn tell(&self, changed: &[Changed], lists: i64, now: Timestamp) {
        let mut codes: Vec<&str> = Vec::new();
        for code in changed.iter().filter_map(|change| code_of(change.kind)) {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        let mut told = self.told();
        if lists > told.lists {
            told.lists = lists;
            codes.push("ENUMERATION_CHANGED");
        }
        codes.iter().for_each(|code| told.add(code, now));
        drop(told);
        let records = changed.iter().any(|change| !store::is_private(change.kind));
        if records || !codes.is_empty() {
            self.turns.send_modify(|turns| {
                turns.records += u64::from(records);
                turns.notifications += u64::from(!codes.is_empty());
            });
        }
    }

    /// Notifications after a number, the oldest first.
    pub(crate) fn notifications(&self, after: i64) -> Vec<Value> {
        let newer = |entry: &&Value| entry.get("sequence").and_then(Value::as_i64).is_some_and(|n| n > after);
        self.told().entries.iter().filter(newer).cloned().collect()
    }

    /// From now on nobody waits.
    pub(crate) fn end(&self) {
        self.turns.send_modify(|turns| turns.ended = true);
    }

    /// For a request that may have to wait; to be taken before it looks.
    pub(crate) fn watch(&self) -> Watch {
        Watch { turns: self.turns.subscribe() }
    }
}

/// What one request that may have to wait knows of the changes.
pub(crate) struct Watch {
    turns: watch::Receiver<Turns>,
}

impl Watch {
    /// Counts what was changed until now as seen.
    pub(crate) fn look(&mut self) -> Seen {
        Seen(*self.turns.borrow_and_update())
    }

    /// Waits for what was not `seen`; `false` when there is nothing to wait for any more: the time is up or the
    /// server ends.
    pub(crate) async fn next(&mut self, seen: Seen, what: Await, left: Duration) -> bool {
        let moved = self.turns.wait_for(|turns| turns.ended || turns.of(what) != seen.0.of(what));
        matches!(tokio::time::timeout(left, moved).await, Ok(Ok(turns)) if !turns.ended)
    }
}

/// The changes until a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen(Turns);

#[cfg(test)]
mod tests {
    use super::*;
    use store::ChangeKind;

    fn changed(kind: &'static str) -> [Changed; 1] {
        [Changed { uri: String::new(), kind, root: None, change: ChangeKind::Updated }]
    }

    #[test]
    fn changes_are_told_once_each_and_the_oldest_forgotten() {
        let changes = Changes::new(Timestamp::from_second(1_000).unwrap(), 4);
        let now = Timestamp::from_second(1_001).unwrap();
        for (kind, lists) in [("repository", 4), ("accession", 4), ("group", 5), ("accession", 5)] {
            changes.tell(&changed(kind), lists, now);
        }
        let codes = |after| -> Vec<(i64, String)> {
            let read = |entry: &Value| {
                (entry["sequence"].as_i64().unwrap(), entry["code"].as_str().unwrap().to_owned())
            };
            changes.notifications(after).iter().map(read).collect()
        };
        let told = |n, code: &str| (n, code.to_owned());
        assert_eq!(
            codes(1_000),
            [
                told(1_001, "REPOSITORY_CHANGED"),
                told(1_002, "REFRESH_ACLS"),
                told(1_003, "ENUMERATION_CHANGED")
            ]
        );
        assert_eq!(codes(0)[0], told(1_000, "BACKEND_STARTED"));
        (0..2 * KEPT).for_each(|_| changes.tell(&changed("group"), 5, now));
        assert_eq!(codes(0).len(), KEPT);
    }

    #[tokio::test]
    async fn hundreds_wait_on_one_thread() {
        let changes = Changes::new(Timestamp::UNIX_EPOCH, 0);
        let wait = |mut watch: Watch| {
            let seen = watch.look();
            async move { watch.next(seen, Await::Records, Duration::from_secs(600)).await }
        };
        let waiting: Vec<_> = (0..600).map(|_| tokio::spawn(wait(changes.watch()))).collect();
        tokio::task::yield_now().await;
        changes.tell(&changed("accession"), 0, Timestamp::UNIX_EPOCH);
        for one in waiting {
            assert!(one.await.unwrap());
        }
    }

    #[tokio::test]
    async fn who_waits_wakes_at_what_they_wait_for() {
        let changes = Changes::new(Timestamp::UNIX_EPOCH, 0);
        let mut watch = changes.watch();
        let seen = watch.look();
        changes.tell(&changed("user"), 0, Timestamp::UNIX_EPOCH);
        assert!(!watch.next(seen, Await::Records, Duration::ZERO).await);
        changes.tell(&changed("accession"), 0, Timestamp::UNIX_EPOCH);
        assert!(watch.next(seen, Await::Records, Duration::from_secs(60)).await);
        assert!(!watch.next(seen, Await::Notifications, Duration::ZERO).await);
        changes.end();
        let seen = watch.look();
        assert!(!watch.next(seen, Await::Records, Duration::from_secs(60)).await);
    }
}
