//! `cargo xtask run`: a server with the sample collections, and the desktop application on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup;
use crate::shell::{self, Running};

/// Password of the sample server's administrator.
pub(crate) const PASSWORD: &str = "fonds-sample";

/// Repository that holds the samples.
const CODE: &str = "EHA";
const NAME: &str = "Ellery Harbour Archives";

/// A server and a desk that is in sync with it, both with the sample collections.
pub(crate) struct Sample {
    /// The server.
    pub(crate) server: Running,
    desk: PathBuf,
}

impl Sample {
    /// Starts the server in `folder`; on the first start loads the sample collections through the desk.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        build()?;
        let (data, desk) = (folder.join("server"), folder.join("desk"));
        let mut command = program("fonds-server");
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
        command.env("FONDS_ADMIN_PASSWORD", PASSWORD);
        let server = Running::start(command, &folder.join("server.log"))?;
        let sample = Self { server, desk };
        let first = !folder.join("loaded").exists();
        sample.desk(&["connect", &sample.server.address, "--user", "admin"])?;
        if first {
            sample.desk(&["new", "repository"]).err();
            let mut import = vec!["import".to_owned()];
            import.extend(finding_aids()?);
            import.extend(["--repo".to_owned(), CODE.to_owned()]);
            sample.desk(&import.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        sample.desk(&["sync"])?;
        fs::write(folder.join("loaded"), "")?;
        Ok(sample)
    }

    /// Starts the loopback host on the desk, with more of an environment.
    pub(crate) fn host(&self, environment: &[(&str, &str)]) -> Result<Running> {
        let mut command = program("fonds");
        command
            .envs(environment.iter().copied())
            .arg("--data")
            .arg(&self.desk)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("FONDS_PASSWORD", PASSWORD);
        Running::start(command, &self.desk.with_file_name("desk.log"))
    }

    fn desk(&self, arguments: &[&str]) -> Result<()> {
        let mut command = program("fonds");
        command.arg("--data").arg(&self.desk).args(arguments).env("FONDS_PASSWORD", PASSWORD);
        if arguments.first() == Some(&"new") {
            return shell::feed(command, &format!(r#"{{"repo_code": "{CODE}", "name": "{NAME}"}}"#));
        }
        shell::check(command)
    }
}

/// `cargo xtask run`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::for_window()?;
    let folder = arguments
        .iter()
        .position(|a| a == "--data")
        .and_then(|at| arguments.get(at + 1))
        .map_or_else(|| shell::target().join("sample"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let sample = Sample::start(&folder)?;
    shell::say(&format!("server: {}  (user admin, password {PASSWORD})", sample.server.address));
    if arguments.iter().any(|a| a == "--no-window") {
        let host = sample.host(&[])?;
        shell::say(&format!("desk:   {}", host.address));
        return host.wait();
    }
    let mut window = program("fonds-desktop");
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        shell::say("no screen: opening the window on a virtual one (set DISPLAY for a real one)");
        window = Command::new("xvfb-run");
        window.args(["-a", "-s", "-screen 0 1440x900x24"]).arg(binary("fonds-desktop"));
    }
    window.arg("--data").arg(&sample.desk).env("FONDS_PASSWORD", PASSWORD);
    shell::check(window)
}

pub(crate) fn build() -> Result<()> {
    shell::check(shell::cargo(&["build", "--quiet"]))
}

fn binary(name: &str) -> PathBuf {
    shell::target().join("debug").join(name)
}

pub(crate) fn program(name: &str) -> Command {
    Command::new(binary(name))
}

/// The sample finding aids, in order.
fn finding_aids() -> Result<Vec<String>> {
    let folder = shell::root().join("tests/fixtures");
    let mut files: Vec<String> = fs::read_dir(&folder)
        .with_context(|| format!("no sample collections in {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "xml"))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    files.sort();
    Ok(files)
}
