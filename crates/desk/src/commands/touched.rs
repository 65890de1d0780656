//! The tags of what an operation changed.

use std::collections::BTreeSet;

use record::api::command::Touched;
use store::{Changed, OpId};

use crate::Desk;

/// More records than this are told as their lists and trees only.
const MOST_RECORDS: usize = 200;

/// Tags of changed records, and of what always changes with them.
pub(crate) fn tags(changed: &[Changed]) -> Vec<String> {
    let mut tags = BTreeSet::new();
    for change in changed {
        tags.insert(format!("list:{}", change.kind));
        match &change.root {
            Some(root) => tags.insert(format!("tree:{root}")),
            None => tags.insert(format!("tree:{}", change.uri)),
        };
        if changed.len() <= MOST_RECORDS {
            tags.insert(format!("record:{}", change.uri));
        }
    }
    if changed.len() > MOST_RECORDS {
        tags.insert("record:*".to_owned());
    }
    if !tags.is_empty() {
        tags.insert("sync".to_owned());
    }
    tags.into_iter().collect()
}

/// Tells everybody, and the caller.
pub(crate) fn tell(desk: &Desk, touched: Vec<String>, op: Option<OpId>) -> Touched {
    desk.inner().teller.changed(&touched);
    if op.is_some() {
        desk.inner().nudge.notify_one();
    }
    Touched { touched, op: op.filter(|op| *op != 0) }
}
