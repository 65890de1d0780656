//! Bytes of any declared encoding as UTF-8, counted and bounded.
//!
//! UTF-8 passes through untouched. Lines are counted as they are consumed, so
//! the line of an event is known without looking back.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Why the source stopped, carried inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error("one piece of markup or text is too long")]
    Piece,
    #[error("the file is too large")]
    File,
    #[error("the file says that it is {0}, but some of its bytes are not")]
    Malformed(&'static str),
    #[error("nobody knows the encoding {0:?}")]
    UnknownEncoding(String),
}

const HEAD: usize = 1024;
const OUT: usize = 16 * 1024;

pub(super) struct Source<R> {
    inner: R,
    /// The first bytes, read ahead to find the encoding.
    head: Vec<u8>,
    head_at: usize,
    started: bool,
    decoder: Option<Decoder>,
    out: Vec<u8>,
    out_at: usize,
    out_end: usize,
    drained: bool,
    newlines: u64,
    consumed: u64,
    limit: u64,
    room: u64,
}

impl<R: BufRead> Source<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Self {
            inner,
            head: Vec::new(),
            head_at: 0,
            started: false,
            decoder: None,
            out: Vec::new(),
            out_at: 0,
            out_end: 0,
            drained: false,
            newlines: 0,
            consumed: 0,
            limit,
            room: u64::MAX,
        }
    }

    /// Line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.newlines + 1
    }

    /// Bytes taken so far.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Allows the next event this many bytes.
    pub(super) fn allow(&mut self, room: u64) {
        self.room = room;
    }

    fn start(&mut self) -> io::Result<()> {
        self.started = true;
        while self.head.len() < HEAD {
            let bytes = match self.inner.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                break;
            }
            let take = bytes.len().min(HEAD - self.head.len());
            self.head.extend_from_slice(&bytes[..take]);
            self.inner.consume(take);
        }
        let (encoding, mark) = detect(&self.head)?;
        self.head_at = mark;
        if encoding != UTF_8 {
            self.decoder = Some(encoding.new_decoder_without_bom_handling());
            self.out = vec![0; OUT];
        }
        Ok(())
    }

    /// Decodes until there is output, or the end.
    fn decode(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        while self.out_at == self.out_end && !self.drained {
            let from_head = self.head_at < self.head.len();
            let bytes = if from_head { &self.head[self.head_at..] } else { self.inner.fill_buf()? };
            let last = bytes.is_empty();
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(bytes, &mut self.out, last);
            if from_head {
                self.head_at += read;
            } else {
                self.inner.consume(read);
            }
            (self.out_at, self.out_end) = (0, written);
            match result {
                DecoderResult::Malformed(..) => {
                    return Err(invalid(Stop::Malformed(decoder.encoding().name())));
                }
                DecoderResult::InputEmpty => self.drained = last,
                DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }

    fn ready(&mut self) -> io::Result<&[u8]> {
        if !self.started {
            self.start()?;
        }
        if self.decoder.is_some() {
            self.decode()?;
            return Ok(&self.out[self.out_at..self.out_end]);
        }
        if self.head_at < self.head.len() {
            return Ok(&self.head[self.head_at..]);
        }
        self.inner.fill_buf()
    }
}

fn invalid(stop: Stop) -> io::Error {
    io::Error::other(stop)
}

/// The encoding and the length of the byte order mark.
fn detect(head: &[u8]) -> io::Result<(&'static Encoding, usize)> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => return Ok((UTF_8, 3)),
        [0xFF, 0xFE, ..] => return Ok((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => return Ok((UTF_16BE, 2)),
        [b'<', 0, b'?', 0, ..] => return Ok((UTF_16LE, 0)),
        [0, b'<', 0, b'?', ..] => return Ok((UTF_16BE, 0)),
        _ => {}
    }
    let Some(label) = declared(head) else { return Ok((UTF_8, 0)) };
    let encoding = Encoding::for_label_no_replacement(label)
        .ok_or_else(|| invalid(Stop::UnknownEncoding(String::from_utf8_lossy(label).into_owned())))?;
    // A file whose declaration can be read as ASCII is not UTF-16, whatever it says.
    Ok((if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }, 0))
}

/// The value of `encoding` in an XML declaration.
fn declared(head: &[u8]) -> Option<&[u8]> {
    let at = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let head = head[at..].strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = &head[..end];
    let at = head.windows(8).position(|word| word == b"encoding")?;
    let mut rest =
        head[at + 8..].iter().copied().enumerate().skip_while(|(_, byte)| !matches!(byte, b'"' | b'\''));
    let (open, quote) = rest.next()?;
    let (close, _) = rest.find(|(_, byte)| *byte == quote)?;
    head.get(at + 8 + open + 1..at + 8 + close)
}

impl<R: BufRead> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let take = bytes.len().min(into.len());
        into[..take].copy_from_slice(&bytes[..take]);
        self.consume(take);
        Ok(take)
    }
}

impl<R: BufRead> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let (room, left) = (self.room, self.limit.saturating_sub(self.consumed));
        let bytes = self.ready()?;
        if bytes.is_empty() {
            return Ok(bytes);
        }
        if left == 0 {
            return Err(invalid(Stop::File));
        }
        if room == 0 {
            return Err(invalid(Stop::Piece));
        }
        let most = usize::try_from(room.min(left)).unwrap_or(usize::MAX);
        Ok(&bytes[..bytes.len().min(most)])
    }

    fn consume(&mut self, count: usize) {
        // `ready` gives what `fill_buf` just gave: nothing was consumed in between.
        if let Ok(bytes) = self.ready() {
            let taken = &bytes[..count.min(bytes.len())];
            let newlines = taken.iter().filter(|byte| **byte == b'\n').count();
            self.newlines += newlines as u64;
        }
        self.consumed += count as u64;
        self.room = self.room.saturating_sub(count as u64);
        if self.decoder.is_some() {
            self.out_at = (self.out_at + count).min(self.out_end);
        } else if self.head_at < self.head.len() {
            self.head_at += count;
        } else {
            self.inner.consume(count);
        }
    }
}
