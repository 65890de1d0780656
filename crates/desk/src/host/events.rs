//! `GET /events`: Server-Sent Events, each `{name, payload}`.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use tokio_stream::wrappers::ReceiverStream;

use crate::Desk;

/// Forwards the desk's events until the listener goes.
pub(super) async fn stream(State(desk): State<Desk>) -> impl IntoResponse {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Event, Infallible>>(64);
    let mut events = desk.subscribe();
    tokio::spawn(async move {
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                () = sender.closed() => break,
            };
            let Some(event) = event else { break };
            let Ok(sent) = Event::default().json_data(&event) else { continue };
            if sender.send(Ok(sent)).await.is_err() {
                break;
            }
        }
    });
    Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default())
}
