//! What goes over a border: the REST wire (desk and server) and the commands
//! of the desk (window, loopback host). Types only.

pub mod catalogue;
pub mod command;
pub mod wire;
