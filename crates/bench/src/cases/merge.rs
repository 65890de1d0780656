//! Two people who changed different notes of a record with a thousand.

use anyhow::Result;
use record::{Record, Registry, merge};
use serde_json::{Value, json};

use crate::Scale;
use crate::data;
use crate::measure::{Goal, Line, in_turn, seconds};

const NOTES: usize = 1_000;

pub(super) fn run(_: Scale) -> Result<Vec<Line>> {
    let registry = Registry::shipped();
    let (base, mine, theirs) = (with_notes(None), with_notes(Some(10)), with_notes(Some(990)));
    // The floor reads each of the three documents once: nothing can merge with less.
    let texts: Vec<String> =
        [&base, &mine, &theirs].iter().map(|r| Value::Object(r.doc.clone()).to_string()).collect();
    let product =
        |_| Ok::<_, anyhow::Error>(seconds(|| merge::merge(registry, &base, &mine, &theirs)).0 * 1e3);
    let floor = |_| {
        let (time, parsed) =
            seconds(|| texts.iter().map(|t| serde_json::from_str::<Value>(t)).collect::<Result<Vec<_>, _>>());
        parsed?;
        Ok(time * 1e3)
    };
    let (ours, bare) = in_turn(9, product, floor)?;
    Ok(vec![
        Line::new("merge two records of 1,000 notes", "ms", ours, bare, Goal(20.0)),
        Line::new("  the same beside 20 ms", "ms", ours, 20.0, Goal(1.0)),
    ])
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
