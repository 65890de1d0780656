//! The command line, word by word: scripts rely on it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Archival description, offline and in sync.
#[derive(Debug, Parser)]
#[command(name = "fonds", version, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Folder that holds the records of this computer [default: the desktop application's]
    #[arg(long, global = true, env = "FONDS_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Connect to a server (password from FONDS_PASSWORD, the keyring, or asked for)
    Connect {
        /// Address of the server, as https://archives.example.org/api
        url: String,
        /// User name there
        #[arg(long)]
        user: String,
    },
    /// List the repositories held here
    Repos {
        #[arg(long)]
        json: bool,
    },
    /// Import finding aids (EAD 2002)
    Import(Import),
    /// Take what is new on the server and send what is new here
    Sync {
        /// Only say what would be sent and received
        #[arg(long)]
        dry_run: bool,
        #[arg(long)]
        json: bool,
    },
    /// Say what is connected, what waits and what conflicts
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Search the records held here
    Search(Search),
    /// Show a record
    Show {
        /// Address, as /repositories/2/resources/1
        uri: String,
        #[arg(long)]
        json: bool,
    },
    /// Change one value of a record, as the form would
    Set {
        uri: String,
        /// JSON pointer, as /dates/0/begin; /dates/- adds an element
        pointer: String,
        /// The new value as JSON; null takes it away
        json: String,
    },
    /// Make a record from JSON on standard input
    New {
        /// Kind, as accession
        kind: String,
        /// Code of its repository
        #[arg(long, value_name = "CODE")]
        repo: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Delete a record and all below it
    Delete { uri: String },
    /// List the conflicts
    Conflicts {
        #[arg(long)]
        json: bool,
    },
    /// End a conflict
    Resolve {
        uri: String,
        /// mine, theirs, both (of items of lists), or a file with the whole record as JSON
        #[arg(long, value_name = "mine|theirs|both|FILE")]
        take: String,
    },
    /// Take the last operation back
    Undo {
        #[arg(long)]
        json: bool,
    },
    /// List the versions of a record, newest first
    History {
        uri: String,
        #[arg(long)]
        json: bool,
    },
    /// Serve the user interface to a browser on this computer
    Serve {
        /// 127.0.0.1 and a port; port 0 takes any free one
        #[arg(long, default_value = "127.0.0.1:0", value_name = "HOST:PORT")]
        listen: SocketAddr,
    },
    /// Check records: JSON lines {"type", "record"} in, verdicts out
    Validate {
        /// File to read instead of standard input
        file: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// Files to import
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Code of the repository that takes the records
    #[arg(long, value_name = "CODE")]
    pub(crate) repo: String,
    /// Only say what would be made
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// Words, "phrases", prefix*, field:value, date:[1900 TO 1910], AND, OR, NOT
    pub(crate) query: String,
    /// Only records of this kind
    #[arg(long, value_name = "K")]
    pub(crate) kind: Option<String>,
    /// Only records of this repository
    #[arg(long, value_name = "CODE")]
    pub(crate) repo: Option<String>,
    /// Most hits
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: u64,
    #[arg(long)]
    pub(crate) json: bool,
}
