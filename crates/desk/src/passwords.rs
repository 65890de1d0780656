//! Passwords: in the system's keyring, and nowhere else on disk. Where there is
//! no keyring, or it stays locked, they live in memory until the program ends.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Environment variable with the password, for scripts.
const VARIABLE: &str = "FONDS_PASSWORD";
/// Name that the keyring lists the passwords under.
const SERVICE: &str = "fonds";

/// Where passwords are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// The system's keyring, memory where there is none.
    System,
    /// Memory only.
    Memory,
}

/// Why a password was not kept beyond this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// There is no keyring on this system (no session bus).
    NoKeyring,
    /// The keyring is locked.
    Locked,
}

impl NotKept {
    /// Code of the notice.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoKeyring => "no_keyring",
            Self::Locked => "keyring_locked",
        }
    }
}

/// The passwords of this run. All of it may block.
#[derive(Debug)]
pub struct Passwords {
    keyring: Keyring,
    memory: Mutex<HashMap<String, String>>,
}

impl Passwords {
    /// Passwords kept in `keyring`.
    #[must_use]
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring, memory: Mutex::default() }
    }

    /// The password of a user of a server: from memory, the environment, or the keyring.
    #[must_use]
    pub fn get(&self, server: &str, user: &str) -> Option<String> {
        let account = account(server, user);
        let held = self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned();
        held.or_else(environment).or_else(|| self.stored(&account))
    }

    /// Keeps a password for this run, and in the keyring.
    ///
    /// # Errors
    /// [`NotKept`] when it will be asked for again in the next run.
    pub fn keep(&self, server: &str, user: &str, password: &str) -> Result<(), NotKept> {
        let account = account(server, user);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.insert(account.clone(), password.to_owned());
        drop(memory);
        match self.keyring {
            Keyring::Memory => Ok(()),
            Keyring::System => keyring::Entry::new(SERVICE, &account)
                .and_then(|entry| entry.set_password(password))
                .map_err(|error| not_kept(&error)),
        }
    }

    /// Forgets a password everywhere.
    pub fn forget(&self, server: &str, user: &str) {
        let account = account(server, user);
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
        if self.keyring == Keyring::System {
            let deleted = keyring::Entry::new(SERVICE, &account).and_then(|entry| entry.delete_credential());
            if let Err(error) = deleted {
                tracing::debug!(%error, "keyring");
            }
        }
    }

    fn stored(&self, account: &str) -> Option<String> {
        if self.keyring == Keyring::Memory {
            return None;
        }
        match keyring::Entry::new(SERVICE, account).and_then(|entry| entry.get_password()) {
            Ok(password) => Some(password),
            Err(error) => {
                tracing::debug!(%error, "keyring");
                None
            }
        }
    }
}

/// The password that a script gave.
pub(crate) fn environment() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|password| !password.is_empty())
}

fn account(server: &str, user: &str) -> String {
    format!("{user}@{server}")
}

fn not_kept(error: &keyring::Error) -> NotKept {
    tracing::warn!(%error, "the keyring did not take the password");
    match error {
        keyring::Error::NoStorageAccess(_) => NotKept::Locked,
        _ => NotKept::NoKeyring,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_and_forgets() {
        let passwords = Passwords::new(Keyring::Memory);
        assert_eq!(passwords.keep("http://a", "me", "secret"), Ok(()));
        assert_eq!(passwords.get("http://a", "me").as_deref(), Some("secret"));
        passwords.forget("http://a", "me");
        assert_eq!(passwords.stored("me@http://a"), None);
    }
}
