//! Making an import's records those of this desk: addresses of this computer,
//! agents and subjects that are here already, referents before what refers to them.

use std::collections::{HashMap, HashSet};

use record::{Record, Registry, Uri, refs};
use serde_json::Value;
use store::Tx;
use uuid::Uuid;

/// Stores records whose addresses are the import's own.
pub(crate) fn store_all(tx: &mut Tx<'_>, records: Vec<Record>, repo: &str) -> Result<(), store::Error> {
    let registry = Registry::shipped();
    let key = repo.rsplit('/').next();
    let mut addresses: HashMap<String, String> = records
        .iter()
        .filter_map(|record| Some((record.uri()?.to_owned(), fresh(&record.kind, key)?)))
        .collect();
    for mut record in ordered(records) {
        refs::rewrite(registry, &mut record, &mut |uri| addresses.get(uri).cloned());
        let old = record.uri().unwrap_or_default().to_owned();
        if let Some(twin) = tx.twin(&record, Some(repo))? {
            addresses.insert(old, twin);
            continue;
        }
        if let Some(new) = addresses.get(&old) {
            record.doc.insert("uri".to_owned(), Value::from(new.as_str()));
        }
        tx.add(&record.kind, Some(repo), record.doc)?;
    }
    Ok(())
}

fn fresh(kind: &str, repo: Option<&str>) -> Option<String> {
    let key = format!("local_{}", Uuid::now_v7());
    Uri::of(Registry::shipped(), kind, repo, &key).map(|uri| uri.to_string())
}

/// Referents first, else the order of the file. A circle is cut where it was entered.
fn ordered(records: Vec<Record>) -> Vec<Record> {
    let at: HashMap<String, usize> =
        records.iter().enumerate().filter_map(|(at, record)| Some((record.uri()?.to_owned(), at))).collect();
    let needs: Vec<Vec<usize>> = records
        .iter()
        .map(|record| {
            let references = refs::references(Registry::shipped(), record);
            references.iter().filter_map(|reference| at.get(&reference.uri).copied()).collect()
        })
        .collect();
    let mut order = Vec::with_capacity(records.len());
    let mut seen = HashSet::new();
    for start in 0..records.len() {
        // Without recursion: a chain of parents may be deep.
        let mut path = vec![(start, 0)];
        if !seen.insert(start) {
            continue;
        }
        while let Some((node, next)) = path.last_mut() {
            match needs.get(*node).and_then(|needs| needs.get(*next)) {
                Some(needed) => {
                    *next += 1;
                    if seen.insert(*needed) {
                        path.push((*needed, 0));
                    }
                }
                None => {
                    order.push(*node);
                    path.pop();
                }
            }
        }
    }
    let mut records: Vec<Option<Record>> = records.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| records.get_mut(at).and_then(Option::take)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(kind: &str, doc: Value) -> Record {
        Record::from_value(kind, doc).unwrap()
    }

    #[test]
    fn referents_come_first() {
        let resource = "/repositories/2/resources/import_1";
        let records = vec![
            record("resource", json!({"uri": resource, "subjects": [{"ref": "/subjects/import_3"}]})),
            record(
                "archival_object",
                json!({"uri": "/repositories/2/archival_objects/import_2", "resource": {"ref": resource}}),
            ),
            record("subject", json!({"uri": "/subjects/import_3"})),
        ];
        let kinds: Vec<String> = ordered(records).into_iter().map(|record| record.kind).collect();
        assert_eq!(kinds, ["subject", "resource", "archival_object"]);
    }
}
