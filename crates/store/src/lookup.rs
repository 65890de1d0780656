//! Finding records by what people call them.

use std::collections::{BTreeMap, HashMap};

use rusqlite::params;

use crate::rules::REPRESENTATIVE;
use crate::summary::sort_key;
use crate::{Error, Head, Reader, Stored};

/// Numbers of records by repository and kind.
pub type Counts = BTreeMap<String, BTreeMap<&'static str, u64>>;

/// By node, the places on the way down to it; none where a step of it is hidden.
type Ways = HashMap<i64, Option<Vec<(i64, i64)>>>;

/// By rule, scope and value.
const IDENTIFIED: &str =
    "WHERE r.id IN (SELECT i.id FROM identity i WHERE i.rule = $1 AND i.scope = $2 AND i.value = $3)
     AND r.state = 0 ORDER BY r.id";
/// By kind and repository of the roots, rule and value. Each tree is asked: what is in it stands together, and an index
/// over all of them would be written to all over at each import.
const IN_TREES: &str = "WHERE r.id IN (SELECT i.id FROM record t CROSS JOIN identity i
       WHERE t.kind = $1 AND t.repo = $2 AND i.rule = $3 AND i.scope = t.id AND i.value = $4)
     AND r.state = 0 ORDER BY r.id";
const CALLED: &str =
    "WHERE r.id IN (SELECT c.id FROM record c WHERE c.kind = $1 AND c.repo = $2 AND c.identifier = $3)
     AND r.state = 0 ORDER BY r.id";

impl Reader<'_> {
    /// Records with a value that must not repeat anywhere, as `ark` or `term`, or that is found everywhere, as `slug`.
    ///
    /// # Errors
    /// What the database says.
    pub fn identified(&self, rule: &str, value: &str) -> Result<Vec<Head>, Error> {
        Ok(self.heads(IDENTIFIED, params![rule, 0, value])?.into_iter().map(|row| row.head).collect())
    }

    /// Records of a repository with a value that must not repeat in it, as `resource_identifier` or `barcode`, or that
    /// is found in it, as `indicator`.
    ///
    /// # Errors
    /// What the database says.
    pub fn identified_in(&self, repo: &str, rule: &str, value: &str) -> Result<Vec<Head>, Error> {
        let Some((repo, _)) = self.row_of(repo)? else { return Ok(Vec::new()) };
        Ok(self.heads(IDENTIFIED, params![rule, repo, value])?.into_iter().map(|row| row.head).collect())
    }

    /// Nodes of the trees of a repository, of roots of this kind, with a value that must not repeat in a tree, as
    /// `ref_id`.
    ///
    /// # Errors
    /// What the database says.
    pub fn identified_in_trees(
        &self,
        repo: &str,
        root: &str,
        rule: &str,
        value: &str,
    ) -> Result<Vec<Head>, Error> {
        let Some((repo, _)) = self.row_of(repo)? else { return Ok(Vec::new()) };
        let values = params![self.shared.kinds.number(root), repo, rule, value];
        Ok(self.heads(IN_TREES, values)?.into_iter().map(|row| row.head).collect())
    }

    /// Records of a kind in a repository whose identifier for lists is this.
    ///
    /// # Errors
    /// What the database says.
    pub fn called(&self, kind: &str, repo: &str, identifier: &str) -> Result<Vec<Head>, Error> {
        let Some((repo, _)) = self.row_of(repo)? else { return Ok(Vec::new()) };
        let kind = self.shared.kinds.number(kind);
        Ok(self.heads(CALLED, params![kind, repo, identifier])?.into_iter().map(|row| row.head).collect())
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

    /// How many published records of some kinds there are, by repository and kind: what lives in no repository counts
    /// in each that uses it.
    ///
    /// # Errors
    /// What the database says.
    pub fn published_counts(&self, kinds: &[String]) -> Result<Counts, Error> {
        let mut counts = Counts::new();
        for kind in kinds {
            let Some((kind, number)) = self.shared.kinds.known(kind) else { continue };
            for sql in [include_str!("../sql/published_here.sql"), include_str!("../sql/published_used.sql")]
            {
                let mut select = self.db.conn.prepare_cached(sql)?;
                let mut rows = select.query([number])?;
                while let Some(row) = rows.next()? {
                    let count: i64 = row.get(1)?;
                    let of_repo = counts.entry(row.get(0)?).or_default();
                    *of_repo.entry(kind).or_default() += u64::try_from(count).unwrap_or(0);
                }
            }
        }
        Ok(counts)
    }

    /// Hands the records of some kinds whose documents hold a text to `f`, until it says that it has seen enough;
    /// whether it did.
    ///
    /// # Errors
    /// What the database says.
    pub fn any_with_text(
        &self,
        kinds: &[String],
        text: &str,
        f: &mut dyn FnMut(Stored) -> bool,
    ) -> Result<bool, Error> {
        let text = serde_json::to_string(text)?;
        let mut select =
            self.db.conn.prepare_cached("SELECT id FROM record WHERE kind = $1 AND state = 0 ORDER BY id")?;
        for kind in kinds {
            let ids = select.query_map([self.shared.kinds.number(kind)], |row| row.get(0))?;
            let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
            for id in ids {
                if !self.doc_text(id)?.is_some_and(|doc| doc.contains(&text)) {
                    continue;
                }
                let stored = self.head_by_id(id)?.map(|row| self.stored(row)).transpose()?.flatten();
                if stored.is_some_and(&mut *f) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The first records of a kind that lives in no repository, by number, of which the title begins so, whatever the
    /// case.
    ///
    /// # Errors
    /// What the database says.
    pub fn titled(&self, kind: &str, start: &str, most: usize) -> Result<Vec<Head>, Error> {
        let sort = sort_key(start);
        // What sorts after everything that goes on with it.
        let end = format!("{sort}{}", char::MAX);
        let sql = "SELECT id, title FROM record WHERE kind = $1 AND repo IS NULL AND sort >= $2 AND sort < $3 AND state = 0 ORDER BY id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query(params![self.shared.kinds.number(kind), sort, end])?;
        let start = start.to_lowercase();
        let mut found: Vec<i64> = Vec::new();
        while let Some(row) = rows.next()?.filter(|_| found.len() < most) {
            let title = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            if title.to_lowercase().starts_with(&start) {
                found.push(row.get(0)?);
            }
        }
        Ok(self.heads_of(found.into_iter())?.into_iter().map(|row| row.head).collect())
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

    /// Whether anything of a repository is suppressed.
    ///
    /// # Errors
    /// What the database says.
    pub fn has_suppressed(&self, repo: &str) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM record s WHERE s.suppressed = 1 AND s.repo = (SELECT id FROM record WHERE uri = $1))";
        Ok(self.number(sql, params![repo])? > 0)
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

    /// The published nodes of a tree, with none above them that is not, that have a representative digital object, in
    /// the order of the tree. The root is not asked.
    ///
    /// # Errors
    /// What the database says.
    pub fn represented_nodes(&self, root: &str) -> Result<Vec<String>, Error> {
        let Some((root, _)) = self.row_of(root)? else { return Ok(Vec::new()) };
        let mut select = self.db.conn.prepare_cached(include_str!("../sql/representatives.sql"))?;
        let mut rows = select.query(params![REPRESENTATIVE, root])?;
        let mut ways = Ways::from([(root, Some(Vec::new()))]);
        let mut placed = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, uri, parent, position): (i64, String, i64, i64) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            if let Some(mut way) = self.open_way(parent, &mut ways)? {
                way.push((position, id));
                placed.push((way, uri));
            }
        }
        placed.sort();
        Ok(placed.into_iter().map(|(_, uri)| uri).collect())
    }

    /// The places of a node and of all above it, from the top: sorts as the tree is ordered. None when one of them is
    /// not published or suppressed. Each node is read once.
    fn open_way(&self, node: i64, ways: &mut Ways) -> Result<Option<Vec<(i64, i64)>>, Error> {
        let sql = "SELECT parent, position, publish = 1 AND suppressed = 0 FROM record WHERE id = $1";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut steps = Vec::new();
        let mut at = node;
        let mut way = loop {
            if let Some(known) = ways.get(&at) {
                break known.clone();
            }
            let (parent, position, open): (Option<i64>, Option<i64>, bool) =
                select.query_row([at], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let (Some(parent), Some(position)) = (parent, position) else { break None };
            steps.push((at, position, open));
            at = parent;
        };
        for (id, position, open) in steps.into_iter().rev() {
            way = way.filter(|_| open);
            if let Some(way) = &mut way {
                way.push((position, id));
            }
            ways.insert(id, way.clone());
        }
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

    /// Whether any record refers to one.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_referred_to(&self, head: &Head) -> Result<bool, Error> {
        Ok(self.number("SELECT EXISTS (SELECT 1 FROM ref WHERE dst = $1)", params![head.id])? > 0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::plan;
    use crate::{Options, Role, Store};

    #[test]
    fn what_people_call_a_record_is_found_in_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Server)).unwrap();
        for (rest, values, index) in [
            (IDENTIFIED, 3, "PRIMARY KEY (rule=? AND scope=? AND value=?)"),
            (IN_TREES, 4, "PRIMARY KEY (rule=? AND scope=? AND value=?)"),
            (IN_TREES, 4, "COVERING INDEX record_kind (kind=? AND repo=?)"),
            (CALLED, 3, "INDEX record_identifier (kind=? AND repo=? AND identifier=?)"),
        ] {
            let sql = format!("{} {rest}", crate::reader::HEAD);
            let steps = store.read(|reader| plan(reader, &sql, values)).unwrap();
            assert!(steps.iter().any(|step| step.ends_with(index)), "{steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
        }
    }
}
