//! Search over the wire: the parameters and the answers of ArchivesSpace's index, over the store's own.

mod document;
mod terms;

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use serde_json::{Map, Value, json};
use store::{Facet, Facets, Head, Hit, Query, Reader};
use terms::Term;

use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::sight;

/// Kinds that have documents.
const INDEXED: [&str; 19] = [
    "resource",
    "digital_object",
    "accession",
    "agent_person",
    "agent_software",
    "agent_family",
    "agent_corporate_entity",
    "subject",
    "location",
    "event",
    "top_container",
    "classification",
    "container_profile",
    "location_profile",
    "archival_object",
    "digital_object_component",
    "classification_term",
    "assessment",
    "repository",
];
/// Hits that are looked at one by one, when the index alone cannot answer.
const LOOKED_AT: u64 = 10_000;
const PAGE: u64 = 10;
const MOST: u64 = 250;
/// Values of a facet.
const VALUES: usize = 100;
/// Characters of a query.
const LONGEST: usize = 2_000;
/// Conditions of one search, each in a parameter of its own.
const CONDITIONS: usize = 100;
/// Addresses that documents are asked for by.
const ADDRESSES: usize = 1_000;

pub(crate) fn everywhere(call: &Call<'_>) -> Answer {
    paged(call, &types(call))
}

pub(crate) fn in_repository(call: &Call<'_>) -> Answer {
    paged(call, &types(call))
}

pub(crate) fn repositories(call: &Call<'_>) -> Answer {
    paged(call, &["repository".to_owned()])
}

pub(crate) fn subjects(call: &Call<'_>) -> Answer {
    paged(call, &["subject".to_owned()])
}

pub(crate) fn location_profiles(call: &Call<'_>) -> Answer {
    paged(call, &["location_profile".to_owned()])
}

/// The kinds that `type[]` means.
fn types(call: &Call<'_>) -> Vec<String> {
    let asked = call.params.texts("type");
    let fits = |kind: &str| {
        asked.is_empty()
            || asked.iter().any(|name| {
                let name = name.strip_prefix("pui_").unwrap_or(name);
                name == kind || name == "pui" || (name == "agent" && kind.starts_with("agent_"))
            })
    };
    INDEXED.iter().filter(|kind| fits(kind)).map(|kind| (*kind).to_owned()).collect()
}

/// What is asked of the index, and what of each document.
struct Asked {
    query: Query,
    conditions: Vec<Term>,
}

fn asked(call: &Call<'_>, kinds: &[String]) -> Result<Asked, Failure> {
    if call.params.integer("page_size").is_some_and(|size| size < 1) {
        return Err(Failure::param("page_size", "Must be 1 or more"));
    }
    bounded(call)?;
    let mut conditions = Vec::new();
    let mut text = String::new();
    if let Some(q) = call.params.text("q").filter(|q| !q.trim().is_empty()) {
        text = plain(q);
    } else if let Some(aq) = call.params.text("aq").filter(|aq| !aq.trim().is_empty()) {
        let term = Term::read("aq", aq)?;
        match term.as_text() {
            Some(words) => text = words,
            None => conditions.push(term),
        }
    }
    if let Some(filter) = call.params.text("filter").filter(|filter| !filter.trim().is_empty()) {
        conditions.push(Term::read("filter", filter)?);
    }
    let mut words = vec![text];
    for raw in call.params.texts("filter_query") {
        match field_value(raw) {
            Some(term) => conditions.push(term),
            None => words.push(plain(raw)),
        }
    }
    words.retain(|words| !words.is_empty());
    let text = match words.as_slice() {
        [one] => one.clone(),
        many => many.iter().map(|words| format!("({words})")).collect::<Vec<_>>().join(" AND "),
    };
    let public = asks_as_public(call);
    if public {
        conditions.push(Term::Holds {
            field: Some("publish".to_owned()),
            text: "true".to_owned(),
            literal: true,
        });
    }
    let published_only = public || call.caller.is_none();
    let repo = call.repo();
    let without_suppressed =
        !call.app.read(|reader| sight::sees_suppressed(call, reader, repo.as_deref()))?;
    let mut query = Query {
        text,
        kinds: kinds.to_vec(),
        repo,
        repositories: open_repositories(call),
        root: call.params.text("root_record").filter(|uri| !uri.is_empty()).map(str::to_owned),
        excluded: call.params.texts("exclude").to_vec(),
        published_only,
        without_suppressed,
        ..Query::default()
    };
    if !public {
        conditions = filtered(conditions, &mut query);
    }
    Ok(Asked { query, conditions })
}

/// Hands the index the conditions that it can filter by, and gives back the others.
fn filtered(conditions: Vec<Term>, query: &mut Query) -> Vec<Term> {
    let mut open: Vec<Term> = conditions.into_iter().flat_map(Term::parts).collect();
    open.retain(|term| {
        let Term::Holds { field: Some(field), text, .. } = term else { return true };
        let facet = match field.as_str() {
            "primary_type" => "kind",
            "level" => "level",
            _ => return true,
        };
        // A facet has one set of values, of which any will do: a second condition is looked at in the documents.
        if query.filters.contains_key(facet) {
            return true;
        }
        query.filters.insert(facet.to_owned(), vec![text.clone()]);
        false
    });
    open
}

/// The repositories that are open to the caller; all of them when there are none to name.
fn open_repositories(call: &Call<'_>) -> Option<Vec<String>> {
    let Some(caller) = &call.caller else { return Some(Vec::new()) };
    caller.rights.repositories("view_repository").map(|open| open.into_iter().collect())
}

/// Refuses what is longer than anybody writes.
fn bounded(call: &Call<'_>) -> Result<(), Failure> {
    let filters = call.params.texts("filter_query");
    if filters.len() > CONDITIONS {
        return Err(Failure::param("filter_query", format!("At most {CONDITIONS} conditions")));
    }
    let q = call.params.text("q").map(|q| ("q", q));
    for (name, text) in q.into_iter().chain(filters.iter().map(|filter| ("filter_query", &**filter))) {
        if text.chars().nth(LONGEST).is_some() {
            return Err(Failure::param(name, format!("At most {LONGEST} characters")));
        }
    }
    Ok(())
}

/// Whether the search is one of the public site: it finds nothing that the public may not see.
fn asks_as_public(call: &Call<'_>) -> bool {
    call.params.texts("type").iter().any(|name| name.starts_with("pui"))
}

/// A query as the index takes it: everything is an empty one.
fn plain(q: &str) -> String {
    let q = q.trim();
    if matches!(q, "*" | "*:*") { String::new() } else { q.replace("primary_type:", "kind:") }
}

/// `field:value` and `field:"value"` as conditions, where the index does not know the field.
fn field_value(raw: &str) -> Option<Term> {
    let (negated, rest) = raw.trim().strip_prefix('-').map_or((false, raw.trim()), |rest| (true, rest));
    let (field, value) = rest.split_once(':')?;
    let simple = field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let value = value.trim().trim_matches('"');
    if !simple || value.contains(['(', ')', '[', '"']) || value.contains(" AND ") || value.contains(" OR ") {
        return None;
    }
    let term = Term::Holds { field: Some(field.to_owned()), text: value.to_owned(), literal: true };
    Some(if negated { Term::Not(Box::new(term)) } else { term })
}

/// What was found: heads in order, how many there are in all, and the facets that were asked for.
struct Found {
    hits: Vec<Hit>,
    total: u64,
    facets: Map<String, Value>,
}

fn find(call: &Call<'_>, asked: &Asked, offset: u64, size: u64) -> Result<Found, Failure> {
    let sort = call.params.text("sort").filter(|sort| !sort.trim().is_empty() && !sort.starts_with("score"));
    let facets = call.params.texts("facet");
    let known: Vec<String> = facets.iter().filter_map(|facet| of_index(facet)).map(str::to_owned).collect();
    let one_by_one = !asked.conditions.is_empty() || known.len() < facets.len();
    if !one_by_one && sort.is_none() {
        let wanted = if facets.is_empty() { Facets::None } else { Facets::These(known) };
        let query =
            Query { offset, limit: size, facets: wanted, without_passages: true, ..asked.query.clone() };
        let hits = call.app.store.search(&query)?;
        let mut counted = Map::new();
        for facet in facets {
            let values = of_index(facet).and_then(|name| hits.facets.get(name)).cloned().unwrap_or_default();
            counted.insert(facet.clone(), listed(call, named(call, values)?));
        }
        let facets = counted;
        return Ok(Found { hits: hits.hits, total: hits.total, facets });
    }
    let query =
        Query { limit: LOOKED_AT, facets: Facets::None, without_passages: true, ..asked.query.clone() };
    let mut hits = call.app.store.search(&query)?.hits;
    let mut counts: BTreeMap<&String, BTreeMap<String, u64>> = BTreeMap::new();
    if one_by_one {
        hits = call.app.read(|reader| {
            let mut kept = Vec::new();
            for hit in hits {
                match looked_at(call, reader, asked, facets, &hit.head)? {
                    Looked::Left => continue,
                    Looked::Kept => {}
                    Looked::Read(document) => {
                        for facet in facets {
                            for value in terms::values(&document, facet) {
                                *counts.entry(facet).or_default().entry(value).or_default() += 1;
                            }
                        }
                    }
                }
                kept.push(hit);
            }
            Ok(kept)
        })?;
    }
    if let Some(sort) = sort {
        order(&mut hits, sort);
    }
    let total = hits.len() as u64;
    let from = usize::try_from(offset).unwrap_or(usize::MAX);
    let hits = hits.into_iter().skip(from).take(usize::try_from(size).unwrap_or(usize::MAX)).collect();
    let facets = facets
        .iter()
        .map(|facet| {
            let values = counts.remove(facet).unwrap_or_default();
            (facet.clone(), listed(call, values.into_iter().collect()))
        })
        .collect();
    Ok(Found { hits, total, facets })
}

/// Values of a facet by their names: titles only of records that the caller is shown.
fn named(call: &Call<'_>, values: Vec<Facet>) -> Result<Vec<(String, u64)>, Failure> {
    call.app.read(|reader| {
        let mut named = Vec::with_capacity(values.len());
        for Facet { value, title, count } in values {
            let Some(title) = title else {
                named.push((value, count));
                continue;
            };
            let head = reader.head(&value)?;
            if head.map(|head| sight::is_open(call, reader, &head)).transpose()? == Some(true) {
                named.push((title, count));
            }
        }
        Ok(named)
    })
}

/// What became of a hit.
enum Looked {
    /// It does not fulfil the conditions.
    Left,
    /// It does, and nobody asks what is in it.
    Kept,
    /// It does; its document.
    Read(Map<String, Value>),
}

/// Looks at one hit: at its document only where the head does not say enough.
fn looked_at(
    call: &Call<'_>,
    reader: &Reader<'_>,
    asked: &Asked,
    facets: &[String],
    head: &Head,
) -> Result<Looked, Failure> {
    if !sight::is_open(call, reader, head)? {
        return Ok(Looked::Left);
    }
    if asks_as_public(call) {
        if !sight::is_public(reader, head)? {
            return Ok(Looked::Left);
        }
        // The only condition is then that it is public; of some kinds that hangs on what links to them.
        let by_itself = store::is_publishable(head.kind) && !head.kind.starts_with("agent_");
        if by_itself && asked.conditions.len() == 1 && facets.is_empty() {
            return Ok(Looked::Kept);
        }
    }
    let Some(stored) = reader.get(&head.uri)? else { return Ok(Looked::Left) };
    let document = document::of(call, reader, &stored)?;
    let fits = asked.conditions.iter().all(|term| term.fits(&document));
    Ok(if fits { Looked::Read(document) } else { Looked::Left })
}

/// The facet of the index that a field is.
fn of_index(facet: &str) -> Option<&'static str> {
    Some(match facet {
        "primary_type" => "kind",
        "subjects" => "subjects",
        "agents" => "linked_agents",
        "level" => "level",
        "publish" => "publish",
        "repository" => "repository",
        _ => return None,
    })
}

/// Values and counts in one list, the most frequent first.
fn listed(call: &Call<'_>, mut values: Vec<(String, u64)>) -> Value {
    let least = call.params.integer("facet_mincount").and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    values.retain(|(_, count)| *count >= least);
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values.into_iter().take(VALUES).flat_map(|(value, count)| [json!(value), json!(count)]).collect()
}

/// `title_sort asc, user_mtime desc`: the last named first, since sorting keeps the order of equals.
fn order(hits: &mut [Hit], sort: &str) {
    for part in sort.rsplit(',') {
        let mut words = part.split_whitespace();
        let field = words.next().unwrap_or_default();
        let down = words.next().is_some_and(|way| way.eq_ignore_ascii_case("desc"));
        hits.sort_by(|a, b| {
            let ordering = key(&a.head, field).cmp(&key(&b.head, field));
            if down { ordering.reverse() } else { ordering }
        });
    }
}

fn key(head: &Head, field: &str) -> String {
    match field {
        "user_mtime" | "system_mtime" => head.modified.to_string(),
        "create_time" => head.created.to_string(),
        "identifier" | "identifier_sort" | "component_id" => head.identifier.clone().unwrap_or_default(),
        "primary_type" => head.kind.to_owned(),
        "level" => head.level.clone().unwrap_or_default(),
        "created_by" => head.created_by.clone(),
        "last_modified_by" => head.modified_by.clone(),
        "publish" => head.publish.to_string(),
        "id" | "uri" => head.uri.clone(),
        _ => head.title.to_lowercase(),
    }
}

fn paged(call: &Call<'_>, kinds: &[String]) -> Answer {
    let wanted =
        call.params.integer("page").and_then(|page| u64::try_from(page).ok()).filter(|page| *page > 0);
    let page = wanted.ok_or_else(|| Failure::param("page", "Must be 1 or more"))?;
    let size = call.params.integer("page_size").and_then(|size| u64::try_from(size).ok()).unwrap_or(PAGE);
    let size = size.min(MOST);
    let asked = asked(call, kinds)?;
    if call.params.text("dt") == Some("csv") {
        let found = find(call, &asked, 0, LOOKED_AT)?;
        return csv(call, &found);
    }
    let offset = (page - 1).saturating_mul(size);
    let mut found = find(call, &asked, offset, size)?;
    // A passage may stand in a note that is not published.
    let highlights = call.params.flag("hl") && !asks_as_public(call);
    if highlights {
        call.app.store.passages(&asked.query, &mut found.hits)?;
    }
    let (mut results, mut shown) = (Vec::with_capacity(found.hits.len()), Vec::new());
    for hit in &found.hits {
        let documents = documents(call, std::slice::from_ref(&hit.head.uri))?;
        if !documents.is_empty() {
            shown.push(hit);
        }
        results.extend(documents);
    }
    let mut answer = envelope(&found, page, size, results);
    if highlights && let Some(map) = answer.as_object_mut() {
        map.insert("highlighting".to_owned(), highlighting(&shown));
    }
    Ok(Reply::json(answer))
}

fn envelope(found: &Found, page: u64, size: u64, results: Vec<Value>) -> Value {
    let offset = (page - 1).saturating_mul(size);
    json!({
        "page_size": size,
        "first_page": 1,
        "last_page": found.total.div_ceil(size),
        "this_page": page,
        "offset_first": if found.total == 0 { 0 } else { offset.saturating_add(1) },
        "offset_last": offset.saturating_add(size).min(found.total),
        "total_hits": found.total,
        "results": results,
        "facets": {"facet_queries": {}, "facet_fields": found.facets, "facet_ranges": {}, "facet_intervals": {}, "facet_heatmaps": {}},
    })
}

/// The documents at addresses, cut down to the fields that were asked for.
fn documents(call: &Call<'_>, uris: &[String]) -> Result<Vec<Value>, Failure> {
    let fields = call.params.texts("fields");
    call.app.read(|reader| {
        let mut found = Vec::new();
        for uri in uris {
            let Some(stored) = reader.get(uri)?.filter(|stored| INDEXED.contains(&stored.kind)) else {
                continue;
            };
            if !sight::is_open(call, reader, &stored)? {
                continue;
            }
            let mut document = document::of(call, reader, &stored)?;
            if !fields.is_empty() {
                document.retain(|name, _| fields.contains(name));
            }
            found.push(Value::Object(document));
        }
        Ok(found)
    })
}

/// The passages that were hit, the hits marked.
fn highlighting(hits: &[&Hit]) -> Value {
    let mut all = Map::new();
    for hit in hits {
        let Some((text, marks)) = &hit.snippet else { continue };
        let units: Vec<u16> = text.encode_utf16().collect();
        let part = |from: u32, to: u32| {
            let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
            units.get(range).map(String::from_utf16_lossy).unwrap_or_default()
        };
        let (mut marked, mut at) = (String::new(), 0);
        for (from, to) in marks {
            marked.push_str(&part(at, *from));
            marked.push_str(&format!("<span class=\"searchterm\">{}</span>", part(*from, *to)));
            at = *to;
        }
        marked.push_str(&part(at, u32::try_from(units.len()).unwrap_or(u32::MAX)));
        all.insert(hit.head.uri.clone(), json!({"fullrecord": [marked]}));
    }
    Value::Object(all)
}

fn csv(call: &Call<'_>, found: &Found) -> Answer {
    let usual = ["uri", "primary_type", "title", "identifier", "create_time", "user_mtime"];
    let asked = call.params.texts("fields");
    let fields: Vec<String> =
        if asked.is_empty() { usual.map(str::to_owned).to_vec() } else { asked.to_vec() };
    let mut text = format!("{}\n", fields.iter().map(|field| cell(field)).collect::<Vec<_>>().join(","));
    for hit in &found.hits {
        for document in documents(call, std::slice::from_ref(&hit.head.uri))? {
            let Value::Object(document) = document else { continue };
            let cells = fields.iter().map(|field| cell(&terms::values(&document, field).join("|")));
            text.push_str(&format!("{}\n", cells.collect::<Vec<_>>().join(",")));
        }
    }
    Ok(Reply::text("text/csv", text))
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Documents by address.
pub(crate) fn by_uri(call: &Call<'_>) -> Answer {
    let uris = call.params.texts("uri");
    if uris.len() > ADDRESSES {
        return Err(Failure::param("uri", format!("At most {ADDRESSES} addresses at a time")));
    }
    let results = documents(call, uris)?;
    let total = results.len() as u64;
    let found = Found { hits: Vec::new(), total, facets: Map::new() };
    Ok(Reply::json(envelope(&found, 1, total.max(1), results)))
}

/// How many published records of each kind there are: of one repository, or of each.
pub(crate) fn counts(call: &Call<'_>) -> Answer {
    let kinds = call.params.texts("record_types");
    let one = call.params.text("repo_uri").filter(|uri| !uri.is_empty());
    let counted = call.app.read(|reader| Ok(reader.published_counts(kinds)?))?;
    Ok(Reply::json(match one {
        Some(repo) => json!(counted.get(repo).cloned().unwrap_or_default()),
        None => json!(counted),
    }))
}

/// Containers, in the envelope that the index itself has.
pub(crate) fn top_containers(call: &Call<'_>) -> Answer {
    let asked = asked(call, &["top_container".to_owned()])?;
    let found = find(call, &asked, 0, LOOKED_AT)?;
    let mut docs = Vec::with_capacity(found.hits.len());
    for hit in &found.hits {
        docs.extend(documents(call, std::slice::from_ref(&hit.head.uri))?);
    }
    Ok(Reply::json(json!({
        "responseHeader": {"status": 0},
        "response": {"numFound": found.total, "start": 0, "docs": docs},
        "facet_counts": {"facet_fields": found.facets},
    })))
}

/// Records by the identifier that another system gave them.
pub(crate) fn by_external_id(call: &Call<'_>) -> Answer {
    let wanted = call.params.text("eid").unwrap_or_default().to_owned();
    let term = Term::Holds { field: Some("external_id".to_owned()), text: wanted.clone(), literal: true };
    let words = Term::Holds { field: None, text: wanted, literal: true }.as_text().unwrap_or_default();
    let without_suppressed = !call.app.read(|reader| sight::sees_suppressed(call, reader, None))?;
    let query = Query {
        text: words,
        kinds: types(call),
        repositories: open_repositories(call),
        without_suppressed,
        published_only: call.caller.is_none(),
        ..Query::default()
    };
    let found = find(call, &Asked { query, conditions: vec![term] }, 0, MOST)?;
    let uris: Vec<String> = found.hits.into_iter().map(|hit| hit.head.uri).collect();
    let body = Value::from(uris.clone()).to_string();
    Ok(match uris.as_slice() {
        [] => Reply::text("text/html;charset=utf-8", "[]").with_status(StatusCode::NOT_FOUND),
        [one] => Reply::text("text/html;charset=utf-8", "")
            .with_status(StatusCode::SEE_OTHER)
            .with_header(header::LOCATION, one.clone()),
        _ => Reply::text("text/html;charset=utf-8", body).with_status(StatusCode::MULTIPLE_CHOICES),
    })
}
