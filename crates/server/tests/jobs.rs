//! Jobs over the wire: sent, done once, watched, ended, taken up again after a stop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod common;

use common::{TestServer, resource};
use serde_json::{Value, json};
use store::{NewJob, Op, Role, Store};

/// A finding aid with a number of components.
fn finding_aid(id: &str, components: usize) -> String {
    let component = |n: usize| {
        format!(
            r#"<c01 level="file"><did><unittitle>Letter {n}</unittitle><unitdate normal="1900">1900</unitdate></did></c01>"#
        )
    };
    let components: String = (0..components).map(component).collect();
    format!(
        r#"<ead><eadheader><eadid>{id}</eadid><filedesc><titlestmt><titleproper>Guide</titleproper></titlestmt></filedesc>
        <profiledesc><langusage><language langcode="eng">English</language></langusage></profiledesc></eadheader>
        <archdesc level="collection"><did><unittitle>Papers {id}</unittitle><unitid>{id}</unitid>
        <unitdate normal="1900/1910">1900-1910</unitdate><physdesc><extent>2 linear feet</extent></physdesc>
        <langmaterial><language langcode="eng">English</language></langmaterial></did>
        <dsc>{components}</dsc></archdesc></ead>"#
    )
}

fn import_job() -> Value {
    json!({"job": {"jsonmodel_type": "import_job", "import_type": "ead_xml", "filenames": ["a.xml"]}})
}

async fn send(
    server: &TestServer,
    token: &str,
    repo: &str,
    job: &Value,
    files: &[(&str, String)],
) -> (u16, Value) {
    let mut body = format!("--cut\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n{job}\r\n");
    for (at, (name, text)) in files.iter().enumerate() {
        body.push_str(&format!(
            "--cut\r\nContent-Disposition: form-data; name=\"files[{at}]\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str("--cut--\r\n");
    let request = server.http.post(format!("{}{repo}/jobs_with_files", server.url)).body(body);
    let request = request.header("Content-Type", "multipart/form-data; boundary=cut");
    let response = request.header("X-ArchivesSpace-Session", token).send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn import(server: &TestServer, repo: &str, files: &[(&str, String)]) -> String {
    let (status, answer) = send(server, &server.token, repo, &import_job(), files).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["status"], "Created");
    answer["uri"].as_str().unwrap().to_owned()
}

/// The job when it has ended.
async fn ended(server: &TestServer, uri: &str) -> Value {
    loop {
        let job = server.get(uri).await;
        if !["queued", "running"].contains(&job["status"].as_str().unwrap()) {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

async fn log(server: &TestServer, uri: &str) -> String {
    server.get(&format!("{uri}/log")).await.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_aid_is_imported_and_told_of() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let odd = finding_aid("MS1", 3).replace("level=\"file\"", "level=\"shelfmark\"");
    let uri = import(&server, &repo, &[("a.xml", odd), ("b.xml", finding_aid("MS2", 2))]).await;
    assert_eq!(uri, "/repositories/2/jobs/1");
    let job = ended(&server, &uri).await;
    let told = log(&server, &uri).await;
    assert_eq!(
        (job["status"].as_str(), job["job_type"].as_str()),
        (Some("completed"), Some("import_job")),
        "{told}"
    );
    assert_eq!((job["owner"].as_str(), &job["has_modified_records"]), (Some("admin"), &json!(false)));
    assert!(told.contains("a.xml, line 6") && told.contains("“shelfmark”"), "{told}");
    assert!(told.contains("7 records stored\nMade /repositories/2/resources/1"), "{told}");
    let rest = server.get(&format!("{uri}/log?offset={}", told.len() - 3)).await;
    assert_eq!(rest.as_str().unwrap(), &told[told.len() - 3..]);
    let resources = server.get(&format!("{repo}/resources?page=1")).await;
    let titles: Vec<&str> =
        resources["results"].as_array().unwrap().iter().map(|doc| doc["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["Papers MS1", "Papers MS2"]);
    let records = server.get(&format!("{uri}/records?page=1&page_size=3")).await;
    assert_eq!((&records["total"], records["results"].as_array().unwrap().len()), (&json!(7), 3));
    assert_eq!(records["results"][0]["record"]["ref"], "/repositories/2/archival_objects/5");
    let files = server.get(&format!("{uri}/output_files")).await;
    let file = server.get(&format!("{uri}/output_files/{}", files[1])).await;
    assert_eq!(file.as_str().unwrap(), finding_aid("MS2", 2));
    assert_eq!(server.get(&format!("{repo}/jobs/active")).await, json!([]));
    for list in ["jobs?page=1", "jobs/archived?page=1"] {
        assert_eq!(server.get(&format!("{repo}/{list}")).await["results"][0]["uri"], *uri, "{list}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_breaks_a_rule_stores_nothing_and_says_why() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let taken = server.post(&format!("{repo}/resources"), resource("Papers", "MS2")).await;
    let dateless = finding_aid("MS1", 1).replace(r#"<unitdate normal="1900/1910">1900-1910</unitdate>"#, "");
    for (files, reason) in [
        (vec![("a.xml", dateless)], "resource “Papers MS1”: dates: Property is required but was missing"),
        (vec![("a.xml", finding_aid("MS3", 1)), ("b.xml", finding_aid("MS2", 1))], taken.as_str()),
        (vec![("a.xml", "<ead><eadheader>".to_owned())], "a.xml, line 1: the XML is broken"),
        (vec![("a.xml", "<record/>".to_owned())], "a.xml"),
    ] {
        let uri = import(&server, &repo, &files).await;
        let job = ended(&server, &uri).await;
        let told = log(&server, &uri).await;
        assert_eq!(job["status"], "failed", "{told}");
        assert!(told.contains(reason), "{reason}: {told}");
    }
    assert_eq!(server.get(&format!("{repo}/resources?all_ids=true")).await, json!([1]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_before_it_is_queued() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let other = server.repository("BRT").await;
    let far = server.post(&format!("{other}/resources"), resource("Far", "F")).await;
    let entry = server.user("entry", &repo, "repository-basic-data-entry").await;
    let viewer = server.user("viewer", &repo, "repository-viewers").await;
    let replace = |kind: &str, property: &str, find: &str, base: &str| {
        json!({"job": {"jsonmodel_type": "find_and_replace_job", "find": find, "replace": "b", "record_type": kind,
            "property": property, "base_record_uri": base}})
    };
    let import = |format: &str| json!({"job": {"jsonmodel_type": "import_job", "import_type": format, "filenames": ["a"]}});
    let admin = server.token.as_str();
    for (token, job, status, place) in [
        (admin, json!({}), 400, "job"),
        (admin, json!({"job": {}}), 400, "job"),
        (admin, json!({"job": {"import_type": "ead_xml"}}), 400, "job/jsonmodel_type"),
        (admin, json!({"job": {"jsonmodel_type": "accession"}}), 400, "job/jsonmodel_type"),
        (admin, json!({"job_type": "import_job", "job": {"import_type": "ead_xml"}}), 400, "job/filenames"),
        (admin, import("ead_xml"), 400, "files"),
        (admin, import("xls"), 400, "job/import_type"),
        (admin, import("marcxml"), 501, "marcxml"),
        (
            admin,
            json!({"job": {"jsonmodel_type": "report_job", "report_type": "x", "format": "csv"}}),
            501,
            "report_job",
        ),
        (admin, replace("resource", "finding", "a", "/x"), 400, "job/property"),
        (admin, replace("resource", "level", "a", &far), 400, "job/base_record_uri"),
        (admin, replace("resource", "publish", "a", &far), 400, "job/property"),
        (admin, replace("resource", "title", "/(/", &far), 400, "job/find"),
        (admin, json!({"job": {"jsonmodel_type": "generate_arks_job"}}), 400, "ARKs are switched off"),
        (admin, json!({"job": {"jsonmodel_type": "generate_slugs_job"}}), 400, "switched off"),
        (&entry, json!({"job": {"jsonmodel_type": "generate_arks_job"}}), 403, "Access denied"),
        (&entry, import("ead_xml"), 403, "Access denied"),
        (&viewer, json!({"job": {"jsonmodel_type": "trim_whitespace_job"}}), 403, "Access denied"),
    ] {
        let (found, answer) = server.ask_as(token, "POST", &format!("{repo}/jobs"), Some(job.clone())).await;
        assert_eq!(found, status, "{job}: {answer}");
        let error = &answer["error"];
        let told = error.get(place).is_some() || error.as_str().is_some_and(|text| text.contains(place));
        assert!(told, "{job}: {answer}");
    }
    let (status, answer) = send(&server, admin, &repo, &json!("x"), &[]).await;
    assert_eq!(status, 400, "{answer}");
    assert_eq!(server.get(&format!("{repo}/jobs?all_ids=true")).await, json!([]));
    for (method, path) in [
        ("GET", "jobs/9"),
        ("POST", "jobs/9/cancel"),
        ("DELETE", "jobs/9"),
        ("GET", "jobs/9/log"),
        ("GET", "jobs/9/output_files"),
        ("GET", "jobs/9/output_files/1"),
        ("GET", "jobs/9/records?page=1"),
    ] {
        let (status, answer) = server.ask(method, &format!("{repo}/{path}"), None).await;
        assert_eq!((status, &answer), (404, &json!({"error": "Job not found"})), "{path}");
        let (status, _) = server.ask_as("", method, &format!("{repo}/{path}"), None).await;
        assert_eq!(status, 403, "{path}");
    }
    let types = server.get("/job_types").await;
    assert_eq!(
        types["import_job"],
        json!({"create_permissions": ["import_records"], "cancel_permissions": ["cancel_importer_job"]})
    );
    assert_eq!(server.get(&format!("{repo}/jobs/import_types")).await[0]["name"], "ead_xml");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_replaced_as_one_change_that_can_be_taken_back() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let root = server.post(&format!("{repo}/resources"), resource("Old box", "MS1")).await;
    let component = |title: &str| {
        json!({"title": title, "level": "file", "resource": {"ref": root}, "dates": [],
            "extents": [{"portion": "whole", "number": "1", "extent_type": "linear_feet", "container_summary": "old box"}]})
    };
    let first = server.post(&format!("{repo}/archival_objects"), component("old letters")).await;
    let hidden = server.post(&format!("{repo}/archival_objects"), component("old bills")).await;
    let broken = server.post(&format!("{repo}/archival_objects"), component("old <i>maps</i>")).await;
    server.post(&format!("{hidden}/suppressed?suppressed=true"), json!({})).await;
    let job = json!({"job": {"jsonmodel_type": "find_and_replace_job", "find": r"/old( |.*<)/", "replace": r"new\1",
        "record_type": "archival_object", "property": "title", "base_record_uri": root}});
    let breaking = json!({"job": {"jsonmodel_type": "find_and_replace_job", "find": "<i>", "replace": "<b>",
        "record_type": "archival_object", "property": "title", "base_record_uri": root}});
    let mut logs = Vec::new();
    for job in [&job, &breaking] {
        let uri = server.post(&format!("{repo}/jobs"), job.clone()).await;
        assert_eq!(ended(&server, &uri).await["status"], "completed");
        logs.push((uri.clone(), log(&server, &uri).await));
    }
    let (uri, told) = &logs[0];
    assert!(told.contains("1 records with the text are suppressed and stay as they are"), "{told}");
    assert!(told.contains("4 records looked at, 2 changed, 0 left as they were"), "{told}");
    assert!(
        logs[1].1.contains(&format!("{broken} stays as it is: title: mixed_content_invalid_inline_ead")),
        "{logs:?}"
    );
    let doc = server.get(&first).await;
    assert_eq!((&doc["title"], &doc["lock_version"]), (&json!("new letters"), &json!(1)));
    assert_eq!(doc["extents"][0]["container_summary"], "old box");
    assert_eq!(server.get(&broken).await["title"], "new <i>maps</i>");
    assert_eq!(server.get(&root).await["title"], "Old box");
    assert_eq!(server.get(uri).await["has_modified_records"], true);
    let data = server.stopped().await;
    let store = Store::open(data.path(), store::Options::new(Role::Server)).unwrap();
    let op = store.read(|reader| reader.undoable()).unwrap().unwrap();
    assert_eq!((op.name.as_str(), op.records), ("find_and_replace", 2));
    store.write(Op::typed("undo", "admin"), |tx| tx.undo(Some(op.op))).unwrap();
    for (uri, title) in [(&first, "old letters"), (&broken, "old <i>maps</i>")] {
        assert_eq!(store.read(|reader| reader.expect(uri)).unwrap().doc["title"], title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_done_once_each_whenever_the_server_stops() {
    let mut server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let mut jobs = Vec::new();
    for n in 0..4 {
        let name = format!("MS{n}");
        jobs.push(import(&server, &repo, &[("a.xml", finding_aid(&name, 40))]).await);
        server = server.again().await;
    }
    for uri in &jobs {
        let job = ended(&server, uri).await;
        assert_eq!(job["status"], "completed", "{}", log(&server, uri).await);
    }
    let ids = server.get(&format!("{repo}/resources?all_ids=true")).await;
    assert_eq!(ids.as_array().unwrap().len(), 4);
    let components = server.get(&format!("{repo}/archival_objects?all_ids=true")).await;
    assert_eq!(components.as_array().unwrap().len(), 160);
    server.stop().await;
}

/// What a kill leaves behind: a job that is marked as running and did nothing yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_running_at_a_kill_begins_again_but_not_for_ever() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let blanks = server.post(&format!("{repo}/accessions"), json!({"id_0": "A", "title": " Blanks  "})).await;
    let server = server
        .with_store_between(|store| {
            let doc = serde_json::Map::new();
            let add = |kind: &str| {
                let new = NewJob { repo: &repo, kind, doc: &doc, params: None, files: &[] };
                store.write(Op::typed("job", "admin"), |tx| tx.add_job(&new)).unwrap();
            };
            let claim = || store.write(Op::typed("job", ""), |tx| tx.claim_job()).unwrap();
            add("find_and_replace_job");
            for _ in 0..2 {
                claim();
                store.write(Op::typed("job", ""), |tx| tx.revive_jobs()).unwrap();
            }
            add("trim_whitespace_job");
            claim();
            claim();
        })
        .await;
    let [often, once] = [1, 2].map(|n| format!("{repo}/jobs/{n}"));
    assert_eq!(ended(&server, &often).await["status"], "failed");
    assert!(log(&server, &often).await.contains("The server ended 3 times while this job ran"));
    assert_eq!(ended(&server, &once).await["status"], "completed");
    let told = log(&server, &once).await;
    assert!(
        told.starts_with("The server ended while this job ran. Nothing was kept; it begins again.\n"),
        "{told}"
    );
    assert_eq!(server.get(&blanks).await["title"], "Blanks");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_can_be_ended_by_those_who_may() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let entry = server.user("entry", &repo, "repository-basic-data-entry").await;
    let long = import(&server, &repo, &[("a.xml", finding_aid("MS1", 1_500))]).await;
    let waits = import(&server, &repo, &[("a.xml", finding_aid("MS2", 1))]).await;
    let (status, _) = server.ask_as(&entry, "POST", &format!("{long}/cancel"), None).await;
    assert_eq!(status, 403);
    for uri in [&waits, &long] {
        let (status, answer) = server.ask("POST", &format!("{uri}/cancel"), None).await;
        // A quick machine may have done it already.
        assert!(status == 200 && answer["status"] == "Updated" || status == 409, "{answer}");
    }
    for (uri, id) in [(&long, "MS1"), (&waits, "MS2")] {
        let job = ended(&server, uri).await;
        let found = server.get(&format!("{repo}/find_by_id/resources?identifier[]=[\"{id}\"]")).await;
        let kept = found["resources"].as_array().unwrap().len();
        match job["status"].as_str().unwrap() {
            "canceled" => assert_eq!(kept, 0, "{uri}"),
            status => assert_eq!((status, kept), ("completed", 1), "{uri}"),
        }
        let (status, answer) = server.ask("POST", &format!("{uri}/cancel"), None).await;
        assert_eq!((status, &answer["error"]), (409, &json!("This job has ended already")));
        let (status, answer) = server.ask("DELETE", uri, None).await;
        assert_eq!((status, &answer["status"]), (200, &json!("Deleted")), "{answer}");
    }
    assert_eq!(server.get(&format!("{repo}/jobs?all_ids=true")).await, json!([]));
    server.stop().await;
}

/// The program itself, killed without a word while a job runs, and started again.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_takes_its_jobs_up_again() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let data = server.stopped().await;
    let jobs = {
        let store = Store::open(data.path(), store::Options::new(Role::Server)).unwrap();
        let doc = import_job()["job"].as_object().cloned().unwrap();
        let add = |n: usize| {
            let files = [("a.xml".to_owned(), finding_aid(&format!("MS{n}"), 200).into_bytes())];
            let new = NewJob { repo: &repo, kind: "import_job", doc: &doc, params: None, files: &files };
            store.write(Op::typed("job", "admin"), |tx| tx.add_job(&new)).unwrap().0
        };
        (0..3).map(add).collect::<Vec<i64>>()
    };
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_fonds-server"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Its first line says that it serves; the jobs began before that.
    let mut line = String::new();
    let mut out = std::io::BufReader::new(program.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    let server = TestServer::start_on(data).await;
    for id in jobs {
        let uri = format!("{repo}/jobs/{id}");
        assert_eq!(ended(&server, &uri).await["status"], "completed", "{}", log(&server, &uri).await);
    }
    let count = |list: Value| list.as_array().unwrap().len();
    assert_eq!(count(server.get(&format!("{repo}/resources?all_ids=true")).await), 3);
    assert_eq!(count(server.get(&format!("{repo}/archival_objects?all_ids=true")).await), 600);
    assert_eq!(server.stop_and_check().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_is_copied_with_its_tree() {
    let server = TestServer::start().await;
    let repo = server.repository("ALB").await;
    let uri = import(&server, &repo, &[("a.xml", finding_aid("MS1", 3))]).await;
    ended(&server, &uri).await;
    let nodes = format!("{repo}/archival_objects");
    server.ask("POST", &format!("{nodes}/1/accept_children?children[]={nodes}/2&position=0"), None).await;
    server.ask("POST", &format!("{nodes}/3/suppressed?suppressed=true"), None).await;
    let job = |source: &str| json!({"job": {"jsonmodel_type": "resource_duplicate_job", "source": source}});
    for source in ["/repositories/2/resources/9", "/repositories/2/archival_objects/1"] {
        let (status, answer) = send(&server, &server.token, &repo, &job(source), &[]).await;
        let expected = format!("'{source}' is no resource of this repository");
        assert_eq!((status, &answer["error"]["job/source"][0]), (400, &json!(expected)));
    }
    let mut made = Vec::new();
    for _ in 0..2 {
        let (status, answer) =
            send(&server, &server.token, &repo, &job("/repositories/2/resources/1"), &[]).await;
        assert_eq!(status, 200, "{answer}");
        let uri = answer["uri"].as_str().unwrap().to_owned();
        made.push((ended(&server, &uri).await["status"].clone(), log(&server, &uri).await));
    }
    assert_eq!(
        made[0],
        (json!("completed"), "2 components copied\nMade /repositories/2/resources/2\n".to_owned())
    );
    // Its identifier is taken now.
    assert_eq!(made[1].0, "failed", "{}", made[1].1);
    assert!(made[1].1.contains("/repositories/2/resources/2"), "{}", made[1].1);
    let copy = server.get("/repositories/2/resources/2").await;
    assert_eq!(
        (&copy["title"], &copy["id_0"]),
        (&json!("[Duplicated] Papers MS1"), &json!("[Duplicated] MS1"))
    );
    assert_eq!((&copy["publish"], &copy["extents"][0]["number"]), (&json!(false), &json!("2")));
    let node = |number: u64| format!("/repositories/2/archival_objects/{number}");
    let (first, own) = (server.get(&node(1)).await, server.get(&node(4)).await);
    assert_eq!(
        (&first["title"], &own["resource"]["ref"]),
        (&own["title"], &json!("/repositories/2/resources/2"))
    );
    assert_ne!(first["ref_id"], own["ref_id"]);
    assert_eq!(server.get(&node(5)).await["parent"]["ref"], node(4));
    server.stop().await;
}
