//! What people do.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{TestServer, resource};

pub const ADMIN: usize = 0;
/// Manages the first repository, and is not shown what is suppressed.
pub const MANAGER: usize = 1;
pub const READER: usize = 2;
/// Has no session. Before him stands somebody who works in the second repository.
pub const ANYBODY: usize = 4;

/// Kinds that are made, each with the plural of its address.
pub const KINDS: [(&str, &str); 12] = [
    ("accession", "accessions"),
    ("resource", "resources"),
    ("archival_object", "archival_objects"),
    ("digital_object", "digital_objects"),
    ("digital_object_component", "digital_object_components"),
    ("classification", "classifications"),
    ("classification_term", "classification_terms"),
    ("top_container", "top_containers"),
    ("event", "events"),
    ("agent_person", "agents/people"),
    ("subject", "subjects"),
    ("location", "locations"),
];

/// One thing that somebody does to some record.
#[derive(Debug, Clone)]
pub enum Deed {
    Create {
        who: usize,
        kind: usize,
        repo: usize,
        link: usize,
    },
    Update {
        who: usize,
        record: usize,
        link: usize,
    },
    /// Of a version that is no more.
    Outdated {
        who: usize,
        record: usize,
    },
    Delete {
        who: usize,
        record: usize,
    },
    Move {
        who: usize,
        node: usize,
        below: Option<usize>,
        position: u64,
    },
    Accept {
        who: usize,
        above: usize,
        nodes: [usize; 2],
        position: u64,
    },
    Publish {
        who: usize,
        record: usize,
        publish: bool,
    },
    Suppress {
        who: usize,
        record: usize,
        suppressed: bool,
    },
    Transfer {
        who: usize,
        record: usize,
    },
    /// Of a component to another tree.
    Adopt {
        who: usize,
        node: usize,
        root: usize,
    },
    Merge {
        who: usize,
        into: usize,
        from: usize,
    },
    /// The reader joins a group of a repository, or leaves all of them.
    Join {
        who: usize,
        repo: usize,
        group: Option<usize>,
    },
}

pub fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let who = || prop_oneof![6 => Just(ADMIN), 3 => Just(MANAGER), 1 => READER..=ANYBODY];
    let any = || 0..40_usize;
    let flag = proptest::bool::ANY;
    let deed = prop_oneof![
        10 => (who(), 0..KINDS.len(), prop_oneof![4 => Just(0_usize), 1 => Just(1_usize)], any()).prop_map(|(who, kind, repo, link)| Deed::Create { who, kind, repo, link }),
        5 => (who(), any(), any()).prop_map(|(who, record, link)| Deed::Update { who, record, link }),
        1 => (who(), any()).prop_map(|(who, record)| Deed::Outdated { who, record }),
        2 => (who(), any()).prop_map(|(who, record)| Deed::Delete { who, record }),
        5 => (who(), any(), proptest::option::of(any()), 0..4_u64).prop_map(|(who, node, below, position)| Deed::Move { who, node, below, position }),
        2 => (who(), any(), [any(), any()], 0..4_u64).prop_map(|(who, above, nodes, position)| Deed::Accept { who, above, nodes, position }),
        2 => (who(), any(), flag).prop_map(|(who, record, publish)| Deed::Publish { who, record, publish }),
        3 => (who(), any(), flag).prop_map(|(who, record, suppressed)| Deed::Suppress { who, record, suppressed }),
        2 => (who(), any()).prop_map(|(who, record)| Deed::Transfer { who, record }),
        2 => (who(), any(), any()).prop_map(|(who, node, root)| Deed::Adopt { who, node, root }),
        2 => (who(), any(), any()).prop_map(|(who, into, from)| Deed::Merge { who, into, from }),
        1 => (who(), 0..2_usize, proptest::option::of(0..6_usize)).prop_map(|(who, repo, group)| Deed::Join { who, repo, group }),
    ];
    proptest::collection::vec(deed, 24..40)
}

/// Sessions, and the address of the reader.
pub struct People {
    pub tokens: [String; 5],
    pub reader: String,
}

pub async fn people(server: &TestServer) -> People {
    let mut tokens = vec![server.token.clone()];
    let mut uris = Vec::new();
    for name in ["mona", "rita", "sven"] {
        uris.push(server.post("/users?password=secret", json!({"username": name, "name": name})).await);
        tokens.push(server.login(name, "secret").await);
    }
    tokens.push(String::new());
    People { tokens: tokens.try_into().unwrap(), reader: uris.swap_remove(1) }
}

/// Two repositories and everything that was ever made in them.
pub struct Office<'a> {
    pub server: &'a TestServer,
    pub people: &'a People,
    pub repos: [String; 2],
    /// Every address that there ever was.
    pub known: Vec<String>,
    /// The highest version that was seen of each.
    pub versions: BTreeMap<String, i64>,
    history: u32,
    made: usize,
}

impl<'a> Office<'a> {
    pub async fn open(server: &'a TestServer, people: &'a People, history: u32) -> Self {
        let repos = [
            server.repository(&format!("A{history}")).await,
            server.repository(&format!("B{history}")).await,
        ];
        let mut office =
            Self { server, people, repos, known: Vec::new(), versions: BTreeMap::new(), history, made: 0 };
        for (user, repo, group) in [
            ("mona", 0, "repository-managers"),
            ("rita", 0, "repository-viewers"),
            ("sven", 1, "repository-archivists"),
        ] {
            let groups = server.get(&format!("{}/groups?group_code={group}", office.repos[repo])).await;
            let mut group = groups[0].clone();
            group["member_usernames"] = json!([user]);
            server.post(group["uri"].as_str().unwrap(), group.clone()).await;
        }
        for kind in [1, 3, 5, 2, 2, 2, 4, 6, 7, 9, 0] {
            office.does(&Deed::Create { who: ADMIN, kind, repo: 0, link: kind }).await;
        }
        office
    }

    /// A request; a fault of the server ends the test.
    async fn ask(&mut self, who: usize, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (status, answer) = self.server.ask_as(&self.people.tokens[who], method, path, body).await;
        assert!(matches!(status, 200 | 400 | 403 | 404 | 409), "{method} {path} by {who}: {status} {answer}");
        if status == 200 && method != "GET" && who == ANYBODY {
            panic!("{method} {path} without a session: {answer}");
        }
        let (uri, version) = (answer["uri"].as_str(), answer["lock_version"].as_i64());
        if let (200, Some(uri), Some(version)) = (status, uri, version) {
            let last = self.versions.entry(uri.to_owned()).or_insert(version);
            assert!(*last <= version, "{uri}: version {version} after {last}");
            *last = version;
        }
        (status, answer)
    }

    fn pick(&self, record: usize) -> String {
        self.known[record % self.known.len()].clone()
    }

    /// A record of one of some kinds, if there ever was one.
    fn one_of(&self, plurals: &[&str], record: usize) -> Option<String> {
        let fitting: Vec<&String> = self
            .known
            .iter()
            .filter(|uri| plurals.iter().any(|plural| uri.contains(&format!("/{plural}/"))))
            .collect();
        (!fitting.is_empty()).then(|| fitting[record % fitting.len()].clone())
    }

    pub async fn does(&mut self, deed: &Deed) {
        match deed {
            Deed::Create { who, kind, repo, link } => self.create(*who, *kind, *repo, *link).await,
            Deed::Update { who, record, link } => self.update(*who, *record, *link).await,
            Deed::Outdated { who, record } => {
                let uri = self.pick(*record);
                let (status, mut doc) = self.ask(ADMIN, "GET", &uri, None).await;
                if status == 200 && doc["lock_version"].as_i64() > Some(0) {
                    doc["lock_version"] = json!(0);
                    let (status, answer) = self.ask(*who, "POST", &uri, Some(doc)).await;
                    assert_ne!(status, 200, "{uri}: {answer}");
                }
            }
            Deed::Delete { who, record } => {
                let uri = self.pick(*record);
                self.ask(*who, "DELETE", &uri, None).await;
            }
            Deed::Move { who, node, below, position } => self.moves(*who, *node, *below, *position).await,
            Deed::Accept { who, above, nodes, position } => {
                let Some(above) = self.one_of(&["resources", "archival_objects"], *above) else { return };
                let mut path = format!("{above}/accept_children?position={position}");
                for node in nodes {
                    let Some(node) = self.one_of(&["archival_objects"], *node) else { return };
                    path.push_str(&format!("&children[]={node}"));
                }
                self.ask(*who, "POST", &path, None).await;
            }
            Deed::Publish { who, record, publish } => {
                let Some(uri) = self.one_of(&["resources", "archival_objects", "digital_objects"], *record)
                else {
                    return;
                };
                let path = format!("{uri}/{}", if *publish { "publish" } else { "unpublish" });
                if *publish || !uri.contains("digital_objects") {
                    self.ask(*who, "POST", &path, None).await;
                }
            }
            Deed::Suppress { who, record, suppressed } => {
                let kinds = [
                    "accessions",
                    "resources",
                    "archival_objects",
                    "digital_objects",
                    "digital_object_components",
                    "events",
                ];
                let Some(uri) = self.one_of(&kinds, *record) else { return };
                self.ask(*who, "POST", &format!("{uri}/suppressed?suppressed={suppressed}"), None).await;
            }
            Deed::Transfer { who, record } => self.transfer(*who, *record).await,
            Deed::Adopt { who, node, root } => {
                let node = self.one_of(&["archival_objects"], *node);
                let (Some(node), Some(root)) = (node, self.one_of(&["resources"], *root)) else { return };
                let path =
                    format!("{}/component_transfers?target_resource={root}&component={node}", self.repos[0]);
                let (status, answer) = self.ask(*who, "POST", &path, None).await;
                if let (200, Some(event)) = (status, answer["event"].as_str()) {
                    self.known.push(event.to_owned());
                }
            }
            Deed::Merge { who, into, from } => self.merge(*who, *into, *from).await,
            Deed::Join { who, repo, group } => self.join(*who, *repo, *group).await,
        }
    }

    async fn create(&mut self, who: usize, kind: usize, repo: usize, link: usize) {
        let (name, plural) = KINDS[kind];
        self.made += 1;
        let word = format!("word{}x{}", self.history, self.made);
        let Some(doc) = self.document(name, &word, link) else { return };
        let path = if self.is_shared(name) {
            format!("/{plural}")
        } else {
            format!("{}/{plural}", self.repos[repo])
        };
        let (status, answer) = self.ask(who, "POST", &path, Some(doc)).await;
        if status == 200 {
            assert_ne!((who, repo), (READER, 1), "{path}: {answer}");
            self.known.push(answer["uri"].as_str().unwrap().to_owned());
        }
    }

    fn is_shared(&self, kind: &str) -> bool {
        matches!(kind, "agent_person" | "subject" | "location")
    }

    /// A record that says a word, with a link to another one; none when there is nothing that it could be part of.
    fn document(&self, kind: &str, word: &str, link: usize) -> Option<Value> {
        let reference = |plurals: &[&str]| self.one_of(plurals, link).map(|uri| json!({"ref": uri}));
        let below = |plural: &str| reference(&[plural]).filter(|_| !link.is_multiple_of(3));
        let mut doc = match kind {
            "accession" => json!({"id_0": word, "title": word, "publish": link.is_multiple_of(2)}),
            "resource" => resource(word, &format!("{}{}", self.history, link % 7)),
            "archival_object" => {
                json!({"title": word, "level": "file", "ref_id": format!("r{}", link % 9), "publish": link.is_multiple_of(2), "resource": reference(&["resources"])?, "parent": below("archival_objects")})
            }
            "digital_object" => json!({"title": word, "digital_object_id": format!("d{}", link % 5)}),
            "digital_object_component" => {
                json!({"label": word, "component_id": format!("c{}", link % 6), "digital_object": reference(&["digital_objects"])?, "parent": below("digital_object_components")})
            }
            "classification" => json!({"title": word, "identifier": word}),
            "classification_term" => {
                json!({"title": word, "identifier": format!("t{}", link % 5), "classification": reference(&["classifications"])?, "parent": below("classification_terms")})
            }
            "top_container" => json!({"type": "box", "indicator": word, "barcode": format!("b{}", link % 5)}),
            "event" => {
                json!({"event_type": "accession", "outcome_note": word, "timestamp": "2020-01-01T00:00:00Z", "linked_agents": [{"ref": reference(&["agents/people"])?["ref"], "role": "recipient"}], "linked_records": [{"ref": reference(&["accessions", "resources", "archival_objects"])?["ref"], "role": "source"}]})
            }
            "agent_person" => {
                json!({"names": [{"primary_name": word, "name_order": "inverted", "source": "local", "sort_name_auto_generate": true}]})
            }
            "subject" => {
                json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [{"term": word, "term_type": "topical", "vocabulary": "/vocabularies/1"}]})
            }
            _ => json!({"building": word, "classification": word}),
        };
        self.link(kind, &mut doc, link);
        doc.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        Some(doc)
    }

    /// Adds a link of the sort that a kind has.
    fn link(&self, kind: &str, doc: &mut Value, link: usize) {
        let mut add = |property: &str, value: Value| {
            if let Some(list) = doc.get_mut(property).and_then(Value::as_array_mut) {
                list.push(value);
            } else {
                doc[property] = json!([value]);
            }
        };
        let found = |plurals: &[&str]| self.one_of(plurals, link);
        match (kind, link % 4) {
            ("accession" | "resource" | "archival_object", 0) => {
                if let Some(uri) = found(&["top_containers"]) {
                    add(
                        "instances",
                        json!({"instance_type": "mixed_materials", "sub_container": {"top_container": {"ref": uri}}}),
                    );
                }
            }
            ("accession" | "resource" | "archival_object", 1) => {
                if let Some(uri) = found(&["digital_objects"]) {
                    add(
                        "instances",
                        json!({"instance_type": "digital_object", "digital_object": {"ref": uri}}),
                    );
                }
            }
            ("accession", 2) => {
                if let Some(uri) = found(&["resources"]) {
                    add("related_resources", json!({"ref": uri}));
                }
            }
            ("accession" | "resource" | "archival_object" | "digital_object", 3) => {
                if let Some(uri) = found(&["agents/people"]) {
                    add("linked_agents", json!({"ref": uri, "role": "creator"}));
                }
            }
            ("resource" | "archival_object" | "digital_object", 2) => {
                if let Some(uri) = found(&["subjects"]) {
                    add("subjects", json!({"ref": uri}));
                }
            }
            ("top_container", 3) => {
                if let Some(uri) = found(&["locations"]) {
                    add(
                        "container_locations",
                        json!({"ref": uri, "status": "current", "start_date": "2020-01-01"}),
                    );
                }
            }
            _ => {}
        }
    }

    async fn update(&mut self, who: usize, record: usize, link: usize) {
        let uri = self.pick(record);
        let (status, mut doc) = self.ask(who, "GET", &uri, None).await;
        if status != 200 {
            return;
        }
        let kind = doc["jsonmodel_type"].as_str().unwrap().to_owned();
        if let Some(title) = doc["title"].as_str().filter(|_| !self.is_shared(&kind)) {
            doc["title"] = json!(format!("{title} again"));
        }
        if doc.get("ref_id").is_some() {
            doc["position"] = json!(link % 3);
            if link.is_multiple_of(5) {
                doc["resource"] = self
                    .one_of(&["resources"], link)
                    .map_or(doc["resource"].clone(), |uri| json!({"ref": uri}));
                doc.as_object_mut().unwrap().remove("parent");
            }
        }
        self.link(&kind, &mut doc, link);
        self.ask(who, "POST", &uri, Some(doc)).await;
    }

    async fn moves(&mut self, who: usize, node: usize, below: Option<usize>, position: u64) {
        let Some(uri) =
            self.one_of(&["archival_objects", "digital_object_components", "classification_terms"], node)
        else {
            return;
        };
        let plural = uri.split('/').nth(3).unwrap().to_owned();
        let parent = below.and_then(|below| self.one_of(&[plural.as_str()], below));
        let parent = parent.map(|parent| format!("&parent={}", parent.rsplit('/').next().unwrap()));
        self.ask(
            who,
            "POST",
            &format!("{uri}/parent?position={position}{}", parent.unwrap_or_default()),
            None,
        )
        .await;
    }

    async fn transfer(&mut self, who: usize, record: usize) {
        let Some(uri) = self.one_of(&["accessions", "resources", "digital_objects"], record) else { return };
        let to =
            if uri.starts_with(&format!("{}/", self.repos[0])) { &self.repos[1] } else { &self.repos[0] }
                .clone();
        let (status, _) = self.ask(who, "POST", &format!("{uri}/transfer?target_repo={to}"), None).await;
        if status == 200 {
            let rest: Vec<&str> = uri.split('/').skip(3).collect();
            self.known.push(format!("{to}/{}", rest.join("/")));
        }
    }

    async fn merge(&mut self, who: usize, into: usize, from: usize) {
        let sorts = [
            ("agent", "agents/people"),
            ("subject", "subjects"),
            ("resource", "resources"),
            ("digital_object", "digital_objects"),
            ("top_container", "top_containers"),
        ];
        let (name, plural) = sorts[into % sorts.len()];
        let (Some(into), Some(from)) = (self.one_of(&[plural], into), self.one_of(&[plural], from)) else {
            return;
        };
        let number = self.repos[0].rsplit('/').next().unwrap();
        let request = json!({"uri": format!("/merge_requests/{name}"), "merge_destination": {"ref": into}, "merge_candidates": [{"ref": from}]});
        self.ask(who, "POST", &format!("/merge_requests/{name}?repo_id={number}"), Some(request)).await;
    }

    async fn join(&mut self, who: usize, repo: usize, group: Option<usize>) {
        let number = self.repos[repo].rsplit('/').next().unwrap().to_owned();
        let (_, groups) = self.ask(ADMIN, "GET", &format!("{}/groups", self.repos[repo]), None).await;
        let groups = groups.as_array().unwrap();
        let chosen =
            group.map(|group| format!("&groups[]={}", groups[group % groups.len()]["uri"].as_str().unwrap()));
        let path = format!(
            "{}/groups?repo_id={number}&remove_groups=true{}",
            self.people.reader,
            chosen.unwrap_or_default()
        );
        self.ask(who, "POST", &path, None).await;
    }
}
