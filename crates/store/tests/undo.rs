//! Taking back what others built on meanwhile, and what the server numbered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, desk, doc, save};
use record::api::wire::Place;
use serde_json::{Value, json};
use store::{Error, Expect, Incoming, Op, Repair, Stored};

fn pull(s: &Temporary, uri: &str, value: Value, place: Option<Place>) -> Stored {
    let incoming =
        Incoming { uri: uri.to_owned(), doc: doc(value), authors: None, lock_version: 0, place, order: None };
    s.write(Op::repeatable("pull", "server"), |tx| tx.apply(incoming)).unwrap().0
}

const ROOT: &str = "/repositories/2/resources/1";

fn place(parent: Option<&str>) -> Place {
    Place { root: ROOT.to_owned(), parent: parent.map(str::to_owned), position: 0 }
}

/// A desk with a collection and a node at its top, both the server's.
fn collection() -> (Temporary, String) {
    let s = desk();
    pull(&s, "/repositories/2", json!({"repo_code": "ALB", "name": "Albion"}), None);
    pull(&s, ROOT, json!({"title": "Papers", "id_0": "R", "level": "collection"}), None);
    let a = node(&s, 1, None);
    (s, a)
}

fn node(s: &Temporary, number: u32, parent: Option<&str>) -> String {
    let uri = format!("/repositories/2/archival_objects/{number}");
    pull(s, &uri, json!({"title": format!("n{number}"), "level": "file"}), Some(place(parent)));
    uri
}

fn undo(s: &Temporary, op: i64) -> Result<(), Error> {
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(op))).map(drop)
}

fn code(error: &Error) -> &str {
    match error {
        Error::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

fn delete(s: &Temporary, uri: &str) -> i64 {
    s.write(Op::typed("delete", "ada"), |tx| tx.delete(uri)).unwrap().1
}

fn move_to(s: &Temporary, uri: &str, parent: Option<&str>) -> i64 {
    let uris = [uri.to_owned()];
    s.write(Op::typed("move", "ada"), |tx| tx.move_nodes(ROOT, parent, &uris, 0)).unwrap().1
}

#[test]
fn a_link_that_was_set_before_the_server_numbered_its_target_leads_to_the_number() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let subject = save(
        &s,
        "subject",
        None,
        json!({"source": "lcsh", "vocabulary": "/vocabularies/1",
        "terms": [{"term": "Maps", "term_type": "topical", "vocabulary": "/vocabularies/1"}]}),
    );
    let linked = json!({"title": "One", "id_0": "A", "accession_date": "2020-01-01", "subjects": [{"ref": subject.uri}]});
    let accession = save(&s, "accession", Some(&repo.uri), linked.clone());
    let without = json!({"title": "One", "id_0": "A", "accession_date": "2020-01-01"});
    let (_, op) =
        s.write(Op::typed("save", "ada"), |tx| tx.update(&accession.uri, doc(without), Expect::Any)).unwrap();
    s.write(Op::typed("push", "ada"), |tx| tx.confirm_push(&subject.uri, 1, "/subjects/9", 0)).unwrap();
    let link = || s.read(|r| r.expect(&accession.uri)).unwrap().doc["subjects"][0]["ref"].clone();
    undo(&s, op).unwrap();
    assert_eq!(link(), "/subjects/9");
    // As a form sends it that was opened before.
    s.write(Op::typed("save", "ada"), |tx| tx.update(&accession.uri, doc(linked), Expect::Any)).unwrap();
    assert_eq!(link(), "/subjects/9");
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn a_deletion_that_is_called_off_brings_back_what_the_record_hung_below() {
    let (s, series) = collection();
    let file = node(&s, 2, Some(&series));
    delete(&s, &file);
    delete(&s, &series);
    let top = s.write(Op::repeatable("pull", "server"), |tx| tx.call_off_deletion(&file)).unwrap().0;
    assert_eq!(top.as_deref(), Some(file.as_str()));
    let back = s.read(|r| r.expect(&file)).unwrap();
    assert_eq!(back.head.parent.as_deref(), Some(series.as_str()));
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn a_deletion_below_what_is_gone_is_not_taken_back_alone() {
    let (s, series) = collection();
    let file = node(&s, 2, Some(&series));
    let op = delete(&s, &file);
    delete(&s, &series);
    assert_eq!(code(&undo(&s, op).unwrap_err()), "place_gone");
}

#[test]
fn taking_a_move_back_makes_no_circle() {
    let (s, a) = collection();
    let b = node(&s, 2, Some(&a));
    let op = move_to(&s, &b, None);
    // Others put the one below the other meanwhile.
    s.write(Op::repeatable("pull", "server"), |tx| tx.apply_place(&a, &place(Some(&b)), None)).unwrap();
    assert_eq!(code(&undo(&s, op).unwrap_err()), "changed_since");
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn taking_a_move_back_to_what_is_gone_says_so() {
    let (s, a) = collection();
    let b = node(&s, 2, Some(&a));
    let op = move_to(&s, &b, None);
    s.write(Op::repeatable("pull", "server"), |tx| tx.apply_gone(&a)).unwrap();
    assert_eq!(code(&undo(&s, op).unwrap_err()), "place_gone");
}

#[test]
fn taking_back_what_was_made_leaves_what_others_put_below() {
    let (s, _) = collection();
    let value = json!({"title": "Series", "level": "series", "resource": {"ref": ROOT}});
    let (series, op) = s
        .write(Op::typed("save", "ada"), |tx| {
            tx.create("archival_object", Some("/repositories/2"), doc(value))
        })
        .unwrap();
    let uri = "/repositories/2/archival_objects/7";
    s.write(Op::typed("push", "ada"), |tx| tx.confirm_push(&series.uri, 1, uri, 0)).unwrap();
    let theirs = node(&s, 8, Some(uri));
    assert_eq!(code(&undo(&s, op).unwrap_err()), "changed_since");
    assert!(s.read(|r| r.get(&theirs)).unwrap().is_some());
}

#[test]
fn what_is_deleted_in_a_repository_that_is_numbered_since_comes_back_under_its_number() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let value = json!({"title": "One", "id_0": "A", "accession_date": "2020-01-01"});
    let accession = save(&s, "accession", Some(&repo.uri), value.clone());
    // One that was begun and never saved, too.
    let begun = format!("{}/accessions/local_b", repo.uri);
    s.keep_draft(&begun, "accession", Some(&repo.uri), &doc(value)).unwrap();
    let op = delete(&s, &accession.uri);
    s.write(Op::typed("push", "ada"), |tx| tx.confirm_push(&repo.uri, 1, "/repositories/2", 0)).unwrap();
    undo(&s, op).unwrap();
    let back = s.read(|r| r.expect(&accession.uri)).unwrap();
    assert!(back.uri.starts_with("/repositories/2/accessions/local_"), "{}", back.uri);
    let draft = s.read(|r| r.draft(&begun)).unwrap().unwrap();
    assert_eq!(draft.uri, "/repositories/2/accessions/local_b");
    let mut typed = draft.doc;
    typed.insert("id_0".to_owned(), json!("B"));
    typed.insert("uri".to_owned(), json!(begun));
    let saved = save(&s, "accession", Some(&repo.uri), Value::Object(typed));
    assert_eq!(saved.uri, "/repositories/2/accessions/local_b");
    s.write(Op::typed("save", "ada"), |tx| tx.discard_draft(&begun)).unwrap();
    assert_eq!(s.read(|r| r.draft_count()).unwrap(), 0);
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn a_link_that_was_made_here_and_not_sent_comes_back_with_what_it_led_to() {
    let s = desk();
    pull(&s, "/repositories/2", json!({"repo_code": "ALB", "name": "Albion"}), None);
    let person = |number: u32| {
        let uri = format!("/agents/people/{number}");
        let name = json!({"jsonmodel_type": "name_person", "primary_name": format!("N{number}"), "name_order": "direct",
            "source": "local", "sort_name_auto_generate": true});
        pull(&s, &uri, json!({"names": [name]}), None);
        uri
    };
    let (theirs, mine) = (person(1), person(2));
    let uri = "/repositories/2/accessions/1";
    let there = json!({"title": "One", "id_0": "A", "accession_date": "2020-01-01",
        "linked_agents": [{"ref": theirs, "role": "source"}]});
    pull(&s, uri, there.clone(), None);
    let mut edited = there.clone();
    edited["linked_agents"] = json!([{"ref": theirs, "role": "source"}, {"ref": mine, "role": "creator"}]);
    s.write(Op::typed("save", "ada"), |tx| tx.update(uri, doc(edited), Expect::Any)).unwrap();
    delete(&s, &mine);
    // The server's version comes: it is what is here now.
    let mut changed = there;
    changed["provenance"] = json!("gift");
    pull(&s, uri, changed, None);
    s.write(Op::repeatable("pull", "server"), |tx| tx.call_off_deletion(&mine)).unwrap();
    let back = s.read(|r| r.expect(uri)).unwrap();
    let agents: Vec<&str> = back.doc["linked_agents"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|link| link["ref"].as_str())
        .collect();
    assert_eq!((agents, &back.doc["provenance"]), (vec![theirs.as_str(), mine.as_str()], &json!("gift")));
    assert!(back.edits > 0);
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn siblings_that_stand_at_one_place_are_brought_into_order() {
    let (s, _) = collection();
    let at = |number: u32| {
        let uri = format!("/repositories/2/archival_objects/{number}");
        let incoming = Incoming {
            authors: None,
            uri: uri.clone(),
            doc: doc(json!({"title": format!("n{number}"), "level": "file"})),
            lock_version: 0,
            place: Some(place(None)),
            order: Some(7),
        };
        s.write(Op::repeatable("pull", "server"), |tx| tx.apply(incoming)).unwrap();
        uri
    };
    let (two, three) = (at(2), at(3));
    let wanted = [three, "/repositories/2/archival_objects/1".to_owned(), two];
    s.write(Op::repeatable("pull", "server"), |tx| tx.order_children(ROOT, None, &wanted)).unwrap();
    let children = s.read(|r| r.children(ROOT, None, 0, 10)).unwrap();
    assert_eq!(children.into_iter().map(|head| head.uri).collect::<Vec<_>>(), wanted);
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn others_move_what_was_just_made_and_not_what_a_person_moved() {
    let (s, a) = collection();
    let told = |uri: &str| {
        s.write(Op::repeatable("pull", "server"), |tx| tx.apply_place(uri, &place(None), None)).unwrap();
        let head = s.read(|r| r.head(uri)).unwrap().unwrap();
        (head.parent, head.moved)
    };
    let [made, moved] = [2, 3].map(|number| node(&s, number, Some(&a)));
    s.write(Op::typed("push", "ada"), |tx| tx.mark_made(&made)).unwrap();
    s.write(Op::typed("push", "ada"), |tx| tx.mark_moved(&moved)).unwrap();
    assert_eq!(told(&made), (None, false));
    assert_eq!(told(&moved), (Some(a), true));
}

#[test]
fn a_node_comes_back_without_the_one_above_it_that_the_server_has_deleted() {
    let (s, above) = collection();
    let below = node(&s, 2, Some(&above));
    delete(&s, &above);
    s.write(Op::typed("push", "ada"), |tx| tx.confirm_deletion(&above)).unwrap();
    s.write(Op::typed("pull", "ada"), |tx| tx.call_off_deletion(&below)).unwrap();
    let back = s.read(|r| r.expect(&below)).unwrap();
    assert_eq!((back.root.as_deref(), back.parent.as_deref()), (Some(ROOT), None));
    assert!(s.read(|r| r.get(&above)).unwrap().is_none());
    assert_eq!(s.check(Repair::No).unwrap(), []);
}
