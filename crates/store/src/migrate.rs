//! Versions of the file, and the steps between them.

use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// The steps, in order: step `n` makes version `n`. Never edit a released one.
const STEPS: [&str; 6] = [
    include_str!("../sql/1_tables.sql"),
    include_str!("../sql/2_list_authors.sql"),
    include_str!("../sql/3_raised_versions.sql"),
    include_str!("../sql/4_jobs.sql"),
    include_str!("../sql/5_audit.sql"),
    include_str!("../sql/6_lookups.sql"),
];

/// The newest version that this program knows.
pub(crate) const KNOWN: i64 = STEPS.len() as i64;

/// Version of the file; 0 for a new one.
pub(crate) fn version(conn: &Connection) -> Result<i64, Error> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the file to the newest version, in one transaction.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), Error> {
    let found = version(conn)?;
    if found > KNOWN {
        return Err(Error::NewerFile { found, known: KNOWN });
    }
    if found == KNOWN {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = usize::try_from(version(&tx)?).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", KNOWN)?;
    tx.commit()?;
    Ok(())
}
