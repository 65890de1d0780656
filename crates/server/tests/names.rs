//! Names for the world outside: ARKs and short names in addresses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use record::derive::SlugIdentifiers;
use serde_json::{Value, json};
use server::Options;
use store::{Arks, Slugs};

fn arks(naan: &str) -> Option<Arks> {
    let (shoulder, url_prefix) = ("f1/".to_owned(), "https://n2t.example".to_owned());
    Some(Arks { naan: naan.to_owned(), shoulder, url_prefix })
}

fn ark(current: &str, external: bool, previous: &[&str]) -> Value {
    json!({"current": current, "current_is_external": external, "previous": previous})
}

async fn save(server: &TestServer, uri: &str, property: &str, value: Option<&str>) -> (u16, Value) {
    let mut doc = server.get(uri).await;
    match value {
        Some(value) => doc[property] = json!(value),
        None => drop(doc.as_object_mut().unwrap().remove(property)),
    }
    server.ask("POST", uri, Some(doc)).await
}

async fn job(server: &TestServer, repo: &str, kind: &str) {
    let uri = server.post(&format!("{repo}/jobs"), json!({"job": {"jsonmodel_type": kind}})).await;
    loop {
        let status = server.get(&uri).await["status"].clone();
        if status == "completed" {
            return;
        }
        assert!(status == "queued" || status == "running", "{status}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_get_arks_and_are_found_by_them() {
    let server = TestServer::start_with(|options| Options { arks: arks("12345"), ..options }).await;
    let repo = server.repository("ALB").await;
    let own = "https://n2t.example/ark:/12345/f1/1";
    let uri = server.post(&format!("{repo}/resources"), resource("Papers", "MS1")).await;
    let node = json!({"title": "a", "level": "file", "resource": {"ref": uri}});
    let node = server.post(&format!("{repo}/archival_objects"), node).await;
    assert_eq!(server.get(&uri).await["ark_name"], ark(own, false, &[]));
    assert_eq!(
        server.get(&format!("{node}/ark_name")).await["current"],
        "https://n2t.example/ark:/12345/f1/2"
    );

    let outside = "https://other.example/ark:/99999/x";
    assert_eq!(save(&server, &uri, "external_ark_url", Some(outside)).await.0, 200);
    assert_eq!(server.get(&uri).await["ark_name"], ark(outside, true, &[own]));
    let (status, answer) = save(&server, &node, "external_ark_url", Some("ark:/99999/x")).await;
    assert_eq!(
        (status, &answer["error"]["external_ark_url"]),
        (400, &json!(["external_ark_collision"])),
        "{answer}"
    );
    assert_eq!(save(&server, &uri, "external_ark_url", None).await.0, 200);
    let outside = "https://other.example/ark:/99999/x";
    assert_eq!(server.get(&uri).await["ark_name"], ark(own, false, &[outside]));

    for (text, kind, found) in [
        ("ark:/12345/f1/1", "resources", Some(&uri)),
        (own, "resources", Some(&uri)),
        ("ark:/99999/x", "resources", Some(&uri)),
        ("ark:/12345/f1/2", "archival_objects", Some(&node)),
        ("ark:/12345/f1/2", "resources", None),
        ("ark:/12345/f1/9", "resources", None),
    ] {
        let answer = server.get(&format!("{repo}/find_by_id/{kind}?ark[]={text}")).await;
        let refs: Vec<Value> = found.iter().map(|uri| json!({"ref": uri})).collect();
        assert_eq!(answer[kind], json!(refs), "{text}");
    }

    let brought = json!({"import_current_ark": "ark:/77777/y", "import_previous_arks": ["ark:/77777/z"]});
    let mut doc = resource("Brought", "MS2");
    doc.as_object_mut().unwrap().extend(brought.as_object().cloned().unwrap());
    let brought = server.post(&format!("{repo}/resources"), doc.clone()).await;
    assert_eq!(
        server.get(&brought).await["ark_name"],
        ark("https://n2t.example/ark:/77777/y", true, &["https://n2t.example/ark:/77777/z"])
    );
    doc["id_0"] = json!("MS3");
    doc["import_current_ark"] = json!("77777/y");
    let (status, answer) = server.ask("POST", &format!("{repo}/resources"), Some(doc)).await;
    assert_eq!((status, answer), (400, json!({"error": {"ark": ["ark_format_error"]}})));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arks_are_set_by_hand_and_made_anew_for_another_authority() {
    let mut server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let manager = server.user("manager", &repo, "repository-managers").await;
    let uri = server.post(&format!("{repo}/resources"), resource("Papers", "MS1")).await;
    let names = format!("{uri}/ark_name");
    assert_eq!(server.get(&uri).await.get("ark_name"), None);
    assert_eq!(server.ask("GET", &names, None).await.0, 404);
    assert_eq!(server.ask("POST", &names, Some(json!({"current": "ark:/12345/f1/7"}))).await.0, 400);

    server.options.arks = arks("12345");
    let mut server = server.again().await;
    assert_eq!(server.get(&names).await, json!({"previous": []}));
    job(&server, &repo, "generate_arks_job").await;
    assert_eq!(server.get(&names).await["current"], "https://n2t.example/ark:/12345/f1/1");
    assert_eq!(server.ask_as(&manager, "GET", &names, None).await.0, 403);
    for (body, status) in [
        (json!({}), 400),
        (json!({"current": "x"}), 400),
        (json!({"current": "ark:/12345/f1/7", "previous": ["x"]}), 400),
        (json!({"current": "https://n2t.example/ark:/12345/f1/7", "previous": ["ark:/12345/f1/1"]}), 200),
    ] {
        assert_eq!(server.ask_as(&manager, "POST", &names, Some(body.clone())).await.0, 403);
        let (found, answer) = server.ask("POST", &names, Some(body)).await;
        assert_eq!(found, status, "{answer}");
    }
    let own = |number: &str| format!("https://n2t.example/ark:/{number}");
    assert_eq!(server.get(&names).await, ark(&own("12345/f1/7"), false, &[&own("12345/f1/1")]));

    server.options.arks = arks("54321");
    let server = server.again().await;
    job(&server, &repo, "generate_arks_job").await;
    let expected = ark(&own("54321/f1/2"), false, &[&own("12345/f1/7"), &own("12345/f1/1")]);
    assert_eq!(server.get(&names).await, expected);
    job(&server, &repo, "generate_arks_job").await;
    assert_eq!(server.get(&names).await, expected);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_may_have_a_shoulder_of_its_own() {
    let server = TestServer::start_with(|options| Options { arks: arks("12345"), ..options }).await;
    let repo = server.repository("ALB").await;
    let own = |rest: &str| format!("https://n2t.example/ark:/12345/{rest}");
    let uri = server.post(&format!("{repo}/resources"), resource("Papers", "MS1")).await;
    assert_eq!(server.get(&uri).await["ark_name"], ark(&own("f1/1"), false, &[]));
    // With the next save it is a name of the repository's.
    for (shoulder, current, previous) in [
        (Some("a2"), "a22", vec!["f1/1"]),
        (Some("b-"), "b-3", vec!["a22", "f1/1"]),
        (None, "f1/1", vec!["b-3", "a22"]),
    ] {
        assert_eq!(save(&server, &repo, "ark_shoulder", shoulder).await.0, 200);
        assert_eq!(save(&server, &uri, "title", Some("Papers")).await.0, 200);
        let previous: Vec<String> = previous.into_iter().map(own).collect();
        let previous: Vec<&str> = previous.iter().map(String::as_str).collect();
        assert_eq!(server.get(&uri).await["ark_name"], ark(&own(current), false, &previous), "{shoulder:?}");
    }
    // One that was set by hand is ahead of the count, which passes over it.
    let by_hand = json!({"current": "ark:/12345/f1/5", "previous": []});
    assert_eq!(server.ask("POST", &format!("{uri}/ark_name"), Some(by_hand)).await.0, 200);
    for (id, number) in [("MS2", "f1/4"), ("MS3", "f1/6")] {
        let made = server.post(&format!("{repo}/resources"), resource("Papers", id)).await;
        assert_eq!(server.get(&made).await["ark_name"]["current"], own(number));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_all_kinds_share_short_names() {
    let mut server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let accession = |id: &str, title: &str| json!({"id_0": id, "title": title});
    let list = format!("{repo}/accessions");
    let first = server.post(&list, accession("A1", "My <i>Letters</i>")).await;
    assert_eq!(server.get(&first).await.get("slug"), None);

    server.options.slugs = Some(Slugs::Titles);
    let mut server = server.again().await;
    job(&server, &repo, "generate_slugs_job").await;
    assert_eq!(server.get(&first).await["slug"], "my_letters");
    let subject = json!({"source": "local", "vocabulary": "/vocabularies/1",
        "terms": [{"term": "My letters", "term_type": "topical", "vocabulary": "/vocabularies/1"}]});
    let subject = server.post("/subjects", subject).await;
    let same = server.post(&list, accession("A2", "My Letters")).await;
    let code = server.post(&list, accession("A3", "alb")).await;
    let mut given = accession("A4", "Bills");
    given["slug"] = json!("My Own!");
    given["is_slug_auto"] = json!(false);
    let given = server.post(&list, given).await;
    let none = server.post(&list, accession("A5", "日本")).await;
    for (uri, slug, auto) in [
        (&first, json!("my_letters"), true),
        (&subject, json!("my_letters_1"), true),
        (&same, json!("my_letters_2"), true),
        // The repository is alb, and the agent that stands for it alb_1.
        (&code, json!("alb_2"), true),
        (&given, json!("my_own"), false),
        (&none, Value::Null, false),
    ] {
        let doc = server.get(uri).await;
        assert_eq!((&doc["slug"], &doc["is_slug_auto"]), (&slug, &json!(auto)), "{uri}");
    }
    assert_eq!(save(&server, &same, "title", Some("Bills")).await.0, 200);
    assert_eq!(server.get(&same).await["slug"], "bills");
    for (controller, slug, answer) in [
        ("accessions", "my_letters", json!({"id": 1, "table": "accession", "repo_id": 2})),
        ("subjects", "my_letters_1", json!({"id": 1, "table": "subject", "repo_id": null})),
        ("repositories", "alb", json!({"id": 2, "table": "repository", "repo_id": 2})),
        ("resources", "my_letters", json!({"id": -1, "table": "resource", "repo_id": -1})),
    ] {
        assert_eq!(
            server.get(&format!("/slug?slug={slug}&controller={controller}&action=show")).await,
            answer
        );
    }

    server.options.slugs = Some(Slugs::Identifiers(SlugIdentifiers::default()));
    let server = server.again().await;
    job(&server, &repo, "generate_slugs_job").await;
    assert_eq!(server.get(&same).await["slug"], "a2");
    assert_eq!(server.get(&given).await["slug"], "my_own");
    server.stop().await;
}
