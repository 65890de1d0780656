//! The file: its versions, damage, copies, repair.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Temporary, desk, options, save, server};
use rusqlite::Connection;
use serde_json::json;
use store::{Error, Repair, Role, Store};

fn schema(conn: &Connection) -> Vec<String> {
    let mut select = conn
        .prepare("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
        .unwrap();
    select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_released_version_opens_and_becomes_the_newest() {
    let fresh = desk();
    let newest = Connection::open(fresh.dir.path().join("fonds.db")).unwrap();
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for version in 1.. {
        let Ok(text) = std::fs::read_to_string(fixtures.join(format!("v{version}.sql"))) else {
            let known: i64 = newest.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
            assert_eq!(known, version - 1, "no fixture for the newest version");
            break;
        };
        let dir = tempfile::tempdir().unwrap();
        let old = Connection::open(dir.path().join("fonds.db")).unwrap();
        old.execute_batch(&text).unwrap();
        drop(old);
        let s = Temporary { store: Store::open(dir.path(), options(Role::Desk)).unwrap(), dir };
        let upgraded = Connection::open(s.dir.path().join("fonds.db")).unwrap();
        assert_eq!(schema(&upgraded), schema(&newest), "version {version}");
        let held = s.read(|r| r.expect("/repositories/2/accessions/7")).unwrap();
        assert_eq!((held.title.as_str(), held.lock_version), ("Letters home", 3));
        assert_eq!(s.check(Repair::No).unwrap(), []);
    }
}

#[test]
fn a_newer_or_damaged_file_is_left_alone() {
    let s = desk();
    save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let Temporary { store, dir } = s;
    drop(store);
    let path = dir.path().join("fonds.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(conn);
    assert!(matches!(Store::open(dir.path(), options(Role::Desk)), Err(Error::NewerFile { found: 99, .. })));
    let junk = b"this is no database at all, but somebody's only copy".repeat(100);
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("fonds.db"), &junk).unwrap();
    assert!(matches!(Store::open(other.path(), options(Role::Desk)), Err(Error::Damaged { .. })));
    assert_eq!(std::fs::read(other.path().join("fonds.db")).unwrap(), junk);
}

#[test]
fn what_is_derived_is_repaired_from_the_documents() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let root =
        save(&s, "resource", Some(&repo.uri), json!({"title": "Papers", "id_0": "R", "level": "collection"}));
    let node = save(
        &s,
        "archival_object",
        Some(&repo.uri),
        json!({"title": "a", "level": "file", "resource": {"ref": root.uri}}),
    );
    assert_eq!(s.check(Repair::No).unwrap(), []);
    let conn = Connection::open(s.dir.path().join("fonds.db")).unwrap();
    conn.execute("UPDATE record SET title = 'wrong', parent = id WHERE uri = $1", [&node.uri]).unwrap();
    conn.execute("DELETE FROM identity WHERE rule = 'ref_id'", []).unwrap();
    conn.execute(
        "INSERT INTO ref (src, prop, pos, dst) SELECT id, 'subjects', 0, id FROM record WHERE uri = $1",
        [&root.uri],
    )
    .unwrap();
    drop(conn);
    let parts: Vec<&str> = s.check(Repair::Derived).unwrap().iter().map(|finding| finding.part).collect();
    assert_eq!(parts, ["references", "head", "identities", "tree"]);
    assert_eq!(s.check(Repair::No).unwrap(), []);
    assert_eq!(s.read(|r| r.children(&root.uri, None, 0, 9)).unwrap()[0].title, "a");
}

#[test]
fn what_makes_agents_the_same_is_noted_anew_after_an_earlier_version() {
    let s = server();
    let agent = json!({"names": [{"family_name": "Ada"}], "dates_of_existence": [{"structured_date_single": {"date_expression": "1815"}}]});
    let made = save(&s, "agent_family", None, agent);
    let Temporary { store, dir } = s;
    drop(store);
    let conn = Connection::open(dir.path().join("fonds.db")).unwrap();
    conn.execute("UPDATE identity SET value = 'as it was' WHERE rule = 'agent'", []).unwrap();
    conn.execute("UPDATE record SET title = 'Ada (1815)' WHERE uri = $1", [&made.uri]).unwrap();
    conn.execute("DELETE FROM counter WHERE name = 'rules'", []).unwrap();
    drop(conn);
    let s = Temporary { store: Store::open(dir.path(), options(Role::Server)).unwrap(), dir };
    assert_eq!(s.check(Repair::No).unwrap(), []);
    assert_eq!(s.read(|r| r.expect(&made.uri)).unwrap().title, "Ada");
}

#[test]
fn a_backup_is_a_store() {
    let s = desk();
    let repo = save(&s, "repository", None, json!({"repo_code": "ALB", "name": "Albion"}));
    let copy = tempfile::tempdir().unwrap();
    s.backup(&copy.path().join("fonds.db")).unwrap();
    assert!(s.backup(&copy.path().join("fonds.db")).is_err());
    let other = Store::open(copy.path(), options(Role::Desk)).unwrap();
    assert_eq!(other.read(|r| r.expect(&repo.uri)).unwrap().title, repo.title);
}
