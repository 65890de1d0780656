//! The UI's files, embedded in the program.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Dist;

/// A file of the UI; any path that is not one is a page of the UI's own making.
pub(super) async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = match path {
        "" => "index.html",
        _ if last.contains('.') => path,
        _ => "index.html",
    };
    let Some(file) = Dist::get(name) else {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    // Names under assets/ carry a hash of the content.
    let cache = if name.starts_with("assets/") { "private, max-age=31536000, immutable" } else { "no-cache" };
    let kind = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache.to_owned())], file.data).into_response()
}
