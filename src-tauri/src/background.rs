//! Carries the desk's events to the window.

use desk::Desk;
use tauri::{AppHandle, Emitter};

/// Name of the event that the UI listens to.
const EVENT: &str = "fonds";

/// Forwards events until the desk or the window is gone.
pub(crate) fn forward(window: AppHandle, desk: &Desk) {
    let mut events = desk.subscribe();
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.next().await {
            if window.emit(EVENT, event).is_err() {
                break;
            }
        }
    });
}
