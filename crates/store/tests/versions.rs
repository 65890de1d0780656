//! What a save does to the versions and numbers around it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, desk, doc, save, server};
use serde_json::{Value, json};
use store::{Error, Expect, Op, Stored};

const REPO: &str = "/repositories/2";

fn with_repository() -> Temporary {
    let s = server();
    save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    s
}

fn subject(s: &Temporary, term: &str) -> Stored {
    let terms = json!([{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]);
    save(s, "subject", None, json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": terms}))
}

fn update(s: &Temporary, uri: &str, value: Value, expect: Expect) -> Result<Stored, Error> {
    s.write(Op::typed("save", "ada"), |tx| tx.update(uri, doc(value), expect)).map(|(stored, _)| stored)
}

fn version(s: &Temporary, uri: &str) -> i64 {
    s.read(|r| r.expect(uri)).unwrap().lock_version
}

#[test]
fn a_link_raises_the_version_that_clients_see_of_the_other_end() {
    let s = with_repository();
    let strikes = subject(&s, "Strikes");
    let body = |title: &str| json!({"title": title, "id_0": "A1", "subjects": [{"ref": strikes.uri}]});
    let seq = s.read(|r| r.seq()).unwrap();
    let a = save(&s, "accession", Some(REPO), body("Letters"));
    update(&s, &a.uri, body("More letters"), Expect::Lock(0)).unwrap();
    let raised = s.read(|r| r.expect(&strikes.uri)).unwrap();
    assert_eq!(raised.lock_version, 2);
    assert_eq!((raised.seq <= seq, raised.modified), (true, strikes.modified), "nobody else is told");
    // A copy from before the links is of the same content.
    let old = update(&s, &strikes.uri, strikes.doc.clone().into(), Expect::Lock(0)).unwrap();
    assert_eq!(old.lock_version, 3);
    for stale in [0, 2, 4] {
        let refused = update(&s, &strikes.uri, strikes.doc.clone().into(), Expect::Lock(stale));
        assert!(matches!(refused, Err(Error::Stale { found: 3, .. })), "{stale}");
    }
    // A change by the system keeps what was raised.
    update(&s, &a.uri, body("Letters"), Expect::Lock(1)).unwrap();
    s.write(Op::typed("publish", "ada"), |tx| tx.amend(&strikes.uri, strikes.doc.clone())).unwrap();
    assert_eq!(version(&s, &strikes.uri), 4);
    assert!(update(&s, &strikes.uri, strikes.doc.clone().into(), Expect::Lock(3)).is_ok());
}

#[test]
fn each_link_counts_and_one_sided_ones_do_not() {
    let s = with_repository();
    let location = save(&s, "location", None, json!({"building": "Main", "barcode": "L1"}));
    let stands = json!([{"status": "current", "start_date": "2020-01-01", "ref": location.uri}]);
    let boxed = save(
        &s,
        "top_container",
        Some(REPO),
        json!({"type": "box", "indicator": "1", "container_locations": stands}),
    );
    assert_eq!(version(&s, &location.uri), 0);
    let instance = json!({"instance_type": "text", "sub_container": {"top_container": {"ref": boxed.uri}}});
    let a = json!({"title": "Letters", "id_0": "A1", "instances": [instance, instance]});
    let a = save(&s, "accession", Some(REPO), a);
    assert_eq!(version(&s, &boxed.uri), 2);
    let links = json!([{"role": "source", "ref": a.uri}]);
    save(&s, "event", Some(REPO), json!({"event_type": "accession", "linked_records": links}));
    assert_eq!(version(&s, &a.uri), 1);
    let told = doc(json!({"event_type": "component_transfer", "linked_records": links}));
    s.write(Op::typed("transfer", "ada"), |tx| tx.tell("event", Some(REPO), told)).unwrap();
    assert_eq!(version(&s, &a.uri), 1, "what the system tells of is no change");
}

#[test]
fn a_desk_keeps_the_versions_of_its_server() {
    let s = desk();
    let strikes = subject(&s, "Strikes");
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let a = json!({"title": "Letters", "id_0": "A1", "subjects": [{"ref": strikes.uri}]});
    save(&s, "accession", Some(&repo.uri), a);
    assert_eq!(version(&s, &strikes.uri), 0);
}

#[test]
fn a_create_that_is_refused_late_uses_its_number() {
    let s = with_repository();
    let try_one = |value: Value| {
        s.write(Op::typed("save", "ada"), |tx| tx.create("accession", Some(REPO), doc(value)))
            .map(|(stored, _)| stored.uri.clone())
    };
    assert_eq!(try_one(json!({"title": "a", "id_0": "1"})).unwrap(), "/repositories/2/accessions/1");
    assert!(try_one(json!({"title": "a", "id_0": "1"})).is_err(), "found before anything is stored");
    assert_eq!(try_one(json!({"title": "b", "id_0": "2"})).unwrap(), "/repositories/2/accessions/2");
    assert!(try_one(json!({"title": "c", "id_0": "3", "subjects": [{"ref": "/subjects/9"}]})).is_err());
    assert_eq!(try_one(json!({"title": "c", "id_0": "3"})).unwrap(), "/repositories/2/accessions/4");
    // What was refused as a whole gives no number back either.
    let refused: Result<((), _), Error> = s.write(Op::typed("save", "ada"), |tx| {
        tx.create("accession", Some(REPO), doc(json!({"title": "d", "id_0": "4"})))?;
        Err(Error::NothingToUndo)
    });
    assert!(refused.is_err());
    assert_eq!(try_one(json!({"title": "d", "id_0": "4"})).unwrap(), "/repositories/2/accessions/6");
}

#[test]
fn inline_records_get_new_numbers_with_every_save() {
    let s = with_repository();
    let version = |uri: &str| json!({"file_uri": uri});
    let body =
        json!({"title": "Scans", "digital_object_id": "D1", "file_versions": [version("a"), version("b")]});
    let d = save(&s, "digital_object", Some(REPO), body.clone());
    let first = |d: &Stored| s.read(|r| r.first_row(&d.head, "file_version")).unwrap();
    assert_eq!(first(&d), Some(1));
    let d = update(&s, &d.uri, body, Expect::Lock(0)).unwrap();
    assert_eq!(first(&d), Some(3));
    s.write(Op::typed("publish", "ada"), |tx| tx.amend(&d.uri, d.doc.clone())).unwrap();
    assert_eq!(first(&d), Some(3), "only a save makes them anew");
    assert!(!serde_json::to_string(&d.doc).unwrap().contains("identifier"), "they are not in the document");
    s.write(Op::typed("delete", "ada"), |tx| tx.delete(&d.uri)).unwrap();
    assert_eq!(first(&d), None);
}

#[test]
fn a_relation_stands_at_both_ends_and_goes_from_both() {
    let s = with_repository();
    let accession =
        |id: &str, related: Value| json!({"title": id, "id_0": id, "related_accessions": related});
    let a = save(&s, "accession", Some(REPO), accession("A", json!([])));
    let part = json!({
        "jsonmodel_type": "accession_parts_relationship", "relator": "forms_part_of", "relator_type": "part",
        "ref": a.uri,
    });
    let b = save(&s, "accession", Some(REPO), accession("B", json!([part])));
    let related = |uri: &str| {
        let read = s.read(|r| r.expect(uri)).unwrap();
        read.doc.get("related_accessions").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let whole = related(&a.uri);
    assert_eq!((&whole[0]["ref"], &whole[0]["relator"]), (&json!(b.uri), &json!("has_part")));
    assert_eq!(version(&s, &a.uri), 1);
    // A copy from before would take it out again.
    let stale = update(&s, &a.uri, accession("A", json!([])), Expect::Lock(0));
    assert!(matches!(stale, Err(Error::Stale { found: 1, .. })));
    // Saved with it, nothing changes; without it, it is gone from both.
    update(&s, &a.uri, accession("A", whole.into()), Expect::Lock(1)).unwrap();
    assert_eq!(related(&b.uri).len(), 1);
    assert_eq!(version(&s, &b.uri), 1, "raised, as a link is");
    assert!(update(&s, &b.uri, accession("B", json!([part])), Expect::Lock(0)).is_ok());
    let (_, op) = s
        .write(Op::typed("save", "ada"), |tx| tx.update(&a.uri, doc(accession("A", json!([]))), Expect::Any))
        .unwrap();
    assert_eq!(related(&b.uri).len(), 0);
    let stale = update(&s, &b.uri, accession("B", json!([part])), Expect::Lock(2));
    assert!(matches!(stale, Err(Error::Stale { .. })), "a copy that still has it");
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(op))).unwrap();
    assert_eq!((related(&a.uri).len(), related(&b.uri).len()), (1, 1), "taken back on both");
    s.write(Op::typed("delete", "ada"), |tx| tx.delete(&a.uri)).unwrap();
    assert_eq!(related(&b.uri).len(), 0);
}

#[test]
fn what_a_classification_lists_is_classified() {
    let s = with_repository();
    let a = save(&s, "accession", Some(REPO), json!({"title": "Letters", "id_0": "A1"}));
    let listing = json!({"title": "Unions", "identifier": "U", "linked_records": [{"ref": a.uri}]});
    let unions = save(&s, "classification", Some(REPO), listing);
    assert!(!unions.doc.contains_key("linked_records"));
    let read = s.read(|r| r.expect(&a.uri)).unwrap();
    assert_eq!(read.doc["classifications"], json!([{"ref": unions.uri}]));
    assert_eq!(read.lock_version, 1);
    let stale = update(&s, &a.uri, json!({"title": "Letters", "id_0": "A1"}), Expect::Lock(0));
    assert!(matches!(stale, Err(Error::Stale { .. })), "it does not know of its class");
    update(&s, &a.uri, json!({"title": "Letters", "id_0": "A1"}), Expect::Lock(1)).unwrap();
    let left = s.read(|r| r.expect(&a.uri)).unwrap().doc.get("classifications").cloned();
    assert!(left.is_none_or(|left| left == json!([])));
    let broken =
        json!({"title": "X", "identifier": "X", "linked_records": [{"ref": "/repositories/2/accessions/9"}]});
    let broken = s.write(Op::typed("save", "ada"), |tx| tx.create("classification", Some(REPO), doc(broken)));
    assert!(matches!(broken, Err(Error::Invalid(_))));
}
