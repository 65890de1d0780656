//! The real window: a person's task from search to server, and a kill while typing.
//!
//! Runs inside `tests/window/session.sh`, which gives it a screen, a session bus and a keyring.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use e2e::{Desk, Key, Server, Window};
use serde_json::Value;
use tokio::sync::Mutex;

/// One window at a time: the screen has one keyboard.
static SCREEN: Mutex<()> = Mutex::const_new(());

const TITLE: &str = "[data-pointer='/title'] input, [data-pointer='/title'] textarea";
const FIRST_HIT: &str = "[role='row'][data-index='0']";

/// A component of the sample collections, by a word that only its title has.
fn sample(desk: &Desk, word: &str) -> Value {
    let found = desk.json(&["search", word, "--kind", "archival_object", "--limit", "1"]);
    found["hits"][0].clone()
}

/// What a person does: go to the search, type the word, open the hit with that title.
async fn open_by_search(window: &Window, word: &str, title: &str) {
    window.click("nav a[href='#/list/all']").await;
    window.type_into("input[type='search']", word).await;
    window.find(FIRST_HIT).await;
    window.click(&format!("//*[@role='row'][.//*[contains(., \"{title}\")]]")).await;
    window.find(TITLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_changed_in_the_window_arrives_on_the_server() {
    if !e2e::has_window_session() {
        return;
    }
    let _screen = SCREEN.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("server"));
    let desk = Desk::new(&folder.path().join("desk"));
    desk.load_samples(&server, "EHA");
    let component = sample(&desk, "Tremaine");
    let uri = component["uri"].as_str().unwrap();
    let before = server.get(uri).await;

    let window = Window::open(&desk.data).await;
    window.find("a.sync").await;
    window.screenshot("1-start.png").await;
    let title = before["title"].as_str().unwrap();
    open_by_search(&window, "Tremaine", title).await;
    window.screenshot("2-component.png").await;
    // Change its title, save, sync.
    window.retype(TITLE, "Tremaine, changed in the window").await;
    window.press(&[Key::Control], 's').await;
    window.find("//footer//*[@role='status'][contains(., 'Saved')]").await;
    window.screenshot("3-saved.png").await;
    window.press(&[], '\u{E039}').await; // F9
    window
        .find("//a[contains(@class, 'sync')]//*[@role='status'][contains(., 'sent') or contains(., 'Sent')]")
        .await;
    window.screenshot("4-sent.png").await;
    window.close().await;

    let after = server.get(uri).await;
    assert_eq!(after["title"], "Tremaine, changed in the window");
    assert_eq!(after["lock_version"].as_i64().unwrap(), before["lock_version"].as_i64().unwrap() + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_window_keeps_what_was_typed() {
    if !e2e::has_window_session() {
        return;
    }
    let _screen = SCREEN.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("server"));
    let desk = Desk::new(&folder.path().join("desk"));
    desk.load_samples(&server, "EHA");

    let window = Window::open(&desk.data).await;
    open_by_search(&window, "Tremaine", "Tremaine, R.").await;
    window.type_into(TITLE, " and words nobody saved").await;
    // The form says when all the words are on the disk; only then is the promise made.
    window.find("//footer//*[@role='status'][@aria-busy='false'][contains(., 'kept')]").await;
    window.kill();

    let window = Window::open(&desk.data).await;
    open_by_search(&window, "Tremaine", "Tremaine, R.").await;
    let title = window.value(TITLE).await;
    assert!(title.ends_with(" and words nobody saved"), "{title}");
    window.screenshot("5-draft-after-kill.png").await;
    window.close().await;
    assert_eq!(desk.json(&["status"])["drafts"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_decided_in_the_window() {
    if !e2e::has_window_session() {
        return;
    }
    let _screen = SCREEN.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("server"));
    let (mine, theirs) = (Desk::new(&folder.path().join("mine")), Desk::new(&folder.path().join("theirs")));
    mine.load_samples(&server, "EHA");
    drop(theirs.run(&["connect", &server.address, "--user", "admin"]));
    drop(theirs.run(&["sync"]));
    let component = sample(&mine, "Tremaine");
    let uri = component["uri"].as_str().unwrap();
    // Both change the title; they also change a field each that the other leaves alone.
    drop(theirs.run(&["set", uri, "/title", "\"Tremaine, as the colleague has it\""]));
    drop(theirs.run(&["set", uri, "/component_id", "\"1.11 bis\""]));
    drop(theirs.run(&["sync"]));
    drop(mine.run(&["set", uri, "/title", "\"Tremaine, as I have it\""]));
    drop(mine.run(&["set", uri, "/repository_processing_note", "\"looked through\""]));
    let report = mine.json(&["sync"]);
    assert_eq!(report["conflicts"], 1, "{report}");

    let window = Window::open(&mine.data).await;
    window.click("nav a[href='#/conflicts']").await;
    window.find("td.theirs input[type='radio']").await;
    window.screenshot("6-conflict.png").await;
    window.click("td.theirs input[type='radio']").await;
    window.screenshot("7-decided.png").await;
    window.click("//button[normalize-space(.)='Finish']").await;
    window.find("//*[contains(., 'Nothing is in conflict')]").await;
    window.close().await;

    drop(mine.run(&["sync"]));
    let after = server.get(uri).await;
    assert_eq!(after["title"], "Tremaine, as the colleague has it");
    assert_eq!(
        (&after["component_id"], &after["repository_processing_note"]),
        (&"1.11 bis".into(), &"looked through".into())
    );
    assert_eq!(mine.json(&["conflicts"]), serde_json::json!([]));
}

/// Adds a note to a record as its owner would.
fn note(content: &str) -> String {
    serde_json::json!({"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": true,
        "subnotes": [{"jsonmodel_type": "note_text", "content": content, "publish": true}]})
    .to_string()
}

/// Chooses a side of a field in the comparison.
async fn choose(window: &Window, field: &str, side: &str) {
    window.click(&format!("//input[@type='radio' and @aria-label='{field}: {side}']")).await;
}

async fn decide_by_mixing(window: &Window) {
    choose(window, "Title", "Theirs").await;
    choose(window, "Component ID", "Mine").await;
    choose(window, "Content", "Both").await;
    window.click("//button[normalize-space(.)='Finish']").await;
    window.find("//*[contains(., 'Nothing is in conflict')]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_made_offline_are_seen_waiting_and_what_clashes_is_mixed_and_mixed_again() {
    if !e2e::has_window_session() {
        return;
    }
    let _screen = SCREEN.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder.path().join("server"));
    let (mine, theirs) = (Desk::new(&folder.path().join("mine")), Desk::new(&folder.path().join("theirs")));
    mine.load_samples(&server, "EHA");
    let uri = sample(&mine, "Tremaine")["uri"].as_str().unwrap().to_owned();
    drop(mine.run(&["set", &uri, "/notes/-", &note("Letters.")]));
    drop(mine.run(&["sync"]));
    drop(theirs.run(&["connect", &server.address, "--user", "admin"]));
    drop(theirs.run(&["sync"]));
    let notes = server.get(&uri).await["notes"].as_array().unwrap().len();
    let text = format!("/notes/{}/subnotes/0/content", notes - 1);
    // A colleague changes three things, and is online.
    drop(theirs.run(&["set", &uri, "/title", "\"Tremaine, as the colleague has it\""]));
    drop(theirs.run(&["set", &uri, "/component_id", "\"1.11 bis\""]));
    drop(theirs.run(&["set", &uri, &text, "\"Letters to his sister in Halifax.\""]));
    drop(theirs.run(&["sync"]));
    drop(mine.run(&["set", &uri, "/component_id", "\"1.11 a\""]));
    drop(mine.run(&["set", &uri, &text, "\"Business letters and two telegrams.\""]));

    // Without the server the title is changed, and stands in the outbox.
    server.kill();
    let window = Window::open(&mine.data).await;
    open_by_search(&window, "Tremaine", "Tremaine, R.").await;
    window.retype(TITLE, "Tremaine, changed offline").await;
    window.press(&[Key::Control], 's').await;
    window.find("//footer//*[@role='status'][contains(., 'Saved')]").await;
    window.click("a.sync").await;
    window.find("//tr[contains(., 'Tremaine, changed offline')][contains(., 'Waiting')]").await;
    window.screenshot("8-outbox-offline.png").await;
    window.press(&[], '\u{E039}').await; // F9
    window.find("//*[contains(., 'cannot be reached')]").await;

    // With it, the sync brings what clashes.
    server.restart();
    window.click("//button[contains(., 'What would happen?')]").await;
    window.find("//h3[contains(., 'would come')]").await;
    window.screenshot("9-what-would-happen.png").await;
    window.press(&[], '\u{E039}').await; // F9
    window
        .find("//tr[contains(., 'Tremaine, changed offline')][contains(., 'Changed here and on the server')]")
        .await;
    window.screenshot("10-outbox-conflict.png").await;
    window.click("//tr[contains(., 'Tremaine, changed offline')]//a[normalize-space(.)='Decide']").await;
    window.find("td.theirs input[type='radio']").await;
    window.screenshot("11-three-clashes.png").await;
    decide_by_mixing(&window).await;
    // It is taken back, and asked again as it was.
    window.click("//*[contains(@class, 'toast')]//button[normalize-space(.)='Undo']").await;
    window.find("//th[contains(., 'Component ID')]").await;
    window.screenshot("12-asked-again.png").await;
    assert_eq!(mine.json(&["conflicts"])[0]["fields"].as_array().unwrap().len(), 3);
    decide_by_mixing(&window).await;
    window.press(&[], '\u{E039}').await; // F9
    window
        .find("//a[contains(@class, 'sync')]//*[@role='status'][contains(., 'sent') or contains(., 'Sent')]")
        .await;
    window.close().await;

    let after = server.get(&uri).await;
    assert_eq!(after["title"], "Tremaine, as the colleague has it");
    assert_eq!(after["component_id"], "1.11 a");
    let written = after["notes"].to_string();
    for text in ["Letters to his sister in Halifax.", "Business letters and two telegrams."] {
        assert!(written.contains(text), "{written}");
    }
}
