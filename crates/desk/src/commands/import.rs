//! Importing finding aids: read into memory, shown, stored only when accepted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use exchange::ead::{self, Reason, Report};
use record::api::command::{
    ImportChoice, ImportFile, ImportInput, ImportPreview, ImportProblem, Progress, Touched,
};
use record::{Record, Uri, derive, message};
use store::{Op, OpId};

use super::records::registry;
use super::touched::{tags, tell};
use crate::error::with;
use crate::import::store_all;
use crate::packed::Packed;
use crate::{Desk, Failure};

/// A file to import.
#[derive(Debug, Clone)]
pub enum Source {
    /// Its text.
    Text {
        /// Name, for messages.
        name: String,
        /// The file.
        text: String,
    },
    /// Its bytes, from the window's own file dialog.
    Bytes {
        /// Name, for messages.
        name: String,
        /// The file.
        bytes: Vec<u8>,
    },
    /// A file on this computer.
    File(PathBuf),
}

/// What one file holds.
#[derive(Debug)]
pub struct Found {
    /// Its records.
    pub records: Packed,
    /// Problems and counts.
    pub report: Report,
}

/// What was read and not yet stored.
#[derive(Debug)]
pub struct Preview {
    /// Address of the repository that takes the records.
    pub repo: String,
    /// What each file that could be read holds, with the addresses of the import.
    pub files: Vec<Found>,
    /// What could not be read.
    pub problems: Vec<ImportProblem>,
    /// Files that were refused as a whole.
    pub refused: usize,
}

impl Preview {
    /// Records by kind.
    #[must_use]
    pub fn kinds(&self) -> BTreeMap<String, u64> {
        let mut kinds = BTreeMap::new();
        for (kind, count) in self.files.iter().flat_map(|file| file.records.kinds()) {
            *kinds.entry(kind.clone()).or_insert(0) += count;
        }
        kinds
    }

    /// All records, in the order of the files.
    ///
    /// # Errors
    /// When they cannot be unpacked.
    pub fn records(&self) -> Result<Vec<Record>, store::Error> {
        let files = self.files.iter().map(|file| file.records.all());
        Ok(files.collect::<Result<Vec<_>, _>>()?.concat())
    }

    fn roots(&self) -> Result<Vec<String>, store::Error> {
        let mut titles = Vec::new();
        for file in &self.files {
            titles.extend(file.records.roots()?.iter().map(|record| derive::title(registry(), record)));
        }
        Ok(titles)
    }
}

/// Reads files. A file that is refused as a whole is a problem; the others are read all the same.
///
/// # Errors
/// When the repository's address is none, or the import was stopped.
pub fn preview(desk: &Desk, repo: &str, sources: &[Source]) -> Result<Preview, Failure> {
    let key = Uri::parse(registry(), repo)
        .map(|uri| uri.key)
        .map_err(|_| Failure(with("bad_uri", &[("uri", repo)])))?;
    let stop = Arc::new(AtomicBool::new(false));
    *desk.inner().stop_import.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&stop);
    let mut reading = Reading { desk, repo: key, stop, done: 0, total: 0, told: 0 };
    reading.total = sources.iter().map(Source::size).sum();
    let mut preview = Preview { repo: repo.to_owned(), files: Vec::new(), problems: Vec::new(), refused: 0 };
    for source in sources {
        match reading.read(source) {
            Ok(file) => {
                preview.problems.extend(file.report.problems.iter().map(problem));
                preview.files.push(file);
            }
            Err(error) if error.reason == Reason::Cancelled => return Err(Failure(with("cancelled", &[]))),
            Err(error) => {
                preview.refused += 1;
                preview.problems.push(refusal(&error));
            }
        }
    }
    reading.tell(reading.total);
    Ok(preview)
}

impl Source {
    fn size(&self) -> u64 {
        match self {
            Self::Text { text, .. } => u64::try_from(text.len()).unwrap_or_default(),
            Self::Bytes { bytes, .. } => u64::try_from(bytes.len()).unwrap_or_default(),
            Self::File(path) => path.metadata().map(|file| file.len()).unwrap_or_default(),
        }
    }
}

/// The files of one import, read one after the other.
struct Reading<'a> {
    desk: &'a Desk,
    repo: String,
    stop: Arc<AtomicBool>,
    /// Bytes of the files before this one.
    done: u64,
    total: u64,
    /// Progress told last.
    told: u64,
}

impl Reading<'_> {
    fn read(&mut self, source: &Source) -> Result<Found, ead::Error> {
        let file = match source {
            Source::Text { name, text } => self.stream(name, text.as_bytes()),
            Source::Bytes { name, bytes } => self.stream(name, bytes.as_slice()),
            Source::File(path) => {
                let name = path.display().to_string();
                match File::open(path) {
                    Ok(file) => self.stream(&name, BufReader::with_capacity(1 << 16, file)),
                    Err(error) => {
                        Err(ead::Error { file: name, line: 1, reason: Reason::Unreadable(error.to_string()) })
                    }
                }
            }
        };
        self.done += source.size();
        file
    }

    fn stream(&mut self, name: &str, bytes: impl BufRead) -> Result<Found, ead::Error> {
        let (repo, stop) = (self.repo.clone(), Arc::clone(&self.stop));
        let before = self.done;
        let mut records = Packed::default();
        // A record that comes a second time, with what was read after its children, replaces the first.
        let mut sink = |record: Record| records.push(record);
        // Some keys stay in the records, as numbers of digital objects: they must be nobody else's.
        let mut ids = || uuid::Uuid::now_v7().to_string();
        let mut progress = |bytes| self.tell(before + bytes);
        let options = ead::Options {
            repo: &repo,
            ids: &mut ids,
            cancel: &stop,
            progress: &mut progress,
            limits: ead::Limits::default(),
        };
        let report = ead::read(name, bytes, options, &mut sink);
        Ok(Found { report: report?, records })
    }

    /// Tells how far it is, a hundred times at most.
    fn tell(&mut self, done: u64) {
        if done < self.total && done.saturating_sub(self.told) < self.total / 100 {
            return;
        }
        self.told = done;
        let progress = Progress { task: "import".to_owned(), done, total: self.total };
        self.desk.inner().teller.progress(&progress);
    }
}

fn problem(problem: &ead::ImportProblem) -> ImportProblem {
    ImportProblem {
        file: problem.file.clone(),
        line: problem.line,
        path: problem.path.clone(),
        value: problem.value.clone(),
        code: problem.code.to_owned(),
        message: sentence(problem.code, &problem.arguments()),
    }
}

fn refusal(error: &ead::Error) -> ImportProblem {
    ImportProblem {
        file: error.file.clone(),
        line: error.line,
        path: String::new(),
        value: String::new(),
        code: error.reason.code().to_owned(),
        message: sentence(error.reason.code(), &error.arguments()),
    }
}

fn sentence(code: &str, args: &serde_json::Map<String, serde_json::Value>) -> String {
    message::text("en", &format!("import-{code}"), args).unwrap_or_else(|| code.replace('-', " "))
}

/// Stores what was read: one operation, all of it or nothing. Agents and subjects that are here already are used.
///
/// # Errors
/// When a rule is broken that only all records together show, as an identifier that is taken.
pub fn accept(desk: &Desk, preview: &Preview) -> Result<Touched, Failure> {
    let by = desk.author();
    let (touched, op): (Vec<String>, OpId) = desk.store().write(Op::typed("import", &by), |tx| {
        for file in &preview.files {
            for new in &file.report.new_values {
                crate::sync::add_value(tx, new.list, &new.value)?;
            }
            store_all(tx, &file.records, &preview.repo)?;
        }
        Ok(tags(tx.changed()))
    })?;
    Ok(tell(desk, touched, Some(op)))
}

/// Forgets what was read; number 0 stops the reading that runs.
pub fn discard(desk: &Desk, import: u64) {
    if import == 0 {
        let stop = desk.inner().stop_import.lock().unwrap_or_else(PoisonError::into_inner);
        stop.store(true, Ordering::Relaxed);
        return;
    }
    let _gone = desk.inner().imports.lock().unwrap_or_else(PoisonError::into_inner).remove(&import);
}

/// `import_preview`.
///
/// # Errors
/// When the repository's address is none, or a file was not sent as base64.
pub fn import_preview(desk: &Desk, input: ImportInput) -> Result<ImportPreview, Failure> {
    let source = |file: ImportFile| {
        let bytes = BASE64.decode(&file.bytes).map_err(|error| {
            Failure(with("not_base64", &[("file", &file.name), ("why", &error.to_string())]))
        })?;
        Ok::<_, Failure>(Source::Bytes { name: file.name, bytes })
    };
    let sources = input.files.into_iter().map(source).collect::<Result<Vec<_>, _>>()?;
    let read = preview(desk, &input.repo, &sources)?;
    let import = desk.inner().next_import.fetch_add(1, Ordering::Relaxed);
    let shown =
        ImportPreview { import, kinds: read.kinds(), problems: read.problems.clone(), roots: read.roots()? };
    desk.inner().imports.lock().unwrap_or_else(PoisonError::into_inner).insert(import, read);
    Ok(shown)
}

/// `import_accept`.
///
/// # Errors
/// When there is no such preview, or as [`accept`] says.
pub fn import_accept(desk: &Desk, input: ImportChoice) -> Result<Touched, Failure> {
    let imports = || desk.inner().imports.lock().unwrap_or_else(PoisonError::into_inner);
    let preview = imports().remove(&input.import).ok_or_else(|| Failure(with("no_import", &[])))?;
    let stored = accept(desk, &preview);
    if stored.is_err() {
        // What is in the way can be mended and the same files taken then.
        imports().insert(input.import, preview);
    }
    stored
}

/// `import_discard`.
///
/// # Errors
/// Never.
pub fn import_discard(desk: &Desk, input: ImportChoice) -> Result<Touched, Failure> {
    discard(desk, input.import);
    Ok(Touched::default())
}
