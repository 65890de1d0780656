//! The kinds as plain JSON Schema, twice: as they are answered (`accession`) and as they are taken
//! (`accession_input`), because the server drops empties and what it makes itself before it checks.
//! Inline records are taken as `…_inline`, and as `…_named` where they must say their kind.

use std::collections::BTreeSet;

use record::Registry;
use record::schema::{EnumList, Format, Kind, Property, Shape, Text};
use serde_json::{Map, Value, json};

/// How a kind stands in a document that is sent, or that it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// As the server answers it.
    Answered,
    /// As the body of a request.
    Input,
    /// Inside another record, where only this kind can stand.
    Inline,
    /// Inside another record, where several kinds can stand.
    Named,
}

impl Use {
    fn of_inline(self, named: Self) -> Self {
        if self == Self::Answered { Self::Answered } else { named }
    }
}

/// What the description refers to and so must contain.
#[derive(Debug, Default)]
pub(super) struct Needed {
    kinds: BTreeSet<(String, Use)>,
    lists: BTreeSet<String>,
}

impl Needed {
    /// A reference to a kind.
    pub(super) fn kind(&mut self, kind: &str, used: Use) -> Value {
        self.kinds.insert((kind.to_owned(), used));
        json!({"$ref": format!("#/components/schemas/{}", kind_name(kind, used))})
    }

    fn list(&mut self, list: &str) -> Value {
        self.lists.insert(list.to_owned());
        json!({"$ref": format!("#/components/schemas/{}", list_name(list))})
    }
}

fn kind_name(kind: &str, used: Use) -> String {
    match used {
        Use::Answered => kind.to_owned(),
        Use::Input => format!("{kind}_input"),
        Use::Inline => format!("{kind}_inline"),
        Use::Named => format!("{kind}_named"),
    }
}

/// Name of the schema of a controlled list.
pub(super) fn list_name(list: &str) -> String {
    format!("list.{list}")
}

/// The schemas of everything that is needed, and of what that needs in turn.
pub(super) fn components(registry: &'static Registry, mut needed: Needed) -> Map<String, Value> {
    let mut done: BTreeSet<(String, Use)> = BTreeSet::new();
    let mut schemas = Map::new();
    schemas.insert("Empty".to_owned(), empty());
    while let Some(next) = needed.kinds.iter().find(|next| !done.contains(*next)).cloned() {
        if let Some(kind) = registry.kind(&next.0) {
            schemas
                .insert(kind_name(&next.0, next.1), Writer { needed: &mut needed, used: next.1 }.kind(kind));
        }
        done.insert(next);
    }
    for list in needed.lists.iter().filter_map(|name| registry.list(name)) {
        schemas.insert(list_name(&list.name), controlled(list));
    }
    schemas.sort_keys();
    schemas
}

/// What counts as absent, at any depth.
fn empty() -> Value {
    json!({
        "anyOf": [
            {"enum": [null, ""]},
            {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Empty"}},
        ],
    })
}

fn controlled(list: &EnumList) -> Value {
    json!({"type": "string", "enum": list.values, "x-editable": list.editable})
}

/// Writes schemas for one use.
struct Writer<'a> {
    needed: &'a mut Needed,
    used: Use,
}

impl Writer<'_> {
    fn kind(&mut self, kind: &Kind) -> Value {
        let mut properties: Vec<&Property> = kind.properties.iter().collect();
        properties.retain(|property| self.used == Use::Answered || !property.read_only);
        // The body of a request is of its route's kind, whatever it says.
        properties.retain(|property| property.name != "jsonmodel_type");
        let mut schema = self.object(&properties);
        let mut required: Vec<Value> =
            schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let own = json!({"const": kind.name});
        match self.used {
            Use::Input => {}
            Use::Inline => put(&mut schema, "properties", "jsonmodel_type", maybe(own)),
            Use::Answered => put(&mut schema, "properties", "jsonmodel_type", own),
            Use::Named => {
                put(&mut schema, "properties", "jsonmodel_type", own);
                required.push(json!("jsonmodel_type"));
            }
        }
        // The schema has addresses; the answer has the terms themselves, as that of ArchivesSpace.
        if self.used == Use::Answered && kind.name == "vocabulary" {
            let term = self.needed.kind("term", Use::Answered);
            put(
                &mut schema,
                "properties",
                "terms",
                json!({"type": "array", "items": term, "readOnly": true}),
            );
        }
        if kind.is_reference && self.used != Use::Answered && !required.contains(&json!("ref")) {
            required.push(json!("ref"));
        }
        if let Some(map) = schema.as_object_mut()
            && !required.is_empty()
        {
            map.insert("required".to_owned(), Value::Array(required));
        }
        schema
    }

    fn object(&mut self, properties: &[&Property]) -> Value {
        let mut members = Map::new();
        let mut required = Vec::new();
        for property in properties {
            let must = self.used != Use::Answered && needs(property);
            let shape = self.shape(&property.shape, property);
            let mut schema = match &property.shape {
                _ if must || self.used == Use::Answered => shape,
                inner => inside(inner, shape),
            };
            if let Some(map) = schema.as_object_mut() {
                if property.read_only {
                    map.insert("readOnly".to_owned(), json!(true));
                }
                if let Some(default) = default(property) {
                    map.insert("default".to_owned(), default.clone());
                }
            }
            if must {
                required.push(property.name.clone());
            }
            members.insert(property.name.clone(), schema);
        }
        let mut schema = json!({"type": "object", "properties": members});
        if let (false, Some(map)) = (required.is_empty(), schema.as_object_mut()) {
            map.insert("required".to_owned(), json!(required));
        }
        schema
    }

    fn shape(&mut self, shape: &Shape, property: &Property) -> Value {
        match shape {
            Shape::Text(text) => self.text(text, needs(property)),
            Shape::Integer => json!({"type": "integer", "minimum": i64::MIN, "maximum": u64::MAX}),
            Shape::Number => json!({"type": "number"}),
            Shape::Boolean => json!({"type": "boolean"}),
            Shape::Nested(kind) => self.needed.kind(kind, self.used.of_inline(Use::Inline)),
            Shape::OneOf(kinds) => {
                let used = self.used.of_inline(Use::Named);
                let kinds: Vec<Value> = kinds.iter().map(|kind| self.needed.kind(kind, used)).collect();
                json!({"anyOf": kinds, "discriminator": {"propertyName": "jsonmodel_type"}})
            }
            Shape::Link { to, properties } => self.link(to, properties),
            Shape::UriText { to } => self.address(to),
            Shape::Array { items, min_items } => self.array(items, *min_items, property),
            Shape::AnyOf(shapes) => self.any_of(shapes, property),
            Shape::Object { properties } => {
                let used = self.used;
                let properties: Vec<&Property> =
                    properties.iter().filter(|own| used == Use::Answered || !own.read_only).collect();
                let schema = self.object(&properties);
                if used == Use::Answered || properties.is_empty() { schema } else { droppable(schema) }
            }
        }
    }

    fn text(&mut self, text: &Text, must: bool) -> Value {
        if self.used == Use::Answered {
            return json!({"type": "string"});
        }
        // Any value is taken for an instant: the server makes its own.
        if text.format == Some(Format::DateTime) {
            return json!({});
        }
        if let Some(list) = &text.list {
            return self.needed.list(list);
        }
        if let Some(choices) = &text.choices {
            return json!({"type": "string", "enum": choices});
        }
        let mut schema = json!({"type": "string"});
        let Some(map) = schema.as_object_mut() else { return schema };
        let least = text.min.max(usize::from(must));
        if least > 0 {
            map.insert("minLength".to_owned(), json!(least));
        }
        if let Some(most) = text.max {
            map.insert("maxLength".to_owned(), json!(most));
        }
        if let Some(pattern) = &text.pattern {
            map.insert("pattern".to_owned(), json!(pattern.as_str()));
        }
        schema
    }

    fn link(&mut self, to: &[String], properties: &[Property]) -> Value {
        let answered = self.used == Use::Answered;
        let own: Vec<&Property> = properties.iter().filter(|own| answered || !own.read_only).collect();
        let mut schema = self.object(&own);
        if answered {
            put(&mut schema, "properties", "_resolved", json!({"type": "object", "readOnly": true}));
            return schema;
        }
        let address = self.address(to);
        let told = address.get("pattern").is_some();
        let own_ref = properties.iter().find(|own| own.name == "ref");
        // One that only the server sets says nothing, whatever it is.
        if own_ref.is_none_or(|own| !own.read_only) {
            let must = own_ref.is_some_and(needs);
            put(&mut schema, "properties", "ref", if must { address } else { maybe(address) });
        }
        let mut schema = droppable(schema);
        // A record where the address of one kind should stand says nothing.
        if let (1, true, Some(nothing)) = (to.len(), told, schema.pointer_mut("/anyOf/1")) {
            put_here(
                nothing,
                "properties",
                json!({"ref": {"type": ["object", "string", "null"], "maxLength": 0}}),
            );
            let others: Vec<&str> =
                own.iter().map(|own| own.name.as_str()).filter(|name| *name != "ref").collect();
            put_here(nothing, "patternProperties", empties(&others));
        }
        schema
    }

    fn address(&self, to: &[String]) -> Value {
        let mut schema = json!({"type": "string", "x-link": to});
        // What is no record's kind, as the `string` of an index entry, is any text.
        if let Some(pattern) = address_pattern(to).filter(|_| self.used != Use::Answered) {
            put_here(&mut schema, "pattern", json!(pattern));
        }
        schema
    }

    fn array(&mut self, items: &Shape, least: usize, property: &Property) -> Value {
        let element = self.shape(items, property);
        if self.used == Use::Answered {
            return json!({"type": "array", "items": element});
        }
        // Empties are dropped from lists, so the server counts only what is left.
        let mut schema = json!({"type": "array", "items": inside(items, element)});
        if least > 0 {
            put_here(&mut schema, "minItems", json!(least));
        }
        schema
    }

    fn any_of(&mut self, shapes: &[Shape], property: &Property) -> Value {
        let untyped_refused = matches!(shapes, [Shape::Text(_), Shape::Nested(_)]);
        let choices: Vec<Value> = shapes
            .iter()
            .map(|shape| match shape {
                Shape::Nested(kind) if untyped_refused => {
                    self.needed.kind(kind, self.used.of_inline(Use::Named))
                }
                shape => self.shape(shape, property),
            })
            .collect();
        json!({"anyOf": choices})
    }
}

/// What the server fills in, where that is a value that it would take: of one list the usual value is none of its own.
fn default(property: &Property) -> Option<&Value> {
    let default = property.default.as_ref().filter(|default| **default != json!(""))?;
    let list = match &property.shape {
        Shape::Text(Text { list: Some(list), .. }) => Registry::shipped().list(list),
        _ => None,
    };
    list.is_none_or(|list| default.as_str().is_some_and(|value| list.has(value))).then_some(default)
}

/// Whether a document without it is refused.
fn needs(property: &Property) -> bool {
    let filled = property.default.as_ref().is_some_and(|default| *default != json!(""));
    property.required && !property.read_only && !filled
}

/// A value, or what counts as none.
fn maybe(schema: Value) -> Value {
    if schema.as_object().is_some_and(Map::is_empty) {
        return schema;
    }
    let empty = json!({"$ref": "#/components/schemas/Empty"});
    json!({"anyOf": [schema, empty]})
}

/// A value, or what is dropped in its place: empties, and records of which no member is known.
fn inside(shape: &Shape, schema: Value) -> Value {
    let mut schema = maybe(schema);
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else { return schema };
    match shape {
        Shape::Nested(kind) => choices.extend(unknown_members(kind)),
        // A record where the address of one kind should stand says nothing.
        Shape::AnyOf(shapes) if !matches!(shapes[..], [Shape::Text(_), Shape::Nested(_)]) => {
            let nested = shapes.iter().filter_map(|shape| match shape {
                Shape::Nested(kind) => unknown_members(kind),
                _ => None,
            });
            choices.extend(nested);
        }
        Shape::UriText { to } if to.len() == 1 => choices.push(json!({"type": "object"})),
        _ => {}
    }
    schema
}

/// An object that vanishes when none of its members is known.
fn droppable(schema: Value) -> Value {
    let known: Vec<&str> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str)
        .collect();
    let nothing = nothing_but_unknown(&known);
    json!({"anyOf": [schema, nothing]})
}

fn unknown_members(kind: &str) -> Option<Value> {
    let kind = Registry::shipped().kind(kind)?;
    let known: Vec<&str> =
        kind.properties.iter().filter(|own| !own.read_only).map(|own| own.name.as_str()).collect();
    Some(nothing_but_unknown(&known))
}

fn nothing_but_unknown(known: &[&str]) -> Value {
    json!({"type": "object", "patternProperties": empties(known)})
}

/// Members that are there and empty.
fn empties(known: &[&str]) -> Value {
    if known.is_empty() {
        return json!({});
    }
    json!({format!("^({})$", known.join("|")): {"$ref": "#/components/schemas/Empty"}})
}

/// What the addresses of records of these kinds look like.
fn address_pattern(kinds: &[String]) -> Option<String> {
    let one = |kind: &String| {
        let template = Registry::shipped().kind(kind)?.uri.as_ref()?;
        let path =
            template.as_str().replace("{repo_id}", "[1-9][0-9]{0,8}").replace("{id}", "[1-9][0-9]{0,8}");
        let key = if template.has_id() { "" } else { "/[1-9][0-9]{0,8}" };
        Some(format!("{path}{key}"))
    };
    let paths: Vec<String> = kinds.iter().filter_map(one).collect();
    (!paths.is_empty()).then(|| format!("^({})$", paths.join("|")))
}

fn put(schema: &mut Value, group: &str, name: &str, value: Value) {
    if let Some(members) = schema.get_mut(group).and_then(Value::as_object_mut) {
        members.insert(name.to_owned(), value);
    }
}

fn put_here(schema: &mut Value, name: &str, value: Value) {
    if let Some(map) = schema.as_object_mut() {
        map.insert(name.to_owned(), value);
    }
}
