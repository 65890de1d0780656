//! What others do on the server itself, with programs of their own.

use serde_json::{Map, Value, json};

use super::content;
use super::ground::{Ground, lock};
use super::house::House;
use super::{Judge, shelf};

/// Number of those others in words.
pub(super) const OTHERS: usize = 9;

/// One act on the server; nothing while it is down.
pub(super) fn act(house: &House, ground: &Ground, oracle: &Judge) {
    match ground.below(20) {
        0..=7 => edit(house, ground, oracle),
        8..=10 => create(house, ground, oracle),
        11 => delete(house, ground, oracle),
        12 => merge(house, ground, oracle),
        13 => transfer(house, ground, oracle),
        14 => suppress(house, ground, oracle),
        15 | 16 => arrange(house, ground, oracle),
        17 => change_root(house, ground, oracle),
        _ => rights(house, ground, oracle),
    }
}

fn told(ground: &Ground, what: &str, answered: &(u16, Value)) -> bool {
    ground.say(&format!("on the server: {what} -> {} {}", answered.0, answered.1["error"]));
    answered.0 == 200
}

fn get(house: &House, uri: &str) -> Option<Map<String, Value>> {
    match house.admin("GET", uri, None)? {
        (200, Value::Object(doc)) => Some(doc),
        _ => None,
    }
}

fn edit(house: &House, ground: &Ground, oracle: &Judge) {
    let Some(heads) = house.read(shelf::changeable) else { return };
    let Some(head) = ground.one_of(&heads) else { return };
    let Some(before) = get(house, &head.uri) else { return };
    let Some(links) = house.read(shelf::links) else { return };
    let word = lock(oracle).word(OTHERS);
    let mut after = before.clone();
    let Some(what) = content::change(head.kind, &mut after, &word, &links, ground) else { return };
    let sent = Value::Object(after.clone());
    let Some(answered) = house.admin("POST", &head.uri, Some(&sent)) else { return };
    if told(ground, &format!("{} {what}", head.uri), &answered) {
        lock(oracle).changed(OTHERS, &head.uri, &before, &after);
    }
}

fn create(house: &House, ground: &Ground, oracle: &Judge) {
    let kinds = ["accession", "archival_object", "archival_object", "subject", "top_container", "event"];
    let Some(kind) = ground.one_of(&kinds).copied() else { return };
    let Some(links) = house.read(shelf::links) else { return };
    let Some(nodes) = house.read(|store| shelf::heads(store, &["resource", "archival_object"])) else {
        return;
    };
    let above = ground.one_of(&nodes);
    let (root, parent) = match above {
        Some(head) => (
            head.root.clone().unwrap_or_else(|| head.uri.clone()),
            head.root.is_some().then(|| head.uri.clone()),
        ),
        None => return,
    };
    let word = lock(oracle).word(OTHERS);
    let Some(doc) = content::made(kind, &word, Some((&root, parent.as_deref())), &links, ground) else {
        return;
    };
    let repo = if kind == "archival_object" {
        root.split('/').take(3).collect::<Vec<_>>().join("/")
    } else {
        "/repositories/2".to_owned()
    };
    let path = match kind {
        "subject" => "/subjects".to_owned(),
        kind => format!("{repo}/{kind}s"),
    };
    let Some(answered) = house.admin("POST", &path, Some(&doc)) else { return };
    if told(ground, &format!("makes a {kind} ({word})"), &answered)
        && let Some(uri) = answered.1["uri"].as_str()
        && let Value::Object(doc) = doc
    {
        lock(oracle).changed(OTHERS, uri, &Map::new(), &doc);
    }
}

fn delete(house: &House, ground: &Ground, oracle: &Judge) {
    let Some(heads) = house.read(shelf::changeable) else { return };
    let Some(head) = ground.one_of(&heads) else { return };
    if head.kind == "resource" && ground.percent(70) {
        return;
    }
    let seen = house.read(|store| shelf::whole(store, &head.uri)).unwrap_or_default();
    let before = house.read(shelf::everything).unwrap_or_default();
    let Some(answered) = house.admin("DELETE", &head.uri, None) else { return };
    if told(ground, &format!("deletes {}", head.uri), &answered) {
        lock(oracle).unlinked(&before, &house.read(shelf::everything).unwrap_or_default());
        lock(oracle).removed(&seen);
    }
}

fn merge(house: &House, ground: &Ground, oracle: &Judge) {
    let kinds = [
        ("subject", "subject", ""),
        ("agent_person", "agent", ""),
        ("top_container", "top_container", "?repo_id=2"),
    ];
    let Some((kind, path, query)) = ground.one_of(&kinds).copied() else { return };
    let Some(mut heads) = house.read(|store| shelf::heads(store, &[kind])) else { return };
    heads.retain(|head| head.repo.as_deref().is_none_or(|repo| repo == "/repositories/2"));
    let (Some(into), Some(from)) = (ground.one_of(&heads), ground.one_of(&heads)) else { return };
    if into.uri == from.uri {
        return;
    }
    let seen = house.read(|store| shelf::whole(store, &from.uri)).unwrap_or_default();
    let body = json!({"jsonmodel_type": "merge_request", "uri": format!("merge_requests/{path}"),
        "merge_destination": {"ref": into.uri}, "merge_candidates": [{"ref": from.uri}]});
    let Some(answered) = house.admin("POST", &format!("/merge_requests/{path}{query}"), Some(&body)) else {
        return;
    };
    if told(ground, &format!("merges {} into {}", from.uri, into.uri), &answered) {
        lock(oracle).removed(&seen);
    }
}

fn transfer(house: &House, ground: &Ground, oracle: &Judge) {
    let Some(heads) = house.read(|store| shelf::heads(store, &["accession", "digital_object", "resource"]))
    else {
        return;
    };
    let Some(head) = ground.one_of(&heads) else { return };
    let to = if head.uri.starts_with("/repositories/2/") { 3 } else { 2 };
    let path = format!("{}/transfer?target_repo=/repositories/{to}", head.uri);
    let nodes = house.read(|store| shelf::heads(store, &["archival_object", "digital_object_component"]));
    let Some(answered) = house.admin("POST", &path, None) else { return };
    let done = told(ground, &format!("transfers {} to repository {to}", head.uri), &answered);
    let mut oracle = lock(oracle);
    if done && oracle.ledger.is_closed(to) {
        oracle.ledger.hid(&head.uri);
        let nodes = nodes.unwrap_or_default();
        let below = nodes.iter().filter(|node| node.root.as_ref() == Some(&head.uri));
        below.for_each(|node| oracle.ledger.hid(&node.uri));
    }
}

fn suppress(house: &House, ground: &Ground, oracle: &Judge) {
    let kinds = ["accession", "archival_object", "digital_object"];
    let Some(heads) = house.read(|store| shelf::heads(store, &kinds)) else { return };
    let Some(head) = ground.one_of(&heads) else { return };
    let suppressed = !head.suppressed;
    let Some(answered) =
        house.admin("POST", &format!("{}/suppressed?suppressed={suppressed}", head.uri), None)
    else {
        return;
    };
    told(ground, &format!("suppressed = {suppressed} for {}", head.uri), &answered);
    for head in house.read(shelf::changeable).unwrap_or_default().iter().filter(|head| head.suppressed) {
        lock(oracle).ledger.hid(&head.uri);
    }
}

fn arrange(house: &House, ground: &Ground, oracle: &Judge) {
    let Some(nodes) = house.read(|store| shelf::heads(store, &["archival_object"])) else { return };
    let Some(node) = ground.one_of(&nodes) else { return };
    let Some(root) = &node.root else { return };
    let family: Vec<&String> =
        nodes.iter().filter(|other| other.root.as_ref() == Some(root)).map(|other| &other.uri).collect();
    let below = ground.one_of(&family).filter(|_| ground.percent(50)).map_or(root, |uri| uri);
    let position = ground.below(4);
    let path = format!("{below}/accept_children?children[]={}&position={position}", node.uri);
    let Some(answered) = house.admin("POST", &path, None) else { return };
    if told(ground, &format!("moves {} below {below}, {position}", node.uri), &answered) {
        lock(oracle).ledger.hung(OTHERS, &node.uri, below);
    }
}

fn change_root(house: &House, ground: &Ground, oracle: &Judge) {
    let Some(nodes) = house.read(|store| shelf::heads(store, &["archival_object"])) else { return };
    let Some(roots) = house.read(|store| shelf::heads(store, &["resource"])) else { return };
    let (Some(node), Some(root)) = (ground.one_of(&nodes), ground.one_of(&roots)) else { return };
    let repo = node.uri.split('/').take(3).collect::<Vec<_>>().join("/");
    let path = format!("{repo}/component_transfers?target_resource={}&component={}", root.uri, node.uri);
    let Some(answered) = house.admin("POST", &path, None) else { return };
    if told(ground, &format!("moves {} to {}", node.uri, root.uri), &answered) {
        lock(oracle).ledger.hung(OTHERS, &node.uri, &root.uri);
    }
}

/// Users of the desks, and what they may be in a repository.
pub(super) const USERS: [&str; 3] = ["ada", "ben", "cleo"];
const ROLES: [Option<&str>; 3] = [Some("repository-managers"), Some("repository-viewers"), None];

fn rights(house: &House, ground: &Ground, oracle: &Judge) {
    let Some(user) = ground.one_of(&USERS).copied() else { return };
    let Some(role) = ground.one_of(&ROLES).copied() else { return };
    let repo = 2 + ground.below(2);
    if set_role(house, user, repo, role) {
        ground.say(&format!("on the server: {user} is {role:?} in repository {repo}"));
        lock(oracle).ledger.closed(user, repo, role.is_none());
    }
}

/// Makes a user a member of one group of a repository, or of none.
pub(super) fn set_role(house: &House, user: &str, repo: usize, role: Option<&str>) -> bool {
    let users =
        house.admin("GET", "/users?page=1&page_size=50", None).map(|(_, told)| told).unwrap_or_default();
    let uri = users["results"].as_array().into_iter().flatten().find(|one| one["username"] == user);
    let Some(uri) = uri.and_then(|one| one["uri"].as_str()).map(str::to_owned) else { return false };
    let groups = house.admin("GET", &format!("/repositories/{repo}/groups"), None).map(|(_, told)| told);
    let groups = groups.unwrap_or_default();
    let group = groups
        .as_array()
        .into_iter()
        .flatten()
        .find(|group| Some(group["group_code"].as_str().unwrap_or("")) == role);
    let mut path = format!("{uri}/groups?remove_groups=true&repo_id={repo}");
    if let Some(group) = group.and_then(|group| group["uri"].as_str()) {
        path = format!("{path}&groups[]={group}");
    }
    house.admin("POST", &path, None).is_some_and(|(status, _)| status == 200)
}

/// Everybody may everything again, and nothing is suppressed.
pub(super) fn make_peace(house: &House) {
    for user in USERS {
        for repo in [2, 3] {
            set_role(house, user, repo, Some("repository-managers"));
        }
    }
    let kinds =
        ["accession", "resource", "digital_object", "archival_object", "digital_object_component", "event"];
    for head in house.read(|store| shelf::heads(store, &kinds)).unwrap_or_default() {
        if head.suppressed {
            house.admin("POST", &format!("{}/suppressed?suppressed=false", head.uri), None);
        }
    }
}
