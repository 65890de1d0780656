//! Batch imports: many records that refer to each other by temporary
//! addresses, all of them or none. The answer is 200, but for kinds that are
//! not imported; whoever reads it looks for `errors` in it.

use std::collections::{BTreeMap, HashMap, HashSet};

use record::{Record, Registry, refs};
use serde_json::{Map, Value, json};
use store::Tx;

use crate::app::App;
use crate::call::Call;
use crate::records::Made;
use crate::reply::{Answer, Failure, Reply};
use crate::{dispatch, publish, records, wording};

const STEPS: [&str; 6] = [
    "Reading JSON records",
    "Validating records and checking links",
    "Evaluating record relationships",
    "Looking for cyclic relationships",
    "Saving records: cycle 1",
    "Cleaning up",
];

/// Kinds that an import may bring: what is described, and what descriptions name. Whoever imports needs no right to
/// manage users, groups, repositories or settings, so none of these come this way.
const IMPORTED: [&str; 18] = [
    "accession",
    "resource",
    "archival_object",
    "digital_object",
    "digital_object_component",
    "classification",
    "classification_term",
    "agent_person",
    "agent_family",
    "agent_corporate_entity",
    "agent_software",
    "subject",
    "event",
    "assessment",
    "top_container",
    "container_profile",
    "location",
    "location_profile",
];

pub(crate) fn import(call: &Call<'_>) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let sent = read(call.body);
    sent.iter().flatten().try_for_each(importable)?;
    let mut steps = 1;
    let outcome = sent.and_then(|sent| {
        steps = 2;
        let mut records = prepare(call, sent)?;
        steps = 3;
        own_repository(&records, &repo)?;
        steps = 5;
        call.app.write("import", call.by(), |tx| {
            add_values(tx, &records)?;
            publish::as_preferred(call, tx, records.iter_mut().map(|sent| &mut sent.record))?;
            save::<Failure>(tx, &repo, records, &mut |_| Ok(()))
        })
    });
    let skip = call.params.flag("skip_results");
    let (last, done) = match outcome {
        Ok(_) if skip => (json!({"saved": []}), true),
        Ok(saved) => (json!({ "saved": saved }), true),
        Err(failure) => (json!({"saved": [], "errors": [format!("Server error: {}", told(failure))]}), false),
    };
    let mut status = Vec::new();
    for (at, label) in STEPS.iter().enumerate().take(if done { STEPS.len() } else { steps }) {
        status.push(json!({"id": at + 1, "label": label, "type": "started"}));
        if done || at + 1 < steps {
            status.push(json!({"id": at + 1, "label": label, "type": "done"}));
        }
    }
    let text = format!("[\n{},\n{last}\n\n]", json!({ "status": status }));
    Ok(Reply::text("text/plain", text))
}

fn told(failure: Failure) -> String {
    match failure.into_reply().content {
        crate::reply::Content::Json(value) => match value.get("error") {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => value.to_string(),
        },
        _ => String::new(),
    }
}

fn read(body: &[u8]) -> Result<Vec<Value>, Failure> {
    let wrong = |text: String| Failure::Bad(text);
    match serde_json::from_slice(body).map_err(|error| wrong(format!("the batch is not JSON: {error}")))? {
        Value::Array(records) => Ok(records),
        _ => Err(wrong("a batch is a list of records".to_owned())),
    }
}

/// Refuses a record of a kind that no import brings.
fn importable(value: &Value) -> Result<(), Failure> {
    match value.get("jsonmodel_type").and_then(Value::as_str) {
        Some(kind) if Registry::shipped().kind(kind).is_some() && !IMPORTED.contains(&kind) => {
            Err(Failure::Bad(format!("Records of kind {kind} cannot be imported")))
        }
        _ => Ok(()),
    }
}

/// A record of the batch: its temporary address and its document, cleaned and checked.
pub(crate) struct Sent {
    uri: String,
    record: Record,
}

fn prepare(call: &Call<'_>, values: Vec<Value>) -> Result<Vec<Sent>, Failure> {
    let mut all = Vec::with_capacity(values.len());
    let mut seen = HashSet::new();
    for value in values {
        let kind = value.get("jsonmodel_type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let uri = value.get("uri").and_then(Value::as_str).unwrap_or_default().to_owned();
        let record = Record::from_value(&kind, value).map_err(|error| Failure::Bad(error.to_string()))?;
        let fits = record::Uri::parse(Registry::shipped(), &uri).is_ok_and(|parsed| parsed.kind == kind);
        if !fits {
            return Err(Failure::Bad(format!("'{uri}' is not an address for a {kind}")));
        }
        if !seen.insert(uri.clone()) {
            return Err(Failure::Bad(format!("'{uri}' comes twice")));
        }
        all.push(sent(call.app, uri, record)?);
    }
    Ok(all)
}

impl Sent {
    /// Whether it is what others hang below.
    pub(crate) fn is_root(&self) -> bool {
        self.record.kind == "resource"
    }

    /// The temporary address.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }
}

/// A record made ready under its temporary address; a refusal when it breaks a rule of its kind.
pub(crate) fn sent(app: &App, uri: String, record: Record) -> Result<Sent, Failure> {
    let (record, _) = dispatch::checked_open(app, record)?;
    Ok(Sent { uri, record })
}

/// Controlled values that are not there yet are added, to any list.
pub(crate) fn add_values(tx: &mut Tx<'_>, all: &[Sent]) -> Result<(), Failure> {
    for sent in all {
        for problem in record::check::check(Registry::shipped(), &tx.lists()?, &sent.record) {
            let text = |name: &str| problem.args.get(name).and_then(Value::as_str);
            if let ("not_in_list", Some(list), Some(value)) =
                (problem.code.as_ref(), text("list"), text("value"))
            {
                tx.enum_add(list, value)?;
            }
        }
    }
    Ok(())
}

/// References stay in the repository.
fn own_repository(all: &[Sent], repo: &str) -> Result<(), Failure> {
    for sent in all {
        for reference in refs::references(Registry::shipped(), &sent.record) {
            let other =
                record::Uri::parse(Registry::shipped(), &reference.uri).ok().and_then(|uri| uri.repository());
            if other.as_deref().is_some_and(|other| other != repo)
                && wording::kind_of(&reference.uri) != "repository"
            {
                return Err(Failure::Bad(format!(
                    "Inter-repository links are not allowed in this operation! (Bad link: '{}'; Active repo: '#{repo}')",
                    reference.uri
                )));
            }
        }
    }
    Ok(())
}

/// Stores the records, what is referred to first; references that go round in a circle are put back at the end.
/// `step` is told the number of records stored so far, and may end it.
pub(crate) fn save<E: From<Failure> + From<store::Error>>(
    tx: &mut Tx<'_>,
    repo: &str,
    all: Vec<Sent>,
    step: &mut dyn FnMut(usize) -> Result<(), E>,
) -> Result<Map<String, Value>, E> {
    let order = order(&all);
    let as_sent: Vec<String> = all.iter().map(|sent| sent.uri.clone()).collect();
    let mut sent: HashMap<usize, Sent> = all.into_iter().enumerate().collect();
    let temporary: HashSet<String> = sent.values().map(|sent| sent.uri.clone()).collect();
    let mut real: BTreeMap<String, String> = BTreeMap::new();
    let mut later = Vec::new();
    for (done, at) in order.iter().enumerate() {
        step(done)?;
        let Some(Sent { uri, mut record }) = sent.remove(at) else { continue };
        let whole = record.clone();
        let missing = replace(&mut record, &real, &temporary);
        record.doc.shift_remove("lock_version");
        let made = records::make_or_find(tx, repo, record)?;
        // One that was there already stays as it is.
        if let (true, Made::New(made)) = (missing, &made) {
            later.push((made.clone(), whole));
        }
        real.insert(uri, made.uri());
    }
    for (made, mut record) in later {
        replace(&mut record, &real, &temporary);
        record.doc.shift_remove("position");
        tx.amend(&made, record.doc)?;
    }
    let number = |uri: &str| uri.rsplit('/').next().and_then(|id| id.parse::<u64>().ok());
    let saved = as_sent.into_iter().filter_map(|temporary| {
        let uri = real.get(&temporary)?;
        Some((temporary, json!([uri, number(uri)])))
    });
    Ok(saved.collect())
}

/// Rewrites temporary addresses; whether one had to be left out because its record is not there yet.
fn replace(record: &mut Record, real: &BTreeMap<String, String>, temporary: &HashSet<String>) -> bool {
    let mut missing = HashSet::new();
    refs::rewrite(Registry::shipped(), record, &mut |uri| {
        let found = real.get(uri).cloned();
        if found.is_none() && temporary.contains(uri) {
            missing.insert(uri.to_owned());
        }
        found
    });
    for uri in &missing {
        leave_out(&mut record.doc, uri);
    }
    !missing.is_empty()
}

fn leave_out(doc: &mut Map<String, Value>, uri: &str) {
    doc.retain(|name, value| name == "uri" || keeps(value, uri));
}

fn keeps(value: &mut Value, uri: &str) -> bool {
    match value {
        Value::Array(items) => {
            items.retain_mut(|item| keeps(item, uri));
            true
        }
        Value::Object(map) => {
            if map.get("ref").and_then(Value::as_str) == Some(uri) {
                return false;
            }
            map.retain(|_, value| keeps(value, uri));
            true
        }
        _ => true,
    }
}

/// Depth first along the references, siblings by position.
fn order(all: &[Sent]) -> Vec<usize> {
    let places: HashMap<&str, usize> =
        all.iter().enumerate().map(|(at, sent)| (sent.uri.as_str(), at)).collect();
    let needs: Vec<Vec<usize>> = all
        .iter()
        .map(|sent| {
            refs::references(Registry::shipped(), &sent.record)
                .iter()
                .filter_map(|r| places.get(r.uri.as_str()).copied())
                .collect()
        })
        .collect();
    let mut start: Vec<usize> = (0..all.len()).collect();
    start.sort_by_key(|at| all[*at].record.doc.get("position").and_then(Value::as_u64).unwrap_or(0));
    let mut state = vec![0_u8; all.len()];
    let mut ordered = Vec::with_capacity(all.len());
    for first in start {
        let mut stack = vec![(first, 0)];
        while let Some((at, next)) = stack.pop() {
            if state[at] == 2 || (next == 0 && state[at] == 1) {
                continue;
            }
            state[at] = 1;
            match needs[at].get(next) {
                Some(need) => {
                    stack.push((at, next + 1));
                    if state[*need] == 0 {
                        stack.push((*need, 0));
                    }
                }
                None => {
                    state[at] = 2;
                    ordered.push(at);
                }
            }
        }
    }
    ordered
}
