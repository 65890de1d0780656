//! Everything of our own server in parts, each with its hash; and sums to compare with.

use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use record::api::wire::{Bundle, Sums, Versions};
use sha2::{Digest, Sha256};

use super::client::Answer;
use super::{Client, Error};

const PATH: &str = "/bundle";
/// How often a part is asked for whose hash is wrong.
const TIMES: usize = 3;
/// How many times as long a part mostly is when it is unpacked.
const EXPANDS: usize = 10;
/// Bytes for which there is room before more come.
const USUAL: usize = 64 << 20;
/// Largest part that is unpacked.
const LARGEST: u64 = 1 << 30;

impl Client {
    /// The part behind row `after`; `told` is the server's start, and the newest change then, that the part before told.
    /// An answer that does not fit its hash is asked for again. A server without bundles answers [`Error::NotFound`].
    ///
    /// # Errors
    /// [`Error::Damaged`] when it comes damaged every time, or whatever the request meets.
    pub async fn bundle(&self, after: i64, limit: usize, told: Option<(&str, i64)>) -> Result<Bundle, Error> {
        let (after, limit) = (after.to_string(), limit.to_string());
        let mut query = vec![("after", after.as_str()), ("limit", limit.as_str())];
        let seen = told.map(|(_, seen)| seen.to_string());
        query.extend(told.map(|(run, _)| ("run", run)));
        query.extend(seen.as_deref().map(|seen| ("seen", seen)));
        for _ in 0..TIMES {
            let answer = self.fetch(PATH, &query).await?;
            match &answer.digest {
                // Whatever it is, it is not our server's.
                None => return Err(unreadable(&answer, "there is no hash of it")),
                Some(digest) if *digest == of(&answer.body) => return unpacked(&answer),
                Some(_) => tracing::warn!(after, "a part of a bundle came damaged"),
            }
        }
        Err(Error::Damaged { path: PATH.to_owned() })
    }

    /// How many records the user is shown, and in which versions.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn sums(&self) -> Result<Sums, Error> {
        self.get_as("/bundle/sums", &[]).await
    }

    /// Addresses and versions of the records of a kind, in a repository or in none.
    ///
    /// # Errors
    /// Whatever the request meets.
    pub async fn versions(&self, kind: &str, repository: Option<&str>) -> Result<Vec<(String, i64)>, Error> {
        let (mut all, mut after) = (Vec::new(), String::from("0"));
        loop {
            let mut query = vec![("kind", kind), ("after", &after)];
            let repository = repository.and_then(|uri| uri.rsplit('/').next());
            query.extend(repository.map(|number| ("repo_id", number)));
            let page: Versions = self.get_as("/bundle/versions", &query).await?;
            all.extend(page.versions);
            match page.next {
                Some(next) => after = next.to_string(),
                None => return Ok(all),
            }
        }
    }
}

/// The hash of a body, as the header has it.
pub(super) fn of(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64_STANDARD.encode(Sha256::digest(body)))
}

fn unpacked(answer: &Answer) -> Result<Bundle, Error> {
    let mut text = Vec::with_capacity(answer.body.len().saturating_mul(EXPANDS).min(USUAL));
    let decoder = zstd::Decoder::new(answer.body.as_slice());
    let read = decoder.and_then(|decoder| decoder.take(LARGEST).read_to_end(&mut text));
    read.map_err(|error| unreadable(answer, error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(answer, error))
}

fn unreadable(answer: &Answer, why: impl std::fmt::Display) -> Error {
    Error::Server { status: answer.status.as_u16(), text: format!("unreadable answer to GET {PATH}: {why}") }
}
