//! Sending places in trees. Order is a thing of its own: what moved here is
//! put, on the server, after the neighbour that it has here; nothing else moves.

use std::collections::BTreeMap;

use serde_json::Value;
use store::{Head, Op};

use super::{Error, Run, ends_sync};
use crate::rest::{self, Flavour};

/// Children that the server lists at once.
const WAYPOINT: usize = 200;

/// One move: a node and its rank, counted without the node itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Move {
    uri: String,
    position: usize,
}

impl Run<'_> {
    pub(super) async fn push_moves(&mut self, flavour: &Flavour) -> Result<(), Error> {
        let mut groups: BTreeMap<(String, Option<String>), Vec<Head>> = BTreeMap::new();
        let moved = self.store.read(|r| {
            let mut moved = r.unsent()?;
            let mut free = Vec::new();
            for head in moved.drain(..).filter(|head| head.moved && !head.is_local()) {
                if !r.has_conflict(head.id)? {
                    free.push(head);
                }
            }
            Ok(free)
        })?;
        for head in moved {
            if let Some(root) = head.root.clone() {
                groups.entry((root, head.parent.clone())).or_default().push(head);
            }
        }
        for ((root, parent), moved) in groups {
            self.may_go_on()?;
            if super::body::is_local(&root) || parent.as_deref().is_some_and(super::body::is_local) {
                continue;
            }
            match self.push_group(&root, parent.as_deref(), &moved, flavour).await {
                Ok(()) => {}
                Err(Error::Rest(error)) if !ends_sync(&error) => {
                    for head in &moved {
                        self.note(&head.uri, &error)?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn push_group(
        &mut self,
        root: &str,
        parent: Option<&str>,
        moved: &[Head],
        flavour: &Flavour,
    ) -> Result<(), Error> {
        let there = self.children_there(root, parent).await?;
        let family = self.store.read(|r| r.children(root, parent, 0, u64::MAX))?;
        let here: Vec<String> = family.iter().map(|head| head.uri.clone()).collect();
        let movers: Vec<&str> = moved.iter().map(|head| head.uri.as_str()).collect();
        let mut moves = moves(&here, &there, &movers);
        if let Flavour::Fonds { .. } = flavour {
            // Our server's numbers for the order are mirrored. One that stands right by chance has a number of its own
            // here, which the next move beside it would show; told once more, the server's comes back. What was just
            // made comes back anyway.
            let stands = moved.iter().filter(|head| !self.made.contains(&head.id));
            let stands = stands.filter(|head| moves.iter().all(|one| one.uri != head.uri));
            let again: Vec<Move> = stands
                .filter_map(|head| {
                    let position = there.iter().position(|uri| *uri == head.uri)?;
                    Some(Move { uri: head.uri.clone(), position })
                })
                .collect();
            moves.extend(again);
        }
        let sent = moves.len() as u64;
        let target = format!("{}/accept_children", parent.unwrap_or(root));
        for Move { uri, position } in moves {
            let position = position.to_string();
            self.client
                .action(&target, &[("children[]", uri.as_str()), ("position", position.as_str())])
                .await?;
        }
        self.store.write(Op::typed("push", self.user()), |tx| {
            let sent = family.iter().filter(|head| movers.contains(&head.uri.as_str()));
            sent.into_iter().try_for_each(|head| tx.confirm_move(head))
        })?;
        self.report.pushed += sent;
        Ok(())
    }

    /// Addresses of the children as the server has them, in order.
    pub(super) async fn children_there(
        &self,
        root: &str,
        parent: Option<&str>,
    ) -> Result<Vec<String>, Error> {
        let mut uris = Vec::new();
        for page in 0.. {
            let offset = page.to_string();
            let mut query = vec![("offset", offset.as_str())];
            query.extend(parent.map(|parent| ("parent_node", parent)));
            let entries = match self.client.get(&format!("{root}/tree/waypoint"), &query).await {
                Ok(Value::Array(entries)) => entries,
                // An empty parent has no first page on a stock server.
                Err(rest::Error::Refused { .. }) if page > 0 || uris.is_empty() => Vec::new(),
                Ok(_) => Vec::new(),
                Err(error) => return Err(error.into()),
            };
            let full = entries.len() >= WAYPOINT;
            uris.extend(entries.iter().filter_map(|entry| entry.get("uri")?.as_str().map(str::to_owned)));
            if !full {
                break;
            }
        }
        Ok(uris)
    }
}

/// The moves that bring the server's order `there` to have each of `movers` after its left neighbour of `here`.
fn moves(here: &[String], there: &[String], movers: &[&str]) -> Vec<Move> {
    let mut now: Vec<&str> = there.iter().map(String::as_str).collect();
    let mut placed: Vec<&str> = now.iter().copied().filter(|uri| !movers.contains(uri)).collect();
    let mut moves = Vec::new();
    for (at, uri) in here.iter().enumerate().filter(|(_, uri)| movers.contains(&uri.as_str())) {
        let left = here[..at].iter().rev().find(|left| placed.contains(&left.as_str()));
        let to =
            left.map_or(0, |left| placed.iter().position(|other| other == left).map_or(0, |left| left + 1));
        placed.insert(to, uri);
        let stands = now.iter().position(|other| other == uri);
        let before = stands.and_then(|stands| stands.checked_sub(1)).map(|before| now[before]);
        if stands.is_some() && before == to.checked_sub(1).map(|before| placed[before]) {
            continue;
        }
        now.retain(|other| other != uri);
        let position = match to.checked_sub(1).map(|before| placed[before]) {
            None => 0,
            Some(before) => now.iter().position(|other| *other == before).map_or(0, |before| before + 1),
        };
        now.insert(position, uri);
        moves.push(Move { uri: uri.clone(), position });
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(here: &str, there: &str, movers: &str, expect: &[(&str, usize)]) {
        let list = |text: &str| text.chars().map(|c| c.to_string()).collect::<Vec<_>>();
        let movers = list(movers);
        let movers: Vec<&str> = movers.iter().map(String::as_str).collect();
        let expect: Vec<Move> = expect
            .iter()
            .map(|(uri, position)| Move { uri: (*uri).to_owned(), position: *position })
            .collect();
        assert_eq!(moves(&list(here), &list(there), &movers), expect);
    }

    #[test]
    fn only_what_moved_is_sent() {
        check("abc", "abc", "b", &[]);
        check("bac", "abc", "b", &[("b", 0)]);
        check("bca", "abc", "a", &[("a", 2)]);
        // Somebody added x at the end and y at the front.
        check("cab", "yabcx", "c", &[("c", 0)]);
        check("acb", "yabcx", "c", &[("c", 2)]);
    }

    #[test]
    fn new_below_this_parent() {
        check("nab", "ab", "n", &[("n", 0)]);
        check("anmb", "ab", "nm", &[("n", 1), ("m", 2)]);
        check("n", "", "n", &[("n", 0)]);
    }

    #[test]
    fn a_neighbour_that_the_server_does_not_have_is_passed_over() {
        check("axb", "cab", "b", &[]);
        check("bxa", "ab", "b", &[("b", 0)]);
    }
}
