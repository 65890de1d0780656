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
    logins: Arc<Semaphore>,
}

/// Requests at once, for each core; at least as many as for `FEWEST` cores.
const READING: usize = 4;
const WRITING: usize = 8;
const FEWEST: usize = 2;
/// Logins at once: each takes a core and some 20 MB for the hash of its password, and must not keep the others waiting.
const LOGINS: usize = 2;

impl Default for Slots {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(FEWEST, |cores| cores.get().max(FEWEST));
        Self {
            reading: Arc::new(Semaphore::new(READING * cores)),
            writing: Arc::new(Semaphore::new(WRITING * cores)),
            logins: Arc::new(Semaphore::new(LOGINS)),
        }
    }
}

impl Slots {
    /// Where a request waits for its turn.
    pub(crate) fn of(&self, method: &Method, path: &str) -> Arc<Semaphore> {
        let slots = if method.is_safe() {
            &self.reading
        } else if path.trim_end_matches('/').ends_with("/login") {
            &self.logins
        } else {
            &self.writing
        };
        Arc::clone(slots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_do_not_take_the_place_of_those_who_write() {
        let slots = Slots::default();
        let login = slots.of(&Method::POST, "/users/anna/login");
        assert_eq!(login.available_permits(), LOGINS);
        let _all = Arc::clone(&login).try_acquire_many_owned(2).unwrap();
        assert!(slots.of(&Method::POST, "/users//anna/login/").try_acquire().is_err());
        assert!(slots.of(&Method::POST, "/repositories/2/accessions").try_acquire().is_ok());
        assert!(slots.of(&Method::GET, "/repositories").try_acquire().is_ok());
    }
}
