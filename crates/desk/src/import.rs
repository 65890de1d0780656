//! Making an import's records those of this desk: addresses of this computer,
//! agents and subjects that are here already, referents before what refers to them.

use std::collections::HashMap;

use record::{Record, Registry, refs};
use serde_json::Value;
use store::{Error, Tx};

use crate::packed::Packed;

/// Stores records whose addresses are the import's own.
pub(crate) fn store_all(tx: &mut Tx<'_>, records: &Packed, repo: &str) -> Result<(), Error> {
    let registry = Registry::shipped();
    let mut twins: HashMap<String, String> = HashMap::new();
    // The server may have numbered the repository since the import was read.
    let present = tx.redirect(repo)?.unwrap_or_else(|| repo.to_owned());
    let own = |uri: &str| own(uri, repo, &present);
    let repo = present.as_str();
    in_order(records, &mut |mut record| {
        refs::rewrite(registry, &mut record, &mut |uri| twins.get(uri).cloned().or_else(|| own(uri)));
        let old = record.uri().unwrap_or_default().to_owned();
        if let Some(twin) = tx.twin(&record, Some(repo))? {
            twins.insert(old, twin);
            return Ok(());
        }
        if let Some(new) = own(&old) {
            record.doc.insert("uri".to_owned(), Value::from(new));
        }
        tx.add(&record.kind, Some(repo), record.doc)?;
        Ok(())
    })
}

/// The address on this computer of what an import calls `uri`: the same key, which is nobody else's. An import that was
/// read for the repository `repo` goes to where that is at `present`.
fn own(uri: &str, repo: &str, present: &str) -> Option<String> {
    let (path, key) = uri.rsplit_once("/import_")?;
    let inside = path.strip_prefix(repo).filter(|rest| rest.starts_with('/'));
    Some(inside.map_or_else(|| format!("{path}/local_{key}"), |rest| format!("{present}{rest}/local_{key}")))
}

/// Referents first, else the order of the file. A circle is cut where it was entered.
fn in_order(records: &Packed, f: &mut dyn FnMut(Record) -> Result<(), Error>) -> Result<(), Error> {
    let mut seen = vec![false; records.len()];
    let needs = |record: &Record| {
        let references = refs::references(Registry::shipped(), record).into_iter();
        references.filter_map(|reference| records.place(&reference.uri)).collect::<Vec<_>>().into_iter()
    };
    for number in 0..records.blocks() {
        let (first, block) = records.block(number)?;
        for (at, record) in block.into_iter().enumerate() {
            if std::mem::replace(&mut seen[first + at], true) {
                continue;
            }
            // Without recursion: a chain of parents may be deep.
            let needed = needs(&record);
            let mut path = vec![(record, needed)];
            while let Some((_, needed)) = path.last_mut() {
                match needed.next() {
                    Some(place) => {
                        if !std::mem::replace(&mut seen[place], true) {
                            let record = records.get(place)?;
                            let needed = needs(&record);
                            path.push((record, needed));
                        }
                    }
                    None => path.pop().into_iter().try_for_each(|(record, _)| f(record))?,
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn referents_come_first() {
        let resource = "/repositories/2/resources/import_1";
        let mut records = Packed::default();
        for (kind, doc) in [
            ("resource", json!({"uri": resource, "subjects": [{"ref": "/subjects/import_3"}]})),
            (
                "archival_object",
                json!({"uri": "/repositories/2/archival_objects/import_2", "resource": {"ref": resource}}),
            ),
            ("subject", json!({"uri": "/subjects/import_3"})),
        ] {
            records.push(Record::from_value(kind, doc).unwrap());
        }
        let mut kinds = Vec::new();
        in_order(&records, &mut |record| {
            kinds.push(record.kind);
            Ok(())
        })
        .unwrap();
        assert_eq!(kinds, ["subject", "resource", "archival_object"]);
    }

    #[test]
    fn an_import_keeps_its_keys() {
        let here = "/repositories/local_r";
        for (uri, present, wanted) in [
            (
                "/repositories/local_r/resources/import_1f",
                here,
                Some("/repositories/local_r/resources/local_1f"),
            ),
            // The repository was numbered since.
            (
                "/repositories/local_r/resources/import_1f",
                "/repositories/2",
                Some("/repositories/2/resources/local_1f"),
            ),
            ("/subjects/import_3", "/repositories/2", Some("/subjects/local_3")),
            ("/subjects/4", here, None),
        ] {
            assert_eq!(own(uri, here, present).as_deref(), wanted);
        }
    }
}
