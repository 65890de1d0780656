//! What others did meanwhile, what a sync would do, and what is taken back after others have gone on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use desk::commands;
use e2e::office::{Office, Seat, accession, component, resource};
use record::api::command::{Empty, News, NewsInput, ResolveInput, SeenInput, Side, UndoInput, UriInput};
use serde_json::json;

/// Ada's desk and that of a colleague, with one accession that both have.
fn colleagues() -> (Office, Seat, Seat, String, String) {
    let office = Office::open();
    let ada = office.desk();
    let repo = ada.repository("ALB");
    ada.sync();
    let repo = ada.now(&repo);
    let uri = ada.create("accession", Some(&repo), accession("2020.1", "Letters"));
    ada.sync();
    let cleo = office.colleague("cleo", &repo);
    let uri = ada.now(&uri);
    (office, ada, cleo, repo, uri)
}

fn news(seat: &Seat, all: bool) -> News {
    commands::news(&seat.desk, NewsInput { all }).unwrap()
}

fn told(news: &News) -> Vec<(String, String, Vec<String>, Option<String>)> {
    let told = |row: &record::api::command::NewsRow| {
        (row.action.clone(), row.title.clone(), row.fields.clone(), row.by.clone())
    };
    news.rows.iter().map(told).collect()
}

fn undo(seat: &Seat, op: Option<i64>) -> Result<(), String> {
    commands::undo(&seat.desk, UndoInput { op }).map(drop).map_err(|failure| failure.0.code)
}

fn last_op(seat: &Seat) -> i64 {
    commands::operations(&seat.desk, Empty {}).unwrap().into_iter().find(|one| one.name != "pull").unwrap().op
}

#[test]
fn what_others_did_is_told_once_by_record_and_person() {
    let (_office, ada, cleo, repo, uri) = colleagues();
    // A first sync is not told.
    assert_eq!(told(&news(&cleo, false)), []);
    cleo.edit(&uri, json!({"title": "Letters home"}));
    // What is merged into an edit of one's own counts as theirs.
    ada.edit(&uri, json!({"provenance": "gift"}));
    let maps = cleo.create("accession", Some(&repo), accession("2020.2", "Maps"));
    cleo.sync();
    ada.sync();
    let cleo_is = Some("cleo".to_owned());
    let fields = vec!["/title".to_owned()];
    assert_eq!(
        told(&news(&ada, false)),
        [
            ("create".to_owned(), "Maps".to_owned(), vec![], cleo_is.clone()),
            ("update".to_owned(), "Letters home".to_owned(), fields, cleo_is),
        ]
    );
    assert_eq!(commands::sync_status(&ada.desk, Empty {}).unwrap().news, 2);
    cleo.delete(&cleo.now(&maps));
    cleo.sync();
    ada.sync();
    let upto = news(&ada, false).upto;
    assert_eq!(news(&ada, false).rows[0].action, "delete");
    commands::see_news(&ada.desk, SeenInput { upto }).unwrap();
    assert_eq!(told(&news(&ada, false)), []);
    assert_eq!(commands::sync_status(&ada.desk, Empty {}).unwrap().news, 0);
    assert!(news(&ada, true).rows.len() >= 3);
    let beyond = commands::see_news(&ada.desk, SeenInput { upto: upto + 1_000 }).unwrap_err();
    assert_eq!(beyond.0.code, "bad_input");
}

#[test]
fn a_move_is_told_as_one() {
    let (_office, ada, cleo, repo, _) = colleagues();
    let root = ada.create("resource", Some(&repo), resource("R1", "Papers"));
    let series = ada.create("archival_object", Some(&repo), component(&root, None, "Series"));
    let file = ada.create("archival_object", Some(&repo), component(&root, None, "File"));
    ada.sync();
    cleo.sync();
    let [root, series, file] = [root, series, file].map(|uri| ada.now(&uri));
    cleo.place(&root, Some(&series), &file, 0);
    cleo.sync();
    ada.sync();
    let news = news(&ada, false);
    assert_eq!(
        news.rows.iter().map(|row| (row.action.as_str(), &row.uri)).collect::<Vec<_>>(),
        [("move", &file)]
    );
}

#[test]
fn what_a_sync_would_do_is_told_and_not_done() {
    for office in [Office::open(), Office::stock()] {
        let (ada, ben) = (office.desk(), office.desk());
        let repo = ada.repository("ALB");
        ada.sync();
        let repo = ada.now(&repo);
        let uri = ada.create("accession", Some(&repo), accession("2020.1", "Letters"));
        ada.sync();
        ben.sync();
        let uri = ada.now(&uri);
        ada.edit(&uri, json!({"title": "Letters home"}));
        drop(ada.create("accession", Some(&repo), accession("2020.2", "Maps")));
        ada.sync();
        let root = ben.create("resource", Some(&repo), resource("R1", "Papers"));
        drop(ben.create("archival_object", Some(&repo), component(&root, None, "File")));
        let before = ben.everything();
        for _ in 0..2 {
            let ahead = commands::sync_preview(&ben.desk, Empty {}).unwrap();
            let sent: Vec<&str> = ahead.sent.iter().map(|row| row.title.as_str()).collect();
            assert_eq!(sent, ["Papers", "File"]);
            let mut received: Vec<(&str, &str, u64)> = ahead
                .received
                .iter()
                .filter(|one| one.kind == "accession")
                .map(|one| (one.action.as_str(), one.by.as_deref().unwrap_or_default(), one.count))
                .collect();
            received.sort_unstable();
            assert_eq!(received, [("create", "admin", 1), ("update", "admin", 1)]);
            assert!(!ahead.more && !ahead.whole);
        }
        assert_eq!(ben.everything(), before);
        ben.sync();
        assert!(commands::sync_preview(&ben.desk, Empty {}).unwrap().sent.is_empty());
    }
}

#[test]
fn an_undo_leaves_what_others_did_since() {
    let (_office, ada, cleo, _, uri) = colleagues();
    ada.edit(&uri, json!({"title": "Letters of Ada", "provenance": "gift"}));
    let op = last_op(&ada);
    ada.sync();
    cleo.sync();
    cleo.edit(&uri, json!({"content_description": "Seen by Cleo"}));
    cleo.sync();
    ada.sync();
    undo(&ada, Some(op)).unwrap();
    ada.sync();
    cleo.sync();
    for seat in [&ada, &cleo] {
        assert_eq!(seat.field(&uri, "title"), "Letters");
        assert_eq!(seat.field(&uri, "content_description"), "Seen by Cleo");
    }
    // What both changed is not decided by an undo.
    ada.edit(&uri, json!({"title": "Letters once more"}));
    let op = last_op(&ada);
    ada.sync();
    cleo.sync();
    cleo.edit(&uri, json!({"title": "Letters of Cleo"}));
    cleo.sync();
    ada.sync();
    assert_eq!(undo(&ada, Some(op)).unwrap_err(), "undo_clashes");
    assert_eq!(ada.field(&uri, "title"), "Letters of Cleo");
}

#[test]
fn a_deletion_that_was_sent_is_taken_back_as_a_new_record() {
    let (_office, ada, cleo, repo, _) = colleagues();
    let root = ada.create("resource", Some(&repo), resource("R1", "Papers"));
    drop(ada.create("archival_object", Some(&repo), component(&root, None, "File")));
    ada.sync();
    ada.delete(&ada.now(&root));
    ada.sync();
    undo(&ada, None).unwrap();
    ada.sync();
    cleo.sync();
    assert_eq!(ada.everything(), cleo.everything());
    let titles = ada.everything();
    assert!(titles.values().any(|one| one["content"]["title"] == "File"), "{titles:?}");
}

#[test]
fn a_node_does_not_go_back_below_what_is_gone() {
    let (_office, ada, cleo, repo, _) = colleagues();
    let root = ada.create("resource", Some(&repo), resource("R1", "Papers"));
    let series = ada.create("archival_object", Some(&repo), component(&root, None, "Series"));
    let file = ada.create("archival_object", Some(&repo), component(&root, Some(&series), "File"));
    ada.sync();
    cleo.sync();
    let [root, series, file] = [root, series, file].map(|uri| ada.now(&uri));
    ada.place(&root, None, &file, 0);
    let op = last_op(&ada);
    ada.sync();
    cleo.sync();
    cleo.delete(&series);
    cleo.sync();
    ada.sync();
    assert_eq!(undo(&ada, Some(op)).unwrap_err(), "place_gone");
    assert!(ada.has(&file));
}

/// A record that both have written into, with the question open at Ada's.
fn asked() -> (Office, Seat, Seat, String) {
    let (office, ada, cleo, _, uri) = colleagues();
    cleo.edit(&uri, json!({"title": "Letters of Cleo", "provenance": "bought"}));
    cleo.sync();
    ada.edit(&uri, json!({"title": "Letters of Ada", "provenance": "given"}));
    ada.sync();
    assert_eq!(ada.conflicts().len(), 1);
    (office, ada, cleo, uri)
}

fn decide(seat: &Seat, uri: &str, title: Side, provenance: Side) -> i64 {
    let fields = [("/title".to_owned(), title), ("/provenance".to_owned(), provenance)].into();
    let input = ResolveInput { uri: uri.to_owned(), take: None, fields, record: None, lock_version: None };
    let saved = commands::resolve_conflict(&seat.desk, input).unwrap();
    assert!(saved.saved);
    saved.op.unwrap()
}

#[test]
fn a_decision_that_is_taken_back_is_asked_again_as_it_was() {
    let (_office, ada, cleo, uri) = asked();
    let before = (ada.conflicts(), ada.field(&uri, "title"));
    for sides in [(Side::Theirs, Side::Mine), (Side::Theirs, Side::Theirs), (Side::Mine, Side::Mine)] {
        let op = decide(&ada, &uri, sides.0, sides.1);
        assert_eq!(ada.conflicts().len(), 0);
        undo(&ada, Some(op)).unwrap();
        assert_eq!(json!(ada.conflicts()), json!(before.0));
        assert_eq!(ada.field(&uri, "title"), before.1);
    }
    // Done again, it holds.
    commands::redo(&ada.desk, Empty {}).unwrap();
    assert_eq!(ada.conflicts().len(), 0);
    ada.sync();
    cleo.sync();
    assert_eq!(cleo.field(&uri, "title"), "Letters of Ada");
    assert_eq!(ada.everything(), cleo.everything());
}

#[test]
fn a_decision_that_was_sent_is_asked_again_too() {
    let (_office, ada, cleo, uri) = asked();
    let op = decide(&ada, &uri, Side::Mine, Side::Theirs);
    ada.sync();
    cleo.sync();
    assert_eq!(cleo.field(&uri, "title"), "Letters of Ada");
    undo(&ada, Some(op)).unwrap();
    let conflict = &ada.conflicts()[0];
    let shown: Vec<_> = conflict.fields.iter().map(|field| (&field.mine, &field.theirs)).collect();
    assert!(shown.contains(&(&json!("Letters of Ada"), &json!("Letters of Cleo"))), "{shown:?}");
    ada.sync();
    assert_eq!(ada.conflicts().len(), 1);
    decide(&ada, &uri, Side::Theirs, Side::Mine);
    ada.sync();
    cleo.sync();
    assert_eq!(cleo.field(&uri, "title"), "Letters of Cleo");
    assert_eq!(cleo.field(&uri, "provenance"), "given");
    assert_eq!(ada.everything(), cleo.everything());
    assert_eq!((ada.outbox(), ada.conflicts().len()), (0, 0));
}

#[test]
fn letting_go_of_what_was_removed_there_is_taken_back() {
    let (_office, ada, cleo, _, uri) = colleagues();
    cleo.delete(&uri);
    cleo.sync();
    ada.edit(&uri, json!({"title": "Letters of Ada"}));
    ada.sync();
    assert_eq!(ada.conflicts()[0].reason, "gone");
    ada.resolve(&uri, Side::Theirs);
    assert!(!ada.has(&uri));
    undo(&ada, None).unwrap();
    assert_eq!(ada.conflicts()[0].reason, "gone");
    assert_eq!(ada.field(&uri, "title"), "Letters of Ada");
    let versions = commands::history(&ada.desk, UriInput { uri: uri.clone() }).unwrap();
    assert_eq!(versions[0].record["title"], "Letters of Ada");
    ada.resolve(&uri, Side::Mine);
    ada.sync();
    cleo.sync();
    assert_eq!(ada.everything(), cleo.everything());
}

#[test]
fn edits_of_what_was_merged_away_go_where_it_went() {
    let (office, ada, cleo, ..) = colleagues();
    let subject = |term: &str| {
        let term = json!({"jsonmodel_type": "term", "term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"});
        json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [term]})
    };
    let [stays, goes] = ["Strikes", "Strike"].map(|term| ada.create("subject", None, subject(term)));
    ada.sync();
    cleo.sync();
    let [stays, goes] = [stays, goes].map(|uri| ada.now(&uri));
    ada.edit(&goes, json!({"scope_note": "Of dockers above all."}));
    office.merge("subject", &goes, &stays);
    ada.sync();
    let conflicts = ada.conflicts();
    assert_eq!(conflicts[0].reason, "gone");
    assert_eq!(conflicts[0].became.as_ref().unwrap().uri, stays);
    let done = commands::carry_over(&ada.desk, UriInput { uri: goes.clone() }).unwrap();
    let opened = ada.open(&stays);
    let draft = opened.draft.unwrap().record;
    assert_eq!(draft["scope_note"], "Of dockers above all.");
    assert_eq!(draft["terms"][0]["term"], "Strikes");
    assert!(!ada.has(&goes) && ada.conflicts().is_empty());
    // Whoever takes it back is asked again; the draft stays till it is saved or thrown away.
    undo(&ada, done.op).unwrap();
    assert_eq!(ada.conflicts().len(), 1);
    let other = commands::carry_over(&ada.desk, UriInput { uri: stays }).unwrap_err();
    assert_eq!(other.0.code, "not_merged");
    // Without edits it goes without a word.
    cleo.sync();
    assert!(!cleo.has(&goes) && cleo.conflicts().is_empty());
}
