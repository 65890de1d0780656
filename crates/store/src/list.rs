//! Lists, counts, references.

use std::collections::BTreeMap;

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use crate::reader::HeadRow;
use crate::records::RefRow;
use crate::tree::clamp;
use crate::{Error, Head, Reader, Stored, kinds};

/// How a list is ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// As they were made: the number on a server.
    #[default]
    Id,
    /// By title, without case and accents.
    Title,
    /// By identifier.
    Identifier,
    /// By time of making.
    Created,
    /// By time of the last change.
    Modified,
}

/// Which way a list runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// Least first.
    #[default]
    Ascending,
    /// Greatest first.
    Descending,
}

/// What a list holds. Empty `kinds` lists nothing.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Kinds.
    pub kinds: Vec<String>,
    /// Address of a repository.
    pub repo: Option<String>,
    /// First row.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
    /// Order.
    pub order: Order,
    /// Direction of the order.
    pub direction: Direction,
    /// Only what changed at or after this time (seconds since 1970).
    pub modified_since: Option<i64>,
    /// Only these numbers.
    pub ids: Option<Vec<u64>>,
    /// Suppressed records are left out.
    pub without_suppressed: bool,
    /// Records that are not published are left out.
    pub published_only: bool,
}

impl List {
    /// A list of kinds, by title.
    #[must_use]
    pub fn by_title(kinds: &[&str], repo: Option<&str>, offset: u64, limit: u64) -> Self {
        Self {
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            repo: repo.map(str::to_owned),
            offset,
            limit,
            order: Order::Title,
            ..Self::default()
        }
    }
}

impl Reader<'_> {
    /// Heads of the records of a list.
    ///
    /// # Errors
    /// What the database says.
    pub fn list(&self, list: &List) -> Result<Vec<Head>, Error> {
        let (rest, values) = self.paged(list)?;
        let values: Vec<&dyn rusqlite::ToSql> = values.iter().map(|v| v as &dyn rusqlite::ToSql).collect();
        Ok(self.heads(&rest, &values)?.into_iter().map(|row| row.head).collect())
    }

    /// What follows the columns of a head for a page of a list, and its values.
    fn paged(&self, list: &List) -> Result<(String, Vec<Sql>), Error> {
        let (condition, mut values) = self.condition(list)?;
        let column = match list.order {
            Order::Id => "r.id",
            Order::Title => "r.sort",
            Order::Identifier => "r.identifier",
            Order::Created => "r.created",
            Order::Modified => "r.modified",
        };
        let way = match list.direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        let (limit, offset) = (values.len() + 1, values.len() + 2);
        let order = match list.order {
            Order::Id => format!("ORDER BY r.id {way}"),
            _ => format!("ORDER BY {column} {way}, r.id {way}"),
        };
        // Rows first: what is sorted and skipped for a page is not carried along with all its columns.
        let rest = format!(
            "WHERE r.id IN (SELECT r.id FROM record r WHERE {condition} {order} LIMIT ${limit} OFFSET ${offset}) {order}"
        );
        values.push(Sql::from(clamp(list.limit)));
        values.push(Sql::from(clamp(list.offset)));
        Ok((rest, values))
    }

    /// The same with documents.
    ///
    /// # Errors
    /// What the database says.
    pub fn list_full(&self, list: &List) -> Result<Vec<Stored>, Error> {
        let mut records = Vec::new();
        for head in self.list(list)? {
            records.extend(self.get(&head.uri)?);
        }
        Ok(records)
    }

    /// How many records a list has in all.
    ///
    /// # Errors
    /// What the database says.
    pub fn count(&self, list: &List) -> Result<u64, Error> {
        let (condition, values) = self.condition(list)?;
        let sql = format!("SELECT count(*) FROM record r WHERE {condition}");
        let count: i64 =
            self.db.conn.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The numbers of all records of a list, ascending: `all_ids`.
    ///
    /// # Errors
    /// What the database says.
    pub fn numbers(&self, list: &List) -> Result<Vec<u64>, Error> {
        let (condition, values) = self.condition(list)?;
        let sql = format!("SELECT r.uri FROM record r WHERE {condition}");
        let mut select = self.db.conn.prepare_cached(&sql)?;
        let mut rows = select.query(params_from_iter(values))?;
        let mut numbers = Vec::new();
        while let Some(row) = rows.next()? {
            let uri: String = row.get(0)?;
            numbers.extend(uri.rsplit('/').next().and_then(|key| key.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Records held, by kind: of one repository, or of none and all.
    ///
    /// # Errors
    /// What the database says.
    pub fn counts_by_kind(&self, repo: Option<&str>) -> Result<BTreeMap<String, u64>, Error> {
        let repo = match repo {
            Some(repo) => Some(self.row_of(repo)?.ok_or_else(|| Error::missing(repo))?.0),
            None => None,
        };
        let sql = match repo {
            Some(_) => "SELECT kind, count(*) FROM record WHERE state = 0 AND repo = $1 GROUP BY kind",
            None => "SELECT kind, count(*) FROM record WHERE state = 0 GROUP BY kind",
        };
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query(params_from_iter(repo))?;
        let mut counts = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let count: i64 = row.get(1)?;
            counts.insert(self.shared.kinds.name(row.get(0)?).to_owned(), u64::try_from(count).unwrap_or(0));
        }
        Ok(counts)
    }

    /// Records that refer to this one, as heads with the property that does.
    ///
    /// # Errors
    /// What the database says.
    pub fn refs_to(&self, uri: &str) -> Result<Vec<Link>, Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(Vec::new()) };
        self.links("SELECT src, prop, role FROM ref WHERE dst = $1 ORDER BY src, prop, pos", id)
    }

    /// Records that this one refers to, by the property that does.
    ///
    /// # Errors
    /// What the database says.
    pub fn refs_from(&self, uri: &str) -> Result<Vec<Link>, Error> {
        let Some((id, _)) = self.row_of(uri)? else { return Ok(Vec::new()) };
        self.links("SELECT dst, prop, role FROM ref WHERE src = $1 ORDER BY prop, pos", id)
    }

    fn links(&self, sql: &str, id: i64) -> Result<Vec<Link>, Error> {
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query([id])?;
        let mut links = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(HeadRow { head, .. }) = self.head_by_id(row.get(0)?)? {
                links.push(Link { head, property: row.get(1)?, role: row.get(2)? });
            }
        }
        Ok(links)
    }

    /// What a row links to, by property, without whole heads. Suppressed records lend nobody their titles.
    pub(crate) fn named_refs(&self, id: i64) -> Result<Vec<NamedRef>, Error> {
        let sql = "SELECT f.prop, f.role, d.title, d.publish, d.kind FROM ref f JOIN record d ON d.id = f.dst
             WHERE f.src = $1 AND d.suppressed = 0 ORDER BY f.prop, f.pos";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let rows = select.query_map([id], |row| {
            let (publish, kind) = (row.get(3)?, self.shared.kinds.name(row.get(4)?));
            Ok(NamedRef { property: row.get(0)?, role: row.get(1)?, title: row.get(2)?, publish, kind })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Rows of the records that refer to this one.
    pub(crate) fn referring(&self, id: i64) -> Result<Vec<i64>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT DISTINCT src FROM ref WHERE dst = $1")?;
        Ok(select.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    pub(crate) fn ref_rows(&self, id: i64) -> Result<Vec<RefRow>, Error> {
        let mut select = self
            .db
            .conn
            .prepare_cached("SELECT prop, pos, role, dst FROM ref WHERE src = $1 ORDER BY prop, pos")?;
        let rows = select.query_map([id], |row| {
            Ok(RefRow { prop: row.get(0)?, pos: row.get(1)?, role: row.get(2)?, dst: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The condition of a list and its values.
    fn condition(&self, list: &List) -> Result<(String, Vec<Sql>), Error> {
        let mut values: Vec<Sql> = Vec::new();
        let mut place = |value: Sql| {
            values.push(value);
            format!("${}", values.len())
        };
        let kinds: Vec<String> =
            list.kinds.iter().map(|kind| place(Sql::from(self.shared.kinds.number(kind)))).collect();
        let mut parts = vec![format!("r.kind IN ({})", kinds.join(", ")), "r.state = 0".to_owned()];
        if let Some(repo) = &list.repo {
            let repo = self.row_of(repo)?.map_or(-1, |(id, _)| id);
            parts.push(format!("r.repo = {}", place(Sql::from(repo))));
        } else if !list.kinds.iter().any(|kind| kinds::in_repository(kind)) {
            // True anyway; said for the index that has the repository before the order.
            parts.push("r.repo IS NULL".to_owned());
        }
        if let Some(since) = list.modified_since {
            parts.push(format!("r.modified >= {}", place(Sql::from(since.saturating_mul(1000)))));
        }
        if let Some(ids) = &list.ids {
            let mut uris = Vec::new();
            for kind in &list.kinds {
                let repo = list.repo.as_deref().and_then(|repo| repo.rsplit('/').next());
                for id in ids {
                    if let Some(uri) = record::Uri::of(self.registry(), kind, repo, &id.to_string()) {
                        uris.push(place(Sql::from(uri.to_string())));
                    }
                }
            }
            parts.push(format!("r.uri IN ({})", uris.join(", ")));
        }
        if list.without_suppressed {
            parts.push("r.suppressed = 0".to_owned());
        }
        if list.published_only {
            parts.push("r.publish = 1".to_owned());
        }
        Ok((parts.join(" AND "), values))
    }
}

/// A link as the index asks for it.
pub(crate) struct NamedRef {
    pub(crate) property: String,
    pub(crate) role: Option<String>,
    pub(crate) title: String,
    /// Whether the record at the other end is published.
    pub(crate) publish: bool,
    /// Its kind.
    pub(crate) kind: &'static str,
}

/// One end of a reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The record at the other end.
    pub head: Head,
    /// Top-level property that holds the reference.
    pub property: String,
    /// Role of the reference, as of an agent.
    pub role: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::plan;
    use crate::{Options, Role, Store};

    fn steps(list: &List) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::new(Role::Server)).unwrap();
        let read = store.read(|reader| {
            let (rest, values) = reader.paged(list)?;
            plan(reader, &format!("{} {rest}", crate::reader::HEAD), values.len())
        });
        read.unwrap()
    }

    #[test]
    fn a_page_is_found_in_an_index_without_sorting_the_kind() {
        let of = |kind: &str, repo: Option<&str>| List {
            kinds: vec![kind.to_owned()],
            repo: repo.map(str::to_owned),
            without_suppressed: true,
            published_only: true,
            limit: 10,
            ..List::default()
        };
        for list in [of("accession", Some("/repositories/2")), of("subject", None)] {
            let steps = steps(&list);
            assert_eq!(
                steps.last().unwrap(),
                "SEARCH r USING COVERING INDEX record_kind (kind=? AND repo=? AND state=?)"
            );
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
        }
        // By title too; what is sorted then is the page alone, which the step after the index tells.
        let by_title = List { order: Order::Title, ..of("accession", Some("/repositories/2")) };
        let steps = steps(&by_title);
        let found =
            steps.iter().position(|step| step == "SEARCH r USING INDEX record_list (kind=? AND repo=?)");
        let sorted = steps.iter().filter(|step| step.contains("TEMP B-TREE")).count();
        assert_eq!((found, sorted), (Some(2), 1), "{steps:?}");
    }
}
