//! The order of a list that two sides changed.

use std::collections::BTreeSet;

/// An order that both sides' changes agree with.
pub(super) struct Ordered {
    /// Every id of mine and theirs.
    pub(super) ids: Vec<usize>,
    /// Both sides moved the same element to different places; theirs stands.
    pub(super) clash: bool,
}

/// Theirs' order, with what only mine moved or added put after its left
/// neighbour in mine. Ids are unique in each list.
pub(super) fn order(base: &[usize], mine: &[usize], theirs: &[usize]) -> Ordered {
    let in_mine: BTreeSet<usize> = mine.iter().copied().collect();
    let in_theirs: BTreeSet<usize> = theirs.iter().copied().collect();
    let moved_mine = moved(base, mine);
    let moved_theirs = moved(base, theirs);
    let replayed =
        |id: &usize| !in_theirs.contains(id) || (moved_mine.contains(id) && !moved_theirs.contains(id));
    let mut ids: Vec<usize> = theirs.iter().copied().filter(|id| !replayed(id)).collect();
    for (at, id) in mine.iter().enumerate().filter(|(_, id)| replayed(id)) {
        let left = at.checked_sub(1).and_then(|left| ids.iter().position(|other| *other == mine[left]));
        let mut to = left.map_or(0, |left| left + 1);
        // What the server has at the same place came first.
        while ids.get(to).is_some_and(|other| !in_mine.contains(other)) {
            to += 1;
        }
        ids.insert(to, *id);
    }
    let clash = moved_mine.intersection(&moved_theirs).next().is_some() && {
        let both = |list: &[usize]| -> Vec<usize> {
            list.iter().copied().filter(|id| in_mine.contains(id) && in_theirs.contains(id)).collect()
        };
        both(mine) != both(theirs)
    };
    Ordered { ids, clash }
}

/// The ids of `list` that stand elsewhere than in `base`: those outside a
/// longest common subsequence.
pub(super) fn moved(base: &[usize], list: &[usize]) -> BTreeSet<usize> {
    let place: std::collections::BTreeMap<usize, usize> =
        base.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let common: Vec<(usize, usize)> = list.iter().filter_map(|id| Some((*place.get(id)?, *id))).collect();
    let stay = longest_increasing(&common.iter().map(|(at, _)| *at).collect::<Vec<_>>());
    common.iter().enumerate().filter(|(at, _)| !stay.contains(at)).map(|(_, (_, id))| *id).collect()
}

/// Indices of a longest increasing subsequence of distinct numbers.
fn longest_increasing(numbers: &[usize]) -> BTreeSet<usize> {
    // tails[k]: index of the least number that ends an increasing run of length k + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (at, number) in numbers.iter().enumerate() {
        let length = tails.partition_point(|tail| numbers[*tail] < *number);
        before[at] = length.checked_sub(1).map(|shorter| tails[shorter]);
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let mut stay = BTreeSet::new();
    let mut next = tails.last().copied();
    while let Some(at) = next {
        stay.insert(at);
        next = before[at];
    }
    stay
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &[usize], mine: &[usize], theirs: &[usize], expect: &[usize]) {
        assert_eq!(order(base, mine, theirs).ids, expect);
    }

    #[test]
    fn one_side_moves() {
        check(&[0, 1, 2, 3], &[3, 0, 1, 2], &[0, 1, 2, 3], &[3, 0, 1, 2]);
        check(&[0, 1, 2, 3], &[0, 1, 2, 3], &[3, 0, 1, 2], &[3, 0, 1, 2]);
    }

    #[test]
    fn both_add_in_the_same_place() {
        check(&[0, 1], &[0, 7, 1], &[0, 8, 1], &[0, 8, 7, 1]);
        check(&[], &[7], &[8], &[8, 7]);
    }

    #[test]
    fn both_move_other_elements() {
        check(&[0, 1, 2, 3], &[1, 0, 2, 3], &[0, 1, 3, 2], &[1, 0, 3, 2]);
    }

    #[test]
    fn both_move_the_same_element() {
        let ordered = order(&[0, 1, 2], &[2, 0, 1], &[0, 2, 1]);
        assert_eq!(ordered.ids, [0, 2, 1]);
    }

    #[test]
    fn removed_ones_do_not_hold_the_order_up() {
        check(&[0, 1, 2], &[0, 2, 9], &[0, 1, 2], &[0, 1, 2, 9]);
    }
}
