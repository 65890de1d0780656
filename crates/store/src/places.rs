//! Places of nodes between a server and a desk: what the server tells of them, and what it has to be told.

use record::api::wire::Place;
use rusqlite::params;

use crate::reader::{HELD, HeadRow, STUB};
use crate::stored::ChangeKind;
use crate::sync::Above;
use crate::tree::{Spot, Wish};
use crate::{Error, Head, Tx, kinds};

impl Tx<'_> {
    /// Where an incoming node stands. The root and parents that are not here become stubs.
    pub(crate) fn incoming_spot(
        &mut self,
        kind: &str,
        row: Option<&HeadRow>,
        wish: &Wish,
        order: Option<i64>,
    ) -> Result<Option<Spot>, Error> {
        let (Some(root), Some(_)) = (&wish.root, kinds::root_property(kind)) else { return Ok(None) };
        let Some(root) = self.stub(root)? else { return Ok(None) };
        let parent = match &wish.parent {
            Some(parent) => self.stub(parent)?.unwrap_or(root),
            None => root,
        };
        let root = self.stand_in(root, parent)?;
        if let Some(now) = row.and_then(Spot::of) {
            let id = row.map_or(0, |row| row.head.id);
            if row.is_some_and(|row| row.head.moved) {
                // Others moved what was just made before its rank was told: they meant it, nobody here did.
                let elsewhere = (now.root, now.parent) != (root, parent);
                let sql = "UPDATE record SET moved = 0 WHERE id = $1 AND moved = 2";
                if !elsewhere || self.db.conn.prepare_cached(sql)?.execute([id])? == 0 {
                    return Ok(Some(now));
                }
            }
            self.untangle(id, root, parent)?;
            if let Some(position) = order {
                return Ok(Some(Spot { root, parent, position }));
            }
            let same_place = now.root == root && now.parent == parent;
            if same_place
                && (wish.position.is_none()
                    || wish.position == Some(self.rank(root, parent, (now.position, id))?))
            {
                return Ok(Some(now));
            }
        }
        if let Some(position) = order {
            return Ok(Some(Spot { root, parent, position }));
        }
        let own = row.map(|row| row.head.id).into_iter().collect();
        let room = self.room(root, parent, wish.position, 1, &own)?;
        Ok(room.first().map(|position| Spot { root, parent, position: *position }))
    }

    /// The same where nothing was ever here, and the order is told.
    pub(crate) fn first_spot(
        &mut self,
        kind: &str,
        wish: &Wish,
        position: i64,
        above: &mut Above,
    ) -> Result<Option<Spot>, Error> {
        let (Some(at), Some(_)) = (&wish.root, kinds::root_property(kind)) else { return Ok(None) };
        let Some(root) = self.stub_above(at, Some(&mut *above))? else { return Ok(None) };
        let Some(at) = &wish.parent else { return Ok(Some(Spot { root, parent: root, position })) };
        if let Some(parent) = above.rows.get(at) {
            return Ok(Some(Spot { root, parent: *parent, position }));
        }
        let parent = self.stub(at)?.unwrap_or(root);
        let tree = self.stand_in(root, parent)?;
        // One that stands in another tree than was told is looked up every time.
        if tree == root {
            above.rows.insert(at.clone(), parent);
        }
        Ok(Some(Spot { root: tree, parent, position }))
    }

    /// The row of an address, a new stub if there is none.
    pub(crate) fn stub_above(&mut self, uri: &str, above: Option<&mut Above>) -> Result<Option<i64>, Error> {
        let Some(above) = above else { return self.stub(uri) };
        if let Some(id) = above.rows.get(uri) {
            return Ok(Some(*id));
        }
        let id = self.stub(uri)?;
        above.rows.extend(id.map(|id| (uri.to_owned(), id)));
        Ok(id)
    }

    /// The tree in which a node hangs that is told to stand below `parent`, in the tree of `root`: a parent that was moved
    /// here keeps it with itself, and both go together. One that is not held (it is not shown to this user, or comes
    /// later) stands at the end of the top level till it comes: what is below it hangs in its tree.
    fn stand_in(&mut self, root: i64, parent: i64) -> Result<i64, Error> {
        if parent == root {
            return Ok(root);
        }
        let Some(row) = self.head_by_id(parent)? else { return Ok(root) };
        if row.state != STUB {
            return Ok(row.root.unwrap_or(root));
        }
        if row.root != Some(root) {
            let room = self.room(root, root, None, 1, &std::collections::HashSet::new())?;
            if let Some(position) = room.first().copied() {
                self.place_as_sent(parent, Spot { root, parent: root, position })?;
            }
        }
        Ok(root)
    }

    /// A child left its parent: one that is not held and has no other stands nowhere any more.
    pub(crate) fn left(&self, parent: Option<i64>) -> Result<(), Error> {
        let sql = "UPDATE record SET root = NULL, parent = NULL, position = NULL WHERE id = $1 AND state = $2
             AND parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM record c WHERE c.parent = $1)";
        if let Some(parent) = parent {
            self.moves_nodes();
            self.db.conn.prepare_cached(sql)?.execute([parent, STUB])?;
        }
        Ok(())
    }

    /// A node comes below `parent`. Where that hangs below the node itself, because it was moved here, what was
    /// moved goes to the top level, where the server is told to put it too: two people made a circle.
    fn untangle(&mut self, id: i64, root: i64, parent: i64) -> Result<(), Error> {
        let (mut at, mut moved) = (parent, None);
        while at != root {
            if at == id {
                let Some(park) = moved else { return Ok(()) };
                let room = self.room(root, root, None, 1, &std::collections::HashSet::from([park]))?;
                let Some(position) = room.first().copied() else { return Ok(()) };
                self.parked.extend(self.head_by_id(park)?.map(|row| row.head.uri));
                return self.put(park, Spot { root, parent: root, position });
            }
            let Some(row) = self.head_by_id(at)? else { return Ok(()) };
            if moved.is_none() || row.head.moved {
                moved = Some(at);
            }
            match row.parent {
                Some(up) => at = up,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    pub(crate) fn place_as_sent(&mut self, id: i64, spot: Spot) -> Result<(), Error> {
        self.moves_nodes();
        let conn = &self.db.conn;
        let before: Option<i64> = conn
            .prepare_cached("SELECT root FROM record WHERE id = $1")?
            .query_row([id], |row| row.get(0))?;
        conn.prepare_cached("UPDATE record SET root = $1, parent = $2, position = $3 WHERE id = $4")?
            .execute(params![spot.root, spot.parent, spot.position, id])?;
        if before == Some(spot.root) {
            return Ok(());
        }
        // What was put below it here, and not sent, goes along into another tree.
        let stays = self.number(
            "SELECT EXISTS (SELECT 1 FROM record WHERE parent = $1 AND root <> $2)",
            params![id, spot.root],
        )?;
        if stays > 0 {
            self.db.conn.prepare_cached(include_str!("../sql/follow_root.sql"))?.execute([id, spot.root])?;
        }
        Ok(())
    }

    /// Puts the children of a node into the server's order; those that the list does not name follow.
    ///
    /// # Errors
    /// What the database says.
    pub fn order_children(&mut self, root: &str, parent: Option<&str>, uris: &[String]) -> Result<(), Error> {
        let there = self.children(root, parent, 0, u64::MAX)?;
        let ranks: std::collections::HashMap<&str, usize> =
            uris.iter().enumerate().map(|(at, uri)| (uri.as_str(), at)).collect();
        let mut wanted: Vec<&Head> = there.iter().collect();
        wanted.sort_by_key(|head| ranks.get(head.uri.as_str()).copied().unwrap_or(usize::MAX));
        if wanted.iter().map(|head| head.id).eq(there.iter().map(|head| head.id)) {
            return Ok(());
        }
        let mut positions: Vec<i64> = there.iter().filter_map(|head| head.order).collect();
        positions.sort_unstable();
        if positions.windows(2).any(|pair| pair[0] == pair[1]) {
            // Two that stand at one place have no order: one came with its rank beside others that had moved.
            positions = (1..).map(|rank| rank * crate::SPACING).take(positions.len()).collect();
        }
        self.moves_nodes();
        for (head, position) in wanted.iter().zip(positions) {
            if head.order != Some(position) {
                let seq = self.next_seq();
                self.db
                    .conn
                    .prepare_cached("UPDATE record SET position = $1, seq = $2 WHERE id = $3")?
                    .execute(params![position, seq, head.id])?;
            }
        }
        Ok(())
    }

    /// What was moved below a node here stands elsewhere on the server and does not go with the node: it comes to the
    /// top of the tree, with what is below it.
    pub(crate) fn take_out_moved(&mut self, node: HeadRow, root: i64) -> Result<(), Error> {
        let id = node.head.id;
        let below = self.with_descendants(node)?;
        let mut stays = std::collections::HashSet::new();
        for row in below.iter().rev().filter(|row| row.head.id != id) {
            if row.parent.is_some_and(|parent| stays.contains(&parent)) {
                stays.insert(row.head.id);
            } else if row.head.moved && !row.head.is_local() {
                let own = std::collections::HashSet::from([row.head.id]);
                let room = self.room(root, root, None, 1, &own)?;
                let Some(position) = room.first().copied() else { continue };
                self.put(row.head.id, Spot { root, parent: root, position })?;
                self.parked.push(row.head.uri.clone());
                stays.insert(row.head.id);
            }
        }
        Ok(())
    }

    /// Puts a node where the server has it, and tells whether it stood elsewhere. One that was moved here and not
    /// sent stays.
    ///
    /// # Errors
    /// What the database says.
    pub fn apply_place(&mut self, uri: &str, place: &Place, order: Option<i64>) -> Result<bool, Error> {
        let Some(row) = self.head_row(uri)?.filter(|row| row.state == HELD) else { return Ok(false) };
        let wish = Wish {
            root: Some(place.root.clone()),
            parent: place.parent.clone(),
            position: Some(place.position),
        };
        let Some(spot) = self.incoming_spot(row.head.kind, Some(&row), &wish, order)? else {
            return Ok(false);
        };
        let now = Spot::of(&row);
        if now == Some(spot) {
            return Ok(false);
        }
        if now.is_none_or(|now| (now.root, now.parent) != (spot.root, spot.parent)) {
            let before = self.head_json(&row);
            self.revise(row.head.id, ChangeKind::Moved, None, Some(&before))?;
        }
        self.place_as_sent(row.head.id, spot)?;
        self.left(row.parent)?;
        let seq = self.next_seq();
        self.db
            .conn
            .prepare_cached("UPDATE record SET seq = $1 WHERE id = $2")?
            .execute([seq, row.head.id])?;
        self.noted(&row.head, ChangeKind::Moved);
        Ok(true)
    }

    /// Nodes that this operation put at the top of their tree, because what the server says left them no place where
    /// somebody here had put them; each is told once.
    pub fn take_parked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.parked)
    }

    /// Notes that the server has to be told a node's place.
    ///
    /// # Errors
    /// What the database says.
    pub fn mark_moved(&mut self, uri: &str) -> Result<(), Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(()) };
        self.db
            .conn
            .prepare_cached("UPDATE record SET moved = 1 WHERE id = $1 AND root IS NOT NULL")?
            .execute([id])?;
        Ok(())
    }

    /// Notes that the server, which has just made a node where it was asked to, has to be told its rank there.
    ///
    /// # Errors
    /// What the database says.
    pub fn mark_made(&mut self, uri: &str) -> Result<(), Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(()) };
        let sql = "UPDATE record SET moved = 2 WHERE id = $1 AND root IS NOT NULL";
        self.db.conn.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// The server took the place that a record had in its tree as `sent`. One that was moved again since still waits.
    ///
    /// # Errors
    /// What the database says.
    pub fn confirm_move(&mut self, sent: &Head) -> Result<(), Error> {
        let Some(row) = self.head_by_id(sent.id)? else { return Ok(()) };
        let place = |head: &Head| (head.root.clone(), head.parent.clone(), head.order);
        if place(&row.head) == place(sent) {
            self.db.conn.prepare_cached("UPDATE record SET moved = 0 WHERE id = $1")?.execute([sent.id])?;
        }
        Ok(())
    }
}
