//! Making an import's records those of this desk: addresses of this computer,
//! agents and subjects that are here already, referents before what refers to them.

use std::collections::{HashMap, HashSet};

use record::{Record, Registry, Uri, derive, refs};
use serde_json::Value;
use store::{List, Reader};
use uuid::Uuid;

/// Kinds that many finding aids share.
const SHARED: [&str; 5] =
    ["agent_person", "agent_corporate_entity", "agent_family", "agent_software", "subject"];

/// Agents and subjects by kind, title and source, read when first asked for.
pub(crate) struct Known {
    by_title: HashMap<(String, String), Vec<String>>,
    made: HashMap<(String, String, String), String>,
}

impl Known {
    /// The titles of what is here.
    pub(crate) fn load(r: &Reader<'_>) -> Result<Self, store::Error> {
        let mut by_title: HashMap<(String, String), Vec<String>> = HashMap::new();
        let list = List { limit: u64::MAX >> 1, ..List::by_title(&SHARED, None, 0, 0) };
        for head in r.list(&list)? {
            by_title.entry((head.kind.to_owned(), head.title)).or_default().push(head.uri);
        }
        Ok(Self { by_title, made: HashMap::new() })
    }

    /// Address of the record that says the same.
    fn find(&self, r: &Reader<'_>, record: &Record, title: &str) -> Result<Option<String>, store::Error> {
        let source = source(record);
        let key = (record.kind.clone(), title.to_owned(), source.clone());
        if let Some(uri) = self.made.get(&key) {
            return Ok(Some(uri.clone()));
        }
        for uri in self.by_title.get(&(record.kind.clone(), title.to_owned())).into_iter().flatten() {
            if r.get(uri)?.is_some_and(|stored| self::source(&stored.record()) == source) {
                return Ok(Some(uri.clone()));
            }
        }
        Ok(None)
    }
}

/// The vocabulary that the heading is taken from.
fn source(record: &Record) -> String {
    let own = record.text("source");
    let of_name = || record.items("names").first()?.get("source")?.as_str();
    own.or_else(of_name).unwrap_or_default().to_owned()
}

/// Gives every record an address of this computer, or leaves it out for the one that is here already.
pub(crate) fn localise(
    r: &Reader<'_>,
    records: Vec<Record>,
    repo: &str,
    known: &mut Known,
) -> Result<Vec<Record>, store::Error> {
    let registry = Registry::shipped();
    let repo_key = repo.rsplit('/').next();
    let mut addresses: HashMap<String, String> = HashMap::new();
    let mut kept = Vec::with_capacity(records.len());
    for mut record in records {
        let Some(old) = record.uri().map(str::to_owned) else { continue };
        if SHARED.contains(&record.kind.as_str()) {
            let title = derive::title(registry, &record);
            if let Some(uri) = known.find(r, &record, &title)? {
                addresses.insert(old, uri);
                continue;
            }
            let new = fresh(&record.kind, repo_key);
            known.made.insert((record.kind.clone(), title, source(&record)), new.clone());
            record.doc.insert("uri".to_owned(), Value::from(new.as_str()));
            addresses.insert(old, new);
        } else {
            let new = fresh(&record.kind, repo_key);
            record.doc.insert("uri".to_owned(), Value::from(new.as_str()));
            addresses.insert(old, new);
        }
        kept.push(record);
    }
    for record in &mut kept {
        refs::rewrite(registry, record, &mut |uri| addresses.get(uri).cloned());
    }
    Ok(kept)
}

fn fresh(kind: &str, repo: Option<&str>) -> String {
    let key = format!("local_{}", Uuid::now_v7());
    Uri::of(Registry::shipped(), kind, repo, &key).map(|uri| uri.to_string()).unwrap_or_default()
}

/// Referents first, else the order of the file. A circle is cut where it was entered.
pub(crate) fn ordered(records: Vec<Record>) -> Vec<Record> {
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
