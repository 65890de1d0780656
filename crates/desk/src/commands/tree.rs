//! Trees: a page of children at a time, the way down to a node, and moves.

use record::api::command::{
    Children, ChildrenInput, MoveInput, Touched, TreePath, TreeRoot, TreeRow, TreeStep, UriInput,
};
use store::{Head, Op, Reader};

use super::lists::marks;
use super::touched::{tags, tell};
use crate::error::with;
use crate::{Desk, Failure};

/// Most children of one answer.
const MOST_CHILDREN: u64 = 1_000;

/// `tree_root`.
///
/// # Errors
/// When there is no such record.
pub fn tree_root(desk: &Desk, input: UriInput) -> Result<TreeRoot, Failure> {
    Ok(desk.store().read(|r| {
        let root = r.expect(&input.uri)?.head;
        let uri = root.uri.clone();
        let children = r.child_count(&uri, None)?;
        Ok(TreeRoot { root: row(r, root, children, 0)?, nodes: r.node_count(&uri)? })
    })?)
}

/// `tree_children`.
///
/// # Errors
/// When the disk fails.
pub fn tree_children(desk: &Desk, input: ChildrenInput) -> Result<Children, Failure> {
    let limit = input.limit.min(MOST_CHILDREN);
    Ok(desk.store().read(|r| {
        let parent = input.parent.as_deref();
        let heads = r.children(&input.root, parent, input.offset, limit)?;
        let counts = r.child_counts(&heads)?;
        let mut rows = Vec::with_capacity(heads.len());
        for ((head, children), position) in heads.into_iter().zip(counts).zip(input.offset..) {
            rows.push(row(r, head, children, position)?);
        }
        Ok(Children { total: r.child_count(&input.root, parent)?, rows })
    })?)
}

/// `tree_path`.
///
/// # Errors
/// When the node stands in no tree.
pub fn tree_path(desk: &Desk, input: UriInput) -> Result<TreePath, Failure> {
    let (head, steps) = desk.store().read(|r| {
        let head = r.head(&input.uri)?;
        let steps = if head.is_some() { r.path(&input.uri)? } else { Vec::new() };
        Ok((head, steps))
    })?;
    let head = head.ok_or_else(|| Failure(with("not_found", &[("uri", &input.uri)])))?;
    let steps = steps.into_iter().map(|step| TreeStep { uri: step.head.uri, position: step.position });
    Ok(TreePath { root: head.root.unwrap_or(head.uri), steps: steps.collect() })
}

/// `tree_move`: one operation, however many nodes.
///
/// # Errors
/// When a node would come to stand below itself, or is not of this tree.
pub fn tree_move(desk: &Desk, input: MoveInput) -> Result<Touched, Failure> {
    let by = desk.author();
    let (touched, op) = desk.store().write(Op::typed("move", &by), |tx| {
        tx.move_nodes(&input.root, input.parent.as_deref(), &input.uris, input.position)?;
        Ok(tags(tx.changed()))
    })?;
    Ok(tell(desk, touched, Some(op)))
}

fn row(r: &Reader<'_>, head: Head, children: u64, position: u64) -> Result<TreeRow, store::Error> {
    Ok(TreeRow {
        marks: marks(r, &head)?,
        uri: head.uri,
        kind: head.kind.to_owned(),
        title: head.label,
        identifier: head.identifier,
        level: head.level,
        dates: head.dates,
        container: head.container,
        children,
        position,
    })
}
