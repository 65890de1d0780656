//! The commands of the desk: what the window (and the loopback host) may ask.
//!
//! Every command has an input and an output type here; the generated
//! TypeScript of `ui/src/generated` is made from them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Problem;

/// A command that failed: a code that the language files turn into a sentence, with its values.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApiError {
    /// Stable code, as `not_found`; the message is `error-<code>`.
    pub code: String,
    /// What the sentence needs.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub args: Map<String, Value>,
}

/// Input of commands that need none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Empty {}

/// Output of commands that only change something: the tags of what changed
/// (`record:<uri>`, `list:<kind>`, `tree:<root>`, `sync`, `drafts`, `conflicts`).
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Touched {
    /// Tags to ask for again.
    pub touched: Vec<String>,
    /// The operation, for Undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<i64>,
}

/// `state`: what the frame of the window shows.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct State {
    /// Repositories held here.
    pub repositories: Vec<RepositoryState>,
    /// How sending stands.
    pub sync: SyncStatus,
    /// Newest operation that can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Operation>,
    /// Operation that can be done again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redo: Option<Operation>,
    /// Program version.
    pub version: String,
}

/// A repository held here.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryState {
    /// Its address.
    pub uri: String,
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Records by kind.
    pub counts: BTreeMap<String, u64>,
}

/// How sending stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SyncStatus {
    /// Address of the server; none: never connected.
    pub server: Option<String>,
    /// User name there.
    pub user: Option<String>,
    /// Whether the last contact succeeded.
    pub online: bool,
    /// A sync runs.
    pub running: bool,
    /// The password is needed again.
    pub signed_out: bool,
    /// It syncs only when asked to.
    #[serde(default)]
    pub paused: bool,
    /// Percent of the records of a kind that may vanish from the server at once before a person is asked.
    #[serde(default)]
    pub vanish_share: u8,
    /// Records with changes to send.
    pub outbox: u64,
    /// Those of them that the next sync sends: the others need a person.
    #[serde(default)]
    pub waiting: u64,
    /// Records in conflict.
    pub conflicts: u64,
    /// Records that others changed since this user looked.
    #[serde(default)]
    pub news: u64,
    /// Drafts kept.
    pub drafts: u64,
    /// Records that the server refused.
    pub refused: u64,
    /// End of the last complete sync, ISO 8601 UTC.
    pub last_sync: Option<String>,
    /// What went wrong last.
    pub problem: Option<ApiError>,
    /// Progress of the running sync: done and total records, `total` 0 when unknown.
    pub progress: Option<Progress>,
}

/// How far something long is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// What it does: `pull`, `push`, `import`…
    pub task: String,
    /// Done so far.
    pub done: u64,
    /// In all; 0: not known.
    pub total: u64,
}

/// A record in a list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Title as derived.
    pub title: String,
    /// Identifier as derived (call number, component ID…).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Dates in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// Where it stands: titles from the root down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crumbs: Vec<Crumb>,
    /// Passage of a hit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
    /// Marks.
    #[serde(flatten)]
    pub marks: Marks,
}

/// A passage with its hits.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Snippet {
    /// Plain text.
    pub text: String,
    /// Hits, as `[start, end)` in UTF-16 code units (what the UI slices by).
    pub hits: Vec<(u32, u32)>,
}

/// A step of a path.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Crumb {
    /// Address.
    pub uri: String,
    /// Title.
    pub title: String,
}

/// What stands behind a title in lists and trees.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Marks {
    /// In conflict.
    #[serde(default)]
    pub conflict: bool,
    /// Refused by the server, or an error to put right.
    #[serde(default)]
    pub error: bool,
    /// A draft is kept.
    #[serde(default)]
    pub draft: bool,
    /// Saved here, not sent.
    #[serde(default)]
    pub unsent: bool,
    /// Access is restricted.
    #[serde(default)]
    pub restricted: bool,
    /// Not published.
    #[serde(default)]
    pub unpublished: bool,
}

/// `list`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ListInput {
    /// Kinds to list (agents are four).
    pub kinds: Vec<String>,
    /// Repository, for kinds that live in one.
    #[serde(default)]
    pub repo: Option<String>,
    /// First row.
    #[serde(default)]
    pub offset: u64,
    /// Rows, 500 at most.
    pub limit: u64,
}

/// Rows of a list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Rows {
    /// Rows in all.
    pub total: u64,
    /// Those asked for.
    pub rows: Vec<Row>,
}

/// `search`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SearchInput {
    /// Query text: words, `"phrase"`, `prefix*`, `field:value`, `date:[1900 TO 1910]`, AND OR NOT, parentheses.
    pub query: String,
    /// Only these kinds.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Only this repository (and what lives in none).
    #[serde(default)]
    pub repo: Option<String>,
    /// Only below this root.
    #[serde(default)]
    pub root: Option<String>,
    /// Chosen facet values by facet.
    #[serde(default)]
    pub filters: BTreeMap<String, Vec<String>>,
    /// First hit.
    #[serde(default)]
    pub offset: u64,
    /// Hits, 500 at most.
    pub limit: u64,
    /// Answers from what the index holds when much has changed, rather than waiting for all of it.
    #[serde(default)]
    pub at_once: bool,
}

/// Hits of a search.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SearchOutput {
    /// Hits in all.
    pub total: u64,
    /// Those asked for.
    pub hits: Vec<Row>,
    /// Counts by facet (`kind`, `level`, `subjects`, `linked_agents`, `publish`…), most first.
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// The place in the query that could not be read, when it was read as plain words instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Changes that the index does not hold yet, so that what they changed is not found: with `at_once` only.
    pub behind: u64,
}

/// One value of a facet.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct FacetCount {
    /// The value to filter by (an address for links).
    pub value: String,
    /// Its words, where the value is not its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Records.
    pub count: u64,
}

/// `open_record`, and every command about one record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UriInput {
    /// Address.
    pub uri: String,
}

/// `pause_sync`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PauseInput {
    /// Sync only when asked to; else by itself too.
    pub paused: bool,
}

/// A record as the form needs it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenRecord {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Address of its repository, if it lives in one.
    pub repo: Option<String>,
    /// Title as derived.
    pub title: String,
    /// The record as saved here.
    pub record: Map<String, Value>,
    /// A draft that was kept and never saved.
    pub draft: Option<Draft>,
    /// What is wrong with what the form shows (the draft, or else the record).
    pub problems: Vec<Problem>,
    /// From the root down, without the record itself.
    pub crumbs: Vec<Crumb>,
    /// Titles and kinds of every record that this one refers to, by address.
    pub links: BTreeMap<String, Link>,
    /// The open conflict.
    pub conflict: Option<Conflict>,
    /// Why the server refused it last.
    pub refused: Option<ApiError>,
    /// Number of versions in the history.
    pub versions: u64,
    /// Saved here, not sent.
    pub unsent: bool,
    /// When it was last saved here or sent, ISO 8601 UTC.
    pub modified: Option<String>,
}

/// The other end of a reference.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Whether the record itself is held here.
    pub held: bool,
}

/// What was typed and not saved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// The document as typed.
    pub record: Map<String, Value>,
    /// When it was kept, ISO 8601 UTC.
    pub kept: String,
    /// Whether the saved record changed since the draft was begun.
    pub outdated: bool,
}

/// `drafts`: one line of the list of drafts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DraftRow {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Title, as typed or as saved.
    pub title: String,
    /// When it was kept.
    pub kept: String,
}

/// `check_record`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckInput {
    /// Kind.
    pub kind: String,
    /// Address; identity rules leave the record itself out.
    #[serde(default)]
    pub uri: Option<String>,
    /// The document as typed.
    pub record: Map<String, Value>,
}

/// Problems of a record.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// Empty: nothing to say.
    pub problems: Vec<Problem>,
    /// Title as it would be derived.
    pub title: String,
}

/// `new_record`: an address and the defaults of a new record; nothing is stored but the draft.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewInput {
    /// Kind.
    pub kind: String,
    /// Repository, for kinds that live in one.
    #[serde(default)]
    pub repo: Option<String>,
    /// Root of the tree, for nodes.
    #[serde(default)]
    pub root: Option<String>,
    /// Parent node.
    #[serde(default)]
    pub parent: Option<String>,
    /// Sibling that the new node comes after.
    #[serde(default)]
    pub after: Option<String>,
}

/// `keep_draft` and `save_record`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SaveInput {
    /// Address (local for a new record).
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// The document as typed.
    pub record: Map<String, Value>,
}

/// Answer to `save_record`. With errors nothing is saved and the draft is kept.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SaveOutput {
    /// Whether it was saved.
    pub saved: bool,
    /// Errors and warnings.
    pub problems: Vec<Problem>,
    /// The record as saved (derived values filled in).
    pub record: Option<Map<String, Value>>,
    /// Tags of what changed.
    pub touched: Vec<String>,
    /// The operation, for Undo.
    pub op: Option<i64>,
}

/// `duplicate_record`: the copy.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Copied {
    /// Its address.
    pub uri: String,
    /// Tags of what changed.
    pub touched: Vec<String>,
    /// The operation, for Undo.
    pub op: Option<i64>,
}

/// `delete_records`: several records, as one operation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UrisInput {
    /// Addresses.
    pub uris: Vec<String>,
}

/// `publish_records`: several records published or not, as one operation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PublishInput {
    /// Addresses.
    pub uris: Vec<String>,
    /// Whether the public may see them.
    pub publish: bool,
}

/// `operations`, and the last one in [`State`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// Number.
    pub op: i64,
    /// `save`, `delete`, `move`, `import`, `resolve`, `undo`, `redo`, `pull`.
    pub name: String,
    /// Records that it changed.
    pub records: u64,
    /// Title of the first of them.
    pub title: String,
    /// When, ISO 8601 UTC.
    pub at: String,
    /// Who.
    pub by: String,
}

/// `undo` (the newest when no number is given).
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct UndoInput {
    /// Operation to take back.
    #[serde(default)]
    pub op: Option<i64>,
}

/// One version of a record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// Number of the revision; 0 is the present one.
    pub revision: i64,
    /// Operation that ended this version (`current` for the present one).
    pub name: String,
    /// When it came into being.
    pub at: String,
    /// Who made it.
    pub by: String,
    /// The document.
    pub record: Map<String, Value>,
}

/// `tree_root`: the head of a tree.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TreeRoot {
    /// The root itself.
    pub root: TreeRow,
    /// Nodes of the whole tree, without the root.
    pub nodes: u64,
}

/// `tree_children`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ChildrenInput {
    /// Root.
    pub root: String,
    /// Parent; none: the top level.
    #[serde(default)]
    pub parent: Option<String>,
    /// First child.
    #[serde(default)]
    pub offset: u64,
    /// Children, 1,000 at most.
    pub limit: u64,
}

/// Children of a node.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Children {
    /// Children in all.
    pub total: u64,
    /// Those asked for, in order.
    pub rows: Vec<TreeRow>,
}

/// A node in the tree.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct TreeRow {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Title without its dates.
    pub title: String,
    /// Component ID or call number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Level (`series`, `file`…).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Dates in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// Containers in words, as `Box 3, Folder 7`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Children.
    pub children: u64,
    /// Rank among its siblings, from 0.
    pub position: u64,
    /// Marks.
    #[serde(flatten)]
    pub marks: Marks,
}

/// `tree_path`: how to open the tree down to a node.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TreePath {
    /// Root.
    pub root: String,
    /// Nodes from the top level down to the node, with rank.
    pub steps: Vec<TreeStep>,
}

/// One step of a path.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TreeStep {
    /// Address.
    pub uri: String,
    /// Rank among its siblings, from 0.
    pub position: u64,
}

/// `tree_move`: nodes, in order, to a place.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MoveInput {
    /// Root of the tree.
    pub root: String,
    /// Nodes in their new order.
    pub uris: Vec<String>,
    /// New parent; none: the top level.
    #[serde(default)]
    pub parent: Option<String>,
    /// Rank of the first among the new siblings, counted without the moved nodes.
    pub position: u64,
}

/// `typeahead`: the reference picker.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TypeaheadInput {
    /// Kinds that may be chosen.
    pub kinds: Vec<String>,
    /// Repository of the record that refers.
    #[serde(default)]
    pub repo: Option<String>,
    /// What was typed.
    pub text: String,
    /// Most rows.
    pub limit: u64,
}

/// A controlled list as it is here, with the repository's own values.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EnumValues {
    /// Values in order.
    pub values: Vec<String>,
    /// Values that are only kept where they are set already.
    pub suppressed: Vec<String>,
    /// Value that forms preselect.
    pub default: Option<String>,
    /// Whether values may be added.
    pub editable: bool,
}

/// `conflicts`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// `edited`: both changed; `gone`: removed on the server, edited here; `deleted`: deleted here, changed there.
    pub reason: String,
    /// Fields that clash.
    pub fields: Vec<ConflictField>,
    /// Who changed it on the server.
    pub by: Option<String>,
    /// When, ISO 8601 UTC.
    pub at: Option<String>,
    /// The server's version that it is about.
    pub lock_version: i64,
    /// The record that it was merged into on the server, where it went that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<Crumb>,
}

/// One field in conflict. An absent side has no value there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictField {
    /// JSON pointer into the record (list items by their place in mine, else in theirs).
    pub pointer: String,
    /// What both began from.
    pub base: Value,
    /// What was typed here.
    pub mine: Value,
    /// What the server has.
    pub theirs: Value,
    /// Whether both can be kept: it is in an item of a list, which then becomes two.
    #[serde(default)]
    pub both: bool,
}

/// `resolve_conflict`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ResolveInput {
    /// Address.
    pub uri: String,
    /// Choice for every field without one of its own: `mine`, `theirs` or `both`.
    #[serde(default)]
    pub take: Option<Side>,
    /// Choices by pointer.
    #[serde(default)]
    pub fields: BTreeMap<String, Side>,
    /// A whole document instead of choices.
    #[serde(default)]
    pub record: Option<Map<String, Value>>,
    /// The server's version that was shown when it was decided; with another one nothing is decided.
    #[serde(default)]
    pub lock_version: Option<i64>,
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What was typed here.
    Mine,
    /// What the server has.
    Theirs,
    /// One after the other: the item of a list becomes two, mine first.
    Both,
}

/// `outbox`: one record that waits.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OutboxRow {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: String,
    /// `create`, `update`, `delete`, `move`.
    pub action: String,
    /// `waiting`; `sending`: it is on its way; `unanswered`: it was sent, and whether it arrived is asked with the next
    /// sync; `waits`: for another record, which needs a person; `conflict`; `refused`; `needs_value`: refused, and it
    /// uses a value of a list that the server does not have.
    pub state: String,
    /// Why it was refused.
    pub problem: Option<ApiError>,
    /// The record that it waits for.
    #[serde(default)]
    pub waits_for: Option<Crumb>,
    /// The value that the server's list lacks, as `list: value`.
    #[serde(default)]
    pub value: Option<String>,
    /// When it was last edited.
    pub at: Option<String>,
}

/// `sync_preview`: what a sync would send and receive now. Nothing is written, here or there.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SyncPreview {
    /// What would be sent, in that order, then what would stay and why.
    pub sent: Vec<OutboxRow>,
    /// What would come, counted.
    pub received: Vec<Received>,
    /// More would come than was counted.
    pub more: bool,
    /// Everything is read anew: what is here already is not counted.
    pub whole: bool,
}

/// Records of one kind that would come from one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Received {
    /// Kind.
    pub kind: String,
    /// `create`, `update`, `delete`, `move`.
    pub action: String,
    /// Who, as far as the server says.
    pub by: Option<String>,
    /// How many.
    pub count: u64,
}

/// `news`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct NewsInput {
    /// Also what was seen.
    #[serde(default)]
    pub all: bool,
}

/// `news`: what others changed since this user looked last.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct News {
    /// Where it ends: given back to `see_news` when it was looked at.
    pub upto: i64,
    /// The changes, the newest first.
    pub rows: Vec<NewsRow>,
    /// There are more.
    pub more: bool,
    /// When this user looked last, ISO 8601 UTC.
    pub seen: Option<String>,
}

/// One record that one person changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewsRow {
    /// Address.
    pub uri: String,
    /// Kind.
    pub kind: String,
    /// Title, or the one that it had.
    pub title: String,
    /// `create`, `update`, `move`, `delete`.
    pub action: String,
    /// JSON pointers of what changed.
    pub fields: Vec<String>,
    /// Who, as far as the server says.
    pub by: Option<String>,
    /// When, ISO 8601 UTC.
    pub at: String,
    /// Whether it can be opened.
    pub held: bool,
}

/// `see_news`: all of it up to here was seen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SeenInput {
    /// `upto` of the [`News`] that were shown.
    pub upto: i64,
}

/// `connect`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ConnectInput {
    /// Address of the server.
    pub url: String,
    /// User name.
    pub user: String,
    /// Password; kept in the system keyring only.
    pub password: String,
}

/// `import_preview`: files as the window read them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportInput {
    /// Files.
    pub files: Vec<ImportFile>,
    /// Repository that the records go to.
    pub repo: String,
}

/// A file to import, as the window read it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportFile {
    /// Name, for messages.
    pub name: String,
    /// Its bytes in base64: what their encoding is, the file says itself.
    pub bytes: String,
}

/// What an import would make. Nothing is stored before `import_accept`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportPreview {
    /// Number to accept or discard it by.
    pub import: u64,
    /// Records by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Problems.
    pub problems: Vec<ImportProblem>,
    /// Titles of the roots.
    pub roots: Vec<String>,
}

/// A problem of an import.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportProblem {
    /// File name.
    pub file: String,
    /// Line in it, from 1.
    pub line: u64,
    /// Where in the document, as `c02[14]/did/unitdate`.
    pub path: String,
    /// The value that could not be read.
    pub value: String,
    /// Stable code.
    pub code: String,
    /// Sentence in the user's language.
    pub message: String,
}

/// `import_accept`, `import_discard`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportChoice {
    /// Number of the preview.
    pub import: u64,
}

/// `sync_settings`: a setting that is left out stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SyncSettings {
    /// Percent of the records of a kind, 1 to 100, that may vanish from the server at once before a person is asked.
    #[serde(default)]
    pub vanish_share: Option<u8>,
}

/// `answer_sync`: what to do about a problem that only a person can end.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AnswerInput {
    /// Code of the problem: `vanished`, `set_back` or `other_data`.
    pub problem: String,
    /// Whose records hold.
    pub holds: Holds,
}

/// Whose records hold where those of the server are not what they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// What is here and not on the server is sent again, as new.
    Mine,
    /// What is here becomes what the server has.
    Theirs,
}

/// What `sync` did.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SyncReport {
    /// Records taken from the server.
    pub pulled: u64,
    /// Records sent.
    pub pushed: u64,
    /// Records now in conflict.
    pub conflicts: u64,
    /// What was refused, by record.
    pub problems: Vec<SyncProblem>,
    /// After everything was taken: how many records were compared with the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<u64>,
    /// Addresses of those that were not here as the server has them: taken anew, but for what is newer here.
    #[serde(default)]
    pub differing: Vec<String>,
}

/// One refusal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SyncProblem {
    /// Address of the record; empty for the server as a whole.
    pub uri: String,
    /// Stable code.
    pub code: String,
    /// Sentence.
    pub message: String,
}

/// `new_repository`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewRepository {
    /// Short code, unique.
    pub code: String,
    /// Name.
    pub name: String,
}
