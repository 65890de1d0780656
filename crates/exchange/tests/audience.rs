//! What a finding aid keeps from the public stays hidden, and takes nothing else along that can stand alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use exchange::ead::{Import, read_all};
use serde_json::Value;

fn import(inside: &str) -> Import {
    let xml =
        format!("<ead><archdesc level='fonds'><did><unittitle>X</unittitle></did>{inside}</archdesc></ead>");
    read_all("audience.xml", xml.as_bytes(), "2").unwrap_or_else(|error| panic!("{error}"))
}

fn notes(import: &Import) -> Vec<Value> {
    let resource = import.records.iter().find(|record| record.kind == "resource").unwrap();
    resource.doc["notes"].as_array().cloned().unwrap()
}

fn parts(note: &Value) -> Vec<(String, bool)> {
    let parts = note["subnotes"].as_array().unwrap().iter();
    parts
        .map(|part| (part["content"].as_str().unwrap_or("list").to_owned(), part["publish"] == true))
        .collect()
}

#[test]
fn an_internal_paragraph_is_a_part_of_its_own() {
    let note = "<scopecontent><p>Letters.</p><p audience='internal'>The donor's address.</p><p>Diaries.</p></scopecontent>";
    let import = import(note);
    let notes = notes(&import);
    assert_eq!((notes.len(), &notes[0]["publish"]), (1, &Value::Bool(true)));
    let wanted = [("Letters.", true), ("The donor's address.", false), ("Diaries.", true)];
    assert_eq!(parts(&notes[0]), wanted.map(|(text, publish)| (text.to_owned(), publish)));
    assert!(import.report.problems.iter().all(|problem| problem.code != "internal-part"));
}

#[test]
fn internal_words_in_a_paragraph_are_cut_out_of_it() {
    let note = "<odd><p>Bought from <persname audience='internal'>A. Dealer</persname> in 1920.</p></odd>";
    let notes = notes(&import(note));
    for (text, publish) in parts(&notes[0]) {
        assert_eq!(text.contains("Dealer"), !publish, "{text}");
    }
}

#[test]
fn a_list_with_an_internal_item_is_unpublished_and_told() {
    let note = "<odd><p>Boxes</p><list><item>One</item><item audience='internal'>Two</item></list></odd>";
    let import = import(note);
    assert_eq!(parts(&notes(&import)[0]), [("Boxes".to_owned(), true), ("list".to_owned(), false)]);
    assert!(import.report.problems.iter().any(|problem| problem.code == "internal-part"));
}

#[test]
fn what_an_internal_paragraph_holds_is_internal() {
    let note = "<odd><p>Seen</p><p audience='internal'>Before<list><item>One</item></list>after</p></odd>";
    let notes = notes(&import(note));
    assert_eq!(
        parts(&notes[0]).iter().map(|(_, publish)| *publish).collect::<Vec<_>>(),
        [true, false, false, false]
    );
}
