//! Terms: inline in subjects and in links to agents, and records of their own
//! that others can name.

use record::Record;
use serde_json::{Map, Value};
use store::Tx;

use crate::dress::term_uri;
use crate::reply::Failure;

/// Makes the terms that a record brings, and puts the terms that it only names into it.
pub(crate) fn settle(tx: &mut Tx<'_>, record: &mut Record) -> Result<(), Failure> {
    // The save itself tells of a vocabulary that is not there.
    if let Some(vocabulary) = record.text("vocabulary")
        && tx.head(vocabulary)?.is_none()
    {
        return Ok(());
    }
    let mut lists: Vec<&mut Value> = Vec::new();
    if record.kind == "subject" {
        lists.extend(record.doc.get_mut("terms"));
    } else if let Some(Value::Array(agents)) = record.doc.get_mut("linked_agents") {
        lists.extend(agents.iter_mut().filter_map(|agent| agent.get_mut("terms")));
    }
    for list in lists {
        let Value::Array(terms) = list else { continue };
        for term in terms {
            match term {
                Value::String(uri) => {
                    let stored = tx.get(uri)?.filter(|stored| stored.kind == "term");
                    let mut doc = stored.ok_or_else(|| Failure::param("terms", "There is no such term"))?.doc;
                    doc.insert("jsonmodel_type".to_owned(), Value::from("term"));
                    *term = Value::Object(doc);
                }
                Value::Object(inline) => make(tx, inline)?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn make(tx: &mut Tx<'_>, inline: &Map<String, Value>) -> Result<(), Failure> {
    if term_uri(tx, inline)?.is_some() {
        return Ok(());
    }
    let mut doc = inline.clone();
    doc.shift_remove("uri");
    tx.create("term", None, doc)?;
    Ok(())
}
