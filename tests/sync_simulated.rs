//! A part of the simulated worlds: the first of them, those that once broke, and the planted faults' patches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use std::path::Path;
use std::process::Command;

use e2e::simulator::{Kind, Simulator};

/// Worlds that broke once, with what was wrong. Their histories hold as long as what persons do in worlds stays the
/// same; each reason has a scripted test of its own in `sync_regressions`, or is named there.
const BROKE: [(Kind, u64, &str); 21] = [
    (Kind::Fonds, 58, "what happened while a repository was hidden was never asked for"),
    (Kind::Fonds, 22, "a refused deletion had taken links out of other records"),
    (
        Kind::Fonds,
        1015,
        "a record that was hidden and shown again kept its conflict, and was dropped by its answer",
    ),
    (
        Kind::Fonds,
        1023,
        "a deletion that was called off met a stub under its address: no sync came through any more",
    ),
    (Kind::Fonds, 1042, "a record that went to another repository was taken for deleted"),
    (Kind::Fonds, 675, "a node that is shown below one that is hidden hung nowhere"),
    (Kind::Fonds, 986, "an update without an answer was taken for unsent when somebody had written over it"),
    (
        Kind::Fonds,
        1041,
        "what stood for a parent that is not held stayed in its tree when the last child had left",
    ),
    (
        Kind::Fonds,
        22591,
        "what went to another repository before its creation had an answer was taken for deleted, and made twice",
    ),
    (Kind::Fonds, 1437, "a deletion took links out that others had made since"),
    (Kind::Fonds, 2364, "what went to another repository and came back was taken for deleted"),
    (Kind::Fonds, 3448, "a record that was asked for alone lost its number in the order of its siblings"),
    (Kind::Fonds, 9240, "a node that others moved when it was just made went back to where it was made"),
    (Kind::ArchivesSpace, 102, "a deleted tree took along what others had put into it since"),
    (Kind::ArchivesSpace, 566, "what had been moved out of a node went with it"),
    (Kind::ArchivesSpace, 1439, "a deletion took along what others had moved below the record before"),
    (Kind::ArchivesSpace, 1853, "as many siblings came as stand here, and one of them was another one"),
    (Kind::ArchivesSpace, 2527, "what was made again was made where its tree no more was"),
    (Kind::ArchivesSpace, 3459, "a deletion called off brought back a link that others had taken out"),
    (
        Kind::ArchivesSpace,
        5603,
        "what others had put into a node went with it where its list was not to be read",
    ),
    (
        Kind::ArchivesSpace,
        8437,
        "a node hung in another tree than its parent, till the parent's move was sent",
    ),
];

#[track_caller]
fn holds(kind: Kind, seeds: impl IntoIterator<Item = u64>) {
    let simulator = Simulator::new(kind);
    for seed in seeds {
        let ended = simulator.run(seed);
        if let Some(what) = ended.broken {
            panic!("{kind:?} seed {seed}: {what}\n{}", ended.account.join("\n"));
        }
    }
}

#[test]
fn our_server() {
    holds(Kind::Fonds, 0..24);
}

#[test]
fn a_stock_server() {
    holds(Kind::ArchivesSpace, 0..4);
}

#[test]
fn worlds_that_broke_once() {
    for (kind, seed, _) in BROKE {
        holds(kind, [seed]);
    }
}

#[test]
fn one_seed_is_one_history() {
    let simulator = Simulator::new(Kind::Fonds);
    for seed in [3, 7] {
        assert_eq!(simulator.run(seed).account, simulator.run(seed).account);
    }
}

/// A patch that does not apply any more plants nothing.
#[test]
fn every_planted_fault_still_fits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    if !root.join(".git").exists() {
        e2e::say("left out: needs the project's git");
        return;
    }
    let mut count = 0;
    for entry in std::fs::read_dir(root.join("tests/mutants")).unwrap() {
        let patch = entry.unwrap().path();
        let fits =
            Command::new("git").args(["apply", "--check"]).arg(&patch).current_dir(root).output().unwrap();
        assert!(fits.status.success(), "{}: {}", patch.display(), String::from_utf8_lossy(&fits.stderr));
        count += 1;
    }
    assert!(count >= 10, "{count} planted faults");
}
