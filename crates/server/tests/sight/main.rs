//! Nothing suppressed, unpublished or foreign reaches anybody without the right, over any route that answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod bundle;
#[path = "../common/mod.rs"]
mod common;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::TestServer;
use serde_json::json;
use world::{Audience, Canary, World};

/// Somebody who asks.
struct Viewer {
    name: &'static str,
    token: String,
    /// Repositories that are open to them.
    repos: &'static [usize],
    /// May have reports made of them.
    reports: bool,
    manages: &'static [usize],
    contacts: bool,
    suppressed: &'static [usize],
}

impl Viewer {
    fn may(&self, audience: Audience) -> bool {
        match audience {
            Audience::All => true,
            Audience::Staff => !self.token.is_empty(),
            Audience::Contacts => self.contacts,
            Audience::Public(repo) | Audience::Repository(repo) => self.repos.contains(&repo),
            Audience::Reports(repo) => self.reports && self.repos.contains(&repo),
            Audience::Managers(repo) => self.manages.contains(&repo),
            Audience::Suppressed(repo) => self.suppressed.contains(&repo),
        }
    }
}

async fn viewers(server: &TestServer, world: &World) -> Vec<Viewer> {
    let viewer = |name, token, repos, contacts| Viewer {
        name,
        token,
        repos,
        reports: true,
        manages: &[],
        contacts,
        suppressed: &[],
    };
    let (ours, theirs) = (&world.repos[0], &world.repos[1]);
    let entry = server.user("anna", ours, "repository-basic-data-entry").await;
    let manager = server.user("mona", ours, "repository-managers").await;
    let other = server.user("bert", theirs, "repository-archivists").await;
    let public = json!({"group_code": "public", "description": "The public site", "grants_permissions": ["view_repository"], "member_usernames": []});
    server.post("/repositories/1/groups", public).await;
    let reader = server.user("publ", "/repositories/1", "public").await;
    vec![
        viewer("anonymous", String::new(), &[], false),
        viewer("data entry of the repository", entry, &[0], false),
        Viewer { manages: &[0], ..viewer("manager of the repository", manager, &[0], true) },
        viewer("archivist of another repository", other, &[1], true),
        Viewer { reports: false, ..viewer("reader of all repositories", reader, &[0, 1], false) },
        Viewer {
            manages: &[0, 1],
            suppressed: &[0, 1],
            ..viewer("administrator", server.token.clone(), &[0, 1], true)
        },
    ]
}

/// A route of the table: method and path.
fn routes() -> Vec<(String, String)> {
    let text = server::api();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let (method, path) = (cells.next()?, cells.next()?.trim_matches('`'));
        let asks = method == "GET"
            || (method == "POST" && path.ends_with("/search"))
            || path.starts_with("/search/");
        (asks && path.starts_with('/')).then(|| (method.to_owned(), path.to_owned()))
    });
    let routes: Vec<_> = rows.collect();
    assert!(routes.len() > 150, "the table of routes is read");
    routes
}

/// The addresses that a route means in this world: of every record that it fits, or of what is not there.
fn addresses(path: &str, world: &World) -> BTreeSet<String> {
    let plain = |path: &str| {
        let named = [
            (":schema", "accession"),
            (":record_type", "accession"),
            (":enum_name", "language_iso639_2"),
            (":username", "admin"),
            (":enum_id", "1"),
            (":enum_val_id", "1"),
            (":file_id", "1"),
            (":file", "x"),
            (":fmt", "xml"),
            (":template", "x"),
            (":agents", "people"),
            (":token", "x"),
        ];
        named
            .iter()
            .fold(path.to_owned(), |path, (hole, value)| path.replace(hole, value))
            .replace(":id", "1")
    };
    let mut found = BTreeSet::new();
    let segments: Vec<&str> = path.split('/').collect();
    for canary in &world.canaries {
        let own: Vec<&str> = canary.uri.split('/').collect();
        let upto = segments.iter().position(|segment| segment.starts_with(":id")).map_or(0, |at| at + 1);
        if upto == 0 || own.len() != upto {
            continue;
        }
        let fits = own.iter().zip(&segments).all(|(own, segment)| segment.starts_with(':') || own == segment);
        if fits {
            let rest = segments[upto - 1].replacen(":id", own[upto - 1], 1);
            let all: Vec<&str> = own[..upto - 1]
                .iter()
                .copied()
                .chain([rest.as_str()])
                .chain(segments[upto..].iter().copied())
                .collect();
            found.insert(plain(&all.join("/")));
        }
    }
    if found.is_empty() {
        let one = path.replacen("/:agents/:id", "/people/1", 1);
        found.extend(world.repos.iter().map(|repo| plain(&one.replace("/repositories/:repo_id", repo))));
    }
    found
}

/// Everything that any route asks for, in one query; a route takes what it declares.
fn query(world: &World) -> String {
    let mut query = "page=1&page_size=250&level=all&last_sequence=0&query=&after=0&limit=1000&offset=0&q=&hl=true&slug=brn&action=show&controller=repositories&label=creation&unit=feet&building=&facet[]=subjects&facet[]=agents&facet[]=title&facet[]=creators".to_owned();
    for kind in ["accession", "resource", "archival_object", "digital_object", "agent_person", "subject"] {
        query.push_str(&format!("&record_types[]={kind}"));
    }
    for canary in world.canaries.iter().filter(|canary| !canary.uri.is_empty()) {
        let word = &canary.word;
        query.push_str(&format!(
            "&uri[]={}&identifier[]=[\"{word}\"]&digital_object_id[]={word}&barcode[]={word}",
            canary.uri
        ));
        if canary.uri.starts_with("/locations") {
            query.push_str(&format!("&location_uris[]={}", canary.uri));
        }
    }
    query
}

/// References that a single record is asked for with: what lists resolve is the same.
fn resolved(path: &str) -> String {
    if !(path.ends_with(":id") || path.contains("find_by_id") || path == "/update-feed") {
        return String::new();
    }
    RESOLVED.iter().map(|name| format!("&resolve[]={name}")).collect()
}

#[rustfmt::skip]
const RESOLVED: [&str; 41] = [
    "resource", "ancestors", "parent", "digital_object", "top_container", "subjects", "linked_agents", "linked_records", "linked_events", "related_resources", "related_accessions", "accession_links", "component_links", "classifications", "classification", "creator", "records", "collections", "collection", "series", "linked_instances", "surveyed_by", "container_locations", "container_profile", "location_profile", "repository", "agent_representation", "tree", "resources", "archival_objects", "digital_objects", "digital_object_components", "top_containers", "linked_records::linked_records", "collection::tree", "resource::tree", "classifications::linked_records", "top_container::collection", "related_agents", "terms", "owner_repo",
];

/// Parameters of which one request takes one value: each with every value of this world.
fn turns(path: &str, world: &World) -> Vec<String> {
    let last = path.rsplit('/').next().unwrap_or_default();
    let uris = world.canaries.iter().map(|canary| canary.uri.as_str()).filter(|uri| !uri.is_empty());
    let own = path.split("/tree").next().unwrap_or_default();
    let node = match own {
        own if own.contains("digital_objects") => "/digital_object_components/",
        own if own.contains("classifications") => "/classification_terms/",
        _ => "/archival_objects/",
    };
    let repo: String = own.split('/').take(3).map(|part| format!("{part}/")).collect();
    let nodes = || uris.clone().filter(|uri| uri.contains(node) && uri.starts_with(&repo));
    let described = |uri: &&str| {
        ["/resources/", "/archival_objects/", "/accessions/", "/groups/"]
            .iter()
            .any(|kind| uri.contains(kind))
    };
    let words = |kind: &'static str| {
        world
            .canaries
            .iter()
            .filter(move |canary| canary.uri.contains(kind))
            .map(|canary| canary.word.as_str())
    };
    match last {
        "node" => nodes().map(|uri| format!("&node_uri={uri}")).collect(),
        "waypoint" => nodes().map(|uri| format!("&parent_node={uri}")).chain([String::new()]).collect(),
        "node_from_root" => {
            nodes().filter_map(|uri| Some(format!("&node_ids[]={}", uri.rsplit('/').next()?))).collect()
        }
        "date_calculator" => uris.map(|uri| format!("&record_uri={uri}")).collect(),
        "extent_calculator" => uris.filter(described).map(|uri| format!("&record_uri={uri}")).collect(),
        "by-external-id" => {
            words("/resources/").chain(words("/accessions/")).map(|word| format!("&eid={word}")).collect()
        }
        "by_location" | "by_building" => vec!["&container_profile_uri=/container_profiles/1".to_owned()],
        "archival_objects" if path.contains("find_by_id") => {
            let all = |name: &str| {
                words("/archival_objects/").map(|word| format!("&{name}[]={word}")).collect::<String>()
            };
            vec![all("ref_id"), all("component_id")]
        }
        _ => vec![String::new()],
    }
}

/// What a viewer is told over every route, with more of a query: words that are not for him, and which words at all.
async fn walk(
    server: &TestServer,
    viewer: &Viewer,
    world: &World,
    routes: &[(String, String)],
    more: &str,
) -> (Vec<String>, BTreeSet<String>) {
    let base = query(world);
    let (mut leaks, mut told) = (Vec::new(), BTreeSet::new());
    for (method, path) in routes {
        for address in addresses(path, world) {
            for turn in turns(&address, world) {
                let asked = format!("{address}?{base}{}{turn}{more}", resolved(path));
                let (status, body) = ask(server, viewer, method, &asked).await;
                assert!(
                    status < 500 || status == 501,
                    "{}: {method} {address} {turn}: {status} {body}",
                    viewer.name
                );
                for canary in world.canaries.iter().filter(|canary| body.contains(&canary.word)) {
                    told.insert(canary.word.clone());
                    if !viewer.may(canary.audience) {
                        leaks.push(format!("{}: {method} {address} {turn} tells {canary:?}", viewer.name));
                    }
                }
            }
        }
    }
    (leaks, told)
}

async fn ask(server: &TestServer, viewer: &Viewer, method: &str, path: &str) -> (u16, String) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = if method == "POST" {
        let form = "application/x-www-form-urlencoded";
        server.http.post(format!("{}{path}", server.url)).header("Content-Type", form).body(query.to_owned())
    } else {
        server.http.get(format!("{}{path}?{}", server.url, query.replace('"', "%22")))
    };
    if !viewer.token.is_empty() {
        request = request.header("X-ArchivesSpace-Session", &viewer.token);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_tells_a_word_to_whom_it_is_not_for() {
    let server = Arc::new(TestServer::start().await);
    let world = Arc::new(World::build(&server).await);
    let routes = Arc::new(routes());
    let mut walks = tokio::task::JoinSet::new();
    for viewer in viewers(&server, &world).await {
        let (server, world, routes) = (Arc::clone(&server), Arc::clone(&world), Arc::clone(&routes));
        walks.spawn(async move {
            let (leaks, told) = walk(&server, &viewer, &world, &routes, "").await;
            // The walk reaches everything, else it would prove nothing.
            let may = |canary: &&Canary| viewer.may(canary.audience) && !told.contains(&canary.word);
            let untold: Vec<&Canary> = world.canaries.iter().filter(may).collect();
            assert!(untold.is_empty(), "{}: {untold:?}", viewer.name);
            leaks
        });
    }
    let leaks: Vec<String> = walks.join_all().await.into_iter().flatten().collect();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    Arc::into_inner(server).unwrap().stop().await;
}

/// Who reads for the public site asks for what is published, and finds nothing else, not by words either.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_as_the_public_site_does_is_public() {
    let server = TestServer::start().await;
    let world = World::build(&server).await;
    let viewers = viewers(&server, &world).await;
    let reader = viewers.into_iter().find(|viewer| viewer.name == "reader of all repositories").unwrap();
    let public = |audience: Audience| matches!(audience, Audience::All | Audience::Public(_));
    let only = |path: &str| {
        path.ends_with("/search") || path.contains("/tree/") || path.ends_with("/ordered_records")
    };
    let routes: Vec<(String, String)> = routes()
        .into_iter()
        .filter(|(_, path)| {
            only(path) && !path.contains("top_containers") && !path.contains("location_profile")
        })
        .collect();
    let base = query(&world);
    let (mut leaks, mut told) = (Vec::new(), BTreeSet::new());
    for (method, path) in &routes {
        // Trees do not ask whether their repository is published.
        let trees = |address: &String| !address.starts_with(&world.repos[1]) || address.ends_with("/search");
        for address in addresses(path, &world).into_iter().filter(trees) {
            for turn in turns(&address, &world) {
                let asked = format!("{address}?{base}{turn}&published_only=true&type[]=pui");
                let (_, body) = ask(&server, &reader, method, &asked).await;
                for canary in world.canaries.iter().filter(|canary| body.contains(&canary.word)) {
                    told.insert(&canary.word);
                    if !public(canary.audience) {
                        leaks.push(format!("{method} {address} {turn} tells {canary:?}"));
                    }
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    assert!(told.len() > 8, "published records are told: {told:?}");
    server.stop().await;
}

/// A search for a word of a hidden record finds nothing: hits would tell that the word is there.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_by_words_what_is_hidden() {
    let server = TestServer::start().await;
    let world = World::build(&server).await;
    for viewer in viewers(&server, &world).await.iter().filter(|viewer| !viewer.repos.is_empty()) {
        for canary in world.canaries.iter().filter(|canary| !viewer.may(canary.audience)) {
            let path = format!("{}/search?page=1&hl=true&q={}", world.repos[viewer.repos[0]], canary.word);
            let (status, body) = ask(&server, viewer, "GET", &path).await;
            let hits: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (status, &hits["total_hits"]),
                (200, &json!(0)),
                "{}: {canary:?}: {body}",
                viewer.name
            );
        }
    }
    server.stop().await;
}

/// Words of parts that are not published find nothing for the public, and their records for who works here.
#[tokio::test(flavor = "multi_thread")]
async fn the_public_site_finds_nothing_by_what_it_does_not_show() {
    let server = TestServer::start().await;
    let repo = json!({"repo_code": "ALB", "name": "Albion", "publish": true});
    let repo = server.post("/repositories", repo).await;
    let mut doc = common::resource("Papers", "P1");
    let text = |content: &str, publish: bool| json!({"jsonmodel_type": "note_text", "content": content, "publish": publish});
    doc["publish"] = json!(true);
    doc["notes"] = json!([
        {"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": true, "subnotes": [text("open harbour", true), text("veiled quarry", false)]},
        {"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": false, "subnotes": [text("locked cellar", true)]},
    ]);
    server.post(&format!("{repo}/resources"), doc).await;
    for (query, public) in [
        ("harbour", 1),
        ("quarry", 0),
        ("quar*", 0),
        ("\"veiled quarry\"", 0),
        ("cellar", 0),
        ("notes:cellar", 0),
    ] {
        for (kind, wanted) in [("resource", 1), ("pui", public), ("pui_resource", public)] {
            let path = format!("{repo}/search?page=1&q={query}&type[]={kind}");
            let found = server.get(&path).await;
            assert_eq!(found["total_hits"], json!(wanted), "{query} {kind}: {found}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_right_and_asks_for_it_sees_what_is_suppressed() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let manager = server.user("mona", &repo, "repository-managers").await;
    let uri = server.post(&format!("{repo}/accessions"), json!({"id_0": "A1", "title": "Sealed"})).await;
    assert_eq!(server.ask("POST", &format!("{uri}/suppressed?suppressed=true"), None).await.0, 200);
    assert_eq!(server.ask_as(&manager, "GET", &uri, None).await.0, 404);
    let (_, user) = server.ask_as(&manager, "GET", "/users/current-user", None).await;
    let number: u64 = user["uri"].as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let wish = json!({"user_id": number, "defaults": {"show_suppressed": true}});
    let (status, answer) = server.ask_as(&manager, "POST", &format!("{repo}/preferences"), Some(wish)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.ask_as(&manager, "GET", &uri, None).await.1["title"], "Sealed");
    let (_, found) = server.ask_as(&manager, "GET", &format!("{repo}/search?page=1&q=sealed"), None).await;
    assert_eq!(found["total_hits"], 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_by_whom_a_link_was_hidden_from_does_not_take_it_out() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let editor = server.user("anna", &repo, "repository-archivists").await;
    let scan = json!({"title": "Scan", "digital_object_id": "D1"});
    let scan = server.post(&format!("{repo}/digital_objects"), scan).await;
    let mut doc = common::resource("Papers", "P1");
    doc["instances"] = json!([{"instance_type": "digital_object", "digital_object": {"ref": scan}}]);
    let uri = server.post(&format!("{repo}/resources"), doc).await;
    assert_eq!(server.ask("POST", &format!("{scan}/suppressed?suppressed=true"), None).await.0, 200);

    let (_, mut seen) = server.ask_as(&editor, "GET", &uri, None).await;
    assert_eq!(seen["instances"], json!([]));
    seen["title"] = json!("Letters");
    assert_eq!(server.ask_as(&editor, "POST", &uri, Some(seen)).await.0, 200);
    let whole = server.get(&uri).await;
    assert_eq!(
        (&whole["title"], &whole["instances"][0]["digital_object"]["ref"]),
        (&json!("Letters"), &json!(scan))
    );
    let (status, _) = server.ask_as(&editor, "DELETE", &scan, None).await;
    assert_eq!(status, 403);
    server.stop().await;
}
