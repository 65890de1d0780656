//! What is measured.

mod check;
mod merge;
mod save;

use anyhow::Result;

use crate::Scale;
use crate::measure::Line;

/// A measurement: lines of the table for data of a size.
type Case = fn(Scale) -> Result<Vec<Line>>;

/// All of them, in the order of the table.
pub(crate) const ALL: &[(&str, Case)] = &[("check", check::run), ("merge", merge::run), ("save", save::run)];
