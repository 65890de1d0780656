//! Repositories that were made on this desk before it met the server: one
//! that the server has under the same code is the same repository.

use record::Record;
use serde_json::Value;
use store::{List, Op, Stored};

use super::plan::version;
use super::{Error, Run};

impl Run<'_> {
    /// Gives local repositories the address of the server's repository with their code.
    pub(super) async fn adopt_repositories(&mut self) -> Result<(), Error> {
        let list = List::by_title(&["repository"], None, 0, 10_000);
        let local: Vec<Stored> =
            self.store.read(|r| r.list_full(&list))?.into_iter().filter(|one| one.is_local()).collect();
        if local.is_empty() {
            return Ok(());
        }
        let there = self.client.get("/repositories", &[]).await?;
        for mine in local {
            let same_code =
                |theirs: &&Value| code(theirs.get("repo_code")) == code(mine.doc.get("repo_code"));
            let Some(theirs) = there.as_array().into_iter().flatten().find(same_code) else { continue };
            let Some(uri) = theirs.get("uri").and_then(Value::as_str) else { continue };
            self.store.write(Op::typed("push", self.user()), |tx| {
                // Name and address of the repository are the server's; what is in it moves along.
                tx.confirm_push(&mine.uri, mine.edits, uri, version(theirs))?;
                let doc = Record::from_value("repository", theirs.clone())?.doc;
                let lock_version = version(theirs);
                tx.apply(store::Incoming {
                    uri: uri.to_owned(),
                    doc,
                    authors: None,
                    lock_version,
                    place: None,
                    order: None,
                })
            })?;
        }
        Ok(())
    }
}

fn code(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(|code| code.trim().to_lowercase())
}
