//! Derived values, kind by kind.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;

/// Records by address.
struct Known(BTreeMap<&'static str, Record>);

impl Lookup for Known {
    fn record(&self, uri: &str) -> Option<Record> {
        self.0.get(uri).cloned()
    }
}

fn known(records: &[(&'static str, &str, Value)]) -> Known {
    Known(records.iter().map(|(uri, kind, doc)| (*uri, record(kind, doc.clone()))).collect())
}

fn record(kind: &str, doc: Value) -> Record {
    Record::from_value(kind, doc).unwrap()
}

fn derived(kind: &str, doc: Value, lookup: &dyn Lookup) -> Map<String, Value> {
    let mut record = record(kind, doc);
    derive(Registry::shipped(), &mut record, lookup);
    record.doc
}

#[test]
fn display_strings_say_what_archivesspace_says() {
    let dates = json!([
        {"begin": "1950", "end": "1960-12", "date_type": "inclusive"},
        {"begin": "1955", "date_type": "bulk"},
        {"expression": "undated", "begin": "1900"}
    ]);
    for (kind, doc, expected) in [
        ("accession", json!({"title": "Letters", "id_0": "1"}), Some("Letters")),
        ("accession", json!({"id_0": "2024", "id_1": "07"}), Some("2024-07")),
        (
            "archival_object",
            json!({"title": "Letters", "dates": dates}),
            Some("Letters, 1950 - 1960-12, bulk: 1955, undated"),
        ),
        ("archival_object", json!({"dates": [{"begin": "1950"}]}), Some("1950")),
        ("archival_object", json!({"title": "<title>Faust</title>"}), Some("<title>Faust</title>")),
        ("archival_object", json!({}), None),
        (
            "digital_object_component",
            json!({"label": "Disc 1", "dates": [{"begin": "1950"}]}),
            Some("Disc 11950"),
        ),
        (
            "digital_object_component",
            json!({"title": "T", "label": "L", "dates": [{"begin": "1950"}]}),
            Some("T, 1950"),
        ),
        ("classification_term", json!({"title": "Term"}), Some("Term")),
        ("repository", json!({"name": "Archive", "repo_code": "ARC"}), Some("Archive (ARC)")),
        (
            "container_profile",
            json!({"name": "P", "depth": "30", "height": "10.5", "width": "20", "dimension_units": "feet", "extent_dimension": "width"}),
            Some("P [30d, 10.5h, 20w feet] extent measured by width"),
        ),
        ("location_profile", json!({"name": "P", "depth": "30", "height": "10.5"}), Some("P")),
        (
            "location_profile",
            json!({"name": "P", "depth": "30", "height": "10.5", "width": "20", "dimension_units": "inches"}),
            Some("P [30d, 10.5h, 20w Inches]"),
        ),
    ] {
        let doc = derived(kind, doc, &Alone);
        assert_eq!(doc.get("display_string").and_then(Value::as_str), expected, "{kind}");
    }
}

#[test]
fn subjects_and_locations_have_titles() {
    let lookup = known(&[("/terms/1", "term", json!({"term": "Letters"}))]);
    let terms = json!({"terms": ["/terms/1", {"term": "Austria"}]});
    assert_eq!(derived("subject", terms.clone(), &lookup)["title"], "Letters -- Austria");
    assert_eq!(derived("subject", terms, &Alone).get("title"), None);
    let location = json!({
        "building": "Main", "floor": "2", "area": "North", "barcode": "B1",
        "coordinate_1_label": "Shelf", "coordinate_1_indicator": "7", "coordinate_2_label": "Row"
    });
    assert_eq!(derived("location", location, &Alone)["title"], "Main, 2, North [B1, Shelf: 7, Row: ]");
    assert_eq!(derived("location", json!({"building": "Main"}), &Alone)["title"], "Main []");
}

#[test]
fn names_sort_by_their_parts() {
    for (kind, name, expected) in [
        (
            "agent_person",
            json!({"primary_name": "Mann", "rest_of_name": "Thomas", "name_order": "inverted"}),
            "Mann, Thomas",
        ),
        (
            "agent_person",
            json!({"primary_name": "Mann", "rest_of_name": "Thomas", "name_order": "direct"}),
            "Thomas Mann",
        ),
        (
            "agent_person",
            json!({"primary_name": "A", "prefix": "p", "suffix": "s", "title": "t", "number": "n", "fuller_form": "f", "dates": "d", "qualifier": "q"}),
            "A, p, s, t, n (f), d (q)",
        ),
        (
            "agent_family",
            json!({"family_name": "F", "prefix": "p", "qualifier": "q", "dates": "d", "location": "l"}),
            "F, p (q) (d) (l)",
        ),
        (
            "agent_corporate_entity",
            json!({"primary_name": "C", "subordinate_name_1": "1", "subordinate_name_2": "2", "number": "n", "qualifier": "q", "dates": "d", "location": "l"}),
            "C. 1. 2, n (q) (d) (l)",
        ),
        (
            "agent_software",
            json!({"software_name": "S", "version": "9", "manufacturer": "M", "qualifier": "q", "dates": "d"}),
            "M S 9 (q), d",
        ),
        (
            "agent_person",
            json!({"primary_name": "x", "sort_name": "own", "sort_name_auto_generate": false}),
            "own",
        ),
    ] {
        let doc = derived(kind, json!({"names": [name]}), &Alone);
        assert_eq!(doc["title"], expected);
        assert_eq!(doc["display_name"]["sort_name"], expected);
        assert_eq!(title(Registry::shipped(), &record(kind, json!({"names": doc["names"]}))), expected);
    }
}

#[test]
fn sort_names_end_at_255_characters() {
    let doc = derived("agent_family", json!({"names": [{"family_name": "ö".repeat(300)}]}), &Alone);
    assert_eq!(doc["title"].as_str().map(|title| title.chars().count()), Some(255));
}

#[test]
fn dates_of_existence_tell_the_shown_name_from_others() {
    for (date, expected) in [
        (json!({"structured_date_single": {"date_expression": "born 1875"}}), "A (born 1875)"),
        (json!({"structured_date_single": {"date_standardized": "1875-06-06"}}), "A (1875)"),
        (
            json!({"structured_date_single": {"date_standardized": "1875", "date_standardized_type": "not_before"}}),
            "A (Not Before 1875)",
        ),
        (
            json!({"structured_date_range": {
                "begin_date_standardized": "1875", "begin_date_standardized_type": "not_after",
                "end_date_standardized": "1955", "end_date_standardized_type": "standard"
            }}),
            "A (Not After 1875-1955)",
        ),
        (
            json!({"structured_date_range": {"begin_date_standardized": "1875-06", "end_date_standardized": "1955"}}),
            "A (1875-1955)",
        ),
        (json!({"structured_date_range": {"begin_date_expression": "spring 1875"}}), "A (spring 1875)"),
    ] {
        let names = json!([{"primary_name": "A"}, {"primary_name": "B"}]);
        let doc = derived("agent_person", json!({"names": names, "dates_of_existence": [date]}), &Alone);
        assert_eq!(doc["names"][0]["sort_name"], expected);
        assert_eq!(doc["names"][1]["sort_name"], "B");
    }
}

#[test]
fn dates_of_existence_are_in_names_of_persons_and_software_only() {
    let dates = json!([{"structured_date_single": {"date_expression": "1900"}}]);
    for (kind, name, expected) in [
        ("agent_person", json!({"primary_name": "A"}), "A (1900)"),
        ("agent_person", json!({"primary_name": "A", "dates": "1901"}), "A, 1901"),
        ("agent_software", json!({"software_name": "A"}), "A (1900)"),
        ("agent_family", json!({"family_name": "A"}), "A"),
        ("agent_corporate_entity", json!({"primary_name": "A"}), "A"),
    ] {
        let agent = json!({"names": [name], "dates_of_existence": dates});
        assert_eq!(derived(kind, agent.clone(), &Alone)["title"], expected, "{kind}");
        assert_eq!(title(Registry::shipped(), &record(kind, agent)), expected, "{kind}");
    }
}

#[test]
fn one_name_is_authorized_and_one_is_shown() {
    let flags = |names: Value| {
        let doc = derived("agent_person", json!({ "names": names }), &Alone);
        let flag = |name: &Value, property: &str| name[property] == true;
        let names = doc["names"].as_array().unwrap();
        names.iter().map(|name| (flag(name, "authorized"), flag(name, "is_display_name"))).collect::<Vec<_>>()
    };
    assert_eq!(flags(json!([{"primary_name": "A"}, {"primary_name": "B"}])), [(true, true), (false, false)]);
    assert_eq!(
        flags(json!([{"primary_name": "A"}, {"primary_name": "B", "authorized": true}])),
        [(false, false), (true, true)]
    );
    assert_eq!(
        flags(
            json!([{"primary_name": "A", "is_display_name": true}, {"primary_name": "B", "authorized": true}])
        ),
        [(false, true), (true, false)]
    );
    assert_eq!(
        flags(json!([{"primary_name": "A"}, {"primary_name": "A", "authorized": true}])),
        [(true, true)]
    );
}

#[test]
fn containers_say_where_they_are_and_what_they_hold() {
    let lookup = known(&[
        ("/c/1", "archival_object", json!({"level": "series", "component_id": "II"})),
        ("/r/1", "resource", json!({"title": "Papers", "id_0": "MS", "id_1": "4"})),
        ("/p/1", "container_profile", json!({"name": "Hollinger"})),
        ("/l/1", "location", json!({"building": "Main"})),
    ]);
    let doc = derived(
        "top_container",
        json!({
            "type": "box", "indicator": "4", "barcode": "123", "series": [{"ref": "/c/1"}], "collection": [{"ref": "/r/1"}],
            "container_profile": {"ref": "/p/1"}, "container_locations": [{"ref": "/l/1"}]
        }),
        &lookup,
    );
    assert_eq!(doc["display_string"], "Box 4: Series II [Barcode: 123]");
    assert_eq!(
        doc["long_display_string"],
        "Box 4 [Barcode: 123], Hollinger, Main [], MS--4, Papers, Series II"
    );
    assert_eq!(
        title(Registry::shipped(), &record("top_container", Value::Object(doc))),
        "Box 4: Series II [Barcode: 123]"
    );
    let changed = json!({"type": "box", "indicator": "5", "display_string": "Box 4: Series II"});
    assert_eq!(title(Registry::shipped(), &record("top_container", changed)), "Box 5");
}

#[test]
fn lists_get_titles_identifiers_and_dates() {
    let registry = Registry::shipped();
    for (kind, doc, expected_title, expected_identifier, expected_dates) in [
        (
            "resource",
            json!({"title": "<emph>My</emph> papers &amp; more", "id_0": "MS", "id_1": "4", "dates": [{"begin": "1900", "end": "1950"}]}),
            "My papers & more",
            Some("MS-4"),
            Some("1900 - 1950"),
        ),
        ("archival_object", json!({"title": "Box list", "component_id": "c1"}), "Box list", Some("c1"), None),
        (
            "resource",
            json!({"title": "T", "dates": [{"expression": "1897–1968"}, {"expression": "bulk 1904–1962", "date_type": "bulk"}, {"expression": "mostly 1950s", "date_type": "bulk"}]}),
            "T",
            None,
            Some("1897–1968, bulk 1904–1962, bulk: mostly 1950s"),
        ),
        ("digital_object", json!({"title": "Scans", "digital_object_id": "do1"}), "Scans", Some("do1"), None),
        (
            "event",
            json!({"event_type": "accession", "date": {"begin": "2020"}}),
            "Accession, 2020",
            None,
            Some("2020"),
        ),
        (
            "event",
            json!({"event_type": "accession", "timestamp": "2020-01-02T03:04:05Z"}),
            "Accession, 2020-01-02",
            None,
            Some("2020-01-02"),
        ),
        ("classification", json!({"title": "Records", "identifier": "R"}), "Records", Some("R"), None),
        ("user", json!({"username": "ada"}), "ada", None, None),
        (
            "agent_person",
            json!({"names": [{"primary_name": "A", "authority_id": "n1"}], "dates_of_existence": [{"structured_date_single": {"date_expression": "1900"}}]}),
            "A (1900)",
            Some("n1"),
            Some("1900"),
        ),
    ] {
        let record = record(kind, doc);
        assert_eq!(title(registry, &record), expected_title);
        assert_eq!(identifier(&record).as_deref(), expected_identifier, "{kind}");
        assert_eq!(dates(&record).as_deref(), expected_dates, "{kind}");
    }
    assert!(!title(registry, &record("resource", json!({}))).is_empty());
}
