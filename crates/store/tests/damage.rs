//! Each kind of damage: found, told, and what is derived made again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, save, server};
use rusqlite::Connection;
use serde_json::json;
use store::{Finding, Op, Repair, Stored};

/// A server's store with a tree, a user and a group.
struct Archive {
    s: Temporary,
    repo: Stored,
    root: Stored,
    node: Stored,
    subject: Stored,
}

fn archive() -> Archive {
    let s = server();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let subject = save(
        &s,
        "subject",
        None,
        json!({"source": "local", "vocabulary": "/vocabularies/1", "terms": [{"term": "Strikes", "term_type": "topical", "vocabulary": "/vocabularies/1"}]}),
    );
    let root = save(
        &s,
        "resource",
        Some(&repo.uri),
        json!({"title": "Papers", "id_0": "R", "level": "collection", "subjects": [{"ref": subject.uri}]}),
    );
    let node = save(
        &s,
        "archival_object",
        Some(&repo.uri),
        json!({"title": "Letters of the strikers", "level": "file", "resource": {"ref": root.uri}}),
    );
    save(&s, "user", None, json!({"username": "ada", "name": "Ada", "is_admin": false}));
    save(
        &s,
        "group",
        Some(&repo.uri),
        json!({"group_code": "readers", "description": "Readers", "grants_permissions": ["view_repository"], "member_usernames": ["ada"]}),
    );
    Archive { s, repo, root, node, subject }
}

impl Archive {
    fn damage(&self, sql: &str) {
        let conn = Connection::open(self.s.dir.path().join("fonds.db")).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    fn parts(&self) -> Vec<&'static str> {
        parts(&self.s.check(Repair::No).unwrap())
    }

    /// Found as `part`, made again, and sound after that.
    fn repaired(&self, sql: &str, part: &str) {
        self.damage(sql);
        assert!(self.parts().contains(&part), "{sql}: {:?}", self.s.check(Repair::No).unwrap());
        let found = self.s.check(Repair::Derived).unwrap();
        assert!(found.iter().all(|finding| finding.repaired), "{sql}: {found:?}");
        assert_eq!(self.s.check(Repair::No).unwrap(), [], "{sql}");
    }

    /// Found as `part`, and left as it is.
    fn told(self, sql: &str, part: &str) {
        self.damage(sql);
        assert!(self.parts().contains(&part), "{sql}: {:?}", self.s.check(Repair::No).unwrap());
        let found = self.s.check(Repair::Derived).unwrap();
        assert!(found.iter().any(|finding| finding.part == part && !finding.repaired), "{sql}: {found:?}");
        assert!(self.parts().contains(&part), "{sql}");
    }
}

fn parts(found: &[Finding]) -> Vec<&'static str> {
    found.iter().map(|finding| finding.part).collect()
}

#[test]
fn references_and_list_columns_are_made_again() {
    let a = archive();
    assert_eq!(a.s.check(Repair::No).unwrap(), []);
    a.repaired("DELETE FROM ref", "references");
    a.repaired("UPDATE ref SET prop = 'agents' WHERE prop = 'subjects'", "references");
    let to_another = format!(
        "UPDATE ref SET dst = (SELECT id FROM record WHERE uri = '{}')
           WHERE src = (SELECT id FROM record WHERE uri = '{}')",
        a.repo.uri, a.root.uri
    );
    a.repaired(&to_another, "references");
    for column in ["title", "sort", "identifier", "level"] {
        a.repaired(&format!("UPDATE record SET {column} = 'wrong' WHERE uri = '{}'", a.root.uri), "head");
    }
    a.repaired(&format!("UPDATE record SET restricted = 1 WHERE uri = '{}'", a.root.uri), "head");
    a.repaired("DELETE FROM identity WHERE rule = 'resource_identifier'", "identities");
}

#[test]
fn kind_repository_and_rights_follow_from_the_records() {
    let a = archive();
    a.repaired(&format!("UPDATE record SET repo = NULL WHERE uri = '{}'", a.root.uri), "address");
    let other_kind = format!(
        "UPDATE record SET kind = (SELECT id FROM kind WHERE name = 'accession') WHERE uri = '{}'",
        a.root.uri
    );
    a.repaired(&other_kind, "address");
    a.repaired("DELETE FROM grp_permission", "account");
    a.repaired("DELETE FROM member", "account");
    a.repaired("UPDATE account SET admin = 1", "account");
    a.repaired("UPDATE grp SET code = 'writers'", "account");
}

#[test]
fn trees_have_no_circle_and_one_root() {
    let a = archive();
    a.repaired(&format!("UPDATE record SET parent = id WHERE uri = '{}'", a.node.uri), "tree");
    let stray = format!(
        "UPDATE record SET parent = (SELECT id FROM record WHERE uri = '{}') WHERE uri = '{}'",
        a.subject.uri, a.node.uri
    );
    a.repaired(&stray, "tree");
    let no_node =
        format!("UPDATE record SET root = id, parent = id, position = 1 WHERE uri = '{}'", a.subject.uri);
    a.repaired(&no_node, "tree");
}

#[test]
fn numbers_that_are_taken_are_not_given_out_again() {
    let a = archive();
    for counter in ["seq", "row", "operation", "number:resource"] {
        a.repaired(&format!("UPDATE counter SET value = 0 WHERE name = '{counter}'"), "numbers");
    }
    let doc = json!({"title": "More", "id_0": "S", "level": "collection"});
    assert_eq!(save(&a.s, "resource", Some(&a.repo.uri), doc).uri, format!("{}/resources/2", a.repo.uri));
}

#[test]
fn the_index_holds_the_words_of_the_documents() {
    let a = archive();
    a.s.settle_search().unwrap();
    // The document changes behind the index's back: no change has a number that the index would follow.
    let other = a.s.dir.path().join("fonds.db");
    let conn = Connection::open(&other).unwrap();
    conn.execute_batch(&format!(
        "UPDATE body SET doc = (SELECT b.doc FROM body b JOIN record r ON r.id = b.id WHERE r.uri = '{}')
           WHERE id = (SELECT id FROM record WHERE uri = '{}');",
        a.root.uri, a.node.uri
    ))
    .unwrap();
    drop(conn);
    let found = a.s.check(Repair::No).unwrap();
    let about_words: Vec<_> = found.iter().filter(|finding| finding.part == "index").collect();
    assert_eq!(about_words.len(), 1, "{found:?}");
    assert_eq!(about_words[0].uri.as_deref(), Some(a.node.uri.as_str()));
}

#[test]
fn an_index_that_misses_records_or_has_others_is_made_anew() {
    let a = archive();
    a.s.settle_search().unwrap();
    a.repaired("UPDATE record SET state = 2 WHERE uri LIKE '%/subjects/%'", "index");
    let a = archive();
    a.damage("UPDATE record SET state = 2 WHERE uri LIKE '%/subjects/%'");
    a.s.rebuild_search().unwrap();
    a.damage("UPDATE record SET state = 0 WHERE uri LIKE '%/subjects/%'");
    let found = a.s.check(Repair::Derived).unwrap();
    assert!(found.iter().any(|f| f.part == "index" && f.uri.as_deref() == Some(a.subject.uri.as_str())));
    assert_eq!(a.s.check(Repair::No).unwrap(), []);
}

#[test]
fn what_is_no_derived_value_is_told_and_left() {
    archive().told("UPDATE body SET doc = x'0128' WHERE id = (SELECT max(id) FROM body)", "document");
    archive().told("DELETE FROM body WHERE id = (SELECT max(id) FROM body)", "document");
    let a = archive();
    let nowhere =
        format!("UPDATE record SET root = NULL, parent = NULL, position = NULL WHERE uri = '{}'", a.node.uri);
    a.told(&nowhere, "place");
    let gone = "PRAGMA foreign_keys = OFF; DELETE FROM record WHERE uri LIKE '%/subjects/%'";
    archive().told(gone, "dangling");
    archive().told("PRAGMA foreign_keys = OFF; DELETE FROM record WHERE uri LIKE '%/subjects/%'", "file");
}

#[test]
fn who_did_what_is_written_down_without_text_of_records() {
    let a = archive();
    a.s.write(Op::typed("update", "grace"), |tx| {
        tx.set_password("/users/1", Some("$hash$"))?;
        tx.delete(&a.node.uri)
    })
    .unwrap();
    let all = a.s.read(|r| r.audit(&store::AuditQuery { limit: 100, ..Default::default() })).unwrap();
    assert!(
        all.iter()
            .any(|l| l.by == "grace" && l.change == Some("deleted") && l.uri.as_deref() == Some(&a.node.uri))
    );
    assert!(all.iter().any(|l| l.action == "password" && l.uri.as_deref() == Some("/users/1")));
    let group = all.iter().find(|l| l.action == "group").unwrap();
    assert_eq!(group.detail, Some(json!({"granted": ["view_repository"], "added": ["ada"]})));
    let text = serde_json::to_string(&all).unwrap();
    for secret in ["Letters", "Papers", "Strikes", "$hash$"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let about = |uri: &str| {
        let asked = store::AuditQuery { uri: Some(uri.to_owned()), limit: 100, ..Default::default() };
        a.s.read(|r| r.audit(&asked)).unwrap().len()
    };
    assert_eq!((about(&a.node.uri), about("/subjects/999")), (2, 0), "made and deleted");
    let newest = a.s.read(|r| r.audit(&store::AuditQuery { limit: 2, ..Default::default() })).unwrap();
    let next =
        a.s.read(|r| r.audit(&store::AuditQuery { offset: 2, limit: 2, ..Default::default() })).unwrap();
    assert_eq!([newest, next].concat(), all[..4]);
    a.s.write(Op::typed("forget", ""), |tx| tx.forget_audit_before(i64::MAX)).unwrap();
    let left = a.s.read(|r| r.audit(&store::AuditQuery { limit: 100, ..Default::default() })).unwrap();
    assert!(left.iter().all(|line| line.operation.is_some()), "the history stays");
}
