//! Controlled lists: the server's hold here too, so that a form offers what the archive has added to them.
//!
//! A value that this desk came upon first (an import names it) is remembered as ours until the server has it, and
//! is sent before the records that use it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use store::{Op, Reader, Tx};

use super::{Error, Run, told};

/// Where the server has its lists.
const LISTS: &str = "/config/enumerations";
/// Cursor: the version of the server's lists that is held here.
const VERSION: &str = "enumerations";
/// Setting: values by list that only this desk has, as JSON.
const OURS: &str = "enumerations.ours";

/// Values by list.
type Added = BTreeMap<String, BTreeSet<String>>;

/// Adds a value to a list here; the next sync sends it.
pub(crate) fn add(tx: &mut Tx<'_>, list: &str, value: &str) -> Result<(), store::Error> {
    if tx.enum_allows(list, value)? {
        return Ok(());
    }
    tx.enum_add(list, value)?;
    let mut ours = ours(tx)?;
    ours.entry(list.to_owned()).or_default().insert(value.to_owned());
    keep(tx, &ours)
}

/// Values that only this desk has: the server takes no record that uses one of them.
#[derive(Debug, Default)]
pub(crate) struct Lacking(Added);

impl Lacking {
    /// The first that a document uses, as `list: value`.
    pub(crate) fn used_by(&self, doc: &serde_json::Map<String, Value>) -> Option<String> {
        let lists = self.0.iter().flat_map(|(list, values)| values.iter().map(move |value| (list, value)));
        let mut used = lists.filter(|(_, value)| doc.values().any(|part| says(part, value)));
        used.next().map(|(list, value)| format!("{list}: {value}"))
    }
}

/// Whether a value stands somewhere in a part of a document.
fn says(part: &Value, value: &str) -> bool {
    match part {
        Value::String(text) => text == value,
        Value::Array(items) => items.iter().any(|item| says(item, value)),
        Value::Object(fields) => fields.values().any(|field| says(field, value)),
        _ => false,
    }
}

/// What the server's lists lack.
pub(crate) fn lacking_values(reader: &Reader<'_>) -> Result<Lacking, store::Error> {
    Ok(Lacking(ours(reader)?))
}

fn ours(reader: &Reader<'_>) -> Result<Added, store::Error> {
    let text = reader.setting(OURS)?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

fn keep(tx: &mut Tx<'_>, ours: &Added) -> Result<(), store::Error> {
    let text = (!ours.is_empty()).then(|| serde_json::to_string(ours)).transpose()?;
    tx.set_setting(OURS, text.as_deref())
}

/// A list as the server has it.
#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
struct List {
    name: String,
    uri: String,
    #[serde(default, rename = "default_value")]
    default: Option<String>,
    #[serde(default)]
    lock_version: i64,
    /// In order once it is fetched.
    #[serde(rename = "enumeration_values")]
    values: Vec<Listed>,
}

/// A value of a list as the server has it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
struct Listed {
    #[serde(default = "last")]
    position: i64,
    value: String,
    #[serde(default)]
    suppressed: bool,
}

fn last() -> i64 {
    i64::MAX
}

/// A list of another shape than those of ArchivesSpace 4.2, and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
struct Unread {
    /// Its address, else its name, else where all of them are.
    uri: String,
    why: String,
}

/// Lists as a server tells them, their values in order, and those that cannot be read: one of them keeps nobody
/// from the others.
fn read(told: &[Box<RawValue>]) -> (Vec<List>, Vec<Unread>) {
    let (mut lists, mut unread) = (Vec::with_capacity(told.len()), Vec::new());
    for one in told {
        match serde_json::from_str::<List>(one.get()) {
            Ok(mut list) => {
                list.values.sort();
                lists.push(list);
            }
            Err(error) => {
                let told: Value = serde_json::from_str(one.get()).unwrap_or_default();
                let uri = ["uri", "name"].iter().find_map(|key| told[*key].as_str()).unwrap_or(LISTS);
                unread.push(Unread { uri: uri.to_owned(), why: error.to_string() });
            }
        }
    }
    (lists, unread)
}

/// What tells lists from others. Another build may count otherwise: then they are taken once more.
fn sum(lists: &[List]) -> String {
    let mut sum = DefaultHasher::new();
    lists.hash(&mut sum);
    format!("{:x}", sum.finish())
}

impl List {
    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|there| there.value == value)
    }
}

impl Run<'_> {
    /// Takes the server's lists. Our own server says in its feed which `version` of them it has; without one they
    /// are always fetched, and taken when they are not as they were.
    pub(super) async fn pull_enumerations(&mut self, version: Option<i64>) -> Result<(), Error> {
        let version = version.map(|version| version.to_string());
        let held = self.store.read(|r| r.cursor(VERSION))?;
        if version.is_some() && held == version {
            return Ok(());
        }
        let (lists, unread) = self.fetch_enumerations().await?;
        for Unread { uri, why } in unread {
            self.problem(&uri, &told("list_unread", &[("list", uri.clone()), ("why", why)]));
        }
        let version = version.unwrap_or_else(|| sum(&lists));
        if held.as_ref() == Some(&version) && self.store.read(ours)?.is_empty() {
            return Ok(());
        }
        self.store.write(Op::repeatable("pull", self.user()), |tx| {
            let mut ours = ours(tx)?;
            for list in &lists {
                take(tx, list, &mut ours)?;
            }
            keep(tx, &ours)?;
            tx.set_cursor(VERSION, &version)
        })?;
        Ok(())
    }

    async fn fetch_enumerations(&self) -> Result<(Vec<List>, Vec<Unread>), Error> {
        let told: Vec<Box<RawValue>> = self.client.get_as(LISTS, &[]).await?;
        Ok(read(&told))
    }

    /// Sends the values that were added here. Whoever may not add any is told; the records that need them are then
    /// refused by the server and wait.
    pub(super) async fn push_enumerations(&mut self) -> Result<(), Error> {
        let ours = self.store.read(ours)?;
        if ours.is_empty() {
            return Ok(());
        }
        let (there, _) = self.fetch_enumerations().await?;
        for (name, values) in ours {
            let Some(list) = there.iter().find(|list| list.name == name) else { continue };
            let missing = values.iter().filter(|value| !list.has(value));
            let shown = list.values.iter().filter(|one| !one.suppressed).map(|one| &one.value);
            let all: Vec<&String> = shown.chain(missing).collect();
            let body = json!({"jsonmodel_type": "enumeration", "name": name, "values": all,
                "default_value": list.default, "lock_version": list.lock_version});
            let key = uuid::Uuid::new_v4().to_string();
            match self.client.update(&list.uri, &body, &key).await {
                Ok(_) => self.given(&name)?,
                Err(error) if super::ends_sync(&error) => return Err(error.into()),
                Err(error) => self.problem(&list.uri, &error.to_api()),
            }
        }
        Ok(())
    }

    /// The server has the values of a list.
    fn given(&self, name: &str) -> Result<(), Error> {
        self.store.write(Op::repeatable("push", self.user()), |tx| {
            let mut ours = ours(tx)?;
            ours.remove(name);
            keep(tx, &ours)
        })?;
        Ok(())
    }
}

/// Makes a list here as it is there, with what only we have after it.
fn take(tx: &mut Tx<'_>, list: &List, ours: &mut Added) -> Result<(), store::Error> {
    let mut values: Vec<(String, bool)> =
        list.values.iter().map(|one| (one.value.clone(), one.suppressed)).collect();
    if let Some(added) = ours.get_mut(&list.name) {
        added.retain(|value| !list.has(value));
        values.extend(added.iter().map(|value| (value.clone(), false)));
        if added.is_empty() {
            ours.remove(&list.name);
        }
    }
    tx.enum_create(&list.name)?;
    let here = tx.enumeration(&list.name)?;
    let same = here.is_some_and(|here| {
        here.default == list.default
            && here
                .values
                .iter()
                .map(|one| (&one.value, one.suppressed))
                .eq(values.iter().map(|(v, s)| (v, *s)))
    });
    if same { Ok(()) } else { tx.enum_set(&list.name, &values, list.default.as_deref()) }
}

#[cfg(test)]
mod tests {
    use super::{LISTS, Unread, read};

    #[test]
    fn a_list_that_cannot_be_read_keeps_nobody_from_the_others() {
        let told = r#"[
            {"name": "colour", "uri": "/config/enumerations/1", "lock_version": 3, "default_value": "red",
             "relationships": [], "enumeration_values": [
                {"position": 1, "value": "red", "suppressed": true}, {"position": 0, "value": "blue"}]},
            {"name": "shape", "uri": "/config/enumerations/2", "enumeration_values": [{"value": 7}]},
            {"name": "size"},
            "weight"]"#;
        let (lists, unread) = read(&serde_json::from_str::<Vec<_>>(told).expect("an array"));
        let values = |at: usize| lists[at].values.iter().map(|one| one.value.as_str()).collect::<Vec<_>>();
        assert_eq!((lists.len(), values(0)), (1, vec!["blue", "red"]));
        let uris: Vec<&str> = unread.iter().map(|Unread { uri, .. }| uri.as_str()).collect();
        assert_eq!(uris, ["/config/enumerations/2", "size", LISTS]);
        assert!(unread[0].why.contains("expected a string"), "{:?}", unread[0]);
    }
}
