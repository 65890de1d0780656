//! In which order records are sent: what others refer to first, parents
//! before children, siblings in their order.

use std::collections::{HashMap, HashSet};

use store::{Error, Head, Reader};

/// Records with edits and without a conflict, in sending order.
pub(super) fn queue(reader: &Reader<'_>) -> Result<Vec<Head>, Error> {
    let mut heads = Vec::new();
    for head in reader.unsent()? {
        if head.edits > 0 && !reader.has_conflict(head.id)? {
            heads.push(head);
        }
    }
    heads.sort_by_key(|head| (rank(head.kind), head.order, head.id));
    let mut needs = HashMap::new();
    let waiting: HashMap<String, usize> = heads
        .iter()
        .enumerate()
        .filter(|(_, head)| head.is_local())
        .map(|(at, head)| (head.uri.clone(), at))
        .collect();
    if !waiting.is_empty() {
        for (at, head) in heads.iter().enumerate() {
            let links = reader.refs_from(&head.uri)?.into_iter().map(|link| link.head.uri);
            let above = [&head.repo, &head.root, &head.parent].into_iter().flatten().cloned();
            let list: Vec<usize> = above
                .chain(links)
                .filter_map(|uri| waiting.get(&uri).copied())
                .filter(|need| *need != at)
                .collect();
            needs.insert(at, list);
        }
    }
    let order = sorted(heads.len(), &needs);
    let mut slots: Vec<Option<Head>> = heads.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|at| slots[at].take()).collect())
}

/// What is linked to comes before what links.
fn rank(kind: &str) -> u8 {
    match kind {
        "repository" => 0,
        "agent_person" | "agent_family" | "agent_corporate_entity" | "agent_software" | "subject" => 1,
        "location_profile" | "container_profile" => 2,
        "location" => 3,
        "top_container" => 4,
        "classification" => 5,
        "classification_term" => 6,
        "digital_object" => 7,
        "accession" => 8,
        "resource" => 9,
        "archival_object" | "digital_object_component" => 10,
        _ => 11,
    }
}

/// Indices so that what one needs comes before it; a circle is entered where it is met first.
fn sorted(count: usize, needs: &HashMap<usize, Vec<usize>>) -> Vec<usize> {
    let (mut order, mut entered, mut left) = (Vec::with_capacity(count), HashSet::new(), HashSet::new());
    for start in 0..count {
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            if next == 0 && !entered.insert(at) {
                continue;
            }
            match needs.get(&at).and_then(|needs| needs.get(next)) {
                Some(need) => {
                    stack.push((at, next + 1));
                    if !entered.contains(need) {
                        stack.push((*need, 0));
                    }
                }
                None => {
                    if left.insert(at) {
                        order.push(at);
                    }
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(count: usize, needs: &[(usize, &[usize])], expect: &[usize]) {
        let needs = needs.iter().map(|(at, needs)| (*at, needs.to_vec())).collect();
        assert_eq!(sorted(count, &needs), expect);
    }

    #[test]
    fn needs_come_first() {
        check(3, &[], &[0, 1, 2]);
        check(3, &[(0, &[2]), (2, &[1])], &[1, 2, 0]);
        check(4, &[(0, &[1, 3]), (1, &[3])], &[3, 1, 0, 2]);
    }

    #[test]
    fn circles_end() {
        check(2, &[(0, &[1]), (1, &[0])], &[1, 0]);
        check(3, &[(0, &[1]), (1, &[2]), (2, &[0])], &[2, 1, 0]);
    }
}
