//! The merge of lists, element by element.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::fields::{Contents, Doubling, Members, Merging, Sides};
use super::identity::{self, Identity, Item};
use super::order;
use crate::schema::{Merge, Shape};
use crate::{Problem, Registry, canonical};

/// One element in the versions that have it: indices into the lists of items.
#[derive(Default)]
struct Row {
    base: Option<usize>,
    mine: Option<usize>,
    theirs: Option<usize>,
}

/// The elements of a list that have content. `known` is the content of the list, where it is at hand.
pub(super) fn items<'a>(
    registry: &Registry,
    shape: Option<&Shape>,
    list: &'a [Value],
    known: Option<&'a Value>,
) -> Vec<Item<'a>> {
    // As long as the list itself, it has every element at its own place.
    let known = known.and_then(Value::as_array).filter(|known| known.len() == list.len());
    list.iter()
        .enumerate()
        .filter_map(|(index, raw)| {
            let content = match known {
                Some(known) => Cow::Borrowed(known.get(index)?),
                None => Cow::Owned(canonical::element(registry, shape, raw)?),
            };
            Some(Item { raw, content, index })
        })
        .collect()
}

impl<'a> Merging<'a> {
    /// Merges two lists whose elements have an identity.
    pub(super) fn list(
        &mut self,
        at: &str,
        shape: Option<&'a Shape>,
        policy: &'a Merge,
        sides: Sides<'_, Vec<Value>>,
        contents: &Contents<'_>,
    ) -> Vec<Value> {
        let [known_base, known_mine, known_theirs] = contents.each_ref().map(|content| content.as_deref());
        let base = items(self.registry, shape, sides.base.map_or(&[], Vec::as_slice), known_base);
        let mine = items(self.registry, shape, sides.mine, known_mine);
        let theirs = items(self.registry, shape, sides.theirs, known_theirs);
        let identity = Identity(policy);
        let rows = rows(identity, &base, &mine, &theirs);
        let ids = |index: fn(&Row) -> Option<usize>| {
            let mut list: Vec<(usize, usize)> =
                rows.iter().enumerate().filter_map(|(id, row)| Some((index(row)?, id))).collect();
            list.sort_unstable();
            list.into_iter().map(|(_, id)| id).collect::<Vec<usize>>()
        };
        let ordered = order::order(&ids(|row| row.base), &ids(|row| row.mine), &ids(|row| row.theirs));
        if ordered.clash {
            self.notices.push(Problem::warning(at, "merged_order"));
        }
        let mut merged: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| {
                let contents = [
                    row.base.map(|index| Cow::Borrowed(&*base[index].content)),
                    row.mine.map(|index| Cow::Borrowed(&*mine[index].content)),
                    row.theirs.map(|index| Cow::Borrowed(&*theirs[index].content)),
                ];
                let members = Members {
                    base: row.base.map(|index| base[index].raw),
                    mine: row.mine.map(|index| mine[index].raw),
                    theirs: row.theirs.map(|index| theirs[index].raw),
                };
                let index =
                    row.mine.map(|index| mine[index].index).or(row.theirs.map(|index| theirs[index].index));
                let at = format!("{at}/{}", index.unwrap_or_default());
                self.element(&at, shape, policy, &contents, members)
            })
            .collect();
        ordered.ids.into_iter().flat_map(|id| std::mem::take(&mut merged[id])).collect()
    }

    /// Merges one element: nothing when it is removed, two when both versions are kept.
    fn element(
        &mut self,
        at: &str,
        shape: Option<&'a Shape>,
        policy: &Merge,
        contents: &Contents<'_>,
        members: Members<'_>,
    ) -> Vec<Value> {
        let [base, mine, theirs] = contents;
        let one = |value: Option<&Value>| value.cloned().into_iter().collect();
        if mine == theirs {
            return one(members.mine);
        }
        if base.is_some() && mine == base {
            return one(members.theirs);
        }
        if base.is_some() && theirs == base {
            return one(members.mine);
        }
        if base.is_none() && (mine.is_none() || theirs.is_none()) {
            return one(members.mine.or(members.theirs));
        }
        // The same link twice is no two things.
        if matches!(policy, Merge::Set(_)) || mine.is_none() || theirs.is_none() {
            return self.value(at, shape, None, members, contents).into_iter().collect();
        }
        let (first, asked) = self.version(at, shape, contents, members, false);
        if !asked {
            return first.into_iter().collect();
        }
        let told = (self.clashes.len(), self.notices.len());
        let (second, _) = self.version(at, shape, contents, members, true);
        self.clashes.truncate(told.0);
        self.notices.truncate(told.1);
        first.into_iter().chain(second.map(anew)).collect()
    }

    /// One version of an element, and whether there is to be another.
    fn version(
        &mut self,
        at: &str,
        shape: Option<&'a Shape>,
        contents: &Contents<'_>,
        members: Members<'_>,
        second: bool,
    ) -> (Option<Value>, bool) {
        self.doubling.push(Doubling { second, ..Doubling::default() });
        let value = self.value(at, shape, None, members, contents);
        (value, self.doubling.pop().is_some_and(|element| element.asked))
    }
}

/// What the second version of an element does not have: names that the first is known by, and marks that only one
/// element of a list may have.
const ONCE: [&str; 6] =
    ["persistent_id", "identifier", "authorized", "is_display_name", "is_primary", "is_representative"];

/// The second version of an element is another one.
fn anew(mut element: Value) -> Value {
    if let Some(members) = element.as_object_mut() {
        members.retain(|name, _| !ONCE.contains(&name.as_str()));
    }
    element
}

fn rows(identity: Identity<'_>, base: &[Item<'_>], mine: &[Item<'_>], theirs: &[Item<'_>]) -> Vec<Row> {
    let mine_to_base = identity::against_base(identity, base, mine);
    let theirs_to_base = identity::against_base(identity, base, theirs);
    let mut rows: Vec<Row> =
        (0..base.len()).map(|index| Row { base: Some(index), ..Row::default() }).collect();
    let (mut new_mine, mut new_theirs) = (Vec::new(), Vec::new());
    for (index, matched) in mine_to_base.iter().enumerate() {
        match matched {
            Some(base) => rows[*base].mine = Some(index),
            None => new_mine.push(index),
        }
    }
    for (index, matched) in theirs_to_base.iter().enumerate() {
        match matched {
            Some(base) => rows[*base].theirs = Some(index),
            None => new_theirs.push(index),
        }
    }
    let pairs = identity::added(identity, mine, theirs, &new_mine, &new_theirs);
    for index in new_mine {
        rows.push(Row { mine: Some(index), theirs: pairs.get(&index).copied(), ..Row::default() });
    }
    let paired: BTreeSet<usize> = pairs.into_values().collect();
    for index in new_theirs.into_iter().filter(|index| !paired.contains(index)) {
        rows.push(Row { theirs: Some(index), ..Row::default() });
    }
    rows
}
