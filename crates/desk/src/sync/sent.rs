//! What was sent and not answered. Until the server says what became of it, any of it may have been carried out:
//! it is kept on the disk, and held against what the server has.

use record::{Record, Registry, canonical, merge};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Error, Reader, Stored, Tx};

use super::body;

/// Beginning of the cursors that keep it.
const MARK: &str = "sent:";

/// The attempts to send one record, the first first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sent {
    /// Address that it was sent from; a local one is the key of its creation.
    pub(super) uri: String,
    /// What it was.
    pub(super) kind: String,
    /// The document of each attempt.
    pub(super) documents: Vec<Map<String, Value>>,
    /// Key of the last attempt, under which our server keeps what it answered to an update.
    #[serde(default)]
    pub(super) key: String,
    /// Version that the last attempt was an update of.
    #[serde(default)]
    pub(super) lock_version: i64,
}

impl Sent {
    /// The attempts for a record that have no answer.
    pub(super) fn of(reader: &Reader<'_>, stored: &Stored) -> Result<Self, Error> {
        let text = reader.cursor(&mark(stored.head.id))?.filter(|text| !text.is_empty());
        Ok(match text {
            Some(text) => Self::read(&text, &stored.uri, stored.kind)?,
            None => Self { uri: stored.uri.clone(), kind: stored.kind.to_owned(), ..Self::default() },
        })
    }

    /// All attempts without an answer, by row.
    pub(super) fn all(reader: &Reader<'_>) -> Result<Vec<(i64, Self)>, Error> {
        let marks = reader.cursors(MARK)?;
        let read = |(name, text): (String, String)| {
            let id: i64 = name.trim_start_matches(MARK).parse().unwrap_or(0);
            Ok((id, Self::read(&text, "", "")?))
        };
        marks.into_iter().map(read).collect()
    }

    /// Earlier versions kept the last document alone.
    fn read(text: &str, uri: &str, kind: &str) -> Result<Self, Error> {
        if let Ok(sent) = serde_json::from_str(text) {
            return Ok(sent);
        }
        let documents = vec![serde_json::from_str(text)?];
        Ok(Self { uri: uri.to_owned(), kind: kind.to_owned(), documents, ..Self::default() })
    }

    /// With one more; the same once more is no other.
    pub(super) fn and(&self, document: &Map<String, Value>, lock_version: i64) -> Self {
        let mut more = self.clone();
        let same = more.documents.last() == Some(document);
        if !same {
            more.documents.push(document.clone());
        }
        if !same || more.lock_version != lock_version || more.key.is_empty() {
            more.key = uuid::Uuid::new_v4().to_string();
            more.lock_version = lock_version;
        }
        more
    }

    pub(super) fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Keeps these attempts for a row; without any, forgets them.
    pub(super) fn keep(&self, tx: &mut Tx<'_>, id: i64) -> Result<(), Error> {
        let text = if self.is_empty() { String::new() } else { serde_json::to_string(self)? };
        tx.set_cursor(&mark(id), &text)
    }

    /// The documents as records, with the addresses that were given since.
    pub(super) fn records(&self, reader: &Reader<'_>) -> Result<Vec<Record>, Error> {
        let record = |document: &Map<String, Value>| {
            let mut record = Record::new(self.kind.clone(), document.clone());
            body::redirect(reader, &mut record)?;
            Ok(record)
        };
        self.documents.iter().map(record).collect()
    }
}

fn mark(id: i64) -> String {
    format!("{MARK}{id}")
}

/// Rows of which something was sent and not answered.
pub(crate) fn unanswered(reader: &Reader<'_>) -> Result<std::collections::HashSet<i64>, Error> {
    let marks = reader.cursors(MARK)?;
    Ok(marks.iter().filter_map(|(name, _)| name.trim_start_matches(MARK).parse().ok()).collect())
}

/// Forgets what was sent of a row: it is answered.
pub(super) fn answered(tx: &mut Tx<'_>, id: i64) -> Result<(), Error> {
    tx.set_cursor(&mark(id), "")
}

/// Of several attempts to make a record, the one that the server made it from: the one that is most like it, the
/// earlier of two that are alike.
pub(super) fn made_from(registry: &Registry, sent: Vec<Record>, theirs: &Record) -> Option<Record> {
    sent.into_iter().min_by_key(|one| merge::diff(registry, theirs, one).len())
}

/// Whether `theirs` has what `sent` made of `base`: everything that was changed, and maybe more.
pub(super) fn arrived(registry: &Registry, base: Option<&Record>, sent: &Record, theirs: &Record) -> bool {
    let unknown = Record::new(sent.kind.clone(), Map::new());
    let both = merge::merge(registry, base.unwrap_or(&unknown), sent, theirs);
    both.clashes.is_empty() && canonical::same(registry, &both.record, theirs)
}

/// Whether the server made `theirs` of `sent`: nothing is other than sent, it only added to it.
pub(super) fn is_made_of(registry: &Registry, sent: &Record, theirs: &Record) -> bool {
    merge::diff(registry, sent, theirs).iter().all(|difference| difference.old.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn accession(doc: Value) -> Record {
        Record::from_value("accession", doc).unwrap()
    }

    #[test]
    fn what_arrived_is_told_from_what_did_not() {
        let registry = Registry::shipped();
        let base = accession(json!({"title": "a", "provenance": "gift"}));
        let has = |sent: &Value, theirs: &Value| {
            arrived(registry, Some(&base), &accession(sent.clone()), &accession(theirs.clone()))
        };
        let (edit, removal) = (json!({"title": "b", "provenance": "gift"}), json!({"title": "a"}));
        assert!(has(&edit, &edit));
        assert!(has(&edit, &json!({"title": "b", "provenance": "gift", "inventory": "added there"})));
        assert!(!has(&edit, &json!({"title": "a", "provenance": "gift"})));
        assert!(!has(&edit, &json!({"title": "c", "provenance": "gift"})));
        assert!(has(&removal, &removal));
        // What only takes away has not arrived where it still stands.
        assert!(!has(&removal, &json!({"title": "a", "provenance": "gift"})));
    }

    #[test]
    fn the_attempt_that_was_carried_out_is_found() {
        let registry = Registry::shipped();
        let sent = |title: &str| accession(json!({"title": title, "provenance": "gift"}));
        let found = |theirs: &str| made_from(registry, vec![sent("a"), sent("b"), sent("c")], &sent(theirs));
        assert_eq!(found("b"), Some(sent("b")));
        assert_eq!(found("somebody's"), Some(sent("a")));
        assert_eq!(made_from(registry, Vec::new(), &sent("a")), None);
    }

    #[test]
    fn what_an_earlier_version_kept_is_read() {
        let uri = "/repositories/2/accessions/local_a";
        let sent =
            Sent::read(r#"{"title": "a", "uri": "/repositories/2/accessions/local_a"}"#, uri, "accession")
                .unwrap();
        assert_eq!((sent.documents.len(), sent.kind.as_str()), (1, "accession"));
        let text = serde_json::to_string(&sent).unwrap();
        assert_eq!(Sent::read(&text, "", "").unwrap(), sent);
    }

    #[test]
    fn a_server_may_add_and_change_nothing() {
        let registry = Registry::shipped();
        let sent = accession(json!({"title": "a"}));
        assert!(is_made_of(registry, &sent, &accession(json!({"title": "a", "inventory": "i"}))));
        assert!(!is_made_of(registry, &sent, &accession(json!({"title": "b"}))));
    }
}
