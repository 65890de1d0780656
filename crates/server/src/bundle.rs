//! Everything that the feed tells, in parts, for a desk that begins; and sums to compare with at its end.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use record::api::wire::{DIGEST_HEADER, KindSum, Sums, Versions};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Group;

use crate::call::Call;
use crate::feeds::{self, Told, fault};
use crate::reply::{Answer, Content, Failure, Reply};
use crate::{runs, sight};

/// Entries of a part.
const PART_MOST: u64 = 1000;
/// Lines of a page of versions.
const VERSIONS: u64 = 10_000;
/// Of what records say this leaves a tenth; higher levels leave little less and take much longer.
const LEVEL: i32 = 1;

/// [`record::api::wire::Bundle`] on its way out: the documents are text already.
#[derive(Serialize)]
struct Part<'a> {
    server: &'a str,
    entries: Vec<Told>,
    next: i64,
    more: bool,
    seq: i64,
    scope: String,
    run: String,
    set_back: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

/// One part: what the feed tells the caller of a stretch of records. The server keeps nothing of who is how far.
pub(crate) fn part(call: &Call<'_>) -> Answer {
    let repos = feeds::open_repositories(call)?;
    let repos = repos.as_deref();
    let number = |name: &str| call.params.integer(name).unwrap_or(0).max(0);
    let (after, seen) = (number("after"), number("seen"));
    let limit = call.params.integer("limit").and_then(|limit| u64::try_from(limit).ok());
    let limit = limit.unwrap_or(PART_MOST).clamp(1, PART_MOST);
    let run = call.params.text("run").filter(|run| !run.is_empty());
    let text = call.app.read(|reader| {
        let scope = feeds::scope(call, reader, repos)?;
        let (seq, set_back) = (reader.seq()?, !runs::reached(reader, run, seen)?);
        let total = if after == 0 { Some(reader.parts_total(repos)?) } else { None };
        let found = match set_back {
            true => store::Part { entries: Vec::new(), next: after, more: false },
            false => reader.part(after, limit, repos)?,
        };
        let mut documents = reader.bare_documents();
        let entries = found
            .entries
            .into_iter()
            .map(|entry| feeds::told(call, reader, &mut documents, entry))
            .collect::<Result<_, _>>()?;
        let (next, more, run) = (found.next, found.more, runs::present(reader)?);
        let part = Part { server: &call.app.identity, entries, next, more, seq, scope, run, set_back, total };
        serde_json::to_vec(&part).map_err(fault)
    })?;
    packed(&text)
}

/// Compressed, with the hash of what is sent.
fn packed(text: &[u8]) -> Answer {
    let bytes = zstd::bulk::compress(text, LEVEL).map_err(|error| Failure::Fault(error.to_string()))?;
    let digest = format!("sha-256=:{}:", BASE64_STANDARD.encode(Sha256::digest(&bytes)));
    let mut reply = Reply::json(json!(null));
    reply.content = Content::Bytes { kind: "application/zstd", bytes };
    Ok(reply.with_header(axum::http::HeaderName::from_static(DIGEST_HEADER), digest))
}

/// How many records the caller may see, and in which versions, by kind and repository.
pub(crate) fn sums(call: &Call<'_>) -> Answer {
    let repos = feeds::open_repositories(call)?;
    let sums = call.app.read(|reader| {
        let shows = |repo: Option<&str>| sight::sees_suppressed(call, reader, repo);
        let sums = reader.sums(repos.as_deref(), shows)?.into_iter();
        let line = |((kind, repository), sum): (Group, store::Sum)| KindSum {
            kind: kind.to_owned(),
            repository,
            count: sum.count,
            sum: format!("{:016x}", sum.sum),
        };
        Ok(Sums { seq: reader.seq()?, sums: sums.map(line).collect() })
    })?;
    Ok(Reply::json(serde_json::to_value(sums).map_err(fault)?))
}

/// The records of a kind in a repository, or in none, with their versions.
pub(crate) fn versions(call: &Call<'_>) -> Answer {
    call.user()?;
    let asked = call.params.text("kind").unwrap_or_default();
    let kind = record::Registry::shipped()
        .kind(asked)
        .filter(|kind| !store::is_private(&kind.name) && kind.uri.is_some());
    let Some(kind) = kind else {
        return Err(Failure::param("kind", format!("There is no kind {asked:?} of records that are told")));
    };
    let repo = call.repo();
    if let Some(repo) = &repo
        && !call.can_in("view_repository", Some(repo))
    {
        return Err(Failure::Denied);
    }
    let after = call.params.integer("after").unwrap_or(0);
    let page = call.app.read(|reader| {
        let suppressed = sight::sees_suppressed(call, reader, repo.as_deref())?;
        Ok(reader.versions(&(&kind.name, repo), suppressed, after, VERSIONS)?)
    })?;
    Ok(Reply::json(
        serde_json::to_value(Versions { versions: page.versions, next: page.next }).map_err(fault)?,
    ))
}
