//! `fonds import`.

use desk::Desk;
use desk::commands::{self, Absent, Preview, Source};
use serde_json::{Value, json};

use super::{Complaint, Done, args, out};

pub(crate) fn run(desk: &Desk, import: &args::Import) -> Done {
    let sources: Vec<Source> = import.files.iter().cloned().map(Source::File).collect();
    // Nothing is made for a look: the address of a repository that is not there yet is that of the first.
    let repo = match commands::repository_by_code(desk, &import.repo, Absent::Refuse) {
        Err(_) if import.dry_run => "/repositories/2".to_owned(),
        Err(_) => commands::repository_by_code(desk, &import.repo, Absent::Make)?,
        Ok(repo) => repo,
    };
    let preview = commands::preview(desk, &repo, &sources)?;
    let refused: Vec<String> = preview
        .problems
        .iter()
        .filter(|problem| problem.path.is_empty())
        .map(|problem| format!("{}:{}: {}", problem.file, problem.line, problem.message))
        .collect();
    let (failed, kept) = (preview.refused, preview.files.len());
    print(&preview, import)?;
    if !import.dry_run && kept > 0 {
        commands::accept(desk, &preview)?;
    }
    if failed > 0 {
        return Err(Complaint::new(format!("Refused {failed} of {}: {}", failed + kept, refused.join("; "))));
    }
    Ok(())
}

fn print(preview: &Preview, import: &args::Import) -> Done {
    let kinds = preview.kinds();
    if import.json {
        let mut shown = json!({ "kinds": kinds, "problems": preview.problems });
        if import.dry_run {
            let records = preview
                .records()
                .map_err(desk::Failure::from)?
                .into_iter()
                .map(|record| Value::Object(record.doc));
            shown["records"] = Value::Array(records.collect());
        }
        out::json(&shown);
        return Ok(());
    }
    let rows = kinds.iter().map(|(kind, count)| vec![record::message::kind_label(kind), count.to_string()]);
    out::table(&rows.collect::<Vec<_>>());
    for problem in preview.problems.iter().filter(|problem| !problem.path.is_empty()) {
        out::line(&format!("{}:{}: {} {}", problem.file, problem.line, problem.path, problem.message));
    }
    Ok(())
}
