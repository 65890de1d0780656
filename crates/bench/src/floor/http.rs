//! axum over the bare table: one row read, or one row written if its version is the expected one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rusqlite::Connection;
use tokio::net::TcpListener;

use super::table::{self, Durability};

#[derive(Clone)]
struct Tables {
    reading: Arc<Mutex<Connection>>,
    writing: Arc<Mutex<Connection>>,
}

/// Serves the table at `path`; the address.
pub(crate) async fn serve(path: PathBuf) -> Result<String> {
    let open = || table::open(&path, Durability::Normal).map(|table| Arc::new(Mutex::new(table)));
    let tables = Tables { reading: open()?, writing: open()? };
    let router = Router::new().route("/rec/{id}", get(one).post(save)).with_state(tables);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn one(State(tables): State<Tables>, Path(id): Path<i64>) -> Response {
    let table = tables.reading.lock().unwrap_or_else(PoisonError::into_inner);
    match table::document(&table, id) {
        Ok(json) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn save(State(tables): State<Tables>, Path(id): Path<i64>, body: String) -> Response {
    let mut table = tables.writing.lock().unwrap_or_else(PoisonError::into_inner);
    match table::locked_update(&mut table, id, &body) {
        Ok(()) => "{\"status\":\"Updated\"}".into_response(),
        Err(_) => StatusCode::CONFLICT.into_response(),
    }
}
