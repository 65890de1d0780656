//! The bare libraries doing only the unavoidable part. Not product code.

pub(crate) mod ead;
pub(crate) mod http;
pub(crate) mod index;
pub(crate) mod table;
