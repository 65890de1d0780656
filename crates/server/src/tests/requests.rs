//! Requests of any shape: none is answered with a 500, and what is wrong is named.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};

use super::permissions;
use super::world::World;
use crate::params::Type;
use crate::route::{Body, Route};
use crate::{Options, openapi};

/// What may stand in a place of a path or in a parameter, encoded.
fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (1_u32..4).prop_map(|number| number.to_string()),
        1 => prop::sample::select(vec![
            "0", "-1", "%2B1", "1.0", "1e3", "99999999999999999999", "9223372036854775807", "-9223372036854775808",
            "abc", "%00", "%FF%FE", "%F0%9F%92%A9", "..", "%20", "%2F", "%5B%22a%22%5D", "%7B", "true", "True", "null",
            "import_1", "/repositories/2", "/repositories/2/resources/1", "/repositories/2/archival_objects/1",
            "/subjects/1", "/agents/people/1", "*", "%22", "(((", "a:b", "%5E", "admin", "accession", "2020-13-45",
        ]).prop_map(str::to_owned),
        1 => any::<Vec<u8>>().prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02X}")).collect()),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        segment().prop_map(Value::from),
        Just(Value::from("\u{0}")),
        Just(Value::from("x".repeat(70_000))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Names of members: those that mean something, and others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "ref", "uri", "jsonmodel_type", "lock_version", "title", "names", "dates", "resource", "parent",
            "instances", "notes", "subnotes", "linked_agents", "terms", "vocabulary", "id_0", "children", "query",
            "defaults", "selections", "position", "_resolved", "external_ids", "rights_statements",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// What is sent as a body, beside changed examples.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => json_value().prop_map(|value| value.to_string().into_bytes()),
        1 => Just(Vec::new()),
        1 => any::<Vec<u8>>(),
        1 => Just("[".repeat(20_000).into_bytes()),
        1 => Just(format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000)).into_bytes()),
        1 => prop::sample::select(vec![
            "{\"lock_version\":1e999}", "{\"title\":\"\\ud800\"}", "{\"position\":123456789012345678901234567890}",
            "{\"title\":\"\\u0000\"}", "a=1&b[]=2&c[d][e]=3", "\u{feff}{}", "{}{}", "nul", "\"text\"", "[null]", "[[]]",
            "[{\"jsonmodel_type\":\"resource\"}]", "[{\"jsonmodel_type\":\"x\",\"uri\":\"/x/import_1\"}]",
        ]).prop_map(|text| text.as_bytes().to_vec()),
    ]
}

#[derive(Debug, Clone)]
struct Shot {
    route: prop::sample::Index,
    method: Option<&'static str>,
    segments: Vec<String>,
    /// For each declared parameter: its value, unless it is left out.
    values: Vec<Option<String>>,
    extra: Option<String>,
    body: Vec<u8>,
    /// The example of the route's kind with one member changed, instead of the body.
    change: Option<(prop::sample::Index, Value)>,
    content_type: &'static str,
    token: Option<String>,
}

fn shot() -> impl Strategy<Value = Shot> {
    let request = (
        any::<prop::sample::Index>(),
        prop::option::weighted(
            0.1,
            prop::sample::select(vec![
                "GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW",
            ]),
        ),
        prop::collection::vec(segment(), 4),
        prop::collection::vec(prop::option::weighted(0.8, segment()), 16),
        prop::option::weighted(
            0.2,
            prop::sample::select(vec![
                "[]=1",
                "a[=1",
                "=",
                "&&",
                "%",
                "page[]=1",
                "id_set[][]=1",
                "q[a]=b",
                "resolve[]=a::b::c",
                "resolve[]=subjects",
            ])
            .prop_map(str::to_owned),
        ),
    );
    let content = (
        bytes(),
        prop::option::weighted(0.6, (any::<prop::sample::Index>(), json_value())),
        prop::sample::select(vec![
            "application/json",
            "",
            "text/plain",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
        ]),
        prop::option::weighted(0.1, segment()),
    );
    (request, content).prop_map(
        |((route, method, segments, values, extra), (body, change, content_type, token))| Shot {
            route,
            method,
            segments,
            values,
            extra,
            body,
            change,
            content_type,
            token,
        },
    )
}

impl Shot {
    fn path(&self, route: &Route) -> String {
        let mut segments = self.segments.iter();
        let mut path = String::new();
        for segment in route.path.split('/').skip(1) {
            path.push('/');
            match segment.strip_prefix(':') {
                // Mostly in the repository that has something in it.
                Some("repo_id") if self.values.len() % 8 != 7 => path.push('2'),
                Some(_) => path.push_str(segments.next().map_or("1", String::as_str)),
                None => path.push_str(segment),
            }
        }
        let named = route.params.iter().zip(&self.values).filter_map(|(param, value)| {
            let brackets = if matches!(param.kind, Type::Texts | Type::Integers) { "[]" } else { "" };
            value.as_ref().map(|value| format!("{}{brackets}={value}", param.name))
        });
        let query: Vec<String> = named.chain(self.extra.clone()).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    fn body(&self, route: &Route) -> Vec<u8> {
        let (Body::Document(kind), Some((place, value))) = (&route.body, &self.change) else {
            return self.body.clone();
        };
        let mut doc = openapi::example(kind).cloned().unwrap_or_else(|| json!({}));
        let mut places = Vec::new();
        pointers("", &doc, &mut places);
        let place = &places[place.index(places.len())];
        match doc.pointer_mut(place) {
            Some(there) => *there = value.clone(),
            None => doc = value.clone(),
        }
        doc.to_string().into_bytes()
    }
}

fn pointers(at: &str, value: &Value, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(name, value)| pointers(&format!("{at}/{name}"), value, found))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| pointers(&format!("{at}/{n}"), value, found));
        }
        _ => {}
    }
}

#[test]
fn no_request_of_any_shape_is_a_fault() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::whole());
    let router = crate::router::router();
    let routes: Vec<&Route> = router.routes().iter().collect();
    // The same requests at every run.
    let config = ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(ProptestConfig { cases: config.cases.max(1500), ..config });
    let seen = RefCell::new(BTreeSet::new());
    let done = runner.run(&shot(), |shot| {
        let route = shot.route.get(&routes);
        let method = shot.method.unwrap_or(route.method.as_str());
        let (path, body) = (shot.path(route), shot.body(route));
        let headers: &[(&str, &str)] =
            if shot.content_type.is_empty() { &[] } else { &[("content-type", shot.content_type)] };
        let token = shot.token.clone().unwrap_or_else(|| world.fresh_session());
        let answer = runtime.block_on(world.send(&token, method, &path, headers, body));
        seen.borrow_mut().insert(answer.status);
        prop_assert!(answer.status < 500 || answer.status == 501, "{method} {path}: {answer:?}");
        prop_assert_eq!(answer.status == 405, answer.headers.contains_key("allow"));
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    for status in [200, 400, 403, 404, 405, 409, 412, 501] {
        assert!(seen.borrow().contains(&status), "no request was answered {status}: {seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_parameter_of_every_route_is_named() {
    let world = World::whole().await;
    let router = crate::router::router();
    for route in router.routes().iter().filter(|route| route.missing.is_none()) {
        for param in &route.params {
            let (brackets, value) = match param.kind {
                Type::Integer | Type::Boolean | Type::Repository | Type::IdSet => ("", "x"),
                Type::Integers => ("[]", "x"),
                Type::Username => ("", "%00"),
                Type::Texts => ("", "bare"),
                Type::Text => ("[]", "listed"),
            };
            let hole = format!(":{}", param.name);
            let in_path = route.path.split('/').any(|segment| segment == hole);
            // In a path a text may be anything; a word where a number stands can be another route.
            if in_path && (matches!(param.kind, Type::Text) || !brackets.is_empty()) {
                continue;
            }
            let own = if in_path { value } else { "1" };
            let path: Vec<&str> = route
                .path
                .split('/')
                .map(|segment| match segment {
                    segment if segment == hole => own,
                    ":repo_id" => "2",
                    ":username" => "admin",
                    segment if segment.starts_with(':') => "1",
                    segment => segment,
                })
                .collect();
            let query = if in_path { String::new() } else { format!("?{}{brackets}={value}", param.name) };
            let path = format!("{}{query}", path.join("/"));
            if router
                .find(&route.method, path.split('?').next().unwrap())
                .is_ok_and(|found| router.at(found.place).unwrap().path != route.path)
            {
                continue;
            }
            let answer = world.ask(&world.admin, route.method.as_str(), &path, None).await;
            assert_eq!(answer.status, 400, "{} {path}: {answer:?}", route.method);
            assert!(answer.body["error"][&param.name].is_array(), "{} {path}: {answer:?}", route.method);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_greatest_and_the_least_numbers_are_no_fault() {
    let world = World::whole().await;
    let router = crate::router::router();
    for route in router.routes().iter().filter(|route| route.missing.is_none() && route.method == "GET") {
        for param in route.params.iter().filter(|param| param.kind == Type::Integer) {
            if route.path.contains(&format!(":{}", param.name)) {
                continue;
            }
            for number in [i64::MAX, i64::MAX - 1, i64::MIN, -1, 0] {
                let sample = permissions::sample(&world, route).await;
                let mark = if sample.path.contains('?') { '&' } else { '?' };
                let path = format!("{}{mark}{}={number}", sample.path, param.name);
                let answer = world.ask(&world.admin, "GET", &path, sample.body.as_ref()).await;
                assert!(answer.status < 500, "{path}: {answer:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_says_which_methods_it_takes() {
    let world = World::empty().await;
    let router = crate::router::router();
    for route in router.routes() {
        // Numbers in the holes, formats after them.
        let hole = |segment: &str| match segment.strip_prefix(':') {
            Some(name) => format!("1{}", name.find('.').map_or("", |dot| &name[dot..])),
            None => segment.to_owned(),
        };
        let path: Vec<String> = route.path.split('/').map(hole).collect();
        let path = path.join("/").replace(":fmt", "xml");
        for method in ["PUT", "PATCH", "OPTIONS", "TRACE", "BREW"] {
            let answer = world.ask(&world.admin, method, &path, None).await;
            assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
            let allow = answer.headers["allow"].to_str().unwrap();
            assert!(allow.split(", ").any(|named| named == route.method.as_str()), "{path}: {allow}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let world = World::whole().await;
    let large = json!({"id_0": "A", "title": "x".repeat(1_000_000)});
    for path in ["/repositories/2/accessions", "/users/admin/login", "/repositories/2/batch_imports"] {
        let answer = world.ask(&world.admin, "POST", path, Some(&large)).await;
        assert_eq!(
            (answer.status, &answer.body),
            (413, &json!({"error": "The request is too large: this address takes 1000000 bytes"})),
            "{path}"
        );
    }
    let declared = [("content-length", "1000001")];
    let answer = world.send(&world.admin, "POST", "/repositories/2/accessions", &declared, Vec::new()).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_much_a_body_may_hold_hangs_on_what_the_address_takes() {
    const MIB: usize = 1024 * 1024;
    let world = World::with(|options| Options { body_limit: 64 * MIB, ..options }).await;
    let declared = async |token: &str, path: &str, length: usize| {
        let headers = [("content-length", &*length.to_string())];
        let answer = world.send(token, "POST", path, &headers, Vec::new()).await;
        (answer.status == 413).then(|| answer.body["error"].as_str().unwrap().to_owned())
    };
    let told = |bytes: usize| Some(format!("The request is too large: this address takes {bytes} bytes"));
    for (token, path, limit) in [
        ("", "/users/admin/login", MIB),
        (&*world.admin, "/users/admin/login", MIB),
        (&world.admin, "/repositories/1/accessions", 32 * MIB),
        (&world.admin, "/repositories/1/batch_imports", 64 * MIB),
        (&world.admin, "/repositories/1/jobs_with_files", 64 * MIB),
        // Who has no session is not known to be allowed to send more.
        ("", "/repositories/1/accessions", MIB),
        ("", "/repositories/1/batch_imports", MIB),
        (&world.admin, "/no/such/address", MIB),
    ] {
        assert_eq!(declared(token, path, limit).await, None, "{path}");
        assert_eq!(declared(token, path, limit + 1).await, told(limit), "{path}");
    }

    // What is really there counts, not what was said; a wrong session is told before the rest is read.
    let large = vec![b' '; MIB + 1];
    let send =
        async |token: &str, path: &str| world.send(token, "POST", path, &[], large.clone()).await.status;
    assert_eq!(send("", "/repositories/1/accessions").await, 413);
    assert_eq!(send("none", "/repositories/1/accessions").await, 412);
    assert_eq!(send(&world.admin, "/repositories/1/accessions").await, 400, "no document");
    assert_eq!(
        send(&world.admin, "/repositories/1/batch_imports").await,
        200,
        "no batch, which it tells in its answer"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_at_once_is_bounded_and_the_bound_is_told() {
    let world = World::whole().await;
    let many = |name: &str, count: usize| vec![format!("{name}[]=%2Fsubjects%2F1"); count].join("&");
    let long = |name: &str, count: usize| format!("page=1&{name}={}", "x".repeat(count));
    for (path, name, most, asked) in [
        ("/search/records", "uri", 1_000, &many as &dyn Fn(&str, usize) -> String),
        ("/batch_delete", "record_uris", 1_000, &many),
        ("/repositories/2/find_by_id/archival_objects", "ref_id", 250, &many),
        ("/search", "q", 2_000, &long),
        ("/search", "filter_query[]", 2_000, &long),
    ] {
        let send = async |count| {
            let form = asked(name, count).into_bytes();
            let method = if path.contains("find_by_id") { "GET" } else { "POST" };
            world.send(&world.admin, method, path, &[], form).await
        };
        let answer = send(most + 1).await;
        let told = answer.body["error"][name.trim_end_matches("[]")][0].as_str().unwrap_or_default();
        assert_eq!((answer.status, told.contains(&most.to_string())), (400, true), "{path}: {answer:?}");
        let answer = send(most).await;
        let told = answer.body.to_string();
        assert!(!told.contains("At most"), "{path}: {answer:?}");
    }
    let filters = format!("page=1&{}", vec!["filter_query[]=title%3Ax"; 101].join("&"));
    let answer = world.send(&world.admin, "POST", "/search", &[], filters.into_bytes()).await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_takes_no_notice_of_a_version() {
    let world = World::whole().await;
    for version in [json!(99), json!("99"), json!(-1), Value::Null, json!("")] {
        let mut doc = world.example("accession");
        doc["lock_version"] = version.clone();
        let answer = world.ask(&world.admin, "POST", "/repositories/2/accessions", Some(&doc)).await;
        assert_eq!((answer.status, &answer.body["lock_version"]), (200, &json!(0)), "{version}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_with_the_right_make_users() {
    let mut world = World::whole().await;
    let plain = world.user("holder").await;
    world.grant("holder", &["manage_repository", "create_repository"]);
    for token in ["", &plain] {
        let answer = world.ask(token, "POST", "/users?password=x", Some(&world.example("user"))).await;
        assert_eq!(answer.status, 403, "{answer:?}");
    }
    world.grant("holder", &["manage_users"]);
    let answer = world.ask(&plain, "POST", "/users?password=x", Some(&world.example("user"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut admin = world.example("user");
    admin["is_admin"] = json!(true);
    let answer = world.ask(&plain, "POST", "/users?password=x", Some(&admin)).await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_found_wherever_scripts_put_it() {
    let world = World::empty().await;
    let part = "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nadmin\r\n--x--\r\n";
    for (path, kind, body) in [
        ("/users/admin/login?password=admin", "", ""),
        ("/users/ADMIN/login", "application/x-www-form-urlencoded", "password=admin"),
        ("/users/admin/login", "", "password=admin"),
        ("/users/admin/login", "text/plain", "password=admin&expiring=False"),
        ("/users/admin/login", "multipart/form-data; boundary=x", part),
        ("/users/admin/login", "application/json", "{\"password\": \"admin\"}"),
        ("//users//admin//login", "", "{\"password\": \"admin\", \"expiring\": \"True\"}"),
    ] {
        let headers: &[(&str, &str)] = if kind.is_empty() { &[] } else { &[("content-type", kind)] };
        let answer = world.send("", "POST", path, headers, body.as_bytes().to_vec()).await;
        assert_eq!(answer.status, 200, "{path} {kind}: {answer:?}");
    }
}
