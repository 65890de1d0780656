//! What stands between a desk and its server, passes everything on, and notes the requests for records.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::runtime::Runtime;

/// Largest body that passes.
const LARGEST: usize = 64 << 20;

/// A tap on the line to a server. It ends with its runtime.
pub(crate) struct Tap {
    _runtime: Runtime,
    /// Its address.
    pub(crate) address: String,
    behind: Arc<Behind>,
    held: Receiver<()>,
}

struct Behind {
    http: reqwest::Client,
    address: String,
    /// Path and query of every request that was passed on, or held, and that asks for records.
    asked: Mutex<Vec<String>>,
    /// How many of them are passed on; the next one is never answered.
    lets: Mutex<usize>,
    hold: Sender<()>,
}

impl Tap {
    /// Stands before the server at `behind`.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub(crate) fn before(behind: &str) -> Self {
        crate::tls();
        let runtime = Runtime::new().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let (hold, held) = channel();
        let behind = Arc::new(Behind {
            http,
            address: behind.to_owned(),
            asked: Mutex::default(),
            lets: Mutex::new(usize::MAX),
            hold,
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&behind));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { _runtime: runtime, address, behind, held }
    }

    /// The requests for records so far, in order.
    #[must_use]
    pub(crate) fn asked(&self) -> Vec<String> {
        lock(&self.behind.asked).clone()
    }

    /// Lets so many more requests for records pass and holds the next one.
    pub(crate) fn lets(&self, more: usize) {
        let passed = lock(&self.behind.asked).len();
        *lock(&self.behind.lets) = passed.saturating_add(more);
    }

    /// Waits till a request is held.
    ///
    /// # Panics
    /// When none ever comes.
    pub(crate) fn wait(&self) {
        self.held.recv_timeout(std::time::Duration::from_secs(300)).expect("a request is held");
    }
}

impl Behind {
    /// Notes a request for records, and tells whether it is held.
    fn holds(&self, whole: &str) -> bool {
        let mut asked = lock(&self.asked);
        asked.push(whole.to_owned());
        asked.len() > *lock(&self.lets)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this is a request for a part of a bundle, or for records by their numbers.
fn is_for_records(whole: &str) -> bool {
    whole.starts_with("/bundle?") || whole.contains("id_set=")
}

async fn pass(State(behind): State<Arc<Behind>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let whole = parts.uri.path_and_query().map_or("/", |whole| whole.as_str()).to_owned();
    if is_for_records(&whole) && behind.holds(&whole) {
        behind.hold.send(()).ok();
        return std::future::pending().await;
    }
    let body = axum::body::to_bytes(body, LARGEST).await.unwrap();
    let request = behind.http.request(parts.method, format!("{}{whole}", behind.address)).body(body);
    let Ok(answer) = request.headers(parts.headers).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    match answer.bytes().await {
        Ok(bytes) => (status, headers, Body::from(bytes)).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
