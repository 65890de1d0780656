//! Whether what is derived fits the documents, and putting it right.

use std::collections::HashSet;

use record::Record;
use rusqlite::params;

use crate::reader::{HELD, HeadRow};
use crate::records::Absent;
use crate::summary::Summary;
use crate::tree::Spot;
use crate::{Error, Op, Reader, Store, Tx, content, kinds, rules};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was checked: `file`, `document`, `references`, `head`, `identities`, `tree`, `index`.
    pub part: &'static str,
    /// Address of the record, where it is about one.
    pub uri: Option<String>,
    /// What was found, for the log.
    pub what: String,
}

/// Whether `check` also puts right what is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Only look.
    No,
    /// Make derived values again from the documents.
    Derived,
}

/// Records looked at in one go.
const BATCH: i64 = 1_000;

impl Store {
    /// Checks the file, and that references, head columns, trees and index fit the documents. Documents themselves
    /// are never changed, and nothing is ever deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn check(&self, repair: Repair) -> Result<Vec<Finding>, Error> {
        let mut findings = self.read(file)?;
        let mut wrong = Vec::new();
        let mut after = 0;
        loop {
            let (last, found) = self.read(|reader| records(reader, after))?;
            wrong.extend(found.iter().map(|(id, _)| *id));
            findings.extend(found.into_iter().map(|(_, finding)| finding));
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        wrong.dedup();
        if repair == Repair::Derived && !wrong.is_empty() {
            self.write(Op::typed("repair", ""), |tx| wrong.iter().try_for_each(|id| tx.derive_again(*id)))?;
        }
        findings.extend(self.check_index(repair)?);
        Ok(findings)
    }

    fn check_index(&self, repair: Repair) -> Result<Vec<Finding>, Error> {
        self.settle_search()?;
        let indexed = self.shared.search.rows()?;
        let held: HashSet<i64> = self.read(|reader| {
            let sql = "SELECT id, kind FROM record WHERE state = $1 AND (repo IS NULL OR repo <> $2)";
            let mut select = reader.db.conn.prepare_cached(sql)?;
            let hidden = reader.hidden_repository()?.unwrap_or(0);
            let rows =
                select.query_map([HELD, hidden], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
            let rows: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
            Ok(rows
                .into_iter()
                .filter(|(_, kind)| !kinds::is_private(reader.shared.kinds.name(*kind)))
                .map(|(id, _)| id)
                .collect())
        })?;
        if indexed.len() == held.len() && indexed.iter().all(|row| held.contains(row)) {
            return Ok(Vec::new());
        }
        if repair == Repair::Derived {
            self.rebuild_search()?;
        }
        let what = format!("{} records are indexed, {} are held", indexed.len(), held.len());
        Ok(vec![Finding { part: "index", uri: None, what }])
    }
}

/// What SQLite finds in its file.
fn file(reader: &Reader<'_>) -> Result<Vec<Finding>, Error> {
    let mut select = reader.db.conn.prepare("PRAGMA integrity_check")?;
    let lines: Vec<String> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let lines = lines.into_iter().filter(|line| line != "ok");
    Ok(lines.map(|what| Finding { part: "file", uri: None, what }).collect())
}

/// The last record looked at, and what does not fit by row.
type Looked = (Option<i64>, Vec<(i64, Finding)>);

/// Looks at the next records.
fn records(reader: &Reader<'_>, after: i64) -> Result<Looked, Error> {
    let rows =
        reader.heads("WHERE r.id > $1 AND r.state <> 1 ORDER BY r.id LIMIT $2", params![after, BATCH])?;
    let mut found = Vec::new();
    for row in &rows {
        for (part, what) in one(reader, row)? {
            found.push((row.head.id, Finding { part, uri: Some(row.head.uri.clone()), what }));
        }
    }
    Ok((rows.last().map(|row| row.head.id), found))
}

fn one(reader: &Reader<'_>, row: &HeadRow) -> Result<Vec<(&'static str, String)>, Error> {
    let id = row.head.id;
    let doc = match reader.doc(id) {
        Ok(Some(doc)) => doc,
        Ok(None) => return Ok(vec![("document", "there is none".to_owned())]),
        Err(error) => return Ok(vec![("document", error.to_string())]),
    };
    let record = Record::new(row.head.kind, doc);
    let mut wrong = Vec::new();
    let mut wanted: Vec<(String, Option<i64>)> = Vec::new();
    for reference in content::references(&record) {
        wanted.push((reference.property, reader.row_of(&reference.uri)?.map(|(dst, _)| dst)));
    }
    let mut there: Vec<(String, Option<i64>)> =
        reader.ref_rows(id)?.into_iter().map(|row| (row.prop, Some(row.dst))).collect();
    wanted.sort();
    there.sort();
    if wanted != there {
        wrong.push(("references", format!("{} in the document, {} rows", wanted.len(), there.len())));
    }
    let summary = Summary::of(reader, &record)?;
    if summary != Summary::stored(reader, id)? {
        wrong.push(("head", format!("does not fit {:?}", summary.title)));
    }
    if !rules::identities_fit(reader, &record, id, row.repo, Spot::of(row))? {
        wrong.push(("identities", "do not fit".to_owned()));
    }
    if let Some(what) = tree(reader, row)? {
        wrong.push(("tree", what));
    }
    Ok(wrong)
}

/// Why a node's place is none.
fn tree(reader: &Reader<'_>, row: &HeadRow) -> Result<Option<String>, Error> {
    let Some((_, root_kind)) = kinds::root_property(row.head.kind) else {
        return Ok(row.root.map(|_| "is no node but has a root".to_owned()));
    };
    let Some(spot) = Spot::of(row) else { return Ok(Some("has no place".to_owned())) };
    let mut seen = HashSet::from([row.head.id]);
    let mut up = spot.parent;
    while up != spot.root {
        let parent = reader.head_by_id(up)?.filter(|parent| parent.root == Some(spot.root));
        match parent.and_then(|parent| parent.parent) {
            Some(next) if seen.insert(up) => up = next,
            Some(_) => return Ok(Some("hangs in a circle".to_owned())),
            // A parent that is not held yet has no place of its own.
            None if reader.head_by_id(up)?.is_some_and(|parent| !parent.head.held) => return Ok(None),
            None => return Ok(Some("hangs below another tree".to_owned())),
        }
    }
    let root = reader.head_by_id(spot.root)?;
    Ok(root.is_none_or(|root| root.head.kind != root_kind).then(|| "hangs below no root".to_owned()))
}

impl Tx<'_> {
    /// Makes what is derived of a record again. A node without a way to its root goes to the top level.
    fn derive_again(&mut self, id: i64) -> Result<(), Error> {
        let Some(row) = self.head_by_id(id)? else { return Ok(()) };
        let Ok(Some(doc)) = self.doc(id) else { return Ok(()) };
        if let (Some(_), Some(spot)) = (tree(self, &row)?, Spot::of(&row)) {
            let position = self.room(spot.root, spot.root, None, 1, &HashSet::new())?;
            if let Some(position) = position.first() {
                self.put(id, Spot { root: spot.root, parent: spot.root, position: *position })?;
            }
        }
        let row = self.head_by_id(id)?.unwrap_or(row);
        let ready =
            self.ready(Record::new(row.head.kind, doc), id, row.repo, Spot::of(&row), Absent::Stub)?;
        self.write_refs(id, &ready.refs)?;
        self.write_summary(id, &ready.summary)?;
        rules::write_identities(self, &ready.identities, id)
    }
}
