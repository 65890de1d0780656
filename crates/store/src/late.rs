//! Documents that are packed beside the thread that writes: those of a first sync, where packing is a sixth of the work.
//!
//! A document waits from its record's row until it is packed, within one transaction. Whoever touches `body` goes through
//! [`Db::bodies`], which writes what waits first; so does the end of the transaction. Nobody ever misses one.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use crate::Error;
use crate::body::Codec;
use crate::open::Db;

/// How many go at once: to wake the other thread for each costs more than to pack it.
const TOGETHER: usize = 100;

/// Documents, each with the row that it belongs to.
type Waiting = Vec<(i64, Map<String, Value>)>;
/// The same as they are stored.
type Packed = Vec<(i64, Vec<u8>)>;

/// What waits in a transaction.
#[derive(Default)]
pub(crate) struct Late {
    waiting: Waiting,
    /// Begun when there is enough for it.
    packer: Option<Packer>,
}

/// The thread that packs.
struct Packer {
    /// None once it was told that nothing more comes.
    to: Option<Sender<Waiting>>,
    from: Receiver<Result<Packed, Error>>,
    /// How many times it has not answered.
    open: usize,
    thread: Option<JoinHandle<()>>,
}

impl Packer {
    fn begin() -> Result<Self, Error> {
        let codec = Codec::new()?;
        let (to, docs) = channel::<Waiting>();
        let (back, from) = channel();
        let pack = move || {
            for docs in docs {
                if back.send(packed(&codec, &docs)).is_err() {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new().name("pack".to_owned()).spawn(pack)?;
        Ok(Self { to: Some(to), from, open: 0, thread: Some(thread) })
    }

    fn give(&mut self, docs: Waiting) -> Result<(), Error> {
        let given = self.to.as_ref().map(|to| to.send(docs));
        given.and_then(Result::ok).ok_or_else(broken_off)?;
        self.open += 1;
        Ok(())
    }

    /// The next that are packed: at once if they are there, or waited for; none when it has none, or none yet.
    fn next(&mut self, wait: bool) -> Result<Option<Packed>, Error> {
        if self.open == 0 {
            return Ok(None);
        }
        let next =
            if wait { Some(self.from.recv().map_err(|_| broken_off())?) } else { self.from.try_recv().ok() };
        self.open -= usize::from(next.is_some());
        next.transpose()
    }
}

impl Drop for Packer {
    fn drop(&mut self) {
        self.to = None;
        // A panic in it was seen by whoever waited for a document.
        self.thread.take().map(JoinHandle::join);
    }
}

fn packed(codec: &Codec, docs: &Waiting) -> Result<Packed, Error> {
    docs.iter().map(|(id, doc)| Ok((*id, codec.pack(doc)?))).collect()
}

fn broken_off() -> Error {
    io::Error::other("the thread that packs documents ended").into()
}

impl Db {
    /// The connection for reading or writing `body`, with nothing that waits.
    pub(crate) fn bodies(&self) -> Result<&Connection, Error> {
        let Late { waiting, packer } = self.late.take();
        if let Some(mut packer) = packer {
            while let Some(packed) = packer.next(true)? {
                self.insert_bodies(packed)?;
            }
        }
        self.insert_bodies(packed(&self.codec, &waiting)?)?;
        Ok(&self.conn)
    }

    /// A new row's document, written in this transaction at some time.
    pub(crate) fn put_late(&self, id: i64, doc: Map<String, Value>) -> Result<(), Error> {
        let mut late = self.late.take();
        late.waiting.push((id, doc));
        if late.waiting.len() >= TOGETHER {
            let mut packer = match late.packer.take() {
                Some(packer) => packer,
                None => Packer::begin()?,
            };
            packer.give(std::mem::take(&mut late.waiting))?;
            while let Some(packed) = packer.next(false)? {
                self.insert_bodies(packed)?;
            }
            late.packer = Some(packer);
        }
        self.late.replace(late);
        Ok(())
    }

    /// Forgets what waits, after a transaction that failed.
    pub(crate) fn forget_late(&self) {
        self.late.take();
    }

    fn insert_bodies(&self, packed: Packed) -> Result<(), Error> {
        packed.into_iter().try_for_each(|(id, doc)| self.insert_body(id, &doc))
    }

    pub(crate) fn insert_body(&self, id: i64, doc: &[u8]) -> Result<(), Error> {
        self.conn.prepare_cached("INSERT INTO body (id, doc) VALUES ($1, $2)")?.execute(params![id, doc])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Above, Incoming, Op, Options, Role, Store, Tx};

    const REPOSITORY: &str = "/repositories/2";

    fn title(number: usize) -> Value {
        json!(format!("Letters, folder {number}"))
    }

    fn take(tx: &mut Tx<'_>, numbers: std::ops::Range<usize>) -> Result<(), Error> {
        let mut above = Above::default();
        for number in numbers {
            let doc =
                json!({"title": title(number), "id_0": number.to_string(), "accession_date": "2020-01-01"});
            let incoming = Incoming {
                uri: format!("{REPOSITORY}/accessions/{number}"),
                doc: doc.as_object().unwrap().clone(),
                authors: None,
                lock_version: 0,
                place: None,
                order: None,
            };
            assert!(tx.take_in_first(incoming, &mut above)?.is_none());
        }
        Ok(())
    }

    fn title_of(reader: &crate::Reader<'_>, number: usize) -> Value {
        reader.get(&format!("{REPOSITORY}/accessions/{number}")).unwrap().unwrap().doc["title"].clone()
    }

    #[test]
    fn a_document_that_waits_is_read_as_if_it_were_written() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Desk)).unwrap();
        let last = 3 * TOGETHER + 7;
        store
            .write(Op::repeatable("pull", "ada"), |tx| {
                take(tx, 1..last)?;
                assert_eq!(title_of(tx, 1), title(1));
                assert_eq!(title_of(tx, last - 1), title(last - 1));
                // What comes after a document was asked for waits again.
                take(tx, last..last + 5)
            })
            .unwrap();
        store
            .read(|reader| {
                (1..last + 5).for_each(|number| assert_eq!(title_of(reader, number), title(number)));
                Ok::<_, Error>(())
            })
            .unwrap();
    }

    #[test]
    fn nothing_that_waited_in_a_transaction_that_failed_is_written_by_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Desk)).unwrap();
        let bodies = || store.read(|reader| reader.number("SELECT count(*) FROM body", params![])).unwrap();
        let before = bodies();
        let failed = store.write(Op::repeatable("pull", "ada"), |tx| {
            take(tx, 1..TOGETHER + 9)?;
            Err::<(), _>(Error::NothingToUndo)
        });
        assert!(failed.is_err());
        store.write(Op::repeatable("pull", "ada"), |tx| take(tx, 500..503)).unwrap();
        assert_eq!(bodies(), before + 3);
        assert_eq!(store.read(|reader| reader.get(&format!("{REPOSITORY}/accessions/1"))).unwrap(), None);
    }
}
