//! Searching: what is found, when, and after which accidents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{Temporary, desk, doc, save, server};
use serde_json::json;
use store::{Expect, Hits, Op, Query};

fn find(s: &Temporary, text: &str) -> Hits {
    s.search(&Query { text: text.to_owned(), limit: 50, ..Query::default() }).unwrap()
}

fn titles(s: &Temporary, text: &str) -> Vec<String> {
    let mut titles: Vec<String> = find(s, text).hits.into_iter().map(|hit| hit.head.title).collect();
    titles.sort();
    titles
}

fn archive() -> Temporary {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion Archive"}));
    let root = save(
        &s,
        "resource",
        Some(&repo.uri),
        json!({
            "title": "Éloïse Müller papers", "id_0": "MSS.2019", "id_1": "04", "id_2": "7a", "level": "collection", "publish": true,
            "dates": [{"jsonmodel_type": "date", "date_type": "inclusive", "label": "creation", "begin": "1890", "end": "1905"}],
            "notes": [{"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": true,
                "subnotes": [{"jsonmodel_type": "note_text", "content": "Correspondence about cartography and lighthouses.", "publish": true}]}],
        }),
    );
    save(
        &s,
        "archival_object",
        Some(&repo.uri),
        json!({
            "title": "Letters to a lighthouse keeper", "level": "file", "component_id": "Box_12/Folder-3",
            "resource": {"ref": root.uri},
            "dates": [{"jsonmodel_type": "date", "date_type": "single", "label": "creation", "begin": "1950"}],
        }),
    );
    s
}

#[test]
fn words_phrases_prefixes_fields_ranges() {
    let s = archive();
    let (papers, letters) = ("Éloïse Müller papers", "Letters to a lighthouse keeper, 1950");
    let check = |text: &str, expected: &[&str]| {
        let found: Vec<String> =
            titles(&s, text).into_iter().map(|t| t.split(", 1").next().unwrap().to_owned()).collect();
        let expected: Vec<&str> = expected.iter().map(|t| t.split(", 1").next().unwrap()).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("eloise muller", &[papers]);
    check("\"about cartography\"", &[papers]);
    check("\"cartography about\"", &[]);
    check("lighth*", &[letters, papers]);
    check("lighthouse NOT keeper", &[]);
    check("(keeper OR cartography) level:file", &[letters]);
    check("title:letters", &[letters]);
    check("notes:lighthouses", &[papers]);
    check("date:[1900 TO 1910]", &[papers]);
    check("date:1950", &[letters]);
    for typed in ["MSS.2019-04/7a", "mss2019047a", "2019 04 7a", "MSS-2019", "2019/04"] {
        check(typed, &[papers]);
    }
    check("box 12 folder 3", &[letters]);
    check("box12folder3", &[letters]);
}

#[test]
fn what_is_saved_is_found_at_once_and_what_is_deleted_is_not() {
    let s = archive();
    assert_eq!(find(&s, "keeper").total, 1);
    s.settle_search().unwrap();
    let uri = find(&s, "keeper").hits[0].head.uri.clone();
    let stored = s.read(|r| r.expect(&uri)).unwrap();
    let mut changed = stored.doc.clone();
    changed.insert("title".to_owned(), json!("Letters to a mapmaker"));
    s.write(Op::typed("save", "ada"), |tx| tx.update(&uri, changed, Expect::Any)).unwrap();
    assert_eq!((find(&s, "keeper").total, find(&s, "mapmaker").total), (0, 1));
    let facets = find(&s, "").facets;
    assert_eq!(facets["kind"].iter().find(|f| f.value == "archival_object").unwrap().count, 1);
    s.write(Op::typed("delete", "ada"), |tx| tx.delete(&uri)).unwrap();
    assert_eq!(find(&s, "mapmaker").total, 0);
    s.settle_search().unwrap();
    assert_eq!(find(&s, "mapmaker").total, 0);
    s.write(Op::typed("undo", "ada"), |tx| tx.undo(None)).unwrap();
    assert_eq!(find(&s, "mapmaker").total, 1);
}

#[test]
fn facets_count_and_filter_and_passages_show_the_hits() {
    let s = archive();
    let repo = s.read(|r| r.list(&store::List::by_title(&["repository"], None, 0, 1))).unwrap().remove(0);
    let person = save(
        &s,
        "agent_person",
        None,
        json!({"names": [{"jsonmodel_type": "name_person", "primary_name": "Lovelace", "rest_of_name": "Ada", "name_order": "inverted", "rules": "dacs", "sort_name": "Lovelace, Ada"}]}),
    );
    save(
        &s,
        "accession",
        Some(&repo.uri),
        json!({"title": "Engines", "id_0": "E1", "accession_date": "1999-01-01",
        "linked_agents": [{"ref": person.uri, "role": "creator"}]}),
    );
    let all = find(&s, "");
    let agents = &all.facets["linked_agents"];
    assert_eq!((agents[0].value.as_str(), agents[0].count), (person.uri.as_str(), 1));
    let mut query = Query { limit: 10, ..Query::default() };
    query.filters.insert("linked_agents".to_owned(), vec![person.uri.clone()]);
    let only = s.search(&query).unwrap();
    assert_eq!((only.total, only.hits[0].head.title.as_str()), (1, "Engines"));
    let (text, hits) = find(&s, "cartography").hits[0].snippet.clone().unwrap();
    let (from, to) = hits[0];
    assert_eq!(&text[from as usize..to as usize], "cartography");
    let typing =
        s.search(&Query { text: "cartog".to_owned(), live: true, limit: 10, ..Query::default() }).unwrap();
    assert_eq!(typing.total, 1);
    let odd = find(&s, "(cartography \"lighthouses");
    assert_eq!((odd.total, odd.unread.is_some()), (1, true));
}

#[test]
fn an_index_that_fell_behind_or_is_gone_is_made_up_for() {
    let s = archive();
    s.settle_search().unwrap();
    // Saved, and the program is killed before the index hears of it.
    let repo = s.read(|r| r.list(&store::List::by_title(&["repository"], None, 0, 1))).unwrap().remove(0);
    save(&s, "accession", Some(&repo.uri), json!({"title": "Afterthought", "id_0": "E1"}));
    let s = s.reopen();
    assert_eq!(find(&s, "afterthought").total, 1);
    s.settle_search().unwrap();
    let Temporary { store, dir } = s;
    drop(store);
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    let s =
        Temporary { store: store::Store::open(dir.path(), common::options(store::Role::Desk)).unwrap(), dir };
    assert_eq!((find(&s, "afterthought").total, find(&s, "cartography").total), (1, 1));
    s.rebuild_search().unwrap();
    assert_eq!(find(&s, "cartography").total, 1);
}

/// A server's public finds nothing by words that it may not read; those who work there do.
#[test]
fn the_public_finds_by_words_of_published_parts_only() {
    let s = server();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion", "publish": true}));
    let unseen = save(
        &s,
        "agent_person",
        None,
        json!({"publish": false, "names": [{"jsonmodel_type": "name_person", "primary_name": "Nemo", "name_order": "direct", "source": "local", "sort_name_auto_generate": true}]}),
    );
    let text = |content: &str, publish: bool| json!({"jsonmodel_type": "note_text", "content": content, "publish": publish});
    let note = |subnotes: serde_json::Value, publish: bool| json!({"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": publish, "subnotes": subnotes});
    for (id, publish) in [("1", true), ("2", false)] {
        let doc = json!({
            "title": "Papers", "id_0": id, "level": "collection", "publish": publish,
            "linked_agents": [{"ref": unseen.uri, "role": "creator"}],
            "notes": [
                note(json!([text("open harbour", true), text("veiled quarry", false)]), true),
                note(json!([text("locked cellar", true)]), false),
            ],
        });
        save(&s, "resource", Some(&repo.uri), doc);
    }
    let total = |text: &str, published_only: bool| {
        let kinds = vec!["resource".to_owned(), "repository".to_owned()];
        let query = Query { text: text.to_owned(), kinds, published_only, limit: 10, ..Query::default() };
        s.search(&query).unwrap().total
    };
    for settled in [false, true] {
        if settled {
            s.settle_search().unwrap();
        }
        for (text, public) in [
            ("harbour", 1),
            ("\"open harbour\"", 1),
            ("papers", 1),
            ("quarry", 0),
            ("quar*", 0),
            ("\"veiled quarry\"", 0),
            ("notes:quarry", 0),
            ("cellar", 0),
            ("cell*", 0),
            ("\"locked cellar\"", 0),
            ("harbour AND cellar", 0),
            ("nemo", 0),
            ("creator:nemo", 0),
        ] {
            assert_eq!(total(text, true), public, "{text}");
            assert_eq!(total(text, false), 2, "{text}");
        }
    }
    let query = Query {
        text: "papers cellar OR harbour".to_owned(),
        published_only: true,
        limit: 10,
        ..Query::default()
    };
    let hit = s.search(&query).unwrap().hits.remove(0);
    assert!(hit.snippet.unwrap().0.contains("open harbour"), "passages are of what is published");
    assert_eq!(s.check(store::Repair::No).unwrap(), []);
    // Once the agent is published, its name finds what it is linked to.
    s.write(Op::typed("publish", "ada"), |tx| {
        let mut doc = tx.expect(&unseen.uri)?.doc;
        doc.insert("publish".to_owned(), json!(true));
        tx.update(&unseen.uri, doc, Expect::Any)
    })
    .unwrap();
    assert_eq!(total("linked_agents:nemo", true), 1);
    assert_eq!(total("repo_code:alb", true), 1, "repositories too");
}

#[test]
fn a_search_stays_in_the_repositories_that_are_open() {
    let s = server();
    let repos = ["ALB", "BRN"]
        .map(|code| save(&s, "repository", None, json!({"repo_code": code, "name": code})).head.uri);
    for repo in &repos {
        save(&s, "accession", Some(repo), json!({"id_0": "A1", "title": "Letters"}));
    }
    save(&s, "location", None, json!({"building": "Letters", "classification": "x"}));
    for (open, wanted) in [(None, 3), (Some(vec![repos[0].clone()]), 2), (Some(Vec::new()), 1)] {
        let query = Query { text: "letters".to_owned(), repositories: open, limit: 10, ..Query::default() };
        assert_eq!(s.search(&query).unwrap().total, wanted);
    }
}

/// More records than are indexed at once name a subject that gets another title: all of them are found by it, and none
/// by the old one. Of a few that is so at once.
#[test]
fn however_many_name_a_renamed_record_they_are_found_by_its_new_title() {
    for count in [3, 1_100] {
        let s = desk();
        let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion Archive"}));
        let subject = |term: &str| json!({"source": "local", "terms": [{"term": term, "term_type": "topical", "vocabulary": "/vocabularies/1"}], "vocabulary": "/vocabularies/1"});
        let topic = save(&s, "subject", None, subject("Whaling"));
        s.write(Op::typed("import", "ada"), |tx| {
            for number in 0..count {
                let accession =
                    json!({"id_0": number.to_string(), "title": "Logbook", "subjects": [{"ref": topic.uri}]});
                tx.add("accession", Some(&repo.uri), doc(accession))?;
            }
            Ok(())
        })
        .unwrap();
        s.settle_search().unwrap();
        assert_eq!(find(&s, "subjects:whaling").total, count);
        s.write(Op::typed("save", "ada"), |tx| tx.update(&topic.uri, doc(subject("Sealing")), Expect::Any))
            .unwrap();
        assert_eq!(find(&s, "subjects:sealing").total, count);
        assert_eq!(find(&s, "subjects:whaling").total, 0);
    }
}

#[test]
fn passages_are_looked_for_only_when_they_are_wanted() {
    let s = archive();
    let query =
        Query { text: "cartography".to_owned(), limit: 10, without_passages: true, ..Query::default() };
    let mut hits = s.search(&query).unwrap().hits;
    assert_eq!(hits.iter().filter(|hit| hit.snippet.is_some()).count(), 0);
    s.passages(&query, &mut hits).unwrap();
    let usual = s.search(&Query { without_passages: false, ..query }).unwrap().hits;
    assert!(usual.iter().all(|hit| hit.snippet.is_some()) && !usual.is_empty());
    assert_eq!(
        hits.iter().map(|hit| &hit.snippet).collect::<Vec<_>>(),
        usual.iter().map(|hit| &hit.snippet).collect::<Vec<_>>()
    );
}

#[test]
fn who_has_no_patience_is_told_how_far_behind_the_index_is() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion Archive"}));
    save(&s, "accession", Some(&repo.uri), json!({"id_0": "first", "title": "Logbook"}));
    s.settle_search().unwrap();
    let at_once =
        Query { text: "logbook".to_owned(), limit: 10, patience: Some(Duration::ZERO), ..Query::default() };
    // A few more are looked at beside the index.
    save(&s, "accession", Some(&repo.uri), json!({"id_0": "second", "title": "Logbook"}));
    let found = s.search(&at_once).unwrap();
    assert_eq!((found.total, found.behind), (2, 0));
    s.write(Op::typed("import", "ada"), |tx| {
        for number in 0..1_100 {
            let accession = json!({"id_0": number.to_string(), "title": "Logbook"});
            tx.add("accession", Some(&repo.uri), doc(accession))?;
        }
        Ok(())
    })
    .unwrap();
    let found = s.search(&at_once).unwrap();
    // The index may just be at it; but never is less found without saying so.
    assert!(found.total == 1_102 && found.behind == 0 || found.total <= 2 && found.behind > 0, "{found:?}");
    let patient = Query { patience: Some(Duration::from_secs(60)), ..at_once.clone() };
    let found = s.search(&patient).unwrap();
    assert_eq!((found.total, found.behind), (1_102, 0));
    assert_eq!(s.search(&at_once).unwrap().behind, 0);
}
