//! Commands that only look.

use std::collections::BTreeMap;

use desk::commands::{self, Absent};
use desk::{Desk, pointer};
use record::api::command::{Empty, SearchInput, UriInput};
use record::{Record, Registry, Uri, message};
use serde_json::{Map, Value, json};

use super::{Done, Form, args, out};

pub(crate) fn repos(desk: &Desk, form: Form) -> Done {
    let repositories = commands::state(desk, Empty {})?.repositories;
    match form {
        Form::Json => out::json(&repositories),
        Form::Text => {
            let row = |repo: record::api::command::RepositoryState| {
                let records: u64 = repo.counts.values().sum();
                vec![repo.code, repo.name, repo.uri, format!("{records} records")]
            };
            out::table(&repositories.into_iter().map(row).collect::<Vec<_>>());
        }
    }
    Ok(())
}

pub(crate) fn status(desk: &Desk, form: Form) -> Done {
    let state = commands::state(desk, Empty {})?;
    let sync = state.sync;
    if form == Form::Json {
        out::json(&json!({
            "server": sync.server,
            "user": sync.user,
            "repositories": state.repositories,
            "outbox": sync.outbox,
            "conflicts": sync.conflicts,
            "refused": sync.refused,
            "drafts": sync.drafts,
            "last_sync": sync.last_sync,
        }));
        return Ok(());
    }
    let server = match (&sync.server, &sync.user) {
        (Some(server), Some(user)) => format!("{server} as {user}"),
        _ => "never connected".to_owned(),
    };
    let codes: Vec<String> = state.repositories.into_iter().map(|repo| repo.code).collect();
    let lines = [
        ("Server", server),
        ("Repositories", codes.join(", ")),
        ("To send", sync.outbox.to_string()),
        ("Conflicts", sync.conflicts.to_string()),
        ("Refused", sync.refused.to_string()),
        ("Drafts", sync.drafts.to_string()),
        ("Last sync", sync.last_sync.unwrap_or_else(|| "never".to_owned())),
    ];
    out::table(&lines.map(|(name, value)| vec![name.to_owned(), value]));
    Ok(())
}

pub(crate) fn search(desk: &Desk, search: args::Search) -> Done {
    let repo =
        search.repo.map(|code| commands::repository_by_code(desk, &code, Absent::Refuse)).transpose()?;
    let input = SearchInput {
        query: search.query,
        kinds: search.kind.into_iter().collect(),
        repo,
        limit: search.limit,
        ..SearchInput::default()
    };
    let found = commands::search(desk, input)?;
    if search.json {
        let hits: Vec<Value> = found
            .hits
            .into_iter()
            .map(|hit| {
                let snippet = hit.snippet.map(|snippet| snippet.text);
                json!({"uri": hit.uri, "kind": hit.kind, "title": hit.title, "snippet": snippet})
            })
            .collect();
        let facets: BTreeMap<String, Map<String, Value>> = found
            .facets
            .into_iter()
            .map(|(name, counts)| (name, counts.into_iter().map(|c| (c.value, c.count.into())).collect()))
            .collect();
        out::json(&json!({"total": found.total, "hits": hits, "facets": facets}));
        return Ok(());
    }
    let rows = found.hits.into_iter().map(|hit| vec![hit.uri, message::kind_label(&hit.kind), hit.title]);
    out::table(&rows.collect::<Vec<_>>());
    out::line(&format!("{} found", found.total));
    Ok(())
}

pub(crate) fn show(desk: &Desk, uri: &str, form: Form) -> Done {
    let opened = commands::open_record(desk, UriInput { uri: uri.to_owned() })?;
    let doc = match (opened.record.is_empty(), opened.draft) {
        (true, Some(draft)) => draft.record,
        _ => opened.record,
    };
    if form == Form::Json {
        out::json(&doc);
        return Ok(());
    }
    out::line(&format!("{} ({})", opened.title, message::kind_label(&opened.kind)));
    for crumb in &opened.crumbs {
        out::line(&format!("in {}", crumb.title));
    }
    let rows: Vec<Vec<String>> = doc
        .iter()
        .map(|(name, value)| {
            let label = message::field_label(Registry::shipped(), &opened.kind, name);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            vec![label, value]
        })
        .collect();
    out::table(&rows);
    Ok(())
}

pub(crate) fn conflicts(desk: &Desk, form: Form) -> Done {
    let conflicts = commands::conflicts(desk, Empty {})?;
    if form == Form::Json {
        let list: Vec<Value> = conflicts
            .into_iter()
            .map(|c| json!({"uri": c.uri, "title": c.title, "reason": c.reason, "fields": c.fields}))
            .collect();
        out::json(&list);
        return Ok(());
    }
    for conflict in conflicts {
        out::line(&format!("{}  {}", conflict.uri, conflict.title));
        for field in conflict.fields {
            let kind = Uri::parse(Registry::shipped(), &conflict.uri).map(|uri| uri.kind).unwrap_or_default();
            let property = pointer::first(&field.pointer);
            let label = message::field_label(Registry::shipped(), kind, property);
            let sides = [("was", field.base), ("mine", field.mine), ("theirs", field.theirs)];
            out::line(&format!("  {label} ({})", field.pointer));
            out::table(&sides.map(|(name, value)| vec![format!("    {name}"), value.to_string()]));
        }
    }
    Ok(())
}

pub(crate) fn history(desk: &Desk, uri: String, form: Form) -> Done {
    let kind = Uri::parse(Registry::shipped(), &uri).map(|uri| uri.kind).unwrap_or_default();
    let versions = commands::history(desk, UriInput { uri })?;
    if form == Form::Json {
        out::json(&versions);
        return Ok(());
    }
    let rows = versions.into_iter().map(|version| {
        let title = record::derive::title(Registry::shipped(), &Record::new(kind, version.record));
        vec![version.revision.to_string(), version.at, version.by, version.name, title]
    });
    out::table(&rows.collect::<Vec<_>>());
    Ok(())
}
