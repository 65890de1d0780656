//! The passage of a hit.

use super::analyze::{Word, words};
use super::document::Passage;

/// Length of a passage, in characters.
const LENGTH: usize = 180;

/// A passage and where its hits are, as `[start, end)` in UTF-16 code units.
pub(crate) type Snippet = (String, Vec<(u32, u32)>);

/// The passage that shows most of the wanted words; `None` when the text has none of them.
pub(crate) fn snippet(passages: &[Passage<'_>], wanted: &[(String, bool)]) -> Option<Snippet> {
    if wanted.is_empty() {
        return None;
    }
    let mut best: Option<(usize, &str, Vec<Word>)> = None;
    for passage in passages.iter().filter(|passage| !is_title(passage.property)) {
        if !may_hold(&passage.text, wanted) {
            continue;
        }
        let hits: Vec<Word> =
            words(&passage.text).into_iter().filter(|word| is_wanted(word, wanted)).collect();
        let score = distinct(&hits);
        if score > best.as_ref().map_or(0, |(score, ..)| *score) {
            best = Some((score, &passage.text, hits));
        }
    }
    let (_, text, hits) = best?;
    Some(cut(text, &hits))
}

/// Whether a text can hold one of the words at all: of ASCII this is told without taking it apart, since nothing but
/// case is folded there.
fn may_hold(text: &str, wanted: &[(String, bool)]) -> bool {
    !text.is_ascii()
        || wanted.iter().any(|(word, _)| {
            let (text, word) = (text.as_bytes(), word.as_bytes());
            text.windows(word.len().max(1)).any(|at| at.eq_ignore_ascii_case(word))
        })
}

fn is_title(property: &str) -> bool {
    matches!(property, "title" | "display_string" | "long_display_string" | "sort_name")
}

fn is_wanted(word: &Word, wanted: &[(String, bool)]) -> bool {
    wanted
        .iter()
        .any(|(text, prefix)| if *prefix { word.text.starts_with(text.as_str()) } else { word.text == *text })
}

fn distinct(hits: &[Word]) -> usize {
    let mut texts: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    texts.len()
}

/// The part of a text that begins a little before the densest hits.
fn cut(text: &str, hits: &[Word]) -> Snippet {
    let reach = |from: usize| {
        text.get(from..).and_then(|t| t.char_indices().nth(LENGTH)).map_or(text.len(), |(at, _)| from + at)
    };
    let densest = hits
        .iter()
        .max_by_key(|hit| {
            let end = reach(hit.from);
            let inside: Vec<Word> =
                hits.iter().filter(|h| h.from >= hit.from && h.to <= end).cloned().collect();
            (distinct(&inside), std::cmp::Reverse(hit.from))
        })
        .map_or(0, |hit| hit.from);
    let lead = text.get(..densest).map_or(0, |before| {
        let back = before.char_indices().rev().nth(LENGTH / 4).map_or(0, |(at, _)| at);
        if back == 0 {
            0
        } else {
            before.get(back..).and_then(|t| t.find(char::is_whitespace)).map_or(back, |at| back + at + 1)
        }
    });
    let mut end = reach(lead);
    if end < text.len()
        && let Some(space) = text.get(lead..end).and_then(|t| t.rfind(char::is_whitespace))
        && hits.iter().all(|hit| hit.from < lead || hit.to <= lead + space || hit.from >= end)
    {
        end = lead + space;
    }
    let lead = text.get(lead..).map_or(lead, |t| lead + t.len() - t.trim_start().len());
    let passage = text.get(lead..end).unwrap_or_default();
    let mut out = String::new();
    if lead > 0 {
        out.push('…');
    }
    let before: usize = out.encode_utf16().count();
    let units = |to: usize| {
        let length: usize = text.get(lead..to).map_or(0, |t| t.encode_utf16().count());
        u32::try_from(before + length).unwrap_or(u32::MAX)
    };
    let marks = hits
        .iter()
        .filter(|hit| hit.from >= lead && hit.to <= end)
        .map(|hit| (units(hit.from), units(hit.to)));
    let marks = marks.collect();
    out.push_str(passage);
    if end < text.len() {
        out.push('…');
    }
    (out, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, wanted: &[(&str, bool)]) -> Option<Snippet> {
        let passage = Passage { property: "notes", text: text.into(), identifier: false, published: true };
        let wanted: Vec<(String, bool)> = wanted.iter().map(|(w, p)| ((*w).to_owned(), *p)).collect();
        snippet(&[passage], &wanted)
    }

    #[test]
    fn hits_are_counted_in_utf16() {
        let (text, hits) = one("𝄞 Éloïse wrote", &[("eloise", false)]).unwrap();
        assert_eq!((text.as_str(), hits.as_slice()), ("𝄞 Éloïse wrote", [(3, 9)].as_slice()));
    }

    #[test]
    fn a_long_text_is_cut_around_its_hits() {
        let text = format!("{} needle {}", "straw ".repeat(200), "straw ".repeat(200));
        let (text, hits) = one(&text, &[("need", true)]).unwrap();
        assert!(text.starts_with('…') && text.ends_with('…') && text.chars().count() < 200, "{text}");
        let units: Vec<u16> = text.encode_utf16().collect();
        let (from, to) = hits[0];
        assert_eq!(String::from_utf16(&units[from as usize..to as usize]).unwrap(), "needle");
        assert!(one("straw", &[("needle", false)]).is_none());
    }
}
