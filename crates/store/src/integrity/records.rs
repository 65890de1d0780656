//! One record: its document, and what is derived from it.

use std::collections::HashSet;

use record::{Record, Uri};
use rusqlite::params;

use super::numbers::Highest;
use super::{BATCH, Finding};
use crate::reader::{HIDDEN, HeadRow, STUB};
use crate::records::{Absent, RefRow};
use crate::summary::Summary;
use crate::tree::Spot;
use crate::{Error, Reader, Role, Tx, content, kinds, rules, users};

/// What does not fit, with its row.
pub(super) struct Wrong {
    pub(super) row: i64,
    pub(super) finding: Finding,
}

/// Records looked at.
pub(super) struct Batch {
    /// The last of them; none: there are no more.
    pub(super) last: Option<i64>,
    pub(super) wrong: Vec<Wrong>,
}

/// Looks at the next records.
pub(super) fn next(reader: &Reader<'_>, after: i64, highest: &mut Highest) -> Result<Batch, Error> {
    let rows =
        reader.heads("WHERE r.id > $1 AND r.state <> 1 ORDER BY r.id LIMIT $2", params![after, BATCH])?;
    let mut wrong = Vec::new();
    for row in &rows {
        if let Ok(uri) = Uri::parse(reader.registry(), &row.head.uri)
            && let Some(number) = uri.id().and_then(|number| i64::try_from(number).ok())
        {
            highest.see(uri.kind, number);
        }
        wrong.extend(one(reader, row)?);
    }
    Ok(Batch { last: rows.last().map(|row| row.head.id), wrong })
}

/// Looks at one record.
pub(super) fn at(reader: &Reader<'_>, id: i64) -> Result<Vec<Wrong>, Error> {
    reader.head_by_id(id)?.map_or_else(|| Ok(Vec::new()), |row| one(reader, &row))
}

fn one(reader: &Reader<'_>, row: &HeadRow) -> Result<Vec<Wrong>, Error> {
    let id = row.head.id;
    let mut all = Vec::new();
    let mut add = |part, what: String| {
        all.push(Wrong { row: id, finding: Finding::new(part, Some(&row.head.uri), what) });
    };
    if let Some(what) = address(reader, row)? {
        add("address", what);
    }
    let doc = match reader.doc(id) {
        Ok(Some(doc)) => doc,
        Ok(None) => {
            add("document", "there is none".to_owned());
            return Ok(all);
        }
        Err(error) => {
            add("document", format!("cannot be read: {}", without_text(&error)));
            return Ok(all);
        }
    };
    let record = Record::new(row.head.kind, doc);
    references(reader, &record, id, &mut add)?;
    let summary = Summary::of(reader, &record)?;
    if summary != Summary::stored(reader, id)? {
        add("head", "what lists show is not what the document says".to_owned());
    }
    if !rules::identities_fit(reader, &record, id, row.repo, Spot::of(row))? {
        add("identities", "what must not repeat is not what the document says".to_owned());
    }
    if !users::fits(reader, &record, id)? {
        add("account", "what the user or group may do is not what the document says".to_owned());
    }
    if let Some((part, what)) = place(reader, row)? {
        add(part, what);
    }
    Ok(all)
}

/// Findings go to logs, and what serde says can quote the document.
fn without_text(error: &Error) -> String {
    match error {
        Error::Document(error) => format!("{:?} at {}:{}", error.classify(), error.line(), error.column()),
        other => other.to_string(),
    }
}

/// Why kind or repository are not those of the address.
fn address(reader: &Reader<'_>, row: &HeadRow) -> Result<Option<String>, Error> {
    let Some((kind, repo)) = said_by_address(reader, row)? else {
        return Ok(Some("is no address of a record".to_owned()));
    };
    if kind != row.head.kind {
        return Ok(Some(format!("is of kind {kind} by its address, and {} by its row", row.head.kind)));
    }
    Ok((repo != row.repo).then(|| "is in another repository than its address says".to_owned()))
}

/// Kind and row of the repository that the address names.
fn said_by_address(reader: &Reader<'_>, row: &HeadRow) -> Result<Option<(&'static str, Option<i64>)>, Error> {
    let Ok(uri) = Uri::parse(reader.registry(), &row.head.uri) else { return Ok(None) };
    let repo = uri.repository().filter(|_| kinds::in_repository(uri.kind));
    let repo = repo.map(|repo| reader.row_of(&repo)).transpose()?.flatten().map(|(row, _)| row);
    Ok(Some((uri.kind, repo)))
}

/// Rows that are not those of the document's references; references to what is not there.
fn references(
    reader: &Reader<'_>,
    record: &Record,
    id: i64,
    add: &mut impl FnMut(&'static str, String),
) -> Result<(), Error> {
    let mut wanted: Vec<RefRow> = Vec::new();
    let mut unknown = false;
    for reference in content::references(record) {
        let found = reader.row_of(&reference.uri)?.map(|(dst, _)| dst);
        let there = found.map(|dst| held(reader, dst)).transpose()?.unwrap_or(false);
        // A desk holds a part of what there is.
        if !there && reader.role() == Role::Server {
            add(
                "dangling",
                format!("{} refers to {}, which is not there", reference.property, reference.uri),
            );
        }
        let Some(dst) = found else {
            // What is no record's address has no row.
            unknown |= Uri::parse(reader.registry(), &reference.uri).is_ok();
            continue;
        };
        let pos = wanted.iter().filter(|row| row.prop == reference.property).count();
        let pos = i64::try_from(pos).unwrap_or(i64::MAX);
        wanted.push(RefRow { prop: reference.property, pos, role: reference.role, dst });
    }
    wanted.sort_by(|a, b| (&a.prop, a.pos).cmp(&(&b.prop, b.pos)));
    let rows = reader.ref_rows(id)?;
    if unknown || wanted != rows {
        add("references", format!("{} in the document, {} rows, and not the same", wanted.len(), rows.len()));
    }
    Ok(())
}

fn held(reader: &Reader<'_>, id: i64) -> Result<bool, Error> {
    let mut select = reader.db.conn.prepare_cached("SELECT state FROM record WHERE id = $1")?;
    let state: i64 = select.query_row([id], |row| row.get(0))?;
    Ok(state != STUB)
}

/// Why the place in a tree is none.
fn place(reader: &Reader<'_>, row: &HeadRow) -> Result<Option<(&'static str, String)>, Error> {
    if kinds::root_property(row.head.kind).is_none() {
        let none = row.root.is_none() && row.parent.is_none() && row.head.order.is_none();
        return Ok((!none).then(|| ("tree", "is no node but has a place".to_owned())));
    }
    // No document says where a node hangs: this cannot be made again.
    let Some(spot) = Spot::of(row) else {
        return Ok(Some(("place", "is a node without a place".to_owned())));
    };
    Ok(astray(reader, row, spot)?.map(|what| ("tree", what.to_owned())))
}

/// Why the way up does not end at the root.
pub(crate) fn astray(reader: &Reader<'_>, row: &HeadRow, spot: Spot) -> Result<Option<&'static str>, Error> {
    let Some((_, root_kind)) = kinds::root_property(row.head.kind) else { return Ok(None) };
    let mut seen = HashSet::from([row.head.id]);
    let mut up = spot.parent;
    while up != spot.root {
        let parent = reader.head_by_id(up)?.filter(|parent| parent.root == Some(spot.root));
        match parent.and_then(|parent| parent.parent) {
            Some(next) if seen.insert(up) => up = next,
            Some(_) => return Ok(Some("hangs in a circle")),
            // A parent that is not held yet has no place of its own.
            None if reader.head_by_id(up)?.is_some_and(|parent| !parent.head.held) => return Ok(None),
            None => return Ok(Some("hangs below another tree")),
        }
    }
    let root = reader.head_by_id(spot.root)?;
    Ok(root.is_none_or(|root| root.head.kind != root_kind).then_some("hangs below no root"))
}

impl Tx<'_> {
    /// Makes what is derived of a record again. A node without a way to its root goes to the end of the top level.
    pub(super) fn derive_again(&mut self, id: i64) -> Result<(), Error> {
        let Some(row) = self.head_by_id(id)? else { return Ok(()) };
        if let Some((kind, repo)) = said_by_address(self, &row)?
            && (kind, repo) != (row.head.kind, row.repo)
        {
            self.db
                .conn
                .prepare_cached("UPDATE record SET kind = $1, repo = $2 WHERE id = $3")?
                .execute(params![self.shared.kinds.number(kind), repo, id])?;
        }
        let Some(row) = self.head_by_id(id)? else { return Ok(()) };
        let Ok(Some(doc)) = self.doc(id) else { return Ok(()) };
        self.place_again(&row)?;
        let row = self.head_by_id(id)?.unwrap_or(row);
        let ready =
            self.ready(Record::new(row.head.kind, doc), id, row.repo, Spot::of(&row), Absent::Stub)?;
        self.write_refs(id, &ready.refs)?;
        self.write_summary(id, &ready.summary)?;
        rules::write_identities(self, &ready.identities, id)?;
        if row.state == HIDDEN {
            return Ok(());
        }
        rules::write_accounts(self, &ready.record, id, row.repo)
    }

    fn place_again(&mut self, row: &HeadRow) -> Result<(), Error> {
        let id = row.head.id;
        if kinds::root_property(row.head.kind).is_none() {
            if row.root.is_some() || row.parent.is_some() || row.head.order.is_some() {
                self.moves_nodes();
                let sql = "UPDATE record SET root = NULL, parent = NULL, position = NULL WHERE id = $1";
                self.db.conn.prepare_cached(sql)?.execute([id])?;
            }
            return Ok(());
        }
        let Some(spot) = Spot::of(row) else { return Ok(()) };
        if astray(self, row, spot)?.is_none() {
            return Ok(());
        }
        let position = self.room(spot.root, spot.root, None, 1, &HashSet::new())?;
        match position.first() {
            Some(position) => self.put(id, Spot { root: spot.root, parent: spot.root, position: *position }),
            None => Ok(()),
        }
    }
}
