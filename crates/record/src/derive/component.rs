//! Components: a title and dates run together.

use super::words;
use crate::Record;

/// `title, dates`.
pub(super) fn archival_object(record: &Record) -> Option<String> {
    join(record.text("title"), ", ", words::dates(record.items("dates")))
}

/// As for components of collections, but a label may stand for the title; ArchivesSpace
/// puts no comma between a label and the dates, and neither does this.
pub(super) fn digital_object(record: &Record) -> Option<String> {
    let dates = words::dates(record.items("dates"));
    match record.text("title") {
        Some(title) => join(Some(title), ", ", dates),
        None => join(record.text("label"), "", dates),
    }
}

fn join(title: Option<&str>, between: &str, dates: Option<String>) -> Option<String> {
    match (title, dates) {
        (Some(title), Some(dates)) => Some(format!("{title}{between}{dates}")),
        (Some(title), None) => Some(title.to_owned()),
        (None, dates) => dates,
    }
}
