//! What holds for any record, however odd.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use record::schema::{Kind, Property, Shape};
use record::{Record, Registry, check, derive, refs};
use serde_json::{Map, Value};

/// Texts that rules and patterns care about.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        prop_oneof!["[a-z ]{0,12}", "[0-9]{1,4}(-[0-9]{1,2}){0,2}", "\\PC{0,8}"],
        prop::sample::select(&[
            "/repositories/2/accessions/1",
            "/agents/people/local_0a",
            "/subjects/import_1f",
            "/terms/4#x",
            "/",
            "otherlevel",
            "existence",
            "single",
            "range",
            "digital_object",
            "previous",
            "-0044-03-15",
            "1999/2000",
            "bulk",
            "note_multipart",
        ])
        .prop_map(str::to_owned),
    ]
}

/// JSON whose member names are mostly those of a kind.
fn json(names: Vec<String>) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(Value::from),
        any::<f32>().prop_map(|n| Value::from(f64::from(n))),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let name = prop_oneof![prop::sample::select(names.clone()), "[a-z_]{1,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn kind() -> impl Strategy<Value = &'static Kind> {
    prop::sample::select(Registry::shipped().kinds().collect::<Vec<_>>())
}

/// A value that nearly fits a shape: right in type, often wrong in content.
fn fitting(shape: &'static Shape, depth: u32) -> BoxedStrategy<Value> {
    match shape {
        Shape::Text(spec) => match spec.list.as_deref().and_then(|list| Registry::shipped().list(list)) {
            Some(list) if !list.values.is_empty() => {
                prop::sample::select(list.values.clone()).prop_map(Value::from).boxed()
            }
            _ => text().prop_map(Value::from).boxed(),
        },
        Shape::Integer => any::<i32>().prop_map(Value::from).boxed(),
        Shape::Number => any::<i16>().prop_map(Value::from).boxed(),
        Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Shape::UriText { to } => address(to),
        Shape::Link { to, .. } => address(to).prop_map(|uri| serde_json::json!({ "ref": uri })).boxed(),
        Shape::Nested(name) => nested(name, depth),
        Shape::OneOf(kinds) => {
            prop::sample::select(kinds.as_slice()).prop_flat_map(move |name| nested(&name, depth)).boxed()
        }
        Shape::Array { items, .. } => {
            prop::collection::vec(fitting(items, depth + 1), 0..3).prop_map(Value::Array).boxed()
        }
        Shape::AnyOf(shapes) => prop::sample::select((0..shapes.len()).collect::<Vec<_>>())
            .prop_flat_map(move |at| fitting(&shapes[at], depth))
            .boxed(),
        Shape::Object { properties } => members(properties, depth).prop_map(Value::Object).boxed(),
    }
}

fn address(to: &'static [String]) -> BoxedStrategy<Value> {
    let uris: Vec<String> = to
        .iter()
        .filter_map(|kind| {
            Some(
                Registry::shipped()
                    .kind(kind)?
                    .uri
                    .as_ref()?
                    .as_str()
                    .replace("{repo_id}", "2")
                    .replace("{id}", "7"),
            )
        })
        .chain([String::from("/nothing/1")])
        .collect();
    prop::sample::select(uris).prop_map(Value::from).boxed()
}

fn nested(name: &str, depth: u32) -> BoxedStrategy<Value> {
    let Some(kind) = Registry::shipped().kind(name).filter(|_| depth < 4) else {
        return Just(Value::Null).boxed();
    };
    let name = kind.name.clone();
    members(&kind.properties, depth + 1)
        .prop_map(move |mut map| {
            map.insert("jsonmodel_type".to_owned(), Value::from(name.as_str()));
            Value::Object(map)
        })
        .boxed()
}

fn members(properties: &'static [Property], depth: u32) -> BoxedStrategy<Map<String, Value>> {
    prop::sample::subsequence((0..properties.len()).collect::<Vec<_>>(), 0..=properties.len().min(6))
        .prop_flat_map(move |chosen| {
            let chosen: Vec<_> = chosen
                .into_iter()
                .map(|at| (Just(properties[at].name.clone()), fitting(&properties[at].shape, depth)))
                .collect();
            chosen
        })
        .prop_map(|members| members.into_iter().collect())
        .boxed()
}

fn any_record() -> impl Strategy<Value = Record> {
    kind().prop_flat_map(|kind| {
        let names = kind
            .properties
            .iter()
            .map(|property| property.name.clone())
            .chain(["ref".to_owned(), "jsonmodel_type".to_owned()])
            .collect();
        prop::collection::vec(
            (
                prop::sample::select(kind.properties.iter().map(|p| p.name.clone()).collect::<Vec<_>>()),
                json(names),
            ),
            0..8,
        )
        .prop_map(|members| Record::new(kind.name.clone(), members.into_iter().collect()))
    })
}

fn near_record() -> impl Strategy<Value = Record> {
    kind().prop_flat_map(|kind| {
        members(&kind.properties, 0).prop_map(|doc| Record::new(kind.name.clone(), doc))
    })
}

fn holds(record: Record) -> Result<(), TestCaseError> {
    let registry = Registry::shipped();
    let cleaned = check::clean(registry, record);
    let again = check::clean(registry, cleaned.clone());
    prop_assert_eq!(&again, &cleaned, "clean is idempotent");
    let problems = check::check(registry, registry, &cleaned);
    prop_assert_eq!(check::check(registry, registry, &again), problems.clone());
    for problem in &problems {
        let parent = problem.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let whole = Value::Object(cleaned.doc.clone());
        prop_assert!(whole.pointer(parent).is_some(), "{} points nowhere", problem.pointer);
        prop_assert!(!record::message::problem("en", problem).is_empty());
    }
    let mut same = cleaned.clone();
    refs::rewrite(registry, &mut same, &mut |uri| Some(uri.to_owned()));
    prop_assert_eq!(refs::references(registry, &same), refs::references(registry, &cleaned));
    prop_assert_eq!(&same, &cleaned);
    for reference in refs::references(registry, &cleaned) {
        let whole = Value::Object(cleaned.doc.clone());
        prop_assert_eq!(
            whole.pointer(&reference.pointer).and_then(Value::as_str),
            Some(reference.uri.as_str())
        );
    }
    prop_assert!(!derive::title(registry, &cleaned).is_empty());
    let mut derived = cleaned.clone();
    derive::derive(registry, &mut derived, &derive::Alone);
    let once = derived.clone();
    derive::derive(registry, &mut derived, &derive::Alone);
    prop_assert_eq!(derived, once, "derive is idempotent");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn anything_can_be_cleaned_checked_and_titled(record in any_record()) {
        holds(record)?;
    }

    #[test]
    fn whatever_nearly_fits_can_be_cleaned_checked_and_titled(record in near_record()) {
        holds(record)?;
    }

    #[test]
    fn texts_of_any_kind_are_read_as_dates_or_not(text in "\\PC{0,20}") {
        let doc = serde_json::json!({"title": "t", "id_0": "1", "accession_date": text, "dates": [{"label": "creation", "date_type": "single", "begin": text, "end": text}]});
        holds(Record::from_value("accession", doc).unwrap())?;
    }
}
