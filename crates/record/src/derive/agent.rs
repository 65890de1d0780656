//! Agents: which name is authorized, which is shown, and how names sort.

use serde_json::{Map, Value};

use super::{set, sort_name, structured};
use crate::Record;
use crate::record::{items, text};

/// Settles the names and fills `sort_name`, `display_name` and `title`.
pub(super) fn derive(record: &mut Record) {
    let existence = structured::first(record.items("dates_of_existence"));
    let kind = name_kind(&record.kind);
    if let Some(Value::Array(names)) = record.doc.get_mut("names") {
        settle(names);
        for name in names.iter_mut().filter_map(Value::as_object_mut) {
            let shown = flag(name, "is_display_name");
            sort(kind, name, existence.as_deref().filter(|_| shown));
        }
    }
    let shown = display(record.items("names")).cloned();
    set(&mut record.doc, "title", shown.as_ref().and_then(|name| text(name, "sort_name")).map(str::to_owned));
    match shown {
        Some(name) => record.doc.insert("display_name".to_owned(), Value::Object(name)),
        None => record.doc.shift_remove("display_name"),
    };
}

/// The sort name of the name that is shown.
pub(super) fn title(record: &Record) -> Option<String> {
    let name = display(record.items("names"))?;
    let existence = structured::first(record.items("dates_of_existence"));
    let built = if generates(name) {
        sort_name::of(name_kind(&record.kind), name, existence.as_deref())
    } else {
        text(name, "sort_name")?.to_owned()
    };
    Some(built)
}

/// The authority's identifier of the name that is shown.
pub(super) fn authority_id(record: &Record) -> Option<String> {
    display(record.items("names")).and_then(|name| text(name, "authority_id")).map(str::to_owned)
}

/// One authorized name and one that is shown; names that say the same are one.
fn settle(names: &mut Vec<Value>) {
    // The flags decide which of two equal names stays: the authorized one, then the shown one.
    let rank = |name: &Value| match name {
        Value::Object(name) => (!flag(name, "authorized"), !flag(name, "is_display_name")),
        _ => (true, true),
    };
    let mut kept: Vec<Value> = Vec::with_capacity(names.len());
    for name in names.drain(..) {
        match kept.iter_mut().find(|other| same(other, &name)) {
            Some(other) if rank(&name) < rank(other) => *other = name,
            Some(_) => {}
            None => kept.push(name),
        }
    }
    *names = kept;
    let at = |names: &[Value], property: &str| {
        names.iter().position(|name| name.get(property) == Some(&Value::Bool(true)))
    };
    let authorized = at(names, "authorized").unwrap_or(0);
    let shown = at(names, "is_display_name").unwrap_or(authorized);
    for (at, property) in [(authorized, "authorized"), (shown, "is_display_name")] {
        if let Some(Value::Object(name)) = names.get_mut(at) {
            name.insert(property.to_owned(), Value::Bool(true));
        }
    }
}

/// Whether two names say the same, whatever their flags and the server's bookkeeping are.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    const ASIDE: [&str; 10] = [
        "authorized",
        "is_display_name",
        "sort_name",
        "lock_version",
        "created_by",
        "last_modified_by",
        "create_time",
        "system_mtime",
        "user_mtime",
        "jsonmodel_type",
    ];
    let content = |name: &Value| -> Option<Map<String, Value>> {
        let mut name = name.as_object()?.clone();
        name.retain(|property, _| !ASIDE.contains(&property.as_str()));
        Some(name)
    };
    matches!((content(a), content(b)), (Some(a), Some(b)) if a == b)
}

/// The name that is shown.
pub(super) fn shown_name(record: &Record) -> Option<&Map<String, Value>> {
    display(record.items("names"))
}

fn display(names: &[Value]) -> Option<&Map<String, Value>> {
    let flagged =
        |property: &str| names.iter().filter_map(Value::as_object).find(|name| flag(name, property));
    flagged("is_display_name").or_else(|| flagged("authorized")).or_else(|| names.first()?.as_object())
}

fn sort(kind: &str, name: &mut Map<String, Value>, existence: Option<&str>) {
    if generates(name) {
        let built = sort_name::of(kind, name, existence);
        set(name, "sort_name", Some(built).filter(|built| !built.is_empty()));
    }
    if !items(name, "parallel_names").is_empty()
        && let Some(Value::Array(parallel)) = name.get_mut("parallel_names")
    {
        parallel.iter_mut().filter_map(Value::as_object_mut).for_each(|name| sort(kind, name, None));
    }
}

fn generates(name: &Map<String, Value>) -> bool {
    name.get("sort_name_auto_generate").and_then(Value::as_bool).unwrap_or(true)
}

fn flag(name: &Map<String, Value>, property: &str) -> bool {
    name.get(property) == Some(&Value::Bool(true))
}

fn name_kind(agent: &str) -> &'static str {
    match agent {
        "agent_person" => "name_person",
        "agent_family" => "name_family",
        "agent_corporate_entity" => "name_corporate_entity",
        _ => "name_software",
    }
}
