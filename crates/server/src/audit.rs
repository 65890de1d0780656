//! `/audit`: who changed what, and who logged in.

use jiff::Timestamp;
use serde_json::{Value, json};
use store::AuditQuery;

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};

/// Lines of a page, unless asked otherwise, and at most.
const USUAL: u64 = 50;
const MOST: u64 = 1_000;

/// The newest first. There is no count of all: it would cost a look at every line.
pub(crate) fn list(call: &Call<'_>) -> Answer {
    let since = call.params.text("since").filter(|text| !text.trim().is_empty()).map(since).transpose()?;
    let number = |name: &str, usual: u64| match call.params.integer(name).map(u64::try_from) {
        None => Ok(usual),
        Some(Ok(number @ 1..)) => Ok(number),
        Some(_) => Err(Failure::param(name, "Must be 1 or more")),
    };
    let page = number("page", 1)?;
    let size = number("page_size", USUAL)?.min(MOST);
    let asked = AuditQuery {
        since,
        by: call.params.text("user").map(str::to_owned),
        uri: call.params.text("uri").map(str::to_owned),
        offset: (page - 1).saturating_mul(size),
        limit: size + 1,
    };
    let mut lines = call.app.read(|reader| Ok(reader.audit(&asked)?))?;
    let more = lines.len() as u64 > size;
    lines.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let results: Vec<Value> = lines.iter().map(|line| json!(line)).collect();
    Ok(Reply::json(json!({"this_page": page, "more": more, "results": results})))
}

/// A time, or seconds since 1970 as the API's other routes have them.
fn since(text: &str) -> Result<Timestamp, Failure> {
    let seconds = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let time = seconds.or_else(|| text.parse().ok());
    time.ok_or_else(|| Failure::param("since", "Must be a time (2026-11-28T09:00:00Z) or seconds since 1970"))
}
