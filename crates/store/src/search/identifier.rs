//! Identifiers in any spelling: `MSS.2019-04/7a` is found by its parts, joined, and with other punctuation.

use super::analyze::fold;

/// Parts beyond these are found by their words only.
const PARTS: usize = 10;

/// Every spelling that an identifier is indexed under: each run of neighbouring parts, joined, with and without
/// leading zeros. The beginning of a spelling is found through the index's own prefix search.
pub(crate) fn spellings(identifier: &str) -> Vec<String> {
    let parts = parts(identifier);
    let short: Vec<String> = parts.iter().map(|part| without_zeros(part)).collect();
    let mut all = runs(&parts);
    if short != parts {
        all.extend(runs(&short));
    }
    all.sort();
    all.dedup();
    all
}

/// What a typed word asks for, as one joined spelling. Empty when there is no letter or digit.
pub(crate) fn joined(word: &str) -> String {
    fold(word).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn parts(identifier: &str) -> Vec<String> {
    fold(identifier)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .flat_map(split_at_digits)
        .take(PARTS)
        .collect()
}

/// `mss2019` is `mss` and `2019`; a single letter behind digits (`7a`) stays with them.
fn split_at_digits(part: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut digits = None;
    for c in part.chars() {
        let is_digit = c.is_numeric();
        match pieces.last_mut() {
            Some(piece) if digits == Some(is_digit) => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        digits = Some(is_digit);
    }
    if pieces.len() == 2
        && let [number, letter] = pieces.as_slice()
        && number.chars().all(char::is_numeric)
        && letter.chars().count() == 1
    {
        return vec![part.to_owned()];
    }
    pieces
}

fn without_zeros(part: &str) -> String {
    let trimmed = part.trim_start_matches('0');
    if trimmed.chars().next().is_some_and(char::is_numeric) { trimmed.to_owned() } else { part.to_owned() }
}

fn runs(parts: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for from in 0..parts.len() {
        let mut run = String::new();
        for part in parts.iter().skip(from) {
            run.push_str(part);
            all.push(run.clone());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_spelling() {
        let all = spellings("MSS.2019-04/7a");
        for typed in [
            "MSS.2019-04/7a",
            "mss2019047a",
            "MSS 2019",
            "2019-04",
            "7A",
            "04/7a",
            "mss-2019-4-7a",
            "MSS",
            "2019.04",
        ] {
            let typed = joined(typed);
            assert!(all.contains(&typed), "{typed} in {all:?}");
        }
        assert!(!all.contains(&"2019047b".to_owned()));
    }
}
