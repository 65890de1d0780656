//! The clock of a simulated world: it stands still until it is told to go on. One a thread, as there is one world a
//! thread.

use std::cell::Cell;

use jiff::Timestamp;

/// Monday, 5 January 2026, nine in the morning, in milliseconds since 1970.
const BEGIN: i64 = 1_767_603_600_000;

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(BEGIN) };
}

/// What the programs of the world are told.
pub(super) fn now() -> Timestamp {
    Timestamp::from_millisecond(NOW.get()).unwrap_or_default()
}

/// Sets it to where worlds begin, plus some milliseconds.
pub(super) fn set(since_begin: i64) {
    NOW.set(BEGIN + since_begin);
}

/// Lets milliseconds pass; negative ones are a clock that was set back.
pub(super) fn pass(milliseconds: i64) {
    NOW.set(NOW.get() + milliseconds);
}
