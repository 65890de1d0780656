//! Which elements of two lists are the same element.
//!
//! First by identity (`x-merge`), elements with equal identity by content and
//! then by likeness; then, among what is left, by weaker signs: the same link
//! with another role, the only note of a type, much the same words.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::similar::Words;
use crate::schema::Merge;

/// Least likeness for an edited text to count as the same one.
const LIKE_TEXT: f64 = 0.6;
/// The same for small structured elements (dates, extents), of whose few words one edit is a large part.
const LIKE_FIELDS: f64 = 0.5;
/// Pairs compared at most: beyond it elements without identity are told apart by content alone.
const PAIRS: usize = 65_536;

/// An element of a list.
pub(super) struct Item<'a> {
    /// As it stands in the document.
    pub(super) raw: &'a Value,
    /// Its content.
    pub(super) content: Cow<'a, Value>,
    /// Its place in the document.
    pub(super) index: usize,
}

/// How a list tells its elements apart.
#[derive(Clone, Copy)]
pub(super) struct Identity<'a>(pub(super) &'a Merge);

impl Identity<'_> {
    fn paths(&self) -> &[String] {
        match self.0 {
            Merge::Set(paths) | Merge::Key(paths) => paths,
            _ => &[],
        }
    }

    /// What identifies an element; `None` when it has nothing of it.
    fn key(&self, item: &Value) -> Option<String> {
        let paths = self.paths();
        if paths.is_empty() {
            return Some(item.to_string());
        }
        let parts: Vec<Option<&Value>> = paths.iter().map(|path| at(item, path)).collect();
        if item.is_string() {
            return Some(item.to_string());
        }
        parts.iter().any(Option::is_some).then(|| serde_json::to_string(&parts).unwrap_or_default())
    }

    /// Keys that mean nothing but identity: two elements that both have one and differ in it are not the same.
    fn is_given(&self) -> bool {
        matches!(self.paths(), [path] if path == "persistent_id" || path == "identifier")
    }

    /// The weaker sign by which a changed element is found again, if it is the only one with it.
    fn weak_key(&self, item: &Value) -> Option<String> {
        match self.0 {
            Merge::Set(paths) if paths.len() > 1 => at(item, &paths[0]).map(Value::to_string),
            Merge::Key(_) if self.is_given() => {
                let parts = ["jsonmodel_type", "type", "label"].map(|path| at(item, path));
                parts.iter().any(Option::is_some).then(|| serde_json::to_string(&parts).unwrap_or_default())
            }
            _ => None,
        }
    }

    fn threshold(&self) -> f64 {
        match self.0 {
            Merge::Key(_) if !self.is_given() => LIKE_FIELDS,
            _ => LIKE_TEXT,
        }
    }
}

/// The member at a dotted path.
fn at<'a>(item: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(item, |value, step| value.get(step))
}

/// Finds each element of `side` in `base`: the index there, `None` for new ones.
pub(super) fn against_base(
    identity: Identity<'_>,
    base: &[Item<'_>],
    side: &[Item<'_>],
) -> Vec<Option<usize>> {
    let mut matching =
        Matching { base, side, to_base: vec![None; side.len()], taken: vec![false; base.len()] };
    let keys = |items: &[Item<'_>]| items.iter().map(|item| identity.key(&item.content)).collect::<Vec<_>>();
    let (base_keys, side_keys) = (keys(base), keys(side));
    if !identity.paths().is_empty() {
        matching.by_key(&base_keys, &side_keys);
    }
    if matching.is_done() {
        return matching.to_base;
    }
    matching.by_content();
    if matches!(identity.0, Merge::Set(paths) if paths.is_empty()) || matching.is_done() {
        return matching.to_base;
    }
    let strangers = |b: usize, s: usize| {
        identity.is_given() && base_keys[b].is_some() && side_keys[s].is_some()
            || at(&base[b].content, "jsonmodel_type") != at(&side[s].content, "jsonmodel_type")
    };
    let weak =
        |items: &[Item<'_>]| items.iter().map(|item| identity.weak_key(&item.content)).collect::<Vec<_>>();
    matching.by_unique(&weak(base), &weak(side), &strangers);
    if !matches!(identity.0, Merge::Set(_)) {
        matching.by_likeness(identity.threshold(), &strangers);
    }
    if matches!(identity.0, Merge::Aligned) {
        matching.by_place(&strangers);
    }
    matching.to_base
}

/// Pairs the elements that both sides added: by a key that is unique on each
/// side, else by content.
pub(super) fn added(
    identity: Identity<'_>,
    mine: &[Item<'_>],
    theirs: &[Item<'_>],
    new_mine: &[usize],
    new_theirs: &[usize],
) -> BTreeMap<usize, usize> {
    let mut pairs = BTreeMap::new();
    if new_mine.is_empty() || new_theirs.is_empty() {
        return pairs;
    }
    let single = |items: &[Item<'_>]| {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some(key) = identity.key(&item.content) {
                counts.entry(key).and_modify(|(_, count)| *count += 1).or_insert((at, 1));
            }
        }
        counts
    };
    let (keys_mine, keys_theirs) = (single(mine), single(theirs));
    for (key, (m, count)) in &keys_mine {
        if let Some((t, 1)) = keys_theirs.get(key)
            && *count == 1
            && new_mine.contains(m)
            && new_theirs.contains(t)
        {
            pairs.insert(*m, *t);
        }
    }
    for m in new_mine {
        if pairs.contains_key(m) {
            continue;
        }
        let equal = new_theirs
            .iter()
            .find(|t| theirs[**t].content == mine[*m].content && !pairs.values().any(|p| p == *t));
        if let Some(t) = equal {
            pairs.insert(*m, *t);
        }
    }
    pairs
}

struct Matching<'a, 'b> {
    base: &'b [Item<'a>],
    side: &'b [Item<'a>],
    to_base: Vec<Option<usize>>,
    taken: Vec<bool>,
}

/// Unmatched indices by key.
fn grouped(keys: &[Option<String>], free: impl Fn(usize) -> bool) -> BTreeMap<&str, Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, key) in keys.iter().enumerate() {
        if let Some(key) = key.as_deref().filter(|_| free(at)) {
            groups.entry(key).or_default().push(at);
        }
    }
    groups
}

impl Matching<'_, '_> {
    fn pair(&mut self, base: usize, side: usize) {
        self.to_base[side] = Some(base);
        self.taken[base] = true;
    }

    /// Elements with equal keys: alone, directly; several, by content, then the most alike, then in order.
    fn by_key(&mut self, base_keys: &[Option<String>], side_keys: &[Option<String>]) {
        let of_base = grouped(base_keys, |at| !self.taken[at]);
        for (key, side) in grouped(side_keys, |at| self.to_base[at].is_none()) {
            let Some(base) = of_base.get(key) else { continue };
            if let ([b], [s]) = (base.as_slice(), side.as_slice()) {
                self.pair(*b, *s);
                continue;
            }
            for s in &side {
                if let Some(b) =
                    base.iter().find(|b| !self.taken[**b] && self.base[**b].content == self.side[*s].content)
                {
                    self.pair(*b, *s);
                }
            }
            self.most_alike(base, &side, 0.0, &|_, _| false);
        }
    }

    /// Whether nothing is left that could be paired.
    fn is_done(&self) -> bool {
        self.to_base.iter().all(Option::is_some) || self.taken.iter().all(|taken| *taken)
    }

    fn by_content(&mut self) {
        let free = |items: &[Item<'_>], free: &dyn Fn(usize) -> bool| -> Vec<Option<String>> {
            items.iter().enumerate().map(|(at, item)| free(at).then(|| item.content.to_string())).collect()
        };
        let base_content = free(self.base, &|at| !self.taken[at]);
        let side_content = free(self.side, &|at| self.to_base[at].is_none());
        let of_base = grouped(&base_content, |_| true);
        for (content, side) in grouped(&side_content, |_| true) {
            let base = of_base.get(content).map_or(&[][..], Vec::as_slice);
            for (b, s) in base.iter().zip(side) {
                self.pair(*b, s);
            }
        }
    }

    fn by_unique(
        &mut self,
        base_keys: &[Option<String>],
        side_keys: &[Option<String>],
        strangers: &dyn Fn(usize, usize) -> bool,
    ) {
        let of_base = grouped(base_keys, |at| !self.taken[at]);
        for (key, side) in grouped(side_keys, |at| self.to_base[at].is_none()) {
            if let (Some([b]), [s]) = (of_base.get(key).map(Vec::as_slice), side.as_slice())
                && !strangers(*b, *s)
            {
                self.pair(*b, *s);
            }
        }
    }

    fn by_likeness(&mut self, threshold: f64, strangers: &dyn Fn(usize, usize) -> bool) {
        let base: Vec<usize> = (0..self.base.len()).filter(|at| !self.taken[*at]).collect();
        let side: Vec<usize> = (0..self.side.len()).filter(|at| self.to_base[*at].is_none()).collect();
        self.most_alike(&base, &side, threshold, strangers);
    }

    /// A run of elements between the same neighbours, as long as before, is the same run rewritten.
    fn by_place(&mut self, strangers: &dyn Fn(usize, usize) -> bool) {
        let known = self.to_base.clone();
        let mut start = 0;
        while start < known.len() {
            if known[start].is_some() {
                start += 1;
                continue;
            }
            let end = (start..known.len()).find(|at| known[*at].is_some()).unwrap_or(known.len());
            let from = start.checked_sub(1).and_then(|left| known[left]).map_or(0, |left| left + 1);
            let to = known.get(end).copied().flatten().unwrap_or(self.base.len());
            if to.checked_sub(from) == Some(end - start) && !self.taken[from..to].contains(&true) {
                for (base, side) in (from..to).zip(start..end) {
                    if !strangers(base, side) {
                        self.pair(base, side);
                    }
                }
            }
            start = end;
        }
    }

    /// Pairs the most alike first; ties go to the nearest places.
    fn most_alike(
        &mut self,
        base: &[usize],
        side: &[usize],
        threshold: f64,
        strangers: &dyn Fn(usize, usize) -> bool,
    ) {
        if base.is_empty() || side.is_empty() || base.len() * side.len() > PAIRS {
            return;
        }
        let words = |items: &[Item<'_>], indices: &[usize]| {
            indices.iter().map(|at| Words::of(&items[*at].content)).collect::<Vec<_>>()
        };
        let (base_words, side_words) = (words(self.base, base), words(self.side, side));
        let mut pairs = Vec::new();
        for (b, base_words) in base.iter().zip(&base_words).filter(|(b, _)| !self.taken[**b]) {
            for (s, side_words) in side.iter().zip(&side_words).filter(|(s, _)| self.to_base[**s].is_none()) {
                let likeness = base_words.likeness(side_words);
                if likeness >= threshold && !strangers(*b, *s) {
                    pairs.push((likeness, b.abs_diff(*s), *b, *s));
                }
            }
        }
        pairs.sort_by(|one, two| {
            two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)).then((one.2, one.3).cmp(&(two.2, two.3)))
        });
        for (_, _, b, s) in pairs {
            if !self.taken[b] && self.to_base[s].is_none() {
                self.pair(b, s);
            }
        }
    }
}
