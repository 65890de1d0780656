//! What is refused, and why; and that nothing makes the reader panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use exchange::ead::{Limits, Options, Reason, Report, read, read_all};
use proptest::prelude::*;

fn refused(bytes: &[u8]) -> (u64, &'static str, String) {
    let error = read_all("file.xml", bytes, "2").expect_err("is refused");
    assert!(error.to_string().starts_with("file.xml, line "), "{error}");
    (error.line, error.reason.code(), error.message("en"))
}

/// A small finding aid around the given parts.
fn ead(doctype: &str, title: &str) -> String {
    format!(
        "{doctype}<ead><eadheader><eadid>1</eadid></eadheader><archdesc level='fonds'><did><unitid>A</unitid>\
         <unittitle>{title}</unittitle><unitdate>1900</unitdate><physdesc><extent>1 volumes</extent></physdesc>\
         </did></archdesc></ead>"
    )
}

fn title_of(bytes: &[u8]) -> String {
    let import = read_all("file.xml", bytes, "2").unwrap_or_else(|error| panic!("{error}"));
    import.records[0].text("title").unwrap().to_owned()
}

#[test]
fn broken_xml_is_refused_with_its_line() {
    for (xml, line) in [
        ("", 1),
        ("<ead>\n<archdesc>", 2),
        ("<ead>\n<archdesc></did></archdesc></ead>", 2),
        ("<ead><archdesc level=fonds></archdesc></ead>", 1),
        ("<ead>\n\n<archdesc><did>&</did></archdesc></ead>", 3),
        ("<ead><archdesc></archdesc></ead>\n<ead/>", 2),
        ("<ead><archdesc a='1' a='2'/></ead>", 1),
        ("just text", 1),
        ("<ead><archdesc level='", 1),
    ] {
        let (found, code, _) = refused(xml.as_bytes());
        assert_eq!((found, code), (line, "not-well-formed"), "{xml}");
    }
}

#[test]
fn other_formats_are_named() {
    for (xml, name) in [
        ("<eac-cpf xmlns='urn:isbn:1-931666-33-4'/>", "EAC-CPF"),
        ("<ead xmlns='http://ead3.archivists.org/schema/'/>", "EAD3"),
        ("<ead><control/></ead>", "EAD3"),
        ("<mets:mets xmlns:mets='http://www.loc.gov/METS/'/>", "METS"),
        ("<html/>", "html"),
    ] {
        let (_, code, sentence) = refused(xml.as_bytes());
        assert!(["other-format", "not-ead"].contains(&code) && sentence.contains(name), "{sentence}");
    }
    assert_eq!(refused(b"<ead><eadheader/></ead>").1, "no-description");
}

#[test]
fn declared_encodings_are_read() {
    let declared = |name: &str| ead(&format!("<?xml version='1.0' encoding='{name}'?>"), "Café Žižka – x");
    for name in ["UTF-8", "windows-1250"] {
        let text = declared(name);
        let (bytes, ..) = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap().encode(&text);
        assert_eq!(title_of(&bytes), "Café Žižka – x", "{name}");
    }
    let latin = ead("<?xml version='1.0' encoding='ISO-8859-1'?>", "Café")
        .chars()
        .map(|c| c as u8)
        .collect::<Vec<_>>();
    assert_eq!(title_of(&latin), "Café");
    let utf16 = declared("UTF-16");
    let little: Vec<u8> =
        [0xFEFF].into_iter().chain(utf16.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(title_of(&little), "Café Žižka – x");
    assert_eq!(title_of(&big), "Café Žižka – x");
    assert_eq!(title_of(format!("\u{feff}{}", ead("", "Café")).as_bytes()), "Café");
}

#[test]
fn broken_encodings_are_refused() {
    let latin: Vec<u8> = ead("", "\nCafé").chars().map(|c| c as u8).collect();
    assert_eq!(refused(&latin).1, "encoding");
    assert_eq!(refused(ead("<?xml version='1.0' encoding='martian'?>", "x").as_bytes()).1, "encoding");
    let mut cut: Vec<u8> = ead("", "x").encode_utf16().flat_map(u16::to_le_bytes).collect();
    cut.splice(0..0, [0xFF, 0xFE]);
    cut.truncate(cut.len() - 1);
    assert!(["encoding", "not-well-formed"].contains(&refused(&cut).1));
}

#[test]
fn entities_are_resolved_or_refused() {
    let doctype = "<!DOCTYPE ead SYSTEM 'ead.dtd' [<!ENTITY house 'Voss &amp; Sons'><!ENTITY seal SYSTEM 'file:///etc/passwd'>]>";
    assert_eq!(title_of(ead(doctype, "&house; &mdash; &eacute;&#233;").as_bytes()), "Voss &amp; Sons — éé");
    assert_eq!(refused(ead(doctype, "&seal;").as_bytes()).1, "external-entity");
    assert_eq!(title_of(ead("", "A &nonsense; b").as_bytes()), "A &amp;nonsense; b");
    let mut bomb = "<!DOCTYPE ead [<!ENTITY a0 'haha'>".to_owned();
    for level in 1..20 {
        bomb.push_str(&format!(
            "<!ENTITY a{level} '&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};&a{0};'>",
            level - 1
        ));
    }
    bomb.push_str("]>");
    assert_eq!(refused(ead(&bomb, "&a19;").as_bytes()).1, "too-many-entities");
    assert_eq!(refused(ead(&bomb, "&a7;").as_bytes()).1, "too-many-entities");
}

#[test]
fn depth_is_bounded() {
    for tag in ["c", "p"] {
        let deep = format!("<ead><archdesc level='fonds'>{}", format!("<{tag}>").repeat(100_000));
        assert_eq!(refused(deep.as_bytes()).1, "too-deep");
    }
}

/// Gives `first`, then `again` without end.
struct Endless {
    first: &'static [u8],
    again: &'static [u8],
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let take = self.fill_buf()?.len().min(into.len());
        into[..take].copy_from_slice(&self.fill_buf()?[..take]);
        self.consume(take);
        Ok(take)
    }
}

impl BufRead for Endless {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        Ok(match self.at.checked_sub(self.first.len()) {
            None => &self.first[self.at..],
            Some(after) => &self.again[after % self.again.len()..],
        })
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}

fn endless(first: &'static [u8], again: &'static [u8]) -> (Reason, u64) {
    let mut count = 0;
    let mut ids = || {
        count += 1;
        format!("{count:x}")
    };
    let limits = Limits { file: 2 << 20, element: 256 << 10, ..Limits::default() };
    let options =
        Options { repo: "2", ids: &mut ids, cancel: &AtomicBool::new(false), progress: &mut |_| {}, limits };
    let mut given = 0;
    let result: Result<Report, _> =
        read("endless.xml", Endless { first, again, at: 0 }, options, &mut |_| given += 1);
    (result.expect_err("is refused").reason, given)
}

#[test]
fn endless_input_is_refused_without_being_kept() {
    const START: &[u8] = b"<ead><archdesc level='fonds'><did>";
    let piece = Reason::TooLarge { what: "element", limit: 256 << 10 };
    assert_eq!(endless(b"<ead a='", b"x"), (piece.clone(), 0));
    assert_eq!(endless(b"<!-- ", b"x"), (piece.clone(), 0));
    assert_eq!(endless(b"<!DOCTYPE ead [", b"<!ENTITY a 'b'> "), (piece.clone(), 0));
    assert_eq!(endless(START, b"x"), (piece.clone(), 0));
    assert_eq!(endless(START, b"<p>words</p>"), (piece, 0));
    let (reason, given) =
        endless(b"<ead><archdesc level='fonds'>", b"<c level='file'><did><unittitle>t</unittitle></did></c>");
    assert_eq!(reason, Reason::TooLarge { what: "file", limit: 2 << 20 });
    assert!(given > 30_000);
}

#[test]
fn a_cancelled_import_stops() {
    let xml = b"<ead><archdesc level='fonds'><c level='file'/></archdesc></ead>";
    let options = Options {
        repo: "2",
        ids: &mut String::new,
        cancel: &AtomicBool::new(true),
        progress: &mut |_| {},
        limits: Limits::default(),
    };
    let error = read("file.xml", xml.as_slice(), options, &mut |_| {}).expect_err("is stopped");
    assert_eq!(error.reason, Reason::Cancelled);
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name)).unwrap()
}

/// Tags and text in any order, mostly well-formed.
fn soup() -> impl Strategy<Value = String> {
    const NAMES: [&str; 40] = [
        "did",
        "unittitle",
        "unitdate",
        "unitid",
        "physdesc",
        "extent",
        "physfacet",
        "langmaterial",
        "language",
        "container",
        "dao",
        "daogrp",
        "daoloc",
        "daodesc",
        "arc",
        "scopecontent",
        "bioghist",
        "head",
        "p",
        "list",
        "item",
        "defitem",
        "label",
        "chronlist",
        "chronitem",
        "date",
        "event",
        "eventgrp",
        "index",
        "indexentry",
        "persname",
        "subject",
        "ref",
        "controlaccess",
        "origination",
        "bibliography",
        "bibref",
        "c",
        "accessrestrict",
        "legalstatus",
    ];
    const TEXTS: [&str; 12] = [
        "",
        "x",
        "1 box",
        "ca. 3 feet (é)",
        "1900/1910",
        "é—“”",
        "&amp;",
        "&eacute;",
        "&#x1;",
        "\u{1}",
        "  \n ",
        "½",
    ];
    const ATTRIBUTES: [&str; 10] = [
        "",
        " type='box'",
        " id='a'",
        " parent='a'",
        " audience='internal'",
        " normal='1900/1890-13-99'",
        " xlink:label='a'",
        " authfilenumber='é'",
        " label='X [é]'",
        " level='é'",
    ];
    let leaf = (0..TEXTS.len()).prop_map(|at| TEXTS[at].to_owned());
    leaf.prop_recursive(6, 60, 5, |inner| {
        (0..NAMES.len(), 0..ATTRIBUTES.len(), proptest::collection::vec(inner, 0..5)).prop_map(
            |(name, attribute, parts)| {
                format!("<{0}{1}>{2}</{0}>", NAMES[name], ATTRIBUTES[attribute], parts.concat())
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read_all("bytes", bytes.as_slice(), "2"));
    }

    #[test]
    fn any_elements_give_records(parts in proptest::collection::vec(soup(), 0..6)) {
        let xml = format!("<ead><archdesc level='fonds'>{}</archdesc></ead>", parts.concat());
        match read_all("soup", xml.as_bytes(), "2") {
            Ok(import) => prop_assert!(!import.records.is_empty()),
            Err(error) => prop_assert_eq!(error.reason.code(), "not-well-formed", "{}", xml),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_fixture_never_panics(cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..40), 1..5)) {
        let mut bytes = fixture("harbour-photographs.xml");
        for (at, byte, remove) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let end = (at + remove).min(bytes.len());
            bytes.drain(at..end);
            prop_assume!(!bytes.is_empty());
        }
        drop(read_all("mutated", bytes.as_slice(), "2"));
    }
}
