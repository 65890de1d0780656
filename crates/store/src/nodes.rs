//! The nodes of a tree that somebody is shown: pages of children, counts, places. What is not shown is left out by the
//! database, so that nothing is read for it.

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::reader::place_into;
use crate::tree::{Step, clamp};
use crate::{Error, Head, Reader, Stored};

/// Which nodes of a tree are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nodes {
    /// Every one.
    All,
    /// Those that are not suppressed.
    Unsuppressed,
    /// Those that are published and not suppressed.
    Published,
}

impl Nodes {
    /// Whether a node is one of them.
    #[must_use]
    pub fn have(self, head: &Head) -> bool {
        match self {
            Self::All => true,
            Self::Unsuppressed => !head.suppressed,
            Self::Published => head.publish && !head.suppressed,
        }
    }

    /// The same behind another condition on rows of `record`.
    fn condition(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Unsuppressed => " AND suppressed = 0",
            Self::Published => " AND suppressed = 0 AND publish = 1",
        }
    }
}

fn page(nodes: Nodes) -> String {
    format!(
        "WHERE r.id IN (SELECT id FROM record WHERE root = $1 AND parent = $2{}
             ORDER BY position, id LIMIT $3 OFFSET $4) ORDER BY r.position, r.id",
        nodes.condition()
    )
}

fn count(nodes: Nodes) -> String {
    format!("SELECT count(*) FROM record WHERE root = $1 AND parent = $2{}", nodes.condition())
}

fn rank(nodes: Nodes) -> String {
    format!("{} AND (position, id) < ($3, $4)", count(nodes))
}

fn before(nodes: Nodes) -> String {
    format!(
        "SELECT uri FROM record WHERE root = $1 AND parent = $2{} AND (position, id) < ($3, $4)
             ORDER BY position DESC, id DESC LIMIT 1",
        nodes.condition()
    )
}

impl Reader<'_> {
    /// Children of a node (of the root's top level when `parent` is none), in order, with their documents.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown root or parent, or what the database says.
    pub fn children_among(
        &self,
        nodes: Nodes,
        (root, parent): (&str, Option<&str>),
        offset: u64,
        limit: u64,
    ) -> Result<Vec<Stored>, Error> {
        let (root, parent) = self.parent_rows(root, parent)?;
        let rows = self.heads(&page(nodes), params![root, parent, clamp(limit), clamp(offset)])?;
        let mut children = Vec::with_capacity(rows.len());
        for row in rows {
            children.extend(self.stored(row)?);
        }
        Ok(children)
    }

    /// Number of children of a node (of the root's top level when `parent` is none).
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown root or parent, or what the database says.
    pub fn child_count_among(
        &self,
        nodes: Nodes,
        (root, parent): (&str, Option<&str>),
    ) -> Result<u64, Error> {
        let (root, parent) = self.parent_rows(root, parent)?;
        self.number(&count(nodes), params![root, parent])
    }

    /// Number of children of each of some nodes of a tree, in the same order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown root, or what the database says.
    pub fn child_counts_among(
        &self,
        nodes: Nodes,
        root: &str,
        parents: &[Stored],
    ) -> Result<Vec<u64>, Error> {
        let (root, _) = self.parent_rows(root, None)?;
        let sql = count(nodes);
        parents.iter().map(|parent| self.number(&sql, params![root, parent.head.id])).collect()
    }

    /// The nearest sibling before a node; none before the first, and for a root.
    ///
    /// # Errors
    /// What the database says.
    pub fn before_among(&self, nodes: Nodes, node: &Stored) -> Result<Option<String>, Error> {
        let Some(spot) = node.spot else { return Ok(None) };
        let mut select = self.db.conn.prepare_cached(&before(nodes))?;
        let values = params![spot.root, spot.parent, spot.position, node.head.id];
        Ok(select.query_row(values, |row| row.get(0)).optional()?)
    }

    /// From the top level down to a node, with ranks among the siblings. Empty for a root.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn path_among(&self, nodes: Nodes, uri: &str) -> Result<Vec<Step>, Error> {
        let mut row = self.head_row(uri)?.ok_or_else(|| Error::missing(uri))?;
        let sql = rank(nodes);
        let mut steps = Vec::new();
        while let (Some(root), Some(parent), Some(order)) = (row.root, row.parent, row.head.order) {
            let position = self.number(&sql, params![root, parent, order, row.head.id])?;
            steps.push(Step { head: row.head, position });
            match self.head_by_id(parent)? {
                Some(up) => row = up,
                None => break,
            }
        }
        steps.reverse();
        Ok(steps)
    }

    /// What is above a node, nearest first, the root last. Empty for what is no node.
    ///
    /// # Errors
    /// What the database says.
    pub fn above(&self, node: &Head) -> Result<Vec<Head>, Error> {
        if node.root.is_none() {
            return Ok(Vec::new());
        }
        let mut select = self.db.conn.prepare_cached("SELECT parent FROM record WHERE id = $1")?;
        match select.query_row([node.id], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten() {
            Some(parent) => self.ancestors_from(parent),
            None => Ok(Vec::new()),
        }
    }

    /// The document of a record whose head is at hand; none where it is not held.
    ///
    /// # Errors
    /// What the database says.
    pub fn document(&self, head: &Head) -> Result<Option<Map<String, Value>>, Error> {
        let Some(mut doc) = self.doc(head.id)? else { return Ok(None) };
        place_into(head, &mut doc);
        Ok(Some(doc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::plan;
    use crate::{Options, Role, Store};

    #[test]
    fn what_is_not_shown_is_passed_over_in_the_index() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Server)).unwrap();
        for nodes in [Nodes::All, Nodes::Unsuppressed, Nodes::Published] {
            for (sql, values) in
                [(format!("{} {}", crate::reader::HEAD, page(nodes)), 4), (count(nodes), 2), (rank(nodes), 4)]
            {
                let steps = store.read(|reader| plan(reader, &sql, values)).unwrap();
                assert!(
                    steps.iter().any(|step| step.contains("COVERING INDEX record_tree")),
                    "{sql}\n{steps:?}"
                );
            }
            let steps = store.read(|reader| plan(reader, &before(nodes), 4)).unwrap();
            assert_eq!(steps, ["SEARCH record USING INDEX record_tree (root=? AND parent=? AND position<?)"]);
        }
    }
}
