//! Controlled lists by number, and changes to single values.

use rusqlite::{OptionalExtension, params};

use crate::{EnumValue, Enumeration, Error, Reader, Tx};

impl Reader<'_> {
    /// The controlled list with a number.
    ///
    /// # Errors
    /// What the database says.
    pub fn enumeration_by_id(&self, id: i64) -> Result<Option<Enumeration>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT name FROM enumeration WHERE id = $1")?;
        let name: Option<String> = select.query_row([id], |row| row.get(0)).optional()?;
        name.map_or(Ok(None), |name| self.enumeration(&name))
    }

    /// The value with a number, and the list that it is of.
    ///
    /// # Errors
    /// What the database says.
    pub fn enum_value(&self, id: i64) -> Result<Option<(Enumeration, EnumValue)>, Error> {
        let mut select = self.db.conn.prepare_cached("SELECT list FROM enum_value WHERE id = $1")?;
        let list: Option<i64> = select.query_row([id], |row| row.get(0)).optional()?;
        let Some(list) = list else { return Ok(None) };
        let Some(list) = self.enumeration_by_id(list)? else { return Ok(None) };
        let value = list.values.iter().find(|value| value.id == id).cloned();
        Ok(value.map(|value| (list, value)))
    }
}

impl Tx<'_> {
    /// Gives a value another spelling and its next version; a list that it is the default of follows. Documents that
    /// use it are the caller's to change.
    ///
    /// # Errors
    /// What the database says; a spelling that the list has already is an error.
    pub fn enum_rename(&mut self, id: i64, value: &str) -> Result<(), Error> {
        let Some((list, old)) = self.enum_value(id)? else { return Ok(()) };
        let sql = "UPDATE enum_value SET value = $1, lock_version = lock_version + 1, modified = $2, modified_by = $3
             WHERE id = $4";
        self.db.conn.prepare_cached(sql)?.execute(params![value, self.millis(), self.op.by, id])?;
        if list.default.as_deref() == Some(&old.value) {
            let sql = "UPDATE enumeration SET default_value = $1 WHERE id = $2";
            self.db.conn.prepare_cached(sql)?.execute(params![value, list.id])?;
        }
        self.lists_changed()
    }

    /// Hides a value from forms, or shows it again.
    ///
    /// # Errors
    /// What the database says.
    pub fn enum_suppress(&mut self, id: i64, suppressed: bool) -> Result<(), Error> {
        let sql = "UPDATE enum_value SET suppressed = $1 WHERE id = $2";
        self.db.conn.prepare_cached(sql)?.execute(params![suppressed, id])?;
        self.lists_changed()
    }

    /// Puts a value where another one stands, and that one where it stood.
    ///
    /// # Errors
    /// [`Error::NotFound`], or what the database says.
    pub fn enum_place(&mut self, id: i64, position: i64) -> Result<(), Error> {
        let (list, value) = self.enum_value(id)?.ok_or_else(|| Error::missing("enumeration_value"))?;
        let occupant = list.values.iter().find(|other| other.position == position && other.id != id);
        let sql = "UPDATE enum_value SET position = $1 WHERE id = $2";
        if let Some(occupant) = occupant {
            self.db.conn.prepare_cached(sql)?.execute(params![value.position, occupant.id])?;
        }
        self.db.conn.prepare_cached(sql)?.execute(params![position, id])?;
        self.lists_changed()
    }

    /// Takes a value out of its list; the others close up. A list that it was the default of has none then.
    ///
    /// # Errors
    /// What the database says.
    pub fn enum_drop(&mut self, id: i64) -> Result<(), Error> {
        let Some((list, dropped)) = self.enum_value(id)? else { return Ok(()) };
        self.db.conn.prepare_cached("DELETE FROM enum_value WHERE id = $1")?.execute([id])?;
        let sql = "UPDATE enumeration SET default_value = NULL WHERE id = $1 AND default_value = $2";
        self.db.conn.prepare_cached(sql)?.execute(params![list.id, dropped.value])?;
        let left = list.values.iter().filter(|value| value.id != id);
        for (at, value) in left.enumerate() {
            let position = i64::try_from(at).unwrap_or(i64::MAX);
            let sql = "UPDATE enum_value SET position = $1, lock_version = lock_version + 1, modified = $2, modified_by = $3 WHERE id = $4";
            let values = params![position, self.millis(), self.op.by, value.id];
            self.db.conn.prepare_cached(sql)?.execute(values)?;
        }
        self.lists_changed()
    }
}
