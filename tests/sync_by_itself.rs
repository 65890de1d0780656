//! Nobody presses anything: what was saved goes to the server, and survives a server that is away.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use std::time::{Duration, Instant};

use e2e::office::{Office, accession};
use record::api::command::Empty;
use serde_json::json;

/// Waits until it holds. The limit is for a loaded machine; nothing here is measured.
#[track_caller]
fn soon(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(90), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn what_is_saved_is_sent_and_a_server_that_was_away_gets_it_later() {
    let mut office = Office::open();
    let ada = office.desk();
    let local = ada.repository("ALB");
    ada.desk.keep_in_sync();
    let uri = ada.create("accession", Some(&local), accession("2020.1", "Letters"));
    soon("the first save is sent", || ada.outbox() == 0);
    let uri = ada.now(&uri);
    assert!(!uri.contains("local_"), "{uri}");
    office.crash();
    ada.edit(&uri, json!({"title": "Letters home"}));
    let status = || desk::commands::sync_status(&ada.desk, Empty {}).unwrap();
    soon("the desk sees that nobody answers", || !status().online);
    assert_eq!(ada.field(&uri, "title"), "Letters home");
    office.back();
    soon("the second save is sent", || ada.outbox() == 0 && status().online);
}

#[test]
fn a_paused_desk_waits_for_a_person() {
    let office = Office::open();
    let ada = office.desk();
    desk::commands::call(&ada.desk, "pause_sync", json!({"paused": true})).unwrap();
    ada.desk.keep_in_sync();
    let local = ada.repository("ALB");
    assert!(desk::commands::sync_status(&ada.desk, Empty {}).unwrap().paused);
    // Longer than the wait after a save.
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(ada.outbox(), 1);
    desk::commands::call(&ada.desk, "pause_sync", json!({"paused": false})).unwrap();
    soon("what waited is sent", || ada.outbox() == 0);
    assert!(!ada.now(&local).contains("local_"));
}
