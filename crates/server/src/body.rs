//! Bodies of requests, read within bounds: no more than the route takes, big ones only from those who are logged in
//! and only so many at once, and nobody is waited for who sends nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use record::api::wire::SESSION_HEADER;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_stream::StreamExt;

use crate::app::App;
use crate::reply::Failure;
use crate::sessions;

/// Bytes that anybody may send: a login, a form.
pub(crate) const SMALL: usize = 1024 * 1024;
/// Bytes of one document; the largest known has four million.
pub(crate) const DOCUMENT: usize = 32 * 1024 * 1024;

/// A header, if it is text.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Where a request is worked on.
pub(crate) enum Host<'a> {
    /// In a server with a network: nothing may block the thread.
    Network(&'a Arc<App>),
    /// On the thread of the caller, with the whole request at hand.
    Thread(&'a App),
}

impl Host<'_> {
    pub(crate) fn app(&self) -> &App {
        match self {
            Self::Network(app) => app,
            Self::Thread(app) => app,
        }
    }

    /// Refuses a token without a session.
    async fn known(&self, token: String) -> Result<(), Failure> {
        match self {
            Self::Thread(app) => sessions::caller(app, &token).map(drop),
            Self::Network(app) => {
                let app = Arc::clone(app);
                let known = tokio::task::spawn_blocking(move || sessions::caller(&app, &token).map(drop));
                known.await.map_err(|error| Failure::Fault(error.to_string()))?
            }
        }
    }

    /// What comes next, within the time that a client may take over it.
    async fn next<T>(&self, next: impl Future<Output = T>) -> Result<T, Failure> {
        match self {
            Self::Thread(_) => Ok(next.await),
            Self::Network(app) => {
                tokio::time::timeout(app.body_wait, next).await.map_err(|_| Failure::TooSlow(app.body_wait))
            }
        }
    }
}

/// A body, and its share of what big bodies may take at once.
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

/// Memory for big bodies.
pub(crate) struct Room {
    free: Arc<Semaphore>,
    all: u32,
}

/// Bytes in one permit of the semaphore, which counts to less than memories are large.
const GRAIN: usize = 64 * 1024;

impl Room {
    /// For two of the largest bodies.
    pub(crate) fn of(largest: usize) -> Self {
        let all = grains(largest.saturating_mul(2));
        Self { free: Arc::new(Semaphore::new(all as usize)), all }
    }

    /// Waits until there is room for so many bytes.
    async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let share = Arc::clone(&self.free).acquire_many_owned(grains(bytes).min(self.all)).await;
        share.map_err(|_| Failure::Fault("the server is ending".to_owned()))
    }
}

fn grains(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(GRAIN).max(1)).unwrap_or(u32::MAX)
}

/// Reads a body of at most `takes` bytes, and no more than the server takes at all.
pub(crate) async fn receive(
    host: &Host<'_>,
    headers: &HeaderMap,
    body: Body,
    takes: usize,
) -> Result<Received, Failure> {
    let app = host.app();
    let token = header_text(headers, SESSION_HEADER);
    let takes = if token.is_some() { takes } else { takes.min(SMALL) };
    let limit = takes.min(app.body_limit);
    let declared = header_text(headers, "content-length").and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(Failure::TooLarge(limit));
    }
    let mut pieces = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut share = None;
    while let Some(piece) = host.next(pieces.next()).await? {
        let piece = piece.map_err(|error| Failure::Bad(format!("The body could not be read: {error}")))?;
        let length = bytes.len() + piece.len();
        if length > limit {
            return Err(Failure::TooLarge(limit));
        }
        if let (true, None, Some(token)) = (length > SMALL, &share, token) {
            host.known(token.to_owned()).await?;
            share = Some(app.room.take(declared.unwrap_or(limit)).await?);
            bytes.reserve(declared.unwrap_or_default().saturating_sub(bytes.len()));
        }
        if declared == Some(piece.len()) {
            return Ok(Received { bytes: piece, _share: share });
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Received { bytes: bytes.into(), _share: share })
}

/// How long a body may stay away without a byte.
pub(crate) const WAIT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_room_for_two_of_the_largest_and_never_a_wait_for_more_than_there_is() {
        let room = Room::of(10 * GRAIN);
        let one = room.take(10 * GRAIN).await.unwrap();
        let other = room.take(9 * GRAIN + 1).await.unwrap();
        assert_eq!(room.free.available_permits(), 0);
        drop((one, other));
        let all = room.take(100 * GRAIN).await.unwrap();
        assert_eq!((all.num_permits(), room.free.available_permits()), (20, 0));
    }
}
