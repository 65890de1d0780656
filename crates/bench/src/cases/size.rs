//! What a filled store takes on disk, beside the documents and the words in it.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::filled;
use crate::Scale;
use crate::measure::{Goal, Line};

/// Records whose size is measured.
const SAMPLE: usize = 500;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let filled = filled::fill(scale)?;
    filled.store.settle_search()?;
    // A sample stands for all: the place of each among its siblings is counted, and here all are siblings. Every
    // fifth has a note, so the step must not be a multiple of five.
    let step = (filled.uris.len() / SAMPLE / 10 * 10).max(1) | 1;
    let (mut documents, mut words) = (0, 0);
    filled.store.read(|reader| {
        for uri in filled.uris.iter().step_by(step) {
            let stored = reader.expect(uri)?;
            documents += step * serde_json::to_string(&reader.to_api(&stored)?)?.len();
            words += step * text(&Value::Object(stored.doc));
        }
        Ok(())
    })?;
    let (folder, store) = (filled.folder, filled.store);
    // Closing writes the log back into the file.
    drop(store);
    let data = folder.path().join("store");
    let (whole, index) = (size(&data)?, size(&data.join("index"))?);
    let line = |name, ours: u64, bare: usize, goal| {
        #[expect(clippy::cast_precision_loss, reason = "megabytes")]
        let (ours, bare) = (ours as f64 / 1e6, bare as f64 / 1e6);
        Line::new(name, "MB", ours, bare, Goal(goal))
    };
    Ok(vec![
        line("size of the store, by what the API serves", whole - index, documents, 0.6),
        line("size of the index, by the text in them", index, words, 1.2),
    ])
}

/// Bytes of every text of a document.
fn text(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text).sum(),
        Value::Object(members) => members.values().map(text).sum(),
        _ => 0,
    }
}

/// Bytes of the files in a folder, at any depth.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { size(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}
