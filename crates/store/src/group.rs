//! Group commit: on a server, short operations that would only wait for each other's commit share one.
//!
//! Whoever ends an operation while others wait for their turn leaves the transaction open to the next, who works behind
//! a savepoint of its own; the last one commits for all. Nobody is told that an operation is done before that commit is
//! on the disk, and nobody reads it before. An operation that fails takes back what is its own and nothing else.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::Error;
use crate::flush::Flush;
use crate::open::lock;
use crate::options::Durability;

/// Operations that share one commit at most: the first waits for all of them.
pub(crate) const MOST: usize = 16;

/// A transaction that is not committed, with what the operations in it have done so far.
pub(crate) struct Group {
    pub(crate) together: Arc<Together>,
    pub(crate) durability: Durability,
    /// Operations that are done in it.
    pub(crate) done: usize,
    /// Whether they changed who may do what, or is shown what, or a controlled list.
    pub(crate) rights: bool,
    /// Whether they moved nodes.
    pub(crate) moved: bool,
}

impl Group {
    pub(crate) fn new(durability: Durability) -> Self {
        Self { together: Arc::default(), durability, done: 0, rights: false, moved: false }
    }
}

/// Where those wait who share a commit.
#[derive(Default)]
pub(crate) struct Together {
    stage: Mutex<Stage>,
    told: Condvar,
}

#[derive(Default)]
enum Stage {
    #[default]
    Open,
    /// Committed, by its number, and nobody sees to it that it comes to the disk.
    Committed(u64),
    /// Somebody waits for the disk.
    Flushing,
    /// On the disk; or the reason why nothing of it is there.
    Ended(Result<(), String>),
}

impl Together {
    /// Says that the commit is made: one of those who wait takes it to the disk.
    pub(crate) fn committed(&self, commit: u64) {
        *lock(&self.stage) = Stage::Committed(commit);
        self.told.notify_one();
    }

    /// Says that nothing of it was done.
    pub(crate) fn failed(&self, reason: &Error) {
        *lock(&self.stage) = Stage::Ended(Err(reason.to_string()));
        self.told.notify_all();
    }

    /// Waits until the shared commit is on the disk.
    ///
    /// # Errors
    /// Why nothing of it was done.
    pub(crate) fn wait(&self, flush: &Flush) -> Result<(), Error> {
        let mut stage = lock(&self.stage);
        loop {
            match &*stage {
                Stage::Ended(outcome) => {
                    return outcome.clone().map_err(|reason| std::io::Error::other(reason).into());
                }
                Stage::Committed(commit) => {
                    let commit = *commit;
                    *stage = Stage::Flushing;
                    drop(stage);
                    let flushed = flush.wait(commit);
                    stage = lock(&self.stage);
                    *stage = Stage::Ended(flushed.map_err(|error| error.to_string()));
                    self.told.notify_all();
                }
                Stage::Open | Stage::Flushing => {
                    stage = self.told.wait(stage).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use serde_json::json;
    use tempfile::TempDir;

    use super::*;
    use crate::options::Commit;
    use crate::{Gate, Op, Options, Role, Store, Tx};

    /// A server's store that counts its commits, and refuses those that `may` refuses.
    fn store(may: impl Fn(usize) -> bool + Send + Sync + 'static) -> (Store, Arc<AtomicUsize>, TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commits);
        let gate = Gate::new(move |moment| match moment {
            Commit::Before(Durability::Typed) if !may(counted.fetch_add(1, Ordering::SeqCst)) => {
                Err(std::io::Error::other("no room"))
            }
            _ => Ok(()),
        });
        let options = Options { gate: Some(gate), ..Options::new(Role::Server) };
        (Store::open(dir.path(), options).unwrap(), commits, dir)
    }

    fn make(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
        let doc = json!({"repo_code": name, "name": name});
        tx.create("repository", None, doc.as_object().cloned().unwrap_or_default()).map(drop)
    }

    type Work = fn(&mut Tx<'_>) -> Result<(), Error>;

    /// Does all of them at once: the first has its turn until all others wait for theirs.
    fn at_once(store: &Store, work: &[Work]) -> Vec<Result<(), String>> {
        let others = work.len() - 1;
        std::thread::scope(|scope| {
            let begun = Arc::new(AtomicUsize::new(0));
            let first = scope.spawn({
                let begun = Arc::clone(&begun);
                move || {
                    store.write(Op::typed("save", "ada").short(), |tx| {
                        begun.store(1, Ordering::SeqCst);
                        while store.shared.waiting.load(Ordering::SeqCst) < others {
                            std::thread::yield_now();
                        }
                        work[0](tx)
                    })
                }
            });
            while begun.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            let rest: Vec<_> = work[1..]
                .iter()
                .map(|one| scope.spawn(move || store.write(Op::typed("save", "ada").short(), one)))
                .collect();
            std::iter::once(first)
                .chain(rest)
                .map(|thread| match thread.join() {
                    Ok(done) => done.map(drop).map_err(|error| error.to_string()),
                    Err(_) => Err("panic".to_owned()),
                })
                .collect()
        })
    }

    fn names(store: &Store) -> Vec<String> {
        let page =
            store.read(|reader| Ok((2..9).map(|n| reader.head(&format!("/repositories/{n}"))).collect()));
        let heads: Vec<Result<Option<crate::Head>, Error>> = page.unwrap();
        let mut names: Vec<String> =
            heads.into_iter().filter_map(|head| head.unwrap().map(|head| head.title)).collect();
        names.sort();
        names
    }

    #[test]
    fn those_who_wait_for_each_other_share_a_commit() {
        let (store, commits, _dir) = store(|_| true);
        let before = commits.load(Ordering::SeqCst);
        let done = at_once(&store, &[|tx| make(tx, "a"), |tx| make(tx, "b"), |tx| make(tx, "c")]);
        assert_eq!(done, vec![Ok(()); 3]);
        assert_eq!(names(&store).len(), 3);
        assert_eq!(commits.load(Ordering::SeqCst) - before, 1);
        assert!(store.is_settled());
    }

    #[test]
    fn what_fails_takes_back_its_own_and_nothing_else() {
        let (store, _, _dir) = store(|_| true);
        let done = at_once(
            &store,
            &[
                |tx| make(tx, "a"),
                |tx| make(tx, "b").and(Err(Error::NothingToUndo)),
                |tx| {
                    make(tx, "c")?;
                    assert_eq!(tx.by(), "nobody", "a fault of ours");
                    Ok(())
                },
                |tx| make(tx, "d"),
            ],
        );
        let failed: Vec<bool> = done.iter().map(Result::is_err).collect();
        assert_eq!(failed, [false, true, true, false]);
        assert_eq!(names(&store).len(), 2, "{:?}", names(&store));
        // Also as the last one, after whom nobody comes.
        let done = at_once(&store, &[|tx| make(tx, "e"), |_| Err(Error::NothingToUndo)]);
        assert_eq!((done[0].is_ok(), done[1].is_err()), (true, true));
        assert_eq!(names(&store).len(), 3);
    }

    #[test]
    fn a_commit_that_fails_is_told_to_everybody_who_shares_it() {
        let (store, commits, _dir) = store(|_| true);
        drop(store);
        let opened = commits.load(Ordering::SeqCst);
        let (store, _, _dir) = super::tests::store(move |nth| nth != opened);
        let done = at_once(&store, &[|tx| make(tx, "a"), |tx| make(tx, "b"), |tx| make(tx, "c")]);
        assert!(done.iter().all(Result::is_err), "{done:?}");
        assert_eq!(names(&store), Vec::<String>::new());
        store.write(Op::typed("save", "ada"), |tx| make(tx, "d")).unwrap();
        assert_eq!(names(&store).len(), 1);
    }

    #[test]
    fn what_takes_long_is_not_waited_for() {
        let (store, commits, _dir) = store(|_| true);
        let before = commits.load(Ordering::SeqCst);
        let begun = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                store.write(Op::typed("save", "ada").short(), |tx| {
                    begun.store(true, Ordering::SeqCst);
                    while store.shared.waiting.load(Ordering::SeqCst) < 1 {
                        std::thread::yield_now();
                    }
                    make(tx, "a")
                })
            });
            let import = scope.spawn(|| {
                while !begun.load(Ordering::SeqCst) {
                    std::thread::yield_now();
                }
                store.write(Op::typed("import", "ada"), |tx| {
                    // It is there, and so it is committed.
                    let there = store.read(|reader| Ok(reader.head("/repositories/2")?.is_some()))?;
                    assert!(there);
                    make(tx, "b")
                })
            });
            first.join().unwrap().unwrap();
            import.join().unwrap().unwrap();
        });
        assert_eq!(commits.load(Ordering::SeqCst) - before, 2);
    }
}
