//! The command line: settings in, a server or lines out.

mod file;
mod logging;
mod reference;
mod settings;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches};
use tokio::signal::unix::{SignalKind, signal};

use settings::{Arguments, Command};

/// Why a command failed: one sentence.
#[derive(Debug, thiserror::Error)]
enum Complaint {
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error(transparent)]
    File(#[from] file::Error),
    #[error("{0}")]
    Settings(String),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    match arguments().and_then(run) {
        Ok(code) => code,
        Err(complaint) => {
            out::problem(&complaint.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Flags over the environment over the configuration file.
fn arguments() -> Result<Arguments, Complaint> {
    let mut command = Arguments::command();
    if let Some(path) = configuration(command.clone(), std::env::args_os()) {
        command = file::with_defaults(command, &path)?;
    }
    let matches = command.get_matches();
    Arguments::from_arg_matches(&matches).map_err(|error| Complaint::Settings(error.to_string()))
}

/// The configuration file that is named, before anything else is looked at.
fn configuration(command: clap::Command, args: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    // Help and version are the errors that are left: they need no file.
    let matches = command.ignore_errors(true).try_get_matches_from(args).ok()?;
    let below = matches.subcommand().and_then(|(_, below)| below.get_one::<PathBuf>("config").cloned());
    below.or_else(|| matches.get_one::<PathBuf>("config").cloned())
}

fn run(arguments: Arguments) -> Result<ExitCode, Complaint> {
    let lines = logging::start(&arguments.everywhere).map_err(Complaint::Settings)?;
    match arguments.command {
        Command::Serve(serve) => {
            let options = server::Options { log: lines, ..serve.options().map_err(Complaint::Settings)? };
            let runtime = tokio::runtime::Runtime::new()?;
            let limit = options.stop_within;
            let served = runtime.block_on(serve_until_told(options));
            // What did not end in time is left: the database takes back what was half written.
            runtime.shutdown_timeout(limit.min(Duration::from_secs(5)));
            served?;
        }
        Command::Check { folder, repair: false } => {
            return Ok(found(&server::check(&folder.data)?));
        }
        Command::Check { folder, repair: true } => {
            let told = found(&server::repair(&folder.data)?);
            if told == ExitCode::FAILURE {
                out::line("what is derived was made again; check once more for what is left");
            }
            return Ok(told);
        }
        Command::Backup { folder, to } => server::backup(&folder.data, &to)?,
        Command::Restore { folder, from, force } => {
            let replace = if force { server::Replace::Kept } else { server::Replace::Nothing };
            for line in server::restore(&from, &folder.data, replace)? {
                out::line(&line);
            }
        }
        Command::Audit { folder, since, user, uri, limit, json } => {
            let asked = server::AuditQuery { since, by: user, uri, offset: 0, limit };
            for line in server::audit(&folder.data, &asked)? {
                out::line(&if json { serde_json::to_string(&line)? } else { in_words(&line) });
            }
        }
        Command::Routes => out::line(server::api().trim_end()),
        Command::Openapi => out::line(&server::openapi()),
        Command::Settings => out::line(reference::page(&Arguments::command()).trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

/// A line of the audit log, for people.
fn in_words(line: &server::AuditLine) -> String {
    let by = if line.by.is_empty() { "-" } else { &line.by };
    let mut words =
        vec![line.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), by.to_owned(), line.action.clone()];
    words.extend(line.change.map(str::to_owned));
    words.extend(line.uri.clone());
    words.extend(line.address.as_ref().map(|address| format!("from {address}")));
    words.extend(line.detail.as_ref().map(ToString::to_string));
    words.join(" ")
}

fn found(problems: &[String]) -> ExitCode {
    for problem in problems {
        out::line(problem);
    }
    if problems.is_empty() {
        out::line("no problems found");
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

async fn serve_until_told(options: server::Options) -> Result<(), Complaint> {
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let running = server::start(options).await?;
    if let Some(password) = &running.made_password {
        out::problem(&format!("first run: the password of admin is {password}"));
    }
    out::line(&format!("listening on {}", running.url()));
    loop {
        tokio::select! {
            _ = term.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => match running.read_certificate_again() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(%error, "the certificate stays the one that it was"),
            },
        }
    }
    Ok(running.stop().await?)
}

/// The only place that prints.
mod out {
    #[expect(clippy::print_stdout, reason = "the program's output")]
    pub(super) fn line(text: &str) {
        println!("{text}");
    }

    #[expect(clippy::print_stderr, reason = "the program's messages")]
    pub(super) fn problem(text: &str) {
        eprintln!("{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        Arguments::command().debug_assert();
        let page = reference::page(&Arguments::command());
        for key in ["data", "tls-certificate", "log-format", "stop-seconds"] {
            assert!(page.contains(&format!("| `{key}` | `FONDS_")), "{key}");
        }
        assert!(page.contains("### `fonds-server restore`") && !page.contains("fonds-server routes"));
    }

    #[test]
    fn the_file_is_found_wherever_it_is_named() {
        let named = |args: &[&str]| configuration(Arguments::command(), args.iter().map(OsString::from));
        let file = Some(PathBuf::from("f"));
        assert_eq!(named(&["fonds-server", "--config", "f", "serve"]), file);
        assert_eq!(named(&["fonds-server", "serve", "--config", "f", "--nonsense"]), file);
        assert_eq!(named(&["fonds-server", "check", "--config=f"]), file);
        assert_eq!(named(&["fonds-server", "serve", "--help"]), None);
    }
}
