//! The `fonds` command line as scripts see it: exit status, the one sentence, JSON shapes.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fonds"));
        command.arg("--data").arg(self.dir.path()).args(args);
        command.env("FONDS_KEYRING", "memory").env_remove("FONDS_PASSWORD").env_remove("FONDS_LOG");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.command(args).spawn().unwrap();
        // A command that does not read its input has closed it.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    }

    fn ok(&self, args: &[&str], input: &str) -> String {
        let output = self.run(args, input);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {complaint}");
        assert_eq!(complaint, "", "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args, "")).unwrap()
    }

    /// The one sentence on standard error.
    fn complaint(&self, args: &[&str], input: &str) -> String {
        let output = self.run(args, input);
        assert!(!output.status.success(), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        complaint
    }

    fn accession(&self, title: &str) -> String {
        let doc = json!({"title": title, "id_0": title, "accession_date": "2026-01-02"});
        self.ok(&["new", "accession", "--repo", "MAIN"], &doc.to_string()).trim().to_owned()
    }
}

#[test]
fn a_desk_that_was_never_connected_works_alone() {
    let desk = Desk::new();
    let uri = desk.accession("Letters");
    let shown = desk.json(&["show", &uri, "--json"]);
    assert_eq!(
        (shown["title"].as_str(), shown["jsonmodel_type"].as_str()),
        (Some("Letters"), Some("accession"))
    );
    desk.ok(&["set", &uri, "/title", "\"Diaries\""], "");
    desk.ok(
        &["set", &uri, "/extents/0", r#"{"portion":"whole","number":"1","extent_type":"linear_feet"}"#],
        "",
    );
    let shown = desk.json(&["show", &uri, "--json"]);
    assert_eq!(
        (shown["title"].as_str(), shown["extents"][0]["number"].as_str()),
        (Some("Diaries"), Some("1"))
    );
    let status = desk.json(&["status", "--json"]);
    assert_eq!(status["server"], Value::Null);
    assert_eq!(status["repositories"][0]["code"], "MAIN");
    assert_eq!(
        (&status["outbox"], &status["conflicts"], &status["drafts"]),
        (&json!(2), &json!(0), &json!(0))
    );
    assert_eq!(status["last_sync"], Value::Null);
    desk.ok(&["undo"], "");
    assert!(desk.json(&["show", &uri, "--json"])["extents"].get(0).is_none());
    assert!(desk.json(&["history", &uri, "--json"]).as_array().unwrap().len() >= 3);
    assert_eq!(desk.json(&["conflicts", "--json"]), json!([]));
    desk.ok(&["delete", &uri], "");
    assert!(desk.complaint(&["show", &uri], "").contains(&uri));
}

#[test]
fn an_invalid_edit_is_kept_as_a_draft_and_goes_on_from_there() {
    let desk = Desk::new();
    let uri = desk.accession("Letters");
    let complaint = desk.complaint(&["set", &uri, "/id_0", "null"], "");
    assert!(complaint.contains("id_0"), "{complaint}");
    assert_eq!(desk.json(&["status", "--json"])["drafts"], 1);
    assert_eq!(desk.json(&["show", &uri, "--json"])["id_0"], "Letters");
    desk.ok(&["set", &uri, "/id_0", "\"7\""], "");
    assert_eq!(desk.json(&["status", "--json"])["drafts"], 0);
    assert_eq!(desk.json(&["show", &uri, "--json"])["id_0"], "7");
}

#[test]
fn search_has_its_shape() {
    let desk = Desk::new();
    let uri = desk.accession("Correspondence");
    desk.accession("Photographs");
    let found = desk.json(&["search", "correspondence", "--kind", "accession", "--repo", "MAIN", "--json"]);
    assert_eq!((&found["total"], &found["hits"][0]["uri"]), (&json!(1), &json!(uri)));
    assert_eq!(found["hits"][0]["kind"], "accession");
    assert_eq!(found["hits"][0]["title"], "Correspondence");
    assert!(found["hits"][0].get("snippet").is_some() && found["facets"].is_object());
    assert_eq!(desk.json(&["search", "nothing", "--json"])["total"], 0);
}

fn fixture(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    path.to_str().unwrap().to_owned()
}

#[test]
fn finding_aids_are_imported() {
    let desk = Desk::new();
    let file = fixture("harbour-commission.xml");
    let look = desk.json(&["import", &file, "--repo", "MAIN", "--dry-run", "--json"]);
    assert_eq!((&look["kinds"]["archival_object"], &look["problems"]), (&json!(43), &json!([])));
    let total: u64 = look["kinds"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(look["records"].as_array().unwrap().len() as u64, total);
    assert_eq!(desk.json(&["repos", "--json"]), json!([]));
    let done = desk.json(&["import", &file, "--repo", "MAIN", "--json"]);
    assert_eq!((&done["kinds"], done.get("records")), (&look["kinds"], None));
    assert_eq!(desk.json(&["repos", "--json"])[0]["counts"]["archival_object"], 43);
    assert_eq!(desk.json(&["status", "--json"])["outbox"], total + 1);
    let refused = desk.run(&["import", &fixture("../../Cargo.toml"), "--repo", "MAIN", "--json"], "");
    assert!(!refused.status.success());
    let shown: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert!(shown["problems"][0]["line"].is_u64());
    for member in ["file", "line", "path", "value", "code", "message"] {
        assert!(shown["problems"][0].get(member).is_some(), "{member}");
    }
}

#[test]
fn mistakes_are_said_in_one_sentence() {
    let desk = Desk::new();
    for (args, input, part) in [
        (&["show", "/nonsense"][..], "", "/nonsense"),
        (&["show", "/repositories/2/accessions/9"], "", "/repositories/2/accessions/9"),
        (&["new", "nonsense"], "{}", "nonsense"),
        (&["new", "accession"], "{}", "repository"),
        (&["new", "accession", "--repo", "A"], "[]", "JSON"),
        (&["new", "accession", "--repo", "A"], "{}", "id_0"),
        (&["search", "x", "--repo", "NONE"], "", "NONE"),
        (&["sync"], "", "connect"),
        (&["import", "/no/such/file.xml", "--repo", "A", "--dry-run"], "", "/no/such/file.xml"),
        (&["serve", "--listen", "0.0.0.0:0"], "", "127.0.0.1"),
        (&["resolve", "/repositories/2/accessions/9", "--take", "mine"], "", "conflict"),
        (&["connect", "ftp://x", "--user", "a"], "", "password"),
    ] {
        let complaint = desk.complaint(args, input);
        assert!(complaint.contains(part), "{args:?}: {complaint}");
    }
    let nobody = Desk::new();
    assert!(nobody.complaint(&["undo"], "").contains("nothing"));
    let unknown = nobody.run(&["nonsense"], "");
    assert!(!unknown.status.success());
}

#[test]
fn validate_answers_line_by_line() {
    let valid =
        json!({"type": "accession", "record": {"id_0": "1", "accession_date": "2026-01-02", "title": "A"}});
    let wrong = json!({"type": "accession", "record": {"id_0": "1", "accession_date": "2026-01-02",
        "extents": [{"portion": "whole", "extent_type": "linear_feet"}]}});
    let out = Desk::new().ok(&["validate"], &format!("{valid}\n{wrong}\n"));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["valid"], &lines[0]["errors"]), (&json!(true), &json!({})));
    assert_eq!(lines[1]["valid"], false);
    assert!(lines[1]["errors"]["extents/0/number"].is_array());
}

#[test]
fn serve_says_where_and_ends_when_told() {
    let desk = Desk::new();
    let mut child = desk.command(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("listening on ").unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && url.contains("/?token="), "{url}");
    // The command line works beside a running host.
    let uri = desk.accession("Letters");
    assert_eq!(desk.json(&["show", &uri, "--json"])["title"], "Letters");
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert!(child.wait().unwrap().success());
}
