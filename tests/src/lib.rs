//! What whole-system tests are made of: the real programs as processes, and
//! the real window driven through WebDriver.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

pub mod first_sync;
pub mod office;
mod program;
pub mod simulator;
mod stock;
mod tap;
mod window;

pub use program::{Desk, PASSWORD, Server, fixtures, program};
pub use window::{Key, Window};

/// Whether a screen and a keyring were set up for tests; says that a test is left out when not.
#[must_use]
pub fn has_window_session() -> bool {
    let present = std::env::var_os("FONDS_WINDOW_SESSION").is_some();
    if !present {
        say("left out: needs a screen (tests/window/session.sh)");
    }
    present
}

/// A line for whoever reads the test's output.
#[expect(clippy::print_stderr, reason = "test output")]
pub fn say(line: &str) {
    eprintln!("{line}");
}

/// Makes TLS known to the HTTP client; harmless when done twice.
pub fn tls() {
    rustls::crypto::ring::default_provider().install_default().ok();
}
