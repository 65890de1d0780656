//! What people and repositories prefer: layer over layer, the later wins.

use serde_json::{Map, Value, json};
use store::{List, Order, Reader, Stored, Tx};

use crate::access::GLOBAL;
use crate::call::Call;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, records};

fn all(reader: &Reader<'_>, repo: &str) -> Result<Vec<Stored>, Failure> {
    let query = List {
        kinds: vec!["preference".to_owned()],
        repo: Some(repo.to_owned()),
        order: Order::Id,
        limit: u64::MAX,
        ..List::default()
    };
    Ok(reader.list_full(&query)?)
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let user = call.params.integer("user_id");
    call.app.read(|reader| {
        let mut docs = Vec::new();
        for stored in all(reader, &repo)? {
            if user.is_none_or(|user| owner(&stored) == Some(user)) {
                docs.push(Value::Object(dress::served(reader, &stored)?));
            }
        }
        Ok(Reply::json(docs))
    })
}

fn owner(stored: &Stored) -> Option<i64> {
    stored.doc.get("user_id").and_then(Value::as_i64)
}

/// One's own, those of a repository that one may see, and those of all.
pub(crate) fn read(call: &Call<'_>) -> Answer {
    let caller = call.user()?;
    let uri = call.uri_of("preference");
    call.app.read(|reader| {
        let stored = records::visible(call, reader, &uri)?;
        let own = owner(&stored).is_some_and(|user| caller.uri == format!("/users/{user}"));
        let shared = owner(&stored).is_none() && (is_global(call) || call.can("view_repository"));
        if !own && !shared {
            call.need("manage_repository")?;
        }
        Ok(Reply::json(Value::Object(dress::served(reader, &stored)?)))
    })
}

/// Whether the request is about the settings that hold everywhere.
fn is_global(call: &Call<'_>) -> bool {
    call.repo().as_deref() == Some(GLOBAL)
}

pub(crate) fn create(call: &Call<'_>) -> Answer {
    let repo = call.repo().unwrap_or_default();
    let mut record = call.document()?;
    if let Some(Value::Object(defaults)) = record.doc.get_mut("defaults") {
        defaults.entry("locale").or_insert_with(|| json!("en"));
    }
    let wanted = record.doc.get("user_id").and_then(Value::as_i64);
    may(call, wanted)?;
    let warnings = call.warnings();
    call.commit("preference", |tx| {
        if all(tx, &repo)?.iter().any(|there| owner(there) == wanted) {
            tx.use_up("preference", 1)?;
            return Err(Failure::param("user_id", "There are preferences of this user here already"));
        }
        let stored = records::make(tx, Some(&repo), record)?;
        Ok(records::saved("Created", &stored, warnings))
    })
}

/// One's own preferences are one's own; those of others and of the repository need its managers.
fn may(call: &Call<'_>, user: Option<i64>) -> Result<(), Failure> {
    let caller = call.user()?;
    let own = user.is_some_and(|user| caller.uri == format!("/users/{user}"));
    if own { Ok(()) } else { call.need("manage_repository") }
}

pub(crate) fn update(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("preference");
    let mut record = call.document()?;
    let warnings = call.warnings();
    call.commit("preference", |tx| {
        let stored = tx.get(&uri)?.ok_or_else(|| Failure::missing("preference"))?;
        may(call, owner(&stored))?;
        // Whose they are does not change: without an owner they would be everybody's.
        match stored.doc.get("user_id") {
            Some(owner) => drop(record.doc.insert("user_id".to_owned(), owner.clone())),
            None => drop(record.doc.shift_remove("user_id")),
        }
        let stored = records::replace(tx, &uri, record)?;
        Ok(records::saved("Updated", &stored, warnings))
    })
}

/// Deletes the preferences of a user, in every repository.
pub(crate) fn forget(tx: &mut Tx<'_>, user: &str) -> Result<(), Failure> {
    let user = user.rsplit('/').next().and_then(|id| id.parse::<i64>().ok());
    let query = List { kinds: vec!["preference".to_owned()], limit: u64::MAX, ..List::default() };
    for stored in tx.list_full(&query)? {
        if user.is_some() && owner(&stored) == user {
            tx.delete(&stored.head.uri)?;
        }
    }
    Ok(())
}

pub(crate) fn current(call: &Call<'_>) -> Answer {
    of_repository(call)?;
    layers(call, call.repo())
}

pub(crate) fn current_global(call: &Call<'_>) -> Answer {
    layers(call, None)
}

/// What a repository prefers is for those who may see it.
fn of_repository(call: &Call<'_>) -> Result<(), Failure> {
    if is_global(call) { Ok(()) } else { call.need("view_repository") }
}

pub(crate) fn defaults(call: &Call<'_>) -> Answer {
    of_repository(call)?;
    let Reply { content, .. } = layers(call, call.repo())?;
    match content {
        crate::reply::Content::Json(mut value) => {
            Ok(Reply::json(value.get_mut("defaults").map(Value::take).unwrap_or_default()))
        }
        _ => Ok(Reply::json(json!({}))),
    }
}

/// Every layer that applies to the caller, and all of them merged.
fn layers(call: &Call<'_>, repo: Option<String>) -> Answer {
    let user = call.caller.as_ref().and_then(|caller| caller.uri.rsplit('/').next()?.parse::<i64>().ok());
    call.app.read(|reader| {
        let mut answer = Map::new();
        let mut merged = Map::new();
        let mut add = |name: &str, stored: Option<&Stored>| -> Result<(), Failure> {
            if let Some(stored) = stored {
                if let Some(Value::Object(defaults)) = stored.doc.get("defaults") {
                    merged.extend(defaults.clone());
                }
                answer.insert(name.to_owned(), Value::Object(dress::served(reader, stored)?));
            }
            answer.insert(format!("defaults_{name}"), Value::Object(merged.clone()));
            Ok(())
        };
        let global = all(reader, GLOBAL)?;
        add("global", global.iter().find(|stored| owner(stored).is_none()))?;
        add("user_global", global.iter().find(|stored| user.is_some() && owner(stored) == user))?;
        if let Some(repo) = &repo {
            let own = all(reader, repo)?;
            add("repo", own.iter().find(|stored| owner(stored).is_none()))?;
            add("user_repo", own.iter().find(|stored| user.is_some() && owner(stored) == user))?;
        }
        answer.insert("defaults".to_owned(), Value::Object(merged));
        Ok(Reply::json(answer))
    })
}

pub(crate) fn default_values(call: &Call<'_>) -> Answer {
    kept(call, "default_values")
}

pub(crate) fn set_default_values(call: &Call<'_>) -> Answer {
    keep(call, "default_values")
}

pub(crate) fn required_fields(call: &Call<'_>) -> Answer {
    kept(call, "required_fields")
}

pub(crate) fn set_required_fields(call: &Call<'_>) -> Answer {
    let kind = call.params.text("record_type").unwrap_or_default();
    if !kind.starts_with("agent_") {
        return Err(Failure::param("record_type", "Must be a kind of agent"));
    }
    keep(call, "required_fields")
}

/// Where the settings of a kind in a repository are kept.
fn setting(call: &Call<'_>, what: &str) -> (String, String) {
    let repo = call.params.text("repo_id").unwrap_or_default().trim().to_owned();
    let kind = call.params.text("record_type").unwrap_or_default();
    (format!("{what}:{repo}:{kind}"), format!("{repo}_{kind}"))
}

fn kept(call: &Call<'_>, what: &str) -> Answer {
    let (name, _) = setting(call, what);
    let text = call.app.store.read(|reader| reader.setting(&name))?.ok_or_else(|| Failure::missing(what))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(Reply::json(value))
}

fn keep(call: &Call<'_>, what: &str) -> Answer {
    let (name, id) = setting(call, what);
    let record = call.document()?;
    let repo = call.repo().unwrap_or_default();
    call.commit("setting", |tx| {
        let before = tx.setting(&name)?.and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let before = before.and_then(|before| before.get("lock_version")?.as_i64());
        let mut doc = record.doc;
        if let Some(before) = before {
            records::still_at(&doc, before)?;
        }
        let version = before.map_or(0, |version| version + 1);
        doc.insert("lock_version".to_owned(), json!(version));
        doc.insert("repository".to_owned(), json!({"ref": repo}));
        doc.insert(
            "uri".to_owned(),
            json!(format!("{repo}/{what}/{}", call.params.text("record_type").unwrap_or_default())),
        );
        tx.set_setting(&name, Some(&Value::Object(doc).to_string()))?;
        Ok(Reply::json(json!({"status": "Updated", "id": id, "lock_version": version, "stale": null})))
    })
}

/// Whether a user asked to be shown suppressed records.
pub(crate) fn shows_suppressed(reader: &Reader<'_>, user: &str, repo: Option<&str>) -> Result<bool, Failure> {
    prefers(reader, Some(user), repo, "show_suppressed")
}

/// Whether new records of a caller are published where they do not say: without a session, as the repository prefers.
pub(crate) fn publishes(call: &Call<'_>, reader: &Reader<'_>) -> Result<bool, Failure> {
    let user = call.caller.as_ref().map(|caller| caller.uri.as_str());
    prefers(reader, user, call.repo().as_deref(), "publish")
}

/// A flag of the preferences, layer over layer: of all, of the user everywhere, of the repository, of the user there.
fn prefers(reader: &Reader<'_>, user: Option<&str>, repo: Option<&str>, flag: &str) -> Result<bool, Failure> {
    let user = user.and_then(|user| user.rsplit('/').next()?.parse::<i64>().ok());
    let mut set = false;
    for repo in [Some(GLOBAL), repo].into_iter().flatten() {
        let layers = all(reader, repo)?;
        for wanted in [None, user] {
            let layer = layers.iter().find(|stored| owner(stored) == wanted);
            let said = layer.and_then(|stored| stored.doc.get("defaults")?.get(flag)?.as_bool());
            set = said.unwrap_or(set);
        }
    }
    Ok(set)
}
