//! Who did what, and when: the changes of records from the history, and beside them what is no change of a record.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde_json::Value;

use crate::options::OpId;
use crate::reader::time;
use crate::tree::clamp;
use crate::{ChangeKind, Error, Reader, Tx};

/// Something that was done and is no change of a record.
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a> {
    /// `login`, `login_failed`, `password`, `account`, `group`, …
    pub action: &'a str,
    /// User name; empty: nobody that is known.
    pub by: &'a str,
    /// Address of the user, group… that it was done to.
    pub uri: Option<&'a str>,
    /// Where the request came from.
    pub address: Option<&'a str>,
    /// What exactly: codes and names, no text of records.
    pub detail: Option<&'a Value>,
}

/// Which lines are asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Only from then on.
    pub since: Option<Timestamp>,
    /// Only of this user.
    pub by: Option<String>,
    /// Only about the record at this address.
    pub uri: Option<String>,
    /// Lines left out, the newest first.
    pub offset: u64,
    /// Lines at most.
    pub limit: u64,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// User name; empty: nobody that is known, or the server itself.
    pub by: String,
    /// Name of the operation (`create`, `update`, `delete`…), or what else was done (`login`…).
    pub action: String,
    /// Address of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// What happened to the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<&'static str>,
    /// Operation of the history; those with the same number were done together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<OpId>,
    /// Where the request came from, for what is no change of a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

impl Reader<'_> {
    /// Lines of the audit log, the newest first: changes of records (as long as the history has them) and everything
    /// that [`Tx::audit`] noted.
    ///
    /// # Errors
    /// What the database says.
    pub fn audit(&self, asked: &AuditQuery) -> Result<Vec<AuditLine>, Error> {
        let since = asked.since.map_or(i64::MIN, Timestamp::as_millisecond);
        let record = asked.uri.as_deref().map(|uri| self.row_ever_at(uri)).transpose()?;
        // A condition of its own for each case, so that the index is used where there is a record.
        let condition = match record {
            None => "$3 IS NULL".to_owned(),
            // Row numbers begin at 1: nothing ever was at the address.
            Some(row) => format!("v.record = {} AND $3 IS NOT NULL", row.unwrap_or(0)),
        };
        let sql = include_str!("../sql/audit.sql").replace("{record}", &condition);
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let all = clamp(asked.offset.saturating_add(asked.limit));
        let values = params![since, asked.by, asked.uri, all, clamp(asked.limit), clamp(asked.offset)];
        let rows = select.query_map(values, |row| {
            let change: Option<i64> = row.get(4)?;
            let detail: Option<String> = row.get(7)?;
            Ok(AuditLine {
                at: time(row.get(0)?),
                by: row.get(1)?,
                action: row.get(2)?,
                uri: row.get(3)?,
                change: change.map(|code| ChangeKind::from_code(code).name()),
                operation: row.get(5)?,
                address: row.get(6)?,
                detail: detail.and_then(|text| serde_json::from_str(&text).ok()),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The row of the record that is, or was, at an address.
    fn row_ever_at(&self, uri: &str) -> Result<Option<i64>, Error> {
        if let Some((row, _)) = self.row_of(uri)? {
            return Ok(Some(row));
        }
        let mut select = self.db.conn.prepare_cached("SELECT id FROM gone WHERE uri = $1")?;
        Ok(select.query_row([uri], |row| row.get(0)).optional()?)
    }
}

impl Tx<'_> {
    /// Adds a line to the audit log.
    ///
    /// # Errors
    /// What the database says.
    pub fn audit(&mut self, what: &Audit<'_>) -> Result<(), Error> {
        let detail = what.detail.map(Value::to_string);
        let sql = "INSERT INTO audit (at, by, action, uri, address, detail) VALUES ($1, $2, $3, $4, $5, $6)";
        self.db.conn.prepare_cached(sql)?.execute(params![
            self.millis(),
            what.by,
            what.action,
            what.uri,
            what.address,
            detail
        ])?;
        Ok(())
    }

    /// Adds a line about what the operation does to something.
    pub(crate) fn audit_of(&self, action: &str, uri: &str, detail: &Value) -> Result<(), Error> {
        let sql = "INSERT INTO audit (at, by, action, uri, detail) VALUES ($1, $2, $3, $4, $5)";
        self.db.conn.prepare_cached(sql)?.execute(params![
            self.millis(),
            self.op.by,
            action,
            uri,
            detail.to_string()
        ])?;
        Ok(())
    }

    /// Forgets lines from before a time (milliseconds since 1970). The history of records stays.
    ///
    /// # Errors
    /// What the database says.
    pub fn forget_audit_before(&mut self, at: i64) -> Result<(), Error> {
        self.db.conn.prepare_cached("DELETE FROM audit WHERE at < $1")?.execute([at])?;
        Ok(())
    }
}
