//! The one command of the window: forward by name to the desk.

use desk::Desk;
use record::api::command::ApiError;
use serde_json::{Map, Value};
use tauri::State;

/// Runs the desk's command `name`. Blocking work happens off the window's thread.
#[tauri::command]
pub(crate) async fn call(desk: State<'_, Desk>, name: String, input: Value) -> Result<Value, ApiError> {
    let desk = desk.inner().clone();
    tauri::async_runtime::spawn_blocking(move || desk::commands::call(&desk, &name, input))
        .await
        .unwrap_or_else(|_| Err(ApiError { code: "internal".to_owned(), args: Map::new() }))
}
