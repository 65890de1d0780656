//! Trees of any size: what a move writes, and where it puts the node.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::cmp::Ordering;

use common::{Temporary, doc, save, server};
use serde_json::json;
use store::{Expect, Nodes, Op, Tx};

/// A resource with so many components on its top level; its address and theirs.
fn flat(s: &Temporary, count: usize) -> (String, Vec<String>) {
    let repo = save(s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"})).uri.clone();
    let resource = json!({"title": "Papers", "id_0": "R1", "level": "collection"});
    let root = save(s, "resource", Some(&repo), resource).uri.clone();
    let made = s.write(Op::typed("import", "ada"), |tx: &mut Tx<'_>| {
        let node = json!({"title": "Folder", "level": "file", "resource": {"ref": root}});
        (0..count)
            .map(|_| tx.add("archival_object", Some(&repo), doc(node.clone())))
            .collect::<Result<Vec<_>, _>>()
    });
    (root, made.unwrap().0)
}

/// Rows written by moves of single nodes to a rank below the root: each row that is written has its own seq.
fn rows_written(s: &Temporary, root: &str, moves: &[(&str, u64)]) -> i64 {
    let before = s.read(|reader| reader.seq()).unwrap();
    for (uri, rank) in moves {
        let own = [(*uri).to_owned()];
        s.write(Op::typed("move", "ada"), |tx| tx.move_nodes(root, None, &own, *rank)).unwrap();
    }
    s.read(|reader| reader.seq()).unwrap() - before
}

#[test]
fn a_move_writes_the_moved_row_whatever_the_size_of_the_tree() {
    for size in [30, 1_500] {
        let s = server();
        let (root, nodes) = flat(&s, size);
        let far: Vec<(&str, u64)> = (0..10).map(|n| (nodes[n].as_str(), (n * 7) as u64 % 30)).collect();
        assert_eq!(rows_written(&s, &root, &far), 10, "{size} siblings");
    }
}

/// The gap between two siblings is used up by moves to one place: then only those near it make room.
#[test]
fn moves_to_one_place_write_as_much_in_a_small_family_as_in_a_large_one() {
    let written: Vec<i64> = [200, 1_500]
        .into_iter()
        .map(|size| {
            let s = server();
            let (root, nodes) = flat(&s, size);
            let from_the_end: Vec<(&str, u64)> =
                nodes.iter().rev().take(90).map(|uri| (uri.as_str(), 50)).collect();
            let written = rows_written(&s, &root, &from_the_end);
            let order: Vec<String> = s
                .read(|reader| reader.children(&root, None, 50, 90))
                .unwrap()
                .into_iter()
                .map(|head| head.uri)
                .collect();
            assert_eq!(order, nodes[size - 90..], "each stands where it was put");
            assert_eq!(s.check(store::Repair::No).unwrap(), [], "{size} siblings");
            written
        })
        .collect();
    assert_eq!(written[0].cmp(&written[1]), Ordering::Equal, "{written:?}");
    assert!(written[0] < 90 * 8, "{written:?}");
}

#[test]
fn a_rank_is_counted_without_the_nodes_that_move() {
    let s = server();
    let (root, nodes) = flat(&s, 6);
    let numbers = |s: &Temporary| -> Vec<usize> {
        let children = s.read(|reader| reader.children(&root, None, 0, 10)).unwrap();
        children.iter().map(|head| nodes.iter().position(|uri| *uri == head.uri).unwrap()).collect()
    };
    for (moved, rank, wanted) in [
        (vec![0, 1], 2, [2, 3, 0, 1, 4, 5]),
        (vec![5], 0, [5, 2, 3, 0, 1, 4]),
        (vec![2, 4], 99, [5, 3, 0, 1, 2, 4]),
        (vec![5, 3, 0, 1, 2], 1, [4, 5, 3, 0, 1, 2]),
        (vec![2], 5, [4, 5, 3, 0, 1, 2]),
    ] {
        let uris: Vec<String> = moved.iter().map(|n| nodes[*n].clone()).collect();
        s.write(Op::typed("move", "ada"), |tx| tx.move_nodes(&root, None, &uris, rank)).unwrap();
        assert_eq!(numbers(&s), wanted, "{moved:?} to {rank}");
    }
}

#[test]
fn only_the_nodes_that_are_shown_are_paged_counted_and_ranked() {
    let s = server();
    let (root, nodes) = flat(&s, 9);
    let folder = json!({"title": "Folder", "level": "file", "publish": true});
    s.write(Op::typed("save", "ada"), |tx| {
        for uri in &nodes {
            tx.update(uri, doc(folder.clone()), Expect::Any)?;
        }
        // Hidden: the second, the third and the last; not published: the fifth.
        for at in [1, 2, 8] {
            tx.suppress(&nodes[at], true)?;
        }
        tx.update(&nodes[4], doc(json!({"title": "Folder", "level": "file"})), Expect::Any)?;
        let below = json!({"title": "Letter", "level": "item", "resource": {"ref": root}, "parent": {"ref": nodes[5]}});
        let repo = tx.expect(&root)?.head.repo.unwrap();
        for _ in 0..3 {
            tx.add("archival_object", Some(&repo), doc(below.clone()))?;
        }
        Ok(())
    })
    .unwrap();
    for (which, shown) in [
        (Nodes::All, vec![0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (Nodes::Unsuppressed, vec![0, 3, 4, 5, 6, 7]),
        (Nodes::Published, vec![0, 3, 5, 6, 7]),
    ] {
        s.read(|reader| {
            let top = (root.as_str(), None);
            assert_eq!(reader.child_count_among(which, top)?, shown.len() as u64);
            let mut found = Vec::new();
            for offset in (0..9).step_by(4) {
                found.extend(reader.children_among(which, top, offset, 4)?);
            }
            let uris: Vec<&String> = found.iter().map(|node| &node.head.uri).collect();
            assert_eq!(uris, shown.iter().map(|at| &nodes[*at]).collect::<Vec<_>>(), "{which:?}");
            let below = reader.child_counts_among(which, &root, &found)?;
            assert_eq!(below.iter().sum::<u64>(), if which == Nodes::Published { 0 } else { 3 });
            for (rank, node) in found.iter().enumerate() {
                let path = reader.path_among(which, &node.head.uri)?;
                assert_eq!((path.len(), path[0].position), (1, rank as u64));
                let before = rank.checked_sub(1).map(|rank| found[rank].head.uri.clone());
                assert_eq!(reader.before_among(which, node)?, before);
                assert_eq!(reader.above(&node.head)?.len(), 1);
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn components_with_a_representative_digital_object_are_found_in_the_order_of_the_tree() {
    let s = server();
    let (root, nodes) = flat(&s, 4);
    let repo = s.read(|reader| Ok(reader.expect(&root)?.head.repo.unwrap())).unwrap();
    let scan = save(&s, "digital_object", Some(&repo), json!({"title": "Scan", "digital_object_id": "d1"}));
    let shown = |publish: bool, stands: bool| {
        let instance = json!({"instance_type": "digital_object", "is_representative": stands, "digital_object": {"ref": scan.uri}});
        doc(json!({"title": "Folder", "level": "file", "publish": publish, "instances": [instance]}))
    };
    let save =
        |uri: &str, doc| s.write(Op::typed("save", "ada"), |tx| tx.update(uri, doc, Expect::Any)).unwrap();
    let found = || s.read(|reader| reader.represented_nodes(&root)).unwrap();
    save(&nodes[2], shown(true, true));
    save(&nodes[1], shown(true, false));
    save(&nodes[0], shown(false, true));
    save(&nodes[3], shown(true, true));
    assert_eq!(found(), [nodes[2].clone(), nodes[3].clone()]);
    s.write(Op::typed("move", "ada"), |tx| tx.move_nodes(&root, Some(&nodes[1]), &nodes[2..3], 0)).unwrap();
    s.write(Op::typed("move", "ada"), |tx| tx.move_nodes(&root, None, &nodes[3..], 0)).unwrap();
    assert_eq!(found(), [nodes[3].clone(), nodes[2].clone()]);
    save(&nodes[1], doc(json!({"title": "Folder", "level": "file", "publish": false})));
    assert_eq!(found(), [nodes[3].clone()], "what is above it is hidden");
    save(&nodes[3], shown(true, false));
    assert_eq!(found(), [] as [String; 0]);
}
