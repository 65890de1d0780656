//! What a property may hold.

use regex::Regex;
use serde_json::Value;

/// One property of a kind.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name in the document.
    pub name: String,
    /// Kind that declares it (the inherited one for inherited properties): where its label is.
    pub declared_by: String,
    /// What it may hold.
    pub shape: Shape,
    /// Absence is an error.
    pub required: bool,
    /// Absence is warned of.
    pub warned: bool,
    /// Made by the server; dropped from what comes in.
    pub read_only: bool,
    /// Value that an absent property takes.
    pub default: Option<Value>,
    /// How it takes part in search.
    pub search: Option<Search>,
    /// How it is merged.
    pub merge: Option<Merge>,
}

impl Property {
    /// Whether something is to be said when it is absent.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.read_only && (self.required || self.warned)
    }
}

/// The shape of a value.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Text.
    Text(Text),
    /// Whole number.
    Integer,
    /// Number.
    Number,
    /// true or false.
    Boolean,
    /// An inline record of one kind.
    Nested(String),
    /// An inline record of one of several kinds, told apart by `jsonmodel_type`.
    OneOf(Vec<String>),
    /// `{"ref": uri, …}` to one of the kinds, with properties of its own.
    Link {
        /// Kinds that it may point at.
        to: Vec<String>,
        /// `ref` and the reference's own properties.
        properties: Vec<Property>,
    },
    /// A record's address as text.
    UriText {
        /// Kinds that it may point at.
        to: Vec<String>,
    },
    /// A list.
    Array {
        /// What its elements are.
        items: Box<Shape>,
        /// Least number of elements.
        min_items: usize,
    },
    /// Any of several shapes (an address or an inline record; text or a record).
    AnyOf(Vec<Shape>),
    /// An inline object without a kind; empty properties: anything.
    Object {
        /// Its properties.
        properties: Vec<Property>,
    },
}

/// What a text may be.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// Least length in characters.
    pub min: usize,
    /// Greatest length in characters.
    pub max: Option<usize>,
    /// What it must look like, with the pattern's spelling.
    pub pattern: Option<Regex>,
    /// Closed list of values in the schema itself.
    pub choices: Option<Vec<String>>,
    /// Name of the controlled list.
    pub list: Option<String>,
    /// Dates.
    pub format: Option<Format>,
}

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A day, `YYYY-MM-DD`.
    Date,
    /// An instant, ISO 8601.
    DateTime,
}

/// `x-search`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Searched with the greatest weight, shown in hits.
    Title,
    /// Searched by its parts, joined, with any punctuation.
    Identifier,
    /// Searched as prose.
    Text,
    /// Counted and filtered by.
    Facet,
    /// Searched by ranges.
    Date,
}

/// `x-merge`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// A set of links: added and removed element by element; identity is these members.
    Set(Vec<String>),
    /// A list of records with identity by these members (dotted paths).
    Key(Vec<String>),
    /// A list matched by content (longest common subsequence).
    Aligned,
    /// Never merged inside.
    Atomic,
    /// The more restrictive side wins.
    Restrict,
}
