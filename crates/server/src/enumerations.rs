//! Controlled lists over the wire.

use record::Registry;
use record::schema::{Kind, Shape};
use serde_json::{Map, Value, json};
use store::{EnumValue, Enumeration, ListStamp, Stored, Tx};

use crate::call::Call;
use crate::records::{lock_version, still_at};
use crate::reply::{Answer, Failure, Reply};

fn not_found() -> Failure {
    Failure::missing("enumeration")
}

/// A list as the API has it.
fn served(list: &Enumeration) -> Value {
    let values: Vec<Value> = list.values.iter().map(|value| inside(list, value)).collect();
    let shown = |wanted: &dyn Fn(&EnumValue) -> bool| -> Vec<&str> {
        list.values.iter().filter(|value| wanted(value)).map(|value| value.value.as_str()).collect()
    };
    let mut doc = json!({
        "lock_version": list.lock_version,
        "name": list.name,
        "editable": list.editable,
        "jsonmodel_type": "enumeration",
        "relationships": relationships(&list.name),
        "enumeration_values": values,
        "values": shown(&|value| !value.suppressed),
        "readonly_values": shown(&|value| value.read_only),
        "uri": format!("/config/enumerations/{}", list.id),
    });
    if let (Some(default), Some(map)) = (&list.default, doc.as_object_mut()) {
        map.insert("default_value".to_owned(), json!(default));
    }
    stamped(doc, &list.stamp)
}

/// Says who made and changed it, and when.
fn stamped(mut doc: Value, stamp: &ListStamp) -> Value {
    let Some(map) = doc.as_object_mut() else { return doc };
    for (name, who) in [("created_by", &stamp.created_by), ("last_modified_by", &stamp.modified_by)] {
        if let Some(who) = who {
            map.insert(name.to_owned(), json!(who));
        }
    }
    map.insert("create_time".to_owned(), json!(store::seconds(stamp.created)));
    for name in ["system_mtime", "user_mtime"] {
        map.insert(name.to_owned(), json!(store::seconds(stamp.modified)));
    }
    doc
}

fn inside(list: &Enumeration, value: &EnumValue) -> Value {
    let doc = json!({
        "id": value.id, "enumeration_id": list.id, "value": value.value, "readonly": u8::from(value.read_only),
        "position": value.position, "suppressed": value.suppressed, "lock_version": value.lock_version,
        "json_schema_version": 1, "jsonmodel_type": "enumeration_value", "uri": value_uri(value),
    });
    stamped(doc, &value.stamp)
}

fn value_uri(value: &EnumValue) -> String {
    format!("/config/enumeration_values/{}", value.id)
}

/// Names of the properties whose values come from a list.
fn relationships(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    for kind in Registry::shipped().kinds() {
        for property in &kind.properties {
            if uses(&property.shape, list) && !names.contains(&property.name) {
                names.push(property.name.clone());
            }
        }
    }
    names
}

fn uses(shape: &Shape, list: &str) -> bool {
    match shape {
        Shape::Text(text) => text.list.as_deref() == Some(list),
        Shape::Array { items, .. } => uses(items, list),
        Shape::AnyOf(shapes) => shapes.iter().any(|shape| uses(shape, list)),
        Shape::Link { properties, .. } | Shape::Object { properties } => {
            properties.iter().any(|property| uses(&property.shape, list))
        }
        _ => false,
    }
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let lists = call.app.store.read(|reader| reader.enumerations())?;
    Ok(Reply::json(lists.iter().map(served).collect::<Vec<_>>()))
}

pub(crate) fn csv(call: &Call<'_>) -> Answer {
    let lists = call.app.store.read(|reader| reader.enumerations())?;
    let mut text = String::from("Enumeration code,Enumeration,Value code,Value,Position,Read-only\n");
    for list in &lists {
        let name = record::message::list_name(&list.name).unwrap_or_else(|| words(&list.name));
        for value in &list.values {
            let label = record::message::value_label(&list.name, &value.value);
            let cells = [list.name.as_str(), &name, &value.value, &label];
            text.push_str(&cells.map(quoted).join(","));
            text.push_str(&format!(",{},{}\n", value.position, u8::from(value.read_only)));
        }
    }
    Ok(Reply::text("text/csv", text))
}

fn words(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    };
    name.split('_').map(capital).collect::<Vec<_>>().join(" ")
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn number(call: &Call<'_>, name: &str) -> i64 {
    call.params.integer(name).unwrap_or(0)
}

pub(crate) fn read(call: &Call<'_>) -> Answer {
    let found = call.app.store.read(|reader| reader.enumeration_by_id(number(call, "enum_id")))?;
    Ok(Reply::json(served(&found.ok_or_else(not_found)?)))
}

pub(crate) fn by_name(call: &Call<'_>) -> Answer {
    let name = call.params.text("enum_name").unwrap_or_default();
    let found = call.app.store.read(|reader| reader.enumeration(name))?;
    Ok(Reply::json(served(&found.ok_or_else(not_found)?)))
}

pub(crate) fn value(call: &Call<'_>) -> Answer {
    let found = call.app.store.read(|reader| reader.enum_value(number(call, "enum_val_id")))?;
    let (_, value) = found.ok_or_else(|| Failure::missing("enumeration_value"))?;
    let doc = json!({
        "value": value.value, "position": value.position, "suppressed": value.suppressed,
        "lock_version": value.lock_version, "jsonmodel_type": "enumeration_value", "uri": value_uri(&value),
    });
    Ok(Reply::json(stamped(doc, &value.stamp)))
}

fn changed(status: &str, list: &Enumeration, warnings: Value) -> Reply {
    Reply::json(json!({
        "status": status, "id": list.id, "lock_version": list.lock_version, "stale": null,
        "uri": format!("/config/enumerations/{}", list.id), "warnings": warnings,
    }))
}

fn wanted_values(doc: &Map<String, Value>) -> Vec<String> {
    let list = doc.get("values").and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(crate) fn create(call: &Call<'_>) -> Answer {
    let record = call.document()?;
    let name = record.text("name").unwrap_or_default().to_owned();
    let warnings = call.warnings();
    call.commit("enumeration", |tx| {
        if tx.enumeration(&name)?.is_some() {
            return Err(Failure::param("name", "There is a list of this name already"));
        }
        tx.enum_create(&name)?;
        write_values(tx, &name, &wanted_values(&record.doc), record.text("default_value"))?;
        let list = tx.enumeration(&name)?.ok_or_else(not_found)?;
        Ok(changed("Created", &list, warnings))
    })
}

pub(crate) fn update(call: &Call<'_>) -> Answer {
    let record = call.document()?;
    let version = lock_version(&record.doc)?;
    let warnings = call.warnings();
    call.commit("enumeration", |tx| {
        let list = tx.enumeration_by_id(number(call, "enum_id"))?.ok_or_else(not_found)?;
        let wanted = wanted_values(&record.doc);
        if !list.editable && !has_these(&list, &wanted) {
            return Err(Failure::Denied);
        }
        if list.lock_version != version {
            return Err(Failure::stale());
        }
        for value in &list.values {
            if value.suppressed || wanted.contains(&value.value) {
                continue;
            }
            if value.read_only {
                return Err(Failure::Denied);
            }
            if is_used(tx, &list.name, &value.value)? {
                return Err(Failure::Conflict(json!(format!("The value '{}' is in use", value.value))));
            }
        }
        write_values(tx, &list.name, &wanted, record.text("default_value"))?;
        let list = tx.enumeration(&list.name)?.ok_or_else(not_found)?;
        Ok(changed("Updated", &list, warnings))
    })
}

/// Whether the values of a list that are not suppressed are these: then only its default changes.
fn has_these(list: &Enumeration, wanted: &[String]) -> bool {
    let shown = list.values.iter().filter(|value| !value.suppressed);
    let none_lacks = shown.clone().all(|value| wanted.contains(&value.value));
    none_lacks && wanted.iter().all(|wanted| shown.clone().any(|value| value.value == *wanted))
}

/// The wanted values: those that are there keep their order, new ones come after, suppressed ones stay.
fn write_values(
    tx: &mut Tx<'_>,
    name: &str,
    wanted: &[String],
    default: Option<&str>,
) -> Result<(), Failure> {
    let list = tx.enumeration(name)?.ok_or_else(not_found)?;
    let mut values: Vec<(String, bool)> = Vec::new();
    for value in &list.values {
        if value.suppressed || wanted.contains(&value.value) {
            values.push((value.value.clone(), value.suppressed));
        }
    }
    for value in wanted {
        if !values.iter().any(|(there, _)| there == value) {
            values.push((value.clone(), false));
        }
    }
    let default = default.filter(|default| values.iter().any(|(value, _)| value == default));
    Ok(tx.enum_set(name, &values, default)?)
}

pub(crate) fn position(call: &Call<'_>) -> Answer {
    let id = number(call, "enum_val_id");
    let position = call.params.integer("position").unwrap_or(0);
    call.commit("enumeration", |tx| {
        let (list, _) = tx.enum_value(id)?.ok_or_else(|| Failure::missing("enumeration_value"))?;
        let last = i64::try_from(list.values.len()).unwrap_or(1) - 1;
        tx.enum_place(id, position.clamp(0, last))?;
        Ok(Reply::json(
            json!({"status": "Updated", "id": id, "lock_version": list.lock_version, "stale": null}),
        ))
    })
}

pub(crate) fn suppressed(call: &Call<'_>) -> Answer {
    let id = number(call, "enum_val_id");
    let suppressed = call.params.flag("suppressed");
    call.commit("enumeration", |tx| {
        tx.enum_value(id)?.ok_or_else(|| Failure::missing("enumeration_value"))?;
        tx.enum_suppress(id, suppressed)?;
        Ok(Reply::json(json!({"status": "Suppressed", "id": id, "suppressed_state": u8::from(suppressed)})))
    })
}

/// Another spelling for a value, in the list and in every record.
pub(crate) fn update_value(call: &Call<'_>) -> Answer {
    let id = number(call, "enum_val_id");
    let record = call.document()?;
    let spelling = record.text("value").unwrap_or_default().to_owned();
    let warnings = call.warnings();
    call.commit("enumeration", |tx| {
        let (list, value) = tx.enum_value(id)?.ok_or_else(|| Failure::missing("enumeration_value"))?;
        if !list.editable || value.read_only {
            return Err(Failure::Denied);
        }
        still_at(&record.doc, value.lock_version)?;
        if spelling != value.value {
            if list.values.iter().any(|other| other.value == spelling) {
                return Err(Failure::param("value", "The list has this value already"));
            }
            respell(tx, &list.name, &value.value, &spelling)?;
        }
        tx.enum_rename(id, &spelling)?;
        Ok(Reply::json(json!({
            "status": "Updated", "id": id, "lock_version": value.lock_version + 1, "stale": null,
            "uri": value_uri(&value), "warnings": warnings,
        })))
    })
}

/// Replaces one value by another in every record, then drops it.
pub(crate) fn migrate(call: &Call<'_>) -> Answer {
    let record = call.document()?;
    let text = |name: &str| record.text(name).unwrap_or_default().to_owned();
    let (uri, from, to) = (text("enum_uri"), text("from"), text("to"));
    let id: i64 = uri.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0);
    call.commit("enumeration", |tx| {
        let list = tx.enumeration_by_id(id)?.ok_or_else(not_found)?;
        if !list.editable {
            return Err(Failure::Bad(format!("Can't migrate values for non-editable enumeration {id}")));
        }
        let find = |value: &str| {
            let missing = || Failure::NoValue(format!("Can't find a value '{value}' in enumeration {id}"));
            list.values.iter().find(|there| there.value == value).cloned().ok_or_else(missing)
        };
        let (old, _) = (find(&from)?, find(&to)?);
        if from == to {
            return Err(Failure::param("to", "Must be another value than the one that is replaced"));
        }
        if old.read_only {
            return Err(Failure::Bad(format!("Can't migrate the read-only value '{from}'")));
        }
        respell(tx, &list.name, &from, &to)?;
        tx.enum_drop(old.id)?;
        let list = tx.enumeration_by_id(id)?.ok_or_else(not_found)?;
        Ok(Reply::json(served(&list)))
    })
}

/// Kinds of records that can hold a value of a list, at any depth.
fn kinds_with(list: &str) -> Vec<String> {
    let registry = Registry::shipped();
    registry
        .top_level()
        .filter(|kind| {
            kind.uri.as_ref().is_some_and(|uri| uri.has_id()) && reaches(kind, list, &mut Vec::new())
        })
        .map(|kind| kind.name.clone())
        .collect()
}

fn reaches<'a>(kind: &'a Kind, list: &str, seen: &mut Vec<&'a str>) -> bool {
    if seen.contains(&kind.name.as_str()) {
        return false;
    }
    seen.push(&kind.name);
    kind.properties.iter().any(|property| {
        uses(&property.shape, list)
            || nested(&property.shape).iter().any(|name| {
                Registry::shipped()
                    .kind(name)
                    .is_some_and(|inner| inner.uri.is_none() && reaches(inner, list, seen))
            })
    })
}

fn nested(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Nested(name) => vec![name],
        Shape::OneOf(names) => names.iter().map(String::as_str).collect(),
        Shape::Array { items, .. } => nested(items),
        Shape::AnyOf(shapes) => shapes.iter().flat_map(nested).collect(),
        _ => Vec::new(),
    }
}

/// Whether a document says a value of a list.
fn says(stored: &mut Stored, list: &str, value: &str) -> bool {
    let kind = Registry::shipped().kind(stored.head.kind);
    kind.is_some_and(|kind| respell_in(kind, &mut stored.doc, list, value, value))
}

fn is_used(tx: &Tx<'_>, list: &str, value: &str) -> Result<bool, Failure> {
    Ok(tx.any_with_text(&kinds_with(list), value, &mut |mut stored| says(&mut stored, list, value))?)
}

fn respell(tx: &mut Tx<'_>, list: &str, from: &str, to: &str) -> Result<(), Failure> {
    let mut uris = Vec::new();
    tx.any_with_text(&kinds_with(list), from, &mut |mut stored| {
        if says(&mut stored, list, from) {
            uris.push(stored.head.uri);
        }
        false
    })?;
    for uri in uris {
        let Some(stored) = tx.get(&uri)? else { continue };
        let mut doc = stored.doc;
        if let Some(kind) = Registry::shipped().kind(stored.head.kind)
            && respell_in(kind, &mut doc, list, from, to)
        {
            tx.amend(&uri, doc)?;
        }
    }
    Ok(())
}

/// Whether the value was found.
fn respell_in(kind: &Kind, doc: &mut Map<String, Value>, list: &str, from: &str, to: &str) -> bool {
    let mut found = false;
    for (name, value) in doc.iter_mut() {
        if let Some(property) = kind.property(name) {
            found |= respell_value(&property.shape, value, list, from, to);
        }
    }
    found
}

fn respell_value(shape: &Shape, value: &mut Value, list: &str, from: &str, to: &str) -> bool {
    match (shape, value) {
        (Shape::Text(text), Value::String(there)) if text.list.as_deref() == Some(list) && there == from => {
            to.clone_into(there);
            true
        }
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().fold(false, |found, value| respell_value(items, value, list, from, to) | found)
        }
        (Shape::AnyOf(shapes), value) => {
            shapes.iter().fold(false, |found, shape| respell_value(shape, value, list, from, to) | found)
        }
        (Shape::Link { properties, .. } | Shape::Object { properties }, Value::Object(map)) => {
            let mut found = false;
            for property in properties {
                if let Some(value) = map.get_mut(&property.name) {
                    found |= respell_value(&property.shape, value, list, from, to);
                }
            }
            found
        }
        (Shape::Nested(_) | Shape::OneOf(_), Value::Object(map)) => {
            let name = map.get("jsonmodel_type").and_then(Value::as_str).unwrap_or_default().to_owned();
            Registry::shipped().kind(&name).is_some_and(|kind| respell_in(kind, map, list, from, to))
        }
        _ => false,
    }
}
