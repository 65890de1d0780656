//! What is measured.

mod check;
mod filled;
mod import;
pub(crate) mod memory;
mod merge;
mod moves;
mod open;
mod pull;
mod save;
mod search;
pub(crate) mod serve;
mod size;

use anyhow::Result;

use crate::Scale;
use crate::measure::Line;

/// A measurement: lines of the table for data of a size.
type Case = fn(Scale) -> Result<Vec<Line>>;

/// All of them, in the order of the table.
pub(crate) const ALL: &[(&str, Case)] = &[
    ("import", import::run),
    ("memory", memory::run),
    ("check", check::run),
    ("merge", merge::run),
    ("save", save::run),
    ("open", open::run),
    ("search", search::run),
    ("size", size::run),
    ("pull", pull::run),
    ("serve", serve::run),
    ("moves", moves::run),
];
