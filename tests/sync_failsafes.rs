//! A sync that stops by itself, deletes nothing, and goes on as a person decides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use desk::commands;
use e2e::office::{Office, Seat, accession, component, resource};
use record::api::command::{AnswerInput, Empty, Holds, SyncSettings};
use serde_json::json;

/// More than so few that all may vanish.
const MANY: usize = 22;

/// Two desks that have a collection with many components.
fn collection(office: &Office) -> (Seat, Seat, String) {
    let (ada, ben) = (office.desk(), office.desk());
    let repo = ada.repository("ALB");
    let root = ada.create("resource", Some(&repo), resource("R1", "Papers"));
    for number in 0..MANY {
        drop(ada.create("archival_object", Some(&repo), component(&root, None, &format!("File {number}"))));
    }
    ada.sync();
    ben.sync();
    let root = ada.now(&root);
    (ada, ben, root)
}

fn components(seat: &Seat) -> usize {
    seat.everything().keys().filter(|uri| uri.contains("/archival_objects/")).count()
}

fn both(test: impl Fn(Office)) {
    test(Office::open());
    test(Office::stock());
}

#[test]
fn what_vanishes_in_number_is_asked_about_and_then_removed() {
    both(|office| {
        let (ada, ben, root) = collection(&office);
        ada.delete(&root);
        ada.sync();
        for _ in 0..2 {
            assert_eq!(ben.try_sync().unwrap_err(), "vanished");
            assert_eq!(components(&ben), MANY);
        }
        let problem = commands::sync_status(&ben.desk, Empty {}).unwrap().problem.unwrap();
        assert_eq!(problem.args["gone"], 22);
        assert_eq!(problem.args["kind"], "archival_object");
        ben.answer("vanished", Holds::Theirs);
        assert_eq!(components(&ben), 0);
        assert_eq!(ada.everything(), ben.everything());
        // A copy of what was here is kept.
        let copies = std::fs::read_dir(ben.desk.store().dir().join("backups")).unwrap().count();
        assert_eq!(copies, 1);
    });
}

#[test]
fn what_vanished_can_be_kept_and_sent_again() {
    both(|office| {
        let (ada, ben, root) = collection(&office);
        ada.delete(&root);
        ada.sync();
        assert_eq!(ben.try_sync().unwrap_err(), "vanished");
        ben.answer("vanished", Holds::Mine);
        ada.sync();
        assert_eq!(components(&ada), MANY);
        ben.sync();
        assert_eq!(ada.everything(), ben.everything());
        assert_eq!((ada.conflicts().len(), ben.conflicts().len()), (0, 0));
    });
}

#[test]
fn the_share_is_the_users() {
    let office = Office::open();
    let (ada, ben, root) = collection(&office);
    let set = |share| commands::sync_settings(&ben.desk, SyncSettings { vanish_share: Some(share) });
    assert_eq!(set(0).unwrap_err().0.code, "bad_input");
    assert_eq!(set(100).unwrap().vanish_share, 100);
    ada.delete(&root);
    ada.sync();
    ben.sync();
    assert_eq!(components(&ben), 0);
}

#[test]
fn only_a_question_that_stands_is_answered() {
    let office = Office::open();
    let ada = office.desk();
    let input = AnswerInput { problem: "vanished".to_owned(), holds: Holds::Theirs };
    assert_eq!(commands::answer_sync(&ada.desk, input).unwrap_err().0.code, "no_such_problem");
}

/// A server whose data were set back behind what both desks have: an accession was edited since, another made.
fn set_back() -> (Office, Seat, Seat, [String; 2]) {
    let mut office = Office::open();
    let (ada, ben) = (office.desk(), office.desk());
    let repo = ada.repository("ALB");
    let first = ada.create("accession", Some(&repo), accession("2020.1", "Letters"));
    ada.sync();
    let first = ada.now(&first);
    let repo = ada.now(&repo);
    let copy = office.copy();
    ada.edit(&first, json!({"title": "Letters home"}));
    let second = ada.create("accession", Some(&repo), accession("2020.2", "Diaries"));
    ada.sync();
    ben.sync();
    office.set_back(&copy);
    let second = ada.now(&second);
    (office, ada, ben, [first, second])
}

fn titles(seat: &Seat) -> Vec<String> {
    let everything = seat.everything();
    let accessions = everything.iter().filter(|(uri, _)| uri.contains("/accessions/"));
    let mut titles: Vec<String> =
        accessions.map(|(_, doc)| doc["content"]["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

#[test]
fn what_a_server_lost_by_a_setting_back_is_sent_again() {
    let (_office, ada, ben, [first, _]) = set_back();
    assert_eq!(ada.try_sync().unwrap_err(), "set_back");
    assert_eq!(titles(&ada), ["Diaries", "Letters home"]);
    ada.answer("set_back", Holds::Mine);
    assert_eq!((titles(&ada), ada.outbox()), (vec!["Diaries".to_owned(), "Letters home".to_owned()], 0));
    assert_eq!(ada.now(&first), first);
    // Whoever has nothing newer takes the server's.
    assert_eq!(ben.try_sync().unwrap_err(), "set_back");
    ben.answer("set_back", Holds::Theirs);
    assert_eq!(titles(&ben), ["Diaries", "Letters home"]);
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn an_older_copy_is_taken_as_it_is_where_a_person_says_so() {
    let (_office, ada, ben, _) = set_back();
    for seat in [&ada, &ben] {
        assert_eq!(seat.try_sync().unwrap_err(), "set_back");
        seat.answer("set_back", Holds::Theirs);
        assert_eq!(titles(seat), ["Letters"]);
    }
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn a_number_that_means_another_record_now_is_not_written_over() {
    let (office, ada, ben, [_, second]) = set_back();
    // Before anybody has answered, somebody else makes a record, and gets the number that the lost one had.
    let cleo = office.colleague("cleo", second.split("/accessions/").next().unwrap());
    let repo = second.split("/accessions/").next().unwrap().to_owned();
    let maps = cleo.create("accession", Some(&repo), accession("2020.3", "Maps"));
    cleo.sync();
    assert_eq!(cleo.now(&maps), second);
    assert_eq!(ada.try_sync().unwrap_err(), "set_back");
    ada.answer("set_back", Holds::Mine);
    cleo.sync();
    assert_eq!(titles(&cleo), ["Diaries", "Letters home", "Maps"]);
    assert_eq!(ada.everything(), cleo.everything());
    assert_eq!(ben.try_sync().unwrap_err(), "set_back");
    ben.answer("set_back", Holds::Mine);
    cleo.sync();
    assert!(titles(&cleo).contains(&"Maps".to_owned()), "{:?}", titles(&cleo));
}

#[test]
fn another_server_under_the_address_takes_what_is_kept() {
    let mut office = Office::open();
    let ada = office.desk();
    let repo = ada.repository("ALB");
    drop(ada.create("accession", Some(&repo), accession("2020.1", "Letters")));
    let root = ada.create("resource", Some(&repo), resource("R1", "Papers"));
    drop(ada.create("archival_object", Some(&repo), component(&root, None, "File")));
    ada.sync();
    office.set_back(&tempfile::TempDir::new().unwrap());
    assert_eq!(ada.try_sync().unwrap_err(), "other_data");
    assert_eq!(titles(&ada), ["Letters"]);
    ada.answer("other_data", Holds::Mine);
    let ben = office.desk();
    ben.sync();
    assert_eq!((titles(&ben), components(&ben)), (vec!["Letters".to_owned()], 1));
    assert_eq!(ada.everything(), ben.everything());
}
