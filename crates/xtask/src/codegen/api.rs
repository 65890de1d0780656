//! What the server says of itself: its API, from its table of routes, and its settings, from their declaration.

use anyhow::{Context, Result, bail};

use crate::shell;

/// The table of routes, in Markdown.
pub(super) fn description() -> Result<String> {
    told("routes")
}

/// The same as OpenAPI: a change of the API shows in its differences.
pub(super) fn openapi() -> Result<String> {
    told("openapi")
}

/// The settings, in Markdown.
pub(super) fn configuration() -> Result<String> {
    told("settings")
}

fn told(what: &str) -> Result<String> {
    let mut command = shell::cargo(&["run", "--quiet", "--bin", "fonds-server", "--", what]);
    let output = command.output().context("could not start cargo")?;
    if !output.status.success() {
        bail!("the server could not say its {what}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
