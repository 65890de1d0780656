//! Every route that is done, called by somebody who holds its codes, by somebody who holds everything but them, and by
//! nobody. A new route without a sample request fails here.

use serde_json::{Value, json};

use super::world::{Answered, REPO, World};
use crate::access::Catalogue;
use crate::openapi;
use crate::route::{Body, Route, Router};

/// What the query of a route says, where it must say something; `{path}` stands for the record made there.
const QUERIES: &[(&str, &str)] = &[
    ("/permissions", "level=all"),
    ("/slug", "slug=x&controller=repository&action=show"),
    ("/users/:username/login", "password=secret"),
    ("/users/complete", "query=a"),
    ("/users", "password=secret&page=1"),
    ("/users/:id/password", "password=secret"),
    ("/users/:id/groups", "remove_groups=true&repo_id=2"),
    ("/repositories/:repo_id/position", "position=1"),
    ("/repositories/:repo_id/transfer", "target_repo=/repositories/3"),
    ("/repositories/:repo_id/archival_objects/:id/parent", "position=0"),
    ("/repositories/:repo_id/digital_object_components/:id/parent", "position=0"),
    ("/repositories/:repo_id/classification_terms/:id/parent", "position=0"),
    (
        "/repositories/:repo_id/resources/:id/accept_children",
        "children[]=/repositories/2/archival_objects/2&position=0",
    ),
    (
        "/repositories/:repo_id/archival_objects/:id/accept_children",
        "children[]=/repositories/2/archival_objects/1&position=0",
    ),
    (
        "/repositories/:repo_id/digital_objects/:id/accept_children",
        "children[]=/repositories/2/digital_object_components/2&position=0",
    ),
    (
        "/repositories/:repo_id/digital_object_components/:id/accept_children",
        "children[]=/repositories/2/digital_object_components/1&position=0",
    ),
    (
        "/repositories/:repo_id/classifications/:id/accept_children",
        "children[]=/repositories/2/classification_terms/2&position=0",
    ),
    (
        "/repositories/:repo_id/classification_terms/:id/accept_children",
        "children[]=/repositories/2/classification_terms/1&position=0",
    ),
    ("/repositories/:repo_id/resources/:id/tree/waypoint", "offset=0"),
    ("/repositories/:repo_id/digital_objects/:id/tree/waypoint", "offset=0"),
    ("/repositories/:repo_id/classifications/:id/tree/waypoint", "offset=0"),
    ("/repositories/:repo_id/resources/:id/tree/node", "node_uri={archival_objects}"),
    ("/repositories/:repo_id/digital_objects/:id/tree/node", "node_uri={digital_object_components}"),
    ("/repositories/:repo_id/classifications/:id/tree/node", "node_uri={classification_terms}"),
    ("/repositories/:repo_id/resources/:id/tree/node_from_root", "node_ids[]=1"),
    ("/repositories/:repo_id/digital_objects/:id/tree/node_from_root", "node_ids[]=1"),
    ("/repositories/:repo_id/classifications/:id/tree/node_from_root", "node_ids[]=1"),
    (
        "/repositories/:repo_id/component_transfers",
        "target_resource={resources}&component={archival_objects}",
    ),
    ("/repositories/:repo_id/accessions/:id/transfer", "target_repo=/repositories/3"),
    ("/repositories/:repo_id/resources/:id/transfer", "target_repo=/repositories/3"),
    ("/repositories/:repo_id/digital_objects/:id/transfer", "target_repo=/repositories/3"),
    ("/repositories/:repo_id/accessions/:id/suppressed", "suppressed=false"),
    ("/repositories/:repo_id/resources/:id/suppressed", "suppressed=false"),
    ("/repositories/:repo_id/archival_objects/:id/suppressed", "suppressed=false"),
    ("/repositories/:repo_id/digital_objects/:id/suppressed", "suppressed=false"),
    ("/repositories/:repo_id/digital_object_components/:id/suppressed", "suppressed=false"),
    ("/repositories/:repo_id/events/:id/suppressed", "suppressed=false"),
    ("/batch_delete", "record_uris[]={accessions}"),
    (
        "/repositories/:repo_id/jobs_with_files",
        "job=%7B%22job%22:%7B%22jsonmodel_type%22:%22trim_whitespace_job%22%7D%7D",
    ),
    ("/by-external-id", "eid=x"),
    ("/repositories/:repo_id/search", "page=1"),
    ("/search", "page=1"),
    ("/search/repositories", "page=1"),
    ("/search/subjects", "page=1"),
    ("/search/location_profile", "page=1"),
    ("/search/records", "uri[]={accessions}"),
    ("/search/record_types_by_repository", "record_types[]=accession"),
    ("/delete-feed", "page=1"),
    ("/bundle/versions", "kind=accession"),
    ("/config/enumeration_values/:enum_val_id/position", "position=0"),
    ("/config/enumeration_values/:enum_val_id/suppressed", "suppressed=false"),
    ("/terms", "q=a"),
    ("/repositories/:repo_id/top_containers/batch/ils_holding_id", "ids[]=1&ils_holding_id=x"),
    (
        "/repositories/:repo_id/top_containers/batch/container_profile",
        "ids[]=1&container_profile_uri=/container_profiles/1",
    ),
    ("/repositories/:repo_id/top_containers/batch/location", "ids[]=1&location_uri=/locations/1"),
    ("/extent_calculator", "record_uri={resources}"),
    ("/date_calculator", "record_uri={resources}"),
    (
        "/space_calculator/by_location",
        "container_profile_uri=/container_profiles/1&location_uris[]=/locations/1",
    ),
    ("/space_calculator/by_building", "container_profile_uri=/container_profiles/1&building=Main"),
    ("/merge_requests/top_container", "repo_id=2"),
    ("/merge_requests/resource", "repo_id=2"),
    ("/merge_requests/digital_object", "repo_id=2"),
    ("/repositories/:repo_id/find_by_id/resources", "identifier[]=%5B%22MS%22%5D"),
    ("/repositories/:repo_id/find_by_id/archival_objects", "ref_id[]=x"),
];

/// A request that is right in everything but, perhaps, who sends it.
pub(super) struct Sample {
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

fn takes_away(route: &Route) -> bool {
    let path = route.path.as_str();
    let moves =
        path.ends_with("/transfer") || path == "/batch_delete" || path.starts_with("/merge_requests/");
    route.method == "DELETE" || moves
}

/// Routes that take something away or that end a session get something to take away first.
async fn prepare(world: &mut World, route: &Route) {
    let path = route.path.replace(":repo_id", "2");
    if !takes_away(route) {
        return;
    }
    let collection = match path.as_str() {
        "/batch_delete" => format!("{REPO}/accessions"),
        "/repositories/2" => "/repositories".to_owned(),
        "/merge_requests/subject" => "/subjects".to_owned(),
        "/merge_requests/agent" | "/merge_requests/agent_detail" => "/agents/people".to_owned(),
        "/merge_requests/container_profile" => "/container_profiles".to_owned(),
        "/merge_requests/top_container" => format!("{REPO}/top_containers"),
        "/merge_requests/resource" => format!("{REPO}/resources"),
        "/merge_requests/digital_object" => format!("{REPO}/digital_objects"),
        other => other.split("/:id").next().unwrap_or_default().to_owned(),
    };
    let kind = openapi::kind_at(&collection);
    match kind {
        Some("user") => {
            let user = world.create("/users?password=secret", "user").await;
            world.made.insert("/users".to_owned(), user);
        }
        // A user has one set of preferences in a repository, and that is there already.
        Some("preference") => {}
        Some(kind) if openapi::example(kind).is_some() => {
            world.create(&collection, kind).await;
        }
        _ => {}
    }
}

/// The address that stands for a path with `:id` in it.
fn filled(world: &World, route: &Route) -> String {
    let path = route.path.replace(":username", "holder").replace(":repo_id", "2");
    let path = path
        .replace(":enum_name", "extent_extent_type")
        .replace(":enum_val_id", "1")
        .replace(":enum_id", "1");
    let path = path
        .replace(":record_type", "agent_person")
        .replace(":schema", "accession")
        .replace(":token", "none");
    let path = path.replace(":file_id", "1");
    if path == "/repositories/2" && route.method == "DELETE" {
        return world.made["/repositories"].clone();
    }
    let Some((collection, rest)) = path.split_once("/:id") else { return path };
    let made = world.made.get(collection).cloned().unwrap_or_else(|| format!("{collection}/1"));
    format!("{made}{rest}")
}

pub(super) async fn sample(world: &World, route: &Route) -> Sample {
    let mut path = filled(world, route);
    let mut query =
        QUERIES.iter().find(|(of, _)| *of == route.path).map_or("", |(_, query)| *query).to_owned();
    for plural in
        ["archival_objects", "digital_object_components", "classification_terms", "resources", "accessions"]
    {
        if let Some(uri) = world.made.get(&format!("{REPO}/{plural}")) {
            query = query.replace(&format!("{{{plural}}}"), uri);
        }
    }
    if query.is_empty() && route.list {
        query = "page=1".to_owned();
    }
    let body = match &route.body {
        Body::Form => None,
        Body::Raw if route.path.ends_with("batch_imports") => Some(json!([])),
        Body::Raw => Some(json!({})),
        Body::Document(kind) => Some(document(world, route, kind, &path).await),
    };
    if !query.is_empty() {
        path = format!("{path}?{query}");
    }
    Sample { path, body }
}

/// A document for a create, or what is there for an update.
async fn document(world: &World, route: &Route, kind: &str, path: &str) -> Value {
    let merged = |plural: &str| {
        let last = world.made[plural].clone();
        json!({"merge_destination": {"ref": format!("{plural}/1")}, "merge_candidates": [{"ref": last}]})
    };
    match route.path.as_str() {
        "/merge_requests/agent" | "/merge_requests/agent_detail" => return merged("/agents/people"),
        "/merge_requests/container_profile" => return merged("/container_profiles"),
        "/merge_requests/subject" => return merged("/subjects"),
        "/merge_requests/top_container" => return merged(&format!("{REPO}/top_containers")),
        "/merge_requests/resource" => return merged(&format!("{REPO}/resources")),
        "/merge_requests/digital_object" => return merged(&format!("{REPO}/digital_objects")),
        _ => {}
    }
    if path.rsplit('/').next().is_some_and(|last| last.parse::<u64>().is_ok()) {
        let there = world.ask(&world.admin, "GET", path, None).await;
        if there.status == 200 {
            return there.body;
        }
    }
    world.example(kind)
}

/// Every code that can be granted, but for `codes` and what they follow from.
fn all_but(codes: &[String]) -> Vec<&'static str> {
    let catalogue = Catalogue::shipped();
    let sources: Vec<&str> = codes
        .iter()
        .map(|code| catalogue.permission(code).unwrap().implied_by.as_deref().unwrap_or(code.as_str()))
        .collect();
    let mut all: Vec<&'static str> = catalogue
        .permissions
        .iter()
        .filter(|permission| permission.implied_by.is_none())
        .map(|permission| permission.code.as_str())
        .collect();
    all.retain(|code| !sources.contains(code) && !codes.iter().any(|own| own == code));
    all
}

/// Done routes: those that only read first, those that empty the archive or end sessions last.
fn in_order(router: &Router) -> Vec<&Route> {
    let mut routes: Vec<&Route> = router.routes().iter().filter(|route| route.missing.is_none()).collect();
    let late = |route: &&Route| match route.path.as_str() {
        "/repositories/:repo_id/transfer" => 5,
        "/users/:username/become-user" | "/logout" | "/users/:id/password" => 4,
        _ if route.method == "DELETE" => 3,
        _ if takes_away(route) => 2,
        _ => u8::from(route.method != "GET"),
    };
    routes.sort_by_key(late);
    routes
}

async fn ask(world: &World, token: &str, route: &Route, sample: &Sample) -> Answered {
    world.ask(token, route.method.as_str(), &sample.path, sample.body.as_ref()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_its_codes_and_for_nothing_else() {
    let mut world = World::whole().await;
    let mut holder = world.user("holder").await;
    let lacker = world.user("lacker").await;
    let router = crate::router::router();
    let mut wrong = Vec::new();
    let mut note = |route: &Route, who: &str, answer: &Answered| {
        wrong.push(format!("{} {} {who}: {} {}", route.method, route.path, answer.status, answer.body));
    };
    for route in in_order(&router) {
        if route.codes.is_empty() {
            continue;
        }
        prepare(&mut world, route).await;
        let sample = sample(&world, route).await;
        world.grant("lacker", &all_but(&route.codes));
        for (who, token) in [("without the codes", lacker.as_str()), ("anonymous", "")] {
            let answer = ask(&world, token, route, &sample).await;
            if (answer.status, &answer.body) != (403, &json!({"error": "Access denied"})) {
                note(route, who, &answer);
            }
        }
        world.grant("holder", &route.codes.iter().map(String::as_str).collect::<Vec<_>>());
        let answer = ask(&world, &holder, route, &sample).await;
        let never_there = route.path.ends_with(":file_id") || route.path.contains("collection_management");
        let wanted = match route.path.as_str() {
            "/by-external-id" => 404,
            _ if never_there => 404,
            _ => 200,
        };
        if answer.status != wanted {
            note(route, "with the codes", &answer);
        }
        if route.path.ends_with("/become-user") {
            holder = world.login("holder", "secret").await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_without_codes_answer_anybody_as_documented() {
    let mut world = World::whole().await;
    let mut plain = world.user("holder").await;
    let router = crate::router::router();
    let mut wrong = Vec::new();
    for route in in_order(&router) {
        if !route.codes.is_empty() {
            continue;
        }
        prepare(&mut world, route).await;
        let sample = sample(&world, route).await;
        let documented = openapi::statuses(route);
        for (who, token) in [("anonymous", ""), ("a plain user", plain.as_str())] {
            let answer = ask(&world, token, route, &sample).await;
            let refused_alone = answer.status == 403 || answer.status == 404;
            let fits =
                documented.contains(&answer.status.to_string()) && (answer.status == 200 || refused_alone);
            if !fits {
                wrong.push(format!(
                    "{} {} {who}: {} {}",
                    route.method, route.path, answer.status, answer.body
                ));
            }
        }
        if matches!(route.path.as_str(), "/logout" | "/users/:id/password") {
            plain = world.login("holder", "secret").await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
