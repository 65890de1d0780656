//! What the server says of a record because of others, and what it fills in where nothing was sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn containers_changed_together_lose_what_is_sent_empty() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let shelf = server.post("/locations", json!({"building": "Main", "barcode": "L1"})).await;
    let profile = json!({"name": "Box", "dimension_units": "inches", "extent_dimension": "width", "depth": "1", "height": "1", "width": "1"});
    let profile = server.post("/container_profiles", profile).await;
    let one =
        server.post(&format!("{repo}/top_containers"), json!({"indicator": "1", "barcode": "b1"})).await;
    let path = format!("{repo}/top_containers");
    for (action, uri) in [("location", &shelf), ("container_profile", &profile)] {
        let parameter = format!("{action}_uri");
        let property = if action == "location" { "container_locations" } else { action };
        for (sent, updated, there) in [
            (uri.as_str(), 1, true),
            (if action == "location" { &profile } else { &shelf }, 0, true),
            ("/locations/99", 0, true),
            ("", 1, false),
        ] {
            let asked = format!("{path}/batch/{action}?ids[]=1&{parameter}={sent}");
            let (status, answer) = server.ask("POST", &asked, None).await;
            assert_eq!((status, &answer["records_updated"]), (200, &json!(updated)), "{asked} {answer}");
            let held = server.get(&one).await[property].clone();
            assert_eq!(!(held.is_null() || held == json!([])), there, "{asked} {held}");
        }
    }

    let indicators = format!("{path}/bulk/indicators");
    for (sent, status, updated, indicator) in [
        (json!("7"), 200, json!([1]), "7"),
        (Value::Null, 200, json!([]), "7"),
        (json!(""), 200, json!([]), "7"),
        (json!({"a": 1}), 400, Value::Null, "7"),
        (json!("x".repeat(256)), 400, Value::Null, "7"),
        (json!(8), 200, json!([1]), "8"),
    ] {
        let (found, answer) = server.ask("POST", &indicators, Some(json!({ &one: sent }))).await;
        assert_eq!((found, &answer["updated"]), (status, &updated), "{sent} {answer}");
        assert_eq!(server.get(&one).await["indicator"], indicator, "{sent}");
    }
    assert_eq!(
        server.ask("POST", &format!("{path}/bulk/barcodes"), Some(json!({ &one: null }))).await.0,
        200
    );
    assert_eq!(server.get(&one).await.get("barcode"), None);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_records_are_published_as_who_makes_them_prefers() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let manager = server.user("manager", &repo, "repository-managers").await;
    let own = server.ask_as(&manager, "GET", "/users/current-user", None).await.1["uri"].clone();
    let own: i64 = own.as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let document = json!({"title": "a", "location": "b"});
    let made = |id: &str| json!({"id_0": id, "external_documents": [document]});
    let list = format!("{repo}/accessions");
    let flags = |doc: &Value| (doc["publish"] == true, doc["external_documents"][0]["publish"] == true);

    let before = server.post(&list, made("A1")).await;
    assert_eq!(flags(&server.get(&before).await), (false, false));
    let wish = |publish: bool| json!({"defaults": {"publish": publish}});
    server.post(&format!("{repo}/preferences"), wish(true)).await;
    let mut mine = wish(false);
    mine["user_id"] = json!(own);
    let (status, answer) = server.ask_as(&manager, "POST", &format!("{repo}/preferences"), Some(mine)).await;
    assert_eq!(status, 200, "{answer}");

    let after = server.post(&list, made("A2")).await;
    assert_eq!(flags(&server.get(&after).await), (true, true));
    let mut said = made("A3");
    said["publish"] = json!(false);
    let said = server.post(&list, said).await;
    assert_eq!(flags(&server.get(&said).await), (false, true));
    let (_, theirs) = server.ask_as(&manager, "POST", &list, Some(made("A4"))).await;
    assert_eq!(flags(&server.get(theirs["uri"].as_str().unwrap()).await), (false, false));

    let root = server.post(&format!("{repo}/resources"), resource("Papers", "MS1")).await;
    let child = json!({"title": "a", "level": "file", "jsonmodel_type": "archival_object", "resource": {"ref": root}});
    let child = json!({"children": [child]});
    let (status, answer) = server.ask("POST", &format!("{root}/children"), Some(child)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.get(&format!("{repo}/archival_objects/1")).await["publish"], true);
    let mut sent = made("A5");
    sent["jsonmodel_type"] = json!("accession");
    sent["uri"] = json!(format!("{list}/import_1"));
    let (_, answer) = server.ask("POST", &format!("{repo}/batch_imports"), Some(json!([sent]))).await;
    let saved = &answer.as_array().unwrap().last().unwrap()["saved"];
    let uri = saved[format!("{list}/import_1")][0].as_str().unwrap().to_owned();
    assert_eq!(flags(&server.get(&uri).await), (true, true));
    // An update that does not say so is no wish to publish, nor to hide what another said.
    let mut doc = server.get(&uri).await;
    doc.as_object_mut().unwrap().remove("publish");
    assert_eq!(server.ask("POST", &uri, Some(doc)).await.0, 200);
    assert_eq!(server.get(&uri).await["publish"], false);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_list_takes_a_default_and_no_other_values() {
    let server = TestServer::start().await;
    let list = server.get("/config/enumerations/names/date_standardized_type").await;
    assert_eq!(list["editable"], false);
    let uri = list["uri"].as_str().unwrap().to_owned();
    for (change, status) in [("more", 403), ("less", 403), ("default", 200)] {
        let mut list = server.get(&uri).await;
        list["default_value"] = json!("not_after");
        let values = list["values"].as_array_mut().unwrap();
        match change {
            "more" => values.push(json!("perhaps")),
            "less" => drop(values.pop()),
            _ => {}
        }
        assert_eq!(server.ask("POST", &uri, Some(list)).await.0, status, "{change}");
    }
    let after = server.get(&uri).await;
    assert_eq!((&after["default_value"], &after["values"]), (&json!("not_after"), &list["values"]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_stands_for_what_an_instance_says() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let object =
        |id: &str, files: Value| json!({"title": id, "digital_object_id": id, "file_versions": files});
    let file = |uri: &str| json!({"file_uri": uri, "publish": true, "use_statement": "image-thumbnail"});
    let next = json!({"file_uri": "https://a/large", "publish": true});
    let objects = format!("{repo}/digital_objects");
    // Published or not, who may see it is told its file.
    let scan = server.post(&objects, object("d1", json!([file("t1"), next]))).await;
    let album = server.post(&objects, object("d2", json!([]))).await;
    let page = |title: &str, files: Value| json!({"title": title, "digital_object": {"ref": album}, "file_versions": files});
    let pages = format!("{repo}/digital_object_components");
    server.post(&pages, page("blank", json!([{"file_uri": "secret"}]))).await;
    let second = server.post(&pages, page("second", json!([file("t2"), next]))).await;
    let empty = server.post(&objects, object("d3", json!([]))).await;
    let instance = |uri: &str| json!([{"instance_type": "digital_object", "is_representative": true, "digital_object": {"ref": uri}}]);

    let own = server.get(&scan).await["representative_file_version"].clone();
    assert_eq!((&own["file_uri"], &own["link_uri"]), (&json!("t1"), &json!("https://a/large")));
    assert_eq!(own.get("derived_from"), None, "{own}");
    for (id, object, file, from, leads) in [
        ("A1", &scan, json!("t1"), json!(scan), Value::Null),
        ("A2", &album, json!("t2"), json!(second), json!("https://a/large")),
        ("A3", &empty, Value::Null, Value::Null, Value::Null),
    ] {
        let accession = json!({"id_0": id, "instances": instance(object)});
        let accession = server.post(&format!("{repo}/accessions"), accession).await;
        let found = server.get(&accession).await["representative_file_version"].clone();
        let part = |name: &str| found.get(name).cloned().unwrap_or_default();
        assert_eq!((part("file_uri"), part("derived_from"), part("link_uri")), (file, from, leads), "{id}");
    }

    // A resource asks its tree, whether it is published itself or not.
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "MS1")).await;
    let node = |publish: bool, object: &str| json!({"title": "a", "level": "file", "publish": publish, "resource": {"ref": root}, "instances": instance(object)});
    let nodes = format!("{repo}/archival_objects");
    server.post(&nodes, node(false, &scan)).await;
    server.post(&nodes, node(true, &album)).await;
    let found = server.get(&root).await["representative_file_version"].clone();
    assert_eq!((&found["file_uri"], &found["derived_from"]), (&json!("t2"), &json!(second)), "{found}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_published_makes_other_records_public() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let mut open = server.get(&repo).await;
    open["publish"] = json!(true);
    assert_eq!(server.ask("POST", &repo, Some(open)).await.0, 200);
    let closed = server.repository("BRT").await;
    let subject = async |term: &str| {
        let terms = json!([{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]);
        let doc = json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": terms});
        server.post("/subjects", doc).await
    };
    let agent = async |name: &str, more: Value| {
        let mut doc = json!({"names": [{"primary_name": name, "source": "local", "name_order": "direct", "sort_name_auto_generate": true}]});
        doc.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        server.post("/agents/people", doc).await
    };
    let (ships, boats, rafts) = (subject("Ships").await, subject("Boats").await, subject("Rafts").await);
    let place = |uri: &str, publish: bool| json!({"subjects": [{"ref": uri}], "publish": publish});
    agent("Ada", json!({"publish": true, "agent_places": [place(&ships, true), place(&boats, false)]})).await;
    let (bea, cleo) = (agent("Bea", json!({})).await, agent("Cleo", json!({})).await);
    let statement = json!({
        "rights_type": "license", "license_terms": "x", "start_date": "2000-01-01",
        "linked_agents": [{"ref": cleo, "role": "rights_holder"}],
    });
    let accession = |id: &str, publish: bool| {
        json!({
            "id_0": id, "publish": publish, "subjects": [{"ref": rafts}], "rights_statements": [statement],
            "linked_agents": [{"ref": bea, "role": "creator"}],
        })
    };
    let hidden = server.post(&format!("{closed}/accessions"), accession("A1", true)).await;
    for (uri, expected) in [(&ships, true), (&boats, false), (&rafts, false), (&bea, false)] {
        assert_eq!(server.get(uri).await["is_linked_to_published_record"], expected, "{uri}");
    }
    for uri in [&rafts, &bea] {
        let found = server.get(uri).await;
        assert_eq!(found["used_within_repositories"], json!([closed]), "{uri}");
        assert_eq!(found["used_within_published_repositories"], json!([]), "{uri}");
    }
    server.post(&format!("{repo}/accessions"), accession("A1", false)).await;
    for (uri, used) in [(&rafts, json!([repo])), (&bea, json!([repo])), (&cleo, json!([]))] {
        let found = server.get(uri).await;
        assert_eq!(found["used_within_published_repositories"], used, "{uri}");
        assert_eq!(found["is_linked_to_published_record"], false, "{uri}");
    }
    server.post(&format!("{repo}/accessions"), accession("A2", true)).await;
    for (uri, expected) in [(&rafts, true), (&bea, true), (&cleo, false)] {
        assert_eq!(server.get(uri).await["is_linked_to_published_record"], expected, "{uri}");
    }
    assert_eq!(server.ask("DELETE", &hidden, None).await.0, 200);

    // A digital object is of the collection of a component when that is published.
    let object = server
        .post(&format!("{repo}/digital_objects"), json!({"title": "d", "digital_object_id": "d"}))
        .await;
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "MS1")).await;
    let node = |publish: bool| {
        json!({"title": "a", "level": "file", "publish": publish, "resource": {"ref": root},
            "instances": [{"instance_type": "digital_object", "digital_object": {"ref": object}}]})
    };
    for (publish, collection) in [(false, json!([])), (true, json!([{"ref": root}]))] {
        server.post(&format!("{repo}/archival_objects"), node(publish)).await;
        assert_eq!(server.get(&object).await["collection"], collection, "{publish}");
    }
    assert_eq!(server.get(&object).await["linked_instances"].as_array().unwrap().len(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_may_have_one_name() {
    let server = TestServer::start().await;
    for name in ["ada", "ada2"] {
        server.post("/users?password=secret", json!({"username": name, "name": "Ada Lovelace"})).await;
    }
    let (first, second) = (server.get("/users/5").await, server.get("/users/6").await);
    let agent = |user: &Value| user["agent_record"]["ref"].as_str().unwrap().to_owned();
    assert_ne!(agent(&first), agent(&second));
    let doc = server.get(&agent(&second)).await;
    assert_eq!(doc["is_user"], "ada2");
    assert_eq!(server.ask("POST", &agent(&second), Some(doc)).await.0, 200);
    let name = json!({"primary_name": "X", "source": "local", "name_order": "direct", "sort_name_auto_generate": true, "authority_id": "n1"});
    let mut other = name.clone();
    other["primary_name"] = json!("Y");
    let (status, answer) = server.ask("POST", "/agents/people", Some(json!({"names": [name, other]}))).await;
    assert_eq!(
        (status, answer),
        (400, json!({"error": {"names/1/authority_id": ["Authority ID must be unique"]}}))
    );
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}
