//! When to sync next: a plain calculation, so that it can be tested without waiting.

use std::time::{Duration, Instant};

/// After the start: the window comes first.
const START: Duration = Duration::from_secs(1);
/// After the last save: whoever saves again and again is sent once.
const QUIET: Duration = Duration::from_secs(3);
/// But no longer than this after the first of them.
const LONGEST: Duration = Duration::from_secs(30);
/// Without anything to send: for what others did.
const EVERY: Duration = Duration::from_secs(60);
/// After a failure, doubled with each further one.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// At most this long after a failure.
const MOST: Duration = Duration::from_secs(600);

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everything was taken and sent that could be.
    Done,
    /// It is worth another attempt by itself.
    Failed,
    /// There is no server, or a person has to act first.
    NotWanted,
}

/// What is remembered between syncs.
#[derive(Debug)]
pub(super) struct Rhythm {
    due: Instant,
    /// The first save that no sync began after.
    waiting_since: Option<Instant>,
    failures: u32,
}

impl Rhythm {
    pub(super) fn new(now: Instant) -> Self {
        Self { due: now + START, waiting_since: None, failures: 0 }
    }

    /// When the next sync begins.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// Something was saved here. While the server does not answer, saving more does not call it more often; `reached`:
    /// it answered since, to a sync that somebody asked for.
    pub(super) fn edited(&mut self, now: Instant, reached: bool) {
        if reached {
            self.failures = 0;
        }
        let since = *self.waiting_since.get_or_insert(now);
        if self.failures == 0 {
            self.due = (now + QUIET).min(since + LONGEST);
        }
    }

    /// A sync ended. `jitter`: 0 to 1.
    pub(super) fn ended(&mut self, now: Instant, outcome: Outcome, jitter: f64) {
        self.waiting_since = None;
        self.failures = if outcome == Outcome::Failed { self.failures.saturating_add(1) } else { 0 };
        self.due = now
            + match self.failures {
                0 => EVERY,
                failures => {
                    let doubled = AFTER_FAILURE.saturating_mul(1 << (failures - 1).min(10)).min(MOST);
                    doubled.mul_f64(0.8 + 0.4 * jitter.clamp(0.0, 1.0))
                }
            };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(rhythm: &Rhythm, since: Instant) -> f64 {
        rhythm.due().duration_since(since).as_secs_f64()
    }

    #[test]
    fn saves_are_sent_together_and_not_put_off_forever() {
        let start = Instant::now();
        let mut rhythm = Rhythm::new(start);
        assert!((seconds(&rhythm, start) - 1.0).abs() < 0.01);
        rhythm.ended(start, Outcome::Done, 0.5);
        assert!((seconds(&rhythm, start) - 60.0).abs() < 0.01);
        for at in 1..=40 {
            rhythm.edited(start + Duration::from_secs(at), true);
        }
        assert!((seconds(&rhythm, start) - 31.0).abs() < 0.01);
    }

    #[test]
    fn failures_wait_longer_and_longer_and_a_save_does_not_shorten_it() {
        let start = Instant::now();
        let mut rhythm = Rhythm::new(start);
        for (jitter, least, most) in [(0.0, 7.9, 8.1), (0.5, 19.9, 20.1), (1.0, 47.9, 48.1)] {
            rhythm.ended(start, Outcome::Failed, jitter);
            rhythm.edited(start, false);
            let wait = seconds(&rhythm, start);
            assert!((least..most).contains(&wait), "{wait}");
        }
        for _ in 0..100 {
            rhythm.ended(start, Outcome::Failed, 0.5);
        }
        assert!((seconds(&rhythm, start) - 600.0).abs() < 0.01);
        rhythm.edited(start, true);
        assert!((seconds(&rhythm, start) - 3.0).abs() < 0.01);
        rhythm.ended(start, Outcome::Done, 0.5);
        rhythm.edited(start, false);
        assert!((seconds(&rhythm, start) - 3.0).abs() < 0.01);
    }
}
