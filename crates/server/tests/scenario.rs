//! One day of an archive, over real sockets: the ground that a client of ArchivesSpace walks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};

fn uris(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|hit| hit["uri"].as_str().unwrap()).collect()
}

/// Two components, one below the other, in a resource; its subject and its box.
struct Papers {
    repo: String,
    resource: String,
    series: String,
    file: String,
    subject: String,
    container: String,
}

async fn papers(server: &TestServer) -> Papers {
    let repo = server.repository("ALB").await;
    let term = json!({"term": "Strikes", "term_type": "topical", "vocabulary": "/vocabularies/1"});
    let subject = json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [term]});
    let subject = server.post("/subjects", subject).await;
    let container =
        server.post(&format!("{repo}/top_containers"), json!({"type": "box", "indicator": "7"})).await;
    let mut papers = resource("Carters' union papers", "MS1");
    papers["subjects"] = json!([{"ref": subject}]);
    let resource = server.post(&format!("{repo}/resources"), papers).await;
    let series = json!({"title": "Correspondence", "level": "series", "component_id": "S1", "resource": {"ref": resource}});
    let series = server.post(&format!("{repo}/archival_objects"), series).await;
    let file = json!({
        "title": "Letters on the carters strike", "level": "file", "resource": {"ref": resource},
        "parent": {"ref": series}, "dates": [{"date_type": "inclusive", "label": "creation", "begin": "1911", "end": "1912-06"}],
        "instances": [{"instance_type": "mixed_materials", "sub_container": {"top_container": {"ref": container}}}],
    });
    let file = server.post(&format!("{repo}/archival_objects"), file).await;
    Papers { repo, resource, series, file, subject, container }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_an_archive() {
    let server = TestServer::start().await;
    let Papers { repo, resource, series, file, subject, container } = papers(&server).await;

    // What stands with others is read with them.
    let read = server.get(&format!("{file}?resolve[]=ancestors&resolve[]=top_container")).await;
    assert_eq!(read["ancestors"][1]["_resolved"]["title"], "Carters' union papers");
    let held = &read["instances"][0]["sub_container"]["top_container"]["_resolved"];
    assert_eq!(held["collection"][0]["ref"].as_str(), Some(resource.as_str()));
    assert_eq!(held["display_string"], "Box 7: Series S1");

    // Two people, one record.
    let mut first = server.get(&series).await;
    let mut second = first.clone();
    first["title"] = json!("Letters in and out");
    second["title"] = json!("Post");
    server.post(&series, first).await;
    let (status, answer) = server.ask("POST", &series, Some(second)).await;
    assert_eq!((status, answer["error"].is_string()), (409, true), "{answer}");

    // What is wrong is told by its place, and who may not is told so.
    let (status, answer) =
        server.ask("POST", &format!("{repo}/resources"), Some(json!({"title": "x"}))).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["id_0"][0], "Property is required but was missing");
    let markup = json!({"id_0": "A1", "title": "Bad <emph>unclosed"});
    let (status, answer) = server.ask("POST", &format!("{repo}/accessions"), Some(markup)).await;
    assert_eq!((status, &answer["error"]["title"][0]), (400, &json!("mixed_content_invalid_inline_ead")));
    let viewer = server.user("vera", &repo, "repository-viewers").await;
    let (status, _) =
        server.ask_as(&viewer, "POST", &format!("{repo}/resources"), Some(common::resource("y", "Y"))).await;
    assert_eq!(status, 403);

    // Lists, and what went.
    assert_eq!(server.get(&format!("{repo}/archival_objects?all_ids=true")).await, json!([1, 2]));
    let page = server.get(&format!("{repo}/archival_objects?page=1&page_size=1")).await;
    assert_eq!((&page["total"], &page["last_page"]), (&json!(2), &json!(2)));
    let (status, _) = server.ask("DELETE", &container, None).await;
    assert_eq!(status, 200);
    assert_eq!(server.get(&file).await["instances"], json!([]), "the instance went with its box");
    let gone = server.get("/delete-feed?page=1&modified_since=0").await;
    assert!(gone["results"].as_array().unwrap().contains(&json!(container)));
    assert_eq!(
        server.get(&format!("{subject}?resolve[]=x")).await["used_within_repositories"],
        json!([repo])
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn searching_answers_as_the_index_of_archivesspace_does() {
    let server = TestServer::start().await;
    let Papers { repo, resource, file, subject, .. } = papers(&server).await;
    let found = server
        .get(&format!("{repo}/search?page=1&q=carters&type[]=archival_object&facet[]=primary_type"))
        .await;
    assert_eq!((uris(&found), &found["total_hits"]), (vec![file.as_str()], &json!(1)), "{found}");
    assert_eq!(found["facets"]["facet_fields"]["primary_type"], json!(["archival_object", 1]));
    let hit = &found["results"][0];
    let inside: Value = serde_json::from_str(hit["json"].as_str().unwrap()).unwrap();
    assert_eq!((&hit["primary_type"], &inside["uri"]), (&json!("archival_object"), &json!(file)));

    let query = |query: Value| json!({"jsonmodel_type": "advanced_query", "query": query}).to_string();
    let field =
        |field: &str, value: &str| json!({"jsonmodel_type": "field_query", "field": field, "value": value});
    let both = query(json!({
        "jsonmodel_type": "boolean_query", "op": "AND",
        "subqueries": [field("title", "strike"), {"jsonmodel_type": "field_query", "field": "primary_type", "value": "resource", "literal": true, "negated": true}],
    }));
    let ask = |path: &str, pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        server
            .http
            .get(format!("{}{path}", server.url))
            .query(&pairs)
            .header("X-ArchivesSpace-Session", &server.token)
    };
    let answer: Value = ask(&format!("{repo}/search"), &[("page", "1"), ("aq", &both)])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(uris(&answer), [file.as_str()], "{answer}");
    let exactly = query(
        json!({"jsonmodel_type": "field_query", "field": "subjects", "value": "Strikes", "literal": true}),
    );
    let answer: Value =
        ask("/search", &[("page", "1"), ("filter", &exactly)]).send().await.unwrap().json().await.unwrap();
    assert_eq!(uris(&answer), [resource.as_str()], "{answer}");
    let sorted = server
        .get(&format!("{repo}/search?page=1&type[]=resource&type[]=archival_object&sort=title_sort desc"))
        .await;
    assert_eq!(sorted["results"].as_array().unwrap().len(), 3);
    assert_eq!(sorted["results"][0]["uri"].as_str(), Some(file.as_str()));

    let within = server.get(&format!("{repo}/search?page=1&q=*&root_record={resource}")).await;
    assert_eq!(within["total_hits"], 3, "the resource and its two components");
    let named = server.get(&format!("/search/records?uri[]={subject}")).await;
    assert_eq!(named["results"][0]["title"], "Strikes");
    let (status, answer) = server.ask("GET", &format!("{repo}/search?q=x"), None).await;
    assert_eq!((status, answer["error"]["page"].is_array()), (400, true));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_move_to_other_trees_and_repositories() {
    let server = TestServer::start().await;
    let Papers { repo, series, file, .. } = papers(&server).await;
    let other = server.post(&format!("{repo}/resources"), resource("Annex", "MS2")).await;
    let path = format!("{repo}/component_transfers?target_resource={other}&component={series}");
    let (status, answer) = server.ask("POST", &path, None).await;
    assert_eq!((status, answer["resource"].as_str()), (200, Some(other.as_str())), "{answer}");
    assert_eq!(server.get(&file).await["resource"]["ref"].as_str(), Some(other.as_str()));
    assert_eq!(server.get(&series).await["linked_events"].as_array().unwrap().len(), 1);

    let target = server.repository("BRA").await;
    let (status, answer) = server.ask("POST", &format!("{other}/transfer?target_repo={target}"), None).await;
    assert_eq!((status, &answer["status"]), (200, &json!("Moved")), "{answer}");
    assert_eq!(server.ask("GET", &other, None).await.0, 404);
    let moved = file.replace(&repo, &target);
    let read = server.get(&moved).await;
    assert!(read["resource"]["ref"].as_str().unwrap().starts_with(&target), "{read}");
    let container =
        read["instances"][0]["sub_container"]["top_container"]["ref"].as_str().unwrap().to_owned();
    assert!(container.starts_with(&target), "the box went along: {container}");
    let gone = server.get("/delete-feed?page=1&page_size=50&modified_since=0").await;
    assert!(gone["results"].as_array().unwrap().contains(&json!(file)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_see_the_versions_and_numbers_of_archivesspace() {
    let server = TestServer::start().await;
    let Papers { repo, resource, file, subject, container, .. } = papers(&server).await;

    // Each save of what links here is seen here, and takes nothing away from who reads an older copy.
    let before = server.get(&subject).await;
    assert_eq!(before["lock_version"], 1, "the resource was made with it");
    let mut papers = server.get(&resource).await;
    papers["title"] = json!("Papers of the carters");
    server.post(&resource, papers).await;
    assert_eq!(server.get(&subject).await["lock_version"], 2);
    assert_eq!(server.get(&container).await["lock_version"], 1);
    let (status, answer) = server.ask("POST", &subject, Some(before.clone())).await;
    assert_eq!((status, &answer["lock_version"]), (200, &json!(3)), "{answer}");
    let (status, _) = server.ask("POST", &subject, Some(before)).await;
    assert_eq!(status, 409, "its own save makes older copies stale");

    // Agents are cataloged; the events are numbered with those of the repositories.
    let name = json!({"primary_name": "Malloy", "name_order": "direct", "source": "local", "sort_name_auto_generate": true});
    let number = json!({"number": "1", "number_type": "business"});
    let contacts = json!([{"name": "Malloy", "telephones": [number, number]}]);
    let person = json!({"names": [name], "agent_contacts": contacts});
    let agent = server.post("/agents/people", person).await;
    let events = server.get("/repositories/1/events?all_ids=true").await;
    let last = events.as_array().unwrap().last().unwrap().clone();
    let told = server.get(&format!("/repositories/1/events/{last}")).await;
    assert_eq!(
        (&told["event_type"], &told["linked_records"][0]["ref"]),
        (&json!("cataloged"), &json!(agent))
    );
    let read = server.get(&agent).await;
    assert_eq!((&read["lock_version"], &read["used_within_repositories"]), (&json!(0), &json!([])));
    let feed = server.get("/feed?after=0&limit=1000").await;
    let fed: Vec<&str> =
        feed["entries"].as_array().unwrap().iter().map(|entry| entry["uri"].as_str().unwrap()).collect();
    assert!(fed.contains(&agent.as_str()) && !fed.iter().any(|uri| uri.contains("/events/")), "{fed:?}");
    let event = json!({
        "event_type": "accession", "timestamp": "2020-01-01T00:00:00Z",
        "linked_agents": [{"role": "authorizer", "ref": agent}], "linked_records": [{"role": "source", "ref": file}],
    });
    let event = server.post(&format!("{repo}/events"), event).await;
    assert_eq!(event, format!("{repo}/events/{}", last.as_i64().unwrap() + 1));
    assert_eq!(server.get(&agent).await["lock_version"], 1);

    // Numbers of inline rows are new with every save, and their addresses lead back.
    let telephones = |read: &Value| -> Vec<String> {
        let telephones = read["agent_contacts"][0]["telephones"].as_array().unwrap();
        telephones.iter().map(|telephone| telephone["uri"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(telephones(&read), ["/telephone/1", "/telephone/2"]);
    server.post(&agent, read).await;
    assert_eq!(telephones(&server.get(&agent).await), ["/telephone/3", "/telephone/4"]);
    let term = json!({"term": "Marches", "term_type": "topical", "vocabulary": "/vocabularies/1"});
    let mut described = server.get(&file).await;
    described["linked_agents"] = json!([{"role": "creator", "ref": agent, "terms": [term]}]);
    server.post(&file, described).await;
    let read = server.get(&file).await;
    let columns = &read["linked_agents"][0]["terms"][0];
    assert_eq!((&columns["term_type_id"], &columns["vocab_id"]), (&json!(1275), &json!(1)), "{columns}");
    let uri = format!("/terms/{}", columns["id"]);
    assert_eq!((columns["uri"].as_str(), columns["x_foreign_key_x"].is_i64()), (Some(uri.as_str()), true));
    let mut managed = server.get(&resource).await;
    managed["collection_management"] = json!({"processing_priority": "high"});
    server.post(&resource, managed).await;
    let managed = server.get(&resource).await;
    let management = managed["collection_management"]["uri"].as_str().unwrap();
    assert_eq!(management, format!("{repo}/collection_management/1"));
    assert_eq!(server.get(management).await["processing_priority"], "high");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_is_refused_late_uses_its_number() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let objects = format!("{repo}/digital_objects");
    let version = |uri: &str| json!({"file_uri": uri, "publish": true, "is_representative": true});
    let (status, _) = server
        .ask("POST", &objects, Some(json!({"title": "a", "digital_object_id": "1", "file_versions": [version("a"), version("b")]})))
        .await;
    assert_eq!(status, 400);
    let (status, _) = server.ask("POST", &objects, Some(json!({"title": "a"}))).await;
    assert_eq!(status, 400, "what the schema refuses uses none");
    let made = json!({"title": "a", "digital_object_id": "1", "file_versions": [version("a")]});
    let made = server.post(&objects, made).await;
    assert_eq!(made, format!("{objects}/2"));
    assert_eq!(server.get(&made).await["file_versions"][0]["identifier"], "2");

    let user = |name: &str| json!({"username": name, "name": name});
    server.post("/users?password=x", user("vera")).await;
    let (status, _) = server.ask("POST", "/users?password=x", Some(user("vera"))).await;
    assert_eq!(status, 400);
    let other = server.post("/users?password=x", user("otto")).await;
    assert_eq!(server.get(&other).await["agent_record"]["ref"], "/agents/people/4");
    server.stop().await;
}
