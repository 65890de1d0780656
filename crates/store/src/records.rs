//! Making and changing records.

use std::collections::HashMap;

use record::{Problem, Record, Uri, relations};
use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use crate::content;
use crate::reader::{HELD, HeadRow, STUB, place_out_of};
use crate::rules::{Alike, Identity};
use crate::stored::{ChangeKind, Changed};
use crate::summary::{self, Summary};
use crate::sync::Authors;
use crate::tree::{Node, Spot, Wish};
use crate::tx::{first_number, number_counter};
use crate::{Error, Reader, Role, Stored, Tx, fill, kinds, rules};

/// What the caller of `update` knows of the version that it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It read this version: anything before the record's own last save, or not yet there, is [`Error::Stale`].
    Lock(i64),
    /// It changes what is there.
    Any,
}

/// What is done about a reference to a record that is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is a problem of the record.
    Problem,
    /// It becomes a stub: the record is elsewhere.
    Stub,
}

/// A reference by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefRow {
    pub(crate) prop: String,
    pub(crate) pos: i64,
    pub(crate) role: Option<String>,
    pub(crate) dst: i64,
}

/// What a document refers to.
struct Targets {
    refs: Vec<RefRow>,
    /// Rows at the other ends of relations that both ends have.
    linked: Vec<i64>,
    /// Addresses in the document that the server has numbered since, and what they became.
    numbered: HashMap<String, String>,
}

/// A document made ready: cleaned, derived, its references looked up.
pub(crate) struct Ready {
    pub(crate) record: Record,
    pub(crate) refs: Vec<RefRow>,
    /// Relations that it lists, and that only their other ends hold.
    pub(crate) listed: Record,
    /// Rows at the other end of its two-sided links, once a link.
    pub(crate) linked: Vec<i64>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) summary: Summary,
}

impl Ready {
    /// On a server, relations that a save lists for their other ends are not written here.
    fn set_aside(&mut self, role: Role) {
        if role == Role::Server {
            self.listed = relations::take_listed(&mut self.record);
            self.refs.retain(|row| !self.listed.doc.contains_key(&row.prop));
        }
    }
}

impl Tx<'_> {
    /// Makes a record: numbered on a server, with a local address on a desk (the document's own `uri` when
    /// that is a local one that is free). A node takes its place from root, `parent` and `position` of the document.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule that needs other records to see; or what the database says.
    pub fn create(
        &mut self,
        kind: &str,
        repo: Option<&str>,
        doc: Map<String, Value>,
    ) -> Result<Stored, Error> {
        let uri = self.add(kind, repo, doc)?;
        self.expect(&uri)
    }

    /// As [`Tx::create`], for many: gives the address and does not read the record back.
    ///
    /// # Errors
    /// As [`Tx::create`].
    pub fn add(&mut self, kind: &str, repo: Option<&str>, doc: Map<String, Value>) -> Result<String, Error> {
        self.add_as(Alike::Refused, kind, repo, doc)
    }

    /// As [`Tx::create`], for the agent of a user: another one may be like it, as ArchivesSpace has it.
    ///
    /// # Errors
    /// As [`Tx::create`].
    pub fn create_like(&mut self, kind: &str, doc: Map<String, Value>) -> Result<Stored, Error> {
        let uri = self.add_as(Alike::Allowed, kind, None, doc)?;
        self.expect(&uri)
    }

    fn add_as(
        &mut self,
        alike: Alike,
        kind: &str,
        repo: Option<&str>,
        doc: Map<String, Value>,
    ) -> Result<String, Error> {
        let (uri, ready) = self.put_in(alike, kind, repo, doc)?;
        self.raise(ready.linked)?;
        self.reflect(&uri, None, &ready.record)?;
        self.reflect(&uri, None, &ready.listed)?;
        Ok(uri)
    }

    /// As [`Tx::add`], for what the system itself tells of, an event: the versions of what it links to stay.
    ///
    /// # Errors
    /// As [`Tx::create`].
    pub fn tell(&mut self, kind: &str, repo: Option<&str>, doc: Map<String, Value>) -> Result<String, Error> {
        Ok(self.put_in(Alike::Refused, kind, repo, doc)?.0)
    }

    /// Address of a new record, and what was written about it.
    fn put_in(
        &mut self,
        alike: Alike,
        kind: &str,
        repo: Option<&str>,
        doc: Map<String, Value>,
    ) -> Result<(String, Ready), Error> {
        let unknown = || Error::Invalid(vec![Problem::error("", "unknown_kind").with("value", kind)]);
        let (kind, _) = self.shared.kinds.known(kind).ok_or_else(unknown)?;
        let repo = self.repository(kind, repo)?;
        let wish = Wish::of(kind, &doc);
        let asked = doc.get("uri").and_then(Value::as_str).map(str::to_owned);
        let set = fill::server_set(kind, &doc);
        let mut record = content::clean(Record::new(kind, doc));
        kinds::strip(kind, &mut record.doc);
        record.doc.extend(set);
        fill::identifiers(&mut record);
        let repo_row = repo.as_ref().map(|repo| repo.id);
        let (spot, ready) = match self.placed(alike, record, &wish, repo_row) {
            Err(Error::Invalid(problems)) => {
                self.use_up(kind, used_up(&problems))?;
                return Err(Error::Invalid(problems));
            }
            placed => placed?,
        };
        let uri = self.new_address(kind, repo.as_ref().map(|repo| repo.uri.as_str()), asked)?;
        let repo = repo_row;
        let edits = i64::from(self.role() == Role::Desk);
        let id = self.insert(&uri, &ready, &NewRow { repo, spot, edits, ..NewRow::default() })?;
        self.revise(id, ChangeKind::Created, None, None)?;
        if let Some(spot) = spot
            && self.role() == Role::Server
            && self.hides(spot.parent)?
        {
            let sql = "UPDATE record SET suppressed = 1 WHERE id = $1";
            self.db.conn.prepare_cached(sql)?.execute([id])?;
        }
        let root = spot.map(|spot| self.uri_of(spot.root)).transpose()?.flatten();
        let changed = Changed { uri: uri.clone(), kind, root, change: ChangeKind::Created };
        self.note(changed, &ready.summary.title);
        Ok((uri, ready))
    }

    /// The place of a new record in its tree, and everything that is written about it.
    fn placed(
        &mut self,
        alike: Alike,
        record: Record,
        wish: &Wish,
        repo: Option<i64>,
    ) -> Result<(Option<Spot>, Ready), Error> {
        let spot = self.new_spot(&record.kind, repo, wish)?;
        let mut ready = self.ready_as(alike, record, 0, repo, spot, Absent::Problem)?;
        ready.set_aside(self.role());
        Ok((spot, ready))
    }

    /// Raises the version that clients see of a record of which nothing changed, by as many steps.
    ///
    /// # Errors
    /// What the database says.
    pub fn raise_version(&mut self, uri: &str, steps: usize) -> Result<(), Error> {
        match self.row_of(uri)? {
            Some((id, _)) => self.raise(vec![id; steps]),
            None => Ok(()),
        }
    }

    /// Raises the versions that clients see of what a saved record links to, once a link, as ArchivesSpace does. Their
    /// content stays, so the version of their own last save is accepted as well, and nobody else is told.
    pub(crate) fn raise(&self, mut linked: Vec<i64>) -> Result<(), Error> {
        if self.role() == Role::Desk {
            return Ok(());
        }
        linked.sort_unstable();
        for same in linked.chunk_by(|one, other| one == other) {
            let links = i64::try_from(same.len()).unwrap_or(i64::MAX);
            let sql = "UPDATE record SET lock_version = lock_version + $1, raised = raised + $1 WHERE id = $2 AND state = 0";
            self.db.conn.prepare_cached(sql)?.execute(params![links, same.first()])?;
        }
        Ok(())
    }

    /// Replaces a record's document.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Stale`], [`Error::Invalid`], [`Error::Refused`] (`suppressed`), or what the
    /// database says.
    pub fn update(&mut self, uri: &str, doc: Map<String, Value>, expect: Expect) -> Result<Stored, Error> {
        let row = self.head_row(uri)?.filter(|row| row.state != STUB).ok_or_else(|| Error::missing(uri))?;
        self.replaceable(&row, expect)?;
        let packed = self.packed(row.head.id)?;
        let old =
            packed.as_deref().map(|packed| self.db.codec.unpack(packed)).transpose()?.unwrap_or_default();
        self.overwrite(row, packed.as_deref(), &old, doc)
    }

    /// The same for a record that was just read in this operation, and not changed since.
    ///
    /// # Errors
    /// As [`Tx::update`].
    pub fn update_read(
        &mut self,
        stored: Stored,
        doc: Map<String, Value>,
        expect: Expect,
    ) -> Result<Stored, Error> {
        let Stored { head, spot, repo_row: repo, raised, doc: mut old } = stored;
        place_out_of(head.kind, &mut old);
        let (root, parent) = (spot.map(|spot| spot.root), spot.map(|spot| spot.parent));
        let row = HeadRow { head, root, parent, repo, state: HELD, raised };
        self.replaceable(&row, expect)?;
        let packed = self.packed(row.head.id)?;
        self.overwrite(row, packed.as_deref(), &old, doc)
    }

    /// Refuses what may not be replaced, or not by whoever expects another version.
    fn replaceable(&self, row: &HeadRow, expect: Expect) -> Result<(), Error> {
        let own = row.head.lock_version - row.raised;
        if matches!(expect, Expect::Lock(lock) if !(own..=row.head.lock_version).contains(&lock)) {
            return Err(Error::Stale { uri: row.head.uri.clone(), found: row.head.lock_version });
        }
        if row.head.suppressed && self.role() == Role::Server {
            return Err(Error::refused("suppressed", &row.head.uri));
        }
        Ok(())
    }

    /// Writes a new document over a record, of which the one before is at hand.
    fn overwrite(
        &mut self,
        row: HeadRow,
        packed: Option<&[u8]>,
        old: &Map<String, Value>,
        doc: Map<String, Value>,
    ) -> Result<Stored, Error> {
        let kind = row.head.kind;
        let wish = Wish::of(kind, &doc);
        let before = relations::mutual(kind).next().map(|_| {
            let mut before = Record::new(kind, old.clone());
            drop(relations::take_listed(&mut before));
            before
        });
        let set = fill::server_set(kind, &doc);
        let mut record = content::clean(Record::new(kind, doc));
        kinds::strip(kind, &mut record.doc);
        record.doc.extend(set);
        fill::keep(self.role(), kind, old, &mut record);
        fill::identifiers(&mut record);
        let spot = self.spot_for_update(&row, &wish)?;
        let mut ready = self.ready(record, row.head.id, row.repo, spot, Absent::Problem)?;
        ready.set_aside(self.role());
        let (lock_version, edits) = match self.role() {
            Role::Server => (row.head.lock_version + 1, 0),
            Role::Desk => (row.head.lock_version, row.head.edits + 1),
        };
        let change = Change { change: ChangeKind::Updated, lock_version, edits };
        self.replace_packed(&row, packed, &ready, change)?;
        self.raise(ready.linked)?;
        self.reflect(&row.head.uri, before.as_ref(), &ready.record)?;
        self.reflect(&row.head.uri, None, &ready.listed)?;
        if let Some(spot) = spot.filter(|spot| Some(*spot) != Spot::of(&row)) {
            self.put(row.head.id, spot)?;
            if row.root.is_some_and(|root| root != spot.root) {
                self.follow(row.clone(), spot.root)?;
                self.inherit(&row, spot.parent)?;
            }
        }
        self.settled_as(row.head.id, ChangeKind::Updated, ready.record.doc)
    }

    /// Notes the change of a record whose document was just written.
    pub(crate) fn settled_as(
        &mut self,
        id: i64,
        change: ChangeKind,
        doc: Map<String, Value>,
    ) -> Result<Stored, Error> {
        let row = self.head_by_id(id)?.ok_or_else(|| Error::missing(""))?;
        self.noted(&row.head, change);
        Ok(Reader::with_doc(row, doc))
    }

    /// Notes the change and reads the record back.
    pub(crate) fn settled(&mut self, id: i64, change: ChangeKind) -> Result<Stored, Error> {
        let row = self.head_by_id(id)?.ok_or_else(|| Error::missing(""))?;
        let stored = self.stored(row)?.ok_or_else(|| Error::missing(""))?;
        self.noted(&stored.head, change);
        Ok(stored)
    }

    pub(crate) fn noted(&mut self, head: &crate::Head, change: ChangeKind) {
        let changed = Changed { uri: head.uri.clone(), kind: head.kind, root: head.root.clone(), change };
        self.note(changed, &head.title);
    }

    /// Cleaned document in; everything that is written about it out, or every broken rule.
    pub(crate) fn ready(
        &mut self,
        record: Record,
        id: i64,
        repo: Option<i64>,
        spot: Option<Spot>,
        absent: Absent,
    ) -> Result<Ready, Error> {
        let alike = rules::alike(self, &record, id)?;
        self.ready_as(alike, record, id, repo, spot, absent)
    }

    fn ready_as(
        &mut self,
        alike: Alike,
        mut record: Record,
        id: i64,
        repo: Option<i64>,
        spot: Option<Spot>,
        absent: Absent,
    ) -> Result<Ready, Error> {
        let mut problems = Vec::new();
        let Targets { refs, linked, numbered } = self.look_up(&record, id, repo, absent, &mut problems)?;
        if !numbered.is_empty() {
            content::rewrite(&mut record, &mut |uri| numbered.get(uri).cloned());
        }
        content::derive(&mut record, &**self);
        if absent == Absent::Problem {
            self.name(&mut record, id, repo)?;
        }
        let identities = rules::identities(&record, repo, spot);
        if absent == Absent::Problem {
            rules::former_places(self, &record, &mut problems)?;
            rules::unique(self, &identities, id, &mut problems)?;
            if alike == Alike::Allowed {
                problems.retain(|problem| !rules::is_likeness(problem));
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let summary = Summary::of(self, &record)?;
        let listed = Record::new(record.kind.clone(), Map::new());
        Ok(Ready { record, refs, listed, linked, identities, summary })
    }

    fn look_up(
        &mut self,
        record: &Record,
        id: i64,
        repo: Option<i64>,
        absent: Absent,
        problems: &mut Vec<Problem>,
    ) -> Result<Targets, Error> {
        let mut rows: Vec<RefRow> = Vec::new();
        let mut linked = Vec::new();
        let mut numbered = HashMap::new();
        for record::refs::Reference { pointer, property, uri, role } in content::references(record) {
            let mut found = self.row_at(&uri)?;
            if found.is_none()
                && let Some(new) = self.redirect(&uri)?
            {
                found = self.row_at(&new)?;
                // The document was written before the server numbered what it links to, or took it to another repository.
                if self.role() == Role::Desk {
                    numbered.insert(uri.clone(), new);
                }
            }
            let dst = match (found, absent) {
                (Some((dst, to_repo)), _) => {
                    if absent == Absent::Problem {
                        rules::reference(&pointer, &uri, (id, repo), (dst, to_repo), problems);
                    }
                    dst
                }
                (None, Absent::Problem) => {
                    problems.push(Problem::error(pointer, "no_such_record").with("uri", uri));
                    continue;
                }
                (None, Absent::Stub) => match self.stub(&uri)? {
                    Some(dst) => dst,
                    None => continue,
                },
            };
            if kinds::is_two_sided(&pointer, &uri) {
                linked.push(dst);
            }
            let pos = rows.iter().filter(|row| row.prop == property).count();
            rows.push(RefRow { prop: property, pos: i64::try_from(pos).unwrap_or(i64::MAX), role, dst });
        }
        Ok(Targets { refs: rows, linked, numbered })
    }

    /// A link target that is not held: a head without a body. `None` for what is no record's address.
    pub(crate) fn stub(&mut self, uri: &str) -> Result<Option<i64>, Error> {
        let Ok(parsed) = Uri::parse(self.registry(), uri) else { return Ok(None) };
        if let Some((id, _)) = self.row_of(uri)? {
            return Ok(Some(id));
        }
        let repo = match parsed.repository().filter(|repo| repo != uri) {
            Some(repo) => self.stub(&repo)?,
            None => None,
        };
        let id = self.next_row();
        self.db.conn.prepare_cached(include_str!("../sql/insert_record.sql"))?.execute(params![
            id,
            self.shared.kinds.number(parsed.kind),
            repo,
            uri,
            STUB,
            0,
            0,
            self.millis(),
            "",
            self.millis(),
            "",
            uri,
            "",
            None::<String>,
            None::<String>,
            None::<String>,
            None::<String>,
            None::<String>,
            false,
            false,
            None::<i64>,
            None::<i64>,
            None::<i64>,
            0,
            false,
            false
        ])?;
        Ok(Some(id))
    }

    pub(crate) fn insert(&mut self, uri: &str, ready: &Ready, new: &NewRow) -> Result<i64, Error> {
        let id = self.next_row();
        self.insert_as(id, uri, ready, new)?;
        Ok(id)
    }

    /// The same for one that comes first: its document is packed meanwhile.
    pub(crate) fn insert_late(&mut self, uri: &str, ready: &mut Ready, new: &NewRow) -> Result<(), Error> {
        let id = self.next_row();
        self.insert_without_body(id, uri, ready, new)?;
        self.db.put_late(id, std::mem::take(&mut ready.record.doc))
    }

    /// Writes a new row with a given number.
    pub(crate) fn insert_as(&mut self, id: i64, uri: &str, ready: &Ready, new: &NewRow) -> Result<(), Error> {
        self.insert_without_body(id, uri, ready, new)?;
        self.db.insert_body(id, &self.db.codec.pack(&ready.record.doc)?)
    }

    /// The same but for its document.
    fn insert_without_body(&mut self, id: i64, uri: &str, ready: &Ready, new: &NewRow) -> Result<(), Error> {
        if new.spot.is_some() {
            self.moves_nodes();
        }
        let seq = self.next_seq();
        let s = &ready.summary;
        let (root, parent, position) = Spot::columns(new.spot);
        let authors = &new.authors;
        self.db.conn.prepare_cached(include_str!("../sql/insert_record.sql"))?.execute(params![
            id,
            self.shared.kinds.number(&ready.record.kind),
            new.repo,
            uri,
            HELD,
            new.lock_version,
            seq,
            authors.created.unwrap_or_else(|| self.millis()),
            authors.created_by.as_ref().unwrap_or(&self.op.by),
            authors.modified.unwrap_or_else(|| self.millis()),
            authors.modified_by.as_ref().unwrap_or(&self.op.by),
            s.title,
            s.sort,
            s.label,
            s.identifier,
            s.level,
            s.dates,
            s.container,
            s.publish,
            s.restricted,
            root,
            parent,
            position,
            new.edits,
            false,
            new.moved
        ])?;
        self.insert_refs(id, &ready.refs)?;
        rules::insert_identities(self, &ready.identities, id)?;
        if self.role() == Role::Server {
            self.number_rows(id, &ready.record.doc)?;
        }
        rules::write_accounts(self, &ready.record, id, new.repo)
    }

    /// Writes a new document over a held record, its revision first.
    pub(crate) fn replace(&mut self, row: &HeadRow, ready: &Ready, change: Change) -> Result<(), Error> {
        let before = self.packed(row.head.id)?;
        self.replace_packed(row, before.as_deref(), ready, change)
    }

    /// The document as it is on disk, not unpacked.
    fn packed(&self, id: i64) -> Result<Option<Vec<u8>>, Error> {
        let mut select = self.db.bodies()?.prepare_cached("SELECT doc FROM body WHERE id = $1")?;
        Ok(select.query_row([id], |row| row.get(0)).optional()?)
    }

    /// The same where the packed document before is at hand.
    fn replace_packed(
        &mut self,
        row: &HeadRow,
        before: Option<&[u8]>,
        ready: &Ready,
        change: Change,
    ) -> Result<(), Error> {
        let id = row.head.id;
        self.revise(id, change.change, before, Some(&self.head_json(row)))?;
        let doc = self.db.codec.pack(&ready.record.doc)?;
        // The first edit keeps what the server has.
        let keep_base = change.edits > 0 && row.head.edits == 0 && !row.head.is_local();
        let sql = if keep_base {
            "UPDATE body SET base = doc, doc = $1 WHERE id = $2"
        } else {
            "UPDATE body SET doc = $1 WHERE id = $2"
        };
        if self.db.bodies()?.prepare_cached(sql)?.execute(params![doc, id])? == 0 {
            self.db.insert_body(id, &doc)?;
        }
        self.write_head(id, &ready.summary, change.lock_version, change.edits)?;
        self.renamed(row, &ready.summary)?;
        self.write_refs(id, &ready.refs)?;
        rules::write_identities(self, &ready.identities, id)?;
        if self.role() == Role::Server && change.change == ChangeKind::Updated {
            self.forget_rows(id)?;
            self.number_rows(id, &ready.record.doc)?;
        }
        rules::write_accounts(self, &ready.record, id, row.repo)
    }

    fn write_head(&mut self, id: i64, s: &Summary, lock_version: i64, edits: i64) -> Result<(), Error> {
        let seq = self.next_seq();
        self.db.conn.prepare_cached(include_str!("../sql/update_record.sql"))?.execute(params![
            lock_version,
            seq,
            self.millis(),
            self.op.by,
            s.title,
            s.sort,
            s.label,
            s.identifier,
            s.level,
            s.dates,
            s.container,
            s.publish,
            s.restricted,
            edits,
            id
        ])?;
        Ok(())
    }

    /// Writes the columns made from the document, and nothing else but the place in the order of changes.
    pub(crate) fn write_summary(&mut self, id: i64, s: &Summary) -> Result<(), Error> {
        let seq = self.next_seq();
        let sql =
            "UPDATE record SET title = $1, sort = $2, label = $3, identifier = $4, level = $5, dates = $6,
             container = $7, publish = $8, restricted = $9, seq = $10 WHERE id = $11";
        self.db.conn.prepare_cached(sql)?.execute(params![
            s.title,
            s.sort,
            s.label,
            s.identifier,
            s.level,
            s.dates,
            s.container,
            s.publish,
            s.restricted,
            seq,
            id
        ])?;
        Ok(())
    }

    /// What other records and the index say about this one changes with its title.
    fn renamed(&mut self, row: &HeadRow, now: &Summary) -> Result<(), Error> {
        let id = row.head.id;
        // What a server's public may find by a title hangs on whether its record is published.
        let shown = self.role() == Role::Server && row.head.publish != now.publish;
        if row.head.title != now.title || shown {
            self.renamed_to_others(id)?;
        }
        if row.head.kind != "top_container" || row.head.container == now.container {
            return Ok(());
        }
        for other in self.referring(id)? {
            let Some(doc) = self.doc(other)? else { continue };
            let container = summary::container(self, &Record::new("instance", doc))?;
            let sql = "UPDATE record SET container = $1 WHERE id = $2";
            self.db.conn.prepare_cached(sql)?.execute(params![container, other])?;
        }
        Ok(())
    }

    /// The index is to say anew what those that link to a record say of it.
    pub(crate) fn renamed_to_others(&self, id: i64) -> Result<(), Error> {
        let sql = "INSERT INTO renamed (id, seq) SELECT id, seq FROM record WHERE id = $1
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq";
        self.db.conn.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// Writes the reference rows when they changed.
    pub(crate) fn write_refs(&self, id: i64, refs: &[RefRow]) -> Result<(), Error> {
        let mut wanted: Vec<&RefRow> = refs.iter().collect();
        wanted.sort_by(|a, b| (&a.prop, a.pos).cmp(&(&b.prop, b.pos)));
        let there = self.ref_rows(id)?;
        if there.iter().eq(wanted.iter().copied()) {
            return Ok(());
        }
        self.db.conn.prepare_cached("DELETE FROM ref WHERE src = $1")?.execute([id])?;
        self.insert_refs(id, refs)
    }

    /// Writes the reference rows of a record that has none.
    fn insert_refs(&self, id: i64, refs: &[RefRow]) -> Result<(), Error> {
        if refs.is_empty() {
            return Ok(());
        }
        let mut insert = self
            .db
            .conn
            .prepare_cached("INSERT INTO ref (src, prop, pos, role, dst) VALUES ($1, $2, $3, $4, $5)")?;
        for row in refs {
            insert.execute(params![id, row.prop, row.pos, row.role, row.dst])?;
        }
        Ok(())
    }

    /// The repository that a new record goes to.
    fn repository(&self, kind: &str, repo: Option<&str>) -> Result<Option<Node>, Error> {
        if !kinds::in_repository(kind) {
            return Ok(None);
        }
        let problem = |code| {
            Error::Invalid(vec![Problem::error("/repository", code).with("uri", repo.unwrap_or_default())])
        };
        let repo = repo.ok_or_else(|| problem("missing"))?;
        let node = self.node(repo)?.filter(|node| node.kind == "repository");
        Ok(Some(node.ok_or_else(|| problem("no_such_record"))?))
    }

    pub(crate) fn new_address(
        &mut self,
        kind: &'static str,
        repo: Option<&str>,
        asked: Option<String>,
    ) -> Result<String, Error> {
        let repo = repo.and_then(|repo| repo.rsplit('/').next());
        let unknown = || Error::Invalid(vec![Problem::error("", "unknown_kind").with("value", kind)]);
        let registry = self.registry();
        let address = |key: &str| Uri::of(registry, kind, repo, key).map(|uri| uri.to_string());
        let key = match self.role() {
            // A term is made on the way of the record that brings it; what is refused brings none.
            Role::Server if kind == "term" => {
                self.next_of(&number_counter(kind), first_number(kind))?.to_string()
            }
            Role::Server => self.give(&number_counter(kind), first_number(kind), 1)?.to_string(),
            Role::Desk => {
                // Of an address that was asked for its key counts: the repository may have another one by now.
                let asked = asked.as_deref().and_then(|asked| Uri::parse(registry, asked).ok());
                if let Some(asked) = asked.filter(|asked| asked.kind == kind && asked.is_local())
                    && let Some(address) = address(&asked.key)
                    && self.row_of(&address)?.is_none()
                {
                    return Ok(address);
                }
                format!("local_{}", uuid::Uuid::now_v7())
            }
        };
        address(&key).ok_or_else(unknown)
    }
}

/// How often ArchivesSpace tries to place a node below a parent of another tree before it gives up.
const PLACINGS: i64 = 199;

/// How many numbers a refused create uses up: as many as rows that ArchivesSpace stores before it finds these problems.
/// What must not repeat it looks for before, all but the authority IDs of an agent's names.
fn used_up(problems: &[Problem]) -> i64 {
    let breaks = |rule: &str| {
        problems.iter().any(|problem| problem.args.get("rule").and_then(Value::as_str) == Some(rule))
    };
    let absent = |pointer: &str| {
        problems.iter().any(|problem| problem.code == "no_such_record" && problem.pointer.ends_with(pointer))
    };
    if problems.iter().any(|problem| problem.code == "not_unique") {
        return i64::from(breaks("agent_authority") && !breaks("agent"));
    }
    if absent("/parent") {
        return PLACINGS;
    }
    i64::from(absent(""))
}

/// What a new row has beside its document.
#[derive(Default)]
pub(crate) struct NewRow {
    pub(crate) repo: Option<i64>,
    pub(crate) spot: Option<Spot>,
    pub(crate) lock_version: i64,
    pub(crate) edits: i64,
    pub(crate) moved: bool,
    /// Who wrote it and when; the operation's, where it does not say.
    pub(crate) authors: Authors,
}

/// How `replace` marks the record.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    pub(crate) change: ChangeKind,
    pub(crate) lock_version: i64,
    pub(crate) edits: i64,
}
