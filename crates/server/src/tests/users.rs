//! Who manages users, and nothing else: a right that no route grants by itself.

use serde_json::{Value, json};

use super::world::World;

async fn made(world: &World, name: &str, admin: bool) -> String {
    let body = json!({"username": name, "name": name, "is_admin": admin});
    let answer = world.ask(&world.admin, "POST", "/users?password=secret", Some(&body)).await;
    answer.body["uri"].as_str().unwrap().to_owned()
}

async fn read(world: &World, uri: &str) -> Value {
    world.ask(&world.admin, "GET", uri, None).await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_users_does_not_take_over_those_above() {
    let mut world = World::empty().await;
    for kind in ["repository", "repository"] {
        world.create("/repositories", kind).await;
    }
    let manager = world.user("mona").await;
    world.grant("mona", &["manage_users", "manage_repository"]);
    let (eve, anton) = (made(&world, "eve", false).await, made(&world, "anton", true).await);
    for uri in ["/users/1", &anton] {
        for (method, path, body) in [
            ("POST", format!("{uri}?password=mine"), Some(read(&world, uri).await)),
            ("GET", format!("{uri}/deactivate"), None),
            ("DELETE", uri.to_owned(), None),
            ("POST", format!("/batch_delete?record_uris[]={uri}"), None),
        ] {
            let answer = world.ask(&manager, method, &path, body.as_ref()).await;
            let system = uri == "/users/1" && path.ends_with("/deactivate");
            assert_eq!(answer.status, if system { 404 } else { 403 }, "{method} {path}: {answer:?}");
        }
    }
    world.login("anton", "secret").await;
    let groups =
        world.ask(&world.admin, "GET", "/repositories/1/groups?group_code=administrators", None).await;
    let admins = groups.body[0]["uri"].as_str().unwrap().to_owned();
    let zoe = json!({"username": "zoe", "name": "Zoe"});
    for (method, path, body) in [
        ("POST", format!("{eve}/groups?groups[]={admins}&remove_groups=false&repo_id=1"), None),
        ("POST", format!("/users?password=x&groups[]={admins}"), Some(&zoe)),
        ("DELETE", admins.clone(), None),
        ("POST", format!("/batch_delete?record_uris[]={admins}"), None),
    ] {
        let answer = world.ask(&manager, method, &path, body).await;
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
    }
    // Others are theirs to change.
    let path = format!("{eve}?password=new");
    assert_eq!(world.ask(&manager, "POST", &path, Some(&read(&world, &eve).await)).await.status, 200);
    assert_eq!(world.ask(&manager, "DELETE", &eve, None).await.status, 200);
    // Nobody deletes what the system itself is.
    assert_eq!(world.ask(&world.admin, "DELETE", "/users/1", None).await.status, 403);
    assert_eq!(world.ask(&world.admin, "DELETE", &anton, None).await.status, 200);
}
