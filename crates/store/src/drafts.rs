//! Drafts: what was typed and not saved. Cheap, on a connection of their own, never indexed.

use record::Record;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::{Map, Value};

use crate::content;
use crate::reader::time;
use crate::{Error, Reader, Store, Tx};

/// What was typed and not saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Address; local for a new record.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Address of the repository, for kinds that live in one.
    pub repo: Option<String>,
    /// The document as typed.
    pub doc: Map<String, Value>,
    /// When it was kept.
    pub kept: jiff::Timestamp,
    /// The saved record changed since the draft was begun.
    pub outdated: bool,
}

const SELECT: &str = "SELECT d.uri, d.kind, d.repo, d.doc, d.kept, d.seq <> coalesce(r.seq, 0)
  FROM draft d LEFT JOIN record r ON r.uri = d.uri";

impl Store {
    /// Keeps what was typed. On the disk when it returns.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_draft(
        &self,
        uri: &str,
        kind: &str,
        repo: Option<&str>,
        doc: &Map<String, Value>,
    ) -> Result<(), Error> {
        let kept = self.now().as_millisecond();
        let db = self.drafts();
        let doc = db.codec.pack(doc)?;
        // In one transaction: between the two the record might get another address.
        let transaction = Transaction::new_unchecked(&db.conn, TransactionBehavior::Immediate)?;
        // A form may not have heard yet that the record has another address.
        let uri = present_address(&db.conn, uri)?;
        db.conn
            .prepare_cached(include_str!("../sql/keep_draft.sql"))?
            .execute(params![uri, kind, repo, doc, kept])?;
        Ok(transaction.commit()?)
    }

    /// Forgets a draft.
    ///
    /// # Errors
    /// What the database says.
    pub fn discard_draft(&self, uri: &str) -> Result<(), Error> {
        discard(&self.drafts().conn, uri)
    }
}

/// Under the address that a form knows, and the one that the record has since.
fn discard(conn: &Connection, uri: &str) -> Result<(), Error> {
    let sql = "DELETE FROM draft WHERE uri = $1 OR uri IN (SELECT new FROM redirect WHERE old = $1)";
    conn.prepare_cached(sql)?.execute([uri])?;
    Ok(())
}

fn present_address(conn: &Connection, uri: &str) -> Result<String, Error> {
    let mut select = conn.prepare_cached("SELECT new FROM redirect WHERE old = $1")?;
    Ok(select.query_row([uri], |row| row.get(0)).optional()?.unwrap_or_else(|| uri.to_owned()))
}

impl Reader<'_> {
    /// The draft of a record.
    ///
    /// # Errors
    /// What the database says.
    pub fn draft(&self, uri: &str) -> Result<Option<Draft>, Error> {
        let mut found = self.select_drafts(&format!("{SELECT} WHERE d.uri = $1"), params![uri])?;
        if found.is_empty()
            && let Some(new) = self.redirect(uri)?
        {
            found = self.select_drafts(&format!("{SELECT} WHERE d.uri = $1"), params![new])?;
        }
        Ok(found.pop())
    }

    /// All drafts, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn drafts(&self) -> Result<Vec<Draft>, Error> {
        self.select_drafts(&format!("{SELECT} ORDER BY d.kept DESC"), params![])
    }

    /// Number of drafts.
    ///
    /// # Errors
    /// What the database says.
    pub fn draft_count(&self) -> Result<u64, Error> {
        self.number("SELECT count(*) FROM draft", params![])
    }

    /// Whether a draft is kept.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_draft(&self, uri: &str) -> Result<bool, Error> {
        Ok(self.number("SELECT count(*) FROM draft WHERE uri = $1", params![uri])? > 0)
    }

    fn select_drafts(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Draft>, Error> {
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query(values)?;
        let mut drafts = Vec::new();
        while let Some(row) = rows.next()? {
            drafts.push(Draft {
                uri: row.get(0)?,
                kind: row.get(1)?,
                repo: row.get(2)?,
                doc: self.db.codec.unpack(&row.get::<_, Vec<u8>>(3)?)?,
                kept: time(row.get(4)?),
                outdated: row.get(5)?,
            });
        }
        Ok(drafts)
    }
}

impl Tx<'_> {
    /// Forgets a draft in the same transaction as the save that it became.
    ///
    /// # Errors
    /// What the database says.
    pub fn discard_draft(&mut self, uri: &str) -> Result<(), Error> {
        discard(&self.db.conn, uri)
    }

    /// Keeps a draft in this transaction; see [`Store::keep_draft`] for the cheap way.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_draft(
        &mut self,
        uri: &str,
        kind: &str,
        repo: Option<&str>,
        doc: &Map<String, Value>,
    ) -> Result<(), Error> {
        let doc = self.db.codec.pack(doc)?;
        let kept = self.millis();
        self.db
            .conn
            .prepare_cached(include_str!("../sql/keep_draft.sql"))?
            .execute(params![uri, kind, repo, doc, kept])?;
        Ok(())
    }

    /// Replaces an address in every draft, the draft's own included.
    pub(crate) fn redirect_drafts(&mut self, old: &str, new: &str) -> Result<(), Error> {
        // One record under two addresses had two: the newer one is what was typed last.
        if let (Some(one), Some(other)) = (self.draft_at(old)?, self.draft_at(new)?) {
            let older = if one < other { old } else { new };
            self.db.conn.prepare_cached("DELETE FROM draft WHERE uri = $1")?.execute([older])?;
        }
        self.db.conn.prepare_cached("UPDATE draft SET uri = $1 WHERE uri = $2")?.execute([new, old])?;
        self.db.conn.prepare_cached("UPDATE draft SET repo = $1 WHERE repo = $2")?.execute([new, old])?;
        self.redirect_drafts_of(old, new)?;
        for draft in self.drafts()? {
            let mut changed = false;
            let mut record = Record::new(draft.kind, draft.doc);
            content::rewrite(&mut record, &mut |uri| {
                changed |= uri == old;
                (uri == old).then(|| new.to_owned())
            });
            if changed {
                let doc = self.db.codec.pack(&record.doc)?;
                self.db
                    .conn
                    .prepare_cached("UPDATE draft SET doc = $1 WHERE uri = $2")?
                    .execute(params![doc, draft.uri])?;
            }
        }
        Ok(())
    }

    /// What was begun in a repository and never saved has no row that would bring its draft along.
    fn redirect_drafts_of(&mut self, repo: &str, new: &str) -> Result<(), Error> {
        for draft in self.drafts()? {
            let Some(rest) = draft.uri.strip_prefix(repo).filter(|rest| rest.starts_with('/')) else {
                continue;
            };
            if self.row_of(&draft.uri)?.is_some() {
                continue;
            }
            let uri = format!("{new}{rest}");
            self.redirect_to(&draft.uri, &uri)?;
            self.db
                .conn
                .prepare_cached("UPDATE draft SET uri = $1 WHERE uri = $2")?
                .execute([uri, draft.uri])?;
        }
        Ok(())
    }

    /// When the draft of exactly this address was kept.
    fn draft_at(&self, uri: &str) -> Result<Option<i64>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT kept FROM draft WHERE uri = $1")?;
        Ok(select.query_row([uri], |row| row.get(0)).optional()?)
    }

    /// The draft's own record changed in a way that it has seen: it is not outdated by it.
    pub(crate) fn refresh_draft(&mut self, uri: &str, seq: i64) -> Result<(), Error> {
        let old: Option<i64> = self
            .db
            .conn
            .prepare_cached("SELECT seq FROM draft WHERE uri = $1")?
            .query_row([uri], |row| row.get(0))
            .optional()?;
        if old.is_some() {
            self.db
                .conn
                .prepare_cached("UPDATE draft SET seq = $1 WHERE uri = $2")?
                .execute(params![seq, uri])?;
        }
        Ok(())
    }
}
