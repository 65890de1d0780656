//! The merge of objects, field by field.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::text;
use crate::api::command::{ConflictField, Side};
use crate::canonical::{self, Scope, element_shape};
use crate::schema::{Merge, Property, Shape};
use crate::{Problem, Registry};

/// Three versions of one thing. Without `base` both sides made it.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a, T> {
    pub(super) base: Option<&'a T>,
    pub(super) mine: &'a T,
    pub(super) theirs: &'a T,
}

/// Three versions of one member; absent where a side does not have it.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) base: Option<&'a Value>,
    pub(super) mine: Option<&'a Value>,
    pub(super) theirs: Option<&'a Value>,
}

/// The content of three versions of one member: base, mine, theirs.
pub(super) type Contents<'k> = [Option<Cow<'k, Value>>; 3];

impl Members<'_> {
    fn field(&self, pointer: &str, doubles: bool) -> ConflictField {
        let value = |side: Option<&Value>| side.cloned().unwrap_or(Value::Null);
        ConflictField {
            pointer: pointer.to_owned(),
            base: value(self.base),
            mine: value(self.mine),
            theirs: value(self.theirs),
            both: doubles && self.mine.is_some() && self.theirs.is_some(),
        }
    }
}

/// A merge on its way.
pub(super) struct Merging<'a> {
    pub(super) registry: &'a Registry,
    /// Properties of the outermost record that are not merged inside.
    pub(super) whole: &'a BTreeSet<String>,
    pub(super) choose: &'a dyn Fn(&ConflictField) -> Option<Side>,
    pub(super) clashes: Vec<ConflictField>,
    pub(super) notices: Vec<Problem>,
    /// The list elements being merged that can become two, the innermost last.
    pub(super) doubling: Vec<Doubling>,
}

/// A list element that can be kept in both versions.
#[derive(Clone, Copy, Default)]
pub(super) struct Doubling {
    /// Somebody chose both for something in it.
    pub(super) asked: bool,
    /// The second of the two is being made: what is kept in both versions is theirs.
    pub(super) second: bool,
}

impl<'a> Merging<'a> {
    /// Merges two objects: mine's order of members, then what only theirs has. `known` is the content of each, where
    /// the caller has it already: making it is most of the work of a merge.
    pub(super) fn object(
        &mut self,
        at: &str,
        scope: Scope<'a>,
        sides: Sides<'_, Map<String, Value>>,
        known: Option<Sides<'_, Map<String, Value>>>,
    ) -> Map<String, Value> {
        let added = sides.base.is_none();
        let known = known.as_ref();
        let mut merged = Map::new();
        let only_theirs = sides.theirs.keys().filter(|name| !sides.mine.contains_key(*name));
        for name in sides.mine.keys().chain(only_theirs) {
            let members = Members {
                base: sides.base.and_then(|base| base.get(name)),
                mine: sides.mine.get(name),
                theirs: sides.theirs.get(name),
            };
            let value = if scope.is_content(sides.mine, name) || scope.is_content(sides.theirs, name) {
                let contents = [
                    self.content(scope, name, sides.base, known.and_then(|known| known.base)),
                    self.content(scope, name, Some(sides.mine), known.map(|known| known.mine)),
                    self.content(scope, name, Some(sides.theirs), known.map(|known| known.theirs)),
                ];
                self.member(&step(at, name), scope.fields.get(name), added, members, &contents)
            } else {
                members.theirs.or(members.mine).cloned()
            };
            if let Some(value) = value {
                merged.insert(name.clone(), value);
            }
        }
        merged
    }

    /// The content of a member of one side.
    fn content<'k>(
        &self,
        scope: Scope<'a>,
        name: &str,
        side: Option<&Map<String, Value>>,
        known: Option<&'k Map<String, Value>>,
    ) -> Option<Cow<'k, Value>> {
        let value = side?.get(name)?;
        match known {
            // A member may be content on one side only; where it is not, the side's content leaves it out.
            Some(known) if scope.is_content(side?, name) => known.get(name).map(Cow::Borrowed),
            _ => canonical::member(self.registry, scope.fields.get(name), value).map(Cow::Owned),
        }
    }

    fn member(
        &mut self,
        at: &str,
        property: Option<&'a Property>,
        added: bool,
        members: Members<'_>,
        contents: &Contents<'_>,
    ) -> Option<Value> {
        let [base, mine, theirs] = contents;
        if mine == theirs {
            return members.mine.or(members.theirs.filter(|_| theirs.is_some())).cloned();
        }
        let policy = property.and_then(|property| property.merge.as_ref());
        if added && matches!(policy, Some(Merge::Restrict)) {
            return Some(self.restrict(at, property));
        }
        if self.whole.contains(at.trim_start_matches('/')) {
            return self.clash(at, members, members.mine);
        }
        if mine == base {
            return members.theirs.cloned();
        }
        if theirs == base {
            return members.mine.cloned();
        }
        self.value(at, property.map(|property| &property.shape), policy, members, contents)
    }

    /// Merges a value that both sides changed.
    pub(super) fn value(
        &mut self,
        at: &str,
        shape: Option<&'a Shape>,
        policy: Option<&'a Merge>,
        members: Members<'_>,
        contents: &Contents<'_>,
    ) -> Option<Value> {
        let (Some(mine), Some(theirs)) = (members.mine, members.theirs) else {
            return self.clash(at, members, members.mine.or(members.theirs));
        };
        match (mine, theirs, policy) {
            (
                Value::Array(mine),
                Value::Array(theirs),
                Some(policy @ (Merge::Set(_) | Merge::Key(_) | Merge::Aligned)),
            ) => {
                let base = members.base.and_then(Value::as_array);
                let sides = Sides { base, mine, theirs };
                Some(Value::Array(self.list(at, element_shape(shape), policy, sides, contents)))
            }
            (Value::Object(mine), Value::Object(theirs), None) if same_sort(mine, theirs) => {
                let base = members.base.and_then(Value::as_object).filter(|base| same_sort(base, mine));
                let scope = Scope::of(self.registry, shape, mine);
                Some(Value::Object(self.object(at, scope, Sides { base, mine, theirs }, None)))
            }
            (Value::String(mine), Value::String(theirs), None) if text::is_prose(shape) => {
                let base = members.base.and_then(Value::as_str);
                match base.and_then(|base| text::joined(base, mine, theirs)) {
                    Some(joined) => {
                        self.notices.push(Problem::warning(at, "merged_text"));
                        Some(Value::String(joined))
                    }
                    None => self.clash(at, members, members.mine),
                }
            }
            _ => self.clash(at, members, Some(mine)),
        }
    }

    /// Records a clash, or takes what was chosen for it. Both, where that can not be, is no choice.
    pub(super) fn clash(
        &mut self,
        at: &str,
        members: Members<'_>,
        undecided: Option<&Value>,
    ) -> Option<Value> {
        let field = members.field(at, !self.doubling.is_empty());
        match ((self.choose)(&field), self.doubling.last_mut()) {
            (Some(Side::Mine), _) => members.mine.cloned(),
            (Some(Side::Theirs), _) => members.theirs.cloned(),
            (Some(Side::Both), Some(element)) if field.both => {
                element.asked = true;
                if element.second { members.theirs.cloned() } else { members.mine.cloned() }
            }
            _ => {
                self.clashes.push(field);
                undecided.cloned()
            }
        }
    }

    /// Two sides made the same thing, one open and one not: it is not.
    fn restrict(&mut self, at: &str, property: Option<&Property>) -> Value {
        // Of all these flags only `publish` opens when it is set.
        let restrictive = property.is_none_or(|property| property.name != "publish");
        self.notices.push(Problem::warning(at, "merged_restrictive").with("value", restrictive));
        Value::Bool(restrictive)
    }
}

/// Whether two objects are versions of the same thing: the same kind, the same link.
fn same_sort(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let told =
        |object: &Map<String, Value>, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    ["jsonmodel_type", "ref"].iter().all(|name| match (told(one, name), told(other, name)) {
        (Some(one), Some(other)) => one == other,
        // A kind that the schema gives may be left out.
        (one, other) => *name == "jsonmodel_type" || one == other,
    })
}

/// The pointer of a member.
pub(super) fn step(at: &str, name: &str) -> String {
    if name.contains(['~', '/']) {
        return format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    }
    format!("{at}/{name}")
}
