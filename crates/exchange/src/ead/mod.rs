//! EAD 2002 finding aids as records.
//!
//! A file is read as a stream: a record is handed over as soon as it is
//! complete, so a file of any size takes the memory of its largest note.
//! References come before use: agents, subjects, top containers and digital
//! objects before the record that links them, a parent before its children.
//! A record that gets more content after its children began (an index after
//! the container list) is handed over a second time, whole, under the same
//! address: the later one counts. [`read_all`] has done that already.
//!
//! One bad value never loses the rest: it is kept elsewhere or left out, and
//! told as an [`ImportProblem`]. Only a file that cannot be read at all is
//! refused, with an [`Error`]. The mapping is written down in `docs/IMPORT.md`.

mod access;
mod component;
mod containers;
mod dao;
mod dates;
mod entities;
mod error;
mod header;
mod languages;
mod lists;
mod notes;
mod owner;
mod physdesc;
mod problem;
mod read;
mod reading;
mod references;
mod source;
mod text;
mod tree;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::sync::atomic::AtomicBool;

use record::Record;

pub use error::{Error, Reason};
pub use problem::{CODES, ImportProblem, Outcome};

/// How much of a file is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole file.
    pub file: u64,
    /// Bytes of one tag, one text, or one element that is kept together (a note, a `did`).
    pub element: u64,
    /// Levels of nesting.
    pub depth: usize,
    /// Bytes that the file's own entities may grow to.
    pub entities: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 2 << 30, element: 16 << 20, depth: 200, entities: 1 << 20 }
    }
}

/// What the caller brings to an import.
pub struct Options<'o> {
    /// Number (or local key) of the repository that the records go to.
    pub repo: &'o str,
    /// Gives a fresh key, of hexadecimal digits and hyphens, for each record.
    pub ids: &'o mut dyn FnMut() -> String,
    /// Set by another thread to stop.
    pub cancel: &'o AtomicBool,
    /// Called after each component with the bytes read so far.
    pub progress: &'o mut dyn FnMut(u64),
    /// Bounds.
    pub limits: Limits,
}

/// What an import made and what it could not take over as it stood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Problems, in the order of the file.
    pub problems: Vec<ImportProblem>,
    /// Problems beyond the first 10,000: only their number.
    pub untold: u64,
    /// Records by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Values that the shipped lists do not have, with the number of uses: to
    /// be added to the repository's lists when the import is accepted.
    pub new_values: Vec<NewValue>,
}

/// A value that is not in the shipped list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValue {
    /// Name of the list, as `extent_extent_type`.
    pub list: &'static str,
    /// The value.
    pub value: String,
    /// How many times it is used.
    pub uses: u64,
}

/// A whole import in memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// The records, each once, references before use.
    pub records: Vec<Record>,
    /// Problems and counts.
    pub report: Report,
}

/// Reads a finding aid and hands each record to `sink`.
///
/// # Errors
/// [`Error`] when the file cannot be read as EAD 2002; what was handed over
/// before that is to be thrown away.
pub fn read<'o>(
    name: &'o str,
    input: impl BufRead,
    options: Options<'o>,
    sink: &'o mut dyn FnMut(Record),
) -> Result<Report, Error> {
    let reading = read::walk(name, input, options, sink)?;
    let new_values = reading.new_values.into_iter();
    Ok(Report {
        problems: reading.problems,
        untold: reading.untold,
        kinds: reading.kinds.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect(),
        new_values: new_values.map(|((list, value), uses)| NewValue { list, value, uses }).collect(),
    })
}

/// Reads a finding aid into memory, with keys counted from 1.
///
/// # Errors
/// [`Error`] when the file cannot be read as EAD 2002.
pub fn read_all(name: &str, input: impl BufRead, repo: &str) -> Result<Import, Error> {
    let mut count = 0_u64;
    let mut ids = || {
        count += 1;
        format!("{count:x}")
    };
    let options = Options {
        repo,
        ids: &mut ids,
        cancel: &AtomicBool::new(false),
        progress: &mut |_| {},
        limits: Limits::default(),
    };
    let mut records: Vec<Record> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let report = read(name, input, options, &mut |record| {
        let at = record.uri().and_then(|uri| places.get(uri).copied());
        match at.and_then(|at| records.get_mut(at)) {
            Some(earlier) => *earlier = record,
            None => {
                places.insert(record.uri().unwrap_or_default().to_owned(), records.len());
                records.push(record);
            }
        }
    })?;
    Ok(Import { records, report })
}
