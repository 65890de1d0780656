//! What can be asked of a desk: one plain function a command, found by name.
//!
//! The window forwards to [`call`], the loopback host and the command line use
//! the same functions.

mod conflicts;
mod connect;
mod decided;
mod drafts;
mod duplicate;
mod enums;
mod failsafe;
mod history;
mod import;
mod lists;
mod many;
mod meanwhile;
mod merged;
mod new;
mod news;
mod outbox;
mod records;
mod search;
mod state;
mod sync;
mod touched;
mod tree;
pub(crate) mod values;

use std::panic::{AssertUnwindSafe, catch_unwind};

use record::api::command::{
    AnswerInput, ApiError, CheckInput, ChildrenInput, ConnectInput, Empty, ImportChoice, ImportInput,
    ListInput, MoveInput, NewInput, NewRepository, NewsInput, PauseInput, PublishInput, ResolveInput,
    SaveInput, SearchInput, SeenInput, SyncSettings, TypeaheadInput, UndoInput, UriInput, UrisInput,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{bad_input, code, with};
use crate::{Desk, Failure};

pub(crate) use crate::background::pause_sync;
pub use conflicts::{conflicts, resolve_conflict};
pub use connect::{connect, disconnect};
pub use drafts::{discard_draft, drafts, keep_draft};
pub use duplicate::duplicate_record;
pub use enums::enums;
pub use failsafe::{answer_sync, sync_settings};
pub use history::{history, operations, redo, undo};
pub use import::{
    Found, Preview, Source, accept, discard, import_accept, import_discard, import_preview, preview,
};
pub use lists::{list, typeahead};
pub use many::{delete_records, publish_records};
pub use merged::carry_over;
pub use new::{Absent, local_address, new_record, new_repository, repository_by_code};
pub(crate) use news::news_has_begun;
pub use news::{news, see_news};
pub use outbox::{outbox, sync_preview};
pub use records::{check_record, delete_record, open_record, save_record};
pub use search::search;
pub(crate) use state::{PAUSED, SERVER, USER};
pub use state::{state, sync_status};
pub use sync::{cancel_sync, sync};
pub use tree::{tree_children, tree_move, tree_path, tree_root};

macro_rules! commands {
    ($($name:ident($input:ty);)*) => {
        /// Names of all commands.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        fn dispatch(desk: &Desk, name: &str, input: Value) -> Result<Value, ApiError> {
            match name {
                $(stringify!($name) => run::<$input, _>(desk, input, $name),)*
                _ => Err(with("unknown_command", &[("name", name)])),
            }
        }
    };
}

commands! {
    state(Empty);
    list(ListInput);
    search(SearchInput);
    typeahead(TypeaheadInput);
    enums(Empty);
    open_record(UriInput);
    check_record(CheckInput);
    new_record(NewInput);
    keep_draft(SaveInput);
    discard_draft(UriInput);
    drafts(Empty);
    save_record(SaveInput);
    delete_record(UriInput);
    delete_records(UrisInput);
    duplicate_record(UriInput);
    publish_records(PublishInput);
    undo(UndoInput);
    redo(Empty);
    operations(Empty);
    history(UriInput);
    tree_root(UriInput);
    tree_children(ChildrenInput);
    tree_path(UriInput);
    tree_move(MoveInput);
    conflicts(Empty);
    resolve_conflict(ResolveInput);
    carry_over(UriInput);
    outbox(Empty);
    sync(Empty);
    cancel_sync(Empty);
    pause_sync(PauseInput);
    sync_status(Empty);
    sync_preview(Empty);
    news(NewsInput);
    see_news(SeenInput);
    sync_settings(SyncSettings);
    answer_sync(AnswerInput);
    connect(ConnectInput);
    disconnect(Empty);
    import_preview(ImportInput);
    import_accept(ImportChoice);
    import_discard(ImportChoice);
    new_repository(NewRepository);
}

/// Runs a command by its name. It blocks; a panic in it is an error to the caller.
///
/// # Errors
/// What the command says, or that there is no such command or that it takes other input.
pub fn call(desk: &Desk, name: &str, input: Value) -> Result<Value, ApiError> {
    let done = catch_unwind(AssertUnwindSafe(|| dispatch(desk, name, input)));
    done.unwrap_or_else(|_| {
        tracing::error!(name, "a command panicked");
        Err(code("internal"))
    })
}

fn run<I: DeserializeOwned, O: Serialize>(
    desk: &Desk,
    input: Value,
    command: impl FnOnce(&Desk, I) -> Result<O, Failure>,
) -> Result<Value, ApiError> {
    let input = match input {
        Value::Null => Value::Object(serde_json::Map::new()),
        other => other,
    };
    let input = serde_json::from_value(input).map_err(|error| bad_input(&error.to_string()))?;
    let output = command(desk, input).map_err(|Failure(error)| error)?;
    serde_json::to_value(output).map_err(|error| bad_input(&error.to_string()))
}

#[cfg(test)]
mod tests;
