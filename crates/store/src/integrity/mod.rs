//! Whether what is derived fits the documents, and putting it right.

mod index;
mod numbers;
mod records;

use rusqlite::params;

use crate::{Error, Op, Reader, Store};
use records::Wrong;
pub(crate) use records::astray;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was checked: `file`, `numbers`, `document`, `address`, `references`, `dangling`, `head`, `identities`,
    /// `account`, `place`, `tree`, `index`.
    pub part: &'static str,
    /// Address of the record, where it is about one.
    pub uri: Option<String>,
    /// What was found, for the log.
    pub what: String,
    /// It was made again from the documents, and fits now.
    pub repaired: bool,
}

/// Whether `check` also puts right what is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Only look.
    No,
    /// Make derived values again from the documents.
    Derived,
}

impl Finding {
    fn new(part: &'static str, uri: Option<&str>, what: impl Into<String>) -> Self {
        Self { part, uri: uri.map(str::to_owned), what: what.into(), repaired: false }
    }
}

/// Records looked at in one go.
const BATCH: i64 = 1_000;

impl Store {
    /// Checks the file, the numbers that are given out, each record (its document; that address, references, list
    /// columns, unique values, rights and place in a tree fit it), and that the index holds what the documents say.
    /// Documents themselves are never changed, and nothing is ever deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn check(&self, repair: Repair) -> Result<Vec<Finding>, Error> {
        let mut findings = self.read(file)?;
        let mut wrong = Vec::new();
        let mut highest = numbers::Highest::default();
        let mut after = 0;
        loop {
            let batch = self.read(|reader| records::next(reader, after, &mut highest))?;
            wrong.extend(batch.wrong);
            match batch.last {
                Some(last) => after = last,
                None => break,
            }
        }
        findings.extend(self.numbers(&highest, repair)?);
        findings.extend(self.records(wrong, repair)?);
        findings.extend(index::check(self, repair)?);
        Ok(findings)
    }

    /// What is wrong about records, after putting right what can be.
    fn records(&self, wrong: Vec<Wrong>, repair: Repair) -> Result<Vec<Finding>, Error> {
        let mut rows: Vec<i64> = wrong.iter().map(|wrong| wrong.row).collect();
        rows.dedup();
        if repair == Repair::No || rows.is_empty() {
            return Ok(wrong.into_iter().map(|wrong| wrong.finding).collect());
        }
        self.write(Op::typed("repair", ""), |tx| rows.iter().try_for_each(|row| tx.derive_again(*row)))?;
        self.read(|reader| {
            let mut findings = Vec::with_capacity(wrong.len());
            for Wrong { row, mut finding } in wrong {
                let left = records::at(reader, row)?;
                finding.repaired = left.iter().all(|left| left.finding.part != finding.part);
                findings.push(finding);
            }
            Ok(findings)
        })
    }
}

/// What SQLite finds in its file, and rows that point to rows that are not there.
fn file(reader: &Reader<'_>) -> Result<Vec<Finding>, Error> {
    let mut select = reader.db.conn.prepare("PRAGMA integrity_check")?;
    let lines: Vec<String> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut found: Vec<Finding> =
        lines.into_iter().filter(|line| line != "ok").map(|what| Finding::new("file", None, what)).collect();
    let mut select = reader.db.conn.prepare("PRAGMA foreign_key_check")?;
    let mut rows = select.query(params![])?;
    while let Some(row) = rows.next()? {
        let (table, id, target): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = id.map_or_else(String::new, |id| format!(" {id}"));
        found.push(Finding::new(
            "file",
            None,
            format!("{table}{id} points to a row of {target} that is not there"),
        ));
    }
    Ok(found)
}
