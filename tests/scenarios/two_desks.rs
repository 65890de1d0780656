//! Two desks and one server of either kind: whatever two people do, both end
//! with the same, nothing is lost, and only what contradicts is asked.

use desk::commands::{self, Source};
use e2e::office::{Office, Seat, accession, component, resource};
use record::api::command::{Empty, Side};
use serde_json::json;

/// Two desks that know one repository.
fn two() -> (Office, Seat, Seat, String) {
    let office = super::office();
    let (ada, ben) = (office.desk(), office.desk());
    let local = ada.repository("ALB");
    ada.sync();
    ben.sync();
    let repo = ada.now(&local);
    assert!(ben.has(&repo), "{repo}");
    (office, ada, ben, repo)
}

/// One accession that both have.
fn shared() -> (Office, Seat, Seat, String) {
    let (office, ada, ben, repo) = two();
    let local = ada.create("accession", Some(&repo), accession("2020.1", "Letters"));
    ada.sync();
    ben.sync();
    let uri = ada.now(&local);
    (office, ada, ben, uri)
}

#[track_caller]
fn alike(ada: &Seat, ben: &Seat) {
    assert_eq!(ada.everything(), ben.everything());
    assert_eq!((ada.outbox(), ben.outbox()), (0, 0));
}

#[test]
fn what_one_makes_the_other_sees() {
    let (_office, ada, ben, uri) = shared();
    assert!(!uri.contains("local_"), "{uri}");
    assert_eq!(ben.field(&uri, "title"), "Letters");
    alike(&ada, &ben);
    assert_eq!((ada.sync().pushed, ben.sync().pushed), (0, 0));
}

#[test]
fn what_others_link_to_is_edited_without_anybody_being_asked() {
    let (_office, ada, ben, repo) = two();
    let term = json!({"jsonmodel_type": "term", "term": "Strikes", "term_type": "topical", "vocabulary": "/vocabularies/1"});
    let local = ada.create(
        "subject",
        None,
        json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [term]}),
    );
    ada.sync();
    ben.sync();
    let subject = ada.now(&local);
    let mut linking = accession("2020.1", "Letters");
    linking["subjects"] = json!([{"ref": subject}]);
    let letters = ada.create("accession", Some(&repo), linking);
    ada.sync();
    ada.edit(&letters, json!({"title": "Letters home"}));
    ada.sync();
    ben.edit(&subject, json!({"scope_note": "Of carters"}));
    let report = ben.sync();
    assert_eq!((report.conflicts, report.problems.len()), (0, 0), "{report:?}");
    ada.sync();
    assert_eq!(ada.field(&subject, "scope_note"), "Of carters");
    alike(&ada, &ben);
}

#[test]
fn a_relation_is_seen_from_both_ends_and_goes_from_both() {
    let (_office, ada, ben, repo) = two();
    let one = ada.create("accession", Some(&repo), accession("2020.1", "Letters"));
    ada.sync();
    ben.sync();
    let one = ada.now(&one);
    let mut related = accession("2020.2", "More letters");
    related["related_accessions"] = json!([{
        "jsonmodel_type": "accession_parts_relationship", "relator": "forms_part_of", "relator_type": "part", "ref": one,
    }]);
    let two = ada.create("accession", Some(&repo), related);
    // Meanwhile the other end is edited elsewhere.
    ben.edit(&one, json!({"title": "Letters home"}));
    ada.sync();
    let report = ben.sync();
    assert_eq!(report.conflicts, 0, "{report:?}");
    ada.sync();
    let two = ada.now(&two);
    assert_eq!(ada.field(&one, "title"), "Letters home");
    assert_eq!(ben.field(&one, "related_accessions")[0]["ref"], two.as_str(), "the edit kept the relation");
    alike(&ada, &ben);
    ben.edit(&one, json!({"related_accessions": []}));
    ben.sync();
    ada.sync();
    let left = ada.field(&two, "related_accessions");
    assert!(left.as_array().is_none_or(Vec::is_empty), "taken out at the other end too: {left}");
    alike(&ada, &ben);
}

#[test]
fn different_fields_of_one_record_both_survive_and_nobody_is_asked() {
    let (_office, ada, ben, uri) = shared();
    ada.edit(&uri, json!({"title": "Letters home"}));
    ben.edit(&uri, json!({"provenance": "Gift of the family"}));
    ada.sync();
    let report = ben.sync();
    assert_eq!(report.conflicts, 0, "{report:?}");
    ada.sync();
    assert_eq!(ada.field(&uri, "provenance"), "Gift of the family");
    assert_eq!(ben.field(&uri, "title"), "Letters home");
    alike(&ada, &ben);
}

#[test]
fn the_same_field_is_asked_and_the_answer_ends_it() {
    for (side, expect) in [(Side::Mine, "Ben's"), (Side::Theirs, "Ada's")] {
        let (_office, ada, ben, uri) = shared();
        ada.edit(&uri, json!({"title": "Ada's", "inventory": "Box 1"}));
        ben.edit(&uri, json!({"title": "Ben's"}));
        ada.sync();
        assert_eq!(ben.sync().conflicts, 1);
        let conflict = &ben.conflicts()[0];
        assert_eq!(
            conflict.fields.iter().map(|field| field.pointer.as_str()).collect::<Vec<_>>(),
            ["/title"]
        );
        assert_eq!(ben.field(&uri, "title"), "Ben's");
        // Nothing is sent before the answer.
        ada.sync();
        assert_eq!(ada.field(&uri, "title"), "Ada's");
        ben.resolve(&uri, side);
        assert_eq!(ben.sync().conflicts, 0);
        ada.sync();
        assert_eq!(ada.field(&uri, "title"), expect);
        assert_eq!(ada.field(&uri, "inventory"), "Box 1");
        alike(&ada, &ben);
    }
}

#[test]
fn removed_there_and_edited_here_is_asked_and_can_be_made_again() {
    let (_office, ada, ben, uri) = shared();
    ada.delete(&uri);
    ben.edit(&uri, json!({"title": "Ben's"}));
    ada.sync();
    assert_eq!(ben.sync().conflicts, 1);
    assert_eq!(ben.conflicts()[0].reason, "gone");
    assert_eq!(ben.field(&uri, "title"), "Ben's");
    ben.resolve(&uri, Side::Mine);
    ben.sync();
    ada.sync();
    alike(&ada, &ben);
    assert!(ada.everything().values().any(|record| record["content"]["title"] == "Ben's"));
}

#[test]
fn deleted_here_and_edited_there_is_asked() {
    for (side, stays) in [(Side::Mine, false), (Side::Theirs, true)] {
        let (_office, ada, ben, uri) = shared();
        ada.edit(&uri, json!({"title": "Ada's"}));
        ben.delete(&uri);
        ada.sync();
        assert_eq!(ben.sync().conflicts, 1);
        assert_eq!(ben.conflicts()[0].reason, "deleted");
        assert!(ben.has(&uri));
        ben.resolve(&uri, side);
        ben.sync();
        ada.sync();
        assert_eq!((ada.has(&uri), ben.has(&uri)), (stays, stays));
        alike(&ada, &ben);
    }
}

#[test]
fn deleted_on_both_sides_is_deleted() {
    let (_office, ada, ben, uri) = shared();
    ada.delete(&uri);
    ben.delete(&uri);
    ada.sync();
    assert_eq!(ben.sync().conflicts, 0);
    alike(&ada, &ben);
}

#[test]
fn both_make_records_that_link_to_each_other() {
    let (_office, ada, ben, repo) = two();
    let agent = json!({"names": [{"jsonmodel_type": "name_person", "primary_name": "Voss", "rest_of_name": "Ida",
        "name_order": "inverted", "source": "local", "is_display_name": true, "authorized": true}]});
    let voss = ada.create("agent_person", None, agent);
    let mut doc = accession("2020.1", "Letters");
    doc["linked_agents"] = json!([{"ref": voss, "role": "creator"}]);
    let letters = ada.create("accession", Some(&repo), doc);
    let diaries = ben.create("accession", Some(&repo), accession("2020.2", "Diaries"));
    ada.sync();
    ben.sync();
    ada.sync();
    let (voss, letters, diaries) = (ada.now(&voss), ada.now(&letters), ben.now(&diaries));
    assert_eq!(ben.field(&letters, "linked_agents")[0]["ref"], json!(voss));
    assert!(ada.has(&diaries));
    alike(&ada, &ben);
}

#[test]
fn a_circle_of_links_is_sent_in_two_saves() {
    let (_office, ada, ben, repo) = two();
    let one = ada.create("accession", Some(&repo), accession("2020.1", "One"));
    let mut doc = accession("2020.2", "Two");
    doc["related_accessions"] = json!([{"jsonmodel_type": "accession_sibling_relationship", "ref": one, "relator": "sibling_of", "relator_type": "bound_with"}]);
    let two = ada.create("accession", Some(&repo), doc);
    ada.edit(&one, json!({"related_accessions": [
        {"jsonmodel_type": "accession_sibling_relationship", "ref": two, "relator": "sibling_of", "relator_type": "bound_with"}]}));
    let report = ada.sync();
    assert_eq!(report.problems.len(), 0, "{report:?}");
    ben.sync();
    let (one, two) = (ada.now(&one), ada.now(&two));
    let links = |uri: &str| ben.field(uri, "related_accessions").to_string();
    assert!(links(&one).contains(&two) && links(&two).contains(&one), "{} {}", links(&one), links(&two));
    assert_eq!(ada.outbox(), 0);
}

fn titles(seat: &Seat, root: &str, parent: Option<&str>) -> Vec<String> {
    let children = seat.desk.store().read(|r| r.children(root, parent, 0, 1000)).unwrap();
    children.into_iter().map(|head| head.title).collect()
}

/// A resource with files a, b, c, d that both have.
fn tree() -> (Office, Seat, Seat, String, Vec<String>) {
    let (office, ada, ben, repo) = two();
    let root = ada.create("resource", Some(&repo), resource("R1", "Papers"));
    let nodes: Vec<String> = ["a", "b", "c", "d"]
        .iter()
        .map(|title| ada.create("archival_object", Some(&repo), component(&root, None, title)))
        .collect();
    let report = ada.sync();
    assert_eq!(report.problems.len(), 0, "{report:?}");
    ben.sync();
    let nodes = nodes.iter().map(|uri| ada.now(uri)).collect();
    let root = ada.now(&root);
    assert_eq!(titles(&ben, &root, None), ["a", "b", "c", "d"]);
    (office, ada, ben, root, nodes)
}

#[test]
fn moves_of_different_nodes_both_stand() {
    let (_office, ada, ben, root, nodes) = tree();
    ada.place(&root, None, &nodes[3], 0);
    ben.place(&root, Some(&nodes[1]), &nodes[2], 0);
    ada.sync();
    ben.sync();
    ada.sync();
    for seat in [&ada, &ben] {
        assert_eq!(titles(seat, &root, None), ["d", "a", "b"]);
        assert_eq!(titles(seat, &root, Some(&nodes[1])), ["c"]);
    }
    alike(&ada, &ben);
}

#[test]
fn a_title_edited_here_does_not_undo_a_move_there() {
    let (_office, ada, ben, root, nodes) = tree();
    ada.place(&root, None, &nodes[0], 3);
    ben.edit(&nodes[0], json!({"title": "A"}));
    ada.sync();
    ben.sync();
    ada.sync();
    assert_eq!(titles(&ada, &root, None), ["b", "c", "d", "A"]);
    alike(&ada, &ben);
}

#[test]
fn new_nodes_come_where_they_were_put() {
    let (_office, ada, ben, root, nodes) = tree();
    let repo = ada.open(&root).repo.unwrap();
    let new = ben.create("archival_object", Some(&repo), component(&root, None, "between"));
    ben.place(&root, None, &new, 1);
    let other = ada.create("archival_object", Some(&repo), component(&root, Some(&nodes[0]), "below"));
    ada.sync();
    ben.sync();
    ada.sync();
    assert_eq!(titles(&ada, &root, None), ["a", "between", "b", "c", "d"]);
    assert!(ben.has(&ada.now(&other)));
    alike(&ada, &ben);
}

#[test]
fn each_below_the_other_ends_in_one_tree() {
    let (_office, ada, ben, root, nodes) = tree();
    ada.place(&root, Some(&nodes[1]), &nodes[0], 0);
    ben.place(&root, Some(&nodes[0]), &nodes[1], 0);
    for seat in [&ada, &ben, &ada, &ben, &ada] {
        seat.sync();
    }
    alike(&ada, &ben);
    let all = ada.desk.store().read(|r| r.nodes_in_order(&root)).unwrap();
    assert_eq!(all.len(), 4);
}

#[test]
fn a_deleted_tree_with_a_file_edited_there_is_asked_as_a_whole() {
    let (_office, ada, ben, root, nodes) = tree();
    ada.edit(&nodes[1], json!({"title": "B"}));
    ben.delete(&root);
    ada.sync();
    ben.sync();
    assert!(ben.conflicts().iter().any(|conflict| conflict.uri == root), "{:?}", ben.conflicts());
    assert_eq!(titles(&ben, &root, None), ["a", "B", "c", "d"]);
    ada.sync();
    assert_eq!(titles(&ada, &root, None), ["a", "B", "c", "d"]);
    for conflict in ben.conflicts() {
        ben.resolve(&conflict.uri, Side::Theirs);
    }
    ben.sync();
    ada.sync();
    alike(&ada, &ben);
    assert_eq!(titles(&ada, &root, None).len(), 4);
}

#[test]
fn a_new_file_below_a_tree_deleted_there_is_not_lost() {
    let (_office, ada, ben, root, _) = tree();
    let repo = ada.open(&root).repo.unwrap();
    let new = ben.create("archival_object", Some(&repo), component(&root, None, "new"));
    ada.delete(&root);
    ada.sync();
    ben.sync();
    ben.sync();
    assert!(ben.has(&new) && ben.has(&root));
    assert_eq!(ben.conflicts()[0].reason, "gone");
}

#[test]
fn a_refused_record_holds_nothing_up() {
    let (_office, ada, ben, repo) = two();
    ada.sync();
    let taken = ben.create("accession", Some(&repo), accession("2020.1", "First"));
    ben.sync();
    let twin = ada.create("accession", Some(&repo), accession("2020.9", "Twin"));
    let fine = ada.create("accession", Some(&repo), accession("2020.3", "Fine"));
    // The same number: nobody could know before the sync.
    ada.edit(&twin, json!({"id_0": "2020.1"}));
    let report = ada.sync();
    assert!(ada.open(&twin).refused.is_some(), "{report:?}");
    assert!(!ada.now(&fine).contains("local_"));
    ada.edit(&twin, json!({"id_0": "2020.4"}));
    ada.sync();
    ben.sync();
    assert!(ben.has(&ada.now(&twin)) && ada.has(&ben.now(&taken)));
    alike(&ada, &ben);
}

#[test]
fn a_desk_that_worked_alone_brings_its_repository() {
    let (office, ada, _ben, _) = two();
    let cleo = Seat::alone();
    let own = cleo.repository("CLEO");
    let same = cleo.repository("alb");
    let mine = cleo.create("accession", Some(&own), accession("1", "Mine"));
    let ours = cleo.create("accession", Some(&same), accession("2", "Ours"));
    cleo.connect(&office.address);
    let report = cleo.sync();
    assert_eq!(report.problems.len(), 0, "{report:?}");
    ada.sync();
    assert!(ada.has(&cleo.now(&mine)) && ada.has(&cleo.now(&ours)));
    assert!(ada.open(&cleo.now(&ours)).repo.is_some_and(|repo| repo == ada.now(&cleo.now(&same))));
    alike(&ada, &cleo);
}

#[test]
fn a_server_that_is_away_loses_nothing() {
    let (mut office, ada, ben, uri) = shared();
    let repo = ada.open(&uri).repo.unwrap();
    office.crash();
    ada.edit(&uri, json!({"title": "Offline"}));
    let new = ada.create("accession", Some(&repo), accession("2020.7", "Made offline"));
    assert_eq!(ada.try_sync().unwrap_err(), "unreachable");
    assert_eq!(ada.outbox(), 2);
    office.back();
    ada.sync();
    ben.sync();
    assert_eq!(ben.field(&uri, "title"), "Offline");
    assert!(ben.has(&ada.now(&new)));
    alike(&ada, &ben);
}

#[test]
fn a_cancelled_sync_goes_on_later() {
    let (_office, ada, ben, repo) = two();
    for number in 0..20 {
        let _uri = ada.create("accession", Some(&repo), accession(&format!("3.{number}"), "Many"));
    }
    let desk = ada.desk.clone();
    let mut events = desk.subscribe();
    let stopper = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        while let Some(event) = runtime.block_on(events.next()) {
            if event.name == "progress" && event.payload["task"] == "push" {
                desk::commands::cancel_sync(&desk, record::api::command::Empty {}).unwrap();
                break;
            }
        }
    });
    let first = ada.try_sync();
    stopper.join().unwrap();
    assert!(first.as_ref().err().is_none_or(|code| code == "cancelled"));
    ada.sync();
    ben.sync();
    alike(&ada, &ben);
    let many = ben.everything().values().filter(|record| record["content"]["title"] == "Many").count();
    assert_eq!(many, 20);
}

/// A finding aid brings a unit that the list does not have: the server and the other desk learn it.
#[test]
fn a_value_that_an_import_adds_to_a_list_reaches_everybody() {
    let (_office, ada, ben, repo) = two();
    let text = r#"<ead xmlns="urn:isbn:1-931666-22-9"><eadheader><eadid>x</eadid></eadheader><archdesc level="collection">
        <did><unittitle>Harbour views</unittitle><unitid>H.1</unitid><unitdate>1900</unitdate>
        <physdesc><extent>12 lantern plates</extent></physdesc></did></archdesc></ead>"#;
    let file = Source::Text { name: "views.xml".to_owned(), text: text.to_owned() };
    let read = commands::preview(&ada.desk, &repo, &[file]).map_err(|failure| failure.0).unwrap();
    commands::accept(&ada.desk, &read).map_err(|failure| failure.0).unwrap();
    let report = ada.sync();
    assert_eq!((ada.outbox(), report.problems.len()), (0, 0), "{:?}", report.problems);
    ben.sync();
    let collection =
        ben.everything().into_iter().map(|(uri, _)| uri).find(|uri| uri.contains("/resources/")).unwrap();
    let unit = ben.field(&collection, "extents")[0]["extent_type"].clone();
    let lists = commands::enums(&ben.desk, Empty {}).map_err(|failure| failure.0).unwrap();
    assert!(lists["extent_extent_type"].values.iter().any(|value| *value == unit), "{unit}");
    let mut doc = accession("2020.7", "More plates");
    doc["extents"] =
        json!([{"jsonmodel_type": "extent", "portion": "whole", "number": "3", "extent_type": unit}]);
    let _uri = ben.create("accession", Some(&repo), doc);
    assert!(ben.sync().problems.is_empty());
    ada.sync();
    alike(&ada, &ben);
}

/// What many records link to gets a new version with every one of them: nobody is asked because of that.
#[test]
fn a_thousand_components_of_an_agent_that_another_desk_edits() {
    let (_office, ada, ben, repo) = two();
    let name = json!({"jsonmodel_type": "name_person", "primary_name": "Nils", "name_order": "direct", "source": "local",
        "sort_name_auto_generate": true});
    let agent = json!({"names": [name]});
    let local = ada.create("agent_person", None, agent);
    let root = ada.create("resource", Some(&repo), resource("MS 1", "Letters"));
    ada.sync();
    ben.sync();
    let (agent, root) = (ada.now(&local), ada.now(&root));
    ben.edit(&agent, json!({"agent_contacts": [{"name": "Harbour office"}]}));
    for number in 0..1_000 {
        let mut linked = component(&root, None, &format!("Letter {number}"));
        linked["linked_agents"] = json!([{"ref": agent, "role": "creator"}]);
        let _uri = ada.create("archival_object", Some(&repo), linked);
    }
    let sent = ada.sync();
    assert_eq!((sent.conflicts, sent.problems.len()), (0, 0), "{:?}", sent.problems.first());
    let taken = ben.sync();
    assert_eq!((taken.conflicts, taken.problems.len()), (0, 0), "{:?}", taken.problems.first());
    ada.sync();
    assert_eq!(ada.field(&agent, "agent_contacts")[0]["name"], "Harbour office");
    alike(&ada, &ben);
}
