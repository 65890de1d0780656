//! `fonds-server`: the shared server and its admin commands.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The shared server of Fonds.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API.
    Serve {
        /// Data folder; made when it is missing.
        #[arg(long, env = "FONDS_DATA")]
        data: PathBuf,
        /// Address to listen on.
        #[arg(long, env = "FONDS_LISTEN", default_value = "127.0.0.1:8089")]
        listen: String,
        /// Largest request body, in bytes.
        #[arg(long, env = "FONDS_BODY_LIMIT", default_value_t = 256 * 1024 * 1024)]
        body_limit: usize,
        /// Seconds that an idle session lasts; negative: for ever.
        #[arg(long, env = "FONDS_SESSION_SECONDS", default_value_t = 3600, allow_hyphen_values = true)]
        session_seconds: i64,
    },
    /// Describe the API: the text of docs/API.md.
    #[command(hide = true)]
    Routes,
    /// Describe the API as OpenAPI: docs/openapi.json.
    #[command(hide = true)]
    Openapi,
    /// Check the data folder.
    Check {
        /// Data folder.
        #[arg(long, env = "FONDS_DATA")]
        data: PathBuf,
    },
    /// Copy the data to one file, while the server runs.
    Backup {
        /// Data folder.
        #[arg(long, env = "FONDS_DATA")]
        data: PathBuf,
        /// File to write.
        #[arg(long)]
        to: PathBuf,
    },
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("FONDS_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            out::problem(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, server::Error> {
    match command {
        Command::Serve { data, listen, body_limit, session_seconds } => {
            let admin_password =
                std::env::var("FONDS_ADMIN_PASSWORD").ok().filter(|password| !password.is_empty());
            let options = server::Options {
                admin_password,
                body_limit,
                session_seconds,
                ..server::Options::new(&data, &listen)
            };
            tokio::runtime::Runtime::new()?.block_on(serve(options))?;
        }
        Command::Routes => out::line(server::api().trim_end()),
        Command::Openapi => out::line(&server::openapi()),
        Command::Check { data } => {
            let problems = server::check(&data)?;
            for problem in &problems {
                out::line(problem);
            }
            if !problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
            out::line("no problems found");
        }
        Command::Backup { data, to } => server::backup(&data, &to)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(options: server::Options) -> Result<(), server::Error> {
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = server::start(options).await?;
    if let Some(password) = &running.made_password {
        out::problem(&format!("first run: the password of admin is {password}"));
    }
    out::line(&format!("listening on http://{}", running.addr));
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await
}

/// The only place that prints.
mod out {
    #[expect(clippy::print_stdout, reason = "the program's output")]
    pub(crate) fn line(text: &str) {
        println!("{text}");
    }

    #[expect(clippy::print_stderr, reason = "the program's messages")]
    pub(crate) fn problem(text: &str) {
        eprintln!("{text}");
    }
}
