//! What every system has from its first start: the global groups,
//! the administrator, the users that the system itself is.

use record::Record;
use serde_json::{Value, json};
use store::{AccountState, Expect, Op, Store, Tx};

use crate::access::{Catalogue, GLOBAL};
use crate::reply::Failure;
use crate::serve::{Error, Options};
use crate::sessions::{hash_password, hex};
use crate::{records, users};

/// The agent that stands for the server itself; it cannot be deleted.
pub(crate) const OWN_AGENT: &str = "/agents/software/1";
/// Setting: identity of the data.
pub(crate) const IDENTITY: &str = "server_identity";

/// Sets up what is missing; the identity of the data, and the password if one was made.
pub(crate) fn set_up(store: &Store, options: &Options) -> Result<(String, Option<String>), Error> {
    if let Some(identity) = store.read(|reader| reader.setting(IDENTITY))? {
        return Ok((identity, None));
    }
    let (password, made) = match &options.admin_password {
        Some(password) => (password.clone(), None),
        None => {
            let made = random()?;
            (made.clone(), Some(made))
        }
    };
    let identity = uuid::Uuid::new_v4().to_string();
    let hash = hash_password(&password).map_err(told)?;
    let mut refused = None;
    let written = store.write(Op::typed("first_run", ""), |tx| {
        fill(tx, &hash, &identity).map_err(|failure| {
            refused = Some(failure);
            store::Error::NothingToUndo
        })
    });
    if let Some(failure) = refused {
        return Err(told(failure));
    }
    written?;
    Ok((identity, made))
}

fn told(failure: Failure) -> Error {
    Error::FirstRun(format!("{failure:?}"))
}

fn random() -> Result<String, Error> {
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes).map_err(|error| Error::FirstRun(error.to_string()))?;
    Ok(hex(&bytes))
}

fn fill(tx: &mut Tx<'_>, password: &str, identity: &str) -> Result<(), Failure> {
    // The system's own agent comes first: it is named as the maker of what nobody made.
    make(
        tx,
        None,
        "agent_software",
        json!({
            "publish": false,
            "names": [{"jsonmodel_type": "name_software", "software_name": "ArchivesSpace", "version": crate::system::SPOKEN, "source": "local", "rules": "local", "sort_name_auto_generate": true}],
        }),
    )?;
    user(tx, "admin", "Administrator", Some(password))?;
    // ArchivesSpace has a record for the preferences of all, which nobody set here.
    tx.use_up("preference", 1)?;
    for (name, full) in [
        ("search_indexer", "Search Indexer"),
        ("public_anonymous", "Public Interface Anonymous"),
        ("staff_system", "Staff System User"),
    ] {
        user(tx, name, full, None)?;
    }
    for group in &Catalogue::shipped().global_groups {
        make(
            tx,
            Some(GLOBAL),
            "group",
            json!({
                "group_code": group.code,
                "description": group.description,
                "grants_permissions": group.grants,
                "member_usernames": group.members,
            }),
        )?;
    }
    Ok(tx.set_setting(IDENTITY, Some(identity))?)
}

fn make(tx: &mut Tx<'_>, repo: Option<&str>, kind: &str, doc: Value) -> Result<String, Failure> {
    let record = Record::from_value(kind, doc).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(records::make(tx, repo, record)?.head.uri)
}

/// A user of the system. Only the administrator has a password and an agent.
fn user(tx: &mut Tx<'_>, name: &str, full: &str, password: Option<&str>) -> Result<(), Failure> {
    let doc = json!({
        "username": name, "name": full, "source": "local", "is_system_user": true, "is_active_user": true,
        "is_admin": password.is_some(),
    });
    match password {
        Some(password) => {
            let record =
                Record::from_value("user", doc).map_err(|error| Failure::Fault(error.to_string()))?;
            let stored = users::add(tx, record, password)?;
            // So often ArchivesSpace saves its administrator until anybody can log in.
            for _ in 0..3 {
                tx.update(&stored.head.uri, stored.doc.clone(), Expect::Any)?;
            }
        }
        None => {
            let uri = make(tx, None, "user", doc)?;
            tx.set_account(&uri, AccountState { admin: false, system: true, active: false })?;
        }
    }
    Ok(())
}
