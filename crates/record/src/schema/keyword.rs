//! The closed vocabulary: what a schema file may say.

/// A keyword of our own. Each has one consumer; an unknown one is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// Kind whose properties this one inherits; own declarations replace.
    Extends,
    /// Exists only to be extended.
    Abstract,
    /// A nested record that is a reference with properties of its own.
    Reference,
    /// Path of the kind's records.
    Uri,
    /// Permission codes by action.
    Permission,
    /// Properties whose first present one is the title.
    Display,
    /// Properties whose absence is only warned of.
    Warn,
    /// Controlled list of the values.
    Enum,
    /// Kinds that a reference may point at.
    Link,
    /// How the field takes part in search.
    Search,
    /// How a list or field is merged.
    Merge,
}

impl Keyword {
    /// Every keyword, with its spelling, its consumer and its meaning: the source of `schemas/README.md`.
    pub const ALL: [(Self, &'static str, &'static str, &'static str); 11] = [
        (
            Self::Extends,
            "x-extends",
            "record::schema",
            "kind whose properties are inherited; an own declaration replaces",
        ),
        (Self::Abstract, "x-abstract", "record::schema", "exists only to be extended"),
        (
            Self::Reference,
            "x-reference",
            "record::schema",
            "nested record that is a reference with properties of its own",
        ),
        (Self::Uri, "x-uri", "record::uri", "path of the kind's records"),
        (
            Self::Permission,
            "x-permission",
            "server::router",
            "permission codes by action: create, read, update, delete, list",
        ),
        (
            Self::Display,
            "x-display",
            "record::derive",
            "properties, by `|`, of which the first present one is the title; `-` joins parts",
        ),
        (Self::Warn, "x-warn", "record::check", "properties whose absence is only warned of"),
        (
            Self::Enum,
            "x-enum",
            "record::check",
            "controlled list of `schemas/enums` that the value is taken from",
        ),
        (
            Self::Link,
            "x-link",
            "record::refs",
            "kinds that a reference (object with `ref`, or text) may point at",
        ),
        (Self::Search, "x-search", "store::search", "title, identifier, text, facet or date"),
        (
            Self::Merge,
            "x-merge",
            "record::merge",
            "`set:KEYS` (links), `key:KEYS` (items with identity), `aligned` (by content), `atomic`, `restrict` (the more restrictive wins)",
        ),
    ];

    /// The keyword spelled `text`; `None` for an unknown one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, spelling, _, _)| *spelling == text).map(|(keyword, ..)| *keyword)
    }
}
