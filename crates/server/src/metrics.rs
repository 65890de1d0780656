//! `/metrics`: what the server does, in figures (OpenMetrics, as Prometheus reads it).

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::app::App;
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFor {
    /// Nobody: there is no such address.
    Nobody,
    /// Those with `administer_system`.
    Administrators,
    /// Everybody who reaches the server.
    Everybody,
}

type Labels = Vec<(&'static str, String)>;

/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The figures of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    pub(crate) under_way: Gauge,
    logins: Family<Labels, Counter>,
    sessions: Gauge,
    seq: Gauge,
    behind: Gauge,
    memory: Gauge<f64, AtomicU64>,
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("fonds");
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", version);
        let new = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            under_way: Gauge::default(),
            logins: Family::default(),
            sessions: Gauge::default(),
            seq: Gauge::default(),
            behind: Gauge::default(),
            memory: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("http_requests", "Requests answered", new.requests.clone());
        let help = "How long requests took, to the head of the answer";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, new.seconds.clone());
        registry.register("http_requests_under_way", "Requests not answered yet", new.under_way.clone());
        registry.register("logins", "Logins by outcome: ok, failed, throttled", new.logins.clone());
        registry.register("sessions", "Sessions that have not ended", new.sessions.clone());
        registry.register("store_seq", "Number of the newest change", new.seq.clone());
        let help = "Changes that the search index on disk has not taken in yet";
        registry.register("index_behind", help, new.behind.clone());
        let help = "Memory of the process that is not swapped out";
        registry.register_with_unit("process_resident_memory", help, Unit::Bytes, new.memory.clone());
        Self { registry, ..new }
    }

    /// Counts an answered request. `route` is the path as declared, so that there are few of them.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let place = vec![("method", method.to_owned()), ("route", route.to_owned())];
        self.seconds.get_or_create(&place).observe(seconds);
        let mut labels = place;
        labels.push(("status", status.to_string()));
        self.requests.get_or_create(&labels).inc();
    }

    /// Counts a login: `ok`, `failed` or `throttled`.
    pub(crate) fn login(&self, outcome: &str) {
        self.logins.get_or_create(&vec![("outcome", outcome.to_owned())]).inc();
    }
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    match call.app.metrics_for {
        MetricsFor::Nobody => return Err(Failure::NoRoute),
        MetricsFor::Administrators => call.need("administer_system")?,
        MetricsFor::Everybody => {}
    }
    let metrics = &call.app.metrics;
    look(call.app)?;
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(Reply::text("application/openmetrics-text; version=1.0.0; charset=utf-8", text))
}

/// Takes the figures that are read off, not counted.
fn look(app: &App) -> Result<(), Failure> {
    let (seq, sessions) = app.read(|reader| Ok((reader.seq()?, reader.session_count()?)))?;
    app.metrics.seq.set(seq);
    app.metrics.sessions.set(i64::try_from(sessions).unwrap_or(i64::MAX));
    app.metrics.behind.set((seq - app.store.indexed()).max(0));
    if let Some(bytes) = resident() {
        app.metrics.memory.set(bytes);
    }
    Ok(())
}

/// Resident memory in bytes, where the system says it (Linux).
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

/// Methods that are told apart; others could be anything.
pub(crate) fn method(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
