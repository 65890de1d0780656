//! One case for every code, and the verdict's spelling of places.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::Severity;

fn problems(kind: &str, doc: Value) -> Vec<Problem> {
    let registry = Registry::shipped();
    check(registry, registry, &clean(registry, Record::from_value(kind, doc).unwrap()))
}

/// `kind`, document, and what is wrong with it: pointer and code.
type Case = (&'static str, Value, &'static [(&'static str, &'static str)]);

fn schema_cases() -> Vec<Case> {
    let extent = |number: Value| json!({"portion": "whole", "number": number, "extent_type": "volumes"});
    vec![
        ("no_such_kind", json!({}), &[("", "unknown_kind")]),
        ("extent", extent(json!("3")), &[]),
        ("extent", extent(json!("")), &[("/number", "missing")]),
        ("extent", extent(json!(3)), &[("/number", "wrong_type")]),
        ("extent", extent(json!("3".repeat(256))), &[("/number", "too_long")]),
        (
            "extent",
            json!({"portion": "whole", "number": "3", "extent_type": "sacks"}),
            &[("/extent_type", "not_in_list")],
        ),
        (
            "structured_date_single",
            json!({"date_role": "begin", "date_expression": "x"}),
            &[("/date_standardized_type", "missing_advised")],
        ),
        (
            "subject",
            json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": []}),
            &[("/terms", "too_few_items")],
        ),
        (
            "date_field_query",
            json!({"field": "f", "comparator": "near", "value": "2000-01-01"}),
            &[("/comparator", "not_in_choices")],
        ),
        ("repository", json!({"repo_code": "A", "name": "N", "url": "example.org"}), &[("/url", "pattern")]),
        ("user_defined", json!({"date_1": "one fine day"}), &[("/date_1", "not_a_date")]),
        ("lang_material", json!({"notes": [{"jsonmodel_type": "note_text"}]}), &[("/notes/0", "wrong_kind")]),
        (
            "note_multipart",
            json!({"type": "scopecontent", "subnotes": [{"content": "x"}]}),
            &[("/subnotes/0", "missing_type")],
        ),
        ("note_index", json!({"content": [3]}), &[("/content/0", "wrong_type")]),
        (
            "digital_object",
            json!({"digital_object_id": "d", "title": "t", "subjects": [{"ref": "/agents/people/1"}]}),
            &[("/subjects/0/ref", "wrong_reference")],
        ),
        (
            "digital_object",
            json!({"digital_object_id": "d", "title": "t", "subjects": [{"ref": "/subjects/local_0a"}]}),
            &[],
        ),
    ]
}

fn description_cases() -> Vec<Case> {
    let component = |more: Value| {
        let mut doc =
            json!({"resource": {"ref": "/repositories/2/resources/1"}, "level": "file", "title": "t"});
        doc.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        doc
    };
    let note = |restriction: Value| json!({"type": "accessrestrict", "subnotes": [{"jsonmodel_type": "note_text", "content": "x"}], "rights_restriction": restriction});
    vec![
        (
            "accession",
            json!({"id_0": "a", "id_2": "c", "accession_date": "2024-01-01"}),
            &[("/id_1", "identifier_gap")],
        ),
        (
            "resource",
            json!({
                "title": "t", "id_0": "1", "level": "collection", "finding_aid_language": "eng", "finding_aid_script": "Latn",
                "extents": [{"portion": "whole", "number": "3", "extent_type": "volumes"}],
                "dates": [{"label": "creation", "date_type": "single", "begin": "1900"}],
                "lang_materials": [{"notes": [{"jsonmodel_type": "note_langmaterial", "type": "langmaterial", "content": ["x"]}]}]
            }),
            &[("/lang_materials", "language_missing")],
        ),
        (
            "archival_object",
            component(json!({"level": "otherlevel"})),
            &[("/other_level", "other_level_missing")],
        ),
        (
            "archival_object",
            component(json!({"title": null})),
            &[("/dates", "title_or_date"), ("/title", "title_or_date")],
        ),
        (
            "digital_object_component",
            json!({"digital_object": {"ref": "/repositories/2/digital_objects/1"}}),
            &[
                ("/dates", "label_title_or_date"),
                ("/title", "label_title_or_date"),
                ("/label", "label_title_or_date"),
            ],
        ),
        ("note_bioghist", json!({"label": "x"}), &[("/subnotes", "subnotes_missing")]),
        ("note_multipart", note(json!({"begin": "1999"})), &[("/rights_restriction/begin", "not_a_day")]),
        (
            "note_multipart",
            note(json!({"begin": "1999-01-01", "end": "1998-01-01"})),
            &[("/rights_restriction/end", "end_before_begin")],
        ),
        ("note_multipart", note(json!({"begin": "1999-01-01", "end": "2098-01-01"})), &[]),
    ]
}

fn date_cases() -> Vec<Case> {
    let date = |begin: Value, end: Value| json!({"label": "creation", "date_type": "inclusive", "begin": begin, "end": end});
    let structured = |kind: &str, more: Value| {
        let mut doc = json!({"date_label": "existence", "date_type_structured": kind});
        doc.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        doc
    };
    let range = |begin: Value, end: Value| json!({"begin_date_standardized_type": "standard", "end_date_standardized_type": "standard", "begin_date_standardized": begin, "end_date_standardized": end});
    let single = json!({"date_role": "begin", "date_expression": "x", "date_standardized_type": "standard"});
    let both = json!({"structured_date_single": single, "structured_date_range": range(json!("1900"), json!("1901"))});
    vec![
        ("date", date(json!("2000-05"), json!("2000")), &[]),
        ("date", date(json!("spring"), json!("2000")), &[("/begin", "not_a_partial_date")]),
        ("date", date(json!("2000-05"), json!("1999")), &[("/end", "end_before_begin")]),
        (
            "date",
            date(json!(null), json!("")),
            &[("/expression", "date_empty"), ("/begin", "date_empty"), ("/end", "date_empty")],
        ),
        (
            "structured_date_label",
            structured("single", json!({})),
            &[("/structured_date_single", "date_form_missing")],
        ),
        (
            "structured_date_label",
            structured("single", both),
            &[("/structured_date_single", "date_form_double")],
        ),
        (
            "structured_date_label",
            structured("range", json!({"structured_date_single": single})),
            &[("/structured_date_range", "date_form_mismatch")],
        ),
        (
            "structured_date_single",
            json!({"date_role": "begin", "date_standardized_type": "standard"}),
            &[("/date_standardized", "date_value_missing")],
        ),
        (
            "structured_date_single",
            json!({"date_role": "begin", "date_standardized_type": "standard", "date_standardized": "around 1900"}),
            &[("/date_standardized", "not_a_standard_date")],
        ),
        (
            "structured_date_range",
            range(json!("1901"), json!("1900-12")),
            &[("/begin_date_standardized", "end_before_begin")],
        ),
        (
            "structured_date_range",
            range(json!("1900-02-30"), json!("1901")),
            &[("/begin_date_standardized", "no_such_day")],
        ),
        ("structured_date_range", range(json!("12-1900"), json!("1901")), &[]),
        (
            "structured_date_range",
            range(json!(null), json!("1901")),
            &[("/end_date_standardized", "range_end_alone")],
        ),
        (
            "structured_date_range",
            range(json!(null), json!(null)),
            &[("/begin_date_expression", "range_begin_missing")],
        ),
    ]
}

fn agent_cases() -> Vec<Case> {
    let existence = json!([{"date_label": "creation", "date_type_structured": "single", "structured_date_single": {"date_role": "begin", "date_expression": "x", "date_standardized_type": "standard"}}]);
    let name = json!({"primary_name": "n", "name_order": "direct", "sort_name": "n", "source": "local"});
    let software = json!({"names": [{"software_name": "s", "sort_name": "s"}], "agent_sources": [{"source_entry": "x"}]});
    vec![
        (
            "agent_person",
            json!({"names": [name], "dates_of_existence": existence}),
            &[("/dates_of_existence/0/date_label", "existence_label")],
        ),
        ("agent_software", software, &[("/agent_sources", "not_for_software")]),
        ("agent_topic", json!({}), &[("/subjects", "subject_missing")]),
        ("agent_sources", json!({}), &[("/source_entry", "source_empty")]),
        ("agent_alternate_set", json!({}), &[("/set_component", "alternate_set_empty")]),
        ("used_language", json!({"script": "Latn"}), &[("/language", "language_or_note")]),
        (
            "name_family",
            json!({"family_name": "f", "sort_name_auto_generate": false}),
            &[("/sort_name", "sort_name_missing")],
        ),
        (
            "name_family",
            json!({"family_name": "f", "sort_name": "f", "authority_id": "n1"}),
            &[("/source", "authority_without_source")],
        ),
        (
            "rights_statement",
            json!({"rights_type": "license", "start_date": "2000-01-01"}),
            &[("/license_terms", "rights_part_missing")],
        ),
    ]
}

fn container_cases() -> Vec<Case> {
    let container = |more: Value| {
        let mut doc = json!({"top_container": {"ref": "/repositories/2/top_containers/1"}});
        doc.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        doc
    };
    let profile = |height: &str, limit: &str| json!({"name": "n", "dimension_units": "feet", "extent_dimension": "width", "depth": "1", "width": "1.25", "height": height, "stacking_limit": limit});
    vec![
        (
            "location",
            json!({"building": "b", "coordinate_1_label": "l"}),
            &[("/barcode", "location_incomplete")],
        ),
        (
            "container_location",
            json!({"status": "previous", "start_date": "2000-01-01", "ref": "/locations/1"}),
            &[("/end_date", "end_date_missing")],
        ),
        (
            "instance",
            json!({"instance_type": "digital_object"}),
            &[("/digital_object", "digital_object_missing")],
        ),
        ("instance", json!({"instance_type": "mixed_materials"}), &[("/sub_container", "container_missing")]),
        (
            "instance",
            json!({"instance_type": "mixed_materials", "digital_object": {"ref": "/repositories/2/digital_objects/1"}}),
            &[("/instance_type", "digital_object_misplaced")],
        ),
        ("sub_container", container(json!({"type_2": "box"})), &[("/type_2", "container_level_incomplete")]),
        (
            "sub_container",
            container(json!({"type_3": "box", "indicator_3": "1"})),
            &[("/type_2", "container_level_skipped")],
        ),
        ("container_profile", profile("10.125", "2"), &[("/height", "not_a_measure")]),
        ("container_profile", profile("10.12", "two"), &[("/stacking_limit", "not_a_count")]),
        ("location_profile", json!({"name": "n", "height": "high"}), &[("/height", "not_a_measure")]),
    ]
}

fn management_cases() -> Vec<Case> {
    let event = |more: Value| {
        let mut doc = json!({
            "event_type": "accession",
            "linked_agents": [{"ref": "/agents/people/1", "role": "implementer"}],
            "linked_records": [{"ref": "/repositories/2/accessions/1", "role": "source"}]
        });
        doc.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        doc
    };
    let date = json!({"label": "event", "date_type": "single", "begin": "2000"});
    vec![
        (
            "collection_management",
            json!({"processing_total_extent": "3"}),
            &[("/processing_total_extent_type", "extent_type_missing")],
        ),
        (
            "collection_management",
            json!({"processing_hours_total": "many"}),
            &[("/processing_hours_total", "not_a_decimal")],
        ),
        ("user_defined", json!({"integer_1": "1.5"}), &[("/integer_1", "not_an_integer")]),
        (
            "assessment",
            json!({
                "records": [{"ref": "/repositories/2/accessions/1"}], "surveyed_by": [{"ref": "/agents/people/1"}],
                "survey_begin": "2020-01-01", "monetary_value": "a lot"
            }),
            &[("/monetary_value", "not_an_amount")],
        ),
        (
            "event",
            event(json!({"date": date, "timestamp": "2000-01-01"})),
            &[("/date", "event_time_double"), ("/timestamp", "event_time_double")],
        ),
        ("event", event(json!({})), &[("/date", "event_time_missing"), ("/timestamp", "event_time_missing")]),
        ("event", event(json!({"timestamp": "noon"})), &[("/timestamp", "not_a_time")]),
        ("event", event(json!({"timestamp": "2024-03-15T09:30:00Z"})), &[]),
        ("field_query", json!({"field": "title"}), &[("/value", "query_value_missing")]),
        (
            "find_and_replace_job",
            json!({"find": "a", "replace": "b", "record_type": "extent", "property": "weight", "base_record_uri": "/x"}),
            &[("/property", "unknown_property")],
        ),
    ]
}

fn cases() -> Vec<Case> {
    [schema_cases(), description_cases(), date_cases(), agent_cases(), container_cases(), management_cases()]
        .concat()
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let mut wrong = Vec::new();
    for (kind, doc, expected) in cases() {
        let found = problems(kind, doc.clone());
        let mut found: Vec<_> =
            found.iter().map(|problem| (problem.pointer.as_str(), problem.code.as_ref())).collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{kind} {doc}: found {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Valid by themselves, and refused when they are saved.
fn saving_cases() -> Vec<Case> {
    let document = json!({"title": "Letter", "location": "http://x"});
    let files = json!([{"file_uri": "a", "is_representative": true, "publish": true}, {"file_uri": "b", "is_representative": true}]);
    let name = |name: &str, id: Option<&str>| json!({"primary_name": name, "authority_id": id});
    let marked = json!({"is_representative": true});
    vec![
        ("accession", json!({"title": "Letters <emph>home"}), &[("/title", "markup_broken")]),
        ("resource", json!({"title": "<script>x</script>"}), &[("/title", "markup_forbidden")]),
        (
            "accession",
            json!({"external_documents": [document, document]}),
            &[("/external_documents/1/location", "repeated")],
        ),
        (
            "accession",
            json!({"external_documents": [document], "rights_statements": [
                {"external_documents": [document]},
                {"external_documents": [document, document]}
            ]}),
            &[("/rights_statements/1/external_documents/1/location", "repeated")],
        ),
        (
            "agent_person",
            json!({"names": [name("A", Some("n1")), name("B", None), name("C", Some("n1"))]}),
            &[("/names/2/authority_id", "authority_repeated")],
        ),
        // The save makes one of two names that say the same.
        ("agent_person", json!({"names": [name("A", Some("n1")), name("A", Some("n1"))]}), &[]),
        (
            "resource",
            json!({"instances": [marked, marked]}),
            &[("/instances/1/is_representative", "one_only")],
        ),
        ("accession", json!({"instances": [marked, marked]}), &[]),
        (
            "digital_object",
            json!({"file_versions": files}),
            &[
                ("/file_versions/1/is_representative", "one_only"),
                ("/file_versions/1/is_representative", "representative_unpublished"),
            ],
        ),
        ("custom_report_template", json!({"data": "{\"fields\": {}}"}), &[("/field", "report_empty")]),
        ("accession", json!({"title": "Letters <emph>home</emph>", "external_documents": [document]}), &[]),
    ]
}

#[test]
fn each_rule_of_saving_finds_what_breaks_it() {
    for (kind, doc, expected) in saving_cases() {
        let found = on_saving(&Record::from_value(kind, doc.clone()).unwrap());
        let found: Vec<_> =
            found.iter().map(|problem| (problem.pointer.as_str(), problem.code.as_ref())).collect();
        assert_eq!(found, expected, "{kind} {doc}");
    }
}

#[test]
fn each_code_has_a_case() {
    /// Parts that the schema asks for before the rule does, and a text that no field of the shipped schemas is too short for.
    const BEFORE: [&str; 3] = ["date_role_missing", "identifier_type_missing", "too_short"];
    let covered: BTreeSet<&str> = cases()
        .iter()
        .chain(&saving_cases())
        .flat_map(|(_, _, expected)| expected.iter().map(|(_, code)| *code))
        .collect();
    let missing: Vec<_> =
        codes::ALL.iter().filter(|code| !covered.contains(**code) && !BEFORE.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn advice_does_not_make_a_record_invalid() {
    let found = problems("name_family", json!({"family_name": "f", "sort_name": "f", "authority_id": "n1"}));
    assert!(found.iter().all(|problem| problem.severity == Severity::Warning));
}

#[test]
fn cleaning_drops_what_says_nothing_and_fills_in_what_is_meant() {
    let doc = json!({
        "id_0": "1", "title": "", "nonsense": 1, "display_string": "x", "accession_date": "6 May 1914",
        "extents": [{"number": "", "junk": {}}, {"number": "3"}], "subjects": [{"_resolved": {"a": 1}}]
    });
    let registry = Registry::shipped();
    let cleaned = clean(registry, Record::from_value("accession", doc).unwrap());
    assert_eq!(cleaned.doc["extents"], json!([{"number": "3", "jsonmodel_type": "extent"}]));
    assert_eq!(cleaned.doc["subjects"], json!([]));
    assert_eq!(cleaned.text("accession_date"), Some("1914-05-06"));
    assert_eq!(cleaned.text("jsonmodel_type"), Some("accession"));
    for gone in ["title", "nonsense", "display_string"] {
        assert!(!cleaned.doc.contains_key(gone), "{gone}");
    }
}

#[test]
fn verdicts_spell_places_as_archivesspace_does() {
    let registry = Registry::shipped();
    for (kind, doc, key) in [
        ("accession", json!({"id_0": "a", "id_2": "c", "accession_date": "2024-01-01"}), "identifier"),
        ("location", json!({"building": "b"}), "coded_errors"),
        ("agent_alternate_set", json!({}), "agent_sources"),
        ("note_multipart", json!({"type": "scopecontent", "subnotes": [{"content": "x"}]}), "record"),
        (
            "structured_date_label",
            json!({"date_label": "existence", "date_type_structured": "single"}),
            "structured_date_label",
        ),
        ("extent", json!({"portion": "whole", "number": "3", "extent_type": 3}), "unknown"),
    ] {
        let verdict = verdict(registry, registry, kind, doc);
        assert!(!verdict.valid && verdict.errors.contains_key(key), "{kind}: {:?}", verdict.errors);
    }
    let whole = json!({"portion": "whole", "number": "3", "extent_type": "volumes"});
    assert!(verdict(registry, registry, "extent", whole).valid);
    assert!(!verdict(registry, registry, "extent", json!([])).valid);
}
