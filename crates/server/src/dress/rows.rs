//! Numbers of rows that answers of the original let through, from the store's own count of them.

use record::Registry;
use serde_json::{Map, Value, json};
use store::{Head, Reader, Stored, each_row};

use crate::reply::Failure;

/// Puts the numbers of a record's inline records into its answer.
pub(super) fn fill(
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let head = &stored.head;
    match stored.kind {
        kind if kind.starts_with("agent_") => {
            number(reader, head, doc, "telephone", &mut |telephone, row| {
                telephone.insert("uri".to_owned(), json!(format!("/telephone/{row}")));
            })?;
        }
        "digital_object" | "digital_object_component" => {
            number(reader, head, doc, "file_version", &mut |version, row| {
                version.insert("identifier".to_owned(), json!(row.to_string()));
            })?;
        }
        _ => {}
    }
    if doc.contains_key("collection_management") {
        let repo = head.repo.clone().unwrap_or_default();
        number(reader, head, doc, "collection_management", &mut |management, row| {
            management.insert("uri".to_owned(), json!(format!("{repo}/collection_management/{row}")));
        })?;
    }
    for table in ["linked_agents", "rights_statement_agents"] {
        terms(reader, head, doc, table)?;
    }
    Ok(())
}

fn number(
    reader: &Reader<'_>,
    head: &Head,
    doc: &mut Map<String, Value>,
    table: &str,
    f: &mut dyn FnMut(&mut Map<String, Value>, i64),
) -> Result<(), Failure> {
    let mut present = false;
    each_row(doc, table, &mut |_| present = true);
    if !present {
        return Ok(());
    }
    if let Some(mut row) = reader.first_row(head, table)? {
        each_row(doc, table, &mut |inline| {
            f(inline, row);
            row += 1;
        });
    }
    Ok(())
}

/// Terms of linked agents carry the columns of their own table, and the number of the link.
fn terms(reader: &Reader<'_>, head: &Head, doc: &mut Map<String, Value>, table: &str) -> Result<(), Failure> {
    let mut types: Vec<String> = Vec::new();
    each_row(doc, table, &mut |link| {
        let terms = link.get("terms").and_then(Value::as_array).into_iter().flatten();
        types.extend(terms.filter_map(|term| term.get("term_type")?.as_str()).map(str::to_owned));
    });
    if types.is_empty() {
        return Ok(());
    }
    let mut numbers = Vec::new();
    for term_type in types {
        let number = reader.enum_value_number("subject_term_type", &term_type)?;
        numbers.push((term_type, number));
    }
    number(reader, head, doc, table, &mut |link, row| {
        let Some(Value::Array(terms)) = link.get_mut("terms") else { return };
        for term in terms.iter_mut().filter_map(Value::as_object_mut) {
            columns(term, row, &numbers);
        }
    })
}

fn columns(term: &mut Map<String, Value>, row: i64, types: &[(String, Option<i64>)]) {
    let number_in = |term: &Map<String, Value>, name: &str| {
        let uri = record::Uri::parse(Registry::shipped(), term.get(name)?.as_str()?).ok()?;
        uri.key.parse::<i64>().ok()
    };
    let term_type = term.get("term_type").and_then(Value::as_str).unwrap_or_default();
    let type_number = types.iter().find(|(name, _)| name == term_type).and_then(|(_, number)| *number);
    let columns = [
        ("id", number_in(term, "uri")),
        ("vocab_id", number_in(term, "vocabulary")),
        ("term_type_id", type_number),
        ("json_schema_version", Some(1)),
        ("x_foreign_key_x", Some(row)),
    ];
    for (name, value) in columns {
        if let Some(value) = value {
            term.insert(name.to_owned(), json!(value));
        }
    }
}
