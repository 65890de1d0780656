//! Tests over the whole table of routes: requests in this process, on a real store.

mod permissions;
mod requests;
mod search;
mod users;
mod world;
