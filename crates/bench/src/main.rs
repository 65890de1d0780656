//! `cargo xtask bench`: the product beside floor programs that do only the
//! unavoidable part, in turn, under one clock, on the same seeded data. Prints
//! ratios, since machines differ.

mod cases;
mod data;
mod floor;
mod measure;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many components.
#[derive(Clone, Copy)]
pub(crate) struct Scale(pub(crate) usize);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [asked, file, folder] = &arguments[..]
        && asked == cases::memory::ASKED
    {
        let (idle, most) = cases::memory::of_import(Path::new(file), Path::new(folder))?;
        say(&format!("{idle} {most}"));
        return Ok(());
    }
    if let [asked, which, data] = &arguments[..]
        && asked == cases::serve::ASKED
    {
        return cases::serve::serve(which, Path::new(data), say);
    }
    let json = arguments.iter().any(|a| a == "--json");
    let scale = match arguments.iter().position(|a| a == "--scale").and_then(|at| arguments.get(at + 1)) {
        None => Scale(20_000),
        Some(text) => match text.as_str() {
            "10k" => Scale(10_000),
            "100k" => Scale(100_000),
            "1m" => Scale(1_000_000),
            other => bail!("--scale takes 10k, 100k or 1m, not {other:?}"),
        },
    };
    let only = arguments.iter().position(|a| a == "--only").and_then(|at| arguments.get(at + 1)).cloned();
    if !json {
        say(&format!("{} components; product and floor in turn, medians; cpu: processor time", scale.0));
        say(measure::HEAD);
    }
    for (name, case) in cases::ALL {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        for line in case(scale)? {
            say(&if json { line.json().to_string() } else { line.row() });
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a command line tool")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "a command line tool")]
fn complain(line: &str) {
    eprintln!("{line}");
}
