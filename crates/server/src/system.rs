//! What the server says about itself: version, schemas, permissions.

use record::Registry;
use record::schema::Kind;
use serde_json::{Map, Value, json};

use crate::access::Catalogue;
use crate::call::Call;
use crate::jsonmodel;
use crate::reply::{Answer, Failure, Reply};

/// The version of ArchivesSpace whose API this is: clients read it from `/version`.
pub(crate) const SPOKEN: &str = "v4.2.0";

pub(crate) fn root(_: &Call<'_>) -> Answer {
    let about = json!({
        "archivesSpaceVersion": SPOKEN,
        "server": concat!("fonds ", env!("CARGO_PKG_VERSION")),
        "databaseProductName": "SQLite",
    });
    Ok(Reply::json(about))
}

pub(crate) fn version(_: &Call<'_>) -> Answer {
    Ok(Reply::text("text/html;charset=utf-8", format!("ArchivesSpace ({SPOKEN})")))
}

pub(crate) fn info(_: &Call<'_>) -> Answer {
    Ok(Reply::json(json!({
        "version": SPOKEN,
        "server": concat!("fonds ", env!("CARGO_PKG_VERSION")),
        "os": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
    })))
}

pub(crate) fn events(_: &Call<'_>) -> Answer {
    Ok(Reply::text("text/plain;charset=utf-8", ""))
}

/// How a schema is told: as our own file, or in the form of ArchivesSpace.
fn told(call: &Call<'_>, kind: &Kind) -> Result<Option<Value>, Failure> {
    match call.params.text("format") {
        None | Some("json-schema") => Ok(Registry::shipped().source(&kind.name)),
        Some("archivesspace") => Ok(Some(jsonmodel::schema(kind))),
        Some(_) => Err(Failure::param("format", "Must be one of: json-schema, archivesspace")),
    }
}

pub(crate) fn schemas(call: &Call<'_>) -> Answer {
    let mut all = Map::new();
    for kind in Registry::shipped().kinds() {
        if let Some(schema) = told(call, kind)? {
            all.insert(kind.name.clone(), schema);
        }
    }
    Ok(Reply::json(all))
}

pub(crate) fn schema(call: &Call<'_>) -> Answer {
    let name = call.params.text("schema").unwrap_or_default();
    let schema = Registry::shipped().kind(name).map(|kind| told(call, kind)).transpose()?.flatten();
    schema.map(Reply::json).ok_or_else(|| Failure::NotFound("Schema".to_owned()))
}

pub(crate) fn permissions(call: &Call<'_>) -> Answer {
    let level = call.params.text("level").unwrap_or_default();
    if !["repository", "global", "all"].contains(&level) {
        return Err(Failure::param("level", "Must be one of: repository, global, all"));
    }
    let shown = Catalogue::shipped().permissions.iter().enumerate().filter(|(_, permission)| {
        permission.implied_by.is_none() && !permission.hidden && (level == "all" || permission.level == level)
    });
    let list: Vec<Value> = shown
        .map(|(at, permission)| {
            json!({
                "permission_code": permission.code,
                "description": permission.allows,
                "level": permission.level,
                "jsonmodel_type": "permission",
                "uri": format!("/permissions/{}", at + 1),
            })
        })
        .collect();
    Ok(Reply::json(list))
}

pub(crate) fn reports(_: &Call<'_>) -> Answer {
    Ok(Reply::json(json!({"reports": {}, "formats": []})))
}
