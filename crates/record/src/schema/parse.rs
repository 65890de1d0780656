//! From schema files to kinds. Strict: an unknown keyword, list or kind is an error.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

use super::names::Names;
use super::{EnumList, Format, Keyword, Kind, Merge, Permissions, Property, Search, Shape, Text};
use crate::Error;
use crate::uri::UriTemplate;

const STANDARD: [&str; 19] = [
    "$schema",
    "$id",
    "$ref",
    "type",
    "properties",
    "required",
    "items",
    "minItems",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "enum",
    "default",
    "readOnly",
    "oneOf",
    "anyOf",
    "title",
    "description",
];

struct Context<'a> {
    file: &'a str,
    enums: &'a BTreeMap<String, EnumList>,
    kinds: &'a BTreeMap<&'a str, Value>,
}

impl Context<'_> {
    fn error(&self, reason: impl Into<String>) -> Error {
        Error::Schema { file: self.file.to_owned(), reason: reason.into() }
    }

    fn known(&self, kind: &str) -> Result<String, Error> {
        if self.kinds.contains_key(kind) || kind == "string" {
            Ok(kind.to_owned())
        } else {
            Err(self.error(format!("there is no kind {kind:?}")))
        }
    }
}

pub(super) fn kinds(
    records: &[(&'static str, &'static str)],
    system: &str,
    enums: &BTreeMap<String, EnumList>,
) -> Result<BTreeMap<String, Kind>, Error> {
    let json = |file: &str, text: &str| -> Result<Value, Error> {
        serde_json::from_str(text).map_err(|e| Error::Schema { file: file.to_owned(), reason: e.to_string() })
    };
    let mut sources = BTreeMap::new();
    for (name, text) in records {
        sources.insert(*name, json(name, text)?);
    }
    let system =
        properties(&Context { file: "system", enums, kinds: &sources }, &json("system", system)?, "system")?;
    let mut kinds = BTreeMap::new();
    for (name, source) in &sources {
        let context = Context { file: name, enums, kinds: &sources };
        let mut kind = one(&context, source)?;
        let mut up = kind.extends.clone();
        while let Some(parent) = up {
            let source = sources
                .get(parent.as_str())
                .ok_or_else(|| context.error(format!("extends {parent:?}, which is missing")))?;
            let inherited = properties(&Context { file: &parent, enums, kinds: &sources }, source, &parent)?;
            let own = std::mem::take(&mut kind.properties);
            let mut merged: Vec<Property> =
                inherited.into_iter().filter(|p| own.iter().all(|o| o.name != p.name)).collect();
            merged.extend(own);
            kind.properties = merged;
            up = source.get("x-extends").and_then(Value::as_str).map(str::to_owned);
        }
        for property in &system {
            if kind.properties.iter().all(|own| own.name != property.name) {
                kind.properties.push(property.clone());
            }
        }
        kind.reindex();
        kinds.insert(kind.name.clone(), kind);
    }
    Ok(kinds)
}

fn one(context: &Context<'_>, source: &Value) -> Result<Kind, Error> {
    let object = source.as_object().ok_or_else(|| context.error("not an object"))?;
    let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text("$id").unwrap_or_default();
    if name != context.file {
        return Err(context.error(format!("$id is {name:?}, not the file's name")));
    }
    vocabulary(context, object)?;
    let mut permissions = Permissions::default();
    for (action, codes) in object.get("x-permission").and_then(Value::as_object).into_iter().flatten() {
        permissions.by_action.insert(action.clone(), strings(codes));
    }
    let display = text("x-display").unwrap_or_default();
    Ok(Kind {
        extends: text("x-extends"),
        is_abstract: object.contains_key("x-abstract"),
        is_reference: object.contains_key("x-reference"),
        uri: text("x-uri").map(|uri| UriTemplate::new(&uri)),
        permissions,
        display: display
            .split('|')
            .map(|alternative| {
                alternative.split('-').map(|part| part.trim().to_owned()).filter(|p| !p.is_empty()).collect()
            })
            .filter(|alternative: &Vec<String>| !alternative.is_empty())
            .collect(),
        properties: properties(context, source, &name)?,
        index: Names::default(),
        wanted: 0,
        linking: Vec::new(),
        name,
    })
}

fn vocabulary(context: &Context<'_>, object: &Map<String, Value>) -> Result<(), Error> {
    for key in object.keys() {
        if !STANDARD.contains(&key.as_str()) && Keyword::parse(key).is_none() {
            return Err(context.error(format!("unknown keyword {key:?}")));
        }
    }
    Ok(())
}

fn properties(context: &Context<'_>, source: &Value, declared_by: &str) -> Result<Vec<Property>, Error> {
    let required = source.get("required").map(strings).unwrap_or_default();
    let warned = source.get("x-warn").map(strings).unwrap_or_default();
    let mut list = Vec::new();
    for (name, schema) in source.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let object = schema.as_object().ok_or_else(|| context.error(format!("{name} is not an object")))?;
        vocabulary(context, object)?;
        list.push(Property {
            name: name.clone(),
            declared_by: declared_by.to_owned(),
            shape: shape(context, name, object)?,
            required: required.contains(name),
            warned: warned.contains(name),
            read_only: object.get("readOnly").and_then(Value::as_bool).unwrap_or(false),
            default: object.get("default").cloned(),
            search: object.get("x-search").map(|v| search(context, name, v)).transpose()?,
            merge: object.get("x-merge").map(|v| merge(context, name, v)).transpose()?,
        });
    }
    Ok(list)
}

fn shape(context: &Context<'_>, name: &str, schema: &Map<String, Value>) -> Result<Shape, Error> {
    if let Some(kind) = schema.get("$ref").and_then(Value::as_str) {
        return Ok(Shape::Nested(context.known(kind)?));
    }
    if let Some(kinds) = schema.get("oneOf").and_then(Value::as_array) {
        let kinds: Vec<String> = kinds
            .iter()
            .map(|k| {
                k.get("$ref")
                    .and_then(Value::as_str)
                    .ok_or_else(|| context.error(format!("{name}: oneOf takes $ref")))
                    .and_then(|k| context.known(k))
            })
            .collect::<Result<_, _>>()?;
        return Ok(Shape::OneOf(kinds));
    }
    if let Some(shapes) = schema.get("anyOf").and_then(Value::as_array) {
        let shapes = shapes
            .iter()
            .map(|s| {
                s.as_object()
                    .ok_or_else(|| context.error(format!("{name}: anyOf takes objects")))
                    .and_then(|s| shape(context, name, s))
            })
            .collect::<Result<_, _>>()?;
        return Ok(Shape::AnyOf(shapes));
    }
    let to = schema
        .get("x-link")
        .map(|to| strings(to).iter().map(|k| context.known(k)).collect::<Result<Vec<_>, _>>())
        .transpose()?;
    match (schema.get("type").and_then(Value::as_str), to) {
        (Some("object"), Some(to)) => {
            Ok(Shape::Link { to, properties: properties(context, &Value::Object(schema.clone()), name)? })
        }
        (Some("object"), None) => {
            Ok(Shape::Object { properties: properties(context, &Value::Object(schema.clone()), name)? })
        }
        (Some("string"), Some(to)) => Ok(Shape::UriText { to }),
        (Some("string"), None) => Ok(Shape::Text(text(context, name, schema)?)),
        (Some("integer"), _) => Ok(Shape::Integer),
        (Some("number"), _) => Ok(Shape::Number),
        (Some("boolean"), _) => Ok(Shape::Boolean),
        (Some("array"), _) => {
            let items = schema
                .get("items")
                .and_then(Value::as_object)
                .ok_or_else(|| context.error(format!("{name}: array without items")))?;
            let min_items = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            Ok(Shape::Array {
                items: Box::new(shape(context, name, items)?),
                min_items: usize::try_from(min_items).unwrap_or(0),
            })
        }
        (other, _) => Err(context.error(format!("{name}: type {other:?}"))),
    }
}

fn text(context: &Context<'_>, name: &str, schema: &Map<String, Value>) -> Result<Text, Error> {
    let number = |key: &str| schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let list = schema.get("x-enum").and_then(Value::as_str).map(str::to_owned);
    if let Some(list) = &list
        && !context.enums.contains_key(list)
    {
        return Err(context.error(format!("{name}: there is no list {list:?}")));
    }
    Ok(Text {
        min: number("minLength").unwrap_or(0),
        max: number("maxLength"),
        pattern: schema
            .get("pattern")
            .and_then(Value::as_str)
            .map(|p| Regex::new(p).map_err(|e| context.error(format!("{name}: {e}"))))
            .transpose()?,
        choices: schema.get("enum").map(strings),
        list,
        format: match schema.get("format").and_then(Value::as_str) {
            None => None,
            Some("date") => Some(Format::Date),
            Some("date-time") => Some(Format::DateTime),
            Some(other) => return Err(context.error(format!("{name}: format {other:?}"))),
        },
    })
}

fn search(context: &Context<'_>, name: &str, value: &Value) -> Result<Search, Error> {
    match value.as_str() {
        Some("title") => Ok(Search::Title),
        Some("identifier") => Ok(Search::Identifier),
        Some("text") => Ok(Search::Text),
        Some("facet") => Ok(Search::Facet),
        Some("date") => Ok(Search::Date),
        other => Err(context.error(format!("{name}: x-search {other:?}"))),
    }
}

fn merge(context: &Context<'_>, name: &str, value: &Value) -> Result<Merge, Error> {
    let keys = |rest: &str| rest.split(',').filter(|k| !k.is_empty()).map(str::to_owned).collect();
    match value.as_str().map(|v| v.split_once(':').unwrap_or((v, ""))) {
        Some(("set", rest)) => Ok(Merge::Set(keys(rest))),
        Some(("key", rest)) => Ok(Merge::Key(keys(rest))),
        Some(("aligned", _)) => Ok(Merge::Aligned),
        Some(("atomic", _)) => Ok(Merge::Atomic),
        Some(("restrict", _)) => Ok(Merge::Restrict),
        other => Err(context.error(format!("{name}: x-merge {other:?}"))),
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
