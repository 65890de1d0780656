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
