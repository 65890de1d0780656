//! The order of siblings, kept in memory while no tree changes: a rank is counted once a family, not once a node.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use rusqlite::params;

use crate::open::lock;
use crate::{Error, Reader};

/// Counter that grows with every operation that changes where a node stands.
pub(crate) const TREES: &str = "trees";
/// Nodes that are kept; beyond it all are forgotten and begun anew.
const MOST: usize = 1_000_000;

/// Root and parent.
type Name = (i64, i64);
/// Position and row of each sibling, in order.
type Family = Arc<[(i64, i64)]>;

/// The families that were asked for at one state of the trees.
#[derive(Default)]
pub(crate) struct Families(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    trees: i64,
    nodes: usize,
    /// Asked for once: who reads a single node of a big family need not read the whole of it.
    asked: HashSet<Name>,
    known: HashMap<Name, Family>,
}

enum Asked {
    Known(Family),
    Again,
    First,
}

impl Families {
    fn ask(&self, trees: i64, name: Name) -> Asked {
        let kept = &mut *lock(&self.0);
        if trees < kept.trees {
            // Somebody who reads an older state.
            return Asked::First;
        }
        if trees > kept.trees || kept.nodes > MOST {
            *kept = Kept { trees, ..Kept::default() };
        }
        if let Some(family) = kept.known.get(&name) {
            return Asked::Known(Arc::clone(family));
        }
        if kept.asked.insert(name) { Asked::First } else { Asked::Again }
    }

    fn keep(&self, trees: i64, name: Name, family: &Family) {
        let mut kept = lock(&self.0);
        if trees == kept.trees {
            kept.nodes += family.len();
            kept.known.insert(name, Arc::clone(family));
        }
    }
}

impl Reader<'_> {
    /// Rank of a place among its siblings; `order` is position and row.
    pub(crate) fn rank(&self, root: i64, parent: i64, order: (i64, i64)) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM record WHERE root = $1 AND parent = $2 AND (position, id) < ($3, $4)";
        let count = || self.number(sql, params![root, parent, order.0, order.1]);
        let Some(family) = self.family((root, parent))? else { return count() };
        let rank = family.partition_point(|there| *there < order) as u64;
        debug_assert_eq!(rank, count()?, "the trees changed and nobody said so");
        Ok(rank)
    }

    /// A family that was asked for before.
    fn family(&self, name: Name) -> Result<Option<Family>, Error> {
        // What is not committed is nobody else's.
        if self.moved.get() {
            return Ok(None);
        }
        let (families, trees) = (&self.shared.families, self.counter(TREES)?);
        match families.ask(trees, name) {
            Asked::Known(family) => Ok(Some(family)),
            Asked::First => Ok(None),
            Asked::Again => {
                let sql =
                    "SELECT position, id FROM record WHERE root = $1 AND parent = $2 ORDER BY position, id";
                let mut select = self.db.conn.prepare_cached(sql)?;
                let rows = select.query_map([name.0, name.1], |row| Ok((row.get(0)?, row.get(1)?)))?;
                let family: Family = rows.collect::<Result<_, _>>()?;
                families.keep(trees, name, &family);
                Ok(Some(family))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_kept_from_its_second_asking_until_a_tree_changes() {
        let families = Families::default();
        let family: Family = [(10, 1), (20, 2)].into();
        assert!(matches!(families.ask(3, (1, 1)), Asked::First));
        assert!(matches!(families.ask(3, (1, 1)), Asked::Again));
        families.keep(3, (1, 1), &family);
        assert!(matches!(families.ask(3, (1, 1)), Asked::Known(_)));
        assert!(matches!(families.ask(4, (1, 1)), Asked::First));
        // Who read before the change neither gets nor leaves anything.
        assert!(matches!(families.ask(3, (1, 1)), Asked::First));
        families.keep(3, (1, 1), &family);
        assert!(matches!(families.ask(4, (1, 1)), Asked::Again));
    }
}
