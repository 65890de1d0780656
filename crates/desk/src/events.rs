//! What the desk tells unasked: what changed, how far something long is, how sending stands.

use record::api::command::{Progress, SyncStatus, Touched};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// `changed`, `progress` or `sync`.
    pub name: &'static str,
    /// [`Touched`], [`Progress`] or [`SyncStatus`].
    pub payload: Value,
}

/// A listener; see [`crate::Desk::subscribe`].
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Event>);

impl Events {
    /// The next event; `None` when the desk is gone. A listener that was too
    /// slow hears that everything changed (`touched: ["*"]`).
    pub async fn next(&mut self) -> Option<Event> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => {
                Some(Event { name: "changed", payload: json!({ "touched": ["*"] }) })
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

/// Where events are told. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Teller(broadcast::Sender<Event>);

impl Default for Teller {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Teller {
    /// A new listener.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        Events(self.0.subscribe())
    }

    /// Tells which tags to ask for again.
    pub fn changed(&self, touched: &[String]) {
        if !touched.is_empty() {
            self.tell("changed", &Touched { touched: touched.to_vec(), op: None });
        }
    }

    /// Tells how far something is.
    pub fn progress(&self, progress: &Progress) {
        self.tell("progress", progress);
    }

    /// Tells how sending stands.
    pub fn sync(&self, status: &SyncStatus) {
        self.tell("sync", status);
    }

    fn tell(&self, name: &'static str, payload: &impl Serialize) {
        match serde_json::to_value(payload) {
            // Nobody listening is no failure.
            Ok(payload) => drop(self.0.send(Event { name, payload })),
            Err(error) => tracing::error!(%error, name, "event"),
        }
    }
}
