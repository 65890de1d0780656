//! Running other programs, and saying what is being done.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or(here.clone(), PathBuf::from)
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `cargo` with these arguments, in the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(arguments).current_dir(root());
    command
}

/// `npm` with these arguments, in `ui/`.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(root().join("ui"));
    command
}

/// Runs a command to its end; an error when it fails.
pub(crate) fn check(mut command: Command) -> Result<()> {
    let shown = show(&command);
    say(&format!("$ {shown}"));
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs a command with `input` on its standard input.
pub(crate) fn feed(mut command: Command, input: &str) -> Result<()> {
    let shown = show(&command);
    say(&format!("$ {shown}"));
    let mut child =
        command.stdin(Stdio::piped()).spawn().with_context(|| format!("could not start `{shown}`"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// A program that serves: it says `listening on ADDRESS` when it is ready, and ends with this value.
pub(crate) struct Running {
    /// Its address, as it said it.
    pub(crate) address: String,
    child: Child,
}

impl Running {
    /// Starts it and waits until it listens. What it logs goes to the file `log`.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self> {
        let shown = show(&command);
        say(&format!("$ {shown}"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("could not start `{shown}`"))?;
        let output = child.stdout.take().context("no standard output")?;
        for line in BufReader::new(output).lines() {
            if let Some(address) = line?.strip_prefix("listening on ") {
                return Ok(Self { address: address.trim().to_owned(), child });
            }
        }
        bail!("`{shown}` ended before it listened ({})", child.wait()?)
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Result<()> {
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A folder below the build folder that is emptied first.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The empty folder `name`.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let path = target().join("suite").join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

/// Tests that ran, over all runners.
#[derive(Debug, Default)]
pub(crate) struct Count {
    /// That held.
    pub(crate) passed: u64,
    /// That did not.
    pub(crate) failed: u64,
    /// What the last runner that failed said last.
    pub(crate) last_words: String,
}

impl Count {
    /// Runs a test runner, shows what it says, and adds what it counted.
    pub(crate) fn run(&mut self, mut command: Command) -> Result<()> {
        let shown = show(&command);
        say(&format!("$ {shown}"));
        let mut child =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start `{shown}`"))?;
        let output = child.stdout.take().context("no standard output")?;
        let mut said = Vec::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            self.read(&line);
            say(&line);
            said.push(line);
        }
        let status = child.wait()?;
        if !status.success() {
            self.last_words = ending(&said);
            bail!("`{shown}` failed ({status})");
        }
        Ok(())
    }

    /// Reads a closing line: cargo's, vitest's, Playwright's, or the plain one.
    fn read(&mut self, line: &str) {
        let plain: String = strip_colours(line);
        let line = plain.trim();
        let counted = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let closing = line.starts_with("test result:")
            || line.starts_with("Tests ")
            || (counted.len() < line.len()
                && (counted.starts_with(" passed") || counted.ends_with(" failed")));
        if closing {
            self.passed += before(line, " passed");
            self.failed += before(line, " failed");
        }
    }
}

/// The last lines of what a runner said that fit in [`LAST_WORDS`] characters.
fn ending(said: &[String]) -> String {
    let mut room = LAST_WORDS;
    let fits = said.iter().rev().map(|line| strip_colours(line)).take_while(|line| {
        room = room.saturating_sub(line.len() + 1);
        room > 0
    });
    let mut lines: Vec<String> = fits.collect();
    lines.reverse();
    lines.join("\n")
}

/// So much of a failed runner is told again at the end: a log is often read by its end alone.
const LAST_WORDS: usize = 6_000;

/// The number that stands before `word`; 0 where there is none.
fn before(line: &str, word: &str) -> u64 {
    line.find(word)
        .and_then(|at| line[..at].rsplit(|c: char| !c.is_ascii_digit()).next())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// The line without terminal colours.
fn strip_colours(line: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            _ => out.push(c),
        }
    }
    out
}

/// Whether a program can be started.
pub(crate) fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

#[expect(clippy::print_stdout, reason = "a command line tool")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "a command line tool")]
pub(crate) fn complain(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_all_runners_are_counted() {
        let mut count = Count::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m\u{1b}[22m (7)",
            "  5 passed (3.4s)",
            "  1 failed",
            "3 passed, 2 failed",
            "something else that 9 passed by",
            "17820 generated, 17820 passed, 30 skipped",
        ] {
            count.read(line);
        }
        assert_eq!((count.passed, count.failed), (27, 3));
    }
}
