//! Who is shown what: suppressed records, what is not published, records of other repositories, and the links to them.

use std::collections::{HashMap, HashSet};

use record::{Registry, Uri};
use serde_json::{Map, Value, json};
pub(crate) use store::is_publishable;
use store::{Head, Reader, Stored};

use crate::call::Call;
use crate::preferences;
use crate::reply::Failure;

/// Whether the caller is shown suppressed records of a repository.
pub(crate) fn sees_suppressed(
    call: &Call<'_>,
    reader: &Reader<'_>,
    repo: Option<&str>,
) -> Result<bool, Failure> {
    if sees_all(call) {
        return Ok(true);
    }
    let may = ["manage_repository", "view_suppressed", "suppress_archival_record"]
        .iter()
        .any(|code| call.can_in(code, repo));
    match &call.caller {
        Some(caller) if may => {
            let (known, user) = (&call.app.known, &caller.uri);
            if let Some(shows) = known.shows(call.version, user, repo) {
                return Ok(shows);
            }
            let shows = preferences::shows_suppressed(reader, user, repo)?;
            known.keep_shows(call.version, user, repo, shows);
            Ok(shows)
        }
        _ => Ok(false),
    }
}

/// Indexers read everything.
fn sees_all(call: &Call<'_>) -> bool {
    call.can_in("index_system", None)
}

/// Whether the caller is shown a record of a route that he may ask: nothing suppressed without the right, and
/// without a session nothing that is not published.
pub(crate) fn is_shown(call: &Call<'_>, reader: &Reader<'_>, head: &Head) -> Result<bool, Failure> {
    if head.suppressed && !sees_suppressed(call, reader, head.repo.as_deref())? {
        return Ok(false);
    }
    Ok(call.caller.is_some() || head.publish || !is_publishable(head.kind))
}

/// The same for a record that the route is not about: its repository must be open to the caller too.
pub(crate) fn is_open(call: &Call<'_>, reader: &Reader<'_>, head: &Head) -> Result<bool, Failure> {
    let here = head.repo.as_deref().is_none_or(|repo| call.can_in("view_repository", Some(repo)));
    Ok(here && is_shown(call, reader, head)?)
}

/// Whether the public may see a record: it, what is above it and its repository are published, and none is suppressed.
pub(crate) fn is_public(reader: &Reader<'_>, head: &Head) -> Result<bool, Failure> {
    let open = |head: &Head| !head.suppressed && (head.publish || !is_publishable(head.kind));
    if !open(head) || !reader.above(head)?.iter().all(open) {
        return Ok(false);
    }
    let repo = head.repo.as_ref().map(|repo| reader.head(repo)).transpose()?.flatten();
    Ok(repo.as_ref().is_none_or(open))
}

/// Cuts a document down to what the caller is shown: no links to hidden records; no contacts of agents without the
/// right; without a session no unpublished parts.
pub(crate) fn cut(
    call: &Call<'_>,
    reader: &Reader<'_>,
    kind: &str,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    if kind.starts_with("agent_") && !call.can_somewhere("view_agent_contact_record") {
        doc.insert("agent_contacts".to_owned(), json!([]));
    }
    let hidden = hidden_links(call, reader, kind, doc)?;
    if !hidden.is_empty() {
        doc.retain(|name, value| is_place(kind, name) || keep(value, &hidden));
    }
    if call.caller.is_none() {
        published_parts(doc);
    }
    Ok(())
}

/// Puts back the links of the stored version that the caller was not shown and so could not send.
pub(crate) fn keep_hidden(
    call: &Call<'_>,
    reader: &Reader<'_>,
    stored: &Stored,
    doc: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let hidden = hidden_links(call, reader, stored.kind, &stored.doc)?;
    if hidden.is_empty() {
        return Ok(());
    }
    for (name, value) in &stored.doc {
        let Value::Array(items) = value else { continue };
        let lost: Vec<Value> =
            items.iter().filter(|item| !keep(&mut (*item).clone(), &hidden)).cloned().collect();
        if lost.is_empty() {
            continue;
        }
        if let Value::Array(sent) = doc.entry(name.clone()).or_insert_with(|| json!([])) {
            sent.extend(lost.into_iter().filter(|item| !sent_already(sent, item)).collect::<Vec<_>>());
        }
    }
    Ok(())
}

fn sent_already(sent: &[Value], item: &Value) -> bool {
    item.get("ref").is_some() && sent.iter().any(|there| there.get("ref") == item.get("ref"))
}

/// Addresses in a document that the caller is not shown.
fn hidden_links(
    call: &Call<'_>,
    reader: &Reader<'_>,
    kind: &str,
    doc: &Map<String, Value>,
) -> Result<HashSet<String>, Failure> {
    let mut hidden = HashSet::new();
    if sees_all(call) {
        return Ok(hidden);
    }
    let mut links = HashSet::new();
    doc.iter().filter(|(name, _)| !is_place(kind, name)).for_each(|(_, value)| collect(value, &mut links));
    let mut clear: HashMap<String, bool> = HashMap::new();
    for link in links {
        let repo = Uri::parse(Registry::shipped(), link).ok().and_then(|uri| uri.repository());
        // What lives in no repository is open to everybody who logged in, and so is all of one that they may see,
        // as long as nothing in it is suppressed.
        let open = call.caller.is_some()
            && match repo {
                None => true,
                Some(repo) => match clear.get(&repo) {
                    Some(clear) => *clear,
                    None => {
                        let found =
                            call.can_in("view_repository", Some(&repo)) && !reader.has_suppressed(&repo)?;
                        *clear.entry(repo).or_insert(found)
                    }
                },
            };
        if open {
            continue;
        }
        let head = reader.head(link)?;
        if head.is_some_and(|head| !matches!(is_open(call, reader, &head), Ok(true))) {
            hidden.insert(link.to_owned());
        }
    }
    Ok(hidden)
}

/// Members that say where a record stands: they go with it.
fn is_place(kind: &str, name: &str) -> bool {
    matches!(name, "uri" | "repository" | "parent" | "ancestors" | "tree")
        || (name == crate::tree::root_property(kind) && kind != name)
}

fn link_of(map: &Map<String, Value>) -> Option<&str> {
    ["ref", "derived_from"].iter().find_map(|name| map.get(*name)).and_then(Value::as_str)
}

fn collect<'a>(value: &'a Value, links: &mut HashSet<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, links)),
        Value::Object(map) => {
            links.extend(link_of(map));
            map.values().for_each(|value| collect(value, links));
        }
        _ => {}
    }
}

/// Takes hidden links out of a value. Whether the value itself stays: an object goes with the link that it is or
/// that it is about, as an instance with its digital object.
fn keep(value: &mut Value, hidden: &HashSet<String>) -> bool {
    let is_hidden =
        |value: &Value| value.as_object().and_then(link_of).is_some_and(|link| hidden.contains(link));
    match value {
        Value::Array(items) => {
            items.retain_mut(|item| keep(item, hidden));
            true
        }
        Value::Object(map) => {
            if link_of(map).is_some_and(|link| hidden.contains(link)) || map.values().any(is_hidden) {
                return false;
            }
            map.retain(|_, value| keep(value, hidden));
            true
        }
        _ => true,
    }
}

/// Takes out the parts that are marked as not published: notes, files, documents, parts of agents.
pub(crate) fn published_parts(doc: &mut Map<String, Value>) {
    doc.values_mut().for_each(published);
}

fn published(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| item.get("publish") != Some(&Value::Bool(false)));
            items.iter_mut().for_each(published);
        }
        Value::Object(map) => published_parts(map),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn what_is_about_a_hidden_record_goes_with_the_link_to_it() {
        let hidden = HashSet::from(["/repositories/2/digital_objects/1".to_owned()]);
        let link = json!({"ref": "/repositories/2/digital_objects/1"});
        let mut doc = json!({
            "instances": [{"instance_type": "digital_object", "digital_object": link}, {"instance_type": "box"}],
            "records": [link, {"ref": "/repositories/2/resources/1"}],
            "version": {"derived_from": "/repositories/2/digital_objects/1", "file_uri": "x"},
        });
        let members = doc.as_object_mut().unwrap();
        members.retain(|_, value| keep(value, &hidden));
        assert_eq!(
            doc,
            json!({"instances": [{"instance_type": "box"}], "records": [{"ref": "/repositories/2/resources/1"}]})
        );
    }

    #[test]
    fn unpublished_parts_go_at_every_depth() {
        let mut doc = map(json!({
            "publish": true,
            "notes": [{"publish": false, "content": "a"}, {"publish": true, "subnotes": [{"publish": false}, {"content": "b"}]}],
        }));
        published_parts(&mut doc);
        assert_eq!(
            Value::Object(doc),
            json!({"publish": true, "notes": [{"publish": true, "subnotes": [{"content": "b"}]}]})
        );
    }

    #[test]
    fn subjects_are_public_and_agents_when_they_are_published() {
        for (kind, wanted) in
            [("subject", false), ("agent_person", true), ("repository", true), ("location", false)]
        {
            assert_eq!(is_publishable(kind), wanted, "{kind}");
        }
    }
}
