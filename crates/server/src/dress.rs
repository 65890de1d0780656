//! The document as clients of the original see it: inline records carry the
//! bookkeeping of rows that they are there, and roots name their tree.

mod agents;
mod containers;
mod mirror;
mod representative;
mod rows;

use jiff::Timestamp;
use record::Registry;
use record::schema::{Kind, Property, Shape};
use serde_json::{Map, Value, json};
use store::{Reader, Stored};

use crate::call::Call;
use crate::reply::Failure;
use crate::{assessments, sight};

/// A stored record as this caller is answered it: without what the caller may not see.
pub(crate) fn shown(
    call: &Call<'_>,
    reader: &Reader<'_>,
    stored: &Stored,
) -> Result<Map<String, Value>, Failure> {
    let mut doc = full(reader, stored, &|head| sight::is_open(call, reader, head))?;
    sight::cut(call, reader, stored.kind, &mut doc)?;
    Ok(doc)
}

/// The same for the public site: made of nothing and with no parts that are not published.
pub(crate) fn public(
    call: &Call<'_>,
    reader: &Reader<'_>,
    stored: &Stored,
) -> Result<Map<String, Value>, Failure> {
    let open =
        |head: &store::Head| Ok(sight::is_open(call, reader, head)? && sight::is_public(reader, head)?);
    let mut doc = full(reader, stored, &open)?;
    sight::cut(call, reader, stored.kind, &mut doc)?;
    sight::published_parts(&mut doc);
    Ok(doc)
}

/// The same as the record that was asked for: to an indexer it says in which repositories it is used.
pub(crate) fn asked_for(
    call: &Call<'_>,
    reader: &Reader<'_>,
    stored: &Stored,
) -> Result<Map<String, Value>, Failure> {
    let mut doc = shown(call, reader, stored)?;
    representative::of_tree(reader, stored, &|head| sight::is_open(call, reader, head), &mut doc)?;
    if doc.contains_key("used_within_repositories") && call.can("index_system") {
        let all = reader.used_in(&stored.head.uri)?;
        let published: Vec<&String> = all.iter().filter(|(_, open)| *open).map(|(repo, _)| repo).collect();
        let used: Vec<&String> = all.iter().map(|(repo, _)| repo).collect();
        doc.insert("used_within_repositories".to_owned(), json!(used));
        doc.insert("used_within_published_repositories".to_owned(), json!(published));
    }
    Ok(doc)
}

/// A stored record as the API answers it to who sees everything.
pub(crate) fn served(reader: &Reader<'_>, stored: &Stored) -> Result<Map<String, Value>, Failure> {
    full(reader, stored, &|_| Ok(true))
}

/// Whether words of another record may go into what is made of them.
type Open<'a> = &'a dyn Fn(&store::Head) -> Result<bool, Failure>;

fn full(reader: &Reader<'_>, stored: &Stored, open: Open<'_>) -> Result<Map<String, Value>, Failure> {
    let mut doc = reader.to_api(stored)?;
    let Some(kind) = Registry::shipped().kind(stored.kind) else { return Ok(doc) };
    let uri = json!({"ref": stored.head.uri});
    if let Some(Value::Object(management)) = doc.get_mut("collection_management") {
        management.insert("parent".to_owned(), uri);
    }
    for name in ["created_by", "last_modified_by"] {
        if doc.get(name).and_then(Value::as_str) == Some("") {
            doc.shift_remove(name);
        }
    }
    crate::arks::dress(reader, &mut doc);
    let stamp = Stamp::of(&doc);
    inside(kind, &mut doc, &stamp);
    links(reader, stored, kind, open, &mut doc)?;
    representative::fill(reader, stored, open, &mut doc)?;
    terms(reader, kind, &mut doc)?;
    rows::fill(reader, stored, &mut doc)?;
    if !has_version(stored.kind) {
        doc.shift_remove("lock_version");
    }
    Ok(doc)
}

/// Whether clients are told a version of records of a kind.
pub(crate) fn has_version(kind: &str) -> bool {
    kind != "rde_template"
}

/// Kinds that make what they link to public.
const PUBLIC: [&str; 5] =
    ["accession", "resource", "archival_object", "digital_object", "digital_object_component"];
/// Parts of agents that have subjects. Published ones make those public.
const PARTS: [&str; 5] =
    ["agent_functions", "agent_occupations", "agent_places", "agent_resources", "agent_topics"];

/// Whether the public may see a record that links to this one in the way that makes it public.
fn is_linked_to_published(reader: &Reader<'_>, stored: &Stored) -> Result<bool, Failure> {
    let uri = &stored.head.uri;
    let property = match stored.kind {
        "subject" => "subjects",
        "top_container" => "instances",
        _ => "linked_agents",
    };
    if reader.is_linked_from_published(uri, property, &PUBLIC)? {
        return Ok(true);
    }
    if stored.kind != "subject" {
        return Ok(false);
    }
    for agent in reader.agents_about(uri)? {
        let Some(agent) = reader.get(&agent)? else { continue };
        let record = agent.record();
        let mut parts = PARTS.iter().flat_map(|part| record.items(part));
        if parts.any(|part| part.get("publish") == Some(&Value::Bool(true)) && names(part, uri)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a part of an agent has a subject, as such or as a place.
fn names(part: &Value, subject: &str) -> bool {
    let links = ["subjects", "places"].iter().filter_map(|list| part.get(list)?.as_array()).flatten();
    links.into_iter().any(|link| link.get("ref").and_then(Value::as_str) == Some(subject))
}

/// What other records say about this one.
fn links(
    reader: &Reader<'_>,
    stored: &Stored,
    kind: &Kind,
    open: Open<'_>,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let uri = &stored.head.uri;
    let referred = reader.is_referred_to(&stored.head)?;
    let linked_by = |kind: &str, property: &str| {
        if referred { reader.linked_by(uri, kind, property) } else { Ok(Vec::new()) }
    };
    if kind.property("is_linked_to_published_record").is_some() {
        let linked = referred && is_linked_to_published(reader, stored)?;
        doc.insert("is_linked_to_published_record".to_owned(), json!(linked));
    }
    if kind.property("linked_events").is_some() {
        let events = linked_by("event", "linked_records")?;
        doc.insert("linked_events".to_owned(), refs(events));
    }
    match stored.kind {
        "resource" | "digital_object" => {
            doc.insert("tree".to_owned(), json!({"ref": format!("{uri}/tree")}));
        }
        "archival_object" => {
            let accessions = linked_by("accession", "component_links")?;
            join(doc, "accession_links", accessions);
        }
        "classification" => {
            doc.insert("has_classification_terms".to_owned(), json!(reader.child_count(uri, None)? > 0));
            doc.insert("path_from_root".to_owned(), json!([step(doc)]));
        }
        "classification_term" => {
            let mut path = Vec::new();
            for above in reader.above(&stored.head)?.iter().rev() {
                path.extend(reader.document(above)?.map(|above| step(&above)));
            }
            path.push(step(&stored.doc));
            doc.insert("path_from_root".to_owned(), Value::Array(path));
        }
        "assessment" => assessments::fill(reader, stored, doc)?,
        "top_container" => {
            let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
            containers::fill(reader, stored, &today, open, doc)?;
        }
        kind if kind.starts_with("agent_") => agents::fill(reader, stored, doc)?,
        _ => {}
    }
    match stored.kind {
        "resource" => join(doc, "related_accessions", linked_by("accession", "related_resources")?),
        "accession" => {
            join(doc, "related_resources", linked_by("resource", "related_accessions")?);
            join(doc, "component_links", linked_by("archival_object", "accession_links")?);
            mirror::join(reader, uri, doc, &["accession"], "related_accessions")?;
        }
        "digital_object" => owners(reader, uri, doc)?,
        "classification" | "classification_term" => {
            let mut linked: Vec<store::Head> = reader
                .refs_to(uri)?
                .into_iter()
                .filter(|link| link.property == "classifications")
                .map(|link| link.head)
                .collect();
            linked.sort_by_key(|head| (head.modified, head.id));
            join(doc, "linked_records", linked.into_iter().map(|head| head.uri).collect());
        }
        _ => {}
    }
    Ok(())
}

/// One step of the way down to a classification term.
fn step(doc: &Map<String, Value>) -> Value {
    json!({"title": doc.get("title"), "identifier": doc.get("identifier")})
}

fn refs(uris: Vec<String>) -> Value {
    uris.into_iter().map(|uri| json!({"ref": uri})).collect()
}

/// Adds links that were stored with the record at the other end.
fn join(doc: &mut Map<String, Value>, name: &str, uris: Vec<String>) {
    let entry = doc.entry(name).or_insert_with(|| json!([]));
    let Value::Array(links) = entry else { return };
    for uri in uris {
        if !links.iter().any(|link| link.get("ref").and_then(Value::as_str) == Some(&uri)) {
            links.push(json!({"ref": uri}));
        }
    }
}

/// The records that a digital object is an instance of, and the collections that they belong to; of a component only
/// when it is published.
fn owners(reader: &Reader<'_>, uri: &str, doc: &mut Map<String, Value>) -> Result<(), Failure> {
    let mut instances = Vec::new();
    let mut collections: Vec<String> = Vec::new();
    for kind in ["accession", "resource", "archival_object"] {
        for owner in reader.linked_by(uri, kind, "instances")? {
            let head = reader.head(&owner)?;
            let hidden = head.as_ref().is_some_and(|head| head.root.is_some() && !head.publish);
            let root = head.and_then(|head| head.root).unwrap_or_else(|| owner.clone());
            if !hidden && !collections.contains(&root) {
                collections.push(root);
            }
            instances.push(owner);
        }
    }
    doc.insert("linked_instances".to_owned(), refs(instances));
    doc.insert("collection".to_owned(), refs(collections));
    Ok(())
}

/// Inline terms have the address of the term that they are.
fn terms(reader: &Reader<'_>, kind: &Kind, doc: &mut Map<String, Value>) -> Result<(), Failure> {
    let mut lists: Vec<&mut Value> = Vec::new();
    match kind.name.as_str() {
        "subject" => lists.extend(doc.get_mut("terms")),
        _ => {
            if let Some(Value::Array(agents)) = doc.get_mut("linked_agents") {
                lists.extend(agents.iter_mut().filter_map(|agent| agent.get_mut("terms")));
            }
        }
    }
    for list in lists {
        let Value::Array(terms) = list else { continue };
        for term in terms.iter_mut().filter_map(Value::as_object_mut) {
            if let Some(uri) = term_uri(reader, term)? {
                term.insert("uri".to_owned(), json!(uri));
            }
        }
    }
    Ok(())
}

/// Address of the term with this spelling, type and vocabulary.
pub(crate) fn term_uri(reader: &Reader<'_>, term: &Map<String, Value>) -> Result<Option<String>, Failure> {
    let text = |name: &str| term.get(name).and_then(Value::as_str);
    let value = json!([text("vocabulary"), text("term"), text("term_type")]).to_string();
    Ok(reader.identified("term", &value)?.into_iter().next().map(|head| head.uri))
}

/// Who and when, for what is inside.
struct Stamp {
    by: Value,
    at: Value,
    repo: Option<Value>,
}

impl Stamp {
    fn of(doc: &Map<String, Value>) -> Self {
        let take = |name: &str| doc.get(name).cloned().unwrap_or(Value::Null);
        Self { by: take("last_modified_by"), at: take("user_mtime"), repo: doc.get("repository").cloned() }
    }
}

/// One inline record, whatever its kind.
fn stamped(value: &mut Value, stamp: &Stamp) {
    if let Value::Object(map) = value {
        nested(&Shape::OneOf(Vec::new()), map, stamp);
    }
}

fn inside(kind: &Kind, doc: &mut Map<String, Value>, stamp: &Stamp) {
    for property in &kind.properties {
        match doc.get_mut(&property.name) {
            Some(value) => shaped(&property.shape, value, stamp),
            None => {
                if let Some(value) = absent(property) {
                    doc.insert(property.name.clone(), value);
                }
            }
        }
    }
}

/// What stands for a value that was never given: lists are empty, flags are down.
fn absent(property: &Property) -> Option<Value> {
    match &property.shape {
        Shape::Array { .. } => Some(json!([])),
        Shape::Boolean if property.read_only => property.default.clone(),
        Shape::Boolean => Some(property.default.clone().unwrap_or(json!(false))),
        _ => None,
    }
}

fn shaped(shape: &Shape, value: &mut Value, stamp: &Stamp) {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().for_each(|value| shaped(items, value, stamp))
        }
        (Shape::AnyOf(shapes), value) => {
            if let Some(shape) =
                shapes.iter().find(|shape| matches!(shape, Shape::Nested(_) | Shape::OneOf(_)))
            {
                shaped(shape, value, stamp);
            }
        }
        (Shape::Nested(_) | Shape::OneOf(_), Value::Object(map)) => nested(shape, map, stamp),
        (Shape::Link { properties, .. }, Value::Object(map)) => {
            for property in properties {
                if let Some(value) = map.get_mut(&property.name) {
                    shaped(&property.shape, value, stamp);
                }
            }
        }
        _ => {}
    }
}

fn nested(shape: &Shape, map: &mut Map<String, Value>, stamp: &Stamp) {
    let name = match (map.get("jsonmodel_type").and_then(Value::as_str), shape) {
        (Some(name), _) => name.to_owned(),
        (None, Shape::Nested(name)) => name.clone(),
        _ => return,
    };
    let Some(kind) = Registry::shipped().kind(&name) else { return };
    inside(kind, map, stamp);
    if map.contains_key("create_time") {
        return;
    }
    if let ("deaccession" | "collection_management" | "user_defined" | "revision_statement", Some(repo)) =
        (name.as_str(), &stamp.repo)
    {
        map.insert("repository".to_owned(), repo.clone());
    }
    // The dates of a relation are saved twice.
    if let (true, Some(Value::Object(dates))) =
        (name.starts_with("agent_relationship_"), map.get_mut("dates"))
    {
        dates.insert("lock_version".to_owned(), json!(1));
    }
    let rows = rows_of(&name);
    if rows == Rows::Versioned {
        map.insert("lock_version".to_owned(), json!(0));
    }
    if matches!(rows, Rows::Versioned | Rows::Plain) {
        if !stamp.by.is_null() {
            for name in ["created_by", "last_modified_by"] {
                map.insert(name.to_owned(), stamp.by.clone());
            }
        }
        map.insert("create_time".to_owned(), stamp.at.clone());
    }
    if rows != Rows::None {
        for name in ["system_mtime", "user_mtime"] {
            map.insert(name.to_owned(), stamp.at.clone());
        }
    }
}

/// What the original keeps about an inline record of a kind.
#[derive(PartialEq, Eq)]
enum Rows {
    /// A version, authors and times.
    Versioned,
    /// Authors and times.
    Plain,
    /// Times of the link.
    Link,
    /// Nothing: it is part of another's text.
    None,
}

fn rows_of(kind: &str) -> Rows {
    match kind {
        "accession_parts_relationship" | "accession_sibling_relationship" | "container_location" => {
            Rows::Link
        }
        "external_id" | "revision_statement" | "rights_statement_act" | "telephone" => Rows::Plain,
        "rights_restriction" | "defaults" | "assessment_attribute" | "ark_name" => Rows::None,
        kind if kind.starts_with("note_") => Rows::None,
        kind if kind.starts_with("agent_relationship_") => Rows::Plain,
        _ => Rows::Versioned,
    }
}
