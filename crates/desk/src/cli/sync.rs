//! Commands that speak with the server.

use desk::{Desk, commands};
use record::api::command::{ConnectInput, Empty, OutboxRow};
use record::message;

use super::{Complaint, Done, Form, out};

pub(crate) fn connect(desk: &Desk, url: &str, user: &str) -> Done {
    let password = match desk.password(url, user) {
        Some(password) => password,
        None => rpassword::prompt_password(format!("Password of {user}: "))
            .map_err(|_| Complaint::new("There is no password: set FONDS_PASSWORD."))?,
    };
    let input = ConnectInput { url: url.to_owned(), user: user.to_owned(), password };
    let status = commands::connect(desk, input)?;
    out::line(&format!(
        "Connected to {} as {}.",
        status.server.as_deref().unwrap_or(url),
        status.user.as_deref().unwrap_or(user)
    ));
    Ok(())
}

pub(crate) fn run(desk: &Desk, form: Form) -> Done {
    let report = commands::sync(desk, Empty {})?;
    match form {
        Form::Json => out::json(&report),
        Form::Text => {
            let conflicts = report.conflicts;
            out::line(&format!("Taken {}, sent {}, in conflict {conflicts}.", report.pulled, report.pushed));
            if let Some(compared) = report.compared {
                let differing = report.differing.len();
                out::line(&format!("Compared {compared} with the server, {differing} taken anew."));
            }
            report.differing.iter().for_each(|uri| out::line(uri));
            for problem in &report.problems {
                out::complain(&format!("{}: {}", problem.uri, problem.message));
            }
        }
    }
    Ok(())
}

pub(crate) fn preview(desk: &Desk, form: Form) -> Done {
    let ahead = commands::sync_preview(desk, Empty {})?;
    if form == Form::Json {
        out::json(&ahead);
        return Ok(());
    }
    out::line(&format!("{} to send, in this order:", ahead.sent.len()));
    let why = |row: &OutboxRow| match (&row.problem, &row.waits_for) {
        (Some(problem), _) => message::error("en", &problem.code, &problem.args),
        (None, Some(other)) => other.title.clone(),
        (None, None) => String::new(),
    };
    let sent = ahead.sent.iter().map(|row| {
        vec![row.action.clone(), row.state.clone(), row.kind.clone(), row.title.clone(), why(row)]
    });
    out::table(&sent.collect::<Vec<_>>());
    let count: u64 = ahead.received.iter().map(|one| one.count).sum();
    out::line(&format!("{count}{} to receive:", if ahead.more { " or more" } else { "" }));
    let received = ahead
        .received
        .into_iter()
        .map(|one| vec![one.count.to_string(), one.action, one.kind, one.by.unwrap_or_default()]);
    out::table(&received.collect::<Vec<_>>());
    Ok(())
}
