//! Trees over the wire: reading, moving, publishing, deleting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};

/// A resource with three series, the first of which has two files.
async fn tree(server: &TestServer) -> (String, String, Vec<String>) {
    let repo = server.repository("ALB").await;
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "P1")).await;
    let mut nodes = Vec::new();
    for title in ["A", "B", "C"] {
        let doc = json!({"title": title, "level": "series", "resource": {"ref": root}});
        nodes.push(server.post(&format!("{repo}/archival_objects"), doc).await);
    }
    for title in ["A1", "A2"] {
        let doc =
            json!({"title": title, "level": "file", "resource": {"ref": root}, "parent": {"ref": nodes[0]}});
        nodes.push(server.post(&format!("{repo}/archival_objects"), doc).await);
    }
    (repo, root, nodes)
}

fn titles(entries: &Value) -> Vec<&str> {
    entries.as_array().unwrap().iter().map(|entry| entry["title"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_is_read_in_pages() {
    let server = TestServer::start().await;
    let (_, root, nodes) = tree(&server).await;
    let head = server.get(&format!("{root}/tree/root")).await;
    assert_eq!((head["child_count"].as_u64(), head["title"].as_str()), (Some(3), Some("Papers")));
    assert_eq!(titles(&head["precomputed_waypoints"][""]["0"]), ["A", "B", "C"]);
    let below = server.get(&format!("{root}/tree/waypoint?offset=0&parent_node={}", nodes[0])).await;
    assert_eq!(titles(&below), ["A1", "A2"]);
    let node = server.get(&format!("{root}/tree/node?node_uri={}", nodes[0])).await;
    assert_eq!((node["child_count"].as_u64(), node["position"].as_u64()), (Some(2), Some(1)));
    let way = server.get(&format!("{root}/tree/node_from_root?node_ids[]=5")).await;
    assert_eq!(way["5"][1]["node"].as_str(), Some(nodes[0].as_str()));
    let whole = server.get(&format!("{root}/tree")).await;
    assert_eq!(titles(&whole["children"][0]["children"]), ["A1", "A2"]);
    let whole = server.get(&format!("{root}?resolve[]=tree")).await;
    assert_eq!(titles(&whole["tree"]["_resolved"]["children"][0]["children"]), ["A1", "A2"]);
    let ancestors = server.get(&nodes[4]).await["ancestors"].clone();
    assert_eq!(
        (ancestors[0]["ref"].as_str(), ancestors[1]["ref"].as_str()),
        (Some(nodes[0].as_str()), Some(root.as_str()))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_move_and_never_below_themselves() {
    let server = TestServer::start().await;
    let (_, root, nodes) = tree(&server).await;
    let (status, _) = server.ask("POST", &format!("{}/parent?parent=1&position=0", nodes[2]), None).await;
    assert_eq!(status, 200);
    let children = server.get(&format!("{}/children", nodes[0])).await;
    assert_eq!(titles(&children), ["C", "A1", "A2"]);
    let (status, _) = server.ask("POST", &format!("{}/parent?position=0", nodes[2]), None).await;
    assert_eq!(status, 200);
    let (status, _) = server
        .ask(
            "POST",
            &format!("{root}/accept_children?children[]={}&children[]={}&position=1", nodes[4], nodes[3]),
            None,
        )
        .await;
    assert_eq!(status, 200);
    let head = server.get(&format!("{root}/tree/root")).await;
    assert_eq!(titles(&head["precomputed_waypoints"][""]["0"]), ["C", "A2", "A1", "A", "B"]);
    let own = format!("{}/accept_children?children[]={}&position=0", nodes[4], nodes[4]);
    let (status, answer) = server.ask("POST", &own, None).await;
    assert_eq!((status, answer), (409, json!({"error": "Can't make a parent into its own child"})));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_children_come_at_once_and_go_with_their_parent() {
    let server = TestServer::start().await;
    let (_, root, nodes) = tree(&server).await;
    let children: Vec<Value> = (0..5)
        .map(|n| json!({"title": format!("B{n}"), "level": "item", "resource": {"ref": root}}))
        .collect();
    let (status, answer) =
        server.ask("POST", &format!("{}/children", nodes[1]), Some(json!({"children": children}))).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.get(&format!("{}/children", nodes[1])).await.as_array().unwrap().len(), 5);
    assert_eq!(server.ask("DELETE", &nodes[1], None).await.0, 200);
    let gone = server.get("/delete-feed?page=1&page_size=20").await;
    assert_eq!(gone["results"].as_array().unwrap().len(), 6);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_reaches_the_whole_tree_and_suppressing_hides_it() {
    let server = TestServer::start().await;
    let (repo, root, nodes) = tree(&server).await;
    let viewer = server.user("viv", &repo, "repository-viewers").await;
    assert_eq!(server.ask("POST", &format!("{root}/publish"), None).await.0, 200);
    let node = server.get(&nodes[4]).await;
    assert_eq!((node["publish"].as_bool(), node["lock_version"].as_i64()), (Some(true), Some(0)));
    let ordered = server.get(&format!("{root}/ordered_records")).await;
    assert_eq!(ordered["uris"].as_array().unwrap().len(), 6);

    assert_eq!(server.ask_as(&viewer, "GET", &nodes[4], None).await.0, 200);
    let (_, answer) = server.ask("POST", &format!("{}/suppressed?suppressed=True", nodes[0]), None).await;
    assert_eq!(answer["suppressed_state"], json!(true));
    assert_eq!(server.ask_as(&viewer, "GET", &nodes[4], None).await.0, 404);
    let (_, list) =
        server.ask_as(&viewer, "GET", &format!("{repo}/archival_objects?all_ids=true"), None).await;
    assert_eq!(list, json!([2, 3]));
    let (_, feed) = server.ask_as(&viewer, "GET", "/feed?limit=1000", None).await;
    let told =
        feed["entries"].as_array().unwrap().iter().find(|entry| entry["uri"] == nodes[4].as_str()).unwrap();
    assert_eq!(told["change"], "deleted");
    let mut doc = server.get(&nodes[4]).await;
    doc["title"] = json!("changed");
    assert_eq!(server.ask("POST", &nodes[4], Some(doc)).await.0, 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_grows_in_no_tree_of_another_repository() {
    let server = TestServer::start().await;
    let (_, root, nodes) = tree(&server).await;
    let other = server.repository("BRN").await;
    let path = format!("{other}/archival_objects");
    for parent in [None, Some(&nodes[0])] {
        let mut doc = json!({"title": "Astray", "level": "file", "resource": {"ref": root}});
        if let Some(parent) = parent {
            doc["parent"] = json!({"ref": parent});
        }
        let (status, answer) = server.ask("POST", &path, Some(doc)).await;
        assert_eq!((status, answer["error"]["resource"].is_array()), (400, true), "{answer}");
    }
    assert_eq!(server.get(&format!("{path}?all_ids=true")).await, json!([]));
    server.stop().await;
}

/// ArchivesSpace leaves what is below it in the old tree, where nobody finds it.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_saved_into_another_tree_takes_along_what_is_below_it() {
    let server = TestServer::start().await;
    let (repo, root, nodes) = tree(&server).await;
    let other = server.post(&format!("{repo}/resources"), resource("Annex", "P2")).await;
    let mut doc = server.get(&nodes[0]).await;
    doc["resource"] = json!({"ref": other});
    server.post(&nodes[0], doc).await;
    let whole = server.get(&format!("{other}/tree")).await;
    assert_eq!(whole["children"][0]["children"].as_array().unwrap().len(), 2);
    assert_eq!(server.get(&nodes[4]).await["resource"]["ref"], json!(other));
    assert_eq!(server.get(&format!("{root}/tree/root")).await["child_count"], 2);
    let found = server.stop_and_check().await;
    assert_eq!(found, Vec::<String>::new());
}

/// Clients that walk the whole tree ask each node whether to go on.
#[tokio::test(flavor = "multi_thread")]
async fn the_whole_tree_says_which_nodes_have_children() {
    let server = TestServer::start().await;
    let (_, root, _) = tree(&server).await;
    let whole = server.get(&format!("{root}/tree")).await;
    let says: Vec<&Value> =
        whole["children"].as_array().unwrap().iter().map(|node| &node["has_children"]).collect();
    assert_eq!(says, [&json!(true), &json!(false), &json!(false)]);
    assert_eq!(whole["children"][0]["children"][0]["has_children"], false);
    server.stop().await;
}
