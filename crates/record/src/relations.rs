//! Relations between two records that both of them show: each end holds the relation, turned round.

use serde_json::{Map, Value};

use crate::Record;

/// A list of relations, and the one in which the other end has them.
struct Pair {
    kind: &'static str,
    property: &'static str,
    other: &'static str,
}

const PAIRS: [Pair; 7] = [
    Pair { kind: "accession", property: "related_accessions", other: "related_accessions" },
    Pair { kind: "accession", property: "related_resources", other: "related_accessions" },
    Pair { kind: "accession", property: "component_links", other: "accession_links" },
    Pair { kind: "resource", property: "related_accessions", other: "related_resources" },
    Pair { kind: "archival_object", property: "accession_links", other: "component_links" },
    Pair { kind: "classification", property: CLASSIFIED, other: "classifications" },
    Pair { kind: "classification_term", property: CLASSIFIED, other: "classifications" },
];

/// The property of a classification that lists what is classified: each of those holds the relation, it does not.
const CLASSIFIED: &str = "linked_records";

/// Takes out of a record the list of relations that only the other ends hold: a record of it alone.
#[must_use]
pub fn take_listed(record: &mut Record) -> Record {
    let mut listed = Record::new(record.kind.clone(), Map::new());
    if matches!(record.kind.as_str(), "classification" | "classification_term")
        && let Some(value) = record.doc.shift_remove(CLASSIFIED)
    {
        listed.doc.insert(CLASSIFIED.to_owned(), value);
    }
    listed
}

/// Relators that name a direction, each with its opposite.
const OPPOSITES: [(&str, &str); 4] = [
    ("is_parent_of", "is_child_of"),
    ("is_earlier_form_of", "is_later_form_of"),
    ("is_superior_of", "is_subordinate_to"),
    ("forms_part_of", "has_part"),
];

/// The properties of a kind that hold such relations, each with the property at the other end.
pub fn mutual(kind: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let agents = kind.starts_with("agent_").then_some(("related_agents", "related_agents"));
    let pairs = PAIRS.iter().filter(move |pair| pair.kind == kind);
    pairs.map(|pair| (pair.property, pair.other)).chain(agents)
}

/// A relation as the other end has it: it points at `to`, and a relator with a direction is the opposite one.
#[must_use]
pub fn turned(relation: &Value, to: &str) -> Map<String, Value> {
    let mut relation = relation.as_object().cloned().unwrap_or_default();
    if let Some(relator) = relation.get("relator").and_then(Value::as_str).map(opposite) {
        relation.insert("relator".to_owned(), Value::from(relator));
    }
    // At the end, where ArchivesSpace has it.
    relation.shift_remove("ref");
    relation.insert("ref".to_owned(), Value::from(to));
    relation
}

fn opposite(relator: &str) -> String {
    let other = OPPOSITES.iter().find_map(|(one, other)| match relator {
        relator if relator == *one => Some(*other),
        relator if relator == *other => Some(*one),
        _ => None,
    });
    other.unwrap_or(relator).to_owned()
}

/// Whether two entries are the same relation, whatever is said about it.
#[must_use]
pub fn is_same(one: &Value, other: &Value) -> bool {
    ["ref", "relator", "jsonmodel_type"].iter().all(|name| one.get(name) == other.get(name))
}

/// What a change did to the relations of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Address of the other end.
    pub to: String,
    /// Its property.
    pub property: &'static str,
    /// Relations that it has no more, as it has them.
    pub gone: Vec<Value>,
    /// Relations that it has now, as it has them.
    pub new: Vec<Value>,
}

/// What a save of the record at `uri` changes at the other ends of its relations, from the document before (none of
/// a new record) and after.
#[must_use]
pub fn changes(uri: &str, before: Option<&Record>, after: &Record) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for (property, other) in mutual(&after.kind) {
        let old = before.map_or(&[][..], |before| before.items(property));
        let new = after.items(property);
        let gone = old.iter().filter(|relation| !new.contains(relation)).map(|relation| (relation, false));
        let come = new.iter().filter(|relation| !old.contains(relation)).map(|relation| (relation, true));
        for (relation, is_new) in gone.chain(come) {
            let Some(to) = relation.get("ref").and_then(Value::as_str) else { continue };
            let there = changes.iter().position(|change| change.to == to && change.property == other);
            let at = there.unwrap_or_else(|| {
                changes.push(Change {
                    to: to.to_owned(),
                    property: other,
                    gone: Vec::new(),
                    new: Vec::new(),
                });
                changes.len() - 1
            });
            let relation = Value::Object(turned(relation, uri));
            if let Some(change) = changes.get_mut(at) {
                if is_new { change.new.push(relation) } else { change.gone.push(relation) }
            }
        }
    }
    changes
}

impl Change {
    /// Makes the change in the document of the other end; whether it was one.
    pub fn apply(&self, doc: &mut Map<String, Value>) -> bool {
        let mut items = match doc.get(self.property) {
            Some(Value::Array(items)) => items.clone(),
            _ => Vec::new(),
        };
        let before = items.clone();
        items.retain(|there| !self.gone.iter().any(|gone| is_same(gone, there)));
        for relation in &self.new {
            match items.iter_mut().find(|there| is_same(there, relation)) {
                Some(there) => there.clone_from(relation),
                None => items.push(relation.clone()),
            }
        }
        if items == before {
            return false;
        }
        if items.is_empty() {
            doc.shift_remove(self.property);
        } else {
            doc.insert(self.property.to_owned(), Value::Array(items));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn agent(related: Value) -> Record {
        Record::from_value("agent_person", json!({"related_agents": related})).unwrap()
    }

    fn child(of: &str, description: &str) -> Value {
        json!({"jsonmodel_type": "agent_relationship_parentchild", "relator": "is_child_of", "ref": of, "description": description})
    }

    #[test]
    fn a_new_relation_stands_at_the_other_end_turned_round() {
        let after = agent(json!([child("/agents/people/2", "a")]));
        let changes = changes("/agents/people/1", None, &after);
        let mut doc = Map::new();
        assert!(changes[0].apply(&mut doc));
        assert_eq!(doc["related_agents"][0]["relator"], "is_parent_of");
        assert_eq!(doc["related_agents"][0]["ref"], "/agents/people/1");
        assert!(!changes[0].apply(&mut doc), "once");
        assert_eq!(super::changes("/agents/people/1", Some(&after), &after), []);
    }

    #[test]
    fn one_that_goes_or_is_told_otherwise_changes_the_other_end() {
        let one = agent(json!([child("/agents/people/2", "a"), child("/agents/people/3", "b")]));
        let two = agent(json!([child("/agents/people/2", "c")]));
        let mut doc = Map::new();
        changes("/agents/people/1", None, &agent(json!([child("/agents/people/2", "a")])))[0].apply(&mut doc);
        let told = changes("/agents/people/1", Some(&one), &two);
        let to: Vec<&str> = told.iter().map(|change| change.to.as_str()).collect();
        assert_eq!(to, ["/agents/people/2", "/agents/people/3"]);
        assert!(told[0].apply(&mut doc));
        assert_eq!(doc["related_agents"][0]["description"], "c");
        let gone = changes("/agents/people/1", Some(&two), &agent(json!([])));
        assert!(gone[0].apply(&mut doc));
        assert!(doc.is_empty());
    }

    #[test]
    fn what_a_classification_lists_is_held_by_what_is_classified() {
        let link = json!({"title": "A", "linked_records": [{"ref": "/repositories/2/resources/1"}]});
        let mut record = Record::from_value("classification", link).unwrap();
        let listed = take_listed(&mut record);
        assert_eq!(record.doc.keys().collect::<Vec<_>>(), ["title"]);
        let mut doc = Map::new();
        assert!(changes("/repositories/2/classifications/1", None, &listed)[0].apply(&mut doc));
        assert_eq!(doc["classifications"], json!([{"ref": "/repositories/2/classifications/1"}]));
    }

    #[test]
    fn plain_links_have_another_name_at_the_other_end() {
        let link = json!({"related_resources": [{"ref": "/repositories/2/resources/1"}]});
        let after = Record::from_value("accession", link).unwrap();
        let mut doc = Map::new();
        assert!(changes("/repositories/2/accessions/1", None, &after)[0].apply(&mut doc));
        assert_eq!(doc["related_accessions"], json!([{"ref": "/repositories/2/accessions/1"}]));
    }
}
