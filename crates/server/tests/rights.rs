//! Rights that nobody gets by a way around: batches, settings, accounts, suppressed records, requests sent again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};

/// A user with these codes everywhere; the session.
async fn holder(server: &TestServer, name: &str, codes: &[&str]) -> String {
    server.post("/users?password=secret", json!({"username": name, "name": name})).await;
    let group = json!({"group_code": format!("of-{name}"), "description": name, "grants_permissions": codes, "member_usernames": [name]});
    server.post("/repositories/1/groups", group).await;
    server.login(name, "secret").await
}

/// Address of a user.
async fn address(server: &TestServer, name: &str) -> String {
    let users = server.get("/users?page=1&page_size=100").await;
    let users = users["results"].as_array().unwrap();
    let user = users.iter().find(|user| user["username"] == name).unwrap();
    user["uri"].as_str().unwrap().to_owned()
}

fn person(name: &str) -> Value {
    json!({"jsonmodel_type": "agent_person", "names": [{"jsonmodel_type": "name_person", "primary_name": name, "name_order": "direct", "source": "local", "sort_name_auto_generate": true}]})
}

async fn suppress(server: &TestServer, uri: &str, suppressed: bool) {
    let (status, answer) =
        server.ask("POST", &format!("{uri}/suppressed?suppressed={suppressed}"), None).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_brings_no_rights() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let importer = server.user("imp", &repo, "repository-archivists").await;
    let path = format!("{repo}/batch_imports");
    for (kind, uri) in [
        ("group", format!("{repo}/groups/import_1")),
        ("user", "/users/import_1".to_owned()),
        ("repository", "/repositories/import_1".to_owned()),
        ("preference", format!("{repo}/preferences/import_1")),
        ("vocabulary", "/vocabularies/import_1".to_owned()),
    ] {
        let record = json!({"jsonmodel_type": kind, "uri": uri, "group_code": "x", "description": "x", "grants_permissions": ["administer_system"], "member_usernames": ["imp"]});
        let accession = json!({"jsonmodel_type": "accession", "uri": format!("{repo}/accessions/import_2"), "id_0": "A1"});
        let (status, answer) =
            server.ask_as(&importer, "POST", &path, Some(json!([accession, record]))).await;
        let told = json!({"error": format!("Records of kind {kind} cannot be imported")});
        assert_eq!((status, answer), (400, told));
    }
    assert_eq!(server.get(&format!("{repo}/accessions?all_ids=true")).await, json!([]));
    let global =
        json!([{"jsonmodel_type": "accession", "uri": "/repositories/1/accessions/import_2", "id_0": "A1"}]);
    let (_, answer) = server.ask("POST", "/repositories/1/batch_imports", Some(global)).await;
    assert!(answer.to_string().contains("takes no records of kind accession"), "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_leaves_what_it_finds_as_it_is() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let mut there = person("Okafor");
    there["names"][0]["authority_id"] = json!("n1");
    there["names"][0]["rest_of_name"] = json!("Ada");
    let there = server.post("/agents/people", there).await;
    // The same authority ID under another name, and a link to somebody of the batch who links back.
    let mut brought = person("Okafor");
    brought["uri"] = json!("/agents/people/import_1");
    brought["names"][0]["authority_id"] = json!("n1");
    let related = |uri: &str| json!([{"jsonmodel_type": "agent_relationship_associative", "relator": "is_associative_with", "ref": uri}]);
    brought["related_agents"] = related("/agents/people/import_2");
    let mut other = person("Northcote");
    other["uri"] = json!("/agents/people/import_2");
    other["related_agents"] = related("/agents/people/import_1");
    let (_, answer) =
        server.ask("POST", &format!("{repo}/batch_imports"), Some(json!([brought, other]))).await;
    let saved = answer.as_array().unwrap().last().unwrap()["saved"].clone();
    assert_eq!(saved["/agents/people/import_1"][0], json!(there), "{answer}");
    let read = server.get(&there).await;
    assert_eq!(read["names"][0]["rest_of_name"], "Ada", "{read}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_preferences_become_nobody_elses() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let viewer = server.user("viv", &repo, "repository-viewers").await;
    let number: u64 = address(&server, "viv").await.rsplit('/').next().unwrap().parse().unwrap();
    let own = json!({"user_id": number, "defaults": {"show_suppressed": false}});
    let (status, answer) = server.ask_as(&viewer, "POST", "/repositories/1/preferences", Some(own)).await;
    assert_eq!(status, 200, "{answer}");
    let uri = answer["uri"].as_str().unwrap().to_owned();
    for owner in [Value::Null, json!(1)] {
        let mut doc = server.get(&uri).await;
        doc["user_id"] = owner;
        let (status, answer) = server.ask_as(&viewer, "POST", &uri, Some(doc)).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(server.get(&uri).await["user_id"], json!(number));
    }
    let defaults = server.get("/current_global_preferences").await;
    assert!(defaults.get("global").is_none(), "{defaults}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_values_are_not_written_over_unseen() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    for (path, kind) in
        [("default_values/accession", "accession"), ("required_fields/agent_person", "agent_person")]
    {
        let path = format!("{repo}/{path}");
        let doc = |version: Value| json!({"record_type": kind, "lock_version": version, "defaults": {}, "subrecord_requirements": []});
        for (version, wanted) in
            [(Value::Null, 200), (json!(0), 200), (json!(0), 409), (json!(1), 200), (Value::Null, 200)]
        {
            let (status, answer) = server.ask("POST", &path, Some(doc(version.clone()))).await;
            assert_eq!(status, wanted, "{path} {version}: {answer}");
        }
    }
    let list = json!({"name": "colours", "values": ["red", "blue"], "default_value": "red"});
    let list = server.post("/config/enumerations", list).await;
    let values = server.get(&list).await["enumeration_values"].clone();
    let uri = values[0]["uri"].as_str().unwrap().to_owned();
    let seen = server.get(&uri).await;
    for (spelling, wanted) in [("scarlet", 200), ("crimson", 409)] {
        let mut doc = seen.clone();
        doc["value"] = json!(spelling);
        let (status, answer) = server.ask("POST", &uri, Some(doc)).await;
        assert_eq!(status, wanted, "{answer}");
    }
    assert_eq!(server.get(&list).await["default_value"], "scarlet");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_not_replaced_by_itself_and_takes_the_default_along() {
    let server = TestServer::start().await;
    let list = json!({"name": "colours", "values": ["red", "blue"], "default_value": "red"});
    let list = server.post("/config/enumerations", list).await;
    let ask = |from: &str, to: &str| {
        let doc = json!({"enum_uri": list, "from": from, "to": to});
        server.ask("POST", "/config/enumerations/migration", Some(doc))
    };
    let (status, answer) = ask("red", "red").await;
    assert_eq!((status, answer["error"]["to"].is_array()), (400, true), "{answer}");
    assert_eq!(server.get(&list).await["values"], json!(["red", "blue"]));
    let (status, answer) = ask("red", "blue").await;
    assert_eq!((status, &answer["values"]), (200, &json!(["blue"])));
    assert!(server.get(&list).await.get("default_value").is_none());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_session() {
    let server = TestServer::start().await;
    server.post("/users?password=secret", json!({"username": "eve", "name": "Eve"})).await;
    let uri = address(&server, "eve").await;
    let (one, other) = (server.login("eve", "secret").await, server.login("eve", "secret").await);
    assert_eq!(server.ask_as(&one, "POST", &format!("{uri}/password?password=second"), None).await.0, 200);
    for token in [&one, &other] {
        assert_eq!(server.ask_as(token, "GET", "/repositories", None).await.0, 412);
    }
    let token = server.login("eve", "second").await;
    let doc = server.get(&uri).await;
    assert_eq!(server.ask("POST", &format!("{uri}?password=third"), Some(doc)).await.0, 200);
    assert_eq!(server.ask_as(&token, "GET", "/repositories", None).await.0, 412);
    assert_eq!(server.ask("GET", "/repositories", None).await.0, 200, "those of others go on");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_another_name_keeps_groups_and_jobs() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let token = server.user("eve", &repo, "repository-archivists").await;
    let job = json!({"job": {"jsonmodel_type": "trim_whitespace_job"}});
    let (status, job) = server.ask_as(&token, "POST", &format!("{repo}/jobs"), Some(job)).await;
    assert_eq!(status, 200, "{job}");
    let shout = json!({"group_code": "loud", "description": "Loud", "member_usernames": ["EVE"]});
    let loud = server.post(&format!("{repo}/groups"), shout).await;
    let uri = address(&server, "eve").await;
    let mut doc = server.get(&uri).await;
    doc["username"] = json!("eva");
    assert_eq!(server.ask("POST", &uri, Some(doc)).await.0, 200);
    let group = server.get(&format!("{repo}/groups?group_code=repository-archivists")).await;
    assert_eq!(group[0]["member_usernames"], json!(["eva"]));
    assert_eq!(server.get(&loud).await["member_usernames"], json!(["eva"]));
    // Saved again as it is read, the group keeps its member.
    let group = server.get(group[0]["uri"].as_str().unwrap()).await;
    server.post(group["uri"].as_str().unwrap(), group.clone()).await;
    let token = server.login("eva", "secret").await;
    let doc = json!({"id_0": "A1"});
    assert_eq!(server.ask_as(&token, "POST", &format!("{repo}/accessions"), Some(doc)).await.0, 200);
    assert_eq!(server.get(job["uri"].as_str().unwrap()).await["owner"], "eva");
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_goes_with_what_is_theirs_alone() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    for uri in [true, false] {
        let token = server.user("eve", &repo, "repository-viewers").await;
        let user = address(&server, "eve").await;
        let number: u64 = user.rsplit('/').next().unwrap().parse().unwrap();
        let own = json!({"user_id": number, "defaults": {}});
        let path = format!("{repo}/preferences");
        assert_eq!(server.ask_as(&token, "POST", &path, Some(own)).await.0, 200);
        // One by one, and in a batch.
        let (method, path) = match uri {
            true => ("DELETE", user.clone()),
            false => ("POST", format!("/batch_delete?record_uris[]={user}")),
        };
        let (status, answer) = server.ask(method, &path, None).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(server.get(&format!("{repo}/preferences?user_id={number}")).await, json!([]));
        let viewers = server.get(&format!("{repo}/groups?group_code=repository-viewers")).await;
        assert_eq!(viewers[0]["member_usernames"], json!([]));
    }
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_deletes_no_repository_that_holds_something() {
    let server = TestServer::start().await;
    let (repo, empty) = (server.repository("ALB").await, server.repository("BRN").await);
    server.post(&format!("{repo}/accessions"), json!({"id_0": "A1"})).await;
    for uri in [repo.as_str(), "/repositories/1"] {
        let (status, answer) = server.ask("POST", &format!("/batch_delete?record_uris[]={uri}"), None).await;
        assert_eq!(status, 403, "{answer}");
    }
    let (status, answer) = server.ask("POST", &format!("/batch_delete?record_uris[]={empty}"), None).await;
    assert_eq!(status, 200, "{answer}");
    // Its code is free again; the agent that it left stands for the new one.
    let again = server.repository("BRN").await;
    assert_eq!(server.get(&again).await["agent_representation"]["ref"], "/agents/corporate_entities/2");
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_may_have_one_name() {
    let server = TestServer::start().await;
    for name in ["ann", "anna"] {
        server.post("/users?password=secret", json!({"username": name, "name": "Ann Onym"})).await;
    }
    let user = server.get(&address(&server, "anna").await).await;
    let agent = user["agent_record"]["ref"].as_str().unwrap().to_owned();
    // Saved again, it may still be like the other one.
    let mut doc = server.get(&agent).await;
    doc["publish"] = json!(true);
    server.post(&agent, doc).await;
    // Who is no user may have the name too, but only one.
    let mut namesake = server.get(&agent).await;
    for (wanted, name) in [(200, "first"), (400, "second")] {
        namesake["publish"] = json!(false);
        let (status, answer) = server.ask("POST", "/agents/people", Some(namesake.clone())).await;
        assert_eq!(status, wanted, "{name}: {answer}");
    }
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_not_changed() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let other = server.repository("BRN").await;
    let codes =
        ["view_repository", "update_resource_record", "merge_archival_record", "suppress_archival_record"];
    let editor = holder(&server, "ed", &codes).await;
    let made = |title: &str, id: &str| server.post("/repositories/2/resources", resource(title, id));
    let (root, hidden) = (
        server.post(&format!("{repo}/resources"), resource("Papers", "P1")).await,
        made("Sealed", "P2").await,
    );
    let node = |title: &str, root: &str| json!({"title": title, "level": "file", "resource": {"ref": root}});
    let nodes = format!("{repo}/archival_objects");
    let (shown, inner) =
        (server.post(&nodes, node("A", &root)).await, server.post(&nodes, node("B", &root)).await);
    let sealed = server.post(&nodes, node("C", &hidden)).await;
    suppress(&server, &hidden, true).await;
    suppress(&server, &inner, true).await;
    let child = json!({"children": [{"title": "D", "level": "file", "resource": {"ref": root}}]});
    let merge = |into: &str, from: &str| json!({"uri": "/merge_requests/resource", "merge_destination": {"ref": into}, "merge_candidates": [{"ref": from}]});
    let number = inner.rsplit('/').next().unwrap();
    for (path, body, wanted) in [
        (format!("{inner}/parent?position=0"), None, 404),
        (format!("{shown}/parent?parent={number}&position=0"), None, 400),
        (format!("{hidden}/accept_children?children[]={shown}&position=0"), None, 404),
        (format!("{root}/accept_children?children[]={sealed}&position=0"), None, 404),
        (format!("{hidden}/children"), Some(child), 404),
        (format!("{hidden}/publish"), None, 404),
        (format!("{hidden}/unpublish"), None, 404),
        (format!("{hidden}/transfer?target_repo={other}"), None, 404),
        (format!("{repo}/component_transfers?target_resource={root}&component={sealed}"), None, 404),
        (format!("{repo}/component_transfers?target_resource={hidden}&component={shown}"), None, 400),
        ("/merge_requests/resource?repo_id=2".to_owned(), Some(merge(&root, &hidden)), 404),
        ("/merge_requests/resource?repo_id=2".to_owned(), Some(merge(&hidden, &root)), 404),
    ] {
        let (status, answer) = server.ask_as(&editor, "POST", &path, body).await;
        assert_eq!(status, wanted, "{path}: {answer}");
    }
    // Who may suppress may take it back without being shown it.
    let (status, _) =
        server.ask_as(&editor, "POST", &format!("{inner}/suppressed?suppressed=false"), None).await;
    assert_eq!(status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_below_the_hidden_is_hidden() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let roots = format!("{repo}/resources");
    let (open, closed) = (
        server.post(&roots, resource("Open", "P1")).await,
        server.post(&roots, resource("Closed", "P2")).await,
    );
    suppress(&server, &closed, true).await;
    let nodes = format!("{repo}/archival_objects");
    let node = |title: &str, root: &str| json!({"title": title, "level": "file", "resource": {"ref": root}});
    let mut moved = Vec::new();
    for title in ["Accepted", "Transferred", "Saved"] {
        let uri = server.post(&nodes, node(title, &open)).await;
        let mut below = node("below", &open);
        below["parent"] = json!({"ref": uri});
        moved.push((uri, server.post(&nodes, below).await));
    }
    let made = server.post(&nodes, node("Made", &closed)).await;
    assert_eq!(server.get(&made).await["suppressed"], true);
    let path = format!("{closed}/accept_children?children[]={}&position=0", moved[0].0);
    assert_eq!(server.ask("POST", &path, None).await.0, 200);
    let path = format!("{repo}/component_transfers?target_resource={closed}&component={}", moved[1].0);
    assert_eq!(server.ask("POST", &path, None).await.0, 200);
    let mut doc = server.get(&moved[2].0).await;
    doc["resource"] = json!({"ref": closed});
    server.post(&moved[2].0, doc).await;
    for (uri, below) in &moved {
        for uri in [uri, below] {
            let read = server.get(uri).await;
            assert_eq!(
                (&read["suppressed"], &read["resource"]["ref"]),
                (&json!(true), &json!(closed)),
                "{read}"
            );
        }
    }
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_hidden_with_the_last_of_its_records() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let made = |id: &str| server.post("/repositories/2/accessions", json!({"id_0": id, "title": id}));
    let (one, other) = (made("A1").await, made("A2").await);
    let agent = server.post("/agents/people", person("Okafor")).await;
    let event = json!({
        "event_type": "accession", "timestamp": "2020-01-01T00:00:00Z",
        "linked_agents": [{"ref": agent, "role": "recipient"}],
        "linked_records": [{"ref": one, "role": "source"}, {"ref": other, "role": "source"}],
    });
    let event = server.post(&format!("{repo}/events"), event).await;
    for (uri, suppressed, wanted) in
        [(&one, true, false), (&other, true, true), (&one, false, false), (&other, false, false)]
    {
        suppress(&server, uri, suppressed).await;
        assert_eq!(server.get(&event).await["suppressed"], json!(wanted), "{uri} {suppressed}");
    }
    suppress(&server, &event, true).await;
    suppress(&server, &one, true).await;
    assert_eq!(server.get(&event).await["suppressed"], true, "one that was hidden by itself stays so");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_down_count_the_nodes_that_are_shown() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let viewer = server.user("viv", &repo, "repository-viewers").await;
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "P1")).await;
    let children: Vec<Value> = (0..202)
        .map(|n| json!({"title": format!("N{n}"), "level": "item", "resource": {"ref": root}}))
        .collect();
    server.post(&format!("{root}/children"), json!({"children": children})).await;
    for number in 1..=2 {
        suppress(&server, &format!("{repo}/archival_objects/{number}"), true).await;
    }
    let path = format!("{root}/tree/node_from_root?node_ids[]=202");
    for (token, offset) in [(&viewer, 0), (&server.token, 1)] {
        let (_, way) = server.ask_as(token, "GET", &path, None).await;
        assert_eq!(way["202"][0]["offset"], json!(offset), "{way}");
        let page = format!("{root}/tree/waypoint?offset={offset}");
        let (_, page) = server.ask_as(token, "GET", &page, None).await;
        assert!(page.to_string().contains("archival_objects/202\""), "{offset}");
    }
    server.stop().await;
}

/// A request with a key.
async fn keyed(server: &TestServer, token: &str, key: &str, path: &str, body: Value) -> (u16, Value) {
    let request = server.http.post(format!("{}{path}", server.url)).header("Idempotency-Key", key);
    let answer = request.header("X-ArchivesSpace-Session", token).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_under_a_key_holds() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let writer = server.user("wim", &repo, "repository-archivists").await;
    let list = format!("{repo}/accessions");
    let (status, first) = keyed(&server, &writer, "k1", &list, json!({"id_0": "A1"})).await;
    assert_eq!(status, 200, "{first}");
    // A newer body, one that is wrong, a right that is gone: the answer is the first one.
    for body in [json!({"id_0": "A2", "title": "Newer"}), json!({"id_0": 7})] {
        assert_eq!(keyed(&server, &writer, "k1", &list, body).await, (200, first.clone()));
    }
    let uri = address(&server, "wim").await;
    let path = format!("{uri}/groups?remove_groups=true&repo_id=2");
    assert_eq!(server.ask("POST", &path, None).await.0, 200);
    assert_eq!(keyed(&server, &writer, "k2", &list, json!({"id_0": "A3"})).await.0, 403);
    assert_eq!(keyed(&server, &writer, "k1", &list, json!({"id_0": "A1"})).await, (200, first.clone()));
    // Who may see the record is told as well, others are not.
    assert_eq!(keyed(&server, &server.token, "k1", &list, json!({"id_0": "A1"})).await, (200, first));
    let other = server.repository("BRN").await;
    let stranger = server.user("sam", &other, "repository-archivists").await;
    let (status, _) = keyed(&server, &stranger, "k1", &list, json!({"id_0": "A1"})).await;
    assert_eq!(status, 403);
    let (status, _) =
        keyed(&server, &server.token, "k1", &format!("{repo}/resources"), resource("P", "1")).await;
    assert_eq!(status, 409, "another request under the same key");
    assert_eq!(server.get(&format!("{list}?all_ids=true")).await, json!([1]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_with_one_key_at_once_make_one_record() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let list = format!("{repo}/accessions");
    for round in 0..5 {
        let body = json!({"id_0": format!("A{round}")});
        let key = format!("k{round}");
        let ask = || keyed(&server, &server.token, &key, &list, body.clone());
        let (one, other, third) = tokio::join!(ask(), ask(), ask());
        assert_eq!((one.0, &one, &one), (200, &other, &third));
    }
    assert_eq!(server.get(&format!("{list}?all_ids=true")).await, json!([1, 2, 3, 4, 5]));
    server.stop().await;
}
