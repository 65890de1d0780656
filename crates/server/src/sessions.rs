//! Logging in and out, and who a request comes from.
//!
//! Tokens are 64 hexadecimal characters; only their SHA-256 is stored.
//! Passwords are stored as Argon2id.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::{PasswordHasher, PasswordVerifier};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Account, Audit};

use crate::access::Rights;
use crate::app::App;
use crate::call::{Call, Caller};
use crate::known::Session;
use crate::params::username;
use crate::reply::{Answer, Failure, Reply};
use crate::users;

/// Seconds that a session which does not expire lasts without being used.
pub(crate) const LONGEST: i64 = 604_800;

/// The caller behind a token.
pub(crate) fn caller(app: &App, token: &str) -> Result<Caller, Failure> {
    let gone = || Failure::Session { code: "SESSION_GONE", text: format!("No session found for {token}") };
    let hash = digest(token);
    let now = (app.now)().as_second();
    let version = app.store.rights_version();
    if let Some(caller) = app.known.caller(version, &hash, now) {
        app.touched.note(&hash, now * 1000);
        return Ok(caller);
    }
    let found = app.store.read(|reader| {
        let Some(session) = reader.session(&hash)? else { return Ok(None) };
        let held = reader.permissions(session.account.id)?;
        Ok(Some((session, held)))
    })?;
    let (session, held) = found.ok_or_else(gone)?;
    let name = session.account.username;
    let seen = app.touched.last(&hash).unwrap_or(0).max(session.seen) / 1000;
    let lasts = if session.expiring { app.session_seconds } else { LONGEST };
    if lasts >= 0 && now - seen > lasts {
        app.write("session", &name, |tx| Ok(tx.end_session(&hash)?))?;
        let text = format!("Session timed out for {token}");
        return Err(Failure::Session { code: "SESSION_EXPIRED", text });
    }
    if !session.account.state.active {
        return Err(gone());
    }
    app.touched.note(&hash, now * 1000);
    let grants =
        held.into_iter().flat_map(|(repo, codes)| codes.into_iter().map(move |code| (repo.clone(), code)));
    let rights = Arc::new(Rights::new(grants));
    let caller = Caller { username: name, uri: session.account.uri, rights, token: hash };
    app.known.keep_caller(version, &caller.token, Session { caller: caller.clone(), lasts, seen: now });
    Ok(caller)
}

pub(crate) fn login(call: &Call<'_>) -> Answer {
    let name = call.params.text("username").and_then(username).unwrap_or_default();
    let password = call.params.text("password").unwrap_or_default();
    let now = (call.app.now)().as_second();
    let wait = call.app.logins.wait(&name, call.client, now);
    if wait > 0 {
        call.app.metrics.login("throttled");
        return Err(Failure::Throttled(wait));
    }
    let account = call.app.store.read(|reader| reader.account(&name))?;
    let hash = account
        .as_ref()
        .filter(|account| account.state.active)
        .and_then(|account| account.password.as_deref());
    if !verify(password, hash) {
        call.app.logins.failed(&name, call.client, now);
        call.app.metrics.login("failed");
        // A name that is none may be a password in the wrong field: it is not written down.
        let known = account.as_ref().map(|account| account.username.as_str());
        audited(call, "login_failed", known)?;
        return Err(Failure::Refused(Value::from("Login failed")));
    }
    call.app.logins.succeeded(&name, call.client, now);
    call.app.metrics.login("ok");
    let account = account.ok_or_else(|| Failure::Refused(Value::from("Login failed")))?;
    let expiring = !call.params.has("expiring") || call.params.flag("expiring");
    open(call, &account, expiring)
}

/// Opens a session for a user and answers with it.
fn open(call: &Call<'_>, account: &Account, expiring: bool) -> Answer {
    let token = token()?;
    let hash = digest(&token);
    let address = call.client.to_string();
    call.app.write("session", "", |tx| {
        users::logged_in(tx, &account.uri)?;
        tx.audit(&event("login", &account.username, &address))?;
        Ok(tx.begin_session(&hash, account.id, expiring)?)
    })?;
    let user = call.app.read(|reader| users::with_permissions(reader, account))?;
    let mut answer = json!({"session": token, "user": user});
    if !expiring && let Some(map) = answer.as_object_mut() {
        map.insert("expire_after_seconds".to_owned(), json!(LONGEST));
    }
    Ok(Reply::json(answer))
}

pub(crate) fn token_login(_: &Call<'_>) -> Answer {
    // Tokens to log in with once are mailed; this server sends no mail.
    Err(Failure::Refused(Value::from("Login failed")))
}

pub(crate) fn become_user(call: &Call<'_>) -> Answer {
    let name = call.params.text("username").and_then(username).unwrap_or_default();
    let account = call.app.store.read(|reader| reader.account(&name))?;
    let account = account.filter(|account| account.state.active).ok_or_else(|| Failure::missing("user"))?;
    // It is the very session of the caller that goes on as the other user.
    let own = call.user()?.token.clone();
    let (by, address) = (call.by(), call.client.to_string());
    call.app.write("session", &name, |tx| {
        tx.audit(&Audit { uri: Some(&account.uri), ..event("become_user", by, &address) })?;
        tx.end_session(&own)?;
        Ok(tx.begin_session(&own, account.id, true)?)
    })?;
    let user = call.app.read(|reader| users::with_permissions(reader, &account))?;
    let token = call.header(record::api::wire::SESSION_HEADER);
    Ok(Reply::json(json!({"session": token, "user": user})))
}

pub(crate) fn logout(call: &Call<'_>) -> Answer {
    let Some(caller) = &call.caller else { return Ok(Reply::json(json!({"status": "no_active_session"}))) };
    call.app.write("session", &caller.username, |tx| Ok(tx.end_session(&caller.token)?))?;
    Ok(Reply::json(json!({"status": "session_logged_out"})))
}

/// When sessions were used since that was last written down: a request that only reads never waits for a writer.
#[derive(Default)]
pub(crate) struct Touched(Mutex<HashMap<Vec<u8>, i64>>);

impl Touched {
    fn last(&self, token: &[u8]) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).copied()
    }

    fn note(&self, token: &[u8], at: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_vec(), at);
    }

    fn take(&self) -> HashMap<Vec<u8>, i64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes down when sessions were used.
pub(crate) fn write_touched(app: &App) -> Result<(), Failure> {
    let touched = app.touched.take();
    if touched.is_empty() {
        return Ok(());
    }
    app.write("session", "", |tx| {
        touched.iter().try_for_each(|(token, at)| tx.touch_session(token, *at))?;
        Ok(())
    })
}

/// Writes a line of the audit log that no change of a record writes.
fn audited(call: &Call<'_>, action: &str, by: Option<&str>) -> Result<(), Failure> {
    let address = call.client.to_string();
    call.app.write("session", "", |tx| Ok(tx.audit(&event(action, by.unwrap_or_default(), &address))?))
}

fn event<'a>(action: &'a str, by: &'a str, address: &'a str) -> Audit<'a> {
    Audit { action, by, uri: None, address: Some(address), detail: None }
}

/// What a token is stored under.
pub(crate) fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A fresh token.
fn token() -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The form in which a password is stored.
pub(crate) fn hash_password(password: &str) -> Result<String, Failure> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| Failure::Fault(error.to_string()))
}

/// Whether a password is the stored one. Takes as long when there is none, so that names cannot be guessed by time.
fn verify(password: &str, stored: Option<&str>) -> bool {
    let Some(stored) = stored else {
        let _hash = hash_password(password);
        return false;
    };
    PasswordHash::new(stored)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}
