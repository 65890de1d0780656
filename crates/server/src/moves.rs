//! Changing trees: a new parent, nodes taken in, nodes made.

use record::{Record, Registry};
use serde_json::{Value, json};
use store::Stored;

use crate::call::Call;
use crate::reply::{Answer, Failure};
use crate::tree::{ends, node_kind};
use crate::{publish, records};

/// Puts a node below another one (or on the top level) at a rank.
pub(crate) fn parent(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let position = call
        .params
        .integer("position")
        .ok_or_else(|| Failure::param("position", "Parameter required but no value provided"))?;
    let parent = call.params.integer("parent").map(|id| sibling(call, call.kind(), id));
    call.commit("move", |tx| {
        let stored = records::visible(call, tx, &uri)?;
        let root = stored.root.clone().ok_or_else(|| Failure::missing(call.kind()))?;
        if let Some(parent) = &parent {
            let node = records::visible(call, tx, parent);
            if !node.is_ok_and(|node| node.head.root.as_ref() == Some(&root)) {
                return Err(Failure::param("parent", "There is no such node in this tree"));
            }
        }
        tx.move_nodes(
            &root,
            parent.as_deref(),
            std::slice::from_ref(&uri),
            u64::try_from(position).unwrap_or(0),
        )?;
        Ok(records::acted(&tx.expect(&uri)?))
    })
}

/// Address of a record of the same repository.
fn sibling(call: &Call<'_>, kind: &str, id: i64) -> String {
    let repo = call.params.text("repo_id").map(str::trim);
    record::Uri::of(Registry::shipped(), kind, repo, &id.to_string())
        .map(|uri| uri.to_string())
        .unwrap_or_default()
}

/// Moves existing nodes, in the given order, below a node or a root.
pub(crate) fn accept(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let children = call.params.texts("children").to_vec();
    if children.is_empty() {
        return Err(Failure::param("children", "Parameter required but no value provided"));
    }
    let position = call.params.integer("position").and_then(|at| u64::try_from(at).ok()).unwrap_or(0);
    call.commit("move", |tx| {
        let stored = records::visible(call, tx, &uri)?;
        let (root, parent) = ends(&stored);
        for child in &children {
            let node = records::visible(call, tx, child)?;
            // A node of another tree comes over first.
            if node.head.root.as_deref() != Some(root) {
                tx.adopt(child, root)?;
            }
        }
        tx.move_nodes(root, parent, &children, position)?;
        Ok(records::acted(&tx.expect(&uri)?))
    })
}

/// Makes several nodes below a node or a root.
pub(crate) fn add(call: &Call<'_>) -> Answer {
    let uri = call.uri();
    let repo = call.repo();
    let document = call.document()?;
    call.commit("save", |tx| {
        let stored = records::visible(call, tx, &uri)?;
        let node = node_kind(stored.kind);
        for child in document.items("children") {
            let mut record = below(node, child, &stored)?;
            publish::as_preferred(call, tx, [&mut record])?;
            records::make(tx, repo.as_deref(), record)?;
        }
        Ok(records::acted(&tx.expect(&uri)?))
    })
}

/// A new node below a node or a root.
fn below(kind: &str, child: &Value, above: &Stored) -> Result<Record, Failure> {
    let mut record =
        Record::from_value(kind, child.clone()).map_err(|error| Failure::Bad(error.to_string()))?;
    let (root, parent) = ends(above);
    let property = crate::tree::root_property(kind);
    record.doc.insert(property.to_owned(), json!({"ref": root}));
    record.doc.shift_remove("parent");
    record.doc.shift_remove("position");
    if let Some(parent) = parent {
        record.doc.insert("parent".to_owned(), json!({"ref": parent}));
    }
    Ok(record)
}
