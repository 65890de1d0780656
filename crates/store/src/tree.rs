//! Trees: where a node hangs, paging of children, moves.
//!
//! A node's row holds its root, its parent (the root itself on the top level) and a sparse position, so that a move
//! touches only the moved rows. What the API calls position is the rank among the siblings.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::reader::{HeadRow, STUB};
use crate::stored::ChangeKind;
use crate::{Error, Head, Reader, Role, Tx, kinds};

/// Distance between new siblings.
pub const GAP: i64 = 1 << 20;
/// Siblings on each side that are moved apart first when there is no room between two.
const NEAR: usize = 16;
/// Nearer than this siblings that were moved apart may not stand.
const CLOSE: i64 = 1 << 8;
/// Siblings in one page from which on reading the whole family is cheaper than counting for each.
const MANY: usize = 8;

/// A node's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) root: i64,
    pub(crate) parent: i64,
    pub(crate) position: i64,
}

impl Spot {
    pub(crate) fn of(row: &HeadRow) -> Option<Self> {
        Some(Self { root: row.root?, parent: row.parent?, position: row.head.order? })
    }

    pub(crate) fn columns(spot: Option<Self>) -> (Option<i64>, Option<i64>, Option<i64>) {
        (spot.map(|s| s.root), spot.map(|s| s.parent), spot.map(|s| s.position))
    }
}

/// A record above a node.
pub(crate) struct Ancestor {
    pub(crate) uri: String,
    pub(crate) level: Option<String>,
    /// Not published, or suppressed.
    pub(crate) hidden: bool,
}

/// A record that something hangs below.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) id: i64,
    pub(crate) uri: String,
    pub(crate) kind: &'static str,
    pub(crate) repo: Option<i64>,
    pub(crate) root: Option<i64>,
}

/// Where a document says that it hangs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish {
    pub(crate) root: Option<String>,
    pub(crate) parent: Option<String>,
    pub(crate) position: Option<u64>,
}

impl Wish {
    pub(crate) fn of(kind: &str, doc: &Map<String, Value>) -> Self {
        let Some((root, _)) = kinds::root_property(kind) else { return Self::default() };
        let link = |name: &str| {
            doc.get(name).and_then(|link| link.get("ref")).and_then(Value::as_str).map(str::to_owned)
        };
        Self {
            root: link(root),
            parent: link("parent"),
            position: doc.get("position").and_then(Value::as_u64),
        }
    }
}

/// One step of a path: a node and its rank among its siblings.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The node.
    pub head: Head,
    /// Rank among the siblings, from 0.
    pub position: u64,
}

impl Reader<'_> {
    /// Children of a node (of the root's top level when `parent` is none), in order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown root or parent, or what the database says.
    pub fn children(
        &self,
        root: &str,
        parent: Option<&str>,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<Head>, Error> {
        let (root, parent) = self.parent_rows(root, parent)?;
        // What is skipped is skipped in the index alone.
        let rest = "WHERE r.id IN (SELECT c.id FROM record c WHERE c.root = $1 AND c.parent = $2
             ORDER BY c.position, c.id LIMIT $3 OFFSET $4) ORDER BY r.position, r.id";
        let rows = self.heads(rest, params![root, parent, clamp(limit), clamp(offset)])?;
        Ok(rows.into_iter().map(|row| row.head).collect())
    }

    /// Number of children of a node (of the root's top level when `parent` is none).
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown root or parent, or what the database says.
    pub fn child_count(&self, root: &str, parent: Option<&str>) -> Result<u64, Error> {
        let (root, parent) = self.parent_rows(root, parent)?;
        self.number("SELECT count(*) FROM record WHERE root = $1 AND parent = $2", params![root, parent])
    }

    /// Number of children of each of some nodes, in the same order.
    ///
    /// # Errors
    /// What the database says.
    pub fn child_counts(&self, nodes: &[Head]) -> Result<Vec<u64>, Error> {
        nodes
            .iter()
            .map(|node| self.number("SELECT count(*) FROM record WHERE parent = $1", params![node.id]))
            .collect()
    }

    /// Whether nodes are held here that hang below a record which is not held itself.
    ///
    /// # Errors
    /// What the database says.
    pub fn holds_below(&self, uri: &str) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM record p JOIN record c ON c.root = p.id OR c.parent = p.id
             WHERE p.uri = $1 AND p.state <> 0 AND c.state = 0";
        Ok(self.number(sql, params![uri])? > 0)
    }

    /// Number of nodes of a whole tree, without its root.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn node_count(&self, root: &str) -> Result<u64, Error> {
        let (root, _) = self.parent_rows(root, None)?;
        self.number("SELECT count(*) FROM record WHERE root = $1", params![root])
    }

    /// From the top level down to a node, with ranks. Empty for a root.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn path(&self, uri: &str) -> Result<Vec<Step>, Error> {
        let mut row = self.head_row(uri)?.ok_or_else(|| Error::missing(uri))?;
        let mut steps = Vec::new();
        while let (Some(root), Some(parent), Some(order)) = (row.root, row.parent, row.head.order) {
            let position = self.rank(root, parent, (order, row.head.id))?;
            steps.push(Step { head: row.head, position });
            match self.head_by_id(parent)? {
                Some(up) => row = up,
                None => break,
            }
        }
        steps.reverse();
        Ok(steps)
    }

    /// The nodes of a whole tree in document order with their depth (top level 1), without the root.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn nodes_in_order(&self, root: &str) -> Result<Vec<(Head, u64)>, Error> {
        let (root, _) = self.parent_rows(root, None)?;
        let rows = self.heads("WHERE r.root = $1 ORDER BY r.parent, r.position, r.id", params![root])?;
        let mut below: HashMap<i64, Vec<HeadRow>> = HashMap::new();
        for row in rows {
            below.entry(row.parent.unwrap_or(root)).or_default().push(row);
        }
        let mut stack: Vec<(HeadRow, u64)> =
            below.remove(&root).unwrap_or_default().into_iter().rev().map(|r| (r, 1)).collect();
        let mut ordered = Vec::new();
        while let Some((row, depth)) = stack.pop() {
            stack.extend(
                below.remove(&row.head.id).unwrap_or_default().into_iter().rev().map(|r| (r, depth + 1)),
            );
            ordered.push((row.head, depth));
        }
        Ok(ordered)
    }

    /// A parent and everything above it, nearest first, the root last.
    pub(crate) fn ancestors_from(&self, parent: i64) -> Result<Vec<Head>, Error> {
        let mut ancestors = Vec::new();
        let mut up = Some(parent);
        while let Some(parent) = up {
            let Some(row) = self.head_by_id(parent)? else { break };
            up = row.parent;
            ancestors.push(row.head);
        }
        Ok(ancestors)
    }

    /// What is said in a node of what is above it, the nearest first, beginning with its parent.
    pub(crate) fn ancestors(&self, parent: i64) -> Result<Vec<Ancestor>, Error> {
        let sql = "SELECT parent, uri, level, publish, suppressed FROM record WHERE id = $1";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut ancestors = Vec::new();
        let mut up = Some(parent);
        while let Some(parent) = up {
            let found = select.query_row([parent], |row| {
                let (publish, suppressed): (bool, bool) = (row.get(3)?, row.get(4)?);
                let ancestor =
                    Ancestor { uri: row.get(1)?, level: row.get(2)?, hidden: !publish || suppressed };
                Ok((row.get(0)?, ancestor))
            });
            let Some((next, ancestor)) = found.optional()? else { break };
            up = next;
            ancestors.push(ancestor);
        }
        Ok(ancestors)
    }

    /// What hanging something below a record asks of it, without the joins of a whole head.
    pub(crate) fn node(&self, uri: &str) -> Result<Option<Node>, Error> {
        let mut select =
            self.db.conn.prepare_cached("SELECT id, kind, root, uri, repo FROM record WHERE uri = $1")?;
        let read = |row: &rusqlite::Row<'_>| {
            let kind = self.shared.kinds.name(row.get(1)?);
            Ok(Node { id: row.get(0)?, kind, root: row.get(2)?, uri: row.get(3)?, repo: row.get(4)? })
        };
        if let Some(node) = select.query_row([uri], read).optional()? {
            return Ok(Some(node));
        }
        match self.redirect(uri)? {
            Some(new) => Ok(select.query_row([new], read).optional()?),
            None => Ok(None),
        }
    }

    /// Ranks of rows of which many are siblings: the stretch of a family between the first and the last of them is
    /// read once instead of counted once a row.
    pub(crate) fn ranks(&self, rows: &[HeadRow]) -> Result<HashMap<i64, u64>, Error> {
        let mut families: HashMap<(i64, i64), (usize, i64, i64)> = HashMap::new();
        for spot in rows.iter().filter_map(Spot::of) {
            let at = spot.position;
            let (count, first, last) = families.entry((spot.root, spot.parent)).or_insert((0, at, at));
            (*count, *first, *last) = (*count + 1, at.min(*first), at.max(*last));
        }
        let mut ranks = HashMap::new();
        for ((root, parent), (_, first, last)) in
            families.into_iter().filter(|(_, (count, ..))| *count >= MANY)
        {
            ranks.extend(self.stretch(root, parent, (first, last))?);
        }
        Ok(ranks)
    }

    /// The rows between two positions of a family, both included, with their ranks.
    fn stretch(&self, root: i64, parent: i64, (first, last): (i64, i64)) -> Result<Vec<(i64, u64)>, Error> {
        let sql = "SELECT id FROM record WHERE root = $1 AND parent = $2 AND position BETWEEN $3 AND $4
             ORDER BY position, id";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let ids = select.query_map(params![root, parent, first, last], |row| row.get(0))?;
        let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
        Ok(ids.into_iter().zip(self.rank(root, parent, (first, i64::MIN))?..).collect())
    }

    pub(crate) fn number(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<u64, Error> {
        let count: i64 = self.db.conn.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Rows of a root and a parent; the parent of the top level is the root.
    pub(crate) fn parent_rows(&self, root: &str, parent: Option<&str>) -> Result<(i64, i64), Error> {
        let row = |uri: &str| Ok::<i64, Error>(self.row_of(uri)?.ok_or_else(|| Error::missing(uri))?.0);
        let root = row(root)?;
        Ok((root, parent.map_or(Ok(root), row)?))
    }
}

/// Limits and offsets as SQL takes them.
pub(crate) fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Tx<'_> {
    /// Moves nodes, in the given order, to rank `position` below `parent` (the top level when none). The rank is
    /// counted without the moved nodes; one beyond the end means the end. On a server what comes below a suppressed
    /// record is suppressed too.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] (`cycle`: into itself; `other_tree`: the nodes are of another tree); or
    /// what the database says.
    pub fn move_nodes(
        &mut self,
        root: &str,
        parent: Option<&str>,
        uris: &[String],
        position: u64,
    ) -> Result<(), Error> {
        let (root_id, parent_id) = self.parent_rows(root, parent)?;
        let mut rows = Vec::with_capacity(uris.len());
        for uri in uris {
            let row = self.head_row(uri)?.filter(|row| row.state != STUB);
            let row = row.ok_or_else(|| Error::missing(uri))?;
            if row.root != Some(root_id) {
                return Err(Error::refused("other_tree", uri));
            }
            rows.push(row);
        }
        let ids: HashSet<i64> = rows.iter().map(|row| row.head.id).collect();
        self.no_cycle(root_id, parent_id, &ids)?;
        let positions = self.room(root_id, parent_id, Some(position), rows.len(), &ids)?;
        for (row, position) in rows.iter().zip(positions) {
            let spot = Spot { root: root_id, parent: parent_id, position };
            self.revise(row.head.id, ChangeKind::Moved, None, Some(&self.head_json(row)))?;
            self.put(row.head.id, spot)?;
            if row.parent != Some(parent_id) {
                self.left(row.parent)?;
                self.regroup(row, spot)?;
                self.inherit(row, parent_id)?;
            }
            let stands = self.head_by_id(row.head.id)?.ok_or_else(|| Error::missing(&row.head.uri))?;
            self.noted(&stands.head, ChangeKind::Moved);
        }
        Ok(())
    }

    /// The parent must be of the tree and not below a moved node.
    fn no_cycle(&self, root: i64, parent: i64, moved: &HashSet<i64>) -> Result<(), Error> {
        let mut at = parent;
        while at != root {
            let row = self.head_by_id(at)?.ok_or_else(|| Error::missing(""))?;
            if moved.contains(&at) {
                return Err(Error::refused("cycle", &row.head.uri));
            }
            match row.parent {
                Some(up) if row.root == Some(root) => at = up,
                _ => return Err(Error::refused("other_tree", &row.head.uri)),
            }
        }
        Ok(())
    }

    /// Writes a node's place; on a desk it is then to be sent.
    pub(crate) fn put(&mut self, id: i64, spot: Spot) -> Result<(), Error> {
        self.moves_nodes();
        let seq = self.next_seq();
        let sql = match self.role() {
            Role::Server => {
                "UPDATE record SET root = $1, parent = $2, position = $3, seq = $4, modified = $5 WHERE id = $6"
            }
            Role::Desk => {
                "UPDATE record SET root = $1, parent = $2, position = $3, seq = $4, modified = $5, moved = 1 WHERE id = $6"
            }
        };
        self.db.conn.prepare_cached(sql)?.execute(params![
            spot.root,
            spot.parent,
            spot.position,
            seq,
            self.millis(),
            id
        ])?;
        Ok(())
    }

    /// Values that are unique among siblings are kept by parent.
    pub(crate) fn regroup(&mut self, row: &HeadRow, spot: Spot) -> Result<(), Error> {
        if row.head.kind != "classification_term" {
            return Ok(());
        }
        let doc = self.doc(row.head.id)?.unwrap_or_default();
        let record = record::Record::new(row.head.kind, doc);
        let mut problems = Vec::new();
        let identities = crate::rules::identities(&record, row.repo, Some(spot));
        crate::rules::unique(self, &identities, row.head.id, &mut problems)?;
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        crate::rules::write_identities(self, &identities, row.head.id)
    }

    /// The place of a new node of a repository, from what its document says.
    pub(crate) fn new_spot(
        &mut self,
        kind: &str,
        repo: Option<i64>,
        wish: &Wish,
    ) -> Result<Option<Spot>, Error> {
        let Some(root) = &wish.root else { return Ok(None) };
        let problem = |pointer: &str, uri: &str| {
            Error::Invalid(vec![record::Problem::error(pointer, "no_such_record").with("uri", uri)])
        };
        let Some((property, root_kind)) = kinds::root_property(kind) else { return Ok(None) };
        let root_node = self.node(root)?.filter(|node| node.kind == root_kind);
        let root_node = root_node.ok_or_else(|| problem(&format!("/{property}"), root))?;
        let root_id = root_node.id;
        // Of a root that is elsewhere the repository may not be known yet.
        if root_node.repo != repo && root_node.repo.is_some() {
            let place = format!("/{property}");
            let elsewhere = record::Problem::error(place, "other_repository").with("uri", root.as_str());
            return Err(Error::Invalid(vec![elsewhere]));
        }
        let parent_id = match &wish.parent {
            None => root_id,
            Some(parent) => {
                let node = self.node(parent)?.filter(|node| node.root == Some(root_id));
                node.ok_or_else(|| problem("/parent", parent))?.id
            }
        };
        let none = HashSet::new();
        let position = self.room(root_id, parent_id, wish.position, 1, &none)?;
        Ok(position.first().map(|position| Spot { root: root_id, parent: parent_id, position: *position }))
    }

    /// Where an updated node stands: as before, but for another root or, on a server, another position.
    pub(crate) fn spot_for_update(&mut self, row: &HeadRow, wish: &Wish) -> Result<Option<Spot>, Error> {
        let Some(now) = Spot::of(row) else { return self.new_spot(row.head.kind, row.repo, wish) };
        if let Some(root) = &wish.root
            && self.row_of(root)?.is_some_and(|(root, _)| root != now.root)
        {
            return self.new_spot(row.head.kind, row.repo, wish);
        }
        let Some(position) = wish.position.filter(|_| self.role() == Role::Server) else {
            return Ok(Some(now));
        };
        if self.rank(now.root, now.parent, (now.position, row.head.id))? == position {
            return Ok(Some(now));
        }
        let own = HashSet::from([row.head.id]);
        let room = self.room(now.root, now.parent, Some(position), 1, &own)?;
        Ok(room.first().map(|position| Spot { position: *position, ..now }))
    }

    /// Sparse positions for `count` nodes at a rank (the end when none), the moved ones not counted.
    pub(crate) fn room(
        &mut self,
        root: i64,
        parent: i64,
        rank: Option<u64>,
        count: usize,
        moved: &HashSet<i64>,
    ) -> Result<Vec<i64>, Error> {
        let family = Family { root, parent };
        let (before, after) = self.neighbours(family, rank, moved)?;
        let number = |place: Option<Place>| place.map(|place| place.position);
        match between(number(before), number(after), count) {
            Some(room) => Ok(room),
            None => self.make_room(family, before, after, count),
        }
    }

    /// The siblings on both sides of a rank.
    fn neighbours(
        &self,
        family: Family,
        rank: Option<u64>,
        moved: &HashSet<i64>,
    ) -> Result<(Option<Place>, Option<Place>), Error> {
        let last = |count: usize| self.places(family, "ORDER BY position DESC, id DESC", count, 0);
        let Some(rank) = rank else { return Ok((last(1)?.pop(), None)) };
        let ranks = self.ranks_of(family, moved)?;
        // Where the rank is when the moved ones among them are counted too.
        let at = ranks.iter().fold(rank, |at, there| if *there <= at { at.saturating_add(1) } else { at });
        let around = ranks.len() + 1;
        let first = at.saturating_sub(around as u64);
        let before = usize::try_from(at - first).unwrap_or(around);
        let found = self.places(family, "ORDER BY position, id", before + around, first)?;
        let stays = |place: &&Place| !moved.contains(&place.id);
        let left = found.iter().take(before).rev().find(stays).copied();
        let right = found.iter().skip(before).find(stays).copied();
        if left.is_none() && right.is_none() {
            return Ok((last(around)?.iter().find(stays).copied(), None));
        }
        Ok((left, right))
    }

    /// Ranks of those of some rows that are of a family, the lowest first.
    fn ranks_of(&self, family: Family, rows: &HashSet<i64>) -> Result<Vec<u64>, Error> {
        let sql = "SELECT position FROM record WHERE id = $1 AND root = $2 AND parent = $3";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let Family { root, parent } = family;
        let mut places = Vec::new();
        for id in rows {
            let position: Option<i64> =
                select.query_row(params![id, root, parent], |row| row.get(0)).optional()?;
            places.extend(position.map(|position| (position, *id)));
        }
        places.sort_unstable();
        match places.as_slice() {
            [(first, _), .., (last, _)] if places.len() >= MANY => {
                let stretch = self.stretch(root, parent, (*first, *last))?;
                Ok(stretch.into_iter().filter(|(id, _)| rows.contains(id)).map(|(_, rank)| rank).collect())
            }
            places => places.iter().map(|place| self.rank(root, parent, *place)).collect(),
        }
    }

    fn places(&self, family: Family, order: &str, count: usize, skipped: u64) -> Result<Vec<Place>, Error> {
        let sql = format!(
            "SELECT position, id FROM record WHERE root = $1 AND parent = $2 {order} LIMIT $3 OFFSET $4"
        );
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let rows = select.query_map(
            params![family.root, family.parent, clamp(count as u64), clamp(skipped)],
            Place::read,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Siblings from a place on, that one first.
    fn side(
        &self,
        family: Family,
        from: Option<Place>,
        side: Side,
        count: usize,
    ) -> Result<Vec<Place>, Error> {
        let Some(from) = from else { return Ok(Vec::new()) };
        let rest = match side {
            Side::Before => "(position, id) <= ($3, $4) ORDER BY position DESC, id DESC",
            Side::After => "(position, id) >= ($3, $4) ORDER BY position, id",
        };
        let sql =
            format!("SELECT position, id FROM record WHERE root = $1 AND parent = $2 AND {rest} LIMIT $5");
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let values = params![family.root, family.parent, from.position, from.id, clamp(count as u64)];
        let rows = select.query_map(values, Place::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Moves the nearest siblings on both sides of a gap apart, no more of them than it takes: the others keep their
    /// rows. Their order is part of what others mirror, so each that is moved gets a new seq.
    fn make_room(
        &mut self,
        family: Family,
        before: Option<Place>,
        after: Option<Place>,
        count: usize,
    ) -> Result<Vec<i64>, Error> {
        let mut reach = NEAR;
        loop {
            let left = self.side(family, before, Side::Before, reach + 1)?;
            let right = self.side(family, after, Side::After, reach + 1)?;
            // Whoever stands beyond those that move sets the bounds.
            let bound = |side: &[Place]| side.get(reach).map(|place| place.position);
            let moving: Vec<Place> =
                left.iter().take(reach).rev().chain(right.iter().take(reach)).copied().collect();
            let new = spread(bound(&left), bound(&right), moving.len() + count);
            let Some(mut new) = new else {
                reach *= 2;
                continue;
            };
            let own: Vec<i64> = new.drain(left.len().min(reach)..).collect();
            let (own, rest) = own.split_at(count.min(own.len()));
            for (place, position) in moving.iter().zip(new.iter().chain(rest)) {
                self.moves_nodes();
                let seq = self.next_seq();
                self.db
                    .conn
                    .prepare_cached("UPDATE record SET position = $1, seq = $2 WHERE id = $3")?
                    .execute(params![position, seq, place.id])?;
            }
            return Ok(own.to_vec());
        }
    }
}

/// Siblings: what hangs below one record.
#[derive(Debug, Clone, Copy)]
struct Family {
    root: i64,
    parent: i64,
}

/// A sibling's position and row: their order.
#[derive(Debug, Clone, Copy)]
struct Place {
    position: i64,
    id: i64,
}

impl Place {
    fn read(row: &rusqlite::Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self { position: row.get(0)?, id: row.get(1)? })
    }
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Before,
    After,
}

/// `count` numbers between two bounds, an open end being as far away as it takes; `None` when they would stand so
/// close that the next one between them would soon have no room again.
fn spread(low: Option<i64>, high: Option<i64>, count: usize) -> Option<Vec<i64>> {
    let parts = i64::try_from(count).ok()?.checked_add(1)?;
    let whole = GAP.checked_mul(parts)?;
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low.checked_add(whole)?),
        (None, Some(high)) => (high.checked_sub(whole)?, high),
        (None, None) => (0, whole),
    };
    let step = high.checked_sub(low)? / parts;
    (step >= CLOSE).then(|| (1..parts).map(|at| low + at * step).collect())
}

/// `count` numbers between two neighbours; `None` when there is no room.
fn between(before: Option<i64>, after: Option<i64>, count: usize) -> Option<Vec<i64>> {
    let n = i64::try_from(count).ok()?;
    let (first, step) = match (before, after) {
        (None, None) => (GAP, GAP),
        (Some(before), None) => (before.checked_add(GAP)?, GAP),
        (None, Some(after)) => (after.checked_sub(GAP.checked_mul(n)?)?, GAP),
        (Some(before), Some(after)) => {
            let step = (after - before) / (n + 1);
            if step < 1 {
                return None;
            }
            (before + step, step)
        }
    };
    Some((0..n).map(|at| first + at * step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_between_neighbours() {
        assert_eq!(between(None, None, 2), Some(vec![GAP, 2 * GAP]));
        assert_eq!(between(Some(0), Some(4), 3), Some(vec![1, 2, 3]));
        assert_eq!(between(Some(0), Some(4), 4), None);
        assert_eq!(between(None, Some(GAP), 2), Some(vec![-GAP, 0]));
    }

    #[test]
    fn siblings_are_moved_apart_between_their_bounds() {
        assert_eq!(spread(Some(0), Some(4 * CLOSE), 3), Some(vec![CLOSE, 2 * CLOSE, 3 * CLOSE]));
        assert_eq!(spread(Some(0), Some(3 * CLOSE), 3), None);
        assert_eq!(spread(None, Some(0), 1), Some(vec![-GAP]));
        assert_eq!(spread(Some(5), None, 1), Some(vec![5 + GAP]));
    }
}
