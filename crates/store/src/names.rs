//! Names that a server gives records for the world outside: short names in addresses of pages, and ARKs.

use std::collections::HashSet;

use record::Record;
use record::derive::{SlugIdentifiers, slug, slug_from_identifier, slug_from_title};
use rusqlite::params;
use serde_json::{Map, Value, json};

use crate::{Error, Reader, Role, Tx, kinds};

/// What automatic short names are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slugs {
    /// The title.
    Titles,
    /// The identifier; which one, where there are two.
    Identifiers(SlugIdentifiers),
}

/// How this server makes ARKs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arks {
    /// Name assigning authority number, as `12345`.
    pub naan: String,
    /// What stands between the authority and the number in repositories without a shoulder of their own, with its
    /// delimiter, as `f1/`; empty for nothing.
    pub shoulder: String,
    /// What is put before an ARK to make an address of it, as `https://archive.example`; empty for nothing.
    pub url_prefix: String,
}

/// Kinds that have ARKs.
const NAMED: [&str; 2] = ["resource", "archival_object"];
/// Shortest and longest authority number.
const NAAN: std::ops::RangeInclusive<usize> = 5..=9;

impl Arks {
    /// What the ARKs begin with that this server makes where there is this shoulder; `None`: its own.
    #[must_use]
    pub fn prefix(&self, shoulder: Option<&str>) -> String {
        format!("ark:/{}/{}", self.naan, shoulder.unwrap_or(&self.shoulder))
    }

    /// An ARK as an address.
    #[must_use]
    pub fn address(&self, ark: &str) -> String {
        if self.url_prefix.is_empty() || !ark.starts_with("ark:") {
            return ark.to_owned();
        }
        format!("{}/{ark}", self.url_prefix.trim_end_matches('/'))
    }
}

/// Whether an ARK is one that a server makes with this prefix: behind it stands a number and nothing else. That it
/// begins so is not enough, since a prefix without a shoulder begins every ARK of the authority.
#[must_use]
pub fn is_made(prefix: &str, ark: &str) -> bool {
    ark.strip_prefix(prefix)
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The part of an address that is the ARK; the whole where there is none.
#[must_use]
pub fn ark_of(text: &str) -> &str {
    text.find("ark:").and_then(|at| text.get(at..)).unwrap_or(text)
}

/// Whether a text is an ARK, by itself or at the end of an address: `ark:`, an authority's number, a name.
#[must_use]
pub fn is_ark(text: &str) -> bool {
    let ark = ark_of(text);
    let Some(rest) = ark.strip_prefix("ark:") else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let Some((naan, name)) = rest.split_once('/') else { return false };
    NAAN.contains(&naan.len())
        && naan.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !name.is_empty()
        && !name.contains(char::is_whitespace)
}

/// The ARKs of a document: the present one first, and whether that one is external.
pub(crate) fn arks(doc: &Map<String, Value>) -> (Vec<String>, bool) {
    let name = doc.get("ark_name").and_then(Value::as_object);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let current = name.and_then(|name| name.get("current")).and_then(text);
    let previous = name.and_then(|name| name.get("previous")).and_then(Value::as_array);
    let external = name.and_then(|name| name.get("current_is_external")) == Some(&Value::Bool(true));
    (current.into_iter().chain(previous.into_iter().flatten().filter_map(text)).collect(), external)
}

impl Reader<'_> {
    /// How this server makes ARKs; `None`: it makes none.
    #[must_use]
    pub fn arks(&self) -> Option<&Arks> {
        self.shared.options.arks.as_ref()
    }

    /// What the ARKs that this server makes in a repository begin with: the repository's `ark_shoulder` stands before
    /// the server's own. `None`: it makes none.
    ///
    /// # Errors
    /// What the database says.
    pub fn ark_prefix(&self, repo: Option<&str>) -> Result<Option<String>, Error> {
        let row = repo.map(|repo| self.row_of(repo)).transpose()?.flatten().map(|(row, _)| row);
        self.ark_prefix_in(row)
    }

    fn ark_prefix_in(&self, repo: Option<i64>) -> Result<Option<String>, Error> {
        let Some(settings) = self.arks() else { return Ok(None) };
        let repository = repo.map(|repo| self.doc(repo)).transpose()?.flatten();
        let own = repository.as_ref().and_then(|doc| doc.get("ark_shoulder")?.as_str());
        Ok(Some(settings.prefix(own.filter(|shoulder| !shoulder.is_empty()))))
    }

    /// What this server makes short names of; `None`: of repositories only.
    #[must_use]
    pub fn slugs(&self) -> Option<Slugs> {
        self.shared.options.slugs
    }

    /// The short name of a record of row `id`: as wanted, with a number behind it where another record has it.
    ///
    /// # Errors
    /// What the database says.
    pub fn free_slug(&self, wanted: &str, present: Option<&str>, id: i64) -> Result<String, Error> {
        if let Some(kept) = present.filter(|present| numbered(wanted, present).is_some())
            && self.is_free_slug(kept, id)?
        {
            return Ok(kept.to_owned());
        }
        if self.is_free_slug(wanted, id)? {
            return Ok(wanted.to_owned());
        }
        Ok(format!("{wanted}_{}", self.lowest_free(wanted, id)?))
    }

    fn is_free_slug(&self, name: &str, id: i64) -> Result<bool, Error> {
        let sql =
            "SELECT count(*) FROM identity WHERE rule = 'slug' AND scope = 0 AND value = $1 AND id <> $2";
        Ok(self.number(sql, params![name, id])? == 0)
    }

    /// The lowest number that no other record has behind a name. The names with numbers stand together, so they are
    /// read at once: of "Correspondence" there may be ten thousand.
    fn lowest_free(&self, wanted: &str, id: i64) -> Result<u64, Error> {
        let sql = "SELECT value FROM identity
             WHERE rule = 'slug' AND scope = 0 AND value > $1 AND value < $2 AND id <> $3";
        let mut select = self.db.conn.prepare_cached(sql)?;
        // What follows `_` in the order of letters ends them.
        let mut rows = select.query(params![format!("{wanted}_"), format!("{wanted}`"), id])?;
        let mut taken = HashSet::new();
        while let Some(row) = rows.next()? {
            taken.extend(numbered(wanted, row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?));
        }
        Ok((1..).find(|number| !taken.contains(number)).unwrap_or(1))
    }
}

/// The number that a short name has behind the one that was wanted.
fn numbered(wanted: &str, name: &str) -> Option<u64> {
    let number = name.strip_prefix(wanted)?.strip_prefix('_')?;
    // `_07` is nobody's count.
    let counted = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    number.parse().ok().filter(|_| counted)
}

impl Tx<'_> {
    /// Gives a record of row `id` (0: a new one) in a repository the names that this server gives.
    pub(crate) fn name(&mut self, record: &mut Record, id: i64, repo: Option<i64>) -> Result<(), Error> {
        if self.role() != Role::Server {
            return Ok(());
        }
        self.name_in_addresses(record, id)?;
        self.name_by_ark(record, repo)
    }

    fn name_in_addresses(&self, record: &mut Record, id: i64) -> Result<(), Error> {
        // Repositories have theirs always, made of their code: whoever saves them sees to it.
        let Some(from) = self.slugs().filter(|_| record.kind != "repository") else { return Ok(()) };
        if !kinds::has(&record.kind, "slug") {
            return Ok(());
        }
        let auto = record.doc.get("is_slug_auto").and_then(Value::as_bool).unwrap_or(true);
        let text = match (auto, from) {
            (false, _) => record.text("slug").unwrap_or_default().to_owned(),
            (true, Slugs::Titles) => slug_from_title(self.registry(), record),
            (true, Slugs::Identifiers(which)) => slug_from_identifier(record, which),
        };
        let wanted = slug(&text);
        if wanted.is_empty() {
            record.doc.insert("is_slug_auto".to_owned(), Value::Bool(false));
            record.doc.shift_remove("slug");
            return Ok(());
        }
        let name = match record.text("slug") {
            None if id == 0 => self.new_slug(wanted)?,
            present => self.free_slug(&wanted, present, id)?,
        };
        record.doc.insert("is_slug_auto".to_owned(), Value::Bool(auto));
        record.doc.insert("slug".to_owned(), Value::from(name));
        Ok(())
    }

    /// The same for a new record without one. Whoever makes many of one title counts on from the last.
    fn new_slug(&self, wanted: String) -> Result<String, Error> {
        if self.is_free_slug(&wanted, 0)? {
            return Ok(wanted);
        }
        let mut counted = self.counted.borrow_mut();
        let mut number = match counted.get(&wanted) {
            Some(last) => last + 1,
            None => self.lowest_free(&wanted, 0)?,
        };
        while !self.is_free_slug(&format!("{wanted}_{number}"), 0)? {
            number += 1;
        }
        let name = format!("{wanted}_{number}");
        counted.insert(wanted, number);
        Ok(name)
    }

    fn name_by_ark(&mut self, record: &mut Record, repo: Option<i64>) -> Result<(), Error> {
        if !NAMED.contains(&record.kind.as_str()) {
            return Ok(());
        }
        let Some(prefix) = self.ark_prefix_in(repo)? else { return Ok(()) };
        let is_own = |ark: &str| is_made(&prefix, ark);
        let (mut known, was_external) = arks(&record.doc);
        let fresh = known.is_empty();
        let imported = record.doc.shift_remove("import_current_ark");
        let earlier = record.doc.shift_remove("import_previous_arks");
        // Only a record that has no ARK yet takes over those it had elsewhere.
        if fresh {
            if let Some(imported) = imported.as_ref().and_then(Value::as_str) {
                if is_own(ark_of(imported)) {
                    known.push(ark_of(imported).to_owned());
                } else if record.text("external_ark_url").is_none() {
                    record.doc.insert("external_ark_url".to_owned(), Value::from(imported));
                }
            }
            let earlier = earlier.as_ref().and_then(Value::as_array);
            known.extend(earlier.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        }
        let external = record.text("external_ark_url").map(str::to_owned);
        let current = match &external {
            Some(external) => external.clone(),
            None => {
                let kept = known.first().filter(|ark| !was_external && is_own(ark));
                match kept.or_else(|| known.iter().find(|ark| is_own(ark))) {
                    Some(own) => own.clone(),
                    None => self.free_ark(&prefix)?,
                }
            }
        };
        known.retain(|ark| *ark != current);
        known.dedup();
        let name = json!({"current": current, "current_is_external": external.is_some(), "previous": known});
        record.doc.insert("ark_name".to_owned(), name);
        Ok(())
    }

    /// The next ARK with a prefix that no record has: one that was brought or set by hand may be ahead of the count.
    fn free_ark(&self, prefix: &str) -> Result<String, Error> {
        loop {
            let ark = format!("{prefix}{}", self.next_of("number:ark", 1)?);
            if self.identified("ark", &ark)?.is_empty() {
                return Ok(ark);
            }
        }
    }

    /// Sets the ARKs of a record by hand: the present one, whether it is external, the earlier ones.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] when another record has one of them; what the database says.
    pub fn set_arks(
        &mut self,
        uri: &str,
        current: &str,
        external: bool,
        previous: &[String],
    ) -> Result<(), Error> {
        let mut doc = self.expect(uri)?.doc;
        let name = json!({"current": current, "current_is_external": external, "previous": previous});
        doc.insert("ark_name".to_owned(), name);
        if external {
            doc.insert("external_ark_url".to_owned(), Value::from(current));
        } else {
            doc.shift_remove("external_ark_url");
        }
        self.amend(uri, doc)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Op, Options, Store};

    #[test]
    fn arks_are_told_from_other_texts() {
        for (text, expected) in [
            ("ark:/12345/f1/7", true),
            ("ark:12345/x", true),
            ("https://archive.example/ark:/12345/x?", true),
            ("ark:/1234/x", false),
            ("ark:/12345/", false),
            ("ark:/12345", false),
            ("ark:/12345/a b", false),
            ("https://archive.example/12345", false),
            ("", false),
        ] {
            assert_eq!(is_ark(text), expected, "{text}");
        }
        assert_eq!(ark_of("https://archive.example/ark:/12345/x"), "ark:/12345/x");
    }

    #[test]
    fn arks_of_a_shoulder_are_told_from_those_of_another() {
        let arks = Arks { naan: "12345".to_owned(), shoulder: "f1/".to_owned(), url_prefix: String::new() };
        for (shoulder, ark, expected) in [
            (None, "ark:/12345/f1/7", true),
            (None, "ark:/12345/7", false),
            (Some(""), "ark:/12345/7", true),
            (Some(""), "ark:/12345/f1/7", false),
            (Some(""), "ark:/12345/", false),
            (Some("a2"), "ark:/12345/a27", true),
            (Some("a2"), "ark:/12345/f1/7", false),
            (Some("a2"), "ark:/54321/a27", false),
        ] {
            assert_eq!(is_made(&arks.prefix(shoulder), ark), expected, "{shoulder:?} {ark}");
        }
    }

    #[test]
    fn many_records_of_one_title_get_the_lowest_numbers_that_are_free() {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { slugs: Some(Slugs::Titles), ..Options::new(Role::Server) };
        let store = Store::open(dir.path(), options).unwrap();
        let doc = |value: Value| value.as_object().cloned().unwrap();
        let op = || Op::typed("save", "ada");
        let (repo, _) = store
            .write(op(), |tx| {
                Ok(tx.create("repository", None, doc(json!({"repo_code": "B", "name": "B"})))?.uri.clone())
            })
            .unwrap();
        let mut known = 0;
        let mut make = |tx: &mut Tx<'_>, title: &str| -> Result<(String, String), Error> {
            known += 1;
            let made = json!({"title": title, "id_0": known.to_string(), "accession_date": "2000-01-01"});
            let made = tx.create("accession", Some(&repo), doc(made))?;
            Ok((made.uri.clone(), made.doc["slug"].as_str().unwrap_or_default().to_owned()))
        };
        let (made, _) = store
            .write(op(), |tx| {
                make(tx, "Letters 0")?;
                make(tx, "Letters x")?;
                (0..12).map(|_| make(tx, "Letters")).collect::<Result<Vec<_>, Error>>()
            })
            .unwrap();
        let names: Vec<&str> = made.iter().map(|(_, name)| name.as_str()).collect();
        let wanted: Vec<String> =
            std::iter::once("letters".to_owned()).chain((1..12).map(|n| format!("letters_{n}"))).collect();
        assert_eq!(names, wanted);
        let (between, _) = store
            .write(op(), |tx| {
                tx.delete(&made[3].0)?;
                let third = make(tx, "Letters")?.1;
                let last = make(tx, "Letters")?.1;
                tx.delete(&made[5].0)?;
                Ok([third, last, make(tx, "Letters")?.1])
            })
            .unwrap();
        assert_eq!(between, ["letters_3", "letters_12", "letters_5"]);
        let kept =
            store.write(op(), |tx| tx.update(&made[7].0, tx.expect(&made[7].0)?.doc, crate::Expect::Any));
        assert_eq!(kept.unwrap().0.doc["slug"], "letters_7");
    }
}
