//! ARKs of resources and archival objects, when the server makes them.

use serde_json::{Map, Value, json};
use store::{Reader, ark_of, is_ark, is_made};

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};

/// The sentence where ARKs are asked for and there are none.
pub(crate) const OFF: &str = "ARKs are switched off on this server";
/// ARKs that a record had before.
const MOST: usize = 1_000;

/// The names of the record that the route is about, as the API answers them.
pub(crate) fn read(call: &Call<'_>) -> Answer {
    call.app.read(|reader| {
        let off = || Failure::NoValue(OFF.to_owned());
        reader.arks().ok_or_else(off)?;
        let stored = reader.get(&call.uri())?.ok_or_else(|| Failure::missing(call.kind()))?;
        let mut doc = stored.doc;
        dress(reader, &mut doc);
        let name = doc.shift_remove("ark_name").unwrap_or_else(|| json!({"previous": []}));
        Ok(Reply::json(name))
    })
}

/// Sets the names by hand. A present one that this server does not make is an external one.
pub(crate) fn update(call: &Call<'_>) -> Answer {
    let document = call.document()?;
    let prefix = call.app.read(|reader| Ok(reader.ark_prefix(call.repo().as_deref())?))?;
    let prefix = prefix.ok_or_else(|| Failure::Bad(OFF.to_owned()))?;
    let current = document
        .text("current")
        .ok_or_else(|| Failure::param("current", "Property is required but was missing"))?;
    let previous: Vec<String> = document
        .items("previous")
        .iter()
        .filter_map(Value::as_str)
        .map(|ark| ark_of(ark).to_owned())
        .collect();
    if previous.len() > MOST {
        return Err(Failure::param("previous", format!("At most {MOST} ARKs")));
    }
    let own = is_made(&prefix, ark_of(current)) && !document.flag("current_is_external");
    let named = if own { ark_of(current) } else { current };
    if !is_ark(named) || !previous.iter().all(|ark| is_ark(ark)) {
        return Err(Failure::param("ark", "ark_format_error"));
    }
    let uri = call.uri();
    call.commit("ark", |tx| {
        tx.set_arks(&uri, named, !own, &previous)?;
        Ok(Reply::json(json!({"status": "Updated"})))
    })
}

/// A document as it is answered: ARKs as addresses; none where the server makes none.
pub(crate) fn dress(reader: &Reader<'_>, doc: &mut Map<String, Value>) {
    let Some(settings) = reader.arks() else {
        doc.shift_remove("ark_name");
        return;
    };
    let Some(Value::Object(name)) = doc.get_mut("ark_name") else { return };
    for value in name.values_mut() {
        match value {
            Value::String(ark) => *ark = settings.address(ark),
            Value::Array(arks) => {
                for ark in arks.iter_mut() {
                    if let Value::String(text) = ark {
                        *text = settings.address(text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Refuses a document with ARKs that are none.
pub(crate) fn check(doc: &Map<String, Value>) -> Result<(), Failure> {
    let sent = doc.get("import_current_ark").into_iter();
    let earlier = doc.get("import_previous_arks").and_then(Value::as_array).into_iter().flatten();
    if sent.chain(earlier).filter_map(Value::as_str).all(is_ark) {
        return Ok(());
    }
    Err(Failure::param("ark", "ark_format_error"))
}
