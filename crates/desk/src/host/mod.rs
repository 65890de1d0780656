//! The loopback host: the UI and the commands over HTTP, on this computer only.
//!
//! Any page that a browser here shows, and any other user of this machine, can
//! reach a port of 127.0.0.1. So every request must carry a token that only
//! the printed address holds, and must name this host and no other origin.
//!
//! `POST /call/<name>` runs a command, `GET /events` streams [`crate::Event`]s,
//! everything else is the UI.

mod auth;
mod calls;
mod events;
mod pages;

use std::net::SocketAddr;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::{Desk, Error};

/// Largest body of a command: files to import travel in it.
const LARGEST_BODY: usize = 512 << 20;

/// A running host. It serves until it is dropped.
#[derive(Debug)]
pub struct Host {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The token that every request carries.
    pub token: String,
    task: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Serves `desk` on `listen`; port 0 takes any free one.
    ///
    /// # Errors
    /// [`Error::NotLoopback`] for an address that others can reach, or when the port is taken.
    pub async fn start(desk: Desk, listen: SocketAddr) -> Result<Self, Error> {
        if !listen.ip().is_loopback() {
            return Err(Error::NotLoopback { addr: listen });
        }
        let taken = |source| Error::Listen { addr: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(taken)?;
        let addr = listener.local_addr().map_err(taken)?;
        let guard = auth::Guard::new(addr.port())?;
        let token = guard.token().to_owned();
        let router = axum::Router::new()
            .route("/call/{name}", post(calls::call))
            .route("/events", get(events::stream))
            .fallback(get(pages::page))
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .layer(middleware::from_fn_with_state(guard, auth::guard))
            .with_state(desk);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "loopback host");
            }
        });
        Ok(Self { addr, token, task })
    }

    /// The address to open, with its token.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.addr, self.token)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests;
