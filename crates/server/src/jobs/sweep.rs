//! Going over all records of some kinds in steps of a few hundred. Each step is a change of its own, so that others
//! get their turn between; done twice it does nothing more, so a job that is begun again just goes over them again.

use serde_json::{Map, Value};
use store::{List, Reader, Stored};

use super::run::{Done, Ended, Run, Then};

/// Records in one step.
const STEP: usize = 500;

/// What becomes of a record: its new document, or none when it stays.
pub(super) type Change<'c> = dyn FnMut(&Reader<'_>, Stored) -> Result<Option<Map<String, Value>>, Ended> + 'c;

/// Changes the records of `kinds` in a repository, or everywhere.
pub(super) fn sweep(
    run: &Run<'_>,
    name: &str,
    kinds: &[&str],
    repo: Option<&str>,
    change: &mut Change<'_>,
) -> Done {
    let list = List {
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        repo: repo.map(str::to_owned),
        limit: u64::MAX,
        ..List::default()
    };
    let uris: Vec<String> =
        run.app.store.read(|reader| Ok(reader.list(&list)?.into_iter().map(|head| head.uri).collect()))?;
    let (total, mut changed) = (uris.len(), 0_usize);
    for (number, step) in uris.chunks(STEP).enumerate() {
        run.step()?;
        if number > 0 {
            run.say(&format!("{} of {total} records looked at", number * STEP));
        }
        let mut here = 0_usize;
        run.write(name, Then::More, |tx| {
            for uri in step {
                let Some(stored) = tx.get(uri)? else { continue };
                let Some(doc) = change(tx, stored)? else { continue };
                if amend(run, tx, uri, doc)? {
                    here += 1;
                }
            }
            Ok(())
        })?;
        changed += here;
    }
    run.say(&format!("{total} records looked at, {changed} changed"));
    Ok(())
}

/// Stores a document unless it is stored already; whether it did.
fn amend(run: &Run<'_>, tx: &mut store::Tx<'_>, uri: &str, doc: Map<String, Value>) -> Result<bool, Ended> {
    match tx.amend_unless_same(uri, doc) {
        Ok(changed) => Ok(changed),
        Err(store::Error::Invalid(problems)) => {
            for problem in &problems {
                let text = record::message::problem("en", problem);
                run.say(&format!("{uri} stays as it is: {}: {text}", problem.path()));
            }
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
