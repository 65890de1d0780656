//! The server of a simulated world: it answers in process, as ours or as a stock ArchivesSpace, crashes, starts
//! again, and is restored from a backup.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum::http::{HeaderValue, Request, Response, header};
use record::api::wire::{IDEMPOTENCY_HEADER, SEEN_HEADER, SERVER_HEADER, SESSION_HEADER};
use serde_json::Value;

use super::fuse::{Crash, Fuse};
use super::ground::{Ground, lock};
use super::{Kind, clock};
use crate::{PASSWORD, stock};

/// A whole request, and a whole answer.
pub(super) type Asked = Request<Vec<u8>>;
pub(super) type Answered = Response<Vec<u8>>;

pub(super) struct House {
    kind: Kind,
    ground: Ground,
    fuse: Arc<Fuse>,
    inner: Mutex<Inner>,
    /// A move arrived when nobody waited for it any more.
    moved_late: AtomicBool,
}

struct Inner {
    /// Where folders of its data are made.
    root: PathBuf,
    opened: u32,
    folder: PathBuf,
    server: Option<server::Server>,
    /// The administrator's session.
    token: String,
    backup: Option<PathBuf>,
    /// Requests that have not arrived yet.
    under_way: Vec<Asked>,
    /// The controlled lists as they were told last, with their version.
    lists: Option<(i64, Vec<u8>)>,
}

/// Where all controlled lists are asked for.
const LISTS: &str = "/config/enumerations";

impl Inner {
    /// The lists as they were told last, unless they were changed since: they are long, and every sync with a stock
    /// server asks for them.
    fn known_lists(&self) -> Option<Vec<u8>> {
        let server = self.server.as_ref()?;
        let (version, told) = self.lists.as_ref()?;
        let now = server.store().read(|r| r.lists_version()).ok()?;
        (now == *version).then(|| told.clone())
    }

    fn keep_lists(&mut self, told: &[u8]) {
        let now = self.server.as_ref().and_then(|server| server.store().read(|r| r.lists_version()).ok());
        self.lists = now.map(|version| (version, told.to_vec()));
    }
}

impl House {
    /// On a copy of the data in `from`.
    pub(super) fn open(kind: Kind, ground: &Ground, root: &Path, from: &Path) -> Self {
        let folder = root.join("server0");
        super::fuse::copy_database(from, &folder);
        let inner = Inner {
            root: root.to_owned(),
            opened: 0,
            folder,
            server: None,
            token: String::new(),
            backup: None,
            under_way: Vec::new(),
            lists: None,
        };
        let house = Self {
            kind,
            ground: ground.clone(),
            fuse: Fuse::new(),
            inner: Mutex::new(inner),
            moved_late: AtomicBool::new(false),
        };
        house.start();
        house
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn fuse(&self) -> &Fuse {
        &self.fuse
    }

    pub(super) fn is_up(&self) -> bool {
        lock(&self.inner).server.is_some()
    }

    /// Starts it, unless it runs.
    pub(super) fn start(&self) {
        let mut inner = lock(&self.inner);
        if inner.server.is_some() {
            return;
        }
        self.fuse.renew(&inner.folder);
        inner.server = Some(server::Server::open(&options(&inner.folder, Some(&self.fuse))).unwrap());
    }

    /// Ends it as a crash does.
    pub(super) fn crash(&self, crash: Crash) {
        let mut inner = lock(&self.inner);
        inner.opened += 1;
        let folder = inner.root.join(format!("server{}", inner.opened));
        self.fuse.leave(&inner.folder, &folder, crash);
        inner.folder = folder;
        inner.server = None;
    }

    /// Keeps a copy of the data as it is now.
    pub(super) fn back_up(&self) {
        let mut inner = lock(&self.inner);
        let backup = inner.root.join("backup");
        std::fs::remove_dir_all(&backup).ok();
        std::fs::create_dir_all(&backup).unwrap();
        if let Some(server) = &inner.server {
            server.store().backup(&backup.join("fonds.db")).unwrap();
            inner.backup = Some(backup);
        }
    }

    /// Puts the copy back. `false`: there is none.
    pub(super) fn restore(&self) -> bool {
        let mut inner = lock(&self.inner);
        let Some(backup) = inner.backup.take() else { return false };
        inner.opened += 1;
        let folder = inner.root.join(format!("server{}", inner.opened));
        std::fs::rename(backup, &folder).unwrap();
        inner.folder = folder;
        inner.server = None;
        true
    }

    /// Reads its data, past all faults; `None` while it is down.
    pub(super) fn read<T>(&self, f: impl FnOnce(&store::Store) -> T) -> Option<T> {
        lock(&self.inner).server.as_ref().map(|server| f(server.store()))
    }

    /// A request that arrives later.
    pub(super) fn delay(&self, request: Asked) {
        lock(&self.inner).under_way.push(request);
    }

    /// Whether a move arrived late: it may undo what its own sender decided since.
    pub(super) fn moved_late(&self) -> bool {
        self.moved_late.load(Ordering::SeqCst)
    }

    /// Lets one of the delayed requests arrive; nobody waits for its answer any more.
    pub(super) fn arrive(&self) -> bool {
        let request = {
            let mut inner = lock(&self.inner);
            if inner.under_way.is_empty() {
                return false;
            }
            let at = self.ground.below(inner.under_way.len());
            inner.under_way.remove(at)
        };
        let line = format!("  late: {} {}", request.method(), request.uri().path());
        if line.ends_with("/accept_children") {
            self.moved_late.store(true, Ordering::SeqCst);
        }
        let status = self.answer(request).map(|answer| answer.status().as_u16());
        self.ground.say(&format!("{line} -> {}", status.unwrap_or(0)));
        true
    }

    /// The answer; `None`: the server is down, or went down over it.
    pub(super) fn answer(&self, mut request: Asked) -> Option<Answered> {
        if self.kind == Kind::Fonds {
            return self.own_answer(request);
        }
        if let Some((status, body)) = stock::at_once(request.uri().path()) {
            lock(&self.inner).server.as_ref()?;
            let mut answer = Response::new(body.into_bytes());
            *answer.status_mut() = status;
            return Some(answer);
        }
        let lists = request.uri().path() == LISTS;
        if lists && let Some(told) = lock(&self.inner).known_lists() {
            return Some(Response::new(told));
        }
        for name in [IDEMPOTENCY_HEADER, SEEN_HEADER] {
            request.headers_mut().remove(name);
        }
        let saves = request.method() == axum::http::Method::POST;
        let sent = if saves { request.body().clone() } else { Vec::new() };
        let mut answer = self.own_answer(request)?;
        answer.headers_mut().remove(SERVER_HEADER);
        if !answer.status().is_success() {
            return Some(answer);
        }
        if saves {
            self.raise_linked(&sent);
        } else if let Ok(mut told) = serde_json::from_slice::<Value>(answer.body()) {
            stock::dress(&mut told);
            *answer.body_mut() = told.to_string().into_bytes();
        }
        if lists {
            lock(&self.inner).keep_lists(answer.body());
        }
        Some(answer)
    }

    fn own_answer(&self, request: Asked) -> Option<Answered> {
        let line = format!("{} {}", request.method(), request.uri());
        let answer = {
            let inner = lock(&self.inner);
            let server = inner.server.as_ref()?;
            at_once(server.answer(request))
        };
        if self.fuse.is_blown() {
            self.ground.say("  the server crashes");
            self.crash(Crash::Power);
            return None;
        }
        if answer.status().is_server_error() {
            let body = String::from_utf8_lossy(answer.body()).into_owned();
            self.ground.broken(8, &format!("the server failed at {line}: {body}"));
        }
        Some(answer)
    }

    /// A save raises the version of what it links to.
    fn raise_linked(&self, sent: &[u8]) {
        let Ok(record) = serde_json::from_slice::<Value>(sent) else { return };
        for uri in stock::linked(&record) {
            if let Some(there) = self.own(&uri) {
                self.admin_quietly("POST", &uri, Some(&there));
            }
        }
    }

    fn own(&self, uri: &str) -> Option<Value> {
        self.admin_quietly("GET", uri, None).filter(|(status, _)| *status == 200).map(|(_, body)| body)
    }

    /// What the administrator is answered. Nothing while the server is down.
    pub(super) fn admin(&self, method: &str, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        let answered = self.admin_quietly(method, path, body);
        if method == "POST"
            && self.kind == Kind::ArchivesSpace
            && matches!(answered, Some((200, _)))
            && let Some(body) = body
        {
            self.raise_linked(body.to_string().as_bytes());
        }
        answered
    }

    fn admin_quietly(&self, method: &str, path: &str, body: Option<&Value>) -> Option<(u16, Value)> {
        for _ in 0..2 {
            let token = lock(&self.inner).token.clone();
            let mut request = Request::builder().method(method).uri(format!("http://server{path}"));
            if !token.is_empty() {
                request = request.header(SESSION_HEADER, token);
            }
            let bytes = body.map(Value::to_string).unwrap_or_default().into_bytes();
            let answer = self.own_answer(request.body(bytes).unwrap())?;
            let status = answer.status().as_u16();
            let told: Value = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
            if status != 412 && !(status == 403 && lock(&self.inner).token.is_empty()) {
                return Some((status, told));
            }
            lock(&self.inner).token.clear();
            let mut login = Request::post("http://server/users/admin/login")
                .body(format!("password={PASSWORD}").into_bytes())
                .unwrap();
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            login.headers_mut().insert(header::CONTENT_TYPE, form);
            let answer = self.own_answer(login)?;
            let told: Value = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
            told["session"].as_str().unwrap_or_default().clone_into(&mut lock(&self.inner).token);
        }
        None
    }
}

/// How the server of a world is opened.
pub(super) fn options(folder: &Path, fuse: Option<&Arc<Fuse>>) -> server::Options {
    server::Options {
        admin_password: Some(PASSWORD.to_owned()),
        search_heap: 15_000_000,
        now: clock::now,
        index: store::Index::OnDemand,
        gate: fuse.map(Fuse::gate),
        ..server::Options::new(folder, "")
    }
}

/// The outcome of work that waits for nothing.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}
