//! Generated files. All are committed; `--check` fails when one is stale.

mod api;
mod schema;
mod typescript;
mod vocabulary;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Whether to write or to compare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what differs.
    Write,
    /// Fail when something differs.
    Check,
}

/// Path from the workspace root, and contents.
type Generated = Vec<(&'static str, String)>;

fn all() -> Result<Generated> {
    Ok(vec![
        ("ui/src/generated/api.ts", typescript::api()?),
        ("ui/src/generated/schema.json", schema::bundle()?),
        ("schemas/README.md", vocabulary::readme()),
        ("docs/API.md", api::description()?),
        ("docs/openapi.json", api::openapi()?),
        ("docs/CONFIGURATION.md", api::configuration()?),
    ])
}

/// Writes or checks every generated file.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let mut stale = Vec::new();
    for (name, contents) in all()? {
        let path: PathBuf = shell::root().join(name);
        if fs::read_to_string(&path).is_ok_and(|present| present == contents) {
            continue;
        }
        stale.push(name);
        if mode == Mode::Write {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, contents).with_context(|| format!("could not write {name}"))?;
            shell::say(&format!("wrote {name}"));
        }
    }
    if mode == Mode::Check && !stale.is_empty() {
        bail!("stale generated files: {} (cargo xtask codegen)", stale.join(", "));
    }
    Ok(())
}
