//! `fonds validate`: JSON lines in, verdicts out. Needs no data folder.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use record::{Registry, check};
use serde::Deserialize;
use serde_json::Value;

use super::{Complaint, Done};

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    record: Value,
}

pub(crate) fn run(file: Option<&Path>) -> Done {
    match file {
        Some(path) => {
            let open = File::open(path)
                .map_err(|error| Complaint::new(format!("{} cannot be read: {error}.", path.display())))?;
            verdicts(BufReader::new(open))
        }
        None => verdicts(io::stdin().lock()),
    }
}

fn verdicts(lines: impl BufRead) -> Done {
    let registry = Registry::shipped();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (number, line) in lines.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line)
            .map_err(|error| Complaint::new(format!("line {}: {error}.", number + 1)))?;
        let verdict = check::verdict(registry, registry, &line.kind, line.record);
        let text = serde_json::to_string(&verdict).map_err(|error| Complaint::new(error.to_string()))?;
        writeln!(out, "{text}")?;
    }
    out.flush()?;
    Ok(())
}
