//! Making, changing, moving, deleting and taking back, through the public door.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{desk, doc, save, server};
use serde_json::json;
use store::{Error, Expect, Op};

#[test]
fn a_server_numbers_by_kind_and_counts_versions() {
    let s = server();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    assert_eq!(repo.uri, "/repositories/2");
    let a = save(
        &s,
        "accession",
        Some(&repo.uri),
        json!({"title": "Letters", "id_0": "A1", "accession_date": "2020-01-01"}),
    );
    assert_eq!((a.uri.as_str(), a.lock_version), ("/repositories/2/accessions/1", 0));
    let changed = s
        .write(Op::typed("save", "ada"), |tx| {
            tx.update(&a.uri, doc(json!({"title": "More letters", "id_0": "A1"})), Expect::Lock(0))
        })
        .unwrap()
        .0;
    assert_eq!((changed.lock_version, changed.title.as_str()), (1, "More letters"));
    let stale = s
        .write(Op::typed("save", "ada"), |tx| tx.update(&a.uri, doc(json!({"title": "x"})), Expect::Lock(0)));
    assert!(matches!(stale, Err(Error::Stale { found: 1, .. })));
    let api = changed.to_api();
    assert_eq!(api["repository"]["ref"], "/repositories/2");
    assert_eq!(api["last_modified_by"], "ada");
}

#[test]
fn an_identifier_is_given_once_in_a_repository() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let first = save(&s, "accession", Some(&repo.uri), json!({"title": "One", "id_0": "A", "id_1": "1"}));
    let second = s.write(Op::typed("save", "ada"), |tx| {
        tx.create("accession", Some(&repo.uri), doc(json!({"title": "Two", "id_0": "A", "id_1": "1"})))
    });
    let Err(Error::Invalid(problems)) = second else { panic!("accepted") };
    assert_eq!((problems[0].code.as_ref(), problems[0].pointer.as_str()), ("not_unique", "/id_0"));
    assert_eq!(problems[0].args["uri"], first.uri.as_str());
}

#[test]
fn a_tree_moves_and_comes_back() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let root = save(
        &s,
        "resource",
        Some(&repo.uri),
        json!({"title": "Papers", "id_0": "R1", "level": "collection"}),
    );
    let node = |title: &str, parent: Option<&str>| {
        let mut d = json!({"title": title, "level": "file", "resource": {"ref": root.uri}});
        if let Some(parent) = parent {
            d["parent"] = json!({"ref": parent});
        }
        save(&s, "archival_object", Some(&repo.uri), d)
    };
    let a = node("a", None);
    let b = node("b", None);
    let c = node("c", Some(&b.uri));
    let titles = |parent: Option<&str>| -> Vec<String> {
        s.read(|r| r.children(&root.uri, parent, 0, 10)).unwrap().into_iter().map(|h| h.title).collect()
    };
    assert_eq!(titles(None), ["a", "b"]);
    let moved = s
        .write(Op::typed("move", "ada"), |tx| tx.move_nodes(&root.uri, None, std::slice::from_ref(&c.uri), 0))
        .unwrap()
        .1;
    assert_eq!(titles(None), ["c", "a", "b"]);
    let cycle = s.write(Op::typed("move", "ada"), |tx| {
        tx.move_nodes(&root.uri, Some(&c.uri), std::slice::from_ref(&a.uri), 0)?;
        tx.move_nodes(&root.uri, Some(&a.uri), std::slice::from_ref(&c.uri), 0)
    });
    assert!(matches!(cycle, Err(Error::Refused { code: "cycle", .. })));
    assert_eq!(titles(None), ["c", "a", "b"]);
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(moved))).unwrap();
    assert_eq!(
        (titles(None), titles(Some(&b.uri))),
        (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()])
    );
    let path = s.read(|r| r.path(&c.uri)).unwrap();
    assert_eq!(
        path.iter().map(|step| (step.head.title.as_str(), step.position)).collect::<Vec<_>>(),
        [("b", 1), ("c", 0)]
    );
    let delete = s.write(Op::typed("delete", "ada"), |tx| tx.delete(&root.uri)).unwrap().1;
    assert!(s.read(|r| r.get(&c.uri)).unwrap().is_none());
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(delete))).unwrap();
    assert_eq!(s.read(|r| r.node_count(&root.uri)).unwrap(), 3);
    assert_eq!(s.read(|r| r.expect(&c.uri)).unwrap().doc, c.doc);
    s.write(Op::typed("redo", "ada"), |tx| tx.redo()).unwrap();
    assert!(s.read(|r| r.get(&root.uri)).unwrap().is_none());
}

#[test]
fn deleting_a_linked_record_takes_the_link_away() {
    let s = server();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let subject = save(
        &s,
        "subject",
        None,
        json!({"source": "lcsh", "vocabulary": "/vocabularies/1", "terms": [{"term": "Maps", "term_type": "topical", "vocabulary": "/vocabularies/1"}]}),
    );
    let a = save(
        &s,
        "accession",
        Some(&repo.uri),
        json!({"title": "One", "id_0": "A", "subjects": [{"ref": subject.uri}]}),
    );
    assert_eq!(s.read(|r| r.refs_to(&subject.uri)).unwrap().len(), 1);
    let (_, op) = s.write(Op::typed("delete", "ada"), |tx| tx.delete(&subject.uri)).unwrap();
    let after = s.read(|r| r.expect(&a.uri)).unwrap();
    assert!(after.doc.get("subjects").and_then(|v| v.as_array()).is_none_or(Vec::is_empty));
    assert_eq!(after.lock_version, 0);
    let feed = s.read(|r| r.feed(0, 100, None)).unwrap();
    assert!(feed.iter().any(|e| e.uri == subject.uri && matches!(e.event, store::Event::Deleted { .. })));
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(op))).unwrap();
    assert_eq!(s.read(|r| r.expect(&a.uri)).unwrap().doc["subjects"][0]["ref"], subject.uri.as_str());
}

#[test]
fn an_event_is_listed_as_changed_when_what_it_tells_of_is_hidden_or_shown() {
    use std::sync::atomic::{AtomicI64, Ordering};
    static NOW: AtomicI64 = AtomicI64::new(1_000);
    let dir = tempfile::tempdir().unwrap();
    let now = || jiff::Timestamp::from_second(NOW.fetch_add(10, Ordering::SeqCst)).unwrap();
    let s = store::Store::open(dir.path(), store::Options { now, ..common::options(store::Role::Server) })
        .unwrap();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let name = json!({"primary_name": "Ada", "name_order": "direct", "source": "local", "sort_name_auto_generate": true});
    let agent = save(&s, "agent_person", None, json!({"names": [name]}));
    let [one, two] = ["A1", "A2"].map(|id| {
        let doc = json!({"title": "Letters", "id_0": id, "accession_date": "2020-01-01"});
        save(&s, "accession", Some(&repo.uri), doc).uri.clone()
    });
    let links = [&one, &two].map(|uri| json!({"ref": uri, "role": "source"}));
    let event = json!({"event_type": "processed", "timestamp": "2026-01-05T09:00:00Z", "linked_records": links,
        "linked_agents": [{"ref": agent.uri, "role": "implementer"}]});
    let event = save(&s, "event", Some(&repo.uri), event).uri.clone();
    let mut before = s.read(|r| r.expect(&event)).unwrap().modified;
    for suppressed in [true, false] {
        s.write(Op::typed("suppress", "ada"), |tx| tx.suppress(&one, suppressed)).unwrap();
        let now = s.read(|r| r.expect(&event)).unwrap();
        assert!(now.modified > before && !now.suppressed);
        before = now.modified;
    }
}
