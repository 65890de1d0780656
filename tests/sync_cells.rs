//! The table of `docs/SYNC.md`: five states here, seven of the server. One row a cell; all of them in one history.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: a failure is a panic")]

use desk::commands;
use e2e::office::{Office, Seat, accession, component, resource};
use record::api::command::{Empty, Side};
use serde_json::{Value, json};

/// How a record stands on a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Here {
    Clean,
    Edited,
    Created,
    Deleted,
    InvalidDraft,
}

/// What became of it on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum There {
    Same,
    Changed,
    Deleted,
    MergedAway,
    OtherRepository,
    NotPermitted,
    Suppressed,
}

use Here::{Clean, Created, Edited, InvalidDraft};
use There::{Changed, MergedAway, NotPermitted, OtherRepository, Same, Suppressed};

/// What the desk says after a sync, and what became of the record when all is shown again, every question was
/// answered with the server's side and everybody synced. Of what is new here a server cannot say more.
const CELLS: [(Here, There, &str, &str); 31] = [
    (Clean, Same, "here", "here"),
    (Clean, Changed, "here", "here"),
    (Clean, There::Deleted, "gone", "gone"),
    (Clean, MergedAway, "gone", "gone"),
    (Clean, OtherRepository, "here, moved", "here, moved"),
    (Clean, NotPermitted, "here", "here"),
    (Clean, Suppressed, "gone", "here"),
    (Edited, Same, "here, mine", "here, mine"),
    (Edited, Changed, "here, mine", "here, mine"),
    (Edited, There::Deleted, "asked: gone, mine", "gone"),
    (Edited, MergedAway, "asked: gone, mine", "gone"),
    (Edited, OtherRepository, "here, moved, mine", "here, moved, mine"),
    (Edited, NotPermitted, "refused, mine", "here, mine"),
    (Edited, Suppressed, "asked: gone, mine", "here, mine"),
    (Created, Same, "here, mine", "here, mine"),
    (Created, OtherRepository, "here, moved, mine", "here, moved, mine"),
    (Created, NotPermitted, "refused, mine", "here, mine"),
    (Here::Deleted, Same, "gone", "gone"),
    (Here::Deleted, Changed, "asked: deleted", "here"),
    (Here::Deleted, There::Deleted, "gone", "gone"),
    (Here::Deleted, MergedAway, "gone", "gone"),
    (Here::Deleted, OtherRepository, "here, moved", "here, moved"),
    (Here::Deleted, NotPermitted, "deletion waits", "gone"),
    (Here::Deleted, Suppressed, "gone", "here"),
    (InvalidDraft, Same, "here, draft", "here, draft"),
    (InvalidDraft, Changed, "here, outdated draft", "here, outdated draft"),
    (InvalidDraft, There::Deleted, "gone, draft", "gone, draft"),
    (InvalidDraft, MergedAway, "gone, draft", "gone, draft"),
    (InvalidDraft, OtherRepository, "here, moved, outdated draft", "here, moved, outdated draft"),
    (InvalidDraft, NotPermitted, "here, draft", "here, draft"),
    (InvalidDraft, Suppressed, "gone, draft", "here, outdated draft"),
];

/// One cell on its way.
struct Cell {
    here: Here,
    there: There,
    uri: String,
}

/// Repositories of the history: one where all happens, one that records go to, one that is closed for a while.
struct Repositories {
    own: String,
    other: String,
    closed: String,
}

#[test]
fn every_cell_of_the_table() {
    let office = Office::open();
    let ada = office.desk();
    let locals = ["OWN", "OTH", "CLO"].map(|code| ada.repository(code));
    ada.sync();
    let [own, other, closed] = locals.map(|local| ada.now(&local));
    let repositories = Repositories { own, other, closed };
    let ben = office.clerk(&[&repositories.own, &repositories.other, &repositories.closed]);
    let mut cells: Vec<Cell> =
        CELLS.iter().map(|(here, there, ..)| begun(&ada, &repositories, *here, *there)).collect();
    ada.sync();
    ben.sync();
    for cell in &mut cells {
        cell.uri = ada.now(&cell.uri);
        stands(&ben, cell);
    }
    for cell in &cells {
        becomes(&office, &ada, &repositories, cell);
    }
    ada.sync();
    ada.sync();
    ben.sync();
    let found: Vec<_> =
        cells.iter().map(|cell| (cell.here, cell.there, told(&ben, &repositories, cell))).collect();
    let wanted: Vec<_> =
        CELLS.iter().map(|(here, there, told, _)| (*here, *there, (*told).to_owned())).collect();
    assert_eq!(differing(&found, &wanted), []);

    office.employ(&repositories.closed, Some("repository-managers"));
    for cell in cells.iter().filter(|cell| cell.there == Suppressed) {
        office.act(&format!("{}/suppressed", cell.uri), &[("suppressed", "false")]);
    }
    ben.sync();
    for conflict in ben.conflicts() {
        ben.resolve(&conflict.uri, Side::Theirs);
    }
    for seat in [&ben, &ada, &ben] {
        seat.sync();
    }
    let found: Vec<_> =
        cells.iter().map(|cell| (cell.here, cell.there, told(&ben, &repositories, cell))).collect();
    let wanted: Vec<_> =
        CELLS.iter().map(|(here, there, _, told)| (*here, *there, (*told).to_owned())).collect();
    assert_eq!(differing(&found, &wanted), []);
    assert_eq!((ben.everything(), ben.outbox()), (ada.everything(), 0));
}

/// Pairs of what is not as it is wanted.
fn differing<T: PartialEq + Clone>(found: &[T], wanted: &[T]) -> Vec<(T, T)> {
    let pairs = found.iter().cloned().zip(wanted.iter().cloned());
    pairs.filter(|(found, wanted)| found != wanted).collect()
}

/// The record of a cell as both desks know it; what is to be new on a desk is what it will hang below.
fn begun(ada: &Seat, repositories: &Repositories, here: Here, there: There) -> Cell {
    let repo = if there == NotPermitted { &repositories.closed } else { &repositories.own };
    let name = format!("{here:?}.{there:?}");
    let uri = match (here, there) {
        (_, MergedAway) => ada.create("top_container", Some(repo), json!({"indicator": name, "type": "box"})),
        (Created, _) => ada.create("resource", Some(repo), resource(&name, "Papers")),
        _ => ada.create("accession", Some(repo), accession(&name, "Letters")),
    };
    Cell { here, there, uri }
}

/// What Ben does with it.
fn stands(ben: &Seat, cell: &mut Cell) {
    let container = cell.there == MergedAway;
    let mine = if container { "internal_note" } else { "title" };
    match cell.here {
        Clean => {}
        Edited => ben.edit(&cell.uri, json!({mine: "Mine"})),
        Created => {
            let repo = cell.uri.split('/').take(3).collect::<Vec<_>>().join("/");
            cell.uri = ben.create("archival_object", Some(&repo), component(&cell.uri, None, "Mine"));
        }
        Here::Deleted => ben.delete(&cell.uri),
        InvalidDraft => {
            let opened = ben.open(&cell.uri);
            let mut doc = opened.record;
            doc.shift_remove(if container { "indicator" } else { "id_0" });
            assert!(!ben.try_save(&opened.kind, &cell.uri, Value::Object(doc)).is_empty());
        }
    }
}

/// What others do with it.
fn becomes(office: &Office, ada: &Seat, repositories: &Repositories, cell: &Cell) {
    match cell.there {
        Same => {}
        Changed => ada.edit(&cell.uri, json!({"inventory": "Ada's"})),
        There::Deleted => ada.delete(&cell.uri),
        MergedAway => {
            let into = json!({"indicator": format!("into {:?}", cell.here), "type": "box"});
            let into = ada.create("top_container", Some(&repositories.own), into);
            ada.sync();
            let body = json!({"jsonmodel_type": "merge_request", "uri": "merge_requests/top_container",
                "merge_destination": {"ref": ada.now(&into)}, "merge_candidates": [{"ref": cell.uri}]});
            let repo = repositories.own.rsplit('/').next().unwrap();
            office.post("/merge_requests/top_container", &[("repo_id", repo)], &body);
        }
        OtherRepository => {
            let moved = if cell.here == Created {
                root_of(ada, &format!("{:?}.{:?}", cell.here, cell.there))
            } else {
                cell.uri.clone()
            };
            office.act(&format!("{moved}/transfer"), &[("target_repo", &repositories.other)]);
        }
        NotPermitted => office.employ(&repositories.closed, None),
        Suppressed => office.act(&format!("{}/suppressed", cell.uri), &[("suppressed", "true")]),
    }
}

/// The resource with a number.
fn root_of(ada: &Seat, name: &str) -> String {
    let all = ada.everything();
    let found = all.iter().find(|(uri, one)| uri.contains("/resources/") && one["content"]["id_0"] == name);
    found.unwrap().0.clone()
}

/// What Ben's desk says of it.
fn told(ben: &Seat, repositories: &Repositories, cell: &Cell) -> String {
    let store = ben.desk.store();
    let head = store.read(|r| r.head(&cell.uri)).unwrap().filter(|head| head.held);
    // What was deleted here has no way to its other address.
    let moved = cell.uri.replace(&repositories.own, &repositories.other);
    let moved = Some(moved).filter(|moved| cell.there == OtherRepository && ben.has(moved));
    let uri = head.map(|head| head.uri).or(moved).unwrap_or_else(|| cell.uri.clone());
    let row = commands::outbox(&ben.desk, Empty {}).unwrap().into_iter().find(|row| row.uri == uri);
    let row = row.map(|row| (row.state, row.action)).unwrap_or_default();
    let asked = ben.conflicts().into_iter().find(|conflict| conflict.uri == uri);
    let mut told = match (&asked, ben.has(&uri), row.0.as_str(), row.1.as_str()) {
        (Some(conflict), ..) => format!("asked: {}", conflict.reason),
        (_, _, _, "delete") => "deletion waits".to_owned(),
        (_, false, ..) => "gone".to_owned(),
        (_, true, "", _) => "here".to_owned(),
        (_, true, state, _) => state.to_owned(),
    };
    if !uri.starts_with(cell.uri.rsplit_once('/').unwrap().0) {
        told.push_str(", moved");
    }
    let mine = |name: &str| ben.has(&uri) && ben.field(&uri, name) == "Mine";
    if mine("title") || mine("internal_note") {
        told.push_str(", mine");
    }
    if let Some(draft) = ben.has(&uri).then(|| ben.open(&uri).draft).flatten() {
        told.push_str(if draft.outdated { ", outdated draft" } else { ", draft" });
    } else if commands::drafts(&ben.desk, Empty {}).unwrap().iter().any(|draft| draft.uri == uri) {
        told.push_str(", draft");
    }
    told
}
