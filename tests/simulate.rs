//! `simulate [--seeds N] [--from SEED] [--server fonds|archivesspace] [--jobs N] [--first] [--account]`: lets worlds
//! happen and tells which of them broke an invariant. `cargo xtask simulate` builds and runs it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use e2e::simulator::{Kind, Simulator};

/// As in the programs that are tried.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str =
    "simulate [--seeds N] [--from SEED] [--server fonds|archivesspace] [--jobs N] [--first] [--account]";

/// Worlds after which it is told how far they are.
const TOLD: u64 = 500;

struct Wanted {
    seeds: u64,
    from: u64,
    kinds: Vec<Kind>,
    /// Worlds at once.
    jobs: usize,
    /// End with the first world that breaks.
    first: bool,
    account: bool,
}

fn wanted() -> Option<Wanted> {
    let mut wanted = Wanted {
        seeds: 100,
        from: 0,
        kinds: vec![Kind::Fonds, Kind::ArchivesSpace],
        jobs: thread::available_parallelism().map_or(1, usize::from),
        first: false,
        account: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seeds" => wanted.seeds = arguments.next()?.parse().ok()?,
            "--from" => wanted.from = arguments.next()?.parse().ok()?,
            "--server" => {
                wanted.kinds = match arguments.next()?.as_str() {
                    "fonds" => vec![Kind::Fonds],
                    "archivesspace" => vec![Kind::ArchivesSpace],
                    _ => return None,
                }
            }
            "--jobs" => wanted.jobs = arguments.next()?.parse().ok().filter(|jobs| *jobs > 0)?,
            "--first" => wanted.first = true,
            "--account" => (wanted.account, wanted.jobs) = (true, 1),
            _ => return None,
        }
    }
    Some(wanted)
}

/// Worlds of one kind of server on their way.
struct Worlds<'a> {
    wanted: &'a Wanted,
    kind: Kind,
    next: AtomicU64,
    broken: AtomicU64,
    ended: AtomicBool,
}

impl Worlds<'_> {
    /// Lets one world happen after the other till all have.
    fn happen(&self) {
        let simulator = Simulator::new(self.kind);
        while !self.ended.load(Ordering::SeqCst) {
            let seed = self.next.fetch_add(1, Ordering::SeqCst);
            if seed >= self.wanted.from + self.wanted.seeds {
                break;
            }
            let ended = simulator.run(seed);
            if self.wanted.account {
                ended.account.iter().for_each(|line| println!("{line}"));
            }
            if seed > self.wanted.from && seed.is_multiple_of(TOLD) {
                eprintln!("{:?}: at seed {seed}", self.kind);
            }
            if let Some(what) = ended.broken {
                self.broken.fetch_add(1, Ordering::SeqCst);
                println!("{:?} seed {seed}: {what}", self.kind);
                self.ended.fetch_or(self.wanted.first, Ordering::SeqCst);
            }
        }
    }
}

fn main() -> ExitCode {
    let Some(wanted) = wanted() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    // A broken world is told as a line; the message of its panic is in it.
    std::panic::set_hook(Box::new(|_| {}));
    let mut broken = 0;
    for kind in &wanted.kinds {
        let worlds = Worlds {
            wanted: &wanted,
            kind: *kind,
            next: AtomicU64::new(wanted.from),
            broken: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        };
        let began = Instant::now();
        thread::scope(|scope| {
            for _ in 0..wanted.jobs {
                scope.spawn(|| worlds.happen());
            }
        });
        let each = began.elapsed().as_millis() / u128::from(wanted.seeds.max(1));
        println!("{kind:?}: {} seeds, {each} ms each", wanted.seeds);
        broken += worlds.broken.load(Ordering::SeqCst);
        if wanted.first && broken > 0 {
            break;
        }
    }
    println!("{broken} broken");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
