//! What the merge does with what archivists do: one named case a line of thought.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use record::api::command::{ConflictField, Side};
use record::merge::{Merged, diff, merge, merge_valid, resolve};
use record::{Problem, Record, Registry};
use serde_json::{Value, json};

fn of(kind: &str, doc: Value) -> Record {
    Record::from_value(kind, doc).unwrap()
}

fn run(kind: &str, base: Value, mine: Value, theirs: Value) -> Merged {
    merge(Registry::shipped(), &of(kind, base), &of(kind, mine), &of(kind, theirs))
}

#[track_caller]
fn clean(kind: &str, base: Value, mine: Value, theirs: Value, expect: Value) {
    let merged = run(kind, base, mine, theirs);
    assert_eq!(merged.clashes, Vec::new());
    assert_eq!(merged.record.into_value(), expect);
}

/// Expects one clash at `pointer` and the record as it stays meanwhile.
#[track_caller]
fn clash(kind: &str, base: Value, mine: Value, theirs: Value, pointer: &str, expect: Value) -> ConflictField {
    let merged = run(kind, base, mine, theirs);
    let [field] = merged.clashes.as_slice() else { panic!("{:?}", merged.clashes) };
    assert_eq!(field.pointer, pointer);
    assert_eq!(merged.record.into_value(), expect);
    field.clone()
}

fn note(id: &str, text: &str) -> Value {
    json!({"jsonmodel_type": "note_singlepart", "persistent_id": id, "type": "abstract", "content": [text]})
}

fn text_note(kind: &str, text: &str) -> Value {
    json!({"jsonmodel_type": "note_multipart", "type": kind,
           "subnotes": [{"jsonmodel_type": "note_text", "content": text}]})
}

#[test]
fn the_same_field_twice_is_asked() {
    let field = clash(
        "accession",
        json!({"title": "a"}),
        json!({"title": "b"}),
        json!({"title": "c"}),
        "/title",
        json!({"title": "b"}),
    );
    assert_eq!((field.base, field.mine, field.theirs), (json!("a"), json!("b"), json!("c")));
}

#[test]
fn clearing_a_field_that_was_edited_is_asked() {
    clash(
        "accession",
        json!({"provenance": "a", "title": "t"}),
        json!({"title": "t"}),
        json!({"provenance": "b", "title": "t"}),
        "/provenance",
        json!({"title": "t", "provenance": "b"}),
    );
}

#[test]
fn empty_and_absent_are_the_same() {
    clean(
        "accession",
        json!({"title": "a", "provenance": ""}),
        json!({"title": "b", "publish": false, "dates": []}),
        json!({"title": "a", "provenance": null, "inventory": "i"}),
        json!({"title": "b", "publish": false, "dates": [], "inventory": "i"}),
    );
}

#[test]
fn what_the_server_owns_is_theirs() {
    clean(
        "accession",
        json!({"title": "a", "lock_version": 1}),
        json!({"title": "b", "lock_version": 1}),
        json!({"title": "a", "lock_version": 2, "user_mtime": "2020-01-01T00:00:00Z"}),
        json!({"title": "b", "lock_version": 2, "user_mtime": "2020-01-01T00:00:00Z"}),
    );
}

#[test]
fn links_are_added_and_removed_one_by_one() {
    clean(
        "accession",
        json!({"subjects": [{"ref": "/subjects/1"}, {"ref": "/subjects/2"}]}),
        json!({"subjects": [{"ref": "/subjects/2"}, {"ref": "/subjects/3"}]}),
        json!({"subjects": [{"ref": "/subjects/1"}, {"ref": "/subjects/2"}, {"ref": "/subjects/4"}]}),
        json!({"subjects": [{"ref": "/subjects/2"}, {"ref": "/subjects/4"}, {"ref": "/subjects/3"}]}),
    );
}

#[test]
fn an_agent_with_another_role_is_the_same_link() {
    let agent = |role: &str, title: &str| json!({"linked_agents": [{"ref": "/agents/people/1", "role": role, "title": title}]});
    clean(
        "accession",
        agent("creator", "x"),
        agent("source", "x"),
        agent("creator", "y"),
        agent("source", "y"),
    );
}

#[test]
fn a_link_deleted_here_and_edited_there_is_asked_and_kept() {
    let link = |title: &str| json!({"ref": "/agents/people/1", "role": "creator", "title": title});
    clash(
        "accession",
        json!({"linked_agents": [link("x")]}),
        json!({"linked_agents": []}),
        json!({"linked_agents": [link("y")]}),
        "/linked_agents/0",
        json!({"linked_agents": [link("y")]}),
    );
}

#[test]
fn different_notes_of_one_record() {
    clean(
        "archival_object",
        json!({"notes": [note("1", "a"), note("2", "b")]}),
        json!({"notes": [note("1", "A"), note("2", "b")]}),
        json!({"notes": [note("1", "a"), note("2", "B"), note("3", "c")]}),
        json!({"notes": [note("1", "A"), note("2", "B"), note("3", "c")]}),
    );
}

#[test]
fn a_note_deleted_there_and_edited_here_is_asked_and_kept() {
    let field = clash(
        "archival_object",
        json!({"notes": [note("1", "a"), note("2", "b")]}),
        json!({"notes": [note("1", "a"), note("2", "B")]}),
        json!({"notes": [note("1", "a")]}),
        "/notes/1",
        json!({"notes": [note("1", "a"), note("2", "B")]}),
    );
    assert_eq!(field.theirs, Value::Null);
}

#[test]
fn a_note_that_got_its_id_from_the_server_is_still_the_same() {
    let mut given = text_note("scopecontent", "Letters to his mother");
    given["persistent_id"] = json!("abc");
    let mut expect = text_note("scopecontent", "Letters to his mother and sister");
    expect["persistent_id"] = json!("abc");
    clean(
        "archival_object",
        json!({"title": "t", "notes": [text_note("scopecontent", "Letters to his mother")]}),
        json!({"title": "t", "notes": [text_note("scopecontent", "Letters to his mother and sister")]}),
        json!({"title": "t", "notes": [given]}),
        json!({"title": "t", "notes": [expect]}),
    );
}

#[test]
fn notes_with_different_ids_are_never_one() {
    let merged = run(
        "archival_object",
        json!({"notes": [note("1", "a")]}),
        json!({"notes": [note("2", "a")]}),
        json!({"notes": [note("1", "b")]}),
    );
    assert_eq!(merged.clashes.len(), 1);
    assert_eq!(merged.record.items("notes").len(), 2);
}

#[test]
fn a_doubled_id_does_not_mix_two_notes() {
    clean(
        "archival_object",
        json!({"notes": [note("1", "first one"), note("1", "another thing")]}),
        json!({"notes": [note("1", "another thing")]}),
        json!({"notes": [note("1", "first one"), note("1", "another thing there")]}),
        json!({"notes": [note("1", "another thing there")]}),
    );
}

#[test]
fn paragraphs_of_one_note_merge() {
    let note = |texts: &[&str]| {
        let subnotes: Vec<Value> =
            texts.iter().map(|t| json!({"jsonmodel_type": "note_text", "content": t})).collect();
        json!({"notes": [{"jsonmodel_type": "note_multipart", "persistent_id": "1", "type": "bioghist", "subnotes": subnotes}]})
    };
    clean(
        "archival_object",
        note(&["Born in Ghent in a house by the river", "Died"]),
        note(&["Born in Ghent in a house by the canal", "Died"]),
        note(&["Born in Ghent in a house by the river", "Travelled", "Died"]),
        note(&["Born in Ghent in a house by the canal", "Travelled", "Died"]),
    );
}

#[test]
fn a_paragraph_that_both_rewrote_is_asked_not_doubled() {
    let texts = |text: &str| json!({"title": "t", "notes": [note("1", text)]});
    clash(
        "archival_object",
        texts("first"),
        texts("second"),
        texts("third"),
        "/notes/0/content/0",
        texts("second"),
    );
}

#[test]
fn both_sides_make_the_same_date_and_fill_it_differently() {
    let date = |fields: Value| {
        let mut date = json!({"label": "creation", "date_type": "inclusive"});
        date.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({"title": "t", "dates": [date]})
    };
    clean(
        "accession",
        json!({"title": "t"}),
        date(json!({"begin": "1900"})),
        date(json!({"end": "1910"})),
        date(json!({"begin": "1900", "end": "1910"})),
    );
    clash(
        "accession",
        json!({"title": "t"}),
        date(json!({"begin": "1900"})),
        date(json!({"begin": "1901"})),
        "/dates/0/begin",
        date(json!({"begin": "1900"})),
    );
}

#[test]
fn a_date_with_another_label_is_the_same_date() {
    let date = |label: &str, end: &str| json!({"dates": [{"label": label, "date_type": "inclusive", "begin": "1900", "end": end}]});
    clean(
        "accession",
        date("creation", "1910"),
        date("publication", "1910"),
        date("creation", "1912"),
        date("publication", "1912"),
    );
}

#[test]
fn one_box_moved_here_and_its_folder_renumbered_there() {
    let instance = |top: u32, folder: &str| {
        json!({"instances": [{"instance_type": "mixed_materials", "sub_container": {
            "top_container": {"ref": format!("/repositories/2/top_containers/{top}")}, "type_2": "folder", "indicator_2": folder}}]})
    };
    clean("archival_object", instance(1, "3"), instance(2, "3"), instance(1, "4"), instance(2, "4"));
}

#[test]
fn lists_without_identity_are_asked_as_a_whole() {
    let terms = |last: &str| json!({"terms": [{"term": "Ships", "term_type": "topical"}, {"term": last, "term_type": "topical"}]});
    clash("subject", terms("a"), terms("b"), terms("c"), "/terms", terms("b"));
}

#[test]
fn the_order_of_both_is_kept_where_it_can() {
    let order = |ids: &[u32]| json!({"subjects": ids.iter().map(|id| json!({"ref": format!("/subjects/{id}")})).collect::<Vec<_>>()});
    clean(
        "accession",
        order(&[1, 2, 3, 4]),
        order(&[2, 1, 3, 4]),
        order(&[1, 2, 4, 3]),
        order(&[2, 1, 4, 3]),
    );
}

#[test]
fn an_order_that_clashes_is_theirs_and_told() {
    let order = |ids: &[u32]| json!({"subjects": ids.iter().map(|id| json!({"ref": format!("/subjects/{id}")})).collect::<Vec<_>>()});
    let merged = run("accession", order(&[1, 2, 3, 4]), order(&[1, 4, 2, 3]), order(&[4, 1, 2, 3]));
    assert_eq!(merged.clashes, Vec::new());
    assert_eq!(merged.record.into_value(), order(&[4, 1, 2, 3]));
    assert_eq!(merged.notices[0].code, "merged_order");
}

#[test]
fn the_more_restrictive_side_wins_where_both_made_it() {
    let merged = run(
        "archival_object",
        json!({"title": "t"}),
        json!({"title": "t", "notes": [{"jsonmodel_type": "note_singlepart", "persistent_id": "1", "type": "abstract", "content": ["a"], "publish": true}]}),
        json!({"title": "t", "notes": [{"jsonmodel_type": "note_singlepart", "persistent_id": "1", "type": "abstract", "content": ["a"], "publish": false}]}),
    );
    assert_eq!(merged.clashes, Vec::new());
    assert_eq!(merged.record.items("notes")[0]["publish"], json!(false));
    assert_eq!(merged.notices[0].code, "merged_restrictive");
}

#[test]
fn without_a_base_all_that_differs_is_asked() {
    let merged =
        run("accession", json!({}), json!({"title": "a", "id_0": "1"}), json!({"title": "b", "id_0": "1"}));
    assert_eq!(merged.clashes.len(), 1);
}

#[test]
fn a_sort_name_that_the_program_makes_is_never_asked() {
    let name = |primary: &str, rest: &str, sort: &str| {
        json!({"names": [{"primary_name": primary, "rest_of_name": rest, "sort_name": sort, "sort_name_auto_generate": true,
                          "rules": "local", "source": "local", "name_order": "inverted", "qualifier": "q"}]})
    };
    let merged = run("agent_person", name("A", "x", "A, x"), name("B", "x", "B, x"), name("A", "y", "A, y"));
    assert_eq!(merged.clashes, Vec::new());
    assert_eq!(merged.record.items("names")[0]["primary_name"], json!("B"));
    assert_eq!(merged.record.items("names")[0]["rest_of_name"], json!("y"));
}

/// A rule across two fields: `begin` not after `end`.
fn ordered(record: &Record) -> Vec<Problem> {
    let wrong = record
        .items("dates")
        .iter()
        .enumerate()
        .filter(|(_, date)| date["begin"].as_str() > date["end"].as_str());
    wrong.map(|(at, _)| Problem::error(format!("/dates/{at}"), "begin_after_end")).collect()
}

#[test]
fn two_right_records_that_make_a_wrong_one_are_asked() {
    let date = |begin: &str, end: &str, title: &str| {
        of(
            "accession",
            json!({"title": title, "dates": [{"label": "creation", "date_type": "inclusive", "begin": begin, "end": end}]}),
        )
    };
    let (base, mine, theirs) =
        (date("1900", "1950", "t"), date("1940", "1950", "t"), date("1900", "1910", "T"));
    let merged = merge_valid(Registry::shipped(), &ordered, &base, &mine, &theirs);
    assert_eq!(merged.clashes.iter().map(|c| c.pointer.as_str()).collect::<Vec<_>>(), ["/dates"]);
    assert_eq!(merged.record, date("1940", "1950", "T"));
    let resolved = resolve(Registry::shipped(), &ordered, (&base, &mine, &theirs), &|pointer| {
        (pointer == "/dates").then_some(Side::Theirs)
    });
    assert_eq!(resolved.record, date("1900", "1910", "T"));
    assert_eq!(resolved.clashes, Vec::new());
}

#[test]
fn a_choice_decides_a_deletion() {
    let record = |notes: Value| of("archival_object", json!({"title": "t", "notes": notes}));
    let (base, mine, theirs) =
        (record(json!([note("1", "a")])), record(json!([])), record(json!([note("1", "b")])));
    let none = |_: &Record| Vec::new();
    let resolved =
        |side| resolve(Registry::shipped(), &none, (&base, &mine, &theirs), &|_| Some(side)).record;
    assert_eq!(resolved(Side::Mine), mine);
    assert_eq!(resolved(Side::Theirs), theirs);
}

#[test]
fn both_texts_of_a_note_are_kept() {
    let record = |text: &str, title: &str| {
        of(
            "archival_object",
            json!({"title": title, "notes": [text_note("scopecontent", text), note("2", "b")]}),
        )
    };
    let (base, mine, theirs) = (
        record("Letters and accounts of the firm.", "t"),
        record("Letters of the firm, and its accounts to 1910.", "t"),
        record("Letters, accounts and plans of the firm.", "T"),
    );
    let merged = merge(Registry::shipped(), &base, &mine, &theirs);
    let [field] = merged.clashes.as_slice() else { panic!("{:?}", merged.clashes) };
    assert_eq!((field.pointer.as_str(), field.both), ("/notes/0/subnotes/0/content", true));
    let none = |_: &Record| Vec::new();
    let kept = resolve(Registry::shipped(), &none, (&base, &mine, &theirs), &|_| Some(Side::Both));
    assert_eq!(kept.clashes, Vec::new());
    let text = |text: &str| json!({"jsonmodel_type": "note_text", "content": text});
    let expect = json!([
        {"jsonmodel_type": "note_multipart", "type": "scopecontent", "subnotes": [
            text("Letters of the firm, and its accounts to 1910."),
            text("Letters, accounts and plans of the firm."),
        ]},
        note("2", "b"),
    ]);
    assert_eq!((kept.record.doc["notes"].clone(), kept.record.text("title")), (expect, Some("T")));
}

#[test]
fn a_note_kept_in_both_versions_is_two_notes() {
    let labelled = |label: &str| {
        let mut note = note("1", "a");
        note["label"] = json!(label);
        of("archival_object", json!({"title": "t", "notes": [note]}))
    };
    let (base, mine, theirs) = (labelled("l"), labelled("m"), labelled("n"));
    let none = |_: &Record| Vec::new();
    let kept = resolve(Registry::shipped(), &none, (&base, &mine, &theirs), &|_| Some(Side::Both)).record;
    let mut second = labelled("n").doc["notes"][0].clone();
    second.as_object_mut().unwrap().remove("persistent_id");
    assert_eq!(kept.doc["notes"], json!([mine.doc["notes"][0], second]));
}

/// A title is one, and so is a link: nothing becomes of choosing both.
#[test]
fn what_is_one_cannot_be_kept_in_both_versions() {
    let none = |_: &Record| Vec::new();
    let titled = |title: &str| of("accession", json!({"title": title}));
    let kept = resolve(Registry::shipped(), &none, (&titled("a"), &titled("b"), &titled("c")), &|_| {
        Some(Side::Both)
    });
    assert_eq!(
        kept.clashes.iter().map(|c| (c.pointer.as_str(), c.both)).collect::<Vec<_>>(),
        [("/title", false)]
    );
}

/// A base that holds nothing but empties is a version like another: what one side alone opened stays open.
#[test]
fn an_unfilled_base_is_a_base() {
    let base = json!({"names": []});
    let merged = run(
        "agent_person",
        base,
        json!({"names": [], "publish": true}),
        json!({"names": [], "agent_genders": [{"gender": "not_specified"}]}),
    );
    assert!(merged.record.flag("publish"));
    assert_eq!((merged.clashes, merged.notices), (Vec::new(), Vec::new()));
}

#[test]
fn differences_are_told_by_field() {
    let old = of(
        "archival_object",
        json!({"title": "t", "level": "file", "notes": [note("1", "a"), note("2", "b")]}),
    );
    let new = of(
        "archival_object",
        json!({"title": "u", "notes": [note("2", "B"), note("3", "c")], "lock_version": 7}),
    );
    let told: Vec<(String, Value, Value)> =
        diff(Registry::shipped(), &old, &new).into_iter().map(|d| (d.pointer, d.old, d.new)).collect();
    assert_eq!(
        told,
        [
            ("/title".to_owned(), json!("t"), json!("u")),
            ("/notes/0/content/0".to_owned(), json!("b"), json!("B")),
            ("/notes/1".to_owned(), Value::Null, note("3", "c")),
            ("/notes/0".to_owned(), note("1", "a"), Value::Null),
            ("/level".to_owned(), json!("file"), Value::Null),
        ]
    );
}

#[test]
fn a_thousand_notes() {
    let record = |change: &dyn Fn(usize) -> String| {
        json!({"title": "t", "notes": (0..1000).map(|at| {
            let mut note = text_note("scopecontent", &change(at));
            note["persistent_id"] = json!(format!("id{at}"));
            note
        }).collect::<Vec<_>>()})
    };
    let text = |at: usize| format!("Letter {at} {}", "of some length about this and that ".repeat(10));
    let merged = run(
        "resource",
        record(&text),
        record(&|at| if at % 3 == 0 { format!("{} mine", text(at)) } else { text(at) }),
        record(&|at| if at % 3 == 1 { format!("{} theirs", text(at)) } else { text(at) }),
    );
    assert_eq!(merged.clashes, Vec::new());
    assert_eq!(merged.record.items("notes").len(), 1000);
    assert!(merged.record.items("notes")[4]["subnotes"][0]["content"].as_str().unwrap().ends_with("theirs"));
}
