//! A first sync that is killed three times goes on where it was, from either kind of server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use e2e::first_sync::{Kind, run};
use e2e::office::{Office, accession};
use serde_json::json;
use store::{Incoming, Op};

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

#[test]
fn what_differs_after_everything_was_taken_is_named_and_taken_anew() {
    let office = Office::open();
    let (ada, ben) = (office.desk(), office.desk());
    let local = ada.repository("ALB");
    ada.sync();
    let repo = ada.now(&local);
    let made: Vec<String> = (0..5)
        .map(|number| ada.create("accession", Some(&repo), accession(&format!("{number}"), "Letters")))
        .collect();
    ada.sync();
    let made: Vec<String> = made.iter().map(|uri| ada.now(uri)).collect();
    ada.edit(&made[0], json!({"title": "Letters to Edith"}));
    ada.sync();
    let report = ben.sync();
    assert_eq!(report.differing, Vec::<String>::new());
    let all = ada.everything();
    assert_eq!(report.compared, Some(all.len() as u64));
    assert_eq!(ben.sync().compared, None, "only what was taken as a whole is compared");

    // Ben's disk is not what it was: one is as it was before, one is not there. One more he has edited himself.
    ben.edit(&made[2], json!({"provenance": "Found"}));
    let before = ben.open(&made[1]).record;
    let tampered = ben.desk.store().write(Op::repeatable("pull", "ben"), |tx| {
        let uri = made[0].clone();
        tx.apply(Incoming { uri, doc: before, authors: None, lock_version: 0, place: None, order: None })?;
        tx.apply_gone(&made[3])?;
        tx.set_cursor("feed.whole", "1")
    });
    tampered.unwrap();
    let report = ben.sync();
    assert_eq!(report.differing, [made[0].clone(), made[3].clone()]);
    ada.sync();
    assert_eq!(ben.everything(), ada.everything());
    assert_eq!(ada.field(&made[2], "provenance"), json!("Found"));
}
