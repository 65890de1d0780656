//! Reading trees: the root, pages of children ("waypoints"), single nodes,
//! the way down to a node, everything in order.

use std::collections::HashMap;

use record::{items, text};
use serde_json::{Map, Value, json};
use store::{Head, Nodes, Reader, Stored};

use crate::call::Call;
use crate::records;
use crate::reply::{Answer, Failure, Reply};
use crate::{lists, sight, wording};

/// Children in one page.
const WAYPOINT: u64 = 200;

/// Kind of the nodes below a root or a node.
pub(crate) fn node_kind(kind: &str) -> &'static str {
    match kind {
        "digital_object" | "digital_object_component" => "digital_object_component",
        "classification" | "classification_term" => "classification_term",
        _ => "archival_object",
    }
}

/// Property by which nodes of a kind name their root.
pub(crate) fn root_property(kind: &str) -> &'static str {
    match kind {
        "digital_object_component" => "digital_object",
        "classification_term" => "classification",
        _ => "resource",
    }
}

/// Root and parent for what goes below a record: a root has its top level, a node is the parent itself.
pub(crate) fn ends(stored: &Stored) -> (&str, Option<&str>) {
    match &stored.head.root {
        Some(root) => (root, Some(&stored.head.uri)),
        None => (&stored.head.uri, None),
    }
}

/// Which nodes a request sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Published,
    Unsuppressed,
}

impl Shown {
    fn of(call: &Call<'_>, reader: &Reader<'_>) -> Result<Self, Failure> {
        if call.params.flag("published_only") {
            return Ok(Self::Published);
        }
        let all = sight::sees_suppressed(call, reader, call.repo().as_deref())?;
        Ok(if all { Self::All } else { Self::Unsuppressed })
    }

    fn shows(self, head: &Head) -> bool {
        self.nodes().have(head)
    }

    fn nodes(self) -> Nodes {
        match self {
            Self::All => Nodes::All,
            Self::Published => Nodes::Published,
            Self::Unsuppressed => Nodes::Unsuppressed,
        }
    }

    /// The same for the root, of which not every kind is published or not.
    fn shows_root(self, root: &Head) -> bool {
        self.shows(root) || (!root.suppressed && !sight::is_publishable(root.kind))
    }
}

/// The counts that every entry begins with.
fn counts(children: u64) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("child_count".to_owned(), json!(children));
    entry.insert("waypoints".to_owned(), json!(children.div_ceil(WAYPOINT)));
    entry.insert("waypoint_size".to_owned(), json!(WAYPOINT));
    entry
}

/// How many children a request sees, and one page of them as entries.
fn waypoint_entries(
    reader: &Reader<'_>,
    family: (&str, Option<&str>),
    shown: Shown,
    offset: u64,
) -> Result<(u64, Vec<Value>), Failure> {
    // Far beyond any child, and a number that databases have.
    let first = offset.saturating_mul(WAYPOINT).min(i64::MAX.unsigned_abs());
    let total = reader.child_count_among(shown.nodes(), family)?;
    let page = reader.children_among(shown.nodes(), family, first, WAYPOINT)?;
    let below = reader.child_counts_among(shown.nodes(), family.0, &page)?;
    let parent_id =
        family.1.and_then(|parent| parent.rsplit('/').next()).and_then(|id| id.parse::<u64>().ok());
    let mut boxes = Boxes::default();
    let mut entries = Vec::with_capacity(page.len());
    for ((rank, stored), below) in (first..).zip(&page).zip(below) {
        let mut entry = counts(below);
        let title = text(&stored.doc, "title").map_or(Value::Null, Value::from);
        entry.insert("title".to_owned(), title.clone());
        entry.insert("slugged_url".to_owned(), json!(""));
        entry.insert("parsed_title".to_owned(), title);
        entry.insert("uri".to_owned(), json!(stored.uri));
        entry.insert("position".to_owned(), json!(rank));
        entry.insert("parent_id".to_owned(), json!(parent_id));
        entry.insert("suppressed".to_owned(), json!(u8::from(stored.suppressed)));
        entry.insert("jsonmodel_type".to_owned(), json!(stored.kind));
        entry.insert(
            "has_digital_instance".to_owned(),
            json!(has_digital_instance(reader, &stored.doc, shown)?),
        );
        particulars(reader, stored, shown, &mut boxes, &mut entry)?;
        entries.push(Value::Object(entry));
    }
    Ok((total, entries))
}

/// Whether a record has a digital object, of those that are shown.
fn has_digital_instance(
    reader: &Reader<'_>,
    doc: &Map<String, Value>,
    shown: Shown,
) -> Result<bool, Failure> {
    for instance in items(doc, "instances") {
        let uri = instance.get("digital_object").and_then(|link| link.get("ref")).and_then(Value::as_str);
        let head = uri.map(|uri| reader.head(uri)).transpose()?.flatten();
        if head.is_some_and(|head| shown.shows(&head)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What an entry of a kind has beside the common part.
fn particulars(
    reader: &Reader<'_>,
    stored: &Stored,
    shown: Shown,
    boxes: &mut Boxes,
    entry: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let doc = &stored.doc;
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(name.to_owned(), value);
        }
    };
    match stored.kind {
        "archival_object" => {
            put("identifier", Some(text(doc, "component_id").map_or(Value::Null, Value::from)));
            put("level", level(doc));
            put("dates", dates(doc));
            put("containers", containers(reader, doc, boxes)?);
        }
        "digital_object_component" => {
            put("label", text(doc, "label").map(Value::from));
            put("dates", dates(doc));
            put("file_uri_summary", files(doc, shown));
        }
        "classification_term" => put("identifier", text(doc, "identifier").map(Value::from)),
        _ => {}
    }
    Ok(())
}

fn level(doc: &Map<String, Value>) -> Option<Value> {
    text(doc, "other_level").or_else(|| text(doc, "level")).map(Value::from)
}

fn dates(doc: &Map<String, Value>) -> Option<Value> {
    let entries: Vec<Value> = items(doc, "dates")
        .iter()
        .map(|date| {
            let mut entry = Map::new();
            for (name, from) in [
                ("type", "date_type"),
                ("label", "label"),
                ("expression", "expression"),
                ("begin", "begin"),
                ("end", "end"),
            ] {
                if let Some(value) = date.get(from) {
                    entry.insert(name.to_owned(), value.clone());
                }
            }
            Value::Object(entry)
        })
        .collect();
    (!entries.is_empty()).then_some(Value::Array(entries))
}

fn files(doc: &Map<String, Value>, shown: Shown) -> Option<Value> {
    let files = items(doc, "file_versions");
    let open = |file: &&Value| shown != Shown::Published || file.get("publish") == Some(&Value::Bool(true));
    let uris: Vec<&str> =
        files.iter().filter(open).filter_map(|file| file.get("file_uri")?.as_str()).collect();
    (!uris.is_empty()).then(|| Value::from(uris.join(", ")))
}

/// Documents of top containers by address: many components of a page are in one box.
type Boxes = HashMap<String, Option<Map<String, Value>>>;

fn containers(
    reader: &Reader<'_>,
    doc: &Map<String, Value>,
    boxes: &mut Boxes,
) -> Result<Option<Value>, Failure> {
    let mut entries = Vec::new();
    for instance in items(doc, "instances") {
        let mut entry = Map::new();
        let mut put = |name: &str, value: Option<&Value>| {
            if let Some(value) = value {
                entry.insert(name.to_owned(), value.clone());
            }
        };
        put("instance_type", instance.get("instance_type"));
        if let Some(sub) = instance.get("sub_container") {
            let uri = sub.get("top_container").and_then(|top| top.get("ref")).and_then(Value::as_str);
            if let Some(uri) = uri {
                if !boxes.contains_key(uri) {
                    boxes.insert(uri.to_owned(), reader.get(uri)?.map(|top| top.doc));
                }
                if let Some(Some(top)) = boxes.get(uri) {
                    put("top_container_type", top.get("type"));
                    put("top_container_indicator", top.get("indicator"));
                    put("top_container_barcode", top.get("barcode"));
                }
            }
            for name in ["type_2", "indicator_2", "barcode_2", "type_3", "indicator_3"] {
                put(name, sub.get(name));
            }
        }
        entries.push(Value::Object(entry));
    }
    Ok((!entries.is_empty()).then_some(Value::Array(entries)))
}

/// The tree that the path names: its root, which must be there.
fn tree_root(call: &Call<'_>, reader: &Reader<'_>) -> Result<Stored, Failure> {
    let stored = records::visible(call, reader, &call.uri())?;
    if call.params.flag("published_only") && !Shown::Published.shows_root(&stored) {
        return Err(Failure::missing(stored.kind));
    }
    Ok(stored)
}

pub(crate) fn root(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let stored = tree_root(call, reader)?;
        let shown = Shown::of(call, reader)?;
        let (total, entries) = waypoint_entries(reader, (&stored.uri, None), shown, 0)?;
        let title = text(&stored.doc, "title").map_or(Value::Null, Value::from);
        let mut answer = counts(total);
        answer.insert("title".to_owned(), title.clone());
        answer.insert("uri".to_owned(), json!(stored.uri));
        answer.insert("slugged_url".to_owned(), json!(""));
        answer.insert("jsonmodel_type".to_owned(), json!(stored.kind));
        answer.insert("parsed_title".to_owned(), title);
        answer.insert("suppressed".to_owned(), json!(u8::from(stored.suppressed)));
        answer.insert(
            "has_digital_instance".to_owned(),
            json!(has_digital_instance(reader, &stored.doc, shown)?),
        );
        of_root(reader, &stored, shown, &mut answer)?;
        let waypoints = if total == 0 { json!({}) } else { json!({"": {"0": entries}}) };
        answer.insert("precomputed_waypoints".to_owned(), waypoints);
        Ok(Reply::json(answer))
    })
}

fn of_root(
    reader: &Reader<'_>,
    stored: &Stored,
    shown: Shown,
    answer: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let doc = &stored.doc;
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            answer.insert(name.to_owned(), value);
        }
    };
    match stored.kind {
        "resource" => {
            put("level", level(doc));
            let parts: Vec<&str> =
                ["id_0", "id_1", "id_2", "id_3"].iter().filter_map(|part| text(doc, part)).collect();
            put("identifier", Some(Value::from(parts.join("-"))));
            put("containers", containers(reader, doc, &mut Boxes::default())?);
        }
        "digital_object" => {
            put("digital_object_type", text(doc, "digital_object_type").map(Value::from));
            put("file_uri_summary", files(doc, shown));
        }
        _ => put("identifier", text(doc, "identifier").map(Value::from)),
    }
    Ok(())
}

pub(crate) fn waypoint(call: &Call<'_>) -> Answer {
    let offset = call.params.integer("offset").and_then(|offset| u64::try_from(offset).ok());
    let offset = offset.ok_or_else(|| Failure::param("offset", "Must be 0 or more"))?;
    call.app.read(|reader| {
        let stored = tree_root(call, reader)?;
        let parent = call.params.text("parent_node").filter(|parent| !parent.is_empty());
        let shown = Shown::of(call, reader)?;
        if let Some(parent) = parent {
            node_of(reader, &stored, parent, shown)?;
        }
        let (_, entries) = waypoint_entries(reader, (&stored.uri, parent), shown, offset)?;
        Ok(Reply::json(entries))
    })
}

/// A node of this tree, which is shown with all that is above it.
fn node_of(reader: &Reader<'_>, root: &Stored, uri: &str, shown: Shown) -> Result<Stored, Failure> {
    let kind = node_kind(root.kind);
    if wording::kind_of(uri) != kind {
        return Err(Failure::param("node_uri", format!("'{uri}' is not the address of a node of this tree")));
    }
    let node = reader
        .get(uri)?
        .filter(|node| node.root.as_deref() == Some(&root.head.uri))
        .ok_or_else(|| Failure::missing(kind))?;
    // The root is known to be shown.
    let is_node = |head: &&Head| head.root.is_some();
    let hidden = shown != Shown::All
        && (!shown.shows_root(&node)
            || reader.above(&node)?.iter().filter(is_node).any(|head| !shown.shows_root(head)));
    if hidden { Err(Failure::missing(kind)) } else { Ok(node) }
}

pub(crate) fn node(call: &Call<'_>) -> Answer {
    let uri = call.params.text("node_uri").unwrap_or_default();
    call.app.read(|reader| {
        let stored = tree_root(call, reader)?;
        let shown = Shown::of(call, reader)?;
        let node = node_of(reader, &stored, uri, shown)?;
        let (total, entries) = waypoint_entries(reader, (&stored.uri, Some(uri)), shown, 0)?;
        let mut answer = counts(total);
        answer.insert("title".to_owned(), json!(node.title));
        answer.insert("uri".to_owned(), json!(node.uri));
        let position = reader.place_of(&node)?.map_or(0, |place| place.position) + 1;
        answer.insert("position".to_owned(), json!(position));
        answer.insert("jsonmodel_type".to_owned(), json!(node.kind));
        answer.insert(
            "has_digital_instance".to_owned(),
            json!(has_digital_instance(reader, &node.doc, shown)?),
        );
        let identifier = match node.kind {
            "archival_object" => Some(text(&node.doc, "component_id").map_or(Value::Null, Value::from)),
            "classification_term" => text(&node.doc, "identifier").map(Value::from),
            _ => None,
        };
        if let Some(identifier) = identifier {
            answer.insert("identifier".to_owned(), identifier);
        }
        let waypoints = if total == 0 { json!({}) } else { json!({uri: {"0": entries}}) };
        answer.insert("precomputed_waypoints".to_owned(), waypoints);
        Ok(Reply::json(answer))
    })
}

/// For each node the way down to it: which waypoint of each level holds the next step.
pub(crate) fn from_root(call: &Call<'_>) -> Answer {
    let ids = call.params.integers("node_ids");
    let kind = node_kind(call.kind());
    let repo = call.params.text("repo_id").map(str::trim).map(str::to_owned);
    call.app.read(|reader| {
        let stored = tree_root(call, reader)?;
        let shown = Shown::of(call, reader)?;
        let mut answer = Map::new();
        for id in ids {
            let uri = record::Uri::of(record::Registry::shipped(), kind, repo.as_deref(), &id.to_string());
            let uri = uri.map(|uri| uri.to_string()).unwrap_or_default();
            node_of(reader, &stored, &uri, shown)?;
            answer.insert(id.to_string(), Value::Array(way_down(reader, &stored, &uri, shown)?));
        }
        Ok(Reply::json(answer))
    })
}

fn way_down(reader: &Reader<'_>, root: &Stored, uri: &str, shown: Shown) -> Result<Vec<Value>, Failure> {
    let steps = reader.path_among(shown.nodes(), uri)?;
    let mut way = Vec::with_capacity(steps.len());
    let mut above: Option<&Head> = None;
    for step in &steps {
        let offset = step.position / WAYPOINT;
        let (node, kind, title) = match above {
            None => (Value::Null, root.kind, text(&root.doc, "title").map(str::to_owned)),
            Some(head) => {
                let doc = reader.document(head)?.unwrap_or_default();
                (json!(head.uri), head.kind, text(&doc, "title").map(str::to_owned))
            }
        };
        way.push(json!({
            "node": node, "root_record_uri": root.uri, "offset": offset, "jsonmodel_type": kind,
            "title": title, "parsed_title": title,
        }));
        above = Some(&step.head);
    }
    Ok(way)
}

/// All children of a node, as records.
pub(crate) fn children(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let (root, parent) = ends(&stored);
        let uris: Vec<String> =
            reader.children(root, parent, 0, u64::MAX)?.into_iter().map(|head| head.uri).collect();
        Ok(Reply::json(lists::documents(call, reader, &uris)?))
    })
}

/// The nearest sibling before a node that is shown, or its parent when there is none.
pub(crate) fn previous(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let before = call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let gone = || Failure::missing(call.kind());
        if stored.root.is_none() {
            return Err(gone());
        }
        let shown = match call.caller {
            Some(_) if sight::sees_suppressed(call, reader, stored.repo.as_deref())? => Nodes::All,
            Some(_) => Nodes::Unsuppressed,
            None => Nodes::Published,
        };
        let before = reader.before_among(shown, &stored)?;
        before.or_else(|| stored.parent.clone()).ok_or_else(gone)
    })?;
    records::read_uri(call, &before)
}

/// The published part of a tree in reading order.
pub(crate) fn ordered(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let stored = tree_root(call, reader)?;
        let mut uris = Vec::new();
        if Shown::Published.shows(&stored) {
            uris.push(json!({"ref": stored.uri, "display_string": text(&stored.doc, "title"), "depth": 0, "level": level(&stored.doc)}));
            let mut hidden_below: Option<u64> = None;
            for (head, depth) in reader.nodes_in_order(&stored.uri)? {
                if hidden_below.is_some_and(|above| depth > above) {
                    continue;
                }
                hidden_below = None;
                if Shown::Published.shows(&head) {
                    uris.push(json!({"ref": head.uri, "display_string": head.title, "depth": depth, "level": head.level}));
                } else {
                    hidden_below = Some(depth);
                }
            }
        }
        Ok(Reply::json(json!({"uris": uris, "jsonmodel_type": "resource_ordered_records"})))
    })
}

/// The whole tree at once. ArchivesSpace no longer lists this route; scripts and ArchivesSnake still ask for it.
pub(crate) fn whole(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let stored = tree_root(call, reader)?;
        Ok(Reply::json(nested(call, reader, &stored)?))
    })
}

/// A tree as nested nodes.
pub(crate) fn nested(
    call: &Call<'_>,
    reader: &Reader<'_>,
    stored: &Stored,
) -> Result<Map<String, Value>, Failure> {
    let shown = Shown::of(call, reader)?;
    let mut boxes = Boxes::default();
    let mut tree = branch(reader, &stored.head, &stored.doc, &mut boxes)?;
    // The nodes come in reading order: deeper ones wait on the stack until their parent is finished.
    let mut open: Vec<(u64, Map<String, Value>)> = Vec::new();
    let mut top = Vec::new();
    let mut hidden_below: Option<u64> = None;
    for (head, depth) in reader.nodes_in_order(&stored.uri)? {
        if hidden_below.is_some_and(|above| depth > above) {
            continue;
        }
        hidden_below = None;
        if !shown.shows(&head) {
            hidden_below = Some(depth);
            continue;
        }
        close(&mut open, &mut top, depth);
        let Some(doc) = reader.document(&head)? else { continue };
        open.push((depth, branch(reader, &head, &doc, &mut boxes)?));
    }
    close(&mut open, &mut top, 0);
    tree.insert("children".to_owned(), Value::Array(top));
    tree.insert("jsonmodel_type".to_owned(), json!(format!("{}_tree", stored.kind)));
    Ok(tree)
}

/// Hands finished nodes to their parents.
fn close(open: &mut Vec<(u64, Map<String, Value>)>, top: &mut Vec<Value>, depth: u64) {
    while open.last().is_some_and(|(there, _)| *there >= depth.max(1)) {
        let Some((_, mut node)) = open.pop() else { return };
        let below =
            node.get("children").and_then(Value::as_array).is_some_and(|children| !children.is_empty());
        node.insert("has_children".to_owned(), json!(below));
        match open.last_mut().and_then(|(_, parent)| parent.get_mut("children")).and_then(Value::as_array_mut)
        {
            Some(children) => children.push(Value::Object(node)),
            None => top.push(Value::Object(node)),
        }
    }
}

fn branch(
    reader: &Reader<'_>,
    head: &Head,
    doc: &Map<String, Value>,
    boxes: &mut Boxes,
) -> Result<Map<String, Value>, Failure> {
    let title =
        if head.root.is_some() { head.title.as_str() } else { text(doc, "title").unwrap_or_default() };
    let mut node = Map::new();
    node.insert("title".to_owned(), json!(title));
    node.insert("id".to_owned(), json!(head.number()));
    node.insert("node_type".to_owned(), json!(head.kind));
    node.insert("publish".to_owned(), json!(head.publish));
    node.insert("suppressed".to_owned(), json!(head.suppressed));
    node.insert("children".to_owned(), json!([]));
    node.insert("record_uri".to_owned(), json!(head.uri));
    for (name, from) in [
        ("finding_aid_filing_title", "finding_aid_filing_title"),
        ("component_id", "component_id"),
        ("identifier", "identifier"),
    ] {
        if let Some(text) = text(doc, from) {
            node.insert(name.to_owned(), json!(text));
        }
    }
    if let Some(level) = level(doc) {
        node.insert("level".to_owned(), level);
    }
    let types: Vec<Value> = items(doc, "instances")
        .iter()
        .filter_map(|instance| instance.get("instance_type").cloned())
        .collect();
    if head.kind == "resource" {
        node.insert("instance_types".to_owned(), json!([]));
        node.insert("containers".to_owned(), json!([]));
    } else if head.kind == "archival_object" {
        node.insert("instance_types".to_owned(), Value::Array(types));
        node.insert("containers".to_owned(), containers(reader, doc, boxes)?.unwrap_or_else(|| json!([])));
    }
    Ok(node)
}
