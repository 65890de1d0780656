//! `Idempotency-Key`: a create whose answer got lost can be sent again.

use axum::http::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::reply::{Failure, Reply};
use crate::sessions::hex;

/// What was answered before under the same key, by the same user, to the same kind of request.
pub(crate) fn before(call: &Call<'_>, key: &str) -> Result<Option<Reply>, Failure> {
    let found = call.app.store.read(|reader| reader.reply(key))?;
    Ok(found.map(|kept| {
        let body: Value = serde_json::from_str(&kept.body).unwrap_or(Value::Null);
        Reply::json(body).with_status(StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK))
    }))
}

/// What an answer is kept under.
pub(crate) fn stored_key(call: &Call<'_>, key: &str) -> String {
    let mut hash = Sha256::new();
    for part in [call.by(), call.route.path.as_str(), call.params.text("repo_id").unwrap_or_default(), key] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}
