//! Every command of the desk with its types: what the generated TypeScript and
//! the desk's dispatch are both held against.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::command::{
    AnswerInput, ApiError, CheckInput, Checked, Children, ChildrenInput, Conflict, ConnectInput, Copied,
    DraftRow, Empty, EnumValues, ImportChoice, ImportInput, ImportPreview, ListInput, MoveInput, NewInput,
    NewRepository, News, NewsInput, OpenRecord, Operation, OutboxRow, PauseInput, Progress, PublishInput,
    ResolveInput, Rows, SaveInput, SaveOutput, SearchInput, SearchOutput, SeenInput, State, SyncPreview,
    SyncReport, SyncSettings, SyncStatus, Touched, TreePath, TreeRoot, TypeaheadInput, UndoInput, UriInput,
    UrisInput, Version,
};

/// One command: its name and the schemas of what goes in and comes out.
#[derive(Debug)]
pub struct Command {
    /// Name, as `open_record`.
    pub name: &'static str,
    /// Schema of its input.
    pub input: Schema,
    /// Schema of its output.
    pub output: Schema,
}

/// All commands, and the definitions that their schemas point at.
#[derive(Debug)]
pub struct Catalogue {
    /// The commands, in the order of the table.
    pub commands: Vec<Command>,
    /// Schemas of the named types.
    pub types: BTreeMap<String, Schema>,
}

fn add<I: JsonSchema, O: JsonSchema>(
    list: &mut Vec<Command>,
    types: &mut SchemaGenerator,
    name: &'static str,
) {
    list.push(Command { name, input: types.subschema_for::<I>(), output: types.subschema_for::<O>() });
}

macro_rules! commands {
    ($($name:ident($input:ty) -> $output:ty;)*) => {
        /// Names of all commands.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// The commands with their types.
        #[must_use]
        pub fn catalogue() -> Catalogue {
            let mut types = SchemaGenerator::default();
            let mut commands = Vec::new();
            $(add::<$input, $output>(&mut commands, &mut types, stringify!($name));)*
            types.subschema_for::<ApiError>();
            types.subschema_for::<Progress>();
            let types = types
                .take_definitions(true)
                .into_iter()
                .filter_map(|(name, schema)| Some((name, Schema::try_from(schema).ok()?)))
                .collect();
            Catalogue { commands, types }
        }
    };
}

commands! {
    state(Empty) -> State;
    list(ListInput) -> Rows;
    search(SearchInput) -> SearchOutput;
    typeahead(TypeaheadInput) -> Rows;
    enums(Empty) -> BTreeMap<String, EnumValues>;
    open_record(UriInput) -> OpenRecord;
    check_record(CheckInput) -> Checked;
    new_record(NewInput) -> OpenRecord;
    keep_draft(SaveInput) -> Touched;
    discard_draft(UriInput) -> Touched;
    drafts(Empty) -> Vec<DraftRow>;
    save_record(SaveInput) -> SaveOutput;
    delete_record(UriInput) -> Touched;
    delete_records(UrisInput) -> Touched;
    duplicate_record(UriInput) -> Copied;
    publish_records(PublishInput) -> Touched;
    undo(UndoInput) -> Touched;
    redo(Empty) -> Touched;
    operations(Empty) -> Vec<Operation>;
    history(UriInput) -> Vec<Version>;
    tree_root(UriInput) -> TreeRoot;
    tree_children(ChildrenInput) -> Children;
    tree_path(UriInput) -> TreePath;
    tree_move(MoveInput) -> Touched;
    conflicts(Empty) -> Vec<Conflict>;
    resolve_conflict(ResolveInput) -> SaveOutput;
    carry_over(UriInput) -> Touched;
    outbox(Empty) -> Vec<OutboxRow>;
    sync(Empty) -> SyncReport;
    cancel_sync(Empty) -> Touched;
    pause_sync(PauseInput) -> SyncStatus;
    sync_status(Empty) -> SyncStatus;
    sync_preview(Empty) -> SyncPreview;
    news(NewsInput) -> News;
    see_news(SeenInput) -> Touched;
    sync_settings(SyncSettings) -> SyncStatus;
    answer_sync(AnswerInput) -> SyncStatus;
    connect(ConnectInput) -> SyncStatus;
    disconnect(Empty) -> Touched;
    import_preview(ImportInput) -> ImportPreview;
    import_accept(ImportChoice) -> Touched;
    import_discard(ImportChoice) -> Touched;
    new_repository(NewRepository) -> Touched;
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_has_types() {
        let catalogue = super::catalogue();
        assert_eq!(catalogue.commands.len(), super::NAMES.len());
        assert!(catalogue.types.contains_key("OpenRecord"));
    }
}
