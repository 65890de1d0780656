//! The schema files as JSON Schemas, for readers that are not ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn files() -> Vec<(PathBuf, Value)> {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let records = fs::read_dir(schemas.join("records")).unwrap().map(|entry| entry.unwrap().path());
    records
        .chain([schemas.join("system.json")])
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.clone(), serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()))
        .collect()
}

#[test]
fn every_file_is_a_valid_schema_of_2020_12() {
    for (path, schema) in files() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{}", path.display());
        if let Err(error) = jsonschema::meta::validate(&schema) {
            panic!("{}: {error} at {}", path.display(), error.instance_path());
        }
    }
}

#[test]
fn every_reference_leads_to_a_file() {
    let files = files();
    let names: Vec<&str> = files.iter().filter_map(|(_, schema)| schema["$id"].as_str()).collect();
    for (path, schema) in &files {
        assert_eq!(path.file_stem().and_then(|stem| stem.to_str()), schema["$id"].as_str());
        let mut targets = Vec::new();
        references(schema, &mut targets);
        for target in targets {
            assert!(names.contains(&target.as_str()), "{}: {target:?} is no file", path.display());
        }
    }
}

/// What `$ref` and `x-extends` name.
fn references(schema: &Value, targets: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(target) if name == "$ref" || name == "x-extends" => {
                        targets.push(target.clone())
                    }
                    _ => references(value, targets),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, targets)),
        _ => {}
    }
}
