//! What the machine needs: system packages (Debian, Ubuntu) and the packages of the UI.

use std::process::Command;

use anyhow::{Result, bail};

use crate::shell;

/// Debian packages to build and to open the window.
const BUILD: [&str; 9] = [
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libxdo-dev",
    "libssl-dev",
    "build-essential",
    "pkg-config",
    "file",
];

/// What the tests drive besides: a screen, a keyring, the browsers, Python clients.
const TEST: [&str; 12] = [
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "gnome-keyring",
    "libsecret-tools",
    "x11-utils",
    "xdotool",
    "fonts-dejavu-core",
    "chromium",
    "python3-venv",
    "libxml2-utils",
];

/// Installs what is missing for building and testing.
pub(crate) fn run() -> Result<()> {
    packages(&[&BUILD[..], &TEST[..]].concat())?;
    ui()
}

/// Installs what is missing to build and open the window; a virtual screen where there is none.
pub(crate) fn for_window() -> Result<()> {
    let mut wanted = BUILD.to_vec();
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        wanted.extend(["xvfb", "xauth", "dbus", "fonts-dejavu-core"]);
    }
    packages(&wanted)?;
    ui()
}

fn packages(wanted: &[&str]) -> Result<()> {
    if !shell::exists("dpkg-query") {
        shell::say("not a Debian system: install WebKitGTK 4.1, GTK 3 and their development files yourself");
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    shell::say(&format!("installing system packages: {}", missing.join(" ")));
    apt(&["update", "-qq"], &[])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"], &missing)
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f", "${Status}", package])
        .output()
        .is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains("ok installed"))
}

fn apt(arguments: &[&str], packages: &[&str]) -> Result<()> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0"));
    let mut command = if root {
        Command::new("apt-get")
    } else if shell::exists("sudo") {
        let mut command = Command::new("sudo");
        command.arg("apt-get");
        command
    } else {
        bail!("these packages are missing and only root can install them: {}", packages.join(" "));
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).args(packages);
    shell::check(command)
}

/// The UI's packages and its build, both only when something changed.
fn ui() -> Result<()> {
    let folder = shell::root().join("ui");
    let stamp = |name: &str| folder.join(name).metadata().and_then(|m| m.modified()).ok();
    if stamp("node_modules/.package-lock.json") < stamp("package-lock.json") {
        shell::check(shell::npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    }
    shell::check(shell::npm(&["run", "--silent", "build"]))
}
