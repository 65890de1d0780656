//! What of a document becomes columns: what a list, a sort or a mark needs.

use record::Record;
use rusqlite::OptionalExtension;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::content;
use crate::{Error, Reader};

/// The columns made from a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Summary {
    pub(crate) title: String,
    pub(crate) sort: String,
    pub(crate) label: Option<String>,
    pub(crate) identifier: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) dates: Option<String>,
    pub(crate) container: Option<String>,
    pub(crate) publish: bool,
    pub(crate) restricted: bool,
}

impl Summary {
    /// The columns as they are.
    pub(crate) fn stored(reader: &Reader<'_>, id: i64) -> Result<Self, Error> {
        let sql = "SELECT title, sort, label, identifier, level, dates, container, publish, restricted FROM record WHERE id = $1";
        Ok(reader.db.conn.prepare_cached(sql)?.query_row([id], |row| {
            Ok(Self {
                title: row.get(0)?,
                sort: row.get(1)?,
                label: row.get(2)?,
                identifier: row.get(3)?,
                level: row.get(4)?,
                dates: row.get(5)?,
                container: row.get(6)?,
                publish: row.get(7)?,
                restricted: row.get(8)?,
            })
        })?)
    }

    pub(crate) fn of(reader: &Reader<'_>, record: &Record) -> Result<Self, Error> {
        let title = content::title(record);
        let label = record.text("title").filter(|label| *label != title).map(str::to_owned);
        Ok(Self {
            sort: sort_key(&title),
            label,
            identifier: content::identifier(record),
            level: level(record),
            dates: content::dates(record),
            container: container(reader, record)?,
            publish: record.flag("publish"),
            restricted: record.flag("restrictions_apply")
                || record.flag("restrictions")
                || record.flag("restricted"),
            title,
        })
    }
}

impl Reader<'_> {
    /// What a container is called in the lists of what is in it.
    fn container_words(&self, uri: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT coalesce(container, title) FROM record WHERE uri = $1";
        let found = self.db.conn.prepare_cached(sql)?.query_row([uri], |row| row.get(0)).optional()?;
        match found {
            Some(words) => Ok(Some(words)),
            // Its address may be another by now.
            None => Ok(self.head(uri)?.map(|head| head.container.unwrap_or(head.title))),
        }
    }
}

/// A title as it sorts: without case, accents, markup and leading punctuation.
pub(crate) fn sort_key(title: &str) -> String {
    // Most titles have nothing to take apart, and looking for it is most of the work.
    if title.is_ascii() {
        return as_it_sorts(title.chars(), title.len());
    }
    as_it_sorts(title.nfd().filter(|c| !is_combining_mark(*c)), title.len())
}

fn as_it_sorts(title: impl Iterator<Item = char>, length: usize) -> String {
    let mut key = String::with_capacity(length);
    let mut in_tag = false;
    for c in title {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            c if key.is_empty() && !c.is_alphanumeric() => {}
            c if c.is_ascii() => key.push(c.to_ascii_lowercase()),
            c => key.extend(c.to_lowercase()),
        }
        if key.len() > 120 {
            break;
        }
    }
    key
}

fn level(record: &Record) -> Option<String> {
    match record.text("level") {
        Some("otherlevel") => record.text("other_level").or(Some("otherlevel")),
        level => level,
    }
    .map(str::to_owned)
}

/// `Box 3, Folder 7`, from the containers of the instances.
pub(crate) fn container(reader: &Reader<'_>, record: &Record) -> Result<Option<String>, Error> {
    let mut all = Vec::new();
    for instance in record.items("instances").iter().take(3) {
        let Some(sub) = instance.get("sub_container") else { continue };
        let text = |name: &str| sub.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut parts = Vec::new();
        if let Some(top) = sub.get("top_container").and_then(|top| top.get("ref")).and_then(Value::as_str)
            && let Some(words) = reader.container_words(top)?
        {
            parts.push(words);
        }
        for (kind, indicator) in [("type_2", "indicator_2"), ("type_3", "indicator_3")] {
            if let Some(indicator) = text(indicator) {
                parts.push(in_words(text(kind), indicator));
            }
        }
        if !parts.is_empty() {
            all.push(parts.join(", "));
        }
    }
    if record.kind == "top_container" {
        return Ok(record.text("indicator").map(|indicator| in_words(record.text("type"), indicator)));
    }
    Ok((!all.is_empty()).then(|| all.join("; ")))
}

fn in_words(kind: Option<&str>, indicator: &str) -> String {
    let Some(kind) = kind else { return indicator.to_owned() };
    let mut letters = kind.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{} {indicator}", letters.as_str().replace('_', " "))
}
