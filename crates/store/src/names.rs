//! Names that a server gives records for the world outside: short names in addresses of pages, and ARKs.

use record::Record;
use record::derive::{SlugIdentifiers, slug, slug_from_identifier, slug_from_title};
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
        let is_free = |name: &str| -> Result<bool, Error> {
            Ok(self.identified("slug", name)?.iter().all(|holder| holder.id == id))
        };
        let kept = present.filter(|present| {
            let rest = present.strip_prefix(wanted).and_then(|rest| rest.strip_prefix('_'));
            rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
        });
        if let Some(kept) = kept
            && is_free(kept)?
        {
            return Ok(kept.to_owned());
        }
        let mut name = wanted.to_owned();
        let mut count = 0_u64;
        while !is_free(&name)? {
            count += 1;
            name = format!("{wanted}_{count}");
        }
        Ok(name)
    }
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
        let name = self.free_slug(&wanted, record.text("slug"), id)?;
        record.doc.insert("is_slug_auto".to_owned(), Value::Bool(auto));
        record.doc.insert("slug".to_owned(), Value::from(name));
        Ok(())
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
}
