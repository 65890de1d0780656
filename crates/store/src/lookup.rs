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

    /// The roles in which records of other kinds than `but` link to this one by a property, in order.
    ///
    /// # Errors
    /// What the database says.
    pub fn roles_of(&self, uri: &str, property: &str, but: &str) -> Result<Vec<String>, Error> {
        let sql =
            "SELECT DISTINCT f.role FROM record d JOIN ref f ON f.dst = d.id JOIN record s ON s.id = f.src
             WHERE d.uri = $1 AND f.prop = $2 AND f.role IS NOT NULL AND s.kind <> $3 ORDER BY f.role";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let rows =
            select.query_map(params![uri, property, self.shared.kinds.number(but)], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The repositories of the records that are about an agent or a subject, or that an agent made, and whether each is
    /// published.
    ///
    /// # Errors
    /// What the database says.
    pub fn used_in(&self, uri: &str) -> Result<Vec<(String, bool)>, Error> {
        let sql = "SELECT DISTINCT p.id, p.uri, p.publish FROM record d JOIN ref f ON f.dst = d.id
             JOIN record s ON s.id = f.src JOIN record p ON p.id = s.repo
             WHERE d.uri = $1 AND f.prop IN ('linked_agents', 'subjects') ORDER BY p.id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let rows = select.query_map([uri], |row| Ok((row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a record refers to a suppressed one.
    ///
    /// # Errors
    /// What the database says.
    pub fn links_to_suppressed(&self, uri: &str) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM record s JOIN ref f ON f.src = s.id JOIN record d ON d.id = f.dst
             WHERE s.uri = $1 AND d.suppressed = 1";
        Ok(self.number(sql, params![uri])? > 0)
    }

    /// Whether the public may see a record of one of these kinds that refers to this one by a property: it, what is
    /// above it and its repository are published, and none is suppressed.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_linked_from_published(&self, uri: &str, property: &str, kinds: &[&str]) -> Result<bool, Error> {
        let kinds: Vec<i64> = kinds.iter().map(|kind| self.shared.kinds.number(kind)).collect();
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/public_links.sql"))?;
        let mut rows = select.query(params![uri, property])?;
        while let Some(row) = rows.next()? {
            let (kind, parent): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
            if kinds.contains(&kind) && self.is_open(parent, None)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Addresses of the published agents of which a part (a place, a function...) has a subject.
    ///
    /// # Errors
    /// What the database says.
    pub fn agents_about(&self, subject: &str) -> Result<Vec<String>, Error> {
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/agents_about.sql"))?;
        let rows = select.query_map([subject], |row| row.get(1))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The published nodes of a tree, with none above them that is not, that refer to a record of a kind by a property,
    /// in the order of the tree. The root is not asked.
    ///
    /// # Errors
    /// What the database says.
    pub fn open_nodes_with(&self, root: &str, property: &str, kind: &str) -> Result<Vec<String>, Error> {
        let Some((root, _)) = self.row_of(root)? else { return Ok(Vec::new()) };
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/tree_links.sql"))?;
        let kind = self.shared.kinds.number(kind);
        let rows = select.query_map(params![root, property, kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
        let mut placed = Vec::new();
        for (id, uri) in found {
            if self.is_open(Some(id), Some(root))? {
                placed.push((self.way_to(id)?, uri));
            }
        }
        placed.sort();
        Ok(placed.into_iter().map(|(_, uri)| uri).collect())
    }

    /// The places of a node and of all above it, from the top: sorts as the tree is ordered.
    fn way_to(&self, node: i64) -> Result<Vec<(i64, i64)>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT parent, position FROM record WHERE id = $1")?;
        let mut way = Vec::new();
        let mut up = Some(node);
        while let Some(id) = up {
            let (parent, position): (Option<i64>, Option<i64>) =
                select.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if let Some(position) = position {
                way.push((position, id));
            }
            up = parent;
        }
        way.reverse();
        Ok(way)
    }

    /// Whether a node and all above it, up to `end` and without it, are published and not suppressed.
    fn is_open(&self, node: Option<i64>, end: Option<i64>) -> Result<bool, Error> {
        let sql = "SELECT parent, publish = 1 AND suppressed = 0 FROM record WHERE id = $1";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut up = node;
        while let Some(id) = up.filter(|id| Some(*id) != end) {
            let (parent, open): (Option<i64>, bool) =
                select.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if !open {
                return Ok(false);
            }
            up = parent;
        }
        Ok(true)
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
