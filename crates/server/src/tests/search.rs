//! Searches of everything, by somebody to whom not everything is open.

use serde_json::json;

use super::world::{REPO, World};

/// Hits, totals, facets and passages are those of what is shown, with every way of asking.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_everywhere_counts_and_marks_what_is_shown() {
    let mut world = World::empty().await;
    for kind in ["repository", "repository", "repository"] {
        world.create("/repositories", kind).await;
    }
    let viewer = world.user("viv").await;
    // Repositories 2 and 3 are open, 4 is not.
    world.grant("viv", &["view_repository", "view_all_records"]);
    let closed = "/repositories/4";
    for repo in [REPO, closed] {
        let doc = json!({
            "id_0": "A1", "title": "Letters", "content_description": "a herbarium",
            "external_ids": [{"external_id": "x7", "source": "old"}],
        });
        let answer = world.ask(&world.admin, "POST", &format!("{repo}/accessions"), Some(&doc)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let own = format!("{REPO}/accessions/1");
    for more in
        ["", "&facet[]=title", "&sort=title_sort%20asc", "&exclude[]=/subjects/1", "&facet[]=repository"]
    {
        let path = format!("/search?page=1&q=herbarium&hl=true{more}");
        let found = world.ask(&viewer, "GET", &path, None).await.body;
        assert_eq!(found["total_hits"], 1, "{more}: {found}");
        let marked: Vec<&String> = found["highlighting"].as_object().unwrap().keys().collect();
        assert_eq!(marked, [&own], "{more}");
        assert!(!found.to_string().contains(closed), "{more}: {found}");
    }
    let found = world.ask(&world.admin, "GET", "/search?page=1&q=herbarium", None).await.body;
    assert_eq!(found["total_hits"], 2);
    let found = world.ask(&viewer, "GET", "/by-external-id?eid=x7", None).await;
    assert_eq!((found.status, found.headers["location"].to_str().unwrap()), (303, own.as_str()));
}

/// What the index filters by is counted to the last record, however many there are; the rest is asked of each document.
#[tokio::test(flavor = "multi_thread")]
async fn filters_and_exclusions_count_every_record() {
    let mut world = World::empty().await;
    world.create("/repositories", "repository").await;
    for (level, title) in [("collection", "Mine"), ("collection", "Mill"), ("fonds", "Mine")] {
        let uri = world.create(&format!("{REPO}/resources"), "resource").await;
        let mut doc = world.ask(&world.admin, "GET", &uri, None).await.body;
        doc["title"] = json!(title);
        doc["level"] = json!(level);
        let answer = world.ask(&world.admin, "POST", &uri, Some(&doc)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    world.create(&format!("{REPO}/accessions"), "accession").await;
    let both = json!({"query": {"jsonmodel_type": "boolean_query", "op": "AND", "subqueries": [
        {"jsonmodel_type": "field_query", "field": "primary_type", "value": "resource", "literal": true},
        {"jsonmodel_type": "field_query", "field": "title", "value": "Mine", "literal": true},
    ]}});
    let both: String = both.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    for (asked, wanted) in [
        ("filter_query[]=primary_type:resource".to_owned(), 3),
        ("filter_query[]=primary_type:resource&filter_query[]=level:collection".to_owned(), 2),
        ("filter_query[]=primary_type:resource&filter_query[]=primary_type:accession".to_owned(), 0),
        ("filter_query[]=-primary_type:resource&type[]=resource&type[]=accession".to_owned(), 1),
        (format!("type[]=resource&exclude[]={REPO}/resources/1"), 2),
        (format!("type[]=resource&exclude[]={REPO}/resources/1&exclude[]=/subjects/99"), 2),
        (format!("filter={both}"), 2),
        (format!("filter={both}&facet[]=title&exclude[]={REPO}/resources/3"), 1),
    ] {
        let path = format!("{REPO}/search?page=1&{asked}");
        let found = world.ask(&world.admin, "GET", &path, None).await.body;
        assert_eq!(found["total_hits"], wanted, "{asked}: {found}");
        assert_eq!(found["results"].as_array().unwrap().len() as u64, wanted, "{asked}");
    }
}
