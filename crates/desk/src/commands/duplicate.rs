//! A node of a tree once more, with everything below it, right after it.

use record::api::command::{Copied, UriInput};
use serde_json::{Map, Value, json};
use store::{Op, Tx};

use super::records::address;
use super::touched::{tags, tell};
use crate::error::with;
use crate::{Desk, Failure};

/// What belongs to one record alone: its identity and its dealings with the server.
const OWN: [&str; 12] = [
    "uri",
    "ref_id",
    "component_id",
    "lock_version",
    "created_by",
    "last_modified_by",
    "create_time",
    "system_mtime",
    "user_mtime",
    "external_ids",
    "external_ark_url",
    "position",
];

/// `duplicate_record`, as one operation.
///
/// # Errors
/// When there is no such record, or it stands in no tree.
pub fn duplicate_record(desk: &Desk, input: UriInput) -> Result<Copied, Failure> {
    address(&input.uri)?;
    let place = desk.store().read(|r| {
        let steps = r.path(&input.uri)?;
        let root = r.expect(&input.uri)?.head.root;
        Ok(root.zip(steps.last().map(|step| step.position)))
    })?;
    let Some((root, position)) = place else {
        return Err(Failure(with("not_found", &[("uri", &input.uri)])));
    };
    let by = desk.author();
    let ((uri, touched), op) = desk.store().write(Op::typed("save", &by), |tx| {
        let parent = tx.expect(&input.uri)?.head.parent;
        let uri = copy(tx, &root, &input.uri, parent.as_deref())?;
        tx.move_nodes(&root, parent.as_deref(), std::slice::from_ref(&uri), position + 1)?;
        Ok((uri, tags(tx.changed())))
    })?;
    let told = tell(desk, touched, Some(op));
    Ok(Copied { uri, touched: told.touched, op: told.op })
}

fn copy(tx: &mut Tx<'_>, root: &str, from: &str, parent: Option<&str>) -> Result<String, store::Error> {
    let original = tx.expect(from)?;
    let mut doc = original.to_api();
    doc.retain(|name, _| !OWN.contains(&name.as_str()));
    doc.shift_remove("parent");
    if let Some(parent) = parent {
        doc.insert("parent".to_owned(), json!({ "ref": parent }));
    }
    forget_keys(&mut doc);
    let uri = tx.create(original.kind, original.repo.as_deref(), doc)?.head.uri;
    // A copy has the children that there are now; none of them is the copy.
    let count = tx.child_count(root, Some(from))?;
    for child in tx.children(root, Some(from), 0, count)? {
        copy(tx, root, &child.uri, Some(&uri))?;
    }
    Ok(uri)
}

/// Notes and rights statements of the copy are other ones: they get keys of their own.
fn forget_keys(doc: &mut Map<String, Value>) {
    for (list, key) in [("notes", "persistent_id"), ("rights_statements", "identifier")] {
        let items = doc.get_mut(list).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
            item.shift_remove(key);
        }
    }
}
