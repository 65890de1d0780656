//! `cargo xtask simulate`: worlds of desks and a server, from numbers; and the proof that they find faults.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Numbers within which a planted fault must be found.
const SEEDS: &str = "1000";

/// How the simulator is built.
#[derive(Clone, Copy)]
enum Build {
    /// As the tests are: nothing but the simulator has to be compiled after them.
    Tests,
    /// As the bench is: some ten times as fast, once it is compiled.
    Measure,
}

impl Build {
    fn of(arguments: &[String]) -> Self {
        if arguments.iter().any(|argument| argument == "--debug") { Self::Tests } else { Self::Measure }
    }

    fn profile(self) -> &'static [&'static str] {
        match self {
            Self::Tests => &[],
            Self::Measure => &["--profile", "measure"],
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Tests => "debug",
            Self::Measure => "measure",
        }
    }
}

/// Runs the simulator with these arguments, or with `--mutants` every planted fault, `--only NAME` one of them.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let build = Build::of(arguments);
    if arguments.iter().any(|argument| argument == "--mutants") {
        let only = arguments.iter().skip_while(|argument| *argument != "--only").nth(1);
        return mutants(build, only.map(String::as_str));
    }
    let mut command = shell::cargo(&["run", "--quiet"]);
    command.args(build.profile()).args(["--bin", "simulate", "--"]);
    command.args(arguments.iter().filter(|argument| *argument != "--debug"));
    shell::check(command)
}

/// Two desks and a server as processes that are killed at random times.
pub(crate) fn kills(arguments: &[String]) -> Result<()> {
    shell::check(shell::cargo(&["build", "--quiet"]))?;
    let mut command = shell::cargo(&["run", "--quiet", "--bin", "kills", "--"]);
    command.args(arguments);
    shell::check(command)
}

/// Takes one guard of the sync after the other away, in a copy of the project: the simulator must find each. All of
/// them are built in one folder, which is removed in the end.
fn mutants(build: Build, only: Option<&str>) -> Result<()> {
    let folder = shell::target().join("mutants");
    let (copy, target) = (folder.join("tree"), folder.join("build"));
    let mut patches = patches()?;
    patches.retain(|patch| only.is_none_or(|only| name(patch) == only));
    if patches.is_empty() {
        bail!("no planted fault is called {}", only.unwrap_or_default());
    }
    dependencies(build, &target)?;
    let mut missed = Vec::new();
    let mut table = String::new();
    for patch in patches {
        let name = name(&patch);
        copy_project(&copy)?;
        apply(&copy, &patch)?;
        let (found, took) = found(&copy, &target, build)?;
        let line = format!("{name:<28} {took:>4} s  {}", found.as_deref().unwrap_or("NOT FOUND"));
        shell::say(&line);
        table = format!("{table}\n{line}");
        if found.is_none() {
            missed.push(name);
        }
    }
    fs::remove_dir_all(&folder)?;
    shell::say(&table);
    if missed.is_empty() { Ok(()) } else { bail!("not found within {SEEDS} numbers: {}", missed.join(", ")) }
}

/// What a planted fault is called.
fn name(patch: &Path) -> String {
    patch.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Begins the folder that all are built in with what the project itself was built from, so far as that is there.
fn dependencies(build: Build, target: &Path) -> Result<()> {
    let from = shell::target().join(build.folder());
    if target.exists() || !from.exists() {
        return Ok(());
    }
    fs::create_dir_all(target)?;
    let mut link = Command::new("cp");
    link.args(["--archive", "--link"]).arg(&from).arg(target);
    shell::check(link)?;
    // The same file would be the same lock.
    fs::remove_file(target.join(build.folder()).join(".cargo-lock")).context("there is no lock to remove")
}

/// The planted faults, by name.
fn patches() -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(shell::root().join("tests/mutants"))?;
    let mut patches: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    patches.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    patches.sort();
    Ok(patches)
}

/// Brings the copy to the project's present state. Files that are equal stay as they are, so that little is compiled.
fn copy_project(copy: &Path) -> Result<()> {
    let root = shell::root();
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(&root);
    let listed = list.output().context("git lists the project's files")?;
    for name in String::from_utf8_lossy(&listed.stdout).lines() {
        let (from, to) = (root.join(name), copy.join(name));
        let Ok(bytes) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&to, bytes)?;
    }
    Ok(())
}

fn apply(copy: &Path, patch: &Path) -> Result<()> {
    let mut command = Command::new("git");
    // The copy stands inside the project: git must not take it for a part of it.
    command.env("GIT_CEILING_DIRECTORIES", copy.parent().unwrap_or(copy));
    command.args(["apply"]).arg(patch).current_dir(copy);
    shell::check(command)
}

/// The first world in which the fault shows, and the seconds till it did.
fn found(copy: &Path, target: &Path, build: Build) -> Result<(Option<String>, u64)> {
    let mut compile = shell::cargo(&["build", "--quiet"]);
    compile.args(build.profile()).args(["--bin", "simulate"]);
    // From one to the next little changes.
    compile.current_dir(copy).env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "1");
    shell::check(compile)?;
    let mut simulate = Command::new(target.join(build.folder()).join("simulate"));
    simulate.args(["--first", "--seeds", SEEDS]);
    let began = Instant::now();
    let output = simulate.output().context("the simulator does not start")?;
    let took = began.elapsed().as_secs();
    if output.status.success() {
        return Ok((None, took));
    }
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = told.lines().find(|line| line.contains(" seed "));
    let line: String = line.context("the simulator ended without a word")?.chars().take(120).collect();
    Ok((Some(line), took))
}
