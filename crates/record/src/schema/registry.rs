//! All kinds and lists, loaded once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::embedded;
use super::names::Names;
use super::{EnumList, Property, Shape, parse};
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
    pub(super) index: Names,
    /// How many properties are required or advised.
    pub(crate) wanted: usize,
    /// Positions of the properties that can hold a reference, at any depth.
    pub(crate) linking: Vec<usize>,
}

impl Kind {
    /// The property called `name`.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.index.get(name).and_then(|at| self.properties.get(at))
    }

    /// The property called `name` and its position. Members mostly come in the order of
    /// the schema: `expected` is tried first.
    pub(crate) fn property_near(&self, name: &str, expected: usize) -> Option<(usize, &Property)> {
        match self.properties.get(expected).filter(|property| property.name == name) {
            Some(property) => Some((expected, property)),
            None => self.index.get(name).and_then(|at| Some((at, self.properties.get(at)?))),
        }
    }

    pub(super) fn reindex(&mut self) {
        self.index = Names::new(self.properties.iter().map(|property| property.name.as_str()));
        self.wanted = self.properties.iter().filter(|property| property.is_wanted()).count();
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
    kinds: Vec<Kind>,
    kind_names: Names,
    enums: Vec<EnumList>,
    enum_names: Names,
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
        let mut kinds: Vec<Kind> = parse::kinds(records, system, &enums)?.into_values().collect();
        find_linking(&mut kinds);
        let enums: Vec<EnumList> = enums.into_values().collect();
        Ok(Self {
            kind_names: Names::new(kinds.iter().map(|kind| kind.name.as_str())),
            kinds,
            enum_names: Names::new(enums.iter().map(|list| list.name.as_str())),
            enums,
            files: records.iter().copied().collect(),
        })
    }

    /// The kind called `name`.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kind_names.get(name).and_then(|at| self.kinds.get(at))
    }

    /// All kinds, by name.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }

    /// The kinds whose records have an address.
    pub fn top_level(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(|kind| kind.uri.is_some())
    }

    /// The controlled list called `name`.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&EnumList> {
        self.enum_names.get(name).and_then(|at| self.enums.get(at))
    }

    /// All controlled lists, by name.
    pub fn lists(&self) -> impl Iterator<Item = &EnumList> {
        self.enums.iter()
    }

    /// The schema file of a kind as JSON, as it was written.
    #[must_use]
    pub fn source(&self, kind: &str) -> Option<Value> {
        self.files.get(kind).and_then(|text| serde_json::from_str(text).ok())
    }
}

/// Marks the properties that can hold references. A kind may hold itself, so this
/// goes on until nothing more is found.
fn find_linking(kinds: &mut [Kind]) {
    let mut holders = BTreeSet::new();
    loop {
        let before = holders.len();
        for kind in kinds.iter_mut() {
            let can = |property: &Property| holds_references(&property.shape, &holders);
            kind.linking =
                (0..kind.properties.len()).filter(|at| kind.properties.get(*at).is_some_and(can)).collect();
            if !kind.linking.is_empty() {
                // Every record can name its repository, but only the server says so.
                let own = kind
                    .linking
                    .iter()
                    .filter_map(|at| kind.properties.get(*at))
                    .any(|property| property.declared_by != "system");
                if own {
                    holders.insert(kind.name.clone());
                }
            }
        }
        if holders.len() == before {
            return;
        }
    }
}

fn holds_references(shape: &Shape, holders: &BTreeSet<String>) -> bool {
    match shape {
        Shape::Link { .. } | Shape::UriText { .. } => true,
        Shape::Nested(kind) => holders.contains(kind),
        Shape::OneOf(kinds) => kinds.iter().any(|kind| holders.contains(kind)),
        Shape::Array { items, .. } => holds_references(items, holders),
        Shape::AnyOf(shapes) => shapes.iter().any(|shape| holds_references(shape, holders)),
        Shape::Object { properties } => {
            properties.iter().any(|property| holds_references(&property.shape, holders))
        }
        Shape::Text(_) | Shape::Integer | Shape::Number | Shape::Boolean => false,
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
