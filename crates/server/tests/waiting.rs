//! Long polls, refusals that name the record in the way, and values made of other records.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};
use server::Options;

/// Longest wait of a test: nothing in it takes that long.
fn patient(options: Options) -> Options {
    Options { poll_seconds: 600, ..options }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_of_the_next_change() {
    let server = TestServer::start_with(patient).await;
    let repo = server.repository("ALB").await;
    let seq = server.get("/health").await["seq"].as_i64().unwrap();
    let list = format!("{repo}/accessions");
    let feed = format!("/update-feed?last_sequence={seq}");
    let waiting = (0..40).map(|_| server.get(&feed));
    let change = async { server.post(&list, json!({"id_0": "A"})).await };
    let all = async {
        let mut answers = Vec::new();
        let mut running: Vec<_> = waiting.map(Box::pin).collect();
        for one in &mut running {
            answers.push(one.await);
        }
        answers
    };
    let (uri, answers) = tokio::join!(change, all);
    for answer in answers {
        assert_eq!(answer[0]["uri"], *uri);
        assert_eq!(answer[0]["record"]["id_0"], "A");
    }
    let told = server.get("/notifications").await;
    assert_eq!(told[0]["code"], "BACKEND_STARTED");
    let last = told.as_array().unwrap().last().unwrap()["sequence"].as_i64().unwrap();
    let path = format!("/notifications?last_sequence={last}");
    let (_, next) = tokio::join!(server.repository("BRT"), server.get(&path));
    assert_eq!(
        (next[0]["sequence"].as_i64(), next[0]["code"].as_str()),
        (Some(last + 1), Some("REPOSITORY_CHANGED"))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_wait_answers_at_once() {
    let server = TestServer::start_with(|options| Options { poll_seconds: 0, ..options }).await;
    for path in ["/update-feed?last_sequence=999999999", "/notifications?last_sequence=99999999999"] {
        assert_eq!(server.get(path).await, json!([]), "{path}");
    }
    server.stop().await;
}

async fn refusal(server: &TestServer, path: &str, body: &Value) -> (u16, Value, String) {
    let request = server.http.post(format!("{}{path}", server.url)).json(body);
    let response = request.header("X-ArchivesSpace-Session", &server.token).send().await.unwrap();
    let records =
        response.headers().get("x-fonds-conflicting-records").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), response.json().await.unwrap(), records.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_record_in_the_way() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let other = server.repository("BRT").await;
    let accessions = format!("{repo}/accessions");
    let first = server.post(&accessions, json!({"id_0": "A"})).await;
    let answer = refusal(&server, &accessions, &json!({"id_0": "A"})).await;
    assert_eq!(answer, (400, json!({"error": {"id_0": ["That ID is already in use"]}}), first.clone()));
    let answer = refusal(&server, &accessions, &json!({"id_0": "x".repeat(51)})).await;
    assert_eq!((answer.0, &answer.1["error"]["id_0"][0]), (400, &json!("Must be 50 characters or fewer")));
    let there = server.post(&format!("{other}/accessions"), json!({"id_0": "A"})).await;
    let path = format!("{first}/transfer?target_repo={other}");
    let (status, answer, _) = refusal(&server, &path, &json!({})).await;
    assert_eq!((status, &answer["error"][&first][0]["conflicting_record"]), (409, &json!(there)), "{answer}");
    let names = json!({"names": [
        {"jsonmodel_type": "name_person", "primary_name": "Ada", "name_order": "direct", "source": "local", "authorized": true, "sort_name_auto_generate": true},
        {"jsonmodel_type": "name_person", "primary_name": "Bea", "name_order": "direct", "source": "local", "authorized": true, "sort_name_auto_generate": true},
    ]});
    let (status, answer, _) = refusal(&server, "/agents/people", &names).await;
    assert_eq!(status, 400);
    assert!(answer["error"]["names/1/authorized"].is_array(), "{answer}");
    let (status, _, _) = refusal(&server, "/repositories/1/accessions", &json!({"id_0": "A"})).await;
    assert_eq!(status, 400);
    assert_eq!(server.ask("DELETE", "/agents/software/1", None).await.0, 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_stands_for_what_it_shows() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let file = |uri: &str| json!({"file_uri": uri, "publish": true, "is_representative": true});
    let object = json!({"title": "Scan", "digital_object_id": "d1", "publish": true, "file_versions": [file("https://a/1")]});
    let object = server.post(&format!("{repo}/digital_objects"), object).await;
    let instance = json!([{"instance_type": "digital_object", "is_representative": true, "digital_object": {"ref": object}}]);
    let mut papers = resource("Papers", "MS1");
    papers["publish"] = json!(true);
    let root = server.post(&format!("{repo}/resources"), papers).await;
    let accession =
        server.post(&format!("{repo}/accessions"), json!({"id_0": "A", "instances": instance})).await;
    let node = |title: &str, publish: bool| json!({"title": title, "level": "file", "resource": {"ref": root}, "publish": publish, "instances": instance});
    server.post(&format!("{repo}/archival_objects"), node("hidden", false)).await;
    for uri in [&root, &accession, &object] {
        let found = server.get(uri).await["representative_file_version"].clone();
        let expected = if *uri == root { Value::Null } else { json!("https://a/1") };
        assert_eq!(found["file_uri"], expected, "{uri}");
    }
    let shown = server.post(&format!("{repo}/archival_objects"), node("shown", true)).await;
    for uri in [&root, &shown] {
        let found = server.get(uri).await["representative_file_version"].clone();
        assert_eq!(
            (&found["file_uri"], &found["derived_from"]),
            (&json!("https://a/1"), &json!(object)),
            "{uri}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_kept_for_those_who_use_them() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let viewer = server.user("viewer", &repo, "repository-viewers").await;
    let entry = server.user("entry", &repo, "repository-basic-data-entry").await;
    let rapid = json!({"name": "T", "record_type": "archival_object", "order": ["colLevel"], "visible": ["colLevel"], "defaults": {"colTitle": "x"}});
    let rapid = server.post(&format!("{repo}/rde_templates"), rapid).await;
    assert_eq!(server.get(&rapid).await["defaults"], json!({"colTitle": "x"}));
    assert_eq!(server.get(&format!("{repo}/rde_templates")).await[0]["uri"], *rapid);
    assert_eq!(server.ask_as(&viewer, "DELETE", &rapid, None).await.0, 403);
    assert_eq!(server.ask("DELETE", &rapid, None).await.0, 200);
    let list = format!("{repo}/custom_report_templates");
    let report = json!({"name": "R", "data": r#"{"fields":{"title":{"include":"1"}}}"#, "limit": 5});
    let report = server.post(&list, report).await;
    for (token, status) in [(&viewer, 403), (&entry, 200)] {
        assert_eq!(server.ask_as(token, "GET", &format!("{list}?page=1"), None).await.0, status);
        assert_eq!(server.ask_as(token, "GET", &report, None).await.0, status);
        assert_eq!(server.ask_as(token, "DELETE", &report, None).await.0, 403);
    }
    let mut doc = server.get(&report).await;
    doc["limit"] = json!(7);
    assert_eq!(server.ask("POST", &report, Some(doc)).await.0, 200);
    assert_eq!(server.get(&report).await["limit"], 7);
    assert_eq!(server.ask("DELETE", &report, None).await.0, 200);
    server.stop().await;
}
