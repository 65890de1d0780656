//! Controlled lists: as shipped, and as this archive has changed them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use crate::reader::time;
use crate::{Error, Reader, Tx};

/// A controlled list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enumeration {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Whether values may be added and removed.
    pub editable: bool,
    /// Value that forms preselect.
    pub default: Option<String>,
    /// Version for optimistic locking.
    pub lock_version: i64,
    /// The values, in order, suppressed ones included.
    pub values: Vec<EnumValue>,
    /// Who made and changed it, and when.
    pub stamp: ListStamp,
}

/// Who made and changed a list or a value, and when. Shipped ones were made by nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListStamp {
    /// When it was made.
    pub created: Timestamp,
    /// Who made it.
    pub created_by: Option<String>,
    /// When it was changed last.
    pub modified: Timestamp,
    /// Who changed it last.
    pub modified_by: Option<String>,
}

/// A value of a controlled list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// Number.
    pub id: i64,
    /// The value.
    pub value: String,
    /// Place in the list.
    pub position: i64,
    /// Hidden from forms, still accepted.
    pub suppressed: bool,
    /// May not be removed.
    pub read_only: bool,
    /// Version: how often its list was written.
    pub lock_version: i64,
    /// Who made and changed it, and when.
    pub stamp: ListStamp,
}

/// The stamp in four columns from `first` on.
fn stamp(row: &Row<'_>, first: usize) -> Result<ListStamp, rusqlite::Error> {
    Ok(ListStamp {
        created: time(row.get(first)?),
        created_by: row.get(first + 1)?,
        modified: time(row.get(first + 2)?),
        modified_by: row.get(first + 3)?,
    })
}

impl Reader<'_> {
    /// All controlled lists, by name.
    ///
    /// # Errors
    /// What the database says.
    pub fn enumerations(&self) -> Result<Vec<Enumeration>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT name FROM enumeration ORDER BY name")?;
        let names: Vec<String> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut lists = Vec::new();
        for name in names {
            lists.extend(self.enumeration(&name)?);
        }
        Ok(lists)
    }

    /// One controlled list.
    ///
    /// # Errors
    /// What the database says.
    pub fn enumeration(&self, name: &str) -> Result<Option<Enumeration>, Error> {
        let mut select = self.db.conn.prepare_cached(
            "SELECT id, name, editable, default_value, lock_version, created, created_by, modified, modified_by
             FROM enumeration WHERE name = $1",
        )?;
        let found = select
            .query_row([name], |row| {
                Ok(Enumeration {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    editable: row.get(2)?,
                    default: row.get(3)?,
                    lock_version: row.get(4)?,
                    values: Vec::new(),
                    stamp: stamp(row, 5)?,
                })
            })
            .optional()?;
        let Some(mut list) = found else { return Ok(None) };
        let mut select = self.db.conn.prepare_cached(
            "SELECT id, value, position, suppressed, read_only, lock_version, created, created_by, modified, modified_by
             FROM enum_value WHERE list = $1 ORDER BY position, id",
        )?;
        let rows = select.query_map([list.id], |row| {
            Ok(EnumValue {
                id: row.get(0)?,
                value: row.get(1)?,
                position: row.get(2)?,
                suppressed: row.get(3)?,
                read_only: row.get(4)?,
                lock_version: row.get(5)?,
                stamp: stamp(row, 6)?,
            })
        })?;
        list.values = rows.collect::<Result<_, _>>()?;
        Ok(Some(list))
    }

    /// Number of a value of a list.
    ///
    /// # Errors
    /// What the database says.
    pub fn enum_value_number(&self, list: &str, value: &str) -> Result<Option<i64>, Error> {
        let sql = "SELECT v.id FROM enum_value v JOIN enumeration e ON e.id = v.list WHERE e.name = $1 AND v.value = $2";
        let mut select = self.db.conn.prepare_cached(sql)?;
        Ok(select.query_row([list, value], |row| row.get(0)).optional()?)
    }

    /// Whether a list has a value, suppressed ones included.
    ///
    /// # Errors
    /// What the database says.
    pub fn enum_allows(&self, list: &str, value: &str) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM enum_value v JOIN enumeration e ON e.id = v.list WHERE e.name = $1 AND v.value = $2";
        Ok(self.number(sql, params![list, value])? > 0)
    }
}

impl Tx<'_> {
    /// Adds a value at the end of a list; one that is there already is left.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown list, or what the database says.
    pub fn enum_add(&mut self, list: &str, value: &str) -> Result<(), Error> {
        let found = self.enumeration(list)?.ok_or_else(|| Error::missing(list))?;
        if found.values.iter().any(|there| there.value == value) {
            return Ok(());
        }
        let position = found.values.last().map_or(0, |last| last.position + 1);
        let id = self.next_of("enum_value", 1)?;
        self.db
            .conn
            .prepare_cached(
                "INSERT INTO enum_value (id, list, value, position, created, created_by, modified, modified_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $5, $6) ON CONFLICT (list, value) DO NOTHING",
            )?
            .execute(params![id, found.id, value, position, self.millis(), self.op.by])?;
        self.enum_touched(found.id)
    }

    /// Removes a value from a list.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown list, or what the database says.
    pub fn enum_remove(&mut self, list: &str, value: &str) -> Result<(), Error> {
        let found = self.enumeration(list)?.ok_or_else(|| Error::missing(list))?;
        self.db
            .conn
            .prepare_cached("DELETE FROM enum_value WHERE list = $1 AND value = $2")?
            .execute(params![found.id, value])?;
        self.enum_touched(found.id)
    }

    /// Replaces the values of a list, in order: `value` and `suppressed` are written, numbers of known values stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown list, or what the database says.
    pub fn enum_set(
        &mut self,
        list: &str,
        values: &[(String, bool)],
        default: Option<&str>,
    ) -> Result<(), Error> {
        let found = self.enumeration(list)?.ok_or_else(|| Error::missing(list))?;
        for old in found.values.iter().filter(|old| values.iter().all(|(value, _)| *value != old.value)) {
            self.db.conn.prepare_cached("DELETE FROM enum_value WHERE id = $1")?.execute([old.id])?;
        }
        for (position, (value, suppressed)) in values.iter().enumerate() {
            let position = i64::try_from(position).unwrap_or(i64::MAX);
            let id = match found.values.iter().find(|there| there.value == *value) {
                Some(there) => there.id,
                None => self.next_of("enum_value", 1)?,
            };
            self.db
                .conn
                .prepare_cached(
                    "INSERT INTO enum_value (id, list, value, position, suppressed, lock_version, created, created_by, modified, modified_by)
                     VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $6, $7)
                     ON CONFLICT (list, value) DO UPDATE SET position = excluded.position, suppressed = excluded.suppressed,
                     lock_version = lock_version + 1, modified = excluded.modified, modified_by = excluded.modified_by",
                )?
                .execute(params![id, found.id, value, position, suppressed, self.millis(), self.op.by])?;
        }
        self.db
            .conn
            .prepare_cached("UPDATE enumeration SET default_value = $1 WHERE id = $2")?
            .execute(params![default, found.id])?;
        self.enum_touched(found.id)
    }

    /// Makes a list; one of that name is left.
    ///
    /// # Errors
    /// What the database says.
    pub fn enum_create(&mut self, name: &str) -> Result<(), Error> {
        if self.enumeration(name)?.is_some() {
            return Ok(());
        }
        let id = self.next_of("enumeration", 1)?;
        self.db
            .conn
            .prepare_cached(
                "INSERT INTO enumeration (id, name, editable, created, created_by, modified, modified_by)
                 VALUES ($1, $2, 1, $3, $4, $3, $4)",
            )?
            .execute(params![id, name, self.millis(), self.op.by])?;
        Ok(())
    }

    fn enum_touched(&mut self, id: i64) -> Result<(), Error> {
        self.db
            .conn
            .prepare_cached(
                "UPDATE enumeration SET lock_version = lock_version + 1, modified = $1, modified_by = $2 WHERE id = $3",
            )?
            .execute(params![self.millis(), self.op.by, id])?;
        self.lists_changed()
    }

    /// Whoever kept the lists in memory reads them again.
    pub(crate) fn lists_changed(&mut self) -> Result<(), Error> {
        self.rights = true;
        self.next_of("lists", 1).map(drop)
    }
}
