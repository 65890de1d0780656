//! Requests: the session's header, silent renewal, time-outs, and repeats of
//! what may be repeated.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::{Method, Request, Response, StatusCode, header};
use record::api::wire::{
    DIGEST_HEADER, ErrorBody, IDEMPOTENCY_HEADER, Login, SEEN_HEADER, SERVER_HEADER, SESSION_HEADER, Saved,
};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::from_answer;
use super::transport::{Network, Transport};
use super::{Error, Session};

/// How patient the client is.
#[derive(Debug, Clone)]
pub struct Options {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest silence within an answer.
    pub idle: Duration,
    /// Waits before each repeat of a request that may be repeated.
    pub waits: Vec<Duration>,
    /// Entries of a page of the feed, 1,000 at most.
    pub page: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(120),
            waits: [300, 1_500, 5_000].map(Duration::from_millis).to_vec(),
            page: 1_000,
        }
    }
}

/// Which server it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flavour {
    /// Ours: it has the feed and safe repeats of creates.
    Fonds {
        /// Its version.
        version: String,
        /// Identity of its data.
        id: String,
    },
    /// A stock ArchivesSpace.
    ArchivesSpace {
        /// What it says of its version.
        version: String,
    },
}

/// A connection to one server as one user. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    transport: Arc<dyn Transport>,
    base: String,
    session: Session,
    options: Options,
    flavour: OnceLock<Flavour>,
}

/// Whether a request may be sent again when no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    Safe,
    Never,
}

/// One request before it is sent.
#[derive(Debug, Clone)]
struct Call<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    body: Option<&'a Value>,
    key: Option<&'a str>,
    seen: Option<i64>,
    repeat: Repeat,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    server: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Client {
    /// A client for the server at `base`, over the network; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`] when `base` is not an http address.
    pub fn new(base: &str, session: Session, options: Options) -> Result<Self, Error> {
        let url = address(base)?;
        let network = Network::to(url.host_str(), &options)?;
        Self::over(Arc::new(network), base, session, options)
    }

    /// The same over another way than the network.
    ///
    /// # Errors
    /// [`Error::Address`] when `base` is not an http address.
    pub fn over(
        transport: Arc<dyn Transport>,
        base: &str,
        session: Session,
        options: Options,
    ) -> Result<Self, Error> {
        let base = address(base)?.as_str().trim_end_matches('/').to_owned();
        Ok(Self(Arc::new(Inner { transport, base, session, options, flavour: OnceLock::new() })))
    }

    /// Address of the server, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// Name of the user.
    #[must_use]
    pub fn user(&self) -> &str {
        self.0.session.user()
    }

    /// Entries of a page of the feed.
    #[must_use]
    pub fn page_entries(&self) -> usize {
        self.0.options.page
    }

    /// Which server it is, asked once.
    ///
    /// # Errors
    /// [`Error::NotArchivesSpace`], or whatever the request meets.
    pub async fn flavour(&self) -> Result<Flavour, Error> {
        if let Some(known) = self.0.flavour.get() {
            return Ok(known.clone());
        }
        let call = Call::get("/version", &[]);
        let answer = self.repeated(&call, None).await?;
        let flavour = match answer.server.as_deref().and_then(own_server) {
            Some(own) => own,
            None => {
                let text = String::from_utf8_lossy(&answer.body).trim().to_owned();
                if !answer.status.is_success() || !text.contains("ArchivesSpace") {
                    return Err(Error::NotArchivesSpace { url: self.0.base.clone() });
                }
                Flavour::ArchivesSpace { version: text }
            }
        };
        Ok(self.0.flavour.get_or_init(|| flavour).clone())
    }

    /// Logs in with the password of the session's source and keeps the token.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when there is no password or it is wrong.
    pub async fn login(&self) -> Result<Login, Error> {
        let _gate = self.0.session.gate.lock().await;
        self.login_within_gate().await
    }

    /// Ends the session on the server; errors do not matter to anybody.
    pub async fn logout(&self) {
        if let Some(token) = self.0.session.token() {
            let call = Call { repeat: Repeat::Never, ..Call::with(Method::POST, "/logout", None) };
            if let Err(error) = self.send(&call, Some(&token)).await {
                tracing::debug!(%error, "logout");
            }
            self.0.session.set_token(None);
        }
    }

    /// GET, as any JSON.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Error> {
        self.get_as(path, query).await
    }

    /// GET, as a type of the wire.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn get_as<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Error> {
        self.json(&Call::get(path, query)).await
    }

    /// GET, as it comes.
    pub(super) async fn fetch(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Error> {
        self.authorised(&Call::get(path, query)).await
    }

    /// POST of a document; never repeated on its own.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn post(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Result<Value, Error> {
        self.json(&Call { query, ..Call::with(Method::POST, path, Some(body)) }).await
    }

    /// POST of an action without a document, as `accept_children`; never repeated on its own.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn action(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Error> {
        self.json(&Call { query, ..Call::with(Method::POST, path, None) }).await
    }

    /// Creates a record in a list. With a `key` our server carries it out once
    /// however often it is sent, so it is repeated; a stock ArchivesSpace is asked once.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn create(&self, path: &str, body: &Value, key: &str) -> Result<Saved, Error> {
        self.json(&self.keyed(path, body, key)).await
    }

    /// Replaces the record at `uri`; `body` carries `lock_version`. With a `key` our server carries it out once, as
    /// [`Client::create`].
    ///
    /// # Errors
    /// [`Error::Conflict`] when the record was changed meanwhile, or whatever the request meets.
    pub async fn update(&self, uri: &str, body: &Value, key: &str) -> Result<Saved, Error> {
        self.json(&self.keyed(uri, body, key)).await
    }

    fn keyed<'a>(&self, path: &'a str, body: &'a Value, key: &'a str) -> Call<'a> {
        let repeat = match self.0.flavour.get() {
            Some(Flavour::Fonds { .. }) => Repeat::Safe,
            _ => Repeat::Never,
        };
        Call { key: Some(key), repeat, ..Call::with(Method::POST, path, Some(body)) }
    }

    /// Deletes the record at `uri`. One that is not there any more is deleted. `seen`: how far the feed of our server
    /// was followed.
    ///
    /// # Errors
    /// [`Error::Conflict`] when something that would go too, or lose its links, was changed since, or whatever the
    /// request meets.
    pub async fn delete(&self, uri: &str, seen: Option<i64>) -> Result<(), Error> {
        let call = Call { seen, repeat: Repeat::Safe, ..Call::with(Method::DELETE, uri, None) };
        // What stands before a server may answer too, with a page of its own.
        match self.json::<Value>(&call).await {
            Ok(_) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn json<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Error> {
        let answer = self.authorised(call).await?;
        serde_json::from_slice(&answer.body).map_err(|error| Error::Server {
            status: answer.status.as_u16(),
            text: format!("unreadable answer to {} {}: {error}", call.method, call.path),
        })
    }

    /// With the session; one that has ended is renewed once, unseen. A request
    /// that meets an ended session was not carried out, so any may go again.
    async fn authorised(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let token = match self.0.session.token() {
            Some(token) => token,
            None => self.renew(None).await?,
        };
        let answer = self.repeated(call, Some(&token)).await?;
        let answer = if answer.status == StatusCode::PRECONDITION_FAILED {
            if !is_own(&answer) {
                return Err(Error::InTheWay { status: answer.status.as_u16() });
            }
            let token = self.renew(Some(&token)).await?;
            let again = self.repeated(call, Some(&token)).await?;
            if again.status == StatusCode::PRECONDITION_FAILED {
                // The password was taken just now: to ask for it again would be no help.
                return Err(Error::InTheWay { status: again.status.as_u16() });
            }
            again
        } else {
            answer
        };
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(from_answer(answer.status.as_u16(), &answer.body))
    }

    /// A new token, unless another request fetched one since `stale` was used.
    async fn renew(&self, stale: Option<&str>) -> Result<Arc<str>, Error> {
        let _gate = self.0.session.gate.lock().await;
        if let Some(token) = self.0.session.token()
            && Some(token.as_ref()) != stale
        {
            return Ok(token);
        }
        let login = self.login_within_gate().await?;
        Ok(Arc::from(login.session))
    }

    async fn login_within_gate(&self) -> Result<Login, Error> {
        self.0.session.set_token(None);
        let password = self.0.session.password().await.ok_or(Error::SignedOut)?;
        let mut url = Url::parse(&self.0.base).map_err(|_| Error::Address { url: self.0.base.clone() })?;
        url.path_segments_mut()
            .map_err(|()| Error::Address { url: self.0.base.clone() })?
            .pop_if_empty()
            .extend(["users", self.user(), "login"]);
        // A form is written as a query is.
        let mut form = url.clone();
        form.query_pairs_mut().append_pair("password", &password);
        let request = Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.query().unwrap_or_default().as_bytes().to_vec());
        let answer = self.receive(request).await?;
        if !answer.status.is_success() {
            let status = answer.status.as_u16();
            return Err(match from_answer(status, &answer.body) {
                Error::Forbidden { .. } if is_own(&answer) => Error::SignedOut,
                Error::Forbidden { .. } | Error::SignedOut => Error::InTheWay { status },
                error => error,
            });
        }
        let login: Login = serde_json::from_slice(&answer.body)
            .map_err(|_| Error::NotArchivesSpace { url: self.0.base.clone() })?;
        self.0.session.set_token(Some(&login.session));
        Ok(login)
    }

    /// Sends, and sends again after a wait where that does no harm.
    async fn repeated(&self, call: &Call<'_>, token: Option<&str>) -> Result<Answer, Error> {
        let mut waits = self.0.options.waits.iter();
        loop {
            let result = self.send(call, token).await;
            let again = match &result {
                Ok(answer) => matches!(answer.status.as_u16(), 429 | 502 | 503 | 504),
                Err(Error::Unreachable { outcome: super::Outcome::NotSent, .. }) => false,
                Err(_) => true,
            };
            match waits.next() {
                Some(wait) if again && call.repeat == Repeat::Safe => tokio::time::sleep(*wait).await,
                _ => return result,
            }
        }
    }

    async fn send(&self, call: &Call<'_>, token: Option<&str>) -> Result<Answer, Error> {
        let mut url = address(&format!("{}{}", self.0.base, call.path))?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let mut request = Request::builder().method(call.method.clone()).uri(url.as_str());
        let mut body = Vec::new();
        if let Some(document) = call.body {
            request = request.header(header::CONTENT_TYPE, "application/json");
            body = document.to_string().into_bytes();
        }
        if let Some(token) = token {
            request = request.header(SESSION_HEADER, token);
        }
        if let Some(key) = call.key {
            request = request.header(IDEMPOTENCY_HEADER, key);
        }
        if let Some(seen) = call.seen {
            request = request.header(SEEN_HEADER, seen);
        }
        self.receive(request.body(body)).await
    }

    async fn receive(&self, request: Result<Request<Vec<u8>>, axum::http::Error>) -> Result<Answer, Error> {
        let request = request.map_err(|_| Error::Address { url: self.0.base.clone() })?;
        let (parts, body) = Response::into_parts(self.0.transport.carry(request).await?);
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let (server, digest) = (text(SERVER_HEADER), text(DIGEST_HEADER));
        let (server, digest) = (server.map(str::to_owned), digest.map(str::to_owned));
        Ok(Answer { status: parts.status, server, digest, body })
    }
}

impl<'a> Call<'a> {
    fn get(path: &'a str, query: &'a [(&'a str, &'a str)]) -> Self {
        Self { method: Method::GET, path, query, body: None, key: None, seen: None, repeat: Repeat::Safe }
    }

    fn with(method: Method, path: &'a str, body: Option<&'a Value>) -> Self {
        Self { method, path, query: &[], body, key: None, seen: None, repeat: Repeat::Never }
    }
}

fn address(text: &str) -> Result<Url, Error> {
    let wrong = || Error::Address { url: text.to_owned() };
    let url = Url::parse(text.trim()).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong());
    }
    Ok(url)
}

/// Whether an error has the form that every ArchivesSpace gives it; pages of proxies and portals have not.
fn is_own(answer: &Answer) -> bool {
    serde_json::from_slice::<ErrorBody>(&answer.body).is_ok()
}

/// `fonds/0.1.0 <uuid>`.
pub(super) fn own_server(header: &str) -> Option<Flavour> {
    let (name, id) = header.split_once(' ')?;
    let version = name.strip_prefix("fonds/")?;
    Some(Flavour::Fonds { version: version.to_owned(), id: id.trim().to_owned() })
}
