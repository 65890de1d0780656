//! Relations between records: what they say, from both ends; what becomes of them when records are merged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use std::collections::BTreeMap;

use common::{TestServer, resource};
use serde_json::{Value, json};

/// One record of every kind that takes part.
async fn office(server: &TestServer) -> BTreeMap<&'static str, String> {
    let repo = server.repository("ALB").await;
    let mut made = BTreeMap::from([("repository", repo.clone())]);
    let here = |plural: &str| format!("{repo}/{plural}");
    let name = |word: &str| json!({"names": [{"primary_name": word, "name_order": "inverted", "source": "local", "sort_name_auto_generate": true}]});
    let corporate = |word: &str| json!({"names": [{"primary_name": word, "source": "local", "sort_name_auto_generate": true}]});
    for (kind, path, doc) in [
        ("person", "/agents/people".to_owned(), name("Northcote")),
        ("other person", "/agents/people".to_owned(), name("Okafor")),
        (
            "family",
            "/agents/families".to_owned(),
            json!({"names": [{"family_name": "Ferrant", "source": "local", "sort_name_auto_generate": true}]}),
        ),
        ("corporate", "/agents/corporate_entities".to_owned(), corporate("Society")),
        ("other corporate", "/agents/corporate_entities".to_owned(), corporate("Club")),
        (
            "software",
            "/agents/software".to_owned(),
            json!({"names": [{"software_name": "Scanner", "source": "local", "sort_name_auto_generate": true}]}),
        ),
        ("subject", "/subjects".to_owned(), topic("Mosses")),
        (
            "container profile",
            "/container_profiles".to_owned(),
            json!({"name": "Box", "dimension_units": "inches", "extent_dimension": "width", "height": "1", "width": "2", "depth": "3"}),
        ),
        ("location profile", "/location_profiles".to_owned(), json!({"name": "Shelf"})),
        ("location", "/locations".to_owned(), json!({"building": "House", "classification": "vault"})),
        ("accession", here("accessions"), json!({"id_0": "A1", "title": "Gift"})),
        ("other accession", here("accessions"), json!({"id_0": "A2", "title": "Second gift"})),
        ("resource", here("resources"), resource("Papers", "R1")),
        ("digital object", here("digital_objects"), json!({"title": "Scan", "digital_object_id": "D1"})),
        ("classification", here("classifications"), json!({"title": "Class", "identifier": "C"})),
        ("container", here("top_containers"), json!({"type": "box", "indicator": "1"})),
    ] {
        made.insert(kind, server.post(&path, doc).await);
    }
    let node = json!({"title": "Letters", "level": "file", "resource": {"ref": made["resource"]}});
    made.insert("component", server.post(&here("archival_objects"), node).await);
    let part = json!({"label": "Page", "digital_object": {"ref": made["digital object"]}});
    made.insert("part", server.post(&here("digital_object_components"), part).await);
    let term = json!({"title": "Term", "identifier": "T", "classification": {"ref": made["classification"]}});
    made.insert("term", server.post(&here("classification_terms"), term).await);
    let about = json!([{"ref": made["other accession"], "role": "source"}]);
    let event = json!({"event_type": "accession", "timestamp": "2020-01-01T00:00:00Z", "linked_agents": [{"ref": made["software"], "role": "recipient"}], "linked_records": about});
    made.insert("event", server.post(&here("events"), event).await);
    let judged = json!({"records": [{"ref": made["other accession"]}], "surveyed_by": [{"ref": made["other person"]}], "survey_begin": "2020-01-01"});
    made.insert("assessment", server.post(&here("assessments"), judged).await);
    made
}

fn topic(term: &str) -> Value {
    json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]})
}

/// Where a relation stands, what it points to, what it says; where it is seen from there, and what it says then.
struct Relation {
    from: &'static str,
    /// Property, or where in an inline record it is: the last name is what `resolve[]` takes.
    at: &'static [&'static str],
    to: &'static str,
    says: Value,
    back: Option<(&'static str, Value)>,
}

fn relation(from: &'static str, at: &'static [&'static str], to: &'static str, says: Value) -> Relation {
    Relation { from, at, to, says, back: None }
}

fn relations() -> Vec<Relation> {
    let none = || json!({});
    let mut all = Vec::new();
    for from in ["accession", "resource", "component", "digital object", "part"] {
        let said = json!({"role": "creator", "relator": "ctb", "title": "Letters to"});
        for to in ["person", "family", "corporate"] {
            all.push(relation(from, &["linked_agents"], to, said.clone()));
        }
        all.push(relation(from, &["subjects"], "subject", none()));
        let back = Some(("linked_events", none()));
        all.push(Relation {
            back,
            ..relation("event", &["linked_records"], from, json!({"role": "outcome"}))
        });
    }
    for from in ["accession", "resource", "digital object"] {
        let back = || Some(("linked_records", none()));
        all.push(Relation { back: back(), ..relation(from, &["classifications"], "classification", none()) });
        all.push(Relation { back: back(), ..relation(from, &["classifications"], "term", none()) });
    }
    for (from, to, property, back) in [
        ("accession", "resource", &["related_resources"], "related_accessions"),
        ("resource", "accession", &["related_accessions"], "related_resources"),
        ("accession", "component", &["component_links"], "accession_links"),
        ("component", "accession", &["accession_links"], "component_links"),
    ] {
        all.push(Relation { back: Some((back, none())), ..relation(from, property, to, none()) });
    }
    let parts = |relator: &str| json!({"jsonmodel_type": "accession_parts_relationship", "relator": relator, "relator_type": "part"});
    all.push(Relation {
        back: Some(("related_accessions", parts("has_part"))),
        ..relation("accession", &["related_accessions"], "other accession", parts("forms_part_of"))
    });
    for (from, kind, to, relator, seen) in [
        ("person", "parentchild", "other person", "is_parent_of", "is_child_of"),
        ("corporate", "earlierlater", "other corporate", "is_earlier_form_of", "is_later_form_of"),
        ("corporate", "subordinatesuperior", "other corporate", "is_superior_of", "is_subordinate_to"),
        ("person", "associative", "family", "is_associative_with", "is_associative_with"),
        ("person", "identity", "other person", "is_identified_with", "is_identified_with"),
        ("corporate", "hierarchical", "person", "is_hierarchical_with", "is_hierarchical_with"),
        ("family", "temporal", "corporate", "is_temporal_with", "is_temporal_with"),
        ("person", "family", "other person", "is_related_with", "is_related_with"),
    ] {
        let says = |relator: &str| json!({"jsonmodel_type": format!("agent_relationship_{kind}"), "relator": relator, "description": "In the letters"});
        all.push(Relation {
            back: Some(("related_agents", says(seen))),
            ..relation(from, &["related_agents"], to, says(relator))
        });
    }
    for from in ["accession", "resource", "component"] {
        all.push(Relation {
            back: Some(("linked_instances", none())),
            ..relation(from, &["instances", "digital_object"], "digital object", none())
        });
        all.push(relation(from, &["instances", "sub_container", "top_container"], "container", none()));
    }
    let stands = json!({"status": "current", "start_date": "2020-01-01", "note": "Left"});
    all.push(relation("container", &["container_locations"], "location", stands));
    all.push(relation("container", &["container_profile"], "container profile", none()));
    all.push(relation("location", &["location_profile"], "location profile", none()));
    all.push(relation("location", &["owner_repo"], "repository", none()));
    all.push(relation("classification", &["creator"], "person", none()));
    all.push(relation("term", &["creator"], "corporate", none()));
    for to in ["accession", "resource", "component", "digital object"] {
        all.push(relation("assessment", &["records"], to, none()));
    }
    all.push(relation("assessment", &["surveyed_by"], "person", none()));
    all.push(relation("assessment", &["reviewer"], "person", none()));
    all.push(relation("person", &["agent_topics", "subjects"], "subject", none()));
    all.push(relation("corporate", &["agent_functions", "subjects"], "subject", none()));
    all
}

/// A property with the relation in it, as it is sent.
fn with(relation: &Relation, uri: &str) -> (String, Value) {
    let mut link = relation.says.clone();
    link["ref"] = json!(uri);
    let (top, inner) = relation.at.split_first().unwrap();
    let value = match (*top, inner) {
        ("container_profile" | "location_profile" | "owner_repo" | "creator", _) => link,
        ("instances", ["digital_object"]) => {
            json!([{"instance_type": "digital_object", "digital_object": link}])
        }
        ("instances", _) => {
            json!([{"instance_type": "mixed_materials", "sub_container": {"top_container": link}}])
        }
        ("agent_topics", _) => json!([{"subjects": [link]}]),
        ("agent_functions", _) => json!([{"subjects": [link]}]),
        _ => json!([link]),
    };
    ((*top).to_owned(), value)
}

/// Links to a record anywhere in a value.
fn links(value: &Value, uri: &str) -> Vec<Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| links(item, uri)).collect(),
        Value::Object(map) if map.get("ref").and_then(Value::as_str) == Some(uri) => vec![value.clone()],
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| *name != "_resolved")
            .flat_map(|(_, value)| links(value, uri))
            .collect(),
        _ => Vec::new(),
    }
}

fn says(link: &Value, wanted: &Value) -> bool {
    wanted.as_object().unwrap().iter().all(|(name, value)| &link[name] == value)
}

#[tokio::test(flavor = "multi_thread")]
async fn relations_are_kept_seen_from_both_ends_resolved_and_taken_out() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    for relation in relations() {
        let what = format!("{} {:?} {}", relation.from, relation.at, relation.to);
        let (from, to) = (&office[relation.from], &office[relation.to]);
        let before = server.get(from).await;
        let (property, value) = with(&relation, to);
        let mut doc = before.clone();
        doc[&property] = value;
        server.post(from, doc).await;

        let name = relation.at.last().unwrap();
        let read = server.get(&format!("{from}?resolve[]={name}")).await;
        let found = links(&read[&property], to);
        assert!(found.len() == 1 && says(&found[0], &relation.says), "{what}: {}", read[&property]);
        assert_eq!(found[0]["_resolved"]["uri"], json!(to), "{what}");
        if let Some((back, wanted)) = &relation.back {
            let mut other = server.get(to).await;
            let seen = links(&other[*back], from);
            assert!(seen.len() == 1 && says(&seen[0], wanted), "{what}: back: {}", other[*back]);
            // Whoever saves the other end as it was shown adds nothing to it.
            other["jsonmodel_type"] = other["jsonmodel_type"].clone();
            if *back != "linked_events" && *back != "linked_instances" {
                server.post(to, other).await;
            }
        }
        let mut doc = server.get(from).await;
        doc[&property] = before.get(&property).cloned().unwrap_or(Value::Null);
        server.post(from, doc).await;
        let mut after = server.get(from).await;
        assert_eq!(
            links(&after[&property].take(), to).len(),
            links(&before[&property], to).len(),
            "{what}: taken out"
        );
        if let Some((back, _)) = &relation.back {
            assert_eq!(
                links(&server.get(to).await[*back], from),
                [] as [Value; 0],
                "{what}: taken out, seen from the other end"
            );
        }
    }
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resolved_record_is_resolved_in_turn() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let mut container = server.get(&office["container"]).await;
    container["container_locations"] =
        json!([{"ref": office["location"], "status": "current", "start_date": "2020-01-01"}]);
    server.post(&office["container"], container).await;
    let mut location = server.get(&office["location"]).await;
    location["location_profile"] = json!({"ref": office["location profile"]});
    server.post(&office["location"], location).await;
    let mut node = server.get(&office["component"]).await;
    node["instances"] = json!([{"instance_type": "mixed_materials", "sub_container": {"top_container": {"ref": office["container"]}}}]);
    server.post(&office["component"], node).await;

    let path =
        format!("{}?resolve[]=top_container::container_locations::location_profile", office["component"]);
    let read = server.get(&path).await;
    let held = &read["instances"][0]["sub_container"]["top_container"]["_resolved"];
    let place = &held["container_locations"][0]["_resolved"];
    assert_eq!(
        (&place["building"], &place["location_profile"]["_resolved"]["name"]),
        (&json!("House"), &json!("Shelf"))
    );
    assert!(held["collection"][0].get("_resolved").is_none(), "only what was asked for");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merging_points_links_to_the_destination_once_in_each_role() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let repo = &office["repository"];
    let number = repo.rsplit('/').next().unwrap();
    let again = |uri: &str, doc: Value| (uri.to_owned(), doc);
    let doubles = [
        (
            "agent",
            "person",
            again(
                "/agents/people",
                json!({"names": [{"primary_name": "Northcott", "name_order": "inverted", "source": "local", "sort_name_auto_generate": true}]}),
            ),
        ),
        (
            "agent",
            "corporate",
            again(
                "/agents/people",
                json!({"names": [{"primary_name": "Soc.", "name_order": "inverted", "source": "local", "sort_name_auto_generate": true}]}),
            ),
        ),
        ("subject", "subject", again("/subjects", topic("Moss"))),
        (
            "top_container",
            "container",
            again(&format!("{repo}/top_containers"), json!({"type": "box", "indicator": "One"})),
        ),
        (
            "digital_object",
            "digital object",
            again(
                &format!("{repo}/digital_objects"),
                json!({"title": "Scan again", "digital_object_id": "D2"}),
            ),
        ),
        ("resource", "resource", again(&format!("{repo}/resources"), resource("Papers again", "R2"))),
        (
            "container_profile",
            "container profile",
            again(
                "/container_profiles",
                json!({"name": "Bx", "dimension_units": "inches", "extent_dimension": "width", "height": "1", "width": "2", "depth": "3"}),
            ),
        ),
    ];
    for (name, into, (path, doc)) in doubles {
        let (into, from) = (office[into].clone(), server.post(&path, doc).await);
        let link = |uri: &str| match name {
            "agent" => (
                "linked_agents",
                json!([{"ref": uri, "role": "creator"}, {"ref": into, "role": "creator"}, {"ref": uri, "role": "subject"}]),
            ),
            "subject" => ("subjects", json!([{"ref": into}, {"ref": uri}])),
            "top_container" => (
                "instances",
                json!([{"instance_type": "mixed_materials", "sub_container": {"top_container": {"ref": uri}}}]),
            ),
            "digital_object" => {
                ("instances", json!([{"instance_type": "digital_object", "digital_object": {"ref": uri}}]))
            }
            "resource" => ("related_resources", json!([{"ref": uri}, {"ref": into}])),
            _ => ("container_profile", json!({"ref": uri})),
        };
        let holder = if name == "container_profile" { &office["container"] } else { &office["accession"] };
        let mut doc = server.get(holder).await;
        let (property, value) = link(&from);
        doc[property] = value;
        server.post(holder, doc).await;
        let below = match name {
            "digital_object" => {
                let part = json!({"label": "Verso", "digital_object": {"ref": from}});
                Some((
                    server.post(&format!("{repo}/digital_object_components"), part).await,
                    "digital_object",
                ))
            }
            "resource" => {
                let node = json!({"title": "Diaries", "level": "file", "resource": {"ref": from}});
                Some((server.post(&format!("{repo}/archival_objects"), node).await, "resource"))
            }
            _ => None,
        };
        let request = json!({"uri": format!("/merge_requests/{name}"), "merge_destination": {"ref": into}, "merge_candidates": [{"ref": from}]});
        let (status, answer) =
            server.ask("POST", &format!("/merge_requests/{name}?repo_id={number}"), Some(request)).await;
        assert_eq!(
            (status, &answer["status"], &answer["deleted_uris"]),
            (200, &json!("Merged"), &json!([from])),
            "{answer}"
        );

        let read = server.get(holder).await;
        let wanted = if name == "agent" { 2 } else { 1 };
        assert_eq!(
            (links(&read[property], &into).len(), links(&read, &from).len()),
            (wanted, 0),
            "{name}: {}",
            read[property]
        );
        assert_eq!(server.ask("GET", &from, None).await.0, 404, "{name}");
        let gone = server.get("/delete-feed?page=1&page_size=250").await;
        assert!(gone["results"].as_array().unwrap().contains(&json!(from)), "{name}");
        if let Some((below, root)) = below {
            assert_eq!(server.get(&below).await[root]["ref"], json!(into), "what was below it came over");
        }
    }
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_repository_moves_with_its_links() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let mut node = server.get(&office["component"]).await;
    node["instances"] = json!([{"instance_type": "mixed_materials", "sub_container": {"top_container": {"ref": office["container"]}}}, {"instance_type": "digital_object", "digital_object": {"ref": office["digital object"]}}]);
    server.post(&office["component"], node).await;
    let target = server.repository("BRN").await;
    let from = &office["repository"];
    let (status, answer) = server.ask("POST", &format!("{from}/transfer?target_repo={target}"), None).await;
    assert_eq!((status, &answer["status"]), (200, &json!("OK")), "{answer}");
    for kind in [
        "accession",
        "resource",
        "component",
        "digital object",
        "part",
        "classification",
        "term",
        "container",
        "event",
        "assessment",
    ] {
        let moved = office[kind].replace(&format!("{from}/"), &format!("{target}/"));
        let read = server.get(&moved).await;
        assert!(!read.to_string().contains(&format!("\"{from}/")), "{kind}: {read}");
        assert_eq!(server.ask("GET", &office[kind], None).await.0, 404, "{kind}");
    }
    assert_eq!(server.ask("DELETE", from, None).await.0, 200, "nothing is left in it");
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

fn related(uri: &str) -> Value {
    json!([{"jsonmodel_type": "agent_relationship_associative", "relator": "is_associative_with", "ref": uri}])
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_that_are_related_are_merged_and_related_to_nobody() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    for path in ["/merge_requests/agent", "/merge_requests/agent_detail"] {
        let into = &office["person"];
        let name = json!({"primary_name": format!("Twin of {path}"), "name_order": "inverted", "source": "local", "sort_name_auto_generate": true});
        let twin = json!({"names": [name], "related_agents": related(into)});
        let from = server.post("/agents/people", twin).await;
        assert_eq!(links(&server.get(into).await["related_agents"], &from).len(), 1);
        let request = json!({
            "uri": path, "merge_destination": {"ref": into}, "merge_candidates": [{"ref": from}],
            "selections": {"related_agents": [{"append": "REPLACE", "position": 0}]},
        });
        let (status, answer) = server.ask("POST", path, Some(request)).await;
        assert_eq!(status, 200, "{answer}");
        let read = server.get(into).await;
        assert_eq!(read["related_agents"], json!([]), "{path}");
    }
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_would_lose_a_link_is_refused() {
    let server = TestServer::start().await;
    let office = office(&server).await;
    let (surveyor, family) = (&office["other person"], &office["family"]);
    let (_, me) = server.ask("GET", "/users/current-user", None).await;
    let mine = me["agent_record"]["ref"].as_str().unwrap().to_owned();
    let archive = server.get(&office["repository"]).await["agent_representation"]["ref"].clone();
    for (into, from, wanted) in [
        (family, surveyor.as_str(), 400),
        (&office["person"], mine.as_str(), 409),
        (&office["corporate"], archive.as_str().unwrap(), 409),
    ] {
        for path in ["/merge_requests/agent", "/merge_requests/agent_detail"] {
            let request = json!({"uri": path, "merge_destination": {"ref": into}, "merge_candidates": [{"ref": from}], "selections": {}});
            let (status, answer) = server.ask("POST", path, Some(request)).await;
            assert_eq!(status, wanted, "{path} {from}: {answer}");
            assert_eq!(server.ask("GET", from, None).await.0, 200);
        }
    }
    assert_eq!(links(&server.get(&office["assessment"]).await["surveyed_by"], surveyor).len(), 1);
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}
