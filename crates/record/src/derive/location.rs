//! Locations and their profiles.

use crate::{Record, message};

/// `building, floor, room, area [barcode, classification, label: indicator…]`.
pub(super) fn title(record: &Record) -> Option<String> {
    let building = record.text("building")?;
    let mut title = building.to_owned();
    for property in ["floor", "room", "area"] {
        if let Some(part) = record.text(property) {
            title.push_str(", ");
            title.push_str(part);
        }
    }
    let mut items: Vec<String> =
        ["barcode", "classification"].iter().filter_map(|p| record.text(p)).map(str::to_owned).collect();
    for at in 1..=3 {
        if let Some(label) = record.text(&format!("coordinate_{at}_label")) {
            // ArchivesSpace names a label without an indicator too, with its colon.
            let indicator = record.text(&format!("coordinate_{at}_indicator")).unwrap_or_default();
            items.push(format!("{label}: {indicator}"));
        }
    }
    Some(format!("{title} [{}]", items.join(", ")))
}

/// `name [10d, 20h, 30w Inches]`, or the name when a dimension is missing.
pub(super) fn profile_title(record: &Record) -> Option<String> {
    let name = record.text("name")?;
    let dimensions = (record.text("depth"), record.text("height"), record.text("width"));
    let (Some(depth), Some(height), Some(width)) = dimensions else { return Some(name.to_owned()) };
    let units = record
        .text("dimension_units")
        .map(|units| message::value_label("dimension_units", units))
        .unwrap_or_default();
    Some(format!("{name} [{depth}d, {height}h, {width}w {units}]"))
}
