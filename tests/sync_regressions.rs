//! Faults that simulated worlds found, each as the shortest history that shows it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use desk::rest::{Client, Options, Session};
use e2e::PASSWORD;
use e2e::office::{Office, Seat, accession, component, resource};
use record::api::command::Side;
use serde_json::{Value, json};

/// Two desks and a repository that both have.
fn two() -> (Office, Seat, Seat, String) {
    at(Office::open())
}

fn at(office: Office) -> (Office, Seat, Seat, String) {
    let (ada, ben) = (office.desk(), office.desk());
    let local = ada.repository("ALB");
    ada.sync();
    ben.sync();
    let repo = ada.now(&local);
    (office, ada, ben, repo)
}

/// One more repository, on the server and at one desk.
fn another(ada: &Seat) -> String {
    let local = ada.repository("BOR");
    ada.sync();
    ada.now(&local)
}

fn shared(ada: &Seat, ben: &Seat, kind: &str, repo: Option<&str>, doc: Value) -> String {
    let local = ada.create(kind, repo, doc);
    ada.sync();
    ben.sync();
    ada.now(&local)
}

#[test]
fn a_deleted_tree_does_not_take_along_what_others_put_into_it_since() {
    let (_office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let local = ada.create("archival_object", Some(&repo), component(&root, None, "New"));
    ada.sync();
    ben.delete(&root);
    ben.sync();
    let conflicts = ben.conflicts();
    assert_eq!(conflicts.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["deleted"]);
    ada.sync();
    assert!(ada.has(&root) && ada.has(&ada.now(&local)));
    // Whoever has seen it may delete it.
    ben.resolve(&root, Side::Mine);
    ben.sync();
    ada.sync();
    assert!(!ada.has(&root));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn a_refused_deletion_leaves_the_links_to_the_record() {
    let (_office, ada, ben, repo) = two();
    // The administrator's agent: as long as he is a user it cannot go.
    let agent = "/agents/people/1";
    let mut doc = accession("2020.1", "Letters");
    doc["linked_agents"] = json!([{"role": "source", "ref": agent}]);
    let uri = shared(&ada, &ben, "accession", Some(&repo), doc);
    ben.delete(agent);
    ben.sync();
    assert!(ben.has(agent));
    ben.edit(&uri, json!({"title": "Letters home"}));
    ben.sync();
    ada.sync();
    assert_eq!(ada.field(&uri, "linked_agents")[0]["ref"], agent);
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_is_hidden_for_a_while_keeps_its_links_and_its_edits() {
    let (office, ada, _, repo) = two();
    let ben = office.clerk(&[&repo]);
    let uri = shared(&ada, &ben, "accession", Some(&repo), accession("2020.1", "Letters"));
    let event = json!({"event_type": "processed", "timestamp": "2026-01-05T09:00:00Z",
        "linked_agents": [{"role": "implementer", "ref": "/agents/people/1"}],
        "linked_records": [{"role": "source", "ref": uri}]});
    let event = shared(&ada, &ben, "event", Some(&repo), event);
    ben.edit(&uri, json!({"title": "Letters home"}));
    office.act(&format!("{uri}/suppressed"), &[("suppressed", "true")]);
    assert_eq!(ben.sync().conflicts, 1);
    office.act(&format!("{uri}/suppressed"), &[("suppressed", "false")]);
    assert_eq!(ben.sync().conflicts, 0);
    ada.sync();
    assert_eq!(ada.field(&uri, "title"), "Letters home");
    for seat in [&ada, &ben] {
        assert_eq!(seat.field(&event, "linked_records")[0]["ref"], uri);
    }
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn an_edit_goes_along_to_another_repository() {
    an_edit_goes_along(Office::open());
}

#[test]
fn an_edit_goes_along_to_another_repository_of_an_archivesspace() {
    an_edit_goes_along(Office::stock());
}

fn an_edit_goes_along(office: Office) {
    let (office, ada, ben, repo) = at(office);
    let other = another(&ada);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    ben.edit(&root, json!({"title": "Papers of Albion"}));
    let file = ben.create("archival_object", Some(&repo), component(&root, None, "New"));
    office.act(&format!("{root}/transfer"), &[("target_repo", &other)]);
    assert_eq!(ben.sync().conflicts, 0);
    ada.sync();
    let there = root.replace(&repo, &other);
    assert_eq!(ada.field(&there, "title"), "Papers of Albion");
    assert!(ben.now(&file).starts_with(&other));
    assert_eq!((ben.outbox(), ada.everything()), (0, ben.everything()));
}

#[test]
fn what_was_moved_below_a_node_that_went_away_stays() {
    let (_office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let above = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Goes"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Stays"));
    ben.place(&root, Some(&above), &node, 0);
    ada.delete(&above);
    ada.sync();
    ben.sync();
    assert_eq!(ben.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["gone"]);
    ben.resolve(&above, Side::Theirs);
    assert!(ben.has(&node) && !ben.has(&above));
    ben.sync();
    ada.sync();
    assert_eq!(ada.everything(), ben.everything());
}

/// An accession whose creation was carried out as `title` and not answered; its address here and there.
fn unanswered(office: &Office, ada: &Seat, repo: &str, title: &str) -> (String, String) {
    let local = ada.create("accession", Some(repo), accession("1.1", title));
    let stored = ada.desk.store().read(|r| r.get(&local)).unwrap().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = Session::with_password("admin", PASSWORD);
    let client = Client::new(&office.address, session, Options::default()).unwrap();
    let key = local.rsplit("local_").next().unwrap();
    let body = Value::Object(stored.doc.clone());
    let made = runtime.block_on(async {
        client.flavour().await.unwrap();
        client.create(&format!("{repo}/accessions"), &body, key).await.unwrap()
    });
    let mark = json!({"uri": local, "kind": "accession", "documents": [body]}).to_string();
    let store = ada.desk.store();
    store
        .write(store::Op::typed("push", "ada"), |tx| tx.set_cursor(&format!("sent:{}", stored.id), &mark))
        .unwrap();
    (local, made.uri.unwrap())
}

#[test]
fn what_was_typed_after_a_creation_without_an_answer_is_sent() {
    let (office, ada, ben, repo) = two();
    let (local, there) = unanswered(&office, &ada, &repo, "Before");
    ada.edit(&local, json!({"title": "After", "inventory": "None"}));
    ada.sync();
    ben.sync();
    assert_eq!((ada.now(&local), ben.field(&there, "title")), (there, json!("After")));
    assert_eq!((ada.everything(), ada.outbox()), (ben.everything(), 0));
}

#[test]
fn what_went_to_another_repository_before_its_creation_had_an_answer_is_there_once() {
    let (office, ada, ben, repo) = two();
    let other = another(&ada);
    let (local, there) = unanswered(&office, &ada, &repo, "Before");
    office.act(&format!("{there}/transfer"), &[("target_repo", &other)]);
    ada.edit(&local, json!({"title": "After"}));
    ada.sync();
    ben.sync();
    let away = there.replace(&repo, &other);
    assert_eq!((ada.now(&local), ben.field(&away, "title")), (away, json!("After")));
    assert_eq!((ada.everything(), ada.outbox(), ada.conflicts().len()), (ben.everything(), 0, 0));
}

#[test]
fn what_others_wrote_into_it_meanwhile_is_joined() {
    let (office, ada, ben, repo) = two();
    let (local, there) = unanswered(&office, &ada, &repo, "Before");
    ben.sync();
    ben.edit(&there, json!({"inventory": "Ben's"}));
    ben.sync();
    ada.edit(&local, json!({"title": "After"}));
    ada.sync();
    ben.sync();
    assert_eq!(
        (ben.field(&there, "title"), ada.field(&there, "inventory")),
        (json!("After"), json!("Ben's"))
    );
    assert_eq!((ada.everything(), ada.conflicts().len()), (ben.everything(), 0));
}

#[test]
fn what_is_deleted_before_its_creation_has_an_answer_goes_there_too() {
    let (office, ada, ben, repo) = two();
    let (local, there) = unanswered(&office, &ada, &repo, "Before");
    ada.delete(&local);
    ada.sync();
    ben.sync();
    assert!(!ben.has(&there) && !ada.has(&there));
    assert_eq!((ada.everything(), ada.outbox()), (ben.everything(), 0));
}

#[test]
fn what_was_to_be_made_again_is_found_when_it_is_shown_again() {
    let (office, ada, ben, repo) = two();
    let uri = shared(&ada, &ben, "accession", Some(&repo), accession("1.1", "Letters"));
    let cleo = office.clerk(&[&repo]);
    office.act(&format!("{uri}/suppressed"), &[("suppressed", "true")]);
    cleo.edit(&uri, json!({"inventory": "Cleo's"}));
    cleo.sync();
    assert_eq!(cleo.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["gone"]);
    cleo.resolve(&uri, Side::Mine);
    // The number is taken, by what she is not shown.
    cleo.sync();
    assert_eq!(cleo.outbox(), 1);
    office.act(&format!("{uri}/suppressed"), &[("suppressed", "false")]);
    cleo.sync();
    for conflict in cleo.conflicts() {
        cleo.resolve(&conflict.uri, Side::Mine);
    }
    cleo.sync();
    ada.sync();
    assert_eq!((cleo.now(&uri), ada.field(&uri, "inventory")), (uri, json!("Cleo's")));
    assert_eq!((ada.everything(), cleo.outbox()), (cleo.everything(), 0));
}

#[test]
fn a_question_about_what_was_hidden_ends_when_it_is_shown_again() {
    let (office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let above = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Above"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Node"));
    let cleo = office.clerk(&[&repo]);
    office.act(&format!("{above}/suppressed"), &[("suppressed", "true")]);
    // Nothing was done to it here, only below it.
    cleo.place(&root, Some(&above), &node, 0);
    cleo.sync();
    assert_eq!(
        cleo.conflicts().into_iter().map(|one| one.uri).collect::<Vec<_>>(),
        std::slice::from_ref(&above)
    );
    office.act(&format!("{above}/suppressed"), &[("suppressed", "false")]);
    cleo.sync();
    assert!(cleo.conflicts().is_empty());
    cleo.sync();
    ada.sync();
    assert!(ada.has(&above));
    assert_eq!((ada.everything(), cleo.outbox()), (cleo.everything(), 0));
}

#[test]
fn what_others_wrote_into_a_record_that_a_deletion_had_taken_a_link_from_stays() {
    let (office, ada, ben, repo) = two();
    let container =
        shared(&ada, &ben, "top_container", Some(&repo), json!({"indicator": "1", "type": "box"}));
    let mut inside = accession("1.1", "Letters");
    inside["instances"] = json!([{"jsonmodel_type": "instance", "instance_type": "mixed_materials",
        "sub_container": {"jsonmodel_type": "sub_container", "top_container": {"ref": container}}}]);
    let uri = shared(&ada, &ben, "accession", Some(&repo), inside);
    ben.delete(&container);
    // Both in one page of the feed: the record first, then what calls the deletion off.
    ada.edit(&uri, json!({"title": "Ada's"}));
    ada.sync();
    ada.edit(&container, json!({"indicator": "2"}));
    ada.sync();
    ben.sync();
    assert_eq!(ben.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["deleted"]);
    assert_eq!((ben.field(&uri, "title"), ben.outbox()), (json!("Ada's"), 0));
    ben.resolve(&container, Side::Theirs);
    ben.sync();
    ada.sync();
    assert_eq!(ada.field(&uri, "title"), "Ada's");
    assert_eq!(ada.everything(), ben.everything());
    drop(office);
}

#[test]
fn what_others_linked_to_since_is_not_deleted_unasked() {
    let (_office, ada, ben, repo) = two();
    let container = json!({"indicator": "1", "type": "box"});
    let container = shared(&ada, &ben, "top_container", Some(&repo), container);
    let folder = |name: &str| {
        json!({"jsonmodel_type": "instance", "instance_type": "mixed_materials", "sub_container":
            {"jsonmodel_type": "sub_container", "top_container": {"ref": container}, "type_2": "folder", "indicator_2": name}})
    };
    let mut inside = accession("1.1", "Letters");
    inside["instances"] = json!([folder("1")]);
    let uri = shared(&ada, &ben, "accession", Some(&repo), inside);
    // Ben sees one folder in the box and deletes it; a second one was put into it meanwhile.
    ada.edit(&uri, json!({"instances": [folder("1"), folder("2")]}));
    ada.sync();
    ben.delete(&container);
    ben.sync();
    assert_eq!(ben.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["deleted"]);
    assert_eq!(ben.field(&uri, "instances").as_array().map(Vec::len), Some(2));
    // Whoever has seen it may delete it.
    ben.resolve(&container, Side::Mine);
    ben.sync();
    ada.sync();
    assert!(!ada.has(&container));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn a_deletion_of_what_changed_on_the_way_is_refused() {
    let (office, ada, ben, repo) = two();
    let subject = json!({"source": "local", "vocabulary": "/vocabularies/1", "terms":
        [{"jsonmodel_type": "term", "term": "Mills", "term_type": "topical", "vocabulary": "/vocabularies/1"}]});
    let subject = shared(&ada, &ben, "subject", None, subject);
    let uri = shared(&ada, &ben, "accession", Some(&repo), accession("1.1", "Letters"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = Session::with_password("admin", PASSWORD);
    let client = Client::new(&office.address, session, Options::default()).unwrap();
    let far = |seat: &Seat| -> i64 {
        seat.desk.store().read(|r| r.cursor("feed")).unwrap().unwrap().parse().unwrap()
    };
    let seen = far(&ben);
    ada.edit(&uri, json!({"subjects": [{"ref": subject}]}));
    ada.sync();
    let refused = runtime.block_on(client.delete(&subject, Some(seen))).unwrap_err();
    assert!(matches!(refused, desk::rest::Error::Conflict { kind: desk::rest::ConflictKind::Stale, .. }));
    ben.sync();
    runtime.block_on(client.delete(&subject, Some(far(&ben)))).unwrap();
    ben.sync();
    assert_eq!(ben.field(&uri, "subjects"), json!([]));
}

#[test]
fn a_node_below_one_that_is_hidden_hangs_in_its_tree() {
    let (office, ada, _, repo) = two();
    let ben = office.clerk(&[&repo]);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let above = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Series"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, Some(&above), "File"));
    let nodes = || {
        let nodes = ben.desk.store().read(|r| r.nodes_in_order(&root)).unwrap();
        nodes.into_iter().map(|(head, depth)| (head.uri, depth)).collect::<Vec<_>>()
    };
    let whole = [(above.clone(), 1), (node.clone(), 2)];
    assert_eq!(nodes(), whole);
    office.act(&format!("{above}/suppressed"), &[("suppressed", "true")]);
    ben.sync();
    assert_eq!(nodes(), []);
    office.act(&format!("{node}/suppressed"), &[("suppressed", "false")]);
    ben.sync();
    assert!(ben.has(&node) && !ben.has(&above));
    assert_eq!(nodes(), whole);
    // What stands for the hidden one cannot be moved, and goes with the last node below it.
    assert_eq!(ben.try_place(&root, None, &above, 0), Err("not_found".to_owned()));
    office.act(&format!("{node}/suppressed"), &[("suppressed", "true")]);
    ben.sync();
    assert_eq!(nodes(), []);
    office.act(&format!("{node}/suppressed"), &[("suppressed", "false")]);
    office.act(&format!("{above}/suppressed"), &[("suppressed", "false")]);
    ben.sync();
    ada.sync();
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn a_tree_with_a_hidden_node_goes_as_a_whole() {
    let (office, ada, _, repo) = two();
    let ben = office.clerk(&[&repo]);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let above = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Series"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, Some(&above), "File"));
    office.act(&format!("{above}/suppressed"), &[("suppressed", "true")]);
    office.act(&format!("{node}/suppressed"), &[("suppressed", "false")]);
    ben.sync();
    assert!(ben.has(&node));
    ada.delete(&root);
    ada.sync();
    ben.sync();
    assert!(!ben.has(&root) && !ben.has(&node));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn an_update_without_an_answer_is_known_when_others_wrote_over_it() {
    let (office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let note = |text: &str| {
        json!({"jsonmodel_type": "note_multipart", "type": "scopecontent",
            "subnotes": [{"jsonmodel_type": "note_text", "content": text}]})
    };
    ada.edit(&root, json!({"notes": [note("Ada's")]}));
    // It is sent, and its answer is lost.
    let stored = ada.desk.store().read(|r| r.get(&root)).unwrap().unwrap();
    let mut body = stored.doc.clone();
    body.insert("lock_version".to_owned(), json!(stored.lock_version));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = Session::with_password("admin", PASSWORD);
    let client = Client::new(&office.address, session, Options::default()).unwrap();
    runtime.block_on(client.update(&root, &Value::Object(body), "key")).unwrap();
    let mark = json!({"uri": root, "kind": "resource", "documents": [stored.doc], "key": "key",
        "lock_version": stored.lock_version})
    .to_string();
    let store = ada.desk.store();
    store
        .write(store::Op::typed("push", "ada"), |tx| tx.set_cursor(&format!("sent:{}", stored.id), &mark))
        .unwrap();
    ben.sync();
    let mut notes = ben.field(&root, "notes");
    notes[0]["subnotes"][0]["content"] = json!("Ben's");
    ben.edit(&root, json!({"notes": notes}));
    ben.sync();
    ada.sync();
    let texts: Vec<Value> = ada
        .field(&root, "notes")
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["subnotes"][0]["content"].clone())
        .collect();
    assert_eq!(texts, ["Ben's"]);
    ben.sync();
    assert_eq!((ada.everything(), ada.outbox()), (ben.everything(), 0));
}

#[test]
fn what_went_to_another_repository_and_came_back_is_the_same() {
    let (office, ada, ben, repo) = two();
    let other = another(&ada);
    let scans = json!({"digital_object_id": "D1", "title": "Scans"});
    let object = shared(&ada, &ben, "digital_object", Some(&repo), scans);
    office.act(&format!("{object}/transfer"), &[("target_repo", &other)]);
    ben.sync();
    let away = object.replace(&repo, &other);
    let page = ben.create(
        "digital_object_component",
        Some(&other),
        json!({"title": "Page", "digital_object": {"ref": away}}),
    );
    ada.sync();
    ada.edit(&away, json!({"title": "Ada's"}));
    ada.sync();
    office.act(&format!("{away}/transfer"), &[("target_repo", &repo)]);
    assert_eq!(ben.sync().conflicts, 0);
    ada.sync();
    assert_eq!((ben.field(&object, "title"), ben.outbox()), (json!("Ada's"), 0));
    assert!(ben.now(&page).starts_with(&repo));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_was_moved_out_of_what_is_gone_is_not_dropped_with_it() {
    let (office, ada, ben, repo) = at(Office::stock());
    let roots = ["R1", "R2"].map(|id| shared(&ada, &ben, "resource", Some(&repo), resource(id, "Papers")));
    let node = |parent: Option<&str>, title: &str| {
        shared(&ada, &ben, "archival_object", Some(&repo), component(&roots[0], parent, title))
    };
    let above = node(None, "Goes");
    let (here, elsewhere) = (node(Some(&above), "Stays"), node(Some(&above), "Goes to another collection"));
    office.act(&format!("{}/accept_children", roots[0]), &[("children[]", &here), ("position", "0")]);
    office.act(
        &format!("{repo}/component_transfers"),
        &[("target_resource", &roots[1]), ("component", &elsewhere)],
    );
    ada.sync();
    ada.delete(&above);
    ada.sync();
    ben.edit(&here, json!({"title": "Ben's"}));
    assert_eq!(ben.sync().conflicts, 0);
    assert!(ben.has(&here) && ben.has(&elsewhere) && !ben.has(&above));
    ada.sync();
    assert_eq!(ada.field(&here, "title"), "Ben's");
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_went_to_another_repository_unseen_takes_its_edits_along() {
    let (office, ada, _, repo) = two();
    let other = another(&ada);
    let ben = office.clerk(&[&repo, &other]);
    let uri = shared(&ada, &ben, "accession", Some(&repo), accession("2020.1", "Letters"));
    ben.edit(&uri, json!({"title": "Letters home"}));
    // He is not told of what goes on in a repository while it is closed to him.
    office.employ(&repo, None);
    office.act(&format!("{uri}/transfer"), &[("target_repo", &other)]);
    ben.sync();
    office.employ(&repo, Some("repository-archivists"));
    assert_eq!(ben.sync().conflicts, 0);
    ada.sync();
    let there = uri.replace(&repo, &other);
    assert_eq!((ada.field(&there, "title"), ben.outbox()), (json!("Letters home"), 0));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_was_made_below_what_went_to_another_repository_unseen_goes_along() {
    let (office, ada, _, repo) = two();
    let other = another(&ada);
    let ben = office.clerk(&[&repo, &other]);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let series = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Series"));
    let file = ben.create("archival_object", Some(&repo), component(&root, Some(&series), "New"));
    let part = ben.create("archival_object", Some(&repo), component(&root, Some(&file), "Part of it"));
    office.employ(&repo, None);
    ben.sync();
    office.act(&format!("{root}/transfer"), &[("target_repo", &other)]);
    ben.sync();
    ben.sync();
    ada.sync();
    assert_eq!(ben.outbox(), 0);
    assert!([file, part].iter().all(|made| ben.now(made).starts_with(&other)));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn an_undo_after_a_transfer_links_to_where_things_are() {
    let (office, ada, ben, repo) = two();
    let other = another(&ada);
    let container =
        shared(&ada, &ben, "top_container", Some(&repo), json!({"indicator": "1", "type": "box"}));
    let mut doc = resource("R1", "Papers");
    doc["instances"] = json!([{"instance_type": "mixed_materials",
        "sub_container": {"top_container": {"ref": container}}}]);
    let root = shared(&ada, &ben, "resource", Some(&repo), doc);
    ben.edit(&root, json!({"repository_processing_note": "looked through"}));
    office.act(&format!("{root}/transfer"), &[("target_repo", &other)]);
    ben.sync();
    ben.undo();
    ben.sync();
    assert_eq!(ben.outbox(), 0);
    ada.sync();
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_was_hidden_and_made_again_joins_what_it_began_from() {
    let (office, ada, ben, repo) = two();
    let mut doc = accession("1.1", "Letters");
    doc["inventory"] = json!("Ada's");
    let uri = shared(&ada, &ben, "accession", Some(&repo), doc);
    let cleo = office.clerk(&[&repo]);
    cleo.edit(&uri, json!({"inventory": null}));
    office.act(&format!("{uri}/suppressed"), &[("suppressed", "true")]);
    cleo.sync();
    cleo.resolve(&uri, Side::Mine);
    office.act(&format!("{uri}/suppressed"), &[("suppressed", "false")]);
    assert_eq!(cleo.sync().conflicts, 0);
    ada.sync();
    assert_eq!((ada.field(&uri, "inventory"), cleo.outbox()), (Value::Null, 0));
    assert_eq!(ada.everything(), cleo.everything());
}

#[test]
fn the_whole_of_a_tree_that_is_asked_about_is_the_servers() {
    let (_office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let above = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Series"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, Some(&above), "File"));
    ben.edit(&above, json!({"publish": true}));
    ben.delete(&above);
    ada.edit(&node, json!({"title": "File A"}));
    ada.sync();
    ben.sync();
    for conflict in ben.conflicts() {
        ben.resolve(&conflict.uri, Side::Theirs);
    }
    ben.sync();
    assert_eq!((ben.outbox(), ada.everything()), (0, ben.everything()));
}

#[test]
fn a_node_that_cannot_stay_where_it_was_put_is_told_of() {
    told_of_a_circle(Office::open());
}

#[test]
fn it_is_told_of_where_an_archivesspace_orders_the_siblings() {
    told_of_a_circle(Office::stock());
}

fn told_of_a_circle(office: Office) {
    let (_office, ada, ben, repo) = at(office);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let one = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "One"));
    let two = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Two"));
    ben.place(&root, Some(&two), &one, 0);
    ada.place(&root, Some(&one), &two, 0);
    ada.sync();
    let told = ben.sync().problems;
    let told: Vec<_> = told.iter().map(|one| (one.uri.as_str(), one.code.as_str())).collect();
    assert_eq!(told, [(one.as_str(), "parked")]);
    assert_eq!(ben.sync().problems.len(), 0);
    ada.sync();
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_two_made_again_is_there_twice_and_refused_to_nobody() {
    let (office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "File"));
    let cleo = office.desk();
    cleo.sync();
    ada.delete(&node);
    ada.sync();
    for (seat, title) in [(&ben, "Ben's"), (&cleo, "Cleo's")] {
        seat.edit(&node, json!({"title": title}));
        seat.sync();
        seat.resolve(&node, Side::Mine);
    }
    for seat in [&ben, &cleo, &ada, &ben] {
        seat.sync();
        assert_eq!(seat.outbox(), 0);
    }
    assert_eq!((ada.everything(), ben.everything()), (ben.everything(), cleo.everything()));
}

#[test]
fn what_is_made_again_beside_the_same_of_somebody_else_is_refused_to_nobody() {
    let (_office, ada, ben, repo) = two();
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "File"));
    ada.delete(&node);
    ada.sync();
    ada.undo();
    ada.sync();
    ben.edit(&node, json!({"title": "Ben's"}));
    ben.sync();
    ben.resolve(&node, Side::Mine);
    ben.sync();
    ada.sync();
    ben.sync();
    assert_eq!((ben.outbox(), ada.everything()), (0, ben.everything()));
}

#[test]
fn what_was_not_sent_follows_a_merge() {
    let (office, ada, ben, repo) = two();
    let box_of = |indicator: &str| json!({"indicator": indicator, "type": "box"});
    let [from, into] = ["1", "2"].map(|one| shared(&ada, &ben, "top_container", Some(&repo), box_of(one)));
    let mut doc = accession("1.1", "Letters");
    doc["instances"] = json!([{"instance_type": "mixed_materials",
        "sub_container": {"top_container": {"ref": from}}}]);
    let local = ben.create("accession", Some(&repo), doc);
    let number = repo.rsplit('/').next().unwrap();
    let request = json!({"uri": "merge_requests/top_container", "merge_destination": {"ref": into},
        "merge_candidates": [{"ref": from}]});
    office.post("/merge_requests/top_container", &[("repo_id", number)], &request);
    ben.sync();
    ben.sync();
    let link = ben.field(&ben.now(&local), "instances")[0]["sub_container"]["top_container"]["ref"].clone();
    assert_eq!((link, ben.outbox()), (json!(into), 0));
}

#[test]
fn a_deletion_taken_back_after_a_transfer_makes_nothing_twice() {
    let (office, ada, ben, repo) = two();
    let other = another(&ada);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "File"));
    ben.delete(&node);
    office.act(&format!("{root}/transfer"), &[("target_repo", &other)]);
    ben.sync();
    ben.undo();
    ben.sync();
    ada.sync();
    assert_eq!((ben.outbox(), ada.everything()), (0, ben.everything()));
    assert!(ada.has(&node.replace(&repo, &other)));
}

#[test]
fn what_was_moved_below_what_is_deleted_here_is_not_deleted_with_it_unasked() {
    let (office, ada, ben, repo) = at(Office::stock());
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let above = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Goes"));
    let node = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "Stays"));
    office.act(&format!("{above}/accept_children"), &[("children[]", &node), ("position", "0")]);
    ben.delete(&above);
    ben.edit(&node, json!({"title": "Ben's"}));
    ben.sync();
    assert_eq!(ben.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["deleted"]);
    ben.resolve(&above, Side::Theirs);
    ben.sync();
    ada.sync();
    assert_eq!(ada.field(&node, "title"), "Ben's");
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_was_put_below_a_node_goes_along_to_another_collection() {
    let (office, ada, ben, repo) = two();
    let roots = ["R1", "R2"].map(|id| shared(&ada, &ben, "resource", Some(&repo), resource(id, "Papers")));
    let [above, node] = ["Goes", "Goes along"]
        .map(|title| shared(&ada, &ben, "archival_object", Some(&repo), component(&roots[0], None, title)));
    ben.place(&roots[0], Some(&above), &node, 0);
    office.act(
        &format!("{repo}/component_transfers"),
        &[("target_resource", &roots[1]), ("component", &above)],
    );
    ben.sync();
    ada.sync();
    let nodes = |seat: &Seat| seat.desk.store().read(|r| r.nodes_in_order(&roots[1])).unwrap().len();
    assert_eq!((nodes(&ada), nodes(&ben), ben.outbox()), (2, 2, 0));
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn what_is_made_again_is_made_where_its_tree_went() {
    made_where_its_tree_went(Office::open());
}

#[test]
fn what_is_made_again_is_made_where_its_tree_went_on_an_archivesspace() {
    made_where_its_tree_went(Office::stock());
}

fn made_where_its_tree_went(office: Office) {
    let (office, ada, ben, repo) = at(office);
    let other = another(&ada);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    let file = shared(&ada, &ben, "archival_object", Some(&repo), component(&root, None, "File"));
    ben.edit(&file, json!({"title": "File of Albion"}));
    ada.delete(&file);
    ada.sync();
    office.act(&format!("{root}/transfer"), &[("target_repo", &other)]);
    assert_eq!(ben.sync().conflicts, 1);
    let asked = ben.conflicts()[0].uri.clone();
    ben.resolve(&asked, Side::Mine);
    ben.sync();
    assert_eq!(ben.outbox(), 0);
    assert!(ben.now(&asked).starts_with(&other));
    ada.sync();
    assert_eq!(ada.everything(), ben.everything());
}

#[test]
fn a_link_that_others_took_out_does_not_come_back_with_what_it_led_to() {
    let (office, ada, ben, repo) = two();
    let name = json!({"jsonmodel_type": "name_person", "primary_name": "Northcote", "name_order": "direct",
        "source": "local", "sort_name": "Northcote"});
    let agent = shared(&ada, &ben, "agent_person", None, json!({"names": [name]}));
    let mut doc = resource("R1", "Papers");
    doc["linked_agents"] = json!([{"ref": agent, "role": "creator"}]);
    let root = shared(&ada, &ben, "resource", Some(&repo), doc);
    ben.delete(&agent);
    // Both in one page of the feed: the record first, then what calls the deletion off.
    ada.edit(&root, json!({"linked_agents": []}));
    ada.sync();
    ada.edit(&agent, json!({"publish": true}));
    ada.sync();
    ben.sync();
    assert_eq!(ben.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["deleted"]);
    assert_eq!((ben.field(&root, "linked_agents"), ben.outbox()), (json!([]), 0));
    ben.resolve(&agent, Side::Theirs);
    ben.sync();
    ada.sync();
    assert_eq!(ada.field(&root, "linked_agents"), json!([]));
    assert_eq!(ada.everything(), ben.everything());
    drop(office);
}
