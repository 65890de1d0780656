//! Saving one component, and reading a page of a tree, in a store of some size.

use anyhow::Result;
use serde_json::Value;
use store::{Expect, Op};

use crate::Scale;
use crate::cases::filled::{self, Filled};
use crate::data::{self, Numbers};
use crate::floor::table;
use crate::measure::{Goal, Line, busy, percentile, seconds};

const SAVES: usize = 400;
const PAGES: usize = 400;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let mut filled = filled::fill(scale)?;
    let mut lines = saves(&mut filled)?;
    lines.push(pages(&filled)?);
    Ok(lines)
}

fn saves(filled: &mut Filled) -> Result<Vec<Line>> {
    let mut numbers = Numbers::new(11);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..SAVES {
        let at = numbers.below(filled.uris.len());
        let uri = &filled.uris[at];
        let mut doc = filled.store.read(|r| r.expect(uri))?.doc.clone();
        doc.insert("title".to_owned(), Value::String(format!("{} {round}", data::title(&mut numbers))));
        let json = serde_json::to_string(&doc)?;
        let (time, saved) =
            seconds(|| filled.store.write(Op::typed("save", "bench"), |tx| tx.update(uri, doc, Expect::Any)));
        saved?;
        ours.push(time * 1e6);
        let (time, saved) =
            seconds(|| table::locked_update(&mut filled.table, i64::try_from(at)? + 1, &json));
        saved?;
        bare.push(time * 1e6);
    }
    let (p50, floor50) = (percentile(&mut ours, 0.5), percentile(&mut bare, 0.5));
    let (p95, floor95) = (percentile(&mut ours, 0.95), percentile(&mut bare, 0.95));
    Ok(vec![
        Line::new("save a component, p50", "us", p50, floor50 + 20.0, Goal(2.0)),
        Line::new("save a component, p95", "us", p95, floor95 + 20.0, Goal(2.0)),
    ])
}

fn pages(filled: &Filled) -> Result<Line> {
    let mut numbers = Numbers::new(13);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        let offset = numbers.below(filled.uris.len().saturating_sub(100));
        let (time, page) = busy(|| filled.store.read(|r| r.children(&filled.root, None, offset as u64, 100)));
        page?;
        ours.push(time * 1e6);
        let (time, page) = busy(|| table::children(&filled.table, 0, i64::try_from(offset)?));
        page?;
        bare.push(time * 1e6);
    }
    let (p50, floor) = (percentile(&mut ours, 0.5), percentile(&mut bare, 0.5));
    Ok(Line::new("a page of 100 children, p50", "us cpu", p50, floor, Goal(2.0)))
}
