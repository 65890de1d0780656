//! Other web pages that may call the API from a browser. None, unless they are named.

use axum::http::{HeaderName, HeaderValue, Method, header};
use record::api::wire::{IDEMPOTENCY_HEADER, SERVER_HEADER, SESSION_HEADER};
use std::time::Duration;
use tower::layer::util::Identity;
use tower::util::Either;
use tower::util::option_layer;
use tower_http::cors::CorsLayer;

/// How long a browser may remember what it was allowed.
const REMEMBER: Duration = Duration::from_secs(600);

/// Allows these origins; with none, nothing is said to browsers, and they allow nothing.
pub(crate) fn layer(origins: &[String]) -> Either<CorsLayer, Identity> {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let layer = (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::DELETE])
            .allow_headers([
                header::CONTENT_TYPE,
                name(SESSION_HEADER),
                name(IDEMPOTENCY_HEADER),
                name("x-archivesspace-priority"),
                name("x-request-id"),
            ])
            .expose_headers([name(SERVER_HEADER), name("x-request-id"), header::RETRY_AFTER])
            .max_age(REMEMBER)
    });
    option_layer(layer)
}

fn name(text: &str) -> HeaderName {
    HeaderName::try_from(text).unwrap_or(header::ACCEPT)
}
