//! Who may do what: permission codes, groups' grants, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Address of the repository whose grants hold everywhere.
pub(crate) const GLOBAL: &str = "/repositories/1";
/// Code of that repository.
pub(crate) const GLOBAL_CODE: &str = "_archivesspace";

/// The codes, and the groups that a new system and a new repository have.
#[derive(Debug, Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) permissions: Vec<Permission>,
    pub(crate) global_groups: Vec<DefaultGroup>,
    pub(crate) repository_groups: Vec<DefaultGroup>,
}

/// One permission code.
#[derive(Debug, Deserialize)]
pub(crate) struct Permission {
    pub(crate) code: String,
    /// `repository` or `global`.
    pub(crate) level: String,
    /// Left out of what pickers show.
    #[serde(default)]
    pub(crate) hidden: bool,
    /// Never granted: whoever holds this other code anywhere holds it everywhere.
    #[serde(default)]
    pub(crate) implied_by: Option<String>,
    pub(crate) allows: String,
}

/// A group that comes by itself.
#[derive(Debug, Deserialize)]
pub(crate) struct DefaultGroup {
    pub(crate) code: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) members: Vec<String>,
    pub(crate) grants: Vec<String>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/permissions.json")).unwrap_or_else(|error| {
        // A test parses the same embedded file.
        #[expect(clippy::panic, reason = "the catalogue is part of the binary")]
        {
            panic!("embedded permissions: {error}")
        }
    })
});

impl Catalogue {
    pub(crate) fn shipped() -> &'static Self {
        &CATALOGUE
    }

    pub(crate) fn permission(&self, code: &str) -> Option<&Permission> {
        self.permissions.iter().find(|permission| permission.code == code)
    }

    fn implied(&self, by: &str) -> impl Iterator<Item = &Permission> {
        self.permissions.iter().filter(move |permission| permission.implied_by.as_deref() == Some(by))
    }
}

/// What one user holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    /// Granted codes by repository address, in the order granted.
    granted: BTreeMap<String, Vec<String>>,
    /// Codes that follow from them: held everywhere.
    derived: Vec<String>,
}

impl Rights {
    /// From grants: pairs of repository address and code.
    pub(crate) fn new(grants: impl IntoIterator<Item = (String, String)>) -> Self {
        let catalogue = Catalogue::shipped();
        let mut rights = Self::default();
        for (repo, code) in grants {
            for implied in catalogue.implied(&code) {
                if !rights.derived.contains(&implied.code) {
                    rights.derived.push(implied.code.clone());
                }
            }
            let codes = rights.granted.entry(repo).or_default();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        rights
    }

    /// Whether `code` holds in the repository at `repo` (or, without one, everywhere).
    pub(crate) fn can(&self, code: &str, repo: Option<&str>) -> bool {
        let in_group =
            |repo: &str| self.granted.get(repo).is_some_and(|codes| codes.iter().any(|held| held == code));
        self.derived.iter().any(|held| held == code) || in_group(GLOBAL) || repo.is_some_and(in_group)
    }

    /// Repositories in which `code` holds; `None`: in all of them.
    pub(crate) fn repositories(&self, code: &str) -> Option<BTreeSet<String>> {
        if self.can(code, None) {
            return None;
        }
        let holds = |(repo, codes): (&String, &Vec<String>)| {
            codes.iter().any(|held| held == code).then(|| repo.clone())
        };
        Some(self.granted.iter().filter_map(holds).collect())
    }

    /// The map that a user record carries.
    pub(crate) fn as_map(&self) -> Value {
        let mut map = Map::new();
        let with_derived = |codes: &[String]| -> Vec<Value> {
            self.derived.iter().chain(codes).map(|code| Value::from(code.as_str())).collect()
        };
        for (repo, codes) in &self.granted {
            map.insert(repo.clone(), Value::Array(with_derived(codes)));
        }
        let mut global: Vec<Value> =
            self.granted.get(GLOBAL).into_iter().flatten().map(|code| code.as_str().into()).collect();
        global.push(Value::from("edit_user_self"));
        global.extend(self.derived.iter().map(|code| Value::from(code.as_str())));
        map.insert(GLOBAL_CODE.to_owned(), Value::Array(global));
        Value::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(grants: &[(&str, &str)]) -> Rights {
        Rights::new(grants.iter().map(|(repo, code)| ((*repo).to_owned(), (*code).to_owned())))
    }

    #[test]
    fn the_catalogue_is_whole() {
        let catalogue = Catalogue::shipped();
        assert_eq!(catalogue.permissions.len(), 56);
        assert_eq!(catalogue.repository_groups.len(), 6);
        for group in catalogue.repository_groups.iter().chain(&catalogue.global_groups) {
            for code in &group.grants {
                assert!(catalogue.permission(code).is_some_and(|p| p.implied_by.is_none()), "{code}");
            }
        }
    }

    #[test]
    fn grants_hold_in_their_repository_and_global_ones_everywhere() {
        let held =
            rights(&[("/repositories/2", "view_repository"), ("/repositories/1", "create_repository")]);
        assert!(held.can("view_repository", Some("/repositories/2")));
        assert!(!held.can("view_repository", Some("/repositories/3")));
        assert!(held.can("create_repository", None));
        assert_eq!(held.repositories("view_repository").unwrap().len(), 1);
    }

    #[test]
    fn a_derived_code_holds_everywhere() {
        let held = rights(&[("/repositories/2", "manage_subject_record")]);
        assert!(held.can("update_subject_record", None));
        assert!(held.can("delete_subject_record", Some("/repositories/9")));
        assert!(!held.can("update_agent_record", None));
    }
}
