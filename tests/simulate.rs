//! `simulate [--seeds N] [--from SEED] [--server fonds|archivesspace] [--account]`: lets worlds happen and tells which
//! of them broke an invariant. `cargo xtask simulate` builds and runs it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

use std::process::ExitCode;
use std::time::Instant;

use e2e::simulator::{Kind, Simulator};

const USAGE: &str = "simulate [--seeds N] [--from SEED] [--server fonds|archivesspace] [--first] [--account]";

struct Wanted {
    seeds: u64,
    from: u64,
    kinds: Vec<Kind>,
    /// End with the first world that breaks.
    first: bool,
    account: bool,
}

fn wanted() -> Option<Wanted> {
    let mut wanted = Wanted {
        seeds: 100,
        from: 0,
        kinds: vec![Kind::Fonds, Kind::ArchivesSpace],
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
            "--first" => wanted.first = true,
            "--account" => wanted.account = true,
            _ => return None,
        }
    }
    Some(wanted)
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
        let simulator = Simulator::new(*kind);
        let began = Instant::now();
        let mut ran = 0;
        for seed in wanted.from..wanted.from + wanted.seeds {
            let ended = simulator.run(seed);
            ran += 1;
            if wanted.account {
                ended.account.iter().for_each(|line| println!("{line}"));
            }
            if let Some(what) = ended.broken {
                broken += 1;
                println!("{kind:?} seed {seed}: {what}");
                if wanted.first {
                    return ExitCode::FAILURE;
                }
            }
        }
        let each = began.elapsed().as_secs_f64() * 1e3 / f64::from(ran.max(1));
        println!("{kind:?}: {ran} seeds, {each:.0} ms each");
    }
    println!("{broken} broken");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
