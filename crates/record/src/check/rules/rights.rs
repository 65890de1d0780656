//! Rules of rights statements.

use super::Level;
use crate::check::codes;

/// Each basis of rights has parts that it cannot be without.
pub(super) fn by_type(level: &mut Level<'_>) {
    let given = level.text("rights_type").unwrap_or_default();
    let needed: &[&str] = match given {
        "copyright" => &["status", "jurisdiction", "start_date"],
        "license" => &["license_terms", "start_date"],
        "statute" => &["statute_citation", "jurisdiction", "start_date"],
        "other" => &["other_rights_basis", "start_date"],
        _ => &[],
    };
    for property in needed {
        if !level.has(property) {
            level.error_with(property, codes::RIGHTS_PART_MISSING, &[("type", given)]);
        }
    }
}

pub(super) fn identifier_type(level: &mut Level<'_>) {
    if !level.has("identifier_type") {
        level.error("identifier_type", codes::IDENTIFIER_TYPE_MISSING);
    }
}
