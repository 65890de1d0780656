//! Reading: everything that one `store.read` sees is of one moment.

use std::cell::Cell;
use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use jiff::Timestamp;
use record::api::wire::Place;
use record::{Record, Registry, Uri};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value, json};

use crate::kinds;
use crate::open::{Db, Shared};
use crate::tree::{Ancestor, Spot};
use crate::{Error, Head, Role, Stored};

pub(crate) const HEAD: &str = include_str!("../sql/head.sql");
/// The same with the addresses of repository, root and parent: for one row, where many would name the same over and over.
const BY_URI: &str = concat!(include_str!("../sql/head_alone.sql"), "WHERE r.uri = $1");
const BY_ID: &str = concat!(include_str!("../sql/head_alone.sql"), "WHERE r.id = $1");

/// A view of the store at one moment.
pub struct Reader<'a> {
    pub(crate) db: &'a Db,
    pub(crate) shared: &'a Shared,
    /// Whether nodes were moved in it that are not committed; only the view of an operation ever has such.
    pub(crate) moved: Cell<bool>,
}

/// A head with the rows that it points at.
#[derive(Debug, Clone)]
pub(crate) struct HeadRow {
    pub(crate) head: Head,
    pub(crate) root: Option<i64>,
    pub(crate) parent: Option<i64>,
    pub(crate) repo: Option<i64>,
    pub(crate) state: i64,
    /// How much of the version came from saves of records that link here, since its own last save.
    pub(crate) raised: i64,
}

/// Addresses of the rows that a head points at.
struct Addresses {
    repo: Option<String>,
    root: Option<String>,
    parent: Option<String>,
}

pub(crate) const HELD: i64 = 0;
pub(crate) const STUB: i64 = 1;
pub(crate) const HIDDEN: i64 = 2;

impl<'a> Reader<'a> {
    pub(crate) fn new(db: &'a Db, shared: &'a Shared) -> Self {
        Self { db, shared, moved: Cell::new(false) }
    }

    /// Whose data it is.
    #[must_use]
    pub fn role(&self) -> Role {
        self.shared.options.role
    }

    /// What the store's clock says.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.shared.options.now)()
    }

    /// The record at an address, following addresses that became others.
    ///
    /// # Errors
    /// What the database says.
    pub fn get(&self, uri: &str) -> Result<Option<Stored>, Error> {
        let Some(row) = self.head_row(uri)? else { return Ok(None) };
        self.stored(row)
    }

    /// The record at an address, or [`Error::NotFound`].
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn expect(&self, uri: &str) -> Result<Stored, Error> {
        self.get(uri)?.ok_or_else(|| Error::missing(uri))
    }

    /// What lists know of the record at an address (also of a link target that is not held).
    ///
    /// # Errors
    /// What the database says.
    pub fn head(&self, uri: &str) -> Result<Option<Head>, Error> {
        Ok(self.head_row(uri)?.map(|row| row.head))
    }

    /// The version that the server has of a record edited here; `None` when there are no edits.
    ///
    /// # Errors
    /// What the database says.
    pub fn base(&self, uri: &str) -> Result<Option<Record>, Error> {
        let Some(row) = self.head_row(uri)? else { return Ok(None) };
        let base: Option<Vec<u8>> = self
            .db
            .bodies()?
            .prepare_cached("SELECT base FROM body WHERE id = $1")?
            .query_row([row.head.id], |r| r.get(0))
            .optional()?
            .flatten();
        let Some(base) = base else { return Ok(None) };
        let mut doc = self.db.codec.unpack(&base)?;
        place_into(&row.head, &mut doc);
        Ok(Some(Record::new(row.head.kind, doc)))
    }

    /// The document as the API serves it, with what needs other records: ancestors of nodes.
    ///
    /// # Errors
    /// What the database says.
    pub fn to_api(&self, stored: &Stored) -> Result<Map<String, Value>, Error> {
        let ancestors = match stored.spot {
            Some(spot) => self.ancestors(spot.parent)?,
            None => Vec::new(),
        };
        Ok(self.served(stored, self.place_of(stored)?.map(|place| place.position), &ancestors))
    }

    /// The document as the API serves it, when rank and ancestors are known.
    pub(crate) fn served(
        &self,
        stored: &Stored,
        rank: Option<u64>,
        ancestors: &[Ancestor],
    ) -> Map<String, Value> {
        let mut doc = stored.to_api();
        if let Some(rank) = rank {
            doc.insert("position".to_owned(), json!(rank));
        }
        if stored.root.is_some() {
            if kinds::has(stored.kind, "ancestors") {
                let list: Vec<Value> = ancestors
                    .iter()
                    .map(|above| match (&above.level, stored.kind) {
                        (Some(level), "archival_object") => json!({"ref": above.uri, "level": level}),
                        _ => json!({"ref": above.uri}),
                    })
                    .collect();
                doc.insert("ancestors".to_owned(), Value::Array(list));
            }
            if kinds::has(stored.kind, "has_unpublished_ancestor") {
                let hidden = ancestors.iter().any(|above| above.hidden);
                doc.insert("has_unpublished_ancestor".to_owned(), Value::Bool(hidden));
            }
        }
        doc
    }

    /// Root, parent and rank of a node. The rank is counted, so it is asked for only where it is shown.
    ///
    /// # Errors
    /// What the database says.
    pub fn place_of(&self, stored: &Stored) -> Result<Option<Place>, Error> {
        let Some(spot) = stored.spot else { return Ok(None) };
        Ok(Some(Place {
            root: stored.head.root.clone().unwrap_or_default(),
            parent: stored.head.parent.clone(),
            position: self.rank(spot.root, spot.parent, (spot.position, stored.head.id))?,
        }))
    }

    pub(crate) fn stored(&self, row: HeadRow) -> Result<Option<Stored>, Error> {
        let Some(doc) = self.doc(row.head.id)? else { return Ok(None) };
        Ok(Some(Self::with_doc(row, doc)))
    }

    /// A record whose document is at hand.
    pub(crate) fn with_doc(row: HeadRow, mut doc: Map<String, Value>) -> Stored {
        place_into(&row.head, &mut doc);
        Stored { spot: Spot::of(&row), repo_row: row.repo, raised: row.raised, head: row.head, doc }
    }

    pub(crate) fn place(&self, row: &HeadRow) -> Result<Option<Place>, Error> {
        let (Some(root), Some(parent), Some(order)) = (row.root, row.parent, row.head.order) else {
            return Ok(None);
        };
        Ok(Some(Place {
            root: row.head.root.clone().unwrap_or_default(),
            parent: row.head.parent.clone(),
            position: self.rank(root, parent, (order, row.head.id))?,
        }))
    }

    /// The stored document, as it is on disk.
    pub(crate) fn doc(&self, id: i64) -> Result<Option<Map<String, Value>>, Error> {
        let mut select = self.db.bodies()?.prepare_cached("SELECT doc FROM body WHERE id = $1")?;
        let mut rows = select.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(self.db.codec.unpack(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?))
    }

    /// The text of the stored document.
    pub(crate) fn doc_text(&self, id: i64) -> Result<Option<String>, Error> {
        let mut select = self.db.bodies()?.prepare_cached("SELECT doc FROM body WHERE id = $1")?;
        let mut rows = select.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(self.db.codec.text(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?))
    }

    pub(crate) fn head_row(&self, uri: &str) -> Result<Option<HeadRow>, Error> {
        if let Some(row) = self.head_alone(BY_URI, params![uri])? {
            return Ok(Some(row));
        }
        match self.redirect(uri)? {
            Some(new) => self.head_alone(BY_URI, params![new]),
            None => Ok(None),
        }
    }

    pub(crate) fn head_by_id(&self, id: i64) -> Result<Option<HeadRow>, Error> {
        self.head_alone(BY_ID, params![id])
    }

    fn head_alone(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Option<HeadRow>, Error> {
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query(values)?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let addresses = Addresses { repo: row.get(26)?, root: row.get(27)?, parent: row.get(28)? };
        self.read_head(row, addresses).map(Some)
    }

    /// The heads of rows, in their order; those that are not there are left out.
    pub(crate) fn heads_of(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<HeadRow>, Error> {
        let mut select = self.db.conn.prepare_cached(&format!("{HEAD} WHERE r.id = $1"))?;
        let mut addresses = HashMap::new();
        let mut heads = Vec::new();
        for id in ids {
            let mut rows = select.query([id])?;
            if let Some(row) = rows.next()? {
                heads.push(self.read_head(row, self.addresses(row, &mut addresses)?)?);
            }
        }
        Ok(heads)
    }

    /// Every head that a query on top of `head.sql` yields.
    pub(crate) fn heads(&self, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<HeadRow>, Error> {
        let mut select = self.db.conn.prepare_cached(&format!("{HEAD} {rest}"))?;
        let mut rows = select.query(values)?;
        let mut heads = Vec::new();
        // A page of siblings names the same three records over and over.
        let mut addresses = HashMap::new();
        while let Some(row) = rows.next()? {
            heads.push(self.read_head(row, self.addresses(row, &mut addresses)?)?);
        }
        Ok(heads)
    }

    /// The addresses of the rows that a head points at, of which some are known.
    fn addresses(&self, row: &Row<'_>, known: &mut HashMap<i64, Option<String>>) -> Result<Addresses, Error> {
        let mut address = |of: Option<i64>| match of {
            None => Ok(None),
            Some(id) => match known.entry(id) {
                Occupied(known) => Ok::<_, Error>(known.get().clone()),
                Vacant(unknown) => Ok(unknown.insert(self.uri_of(id)?).clone()),
            },
        };
        let (repo, root, parent): (Option<i64>, Option<i64>, Option<i64>) =
            (row.get(3)?, row.get(20)?, row.get(21)?);
        let (repo, up) = (address(repo)?, if parent == root { None } else { address(parent)? });
        Ok(Addresses { repo, root: address(root)?, parent: up })
    }

    fn read_head(&self, row: &Row<'_>, addresses: Addresses) -> Result<HeadRow, Error> {
        let title: String = row.get(11)?;
        let label: Option<String> = row.get(12)?;
        let (repo, root, parent): (Option<i64>, Option<i64>, Option<i64>) =
            (row.get(3)?, row.get(20)?, row.get(21)?);
        let head = Head {
            id: row.get(0)?,
            uri: row.get(1)?,
            kind: self.shared.kinds.name(row.get(2)?),
            repo: addresses.repo,
            held: row.get::<_, i64>(4)? != STUB,
            lock_version: row.get(5)?,
            seq: row.get(6)?,
            created: time(row.get(7)?),
            created_by: row.get(8)?,
            modified: time(row.get(9)?),
            modified_by: row.get(10)?,
            label: label.unwrap_or_else(|| title.clone()),
            title,
            identifier: row.get(13)?,
            level: row.get(14)?,
            dates: row.get(15)?,
            container: row.get(16)?,
            publish: row.get(17)?,
            suppressed: row.get(18)?,
            restricted: row.get(19)?,
            root: addresses.root,
            parent: addresses.parent.filter(|_| parent != root),
            order: row.get(22)?,
            edits: row.get(23)?,
            moved: row.get(24)?,
        };
        Ok(HeadRow { head, root, parent, repo, state: row.get(4)?, raised: row.get(25)? })
    }

    /// Row and repository (if the kind lives in one) of an address.
    pub(crate) fn row_of(&self, uri: &str) -> Result<Option<(i64, Option<i64>)>, Error> {
        match self.row_at(uri)? {
            Some(found) => Ok(Some(found)),
            None => self.redirect(uri)?.map_or(Ok(None), |new| self.row_at(&new)),
        }
    }

    /// The same for exactly this address, whatever it became.
    pub(crate) fn row_at(&self, uri: &str) -> Result<Option<(i64, Option<i64>)>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT id, repo FROM record WHERE uri = $1")?;
        Ok(select.query_row([uri], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Address of a row.
    pub(crate) fn uri_of(&self, id: i64) -> Result<Option<String>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT uri FROM record WHERE id = $1")?;
        Ok(select.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Row of the hidden repository, which only a server has: what is in it concerns the server only.
    pub(crate) fn hidden_repository(&self) -> Result<Option<i64>, Error> {
        let row = self.head_row(crate::seed::GLOBAL)?.filter(|row| row.state == HIDDEN);
        Ok(row.map(|row| row.head.id))
    }

    /// Where a record is held under its number, but in another repository: a server numbers the records of a kind
    /// through all its repositories, so that is the record before its transfer.
    ///
    /// # Errors
    /// What the database says.
    pub fn held_elsewhere(&self, uri: &Uri) -> Result<Option<String>, Error> {
        let address = uri.to_string();
        let own = uri.repository().filter(|own| *own != address);
        let Some(rest) = own.as_ref().and_then(|own| address.strip_prefix(own.as_str())) else {
            return Ok(None);
        };
        let sql = "SELECT r.uri FROM record p CROSS JOIN record r ON r.uri = p.uri || $1 \
                   WHERE p.kind = $2 AND r.uri <> $3 AND r.state = $4";
        let repository = self.shared.kinds.number("repository");
        let mut select = self.db.conn.prepare_cached(sql)?;
        Ok(select.query_row(params![rest, repository, address, HELD], |row| row.get(0)).optional()?)
    }

    /// What an address became.
    ///
    /// # Errors
    /// What the database says.
    pub fn redirect(&self, old: &str) -> Result<Option<String>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT new FROM redirect WHERE old = $1")?;
        let mut found: Option<String> = None;
        // An address may change again: first with its repository, then by its own number.
        for _ in 0..8 {
            let next = select.query_row([found.as_deref().unwrap_or(old)], |row| row.get(0)).optional()?;
            match next {
                Some(next) => found = Some(next),
                None => break,
            }
        }
        Ok(found)
    }

    /// The sequence number of the newest change.
    ///
    /// # Errors
    /// What the database says.
    pub fn seq(&self) -> Result<i64, Error> {
        self.counter("seq")
    }

    pub(crate) fn counter(&self, name: &str) -> Result<i64, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT value FROM counter WHERE name = $1")?;
        Ok(select.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    pub(crate) fn registry(&self) -> &'static Registry {
        Registry::shipped()
    }
}

/// A node's document says where it hangs, as the API has it.
pub(crate) fn place_into(head: &Head, doc: &mut Map<String, Value>) {
    let (Some(root), Some((property, _))) = (&head.root, kinds::root_property(head.kind)) else { return };
    doc.insert(property.to_owned(), json!({ "ref": root }));
    if let Some(parent) = &head.parent {
        doc.insert("parent".to_owned(), json!({ "ref": parent }));
    }
}

/// The same document without it.
pub(crate) fn place_out_of(kind: &str, doc: &mut Map<String, Value>) {
    let Some((property, _)) = kinds::root_property(kind) else { return };
    doc.shift_remove(property);
    doc.shift_remove("parent");
}

pub(crate) fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}
