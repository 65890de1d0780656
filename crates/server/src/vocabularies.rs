//! Vocabularies and the terms in them.

use std::collections::HashMap;

use serde_json::{Value, json};
use store::{List, Order, Reader};

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, records};

const MOST: usize = 20;

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let wanted = call.params.text("ref_id");
    call.app.read(|reader| {
        let query = List {
            kinds: vec!["vocabulary".to_owned()],
            order: Order::Id,
            limit: u64::MAX,
            ..List::default()
        };
        let mut terms = by_vocabulary(reader)?;
        let mut docs = Vec::new();
        for stored in reader.list_full(&query)? {
            if wanted.is_none_or(|wanted| stored.record().text("ref_id") == Some(wanted)) {
                let mut doc = dress::served(reader, &stored)?;
                doc.insert("terms".to_owned(), json!(terms.remove(&stored.head.uri).unwrap_or_default()));
                docs.push(Value::Object(doc));
            }
        }
        Ok(Reply::json(docs))
    })
}

pub(crate) fn terms(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("vocabulary");
    call.app.read(|reader| {
        records::visible(call, reader, &uri)?;
        Ok(Reply::json(by_vocabulary(reader)?.remove(&uri).unwrap_or_default()))
    })
}

/// All terms, by the vocabulary that they are of.
fn by_vocabulary(reader: &Reader<'_>) -> Result<HashMap<String, Vec<Value>>, Failure> {
    let query = List { kinds: vec!["term".to_owned()], order: Order::Id, limit: u64::MAX, ..List::default() };
    let mut terms: HashMap<String, Vec<Value>> = HashMap::new();
    for stored in reader.list_full(&query)? {
        let vocabulary = record::text(&stored.doc, "vocabulary").unwrap_or_default().to_owned();
        terms.entry(vocabulary).or_default().push(Value::Object(dress::served(reader, &stored)?));
    }
    Ok(terms)
}

/// Terms that begin with what was typed.
pub(crate) fn complete(call: &Call<'_>) -> Answer {
    let typed = call.params.text("q").unwrap_or_default();
    call.app.read(|reader| {
        let mut found = Vec::new();
        for head in reader.titled("term", typed, MOST)? {
            if let Some(stored) = reader.get(&head.uri)? {
                found.push(Value::Object(dress::served(reader, &stored)?));
            }
        }
        Ok(Reply::json(
            json!({"first_page": 1, "last_page": 1, "this_page": 1, "total": found.len(), "results": found}),
        ))
    })
}
