//! How many requests are worked on at once. The others wait their turn, first come first served, without a thread:
//! so neither memory nor connections to the database grow with the number of clients, and readers do not wait behind
//! writers, of whom the database takes one at a time.

use std::sync::Arc;

use axum::http::Method;
use tokio::sync::Semaphore;

/// Slots of one server.
pub(crate) struct Slots {
    reading: Arc<Semaphore>,
    writing: Arc<Semaphore>,
}

/// Requests at once, for each core; at least as many as for `FEWEST` cores.
const READING: usize = 4;
const WRITING: usize = 2;
const FEWEST: usize = 2;

impl Default for Slots {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(FEWEST, |cores| cores.get().max(FEWEST));
        Self {
            reading: Arc::new(Semaphore::new(READING * cores)),
            writing: Arc::new(Semaphore::new(WRITING * cores)),
        }
    }
}

impl Slots {
    /// Where a request of this method waits for its turn.
    pub(crate) fn of(&self, method: &Method) -> Arc<Semaphore> {
        Arc::clone(if method.is_safe() { &self.reading } else { &self.writing })
    }
}
