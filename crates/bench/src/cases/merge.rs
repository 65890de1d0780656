//! Two people who changed different notes of a record with a thousand.

use anyhow::Result;
use record::{Record, Registry, merge};
use serde_json::{Value, json};

use crate::Scale;
use crate::data;
use crate::measure::{Goal, Line, busy, percentile};

const NOTES: usize = 1_000;

/// What a person does not wait for, in milliseconds.
const NOTICED: f64 = 20.0;

pub(super) fn run(_: Scale) -> Result<Vec<Line>> {
    let registry = Registry::shipped();
    let (base, mine, theirs) = (with_notes(None), with_notes(Some(10)), with_notes(Some(990)));
    let mut times: Vec<f64> =
        (0..9).map(|_| busy(|| merge::merge(registry, &base, &mine, &theirs)).0 * 1e3).collect();
    let ours = percentile(&mut times, 0.5);
    Ok(vec![Line::new("merge two records of 1,000 notes", "ms cpu", ours, NOTICED, Goal(1.0))])
}

fn with_notes(changed: Option<usize>) -> Record {
    let notes: Vec<Value> = (0..NOTES)
        .map(|n| {
            let words = if changed == Some(n) { "changed" } else { "as it was" };
            json!({"jsonmodel_type": "note_multipart", "type": "odd", "persistent_id": format!("n{n}"), "publish": true,
                "subnotes": [{"jsonmodel_type": "note_text", "content": format!("Note {n}, {words}"), "publish": true}]})
        })
        .collect();
    let mut doc = data::object(data::resource_record());
    doc.insert("notes".to_owned(), Value::Array(notes));
    Record::new("resource", doc)
}
