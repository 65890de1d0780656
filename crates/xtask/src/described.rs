//! The server tried out by its own description: schemathesis over `/openapi.json`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::sample;
use crate::shell::{self, Count, Running};

/// What the suite tries of it: the systematic cases, always the same, of some paths of every sort.
const SOME: &str = "^/(repositories|permissions|schemas|subjects|search/subjects|config/enumerations|repositories/.repo_id./(groups|top_containers))($|/.id.$)";

/// `cargo xtask schemathesis`: every operation, with random requests too.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    sample::build()?;
    let examples = arguments.iter().position(|a| a == "--examples").and_then(|at| arguments.get(at + 1));
    let seed = ["--seed", "200"];
    let mut count = Count::default();
    tried("schemathesis", examples.map_or("200", String::as_str), &seed, &mut count)
}

/// The step of the suite.
pub(crate) fn step(count: &mut Count) -> Result<()> {
    let some = ["--phases", "examples,coverage", "--seed", "1", "--include-path-regex", SOME];
    tried("described", "1", &some, count)
}

/// Runs it against a server of its own, since it leaves nothing as it was.
fn tried(folder: &str, examples: &str, arguments: &[&str], count: &mut Count) -> Result<()> {
    let folder = shell::Folder::new(folder)?;
    let mut server = sample::program("fonds-server");
    server.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("server"));
    server.env("FONDS_ADMIN_PASSWORD", sample::PASSWORD).env("FONDS_LOG", "warn");
    // Nobody brings the news that a feed would wait for.
    server.env("FONDS_POLL_SECONDS", "0");
    let server = Running::start(server, &folder.path().join("server.log"))?;
    let python = environment()?;
    let mut schemathesis = Command::new(python);
    schemathesis.arg(shell::root().join("tests/clients/described.py"));
    schemathesis.args([&server.address, sample::PASSWORD, examples]).args(arguments);
    schemathesis.env("PYTHONDONTWRITEBYTECODE", "1").current_dir(folder.path());
    count.run(schemathesis)
}

/// A Python with what is listed; its program.
fn environment() -> Result<PathBuf> {
    let environment = shell::target().join("described");
    let python = environment.join("bin/python");
    if !python.exists() {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(&environment);
        shell::check(venv)?;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"]);
    install.arg(shell::root().join("tests/clients/described-requirements.txt"));
    shell::check(install)?;
    Ok(python)
}
