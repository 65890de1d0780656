//! `Idempotency-Key`: a create whose answer got lost can be sent again. The key is a random number that the client made
//! for one request: it alone says which one, whatever changed since, on either side.

use axum::http::StatusCode;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::Reader;

use crate::call::Call;
use crate::reply::{Content, Failure, Reply};
use crate::sessions::hex;
use crate::{sight, wording};

/// What was answered before under the key of a request, for whoever asked then or may see what was made.
pub(crate) fn before(call: &Call<'_>, reader: &Reader<'_>) -> Result<Option<Reply>, Failure> {
    let Some(kept) = call.key.as_deref().map(|key| reader.reply(key)).transpose()?.flatten() else {
        return Ok(None);
    };
    if kept.asked != asked(call) {
        return Err(Failure::Conflict(Value::from("This Idempotency-Key was used for another request")));
    }
    let body: Value = serde_json::from_str(&kept.body).unwrap_or(Value::Null);
    if call.caller.as_ref().is_none_or(|caller| caller.uri != kept.by) && !may_see(call, reader, &body)? {
        return Err(Failure::Denied);
    }
    Ok(Some(Reply::json(body).with_status(StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK))))
}

/// Whether the caller may see the record that an answer is about.
fn may_see(call: &Call<'_>, reader: &Reader<'_>, body: &Value) -> Result<bool, Failure> {
    let uri = body.get("uri").and_then(Value::as_str).filter(|_| call.caller.is_some());
    match uri.map(|uri| reader.head(uri)).transpose()?.flatten() {
        // Who may see users and groups, their routes say.
        Some(head) if head.held && !store::is_private(wording::kind_of(&head.uri)) => {
            sight::is_open(call, reader, &head)
        }
        _ => Ok(false),
    }
}

/// An answer as it is kept.
pub(crate) fn kept(call: &Call<'_>, reply: &Reply) -> Option<store::Reply> {
    let Content::Json(body) = &reply.content else { return None };
    Some(store::Reply {
        status: reply.status.as_u16(),
        by: call.caller.as_ref().map(|caller| caller.uri.clone()).unwrap_or_default(),
        asked: asked(call),
        body: body.to_string(),
    })
}

/// What sort of request it is.
fn asked(call: &Call<'_>) -> String {
    format!("{} {}", call.route.method, call.route.path)
}

/// What an answer is kept under.
pub(crate) fn stored_key(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()))
}
