//! Counts and sums of versions: whether two stores have the same records in the same versions, without a list of them.

use std::collections::BTreeMap;

use rusqlite::params;
use sha2::{Digest, Sha256};

use crate::tree::clamp;
use crate::{Error, Reader};

/// What a store has of one kind in one repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Number of records.
    pub count: u64,
    /// The sum, modulo 2⁶⁴, of a hash of each one's address and version: in whatever order.
    pub sum: u64,
}

/// Kind and repository; none for what lives in no repository.
pub type Group = (&'static str, Option<String>);

/// Records of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionPage {
    /// Address and version.
    pub versions: Vec<(String, i64)>,
    /// The last row, if there may be more behind it.
    pub next: Option<i64>,
}

impl Sum {
    fn add(&mut self, uri: &str, lock_version: i64) {
        let hash = Sha256::new_with_prefix(uri).chain_update(lock_version.to_be_bytes()).finalize();
        let first = hash.iter().take(8).fold(0, |first, byte| first << 8 | u64::from(*byte));
        self.count += 1;
        self.sum = self.sum.wrapping_add(first);
    }
}

impl Reader<'_> {
    /// Sums of what the feed tells of the given repositories (all when `None`) and of what lives in none. `shows` tells
    /// in which repositories what is suppressed is told too.
    ///
    /// # Errors
    /// What `shows` refuses, or what the database says.
    pub fn sums<E: From<Error>>(
        &self,
        repos: Option<&[String]>,
        shows: impl Fn(Option<&str>) -> Result<bool, E>,
    ) -> Result<BTreeMap<Group, Sum>, E> {
        let saved = self.told(repos)?.saved;
        let mut sums = BTreeMap::new();
        for (group, suppressed) in self.groups(&saved)? {
            if suppressed && !shows(group.1.as_deref())? {
                continue;
            }
            let sum: &mut Sum = sums.entry(group.clone()).or_default();
            self.each_version(&group, suppressed, (i64::MIN, i64::MAX), |_, uri, version| {
                sum.add(uri, version);
            })?;
        }
        Ok(sums)
    }

    /// Sums of what is here of the server's: as it was taken, whatever was done with it here since.
    ///
    /// # Errors
    /// What the database says.
    pub fn sums_taken(&self) -> Result<BTreeMap<Group, Sum>, Error> {
        let mut sums: BTreeMap<Group, Sum> = BTreeMap::new();
        for (group, suppressed) in self.groups("r.state = 0")? {
            let sum = sums.entry(group.clone()).or_default();
            self.each_version(&group, suppressed, (i64::MIN, i64::MAX), |_, uri, version| {
                if is_numbered(uri) {
                    sum.add(uri, version);
                }
            })?;
        }
        for gone in self.unsent_deletions()? {
            let group = (gone.kind, self.repository_in(&gone.uri));
            sums.entry(group).or_default().add(&gone.uri, gone.lock_version);
        }
        sums.retain(|_, sum| sum.count > 0);
        Ok(sums)
    }

    fn repository_in(&self, uri: &str) -> Option<String> {
        let repository = record::Uri::parse(self.registry(), uri).ok()?.repository();
        repository.filter(|repository| repository != uri)
    }

    /// Addresses and versions of a group, `limit` at most and from behind row `after` on, with the last row if there
    /// may be more. With `suppressed` also what is suppressed.
    ///
    /// # Errors
    /// What the database says.
    pub fn versions(
        &self,
        group: &Group,
        suppressed: bool,
        after: i64,
        limit: u64,
    ) -> Result<VersionPage, Error> {
        let mut found: Vec<(i64, String, i64)> = Vec::new();
        let shown: &[bool] = if suppressed { &[false, true] } else { &[false] };
        for suppressed in shown {
            self.each_version(group, *suppressed, (after, clamp(limit)), |row, uri, version| {
                found.push((row, uri.to_owned(), version));
            })?;
        }
        found.sort_unstable();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        found.truncate(limit);
        let next = found.last().filter(|_| found.len() == limit).map(|(row, ..)| *row);
        let versions = found.into_iter().map(|(_, uri, version)| (uri, version)).collect();
        Ok(VersionPage { versions, next })
    }

    /// Kinds and repositories of the records `r` that fulfil a condition, those that are suppressed apart.
    fn groups(&self, condition: &str) -> Result<Vec<(Group, bool)>, Error> {
        let sql = format!(
            "SELECT r.kind, r.repo, r.suppressed FROM record r WHERE {condition} GROUP BY r.kind, r.repo, r.suppressed"
        );
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<(i64, Option<i64>, bool)> = rows.collect::<Result<_, _>>()?;
        let mut groups = Vec::with_capacity(rows.len());
        for (kind, repo, suppressed) in rows {
            let repo = repo.map(|repo| self.uri_of(repo)).transpose()?.flatten();
            groups.push(((self.shared.kinds.name(kind), repo), suppressed));
        }
        Ok(groups)
    }

    /// Row, address and version of a group's records in the order of their rows, from behind a row and a number of them.
    fn each_version(
        &self,
        (kind, repo): &Group,
        suppressed: bool,
        (after, limit): (i64, i64),
        mut f: impl FnMut(i64, &str, i64),
    ) -> Result<(), Error> {
        let kind = self.shared.kinds.number(kind);
        let repo = match repo {
            None => None,
            Some(uri) => Some(self.row_of(uri)?.map_or(-1, |(row, _)| row)),
        };
        // Every value is named, whichever of the two it is.
        let here = if repo.is_some() { "repo = $2" } else { "repo IS NULL AND $2 IS NULL" };
        let sql = format!(
            "SELECT id, uri, lock_version FROM record
             WHERE kind = $1 AND {here} AND state = 0 AND id > $3 AND suppressed = $4 ORDER BY id LIMIT $5"
        );
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let mut rows = select.query(params![kind, repo, after, suppressed, limit])?;
        while let Some(row) = rows.next()? {
            let uri = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            f(row.get(0)?, uri, row.get(2)?);
        }
        Ok(())
    }
}

/// Whether the server gave the address.
fn is_numbered(uri: &str) -> bool {
    uri.rsplit('/').next().is_some_and(|key| key.parse::<u64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(of: &[(&str, i64)]) -> Sum {
        let mut sum = Sum::default();
        of.iter().for_each(|(uri, version)| sum.add(uri, *version));
        sum
    }

    #[test]
    fn the_order_does_not_matter_and_every_version_does() {
        let one = sum(&[("/subjects/1", 1), ("/subjects/2", 2)]);
        assert_eq!(one, sum(&[("/subjects/2", 2), ("/subjects/1", 1)]));
        assert_ne!(one, sum(&[("/subjects/2", 1), ("/subjects/1", 2)]));
        assert_ne!(one, sum(&[("/subjects/1", 1), ("/subjects/2", 3)]));
        assert_eq!(one.count, 2);
    }
}
