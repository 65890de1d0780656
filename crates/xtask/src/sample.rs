//! `cargo xtask run`.
pub(crate) fn run(_arguments: &[String]) -> anyhow::Result<()> {
    crate::setup::for_window()
}
