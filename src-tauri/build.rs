//! Embeds the UI and lists the commands that the window may send.

use std::path::Path;
use std::{fs, io};

/// Every command the UI may ask for. A command that is not listed here, or that no capability allows, is refused.
const COMMANDS: &[&str] = &["call"];

/// What the window shows when the UI was not built before the program.
const PLACEHOLDER: &str =
    "<!doctype html><title>Fonds</title><p>The user interface was not built: cargo xtask run";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(page, PLACEHOLDER)?;
    }
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS)),
    )
    .map_err(io::Error::other)
}
