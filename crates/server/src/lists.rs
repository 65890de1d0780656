//! Lists: by page, by numbers, or all numbers.

use record::api::wire::Messages;
use serde_json::{Value, json};
use store::{Direction, List, Order, Reader};

use crate::call::Call;
use crate::params::{Params, refuse};
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, records, resolve, sight};

const MISSING: &str = "Parameter required but no value provided";
const PAGE: u64 = 10;
const MOST: u64 = 250;

/// A list is asked for in exactly one way.
pub(crate) fn need_mode(params: &Params) -> Result<(), Failure> {
    let modes = ["page", "id_set", "all_ids"];
    if !modes.iter().any(|mode| params.has(mode)) {
        return Err(Failure::Params(
            modes.iter().map(|mode| ((*mode).to_owned(), vec![MISSING.to_owned()])).collect(),
        ));
    }
    let mut wrong = Messages::new();
    if params.integer("page").is_some_and(|page| page < 1) {
        wrong.insert("page".to_owned(), vec!["Must be 1 or more".to_owned()]);
    }
    if params.integer("page_size").is_some_and(|size| size < 1) {
        wrong.insert("page_size".to_owned(), vec!["Must be 1 or more".to_owned()]);
    }
    let direction = params.text("sort_direction").unwrap_or("asc");
    if !["asc", "desc"].contains(&direction.to_ascii_lowercase().as_str()) {
        let text = format!("Failed validation -- must be either 'asc' or 'desc' but given: {direction}");
        wrong.insert("sort_direction".to_owned(), vec![text]);
    }
    refuse(wrong)
}

/// The generic list of a kind.
pub(crate) fn list(call: &Call<'_>) -> Answer {
    let repo = call.repo();
    call.app.read(|reader| {
        let query = query(call, reader, repo.as_deref())?;
        if call.params.has("page") {
            return page(call, reader, query);
        }
        if call.params.has("id_set") {
            return id_set(call, reader, repo.as_deref());
        }
        if (query.order, query.direction) == (Order::Id, Direction::Ascending) {
            return Ok(Reply::json(reader.numbers(&query)?));
        }
        let all = reader.list(&List { limit: u64::MAX, ..query })?;
        Ok(Reply::json(all.iter().filter_map(|head| head.number()).map(Value::from).collect::<Vec<_>>()))
    })
}

/// The templates of reports: for those who make reports, and those who make the templates.
pub(crate) fn report_templates(call: &Call<'_>) -> Answer {
    if !["create_job", "manage_custom_report_templates"].iter().any(|code| call.can(code)) {
        return Err(Failure::Denied);
    }
    list(call)
}

/// Every record of a kind, not paged.
pub(crate) fn every(call: &Call<'_>) -> Answer {
    let kind = call.route.path.rsplit('/').next().map_or("", |plural| plural.trim_end_matches('s'));
    call.app.read(|reader| {
        let heads = reader.list(&List {
            kinds: vec![kind.to_owned()],
            repo: call.repo(),
            limit: u64::MAX,
            ..List::default()
        })?;
        let uris: Vec<String> = heads.into_iter().map(|head| head.uri).collect();
        Ok(Reply::json(documents(call, reader, &uris)?))
    })
}

/// A list of values that are all at hand, with their numbers, in order.
pub(crate) fn of_values(call: &Call<'_>, values: Vec<(u64, Value)>) -> Reply {
    if call.params.has("page") {
        let size = page_size(call);
        let number = call.params.integer("page").and_then(|page| u64::try_from(page).ok()).unwrap_or(1);
        let total = values.len() as u64;
        let from = usize::try_from((number - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        let results: Vec<Value> = values
            .into_iter()
            .map(|(_, value)| value)
            .skip(from)
            .take(usize::try_from(size).unwrap_or(usize::MAX))
            .collect();
        let last = total.div_ceil(size).max(1);
        return Reply::json(
            json!({"first_page": 1, "last_page": last, "this_page": number, "total": total, "results": results}),
        );
    }
    if call.params.has("id_set") {
        let ids = call.params.id_set();
        let wanted = values.into_iter().filter(|(id, _)| ids.contains(id)).map(|(_, value)| value);
        return Reply::json(wanted.collect::<Vec<_>>());
    }
    Reply::json(values.into_iter().map(|(id, _)| Value::from(id)).collect::<Vec<_>>())
}

fn page_size(call: &Call<'_>) -> u64 {
    call.params.integer("page_size").and_then(|size| u64::try_from(size).ok()).unwrap_or(PAGE).min(MOST)
}

fn query(call: &Call<'_>, reader: &Reader<'_>, repo: Option<&str>) -> Result<List, Failure> {
    let since = call.params.integer("modified_since").unwrap_or(0);
    let descending = call.params.text("sort_direction").is_some_and(|text| text.eq_ignore_ascii_case("desc"));
    let order = match call.params.text("sort_field").unwrap_or("id") {
        "system_mtime" | "user_mtime" => Order::Modified,
        "title" | "display_string" | "name" | "sort_name" => Order::Title,
        "create_time" => Order::Created,
        _ => Order::Id,
    };
    Ok(List {
        kinds: vec![call.kind().to_owned()],
        repo: repo.map(str::to_owned),
        modified_since: (since > 0).then_some(since),
        order,
        direction: if descending { Direction::Descending } else { Direction::Ascending },
        without_suppressed: !sight::sees_suppressed(call, reader, repo)?,
        published_only: call.caller.is_none() && sight::is_publishable(call.kind()),
        ..List::default()
    })
}

fn page(call: &Call<'_>, reader: &Reader<'_>, query: List) -> Answer {
    let size = page_size(call);
    let number = call.params.integer("page").and_then(|page| u64::try_from(page).ok()).unwrap_or(1);
    let total = reader.count(&query)?;
    let heads = reader.list(&List { offset: (number - 1).saturating_mul(size), limit: size, ..query })?;
    let uris: Vec<String> = heads.into_iter().map(|head| head.uri).collect();
    Ok(Reply::json(json!({
        "first_page": 1,
        "last_page": total.div_ceil(size).max(1),
        "this_page": number,
        "total": total,
        "results": documents(call, reader, &uris)?,
    })))
}

fn id_set(call: &Call<'_>, reader: &Reader<'_>, repo: Option<&str>) -> Answer {
    let mut ids = call.params.id_set();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() as u64 > MOST {
        return Err(Failure::param("id_set", format!("At most {MOST} numbers at a time")));
    }
    let key = repo.and_then(|repo| repo.rsplit('/').next());
    let address = |id: u64| {
        record::Uri::of(record::Registry::shipped(), call.kind(), key, &id.to_string())
            .map(|uri| uri.to_string())
    };
    let uris: Vec<String> = ids.into_iter().filter_map(address).collect();
    Ok(Reply::json(documents(call, reader, &uris)?))
}

/// The documents at addresses; those that are gone or hidden are left out.
pub(crate) fn documents(
    call: &Call<'_>,
    reader: &Reader<'_>,
    uris: &[String],
) -> Result<Vec<Value>, Failure> {
    let mut documents = Vec::with_capacity(uris.len());
    for uri in uris {
        match records::visible(call, reader, uri) {
            Ok(stored) => {
                let mut doc = Value::Object(dress::asked_for(call, reader, &stored)?);
                resolve::resolve(call, reader, &mut doc, call.params.texts("resolve"))?;
                documents.push(doc);
            }
            Err(Failure::NotFound(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(documents)
}
