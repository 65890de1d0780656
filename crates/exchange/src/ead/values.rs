//! Words of a file as values of the controlled lists.

use std::collections::HashMap;
use std::sync::LazyLock;

use record::Registry;

/// Whether a repository may add values of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    Open,
    Closed,
}

struct List {
    values: HashMap<String, &'static str>,
    growth: Growth,
}

static LISTS: LazyLock<HashMap<&'static str, List>> = LazyLock::new(|| {
    let lists = Registry::shipped().lists();
    lists
        .map(|list| {
            let values = list.values.iter().map(|value| (key(value), value.as_str())).collect();
            let growth = if list.editable { Growth::Open } else { Growth::Closed };
            (list.name.as_str(), List { values, growth })
        })
        .collect()
});

/// Spellings that mean the same: `Linear Feet`, `linear-feet` and `linear_feet`.
fn key(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '-'], "_")
}

/// The value of a list that `word` spells, if it has one.
pub(super) fn known(list: &str, word: &str) -> Option<&'static str> {
    let values = &LISTS.get(list)?.values;
    // Most files of today spell the values as the lists do.
    if let Some(value) = values.get(word) {
        return Some(*value);
    }
    let key = key(word);
    let key = if list == "name_source" && key == "lcnaf" { "naf" } else { &key };
    values.get(key).copied()
}

/// Whether values may be added to a list.
pub(super) fn growth(list: &str) -> Growth {
    LISTS.get(list).map_or(Growth::Closed, |list| list.growth)
}

/// The bibliographic three-letter code of a language, from any ISO 639 code.
pub(super) fn language(code: &str) -> Option<&'static str> {
    let code = code.trim().to_lowercase();
    let code = LANGUAGES
        .iter()
        .find(|(short, terminology, _)| *short == code || *terminology == code)
        .map_or(code.as_str(), |(_, _, bibliographic)| *bibliographic);
    known("language_iso639_2", code)
}

/// Codes of ISO 639-1 and 639-2/T beside the 639-2/B one that records use.
const LANGUAGES: [(&str, &str, &str); 62] = [
    ("af", "afr", "afr"),
    ("am", "amh", "amh"),
    ("ar", "ara", "ara"),
    ("be", "bel", "bel"),
    ("bg", "bul", "bul"),
    ("bn", "ben", "ben"),
    ("bo", "bod", "tib"),
    ("br", "bre", "bre"),
    ("bs", "bos", "bos"),
    ("ca", "cat", "cat"),
    ("cs", "ces", "cze"),
    ("cy", "cym", "wel"),
    ("da", "dan", "dan"),
    ("de", "deu", "ger"),
    ("el", "ell", "gre"),
    ("en", "eng", "eng"),
    ("eo", "epo", "epo"),
    ("es", "spa", "spa"),
    ("et", "est", "est"),
    ("eu", "eus", "baq"),
    ("fa", "fas", "per"),
    ("fi", "fin", "fin"),
    ("fo", "fao", "fao"),
    ("fr", "fra", "fre"),
    ("fy", "fry", "fry"),
    ("ga", "gle", "gle"),
    ("gd", "gla", "gla"),
    ("gl", "glg", "glg"),
    ("he", "heb", "heb"),
    ("hi", "hin", "hin"),
    ("hr", "hrv", "hrv"),
    ("hu", "hun", "hun"),
    ("hy", "hye", "arm"),
    ("id", "ind", "ind"),
    ("is", "isl", "ice"),
    ("it", "ita", "ita"),
    ("ja", "jpn", "jpn"),
    ("ka", "kat", "geo"),
    ("ko", "kor", "kor"),
    ("la", "lat", "lat"),
    ("lb", "ltz", "ltz"),
    ("lt", "lit", "lit"),
    ("lv", "lav", "lav"),
    ("mi", "mri", "mao"),
    ("mk", "mkd", "mac"),
    ("ms", "msa", "may"),
    ("my", "mya", "bur"),
    ("nb", "nob", "nob"),
    ("nl", "nld", "dut"),
    ("no", "nor", "nor"),
    ("pl", "pol", "pol"),
    ("pt", "por", "por"),
    ("ro", "ron", "rum"),
    ("ru", "rus", "rus"),
    ("sk", "slk", "slo"),
    ("sl", "slv", "slv"),
    ("sq", "sqi", "alb"),
    ("sr", "srp", "srp"),
    ("sv", "swe", "swe"),
    ("tr", "tur", "tur"),
    ("uk", "ukr", "ukr"),
    ("zh", "zho", "chi"),
];

/// The code of a relator: `cre`, `Creator (cre)`, `creator`.
pub(super) fn relator(word: &str) -> Option<&'static str> {
    const LIST: &str = "linked_agent_archival_record_relators";
    let word = word.trim();
    known(LIST, word)
        .or_else(|| {
            let open = word.rfind(['(', '['])?;
            known(LIST, word[open + 1..].trim_end_matches([')', ']']))
        })
        .or_else(|| {
            let term = word.to_lowercase();
            RELATORS.iter().find(|(name, _)| *name == term).and_then(|(_, code)| known(LIST, code))
        })
}

/// The relator terms that finding aids use most.
const RELATORS: [(&str, &str); 34] = [
    ("addressee", "rcp"),
    ("architect", "arc"),
    ("artist", "art"),
    ("associated name", "asn"),
    ("author", "aut"),
    ("binder", "bnd"),
    ("cartographer", "ctg"),
    ("collector", "col"),
    ("compiler", "com"),
    ("composer", "cmp"),
    ("contributor", "ctb"),
    ("correspondent", "crp"),
    ("creator", "cre"),
    ("depositor", "dpt"),
    ("donor", "dnr"),
    ("draftsman", "drm"),
    ("editor", "edt"),
    ("engineer", "eng"),
    ("engraver", "egr"),
    ("former owner", "fmo"),
    ("illustrator", "ill"),
    ("interviewee", "ive"),
    ("interviewer", "ivr"),
    ("musician", "mus"),
    ("originator", "org"),
    ("owner", "own"),
    ("performer", "prf"),
    ("photographer", "pht"),
    ("printer", "prt"),
    ("publisher", "pbl"),
    ("recipient", "rcp"),
    ("speaker", "spk"),
    ("translator", "trl"),
    ("writer of added text", "wat"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_find_their_value() {
        assert_eq!(known("extent_extent_type", "Linear Feet"), Some("linear_feet"));
        assert_eq!(known("instance_instance_type", "mixed materials"), Some("mixed_materials"));
        assert_eq!(known("container_type", "Box"), Some("box"));
        assert_eq!(known("container_type", "bucket"), None);
        assert!(growth("container_type") == Growth::Open && growth("date_type") == Growth::Closed);
        assert_eq!(relator("Creator (cre)"), Some("cre"));
        assert_eq!(relator("photographer"), Some("pht"));
    }

    #[test]
    fn every_code_of_the_tables_is_in_the_lists() {
        for (short, terminology, code) in LANGUAGES {
            assert_eq!(language(short), Some(code));
            assert_eq!(language(terminology), Some(code));
        }
        for (name, code) in RELATORS {
            assert_eq!(relator(name), Some(code), "{name}");
        }
        assert_eq!(language("xx"), None);
    }
}
