//! The description of the server's API: the server itself writes it from its table of routes.

use anyhow::{Context, Result, bail};

use crate::shell;

pub(super) fn description() -> Result<String> {
    let mut command = shell::cargo(&["run", "--quiet", "--bin", "fonds-server", "--", "routes"]);
    let output = command.output().context("could not start cargo")?;
    if !output.status.success() {
        bail!("the server could not describe its API: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
