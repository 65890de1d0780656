//! Lists of records, and the few that a reference picker offers.

use record::api::command::{Crumb, ListInput, Marks, Row, Rows, TypeaheadInput};
use store::{Head, List, Query, Reader};

use crate::{Desk, Failure};

/// Most rows of one answer.
pub(super) const MOST_ROWS: u64 = 500;

/// `list`.
///
/// # Errors
/// When the disk fails.
pub fn list(desk: &Desk, input: ListInput) -> Result<Rows, Failure> {
    let kinds: Vec<&str> = input.kinds.iter().map(String::as_str).collect();
    let list = List::by_title(&kinds, input.repo.as_deref(), input.offset, input.limit.min(MOST_ROWS));
    Ok(desk.store().read(|r| {
        let rows = r.list(&list)?.into_iter().map(|head| row(r, head)).collect::<Result<_, _>>()?;
        Ok(Rows { total: r.count(&list)?, rows })
    })?)
}

/// `typeahead`: best matches by title and identifier.
///
/// # Errors
/// When the disk fails.
pub fn typeahead(desk: &Desk, input: TypeaheadInput) -> Result<Rows, Failure> {
    let limit = input.limit.min(MOST_ROWS);
    if input.text.trim().is_empty() {
        let list = ListInput { kinds: input.kinds, repo: input.repo, offset: 0, limit };
        return self::list(desk, list);
    }
    let found = desk.store().search(&Query {
        text: input.text,
        live: true,
        kinds: input.kinds,
        repo: input.repo,
        limit,
        ..Query::default()
    })?;
    Ok(desk.store().read(|r| {
        let rows = found.hits.into_iter().map(|hit| row(r, hit.head)).collect::<Result<_, _>>()?;
        Ok(Rows { total: found.total, rows })
    })?)
}

/// What a list shows of a record.
pub(super) fn row(r: &Reader<'_>, head: Head) -> Result<Row, store::Error> {
    Ok(Row {
        marks: marks(r, &head)?,
        uri: head.uri,
        kind: head.kind.to_owned(),
        title: head.title,
        identifier: head.identifier,
        dates: head.dates,
        crumbs: Vec::new(),
        snippet: None,
    })
}

/// What stands behind a title.
pub(super) fn marks(r: &Reader<'_>, head: &Head) -> Result<Marks, store::Error> {
    Ok(Marks {
        conflict: r.has_conflict(head.id)?,
        error: r.refusal(&head.uri)?.is_some(),
        draft: r.has_draft(&head.uri)?,
        unsent: head.edits > 0 || head.moved,
        restricted: head.restricted,
        unpublished: !head.publish,
    })
}

/// From the root down to the parent; empty for what stands in no tree.
pub(super) fn crumbs(r: &Reader<'_>, head: &Head) -> Result<Vec<Crumb>, store::Error> {
    let Some(root) = &head.root else { return Ok(Vec::new()) };
    let mut crumbs: Vec<Crumb> = r.head(root)?.into_iter().map(crumb).collect();
    let mut steps = r.path(&head.uri)?;
    steps.pop();
    crumbs.extend(steps.into_iter().map(|step| crumb(step.head)));
    Ok(crumbs)
}

fn crumb(head: Head) -> Crumb {
    Crumb { uri: head.uri, title: head.title }
}
