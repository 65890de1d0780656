//! What the program takes, declared once: each setting is a flag, a variable of the environment and a key of the
//! configuration file. The file and `docs/CONFIGURATION.md` follow from this declaration.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use jiff::Timestamp;

/// The shared server of Fonds.
#[derive(Debug, Parser)]
#[command(name = "fonds-server", version, about)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Everywhere {
    /// Configuration file (TOML).
    #[arg(long, env = "FONDS_CONFIG", global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What is logged: a level (error, warn, info, debug, trace), or levels by part, as in `warn,server=info`. Below
    /// info, lines may hold text of records.
    #[arg(long, env = "FONDS_LOG", global = true, value_name = "LEVELS", default_value = "info")]
    pub(crate) log: String,
    /// Form of the lines on standard error.
    #[arg(long, env = "FONDS_LOG_FORMAT", global = true, value_name = "FORM", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API.
    Serve(Box<Serve>),
    /// Check the data folder: every document, reference, list column, tree, and the search index.
    Check {
        #[command(flatten)]
        folder: Folder,
        /// Make again what is derived from the documents. The server must not be running.
        #[arg(long)]
        repair: bool,
    },
    /// Copy the data to one file, while the server runs.
    Backup {
        #[command(flatten)]
        folder: Folder,
        /// File to write; it must not be there yet.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Put a backup in place as the data. The server must not be running. Desks notice, and ask to be connected anew.
    Restore {
        #[command(flatten)]
        folder: Folder,
        /// Backup to read.
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// Replace data that is there; it is kept beside, under a name with the time.
        #[arg(long)]
        force: bool,
    },
    /// Show who changed what, the newest first.
    Audit {
        #[command(flatten)]
        folder: Folder,
        /// Only since this time (`2026-11-28T09:00:00Z`).
        #[arg(long, value_name = "TIME")]
        since: Option<Timestamp>,
        /// Only what this user did.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Only what happened to the record at this address.
        #[arg(long)]
        uri: Option<String>,
        /// Lines at most.
        #[arg(long, default_value_t = 1000)]
        limit: u64,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Describe the API: the text of docs/API.md.
    #[command(hide = true)]
    Routes,
    /// Describe the API as OpenAPI: docs/openapi.json.
    #[command(hide = true)]
    Openapi,
    /// Describe the settings: the text of docs/CONFIGURATION.md.
    #[command(hide = true)]
    Settings,
}

/// Where the data is.
#[derive(Debug, Args)]
pub(crate) struct Folder {
    /// Data folder; `serve` and `restore` make it when it is missing.
    #[arg(long, env = "FONDS_DATA", value_name = "DIR")]
    pub(crate) data: PathBuf,
}

/// How to serve.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// Host and port to listen on; port 0 takes a free one.
    #[arg(long, env = "FONDS_LISTEN", value_name = "HOST:PORT", default_value = "127.0.0.1:8089")]
    pub(crate) listen: String,
    /// Certificate chain (PEM); with `tls-key`, the server speaks HTTPS. Read again at SIGHUP.
    #[arg(long, env = "FONDS_TLS_CERTIFICATE", value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Private key of the certificate (PEM).
    #[arg(long, env = "FONDS_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Addresses or networks of proxies in front of the server, by commas: only from them is X-Forwarded-For believed.
    #[arg(long, env = "FONDS_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Origins of other web pages that may call the API from a browser (`https://reading-room.example`), by commas.
    /// None: no page but those from the server's own address.
    #[arg(long, env = "FONDS_ALLOWED_ORIGINS", value_name = "ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub(crate) allowed_origins: Vec<String>,
    /// Largest request body, in bytes. Above it: 413.
    #[arg(long, env = "FONDS_BODY_LIMIT", value_name = "BYTES", default_value_t = 256 * 1024 * 1024)]
    pub(crate) body_limit: usize,
    /// Seconds that an idle session lasts; negative: for ever.
    #[arg(
        long,
        env = "FONDS_SESSION_SECONDS",
        value_name = "SECONDS",
        default_value_t = 3600,
        allow_hyphen_values = true
    )]
    pub(crate) session_seconds: i64,
    /// Seconds that `/update-feed` and `/notifications` wait for the next change.
    #[arg(long, env = "FONDS_POLL_SECONDS", value_name = "SECONDS", default_value_t = 60)]
    pub(crate) poll_seconds: u64,
    /// What records other than repositories get short names (slugs) of; without it they have none.
    #[arg(long, env = "FONDS_SLUGS", value_name = "SOURCE")]
    pub(crate) slugs: Option<Slugs>,
    /// Which identifier of a resource a short name is made of, when it is made of identifiers.
    #[arg(long, env = "FONDS_SLUG_OF_RESOURCES", value_name = "IDENTIFIER", default_value = "id-parts")]
    pub(crate) slug_of_resources: ResourceSlug,
    /// Which identifier of an archival object a short name is made of, when it is made of identifiers.
    #[arg(long, env = "FONDS_SLUG_OF_COMPONENTS", value_name = "IDENTIFIER", default_value = "ref-id")]
    pub(crate) slug_of_components: ComponentSlug,
    /// Name assigning authority number (NAAN) of the ARKs that records get; without it they get none.
    #[arg(long, env = "FONDS_ARK_NAAN", value_name = "NAAN")]
    pub(crate) ark_naan: Option<String>,
    /// What stands between authority and number in an ARK, with its delimiter (`f1/`), in repositories without an
    /// `ark_shoulder` of their own.
    #[arg(long, env = "FONDS_ARK_SHOULDER", value_name = "TEXT", default_value = "")]
    pub(crate) ark_shoulder: String,
    /// What is put before an ARK to make an address of it (`https://archive.example`).
    #[arg(long, env = "FONDS_ARK_URL_PREFIX", value_name = "URL", default_value = "")]
    pub(crate) ark_url_prefix: String,
    /// Password of the administrator at the first start; without it, one is made and told on standard error. Not as a
    /// flag where others see the machine's processes.
    #[arg(long, env = "FONDS_ADMIN_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    pub(crate) admin_password: Option<String>,
    /// Days that logins and changes of permissions stay in the audit log; 0: for ever. What happened to records stays
    /// with their history.
    #[arg(long, env = "FONDS_AUDIT_DAYS", value_name = "DAYS", default_value_t = 365)]
    pub(crate) audit_days: u32,
    /// Who may read `/metrics`: nobody, those with `administer_system`, or everybody who reaches the server.
    #[arg(long, env = "FONDS_METRICS", value_name = "WHO", default_value = "administrators")]
    pub(crate) metrics: Metrics,
    /// Seconds that requests under way may take to end when the server is stopped.
    #[arg(long, env = "FONDS_STOP_SECONDS", value_name = "SECONDS", default_value_t = 30)]
    pub(crate) stop_seconds: u64,
}

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Metrics {
    /// Nobody.
    Off,
    /// Those with `administer_system`.
    Administrators,
    /// Everybody.
    Everybody,
}

/// What short names are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Slugs {
    /// The title.
    Titles,
    /// The identifier.
    Identifiers,
}

/// Which identifier of a resource is in its short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResourceSlug {
    /// The four parts.
    IdParts,
    /// The EAD ID; the four parts where there is none.
    EadId,
}

/// Which identifier of an archival object is in its short name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ComponentSlug {
    /// The `ref_id`, which every one has.
    RefId,
    /// The component ID.
    ComponentId,
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text:?} is neither an IP address nor a network (as 10.0.0.0/8)"))
}

/// Scheme, host and port of a web page.
fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', '*', ' ']) => {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err(format!("{text:?} is no origin (as https://reading-room.example)")),
    }
}

impl Serve {
    /// As the server takes it.
    ///
    /// # Errors
    /// A sentence, when settings do not fit each other.
    pub(crate) fn options(self) -> Result<server::Options, String> {
        let tls = match (self.tls_certificate, self.tls_key) {
            (Some(certificate), Some(key)) => Some(server::Tls { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err("tls-certificate needs tls-key".to_owned()),
            (None, Some(_)) => return Err("tls-key needs tls-certificate".to_owned()),
        };
        Ok(server::Options {
            tls,
            trusted_proxies: self.trusted_proxies,
            allowed_origins: self.allowed_origins,
            body_limit: self.body_limit,
            session_seconds: self.session_seconds,
            poll_seconds: self.poll_seconds,
            slugs: self.slugs.map(|source| match source {
                Slugs::Titles => store::Slugs::Titles,
                Slugs::Identifiers => store::Slugs::Identifiers(record::derive::SlugIdentifiers {
                    ead_id: self.slug_of_resources == ResourceSlug::EadId,
                    component_id: self.slug_of_components == ComponentSlug::ComponentId,
                }),
            }),
            arks: self.ark_naan.map(|naan| store::Arks {
                naan,
                shoulder: self.ark_shoulder,
                url_prefix: self.ark_url_prefix,
            }),
            admin_password: self.admin_password.filter(|password| !password.is_empty()),
            audit_days: self.audit_days,
            metrics: match self.metrics {
                Metrics::Off => server::MetricsFor::Nobody,
                Metrics::Administrators => server::MetricsFor::Administrators,
                Metrics::Everybody => server::MetricsFor::Everybody,
            },
            stop_within: std::time::Duration::from_secs(self.stop_seconds),
            ..server::Options::new(&self.folder.data, &self.listen)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_origins_are_read() {
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network(" 10.0.0.0/8 ").unwrap().to_string(), "10.0.0.0/8");
        assert!(network("proxy.example").is_err());
        assert_eq!(origin("https://Reading-Room.example:8443").unwrap(), "https://reading-room.example:8443");
        for wrong in ["*", "reading-room.example", "https://a.example/", "https://*.example", "null"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_certificate_needs_its_key() {
        let serve = ["fonds-server", "serve", "--data", "d", "--tls-certificate", "c.pem"];
        let Command::Serve(serve) = Arguments::parse_from(serve).command else { panic!("serve") };
        assert_eq!(serve.options().unwrap_err(), "tls-certificate needs tls-key");
    }
}
