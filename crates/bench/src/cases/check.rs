//! Validation with all errors and paths, beside the bare JSON Schema validator.

use anyhow::{Result, anyhow};
use record::{Record, Registry, check};
use serde_json::{Value, json};

use crate::Scale;
use crate::data::{self, Numbers};
use crate::measure::{Goal, Line, busy, in_turn};

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let mut numbers = Numbers::new(3);
    let count = scale.0.min(20_000);
    let values: Vec<Value> =
        (0..count).map(|n| data::component_record(n, "/repositories/2/resources/1", &mut numbers)).collect();
    let registry = Registry::shipped();
    let records: Vec<Record> = values
        .iter()
        .map(|v| check::clean(registry, Record::new("archival_object", data::object(v.clone()))))
        .collect();
    let validator = jsonschema::validator_for(&floor_schema()).map_err(|e| anyhow!("{e}"))?;
    let product = |_| {
        Ok::<_, anyhow::Error>(
            busy(|| records.iter().map(|r| check::check(registry, registry, r).len()).sum::<usize>()).0,
        )
    };
    let floor = |_| Ok(busy(|| values.iter().map(|v| validator.iter_errors(v).count()).sum::<usize>()).0);
    let (ours, bare) = in_turn(5, product, floor)?;
    Ok(vec![Line::new("check a component, all problems", "s cpu", ours, bare, Goal(1.25))])
}

/// The component's schema as a plain JSON Schema, as far as the records use it.
fn floor_schema() -> Value {
    let date = json!({"type": "object", "required": ["date_type", "label"], "properties": {
        "date_type": {"enum": ["single", "bulk", "inclusive"]}, "label": {"enum": ["creation", "publication", "issued"]},
        "expression": {"type": "string", "maxLength": 255}, "begin": {"type": "string", "maxLength": 255},
        "end": {"type": "string", "maxLength": 255}}});
    let extent = json!({"type": "object", "required": ["portion", "number", "extent_type"], "properties": {
        "portion": {"enum": ["whole", "part"]}, "number": {"type": "string"}, "extent_type": {"enum": ["linear_feet", "cubic_feet"]}}});
    let note = json!({"type": "object", "required": ["type"], "properties": {
        "type": {"type": "string"}, "publish": {"type": "boolean"}, "persistent_id": {"type": "string", "maxLength": 255},
        "subnotes": {"type": "array", "items": {"type": "object", "required": ["content"], "properties": {
            "content": {"type": "string", "maxLength": 65000}, "publish": {"type": "boolean"}}}}}});
    json!({"type": "object", "required": ["level", "resource"], "properties": {
        "jsonmodel_type": {"type": "string"}, "title": {"type": "string", "minLength": 1, "maxLength": 8192},
        "ref_id": {"type": "string", "maxLength": 255, "pattern": "^[a-zA-Z0-9\\-_:.]*$"},
        "level": {"enum": ["class", "collection", "file", "fonds", "item", "series", "subseries"]},
        "publish": {"type": "boolean"},
        "resource": {"type": "object", "required": ["ref"], "properties": {"ref": {"type": "string", "pattern": "^/repositories/\\d+/resources/\\d+$"}}},
        "dates": {"type": "array", "items": date}, "extents": {"type": "array", "items": extent}, "notes": {"type": "array", "items": note}}})
}
