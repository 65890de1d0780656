//! A copy of what only this desk has, before everything of a server is taken for the first time, or anew.

use std::path::PathBuf;

use store::{Error, Store};

use super::FEED;

/// Folder of the copies, in the data folder.
const FOLDER: &str = "backups";
/// So many copies are kept for each reason; older ones go.
const KEPT: usize = 3;

/// Copies the data of this desk where a whole sync is ahead and something waits to be sent: everything else is on the
/// server. `None`: there was no need.
///
/// # Errors
/// What the disk or the database says; then nothing is to be synced.
pub(crate) fn before_whole(store: &Store) -> Result<Option<PathBuf>, Error> {
    let (whole, unsent) = store.read(|r| {
        let followed = r.cursor(FEED)?.is_some_and(|after| after != "0") || !r.cursors("list:")?.is_empty();
        Ok((!followed, r.unsent_count()?))
    })?;
    if !whole || unsent == 0 {
        return Ok(None);
    }
    copy(store, "before-sync")
}

/// Copies the data of this desk before a decision about all of them.
///
/// # Errors
/// What the disk or the database says; then nothing is to be decided.
pub(crate) fn before_decision(store: &Store) -> Result<Option<PathBuf>, Error> {
    copy(store, "before-decision")
}

fn copy(store: &Store, why: &str) -> Result<Option<PathBuf>, Error> {
    let folder = store.dir().join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let copies = copies(&folder, why)?;
    // A sync that cannot get through is tried again and again: what the last copy has is safe already.
    let seq = store.read(|r| r.seq())?;
    let path = folder.join(format!("{why}-{seq:012}.db"));
    if copies.contains(&path) {
        return Ok(None);
    }
    store.backup(&path)?;
    for old in copies.iter().rev().skip(KEPT - 1) {
        std::fs::remove_file(old)?;
    }
    Ok(Some(path))
}

/// The copies that are there for one reason, the oldest first.
fn copies(folder: &std::path::Path, why: &str) -> Result<Vec<PathBuf>, Error> {
    let mut copies: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    copies.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(why) && name.ends_with(".db")
    });
    copies.sort();
    Ok(copies)
}

#[cfg(test)]
mod tests {
    use record::Record;
    use serde_json::json;
    use store::{Op, Options, Role};

    use super::*;

    #[test]
    fn what_only_this_desk_has_is_copied_before_everything_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Desk)).unwrap();
        assert_eq!(before_whole(&store).unwrap(), None);
        let repository = json!({"repo_code": "ALB", "name": "Albert Dock"});
        for (number, doc) in (0..5).zip(std::iter::repeat(repository)) {
            let mut doc = Record::from_value("repository", doc).unwrap().doc;
            doc.insert("repo_code".to_owned(), json!(format!("ALB{number}")));
            store.write(Op::typed("save", "ada"), |tx| tx.create("repository", None, doc)).unwrap();
            assert!(before_whole(&store).unwrap().is_some_and(|path| path.exists()));
            assert_eq!(before_whole(&store).unwrap(), None);
        }
        assert_eq!(copies(&dir.path().join(FOLDER), "before-sync").unwrap().len(), KEPT);
        store.write(Op::repeatable("pull", "ada"), |tx| tx.set_cursor(FEED, "7")).unwrap();
        store.write(Op::typed("save", "ada"), |tx| tx.set_setting("any", Some("thing"))).unwrap();
        assert_eq!(before_whole(&store).unwrap(), None);
    }
}
