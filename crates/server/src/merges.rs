//! Merging records: what referred to the candidates refers to the destination, then the candidates go.

use record::{Record, Registry, refs};
use serde_json::{Map, Value, json};
use store::{Expect, Reader, Stored, Tx};

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, records, transfers, wording};

const AGENTS: [&str; 4] = ["agent_person", "agent_family", "agent_corporate_entity", "agent_software"];

pub(crate) fn subject(call: &Call<'_>) -> Answer {
    merge(call, &["subject"], "subject")
}

pub(crate) fn agent(call: &Call<'_>) -> Answer {
    merge(call, &AGENTS, "agent")
}

pub(crate) fn container_profile(call: &Call<'_>) -> Answer {
    merge(call, &["container_profile"], "container_profile")
}

pub(crate) fn top_container(call: &Call<'_>) -> Answer {
    merge(call, &["top_container"], "top_container")
}

pub(crate) fn resource(call: &Call<'_>) -> Answer {
    merge(call, &["resource"], "resource")
}

pub(crate) fn digital_object(call: &Call<'_>) -> Answer {
    merge(call, &["digital_object"], "digital_object")
}

/// The nodes of a tree go to the end of another one; an event tells where they came from.
fn take_tree(tx: &mut Tx<'_>, call: &Call<'_>, from: &str, to: &str) -> Result<(), Failure> {
    let stored = tx.expect(from)?;
    for child in tx.children(from, None, 0, u64::MAX)? {
        tx.adopt(&child.uri, to)?;
    }
    let record = stored.record();
    let parts: Vec<&str> = ["id_0", "id_1", "id_2", "id_3", "digital_object_id"]
        .iter()
        .filter_map(|part| record.text(part))
        .collect();
    let note = format!("{}: {}", stored.title, parts.join("-"));
    transfers::event(tx, call, "component_transfer", &[("outcome", to)], Some(note)).map(drop)
}

/// Merges an agent into another one of its kind and takes over what was chosen of it.
pub(crate) fn agent_detail(call: &Call<'_>) -> Answer {
    let request = call.document()?;
    let (destination, candidates) = asked(call, &request, &AGENTS, "agent")?;
    let choices = choices(request.doc.get("selections"));
    let flat: Map<String, Value> = choices.iter().map(|choice| (choice.name(), json!("REPLACE"))).collect();
    let dry = call.params.flag("dry_run");
    let answer = |number: Option<u64>, result: Map<String, Value>| {
        Reply::json(json!({
            "status": "Merged", "id": number, "selections": flat, "merge_destination_uri": destination,
            "deleted_uris": candidates, "result": result,
        }))
    };
    let chosen = |reader: &Reader<'_>| {
        let into = records::visible(call, reader, &destination)?;
        let mut record = into.record();
        for candidate in &candidates {
            let from = records::visible(call, reader, candidate)?.record();
            choices.iter().for_each(|choice| choice.take(&from, &mut record.doc));
        }
        // What goes is no more to be linked to, and nothing is related to itself.
        for uri in candidates.iter().chain([&destination]) {
            refs::without(&mut record.doc, uri);
        }
        Ok::<_, Failure>((into, record))
    };
    if dry {
        return call.app.read(|reader| {
            let (into, record) = chosen(reader)?;
            let number = into.number();
            let mut preview: Stored = into;
            preview.doc = record.doc;
            Ok(answer(number, dress::shown(call, reader, &preview)?))
        });
    }
    call.commit("merge", |tx| {
        let (into, record) = chosen(tx)?;
        for candidate in candidates.iter().filter(|candidate| **candidate != destination) {
            may_go(tx, candidate)?;
            redirect(tx, candidate, &destination)?;
            tx.delete(candidate)?;
            tx.merged_into(candidate, &destination)?;
        }
        if record.doc != into.doc {
            tx.update(&destination, record.doc, Expect::Any)?;
        }
        let stored = tx.expect(&destination)?;
        Ok(answer(stored.number(), dress::shown(call, tx, &stored)?))
    })
}

/// One thing chosen of a candidate: a field of an inline record, a whole one in the place of another, or one more.
#[derive(Debug, PartialEq)]
struct Choice {
    list: String,
    /// Place in the destination.
    at: usize,
    /// The field; `replace` and `append` mean the whole inline record.
    field: String,
    /// Place in the candidate.
    from: usize,
}

impl Choice {
    fn name(&self) -> String {
        format!("{}.{}.{}.{}", self.list, self.at, self.field, self.from)
    }

    fn take(&self, from: &Record, into: &mut Map<String, Value>) {
        let Some(source) = from.items(&self.list).get(self.from).cloned() else { return };
        let entry = into.entry(self.list.clone()).or_insert_with(|| json!([]));
        let Value::Array(items) = entry else { return };
        match (self.field.as_str(), items.get_mut(self.at)) {
            ("append", _) => items.push(source),
            ("replace", Some(there)) => *there = source,
            (_, Some(Value::Object(there))) => match source.get(&self.field) {
                Some(value) => drop(there.insert(self.field.clone(), value.clone())),
                None => drop(there.shift_remove(&self.field)),
            },
            _ => {}
        }
    }
}

fn choices(selections: Option<&Value>) -> Vec<Choice> {
    let mut all = Vec::new();
    for (list, entries) in selections.and_then(Value::as_object).into_iter().flatten() {
        for (at, entry) in entries.as_array().into_iter().flatten().enumerate() {
            let Some(entry) = entry.as_object() else { continue };
            let from = match entry.get("position") {
                Some(Value::String(text)) => text.parse().unwrap_or(at),
                Some(Value::Number(number)) => {
                    number.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(at)
                }
                _ => at,
            };
            let fields = entry.iter().filter(|(_, mark)| mark.as_str() == Some("REPLACE"));
            all.extend(fields.map(|(field, _)| Choice {
                list: list.clone(),
                at,
                field: field.clone(),
                from,
            }));
        }
    }
    all
}

/// Destination and candidates of a request; refused when they are not of the right kinds.
fn asked(
    call: &Call<'_>,
    request: &Record,
    kinds: &[&str],
    name: &str,
) -> Result<(String, Vec<String>), Failure> {
    let destination = request.link("merge_destination").unwrap_or_default().to_owned();
    let candidates: Vec<String> = request
        .items("merge_candidates")
        .iter()
        .filter_map(|one| one.get("ref")?.as_str())
        .map(str::to_owned)
        .collect();
    let own = call.repo();
    for uri in candidates.iter().chain([&destination]) {
        let fits = kinds.contains(&wording::kind_of(uri));
        let repo = record::Uri::parse(Registry::shipped(), uri).ok().and_then(|uri| uri.repository());
        if !fits || (own.is_some() && repo != own) {
            return Err(Failure::param(
                "merge_request",
                format!("This merge request can only merge {name} records"),
            ));
        }
    }
    Ok((destination, candidates))
}

/// From how many kinds of records, and by how many properties, links may lead to a record of a kind: with each of them a
/// merge raises the version of its destination once for every kind of candidates.
fn relations_to(kind: &str) -> usize {
    match kind {
        // Of the descriptive records 5; of agents' functions, occupations, places, topics as subject 4, as place 4.
        "subject" => 13,
        // As linked agent 7, of agents 4, of events 1, as creator of classifications and their terms 2; of assessments 2.
        "agent_person" => 16,
        "agent_family" | "agent_corporate_entity" | "agent_software" => 14,
        _ => 1,
    }
}

fn merge(call: &Call<'_>, kinds: &[&str], name: &str) -> Answer {
    let request = call.document()?;
    let (destination, candidates) = asked(call, &request, kinds, name)?;
    call.commit("merge", |tx| {
        let head = records::visible(call, tx, &destination)?.head;
        let mut merged = Vec::new();
        for candidate in &candidates {
            records::visible(call, tx, candidate)?;
            // Merging a record into itself changes nothing.
            if *candidate != destination {
                if matches!(name, "resource" | "digital_object") {
                    take_tree(tx, call, candidate, &destination)?;
                }
                may_go(tx, candidate)?;
                redirect(tx, candidate, &destination)?;
                tx.delete(candidate)?;
                tx.merged_into(candidate, &destination)?;
                merged.push(wording::kind_of(candidate));
            }
        }
        merged.sort_unstable();
        merged.dedup();
        tx.raise_version(&destination, merged.len() * relations_to(head.kind))?;
        Ok(Reply::json(json!({
            "status": "Merged", "id": head.number(), "selections": [], "merge_destination_uri": destination,
            "deleted_uris": candidates,
        })))
    })
}

/// Refuses to merge away the agent that stands for a user or a repository.
fn may_go(reader: &Reader<'_>, uri: &str) -> Result<(), Failure> {
    for link in reader.refs_to(uri)? {
        let code = match (link.head.kind, link.property.as_str()) {
            ("user", "agent_record") => "linked_to_user",
            ("repository", "agent_representation") => "linked_to_repository",
            _ => continue,
        };
        return Err(wording::refused(code, uri, &link.head));
    }
    Ok(())
}

/// Points every reference to one record at another; a record that then refers twice in the same role keeps one, and
/// one that would refer to itself keeps none.
fn redirect(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<(), Failure> {
    let mut uris: Vec<String> = tx.refs_to(from)?.into_iter().map(|link| link.head.uri).collect();
    uris.sort();
    uris.dedup();
    let other_kind = wording::kind_of(from) != wording::kind_of(to);
    for uri in uris {
        let Some(stored) = tx.get(&uri)? else { continue };
        let mut record: Record = stored.record();
        if uri == to {
            refs::without(&mut record.doc, from);
        } else {
            refs::rewrite(Registry::shipped(), &mut record, &mut |there| {
                (there == from).then(|| to.to_owned())
            });
            once_each(&mut record.doc, to);
        }
        if other_kind {
            may_stand(tx, &uri, &record, to)?;
        }
        tx.amend(&uri, record.doc)?;
    }
    Ok(())
}

/// Refuses a reference to a kind that its property does not take: the link would be lost.
fn may_stand(reader: &Reader<'_>, uri: &str, record: &Record, to: &str) -> Result<(), Failure> {
    let problems = record::check::check(Registry::shipped(), &reader.lists()?, record);
    let wrong = problems.iter().find(|problem| {
        problem.code == "wrong_reference" && problem.args.get("value").and_then(Value::as_str) == Some(to)
    });
    wrong.map_or(Ok(()), |problem| {
        let (path, kind) = (problem.path(), wording::kind_of(to));
        Err(Failure::Bad(format!("{uri}: {path} takes no {kind}, so this merge would lose a link")))
    })
}

fn once_each(doc: &mut Map<String, Value>, to: &str) {
    for value in doc.values_mut() {
        let Value::Array(items) = value else { continue };
        let mut seen: Vec<(Option<Value>, Option<Value>)> = Vec::new();
        items.retain(|item| {
            if item.get("ref").and_then(Value::as_str) != Some(to) {
                return true;
            }
            let key = (item.get("role").cloned(), item.get("relator").cloned());
            let first = !seen.contains(&key);
            seen.push(key);
            first
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_taken_over() {
        let from = json!({"names": [{"primary_name": "New"}, {"primary_name": "Other"}], "notes": [{"content": "n"}]});
        let from = Record::from_value("agent_person", from).unwrap();
        let mut into =
            json!({"names": [{"primary_name": "Old", "title": "Sir"}]}).as_object().cloned().unwrap();
        let selections = json!({
            "names": [{"primary_name": "REPLACE", "position": "1"}],
            "notes": [{"append": "REPLACE", "position": 0}],
        });
        let choices = choices(Some(&selections));
        assert_eq!(choices[0].name(), "names.0.primary_name.1");
        choices.iter().for_each(|choice| choice.take(&from, &mut into));
        assert_eq!(into["names"], json!([{"primary_name": "Other", "title": "Sir"}]));
        assert_eq!(into["notes"], json!([{"content": "n"}]));
    }
}
