//! The kinds of records and their fields, read once from `schemas/`.

mod enums;
mod keyword;
mod names;
mod parse;
mod registry;
mod shape;

pub use enums::EnumList;
pub use keyword::Keyword;
pub use registry::{Kind, Permissions, Registry};
pub use shape::{Format, Merge, Property, Search, Shape, Text};

pub(crate) mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}
