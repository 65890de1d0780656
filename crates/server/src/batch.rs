//! Batch imports: many records that refer to each other by temporary
//! addresses, all of them or none. The answer is 200, but for kinds that are
//! not imported; whoever reads it looks for `errors` in it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use record::{Record, Registry, refs};
use serde_json::{Map, Value, json};
use store::Tx;

use crate::app::App;
use crate::call::Call;
use crate::records::Made;
use crate::reply::{Answer, Content, Failure, Reply};
use crate::telling::Telling;
use crate::{dispatch, publish, records, wording};

/// How often it is told how far an import is.
const EVERY: Duration = Duration::from_secs(1);

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
    let mut progress = Progress::new(call.telling, EVERY);
    let outcome = sent.and_then(|sent| {
        progress.step();
        let mut records = prepare(call, sent, &mut progress)?;
        progress.step();
        own_repository(&records, &repo)?;
        progress.step();
        progress.step();
        call.app.write("import", call.by(), |tx| {
            add_values(tx, &records)?;
            publish::as_preferred(call, tx, records.iter_mut().map(|sent| &mut sent.record))?;
            let total = records.len();
            save::<Failure>(tx, &repo, records, &mut |done| {
                progress.tick(done, total);
                Ok(())
            })
        })
    });
    let skip = call.params.flag("skip_results");
    let last = match outcome {
        Ok(saved) => {
            progress.finish();
            if skip { json!({"saved": []}) } else { json!({ "saved": saved }) }
        }
        Err(failure) => failed(failure.into_reply()),
    };
    Ok(Reply::text("text/plain", progress.ended(&last)))
}

/// How far an import is. What is told is kept together for a while, and goes all at once if nobody hears it meanwhile.
struct Progress<'a> {
    telling: Option<&'a Telling>,
    every: Duration,
    told: Instant,
    /// Steps begun.
    steps: usize,
    status: Vec<Value>,
    text: String,
}

impl<'a> Progress<'a> {
    /// At the first step.
    fn new(telling: Option<&'a Telling>, every: Duration) -> Self {
        let (status, text) = (Vec::new(), "[\n".to_owned());
        let mut progress = Self { telling, every, told: Instant::now(), steps: 0, status, text };
        progress.step();
        progress
    }

    /// The present step is done, and the next one begins.
    fn step(&mut self) {
        self.note("done");
        self.steps += 1;
        self.note("started");
        if self.is_time() {
            self.tell(None);
        }
    }

    fn note(&mut self, what: &str) {
        if let Some(label) = self.steps.checked_sub(1).and_then(|at| STEPS.get(at)) {
            self.status.push(json!({"id": self.steps, "label": label, "type": what}));
        }
    }

    /// All steps are done.
    fn finish(&mut self) {
        while self.steps <= STEPS.len() {
            self.note("done");
            self.steps += 1;
            self.note("started");
        }
    }

    /// So many of the records are worked on.
    fn tick(&mut self, done: usize, total: usize) {
        if self.is_time() {
            self.tell(Some(json!({"ticks": done, "total": total})));
        }
    }

    fn is_time(&self) -> bool {
        self.telling.is_some() && self.told.elapsed() >= self.every
    }

    fn tell(&mut self, ticks: Option<Value>) {
        self.write(ticks);
        if let Some(telling) = self.telling {
            telling.tell(std::mem::take(&mut self.text));
        }
        self.told = Instant::now();
    }

    fn write(&mut self, ticks: Option<Value>) {
        let status = std::mem::take(&mut self.status);
        let status = (!status.is_empty()).then(|| json!({ "status": status }));
        for line in status.into_iter().chain(ticks) {
            self.text.push_str(&format!("{line},\n"));
        }
    }

    /// What was not told yet, and the last line.
    fn ended(mut self, last: &Value) -> String {
        self.write(None);
        self.text + &end(last)
    }
}

/// The last line.
fn end(last: &Value) -> String {
    format!("{last}\n\n]")
}

/// What ends an answer that was begun: what the handler said last, or why the work was in vain after all.
pub(crate) fn last(reply: Reply) -> String {
    match reply {
        Reply { status: StatusCode::OK, content: Content::Text { text, .. }, .. } => text,
        reply => end(&failed(reply)),
    }
}

fn failed(reply: Reply) -> Value {
    json!({"saved": [], "errors": [format!("Server error: {}", told(reply))]})
}

fn told(reply: Reply) -> String {
    match reply.content {
        Content::Json(value) => match value.get("error") {
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

fn prepare(call: &Call<'_>, values: Vec<Value>, progress: &mut Progress<'_>) -> Result<Vec<Sent>, Failure> {
    let (total, mut all) = (values.len(), Vec::with_capacity(values.len()));
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
        progress.tick(all.len(), total);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telling::telling;

    fn heard(pieces: &str) -> Vec<Value> {
        serde_json::from_str(pieces).unwrap()
    }

    #[test]
    fn what_nobody_hears_is_told_at_the_end() {
        let mut progress = Progress::new(None, Duration::ZERO);
        progress.step();
        progress.tick(1, 2);
        let told = heard(&progress.ended(&json!({"saved": [], "errors": ["no"]})));
        assert_eq!(told.len(), 2);
        let steps: Vec<_> = told[0]["status"].as_array().unwrap().iter().map(|step| &step["type"]).collect();
        assert_eq!(steps, ["started", "done", "started"]);
        assert_eq!(told[1]["errors"], json!(["no"]));
    }

    #[test]
    fn a_step_is_told_once_and_all_pieces_are_one_list() {
        let (telling, mut pieces) = telling();
        let mut progress = Progress::new(Some(&telling), Duration::ZERO);
        progress.step();
        progress.tick(1, 3);
        progress.tick(2, 3);
        progress.finish();
        let last = progress.ended(&json!({"saved": {}}));
        let mut text = String::new();
        while let Some(piece) = pieces.next() {
            text.push_str(&piece);
        }
        let told = heard(&(text + &last));
        let ticks: Vec<_> = told.iter().filter_map(|piece| piece.get("ticks")).collect();
        assert_eq!(ticks, [1, 2]);
        let steps = told.iter().filter_map(|piece| piece["status"].as_array()).flatten();
        let steps: Vec<String> = steps.map(|step| format!("{} {}", step["id"], step["type"])).collect();
        let all = (1..=STEPS.len()).flat_map(|id| [format!("{id} \"started\""), format!("{id} \"done\"")]);
        assert_eq!(steps, all.collect::<Vec<_>>());
        assert_eq!(told.last(), Some(&json!({"saved": {}})));
    }

    #[test]
    fn an_answer_that_cannot_be_kept_ends_as_one_that_failed() {
        let failed = last(Failure::Fault("the disk is full".to_owned()).into_reply());
        assert!(failed.starts_with("{\"saved\":[],\"errors\":[\"Server error: "), "{failed}");
        assert!(failed.ends_with("\n\n]"));
        assert_eq!(last(Reply::text("text/plain", "{}\n\n]")), "{}\n\n]");
    }
}
