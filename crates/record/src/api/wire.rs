//! The REST wire, as ArchivesSpace 4.2 speaks it, and the feed that only our own server has.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Header that carries the session token.
pub const SESSION_HEADER: &str = "X-ArchivesSpace-Session";
/// Header that makes a create safe to repeat (our server).
pub const IDEMPOTENCY_HEADER: &str = "Idempotency-Key";
/// Header of a deletion: how far the client followed the feed. Where something that would go too, or lose links,
/// changed since, the deletion is refused as stale (our server).
pub const SEEN_HEADER: &str = "X-Fonds-Seen";
/// Header that names our server and its data directory's identity: `fonds/<version> <uuid>`.
pub const SERVER_HEADER: &str = "X-Fonds-Server";
/// Header of a refusal: the addresses, with blanks between, of the records whose values the refused one would repeat.
pub const CONFLICTING_HEADER: &str = "x-fonds-conflicting-records";

/// Header with the hash of what is sent, by RFC 9530: `sha-256=:<base64>:`.
pub const DIGEST_HEADER: &str = "content-digest";

/// Answer to a login.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Login {
    /// The token for [`SESSION_HEADER`].
    pub session: String,
    /// The user record, with `permissions`.
    pub user: Value,
}

/// Answer to a create or an update.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Saved {
    /// `Created` or `Updated`.
    pub status: String,
    /// Number of the record.
    pub id: u64,
    /// The new current version.
    pub lock_version: i64,
    /// Whether the server changed something beyond what was sent.
    #[serde(default)]
    pub stale: Option<bool>,
    /// Address of the record; absent for actions without a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// `[]` or a map of path to sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Value>,
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// Always 1.
    pub first_page: u64,
    /// Number of the last page.
    pub last_page: u64,
    /// This page's number.
    pub this_page: u64,
    /// Records in all pages (the delete-feed has none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The records.
    pub results: Vec<Value>,
}

/// An error body: text, a map of path to sentences, or (session) a code beside the text.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// Text, or map of path to sentences.
    pub error: Value,
    /// `SESSION_GONE` or `SESSION_EXPIRED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Warnings beside errors of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Value>,
}

/// `GET /feed?after=SEQ&limit=N[&repo_id=R][&run=RUN]`: what happened, in order, for any reader of a repository.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Feed {
    /// Identity of the server's data; another one means another (or restored) server.
    pub server: String,
    /// The entries, ascending by `seq`.
    pub entries: Vec<FeedEntry>,
    /// Where to go on; equal to the asked `after` when there is nothing new.
    pub next: i64,
    /// Whether more waits behind `next`.
    pub more: bool,
    /// Version of the controlled lists: another one means that they are worth fetching again.
    #[serde(default)]
    pub lists: i64,
    /// What the caller may see: another value means that entries were left out, or told as deletions, that are told
    /// now. Whoever finds it changed begins again at 0.
    #[serde(default)]
    pub scope: String,
    /// The server's start that this answer comes from; sent back as `run` with the next `after`.
    #[serde(default)]
    pub run: String,
    /// The server never was where `after` and `run` say: its data were set back to an older copy.
    #[serde(default)]
    pub set_back: bool,
}

/// `GET /bundle?after=ROW[&limit=N][&repo_id=R][&run=RUN&seen=SEQ]`: one part of everything that the feed tells from
/// its start, for whoever begins. Where `seq` of the first part stands, the feed goes on after the last: what changed
/// meanwhile comes there. On the wire it is compressed (zstd), with a `Content-Digest` of what is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Bundle {
    /// Identity of the server's data.
    pub server: String,
    /// What the feed has of these records, deletions included. A `record` has of what is not its own only who made it
    /// and changed it last, and when: address, version and place are the entry's, the rest is derived.
    pub entries: Vec<FeedEntry>,
    /// Where to go on.
    pub next: i64,
    /// Whether more waits behind `next`.
    pub more: bool,
    /// The newest change when the part was read; sent back as `seen` with the next request.
    pub seq: i64,
    /// As in the feed: another value than before means that the parts do not fit together, and to begin again.
    pub scope: String,
    /// The server's start that this answer comes from; sent back as `run`.
    pub run: String,
    /// The server never was where `seen` and `run` say.
    #[serde(default)]
    pub set_back: bool,
    /// Entries in all parts together; told with the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// `GET /bundle/sums[?repo_id=R]`: what the caller may see, by kind and repository, to be compared with what he has.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Sums {
    /// The newest change when it was counted.
    pub seq: i64,
    /// One line for each kind and repository that there are records of.
    pub sums: Vec<KindSum>,
}

/// How many records there are of a kind in a repository, and in which versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindSum {
    /// Kind.
    pub kind: String,
    /// Address of the repository; absent for what lives in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Number of records.
    pub count: u64,
    /// In hexadecimal digits: the sum modulo 2⁶⁴ of the first eight bytes of SHA-256 over each record's address and its
    /// `lock_version` as eight bytes.
    pub sum: String,
}

/// `GET /bundle/versions?kind=KIND[&repo_id=R][&after=ROW]`: the records of one line of [`Sums`], in pages.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Versions {
    /// Address and `lock_version`.
    pub versions: Vec<(String, i64)>,
    /// The `after` of the next page; absent with the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// One change. A record that changed often appears once, at its latest `seq`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FeedEntry {
    /// Place in the order.
    pub seq: i64,
    /// Address of the record.
    pub uri: String,
    /// What happened.
    pub change: Change,
    /// Current version of a saved record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_version: Option<i64>,
    /// The whole record, for `saved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Value>,
    /// Who wrote it and when: in the parts of a bundle, whose records do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authors: Option<Authors>,
    /// Place in the tree, for nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// For nodes: a number that grows along the siblings. It stays the same while others come and go, so a
    /// mirror that keeps it has the right order however the feed was cut into pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
    /// Where a merged or transferred record went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
}

/// Who made a record and changed it last, and when (ISO 8601 UTC).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authors {
    /// Who made it; empty where nobody knows.
    #[serde(default)]
    pub created_by: String,
    /// When.
    #[serde(default)]
    pub create_time: String,
    /// Who changed it last.
    #[serde(default)]
    pub last_modified_by: String,
    /// When.
    #[serde(default)]
    pub user_mtime: String,
}

/// What a feed entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Created or updated (document or place).
    Saved,
    /// Deleted, or merged or moved away (`moved_to`).
    Deleted,
}

/// A node's place: root, parent (none: top level) and rank among its siblings, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Address of the root.
    pub root: String,
    /// Address of the parent node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Rank among the siblings, from 0.
    pub position: u64,
}

/// Sentences by path, as ArchivesSpace spells paths (`extents/0/number`).
pub type Messages = BTreeMap<String, Vec<String>>;

/// Answer of `fonds validate` for one record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// No errors.
    pub valid: bool,
    /// Sentences by path.
    pub errors: Messages,
    /// Advice by path.
    pub warnings: Messages,
}
