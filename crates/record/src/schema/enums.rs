//! Controlled lists as shipped. A repository's own values are added by the caller.

use serde::Deserialize;

use super::names::Names;

/// One controlled list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumList {
    /// Its name, as `extent_extent_type`.
    pub name: String,
    /// Whether values may be added and removed over the API.
    pub editable: bool,
    /// Value that forms preselect.
    #[serde(default)]
    pub default: Option<String>,
    /// Values that may not be removed from an editable list.
    #[serde(default)]
    pub readonly_values: Vec<String>,
    /// The values, in order.
    pub values: Vec<String>,
    #[serde(skip)]
    index: Names,
}

impl EnumList {
    /// Whether the list has `value`.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.index.get(value).is_some()
    }

    pub(super) fn index(&mut self) {
        self.index = Names::new(self.values.iter().map(String::as_str));
    }
}
