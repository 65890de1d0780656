//! Finding a record again on a server that does not know repeats: a creation without an answer may have made it.

use record::{Record, Registry};
use serde_json::Value;

use super::plan::version;
use super::sent::{self, Sent};
use super::stock::OVERLAP;
use super::{Error, Run};
use crate::rest::{self, MAX_ID_SET};

impl Run<'_> {
    /// The record that one of the attempts made: the user's own, not held here as another, and either as it was sent
    /// or changed by others since.
    pub(super) async fn find_again(&self, attempts: &Sent) -> Result<Option<Value>, Error> {
        let registry = Registry::shipped();
        let Ok(uri) = record::Uri::parse(registry, &attempts.uri) else { return Ok(None) };
        let Some(template) = registry.kind(uri.kind).and_then(|kind| kind.uri.as_ref()) else {
            return Ok(None);
        };
        let path = template.collection(uri.repo.as_deref().unwrap_or_default());
        let since = self.store.read(|r| r.cursor(&format!("list:{path}")))?;
        let since = since.and_then(|text| text.parse::<i64>().ok()).map(|since| since - OVERLAP);
        let sent = self.store.read(|r| attempts.records(r))?;
        let numbers = match self.client.all_ids(&path, since).await {
            Ok(numbers) => numbers,
            Err(
                rest::Error::NotFound { .. } | rest::Error::Refused { .. } | rest::Error::Forbidden { .. },
            ) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        for chunk in numbers.chunks(MAX_ID_SET) {
            self.may_go_on()?;
            for theirs in self.client.id_set(&path, chunk).await? {
                if self.is_own(&sent, &theirs)? {
                    return Ok(Some(theirs));
                }
            }
        }
        Ok(None)
    }

    fn is_own(&self, sent: &[Record], theirs: &Value) -> Result<bool, Error> {
        let text = |name: &str| theirs.get(name).and_then(Value::as_str);
        let Some(uri) = text("uri").filter(|_| text("created_by") == Some(self.user())) else {
            return Ok(false);
        };
        // Edited here as another one, it is another one for the person too.
        if self.store.read(|r| r.get(uri))?.is_some_and(|held| held.edits > 0) {
            return Ok(false);
        }
        let Some(first) = sent.first() else { return Ok(false) };
        let Ok(record) = Record::from_value(&first.kind, theirs.clone()) else { return Ok(false) };
        let registry = Registry::shipped();
        let as_sent = sent.iter().any(|one| sent::is_made_of(registry, one, &record));
        let changed = version(theirs) > 0 && text("last_modified_by") != Some(self.user());
        Ok(as_sent || (changed && sent.iter().any(|one| same_name(one, &record))))
    }
}

/// Whether two records go by the same number or title, for what others changed since it was made.
fn same_name(one: &Record, other: &Record) -> bool {
    const NAMES: [&str; 6] = ["ref_id", "digital_object_id", "component_id", "id_0", "barcode", "title"];
    let name = NAMES.iter().find(|name| one.text(name).is_some());
    name.is_some_and(|name| one.text(name) == other.text(name))
}
