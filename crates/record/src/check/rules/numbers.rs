//! Numbers that records keep as text.

/// Digits, perhaps with one or two decimals.
pub(super) fn measure(text: &str) -> bool {
    unsigned(text, usize::MAX, 2)
}

/// A sign, perhaps, then up to nine digits and up to five decimals.
pub(super) fn decimal(text: &str) -> bool {
    unsigned(text.strip_prefix(['-', '+']).unwrap_or(text), 9, 5)
}

/// A sign, perhaps, then digits.
pub(super) fn integer(text: &str) -> bool {
    unsigned(text.strip_prefix(['-', '+']).unwrap_or(text), usize::MAX, 0)
}

fn unsigned(text: &str, digits: usize, decimals: usize) -> bool {
    let run = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    match text.split_once('.') {
        None => run(text, digits),
        Some((whole, fraction)) => run(whole, digits) && run(fraction, decimals),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_text_are_told_from_words() {
        for (text, expected) in [
            ("10", (true, true, true)),
            ("10.5", (true, true, false)),
            ("10.123", (false, true, false)),
            ("-3", (false, true, true)),
            ("1234567890", (true, false, true)),
            ("ten", (false, false, false)),
            ("", (false, false, false)),
            ("1.", (false, false, false)),
        ] {
            assert_eq!((measure(text), decimal(text), integer(text)), expected, "{text}");
        }
    }
}
