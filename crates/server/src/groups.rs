//! Groups: who may do what in a repository.

use record::Record;
use serde_json::{Value, json};
use store::{Reader, Stored, Tx};

use crate::access::Catalogue;
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, records, users};

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let code = call.params.text("group_code");
    call.app.read(|reader| {
        let groups = users::groups_in(reader, &repo)?;
        let wanted = groups
            .iter()
            .filter(|group| code.is_none_or(|code| group.record().text("group_code") == Some(code)));
        let docs = wanted.map(|group| served(reader, group, true)).collect::<Result<Vec<_>, _>>()?;
        Ok(Reply::json(docs))
    })
}

pub(crate) fn read(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("group");
    call.app.read(|reader| {
        let stored = reader.get(&uri)?.ok_or_else(|| Failure::missing("group"))?;
        Ok(Reply::json(served(reader, &stored, with_members(call))?))
    })
}

fn served(reader: &Reader<'_>, stored: &Stored, members: bool) -> Result<Value, Failure> {
    let mut doc = dress::served(reader, stored)?;
    if !members {
        doc.insert("member_usernames".to_owned(), json!([]));
    }
    Ok(Value::Object(doc))
}

fn with_members(call: &Call<'_>) -> bool {
    !call.params.has("with_members") || call.params.flag("with_members")
}

pub(crate) fn create(call: &Call<'_>) -> Answer {
    let repo = call.repo();
    let mut record = call.document()?;
    grants(&mut record)?;
    let warnings = call.warnings();
    call.commit("group", |tx| {
        known_members(tx, &record)?;
        let stored = records::make(tx, repo.as_deref(), record)?;
        Ok(records::saved("Created", &stored, warnings))
    })
}

pub(crate) fn update(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("group");
    let mut record = call.document()?;
    grants(&mut record)?;
    let warnings = call.warnings();
    call.commit("group", |tx| {
        let stored = tx.get(&uri)?.ok_or_else(|| Failure::missing("group"))?;
        users::may_fill(call, &stored)?;
        if with_members(call) {
            known_members(tx, &record)?;
        } else {
            let members = stored.doc.get("member_usernames").cloned().unwrap_or_else(|| json!([]));
            record.doc.insert("member_usernames".to_owned(), members);
        }
        let stored = records::replace(tx, &uri, record)?;
        Ok(records::saved("Updated", &stored, warnings))
    })
}

pub(crate) fn delete(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("group");
    let id = call.app.write("delete", call.by(), |tx| remove(call, tx, &uri))?;
    Ok(Reply::json(json!({"status": "Deleted", "id": id})))
}

/// Deletes a group.
pub(crate) fn remove(call: &Call<'_>, tx: &mut Tx<'_>, uri: &str) -> Result<u64, Failure> {
    users::may_fill(call, &records::visible(call, tx, uri)?)?;
    records::remove(tx, uri)
}

/// Checks the granted codes: unknown ones are wrong, global ones may not be granted here, derived ones mean nothing.
fn grants(record: &mut Record) -> Result<(), Failure> {
    let mut kept = Vec::new();
    for code in record.items("grants_permissions") {
        let name = code.as_str().unwrap_or_default();
        match Catalogue::shipped().permission(name) {
            None => {
                return Err(Failure::param("grants_permissions", format!("There is no permission '{name}'")));
            }
            Some(permission) if permission.implied_by.is_some() => {}
            Some(permission) if permission.level == "global" => return Err(Failure::Denied),
            Some(_) => kept.push(code.clone()),
        }
    }
    record.doc.insert("grants_permissions".to_owned(), Value::Array(kept));
    Ok(())
}

fn known_members(reader: &Reader<'_>, record: &Record) -> Result<(), Failure> {
    for member in record.items("member_usernames") {
        let name = member.as_str().unwrap_or_default();
        if reader.account(name)?.is_none() {
            return Err(Failure::param("member_usernames", format!("User {name} does not exist")));
        }
    }
    Ok(())
}
