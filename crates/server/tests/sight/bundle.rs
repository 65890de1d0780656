//! The parts of the bundle tell everybody what the feed tells them, and no more.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::common::{self, TestServer};
use crate::world::World;

/// One part, unpacked. Its hash is that of what came.
async fn part(server: &TestServer, token: &str, query: &str) -> Value {
    let request = server.http.get(format!("{}/bundle?{query}", server.url));
    let answer = request.header("X-ArchivesSpace-Session", token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let digest = answer.headers()["content-digest"].to_str().unwrap().to_owned();
    let body = answer.bytes().await.unwrap();
    assert_eq!(digest, format!("sha-256=:{}:", BASE64_STANDARD.encode(Sha256::digest(&body))));
    serde_json::from_slice(&zstd::decode_all(body.as_ref()).unwrap()).unwrap()
}

/// All parts of some size together, and the last.
async fn parts(server: &TestServer, token: &str, limit: usize, more: &str) -> (Vec<Value>, Value) {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let part = part(server, token, &format!("after={after}&limit={limit}{more}")).await;
        all.extend(part["entries"].as_array().unwrap().clone());
        after = part["next"].as_i64().unwrap();
        if part["more"] == json!(false) {
            return (all, part);
        }
    }
}

async fn feed(server: &TestServer, token: &str, more: &str) -> Value {
    let (status, feed) = server.ask_as(token, "GET", &format!("/feed?limit=1000{more}"), None).await;
    assert_eq!(status, 200, "{feed}");
    assert_eq!(feed["more"], json!(false));
    feed
}

/// What a part leaves out of a record: the entry says it too.
const BESIDE: [&str; 6] =
    ["jsonmodel_type", "uri", "lock_version", "system_mtime", "repository", "suppressed"];
/// What the entry says in its `authors`.
const AUTHORS: [&str; 4] = ["created_by", "create_time", "last_modified_by", "user_mtime"];
/// The same of a node, and what is derived of its place.
const PLACE: [&str; 4] = ["parent", "position", "ancestors", "has_unpublished_ancestor"];
/// The tree that a node stands in, as its property names it.
const ROOTS: [&str; 3] = ["resource", "digital_object", "classification"];

/// A record of the feed as a part has it.
fn bare(record: &Value) -> Value {
    let root = ROOTS.into_iter().find(|root| record[root].is_object());
    let mut record = record.clone();
    if let Some(record) = record.as_object_mut() {
        record.retain(|name, _| !BESIDE.contains(&name.as_str()) && !AUTHORS.contains(&name.as_str()));
        if let Some(root) = root {
            record.retain(|name, _| name != root && !PLACE.contains(&name.as_str()));
        }
    }
    record
}

fn by_address(entries: &[Value]) -> BTreeMap<String, Value> {
    entries.iter().map(|entry| (entry["uri"].as_str().unwrap().to_owned(), entry.clone())).collect()
}

/// The same of entries of the feed.
fn bare_by_address(entries: &[Value]) -> BTreeMap<String, Value> {
    let mut all = by_address(entries);
    for entry in all.values_mut().filter(|entry| entry["change"] == "saved") {
        entry["authors"] = AUTHORS.into_iter().map(|name| (name, entry["record"][name].clone())).collect();
        entry["record"] = bare(&entry["record"]);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_tell_everybody_what_the_feed_tells_them() {
    let server = TestServer::start().await;
    let world = World::build(&server).await;
    let (status, _) = server.ask("DELETE", &format!("{}/accessions/1", world.repos[0]), None).await;
    assert_eq!(status, 200);
    let mut told = Vec::new();
    for viewer in super::viewers(&server, &world).await {
        if viewer.token.is_empty() {
            for path in ["/bundle", "/bundle/sums", "/bundle/versions?kind=accession"] {
                assert_eq!(server.ask_as("", "GET", path, None).await.0, 403, "{path}");
            }
            continue;
        }
        for more in [String::new(), "&repo_id=2".to_owned(), "&repo_id=3".to_owned()] {
            if server.ask_as(&viewer.token, "GET", &format!("/feed?{more}"), None).await.0 == 403 {
                let (status, _) = server.ask_as(&viewer.token, "GET", &format!("/bundle?{more}"), None).await;
                assert_eq!(status, 403, "{} {more}", viewer.name);
                continue;
            }
            let feed = feed(&server, &viewer.token, &more).await;
            let entries = feed["entries"].as_array().unwrap();
            for limit in [4, 1000] {
                let (all, last) = parts(&server, &viewer.token, limit, &more).await;
                assert_eq!(all.len(), entries.len(), "{} {more}", viewer.name);
                let told = bare_by_address(entries);
                for (uri, entry) in by_address(&all) {
                    assert_eq!(Some(&entry), told.get(&uri), "{} {more} {uri}", viewer.name);
                }
                for name in ["scope", "run", "server"] {
                    assert_eq!(last[name], feed[name]);
                }
            }
            let first = part(&server, &viewer.token, &format!("limit=1{more}")).await;
            assert_eq!(first["total"], json!(entries.len()));
            let saved = entries.iter().filter(|entry| entry["change"] == "saved").count() as u64;
            assert_eq!(counted(&server, &viewer.token, &more).await, saved, "{} {more}", viewer.name);
            told.push((viewer.name, saved));
        }
    }
    let counts: std::collections::BTreeSet<u64> = told.iter().map(|(_, saved)| *saved).collect();
    assert!(counts.len() > 4, "they are not all told the same: {told:?}");
    server.stop().await;
}

/// Records by the sums, and by the lists of versions behind them.
async fn counted(server: &TestServer, token: &str, more: &str) -> u64 {
    let (status, sums) = server.ask_as(token, "GET", &format!("/bundle/sums?{more}"), None).await;
    assert_eq!(status, 200, "{sums}");
    let mut total = 0;
    for line in sums["sums"].as_array().unwrap() {
        let repo = line["repository"].as_str().and_then(|uri| uri.rsplit('/').next());
        let repo = repo.map(|number| format!("&repo_id={number}")).unwrap_or_default();
        let path = format!("/bundle/versions?kind={}{repo}", line["kind"].as_str().unwrap());
        let (_, versions) = server.ask_as(token, "GET", &path, None).await;
        assert_eq!(versions["versions"].as_array().unwrap().len() as u64, line["count"].as_u64().unwrap());
        total += line["count"].as_u64().unwrap();
    }
    total
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_between_two_parts_is_in_the_feed_after_them() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let other = server.repository("OTH").await;
    for number in 0..12 {
        let accession =
            json!({"id_0": number.to_string(), "title": "Letters", "accession_date": "2020-01-01"});
        server.post(&format!("{repo}/accessions"), accession).await;
        server.post(&format!("{repo}/resources"), common::resource("Papers", &number.to_string())).await;
    }
    let first = part(&server, &server.token, "limit=10").await;
    // Of what came, and of what is still to come: one is changed, one deleted, one goes elsewhere; and one is new.
    for number in [1, 11] {
        let uri = format!("{repo}/accessions/{number}");
        let mut there = server.get(&uri).await;
        there["title"] = json!("Other letters");
        server.post(&uri, there).await;
        assert_eq!(server.ask("DELETE", &format!("{repo}/resources/{number}"), None).await.0, 200);
        let to = format!("{repo}/accessions/{}/transfer?target_repo={other}", number - 1 + 2 * (number % 2));
        let (status, answer) = server.ask("POST", &to, None).await;
        assert_eq!(status, 200, "{answer}");
    }
    server.post(&format!("{other}/resources"), common::resource("New papers", "new")).await;

    let mut held: BTreeMap<String, Value> = BTreeMap::new();
    let mut apply = |entries: &Value| {
        for entry in entries.as_array().unwrap() {
            let uri = entry["uri"].as_str().unwrap().to_owned();
            match entry["change"].as_str() {
                Some("saved") => drop(held.insert(uri, bare(&entry["record"]))),
                _ => drop(held.remove(&uri)),
            }
        }
    };
    let mut at = first.clone();
    apply(&at["entries"]);
    while at["more"] == json!(true) {
        let (run, seen) = (at["run"].as_str().unwrap(), &at["seq"]);
        at = part(&server, &server.token, &format!("limit=10&after={}&run={run}&seen={seen}", at["next"]))
            .await;
        assert_eq!(at["set_back"], json!(false));
        apply(&at["entries"]);
    }
    apply(&feed(&server, &server.token, &format!("&after={}", first["seq"])).await["entries"]);

    let there = feed(&server, &server.token, "").await;
    let saved = there["entries"].as_array().unwrap().iter().filter(|entry| entry["change"] == "saved");
    let saved: BTreeMap<String, Value> =
        saved.map(|entry| (entry["uri"].as_str().unwrap().to_owned(), bare(&entry["record"]))).collect();
    assert!(held == saved);

    let ahead = first["seq"].as_i64().unwrap() + 1_000_000;
    let run = first["run"].as_str().unwrap();
    let later = part(&server, &server.token, &format!("run={run}&seen={ahead}")).await;
    assert_eq!(later["set_back"], json!(true));
    let (status, answer) = server.ask("GET", "/bundle/versions?kind=user", None).await;
    assert_eq!(status, 400, "{answer}");
    server.stop().await;
}
