//! What a desk keeps for sync: versions, bases, addresses, drafts, deletions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, desk, doc, save};
use record::api::wire::Place;
use serde_json::{Value, json};
use store::{Expect, Incoming, NewConflict, Op, Repair};

fn pull(s: &Temporary, uri: &str, value: Value, lock_version: i64) -> store::Stored {
    let incoming = Incoming {
        uri: uri.to_owned(),
        doc: doc(value),
        authors: None,
        lock_version,
        place: None,
        order: None,
    };
    s.write(Op::repeatable("pull", "server"), |tx| tx.apply(incoming)).unwrap().0
}

fn edit(s: &Temporary, uri: &str, property: &str, value: Value) -> store::Stored {
    let mut changed = s.read(|r| r.expect(uri)).unwrap().doc;
    changed.insert(property.to_owned(), value);
    s.write(Op::typed("save", "ada"), |tx| tx.update(uri, changed, Expect::Any)).unwrap().0
}

#[test]
fn the_first_edit_keeps_what_the_server_has_until_it_is_sent() {
    let s = desk();
    pull(&s, "/repositories/2", json!({"repo_code": "ALB", "name": "Albion"}), 3);
    let uri = "/repositories/2/accessions/7";
    let a = pull(
        &s,
        uri,
        json!({"title": "One", "id_0": "A", "subjects": [{"ref": "/subjects/4"}], "lock_version": 5}),
        5,
    );
    assert_eq!((a.edits, a.lock_version, s.read(|r| r.base(uri)).unwrap()), (0, 5, None));
    assert!(!s.read(|r| r.head("/subjects/4")).unwrap().unwrap().held);
    edit(&s, uri, "title", json!("Two"));
    edit(&s, uri, "title", json!("Three"));
    let base = s.read(|r| r.base(uri)).unwrap().unwrap();
    assert_eq!(base.text("title"), Some("One"));
    assert_eq!(s.read(|r| r.unsent()).unwrap().len(), 1);
    // Sent with two edits, one more was made meanwhile.
    edit(&s, uri, "title", json!("Four"));
    let after = s.write(Op::typed("push", "ada"), |tx| tx.confirm_push(uri, 2, uri, 6)).unwrap().0;
    assert_eq!((after.edits, after.lock_version), (1, 6));
    let after = s.write(Op::typed("push", "ada"), |tx| tx.confirm_push(uri, 1, uri, 7)).unwrap().0;
    assert_eq!((after.edits, s.read(|r| r.base(uri)).unwrap()), (0, None));
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn a_local_address_becomes_the_servers_everywhere() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let subject = save(
        &s,
        "subject",
        None,
        json!({"source": "lcsh", "vocabulary": "/vocabularies/1",
        "terms": [{"term": "Maps", "term_type": "topical", "vocabulary": "/vocabularies/1"}]}),
    );
    let root = save(
        &s,
        "resource",
        Some(&repo.uri),
        json!({"title": "Papers", "id_0": "R", "level": "collection", "subjects": [{"ref": subject.uri}]}),
    );
    let node = save(
        &s,
        "archival_object",
        Some(&repo.uri),
        json!({"title": "a", "level": "file", "resource": {"ref": root.uri}}),
    );
    s.keep_draft(
        &root.uri,
        "resource",
        Some(&repo.uri),
        &doc(json!({"title": "Typing", "subjects": [{"ref": subject.uri}]})),
    )
    .unwrap();
    let confirm = |old: &str, new: &str| {
        s.write(Op::typed("push", "ada"), |tx| tx.confirm_push(old, 1, new, 0)).unwrap();
    };
    confirm(&repo.uri, "/repositories/2");
    confirm(&subject.uri, "/subjects/9");
    let moved = s.read(|r| r.expect(&root.uri)).unwrap();
    assert!(moved.uri.starts_with("/repositories/2/resources/local_"), "{}", moved.uri);
    confirm(&moved.uri, "/repositories/2/resources/5");
    let held = s.read(|r| r.expect("/repositories/2/resources/5")).unwrap();
    assert_eq!(held.doc["subjects"][0]["ref"], "/subjects/9");
    let child = s.read(|r| r.expect(&node.uri)).unwrap();
    assert_eq!(
        (child.doc["resource"]["ref"].as_str(), child.root.as_deref()),
        (Some("/repositories/2/resources/5"), Some("/repositories/2/resources/5"))
    );
    let draft = s.read(|r| r.draft(&root.uri)).unwrap().unwrap();
    assert_eq!(
        (draft.uri.as_str(), draft.doc["subjects"][0]["ref"].as_str()),
        ("/repositories/2/resources/5", Some("/subjects/9"))
    );
    assert!(!draft.outdated);
    assert_eq!(s.check(Repair::No).unwrap(), []);
    let s = s.reopen();
    assert_eq!(s.read(|r| r.head(&root.uri)).unwrap().unwrap().uri, "/repositories/2/resources/5");
}

#[test]
fn siblings_stand_as_on_the_server_in_whatever_order_they_come() {
    let s = desk();
    pull(&s, "/repositories/2", json!({"repo_code": "ALB", "name": "Albion"}), 0);
    for (title, order) in [("c", 30), ("b", 20), ("a", 10)] {
        let incoming = Incoming {
            authors: None,
            uri: format!("/repositories/2/archival_objects/{order}"),
            doc: doc(json!({"title": title, "level": "file"})),
            lock_version: 0,
            place: Some(Place { root: "/repositories/2/resources/1".to_owned(), parent: None, position: 0 }),
            order: Some(order),
        };
        s.write(Op::repeatable("pull", ""), |tx| tx.apply(incoming)).unwrap();
    }
    pull(
        &s,
        "/repositories/2/resources/1",
        json!({"title": "Papers", "id_0": "R", "level": "collection"}),
        1,
    );
    let titles: Vec<String> = s
        .read(|r| r.children("/repositories/2/resources/1", None, 0, 9))
        .unwrap()
        .into_iter()
        .map(|h| h.title)
        .collect();
    assert_eq!(titles, ["a", "b", "c"]);
    assert_eq!(s.check(Repair::No).unwrap(), []);
}

#[test]
fn deletions_wait_until_the_server_knows_and_conflicts_are_kept() {
    let s = desk();
    pull(&s, "/repositories/2", json!({"repo_code": "ALB", "name": "Albion"}), 0);
    let uri = "/repositories/2/accessions/1";
    pull(&s, uri, json!({"title": "One", "id_0": "A"}), 4);
    edit(&s, uri, "title", json!("Mine"));
    let conflict = NewConflict {
        reason: "edited".to_owned(),
        theirs: Some(doc(json!({"title": "Theirs", "tree": {"ref": format!("{uri}/tree")}}))),
        lock_version: 5,
        ..NewConflict::default()
    };
    s.write(Op::typed("pull", ""), |tx| tx.set_conflict(uri, conflict)).unwrap();
    assert_eq!(s.read(|r| r.conflicts()).unwrap()[0].theirs, Some(doc(json!({"title": "Theirs"}))));
    s.write(Op::typed("delete", "ada"), |tx| tx.delete(uri)).unwrap();
    let waiting = s.read(|r| r.unsent_deletions()).unwrap();
    assert_eq!((waiting[0].uri.as_str(), waiting[0].lock_version), (uri, 4));
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(None)).unwrap();
    assert_eq!(s.read(|r| r.base(uri)).unwrap().unwrap().text("title"), Some("One"));
    assert!(s.read(|r| r.unsent_deletions()).unwrap().is_empty());
    s.write(Op::repeatable("pull", ""), |tx| tx.apply_gone(uri)).unwrap();
    assert!(s.read(|r| r.get(uri)).unwrap().is_none());
    assert!(s.read(|r| r.unsent_deletions()).unwrap().is_empty());
}

#[test]
fn a_draft_survives_and_tells_when_it_is_outdated() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    s.keep_draft(&repo.uri, "repository", None, &doc(json!({"name": "Alb"}))).unwrap();
    let s = s.reopen();
    let draft = s.read(|r| r.draft(&repo.uri)).unwrap().unwrap();
    assert_eq!((draft.doc["name"].as_str(), draft.outdated), (Some("Alb"), false));
    edit(&s, &repo.uri, "name", json!("Albion House"));
    assert!(s.read(|r| r.draft(&repo.uri)).unwrap().unwrap().outdated);
    s.discard_draft(&repo.uri).unwrap();
    assert_eq!(s.read(|r| r.draft_count()).unwrap(), 0);
}

#[test]
fn what_is_below_a_node_that_was_moved_here_stays_in_its_tree() {
    let s = desk();
    pull(&s, "/repositories/2", json!({"repo_code": "ALB", "name": "Albion"}), 1);
    let [here, there] = ["/repositories/2/resources/1", "/repositories/2/resources/2"];
    let [above, below] = ["/repositories/2/archival_objects/1", "/repositories/2/archival_objects/2"];
    for (number, root) in [here, there].into_iter().enumerate() {
        pull(&s, root, json!({"title": root, "id_0": format!("MS{number}"), "level": "fonds"}), 1);
    }
    let told = |root: &str, uri: &str, parent: Option<&str>| {
        let place = Place { root: root.to_owned(), parent: parent.map(str::to_owned), position: 0 };
        let (uri, doc) = (uri.to_owned(), doc(json!({"title": "File", "level": "file"})));
        let incoming = Incoming { uri, doc, authors: None, lock_version: 1, place: Some(place), order: None };
        s.write(Op::repeatable("pull", "server"), |tx| tx.take_in(incoming)).unwrap();
    };
    told(here, above, None);
    told(here, below, Some(above));
    s.write(Op::typed("move", "ada"), |tx| tx.move_nodes(here, None, &[above.to_owned()], 0)).unwrap();
    // Others took both to the other tree; what was moved here stays, till the server has the move.
    told(there, above, None);
    told(there, below, Some(above));
    let root = |uri: &str| s.read(|r| r.expect(uri)).unwrap().root.clone();
    assert_eq!((root(above).as_deref(), root(below).as_deref()), (Some(here), Some(here)));
    assert_eq!(s.check(Repair::No).unwrap(), []);
}
