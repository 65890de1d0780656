//! Two desks and a server as processes that are killed at random times, for as long as one likes. Afterwards all of
//! them have the same, and whatever a person was told is saved is there, or in the history of what came after it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "test code: a failure is a panic"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use e2e::first_sync::{self, Kind};
use e2e::office::{Seat, accession};
use e2e::{PASSWORD, Server, program};
use fastrand::Rng;
use serde_json::{Value, json};

/// Rounds of syncing and deciding within which all must be quiet.
const ROUNDS: usize = 12;

/// A desk of which one process runs at a time.
#[derive(Clone)]
struct Post {
    name: &'static str,
    data: PathBuf,
    running: Arc<Mutex<Option<Child>>>,
}

impl Post {
    fn new(name: &'static str, data: &Path) -> Self {
        Self { name, data: data.join(name), running: Arc::default() }
    }

    /// Runs `fonds`; its output, or nothing when it failed or was killed.
    fn run(&self, arguments: &[&str], input: Option<&Value>) -> Option<String> {
        let out = self.data.with_extension("out");
        let given = self.data.with_extension("in");
        std::fs::write(&given, input.map(Value::to_string).unwrap_or_default()).unwrap();
        let child = Command::new(program("fonds"))
            .arg("--data")
            .arg(&self.data)
            .args(arguments)
            .env("FONDS_PASSWORD", PASSWORD)
            .stdin(std::fs::File::open(&given).unwrap())
            .stdout(std::fs::File::create(&out).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        *self.running.lock().unwrap() = Some(child);
        loop {
            let mut running = self.running.lock().unwrap();
            let ended = running.as_mut().unwrap().try_wait().unwrap();
            if let Some(status) = ended {
                *running = None;
                drop(running);
                return status.success().then(|| std::fs::read_to_string(&out).unwrap_or_default());
            }
            drop(running);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn json(&self, arguments: &[&str]) -> Option<Value> {
        serde_json::from_str(&self.run(&[arguments, &["--json"]].concat(), None)?).ok()
    }

    /// `kill -9`, if one runs.
    fn kill(&self) -> bool {
        self.running.lock().unwrap().as_mut().is_some_and(|child| child.kill().is_ok())
    }
}

/// What a person did, and was told is done.
#[derive(Default)]
struct Log {
    words: Vec<String>,
    made: Vec<String>,
}

/// A person at a desk, until the end.
fn work(post: &Post, mut rng: Rng, end: &AtomicBool) -> Log {
    let mut log = Log::default();
    let mut number = 0;
    while !end.load(Ordering::Relaxed) {
        number += 1;
        let word = format!("{}{number}x", post.name);
        match rng.u32(0..10) {
            0..=3 => drop(post.run(&["sync"], None)),
            4 | 5 => {
                if post.run(&["new", "accession", "--repo", "ALB"], Some(&accession(&word, &word))).is_some()
                {
                    log.made.push(word);
                }
            }
            6 => decide(post, &mut rng),
            _ => {
                let found = post.json(&["search", "*", "--kind", "accession", "--limit", "200"]);
                let hits = found.as_ref().and_then(|found| found["hits"].as_array());
                let Some(uri) = hits.and_then(|hits| rng.choice(hits)?["uri"].as_str().map(str::to_owned))
                else {
                    continue;
                };
                let field =
                    rng.choice(["/provenance", "/inventory", "/content_description", "/general_note"]);
                if post.run(&["set", &uri, field.unwrap(), &json!(word).to_string()], None).is_some() {
                    log.words.push(word);
                }
            }
        }
    }
    log
}

/// Ends one conflict.
fn decide(post: &Post, rng: &mut Rng) {
    let conflicts = post.json(&["conflicts"]).unwrap_or_default();
    let Some(uri) = conflicts.as_array().and_then(|all| all.first()?["uri"].as_str()) else { return };
    let side = if rng.bool() { "mine" } else { "theirs" };
    drop(post.run(&["resolve", uri, "--take", side], None));
}

/// A desk's first sync of so many records, killed three times on the way, from either kind of server.
fn first_sync(records: usize) {
    for (kind, chunk) in [(Kind::Fonds, 1_000), (Kind::ArchivesSpace, 250)] {
        let quarter = (records / chunk / 4).max(1);
        let began = Instant::now();
        let account = first_sync::run(kind, records, &[quarter, quarter, quarter]);
        println!(
            "{kind:?}: {account}, {:.0} s with all starts and comparisons",
            began.elapsed().as_secs_f64()
        );
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, usual: u64| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(usual)
    };
    if arguments.iter().any(|argument| argument == "--first-sync") {
        return first_sync(usize::try_from(number("--first-sync", 100_000)).unwrap());
    }
    let (seconds, seed) = (number("--seconds", 600), number("--seed", 1));
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder.path().join("server"));
    let posts = [Post::new("ada", folder.path()), Post::new("ben", folder.path())];
    for post in &posts {
        post.run(&["connect", &server.address, "--user", "admin"], None).expect("connected");
    }
    let repository = json!({"repo_code": "ALB", "name": "Albert Dock"});
    posts[0].run(&["new", "repository"], Some(&repository)).expect("a repository");
    for number in 0..8 {
        let name = format!("first{number}");
        posts[0].run(&["new", "accession", "--repo", "ALB"], Some(&accession(&name, &name))).unwrap();
    }
    for post in &posts {
        post.run(&["sync"], None).expect("synced");
    }

    let (end, kills, mut rng) = (AtomicBool::new(false), AtomicU32::new(0), Rng::with_seed(seed));
    let logs: Vec<Log> = std::thread::scope(|scope| {
        let persons: Vec<_> = posts
            .iter()
            .map(|post| {
                let rng = rng.fork();
                scope.spawn(|| work(post, rng, &end))
            })
            .collect();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(seconds) {
            std::thread::sleep(Duration::from_millis(rng.u64(50..1_500)));
            match rng.u32(0..4) {
                0 => server.restart(),
                1 | 2 => {
                    if !rng.choice(&posts).is_some_and(Post::kill) {
                        continue;
                    }
                }
                _ => {
                    let killed: Vec<bool> = posts.iter().map(Post::kill).collect();
                    if !killed.contains(&true) {
                        continue;
                    }
                }
            }
            kills.fetch_add(1, Ordering::Relaxed);
        }
        end.store(true, Ordering::Relaxed);
        persons.into_iter().map(|person| person.join().unwrap()).collect()
    });

    settle(&posts, &mut rng);
    judge(&posts, &logs);
    let words: usize = logs.iter().map(|log| log.words.len()).sum();
    let made: usize = logs.iter().map(|log| log.made.len()).sum();
    println!(
        "{} kills, {words} edits and {made} records that were told as saved, all there",
        kills.into_inner()
    );
}

/// Nobody kills any more: every desk syncs and decides till nothing waits.
fn settle(posts: &[Post], rng: &mut Rng) {
    for _ in 0..ROUNDS {
        for post in posts {
            post.run(&["sync"], None).expect("a sync without kills comes to its end");
            while post.json(&["conflicts"]).unwrap().as_array().is_some_and(|all| !all.is_empty()) {
                decide(post, rng);
            }
        }
        let quiet = |post: &Post| {
            let status = post.json(&["status"]).unwrap();
            status["outbox"] == json!(0) && status["conflicts"] == json!(0)
        };
        if posts.iter().all(quiet) {
            for post in posts {
                post.run(&["sync"], None).expect("a sync");
            }
            return;
        }
    }
    panic!(
        "something waits for ever: {:?}",
        posts.iter().map(|post| post.json(&["status"])).collect::<Vec<_>>()
    );
}

/// Both desks are alike, nothing is there twice, and every word is somewhere.
fn judge(posts: &[Post], logs: &[Log]) {
    let seats: Vec<Seat> = posts.iter().map(|post| Seat::at(&post.data)).collect();
    let everything: Vec<_> = seats.iter().map(Seat::everything).collect();
    assert_eq!(everything[0], everything[1], "the desks are not alike");
    let titles: Vec<&str> =
        everything[0].values().filter_map(|record| record["content"]["title"].as_str()).collect();
    for name in logs.iter().flat_map(|log| &log.made) {
        let count = titles.iter().filter(|title| *title == name).count();
        assert_eq!(count, 1, "{name} is there {count} times");
    }
    let mut known = BTreeSet::new();
    for seat in &seats {
        for uri in everything[0].keys() {
            let versions = seat.desk.store().read(|r| r.history(uri)).unwrap();
            for version in versions {
                known.extend(version.doc.values().filter_map(Value::as_str).map(str::to_owned));
            }
        }
    }
    let lost: Vec<_> = logs.iter().flat_map(|log| &log.words).filter(|word| !known.contains(*word)).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}
