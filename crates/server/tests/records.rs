//! The life of records over the wire: saves, versions, lists, rights.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_accession_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    assert_eq!(repo, "/repositories/2");
    let list = format!("{repo}/accessions");
    let uri = server.post(&list, json!({"id_0": "A1", "title": "Letters", "lock_version": 99})).await;
    assert_eq!(uri, "/repositories/2/accessions/1");
    let mut doc = server.get(&uri).await;
    assert_eq!((doc["title"].as_str(), doc["lock_version"].as_i64()), (Some("Letters"), Some(0)));
    doc["title"] = json!("Letters and diaries");
    let (status, answer) = server.ask("POST", &uri, Some(doc.clone())).await;
    assert_eq!(
        (status, answer["status"].as_str(), answer["lock_version"].as_i64()),
        (200, Some("Updated"), Some(1))
    );

    let (status, answer) = server.ask("POST", &uri, Some(doc.clone())).await;
    assert_eq!(status, 409, "{answer}");
    doc.as_object_mut().unwrap().remove("lock_version");
    let (status, _) = server.ask("POST", &uri, Some(doc)).await;
    assert_eq!(status, 409);

    let (status, _) = server.ask("DELETE", &uri, None).await;
    assert_eq!(status, 200);
    let (status, answer) = server.ask("GET", &uri, None).await;
    assert_eq!((status, answer), (404, json!({"error": "Accession not found"})));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let list = format!("{repo}/accessions");
    let (status, answer) = server.ask("POST", &list, Some(json!({}))).await;
    assert_eq!((status, &answer["error"]), (400, &json!({"id_0": ["Property is required but was missing"]})));
    for (path, name) in [
        (format!("{list}?page=x"), "page"),
        (format!("{list}?page=0"), "page"),
        (format!("{list}?all_ids=true&sort_direction=up"), "sort_direction"),
        (format!("{list}?id_set=1,x"), "id_set"),
        (format!("{list}/abc"), "id"),
        (list.clone(), "all_ids"),
        ("/repositories/99/accessions?page=1".to_owned(), "repo_id"),
    ] {
        let (status, answer) = server.ask("GET", &path, None).await;
        assert_eq!(status, 400, "{path}");
        assert!(answer["error"][name].is_array(), "{path}: {answer}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_three_ways() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let list = format!("{repo}/accessions");
    for n in 1..=5 {
        server.post(&list, json!({"id_0": format!("A{n}")})).await;
    }
    let page = server.get(&format!("{list}?page=2&page_size=2")).await;
    assert_eq!(
        (page["total"].as_u64(), page["last_page"].as_u64(), page["this_page"].as_u64()),
        (Some(5), Some(3), Some(2))
    );
    assert_eq!(page["results"][0]["id_0"], "A3");
    assert_eq!(server.get(&format!("{list}?all_ids=true")).await, json!([1, 2, 3, 4, 5]));
    assert_eq!(server.get(&format!("{list}?all_ids=true&sort_direction=desc")).await, json!([5, 4, 3, 2, 1]));
    for spelling in ["id_set=1,4", "id_set[]=1&id_set[]=4", "id_set[]=4&id_set[]=1&id_set[]=77"] {
        let found = server.get(&format!("{list}?{spelling}")).await;
        assert_eq!(found.as_array().unwrap().len(), 2, "{spelling}");
    }
    assert_eq!(server.get(&format!("{list}?all_ids=true&modified_since=4102444800")).await, json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_does_what_they_may_not() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let other = server.repository("BRN").await;
    let viewer = server.user("viv", &repo, "repository-viewers").await;
    let list = format!("{repo}/accessions");
    let uri = server.post(&list, json!({"id_0": "A1"})).await;
    assert_eq!(server.ask_as(&viewer, "GET", &uri, None).await.0, 200);
    for (method, path, body) in [
        ("POST", list.as_str(), Some(json!({"id_0": "A2"}))),
        ("POST", uri.as_str(), Some(json!({"id_0": "A2", "lock_version": 0}))),
        ("DELETE", uri.as_str(), None),
        ("GET", &format!("{other}/accessions?page=1"), None),
        ("POST", "/repositories", Some(json!({"repo_code": "C", "name": "C"}))),
        ("POST", "/users?password=x", Some(json!({"username": "eve", "name": "Eve"}))),
        ("GET", &format!("{repo}/groups"), None),
    ] {
        let (status, answer) = server.ask_as(&viewer, method, path, body).await;
        assert_eq!((status, answer), (403, json!({"error": "Access denied"})), "{method} {path}");
    }
    assert_eq!(server.ask_as("", "GET", &uri, None).await.0, 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_is_sent_again_makes_one_record() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let send = || {
        server
            .http
            .post(format!("{}{repo}/accessions", server.url))
            .header("X-ArchivesSpace-Session", &server.token)
            .header("Idempotency-Key", "once")
            .json(&json!({"id_0": "A1"}))
            .send()
    };
    let first = send().await.unwrap().text().await.unwrap();
    let second = send().await.unwrap().text().await.unwrap();
    assert_eq!(first, second);
    assert_eq!(server.get(&format!("{repo}/accessions?all_ids=true")).await, json!([1]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_everything_in_order_and_goes_on_where_it_stopped() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let hidden = server.repository("BRN").await;
    let viewer = server.user("viv", &repo, "repository-viewers").await;
    let start = server.get("/feed?limit=1000").await["next"].as_i64().unwrap();
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "P1")).await;
    let nodes = format!("{repo}/archival_objects");
    let mut made = Vec::new();
    for title in ["One", "Two", "Three"] {
        made.push(
            server.post(&nodes, json!({"title": title, "level": "file", "resource": {"ref": root}})).await,
        );
    }
    server.post(&format!("{hidden}/accessions"), json!({"id_0": "SECRET"})).await;
    server.ask("DELETE", &made[1], None).await;
    let (status, _) = server.ask("POST", &format!("{}/parent?parent=1&position=0", made[2]), None).await;
    assert_eq!(status, 200);

    let (mut after, mut told) = (start, Vec::new());
    loop {
        let (status, page) =
            server.ask_as(&viewer, "GET", &format!("/feed?after={after}&limit=2"), None).await;
        assert_eq!(status, 200);
        for entry in page["entries"].as_array().unwrap() {
            let seq = entry["seq"].as_i64().unwrap();
            assert!(seq > after, "in order");
            after = seq;
            told.push((
                entry["uri"].as_str().unwrap().to_owned(),
                entry["change"].as_str().unwrap().to_owned(),
                entry["place"].clone(),
            ));
        }
        if page["more"] == json!(false) {
            break;
        }
    }
    let uris: Vec<&str> = told.iter().map(|(uri, ..)| uri.as_str()).collect();
    assert_eq!(uris, [root.as_str(), &made[0], &made[1], &made[2]], "{told:?}");
    assert_eq!(told[2].1, "deleted");
    assert_eq!(told[3].2["parent"].as_str(), Some(made[0].as_str()));
    assert_eq!(server.ask_as("", "GET", "/feed", None).await.0, 403);
    assert_eq!(server.ask_as(&viewer, "GET", "/feed?repo_id=3", None).await.0, 403);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_real_scripts_send_is_understood() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let token = ("X-ArchivesSpace-Session", server.token.clone());
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request =
            server.http.post(format!("{}//repositories//2/accessions", server.url)).header(token.0, &token.1);
        let request = if kind.is_empty() { request } else { request.header("Content-Type", kind) };
        let answer = request.body(format!("{{\"id_0\": \"A{}\"}}", kind.len())).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{kind}");
    }
    let form = server
        .http
        .post(format!("{}/users/admin/login", server.url))
        .form(&[("password", "admin")])
        .send()
        .await
        .unwrap();
    assert_eq!(form.status(), 200);
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nadmin\r\n--x--\r\n";
    let sent = server
        .http
        .post(format!("{}/users/admin/login", server.url))
        .header("Content-Type", "multipart/form-data; boundary=x");
    assert_eq!(sent.body(multipart).send().await.unwrap().status(), 200);
    let with_body = server
        .http
        .get(format!("{}{repo}/accessions?all_ids=True", server.url))
        .header(token.0, &token.1)
        .body("{}");
    assert_eq!(with_body.send().await.unwrap().status(), 200);
    let other = server.http.put(format!("{}/repositories", server.url)).send().await.unwrap();
    assert_eq!(
        (other.status().as_u16(), other.headers()["allow"].to_str().unwrap()),
        (405, "GET, HEAD, POST")
    );
    assert!(other.headers().contains_key("x-fonds-server"));
    server.stop().await;
}
