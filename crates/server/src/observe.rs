//! Around every request: its number, where it comes from, one line in the log, and the figures.
//!
//! The line names the route as declared, never the address as sent, which may hold a password or a search; and
//! nothing of what was sent or answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::app::App;
use crate::{client, metrics};

/// Header with the number of a request: taken from a proxy, else made here; answered in any case.
const REQUEST_ID: &str = "x-request-id";
/// Letters of a number that somebody else made.
const LONGEST_ID: usize = 64;

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) std::net::IpAddr);

/// What became of a request, for the line in the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The path as declared; none: there is no such route.
    pub(crate) route: Option<String>,
    pub(crate) user: Option<String>,
}

/// Counts down when a request is answered, or given up.
struct UnderWay(Arc<App>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.metrics.under_way.dec();
    }
}

pub(crate) async fn observe(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    app.metrics.under_way.inc();
    let under_way = UnderWay(Arc::clone(&app));
    let id = number(request.headers());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = peer.map(|peer| client::address(peer, request.headers(), &app.trusted_proxies));
    if let Some(client) = client {
        request.extensions_mut().insert(Client(client));
    }
    let method = metrics::method(request.method());
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span).await;
    drop(under_way);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let seen = response.extensions_mut().remove::<Seen>().unwrap_or_default();
    let (route, status) = (seen.route.as_deref().unwrap_or("none"), response.status().as_u16());
    let took = began.elapsed();
    app.metrics.answered(method, route, status, took.as_secs_f64());
    tracing::info!(
        id,
        method,
        route,
        status,
        milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        user = seen.user.as_deref(),
        client = client.map(tracing::field::display),
        bytes = response.body().size_hint().exact(),
        "request"
    );
    response
}

/// The number that a proxy gave the request, if it is one that can be shown; else a new one.
fn number(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let fits = |id: &&str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    given.filter(fits).map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_only_when_it_can_be_shown() {
        let number = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(text).unwrap());
            super::number(&headers)
        };
        assert_eq!(number("abc-1"), "abc-1");
        for wrong in ["", "a b", "<script>", &"x".repeat(65)] {
            assert_ne!(number(wrong), wrong);
        }
    }
}
