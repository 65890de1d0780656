//! Vocabularies and the terms in them.

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
        let mut docs = Vec::new();
        for stored in reader.list_full(&query)? {
            if wanted.is_none_or(|wanted| stored.record().text("ref_id") == Some(wanted)) {
                let mut doc = dress::served(reader, &stored)?;
                doc.insert("terms".to_owned(), json!(terms_of(reader, &stored.head.uri)?));
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
        Ok(Reply::json(terms_of(reader, &uri)?))
    })
}

fn terms_of(reader: &Reader<'_>, vocabulary: &str) -> Result<Vec<Value>, Failure> {
    let query = List { kinds: vec!["term".to_owned()], order: Order::Id, limit: u64::MAX, ..List::default() };
    let mut terms = Vec::new();
    for stored in reader.list_full(&query)? {
        if stored.record().text("vocabulary") == Some(vocabulary) {
            terms.push(Value::Object(dress::served(reader, &stored)?));
        }
    }
    Ok(terms)
}

/// Terms that begin with what was typed.
pub(crate) fn complete(call: &Call<'_>) -> Answer {
    let typed = call.params.text("q").unwrap_or_default().to_lowercase();
    call.app.read(|reader| {
        let query =
            List { kinds: vec!["term".to_owned()], order: Order::Id, limit: u64::MAX, ..List::default() };
        let mut found = Vec::new();
        for stored in reader.list_full(&query)? {
            let fits =
                stored.record().text("term").is_some_and(|term| term.to_lowercase().starts_with(&typed));
            if fits && found.len() < MOST {
                found.push(Value::Object(dress::served(reader, &stored)?));
            }
        }
        Ok(Reply::json(
            json!({"first_page": 1, "last_page": 1, "this_page": 1, "total": found.len(), "results": found}),
        ))
    })
}
