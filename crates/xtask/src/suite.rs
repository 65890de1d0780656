//! `cargo xtask test`: everything that is checked before a change lands.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::codegen::{self, Mode};
use crate::described;
use crate::sample::Sample;
use crate::setup;
use crate::shell::{self, Count};

/// How much of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Without browser, window and foreign clients.
    Quick,
    /// All of it.
    Whole,
}

struct Suite {
    count: Count,
    failed: Vec<(String, String)>,
    began: Instant,
    /// Only steps whose name has this in it.
    only: Option<String>,
}

impl Suite {
    /// Runs one step; a failure is told at the end, so that one run shows all of them.
    fn step(&mut self, name: &str, work: impl FnOnce(&mut Count) -> Result<()>) {
        if self.only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            return;
        }
        shell::say(&format!("\n== {name} ({:.0} s)", self.began.elapsed().as_secs_f64()));
        if let Err(error) = work(&mut self.count) {
            let reason = format!("{error:#}");
            shell::complain(&reason);
            let said = std::mem::take(&mut self.count.last_words);
            self.failed.push((name.to_owned(), format!("{said}\n{reason}")));
        }
    }

    fn end(self) -> Result<()> {
        let failed = self.count.failed.max(u64::from(!self.failed.is_empty()));
        let minutes = self.began.elapsed().as_secs_f64() / 60.0;
        for (name, said) in &self.failed {
            shell::say(&format!("\n== failed: {name}\n{said}"));
        }
        shell::say(&format!("\n{minutes:.1} minutes"));
        shell::say(&format!("{} passed, {failed} failed", self.count.passed));
        if self.failed.is_empty() { Ok(()) } else { bail!("not everything holds") }
    }
}

/// Runs the suite: `[--quick] [--only WORD]`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut extent = Extent::Whole;
    let mut only = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => extent = Extent::Quick,
            "--only" => only = Some(words.next().context("--only needs a word of a step's name")?.clone()),
            other => bail!("`cargo xtask test` does not know {other:?}"),
        }
    }
    let mut suite = Suite { count: Count::default(), failed: Vec::new(), began: Instant::now(), only };
    setup::run()?;
    suite.step("generated files", |_| codegen::run(Mode::Check));
    suite.step("format", |_| shell::check(shell::cargo(&["fmt", "--all", "--check"])));
    suite.step("lints", |_| {
        shell::check(shell::cargo(&["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]))
    });
    suite.step("user interface: types", |_| shell::check(shell::npm(&["run", "--silent", "check"])));
    suite.step("user interface: lint", |_| shell::check(shell::npm(&["run", "--silent", "lint"])));
    suite.step("user interface: units", |count| count.run(shell::npm(&["run", "--silent", "test"])));
    suite.step("build", |_| shell::check(shell::cargo(&["build", "--quiet"])));
    suite.step("crates", |count| count.run(shell::cargo(&["test", "--quiet", "--no-fail-fast"])));
    suite.step("documentation", |_| {
        let mut doc = shell::cargo(&["doc", "--quiet", "--no-deps", "--lib"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        shell::check(doc)
    });
    if extent == Extent::Whole {
        suite.step("pages in Chromium", pages);
        suite.step("window in WebKit", window);
        suite.step("foreign clients", clients);
        suite.step("the server by its own description", described::step);
    }
    suite.end()
}

/// The loopback host in Chromium: accessibility of every page, a whole task by keyboard.
fn pages(count: &mut Count) -> Result<()> {
    let folder = shell::Folder::new("pages")?;
    let sample = Sample::start(folder.path())?;
    // The tests say when to sync.
    let host = sample.host(&[("FONDS_SYNC", "manual")])?;
    let mut tests = shell::npm(&["run", "--silent", "pages"]);
    tests.env("FONDS_URL", &host.address).env("FONDS_SERVER", &sample.server.address);
    count.run(tests)
}

/// The real window, driven through WebDriver on a virtual screen with a throw-away keyring.
fn window(count: &mut Count) -> Result<()> {
    let mut command = Command::new(shell::root().join("tests/window/session.sh"));
    command.current_dir(shell::root());
    command.args(["cargo", "test", "--quiet", "--test", "window"]).env("FONDS_LOG", "warn");
    count.run(command)
}

/// Clients that archivists' scripts are written with.
fn clients(count: &mut Count) -> Result<()> {
    let folder = shell::Folder::new("clients")?;
    let sample = Sample::start(folder.path())?;
    let environment = shell::target().join("clients");
    let python = environment.join("bin/python");
    if !python.exists() {
        shell::check(venv(&environment))?;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"]);
    install.arg(shell::root().join("tests/clients/requirements.txt"));
    shell::check(install)?;
    for script in CLIENTS {
        let mut client = Command::new(&python);
        client.arg(shell::root().join("tests/clients").join(script));
        client.arg(&sample.server.address).arg(crate::sample::PASSWORD);
        client.env("PYTHONDONTWRITEBYTECODE", "1");
        count.run(client)?;
    }
    Ok(())
}

/// A day's work with each.
const CLIENTS: [&str; 3] = ["archivessnake.py", "aspace_client.py", "agentarchives_day.py"];

fn venv(folder: &Path) -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", "venv"]).arg(folder);
    command
}
