//! Days as people type them: the lenient reading that ArchivesSpace gives to
//! properties of format `date`.

/// What a lenient reading found. `Day` with all three parts can be spelled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    year: Option<i64>,
    month: u32,
    day: u32,
}

impl Day {
    /// `YYYY-MM-DD`, when the text named a year.
    pub(crate) fn iso(self) -> Option<String> {
        let year = self.year.filter(|year| (0..=9999).contains(year))?;
        Some(format!("{year:04}-{:02}-{:02}", self.month, self.day))
    }
}

/// Reads a day from text; `None` when there is none in it.
pub(crate) fn parse(text: &str) -> Option<Day> {
    if text.len() > 128 {
        return None;
    }
    if let Some(day) = spelled(text) {
        return Some(day);
    }
    let words = words(text);
    iso(&words).or_else(|| named_month(&words)).or_else(|| packed(&words)).or_else(|| sparse(&words))
}

/// `1914-05-06` and nothing else: nearly every day there is, read without taking it apart.
fn spelled(text: &str) -> Option<Day> {
    let part = |from: usize, to: usize| {
        let part = text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let whole = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if whole { valid(Some(i64::from(part(0, 4)?)), part(5, 7)?, part(8, 10)?) } else { None }
}

/// A run of digits, of letters, or a separator that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word<'a> {
    Digits(&'a str),
    Letters(&'a str),
    Sign(char),
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class: fn(char) -> bool = if first.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if first.is_alphabetic() {
            char::is_alphabetic
        } else {
            if !first.is_whitespace() {
                words.push(Word::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let end = rest.find(|c| !class(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        words.push(if first.is_ascii_digit() { Word::Digits(word) } else { Word::Letters(word) });
        rest = tail;
    }
    words
}

/// `1914-05-06`, `-0044-03-15`, `1914/5/6`, `6.5.1914`, with anything after it.
fn iso(words: &[Word<'_>]) -> Option<Day> {
    words.windows(5).enumerate().find_map(|(at, window)| {
        let [Word::Digits(a), Word::Sign(s), Word::Digits(b), Word::Sign(t), Word::Digits(c)] = window else {
            return None;
        };
        if s != t || !matches!(s, '-' | '/' | '.') || b.len() > 2 {
            return None;
        }
        let negative = *s == '-' && at > 0 && words.get(at - 1) == Some(&Word::Sign('-'));
        // Only a part of more than two digits can be told from a day.
        let (year, month, day) = if a.len() <= 2 && c.len() > 2 { (c, b, a) } else { (a, b, c) };
        let short = year.len() <= 2;
        let year: i64 = year.parse().ok()?;
        let year = match (negative, short) {
            (true, _) => -year,
            (false, true) => year + if year < 69 { 2000 } else { 1900 },
            (false, false) => year,
        };
        valid(Some(year), month.parse().ok()?, day.parse().ok()?)
    })
}

/// `6 May 1914`, `May 6, 1914`, `May 1914`.
fn named_month(words: &[Word<'_>]) -> Option<Day> {
    let month = words.iter().find_map(|word| match word {
        Word::Letters(name) => month_of(name),
        _ => None,
    })?;
    let numbers: Vec<&str> =
        words.iter().filter_map(|w| if let Word::Digits(d) = w { Some(*d) } else { None }).collect();
    let year = numbers.iter().find(|digits| digits.len() > 2).copied();
    let day = numbers.iter().find(|digits| digits.len() <= 2).copied();
    let year = match (year, day, numbers.as_slice()) {
        (Some(year), ..) => Some(year),
        (None, Some(_), [_, year]) => Some(*year),
        _ => None,
    };
    valid(year.and_then(|y| y.parse().ok()), month, day.map_or(Ok(1), str::parse).ok()?)
}

/// `19140506`, `1914126` (ordinal), `140506`.
fn packed(words: &[Word<'_>]) -> Option<Day> {
    let digits = words.iter().find_map(|w| if let Word::Digits(d) = w { Some(*d) } else { None })?;
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i64>().ok());
    let small = |from: usize, to: usize| part(from, to).and_then(|n| u32::try_from(n).ok());
    match digits.len() {
        8 | 10 | 12 | 14 => valid(part(0, 4), small(4, 6)?, small(6, 8)?),
        6 => valid(part(0, 2).map(|y| y + if y < 69 { 2000 } else { 1900 }), small(2, 4)?, small(4, 6)?),
        _ => None,
    }
}

/// `1914-05` (its first day); `0506` (a day of this year).
fn sparse(words: &[Word<'_>]) -> Option<Day> {
    match words {
        [Word::Digits(year), Word::Sign('-'), Word::Digits(month)] if year.len() > 2 && month.len() == 2 => {
            valid(year.parse().ok(), month.parse().ok()?, 1)
        }
        [Word::Digits(digits)] => match digits.len() {
            1 | 2 => valid(None, 1, digits.parse().ok()?),
            4 => valid(None, digits[..2].parse().ok()?, digits[2..].parse().ok()?),
            _ => None,
        },
        _ => None,
    }
}

fn month_of(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start: String = name.chars().take(3).flat_map(char::to_lowercase).collect();
    MONTHS.iter().position(|month| *month == start).and_then(|at| u32::try_from(at + 1).ok())
}

fn valid(year: Option<i64>, month: u32, day: u32) -> Option<Day> {
    // A day of an unnamed year may be the 29th of February.
    exists(year.unwrap_or(2000), month, day).then_some(Day { year, month, day })
}

/// Whether there was (or will be) such a day: Julian until 4 October 1582, Gregorian from the 15th.
pub(crate) fn exists(year: i64, month: u32, day: u32) -> bool {
    let julian = (year, month, day) < (1582, 10, 5);
    let skipped = !julian && (year, month, day) < (1582, 10, 15);
    let leap = year % 4 == 0 && (julian || year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    !skipped && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_leniently() {
        for (text, expected) in [
            ("1914-05-06", Some("1914-05-06")),
            ("1914-5-6", Some("1914-05-06")),
            ("6 May 1914", Some("1914-05-06")),
            ("May 6, 1914", Some("1914-05-06")),
            ("19140506", Some("1914-05-06")),
            ("1914-05", Some("1914-05-01")),
            ("1914-02-30", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(parse(text).and_then(Day::iso).as_deref(), expected, "{text}");
        }
    }
}
