//! Controlled lists as they are here.

use std::collections::BTreeMap;

use record::api::command::{Empty, EnumValues};
use store::Enumeration;

use crate::{Desk, Failure};

/// `enums`: every list with its values.
///
/// # Errors
/// When the disk fails.
pub fn enums(desk: &Desk, _: Empty) -> Result<BTreeMap<String, EnumValues>, Failure> {
    Ok(desk.store().read(|r| r.enumerations())?.into_iter().map(values).collect())
}

fn values(list: Enumeration) -> (String, EnumValues) {
    let (suppressed, values): (Vec<_>, Vec<_>) = list.values.into_iter().partition(|value| value.suppressed);
    let names = |values: Vec<store::EnumValue>| values.into_iter().map(|value| value.value).collect();
    let values = EnumValues {
        values: names(values),
        suppressed: names(suppressed),
        default: list.default,
        editable: list.editable,
    };
    (list.name, values)
}
