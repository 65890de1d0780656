//! Users: the people who may log in. Their rights come from groups.

use record::Record;
use serde_json::{Map, Value, json};
use store::{Account, AccountState, Expect, List, Order, Reader, Stored, Tx};

use crate::access::Rights;
use crate::call::Call;
use crate::params::username;
use crate::reply::{Answer, Failure, Reply};
use crate::{dress, lists, preferences, records, sessions};

/// Users that only the system itself is; lists leave them out.
const HIDDEN: [&str; 3] = ["search_indexer", "public_anonymous", "staff_system"];

pub(crate) fn current(call: &Call<'_>) -> Answer {
    let Some(caller) = &call.caller else { return Err(Failure::missing("user")) };
    call.app.read(|reader| Ok(Reply::json(with_permissions(reader, &account(reader, &caller.uri)?)?)))
}

fn account(reader: &Reader<'_>, uri: &str) -> Result<Account, Failure> {
    reader.account_of(uri)?.ok_or_else(|| Failure::missing("user"))
}

/// A user record with what the user may do.
pub(crate) fn with_permissions(reader: &Reader<'_>, account: &Account) -> Result<Value, Failure> {
    let stored = reader.get(&account.uri)?.ok_or_else(|| Failure::missing("user"))?;
    let mut doc = plain(reader, &stored)?;
    doc.insert("permissions".to_owned(), rights(reader, account)?.as_map());
    Ok(Value::Object(doc))
}

/// What an account may do, in the order in which its groups grant it.
fn rights(reader: &Reader<'_>, account: &Account) -> Result<Rights, Failure> {
    let mut grants = Vec::new();
    for group in reader.groups_of(account.id)? {
        let Some(stored) = reader.get(&group)? else { continue };
        let repo = stored.head.repo.clone().unwrap_or_default();
        let codes = stored.record();
        grants.extend(
            codes
                .items("grants_permissions")
                .iter()
                .filter_map(Value::as_str)
                .map(|code| (repo.clone(), code.to_owned())),
        );
    }
    Ok(Rights::new(grants))
}

/// A user record as the API has it.
fn plain(reader: &Reader<'_>, stored: &Stored) -> Result<Map<String, Value>, Failure> {
    let mut doc = dress::served(reader, stored)?;
    doc.insert("groups".to_owned(), json!([]));
    doc.entry("is_system_user").or_insert(json!(false));
    Ok(doc)
}

pub(crate) fn read(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("user");
    call.app.read(|reader| Ok(Reply::json(with_permissions(reader, &account(reader, &uri)?)?)))
}

/// Login name of the user that the path names.
fn name_of(call: &Call<'_>) -> Result<String, Failure> {
    let uri = call.uri_of("user");
    call.app.read(|reader| Ok(account(reader, &uri)?.username))
}

pub(crate) fn in_repository(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("user");
    let repo = call.repo().unwrap_or_default();
    call.app.read(|reader| {
        let stored = reader.get(&uri)?.ok_or_else(|| Failure::missing("user"))?;
        let mut doc = plain(reader, &stored)?;
        let name = stored.record().text("username").unwrap_or_default().to_owned();
        let groups: Vec<String> = groups_in(reader, &repo)?
            .into_iter()
            .filter(|group| is_in(group, &name))
            .map(|group| group.head.uri)
            .collect();
        doc.insert("groups".to_owned(), json!(groups));
        Ok(Reply::json(doc))
    })
}

/// The groups of a repository, in the order of their numbers.
pub(crate) fn groups_in(reader: &Reader<'_>, repo: &str) -> Result<Vec<Stored>, Failure> {
    let query = List {
        kinds: vec!["group".to_owned()],
        repo: Some(repo.to_owned()),
        order: Order::Id,
        limit: u64::MAX,
        ..List::default()
    };
    let mut groups = Vec::new();
    for head in reader.list(&query)? {
        groups.extend(reader.get(&head.uri)?);
    }
    Ok(groups)
}

/// Unlike the original, which tells anybody who works here, this needs a session.
pub(crate) fn list(call: &Call<'_>) -> Answer {
    call.user()?;
    let users = call.app.read(|reader| {
        let query =
            List { kinds: vec!["user".to_owned()], order: Order::Id, limit: u64::MAX, ..List::default() };
        let mut users = Vec::new();
        for head in reader.list(&query)? {
            let Some(stored) = reader.get(&head.uri)? else { continue };
            let hidden = stored.record().text("username").is_some_and(|name| HIDDEN.contains(&name));
            if !hidden {
                users.push((head.number().unwrap_or(0), Value::Object(plain(reader, &stored)?)));
            }
        }
        Ok(users)
    })?;
    Ok(lists::of_values(call, users))
}

pub(crate) fn complete(call: &Call<'_>) -> Answer {
    call.user()?;
    let prefix = call.params.text("query").unwrap_or_default().to_lowercase();
    let names = call.app.read(|reader| {
        let query =
            List { kinds: vec!["user".to_owned()], order: Order::Id, limit: u64::MAX, ..List::default() };
        let mut names = Vec::new();
        for head in reader.list(&query)? {
            let stored = reader.get(&head.uri)?;
            names.extend(stored.and_then(|stored| stored.record().text("username").map(str::to_owned)));
        }
        Ok(names)
    })?;
    let names: Vec<String> = names
        .into_iter()
        .filter(|name| name.starts_with(&prefix) && !HIDDEN.contains(&name.as_str()))
        .collect();
    Ok(Reply::json(names))
}

/// Creates a user. Unlike the original, which lets anybody register, this needs the right to manage users.
pub(crate) fn create(call: &Call<'_>) -> Answer {
    let mut record = call.document()?;
    if record.flag("is_admin") && !call.can_in("administer_system", None) {
        return Err(Failure::Denied);
    }
    if !call.can_in("manage_users", None) {
        return Err(Failure::Denied);
    }
    let name = well_named(&mut record)?;
    let groups = call.params.texts("groups").to_vec();
    for group in &groups {
        let repo =
            record::Uri::parse(record::Registry::shipped(), group).ok().and_then(|uri| uri.repository());
        if !call.can_in("manage_repository", repo.as_deref()) {
            return Err(Failure::Denied);
        }
        call.app.read(|reader| match reader.get(group)? {
            Some(group) => may_fill(call, &group),
            None => Ok(()),
        })?;
    }
    let password = sessions::hash_password(call.params.text("password").unwrap_or_default())?;
    let warnings = call.warnings();
    call.commit("user", |tx| {
        if let Err(taken) = free(tx, &name, None) {
            // ArchivesSpace has made the agent, and told of it, before it finds the name taken.
            tx.use_up("agent_person", 1)?;
            tx.use_up("event", 1)?;
            return Err(taken);
        }
        let stored = add(tx, record, &password)?;
        for group in &groups {
            join(tx, group, &name)?;
        }
        Ok(records::saved("Created", &stored, warnings))
    })
}

/// Who is in a group of administrators is for administrators to say.
pub(crate) fn may_fill(call: &Call<'_>, group: &Stored) -> Result<(), Failure> {
    let record = group.record();
    let mut grants = record.items("grants_permissions").iter().filter_map(Value::as_str);
    let administers = grants.any(|code| code == "administer_system");
    if !administers || call.can_in("administer_system", None) { Ok(()) } else { Err(Failure::Denied) }
}

/// Stores a user with the agent that stands for them.
pub(crate) fn add(tx: &mut Tx<'_>, mut record: Record, password: &str) -> Result<Stored, Failure> {
    let name = record.text("username").unwrap_or_default().to_owned();
    let full = record.text("name").unwrap_or_default().to_owned();
    let agent = json!({
        "jsonmodel_type": "agent_person",
        "publish": false,
        "names": [{
            "jsonmodel_type": "name_person", "primary_name": full, "source": "local", "rules": "local",
            "name_order": "direct", "sort_name_auto_generate": true,
        }],
    });
    let agent =
        Record::from_value("agent_person", agent).map_err(|error| Failure::Fault(error.to_string()))?;
    // There may be two users of one name.
    let agent = records::make_like(tx, agent)?;
    let admin = record.flag("is_admin");
    let active = record.doc.get("is_active_user").and_then(Value::as_bool).unwrap_or(true);
    record.doc.insert("username".to_owned(), json!(name));
    record.doc.insert("source".to_owned(), json!("local"));
    record.doc.insert("agent_record".to_owned(), json!({"ref": agent.uri}));
    let stored = records::make(tx, None, record)?;
    tx.set_password(&stored.uri, Some(password))?;
    let state = AccountState { admin, system: stored.record().flag("is_system_user"), active };
    tx.set_account(&stored.uri, state)?;
    if admin {
        promote(tx, &name, true)?;
    }
    Ok(stored)
}

/// A login name that may be one, trimmed and in lower case.
fn well_named(record: &mut Record) -> Result<String, Failure> {
    let given = record.text("username").unwrap_or_default();
    let name = username(given)
        .ok_or_else(|| Failure::param("username", format!("Username '{given}' is not a valid name")))?;
    record.doc.insert("username".to_owned(), json!(name));
    Ok(name)
}

fn free(tx: &Tx<'_>, name: &str, own: Option<&str>) -> Result<(), Failure> {
    match tx.account(name)? {
        Some(account) if Some(account.uri.as_str()) != own => {
            Err(Failure::param("username", format!("Username '{name}' is already in use")))
        }
        _ => Ok(()),
    }
}

/// A login is a change of the user record, as it is in the original; but only the first says anything new.
pub(crate) fn logged_in(tx: &mut Tx<'_>, uri: &str) -> Result<(), Failure> {
    let mut doc = tx.expect(uri)?.doc;
    if doc.get("source").and_then(Value::as_str) == Some("DBAuth") {
        return Ok(tx.note_login(uri)?);
    }
    doc.insert("source".to_owned(), json!("DBAuth"));
    tx.update(uri, doc, Expect::Any)?;
    Ok(())
}

/// Puts a user into a group.
fn join(tx: &mut Tx<'_>, group: &str, name: &str) -> Result<(), Failure> {
    let stored =
        tx.get(group)?.filter(|stored| stored.kind == "group").ok_or_else(|| Failure::missing("group"))?;
    members(tx, &stored, |list| {
        if !list.iter().any(|member| is_named(member, name)) {
            list.push(json!(name));
        }
    })
}

/// Takes a user out of a group.
fn leave(tx: &mut Tx<'_>, stored: &Stored, name: &str) -> Result<(), Failure> {
    members(tx, stored, |list| list.retain(|member| !is_named(member, name)))
}

/// Whether a member of a group is the user of this name; groups take names in any case.
fn is_named(member: &Value, name: &str) -> bool {
    member.as_str().is_some_and(|member| member.trim().to_lowercase() == name)
}

fn is_in(group: &Stored, name: &str) -> bool {
    group.record().items("member_usernames").iter().any(|member| is_named(member, name))
}

fn members(tx: &mut Tx<'_>, group: &Stored, change: impl FnOnce(&mut Vec<Value>)) -> Result<(), Failure> {
    let mut doc = group.doc.clone();
    let mut list = match doc.get("member_usernames") {
        Some(Value::Array(list)) => list.clone(),
        _ => Vec::new(),
    };
    change(&mut list);
    doc.insert("member_usernames".to_owned(), Value::Array(list));
    tx.update(&group.uri, doc, Expect::Any)?;
    Ok(())
}

/// Puts a user among the administrators, or takes them out.
fn promote(tx: &mut Tx<'_>, name: &str, admin: bool) -> Result<(), Failure> {
    let groups = groups_in(tx, crate::access::GLOBAL)?;
    let Some(group) = groups.iter().find(|group| group.record().text("group_code") == Some("administrators"))
    else {
        return Ok(());
    };
    match (admin, is_in(group, name)) {
        (true, false) => join(tx, &group.head.uri, name),
        (false, true) => leave(tx, group, name),
        _ => Ok(()),
    }
}

/// Who manages users may change others, but neither an administrator nor a user of the system: that would be a way to
/// everything.
fn may_change(call: &Call<'_>, reader: &Reader<'_>, account: &Account) -> Result<(), Failure> {
    let above = account.state.admin
        || account.state.system
        || rights(reader, account)?.can("administer_system", None);
    if !above || call.can_in("administer_system", None) { Ok(()) } else { Err(Failure::Denied) }
}

pub(crate) fn update(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("user");
    let mut record = call.document()?;
    let own = call.caller.as_ref().is_some_and(|caller| caller.uri == uri);
    let manages = call.can_in("manage_users", None);
    let name = well_named(&mut record)?;
    call.app.read(|reader| match reader.account(&name)? {
        Some(account) if account.uri != uri => {
            Err(Failure::param("username", format!("Username '{name}' is already in use")))
        }
        _ => Ok(()),
    })?;
    if !own && !manages {
        return Err(Failure::Denied);
    }
    let password = call.params.text("password").map(sessions::hash_password).transpose()?;
    let warnings = call.warnings();
    call.commit("user", |tx| {
        let stored = tx.get(&uri)?.ok_or_else(|| Failure::missing("user"))?;
        let old = account(tx, &uri)?;
        if !own {
            may_change(call, tx, &old)?;
        }
        let admin = record.flag("is_admin");
        if !manages || (own && !call.can_in("administer_system", None)) {
            record.doc.insert("is_admin".to_owned(), json!(stored.record().flag("is_admin")));
        } else if admin && !stored.record().flag("is_admin") && !call.can_in("administer_system", None) {
            return Err(Failure::Denied);
        }
        for kept in ["agent_record", "source", "is_system_user"] {
            if let Some(value) = stored.doc.get(kept) {
                record.doc.insert(kept.to_owned(), value.clone());
            }
        }
        let admin = record.flag("is_admin");
        let stored = records::replace(tx, &uri, record)?;
        if old.username != name {
            renamed(tx, &old.username, &name)?;
        }
        promote(tx, &name, admin)?;
        if let Some(password) = &password {
            tx.set_password(&uri, Some(password))?;
            tx.end_sessions_of(&uri)?;
        }
        let active = stored.doc.get("is_active_user").and_then(Value::as_bool).unwrap_or(true);
        tx.set_account(&uri, AccountState { admin, active, ..old.state })?;
        Ok(records::saved("Updated", &stored, warnings))
    })
}

/// Groups and jobs know a user by name.
fn renamed(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<(), Failure> {
    tx.hand_over_jobs(from, to)?;
    for group in groups_with(tx, from)? {
        let mut doc = group.doc.clone();
        if let Some(Value::Array(names)) = doc.get_mut("member_usernames") {
            names.iter_mut().filter(|name| is_named(name, from)).for_each(|name| *name = json!(to));
        }
        tx.amend(&group.uri, doc)?;
    }
    Ok(())
}

/// The groups of all repositories that a user is in.
fn groups_with(reader: &Reader<'_>, name: &str) -> Result<Vec<Stored>, Failure> {
    let mut groups = Vec::new();
    for repo in repositories(reader)? {
        groups.extend(groups_in(reader, &repo)?.into_iter().filter(|group| is_in(group, name)));
    }
    Ok(groups)
}

pub(crate) fn delete(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("user");
    call.commit("user", |tx| {
        let id = remove(call, tx, &uri)?;
        Ok(Reply::json(json!({"status": "Deleted", "id": id})))
    })
}

/// Deletes a user with what is only theirs; their jobs go to the administrator.
pub(crate) fn remove(call: &Call<'_>, tx: &mut Tx<'_>, uri: &str) -> Result<u64, Failure> {
    let account = account(tx, uri)?;
    if account.state.system {
        return Err(Failure::Denied);
    }
    may_change(call, tx, &account)?;
    tx.hand_over_jobs(&account.username, "admin")?;
    for group in groups_with(tx, &account.username)? {
        leave(tx, &group, &account.username)?;
    }
    preferences::forget(tx, uri)?;
    records::remove(tx, uri)
}

fn repositories(reader: &Reader<'_>) -> Result<Vec<String>, Failure> {
    let query = List { kinds: vec!["repository".to_owned()], limit: u64::MAX, ..List::default() };
    let mut uris = vec![crate::access::GLOBAL.to_owned()];
    uris.extend(
        reader.list(&query)?.into_iter().map(|head| head.uri).filter(|uri| uri != crate::access::GLOBAL),
    );
    Ok(uris)
}

pub(crate) fn password(call: &Call<'_>) -> Answer {
    let uri = call.uri_of("user");
    let caller = call.user()?;
    if caller.uri != uri {
        return Err(Failure::Denied);
    }
    let hash = sessions::hash_password(call.params.text("password").unwrap_or_default())?;
    call.commit("user", |tx| {
        tx.set_password(&caller.uri, Some(&hash))?;
        tx.end_sessions_of(&caller.uri)?;
        Ok(Reply::json(json!({"success": "Password changed; log in again"})))
    })
}

pub(crate) fn set_groups(call: &Call<'_>) -> Answer {
    call.need("manage_repository")?;
    let name = name_of(call)?;
    let repo = call.repo().unwrap_or_default();
    let wanted = call.params.texts("groups").to_vec();
    call.commit("user", |tx| {
        for group in groups_in(tx, &repo)? {
            match (is_in(&group, &name), wanted.contains(&group.head.uri)) {
                (false, true) => {
                    may_fill(call, &group)?;
                    join(tx, &group.head.uri, &name)?;
                }
                (true, false) => {
                    may_fill(call, &group)?;
                    leave(tx, &group, &name)?;
                }
                _ => {}
            }
        }
        Ok(Reply::json(json!({"status": "OK"})))
    })
}

pub(crate) fn activate(call: &Call<'_>) -> Answer {
    set_active(call, true)
}

pub(crate) fn deactivate(call: &Call<'_>) -> Answer {
    set_active(call, false)
}

fn set_active(call: &Call<'_>, active: bool) -> Answer {
    let uri = call.uri_of("user");
    call.app.write("user", call.by(), |tx| {
        let old = account(tx, &uri)?;
        if old.state.system {
            return Err(Failure::missing("user"));
        }
        may_change(call, tx, &old)?;
        let mut doc = tx.expect(&uri)?.doc;
        doc.insert("is_active_user".to_owned(), json!(active));
        tx.update(&uri, doc, Expect::Any)?;
        if !active {
            tx.end_sessions_of(&uri)?;
        }
        Ok(tx.set_account(&uri, AccountState { active, ..old.state })?)
    })?;
    read(call)
}
