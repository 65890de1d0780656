//! Product and floor in turn under one clock, and the ratio of their medians.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// The ratio that must not be passed.
#[derive(Clone, Copy)]
pub(crate) struct Goal(pub(crate) f64);

/// One line of the table.
pub(crate) struct Line {
    name: &'static str,
    unit: &'static str,
    product: f64,
    floor: f64,
    goal: Goal,
}

impl Line {
    pub(crate) fn new(name: &'static str, unit: &'static str, product: f64, floor: f64, goal: Goal) -> Self {
        Self { name, unit, product, floor, goal }
    }

    fn ratio(&self) -> f64 {
        self.product / self.floor
    }

    fn held(&self) -> bool {
        self.ratio() <= self.goal.0
    }

    /// One object a line for machines.
    pub(crate) fn json(&self) -> Value {
        json!({ "name": self.name, "product": self.product, "floor": self.floor, "unit": self.unit,
                "ratio": self.ratio(), "goal": format!("<= {}", self.goal.0), "held": self.held() })
    }

    /// One row of the table.
    pub(crate) fn row(&self) -> String {
        let goal = format!("<= {:.2}", self.goal.0);
        let held = if self.held() { "held" } else { "MISSED" };
        format!(
            "{:<46} {:>10.3} {:>10.3} {:<10} {:>8.2} {:>9} {held}",
            self.name,
            self.product,
            self.floor,
            self.unit,
            self.ratio(),
            goal
        )
    }
}

/// Head of the table.
pub(crate) const HEAD: &str =
    "operation                                         product      floor unit          ratio      goal";

/// Seconds that `work` takes.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let out = work();
    (began.elapsed().as_secs_f64(), out)
}

/// Seconds of the processor that `work` takes on this thread: on a machine that does other things too, the only
/// time that says something about short work.
pub(crate) fn busy<T>(work: impl FnOnce() -> T) -> (f64, T) {
    on(ClockId::ThreadCPUTime, work)
}

/// The same on all threads of this program.
pub(crate) fn busy_in_all<T>(work: impl FnOnce() -> T) -> (f64, T) {
    on(ClockId::ProcessCPUTime, work)
}

fn on<T>(clock: ClockId, work: impl FnOnce() -> T) -> (f64, T) {
    #[expect(clippy::cast_precision_loss, reason = "a time")]
    let now = || {
        let now = clock_gettime(clock);
        now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
    };
    let began = now();
    let out = work();
    (now() - began, out)
}

/// The value at `share` (0 to 1) of the sorted figures.
pub(crate) fn percentile(figures: &mut [f64], share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let at = ((figures.len().saturating_sub(1)) as f64 * share).round() as usize;
    figures.get(at).copied().unwrap_or(0.0)
}

/// Runs product and floor in turn and gives the median of each.
pub(crate) fn in_turn<E>(
    rounds: usize,
    mut product: impl FnMut(usize) -> Result<f64, E>,
    mut floor: impl FnMut(usize) -> Result<f64, E>,
) -> Result<(f64, f64), E> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        ours.push(product(round)?);
        bare.push(floor(round)?);
    }
    Ok((percentile(&mut ours, 0.5), percentile(&mut bare, 0.5)))
}
