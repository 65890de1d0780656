//! Events that the server itself makes. They tell of a change and are none: the versions of what they link to stay.

use record::{Record, Registry};
use serde_json::json;
use store::{Reader, Tx};

use crate::access::GLOBAL;
use crate::reply::Failure;

/// Agents of an event with their roles.
pub(crate) type Agents = Vec<(&'static str, String)>;

/// The agent of whoever makes the change.
pub(crate) fn maker(tx: &Tx<'_>) -> Result<Option<String>, Failure> {
    let user = tx.account(tx.by())?.map(|account| tx.get(&account.uri)).transpose()?.flatten();
    Ok(user.and_then(|user| user.record().link("agent_record").map(str::to_owned)))
}

/// Stores an event of now: its address.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    repo: &str,
    event_type: &str,
    agents: &Agents,
    records: &[(&str, &str)],
    note: Option<String>,
) -> Result<String, Failure> {
    let mut doc = json!({
        "event_type": event_type,
        "timestamp": store::seconds(tx.at()),
        "linked_agents": agents.iter().map(|(role, uri)| json!({"role": role, "ref": uri})).collect::<Vec<_>>(),
        "linked_records": records.iter().map(|(role, uri)| json!({"role": role, "ref": uri})).collect::<Vec<_>>(),
    });
    if let (Some(note), Some(map)) = (note, doc.as_object_mut()) {
        map.insert("outcome_note".to_owned(), json!(note));
    }
    let record = Record::from_value("event", doc).map_err(|error| Failure::Fault(error.to_string()))?;
    Ok(tx.tell("event", Some(repo), record.doc)?)
}

/// Tells in the global repository that an agent was made: by its maker's agent, or by the system's own.
pub(crate) fn cataloged(tx: &mut Tx<'_>, agent: &str) -> Result<(), Failure> {
    let by = match maker(tx)? {
        Some(maker) => Some(maker),
        None => system(tx)?,
    };
    let agents = by.filter(|by| by != agent).map(|by| ("implementer", by)).into_iter().collect();
    tell(tx, GLOBAL, "cataloged", &agents, &[("outcome", agent)], None).map(drop)
}

/// The agent that stands for the system.
fn system(reader: &Reader<'_>) -> Result<Option<String>, Failure> {
    let uri = record::Uri::of(Registry::shipped(), "agent_software", None, "1").map(|uri| uri.to_string());
    let head = uri.map(|uri| reader.head(&uri)).transpose()?.flatten();
    Ok(head.filter(|head| head.held).map(|head| head.uri))
}
