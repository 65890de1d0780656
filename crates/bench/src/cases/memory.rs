//! The memory of an import, over that of a desk at rest. A program of its own, since the most that one ever took
//! cannot be taken back.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow, bail};
use desk::Desk;

use super::import;
use crate::Scale;
use crate::data;
use crate::measure::{Goal, Line};

/// What is asked of this program to be the one that imports.
pub(crate) const ASKED: &str = "--memory-of";
/// Megabytes over the idle desk.
const MOST: f64 = 64.0;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.xml");
    std::fs::write(&file, data::finding_aid(scale.0, 7))?;
    let run = Command::new(std::env::current_exe()?)
        .arg(ASKED)
        .args([&file, &folder.path().join("desk")])
        .output()?;
    if !run.status.success() {
        bail!("{}", String::from_utf8_lossy(&run.stderr));
    }
    let told = String::from_utf8(run.stdout)?;
    let figures: Vec<f64> = told.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [idle, most] = figures[..] else { bail!("not two figures: {told}") };
    Ok(vec![Line::new(
        "memory of an import over the idle desk",
        "MB",
        (most - idle) / 1024.0,
        MOST,
        Goal(1.0),
    )])
}

/// Imports a file; KiB held before it, and the most that was ever held.
pub(crate) fn of_import(file: &Path, folder: &Path) -> Result<(u64, u64)> {
    let desk = Desk::open(folder)?;
    let repo = import::repository(&desk)?;
    let idle = status("VmRSS:")?;
    import::take(&desk, &repo, file)?;
    desk.store().settle_search()?;
    Ok((idle, status("VmHWM:")?))
}

/// A figure that the system keeps about this process, in KiB.
fn status(name: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let figure = line.and_then(|line| line.split_whitespace().next());
    Ok(figure.ok_or_else(|| anyhow!("the system tells no {name}"))?.parse()?)
}
