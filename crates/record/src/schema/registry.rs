//! All kinds and lists, loaded once.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

use super::embedded;
use super::{EnumList, Property, parse};
use crate::Error;
use crate::uri::UriTemplate;

/// One kind of record, top-level or nested.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its name, as `archival_object`.
    pub name: String,
    /// Kind that it extends.
    pub extends: Option<String>,
    /// Exists only to be extended.
    pub is_abstract: bool,
    /// A nested record that is a reference (`ref` beside own properties).
    pub is_reference: bool,
    /// Path of its records; `None` for kinds that only nest.
    pub uri: Option<UriTemplate>,
    /// Permission codes by action.
    pub permissions: Permissions,
    /// Alternatives for the title, each a list of properties joined with `-`.
    pub display: Vec<Vec<String>>,
    /// Its properties: inherited, own, then the system's.
    pub properties: Vec<Property>,
    pub(super) index: HashMap<String, usize>,
}

impl Kind {
    /// The property called `name`.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.index.get(name).map(|at| &self.properties[*at])
    }

    pub(super) fn reindex(&mut self) {
        self.index = self.properties.iter().enumerate().map(|(at, p)| (p.name.clone(), at)).collect();
    }
}

/// Permission codes (all required) by action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Codes by action: create, read, update, delete, list. An absent action has no generic route.
    pub by_action: BTreeMap<String, Vec<String>>,
}

/// Every kind and every controlled list.
#[derive(Debug)]
pub struct Registry {
    kinds: BTreeMap<String, Kind>,
    enums: BTreeMap<String, EnumList>,
    files: BTreeMap<&'static str, &'static str>,
}

static SHIPPED: LazyLock<Registry> = LazyLock::new(|| {
    Registry::load(embedded::RECORDS, embedded::SYSTEM, embedded::ENUMS).unwrap_or_else(|error| {
        // A test loads the same embedded files, so a build that passed its tests cannot get here.
        #[expect(clippy::panic, reason = "the schemas are part of the binary")]
        {
            panic!("embedded schemas: {error}")
        }
    })
});

impl Registry {
    /// The registry of the schemas inside this binary.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Loads schema files: pairs of kind and text, the system properties, and the controlled lists.
    ///
    /// # Errors
    /// [`Error::Schema`] naming the first file that breaks the vocabulary.
    pub fn load(
        records: &[(&'static str, &'static str)],
        system: &str,
        enums: &[(&'static str, &'static str)],
    ) -> Result<Self, Error> {
        let enums = enums
            .iter()
            .map(|(name, text)| {
                let mut list: EnumList = serde_json::from_str(text)
                    .map_err(|e| Error::Schema { file: (*name).to_owned(), reason: e.to_string() })?;
                list.index();
                Ok((list.name.clone(), list))
            })
            .collect::<Result<BTreeMap<_, _>, Error>>()?;
        let kinds = parse::kinds(records, system, &enums)?;
        Ok(Self { kinds, enums, files: records.iter().copied().collect() })
    }

    /// The kind called `name`.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// All kinds, by name.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values()
    }

    /// The kinds whose records have an address.
    pub fn top_level(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values().filter(|kind| kind.uri.is_some())
    }

    /// The controlled list called `name`.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&EnumList> {
        self.enums.get(name)
    }

    /// All controlled lists, by name.
    pub fn lists(&self) -> impl Iterator<Item = &EnumList> {
        self.enums.values()
    }

    /// The schema file of a kind as JSON, as it was written.
    #[must_use]
    pub fn source(&self, kind: &str) -> Option<Value> {
        self.files.get(kind).and_then(|text| serde_json::from_str(text).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Shape;

    #[test]
    fn every_kind_and_list_loads() {
        let registry = Registry::shipped();
        assert_eq!(registry.kinds().count(), 162);
        assert_eq!(registry.lists().count(), 101);
    }

    #[test]
    fn inherited_properties_come_with_their_declarer() {
        let kind = Registry::shipped().kind("archival_object").unwrap();
        assert_eq!(kind.property("dates").unwrap().declared_by, "abstract_archival_object");
        assert_eq!(kind.property("title").unwrap().declared_by, "archival_object");
        assert!(!kind.property("title").unwrap().required);
        assert!(kind.property("lock_version").is_some());
        assert!(matches!(kind.property("notes").unwrap().shape, Shape::Array { .. }));
    }
}
