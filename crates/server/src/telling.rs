//! Answers that begin before the work is done: what is said on the way, piece by piece.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::observe::Seen;
use crate::reply::{Content, Reply};

/// What a handler tells through, while it works.
pub(crate) struct Telling {
    to: UnboundedSender<String>,
    seen: Arc<OnceLock<Seen>>,
}

/// The other end.
pub(crate) struct Heard {
    from: UnboundedReceiver<String>,
    seen: Arc<OnceLock<Seen>>,
}

pub(crate) fn telling() -> (Telling, Heard) {
    let (to, from) = unbounded_channel();
    let seen = Arc::<OnceLock<Seen>>::default();
    (Telling { to, seen: Arc::clone(&seen) }, Heard { from, seen })
}

impl Telling {
    /// Says a piece. Whoever asked may have gone; the work goes on.
    pub(crate) fn tell(&self, text: String) {
        self.to.send(text).ok();
    }

    /// For the log, which does not wait for the end.
    pub(crate) fn see(&self, seen: &Seen) {
        self.seen.set(seen.clone()).ok();
    }
}

impl Heard {
    /// The next piece that is here already.
    #[cfg(test)]
    pub(crate) fn next(&mut self) -> Option<String> {
        self.from.try_recv().ok()
    }

    /// The answer of `work`: from its first piece on, or whole if it says none. `last` makes of its reply what ends the
    /// pieces.
    pub(crate) async fn answer(
        mut self,
        work: JoinHandle<(Reply, Seen)>,
        last: fn(Reply) -> String,
    ) -> Option<(Reply, Seen)> {
        let Some(first) = self.from.recv().await else { return work.await.ok() };
        let seen = self.seen.get().cloned().unwrap_or_default();
        let (to, body) = unbounded_channel();
        tokio::spawn(async move {
            let mut next = Some(first);
            while let Some(text) = next {
                // When nobody listens any more, the work still goes on to its end.
                to.send(text).ok();
                next = self.from.recv().await;
            }
            let ended = work.await.map(|(reply, _)| reply);
            to.send(last(ended.unwrap_or_else(|error| Reply::text("text/plain", error.to_string())))).ok();
        });
        let pieces = UnboundedReceiverStream::new(body).map(Ok::<_, Infallible>);
        let mut reply = Reply::text("text/plain", "");
        reply.content = Content::Pieces { kind: "text/plain", body: Body::from_stream(pieces) };
        Some((reply, seen))
    }
}
