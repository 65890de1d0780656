//! The merge of a long text that both sides rewrote in different places: by paragraphs and sentences.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::check::is_whole;
use crate::schema::{Shape, Text};

/// Texts that may be this long (in characters) are prose; shorter ones (titles, numbers) are one thing.
const PROSE: usize = 30_000;

/// One rewritten place of the base: which of its units, and what stands there instead.
#[derive(Debug, PartialEq)]
struct Rewritten<'a> {
    base: Range<usize>,
    now: Vec<&'a str>,
}

/// Whether a value of this shape is prose.
pub(super) fn is_prose(shape: Option<&Shape>) -> bool {
    let Some(Shape::Text(Text { max, pattern: None, choices: None, list: None, format: None, .. })) = shape
    else {
        return false;
    };
    max.is_some_and(|max| max >= PROSE)
}

/// Both sides' rewritings of `base` in one text, where each keeps to places that the other left alone, with at least
/// a sentence between them, and the inline markup of the result is whole.
pub(super) fn joined(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let [base, mine, theirs] = [base, mine, theirs].map(units);
    let mut places = rewritten(&base, &mine);
    for place in rewritten(&base, &theirs) {
        let touches =
            |other: &Rewritten<'_>| other.base.start <= place.base.end && place.base.start <= other.base.end;
        if !places.contains(&place) {
            if places.iter().any(touches) {
                return None;
            }
            places.push(place);
        }
    }
    places.sort_by_key(|place| place.base.start);
    let mut text = String::new();
    let mut at = 0;
    for place in places {
        text.extend(base.get(at..place.base.start)?.iter().copied());
        text.extend(place.now);
        at = place.base.end;
    }
    text.extend(base.get(at..)?.iter().copied());
    is_whole(&text).then_some(text)
}

/// Sentences, and lines, each with the blanks that follow it.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let (mut start, mut ended) = (0, false);
    for (at, c) in text.char_indices() {
        let blank = c.is_whitespace();
        if ended && !blank {
            units.push(&text[start..at]);
            start = at;
        }
        let before = text[start..at].trim_end().chars().next_back();
        let sentence = blank && before.is_some_and(|c| matches!(c, '.' | '!' | '?' | '…' | '>'));
        ended = c == '\n' || blank && (ended || sentence);
    }
    units.push(&text[start..]);
    units
}

fn rewritten<'a>(base: &[&str], now: &[&'a str]) -> Vec<Rewritten<'a>> {
    let place = |op: DiffOp| match op {
        DiffOp::Equal { .. } => None,
        op => Some(Rewritten {
            base: op.old_range(),
            now: now.get(op.new_range()).unwrap_or_default().to_vec(),
        }),
    };
    capture_diff_slices(Algorithm::Myers, base, now).into_iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "Letters to the firm. Accounts from 1890.\n\nPlans of the works. Photographs.";

    #[track_caller]
    fn check(mine: &str, theirs: &str, expect: Option<&str>) {
        assert_eq!(joined(BASE, mine, theirs).as_deref(), expect);
        assert_eq!(joined(BASE, theirs, mine).as_deref(), expect);
    }

    #[test]
    fn places_apart_are_joined() {
        check(
            "Letters to the firm, 1880-1910. Accounts from 1890.\n\nPlans of the works. Photographs.",
            "Letters to the firm. Accounts from 1890.\n\nPlans of the works. Photographs and albums.",
            Some(
                "Letters to the firm, 1880-1910. Accounts from 1890.\n\nPlans of the works. Photographs and albums.",
            ),
        );
    }

    #[test]
    fn the_same_sentence_is_asked() {
        check(
            "Letters of the firm. Accounts from 1890.\n\nPlans of the works. Photographs.",
            "Letters to the firms. Accounts from 1890.\n\nPlans of the works. Photographs.",
            None,
        );
    }

    #[test]
    fn neighbours_are_asked() {
        check(
            "Letters of the firm. Accounts from 1890.\n\nPlans of the works. Photographs.",
            "Letters to the firm. Accounts from 1889.\n\nPlans of the works. Photographs.",
            None,
        );
    }

    #[test]
    fn additions_at_one_place_are_asked() {
        check(&format!("{BASE} One more."), &format!("{BASE} Another."), None);
    }

    #[test]
    fn a_result_with_broken_markup_is_asked() {
        assert_eq!(
            joined("A <emph>b. C. D</emph> e.", "A b. C. D</emph> e.", "A <emph>b. C. D</emph> f."),
            None
        );
    }

    #[test]
    fn sentences_and_lines_are_units() {
        assert_eq!(units("One. Two!\nThree 3.5 m\n\nFour"), ["One. ", "Two!\n", "Three 3.5 m\n\n", "Four"]);
        assert_eq!(units(""), [""]);
    }
}
