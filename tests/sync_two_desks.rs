//! Two desks and our own server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

#[path = "scenarios/two_desks.rs"]
mod two_desks;

use e2e::office::Office;

fn office() -> Office {
    Office::open()
}
