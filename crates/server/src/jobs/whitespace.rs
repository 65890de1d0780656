//! `trim_whitespace_job`: takes blanks off both ends of titles.

use serde_json::Value;

use super::run::{Done, Run};
use super::sweep::sweep;

/// Kinds whose titles are trimmed.
const KINDS: [&str; 5] =
    ["accession", "resource", "archival_object", "digital_object", "digital_object_component"];

pub(super) fn run(run: &Run<'_>) -> Done {
    let repo = Some(run.job.repo.as_str());
    sweep(run, "trim_whitespace", &KINDS, repo, &mut |_, mut stored| {
        let Some(Value::String(title)) = stored.doc.get("title") else { return Ok(None) };
        let trimmed = title.trim();
        if trimmed == title || trimmed.is_empty() {
            return Ok(None);
        }
        let trimmed = Value::from(trimmed);
        stored.doc.insert("title".to_owned(), trimmed);
        Ok(Some(stored.doc))
    })
}
