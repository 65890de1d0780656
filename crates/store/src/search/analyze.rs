//! From text to words: the same for documents, queries and snippets.
//!
//! Words are runs of letters and digits, lower-cased, without accents and other marks; characters of scripts that
//! write no spaces are words of their own. There is no stemming: catalogues mix languages, names and codes, and a
//! prefix (`photograph*`, or the last word while typing) does the same work where it is wanted.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word that is kept, in bytes.
const LONGEST: usize = 250;

/// Lower case without accents: `Éloïse` and `eloise` are the same.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'þ' | 'Þ' => folded.push_str("th"),
            'ø' | 'Ø' => folded.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'ł' | 'Ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// A word and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    let mut push = |from: usize, to: usize| {
        if let Some(raw) = text.get(from..to) {
            let folded = fold(raw);
            if !folded.is_empty() && folded.len() <= LONGEST {
                words.push(Word { text: folded, from, to });
            }
        }
    };
    for (at, c) in text.char_indices() {
        let alone = stands_alone(c);
        let inside = !alone && (c.is_alphanumeric() || (start.is_some() && is_combining_mark(c)));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                push(from, at);
                start = None;
            }
            _ => {}
        }
        if alone {
            push(at, at + c.len_utf8());
        }
    }
    if let Some(from) = start {
        push(from, text.len());
    }
    words
}

/// Characters of scripts without spaces between words.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}' | '\u{0E00}'..='\u{0E7F}')
}

/// Text without inline markup: `<emph>Annals</emph>` is `Annals`.
pub(crate) fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('<') && !text.contains('&') {
        return std::borrow::Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        plain.push_str(before);
        let begins =
            tag.get(1..).and_then(|t| t.chars().next()).is_some_and(|c| c.is_alphabetic() || c == '/');
        match tag.find('>').filter(|_| begins) {
            Some(end) => {
                let name = tag.trim_start_matches(['<', '/']);
                if ["lb", "p>", "p ", "item", "head", "list"].iter().any(|block| name.starts_with(block)) {
                    plain.push(' ');
                }
                rest = tag.get(end + 1..).unwrap_or_default();
            }
            None => {
                plain.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    for (entity, character) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
    {
        if plain.contains(entity) {
            plain = plain.replace(entity, character);
        }
    }
    std::borrow::Cow::Owned(plain)
}

/// The analysis as tantivy calls it.
#[derive(Clone, Default)]
pub(crate) struct Folded {
    token: Token,
}

pub(crate) struct FoldedStream<'a> {
    words: std::vec::IntoIter<Word>,
    token: &'a mut Token,
}

impl Tokenizer for Folded {
    type TokenStream<'a> = FoldedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoldedStream<'a> {
        self.token.reset();
        FoldedStream { words: words(text).into_iter(), token: &mut self.token }
    }
}

impl TokenStream for FoldedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = word.from;
        self.token.offset_to = word.to;
        self.token.text = word.text;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text).iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn words_are_folded() {
        check("Lettres d'Éloïse, 1900–1910", &["lettres", "d", "eloise", "1900", "1910"]);
        check("Straße Łódź Ærø", &["strasse", "lodz", "aero"]);
        check("e\u{301}tude", &["etude"]);
        check("東京 map", &["東", "京", "map"]);
        check("שָׁלוֹם", &["שלום"]);
    }

    #[test]
    fn markup_is_no_text() {
        assert_eq!(plain("The <emph render=\"italic\">Annals</emph> &amp; more"), "The Annals & more");
        assert_eq!(plain("a < b"), "a < b");
        assert_eq!(plain("one<lb/>two"), "one two");
    }
}
