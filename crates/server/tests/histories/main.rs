//! Random histories of requests from several people: whatever they do, no answer is a fault, nothing that was never
//! to happen has happened, and everybody is told the same state of things, as far as they may be told.
//!
//! A failure prints the shortest history that shows it. `FONDS_SEED=7` tries other histories.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

#[path = "../common/mod.rs"]
mod common;
mod deeds;
mod invariants;

use common::TestServer;
use deeds::{Deed, Office, deeds};
use invariants::Replica;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Histories, and what one of them may take when it is made shorter.
const CASES: u32 = 6;
const SHORTER: u32 = 16;

fn rng() -> TestRng {
    let seed: Option<u8> = std::env::var("FONDS_SEED").ok().and_then(|seed| seed.parse().ok());
    match seed {
        Some(seed) => TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
        None => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    }
}

#[test]
fn whatever_people_do_the_records_stay_whole_and_secrets_stay_secret() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(TestServer::start());
    let people = runtime.block_on(deeds::people(&server));
    let replica = tokio::sync::Mutex::new(Replica::default());
    let count = std::cell::Cell::new(0);
    let config =
        Config { cases: CASES, failure_persistence: None, max_shrink_iters: SHORTER, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng());
    runner
        .run(&deeds(), |history: Vec<Deed>| {
            count.set(count.get() + 1);
            runtime.block_on(async {
                let mut office = Office::open(&server, &people, count.get()).await;
                for deed in &history {
                    office.does(deed).await;
                }
                invariants::hold(&office, &mut *replica.lock().await).await;
            });
            Ok(())
        })
        .unwrap();
    let found = runtime.block_on(server.stop_and_check());
    assert_eq!(found, Vec::<String>::new(), "what the check of the data folder finds");
}
