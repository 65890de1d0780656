//! Compares our records with those that ArchivesSpace makes of the same files.
//! Needs the reference material; without it the test says so and passes.
//! Every difference must fall under a rule below, and every rule is explained
//! in docs/IMPORT.md under the same name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

fn reference_material() -> Option<PathBuf> {
    let folder = match std::env::var_os("FONDS_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => {
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().ok()?.parent()?.join("shared")
        }
    };
    folder.is_dir().then_some(folder)
}

/// A leaf where the two differ. `None`: absent on that side.
struct Difference {
    place: String,
    theirs: Option<Value>,
    ours: Option<Value>,
}

/// Records as one document: the resource with its components inside, links replaced by what they point at.
fn document(records: &[Value]) -> Value {
    let by_uri: BTreeMap<&str, &Value> =
        records.iter().map(|record| (record["uri"].as_str().unwrap(), record)).collect();
    let parent_of = |record: &Value| {
        let place = record.get("parent").or_else(|| record.get("resource"));
        place.and_then(|place| place["ref"].as_str()).map(str::to_owned)
    };
    fn build(
        record: &Value,
        records: &[Value],
        by_uri: &BTreeMap<&str, &Value>,
        parent_of: &dyn Fn(&Value) -> Option<String>,
    ) -> Value {
        let uri = record["uri"].as_str().unwrap();
        let children: Vec<Value> = records
            .iter()
            .filter(|child| {
                child["jsonmodel_type"] == "archival_object" && parent_of(child).as_deref() == Some(uri)
            })
            .map(|child| build(child, records, by_uri, parent_of))
            .collect();
        let mut value = clean(record, by_uri);
        if !children.is_empty() {
            value["components"] = children.into();
        }
        value
    }
    let root = records.iter().find(|record| record["jsonmodel_type"] == "resource").unwrap();
    build(root, records, &by_uri, &parent_of)
}

/// Without addresses, random ids and properties that hold their default; texts with even blanks.
fn clean(value: &Value, by_uri: &BTreeMap<&str, &Value>) -> Value {
    const DROPPED: [&str; 14] = [
        "uri",
        "digital_object_id",
        "parent",
        "resource",
        "jsonmodel_type",
        "is_slug_auto",
        "restrictions",
        "restrictions_apply",
        "is_representative",
        "authorized",
        "is_display_name",
        "is_finding_aid_status_published",
        "conference_meeting",
        "jurisdiction",
    ];
    match value {
        Value::Object(object) => {
            if let Some(target) = object.get("ref").and_then(Value::as_str).and_then(|uri| by_uri.get(uri)) {
                let mut linked = clean(target, by_uri);
                linked["kind"] = target["jsonmodel_type"].clone();
                let mut all: Map<String, Value> = object
                    .iter()
                    .filter(|(name, _)| *name != "ref")
                    .map(|(n, v)| (n.clone(), v.clone()))
                    .collect();
                all.insert("to".to_owned(), linked);
                return Value::Object(all);
            }
            let members = object.iter().filter(|(name, _)| !DROPPED.contains(&name.as_str()));
            let mut all: Map<String, Value> =
                members.map(|(name, member)| (name.clone(), clean(member, by_uri))).collect();
            if object.get("jsonmodel_type").is_some_and(|kind| kind == "subject") {
                // Made by the server.
                all.remove("publish");
            }
            if let Some(kind) = object
                .get("jsonmodel_type")
                .filter(|kind| kind.as_str().is_some_and(|k| k.starts_with("note_")))
            {
                all.insert("kind".to_owned(), kind.clone());
            }
            Value::Object(all)
        }
        Value::Array(list) => list.iter().map(|item| clean(item, by_uri)).collect(),
        Value::String(text) => Value::String(even(text)),
        other => other.clone(),
    }
}

/// Blanks around line breaks removed, more than one empty line made one, single breaks and runs of blanks made one blank.
fn even(text: &str) -> String {
    let lines: Vec<String> = text
        .split("\n\n")
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|part| !part.is_empty())
        .collect();
    lines.join("\n\n")
}

fn compare(place: &str, theirs: &Value, ours: &Value, all: &mut Vec<Difference>) {
    match (theirs, ours) {
        _ if theirs == ours => {}
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let place = format!("{place}/{name}");
                match (a.get(name), b.get(name)) {
                    (Some(a), Some(b)) => compare(&place, a, b, all),
                    (a, b) => all.push(Difference { place, theirs: a.cloned(), ours: b.cloned() }),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() && !place.ends_with("subjects") => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}/{at}"), a, b, all);
            }
        }
        (Value::Array(a), Value::Array(b)) => lists(place, a, b, all),
        _ => all.push(Difference {
            place: place.to_owned(),
            theirs: Some(theirs.clone()),
            ours: Some(ours.clone()),
        }),
    }
}

/// Lists of different lengths: equal elements go first, then those that share most, the rest stand alone.
fn lists(place: &str, theirs: &[Value], ours: &[Value], all: &mut Vec<Difference>) {
    let mut left: Vec<&Value> = ours.iter().collect();
    let mut open = Vec::new();
    for value in theirs {
        match left.iter().position(|other| *other == value) {
            Some(at) => drop(left.remove(at)),
            None => open.push(value),
        }
    }
    for value in open {
        let likeness = |other: &Value| {
            let (Some(a), Some(b)) = (value.as_object(), other.as_object()) else { return 0 };
            if let (Some(a), Some(b)) = (a.get("to"), b.get("to")) {
                return usize::from(a["terms"] == b["terms"]);
            }
            let telling = |name: &str| !["publish", "kind", "type"].contains(&name);
            let alike =
                a.iter().filter(|(name, member)| telling(name) && b.get(*name) == Some(member)).count();
            let same_type =
                a.contains_key("subnotes") && a["type"] != "odd" && a.get("type") == b.get("type");
            2 * alike + usize::from(same_type)
        };
        let best = (0..left.len())
            .max_by_key(|at| (likeness(left[*at]), usize::MAX - at))
            .filter(|at| likeness(left[*at]) > 0);
        match best {
            Some(at) => compare(&format!("{place}/*"), value, left.remove(at), all),
            None => {
                all.push(Difference { place: format!("{place}/-"), theirs: Some(value.clone()), ours: None })
            }
        }
    }
    all.extend(left.into_iter().map(|value| Difference {
        place: format!("{place}/+"),
        theirs: None,
        ours: Some(value.clone()),
    }));
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

/// A documented difference: its name in docs/IMPORT.md and what it covers.
type Rule = (&'static str, fn(&str, &Difference) -> bool);

/// In the order in which they are tried.
const RULES: [Rule; 28] = [
    ("coded-values", |_, d| {
        let key = |value| text(value).to_lowercase().replace([' ', '-'], "_");
        let (theirs, ours) = (key(d.theirs.as_ref()), text(d.ours.as_ref()));
        let code = format!("({ours})");
        !ours.is_empty()
            && (theirs == key(d.ours.as_ref())
                || theirs.ends_with(&code)
                || [
                    ("collector", "col"),
                    ("box", "mixed_materials"),
                    ("circa", "approximate"),
                    ("lcnaf", "naf"),
                ]
                .contains(&(theirs.as_str(), ours))
                || (theirs.starts_with("describing_archives") && ours == "dacs"))
    }),
    ("relator-repeats-role", |_, d| {
        d.place.ends_with("/relator") && text(d.theirs.as_ref()) == "subject" && d.ours.is_none()
    }),
    ("one-prefix", |_, d| {
        text(d.theirs.as_ref()).contains(" ns2:")
            && text(d.theirs.as_ref()).replace(" ns2:", " xlink:") == text(d.ours.as_ref())
    }),
    ("level-unspecified", |_, d| {
        d.theirs.is_none()
            && level(&d.place)
            && ["otherlevel", "unspecified"].contains(&text(d.ours.as_ref()))
    }),
    ("internal-inherited", |_, d| {
        d.place.ends_with("/publish") && d.theirs == Some(json!(true)) && d.ours == Some(json!(false))
    }),
    ("digital-object-notes", |_, d| {
        d.place.contains("/digital_object/to/notes/")
            && (text(d.theirs.as_ref()).contains(text(d.ours.as_ref())) || d.place.ends_with("/label"))
    }),
    ("digital-object-title", |_, d| d.place.ends_with("/digital_object/to/title") && d.theirs.is_none()),
    ("file-captions", |_, d| d.place.ends_with("/caption") && d.theirs.is_none()),
    ("titlepage-ignored", |_, d| {
        d.place.starts_with("/finding_aid_") && text(d.theirs.as_ref()).starts_with("TP ") && d.ours.is_none()
    }),
    ("nested-notes-apart", |name, d| {
        let theirs = text(d.theirs.as_ref());
        let marked = ["<legalstatus", "<scopecontent"].iter().any(|tag| theirs.contains(tag));
        let wrapped = d.theirs.as_ref().is_some_and(|note| note["type"] == "legalstatus") && d.ours.is_none();
        (marked && theirs.contains(text(d.ours.as_ref())))
            || (name == "at-tracer"
                && (wrapped || (theirs == "accessrestrict" && text(d.ours.as_ref()) == "legalstatus")))
    }),
    ("note-anywhere", |_, d| note(d, "legalstatus")),
    ("nested-lists-whole", |name, d| {
        name == "edge-lists"
            && d.place.contains("/items/")
            && (text(d.theirs.as_ref()) == "inner" || text(d.ours.as_ref()).starts_with("outer"))
    }),
    ("list-items-clean", |_, d| {
        !text(d.theirs.as_ref()).is_empty()
            && d.place.contains("/items/")
            && text(d.theirs.as_ref()).replace("<p>", "").replace("</p>", "") == text(d.ours.as_ref())
    }),
    ("chronlist-alone", |_, d| {
        d.place.ends_with("/type") && text(d.theirs.as_ref()) == "chronlist" && text(d.ours.as_ref()) == "odd"
    }),
    ("index-entries-apart", |_, d| {
        d.place.contains("/items/")
            && [&d.theirs, &d.ours].iter().any(|v| v.as_ref().is_some_and(|v| v["kind"] == "note_index_item"))
    }),
    ("extent-numbers", |name, d| {
        name == "edge-physdesc" && (d.place.starts_with("/extents/+") || d.ours.is_none())
            || name == "archon-tracer" && d.place == "/extents"
    }),
    ("loose-physdesc-text", |_, d| {
        d.place == "/notes/+"
            && d.ours
                .as_ref()
                .is_some_and(|v| v["content"][0].as_str().is_some_and(|v| v.starts_with("lead text")))
    }),
    ("deep-containers-kept", |_, d| note(d, "physloc")),
    ("container-alone", |_, d| d.place.ends_with("/instances/+") && d.theirs.is_none()),
    ("identifiers-kept", |_, d| {
        d.place.ends_with("/component_id") || (d.place.ends_with("/external_ids") && d.theirs.is_none())
    }),
    ("compact-dates", |_, d| d.place.starts_with("/dates/2/")),
    ("date-labels", |_, d| d.place.starts_with("/dates/") && d.place.ends_with("/label")),
    ("second-title-kept", |_, d| {
        note(d, "odd") && d.ours.as_ref().is_some_and(|note| label(note) == "Title")
    }),
    ("names-kept", |_, d| {
        note(d, "odd") && d.ours.as_ref().is_some_and(|note| ["Name", "Origination"].contains(&label(note)))
    }),
    ("words-beside-access-points", |name, d| name == "archon-tracer" && note(d, "odd")),
    ("subjects-in-lists", |name, d| {
        name == "edge-access"
            && (d.theirs.as_ref().is_some_and(|note| note["type"] == "odd")
                || d.ours.as_ref().is_some_and(|link| link["to"]["terms"][0]["term"] == "In a list"))
    }),
    ("subject-authority-ids", |_, d| {
        d.place.contains("/subjects/")
            && (d.place.ends_with("/authority_id") || d.theirs.is_some() && d.ours.is_none())
    }),
    ("one-undetermined-language", |_, d| {
        d.place == "/lang_materials/-"
            && d.theirs.as_ref().is_some_and(|v| v["language_and_script"]["language"] == "und")
    }),
];

fn level(place: &str) -> bool {
    place.ends_with("/level") || place.ends_with("/other_level")
}

fn label(note: &Value) -> &str {
    note["label"].as_str().unwrap_or_default()
}

/// A note of that type that only we have.
fn note(difference: &Difference, kind: &str) -> bool {
    let ours = difference.ours.as_ref();
    let one = |note: &Value| note["type"] == kind;
    difference.theirs.is_none()
        && ours.is_some_and(|ours| one(ours) || ours.as_array().is_some_and(|list| list.iter().all(one)))
}

#[test]
fn records_equal_those_of_archivesspace_but_for_the_documented_differences() {
    let Some(folder) = reference_material() else {
        eprintln!("left out: no reference material");
        return;
    };
    let folder = folder.join("golden").join("ead-import");
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let mut open = Vec::new();
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    names.sort();
    for path in &names {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let theirs: Vec<Value> =
            serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let bytes = std::fs::read(path).unwrap();
        let import = exchange::ead::read_all(name, bytes.as_slice(), "import")
            .unwrap_or_else(|error| panic!("{error}"));
        let ours: Vec<Value> = import.records.into_iter().map(|record| Value::Object(record.doc)).collect();
        let mut all = Vec::new();
        compare("", &document(&theirs), &document(&ours), &mut all);
        eprintln!(
            "{name}: {} of theirs, {} of ours, {} differences, {} problems",
            theirs.len(),
            ours.len(),
            all.len(),
            import.report.problems.len()
        );
        for difference in all {
            match RULES.iter().find(|(_, covers)| covers(name, &difference)) {
                Some((rule, _)) => *used.entry(rule).or_default() += 1,
                None => open.push(format!(
                    "{name}{}\n   theirs {}\n   ours   {}",
                    difference.place,
                    difference.theirs.unwrap_or(json!(null)),
                    difference.ours.unwrap_or(json!(null))
                )),
            }
        }
    }
    eprintln!("{used:?}");
    let idle: Vec<&str> =
        RULES.iter().map(|(rule, _)| *rule).filter(|rule| !used.contains_key(rule)).collect();
    assert!(idle.is_empty(), "rules that nothing needs: {idle:?}");
    assert!(open.is_empty(), "{} undocumented differences:\n{}", open.len(), open.join("\n"));
}

#[test]
fn the_documentation_lists_every_difference() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/IMPORT.md")).unwrap();
    let section = page.split("\n## ").find(|part| part.starts_with("Differences seen")).unwrap();
    let told: BTreeSet<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name)
        .collect();
    let tested: BTreeSet<&str> = RULES.iter().map(|(name, _)| *name).collect();
    assert_eq!(told, tested);
}
