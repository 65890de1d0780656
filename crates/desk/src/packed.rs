//! Records that wait to be accepted, packed: as value trees those of a large finding aid would take some twenty times
//! the memory.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use record::Record;
use serde_json::{Map, Value};
use store::Error;

/// Records packed together: enough for what they share to be said once.
const BLOCK: usize = 64;
/// Largest block that is unpacked.
const LIMIT: usize = 1 << 30;

/// Records in the order in which they came.
#[derive(Debug, Default)]
pub struct Packed {
    blocks: Vec<Block>,
    open: Vec<Record>,
    /// Place of each address, by its hash: the addresses themselves would be the larger part. 128 bits, so that no two
    /// addresses ever share one.
    places: HashMap<u128, usize>,
    /// Records that came a second time after their block was closed.
    again: BTreeMap<usize, Record>,
    kinds: BTreeMap<String, u64>,
    /// Places of the roots of trees.
    roots: Vec<usize>,
}

#[derive(Debug)]
enum Block {
    Packed(Vec<u8>),
    /// What could not be packed stays as it is.
    Plain(Vec<Record>),
}

impl Packed {
    /// Adds a record. One whose address was there already replaces the earlier, at its place.
    pub fn push(&mut self, record: Record) {
        let key = key(record.uri().unwrap_or_default());
        let at = self.len();
        match self.places.get(&key).copied() {
            Some(earlier) => match earlier.checked_sub(self.closed()) {
                Some(open) => {
                    if let Some(place) = self.open.get_mut(open) {
                        *place = record;
                    }
                }
                None => drop(self.again.insert(earlier, record)),
            },
            None => {
                self.places.insert(key, at);
                *self.kinds.entry(record.kind.clone()).or_insert(0) += 1;
                if record.kind == "resource" {
                    self.roots.push(at);
                }
                self.open.push(record);
                if self.open.len() == BLOCK {
                    let records = std::mem::take(&mut self.open);
                    self.blocks.push(pack(&records).map_or(Block::Plain(records), Block::Packed));
                }
            }
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.closed() + self.open.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Records by kind.
    #[must_use]
    pub fn kinds(&self) -> &BTreeMap<String, u64> {
        &self.kinds
    }

    /// The roots of trees.
    ///
    /// # Errors
    /// When a block cannot be unpacked.
    pub fn roots(&self) -> Result<Vec<Record>, Error> {
        self.roots.iter().map(|at| self.get(*at)).collect()
    }

    /// Place of an address; `None` for that of another import, or of a record that is stored.
    #[must_use]
    pub fn place(&self, uri: &str) -> Option<usize> {
        self.places.get(&key(uri)).copied()
    }

    /// How many blocks there are.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.blocks.len() + usize::from(!self.open.is_empty())
    }

    /// The records of a block, with the place of the first.
    ///
    /// # Errors
    /// When it cannot be unpacked.
    pub fn block(&self, number: usize) -> Result<(usize, Vec<Record>), Error> {
        let first = number * BLOCK;
        let mut records = match self.blocks.get(number) {
            Some(Block::Packed(bytes)) => unpack(bytes)?,
            Some(Block::Plain(records)) => records.clone(),
            None => self.open.clone(),
        };
        for (at, record) in self.again.range(first..first + records.len()) {
            if let Some(place) = records.get_mut(at - first) {
                *place = record.clone();
            }
        }
        Ok((first, records))
    }

    /// The record at a place.
    ///
    /// # Errors
    /// When there is none, or its block cannot be unpacked.
    pub fn get(&self, at: usize) -> Result<Record, Error> {
        let (first, records) = self.block(at / BLOCK)?;
        let record = records.into_iter().nth(at - first);
        record.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound).into())
    }

    /// All records, in order.
    ///
    /// # Errors
    /// When a block cannot be unpacked.
    pub fn all(&self) -> Result<Vec<Record>, Error> {
        let blocks = (0..self.blocks()).map(|number| Ok(self.block(number)?.1));
        Ok(blocks.collect::<Result<Vec<_>, Error>>()?.concat())
    }

    fn closed(&self) -> usize {
        self.blocks.len() * BLOCK
    }
}

fn key(uri: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, uri).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

fn pack(records: &[Record]) -> Option<Vec<u8>> {
    let pairs: Vec<(&str, &Map<String, Value>)> =
        records.iter().map(|record| (record.kind.as_str(), &record.doc)).collect();
    zstd::bulk::compress(&serde_json::to_vec(&pairs).ok()?, 1).ok()
}

fn unpack(bytes: &[u8]) -> Result<Vec<Record>, Error> {
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().unwrap_or(0);
    let size = usize::try_from(size).unwrap_or(LIMIT).min(LIMIT);
    let pairs: Vec<(String, Map<String, Value>)> =
        serde_json::from_slice(&zstd::bulk::decompress(bytes, size)?)?;
    Ok(pairs.into_iter().map(|(kind, doc)| Record::new(kind, doc)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn numbered(number: usize, title: &str) -> Record {
        Record::from_value("subject", json!({"uri": format!("/subjects/import_{number}"), "title": title}))
            .unwrap()
    }

    #[test]
    fn records_come_back_in_order_the_later_for_the_earlier() {
        let mut packed = Packed::default();
        (0..150).for_each(|number| packed.push(numbered(number, "first")));
        packed.push(numbered(3, "second"));
        packed.push(numbered(149, "second"));
        let titles: Vec<String> =
            packed.all().unwrap().iter().filter_map(|r| r.text("title").map(str::to_owned)).collect();
        assert_eq!((packed.len(), titles.len(), packed.kinds()["subject"]), (150, 150, 150));
        let second: Vec<usize> = (0..150).filter(|at| titles[*at] == "second").collect();
        assert_eq!(second, [3, 149]);
        assert_eq!(packed.place("/subjects/import_70"), Some(70));
        assert_eq!(packed.get(70).unwrap().uri(), Some("/subjects/import_70"));
        assert!(packed.get(150).is_err());
    }
}
