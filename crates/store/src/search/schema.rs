//! The fields of the index.

use tantivy::Index;
use tantivy::schema::{
    Field, IndexRecordOption, JsonObjectOptions, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RAW_TOKENIZER_NAME, TextAnalyzer};

use super::analyze::Folded;

/// Changes when the fields or the analysis change; an index of another version is made anew.
pub(crate) const VERSION: u32 = 3;
const FOLDED: &str = "folded";

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// Row of the record.
    pub(crate) id: Field,
    /// Row of its root; its own for a root.
    pub(crate) root: Field,
    pub(crate) title: Field,
    /// What everybody may read who may see the record; on a desk all of it.
    pub(crate) open: Words,
    /// What stands in parts of a published record that are not published themselves. Of what is not published the
    /// public finds nothing, so nothing is set apart there.
    pub(crate) inner: Words,
    /// What is counted and filtered by, as it is.
    pub(crate) facets: Field,
    /// Every year of its dates.
    pub(crate) years: Field,
}

/// Where words of one sort are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    /// Every spelling of identifiers.
    pub(crate) identifier: Field,
    /// Everything that is written.
    pub(crate) text: Field,
    /// The same by top-level property, for `field:value`.
    pub(crate) props: Field,
}

/// The schema, made from nothing but this file: the facets and properties inside come from `x-search`.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |option| TextFieldIndexing::default().set_tokenizer(FOLDED).set_index_option(option);
    let raw = TextFieldIndexing::default()
        .set_tokenizer(RAW_TOKENIZER_NAME)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    let positions =
        TextOptions::default().set_indexing_options(text(IndexRecordOption::WithFreqsAndPositions));
    let number = NumericOptions::default().set_indexed().set_fast();
    let by_property = JsonObjectOptions::default()
        .set_indexing_options(text(IndexRecordOption::Basic).set_fieldnorms(false));
    let spellings = TextOptions::default().set_indexing_options(raw.clone());
    let mut words = |identifier, text, props| Words {
        identifier: builder.add_text_field(identifier, spellings.clone()),
        text: builder.add_text_field(text, positions.clone()),
        props: builder.add_json_field(props, by_property.clone()),
    };
    let (open, inner) =
        (words("identifier", "text", "props"), words("inner_identifier", "inner_text", "inner_props"));
    let fields = Fields {
        id: builder.add_i64_field("id", number.clone()),
        root: builder.add_i64_field("root", number.clone()),
        title: builder.add_text_field("title", positions.clone()),
        open,
        inner,
        facets: builder.add_json_field(
            "facets",
            JsonObjectOptions::default().set_indexing_options(raw).set_fast(RAW_TOKENIZER_NAME),
        ),
        years: builder.add_i64_field("years", number),
    };
    (builder.build(), fields)
}

/// Gives an index the analysis of this module.
pub(crate) fn register(index: &Index) {
    index.tokenizers().register(FOLDED, TextAnalyzer::from(Folded::default()));
}
