//! From a closed store to its first search.

use anyhow::Result;
use store::{Options, Query, Role, Store};

use super::filled;
use crate::Scale;
use crate::measure::{Goal, Line, percentile, seconds};

/// What a person does not notice, in milliseconds.
const NOTICED: f64 = 300.0;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let filled = filled::fill(scale)?;
    filled.store.settle_search()?;
    let (folder, store) = (filled.folder, filled.store);
    drop(store);
    let mut times = Vec::new();
    for _ in 0..5 {
        let (time, found) = seconds(|| -> Result<u64> {
            let store = Store::open(&folder.path().join("store"), Options::new(Role::Desk))?;
            Ok(store.search(&Query { text: "harbour".to_owned(), limit: 10, ..Query::default() })?.total)
        });
        found?;
        times.push(time * 1e3);
    }
    Ok(vec![Line::new(
        "open a store to its first search",
        "ms",
        percentile(&mut times, 0.5),
        NOTICED,
        Goal(1.0),
    )])
}
