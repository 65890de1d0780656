//! Addresses of records: those that the server gave, and those that this
//! computer gave to records which were never sent.

use std::fmt;

use crate::{Error, Registry};

/// The address of a record.
///
/// `Saved` is the server's: `/repositories/2/accessions/7`. `Local` is the
/// same path with `local_<uuid>` where the number will stand; the server's
/// batch format uses `import_<uuid>` in that place, which parses as local too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uri {
    /// Kind of the record, as `accession`.
    pub kind: &'static str,
    /// Number (or local key) of the repository, for kinds that live in one.
    pub repo: Option<String>,
    /// Digits, or `local_…` / `import_…`.
    pub key: String,
}

impl Uri {
    /// Parses a record address against the address templates of the registry.
    ///
    /// # Errors
    /// [`Error::Uri`] when no kind has such an address.
    pub fn parse(registry: &'static Registry, text: &str) -> Result<Self, Error> {
        let wrong = || Error::Uri { text: text.to_owned() };
        let segments: Vec<&str> = text.strip_prefix('/').ok_or_else(wrong)?.split('/').collect();
        registry
            .top_level()
            .find_map(|kind| {
                let template = kind.uri.as_ref()?;
                let (repo, key) = template.matches(&segments)?;
                Some(Self { kind: &kind.name, repo: repo.map(str::to_owned), key: key.to_owned() })
            })
            .ok_or_else(wrong)
    }

    /// The address of record `key` of `kind`; `None` for kinds without one,
    /// or when a kind that lives in a repository is asked for without it.
    #[must_use]
    pub fn of(registry: &'static Registry, kind: &str, repo: Option<&str>, key: &str) -> Option<Self> {
        let kind = registry.kind(kind)?;
        let template = kind.uri.as_ref()?;
        if !template.has_id() || (template.in_repository() && repo.is_none()) {
            return None;
        }
        let repo = repo.filter(|_| template.in_repository()).map(str::to_owned);
        Some(Self { kind: &kind.name, repo, key: key.to_owned() })
    }

    /// The number that the server gave; `None` for a local address.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        self.key.parse().ok()
    }

    /// Whether the record was never sent.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.id().is_none()
    }

    /// The address of the repository that the record lives in.
    #[must_use]
    pub fn repository(&self) -> Option<String> {
        match self.kind {
            "repository" => Some(self.to_string()),
            _ => self.repo.as_ref().map(|repo| format!("/repositories/{repo}")),
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(template) = Registry::shipped().kind(self.kind).and_then(|kind| kind.uri.as_ref()) else {
            return Ok(());
        };
        f.write_str(&template.fill(self.repo.as_deref().unwrap_or_default(), &self.key))
    }
}

/// The path of a kind: `/repositories/{repo_id}/accessions/{id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriTemplate {
    text: String,
    segments: Vec<String>,
}

impl UriTemplate {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            segments: text.trim_start_matches('/').split('/').map(str::to_owned).collect(),
        }
    }

    /// The template as the schema writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether records of the kind live in a repository.
    #[must_use]
    pub fn in_repository(&self) -> bool {
        self.segments.iter().any(|segment| segment == "{repo_id}")
    }

    /// Whether single records have an address (some kinds only have one path).
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.segments.last().is_some_and(|segment| segment == "{id}")
    }

    /// The path of the list, with `{id}` left out.
    #[must_use]
    pub fn collection(&self, repo: &str) -> String {
        self.text.trim_end_matches("/{id}").replace("{repo_id}", repo)
    }

    /// Whether `uri` names a record of this kind: it ends like the template, with a number
    /// (or a temporary key) at its end. Anything may stand before it, as ArchivesSpace allows.
    #[must_use]
    pub fn accepts(&self, uri: &str) -> bool {
        let address = uri.split_once('#').map_or(uri, |(address, _)| address);
        let mut given = address.rsplit('/');
        if !self.has_id() && !given.next().is_some_and(is_key) {
            return false;
        }
        let fits = self.segments.iter().rev().all(|pattern| match (pattern.as_str(), given.next()) {
            ("{id}", Some(segment)) => is_key(segment),
            (pattern, Some(segment)) if pattern.starts_with('{') => {
                !segment.is_empty() && !segment.contains(' ')
            }
            (pattern, segment) => segment == Some(pattern),
        });
        // The template begins with a slash, so something (if only nothing) stands before it.
        fits && given.next().is_some()
    }

    fn fill(&self, repo: &str, key: &str) -> String {
        self.text.replace("{repo_id}", repo).replace("{id}", key)
    }

    /// The last segment before the id: `accessions`.
    #[must_use]
    pub fn plural(&self) -> &str {
        self.segments.iter().rev().find(|segment| !segment.starts_with('{')).map_or("", String::as_str)
    }

    /// Repository and key if `segments` are a path of this template.
    fn matches<'a>(&self, segments: &[&'a str]) -> Option<(Option<&'a str>, &'a str)> {
        if !self.has_id() || segments.len() != self.segments.len() {
            return None;
        }
        let (mut repo, mut key) = (None, None);
        for (pattern, segment) in self.segments.iter().zip(segments) {
            match pattern.as_str() {
                "{repo_id}" if is_key(segment) => repo = Some(*segment),
                "{id}" if is_key(segment) => key = Some(*segment),
                literal if literal == *segment => {}
                _ => return None,
            }
        }
        Some((repo, key?))
    }
}

/// Digits, or `local_` / `import_` and a UUID.
fn is_key(segment: &str) -> bool {
    let digits = !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit());
    let temporary = segment
        .strip_prefix("local_")
        .or_else(|| segment.strip_prefix("import_"))
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
    digits || temporary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse_and_print() {
        let registry = Registry::shipped();
        for (text, kind, id) in [
            ("/repositories/2/accessions/7", "accession", Some(7)),
            ("/agents/people/1", "agent_person", Some(1)),
            ("/repositories/2", "repository", Some(2)),
            ("/repositories/local_1f/resources/local_2e-3d", "resource", None),
            ("/repositories/2/archival_objects/import_0a", "archival_object", None),
        ] {
            let uri = Uri::parse(registry, text).unwrap();
            assert_eq!((uri.kind, uri.id(), uri.to_string().as_str()), (kind, id, text));
        }
        for text in [
            "",
            "/",
            "/repositories/x/accessions/7",
            "/repositories/2/nonsense/7",
            "accessions/7",
            "/agents/people/",
        ] {
            assert!(Uri::parse(registry, text).is_err(), "{text}");
        }
    }

    #[test]
    fn references_may_stand_behind_a_host_and_before_a_fragment() {
        let template = |kind: &str| Registry::shipped().kind(kind).and_then(|kind| kind.uri.clone()).unwrap();
        for (kind, text, expected) in [
            ("accession", "/repositories/2/accessions/7", true),
            ("accession", "http://localhost:8089/repositories/2/accessions/7", true),
            ("accession", "/repositories/2/accessions/import_0a-1f#tree", true),
            ("accession", "/repositories/local_0a/accessions/local_1f", true),
            ("accession", "/repositories//accessions/7", false),
            ("accession", "/repositories/2/accessions/seven", false),
            ("accession", "/repositories/2/accessions", false),
            ("subject", "/subjects/1", true),
            ("subject", "subjects/1", false),
            ("subject", "/terms/1", false),
            ("subject", "", false),
        ] {
            assert_eq!(template(kind).accepts(text), expected, "{kind} {text}");
        }
    }
}
