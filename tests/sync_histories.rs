//! Random histories of two desks and a server that sometimes crashes: in the
//! end both are alike, and every word that was saved is still somewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use std::collections::BTreeMap;

use e2e::office::{Office, Seat, accession, component, resource};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use record::api::command::Side;
use serde_json::{Value, json};

const FIELDS: [&str; 3] = ["title", "content_description", "provenance"];

#[derive(Debug, Clone)]
enum Step {
    Edit { who: usize, record: usize, field: usize },
    Date { who: usize, record: usize },
    Create { who: usize },
    Delete { who: usize, record: usize },
    Move { who: usize, node: usize, below: Option<usize>, position: u64 },
    Sync { who: usize },
    CrashAndSync { who: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..2_usize;
    let step = prop_oneof![
        6 => (who.clone(), 0..5_usize, 0..FIELDS.len()).prop_map(|(who, record, field)| Step::Edit { who, record, field }),
        2 => (who.clone(), 0..5_usize).prop_map(|(who, record)| Step::Date { who, record }),
        2 => who.clone().prop_map(|who| Step::Create { who }),
        1 => (who.clone(), 0..5_usize).prop_map(|(who, record)| Step::Delete { who, record }),
        3 => (who.clone(), 0..4_usize, proptest::option::of(0..4_usize), 0..4_u64)
            .prop_map(|(who, node, below, position)| Step::Move { who, node, below, position }),
        4 => who.clone().prop_map(|who| Step::Sync { who }),
        1 => who.prop_map(|who| Step::CrashAndSync { who }),
    ];
    proptest::collection::vec(step, 6..24)
}

/// Two desks, what they share, and what was written by whom.
struct World {
    office: Office,
    seats: [Seat; 2],
    repo: String,
    root: String,
    nodes: Vec<String>,
    /// Accessions, by the address that they had first.
    records: Vec<String>,
    /// Every word that was saved.
    written: Vec<String>,
    /// Last word by record and field, and who wrote there at all.
    last: BTreeMap<(usize, usize), (String, [bool; 2])>,
    deleted: Vec<usize>,
    made: usize,
}

impl World {
    fn new() -> Self {
        let office = Office::open();
        let seats = [office.desk(), office.desk()];
        let local = seats[0].repository("ALB");
        seats[0].sync();
        let repo = seats[0].now(&local);
        let records: Vec<String> = (0..3)
            .map(|n| seats[0].create("accession", Some(&repo), accession(&format!("0.{n}"), "Begun")))
            .collect();
        let root = seats[0].create("resource", Some(&repo), resource("R1", "Papers"));
        let nodes: Vec<String> = (0..4)
            .map(|n| {
                seats[0].create("archival_object", Some(&repo), component(&root, None, &format!("n{n}")))
            })
            .collect();
        seats[0].sync();
        seats[1].sync();
        let now = |uri: &String| seats[0].now(uri);
        let (records, nodes, root) =
            (records.iter().map(now).collect(), nodes.iter().map(now).collect(), now(&root));
        Self {
            office,
            seats,
            repo,
            root,
            nodes,
            records,
            written: Vec::new(),
            last: BTreeMap::new(),
            deleted: Vec::new(),
            made: 0,
        }
    }

    fn record(&self, who: usize, record: usize) -> Option<(usize, String)> {
        let record = record % self.records.len();
        let uri = self.address(record);
        self.seats[who].has(&uri).then_some((record, uri))
    }

    /// The present address: the server's, once one of the desks knows it.
    fn address(&self, record: usize) -> String {
        let known = |seat: &Seat| seat.desk.store().read(|r| r.redirect(&self.records[record])).unwrap();
        self.seats.iter().find_map(known).unwrap_or_else(|| self.records[record].clone())
    }

    fn run(&mut self, number: usize, step: &Step) {
        match *step {
            Step::Edit { who, record, field } => {
                let Some((record, uri)) = self.record(who, record) else { return };
                let word = format!("word{number}by{who}");
                self.seats[who].edit(&uri, json!({ FIELDS[field]: word }));
                self.written.push(word.clone());
                let (last, by) = self.last.entry((record, field)).or_default();
                *last = word;
                by[who] = true;
            }
            Step::Date { who, record } => {
                let Some((_, uri)) = self.record(who, record) else { return };
                let mut dates = self.seats[who].field(&uri, "dates").as_array().cloned().unwrap_or_default();
                let word = format!("date{number}by{who}");
                dates.push(json!({"jsonmodel_type": "date", "label": "creation", "date_type": "single", "expression": word}));
                self.seats[who].edit(&uri, json!({ "dates": dates }));
                self.written.push(word);
            }
            Step::Create { who } => {
                self.made += 1;
                let word = format!("made{number}by{who}");
                let uri = self.seats[who].create(
                    "accession",
                    Some(&self.repo),
                    accession(&format!("1.{number}"), &word),
                );
                self.written.push(word);
                self.records.push(uri);
            }
            Step::Delete { who, record } => {
                let Some((record, uri)) = self.record(who, record) else { return };
                self.seats[who].delete(&uri);
                self.deleted.push(record);
            }
            Step::Move { who, node, below, position } => {
                let parent = below.filter(|below| *below != node).map(|below| self.nodes[below].clone());
                // A circle is refused here already.
                let _refused =
                    self.seats[who].try_place(&self.root, parent.as_deref(), &self.nodes[node], position);
            }
            Step::Sync { who } => drop(self.seats[who].sync()),
            Step::CrashAndSync { who } => {
                self.office.crash();
                assert!(self.seats[who].try_sync().is_err());
                self.office.back();
            }
        }
    }

    /// Syncs till nothing moves any more, answering what is asked.
    fn settle(&self) -> Vec<String> {
        let mut asked = Vec::new();
        for round in 0..4 {
            for (who, seat) in self.seats.iter().enumerate() {
                seat.sync();
                for conflict in seat.conflicts() {
                    asked.extend(
                        conflict
                            .fields
                            .iter()
                            .map(|field| format!("{}{}{}", field.base, field.mine, field.theirs)),
                    );
                    seat.resolve(
                        &conflict.uri,
                        if (round + who) % 2 == 0 { Side::Mine } else { Side::Theirs },
                    );
                }
            }
        }
        asked
    }

    fn versions(&self) -> String {
        let mut all = String::new();
        for seat in &self.seats {
            let store = seat.desk.store();
            for record in 0..self.records.len() {
                let uri = self.address(record);
                for version in store.read(|r| Ok(r.history(&uri).unwrap_or_default())).unwrap() {
                    all.push_str(&Value::Object(version.doc).to_string());
                }
            }
        }
        all
    }
}

fn check(steps: &[Step]) {
    let mut world = World::new();
    for (number, step) in steps.iter().enumerate() {
        world.run(number, step);
    }
    let asked = world.settle();
    let [ada, ben] = &world.seats;
    let (left, right) = (ada.everything(), ben.everything());
    assert_eq!(Value::Object(left.clone()), Value::Object(right));
    assert_eq!((ada.outbox(), ben.outbox()), (0, 0));
    let text = Value::Object(left.clone()).to_string();
    let versions = world.versions();
    for word in &world.written {
        let somewhere = text.contains(word.as_str())
            || versions.contains(word.as_str())
            || asked.iter().any(|asked| asked.contains(word.as_str()));
        assert!(somewhere, "{word} is lost");
    }
    for ((record, field), (word, by)) in &world.last {
        // Where only one person wrote, the last word stands.
        if *by != [true, true] && !world.deleted.contains(record) {
            let uri = world.address(*record);
            assert_eq!(
                ada.field(&uri, FIELDS[*field]),
                Value::from(word.as_str()),
                "{record} {}",
                FIELDS[*field]
            );
        }
    }
    let twice = left.values().filter_map(|record| record["content"]["id_0"].as_str());
    let mut seen = std::collections::BTreeSet::new();
    for id in twice {
        assert!(seen.insert(id), "{id} is there twice");
    }
    let nodes = ada.desk.store().read(|r| r.nodes_in_order(&world.root)).unwrap();
    assert_eq!(nodes.len(), world.nodes.len());
}

#[test]
fn whatever_two_people_do_both_end_alike_and_nothing_is_lost() {
    let config = Config { cases: 10, failure_persistence: None, max_shrink_iters: 24, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&steps(), |steps| {
            check(&steps);
            Ok(())
        })
        .unwrap();
}
