//! Top containers: which ones a record uses, and changes to many at once.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};
use store::{Reader, Stored, Tx};

use crate::call::Call;
use crate::records;
use crate::reply::{Answer, Failure, Reply};

/// Characters that an indicator or a barcode may have.
const LONGEST: usize = 255;

pub(crate) fn of_accession(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("accession");
    call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let refs = containers(&stored.doc);
        Ok(Reply::json(refs.into_iter().map(|uri| json!({"ref": uri})).collect::<Vec<_>>()))
    })
}

/// Those of a resource and of its published components.
pub(crate) fn of_resource(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("resource");
    call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let mut refs = containers(&stored.doc);
        let mut seen = HashSet::new();
        for (head, _) in reader.nodes_in_order(&uri)? {
            if head.publish && !head.suppressed {
                let used = containers(&reader.document(&head)?.unwrap_or_default());
                refs.extend(used.into_iter().filter(|link| seen.insert(link.clone())));
            }
        }
        Ok(Reply::json(refs.into_iter().map(|uri| json!({"ref": uri})).collect::<Vec<_>>()))
    })
}

/// Addresses of the containers of a record's instances, one an instance.
fn containers(doc: &Map<String, Value>) -> Vec<Value> {
    let container =
        |instance: &Value| instance.get("sub_container")?.get("top_container")?.get("ref").cloned();
    record::items(doc, "instances").iter().filter_map(container).collect()
}

pub(crate) fn batch_ils(call: &Call<'_>) -> Answer {
    let id = call.params.text("ils_holding_id").unwrap_or_default().to_owned();
    batch(call, None, &|doc| put(doc, "ils_holding_id", named(&id).map(Value::from)))
}

pub(crate) fn batch_profile(call: &Call<'_>) -> Answer {
    let uri = call.params.text("container_profile_uri").unwrap_or_default().to_owned();
    let link = named(&uri).map(|uri| json!({ "ref": uri }));
    batch(call, Some(("container_profile", &uri)), &|doc| put(doc, "container_profile", link.clone()))
}

pub(crate) fn batch_location(call: &Call<'_>) -> Answer {
    let uri = call.params.text("location_uri").unwrap_or_default().to_owned();
    let today = today(call);
    batch(call, Some(("location", &uri)), &|doc| put_location(doc, &uri, &today))
}

fn today(call: &Call<'_>) -> String {
    (call.app.now)().strftime("%Y-%m-%d").to_string()
}

/// A parameter that is empty takes out what is there.
fn named(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Sets a property, or takes it out.
fn put(doc: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => doc.insert(name.to_owned(), value),
        None => doc.shift_remove(name),
    };
}

/// Replaces the present location, or takes it out where the address is empty; former ones stay.
fn put_location(doc: &mut Map<String, Value>, uri: &str, today: &str) {
    let entry = doc.entry("container_locations").or_insert_with(|| json!([]));
    if let Value::Array(locations) = entry {
        locations.retain(|location| location.get("status").and_then(Value::as_str) != Some("current"));
        if let Some(uri) = named(uri) {
            locations.push(json!({"jsonmodel_type": "container_location", "ref": uri, "status": "current", "start_date": today}));
        }
    }
}

/// A link goes to a record of its kind that is there.
fn need(reader: &Reader<'_>, kind: &str, uri: &str) -> Result<(), Failure> {
    let found = reader.head(uri)?.is_some_and(|head| head.kind == kind && head.held);
    if found { Ok(()) } else { Err(Failure::missing(kind)) }
}

/// One change to many containers, and what it links to. The original answers 200 even when it fails.
fn batch(call: &Call<'_>, link: Option<(&str, &str)>, change: &dyn Fn(&mut Map<String, Value>)) -> Answer {
    let uris: Vec<String> = call.params.integers("ids").into_iter().map(|id| address(call, id)).collect();
    let done = call.app.write("containers", call.by(), |tx| {
        if let Some((kind, uri)) = link.filter(|(_, uri)| !uri.is_empty()) {
            need(tx, kind, uri)?;
        }
        for uri in &uris {
            let mut doc = there(tx, uri)?.doc;
            change(&mut doc);
            tx.amend(uri, doc)?;
        }
        Ok(uris.len())
    });
    match done {
        Ok(count) => Ok(Reply::json(json!({"records_updated": count}))),
        Err(failure) => Ok(Reply::json(json!({"records_updated": 0, "error": told(failure)}))),
    }
}

fn told(failure: Failure) -> Value {
    match failure.into_reply().content {
        crate::reply::Content::Json(mut value) => value.get_mut("error").map(Value::take).unwrap_or_default(),
        _ => Value::Null,
    }
}

fn address(call: &Call<'_>, id: i64) -> String {
    format!("{}/top_containers/{id}", call.repo().unwrap_or_default())
}

fn there(reader: &Reader<'_>, uri: &str) -> Result<Stored, Failure> {
    reader
        .get(uri)?
        .filter(|stored| stored.kind == "top_container")
        .ok_or_else(|| Failure::missing("top_container"))
}

/// The body: a map of container address to value.
fn sent(call: &Call<'_>) -> Result<BTreeMap<String, String>, Failure> {
    let wrong =
        || Failure::Bad("The body must be a JSON object of container addresses and values".to_owned());
    let Value::Object(map) = serde_json::from_slice(call.body).map_err(|_| wrong())? else {
        return Err(wrong());
    };
    let own = format!("{}/top_containers/", call.repo().unwrap_or_default());
    let mut values = BTreeMap::new();
    for (uri, value) in map {
        if !uri.starts_with(&own) {
            return Err(Failure::missing("top_container"));
        }
        let text = match value {
            Value::String(text) => text,
            Value::Null => String::new(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Failure::Bad(format!("The value of {uri} must be a text"))),
        };
        values.insert(uri, text);
    }
    Ok(values)
}

pub(crate) fn bulk_barcodes(call: &Call<'_>) -> Answer {
    let values = sent(call)?;
    bulk(
        call,
        &values,
        |tx| {
            // Cleared first, so that two containers can swap theirs.
            for uri in values.keys() {
                let mut doc = there(tx, uri)?.doc;
                doc.shift_remove("barcode");
                tx.amend(uri, doc)?;
            }
            Ok(())
        },
        "barcode",
    )
}

pub(crate) fn bulk_indicators(call: &Call<'_>) -> Answer {
    let mut values = sent(call)?;
    // A box has an indicator: where none is sent, it keeps the one that it has.
    values.retain(|_, indicator| !indicator.is_empty());
    bulk(call, &values, |_| Ok(()), "indicator")
}

fn bulk(
    call: &Call<'_>,
    values: &BTreeMap<String, String>,
    before: impl FnOnce(&mut Tx<'_>) -> Result<(), Failure>,
    property: &str,
) -> Answer {
    let mut at = String::new();
    let done = call.app.write("containers", call.by(), |tx| {
        before(tx)?;
        let mut ids = Vec::new();
        for (uri, value) in values {
            at.clone_from(uri);
            if value.chars().count() > LONGEST {
                return Err(Failure::param(property, format!("Must be {LONGEST} characters or fewer")));
            }
            let mut doc = there(tx, uri)?.doc;
            put(&mut doc, property, named(value).map(Value::from));
            ids.extend(tx.amend(uri, doc)?.number());
        }
        Ok(ids)
    });
    match done {
        Ok(ids) => Ok(Reply::json(json!({"updated": ids}))),
        Err(failure) => {
            let body = json!({"error": told(failure), "uri": at});
            Ok(Reply::json(body).with_status(axum::http::StatusCode::BAD_REQUEST))
        }
    }
}

pub(crate) fn bulk_locations(call: &Call<'_>) -> Answer {
    let values = sent(call)?;
    let today = today(call);
    let done = call.app.write("containers", call.by(), |tx| {
        let mut ids = Vec::new();
        for (uri, location) in &values {
            need(tx, "location", location)?;
            let mut doc = there(tx, uri)?.doc;
            put_location(&mut doc, location, &today);
            ids.extend(tx.amend(uri, doc)?.number());
        }
        Ok(ids)
    });
    match done {
        Ok(ids) => Ok(Reply::json(json!({"records_ids_updated": ids, "records_updated": ids.len()}))),
        Err(failure) => {
            Ok(Reply::json(json!({"records_ids_updated": [], "records_updated": 0, "error": told(failure)})))
        }
    }
}
