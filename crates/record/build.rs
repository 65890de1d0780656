//! Embeds every file of `schemas/` in the crate, so that the language of the
//! system travels inside the binary and needs no file beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?)
        .join("../../schemas")
        .canonicalize()?;
    let mut out = String::new();
    for (name, folder, extension) in [("RECORDS", "records", "json"), ("ENUMS", "enums", "json")] {
        table(&mut out, name, &root.join(folder), extension)?;
    }
    table(&mut out, "LABELS_EN", &root.join("labels/en"), "ftl")?;
    let system = root.join("system.json");
    println!("cargo:rerun-if-changed={}", system.display());
    writeln!(out, "pub(crate) const SYSTEM: &str = include_str!({system:?});").map_err(io::Error::other)?;
    fs::write(PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("embedded.rs"), out)
}

fn table(out: &mut String, name: &str, folder: &Path, extension: &str) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    writeln!(out, "pub(crate) const {name}: &[(&str, &str)] = &[").map_err(io::Error::other)?;
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        writeln!(out, "    ({stem:?}, include_str!({file:?})),").map_err(io::Error::other)?;
    }
    writeln!(out, "];").map_err(io::Error::other)
}
