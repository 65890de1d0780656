//! Moves in a tree: their time must not grow with the tree.

use anyhow::Result;
use store::Op;

use crate::Scale;
use crate::cases::filled::{self, Filled};
use crate::measure::{Goal, Line, busy, percentile};

/// Siblings moved at once, and components of a subtree.
const SIBLINGS: usize = 5_000;
const ROUNDS: usize = 5;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let (small, large) = (Scale(scale.0.max(2 * SIBLINGS)), Scale(10 * scale.0.max(2 * SIBLINGS)));
    let (small, large) = (times(&filled::fill(small)?)?, times(&filled::fill(large)?)?);
    let line = |name, at: fn(&Times) -> f64| Line::new(name, "ms cpu", at(&large), at(&small), Goal(1.3));
    Ok(vec![
        line("move 5,000 siblings, in a tree of ten times", |times| times.siblings),
        line("move a subtree, in a tree of ten times", |times| times.subtree),
    ])
}

/// Milliseconds.
struct Times {
    siblings: f64,
    subtree: f64,
}

/// Puts siblings below another one and back; then moves the one that they are below.
fn times(filled: &Filled) -> Result<Times> {
    let (mut siblings, mut subtree) = (Vec::new(), Vec::new());
    let (first, moved) = (&filled.uris[0], filled.uris[1..=SIBLINGS].to_vec());
    for _ in 0..ROUNDS {
        let (time, done) = busy(|| put(filled, &moved, Some(first)));
        done?;
        siblings.push(time * 1e3);
        let second = &filled.uris[SIBLINGS + 1];
        let (time, done) = busy(|| put(filled, std::slice::from_ref(first), Some(second)));
        done?;
        subtree.push(time * 1e3);
        put(filled, std::slice::from_ref(first), None)?;
        let (time, done) = busy(|| put(filled, &moved, None));
        done?;
        siblings.push(time * 1e3);
    }
    Ok(Times { siblings: percentile(&mut siblings, 0.5), subtree: percentile(&mut subtree, 0.5) })
}

fn put(filled: &Filled, uris: &[String], below: Option<&str>) -> Result<()> {
    filled.store.write(Op::typed("move", "bench"), |tx| tx.move_nodes(&filled.root, below, uris, 0))?;
    Ok(())
}
