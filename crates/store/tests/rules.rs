//! Rules that need other records to see, the same on a server and on a desk: each names the record in the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, doc, open, save};
use serde_json::{Value, json};
use store::{Error, Op, Role};

/// A repository, and what the rules are asked about.
struct Holding {
    s: Temporary,
    repo: String,
    other: String,
    resource: String,
    object: String,
    classification: String,
}

fn resource(id: &str, ead_id: Option<&str>) -> Value {
    json!({"title": "Papers", "id_0": id, "level": "collection", "ead_id": ead_id})
}

fn holding(role: Role) -> Holding {
    let s = open(role);
    let repository =
        |code: &str| save(&s, "repository", None, json!({"repo_code": code, "name": code})).head.uri;
    let (repo, other) = (repository("ALB"), repository("BRT"));
    let of = |kind: &str, value: Value| save(&s, kind, Some(&repo), value).head.uri;
    let resource = of("resource", resource("MS1", Some("ead1")));
    let object = of("digital_object", json!({"title": "Scans", "digital_object_id": "d1"}));
    let classification = of("classification", json!({"title": "Records", "identifier": "RG"}));
    Holding { repo, other, resource, object, classification, s }
}

fn create(h: &Holding, kind: &str, repo: &str, value: Value) -> Result<String, Error> {
    let made = h.s.write(Op::typed("save", "ada"), |tx| tx.create(kind, Some(repo), doc(value)));
    made.map(|(stored, _)| stored.head.uri)
}

/// Kind, what is there, what would repeat it, what would not, and where the problem is.
fn repeated(h: &Holding) -> Vec<(&'static str, Value, Value, Value, &'static str)> {
    let (resource_, object, classification) =
        (json!({"ref": h.resource}), json!({"ref": h.object}), json!({"ref": h.classification}));
    let component =
        |ref_id: &str| json!({"title": "a", "level": "file", "ref_id": ref_id, "resource": resource_});
    let file = |id: &str| json!({"title": "a", "component_id": id, "digital_object": object});
    let term =
        |title: &str, id: &str| json!({"title": title, "identifier": id, "classification": classification});
    let named = |name: &str, authority: Option<&str>| {
        json!({"names": [{"jsonmodel_type": "name_person", "primary_name": name, "source": "local",
            "authority_id": authority, "name_order": "direct", "sort_name_auto_generate": true}]})
    };
    let subject = |source: Option<&str>, term: &str, authority: Option<&str>| {
        json!({"source": source, "vocabulary": "/vocabularies/1", "authority_id": authority,
            "terms": [{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]})
    };
    let profile = |name: &str| json!({"name": name, "dimension_units": "inches", "extent_dimension": "width", "depth": "1", "height": "1", "width": "1"});
    vec![
        (
            "accession",
            json!({"id_0": "A", "id_2": "B"}),
            json!({"id_0": "A", "id_2": "B"}),
            json!({"id_0": "A", "id_1": "B"}),
            "/id_0",
        ),
        ("resource", resource("X", None), resource("X", None), resource("Y", None), "/id_0"),
        (
            "resource",
            resource("E1", Some("e")),
            resource("E2", Some("e")),
            resource("E3", Some("f")),
            "/ead_id",
        ),
        (
            "digital_object",
            json!({"title": "a", "digital_object_id": "x"}),
            json!({"title": "b", "digital_object_id": "x"}),
            json!({"title": "a", "digital_object_id": "y"}),
            "/digital_object_id",
        ),
        ("archival_object", component("r1"), component("r1"), component("r2"), "/ref_id"),
        ("digital_object_component", file("c1"), file("c1"), file("c2"), "/component_id"),
        ("classification_term", term("One", "1"), term("One", "2"), term("Two", "3"), "/title"),
        ("classification_term", term("Four", "4"), term("Five", "4"), term("Six", "6"), "/identifier"),
        (
            "top_container",
            json!({"indicator": "1", "barcode": "b"}),
            json!({"indicator": "2", "barcode": "b"}),
            json!({"indicator": "1"}),
            "/barcode",
        ),
        ("container_profile", profile("Box"), profile("Box"), profile("Flat"), "/name"),
        (
            "location_profile",
            json!({"name": "Shelf"}),
            json!({"name": "Shelf"}),
            json!({"name": "Rack"}),
            "/name",
        ),
        (
            "repository",
            json!({"repo_code": "c", "name": "C"}),
            json!({"repo_code": "C", "name": "D"}),
            json!({"repo_code": "d", "name": "C"}),
            "/repo_code",
        ),
        (
            "subject",
            subject(Some("aat"), "Ships", None),
            subject(Some("aat"), "Ships", None),
            subject(Some("lcsh"), "Ships", None),
            "/terms",
        ),
        (
            "subject",
            subject(Some("aat"), "Boats", None),
            subject(None, "Boats", None),
            subject(None, "Rafts", None),
            "/terms",
        ),
        (
            "subject",
            subject(Some("aat"), "Cars", Some("7")),
            subject(Some("aat"), "Carts", Some("7")),
            subject(Some("lcsh"), "Carts", Some("7")),
            "/authority_id",
        ),
        ("agent_person", named("Ada", None), named("Ada", None), named("Bea", None), "/names"),
        (
            "agent_person",
            named("Cleo", Some("n1")),
            named("Dora", Some("n1")),
            named("Dora", Some("n2")),
            "/names",
        ),
        ("custom_report_template", json!({"name": "T"}), json!({"name": "T"}), json!({"name": "U"}), "/name"),
        (
            "event",
            json!({"event_type": "accession", "refid": "e1"}),
            json!({"event_type": "audit", "refid": "e1"}),
            json!({"event_type": "accession", "refid": "e2"}),
            "/refid",
        ),
    ]
}

#[test]
fn a_value_that_is_taken_names_the_record_that_has_it() {
    for role in [Role::Server, Role::Desk] {
        let h = holding(role);
        for (kind, there, same, another, pointer) in repeated(&h) {
            let uri = create(&h, kind, &h.repo, there.clone()).unwrap();
            let refused = create(&h, kind, &h.repo, same.clone());
            let Err(Error::Invalid(problems)) = refused else { panic!("{kind} {same}: {refused:?}") };
            assert!(problems.iter().all(|problem| problem.code == "not_unique"), "{problems:?}");
            let found = problems.iter().find(|problem| problem.pointer == pointer);
            let found = found.unwrap_or_else(|| panic!("{kind} {pointer}: {problems:?}"));
            assert_eq!(found.args["uri"], *uri, "{kind}");
            let text = record::message::problem("en", found);
            assert!(text.contains(&uri), "{text}");
            create(&h, kind, &h.repo, another).unwrap_or_else(|error| panic!("{kind}: {error:?}"));
            // Saved again as it is, it does not stand in its own way.
            h.s.write(Op::typed("save", "ada"), |tx| {
                let doc = tx.expect(&uri)?.doc;
                tx.update(&uri, doc, store::Expect::Any)
            })
            .unwrap();
            if ["accession", "resource", "digital_object", "top_container"].contains(&kind) {
                create(&h, kind, &h.other, there).unwrap();
            }
        }
        assert_eq!(h.s.check(store::Repair::No).unwrap(), []);
    }
}

#[test]
fn what_is_needed_stays_and_the_refusal_names_what_needs_it() {
    for role in [Role::Server, Role::Desk] {
        let h = holding(role);
        let location = create(&h, "location", &h.repo, json!({"building": "A", "barcode": "l"})).unwrap();
        let person =
            create(&h, "agent_person", &h.repo, json!({"names": [{"primary_name": "Ada"}]})).unwrap();
        let body =
            create(&h, "agent_corporate_entity", &h.repo, json!({"names": [{"primary_name": "B"}]})).unwrap();
        let accession = create(&h, "accession", &h.repo, json!({"id_0": "A"})).unwrap();
        let place = json!([{"ref": location, "status": "current", "start_date": "2000-01-01"}]);
        let container =
            create(&h, "top_container", &h.repo, json!({"indicator": "1", "container_locations": place}))
                .unwrap();
        let assessment = json!({"records": [{"ref": accession}], "surveyed_by": [{"ref": person}], "survey_begin": "2000-01-01"});
        let assessment = create(&h, "assessment", &h.repo, assessment).unwrap();
        h.s.write(Op::typed("save", "ada"), |tx| {
            let mut doc = tx.expect(&h.other)?.doc;
            doc.insert("agent_representation".to_owned(), json!({"ref": body}));
            tx.amend(&h.other, doc)
        })
        .unwrap();
        for (uri, code, needs) in [
            (&location, "linked_to_container", &container),
            (&person, "linked_to_assessment", &assessment),
            (&accession, "linked_to_assessment", &assessment),
            (&body, "linked_to_repository", &h.other),
        ] {
            let refused = h.s.write(Op::typed("delete", "ada"), |tx| tx.delete(uri));
            let Err(Error::Refused { code: found, args }) = refused else { panic!("{uri}: {refused:?}") };
            assert_eq!((found, &args["other"]), (code, &json!(needs)), "{uri}");
            assert!(record::message::error("en", found, &args).contains(needs.as_str()));
        }
        let refused = h.s.write(Op::typed("delete", "ada"), |tx| tx.delete(&h.repo));
        assert!(matches!(refused, Err(Error::Refused { code: "repository_not_empty", .. })));
    }
}

#[test]
fn references_go_to_records_that_are_there_and_may_be_meant() {
    let h = holding(Role::Server);
    let shelf = create(&h, "location", &h.repo, json!({"building": "A", "barcode": "l"})).unwrap();
    let loan = create(&h, "location", &h.repo, json!({"building": "B", "barcode": "m", "temporary": "loan"}))
        .unwrap();
    let far = create(&h, "accession", &h.other, json!({"id_0": "F"})).unwrap();
    let former = |uri: &str| json!({"indicator": "1", "container_locations": [{"ref": uri, "status": "previous", "start_date": "2000-01-01", "end_date": "2001-01-01"}]});
    let related = |uri: &str| json!({"id_0": "R", "related_accessions": [{"jsonmodel_type": "accession_parts_relationship", "relator": "has_part", "ref": uri}]});
    for (kind, value, code, pointer) in [
        ("top_container", former(&shelf), "place_not_temporary", "/container_locations/0/status"),
        ("accession", related(&far), "other_repository", "/related_accessions/0/ref"),
        (
            "accession",
            related("/repositories/2/accessions/99"),
            "no_such_record",
            "/related_accessions/0/ref",
        ),
    ] {
        let refused = create(&h, kind, &h.repo, value);
        let Err(Error::Invalid(problems)) = refused else { panic!("{code}: {refused:?}") };
        assert_eq!((problems[0].code.as_ref(), problems[0].pointer.as_str()), (code, pointer));
        assert!(record::message::problem("en", &problems[0]).contains("/"), "{problems:?}");
    }
    create(&h, "top_container", &h.repo, former(&loan)).unwrap();
    let own = create(&h, "accession", &h.repo, json!({"id_0": "S"})).unwrap();
    let refused =
        h.s.write(Op::typed("save", "ada"), |tx| tx.update(&own, doc(related(&own)), store::Expect::Any));
    assert!(matches!(refused, Err(Error::Invalid(problems)) if problems[0].code == "self_reference"));
}

#[test]
fn a_container_or_object_that_goes_takes_its_instances_along() {
    let h = holding(Role::Server);
    let container = create(&h, "top_container", &h.repo, json!({"indicator": "1"})).unwrap();
    let keep = create(&h, "top_container", &h.repo, json!({"indicator": "2"})).unwrap();
    let boxed =
        |uri: &str| json!({"instance_type": "text", "sub_container": {"top_container": {"ref": uri}}});
    let scanned = json!({"instance_type": "digital_object", "digital_object": {"ref": h.object}});
    let value = json!({"id_0": "A", "instances": [boxed(&container), scanned, boxed(&keep)]});
    let accession = create(&h, "accession", &h.repo, value).unwrap();
    for uri in [&container, &h.object] {
        h.s.write(Op::typed("delete", "ada"), |tx| tx.delete(uri)).unwrap();
    }
    let left = h.s.read(|r| r.expect(&accession)).unwrap().doc["instances"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["sub_container"]["top_container"]["ref"], *keep);
}

#[test]
fn siblings_stay_unlike_when_a_term_moves() {
    let h = holding(Role::Server);
    let below = |title: &str, parent: Option<&str>| {
        let mut value =
            json!({"title": title, "identifier": title, "classification": {"ref": h.classification}});
        if let Some(parent) = parent {
            value["parent"] = json!({"ref": parent});
        }
        create(&h, "classification_term", &h.repo, value).unwrap()
    };
    let (one, two) = (below("One", None), below("Two", None));
    let inner = below("Two", Some(&one));
    let refused = h.s.write(Op::typed("move", "ada"), |tx| {
        tx.move_nodes(&h.classification, None, std::slice::from_ref(&inner), 0)
    });
    let Err(Error::Invalid(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].args["uri"], *two);
    let refused = h.s.write(Op::typed("move", "ada"), |tx| {
        tx.move_nodes(&h.classification, Some(&inner), std::slice::from_ref(&one), 0)
    });
    assert!(matches!(refused, Err(Error::Refused { code: "cycle", .. })), "{refused:?}");
}

#[test]
fn agents_are_the_same_by_what_the_rule_asks_and_by_nothing_else() {
    let date = |kind: &str, single: Value| json!({"date_label": "existence", "date_type_structured": kind, "structured_date_single": single});
    let contact = |name: &str, more: Value| {
        let mut contact = json!({"name": name});
        contact.as_object_mut().unwrap().extend(doc(more));
        contact
    };
    let note = |text: &str, publish: bool| {
        json!({"jsonmodel_type": "note_bioghist", "publish": publish, "persistent_id": format!("{text}{publish}"),
            "subnotes": [{"jsonmodel_type": "note_text", "content": text}]})
    };
    let base = json!({
        "names": [{"primary_name": "Ada", "authorized": true, "rules": "dacs"}, {"primary_name": "A. L."}],
        "dates_of_existence": [date("single", json!({"date_expression": "1815"}))],
        "agent_contacts": [contact("Home", json!({"address_3": "x"})), contact("Work", json!({}))],
        "external_documents": [{"title": "a", "location": "b"}],
        "notes": [note("one", true), note("two", true)],
    });
    for (what, pointer, value, same) in [
        ("another form of the name", "/names/1/primary_name", json!("A."), true),
        ("the name", "/names/0/primary_name", json!("Bea"), false),
        ("a title of the name", "/names/0/title", json!("Countess"), false),
        ("rules of the name", "/names/0/rules", json!("aacr"), false),
        ("where the name is used", "/names/0/location", json!("London"), true),
        ("an identifier", "/names/0/authority_id", json!("n1"), true),
        ("dates of use", "/names/0/use_dates", json!([date("single", json!({}))]), false),
        (
            "when she lived",
            "/dates_of_existence/0/structured_date_single/date_expression",
            json!("1816"),
            true,
        ),
        ("the sort of the date", "/dates_of_existence/0/date_type_structured", json!("range"), false),
        ("a third line of an address", "/agent_contacts/0/address_3", json!("y"), false),
        ("a note on a contact", "/agent_contacts/1/email_signature", json!("y"), false),
        ("a fax", "/agent_contacts/1/fax", json!("7"), true),
        ("who has a document", "/external_documents/0/publish", json!(true), true),
        ("where a document is", "/external_documents/0/location", json!("c"), false),
        ("a note", "/notes/0/subnotes/0/content", json!("three"), false),
        ("whether a note is published", "/notes/0/publish", json!(false), true),
        ("a key of a note", "/notes/0/persistent_id", json!("k"), true),
        (
            "the order of contacts",
            "/agent_contacts",
            json!([base["agent_contacts"][1], base["agent_contacts"][0]]),
            true,
        ),
        ("the order of notes", "/notes", json!([base["notes"][1], base["notes"][0]]), true),
    ] {
        let h = holding(Role::Server);
        create(&h, "agent_person", &h.repo, base.clone()).unwrap();
        let mut other = base.clone();
        let (above, name) = pointer.rsplit_once('/').unwrap();
        match other.pointer_mut(pointer) {
            Some(there) => *there = value,
            None => other.pointer_mut(above).unwrap()[name] = value,
        }
        let made = create(&h, "agent_person", &h.repo, other);
        let refused = matches!(&made, Err(Error::Invalid(problems)) if problems.iter().all(|p| p.args["rule"] == "agent"));
        assert_eq!((made.is_err(), refused), (same, same), "{what}: {made:?}");
    }
}

#[test]
fn an_import_finds_what_is_here_already() {
    let h = holding(Role::Desk);
    let person = |name: &str, ids: &[Option<&str>]| {
        let names = ids.iter().enumerate().map(|(at, id)| {
            json!({"primary_name": format!("{name}{at}"), "source": "naf", "authority_id": id, "authorized": at == 0})
        });
        json!({"names": names.collect::<Vec<_>>()})
    };
    let subject = |source: Option<&str>, term: &str, authority: Option<&str>| {
        json!({"source": source, "vocabulary": "/vocabularies/1", "authority_id": authority,
            "terms": [{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]})
    };
    let ada = create(&h, "agent_person", &h.repo, person("Ada", &[Some("n1"), Some("n2")])).unwrap();
    let bea = create(&h, "agent_person", &h.repo, person("Bea", &[None])).unwrap();
    let ships = create(&h, "subject", &h.repo, subject(Some("lcsh"), "Ships", Some("s1"))).unwrap();
    let boats = create(&h, "subject", &h.repo, subject(Some("lcsh"), "Boats", None)).unwrap();
    for (kind, value, found) in [
        ("agent_person", person("Somebody", &[Some("n1")]), Some(&ada)),
        ("agent_person", person("Ada", &[Some("n1"), Some("n2")]), Some(&ada)),
        ("agent_person", person("Bea", &[None]), Some(&bea)),
        ("agent_person", person("Bea", &[None, Some("n1")]), Some(&bea)),
        ("agent_person", person("Cleo", &[Some("n3"), Some("n1")]), None),
        ("agent_family", json!({"names": [{"family_name": "Ada", "authority_id": "n1"}]}), None),
        ("subject", subject(Some("lcsh"), "Ships", None), Some(&ships)),
        ("subject", subject(Some("lcsh"), "Vessels", Some("s1")), Some(&ships)),
        ("subject", subject(Some("lcsh"), "Boats", Some("s1")), Some(&boats)),
        ("subject", subject(None, "Boats", None), Some(&boats)),
        ("subject", subject(Some("aat"), "Boats", Some("s1")), None),
    ] {
        let record = record::Record::from_value(kind, value.clone()).unwrap();
        let twin = h.s.read(|r| r.twin(&record, Some(&h.repo))).unwrap();
        assert_eq!(twin.as_ref(), found, "{kind} {value}");
    }
}

#[test]
fn agents_of_users_may_be_called_the_same() {
    let h = holding(Role::Server);
    let user = |name: &str| json!({"names": [{"primary_name": "Ada"}], "is_user": name});
    let first = create(&h, "agent_person", &h.repo, user("ada")).unwrap();
    create(&h, "agent_person", &h.repo, user("bea")).unwrap();
    create(&h, "agent_person", &h.repo, json!({"names": [{"primary_name": "Ada"}]})).unwrap();
    // What a client sends does not say so, and the next save is of the same agent.
    let sent = doc(json!({"names": [{"primary_name": "Ada"}]}));
    h.s.write(Op::typed("save", "ada"), |tx| tx.update(&first, sent, store::Expect::Any)).unwrap();
    assert_eq!(h.s.check(store::Repair::No).unwrap(), []);
}
