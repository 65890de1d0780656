//! The one command of the window: forward by name to the desk.

use std::sync::Arc;

use desk::Opening;
use record::api::command::ApiError;
use serde_json::{Map, Value};
use tauri::State;

/// Runs the desk's command `name`. Blocking work happens off the window's thread.
#[tauri::command]
pub(crate) async fn call(
    opening: State<'_, Arc<Opening>>,
    name: String,
    input: Value,
) -> Result<Value, ApiError> {
    let opening = Arc::clone(&opening);
    tauri::async_runtime::spawn_blocking(move || desk::commands::call(&opening.desk()?, &name, input))
        .await
        .unwrap_or_else(|_| Err(ApiError { code: "internal".to_owned(), args: Map::new() }))
}
