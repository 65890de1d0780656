//! Random histories: whatever is done, what is derived fits the documents, trees stay trees, and taking everything
//! back brings the documents back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use common::{Temporary, doc, open, save};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use store::{Error, Expect, Op, Query, Repair, Role};

#[derive(Debug, Clone)]
enum Step {
    Create { parent: usize, position: Option<u64>, word: usize },
    Edit { node: usize, word: usize, subject: usize },
    Move { node: usize, parent: usize, position: u64 },
    Delete { node: usize },
    DeleteSubject { subject: usize },
    Undo,
    Redo,
    Reopen,
}

const WORDS: [&str; 5] = ["harbour", "lighthouse", "ledger", "Éclair", "mapmaker"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..8usize, proptest::option::of(0..4u64), 0..5usize).prop_map(|(parent, position, word)| Step::Create { parent, position, word }),
        3 => (0..8usize, 0..5usize, 0..4usize).prop_map(|(node, word, subject)| Step::Edit { node, word, subject }),
        3 => (0..8usize, 0..8usize, 0..5u64).prop_map(|(node, parent, position)| Step::Move { node, parent, position }),
        1 => (0..8usize).prop_map(|node| Step::Delete { node }),
        1 => (0..3usize).prop_map(|subject| Step::DeleteSubject { subject }),
        2 => Just(Step::Undo),
        1 => Just(Step::Redo),
        1 => Just(Step::Reopen),
    ]
}

type State = (BTreeMap<String, Map<String, Value>>, Vec<(String, u64)>);

struct World {
    s: Temporary,
    repo: String,
    root: String,
    /// The last operation of the setting up.
    start: i64,
}

impl World {
    fn new(role: Role) -> Self {
        let s = open(role);
        let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"})).uri.clone();
        let root =
            save(&s, "resource", Some(&repo), json!({"title": "Papers", "id_0": "R", "level": "collection"}))
                .uri
                .clone();
        for term in ["Maps", "Ships", "Weather"] {
            save(
                &s,
                "subject",
                None,
                json!({"source": "lcsh", "vocabulary": "/vocabularies/1",
                "terms": [{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}]}),
            );
        }
        let start = s.read(|r| r.operations(0, 1)).unwrap()[0].op;
        Self { s, repo, root, start }
    }

    fn undoable(&self) -> Option<i64> {
        self.s.read(|r| r.undoable()).unwrap().map(|op| op.op).filter(|op| *op > self.start)
    }

    fn nodes(&self) -> Vec<String> {
        self.s.read(|r| r.nodes_in_order(&self.root)).unwrap().into_iter().map(|(head, _)| head.uri).collect()
    }

    fn subjects(&self) -> Vec<String> {
        self.s
            .read(|r| r.list(&store::List::by_title(&["subject"], None, 0, 9)))
            .unwrap()
            .into_iter()
            .map(|h| h.uri.clone())
            .collect()
    }

    /// Documents and the order of the tree.
    fn state(&self) -> State {
        let mut docs = BTreeMap::new();
        let list = store::List {
            kinds: ["archival_object", "subject", "resource"].map(str::to_owned).to_vec(),
            limit: 1_000,
            ..store::List::default()
        };
        for stored in self.s.read(|r| r.list_full(&list)).unwrap() {
            docs.insert(stored.uri.clone(), stored.doc.clone());
        }
        let order = self
            .s
            .read(|r| r.nodes_in_order(&self.root))
            .unwrap()
            .into_iter()
            .map(|(head, depth)| (head.uri, depth))
            .collect();
        (docs, order)
    }

    fn act(mut self, step: &Step) -> Self {
        let (nodes, subjects) = (self.nodes(), self.subjects());
        let pick = |at: usize| nodes.get(at % nodes.len().max(1)).cloned();
        let parent_of = |at: usize| if at == 0 { None } else { pick(at) };
        let result = match step {
            Step::Create { parent, position, word } => {
                let mut d = json!({"title": WORDS[*word], "level": "file", "resource": {"ref": self.root}});
                if let Some(parent) = parent_of(*parent) {
                    d["parent"] = json!({"ref": parent});
                }
                if let Some(position) = position {
                    d["position"] = json!(position);
                }
                self.s
                    .write(Op::typed("save", "ada"), |tx| {
                        tx.create("archival_object", Some(&self.repo), doc(d)).map(drop)
                    })
                    .map(drop)
            }
            Step::Edit { node, word, subject } => pick(*node).map_or(Ok(()), |uri| {
                let mut d = self.s.read(|r| r.expect(&uri)).unwrap().doc;
                d.insert("title".to_owned(), json!(format!("{} {word}", WORDS[*word])));
                let refs: Vec<Value> =
                    subjects.get(*subject).map(|uri| json!({"ref": uri})).into_iter().collect();
                d.insert("subjects".to_owned(), Value::Array(refs));
                self.s
                    .write(Op::typed("save", "ada"), |tx| tx.update(&uri, d, Expect::Any).map(drop))
                    .map(drop)
            }),
            Step::Move { node, parent, position } => pick(*node).map_or(Ok(()), |uri| {
                let parent = parent_of(*parent);
                self.s
                    .write(Op::typed("move", "ada"), |tx| {
                        tx.move_nodes(&self.root, parent.as_deref(), &[uri], *position)
                    })
                    .map(drop)
            }),
            Step::Delete { node } => pick(*node).map_or(Ok(()), |uri| {
                self.s.write(Op::typed("delete", "ada"), |tx| tx.delete(&uri)).map(drop)
            }),
            Step::DeleteSubject { subject } => subjects.get(*subject).map_or(Ok(()), |uri| {
                self.s.write(Op::typed("delete", "ada"), |tx| tx.delete(uri)).map(drop)
            }),
            Step::Undo => match self.undoable() {
                Some(op) => self.s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(op))).map(drop),
                None => Ok(()),
            },
            Step::Redo => self.s.write(Op::typed("redo", "ada"), |tx| tx.redo()).map(drop),
            Step::Reopen => {
                self.s = self.s.reopen();
                Ok(())
            }
        };
        match result {
            Ok(()) | Err(Error::Refused { code: "cycle", .. } | Error::NothingToUndo) => self,
            Err(error) => panic!("{step:?}: {error:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_histories(steps in proptest::collection::vec(step(), 1..25), server in any::<bool>()) {
        let mut world = World::new(if server { Role::Server } else { Role::Desk });
        let before = world.state();
        for step in &steps {
            world = world.act(step);
        }
        prop_assert_eq!(world.s.check(Repair::No).unwrap(), []);
        // Search finds what a scan finds.
        let heads = world.s.read(|r| r.nodes_in_order(&world.root)).unwrap();
        for word in WORDS {
            let scan = heads.iter().filter(|(head, _)| head.title.contains(word)).count() as u64;
            let query = Query { text: word.to_owned(), kinds: vec!["archival_object".to_owned()], limit: 5, ..Query::default() };
            prop_assert_eq!(world.s.search(&query).unwrap().total, scan, "{}", word);
        }
        // Taking everything back brings everything back.
        while let Some(op) = world.undoable() {
            world.s.write(Op::typed("undo", "ada"), |tx| tx.undo(Some(op))).unwrap();
        }
        prop_assert_eq!(world.state(), before);
        prop_assert_eq!(world.s.check(Repair::No).unwrap(), []);
    }
}
