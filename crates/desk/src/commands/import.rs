//! Importing finding aids: read into memory, shown, stored only when accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use record::api::command::{ImportChoice, ImportInput, ImportPreview, ImportProblem, Progress, Touched};
use record::{Record, Uri, derive};
use store::{Op, OpId};

use super::records::registry;
use super::touched::{tags, tell};
use crate::error::with;
use crate::import::{Known, localise, ordered};
use crate::{Desk, Failure};

/// A file to import.
#[derive(Debug, Clone)]
pub enum Source {
    /// Its text, from the window's own file dialog.
    Text {
        /// Name, for messages.
        name: String,
        /// The file.
        text: String,
    },
    /// A file on this computer.
    File(PathBuf),
}

/// What was read and not yet stored.
#[derive(Debug)]
pub struct Preview {
    /// Address of the repository that takes the records.
    pub repo: String,
    /// Records of each file, with the addresses of the import.
    pub files: Vec<Vec<Record>>,
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
        for record in self.files.iter().flatten() {
            *kinds.entry(record.kind.clone()).or_insert(0) += 1;
        }
        kinds
    }

    fn roots(&self) -> Vec<String> {
        let roots = self.files.iter().flatten().filter(|record| record.kind == "resource");
        roots.map(|record| derive::title(registry(), record)).collect()
    }
}

/// Reads files. A file that is refused as a whole is a problem; the others are read all the same.
///
/// # Errors
/// When the repository's address is none.
pub fn preview(desk: &Desk, repo: &str, sources: &[Source]) -> Result<Preview, Failure> {
    let key = Uri::parse(registry(), repo)
        .map(|uri| uri.key)
        .map_err(|_| Failure(with("bad_uri", &[("uri", repo)])))?;
    let mut preview = Preview { repo: repo.to_owned(), files: Vec::new(), problems: Vec::new(), refused: 0 };
    let total = u64::try_from(sources.len()).unwrap_or_default();
    for (source, done) in sources.iter().zip(0..) {
        desk.inner().teller.progress(&Progress { task: "import".to_owned(), done, total });
        preview.refused += 1;
        preview.problems.push(unread(source, &key));
    }
    desk.inner().teller.progress(&Progress { task: "import".to_owned(), done: total, total });
    Ok(preview)
}

fn unread(source: &Source, _repo: &str) -> ImportProblem {
    let (file, value) = match source {
        Source::Text { name, text } => (name.clone(), text.chars().take(40).collect()),
        Source::File(path) => (path.display().to_string(), String::new()),
    };
    ImportProblem {
        file,
        line: 1,
        path: String::new(),
        value,
        code: "unreadable".to_owned(),
        message: "This build has no importer.".to_owned(),
    }
}

/// Stores what was read: one operation, all of it or nothing. Agents and subjects that are here already are used.
///
/// # Errors
/// When a rule is broken that only all records together show, as an identifier that is taken.
pub fn accept(desk: &Desk, preview: Preview) -> Result<Touched, Failure> {
    let by = desk.author();
    let repo = preview.repo.clone();
    let (touched, op): (Vec<String>, OpId) = desk.store().write(Op::typed("import", &by), |tx| {
        let mut known = Known::load(tx)?;
        for records in preview.files {
            for record in ordered(localise(tx, records, &repo, &mut known)?) {
                tx.create(&record.kind, Some(&repo), record.doc)?;
            }
        }
        Ok(tags(tx.changed()))
    })?;
    Ok(tell(desk, touched, Some(op)))
}

/// Forgets what was read.
pub fn discard(desk: &Desk, import: u64) {
    let _gone = desk.inner().imports.lock().unwrap_or_else(PoisonError::into_inner).remove(&import);
}

/// `import_preview`.
///
/// # Errors
/// When the repository's address is none.
pub fn import_preview(desk: &Desk, input: ImportInput) -> Result<ImportPreview, Failure> {
    let sources: Vec<Source> =
        input.files.into_iter().map(|file| Source::Text { name: file.name, text: file.text }).collect();
    let read = preview(desk, &input.repo, &sources)?;
    let import = desk.inner().next_import.fetch_add(1, Ordering::Relaxed);
    let shown =
        ImportPreview { import, kinds: read.kinds(), problems: read.problems.clone(), roots: read.roots() };
    desk.inner().imports.lock().unwrap_or_else(PoisonError::into_inner).insert(import, read);
    Ok(shown)
}

/// `import_accept`.
///
/// # Errors
/// When there is no such preview, or as [`accept`] says.
pub fn import_accept(desk: &Desk, input: ImportChoice) -> Result<Touched, Failure> {
    let taken = desk.inner().imports.lock().unwrap_or_else(PoisonError::into_inner).remove(&input.import);
    let preview = taken.ok_or_else(|| Failure(with("no_import", &[])))?;
    accept(desk, preview)
}

/// `import_discard`.
///
/// # Errors
/// Never.
pub fn import_discard(desk: &Desk, input: ImportChoice) -> Result<Touched, Failure> {
    discard(desk, input.import);
    Ok(Touched::default())
}
