//! Finding records by what people call them.

use rusqlite::params;

use crate::{Error, Head, Reader};

impl Reader<'_> {
    /// Records with a value that must not repeat, as `ref_id` or `resource_identifier`; several where the rule only
    /// holds within a tree or a repository.
    ///
    /// # Errors
    /// What the database says.
    pub fn identified(&self, rule: &str, value: &str) -> Result<Vec<Head>, Error> {
        let rest = "WHERE r.id IN (SELECT i.id FROM identity i WHERE i.rule = $1 AND i.value = $2) AND r.state = 0 ORDER BY r.id";
        Ok(self.heads(rest, params![rule, value])?.into_iter().map(|row| row.head).collect())
    }

    /// Records of a kind in a repository whose identifier for lists is this.
    ///
    /// # Errors
    /// What the database says.
    pub fn called(&self, kind: &str, repo: &str, identifier: &str) -> Result<Vec<Head>, Error> {
        let Some((repo, _)) = self.row_of(repo)? else { return Ok(Vec::new()) };
        let kind = self.shared.kinds.number(kind);
        let rest = "WHERE r.kind = $1 AND r.repo = $2 AND r.identifier = $3 AND r.state = 0 ORDER BY r.id";
        Ok(self.heads(rest, params![kind, repo, identifier])?.into_iter().map(|row| row.head).collect())
    }

    /// Whether a published record that is not suppressed refers to this one.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_linked_from_published(&self, uri: &str) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM ref f JOIN record s ON s.id = f.src JOIN record d ON d.id = f.dst
             WHERE d.uri = $1 AND s.publish = 1 AND s.suppressed = 0 LIMIT 1)";
        Ok(self.number(sql, params![uri])? > 0)
    }

    /// Addresses of the records of a kind that refer to this one by a property, in the order in which they were made.
    ///
    /// # Errors
    /// What the database says.
    pub fn linked_by(&self, uri: &str, kind: &str, property: &str) -> Result<Vec<String>, Error> {
        let sql = "SELECT DISTINCT s.id, s.uri FROM ref f JOIN record s ON s.id = f.src JOIN record d ON d.id = f.dst
             WHERE d.uri = $1 AND s.kind = $2 AND f.prop = $3 AND s.state = 0 ORDER BY s.id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let rows =
            select.query_map(params![uri, self.shared.kinds.number(kind), property], |row| row.get(1))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
