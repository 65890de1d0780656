//! The line between a desk and the server, and everything that a line does to requests and answers.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::{Method, Response, StatusCode};
use desk::rest::{Carried, Error, Outcome, Transport};

use super::fuse::Fuse;
use super::ground::{Ground, lock};
use super::house::{Answered, Asked, House};
use super::{Kind, clock};

/// Most milliseconds that a request or an answer is under way.
const SLOW: usize = 900;
/// Milliseconds after which a client gives up.
const PATIENCE: i64 = 120_000;

/// What a line does to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// No connection: it never leaves.
    Refused,
    /// It leaves and does not arrive.
    Lost,
    /// It is carried out, and the answer is lost.
    AnswerLost,
    /// It is carried out twice, and the first answer comes.
    Twice,
    /// It arrives when nobody waits for it any more.
    Late,
    /// The end of the answer is missing.
    Truncated,
    /// The page of somebody's portal comes instead of an answer.
    Portal,
    /// The session is not known any more.
    SessionGone,
    /// Something before the server refuses: nothing is carried out.
    Instead(u16),
    /// Something before the server gives up on an answer that was on its way.
    After(u16),
    /// The server crashes over it.
    Crash,
}

const FAULTS: [Fault; 16] = [
    Fault::Refused,
    Fault::Lost,
    Fault::AnswerLost,
    Fault::AnswerLost,
    Fault::Twice,
    Fault::Late,
    Fault::Truncated,
    Fault::Portal,
    Fault::SessionGone,
    Fault::Instead(401),
    Fault::Instead(403),
    Fault::Instead(429),
    Fault::Instead(503),
    Fault::After(500),
    Fault::After(504),
    Fault::Crash,
];

pub(super) struct Line {
    house: Arc<House>,
    ground: Ground,
    /// The desk's: a dead program sends nothing.
    fuse: Arc<Fuse>,
    /// How many requests of a hundred meet a fault.
    trouble: AtomicU32,
    /// Requests, and those of them that change something, since they were counted last.
    requests: AtomicU64,
    changes: AtomicU64,
    /// Where the changing ones went, since they were asked for last.
    sent: Mutex<Vec<String>>,
    /// What happens on the server between two requests, once.
    meanwhile: Mutex<Option<Meanwhile>>,
}

/// What others do in the middle of a sync.
pub(super) type Meanwhile = Box<dyn FnOnce(&str) + Send>;

impl Line {
    pub(super) fn new(house: Arc<House>, ground: Ground, fuse: Arc<Fuse>) -> Arc<Self> {
        Arc::new(Self {
            house,
            ground,
            fuse,
            trouble: AtomicU32::new(0),
            requests: AtomicU64::new(0),
            changes: AtomicU64::new(0),
            sent: Mutex::default(),
            meanwhile: Mutex::new(None),
        })
    }

    /// How many requests of a hundred meet a fault from now on.
    pub(super) fn set_trouble(&self, percent: u32) {
        self.trouble.store(percent, Ordering::SeqCst);
    }

    pub(super) fn interrupt(&self, meanwhile: Meanwhile) {
        *lock(&self.meanwhile) = Some(meanwhile);
    }

    /// Requests, and changing ones among them, since the last call.
    pub(super) fn counted(&self) -> (u64, u64) {
        (self.requests.swap(0, Ordering::SeqCst), self.changes.swap(0, Ordering::SeqCst))
    }

    /// Paths of the requests that change something, since the last call.
    pub(super) fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.sent))
    }

    fn pass(&self, request: Asked) -> Result<Answered, Error> {
        if self.fuse.is_blown() {
            return Err(none(Outcome::NotSent));
        }
        clock::pass(i64::try_from(self.ground.below(SLOW)).unwrap_or(0));
        let changes = request.method() != Method::GET && !request.uri().path().ends_with("/login");
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.changes.fetch_add(u64::from(changes), Ordering::SeqCst);
        if changes {
            lock(&self.sent).push(request.uri().path().to_owned());
        }
        if self.ground.percent(20)
            && let Some(meanwhile) = lock(&self.meanwhile).take()
        {
            meanwhile(if changes { request.uri().path() } else { "" });
        }
        let trouble = self.trouble.load(Ordering::SeqCst);
        if trouble > 0 && self.ground.percent(10) {
            self.house.arrive();
        }
        let fault = if self.ground.percent(trouble) { self.ground.one_of(&FAULTS).copied() } else { None };
        let fault = fault.filter(|fault| may_happen(*fault, &request, self.house.kind()));
        let mut line = format!("  {} {}", request.method(), request.uri().path());
        if let Some(query) = request.uri().query() {
            line = format!("{line}?{query}");
        }
        let answered = match fault {
            None => self.house.answer(request).ok_or_else(|| none(Outcome::Unknown)),
            Some(fault) => {
                line = format!("{line} [{fault:?}]");
                self.suffer(fault, request)
            }
        };
        let ended = match &answered {
            Ok(answer) => answer.status().as_u16().to_string(),
            Err(error) => error.to_string(),
        };
        self.ground.say(&format!("{line} -> {ended}"));
        answered
    }

    fn suffer(&self, fault: Fault, mut request: Asked) -> Result<Answered, Error> {
        let unknown = || none(Outcome::Unknown);
        match fault {
            Fault::Refused => return Err(none(Outcome::NotSent)),
            Fault::Lost => {
                clock::pass(PATIENCE);
                return Err(unknown());
            }
            Fault::Late => {
                self.house.delay(request);
                clock::pass(PATIENCE);
                return Err(unknown());
            }
            Fault::Portal => return Ok(answer(200, "<html><title>Sign in to the Wi-Fi</title></html>")),
            Fault::Instead(status) => return Ok(answer(status, r#"{"error":"Access denied"}"#)),
            Fault::SessionGone => {
                request.headers_mut().remove(record::api::wire::SESSION_HEADER);
                return Ok(answer(412, r#"{"code":"SESSION_GONE","error":"No session found"}"#));
            }
            Fault::Crash => self.house.fuse().light(1 + self.ground.below(4)),
            Fault::Twice => {
                let again = copy(&request);
                let first = self.house.answer(request);
                self.house.answer(again);
                return first.ok_or_else(unknown);
            }
            Fault::AnswerLost | Fault::Truncated | Fault::After(_) => {}
        }
        let answered = self.house.answer(request).ok_or_else(unknown)?;
        self.house.fuse().quench();
        match fault {
            Fault::AnswerLost => {
                clock::pass(PATIENCE);
                Err(unknown())
            }
            Fault::After(status) => Ok(answer(status, "upstream gave up")),
            Fault::Truncated => {
                let (parts, mut body) = answered.into_parts();
                body.truncate(self.ground.below(body.len()));
                Ok(Response::from_parts(parts, body))
            }
            _ => Ok(answered),
        }
    }
}

/// What no client can be blamed for is left out. A stock ArchivesSpace has nothing that tells a second copy of a
/// create from another record that looks alike: it may not be repeated on the way. A deletion has no version
/// anywhere: one that arrives after an edit of somebody else takes the edit with it.
fn may_happen(fault: Fault, request: &Asked, kind: Kind) -> bool {
    let path = request.uri().path();
    let creates = request.method() == Method::POST
        && !path.rsplit('/').next().unwrap_or("").starts_with(|c: char| c.is_ascii_digit());
    match fault {
        Fault::Twice => kind == Kind::Fonds || !creates,
        Fault::Late => request.method() != Method::DELETE && (kind == Kind::Fonds || !creates),
        _ => true,
    }
}

fn copy(request: &Asked) -> Asked {
    let mut copy = Asked::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

fn answer(status: u16, body: &str) -> Answered {
    let mut answer = Response::new(body.as_bytes().to_vec());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    answer
}

fn none(outcome: Outcome) -> Error {
    Error::Unreachable { reason: "the line".to_owned(), outcome }
}

impl Transport for Line {
    fn carry(&self, request: Asked) -> Carried<'_> {
        Box::pin(async move { self.pass(request) })
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}
