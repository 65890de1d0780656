//! Seeded data: finding aids of any size, shaped as real ones are (short
//! titles, one component in five with notes).

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// A small generator of numbers, the same on every machine (xorshift64*).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const WORDS: &[&str] = &[
    "correspondence",
    "minutes",
    "photographs",
    "board",
    "trustees",
    "annual",
    "report",
    "letters",
    "drafts",
    "committee",
    "undated",
    "personal",
    "legal",
    "financial",
    "records",
    "papers",
    "clippings",
    "manuscript",
    "harbour",
    "dredging",
    "survey",
    "pilots",
    "strike",
    "relief",
    "wages",
    "ledger",
    "invoices",
    "charts",
    "vessels",
    "salvage",
    "insurance",
    "claims",
    "emigrants",
    "passages",
    "consul",
    "Antwerp",
    "Bergen",
    "Hamburg",
    "Valparaíso",
    "Halifax",
    "engravings",
    "lectures",
    "diaries",
    "sermons",
    "estate",
    "tenants",
    "maps",
    "plans",
];
const NAMES: &[&str] =
    &["Halloran", "Voss", "Aamodt", "Pryor", "Weiss", "Undurraga", "Delacroix", "Okafor", "Lindqvist"];
const SUBJECTS: &[&str] =
    &["Ship chandlers", "Strikes and lockouts", "Harbors", "Emigration and immigration", "Marine insurance"];

/// The title of component `n`: the words that searches are made of, too.
pub(crate) fn title(numbers: &mut Numbers) -> String {
    let mut title = numbers.pick(NAMES).to_owned();
    for _ in 0..2 + numbers.below(4) {
        title.push(' ');
        title.push_str(numbers.pick(WORDS));
    }
    title
}

/// A finding aid of `components` files in series of two hundred.
pub(crate) fn finding_aid(components: usize, seed: u64) -> String {
    let mut numbers = Numbers::new(seed);
    let mut out = String::with_capacity(components * 420);
    out.push_str(HEAD);
    for n in 0..components {
        if n % 200 == 0 {
            if n > 0 {
                out.push_str("</c01>");
            }
            let (series, title) = (n / 200 + 1, title(&mut numbers));
            write!(out, "<c01 level=\"series\" id=\"s{series}\"><did><unitid>Series {series}</unitid><unittitle>{title}</unittitle></did>").ok();
        }
        component(&mut out, n, &mut numbers);
    }
    out.push_str("</c01></dsc></archdesc></ead>");
    out
}

fn component(out: &mut String, n: usize, numbers: &mut Numbers) {
    let (year, span, title) = (1850 + numbers.below(120), numbers.below(9), title(numbers));
    let end = year + span;
    write!(
        out,
        "<c02 level=\"file\" id=\"f{n}\"><did><unittitle>{title}</unittitle>\
         <unitdate normal=\"{year}/{end}\" type=\"inclusive\">{year}-{end}</unitdate>\
         <container type=\"box\" label=\"mixed materials\">{}</container><container type=\"folder\">{}</container></did>",
        n / 40 + 1,
        n % 40 + 1
    )
    .ok();
    if n.is_multiple_of(5) {
        out.push_str("<scopecontent><p>");
        for _ in 0..6 + numbers.below(8) {
            out.push_str(numbers.pick(WORDS));
            out.push(' ');
        }
        out.push_str("</p></scopecontent>");
    }
    if n.is_multiple_of(10) {
        write!(
            out,
            "<controlaccess><subject source=\"lcsh\">{}</subject></controlaccess>",
            numbers.pick(SUBJECTS)
        )
        .ok();
    }
    out.push_str("</c02>");
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="urn:isbn:1-931666-22-9"><eadheader><eadid>bench</eadid><filedesc><titlestmt><titleproper>Bench</titleproper></titlestmt></filedesc>
<profiledesc><langusage><language langcode="eng" scriptcode="Latn">English</language></langusage></profiledesc></eadheader>
<archdesc level="collection"><did><unitid>BENCH</unitid><unittitle>Harbour records</unittitle><unitdate normal="1850/1980" type="inclusive">1850-1980</unitdate>
<physdesc><extent>400 linear_feet</extent></physdesc><langmaterial><language langcode="eng"/></langmaterial></did><dsc>"#;

/// A component of resource `root` as JSON, about 1.3 KB, one in five with a note.
pub(crate) fn component_record(n: usize, root: &str, numbers: &mut Numbers) -> Value {
    let (year, span) = (1850 + numbers.below(120), numbers.below(9));
    let title = title(numbers);
    let mut record = json!({
        "jsonmodel_type": "archival_object", "ref_id": format!("f{n}"), "level": "file", "title": title, "publish": true,
        "resource": {"ref": root},
        "dates": [{"jsonmodel_type": "date", "date_type": "inclusive", "label": "creation",
            "expression": format!("{year}-{}", year + span), "begin": year.to_string(), "end": (year + span).to_string()}],
        "extents": [{"jsonmodel_type": "extent", "portion": "whole", "number": "1", "extent_type": "linear_feet"}],
    });
    if n.is_multiple_of(5) {
        let words: Vec<&str> = (0..8).map(|_| numbers.pick(WORDS)).collect();
        record["notes"] = json!([{"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": true,
            "persistent_id": format!("n{n}"),
            "subnotes": [{"jsonmodel_type": "note_text", "content": words.join(" "), "publish": true}]}]);
    }
    record
}

/// A collection with everything that one must have.
pub(crate) fn resource_record() -> Value {
    json!({
        "jsonmodel_type": "resource", "title": "Harbour records", "id_0": "BENCH", "level": "collection", "publish": true,
        "finding_aid_language": "eng", "finding_aid_script": "Latn",
        "dates": [{"jsonmodel_type": "date", "date_type": "inclusive", "label": "creation", "begin": "1850", "end": "1980"}],
        "extents": [{"jsonmodel_type": "extent", "portion": "whole", "number": "400", "extent_type": "linear_feet"}],
        "lang_materials": [{"jsonmodel_type": "lang_material",
            "language_and_script": {"jsonmodel_type": "language_and_script", "language": "eng", "script": "Latn"}}],
    })
}

/// The members of a JSON object.
pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
