//! What a document says: the one place where the store asks the `record` crate about content.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use record::check::Lists;
use record::derive::Lookup;
use record::refs::Reference;
use record::{Record, Registry};

use crate::open::lock;
use crate::{Error, Reader};

/// Drops what is empty or not the caller's to write.
pub(crate) fn clean(record: Record) -> Record {
    record::check::clean(Registry::shipped(), record)
}

/// Fills the derived values of the kind.
pub(crate) fn derive(record: &mut Record, lookup: &dyn Lookup) {
    record::derive::derive(Registry::shipped(), record, lookup);
}

/// Title for lists.
pub(crate) fn title(record: &Record) -> String {
    record::derive::title(Registry::shipped(), record)
}

/// Call number, component ID, barcode…
pub(crate) fn identifier(record: &Record) -> Option<String> {
    record::derive::identifier(record)
}

/// Dates in words.
pub(crate) fn dates(record: &Record) -> Option<String> {
    record::derive::dates(record)
}

/// Every reference, at any depth.
pub(crate) fn references(record: &Record) -> Vec<Reference> {
    record::refs::references(Registry::shipped(), record)
}

/// Replaces references: `f` says what an address becomes.
pub(crate) fn rewrite(record: &mut Record, f: &mut dyn FnMut(&str) -> Option<String>) {
    record::refs::rewrite(Registry::shipped(), record, f);
}

impl Lookup for Reader<'_> {
    fn record(&self, uri: &str) -> Option<Record> {
        self.get(uri).ok().flatten().map(|stored| Record::new(stored.head.kind, stored.doc))
    }
}

/// The controlled lists of this store at one moment.
#[derive(Debug, Clone)]
pub struct Values {
    version: i64,
    lists: Arc<HashMap<String, HashSet<String>>>,
}

impl Lists for Values {
    fn allows(&self, list: &str, value: &str) -> bool {
        self.lists.get(list).is_some_and(|values| values.contains(value))
    }
}

impl Reader<'_> {
    /// A number that grows with every change of a controlled list.
    ///
    /// # Errors
    /// What the database says.
    pub fn lists_version(&self) -> Result<i64, Error> {
        self.counter("lists")
    }

    /// Forgets the controlled lists if they were read from what was taken back since.
    pub(crate) fn forget_lists(&self) {
        let version = self.lists_version().unwrap_or(0);
        lock(&self.shared.lists).take_if(|values| values.version > version);
    }

    /// The controlled lists as they are now, for `record::check`. Kept in memory until a list changes.
    ///
    /// # Errors
    /// What the database says.
    pub fn lists(&self) -> Result<Values, Error> {
        let version = self.lists_version()?;
        if let Some(values) = lock(&self.shared.lists).as_ref().filter(|values| values.version == version) {
            return Ok(values.clone());
        }
        let mut lists: HashMap<String, HashSet<String>> = HashMap::new();
        let sql = "SELECT e.name, v.value FROM enum_value v JOIN enumeration e ON e.id = v.list";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            lists.entry(row.get(0)?).or_default().insert(row.get(1)?);
        }
        let values = Values { version, lists: Arc::new(lists) };
        *lock(&self.shared.lists) = Some(values.clone());
        Ok(values)
    }
}
