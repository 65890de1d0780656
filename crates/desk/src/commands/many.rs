//! What is done to several records at once: one operation, so one undo.

use record::api::command::{PublishInput, Touched, UrisInput};
use serde_json::Value;
use store::{Expect, Op};

use super::records::{address, registry};
use super::touched::{tags, tell};
use crate::{Desk, Failure};

/// `delete_records`, each with everything below it.
///
/// # Errors
/// When the first is no record, or others need one of them: then none is deleted.
pub fn delete_records(desk: &Desk, input: UrisInput) -> Result<Touched, Failure> {
    let UrisInput { uris } = input;
    for uri in &uris {
        address(uri)?;
    }
    let by = desk.author();
    let (mut touched, op) = desk.store().write(Op::typed("delete", &by), |tx| {
        for (at, uri) in uris.iter().enumerate() {
            // One that stood below another went with it.
            if at > 0 && tx.head(uri)?.is_none() {
                continue;
            }
            tx.delete(uri)?;
            tx.discard_draft(uri)?;
        }
        Ok(tags(tx.changed()))
    })?;
    touched.push("drafts".to_owned());
    Ok(tell(desk, touched, Some(op)))
}

/// `publish_records`. Those that are so already, and kinds that are not published, stay as they are.
///
/// # Errors
/// When there is no such record, or one of them breaks a rule: then none is changed.
pub fn publish_records(desk: &Desk, input: PublishInput) -> Result<Touched, Failure> {
    let PublishInput { uris, publish } = input;
    let by = desk.author();
    let (touched, op) = desk.store().write(Op::typed("save", &by), |tx| {
        for uri in &uris {
            let now = tx.expect(uri)?;
            let known = registry()
                .kind(now.kind)
                .is_some_and(|kind| kind.properties.iter().any(|property| property.name == "publish"));
            if !known || now.publish == publish {
                continue;
            }
            let mut doc = now.to_api();
            // Order is its own resource.
            doc.shift_remove("position");
            doc.insert("publish".to_owned(), Value::Bool(publish));
            tx.update(uri, doc, Expect::Any)?;
        }
        Ok(tags(tx.changed()))
    })?;
    Ok(tell(desk, touched, Some(op)))
}
