//! Rules that look at more than one field, or at the inside of a text.

use serde_json::{Map, Value};

use super::place::Place;
use crate::Problem;

/// Runs the rules of `kind` on a (sub)record whose schema holds.
pub(super) fn run(_kind: &str, _map: &Map<String, Value>, _place: &Place<'_>, _problems: &mut Vec<Problem>) {
}
