//! Who may log in, and what they may do. Users and groups are records; these rows are derived from them, but for
//! passwords and sessions, which no document holds.

use std::collections::{BTreeMap, BTreeSet};

use record::Record;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value, json};

use crate::{Error, Reader, Tx};

/// Someone who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row.
    pub id: i64,
    /// Address of the user record.
    pub uri: String,
    /// User name, lower case.
    pub username: String,
    /// Hash of the password; none: cannot log in by password.
    pub password: Option<String>,
    /// What the account is.
    pub state: AccountState,
}

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountState {
    /// May do everything.
    pub admin: bool,
    /// Made by the server itself, hidden from lists.
    pub system: bool,
    /// May log in.
    pub active: bool,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Whose.
    pub account: Account,
    /// When it began, milliseconds since 1970.
    pub created: i64,
    /// When it was last used, milliseconds since 1970.
    pub seen: i64,
    /// Ends when unused for long.
    pub expiring: bool,
}

/// An answer that was given, kept for a repeated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Address of the user who asked; empty: nobody.
    pub by: String,
    /// What sort of request it was: method and pattern of the path.
    pub asked: String,
    /// Body.
    pub body: String,
}

/// All of an answer but its status, as one column holds it.
#[derive(serde::Serialize, serde::Deserialize)]
struct KeptReply<'a> {
    by: std::borrow::Cow<'a, str>,
    asked: std::borrow::Cow<'a, str>,
    body: std::borrow::Cow<'a, str>,
}

const ACCOUNT: &str = "SELECT a.id, r.uri, a.username, a.password, a.admin, a.system, a.active
  FROM account a JOIN record r ON r.id = a.id";

fn account(row: &Row<'_>) -> Result<Account, rusqlite::Error> {
    Ok(Account {
        id: row.get(0)?,
        uri: row.get(1)?,
        username: row.get(2)?,
        password: row.get(3)?,
        state: AccountState { admin: row.get(4)?, system: row.get(5)?, active: row.get(6)? },
    })
}

impl Reader<'_> {
    /// The account of a user name (any case).
    ///
    /// # Errors
    /// What the database says.
    pub fn account(&self, username: &str) -> Result<Option<Account>, Error> {
        let mut select = self.db.conn.prepare_cached(&format!("{ACCOUNT} WHERE a.username = $1"))?;
        Ok(select.query_row([username.trim().to_lowercase()], account).optional()?)
    }

    /// The account of a user record.
    ///
    /// # Errors
    /// What the database says.
    pub fn account_of(&self, uri: &str) -> Result<Option<Account>, Error> {
        let mut select = self.db.conn.prepare_cached(&format!("{ACCOUNT} WHERE r.uri = $1"))?;
        Ok(select.query_row([uri], account).optional()?)
    }

    /// The session of a token's hash.
    ///
    /// # Errors
    /// What the database says.
    pub fn session(&self, token: &[u8]) -> Result<Option<SignedIn>, Error> {
        let sql = "SELECT a.id, r.uri, a.username, a.password, a.admin, a.system, a.active, s.created, s.seen, s.expiring
             FROM session s JOIN account a ON a.id = s.account JOIN record r ON r.id = a.id WHERE s.token = $1";
        let mut select = self.db.conn.prepare_cached(sql)?;
        Ok(select
            .query_row([token], |row| {
                Ok(SignedIn {
                    account: account(row)?,
                    created: row.get(7)?,
                    seen: row.get(8)?,
                    expiring: row.get(9)?,
                })
            })
            .optional()?)
    }

    /// How many sessions have not ended.
    ///
    /// # Errors
    /// What the database says.
    pub fn session_count(&self) -> Result<u64, Error> {
        self.number("SELECT count(*) FROM session", params![])
    }

    /// Permission codes of an account by repository address, through its groups.
    ///
    /// # Errors
    /// What the database says.
    pub fn permissions(&self, account: i64) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/permissions.sql"))?;
        let mut rows = select.query([account])?;
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            all.entry(row.get(0)?).or_default().insert(row.get(1)?);
        }
        Ok(all)
    }

    /// User names of the members of a group.
    ///
    /// # Errors
    /// What the database says.
    pub fn members(&self, group: &str) -> Result<Vec<String>, Error> {
        let sql =
            "SELECT a.username FROM member m JOIN account a ON a.id = m.account JOIN record r ON r.id = m.grp
             WHERE r.uri = $1 ORDER BY a.username";
        let mut select = self.db.conn.prepare_cached(sql)?;
        Ok(select.query_map([group], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Addresses of the groups of an account.
    ///
    /// # Errors
    /// What the database says.
    pub fn groups_of(&self, account: i64) -> Result<Vec<String>, Error> {
        let sql =
            "SELECT r.uri FROM member m JOIN record r ON r.id = m.grp WHERE m.account = $1 ORDER BY r.id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        Ok(select.query_map([account], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The answer that was given to a request with this key.
    ///
    /// # Errors
    /// What the database says.
    pub fn reply(&self, key: &str) -> Result<Option<Reply>, Error> {
        let mut select =
            self.db.conn.prepare_cached("SELECT status, reply FROM idempotency WHERE key = $1")?;
        let found: Option<(u16, String)> =
            select.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((status, text)) = found else { return Ok(None) };
        let KeptReply { by, asked, body } = serde_json::from_str(&text)?;
        Ok(Some(Reply { status, by: by.into_owned(), asked: asked.into_owned(), body: body.into_owned() }))
    }
}

impl Tx<'_> {
    /// Sets the hash of an account's password.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn set_password(&mut self, uri: &str, hash: Option<&str>) -> Result<(), Error> {
        let account = self.account_of(uri)?.ok_or_else(|| Error::missing(uri))?;
        let sql = "UPDATE account SET password = $1 WHERE id = $2";
        self.db.conn.prepare_cached(sql)?.execute(params![hash, account.id])?;
        self.audit_of("password", uri, &json!({"set": hash.is_some()}))
    }

    /// Sets what an account is.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn set_account(&mut self, uri: &str, state: AccountState) -> Result<(), Error> {
        let account = self.account_of(uri)?.ok_or_else(|| Error::missing(uri))?;
        self.rights = true;
        let sql = "UPDATE account SET admin = $1, system = $2, active = $3 WHERE id = $4";
        self.db.conn.prepare_cached(sql)?.execute(params![
            state.admin,
            state.system,
            state.active,
            account.id
        ])?;
        if state == account.state {
            return Ok(());
        }
        self.audit_of("account", uri, &json!({"admin": state.admin, "active": state.active}))
    }

    /// Begins a session, by the hash of its token.
    ///
    /// # Errors
    /// What the database says.
    pub fn begin_session(&mut self, token: &[u8], account: i64, expiring: bool) -> Result<(), Error> {
        let sql = "INSERT INTO session (token, account, created, seen, expiring) VALUES ($1, $2, $3, $3, $4)";
        self.db.conn.prepare_cached(sql)?.execute(params![token, account, self.millis(), expiring])?;
        Ok(())
    }

    /// Notes that a session was used at a time (milliseconds since 1970).
    ///
    /// # Errors
    /// What the database says.
    pub fn touch_session(&mut self, token: &[u8], at: i64) -> Result<(), Error> {
        let sql = "UPDATE session SET seen = $1 WHERE token = $2 AND seen < $1";
        self.db.conn.prepare_cached(sql)?.execute(params![at, token])?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_session(&mut self, token: &[u8]) -> Result<(), Error> {
        self.rights = true;
        self.db.conn.prepare_cached("DELETE FROM session WHERE token = $1")?.execute([token])?;
        Ok(())
    }

    /// Ends all sessions of the account of a user record.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_sessions_of(&mut self, uri: &str) -> Result<(), Error> {
        self.rights = true;
        let sql = "DELETE FROM session WHERE account IN (SELECT id FROM record WHERE uri = $1)";
        self.db.conn.prepare_cached(sql)?.execute([uri])?;
        Ok(())
    }

    /// Notes that a user logged in, as ArchivesSpace does in the user's record: a version more, and nothing for the
    /// history.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn note_login(&mut self, uri: &str) -> Result<(), Error> {
        let sql = "UPDATE record SET lock_version = lock_version + 1, modified = $1, modified_by = $2 WHERE uri = $3";
        let values = params![self.millis(), self.op.by, uri];
        match self.db.conn.prepare_cached(sql)?.execute(values)? {
            0 => Err(Error::missing(uri)),
            _ => Ok(()),
        }
    }

    /// Ends sessions last used before a time (milliseconds since 1970).
    ///
    /// # Errors
    /// What the database says.
    pub fn end_sessions_before(&mut self, seen: i64) -> Result<(), Error> {
        let ended = self.db.conn.prepare_cached("DELETE FROM session WHERE seen < $1")?.execute([seen])?;
        self.rights |= ended > 0;
        Ok(())
    }

    /// Keeps an answer for a repeated request, in the transaction of what it did.
    ///
    /// # Errors
    /// What the database says; a key that is there already is an error.
    pub fn keep_reply(&mut self, key: &str, reply: &Reply) -> Result<(), Error> {
        let sql = "INSERT INTO idempotency (key, at, status, reply) VALUES ($1, $2, $3, $4)";
        let kept = KeptReply {
            by: reply.by.as_str().into(),
            asked: reply.asked.as_str().into(),
            body: reply.body.as_str().into(),
        };
        let text = serde_json::to_string(&kept)?;
        self.db.conn.prepare_cached(sql)?.execute(params![key, self.millis(), reply.status, text])?;
        Ok(())
    }

    /// Forgets answers given before a time (milliseconds since 1970).
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_replies_before(&mut self, at: i64) -> Result<(), Error> {
        self.db.conn.prepare_cached("DELETE FROM idempotency WHERE at < $1")?.execute([at])?;
        Ok(())
    }
}

/// Keeps the account row of a user record.
pub(crate) fn write_account(tx: &Tx<'_>, record: &Record, id: i64) -> Result<(), Error> {
    let username = record.text("username").unwrap_or_default().trim().to_lowercase();
    let admin = record.flag("is_admin");
    let uri = tx.uri_of(id)?.unwrap_or_default();
    let before = tx.account_of(&uri)?.map(|account| account.state.admin);
    let sql = "INSERT INTO account (id, username, admin) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET username = excluded.username, admin = excluded.admin";
    tx.db.conn.prepare_cached(sql)?.execute(params![id, username, admin])?;
    if before.unwrap_or(false) == admin {
        return Ok(());
    }
    tx.audit_of("account", &uri, &json!({"admin": admin}))
}

/// Keeps the rows of a group record: its permissions and members.
pub(crate) fn write_group(tx: &Tx<'_>, record: &Record, id: i64, repo: i64) -> Result<(), Error> {
    let code = record.text("group_code").unwrap_or_default().to_lowercase();
    let sql = "INSERT INTO grp (id, repo, code) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET code = excluded.code";
    tx.db.conn.prepare_cached(sql)?.execute(params![id, repo, code])?;
    let before = Grants::of(tx, id)?;
    tx.db.conn.prepare_cached("DELETE FROM grp_permission WHERE grp = $1")?.execute([id])?;
    for code in record.items("grants_permissions").iter().filter_map(Value::as_str) {
        tx.db
            .conn
            .prepare_cached("INSERT INTO grp_permission (grp, code) VALUES ($1, $2) ON CONFLICT DO NOTHING")?
            .execute(params![id, code])?;
    }
    tx.db.conn.prepare_cached("DELETE FROM member WHERE grp = $1")?.execute([id])?;
    for name in record.items("member_usernames").iter().filter_map(Value::as_str) {
        if let Some(account) = tx.account(name)? {
            tx.db
                .conn
                .prepare_cached("INSERT INTO member (grp, account) VALUES ($1, $2) ON CONFLICT DO NOTHING")?
                .execute(params![id, account.id])?;
        }
    }
    match before.change_to(&Grants::of(tx, id)?) {
        Some(change) => tx.audit_of("group", &tx.uri_of(id)?.unwrap_or_default(), &change),
        None => Ok(()),
    }
}

/// Whether the rows of a user or group record are those of its document.
pub(crate) fn fits(reader: &Reader<'_>, record: &Record, id: i64) -> Result<bool, Error> {
    let texts = |name: &str| -> BTreeSet<String> {
        record.items(name).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    match record.kind.as_str() {
        "user" => {
            let sql = "SELECT username, admin FROM account WHERE id = $1";
            let mut select = reader.db.conn.prepare_cached(sql)?;
            let found: Option<(String, bool)> =
                select.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let username = record.text("username").unwrap_or_default().trim().to_lowercase();
            Ok(found == Some((username, record.flag("is_admin"))))
        }
        "group" => {
            let mut select = reader.db.conn.prepare_cached("SELECT code FROM grp WHERE id = $1")?;
            let code: Option<String> = select.query_row([id], |row| row.get(0)).optional()?;
            let mut members = BTreeSet::new();
            for name in texts("member_usernames") {
                members.extend(reader.account(&name)?.map(|account| account.username));
            }
            let wanted = Grants { codes: texts("grants_permissions"), members };
            let code_fits = code == record.text("group_code").map(str::to_lowercase);
            Ok(code_fits && wanted == Grants::of(reader, id)?)
        }
        _ => Ok(true),
    }
}

/// What a group lets whom do.
#[derive(PartialEq)]
struct Grants {
    codes: BTreeSet<String>,
    members: BTreeSet<String>,
}

impl Grants {
    fn of(reader: &Reader<'_>, group: i64) -> Result<Self, Error> {
        let all = |sql: &str| -> Result<BTreeSet<String>, Error> {
            let mut select = reader.db.conn.prepare_cached(sql)?;
            Ok(select.query_map([group], |row| row.get(0))?.collect::<Result<_, _>>()?)
        };
        Ok(Self {
            codes: all("SELECT code FROM grp_permission WHERE grp = $1")?,
            members: all(
                "SELECT a.username FROM member m JOIN account a ON a.id = m.account WHERE m.grp = $1",
            )?,
        })
    }

    /// What is new and what is gone, for the audit log; none when nothing is.
    fn change_to(&self, after: &Self) -> Option<Value> {
        let parts = [
            ("granted", after.codes.difference(&self.codes)),
            ("revoked", self.codes.difference(&after.codes)),
            ("added", after.members.difference(&self.members)),
            ("removed", self.members.difference(&after.members)),
        ];
        let parts = parts.map(|(name, names)| (name, names.collect::<Vec<_>>()));
        let change: Map<String, Value> = parts
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(name, names)| (name.to_owned(), json!(names)))
            .collect();
        (!change.is_empty()).then_some(Value::Object(change))
    }
}
