//! The kinds in the form of schema that ArchivesSpace has: types as `JSONModel(:subject) uri`, `ifmissing`,
//! `dynamic_enum`, `readonly`. For clients that were written to read those.

use record::schema::{Format, Kind, Property, Shape, Text};
use serde_json::{Map, Value, json};

const DIALECT: &str = "http://www.archivesspace.org/archivesspace.json";

/// The schema of a kind.
pub(crate) fn schema(kind: &Kind) -> Value {
    let mut schema = json!({"$schema": DIALECT, "version": 1, "type": "object"});
    if let Some(parent) = &kind.extends {
        put(&mut schema, "parent", json!(parent));
    }
    if kind.is_reference {
        put(&mut schema, "subtype", json!("ref"));
    }
    if let Some(uri) = &kind.uri {
        let path = uri.as_str().trim_end_matches("/{id}").replace('{', ":").replace('}', "");
        put(&mut schema, "uri", json!(path));
    }
    put(&mut schema, "properties", properties(&kind.properties));
    schema
}

fn properties(properties: &[Property]) -> Value {
    properties.iter().map(|own| (own.name.clone(), property(own))).collect::<Map<_, _>>().into()
}

fn property(property: &Property) -> Value {
    let mut schema = shape(&property.shape);
    // Every record names its kind, at the latest when the server reads it.
    let required = property.required || property.name == "jsonmodel_type";
    let missing = if required { Some("error") } else { property.warned.then_some("warn") };
    if let Some(missing) = missing {
        put(&mut schema, "ifmissing", json!(missing));
    }
    if property.read_only {
        put(&mut schema, "readonly", json!(true));
    }
    if let Some(default) = &property.default {
        put(&mut schema, "default", default.clone());
    }
    schema
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text(own) => text(own),
        Shape::Integer => json!({"type": "integer"}),
        Shape::Number => json!({"type": "number"}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Nested(kind) => json!({"type": inline(kind)}),
        Shape::OneOf(kinds) => json!({"type": alternatives(kinds.iter().map(|kind| inline(kind)))}),
        Shape::UriText { to } => json!({"type": addresses(to)}),
        Shape::Link { to, properties: own } => link(to, own),
        Shape::Array { items, min_items } => {
            let mut schema = json!({"type": "array", "items": self::shape(items)});
            if *min_items > 0 {
                put(&mut schema, "minItems", json!(min_items));
            }
            schema
        }
        Shape::AnyOf(shapes) => json!({"type": any_of(shapes)}),
        Shape::Object { properties: own } if own.is_empty() => json!({"type": "object"}),
        Shape::Object { properties: own } => json!({"type": "object", "properties": properties(own)}),
    }
}

fn text(text: &Text) -> Value {
    let kind = match text.format {
        Some(Format::Date) => "date",
        Some(Format::DateTime) => "date-time",
        None => "string",
    };
    let mut schema = json!({"type": kind});
    if text.min > 0 {
        put(&mut schema, "minLength", json!(text.min));
    }
    if let Some(most) = text.max {
        put(&mut schema, "maxLength", json!(most));
    }
    if let Some(pattern) = &text.pattern {
        put(&mut schema, "pattern", json!(crate::wording::ruby_pattern(pattern.as_str())));
    }
    if let Some(choices) = &text.choices {
        put(&mut schema, "enum", json!(choices));
    }
    if let Some(list) = &text.list {
        put(&mut schema, "dynamic_enum", json!(list));
    }
    schema
}

fn link(to: &[String], own: &[Property]) -> Value {
    let mut members = properties(own);
    if let Some(address) = members.get_mut("ref") {
        put(address, "type", addresses(to));
    }
    put(&mut members, "_resolved", json!({"type": "object", "readonly": true}));
    json!({"type": "object", "subtype": "ref", "properties": members})
}

fn inline(kind: &str) -> String {
    if kind == "string" { kind.to_owned() } else { format!("JSONModel(:{kind}) object") }
}

fn addresses(to: &[String]) -> Value {
    alternatives(to.iter().map(|kind| format!("JSONModel(:{kind}) uri")))
}

/// One type by its name, several as a list of schemas.
fn alternatives(types: impl Iterator<Item = String>) -> Value {
    let types: Vec<String> = types.collect();
    match types.as_slice() {
        [] => json!("string"),
        [one] => json!(one),
        many => many.iter().map(|kind| json!({"type": kind})).collect(),
    }
}

/// Plain types by their names, others as schemas.
fn any_of(shapes: &[Shape]) -> Value {
    let schemas: Vec<Value> = shapes.iter().map(shape).collect();
    let plain = |schema: &Value| {
        let members = schema.as_object()?;
        (members.len() == 1).then(|| members.get("type").cloned()).flatten()
    };
    let names: Option<Vec<Value>> = schemas.iter().map(plain).collect();
    match names {
        Some(names)
            if !names.iter().any(|name| name.as_str().is_none_or(|name| name.starts_with("JSONModel"))) =>
        {
            Value::Array(names)
        }
        _ => Value::Array(schemas),
    }
}

fn put(schema: &mut Value, name: &str, value: Value) {
    if let Some(map) = schema.as_object_mut() {
        map.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use record::Registry;

    use super::*;

    #[test]
    fn kinds_are_told_in_the_form_of_archivesspace() {
        let told = |kind: &str| schema(Registry::shipped().kind(kind).unwrap());
        let date = told("date");
        assert_eq!(
            date["properties"]["date_type"],
            json!({"type": "string", "dynamic_enum": "date_type", "ifmissing": "error"})
        );
        assert_eq!(date["properties"]["expression"], json!({"type": "string", "maxLength": 255}));
        assert_eq!(date["properties"]["lock_version"], json!({"type": ["integer", "string"]}));
        let event = told("event");
        assert_eq!(event["uri"], "/repositories/:repo_id/events");
        let agents = &event["properties"]["linked_agents"];
        assert_eq!((&agents["minItems"], &agents["ifmissing"]), (&json!(1), &json!("error")));
        let wanted = json!([
            {"type": "JSONModel(:agent_corporate_entity) uri"}, {"type": "JSONModel(:agent_family) uri"},
            {"type": "JSONModel(:agent_person) uri"}, {"type": "JSONModel(:agent_software) uri"},
        ]);
        assert_eq!(agents["items"]["properties"]["ref"], json!({"type": wanted, "ifmissing": "error"}));
        let terms = &told("subject")["properties"]["terms"]["items"]["type"];
        assert_eq!(*terms, json!([{"type": "JSONModel(:term) uri"}, {"type": "JSONModel(:term) object"}]));
    }
}
