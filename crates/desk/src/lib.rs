//! What the desktop application can do, without a window: the server's
//! client, the sync, the commands, the loopback host and the command line.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod rest;
