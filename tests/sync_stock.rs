//! Two desks and a server that does no more for them than a stock ArchivesSpace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

#[path = "scenarios/two_desks.rs"]
mod two_desks;

use e2e::office::Office;

fn office() -> Office {
    Office::stock()
}
