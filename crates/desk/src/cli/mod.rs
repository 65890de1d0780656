//! The command line: arguments in, sentences or JSON out.

mod args;
mod import;
mod out;
mod read;
mod serve;
mod sync;
mod validate;
mod write;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use desk::{Desk, Failure};
use record::message;

use args::{Args, Command};

/// Why a command line failed: one sentence.
#[derive(Debug)]
pub(crate) struct Complaint(String);

type Done = Result<(), Complaint>;

impl Complaint {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<Failure> for Complaint {
    fn from(Failure(error): Failure) -> Self {
        Self(message::error("en", &error.code, &error.args))
    }
}

impl From<desk::Error> for Complaint {
    fn from(error: desk::Error) -> Self {
        match error {
            desk::Error::Store(error) => Failure::from(error).into(),
            other => Self(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Complaint {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command line of this process.
pub(crate) fn main() -> ExitCode {
    let args = Args::parse();
    log();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Complaint(text)) => {
            out::complain(&text);
            ExitCode::FAILURE
        }
    }
}

/// Silent unless `FONDS_LOG` asks: standard error is for the one sentence.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("FONDS_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

fn run(args: Args) -> Done {
    if let Command::Validate { file } = &args.command {
        return validate::run(file.as_deref());
    }
    let dir = args.data.or_else(default_data).ok_or_else(|| {
        Complaint::new("There is no place for application data on this system: say --data DIR.")
    })?;
    let desk = open(&dir)?;
    match args.command {
        Command::Connect { url, user } => sync::connect(&desk, &url, &user),
        Command::Repos { json } => read::repos(&desk, json.into()),
        Command::Import(import) => import::run(&desk, &import),
        Command::Sync { dry_run: true, json } => sync::preview(&desk, json.into()),
        Command::Sync { dry_run: false, json } => sync::run(&desk, json.into()),
        Command::Status { json } => read::status(&desk, json.into()),
        Command::Search(search) => read::search(&desk, search),
        Command::Show { uri, json } => read::show(&desk, &uri, json.into()),
        Command::Set { uri, pointer, json } => write::set(&desk, &uri, &pointer, &json),
        Command::New { kind, repo, json } => write::new(&desk, &kind, repo.as_deref(), json.into()),
        Command::Delete { uri } => write::delete(&desk, uri),
        Command::Conflicts { json } => read::conflicts(&desk, json.into()),
        Command::Resolve { uri, take } => write::resolve(&desk, uri, &take),
        Command::Undo { json } => write::undo(&desk, json.into()),
        Command::History { uri, json } => read::history(&desk, uri, json.into()),
        Command::Serve { listen } => serve::run(desk, listen),
        Command::Validate { .. } => Ok(()),
    }
}

/// For whom to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
}

impl From<bool> for Form {
    fn from(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

fn open(dir: &Path) -> Result<Desk, Complaint> {
    Ok(Desk::open(dir)?)
}

/// The desktop application's own folder, so that both show the same records.
fn default_data() -> Option<PathBuf> {
    const NAME: &str = "org.fonds.desktop";
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return Some(variable("APPDATA")?.join(NAME));
    }
    if cfg!(target_os = "macos") {
        return Some(variable("HOME")?.join("Library/Application Support").join(NAME));
    }
    let base = variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")))?;
    Some(base.join(NAME))
}
