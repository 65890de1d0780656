//! The newest lines of the log, kept in memory for `/system/log`.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use crate::call::Call;
use crate::reply::{Answer, Reply};

/// Lines kept.
const LINES: usize = 1_000;
/// Bytes of a line kept.
const LENGTH: usize = 2_000;

/// The newest 1,000 lines, each cut at 2,000 bytes. Give a clone to `tracing_subscriber` as its writer.
#[derive(Debug, Clone, Default)]
pub struct LogLines(Arc<Mutex<VecDeque<String>>>);

impl LogLines {
    /// All of them, the oldest first.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect()
    }

    fn push(&self, line: &[u8]) {
        let mut text = String::from_utf8_lossy(&line[..line.len().min(LENGTH)]).into_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(text);
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { to: self.clone(), bytes: Vec::new() }
    }
}

/// One line on its way: it is kept when it is whole.
#[derive(Debug)]
pub struct Line {
    to: LogLines,
    bytes: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.bytes.is_empty() {
            self.to.push(&self.bytes);
        }
    }
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    Ok(Reply::text("text/plain;charset=utf-8", call.app.log.text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_lines_are_kept_and_none_is_endless() {
        let lines = LogLines::default();
        for number in 0..LINES + 5 {
            writeln!(lines.make_writer(), "line {number}").unwrap();
        }
        write!(lines.make_writer(), "{}", "x".repeat(LENGTH * 2)).unwrap();
        let text = lines.text();
        assert_eq!(text.lines().count(), LINES);
        assert!(text.starts_with("line 6\n"));
        assert_eq!(text.lines().last().unwrap().len(), LENGTH);
    }
}
