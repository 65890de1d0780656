//! A first sync that is killed three times goes on where it was, from either kind of server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use e2e::first_sync::{Kind, run};

const RECORDS: usize = 3_000;

#[test]
fn a_first_sync_that_is_killed_three_times_goes_on() {
    let account = run(Kind::Fonds, RECORDS, &[1, 1, 1]);
    e2e::say(&account.to_string());
    assert_eq!(account.kills, 3);
    // What was being written, and what was on its way meanwhile.
    assert!(account.again <= 2 * account.kills, "{account}");
    assert!(account.records > RECORDS);
    // The vocabulary is there from the start.
    assert_eq!(account.written + 1, account.records as u64, "everything is written once: {account}");
}

#[test]
fn a_first_sync_from_a_stock_server_that_is_killed_three_times_goes_on() {
    let account = run(Kind::ArchivesSpace, RECORDS, &[4, 4, 4]);
    e2e::say(&account.to_string());
    assert!(account.again <= account.kills, "{account}");
    assert!(account.records > RECORDS);
    // The vocabulary is there from the start.
    assert_eq!(account.written + 1, account.records as u64, "everything is written once: {account}");
}
