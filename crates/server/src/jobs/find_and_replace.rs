//! `find_and_replace_job`: replaces a text in one property, in a collection and everything below it. One change, so
//! that it can be taken back as one.

use record::check::{check_whole, on_saving};
use record::schema::{Kind, Shape};
use record::{Record, Registry, Severity};
use regex::{NoExpand, Regex, RegexBuilder};
use serde_json::{Map, Value};
use store::{Expect, Stored, Tx};

use super::run::{Done, Ended, Run, Then};
use super::types::{Asked, wrong};
use crate::app::App;
use crate::reply::Failure;
use crate::{publish, wording};

/// Records between two lines about the progress.
const PROGRESS: usize = 500;
/// Bytes that a compiled expression may take.
const EXPRESSION_MOST: usize = 1 << 20;

/// What is looked for, where, and what is put there.
struct Replacement {
    find: Find,
    replace: String,
    kind: String,
    property: String,
}

enum Find {
    Text(String),
    /// Between slashes: a regular expression.
    Expression(Regex),
}

impl Replacement {
    fn of(job: &Map<String, Value>) -> Result<Self, Failure> {
        let text = |name: &str| job.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (find, replace) = (text("find"), text("replace"));
        let inner =
            find.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|text| !text.is_empty());
        let (find, replace) = match inner {
            None => (Find::Text(find), replace),
            Some(pattern) => {
                let built = RegexBuilder::new(pattern).size_limit(EXPRESSION_MOST).build();
                let expression = built
                    .map_err(|error| wrong("find", format!("This expression cannot be used: {error}")))?;
                (Find::Expression(expression), groups(&replace))
            }
        };
        Ok(Self { find, replace, kind: text("record_type"), property: text("property") })
    }

    /// The text with everything that was found replaced; none when nothing was.
    fn apply(&self, text: &str) -> Option<String> {
        let replaced = match &self.find {
            Find::Text(find) => text.replace(find.as_str(), &self.replace),
            Find::Expression(find) if self.replace.contains('$') => {
                find.replace_all(text, self.replace.as_str()).into_owned()
            }
            Find::Expression(find) => find.replace_all(text, NoExpand(&self.replace)).into_owned(),
        };
        (replaced != text).then_some(replaced)
    }
}

/// `\1` as clients of ArchivesSpace write it becomes `${1}`; a dollar stays a dollar.
fn groups(replace: &str) -> String {
    let mut text = String::with_capacity(replace.len());
    let mut letters = replace.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek().copied()) {
            ('$', _) => text.push_str("$$"),
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                letters.next();
                text.push_str(&format!("${{{digit}}}"));
            }
            _ => text.push(letter),
        }
    }
    text
}

pub(super) fn accepts(asked: &Asked<'_>) -> Result<(), Failure> {
    let replacement = Replacement::of(&asked.job.doc)?;
    let registry = Registry::shipped();
    let kind = registry
        .kind(&replacement.kind)
        .ok_or_else(|| wrong("record_type", format!("There is no kind '{}'", replacement.kind)))?;
    let property = kind.property(&replacement.property).filter(|property| !property.read_only);
    if !property.is_some_and(|property| is_text(&property.shape)) {
        let text = format!("'{}' is no text of {} that can be changed", replacement.property, kind.name);
        return Err(wrong("property", text));
    }
    let base = asked.job.text("base_record_uri").unwrap_or_default();
    let found = asked.app.read(|reader| Ok(reader.head(base)?))?;
    if !found.is_some_and(|head| head.held && head.repo.as_deref() == Some(asked.repo)) {
        return Err(wrong("base_record_uri", format!("There is no record {base} in this repository")));
    }
    Ok(())
}

/// A text, or a list of texts as the content of some notes.
fn is_text(shape: &Shape) -> bool {
    match shape {
        Shape::Text(_) => true,
        Shape::Array { items, .. } => is_text(items),
        _ => false,
    }
}

pub(super) fn run(run: &Run<'_>) -> Done {
    let replacement = Replacement::of(&run.job.doc)?;
    let base = run.job.doc.get("base_record_uri").and_then(Value::as_str).unwrap_or_default().to_owned();
    run.write("find_and_replace", Then::Completed, |tx| {
        let stored = tx.get(&base)?.ok_or_else(|| Ended::Failed(Failure::missing("base record")))?;
        let uris = publish::with_descendants(tx, &stored)?;
        let total = uris.len();
        let (mut changed, mut left, mut suppressed) = (0_usize, 0_usize, 0_usize);
        for (at, uri) in uris.iter().enumerate() {
            run.step()?;
            if at > 0 && at % PROGRESS == 0 {
                run.say(&format!("{at} of {total} records looked at"));
            }
            match one(run.app, tx, uri, &replacement)? {
                Outcome::Same => {}
                Outcome::Changed => changed += 1,
                // Not named: those who read the log may not be shown it.
                Outcome::Suppressed => suppressed += 1,
                Outcome::Left(reason) => {
                    left += 1;
                    run.say(&format!("{uri} stays as it is: {reason}"));
                }
            }
        }
        if suppressed > 0 {
            run.say(&format!("{suppressed} records with the text are suppressed and stay as they are"));
        }
        run.say(&format!("{total} records looked at, {changed} changed, {left} left as they were"));
        Ok(())
    })
}

enum Outcome {
    /// Nothing was found in it.
    Same,
    Changed,
    /// It cannot be changed, nor be spoken of.
    Suppressed,
    /// It would break a rule, which the text says.
    Left(String),
}

fn one(app: &App, tx: &mut Tx<'_>, uri: &str, replacement: &Replacement) -> Result<Outcome, Ended> {
    let Some(stored) = tx.get(uri)? else { return Ok(Outcome::Same) };
    let registry = Registry::shipped();
    let Some(kind) = registry.kind(stored.kind) else { return Ok(Outcome::Same) };
    let mut doc = stored.doc.clone();
    if !inside(kind, &mut doc, replacement) {
        return Ok(Outcome::Same);
    }
    let record = Record::new(stored.kind, doc);
    let mut problems = check_whole(registry, &app.lists()?, &record);
    problems.extend(on_saving(&record));
    problems.retain(|problem| problem.severity == Severity::Error);
    if let Some(problem) = problems.first() {
        return Ok(Outcome::Left(format!("{}: {}", problem.path(), wording::sentence(problem))));
    }
    save(tx, &stored, record)
}

fn save(tx: &mut Tx<'_>, stored: &Stored, record: Record) -> Result<Outcome, Ended> {
    match tx.update(&stored.uri, record.doc, Expect::Any) {
        Ok(_) => Ok(Outcome::Changed),
        Err(store::Error::Invalid(problems)) => {
            let texts: Vec<String> = problems
                .iter()
                .map(|problem| format!("{}: {}", problem.path(), record::message::problem("en", problem)))
                .collect();
            Ok(Outcome::Left(texts.join("; ")))
        }
        Err(store::Error::Refused { code: "suppressed", .. }) => Ok(Outcome::Suppressed),
        Err(error) => Err(error.into()),
    }
}

/// Replaces in a (sub)record and all inside of it; whether anything changed.
fn inside(kind: &Kind, doc: &mut Map<String, Value>, replacement: &Replacement) -> bool {
    let mut changed = false;
    if kind.name == replacement.kind
        && let Some(value) = doc.get_mut(&replacement.property)
    {
        changed |= texts(value, replacement);
    }
    for (name, value) in doc.iter_mut() {
        if let Some(property) = kind.property(name) {
            changed |= value_inside(&property.shape, value, replacement);
        }
    }
    changed
}

/// Replaces in a text, or in every text of a list.
fn texts(value: &mut Value, replacement: &Replacement) -> bool {
    match value {
        Value::String(text) => match replacement.apply(text) {
            Some(replaced) => {
                *text = replaced;
                true
            }
            None => false,
        },
        Value::Array(values) => {
            values.iter_mut().fold(false, |changed, value| changed | texts(value, replacement))
        }
        _ => false,
    }
}

fn value_inside(shape: &Shape, value: &mut Value, replacement: &Replacement) -> bool {
    match (shape, value) {
        (Shape::Array { items, .. }, Value::Array(values)) => {
            values.iter_mut().fold(false, |changed, value| changed | value_inside(items, value, replacement))
        }
        (Shape::AnyOf(shapes), value) => shapes
            .iter()
            .find(|shape| matches!(shape, Shape::Nested(_) | Shape::OneOf(_)))
            .is_some_and(|shape| value_inside(shape, value, replacement)),
        (Shape::Nested(_) | Shape::OneOf(_), Value::Object(map)) => {
            let named = map.get("jsonmodel_type").and_then(Value::as_str).map(str::to_owned);
            let name = match (named, shape) {
                (Some(name), _) => name,
                (None, Shape::Nested(name)) => name.clone(),
                _ => return false,
            };
            Registry::shipped().kind(&name).is_some_and(|kind| inside(kind, map, replacement))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn replacement(find: &str, replace: &str) -> Result<Replacement, Failure> {
        let job = json!({"find": find, "replace": replace, "record_type": "extent", "property": "container_summary"});
        Replacement::of(job.as_object().unwrap())
    }

    #[test]
    fn texts_and_expressions_are_replaced() {
        for (find, replace, text, expected) in [
            ("box", "carton", "2 box, box 3", Some("2 carton, carton 3")),
            ("box", "carton", "folder", None),
            ("a.c", "x", "abc a.c", Some("abc x")),
            (r"/(\d+) box(es)?/", r"\1 carton\2 for $1", "12 boxes", Some("12 cartones for $1")),
            ("/^a/", "$0", "aa", Some("$0a")),
            ("//", "-", "a//b", Some("a-b")),
        ] {
            let replaced = replacement(find, replace).unwrap().apply(text);
            assert_eq!(replaced.as_deref(), expected, "{find} {replace} {text}");
        }
        assert!(matches!(replacement("/(/", ""), Err(Failure::Params(_))));
    }

    #[test]
    fn every_depth_is_reached_and_nothing_else() {
        let kind = Registry::shipped().kind("accession").unwrap();
        let mut doc = json!({
            "title": "2 boxes", "extents": [{"container_summary": "2 boxes"}, {"number": "1"}],
        });
        let map = doc.as_object_mut().unwrap();
        assert!(inside(kind, map, &replacement("boxes", "cartons").unwrap()));
        assert_eq!(doc["extents"][0]["container_summary"], "2 cartons");
        assert_eq!(doc["title"], "2 boxes");
    }
}
