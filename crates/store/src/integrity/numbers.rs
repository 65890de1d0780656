//! Numbers that are given out: the next one must be free.

use std::collections::BTreeMap;

use rusqlite::params;

use super::{Finding, Repair};
use crate::{Error, Op, Reader, Role, Store};

/// The highest number that the address of a record of each kind has.
#[derive(Default)]
pub(super) struct Highest(pub(super) BTreeMap<&'static str, i64>);

impl Highest {
    pub(super) fn see(&mut self, kind: &'static str, number: i64) {
        let highest = self.0.entry(kind).or_insert(0);
        *highest = number.max(*highest);
    }
}

impl Store {
    /// Counters that are behind what they count. They are put right by raising them.
    pub(super) fn numbers(&self, highest: &Highest, repair: Repair) -> Result<Vec<Finding>, Error> {
        let behind = self.read(|reader| behind(reader, highest))?;
        if repair == Repair::Derived && !behind.is_empty() {
            self.write(Op::typed("repair", ""), |tx| {
                // The three of an operation itself are written at its end: those are raised in it.
                behind.iter().try_for_each(|(name, _, least)| match name.as_str() {
                    "seq" | "row" | "operation" => {
                        tx.never_below(name, *least);
                        Ok(())
                    }
                    name => tx.set_counter(name, *least),
                })
            })?;
        }
        let told = |(name, found, least): (String, i64, i64)| Finding {
            repaired: repair == Repair::Derived,
            ..Finding::new("numbers", None, format!("{name} is at {found}, but {least} is taken"))
        };
        Ok(behind.into_iter().map(told).collect())
    }
}

/// Name, value and least value of every counter that is behind.
fn behind(reader: &Reader<'_>, highest: &Highest) -> Result<Vec<(String, i64, i64)>, Error> {
    let most = |sql: &str| -> Result<i64, Error> {
        Ok(reader.db.conn.prepare_cached(sql)?.query_row(params![], |row| row.get(0))?)
    };
    let mut least = vec![
        (
            "seq".to_owned(),
            most(
                "SELECT max((SELECT coalesce(max(seq), 0) FROM record), (SELECT coalesce(max(seq), 0) FROM gone))",
            )?,
        ),
        (
            "row".to_owned(),
            most(
                "SELECT max((SELECT coalesce(max(id), 0) FROM record), (SELECT coalesce(max(id), 0) FROM gone))",
            )?,
        ),
        ("operation".to_owned(), most("SELECT coalesce(max(id), 0) FROM operation")?),
    ];
    if reader.role() == Role::Server {
        least.extend(highest.0.iter().map(|(kind, number)| (format!("number:{kind}"), *number)));
    }
    let mut behind = Vec::new();
    for (name, least) in least {
        let found = reader.counter(&name)?;
        if found < least {
            behind.push((name, found, least));
        }
    }
    Ok(behind)
}
