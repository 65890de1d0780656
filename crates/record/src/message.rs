//! Sentences and labels for people, from the language files inside the binary.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde_json::{Map, Value};
use unic_langid::langid;

use crate::schema::embedded;
use crate::{Problem, Registry};

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = FluentBundle::new_concurrent(vec![langid!("en")]);
    bundle.set_use_isolating(false);
    for (_, text) in embedded::LABELS_EN {
        // What a file has wrong is left out; a test reads them all strictly.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
});

/// The sentence for a problem of a record.
#[must_use]
pub fn problem(lang: &str, problem: &Problem) -> String {
    let mut args = problem.args.clone();
    // Values of controlled lists are spoken by their labels, the list by its name.
    if let (Some(Value::String(list)), true) = (problem.args.get("list"), problem.code == "not_in_list") {
        args.insert("list".to_owned(), Value::String(list_label(list)));
    }
    text(lang, &format!("problem-{}", problem.code), &args).unwrap_or_else(|| problem.code.replace('_', " "))
}

/// The sentence for an error of the programs.
#[must_use]
pub fn error(lang: &str, code: &str, args: &Map<String, Value>) -> String {
    text(lang, &format!("error-{code}"), args).unwrap_or_else(|| code.replace('_', " "))
}

/// The message called `id` (`id.attribute` for an attribute); `None` when the language has none.
#[must_use]
pub fn text(_lang: &str, id: &str, args: &Map<String, Value>) -> Option<String> {
    let (id, attribute) = id.split_once('.').map_or((id, None), |(id, attribute)| (id, Some(attribute)));
    let message = ENGLISH.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let args: FluentArgs<'_> = args.iter().map(|(name, value)| (name.as_str(), argument(value))).collect();
    let mut errors = Vec::new();
    Some(ENGLISH.format_pattern(pattern, Some(&args), &mut errors).into_owned())
}

/// The label of a property of a kind: its own, else that of the kind which declares it, else its name spelled out.
#[must_use]
pub fn field_label(registry: &Registry, kind: &str, property: &str) -> String {
    let declared_by = registry.kind(kind).and_then(|kind| kind.property(property)).map_or(kind, |p| p.declared_by.as_str());
    [kind, declared_by]
        .iter()
        .find_map(|kind| text("en", &format!("{kind}-{property}"), &Map::new()))
        .unwrap_or_else(|| pretty(property))
}

/// The label of a kind of record.
#[must_use]
pub fn kind_label(kind: &str) -> String {
    text("en", &format!("kind-{kind}"), &Map::new()).unwrap_or_else(|| pretty(kind))
}

/// The label of a value of a controlled list; a value without one is its own label.
#[must_use]
pub fn value_label(list: &str, value: &str) -> String {
    text("en", &format!("enum-{list}.{}", attribute(value)), &Map::new()).unwrap_or_else(|| value.to_owned())
}

fn list_label(list: &str) -> String {
    text("en", &format!("enum-{list}"), &Map::new()).unwrap_or_else(|| pretty(list))
}

/// The attribute under which a value's label stands.
fn attribute(value: &str) -> String {
    let mut id = String::with_capacity(value.len());
    for letter in value.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' || letter == '-' {
            id.push(letter);
        } else {
            id.push_str(&format!("_{:x}_", u32::from(letter)));
        }
    }
    if id.starts_with(|c: char| c.is_ascii_alphabetic()) { id } else { format!("v{id}") }
}

/// `finding_aid_date` as `Finding aid date`.
fn pretty(name: &str) -> String {
    let mut letters = name.chars().map(|letter| if letter == '_' { ' ' } else { letter });
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn argument(value: &Value) -> FluentValue<'_> {
    match value {
        Value::String(text) => FluentValue::from(text.as_str()),
        // Numbers are spelled as they stand: years and limits take no thousands mark.
        Value::Number(number) => number.as_f64().map_or_else(|| FluentValue::from(number.to_string()), FluentValue::from),
        Value::Array(values) => FluentValue::from(values.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => FluentValue::from(other.to_string()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
