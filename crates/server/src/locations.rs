//! Many locations at once.

use record::Record;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::records;
use crate::reply::{Answer, Failure, Reply};

/// Most locations that one request makes.
const MOST: usize = 10_000;

/// Makes the grid of all combinations of up to three ranges.
pub(crate) fn batch(call: &Call<'_>) -> Answer {
    let request = call.document()?;
    let mut plain = request.doc.clone();
    let mut ranges = Vec::new();
    for n in 1..=3 {
        if let Some(Value::Object(range)) = plain.shift_remove(&format!("coordinate_{n}_range")) {
            ranges.push((n, labels(&range)?));
        }
    }
    for name in ["locations", "jsonmodel_type"] {
        plain.shift_remove(name);
    }
    let mut docs = vec![plain];
    for (n, labels) in &ranges {
        if docs.len().saturating_mul(labels.len()) > MOST {
            return Err(Failure::param(
                &format!("coordinate_{n}_range"),
                format!("At most {MOST} locations at a time"),
            ));
        }
        docs = docs
            .iter()
            .flat_map(|doc| labels.iter().map(|(label, indicator)| with(doc, *n, label, indicator)))
            .collect();
    }
    let mut checked = Vec::with_capacity(docs.len());
    for doc in docs {
        checked.push(records::checked(call, "location", Value::Object(doc))?);
    }
    if call.params.flag("dry_run") {
        let titles: Vec<String> = checked.iter().map(title).collect();
        return Ok(Reply::json(titles));
    }
    call.commit("locations", |tx| {
        let mut uris = Vec::with_capacity(checked.len());
        for record in checked {
            uris.push(records::make(tx, None, record)?.head.uri);
        }
        Ok(Reply::json(uris))
    })
}

fn title(record: &Record) -> String {
    struct Nobody;
    impl record::derive::Lookup for Nobody {
        fn record(&self, _: &str) -> Option<Record> {
            None
        }
    }
    let mut record = record.clone();
    record::derive::derive(record::Registry::shipped(), &mut record, &Nobody);
    record::derive::title(record::Registry::shipped(), &record)
}

fn with(doc: &Map<String, Value>, n: usize, label: &str, indicator: &str) -> Map<String, Value> {
    let mut doc = doc.clone();
    doc.insert(format!("coordinate_{n}_label"), json!(label));
    doc.insert(format!("coordinate_{n}_indicator"), json!(indicator));
    doc
}

/// The indicators of a range: numbers count, letters go on as in a spreadsheet.
fn labels(range: &Map<String, Value>) -> Result<Vec<(String, String)>, Failure> {
    let text = |name: &str| range.get(name).and_then(Value::as_str).unwrap_or_default();
    let (label, prefix, suffix) = (text("label"), text("prefix"), text("suffix"));
    let (start, end) = (text("start"), text("end"));
    let mut values = Vec::new();
    match (start.parse::<u64>(), end.parse::<u64>()) {
        (Ok(first), Ok(last)) => {
            values.extend((first..=last).take(MOST).map(|n| format!("{n:0width$}", width = start.len())))
        }
        _ => {
            let mut at = start.to_owned();
            while values.len() < MOST && !at.is_empty() {
                let done = at == end || at.chars().count() > end.chars().count();
                if at.chars().count() <= end.chars().count() {
                    values.push(at.clone());
                }
                if done {
                    break;
                }
                at = following(&at);
            }
        }
    }
    if values.is_empty() {
        return Err(Failure::param("range", "The range is empty"));
    }
    Ok(values.into_iter().map(|value| (label.to_owned(), format!("{prefix}{value}{suffix}"))).collect())
}

/// `A` → `B`, `Z` → `AA`, `A9` → `B0`.
fn following(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for at in (0..letters.len()).rev() {
        let (next, carry) = match letters[at] {
            'z' => ('a', true),
            'Z' => ('A', true),
            '9' => ('0', true),
            other => (char::from_u32(u32::from(other) + 1).unwrap_or(other), false),
        };
        let was = letters[at];
        letters[at] = next;
        if !carry {
            return letters.into_iter().collect();
        }
        if at == 0 {
            letters.insert(0, if was == '9' { '1' } else { next });
        }
    }
    letters.into_iter().collect()
}

/// The same changes to several locations.
pub(crate) fn batch_update(call: &Call<'_>) -> Answer {
    let request = call.document()?;
    let uris: Vec<String> =
        request.items("record_uris").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut changes = request.doc.clone();
    for name in ["record_uris", "jsonmodel_type", "lock_version"] {
        changes.shift_remove(name);
    }
    changes.retain(|_, value| !matches!(value, Value::Array(items) if items.is_empty()));
    call.commit("locations", |tx| {
        let mut done = Vec::new();
        for uri in &uris {
            let mut doc = tx.get(uri)?.ok_or_else(|| Failure::missing("location"))?.doc;
            doc.extend(changes.clone());
            let stored = tx.update(uri, doc, store::Expect::Any)?;
            done.push(Value::Object(stored.to_api()));
        }
        Ok(Reply::json(done))
    })
}

#[cfg(test)]
mod tests {
    use super::following;

    #[test]
    fn letters_go_on() {
        for (text, next) in [("A", "B"), ("Z", "AA"), ("az", "ba"), ("A9", "B0"), ("9", "10")] {
            assert_eq!(following(text), next);
        }
    }
}
