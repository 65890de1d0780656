//! Lines on standard error, and the newest of them kept for `/system/log`.

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::settings::{Everywhere, LogFormat};

/// Starts logging; the lines that the server can show.
///
/// # Errors
/// A sentence, when the levels cannot be read.
pub(crate) fn start(settings: &Everywhere) -> Result<server::LogLines, String> {
    let levels = if settings.log.is_empty() { "info" } else { &settings.log };
    let filter = EnvFilter::try_new(levels).map_err(|error| format!("log: {levels:?}: {error}"))?;
    let stderr = match settings.log_format {
        LogFormat::Text => tracing_subscriber::fmt::layer().with_writer(std::io::stderr).boxed(),
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().json().flatten_event(true);
            layer.with_current_span(false).with_span_list(false).with_writer(std::io::stderr).boxed()
        }
    };
    let lines = server::LogLines::default();
    // Below info, lines may hold text of records: those are not shown to anybody over the network.
    let kept = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(lines.clone());
    let kept = kept.with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(filter).with(stderr).with(kept).init();
    quiet_panics();
    Ok(lines)
}

/// A panic says where it happened. Its text is left out: it can quote what was being worked on.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
        let text = panic.payload();
        let text = text.downcast_ref::<String>().map(String::as_str).or(text.downcast_ref::<&str>().copied());
        tracing::debug!(place, text, "what the panic said");
    }));
}
