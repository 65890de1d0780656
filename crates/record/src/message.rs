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
    if let Some(Value::String(list)) = problem.args.get("list") {
        args.insert("list".to_owned(), Value::String(list_label(list)));
    }
    text(lang, &format!("problem-{}", problem.code), &args).unwrap_or_else(|| pretty(&problem.code))
}

/// The sentence for an error of the programs.
#[must_use]
pub fn error(lang: &str, code: &str, args: &Map<String, Value>) -> String {
    text(lang, &format!("error-{code}"), args).unwrap_or_else(|| pretty(code))
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
    // A missing argument leaves its name in the sentence, which still says more than none.
    let mut errors = Vec::new();
    Some(ENGLISH.format_pattern(pattern, Some(&args), &mut errors).into_owned())
}

/// The label of a property of a kind: its own, else that of the kind which declares it, else its name spelled out.
#[must_use]
pub fn field_label(registry: &Registry, kind: &str, property: &str) -> String {
    let declared_by =
        registry.kind(kind).and_then(|kind| kind.property(property)).map_or(kind, |p| p.declared_by.as_str());
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

/// The name of a controlled list; `None` for one that this program does not know.
#[must_use]
pub fn list_name(list: &str) -> Option<String> {
    text("en", &format!("enum-{list}"), &Map::new())
}

fn list_label(list: &str) -> String {
    list_name(list).unwrap_or_else(|| pretty(list))
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
        Value::Number(number) => {
            number.as_f64().map_or_else(|| FluentValue::from(number.to_string()), FluentValue::from)
        }
        Value::Array(values) => FluentValue::from(values.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => FluentValue::from(other.to_string()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::codes;
    use serde_json::json;

    /// One value for every argument that a problem can have.
    fn arguments() -> Map<String, Value> {
        let value = json!({
            "value": "x", "limit": 1, "length": 12, "list": "date_label", "allowed": ["a", "b"], "pattern": "^a$",
            "expected": "text", "begin": "1923", "end": "1914", "type": "single", "level": "2"
        });
        value.as_object().unwrap().clone()
    }

    #[test]
    fn language_files_are_well_formed_and_say_nothing_twice() {
        let mut bundle = FluentBundle::new_concurrent(vec![langid!("en")]);
        for (name, text) in embedded::LABELS_EN {
            let resource = FluentResource::try_new((*text).to_owned()).map_err(|(_, errors)| errors);
            let resource = resource.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
            bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        }
    }

    #[test]
    fn every_problem_has_a_sentence_that_needs_no_other_argument() {
        for code in codes::ALL {
            let message = ENGLISH
                .get_message(&format!("problem-{code}"))
                .unwrap_or_else(|| panic!("no sentence for {code}"));
            let arguments = arguments();
            let args: FluentArgs<'_> =
                arguments.iter().map(|(name, value)| (name.as_str(), argument(value))).collect();
            let mut errors = Vec::new();
            let sentence = ENGLISH.format_pattern(message.value().unwrap(), Some(&args), &mut errors);
            assert!(errors.is_empty(), "{code}: {errors:?}");
            assert!(sentence.ends_with('.') || sentence.ends_with("^a$."), "{code}: {sentence}");
        }
    }

    #[test]
    fn sentences_carry_their_values() {
        let wrong =
            Problem::error("/dates/0/end", codes::END_BEFORE_BEGIN).with("begin", "1923").with("end", "1914");
        assert_eq!(problem("en", &wrong), "The end, 1914, is before the begin, 1923.");
        let long = Problem::error("/title", codes::TOO_LONG).with("length", 16400).with("limit", 8192);
        assert_eq!(problem("en", &long), "This has 16400 characters; 8192 is the most that can be kept.");
        let unknown = Problem::error("", "some_newer_code");
        assert_eq!(problem("en", &unknown), "Some newer code");
    }

    #[test]
    fn labels_fall_back_to_spelled_out_names() {
        assert_eq!(value_label("archival_record_level", "recordgrp"), "Record Group");
        assert_eq!(value_label("archival_record_level", "our own"), "our own");
        assert_eq!(value_label("event_outcome", "partial pass"), "Partial Pass");
        assert_eq!(kind_label("no_such_kind"), "No such kind");
        assert_eq!(field_label(Registry::shipped(), "no_such_kind", "own_field"), "Own field");
    }

    #[test]
    fn values_make_attributes() {
        for (value, expected) in
            [("box", "box"), ("partial pass", "partial_20_pass"), ("2d", "v2d"), ("a/b", "a_2f_b")]
        {
            assert_eq!(attribute(value), expected);
        }
    }
}
