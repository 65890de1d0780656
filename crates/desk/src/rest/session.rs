//! Who we are to the server. The token lives in memory only; the password
//! comes from a source (keyring, environment, what was typed) when a login needs it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Where the password comes from when it is needed. It may block (a keyring
/// does), so it is called outside the async threads.
pub type PasswordSource = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// A user of a server and the session that stands.
pub struct Session {
    user: String,
    password: PasswordSource,
    token: RwLock<Option<Arc<str>>>,
    /// One login at a time: parallel requests that meet an expired session share the next one.
    pub(super) gate: tokio::sync::Mutex<()>,
}

impl Session {
    /// A session of `user` that asks `password` whenever it has to log in.
    #[must_use]
    pub fn new(user: &str, password: PasswordSource) -> Self {
        let user = user.trim().to_lowercase();
        Self { user, password, token: RwLock::default(), gate: tokio::sync::Mutex::default() }
    }

    /// A session with a password held in memory.
    #[must_use]
    pub fn with_password(user: &str, password: &str) -> Self {
        let password = password.to_owned();
        Self::new(user, Arc::new(move || Some(password.clone())))
    }

    /// The user's name as the server spells it.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The token of the session that stands.
    pub(super) fn token(&self) -> Option<Arc<str>> {
        self.token.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_token(&self, token: Option<&str>) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = token.map(Arc::from);
    }

    pub(super) async fn password(&self) -> Option<String> {
        let source = Arc::clone(&self.password);
        tokio::task::spawn_blocking(move || source()).await.ok().flatten()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("user", &self.user).finish_non_exhaustive()
    }
}
