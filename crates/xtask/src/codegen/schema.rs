//! The schemas as the form needs them: inheritance resolved, one file.

use anyhow::Result;
use record::Registry;
use record::schema::{EnumList, Format, Kind, Property, Shape};
use serde_json::{Map, Value, json};

pub(super) fn bundle() -> Result<String> {
    let registry = Registry::shipped();
    let kinds: Map<String, Value> = registry.kinds().map(|k| (k.name.clone(), kind(k))).collect();
    let enums: Map<String, Value> = registry.lists().map(|l| (l.name.clone(), list(l))).collect();
    Ok(format!("{{\n\"kinds\": {},\n\"enums\": {}\n}}\n", lines(&kinds)?, lines(&enums)?))
}

/// An entry a line: small enough to load, and a change shows as the lines that it changes.
fn lines(entries: &Map<String, Value>) -> Result<String> {
    let entries =
        entries.iter().map(|(name, entry)| Ok(format!("{}: {}", json!(name), serde_json::to_string(entry)?)));
    Ok(format!("{{\n{}\n}}", entries.collect::<Result<Vec<_>>>()?.join(",\n")))
}

fn kind(kind: &Kind) -> Value {
    let mut out = Map::new();
    if let Some(extends) = &kind.extends {
        out.insert("extends".to_owned(), json!(extends));
    }
    if let Some(uri) = &kind.uri {
        out.insert("uri".to_owned(), json!(uri.as_str()));
    }
    if kind.is_abstract {
        out.insert("abstract".to_owned(), json!(true));
    }
    if kind.is_reference {
        out.insert("reference".to_owned(), json!(true));
    }
    out.insert("properties".to_owned(), properties(&kind.properties));
    Value::Object(out)
}

fn properties(properties: &[Property]) -> Value {
    properties.iter().filter(|p| p.declared_by != "system").map(property).collect()
}

fn property(property: &Property) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(property.name));
    out.insert("declaredBy".to_owned(), json!(property.declared_by));
    for (name, flag) in
        [("required", property.required), ("warned", property.warned), ("readOnly", property.read_only)]
    {
        if flag {
            out.insert(name.to_owned(), json!(true));
        }
    }
    if let Some(default) = &property.default {
        out.insert("default".to_owned(), default.clone());
    }
    out.insert("shape".to_owned(), shape(&property.shape));
    Value::Object(out)
}

fn shape(shape_: &Shape) -> Value {
    match shape_ {
        Shape::Text(text) => {
            let mut out = Map::new();
            out.insert("type".to_owned(), json!("text"));
            if let Some(max) = text.max {
                out.insert("max".to_owned(), json!(max));
            }
            if let Some(choices) = &text.choices {
                out.insert("choices".to_owned(), json!(choices));
            }
            if let Some(list) = &text.list {
                out.insert("list".to_owned(), json!(list));
            }
            if let Some(format) = text.format {
                let name = match format {
                    Format::Date => "date",
                    Format::DateTime => "date-time",
                };
                out.insert("format".to_owned(), json!(name));
            }
            Value::Object(out)
        }
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Nested(kind) => json!({ "type": "nested", "kind": kind }),
        Shape::OneOf(kinds) => json!({ "type": "oneOf", "kinds": kinds }),
        Shape::Link { to, properties: own } => {
            json!({ "type": "link", "to": to, "properties": properties(own) })
        }
        Shape::UriText { to } => json!({ "type": "uri", "to": to }),
        Shape::Array { items, min_items } => {
            json!({ "type": "array", "items": shape(items), "min": min_items })
        }
        Shape::AnyOf(shapes) => {
            json!({ "type": "anyOf", "shapes": shapes.iter().map(shape).collect::<Vec<_>>() })
        }
        Shape::Object { properties: own } => json!({ "type": "object", "properties": properties(own) }),
    }
}

fn list(list: &EnumList) -> Value {
    json!({ "values": list.values, "default": list.default, "editable": list.editable })
}
