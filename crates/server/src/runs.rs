//! Starts of the server, with how far its data were: whoever was further with one of them than it came shows that the
//! data were set back to an older copy.

use store::{Op, Reader, Store};

use crate::serve::Error;

/// Setting: starts, the newest last, as JSON: a random name and the number of the last change before it.
const RUNS: &str = "server_runs";
/// Starts that are remembered. A desk that was away for more of them is not told whether the data were set back.
const MOST: usize = 1000;

type Runs = Vec<(String, i64)>;

/// Notes that the server starts.
pub(crate) fn begin(store: &Store) -> Result<(), Error> {
    let name = uuid::Uuid::new_v4().simple().to_string();
    store.write(Op::typed("start", ""), |tx| {
        let mut runs = all(tx)?;
        runs.push((name, tx.seq()?));
        let old = runs.len().saturating_sub(MOST);
        runs.drain(..old);
        tx.set_setting(RUNS, Some(&serde_json::to_string(&runs)?))
    })?;
    Ok(())
}

/// Name of the present start.
pub(crate) fn present(reader: &Reader<'_>) -> Result<String, store::Error> {
    Ok(all(reader)?.pop().map(|(name, _)| name).unwrap_or_default())
}

/// Whether the data ever were where a desk says it left off: at change `after`, told in the start `run`.
pub(crate) fn reached(reader: &Reader<'_>, run: Option<&str>, after: i64) -> Result<bool, store::Error> {
    let runs = all(reader)?;
    let seq = reader.seq()?;
    let Some(run) = run else { return Ok(after <= seq) };
    let Some(at) = runs.iter().position(|(name, _)| name == run) else { return Ok(runs.len() >= MOST) };
    let end = runs.get(at + 1).map_or(seq, |(_, seq)| *seq);
    Ok(after <= end)
}

fn all(reader: &Reader<'_>) -> Result<Runs, store::Error> {
    let text = reader.setting(RUNS)?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}
