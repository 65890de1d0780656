//! `generate_arks_job`: gives an ARK to every record that has none of the present authority.

use super::run::{Done, Run};
use super::sweep::sweep;
use super::types::Asked;
use crate::reply::Failure;

const KINDS: [&str; 2] = ["resource", "archival_object"];

pub(super) fn accepts(asked: &Asked<'_>) -> Result<(), Failure> {
    let on = asked.app.read(|reader| Ok(reader.arks().is_some()))?;
    if on { Ok(()) } else { Err(Failure::Bad(crate::arks::OFF.to_owned())) }
}

pub(super) fn run(run: &Run<'_>) -> Done {
    // A save makes what is missing and leaves what is there.
    sweep(run, "generate_arks", &KINDS, None, &mut |_, stored| Ok(Some(stored.doc)))
}
