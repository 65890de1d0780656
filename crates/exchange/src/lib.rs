//! Documents in and out: what other archives' files say, as records.
//!
//! Pure: bytes in, records and problems out. Nothing here opens a file, asks
//! the network or looks at the clock; ids are passed in.
//!
//! ```
//! let xml = r#"<ead><eadheader><eadid>1</eadid></eadheader><archdesc level="fonds"><did>
//!   <unitid>MS 1</unitid><unittitle>Letters</unittitle><unitdate>1901</unitdate>
//!   <physdesc><extent>2 volumes</extent></physdesc></did></archdesc></ead>"#;
//! let import = exchange::ead::read_all("letters.xml", xml.as_bytes(), "2")?;
//! assert_eq!(import.records[0].text("title"), Some("Letters"));
//! # Ok::<(), exchange::ead::Error>(())
//! ```
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ead;
