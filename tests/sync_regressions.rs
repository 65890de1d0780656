//! Faults that simulated worlds found, each as the shortest history that shows it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use desk::commands;
use desk::rest::{Client, Options, Session};
use e2e::PASSWORD;
use e2e::office::{Office, Seat, accession, component, resource};
use record::api::command::{ConnectInput, Side};
use serde_json::{Value, json};

/// Two desks and a repository that both have.
fn two() -> (Office, Seat, Seat, String) {
    let office = Office::open();
    let (ada, ben) = (office.desk(), office.desk());
    let local = ada.repository("ALB");
    ada.sync();
    ben.sync();
    let repo = ada.now(&local);
    (office, ada, ben, repo)
}

/// Something that is done on the server, past the desks.
fn on_the_server(office: &Office, path: &str, query: &[(&str, &str)]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = Session::with_password("admin", PASSWORD);
    let client = Client::new(&office.address, session, Options::default()).unwrap();
    runtime.block_on(client.action(path, query)).unwrap();
}

/// A desk of somebody who is not shown what is suppressed.
fn clerk(office: &Office, repo: &str) -> Seat {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = Session::with_password("admin", PASSWORD);
    let client = Client::new(&office.address, session, Options::default()).unwrap();
    runtime.block_on(async {
        let groups = client.get(&format!("{repo}/groups"), &[]).await.unwrap();
        let managers =
            groups.as_array().unwrap().iter().find(|one| one["group_code"] == "repository-managers");
        let group = managers.unwrap()["uri"].as_str().unwrap().to_owned();
        let query = [("password", PASSWORD), ("groups[]", group.as_str())];
        client.post("/users", &query, &json!({"username": "cleo", "name": "Cleo"})).await.unwrap();
    });
    let seat = Seat::alone();
    let (url, user, password) = (office.address.clone(), "cleo".to_owned(), PASSWORD.to_owned());
    commands::connect(&seat.desk, ConnectInput { url, user, password }).unwrap();
    seat.sync();
    seat
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
    let ben = clerk(&office, &repo);
    let uri = shared(&ada, &ben, "accession", Some(&repo), accession("2020.1", "Letters"));
    let event = json!({"event_type": "processed", "timestamp": "2026-01-05T09:00:00Z",
        "linked_agents": [{"role": "implementer", "ref": "/agents/people/1"}],
        "linked_records": [{"role": "source", "ref": uri}]});
    let event = shared(&ada, &ben, "event", Some(&repo), event);
    ben.edit(&uri, json!({"title": "Letters home"}));
    on_the_server(&office, &format!("{uri}/suppressed"), &[("suppressed", "true")]);
    assert_eq!(ben.sync().conflicts, 1);
    on_the_server(&office, &format!("{uri}/suppressed"), &[("suppressed", "false")]);
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
    let (office, ada, ben, repo) = two();
    let local = ada.repository("BOR");
    ada.sync();
    let other = ada.now(&local);
    let root = shared(&ada, &ben, "resource", Some(&repo), resource("R1", "Papers"));
    ben.edit(&root, json!({"title": "Papers of Albion"}));
    let file = ben.create("archival_object", Some(&repo), component(&root, None, "New"));
    on_the_server(&office, &format!("{root}/transfer"), &[("target_repo", &other)]);
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
    let cleo = clerk(&office, &repo);
    on_the_server(&office, &format!("{uri}/suppressed"), &[("suppressed", "true")]);
    cleo.edit(&uri, json!({"inventory": "Cleo's"}));
    cleo.sync();
    assert_eq!(cleo.conflicts().iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["gone"]);
    cleo.resolve(&uri, Side::Mine);
    // The number is taken, by what she is not shown.
    cleo.sync();
    assert_eq!(cleo.outbox(), 1);
    on_the_server(&office, &format!("{uri}/suppressed"), &[("suppressed", "false")]);
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
    let cleo = clerk(&office, &repo);
    on_the_server(&office, &format!("{above}/suppressed"), &[("suppressed", "true")]);
    // Nothing was done to it here, only below it.
    cleo.place(&root, Some(&above), &node, 0);
    cleo.sync();
    assert_eq!(
        cleo.conflicts().into_iter().map(|one| one.uri).collect::<Vec<_>>(),
        std::slice::from_ref(&above)
    );
    on_the_server(&office, &format!("{above}/suppressed"), &[("suppressed", "false")]);
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
