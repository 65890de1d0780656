//! From bytes to a checked [`Call`] and back: the same steps for every route,
//! in the order that clients of the original rely on: session (412),
//! parameters and document (400), permission (403), handler.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::Response;
use record::api::wire::{IDEMPOTENCY_HEADER, Messages, SERVER_HEADER, SESSION_HEADER};
use record::check::{as_sent, check_whole, clean, join, on_saving};
use record::{Problem, Record, Registry, Severity};
use serde_json::Value;
use tracing::Instrument;

use crate::app::App;
use crate::body::{self, Host, Received, header_text};
use crate::call::Call;
use crate::observe::{Client, Seen};
use crate::params::{Params, refuse};
use crate::reply::{Answer, Failure, Reply};
use crate::route::{Body as Takes, Found, Route};
use crate::telling::{Telling, telling};
use crate::{batch, idempotency, lists, sessions, wording};

/// The one axum handler: every path comes here.
pub(crate) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let (reply, seen) = match read(&Host::Network(&app), request).await {
        Ok(asked) if asked.quick && app.store.is_settled() => {
            let answer = guarded(&app, &asked);
            // What was committed meanwhile it may have seen: then it is asked again, where it may wait.
            if app.store.is_settled() { answer } else { in_time(&app, Arc::new(asked)).await }
        }
        Ok(asked) if asked.tells => told_meanwhile(&app, asked).await,
        Ok(asked) => in_time(&app, Arc::new(asked)).await,
        Err(failure) => (failure.into_reply(), Seen::default()),
    };
    finished(&app, reply, seen)
}

/// The same on the caller's thread, which it blocks; nothing is waited for.
pub(crate) async fn at_once(app: &App, request: Request) -> Response {
    let (reply, seen) = match read(&Host::Thread(app), request).await {
        Ok(asked) => settled(app, &asked),
        Err(failure) => (failure.into_reply(), Seen::default()),
    };
    finished(app, reply, seen)
}

fn finished(app: &App, reply: Reply, seen: Seen) -> Response {
    let server = format!("fonds/{} {}", env!("CARGO_PKG_VERSION"), app.identity);
    let mut response = reply.into_response();
    response.extensions_mut().insert(seen);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, must-revalidate, max-age=0"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(SERVER_HEADER), HeaderValue::from_str(&server)) {
        headers.insert(name, value);
    }
    response
}

/// A request with its body read.
struct Asked {
    method: Method,
    path: String,
    /// None: there is no route.
    found: Option<Found>,
    query: Option<String>,
    headers: HeaderMap,
    body: Received,
    client: IpAddr,
    /// Worked on at once, see [`Route::quick`].
    quick: bool,
    /// See [`Route::tells`].
    tells: bool,
    telling: Option<Telling>,
}

async fn read(host: &Host<'_>, request: Request) -> Result<Asked, Failure> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let router = &host.app().router;
    let found = router.find(&parts.method, &path).ok();
    let (takes, quick, tells) = found
        .as_ref()
        .and_then(|found| router.at(found.place))
        .map_or((body::SMALL, false, false), |route| (route.body_limit(), route.quick, route.tells));
    let body = body::receive(host, &parts.headers, body, takes).await?;
    Ok(Asked {
        // What a query or a body asks for may take longer.
        quick: quick && parts.uri.query().is_none() && body.bytes.is_empty(),
        tells,
        telling: None,
        method: parts.method,
        path,
        found,
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body,
        client: parts.extensions.get().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Client(client)| *client),
    })
}

/// Parameters in the body: a form, whatever its Content-Type says, or the members of a JSON object.
fn form(headers: &HeaderMap, body: &Bytes) -> Params {
    let mut params = Params::default();
    let kind = header_text(headers, "content-type").unwrap_or_default();
    if kind.starts_with("multipart/") {
        at_hand(multipart(kind, body.clone(), &mut params));
    } else if let Ok(text) = std::str::from_utf8(body) {
        match text.trim_start().chars().next() {
            Some('{') => {
                if let Ok(Value::Object(map)) = serde_json::from_str(text) {
                    json_members(map, &mut params);
                }
            }
            Some('[' | '"') | None => {}
            Some(_) => params.add_encoded(text.trim()),
        }
    }
    params
}

fn json_members(map: serde_json::Map<String, Value>, params: &mut Params) {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    for (name, value) in map {
        match &value {
            Value::Array(values) => {
                values.iter().filter_map(plain).for_each(|value| params.add(&format!("{name}[]"), value))
            }
            value => {
                if let Some(value) = plain(value) {
                    params.add(&name, value);
                }
            }
        }
    }
}

/// The outcome of what never waits, since everything that it reads is in memory.
fn at_hand<T>(outcome: impl Future<Output = T>) -> T {
    let mut outcome = pin!(outcome);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(outcome) = outcome.as_mut().poll(&mut context) {
            return outcome;
        }
    }
}

async fn multipart(kind: &str, body: Bytes, params: &mut Params) {
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body));
    let Ok(request) = request else { return };
    let Ok(mut parts) = Multipart::from_request(request, &()).await else { return };
    while let Ok(Some(part)) = parts.next_field().await {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let Ok(bytes) = part.bytes().await else { return };
        match file {
            Some(file) => params.files.push((name, file, bytes.into())),
            None => params.add(&name, String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
}

/// Runs a request; one with nothing to say yet waits for what it is about, without a thread of its own.
async fn in_time(app: &Arc<App>, asked: Arc<Asked>) -> (Reply, Seen) {
    let mut changes = app.changes.watch();
    let end = Instant::now() + app.poll;
    loop {
        let looked = changes.look();
        let (reply, seen) = run(Arc::clone(app), Arc::clone(&asked)).await;
        let Some(what) = reply.awaits else { return (reply, seen) };
        if !changes.next(looked, what, end.saturating_duration_since(Instant::now())).await {
            return (reply, seen);
        }
    }
}

/// Runs a request that may say something before its end.
async fn told_meanwhile(app: &Arc<App>, asked: Asked) -> (Reply, Seen) {
    let (telling, heard) = telling();
    let asked = Arc::new(Asked { telling: Some(telling), ..asked });
    let work = tokio::spawn(run(Arc::clone(app), asked).in_current_span());
    let answer = heard.answer(work, batch::last).await;
    answer.unwrap_or_else(|| (Failure::Fault("the work broke off".to_owned()).into_reply(), Seen::default()))
}

/// Runs a request where it may block.
async fn run(app: Arc<App>, asked: Arc<Asked>) -> (Reply, Seen) {
    let slots = app.slots.of(&asked.method, &asked.path);
    let Ok(slot) = slots.acquire_owned().await else {
        return (Failure::Fault("the server is ending".to_owned()).into_reply(), Seen::default());
    };
    let span = tracing::Span::current();
    let work = move || {
        let _entered = span.entered();
        let _slot = slot;
        settled(&app, &asked)
    };
    let failed =
        |error: tokio::task::JoinError| (Failure::Fault(error.to_string()).into_reply(), Seen::default());
    tokio::task::spawn_blocking(work).await.unwrap_or_else(failed)
}

/// Answers; nobody is told what a power cut could take back, for they would know more than the server afterwards.
fn settled(app: &App, asked: &Asked) -> (Reply, Seen) {
    let (reply, seen) = guarded(app, asked);
    if reply.settled {
        return (reply, seen);
    }
    match app.store.settle() {
        Ok(()) => (reply, seen),
        Err(error) => (Failure::from(error).into_reply(), seen),
    }
}

/// A panic is a fault of ours: it is logged and told, and the server goes on.
fn guarded(app: &App, asked: &Asked) -> (Reply, Seen) {
    let mut seen = Seen::default();
    let answer = std::panic::catch_unwind(AssertUnwindSafe(|| answer(app, asked, &mut seen)));
    let answer = answer.unwrap_or_else(|_| Err(Failure::Fault("a handler panicked".to_owned())));
    (answer.unwrap_or_else(Failure::into_reply), seen)
}

fn answer(app: &App, asked: &Asked, seen: &mut Seen) -> Answer {
    let version = app.store.rights_version();
    let token = header_text(&asked.headers, SESSION_HEADER);
    let found = asked.found.as_ref().and_then(|found| Some((app.router.at(found.place)?, &found.params)));
    seen.route = found.map(|(route, _)| route.path.clone());
    let caller = token.map(|token| sessions::caller(app, token)).transpose()?;
    seen.user = caller.as_ref().map(|caller| caller.username.clone());
    let Some((route, found)) = found else {
        return Err(app.router.find(&asked.method, &asked.path).err().unwrap_or(Failure::NoRoute));
    };
    let body = &asked.body.bytes;
    let mut params = if route.body == Takes::Form { form(&asked.headers, body) } else { Params::default() };
    if let Some(query) = &asked.query {
        params.add_encoded(query);
    }
    for (name, value) in found {
        params.set(name, value.clone());
    }
    let mut call = Call {
        app,
        route,
        files: Cell::new(std::mem::take(&mut params.files)),
        params,
        caller,
        client: asked.client,
        document: Cell::default(),
        warnings: Default::default(),
        body,
        headers: &asked.headers,
        resolved: Default::default(),
        version,
        telling: asked.telling.as_ref(),
        key: None,
    };
    if let Some(telling) = call.telling {
        telling.see(seen);
    }
    let key = call.header(IDEMPOTENCY_HEADER).map(idempotency::stored_key);
    if route.method == Method::POST && key.is_some() {
        call.key = key;
        // The first answer holds, whatever is sent now and whatever the caller may do by now.
        if let Some(reply) = app.read(|reader| idempotency::before(&call, reader))? {
            return Ok(reply);
        }
    }
    refuse(call.params.wrong(&route.params, &|number| app.repository_exists(number)))?;
    if route.list {
        lists::need_mode(&call.params)?;
    }
    if let Takes::Document(kind) = &route.body {
        read_document(&mut call, kind)?;
    }
    permitted(route, &call)?;
    (route.handler)(&call)
}

/// Whether the caller holds every code of the route.
fn permitted(route: &Route, call: &Call<'_>) -> Result<(), Failure> {
    let caller_repo = call.repo();
    for code in &route.codes {
        if !call.can_in(code, caller_repo.as_deref()) {
            return Err(Failure::Denied);
        }
    }
    Ok(())
}

/// Parses, cleans and checks the document of the body.
fn read_document(call: &mut Call<'_>, kind: &str) -> Result<(), Failure> {
    let record = parse(call.body, kind)?;
    let (record, warnings) = match checked(call.app, record) {
        Err(Failure::Params(broken)) => {
            if call.route.method == Method::POST && !call.route.path.contains("/:id") {
                stored_before(call.app, kind, &broken)?;
            }
            return Err(Failure::Params(broken));
        }
        checked => checked?,
    };
    call.document.set(Some(record));
    call.warnings = warnings;
    Ok(())
}

/// Rules of saving are found broken when a part of the record is stored already: the record itself, and of the list in
/// which the fault is, what stands before it.
fn stored_before(app: &App, kind: &str, broken: &Messages) -> Result<(), Failure> {
    for place in broken.keys() {
        let mut parts = place.split('/');
        if let (Some("file_versions"), Some(Ok(before))) = (parts.next(), parts.next().map(str::parse)) {
            app.store.use_up(kind, "file_version", before)?;
        }
    }
    Ok(())
}

fn parse(body: &[u8], kind: &str) -> Result<Record, Failure> {
    let text = String::from_utf8_lossy(body);
    let trouble = || {
        Failure::Bad(format!(
            "Had some trouble parsing your request: unexpected token at '{}'",
            excerpt(&text)
        ))
    };
    let value: Value = serde_json::from_str(&text).map_err(|_| trouble())?;
    Record::from_value(kind, value).map_err(|error| Failure::Bad(error.to_string()))
}

/// The beginning of what could not be read.
fn excerpt(text: &str) -> &str {
    text.char_indices().nth(200).map_or(text, |(end, _)| &text[..end])
}

/// The record cleaned, and the warnings about it; a refusal when it breaks a rule of its kind.
pub(crate) fn checked(app: &App, record: Record) -> Result<(Record, Messages), Failure> {
    check_but(app, record, &|_| true)
}

/// The same, but for controlled values that no list has: an import adds them.
pub(crate) fn checked_open(app: &App, record: Record) -> Result<(Record, Messages), Failure> {
    check_but(app, record, &|problem| problem.code != "not_in_list" || !problem.args.contains_key("list"))
}

fn check_but(
    app: &App,
    record: Record,
    counts: &dyn Fn(&Problem) -> bool,
) -> Result<(Record, Messages), Failure> {
    let registry = Registry::shipped();
    let kind = record.kind.clone();
    let said = |version: &&Value| !version.is_null() && version.as_str() != Some("");
    let lock_version = record.doc.get("lock_version").filter(said).cloned();
    let mut record = record;
    // The server's own pointer to the tree comes back with every document that was fetched.
    record.doc.shift_remove("tree");
    let sent = as_sent(&record);
    let mut record = clean(registry, record);
    if let Some(lock_version) = lock_version {
        record.doc.insert("lock_version".to_owned(), lock_version);
    }
    let mut problems = check_whole(registry, &app.lists()?, &record);
    join(&mut problems, sent);
    problems.retain(|problem| counts(problem));
    let errors = wording::messages(&problems, Severity::Error);
    let warnings = wording::messages(&problems, Severity::Warning);
    if !errors.is_empty() {
        return Err(Failure::Document { errors, warnings, kind });
    }
    refuse(wording::messages(&on_saving(&record), Severity::Error))?;
    Ok((record, warnings))
}
