//! The checks that a schema spells out, property by property.

use serde_json::{Map, Value};

use super::place::Place;
use super::{Lists, codes, day, rules};
use crate::canonical::Fields;
use crate::refs::fits;
use crate::schema::{Format, Kind, Property, Shape, Text};
use crate::{Problem, Registry};

pub(super) struct Walk<'a> {
    registry: &'static Registry,
    lists: &'a dyn Lists,
    rules: Rules,
    pub(super) problems: Vec<Problem>,
}

/// When rules over several fields are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// Where each field alone is sound.
    WhereSound,
    /// Where nothing is missing.
    WhereWhole,
}

/// Whether a value broke a rule of its own place, so that rules over several fields
/// cannot be asked. What is wrong deeper inside does not count, nor does a value
/// that a controlled list lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Sound,
    Broken,
    /// A property that must be there is not.
    Lacking,
}

impl Outcome {
    fn and(self, other: Self) -> Self {
        if self == Self::Sound { other } else { self }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(registry: &'static Registry, lists: &'a dyn Lists) -> Self {
        Self { registry, lists, rules: Rules::WhereSound, problems: Vec::new() }
    }

    pub(super) fn asking_more(registry: &'static Registry, lists: &'a dyn Lists) -> Self {
        Self { rules: Rules::WhereWhole, ..Self::new(registry, lists) }
    }

    /// One record or inline record: its schema, then (if that holds) its rules.
    pub(super) fn record(&mut self, kind: &'static Kind, map: &Map<String, Value>, place: &Place<'_>) {
        let mut outcome = self.properties(Fields::Kind(kind), map, place);
        if kind.is_reference && kind.property("ref").is_none() {
            outcome = self.broken(Problem::error(place.member("ref").pointer(), codes::MISSING));
        }
        let asked = match self.rules {
            Rules::WhereSound => outcome == Outcome::Sound,
            Rules::WhereWhole => outcome != Outcome::Lacking,
        };
        if asked {
            let mut level =
                rules::Level { registry: self.registry, map, place, problems: &mut self.problems };
            rules::run(&kind.name, &mut level);
        }
    }

    fn properties(
        &mut self,
        fields: Fields<'static>,
        map: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Outcome {
        let (mut outcome, mut present, mut expected) = (Outcome::Sound, 0, 0);
        for (name, value) in map {
            let found = match fields {
                Fields::Kind(kind) => kind.property_near(name, expected).map(|(at, property)| {
                    expected = at + 1;
                    property
                }),
                fields => fields.get(name),
            };
            let Some(property) = found.filter(|property| !property.read_only) else { continue };
            present += usize::from(property.is_wanted());
            if !taken_unseen(&property.declared_by, name) {
                outcome = outcome.and(self.value(&property.shape, value, &place.member(name)));
            }
        }
        let (properties, wanted): (&[Property], usize) = match fields {
            Fields::Kind(kind) => (&kind.properties, kind.wanted),
            Fields::Inline(properties) => {
                (properties, properties.iter().filter(|property| property.is_wanted()).count())
            }
            Fields::Free => (&[], 0),
        };
        if present < wanted { self.absent(properties, map, place) } else { outcome }
    }

    fn absent(&mut self, properties: &[Property], map: &Map<String, Value>, place: &Place<'_>) -> Outcome {
        let absent = |property: &&Property| property.is_wanted() && !map.contains_key(&property.name);
        for property in properties.iter().filter(absent) {
            let pointer = place.member(&property.name).pointer();
            self.problems.push(if property.required {
                Problem::error(pointer, codes::MISSING)
            } else {
                Problem::warning(pointer, codes::MISSING_ADVISED)
            });
        }
        Outcome::Lacking
    }

    fn broken(&mut self, problem: Problem) -> Outcome {
        self.problems.push(problem);
        Outcome::Broken
    }

    fn value(&mut self, shape: &'static Shape, value: &Value, place: &Place<'_>) -> Outcome {
        match (shape, value) {
            (Shape::Text(text), Value::String(value)) => self.text(text, value, place),
            (Shape::UriText { to }, Value::String(uri)) => self.address(to, uri, place),
            (Shape::UriText { to }, Value::Object(_)) => self.untyped(to, place),
            (Shape::Nested(name), Value::Object(map)) => self.nested(name, map, place),
            (Shape::OneOf(kinds), Value::Object(map)) => self.one_of(kinds, map, place),
            (Shape::Link { to, properties }, Value::Object(map)) => {
                self.properties(Fields::Inline(properties), map, place);
                match map.get("ref") {
                    Some(Value::String(uri)) => self.address(to, uri, &place.member("ref")),
                    Some(Value::Object(_)) => self.untyped(to, &place.member("ref")),
                    _ => Outcome::Sound,
                };
                Outcome::Sound
            }
            (Shape::Object { properties }, Value::Object(map)) => {
                self.properties(Fields::Inline(properties), map, place);
                Outcome::Sound
            }
            (Shape::Array { items, min_items }, Value::Array(values)) => {
                self.array(items, *min_items, values, place)
            }
            // Text or a record of one kind: only a record that names its kind is taken for one.
            (Shape::AnyOf(shapes), Value::Object(map))
                if !map.contains_key("jsonmodel_type")
                    && matches!(shapes[..], [Shape::Text(_), Shape::Nested(_)]) =>
            {
                self.untyped(&[], place)
            }
            (Shape::AnyOf(shapes), _) => match shapes.iter().find(|shape| fits(shape, value)) {
                Some(shape) => self.value(shape, value, place),
                None => self.wrong_type(shape, value, place),
            },
            (Shape::Text(Text { format: Some(Format::DateTime), .. }), _) => Outcome::Sound,
            (Shape::Integer | Shape::Number | Shape::Boolean, _) if fits(shape, value) => Outcome::Sound,
            _ => self.wrong_type(shape, value, place),
        }
    }

    fn wrong_type(&mut self, shape: &Shape, value: &Value, place: &Place<'_>) -> Outcome {
        let problem = Problem::error(place.pointer(), codes::WRONG_TYPE)
            .with("expected", wanted(shape))
            .with("value", brief(value));
        match shape {
            Shape::Text(Text { list: Some(list), .. }) => {
                self.problems.push(problem.with("list", list.as_str()));
                Outcome::Sound
            }
            Shape::Text(Text { choices: Some(choices), .. }) => {
                self.broken(problem.with("allowed", choices.clone()))
            }
            _ => self.broken(problem),
        }
    }

    /// An inline record that does not say what it is, where that is not clear from the place.
    fn untyped(&mut self, allowed: &[String], place: &Place<'_>) -> Outcome {
        self.broken(Problem::error(place.pointer(), codes::MISSING_TYPE).with("allowed", allowed.to_vec()))
    }

    fn nested(&mut self, name: &'static str, map: &Map<String, Value>, place: &Place<'_>) -> Outcome {
        let Some(kind) = self.registry.kind(name) else { return Outcome::Sound };
        match map.get("jsonmodel_type") {
            Some(Value::String(given)) if given != name => {
                let problem = Problem::error(place.pointer(), codes::WRONG_KIND);
                self.broken(problem.with("value", given.as_str()).with("allowed", vec![Value::from(name)]))
            }
            _ => {
                self.record(kind, map, place);
                Outcome::Sound
            }
        }
    }

    fn one_of(&mut self, kinds: &'static [String], map: &Map<String, Value>, place: &Place<'_>) -> Outcome {
        match map.get("jsonmodel_type").and_then(Value::as_str) {
            None => self.untyped(kinds, place),
            Some(given) => {
                match kinds.iter().find(|kind| *kind == given).and_then(|kind| self.registry.kind(kind)) {
                    Some(kind) => {
                        self.record(kind, map, place);
                        Outcome::Sound
                    }
                    None => {
                        let problem = Problem::error(place.pointer(), codes::WRONG_KIND);
                        self.broken(problem.with("value", given).with("allowed", kinds.to_vec()))
                    }
                }
            }
        }
    }

    fn array(&mut self, items: &'static Shape, least: usize, values: &[Value], place: &Place<'_>) -> Outcome {
        let mut outcome = Outcome::Sound;
        if values.len() < least {
            outcome = self.broken(
                Problem::error(place.pointer(), codes::TOO_FEW)
                    .with("limit", least)
                    .with("value", values.len()),
            );
        }
        for (at, value) in values.iter().enumerate() {
            self.value(items, value, &place.element(at));
        }
        outcome
    }

    fn address(&mut self, to: &'static [String], uri: &str, place: &Place<'_>) -> Outcome {
        let fits = to
            .iter()
            .filter_map(|kind| self.registry.kind(kind)?.uri.as_ref())
            .any(|template| template.accepts(uri));
        if fits || to.is_empty() {
            return Outcome::Sound;
        }
        self.broken(
            Problem::error(place.pointer(), codes::WRONG_REFERENCE)
                .with("value", uri)
                .with("allowed", to.to_vec()),
        )
    }

    fn text(&mut self, text: &'static Text, value: &str, place: &Place<'_>) -> Outcome {
        let mut outcome = Outcome::Sound;
        // Counting characters is only needed when the bytes do not settle it.
        let long = text.max.filter(|max| value.len() > *max && value.chars().count() > *max);
        if let Some(max) = long {
            let length = value.chars().count();
            outcome = self.broken(
                Problem::error(place.pointer(), codes::TOO_LONG).with("limit", max).with("length", length),
            );
        }
        if text.min > 0 && value.chars().count() < text.min {
            outcome = self.broken(
                Problem::error(place.pointer(), codes::TOO_SHORT)
                    .with("limit", text.min)
                    .with("value", value),
            );
        }
        if let Some(list) = &text.list
            && !self.lists.allows(list, value)
        {
            let problem = Problem::error(place.pointer(), codes::NOT_IN_LIST);
            self.problems.push(problem.with("list", list.as_str()).with("value", value));
        }
        if let Some(choices) = &text.choices
            && !choices.iter().any(|choice| choice == value)
        {
            let problem = Problem::error(place.pointer(), codes::NOT_IN_CHOICES);
            outcome = self.broken(problem.with("allowed", choices.clone()).with("value", value));
        }
        if let Some(pattern) = &text.pattern
            && !pattern.is_match(value)
        {
            let problem = Problem::error(place.pointer(), codes::PATTERN);
            outcome = self.broken(problem.with("pattern", pattern.as_str()).with("value", value));
        }
        if text.format == Some(Format::Date) && day::parse(value).is_none() {
            outcome = self.broken(Problem::error(place.pointer(), codes::NOT_A_DATE).with("value", value));
        }
        outcome
    }
}

/// What ArchivesSpace takes as it comes: the branches of trees, which only a server writes, and the inside of searches.
fn taken_unseen(kind: &str, property: &str) -> bool {
    match property {
        "children" => kind.ends_with("_tree"),
        "query" => kind == "advanced_query",
        "subqueries" => kind == "boolean_query",
        _ => false,
    }
}

/// What a shape wants, as a word for the message.
fn wanted(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "text",
        Shape::Integer => "integer",
        Shape::Number => "number",
        Shape::Boolean => "boolean",
        Shape::UriText { .. } => "address",
        Shape::Link { .. } => "reference",
        Shape::Array { .. } => "list",
        Shape::Nested(_) | Shape::OneOf(_) | Shape::Object { .. } => "record",
        Shape::AnyOf(shapes) => shapes.first().map_or("text", wanted),
    }
}

/// A value short enough for a sentence.
fn brief(value: &Value) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            Value::String(if text.chars().count() > 40 {
                text.chars().take(39).chain(['…']).collect()
            } else {
                text
            })
        }
        other => other.clone(),
    }
}
