//! The server dies by `kill -9` in the middle of a push: nothing is lost and nothing is there twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use e2e::Server;
use e2e::office::{Seat, accession};

const RECORDS: usize = 30;

#[test]
fn a_server_killed_in_the_middle_of_a_push() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path());
    let (ada, ben) = (Seat::alone(), Seat::alone());
    ada.connect(&server.address);
    ben.connect(&server.address);
    let local = ada.repository("ALB");
    ada.sync();
    let repo = ada.now(&local);
    for number in 0..RECORDS {
        let _uri = ada.create("accession", Some(&repo), accession(&format!("1.{number}"), "Many"));
    }
    for after in [1, 7, 15] {
        let mut events = ada.desk.subscribe();
        let desk = ada.desk.clone();
        let push =
            std::thread::spawn(move || desk::commands::sync(&desk, record::api::command::Empty {}).is_ok());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        while let Some(event) = runtime.block_on(events.next()) {
            let pushed = event.name == "progress" && event.payload["task"] == "push";
            if pushed && event.payload["done"].as_u64() >= Some(after) {
                break;
            }
        }
        server = server.killed_and_restarted();
        // Whether it ended before the blow or not is chance; what it left must be right in both cases.
        let _ended = push.join().unwrap();
        if ada.outbox() == 0 {
            break;
        }
    }
    ada.sync();
    ben.sync();
    assert_eq!(ada.outbox(), 0);
    assert_eq!(ada.everything(), ben.everything());
    let many = ben.everything().values().filter(|record| record["content"]["title"] == "Many").count();
    assert_eq!(many, RECORDS);
}
