//! Documents on disk: JSON, compressed with zstd and a shared dictionary.
//!
//! The first byte names the dictionary, so that a later one can be added
//! while old documents stay readable.

use std::cell::RefCell;

use serde_json::{Map, Value};
use zstd::bulk::{Compressor, Decompressor};

use crate::Error;

/// What documents have in common. Never edit a published one: add the next.
const DICTIONARY_1: &[u8] = include_bytes!("../dictionary/1.txt");
const CURRENT: u8 = 1;
/// Of a record's kilobyte level 1 makes a fifteenth less than this one, and takes twice as long.
const LEVEL: i32 = -1;
/// Largest document that is unpacked (the largest known is about 4 MB).
const LIMIT: usize = 256 << 20;

/// Packs and unpacks documents. One for each connection, since its buffers are reused.
pub(crate) struct Codec {
    pack: RefCell<Compressor<'static>>,
    unpack: RefCell<Decompressor<'static>>,
}

impl Codec {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            pack: RefCell::new(Compressor::with_dictionary(LEVEL, DICTIONARY_1)?),
            unpack: RefCell::new(Decompressor::with_dictionary(DICTIONARY_1)?),
        })
    }

    /// A document as stored.
    pub(crate) fn pack(&self, doc: &Map<String, Value>) -> Result<Vec<u8>, Error> {
        let json = serde_json::to_vec(doc)?;
        let mut packed = vec![CURRENT];
        packed.extend(self.pack.borrow_mut().compress(&json)?);
        Ok(packed)
    }

    /// A stored document.
    pub(crate) fn unpack(&self, blob: &[u8]) -> Result<Map<String, Value>, Error> {
        Ok(serde_json::from_slice(&self.bytes(blob)?)?)
    }

    /// The text of a stored document.
    pub(crate) fn text(&self, blob: &[u8]) -> Result<String, Error> {
        let wrong = |e| std::io::Error::new(std::io::ErrorKind::InvalidData, e);
        Ok(String::from_utf8(self.bytes(blob)?).map_err(wrong)?)
    }

    fn bytes(&self, blob: &[u8]) -> Result<Vec<u8>, Error> {
        let wrong = || std::io::Error::new(std::io::ErrorKind::InvalidData, "unknown dictionary");
        let (CURRENT, packed) = blob.split_first().map(|(d, p)| (*d, p)).ok_or_else(wrong)? else {
            return Err(wrong().into());
        };
        let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().unwrap_or(0);
        let size = usize::try_from(size).unwrap_or(LIMIT).min(LIMIT);
        Ok(self.unpack.borrow_mut().decompress(packed, size)?)
    }
}
