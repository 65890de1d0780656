//! Controlled lists, batches, merges, finding.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_controlled_list_grows_and_merges() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let path = "/config/enumerations/names/extent_extent_type";
    let mut list = server.get(path).await;
    let uri = list["uri"].as_str().unwrap().to_owned();
    list["values"].as_array_mut().unwrap().push(json!("scrolls"));
    assert_eq!(server.ask("POST", &uri, Some(list.clone())).await.0, 200);
    assert_eq!(server.ask("POST", &uri, Some(list)).await.0, 409, "stale");

    let mut doc = resource("Papers", "P1");
    doc["extents"][0]["extent_type"] = json!("scrolls");
    let papers = server.post(&format!("{repo}/resources"), doc).await;
    let merge = json!({"enum_uri": uri, "from": "scrolls", "to": "volumes"});
    assert_eq!(server.ask("POST", "/config/enumerations/migration", Some(merge)).await.0, 200);
    assert_eq!(server.get(&papers).await["extents"][0]["extent_type"], "volumes");
    assert!(!server.get(path).await["values"].as_array().unwrap().contains(&json!("scrolls")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_stored_whole_or_not_at_all() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let mut root = resource("Imported", "IMP");
    root["jsonmodel_type"] = json!("resource");
    root["uri"] = json!(format!("{repo}/resources/import_1"));
    root["extents"][0]["extent_type"] = json!("made_up");
    let node = |n: u32, title: &str, parent: Option<u32>| {
        let mut doc = json!({
            "jsonmodel_type": "archival_object", "uri": format!("{repo}/archival_objects/import_{n}"), "title": title,
            "level": "file", "resource": {"ref": format!("{repo}/resources/import_1")},
        });
        if let Some(parent) = parent {
            doc["parent"] = json!({"ref": format!("{repo}/archival_objects/import_{parent}")});
        }
        doc
    };
    // The child comes before its parent.
    let batch = json!([node(3, "Child", Some(2)), node(2, "Parent", None), root]);
    let (status, answer) = server.ask("POST", &format!("{repo}/batch_imports"), Some(batch.clone())).await;
    assert_eq!(status, 200);
    let saved = &answer.as_array().unwrap().last().unwrap()["saved"];
    assert_eq!(
        saved[format!("{repo}/resources/import_1")][0].as_str(),
        Some(format!("{repo}/resources/1").as_str()),
        "{answer}"
    );
    let tree = server.get(&format!("{repo}/resources/1?resolve[]=tree")).await;
    assert_eq!(tree["tree"]["_resolved"]["children"][0]["children"][0]["title"], "Child");

    let (_, answer) = server.ask("POST", &format!("{repo}/batch_imports"), Some(batch)).await;
    let last = answer.as_array().unwrap().last();
    assert!(last.unwrap()["errors"].is_array(), "the identifier is taken: {answer}");
    assert_eq!(
        server.get(&format!("{repo}/archival_objects?all_ids=true")).await.as_array().unwrap().len(),
        2
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_batch_tells_how_far_it_is() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let batch: Vec<Value> = (0..6_000)
        .map(|n| {
            json!({
                "jsonmodel_type": "accession", "uri": format!("{repo}/accessions/import_{n}"),
                "id_0": n.to_string(), "title": format!("Gift {n}"), "accession_date": "2020-01-01",
            })
        })
        .collect();
    let request = server.http.post(format!("{}{repo}/batch_imports", server.url));
    let request = request.header("X-ArchivesSpace-Session", &server.token).json(&batch);
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain");
    // The head and the first piece are here before anything is saved.
    let first = answer.chunk().await.unwrap().unwrap();
    assert_eq!(server.get(&format!("{repo}/accessions?all_ids=true")).await, json!([]));
    let mut text = first.to_vec();
    while let Some(piece) = answer.chunk().await.unwrap() {
        text.extend(piece);
    }
    let told: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let ticks: Vec<u64> = told.iter().filter_map(|piece| piece["ticks"].as_u64()).collect();
    assert!(!ticks.is_empty());
    assert!(told.iter().all(|piece| piece.get("ticks").is_none() || piece["total"] == json!(batch.len())));
    assert_eq!(told.last().unwrap()["saved"].as_object().unwrap().len(), batch.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_subjects_leave_their_links_to_the_one_that_stays() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let subject = |term: &str| {
        json!({
            "source": "local", "vocabulary": "/vocabularies/1",
            "terms": [{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}],
        })
    };
    let stays = server.post("/subjects", subject("Letters")).await;
    let goes = server.post("/subjects", subject("Leters")).await;
    let both = json!({"id_0": "A1", "subjects": [{"ref": stays}, {"ref": goes}]});
    let uri = server.post(&format!("{repo}/accessions"), both).await;
    let request = json!({"merge_destination": {"ref": stays}, "merge_candidates": [{"ref": goes}]});
    let (status, answer) = server.ask("POST", "/merge_requests/subject", Some(request)).await;
    assert_eq!((status, answer["status"].as_str()), (200, Some("Merged")), "{answer}");
    assert_eq!(server.get(&uri).await["subjects"], json!([{"ref": stays}]));
    assert_eq!(server.ask("GET", &goes, None).await.0, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_found_by_their_identifiers() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "P1")).await;
    let doc = json!({"title": "A", "level": "file", "ref_id": "ref-1", "component_id": "C1", "resource": {"ref": root}});
    let node = server.post(&format!("{repo}/archival_objects"), doc).await;
    let found = server.get(&format!("{repo}/find_by_id/resources?identifier[]=[\"P1\"]")).await;
    assert_eq!(found, json!({"resources": [{"ref": root}]}));
    for query in ["ref_id[]=ref-1", "component_id[]=C1", "ref_id[]=ref-1&component_id[]=C1"] {
        let found = server.get(&format!("{repo}/find_by_id/archival_objects?{query}")).await;
        assert_eq!(found, json!({"archival_objects": [{"ref": node}]}), "{query}");
    }
    let none = server.get(&format!("{repo}/find_by_id/archival_objects?ref_id[]=other")).await;
    assert_eq!(none, json!({"archival_objects": []}));
    let resolved = server.get(&format!("{node}?resolve[]=resource::repository&resolve[]=ancestors")).await;
    assert_eq!(resolved["resource"]["_resolved"]["repository"]["_resolved"]["repo_code"], "ALB");
    assert_eq!(resolved["ancestors"][0]["_resolved"]["title"], "Papers");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_fetched_can_be_sent_back() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let root = server.post(&format!("{repo}/resources"), resource("Papers", "P1")).await;
    let agent = json!({"names": [{"primary_name": "Ada", "name_order": "direct", "source": "local", "sort_name_auto_generate": true}]});
    let agent = server.post("/agents/people", agent).await;
    let doc = json!({
        "title": "A", "level": "file", "resource": {"ref": root}, "linked_agents": [{"ref": agent, "role": "creator"}],
        "notes": [{"jsonmodel_type": "note_singlepart", "type": "abstract", "content": ["Words"]}],
    });
    let node = server.post(&format!("{repo}/archival_objects"), doc).await;
    for uri in [root, agent, node, repo, "/users/1".to_owned()] {
        let doc: Value = server.get(&uri).await;
        let (status, answer) = server.ask("POST", &uri, Some(doc.clone())).await;
        assert_eq!((status, answer["status"].as_str()), (200, Some("Updated")), "{uri}: {answer}");
        let mut again = server.get(&uri).await;
        let mut before = doc;
        for side in [&mut again, &mut before] {
            for name in ["lock_version", "system_mtime", "user_mtime", "last_modified_by"] {
                side.as_object_mut().unwrap().remove(name);
            }
        }
        assert_eq!(strip(again), strip(before), "{uri}");
    }
    server.stop().await;
}

/// Without the times of what is inside.
fn strip(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            for name in ["create_time", "system_mtime", "user_mtime", "created_by", "last_modified_by"] {
                map.remove(name);
            }
            map.iter_mut().for_each(|(_, value)| *value = strip(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = strip(item.take())),
        _ => {}
    }
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_and_containers_are_found_by_what_is_written_on_them() {
    let server = TestServer::start().await;
    let term = |word: &str| json!({"term": word, "term_type": "topical", "vocabulary": "/vocabularies/1"});
    for words in [["Emilia", "(Whaling)"], ["emigrants", "Émigrés"]] {
        let terms = words.map(term);
        server
            .post("/subjects", json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": terms}))
            .await;
    }
    let found = async |typed: &str| {
        let answer = server.get(&format!("/terms?q={typed}")).await;
        let terms = answer["results"].as_array().unwrap();
        terms.iter().map(|term| term["term"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("EMI").await, ["Emilia", "emigrants"]);
    assert_eq!(found("%C3%A9m").await, ["Émigrés"]);
    assert_eq!(found("(w").await, ["(Whaling)"]);
    assert_eq!(found("x").await, [] as [&str; 0]);
    let vocabularies = server.get("/vocabularies").await;
    assert_eq!(vocabularies[0]["terms"].as_array().unwrap().len(), 4);

    let (here, there) = (server.repository("ALB").await, server.repository("EST").await);
    let mut boxes = Vec::new();
    for (repo, indicator) in [(&here, "7"), (&there, "7"), (&here, "8"), (&here, "7")] {
        boxes.push(
            server
                .post(&format!("{repo}/top_containers"), json!({"type": "box", "indicator": indicator}))
                .await,
        );
    }
    let wanted = json!({"top_containers": [{"ref": boxes[0]}, {"ref": boxes[3]}]});
    assert_eq!(
        server.get(&format!("{here}/find_by_id/top_containers?indicator[]=7&indicator[]=7")).await,
        wanted
    );
    let mut renamed = server.get(&boxes[0]).await;
    renamed["indicator"] = json!("9");
    assert_eq!(server.ask("POST", &boxes[0], Some(renamed)).await.0, 200);
    let wanted = json!({"top_containers": [{"ref": boxes[3]}]});
    assert_eq!(server.get(&format!("{here}/find_by_id/top_containers?indicator[]=7")).await, wanted);
    assert_eq!(server.stop_and_check().await, [] as [String; 0]);
}
