//! Commands on a folder of their own.

use record::api::command::{
    ChildrenInput, Empty, ListInput, MoveInput, NewInput, NewRepository, OpenRecord, PublishInput, SaveInput,
    SearchInput, TypeaheadInput, UndoInput, UriInput, UrisInput,
};
use serde_json::{Map, Value, json};

use super::*;
use crate::tests::options;

struct Bench {
    desk: Desk,
    repo: String,
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open_with(dir.path(), options()).unwrap();
        new_repository(&desk, NewRepository { code: "TEST".into(), name: "Test archive".into() }).unwrap();
        let repo = repository_by_code(&desk, "TEST", Absent::Refuse).unwrap();
        Self { desk, repo, dir }
    }

    fn reopened(self) -> Self {
        let Self { desk, repo, dir } = self;
        drop(desk);
        let desk = Desk::open_with(dir.path(), options()).unwrap();
        Self { desk, repo, dir }
    }

    fn begin(&self, kind: &str) -> OpenRecord {
        let input = NewInput {
            kind: kind.into(),
            repo: Some(self.repo.clone()),
            root: None,
            parent: None,
            after: None,
        };
        new_record(&self.desk, input).unwrap()
    }

    fn save(&self, uri: &str, kind: &str, record: Value) -> record::api::command::SaveOutput {
        let input = SaveInput { uri: uri.into(), kind: kind.into(), record: object(record) };
        save_record(&self.desk, input).unwrap()
    }

    fn accession(&self, title: &str) -> String {
        let uri = self.begin("accession").uri;
        let id = title.replace(' ', "-");
        let doc = json!({"title": title, "id_0": id, "accession_date": "2026-01-02"});
        let saved = self.save(&uri, "accession", doc);
        assert!(saved.saved, "{:?}", saved.problems);
        uri
    }

    fn resource(&self) -> String {
        let uri = self.begin("resource").uri;
        let saved = self.save(&uri, "resource", resource());
        assert!(saved.saved, "{:?}", saved.problems);
        uri
    }

    fn component(&self, root: &str, parent: Option<&str>, title: &str) -> String {
        let input = NewInput {
            kind: "archival_object".into(),
            repo: None,
            root: Some(root.into()),
            parent: parent.map(str::to_owned),
            after: None,
        };
        let begun = new_record(&self.desk, input).unwrap();
        let mut doc = begun.draft.unwrap().record;
        doc.insert("title".into(), json!(title));
        doc.insert("level".into(), json!("file"));
        assert!(self.save(&begun.uri, "archival_object", Value::Object(doc)).saved);
        begun.uri
    }

    fn open(&self, uri: &str) -> OpenRecord {
        open_record(&self.desk, UriInput { uri: uri.into() }).unwrap()
    }

    fn titles(&self, root: &str, parent: Option<&str>) -> Vec<String> {
        let input =
            ChildrenInput { root: root.into(), parent: parent.map(str::to_owned), offset: 0, limit: 100 };
        let children = tree_children(&self.desk, input).unwrap();
        assert_eq!(children.total, children.rows.len() as u64);
        children.rows.into_iter().map(|row| row.title).collect()
    }

    fn found(&self, query: &str) -> Vec<String> {
        let input = SearchInput { query: query.into(), limit: 50, ..SearchInput::default() };
        search(&self.desk, input).unwrap().hits.into_iter().map(|hit| hit.uri).collect()
    }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn resource() -> Value {
    json!({
        "title": "Papers", "id_0": "MS", "id_1": "1", "level": "collection",
        "finding_aid_language": "eng", "finding_aid_script": "Latn",
        "lang_materials": [{"language_and_script": {"language": "eng"}}],
        "dates": [{"label": "creation", "date_type": "single", "begin": "1901"}],
        "extents": [{"portion": "whole", "number": "2", "extent_type": "linear_feet"}]
    })
}

#[test]
fn a_desk_works_alone() {
    let bench = Bench::new();
    let uri = bench.accession("Letters of Ada");
    let list_input =
        ListInput { kinds: vec!["accession".into()], repo: Some(bench.repo.clone()), offset: 0, limit: 10 };
    let listed = list(&bench.desk, list_input).unwrap();
    assert_eq!((listed.total, listed.rows[0].uri.as_str()), (1, uri.as_str()));
    assert!(listed.rows[0].marks.unsent && listed.rows[0].marks.unpublished);
    let state = state(&bench.desk, Empty {}).unwrap();
    assert_eq!(state.repositories[0].counts["accession"], 1);
    assert_eq!((state.sync.server, state.sync.outbox, state.sync.drafts), (None, 2, 0));
    assert_eq!(state.sync.waiting, 2);
    let waiting = outbox(&bench.desk, Empty {}).unwrap();
    assert!(waiting.iter().all(|row| row.action == "create" && row.state == "waiting"));
    let bench = bench.reopened();
    assert_eq!(bench.open(&uri).title, "Letters of Ada");
    assert_eq!(bench.open(&uri).repo.as_deref(), Some(bench.repo.as_str()));
}

#[test]
fn saving_an_invalid_record_keeps_the_draft() {
    let bench = Bench::new();
    let uri = bench.begin("accession").uri;
    let output = bench.save(&uri, "accession", json!({"title": "No number"}));
    assert!(!output.saved);
    assert!(output.problems.iter().any(|problem| problem.pointer == "/id_0"));
    let bench = bench.reopened();
    let opened = bench.open(&uri);
    assert!(opened.record.is_empty());
    assert_eq!(opened.draft.unwrap().record["title"], "No number");
    assert!(!opened.problems.is_empty());
    assert_eq!(drafts(&bench.desk, Empty {}).unwrap()[0].title, "No number");
    discard_draft(&bench.desk, UriInput { uri: uri.clone() }).unwrap();
    assert!(open_record(&bench.desk, UriInput { uri }).is_err());
}

#[test]
fn every_keystroke_survives_and_a_save_drops_the_draft() {
    let bench = Bench::new();
    let uri = bench.accession("Letters");
    let mut doc = bench.open(&uri).record;
    doc.insert("title".into(), json!("Lette"));
    let input = SaveInput { uri: uri.clone(), kind: "accession".into(), record: doc.clone() };
    keep_draft(&bench.desk, input).unwrap();
    let bench = bench.reopened();
    let opened = bench.open(&uri);
    assert_eq!((opened.record["title"].as_str(), opened.title.as_str()), (Some("Letters"), "Letters"));
    let draft = opened.draft.unwrap();
    assert!(!draft.outdated && draft.record["title"] == "Lette");
    assert!(bench.save(&uri, "accession", Value::Object(doc)).saved);
    let opened = bench.open(&uri);
    assert!(opened.draft.is_none());
    assert_eq!((opened.title.as_str(), opened.versions), ("Lette", 2));
}

#[test]
fn what_was_done_is_taken_back_and_done_again() {
    let bench = Bench::new();
    let uri = bench.accession("Before");
    let mut doc = bench.open(&uri).record;
    doc.insert("title".into(), json!("After"));
    assert!(bench.save(&uri, "accession", Value::Object(doc)).saved);
    undo(&bench.desk, UndoInput::default()).unwrap();
    assert_eq!(bench.open(&uri).title, "Before");
    redo(&bench.desk, Empty {}).unwrap();
    assert_eq!(bench.open(&uri).title, "After");
    let versions = history(&bench.desk, UriInput { uri: uri.clone() }).unwrap();
    assert_eq!(versions[0].record["title"], "After");
    assert!(versions.len() >= 2);
    delete_record(&bench.desk, UriInput { uri: uri.clone() }).unwrap();
    assert!(open_record(&bench.desk, UriInput { uri: uri.clone() }).is_err());
    undo(&bench.desk, UndoInput::default()).unwrap();
    assert_eq!(bench.open(&uri).title, "After");
    assert!(!operations(&bench.desk, Empty {}).unwrap().is_empty());
}

#[test]
fn many_are_deleted_and_come_back_in_their_places_at_once() {
    let bench = Bench::new();
    let root = bench.resource();
    let [a, b, c] = ["a", "b", "c"].map(|title| bench.component(&root, None, title));
    let below = bench.component(&root, Some(&b), "below b");
    let deleted = delete_records(&bench.desk, UrisInput { uris: vec![a, b.clone(), below] }).unwrap();
    assert_eq!(bench.titles(&root, None), ["c"]);
    undo(&bench.desk, UndoInput { op: deleted.op }).unwrap();
    assert_eq!(bench.titles(&root, None), ["a", "b", "c"]);
    assert_eq!(bench.titles(&root, Some(&b)), ["below b"]);
    let gone = "/repositories/1/archival_objects/999".to_owned();
    assert!(delete_records(&bench.desk, UrisInput { uris: vec![gone, c] }).is_err());
    assert_eq!(bench.titles(&root, None), ["a", "b", "c"]);
}

#[test]
fn many_are_published_at_once() {
    let bench = Bench::new();
    let root = bench.resource();
    let uris = ["a", "b"].map(|title| bench.component(&root, None, title)).to_vec();
    let is_public = |uri: &String| bench.open(uri).record.get("publish") == Some(&json!(true));
    let published = || uris.iter().map(is_public).collect::<Vec<_>>();
    let done = publish_records(&bench.desk, PublishInput { uris: uris.clone(), publish: true }).unwrap();
    assert_eq!(published(), [true, true]);
    let again = publish_records(&bench.desk, PublishInput { uris: uris.clone(), publish: true }).unwrap();
    assert_eq!(again.op, None, "nothing to change is no operation");
    undo(&bench.desk, UndoInput { op: done.op }).unwrap();
    assert_eq!(published(), [false, false]);
    assert_eq!(bench.titles(&root, None), ["a", "b"]);
}

#[test]
fn a_form_opened_before_another_change_is_merged_with_it() {
    let bench = Bench::new();
    let uri = bench.accession("Letters");
    let opened = |bench: &Bench| {
        let mut doc = bench.open(&uri).record;
        // As if it had been opened a while ago: times are told in seconds.
        assert!(doc.contains_key("user_mtime"));
        doc.insert("user_mtime".into(), json!("2001-01-01T00:00:00Z"));
        doc
    };
    let mut form = opened(&bench);
    form.insert("title".into(), json!("Mine"));
    let asked = bench.save(&uri, "accession", Value::Object(form.clone()));
    assert!(!asked.saved);
    assert_eq!(
        (asked.problems[0].pointer.as_str(), &*asked.problems[0].code),
        ("/title", "changed_meanwhile")
    );
    assert_eq!(bench.open(&uri).draft.unwrap().record["title"], "Mine");
    assert!(bench.save(&uri, "accession", Value::Object(form)).saved);
    assert_eq!(bench.open(&uri).title, "Mine");
}

#[test]
fn trees_are_built_walked_and_moved() {
    let bench = Bench::new();
    let root = bench.resource();
    let series = bench.component(&root, None, "Series");
    let first = bench.component(&root, Some(&series), "First");
    let second = bench.component(&root, Some(&series), "Second");
    assert_eq!(bench.titles(&root, None), ["Series"]);
    assert_eq!(bench.titles(&root, Some(&series)), ["First", "Second"]);
    let head = tree_root(&bench.desk, UriInput { uri: root.clone() }).unwrap();
    assert_eq!((head.nodes, head.root.children), (3, 1));
    let path = tree_path(&bench.desk, UriInput { uri: second.clone() }).unwrap();
    assert_eq!((path.root.as_str(), path.steps.len(), path.steps[1].position), (root.as_str(), 2, 1));
    let crumbs = bench.open(&second).crumbs;
    assert_eq!(crumbs.iter().map(|c| c.uri.as_str()).collect::<Vec<_>>(), [root.as_str(), series.as_str()]);
    let open = bench.open(&second).record;
    let up = MoveInput {
        root: root.clone(),
        uris: vec![second.clone()],
        parent: Some(series.clone()),
        position: 0,
    };
    tree_move(&bench.desk, up).unwrap();
    assert_eq!(bench.titles(&root, Some(&series)), ["Second", "First"]);
    // A form that was opened before the move does not move it back.
    assert!(bench.save(&second, "archival_object", Value::Object(open)).saved);
    assert_eq!(bench.titles(&root, Some(&series)), ["Second", "First"]);
    let after = NewInput {
        kind: "archival_object".into(),
        repo: None,
        root: Some(root.clone()),
        parent: Some(series.clone()),
        after: Some(second),
    };
    let begun = new_record(&bench.desk, after).unwrap();
    assert_eq!(begun.crumbs.len(), 2);
    let mut doc = begun.draft.unwrap().record;
    doc.insert("title".into(), json!("Between"));
    doc.insert("level".into(), json!("file"));
    assert!(bench.save(&begun.uri, "archival_object", Value::Object(doc)).saved);
    assert_eq!(bench.titles(&root, Some(&series)), ["Second", "Between", "First"]);
    let cycle = MoveInput { root: root.clone(), uris: vec![series], parent: Some(first), position: 0 };
    assert!(tree_move(&bench.desk, cycle).is_err());
}

#[test]
fn a_duplicate_has_keys_of_its_own() {
    let bench = Bench::new();
    let root = bench.resource();
    let uri = bench.component(&root, None, "Letters");
    let mut doc = bench.open(&uri).record;
    doc.insert(
        "notes".into(),
        json!([{"jsonmodel_type": "note_multipart", "type": "scopecontent", "persistent_id": "abc",
            "subnotes": [{"jsonmodel_type": "note_text", "content": "To his sister."}]}]),
    );
    doc.insert("rights_statements".into(), json!([{"rights_type": "other", "identifier": "R 1", "other_rights_basis": "donor", "start_date": "1920-01-01"}]));
    assert!(bench.save(&uri, "archival_object", Value::Object(doc)).saved);
    let copied = duplicate_record(&bench.desk, UriInput { uri }).unwrap();
    let copy = bench.open(&copied.uri).record;
    assert_eq!(copy["notes"][0]["subnotes"][0]["content"], "To his sister.");
    assert_ne!(copy["notes"][0].get("persistent_id"), Some(&json!("abc")));
    assert_eq!(copy["rights_statements"][0]["other_rights_basis"], "donor");
    assert_ne!(copy["rights_statements"][0].get("identifier"), Some(&json!("R 1")));
}

#[test]
fn what_was_saved_is_found_at_once() {
    let bench = Bench::new();
    let uri = bench.accession("Correspondence with Zoë");
    bench.accession("Photographs");
    assert_eq!(bench.found("zoe"), [uri.as_str()]);
    let input =
        TypeaheadInput { kinds: vec!["accession".into()], repo: None, text: "corresp".into(), limit: 5 };
    assert_eq!(typeahead(&bench.desk, input).unwrap().rows[0].uri, uri);
    delete_record(&bench.desk, UriInput { uri }).unwrap();
    assert!(bench.found("zoe").is_empty());
}

#[test]
fn links_are_resolved_to_titles() {
    let bench = Bench::new();
    let subject = bench.begin("subject").uri;
    let doc = json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [{"term": "Bridges", "term_type": "topical", "vocabulary": "/vocabularies/1"}]});
    let saved = bench.save(&subject, "subject", doc);
    assert!(saved.saved, "{:?}", saved.problems);
    let uri = bench.accession("Plans");
    let mut doc = bench.open(&uri).record;
    doc.insert("subjects".into(), json!([{ "ref": subject }]));
    assert!(bench.save(&uri, "accession", Value::Object(doc)).saved);
    let link = &bench.open(&uri).links[&subject];
    assert_eq!((link.kind.as_str(), link.title.as_str(), link.held), ("subject", "Bridges", true));
}

fn text_of(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn fixture(name: &str) -> record::api::command::ImportFile {
    sent(name, text_of(name).as_bytes())
}

fn sent(name: &str, bytes: &[u8]) -> record::api::command::ImportFile {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.encode(bytes);
    record::api::command::ImportFile { name: name.into(), bytes }
}

#[test]
fn a_file_whose_letters_cannot_be_read_is_refused() {
    let bench = Bench::new();
    // Latin-1, which it does not say.
    let bytes =
        b"<?xml version=\"1.0\"?><ead><archdesc><did><unittitle>Andr\xe9</unittitle></did></archdesc></ead>";
    let input = ImportInput { files: vec![sent("andre.xml", bytes)], repo: bench.repo.clone() };
    let shown = import_preview(&bench.desk, input).unwrap();
    assert!(shown.roots.is_empty());
    assert!(shown.problems[0].message.starts_with("andre.xml, line 1:"), "{}", shown.problems[0].message);
}

#[test]
fn an_import_that_could_not_be_stored_can_be_tried_again() {
    let bench = Bench::new();
    let input = || ImportInput { files: vec![fixture("halloran-voss.xml")], repo: bench.repo.clone() };
    let (first, second) =
        (import_preview(&bench.desk, input()).unwrap(), import_preview(&bench.desk, input()).unwrap());
    let choice = |import: u64| record::api::command::ImportChoice { import };
    let stored = import_accept(&bench.desk, choice(first.import)).unwrap();
    assert_eq!(import_accept(&bench.desk, choice(second.import)).unwrap_err().0.code, "invalid");
    bench.desk.store().write(store::Op::typed("undo", ""), |tx| tx.undo(stored.op)).unwrap();
    import_accept(&bench.desk, choice(second.import)).unwrap();
}

#[test]
fn a_finding_aid_is_looked_at_then_stored_then_taken_back_as_one() {
    let bench = Bench::new();
    let files = vec![fixture("halloran-voss.xml"), fixture("harbour-photographs.xml")];
    let shown = import_preview(&bench.desk, ImportInput { files, repo: bench.repo.clone() }).unwrap();
    assert_eq!((shown.roots.len(), shown.kinds["archival_object"], shown.problems.len()), (2, 99, 0));
    let count = || state(&bench.desk, Empty {}).unwrap().repositories[0].counts.values().sum::<u64>();
    assert_eq!(count(), 0);
    import_accept(&bench.desk, ImportChoice { import: shown.import }).unwrap();
    let resources =
        ListInput { kinds: vec!["resource".into()], repo: Some(bench.repo.clone()), offset: 0, limit: 9 };
    let listed = list(&bench.desk, resources).unwrap();
    assert_eq!(listed.total, 2);
    let nodes = |row: &record::api::command::Row| {
        tree_root(&bench.desk, UriInput { uri: row.uri.clone() }).unwrap().nodes
    };
    assert_eq!(listed.rows.iter().map(nodes).sum::<u64>(), 99);
    assert!(bench.open(&listed.rows[0].uri).problems.is_empty());
    undo(&bench.desk, UndoInput::default()).unwrap();
    assert_eq!(count(), 0);
}

fn finding_aid(number: &str) -> Source {
    let text = format!(
        "<ead><eadheader><eadid>{number}</eadid></eadheader><archdesc level=\"collection\"><did>
         <unitid>{number}</unitid><unittitle>Papers</unittitle><unitdate>1901</unitdate>
         <physdesc><extent>2 linear feet</extent></physdesc>
         <origination><persname source=\"local\">Lovelace, Ada</persname></origination></did>
         <controlaccess><subject source=\"local\">Engines</subject></controlaccess></archdesc></ead>"
    );
    Source::Text { name: format!("{number}.xml"), text }
}

#[test]
fn agents_and_subjects_are_made_once() {
    let bench = Bench::new();
    let first = preview(&bench.desk, &bench.repo, &[finding_aid("1"), finding_aid("2")]).unwrap();
    accept(&bench.desk, &first).unwrap();
    let second = preview(&bench.desk, &bench.repo, &[finding_aid("3")]).unwrap();
    accept(&bench.desk, &second).unwrap();
    for (kind, count) in [("resource", 3), ("agent_person", 1), ("subject", 1)] {
        let input = ListInput { kinds: vec![kind.into()], repo: None, offset: 0, limit: 1 };
        assert_eq!(list(&bench.desk, input).unwrap().total, count, "{kind}");
    }
    let again = preview(&bench.desk, &bench.repo, &[finding_aid("3")]).unwrap();
    assert_eq!(accept(&bench.desk, &again).unwrap_err().0.code, "invalid");
}

#[test]
fn an_authority_is_known_by_its_identifier() {
    let bench = Bench::new();
    let named = |number: &str, person: &str, subject: &str| {
        let Source::Text { name, text } = finding_aid(number) else { panic!() };
        let text = text
            .replace("\"local\">Lovelace, Ada", &format!("\"naf\" authfilenumber=\"n1\">{person}"))
            .replace("\"local\">Engines", &format!("\"lcsh\" authfilenumber=\"s1\">{subject}"));
        assert!(text.contains("n1") && text.contains("s1"));
        Source::Text { name, text }
    };
    // Somebody knows more of her than any finding aid says.
    let known = bench.begin("agent_person").uri;
    let doc = json!({
        "names": [{"jsonmodel_type": "name_person", "primary_name": "Lovelace", "rest_of_name": "Ada King",
            "name_order": "inverted", "source": "naf", "authority_id": "n1", "sort_name_auto_generate": true}],
        "notes": [{"jsonmodel_type": "note_bioghist", "subnotes": [{"jsonmodel_type": "note_text", "content": "x"}]}],
    });
    let saved = bench.save(&known, "agent_person", doc);
    assert!(saved.saved, "{:?}", saved.problems);
    for file in [named("1", "Lovelace, Ada", "Engines"), named("2", "Lovelace, Ada King", "Steam engines")] {
        let read = preview(&bench.desk, &bench.repo, &[file]).unwrap();
        accept(&bench.desk, &read).unwrap();
    }
    for (kind, count) in [("resource", 2), ("agent_person", 1), ("subject", 1)] {
        let input = ListInput { kinds: vec![kind.into()], repo: None, offset: 0, limit: 9 };
        let listed = list(&bench.desk, input).unwrap();
        assert_eq!(listed.total, count, "{kind}");
        if kind == "resource" {
            for row in listed.rows {
                assert_eq!(bench.open(&row.uri).record["linked_agents"][0]["ref"], known);
            }
        }
    }
}

#[test]
fn digital_objects_of_two_files_stay_apart() {
    let bench = Bench::new();
    let with_object = |number: &str| {
        let Source::Text { name, text } = finding_aid(number) else { panic!() };
        let dao = "<dao href=\"https://example.org/scan\" title=\"Scan\"/></did>";
        Source::Text { name, text: text.replacen("</did>", dao, 1) }
    };
    let read = preview(&bench.desk, &bench.repo, &[with_object("1"), with_object("2")]).unwrap();
    assert_eq!(read.kinds()["digital_object"], 2);
    accept(&bench.desk, &read).unwrap();
}

#[test]
fn a_refused_file_leaves_the_others() {
    let bench = Bench::new();
    let broken = Source::Text { name: "broken.xml".into(), text: "<ead><".into() };
    let good = Source::Text { name: "good.xml".into(), text: text_of("harbour-commission.xml") };
    let read = preview(&bench.desk, &bench.repo, &[broken, good]).unwrap();
    assert_eq!((read.refused, read.files.len()), (1, 1));
    assert_eq!(read.problems[0].file, "broken.xml");
}

/// A record as the server had it, edited here, and in conflict with what the server has now.
fn in_conflict(bench: &Bench, number: u64, reason: &str, theirs: Option<Value>) -> String {
    let repo = "/repositories/2";
    let uri = format!("{repo}/accessions/{number}");
    let doc = |title: &str| {
        object(
            json!({"title": title, "content_description": "as it was", "id_0": number.to_string(), "accession_date": "2026-01-02"}),
        )
    };
    let incoming = |uri: &str, doc| store::Incoming {
        uri: uri.into(),
        doc,
        authors: None,
        lock_version: 1,
        place: None,
        order: None,
    };
    let op = store::Op::repeatable("pull", "admin");
    let home = object(json!({"repo_code": "HOME", "name": "Home"}));
    bench
        .desk
        .store()
        .write(op, |tx| {
            tx.apply(incoming(repo, home))?;
            tx.apply(incoming(&uri, doc("Base")))
        })
        .unwrap();
    let mut mine = bench.open(&uri).record;
    mine.insert("title".into(), json!("Mine"));
    assert!(bench.save(&uri, "accession", Value::Object(mine)).saved);
    let conflict = store::NewConflict {
        reason: reason.into(),
        theirs: theirs.map(|change| {
            let mut theirs = doc("Base");
            theirs.extend(object(change));
            theirs
        }),
        lock_version: 5,
        by: Some("other".into()),
        at: None,
        fields: Vec::new(),
    };
    let before = sync_status(&bench.desk, Empty {}).unwrap();
    bench.desk.store().write(op, |tx| tx.set_conflict(&uri, conflict)).unwrap();
    let after = sync_status(&bench.desk, Empty {}).unwrap();
    assert_eq!((after.outbox, after.waiting), (before.outbox, before.waiting - 1));
    uri
}

fn resolve(bench: &Bench, uri: &str, input: Value) -> Result<record::api::command::SaveOutput, Failure> {
    let mut all = object(input);
    all.insert("uri".into(), json!(uri));
    resolve_conflict(&bench.desk, serde_json::from_value(Value::Object(all)).unwrap())
}

#[test]
fn conflicts_end_as_they_are_decided() {
    let bench = Bench::new();
    let theirs = || Some(json!({"title": "Theirs", "content_description": "changed there"}));
    let titled =
        |uri: &str| (bench.open(uri).title, bench.open(uri).unsent, bench.open(uri).conflict.is_some());

    let uri = in_conflict(&bench, 1, "edited", theirs());
    assert_eq!(conflicts(&bench.desk, Empty {}).unwrap().len(), 1);
    assert_eq!(resolve(&bench, &uri, json!({})).unwrap_err().0.code, "undecided");
    assert!(resolve(&bench, &uri, json!({"take": "mine"})).unwrap().saved);
    assert_eq!(titled(&uri), ("Mine".into(), true, false));
    let record = bench.open(&uri).record;
    assert_eq!(
        (&record["content_description"], &record["lock_version"]),
        (&json!("changed there"), &json!(5))
    );

    let uri = in_conflict(&bench, 2, "edited", theirs());
    resolve(&bench, &uri, json!({"take": "theirs"})).unwrap();
    assert_eq!(titled(&uri), ("Theirs".into(), false, false));

    let uri = in_conflict(&bench, 3, "edited", theirs());
    resolve(&bench, &uri, json!({"fields": {"/title": "theirs"}})).unwrap();
    assert_eq!(titled(&uri).0, "Theirs");

    let uri = in_conflict(&bench, 4, "edited", theirs());
    let whole = json!({"title": "Both", "id_0": "4", "accession_date": "2026-01-02"});
    resolve(&bench, &uri, json!({ "record": whole })).unwrap();
    assert_eq!(titled(&uri), ("Both".into(), true, false));
    let broken = in_conflict(&bench, 5, "edited", theirs());
    assert!(!resolve(&bench, &broken, json!({"record": {"title": "No number"}})).unwrap().saved);
    assert!(titled(&broken).2);
}

#[test]
fn what_the_server_removed_is_given_up_or_made_again() {
    let bench = Bench::new();
    let uri = in_conflict(&bench, 1, "gone", None);
    resolve(&bench, &uri, json!({"take": "theirs"})).unwrap();
    assert!(open_record(&bench.desk, UriInput { uri }).is_err());
    let uri = in_conflict(&bench, 2, "gone", None);
    resolve(&bench, &uri, json!({"take": "mine"})).unwrap();
    let again = bench.open(&uri);
    assert!(again.uri.contains("local_") && again.title == "Mine" && again.conflict.is_none());
    let waiting = outbox(&bench.desk, Empty {}).unwrap();
    assert!(waiting.iter().any(|row| row.uri == again.uri && row.action == "create"));
    let uri = in_conflict(&bench, 3, "deleted", Some(json!({"title": "Theirs"})));
    resolve(&bench, &uri, json!({"take": "mine"})).unwrap();
    assert!(open_record(&bench.desk, UriInput { uri }).is_err());
    assert!(conflicts(&bench.desk, Empty {}).unwrap().is_empty());
}

#[test]
fn wrong_input_is_said() {
    let bench = Bench::new();
    for (name, input, expected) in [
        ("nonsense", json!({}), "unknown_command"),
        ("open_record", json!({}), "bad_input"),
        ("open_record", json!({"uri": "/x"}), "bad_uri"),
        ("open_record", json!({"uri": "/repositories/2/accessions/99"}), "not_found"),
        ("new_record", json!({"kind": "nonsense"}), "unknown_kind"),
        ("new_record", json!({"kind": "accession"}), "repository_needed"),
        ("sync", json!({}), "not_connected"),
        ("undo", json!({"op": 99}), "nothing_to_undo"),
        ("import_accept", json!({"import": 99}), "no_import"),
        ("resolve_conflict", json!({"uri": "/repositories/2/accessions/99"}), "no_conflict"),
    ] {
        assert_eq!(call(&bench.desk, name, input).unwrap_err().code, expected, "{name}");
    }
    let taken = new_repository(&bench.desk, NewRepository { code: "TEST".into(), name: "Again".into() });
    assert!(taken.is_err());
}

#[test]
fn every_command_of_the_contract_is_here() {
    assert_eq!(NAMES, record::api::catalogue::NAMES);
}

#[test]
fn what_the_server_asks_of_a_whole_record_is_asked_here_too() {
    let bench = Bench::new();
    let uri = bench.begin("digital_object").uri;
    let file = |name: &str| json!({"file_uri": name, "publish": true, "is_representative": true});
    let doc = |files: Value| json!({"title": "Scan", "digital_object_id": "d1", "file_versions": files});
    let refused = bench.save(&uri, "digital_object", doc(json!([file("a"), file("b")])));
    let found: Vec<_> = refused.problems.iter().map(|one| (one.pointer.as_str(), &*one.code)).collect();
    assert_eq!((refused.saved, found), (false, vec![("/file_versions/1/is_representative", "one_only")]));
    assert!(bench.save(&uri, "digital_object", doc(json!([file("a")]))).saved);
}
