//! Who may ask: the holder of the token, from this host's own pages.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Error;

/// Header that scripts send the token in; browsers send the cookie.
const TOKEN_HEADER: &str = "x-fonds-token";

const CONTENT_SECURITY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
frame-ancestors 'none'";

/// Headers of every answer.
const SECURITY: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_SECURITY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// What a request is held against.
#[derive(Debug, Clone)]
pub(super) struct Guard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    port: u16,
    token: String,
    cookie: String,
}

impl Guard {
    /// A guard with a fresh random token.
    pub(super) fn new(port: u16) -> Result<Self, Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        // Cookies do not tell ports apart, so the name does.
        Ok(Self(Arc::new(Inner { port, token, cookie: format!("fonds-{port}") })))
    }

    pub(super) fn token(&self) -> &str {
        &self.0.token
    }

    /// `127.0.0.1:PORT` and its other spellings. Anything else is a name that
    /// somebody pointed at this computer.
    fn is_own(&self, host: &str) -> bool {
        let name = host.strip_suffix(&format!(":{}", self.0.port));
        matches!(name, Some("127.0.0.1" | "localhost" | "[::1]"))
    }

    fn refusal(&self, request: &Request) -> Option<&'static str> {
        let headers = request.headers();
        if !text(headers, header::HOST.as_str()).is_some_and(|host| self.is_own(host)) {
            return Some("This address is not the host's own.");
        }
        if headers.contains_key(header::ORIGIN) {
            let own = text(headers, "origin").and_then(|o| o.strip_prefix("http://"));
            if !own.is_some_and(|host| self.is_own(host)) {
                return Some("Another page may not ask this host.");
            }
        }
        if text(headers, "sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
            return Some("Another page may not ask this host.");
        }
        let presented = text(headers, TOKEN_HEADER).or_else(|| self.cookie(headers));
        match presented {
            Some(token) if same(token, &self.0.token) => None,
            _ => Some("The token is missing or wrong. Open the address that `fonds serve` printed."),
        }
    }

    fn cookie<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(self.0.cookie.as_str())?.strip_prefix('='))
    }

    /// The first page load: the token of the address becomes a cookie, and leaves the address.
    fn admit(&self, request: &mut Request) -> Option<Response> {
        if request.method() != Method::GET {
            return None;
        }
        let (token, rest) = split_token(request.uri())?;
        let token = HeaderValue::from_str(&token).ok()?;
        request.headers_mut().insert(TOKEN_HEADER, token);
        if self.refusal(request).is_some() {
            return None;
        }
        let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.0.cookie, self.0.token);
        let headers = [(header::LOCATION, rest), (header::SET_COOKIE, cookie)];
        Some((StatusCode::SEE_OTHER, headers).into_response())
    }
}

/// Lets a request through, or answers 403.
pub(super) async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let mut response = match guard.admit(&mut request) {
        Some(response) => response,
        None => match guard.refusal(&request) {
            Some(reason) => (StatusCode::FORBIDDEN, Body::from(reason)).into_response(),
            None => next.run(request).await,
        },
    };
    for (name, value) in SECURITY {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The token of the query, and the address without it.
fn split_token(uri: &Uri) -> Option<(String, String)> {
    let mut token = None;
    let mut rest = Vec::new();
    for pair in uri.query()?.split('&') {
        match pair.strip_prefix("token=") {
            Some(value) => token = Some(value.to_owned()),
            None => rest.push(pair),
        }
    }
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    // A path that begins with two slashes would lead to another host.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    Some((token?, format!("{path}{query}")))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let one = all.next()?.to_str().ok();
    if all.next().is_some() { None } else { one }
}

/// Compares without telling by its time how much was right.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
