//! Rules that need other records to see: what must be unique, what may refer to what.

use record::{Problem, Record};
use rusqlite::params;
use serde_json::{Value, json};

use crate::tree::Spot;
use crate::{Error, Reader, Tx, content, names};

/// A value that must not repeat.
pub(crate) struct Identity {
    rule: &'static str,
    pointer: &'static str,
    scope: i64,
    value: String,
    /// Whether it is a problem when another record has it; else it is only there to be found by.
    exclusive: bool,
}

/// Under this name containers are found by what is written on them.
const INDICATOR: &str = "indicator";
/// Under this name nodes with a representative digital object are found, by their tree.
pub(crate) const REPRESENTATIVE: &str = "representative";

fn has_representative(record: &Record) -> bool {
    record.items("instances").iter().any(|instance| {
        instance.get("is_representative") == Some(&Value::Bool(true))
            && instance.get("digital_object").is_some()
    })
}

/// The values of a record that must not repeat, each in its scope (0: everywhere).
pub(crate) fn identities(record: &Record, repo: Option<i64>, spot: Option<Spot>) -> Vec<Identity> {
    let mut all = Vec::new();
    let mut add = |rule, pointer, scope: Option<i64>, value: Option<String>| {
        if let (Some(scope), Some(value)) = (scope, value) {
            all.push(Identity { rule, pointer, scope, value, exclusive: true });
        }
    };
    let text = |name: &str| record.text(name).map(str::to_owned);
    let root = spot.map(|spot| spot.root);
    match record.kind.as_str() {
        "accession" => add("accession_identifier", "/id_0", repo, four_parts(record)),
        "resource" => {
            add("resource_identifier", "/id_0", repo, four_parts(record));
            add("ead_id", "/ead_id", repo, text("ead_id"));
        }
        "digital_object" => add("digital_object_id", "/digital_object_id", repo, text("digital_object_id")),
        "archival_object" => {
            add("ref_id", "/ref_id", root, text("ref_id"));
            add(REPRESENTATIVE, "/instances", root, has_representative(record).then(String::new));
        }
        "digital_object_component" => add("component_id", "/component_id", root, text("component_id")),
        "classification_term" => {
            let parent = spot.map(|spot| spot.parent);
            add("term_title", "/title", parent, text("title"));
            add("term_identifier", "/identifier", parent, text("identifier"));
        }
        "top_container" => {
            add("barcode", "/barcode", repo, text("barcode"));
            add(INDICATOR, "/indicator", repo, text("indicator"));
        }
        "container_profile" => add("container_profile_name", "/name", Some(0), text("name")),
        "location_profile" => add("location_profile_name", "/name", Some(0), text("name")),
        "custom_report_template" => add("template_name", "/name", Some(0), text("name")),
        "repository" => {
            add("repo_code", "/repo_code", Some(0), text("repo_code").map(|code| code.to_lowercase()))
        }
        "user" => add("username", "/username", Some(0), text("username").map(|name| name.to_lowercase())),
        "group" => add("group_code", "/group_code", repo, text("group_code").map(|code| code.to_lowercase())),
        "vocabulary" => {
            add("vocabulary_name", "/name", Some(0), text("name"));
            add("vocabulary_ref_id", "/ref_id", Some(0), text("ref_id"));
        }
        "event" => add("event_refid", "/refid", Some(0), text("refid")),
        "subject" => {
            add("subject_terms", "/terms", Some(0), Some(subject_terms(record, record.text("source"))));
            add("subject_any", "/terms", Some(0), Some(subject_terms(record, None)));
            let source = json!([text("vocabulary"), text("source")]);
            add(
                "subject_authority",
                "/authority_id",
                Some(0),
                text("authority_id").map(|id| format!("{source} {id}")),
            );
        }
        "term" => {
            let value = json!([text("vocabulary"), text("term"), text("term_type")]);
            add("term", "/term", Some(0), Some(value.to_string()));
        }
        "agent_person" | "agent_family" | "agent_corporate_entity" | "agent_software" => {
            add("agent", "/names", Some(0), agent(record));
            for name in record.items("names") {
                add("agent_authority", "/names", Some(0), authority_id(name).map(str::to_owned));
            }
        }
        _ => {}
    }
    // A short name that is taken gets a number.
    add("slug", "/slug", Some(0), text("slug"));
    let (arks, external) = names::arks(&record.doc);
    for (at, ark) in arks.iter().enumerate() {
        let pointer = if at == 0 && external { "/external_ark_url" } else { "/ark" };
        add("ark", pointer, Some(0), Some(names::ark_of(ark).to_owned()));
    }
    for identity in &mut all {
        identity.exclusive = match identity.rule {
            "slug" | INDICATOR | REPRESENTATIVE => false,
            // A subject without a source is none that there is already with one; the other way round it may be.
            "subject_any" => record.text("source").is_none(),
            _ => true,
        };
    }
    all.sort_by(|a, b| (a.rule, &a.value).cmp(&(b.rule, &b.value)));
    all.dedup_by(|a, b| a.rule == b.rule && a.value == b.value);
    all
}

fn authority_id(name: &Value) -> Option<&str> {
    name.get("authority_id").and_then(Value::as_str).filter(|id| !id.is_empty())
}

fn four_parts(record: &Record) -> Option<String> {
    let parts = ["id_0", "id_1", "id_2", "id_3"].map(|part| record.text(part));
    parts.iter().any(Option::is_some).then(|| json!(parts).to_string())
}

fn subject_terms(record: &Record, source: Option<&str>) -> String {
    let terms: Vec<Value> = record
        .items("terms")
        .iter()
        .map(|term| json!([term.get("term").unwrap_or(term), term.get("term_type")]))
        .collect();
    json!([record.text("vocabulary"), source, terms]).to_string()
}

/// Fields of a contact that tell two agents apart.
const CONTACT: [&str; 13] = [
    "name",
    "salutation",
    "telephone",
    "address_1",
    "address_2",
    "address_3",
    "city",
    "region",
    "country",
    "post_code",
    "email",
    "email_signature",
    "note",
];
/// Fields of a structured date that tell two agents apart: when it was does not.
const DATE: [&str; 2] = ["date_type_structured", "date_label"];

/// Fields of the authorized name that tell two agents of a kind apart.
fn name_fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "agent_person" => &[
            "dates",
            "qualifier",
            "source",
            "rules",
            "primary_name",
            "title",
            "name_order",
            "prefix",
            "rest_of_name",
            "suffix",
            "fuller_form",
            "number",
        ],
        "agent_family" => &["dates", "qualifier", "source", "rules", "family_name", "prefix"],
        "agent_corporate_entity" => &[
            "dates",
            "qualifier",
            "source",
            "rules",
            "primary_name",
            "subordinate_name_1",
            "subordinate_name_2",
            "number",
        ],
        _ => &["dates", "qualifier", "source", "rules", "software_name", "version", "manufacturer"],
    }
}

/// The authorized name; the first where none is marked.
fn authorized(record: &Record) -> Option<&Value> {
    let names = record.items("names");
    names.iter().find(|name| name.get("authorized") == Some(&Value::Bool(true))).or_else(|| names.first())
}

/// What makes two agents the same, as ArchivesSpace has it: dates of existence, contacts, documents, notes and the
/// authorized name with its dates of use, in whatever order. `None` for the agent of a user: there may be two of a
/// name.
fn agent(record: &Record) -> Option<String> {
    if record.kind == "agent_person" && record.text("is_user").is_some() {
        return None;
    }
    let pick = |item: &Value, fields: &[&str]| {
        json!(fields.iter().map(|field| item.get(field)).collect::<Vec<_>>()).to_string()
    };
    let mut parts: Vec<String> = Vec::new();
    let mut add = |items: &[Value], fields: &[&str]| {
        parts.extend(items.iter().map(|item| pick(item, fields)));
    };
    add(record.items("dates_of_existence"), &DATE);
    add(record.items("agent_contacts"), &CONTACT);
    add(record.items("external_documents"), &["title", "location"]);
    if let Some(name) = authorized(record) {
        add(name.get("use_dates").and_then(Value::as_array).map_or(&[], Vec::as_slice), &DATE);
        add(std::slice::from_ref(name), name_fields(&record.kind));
    }
    for note in record.items("notes") {
        let mut note = note.clone();
        if let Value::Object(note) = &mut note {
            note.retain(|name, _| !matches!(name.as_str(), "publish" | "persistent_id"));
        }
        note.sort_all_objects();
        parts.push(note.to_string());
    }
    parts.sort_unstable();
    // A digest keeps the key short; the text itself is in the document.
    Some(sha2_hex(&json!([record.kind, parts]).to_string()))
}

fn sha2_hex(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text.as_bytes()).iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether another record may be like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alike {
    Refused,
    Allowed,
}

/// The agent of a user may be like another one, as ArchivesSpace has it: two people may have one name.
pub(crate) fn alike(reader: &Reader<'_>, record: &Record, id: i64) -> Result<Alike, Error> {
    if record.kind != "agent_person" || id == 0 {
        return Ok(Alike::Refused);
    }
    let sql = "SELECT count(*) FROM ref WHERE dst = $1 AND prop = 'agent_record'";
    Ok(if reader.number(sql, params![id])? > 0 { Alike::Allowed } else { Alike::Refused })
}

/// Whether a problem is that another record is like this one.
pub(crate) fn is_likeness(problem: &Problem) -> bool {
    problem.args.get("rule").and_then(Value::as_str) == Some("agent")
}

/// Adds a problem for every value that another record has already; the agent of a user stands in nobody's way.
pub(crate) fn unique(
    reader: &Reader<'_>,
    identities: &[Identity],
    id: i64,
    problems: &mut Vec<Problem>,
) -> Result<(), Error> {
    let mut select = reader.db.conn.prepare_cached(
        "SELECT r.uri, r.title FROM identity i JOIN record r ON r.id = i.id
         WHERE i.rule = $1 AND i.scope = $2 AND i.value = $3 AND i.id <> $4
           AND (i.rule <> 'agent' OR NOT EXISTS (SELECT 1 FROM ref f WHERE f.dst = i.id AND f.prop = 'agent_record'))
         LIMIT 1",
    )?;
    for identity in identities.iter().filter(|identity| identity.exclusive) {
        let mut rows = select.query(params![identity.rule, identity.scope, identity.value, id])?;
        if let Some(row) = rows.next()? {
            let (uri, title): (String, String) = (row.get(0)?, row.get(1)?);
            let problem = Problem::error(identity.pointer, "not_unique");
            problems.push(problem.with("rule", identity.rule).with("uri", uri).with("title", title));
        }
    }
    Ok(())
}

/// The rules by which an import finds that a record is here already, in the order in which they are asked. An agent
/// with the identifier of an authority is the one that has it, however different the rest is.
fn twin_rules(kind: &str) -> &'static [&'static str] {
    match kind {
        "subject" => &["subject_terms", "subject_authority", "subject_any"],
        "top_container" => &["barcode"],
        kind if kind.starts_with("agent_") => &["agent_authority", "agent"],
        _ => &[],
    }
}

impl Reader<'_> {
    /// The agent, subject or barcoded container that is the same as this one, by a rule that makes it unique: with it
    /// there, this one could not be stored.
    ///
    /// # Errors
    /// What the database says.
    pub fn twin(&self, record: &Record, repo: Option<&str>) -> Result<Option<String>, Error> {
        let rules = twin_rules(&record.kind);
        if rules.is_empty() {
            return Ok(None);
        }
        let repo = repo.map(|repo| self.row_of(repo)).transpose()?.flatten().map(|(repo, _)| repo);
        let record = content::clean(record.clone());
        // Another form of a name with somebody's identifier is no reason to be taken for them.
        let own = authorized(&record).and_then(authority_id);
        let known = identities(&record, repo, None);
        let mut select = self.db.conn.prepare_cached(
            "SELECT r.uri FROM identity i JOIN record r ON r.id = i.id
             WHERE i.rule = $1 AND i.scope = $2 AND i.value = $3 AND r.kind = $4 ORDER BY i.id LIMIT 1",
        )?;
        let kind = self.shared.kinds.number(&record.kind);
        for rule in rules {
            let of_rule = known.iter().filter(|identity| identity.rule == *rule && identity.exclusive);
            for identity in of_rule {
                if identity.rule == "agent_authority" && own != Some(identity.value.as_str()) {
                    continue;
                }
                let mut rows = select.query(params![identity.rule, identity.scope, identity.value, kind])?;
                if let Some(row) = rows.next()? {
                    return Ok(Some(row.get(0)?));
                }
            }
        }
        Ok(None)
    }
}

/// Writes the values when they changed.
pub(crate) fn write_identities(tx: &Tx<'_>, wanted: &[Identity], id: i64) -> Result<(), Error> {
    if fits(tx, wanted, id)? {
        return Ok(());
    }
    tx.db.conn.prepare_cached("DELETE FROM identity WHERE id = $1")?.execute([id])?;
    insert_identities(tx, wanted, id)
}

/// Writes the values of a record that has none.
pub(crate) fn insert_identities(tx: &Tx<'_>, wanted: &[Identity], id: i64) -> Result<(), Error> {
    let mut insert =
        tx.db.conn.prepare_cached("INSERT INTO identity (rule, scope, value, id) VALUES ($1, $2, $3, $4)")?;
    for identity in wanted {
        insert.execute(params![identity.rule, identity.scope, identity.value, id])?;
    }
    Ok(())
}

fn fits(reader: &Reader<'_>, wanted: &[Identity], id: i64) -> Result<bool, Error> {
    let mut there: Vec<(String, i64, String)> = reader
        .db
        .conn
        .prepare_cached("SELECT rule, scope, value FROM identity WHERE id = $1")?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    there.sort_by(|a, b| (&a.0, &a.2).cmp(&(&b.0, &b.2)));
    Ok(there.len() == wanted.len()
        && there.iter().zip(wanted).all(|(t, w)| t.0 == w.rule && t.1 == w.scope && t.2 == w.value))
}

/// Other rows with the same value under a rule, with whether they were made here and not sent.
pub(crate) fn sharing(
    reader: &Reader<'_>,
    identities: &[Identity],
    rule: &str,
    own: i64,
) -> Result<Vec<(i64, bool)>, Error> {
    let Some(known) = identities.iter().find(|identity| identity.rule == rule) else { return Ok(Vec::new()) };
    let mut select = reader.db.conn.prepare_cached(
        "SELECT r.id, r.edits > 0 AND r.lock_version = 0 FROM identity i JOIN record r ON r.id = i.id
         WHERE i.rule = $1 AND i.scope = $2 AND i.value = $3 AND i.id <> $4",
    )?;
    let rows = select.query_map(params![known.rule, known.scope, known.value, own], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether the stored values are those of the document.
pub(crate) fn identities_fit(
    reader: &Reader<'_>,
    record: &Record,
    id: i64,
    repo: Option<i64>,
    spot: Option<Spot>,
) -> Result<bool, Error> {
    fits(reader, &identities(record, repo, spot), id)
}

/// A container was only at temporary places: it has no former place of another sort.
pub(crate) fn former_places(
    reader: &Reader<'_>,
    record: &Record,
    problems: &mut Vec<Problem>,
) -> Result<(), Error> {
    for (at, place) in record.items("container_locations").iter().enumerate() {
        let text = |name: &str| place.get(name).and_then(Value::as_str);
        let (Some("previous"), Some(uri)) = (text("status"), text("ref")) else { continue };
        // One that is not held here says nothing about itself.
        let Some(location) = reader.get(uri)? else { continue };
        if record::text(&location.doc, "temporary").is_none() {
            let pointer = format!("/container_locations/{at}/status");
            problems.push(Problem::error(pointer, "place_not_temporary").with("uri", uri));
        }
    }
    Ok(())
}

/// Adds a problem for a reference that is not allowed. `from` and `to` are row and repository.
pub(crate) fn reference(
    pointer: &str,
    uri: &str,
    from: (i64, Option<i64>),
    to: (i64, Option<i64>),
    problems: &mut Vec<Problem>,
) {
    if from.0 == to.0 {
        problems.push(Problem::error(pointer, "self_reference").with("uri", uri));
    } else if to.1.is_some() && from.1.is_some() && from.1 != to.1 {
        problems.push(Problem::error(pointer, "other_repository").with("uri", uri));
    }
}

/// Keeps the rows that logging in and permissions ask for.
pub(crate) fn write_accounts(tx: &Tx<'_>, record: &Record, id: i64, repo: Option<i64>) -> Result<(), Error> {
    match (record.kind.as_str(), repo) {
        ("user", _) => crate::users::write_account(tx, record, id),
        ("group", Some(repo)) => crate::users::write_group(tx, record, id, repo),
        _ => Ok(()),
    }
}
