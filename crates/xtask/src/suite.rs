//! `cargo xtask test`: everything that is checked before a change lands.
use anyhow::Result;
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Quick,
    Whole,
}
pub(crate) fn run(_extent: Extent) -> Result<()> {
    crate::setup::run()
}
