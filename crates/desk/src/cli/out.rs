//! The one place that prints.

use serde::Serialize;

/// A line on standard output.
#[expect(clippy::print_stdout, reason = "a command line tool")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// A value as JSON on standard output.
pub(crate) fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => line(&text),
        Err(error) => complain(&error.to_string()),
    }
}

/// A sentence on standard error.
#[expect(clippy::print_stderr, reason = "a command line tool")]
pub(crate) fn complain(text: &str) {
    eprintln!("fonds: {}", text.trim());
}

/// Rows of columns, padded to the widest of each but the last.
pub(crate) fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
