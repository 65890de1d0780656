//! Subjects.

use serde_json::Value;

use super::Lookup;
use crate::Record;
use crate::record::text;

/// The terms in their order: `Letters -- Austria`. `None` while a term is only an address that is not known.
pub(super) fn title(record: &Record, lookup: &dyn Lookup) -> Option<String> {
    let terms: Option<Vec<String>> = record.items("terms").iter().map(|term| words(term, lookup)).collect();
    terms.filter(|terms| !terms.is_empty()).map(|terms| terms.join(" -- "))
}

fn words(term: &Value, lookup: &dyn Lookup) -> Option<String> {
    match term {
        Value::Object(term) => text(term, "term").map(str::to_owned),
        Value::String(uri) => lookup.record(uri)?.text("term").map(str::to_owned),
        _ => None,
    }
}
