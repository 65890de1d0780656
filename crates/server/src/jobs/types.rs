//! The types of jobs: who may begin and end one, and what does it.

use record::Record;
use record::api::wire::Messages;

use super::run::{Done, Run};
use super::{arks, duplicate, find_and_replace, import, slugs, whitespace};
use crate::app::App;
use crate::reply::Failure;

/// A type of job.
pub(super) struct Type {
    /// As the document names it.
    pub(super) name: &'static str,
    /// Code that its sender needs beside `create_job`.
    pub(super) create: Option<&'static str>,
    /// Code that ending it needs beside `cancel_job`.
    pub(super) cancel: Option<&'static str>,
    pub(super) work: Work,
}

/// What does the jobs of a type.
pub(super) enum Work {
    /// This server.
    Here {
        /// Refuses what cannot be done, before it is queued.
        accepts: fn(&Asked<'_>) -> Result<(), Failure>,
        /// Does it.
        does: fn(&Run<'_>) -> Done,
    },
    /// Nobody yet: the sentence that refuses it.
    NotYet(&'static str),
}

/// A job that somebody sends, before it is queued.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    /// Address of the repository.
    pub(super) repo: &'a str,
    /// What is to be done, checked by its schema.
    pub(super) job: &'a Record,
    pub(super) files: &'a [(String, Vec<u8>)],
}

const SYSTEM: Option<&str> = Some("administer_system");
const SPREADSHEETS: &str = "This server reads no spreadsheets yet, so it takes no such job.";
const PAPER: &str = "This server makes no reports, labels or PDF, so it takes no such job.";

/// Every type that ArchivesSpace has.
#[rustfmt::skip]
pub(super) const TYPES: &[Type] = &[
    here("import_job", Some("import_records"), Some("cancel_importer_job"), import::accepts, import::run),
    here("find_and_replace_job", Some("manage_repository"), Some("manage_repository"), find_and_replace::accepts, find_and_replace::run),
    here("generate_slugs_job", SYSTEM, SYSTEM, slugs::accepts, slugs::run),
    here("generate_arks_job", SYSTEM, SYSTEM, arks::accepts, arks::run),
    here("trim_whitespace_job", None, None, no_more, whitespace::run),
    here("resource_duplicate_job", Some("update_resource_record"), None, duplicate::accepts, duplicate::run),
    not_yet("bulk_import_job", SPREADSHEETS),
    not_yet("bulk_archival_object_updater_job", SPREADSHEETS),
    not_yet("top_container_linker_job", SPREADSHEETS),
    not_yet("container_labels_job", PAPER),
    not_yet("print_to_pdf_job", PAPER),
    not_yet("report_job", PAPER),
    not_yet("ns2_remover_job", "This server does not mend the prefixes of links in notes, so it takes no such job."),
    not_yet("container_conversion_job", "This server has no containers of the old form, so it takes no such job."),
];

const fn here(
    name: &'static str,
    create: Option<&'static str>,
    cancel: Option<&'static str>,
    accepts: fn(&Asked<'_>) -> Result<(), Failure>,
    does: fn(&Run<'_>) -> Done,
) -> Type {
    Type { name, create, cancel, work: Work::Here { accepts, does } }
}

const fn not_yet(name: &'static str, sentence: &'static str) -> Type {
    Type { name, create: None, cancel: None, work: Work::NotYet(sentence) }
}

pub(super) fn find(name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|kind| kind.name == name)
}

/// The types that are done here.
pub(super) fn done_here() -> impl Iterator<Item = &'static Type> {
    TYPES.iter().filter(|kind| matches!(kind.work, Work::Here { .. }))
}

fn no_more(_: &Asked<'_>) -> Result<(), Failure> {
    Ok(())
}

/// A wrong value of the job's document, as the API names its place.
pub(super) fn wrong(property: &str, text: impl Into<String>) -> Failure {
    Failure::Params(Messages::from([(format!("job/{property}"), vec![text.into()])]))
}
