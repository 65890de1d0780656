//! 64 writers and 200 readers at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use std::sync::Arc;

use common::TestServer;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const WRITERS: usize = 64;
const READERS: usize = 200;
/// Records that the writers share: four of them change each.
const RECORDS: usize = 16;
/// Changes of each writer.
const CHANGES: usize = 2;

/// Raises the number in a record, again and again until nobody else was quicker. Times that somebody was.
async fn raise(server: &TestServer, uri: &str) -> usize {
    let mut late = 0;
    loop {
        let mut doc = server.get(uri).await;
        let number: u64 = doc["content_description"].as_str().unwrap().parse().unwrap();
        doc["content_description"] = json!((number + 1).to_string());
        match server.ask("POST", uri, Some(doc)).await {
            (200, _) => return late,
            (409, _) => late += 1,
            (status, answer) => panic!("{status}: {answer}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nobody_is_refused() {
    let server = Arc::new(TestServer::start().await);
    let repo = server.repository("ALB").await;
    let mut uris = Vec::new();
    for number in 0..RECORDS {
        let doc = json!({"id_0": format!("A{number}"), "title": "Ledger", "content_description": "0"});
        uris.push(server.post(&format!("{repo}/accessions"), doc).await);
    }
    let mut everybody = JoinSet::new();
    for writer in 0..WRITERS {
        let (server, uri) = (Arc::clone(&server), uris[writer % RECORDS].clone());
        everybody.spawn(async move {
            for _ in 0..CHANGES {
                raise(&server, &uri).await;
            }
        });
    }
    for reader in 0..READERS {
        let (server, repo, uri) = (Arc::clone(&server), repo.clone(), uris[reader % RECORDS].clone());
        everybody.spawn(async move {
            let page = server.get(&format!("{repo}/accessions?page=1&page_size=5")).await;
            assert_eq!(page["results"].as_array().unwrap().len(), 5);
            let doc = server.get(&uri).await;
            let number: i64 = doc["content_description"].as_str().unwrap().parse().unwrap();
            assert_eq!(doc["lock_version"].as_i64().unwrap(), number, "a document of one moment");
        });
    }
    while let Some(ended) = everybody.join_next().await {
        ended.unwrap();
    }
    for uri in &uris {
        let doc: Value = server.get(uri).await;
        let wanted = WRITERS * CHANGES / RECORDS;
        assert_eq!(doc["content_description"], json!(wanted.to_string()));
        assert_eq!(doc["lock_version"], json!(wanted));
    }
}
