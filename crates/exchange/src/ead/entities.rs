//! Character references, the entities that a file declares itself, and the
//! names of the HTML and ISO sets. Nothing outside the file is ever fetched.

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::Reason;

/// Names and code points, sorted by name, one a line: `eacute E9`.
const NAMED: &str = include_str!("entities.txt");

/// What a reference stands for.
pub(super) enum Resolved<'a> {
    Text(Cow<'a, str>),
    /// Text that had markup in it, which was left out.
    Stripped(String),
    Unknown,
}

enum Declared {
    Text(String),
    External,
}

/// The entities of one file.
pub(super) struct Entities {
    declared: HashMap<String, Declared>,
    spent: u64,
    limit: u64,
}

const DEPTH: usize = 8;

impl Entities {
    pub(super) fn new(limit: u64) -> Self {
        Self { declared: HashMap::new(), spent: 0, limit }
    }

    /// Reads the internal subset of a document type declaration.
    pub(super) fn declare(&mut self, doctype: &str) {
        let mut rest = doctype;
        while let Some(at) = rest.find("<!") {
            rest = &rest[at + 2..];
            if let Some(comment) = rest.strip_prefix("--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            } else if let Some(entity) = rest.strip_prefix("ENTITY") {
                rest = self.entity(entity);
            }
        }
    }

    fn entity<'a>(&mut self, text: &'a str) -> &'a str {
        let text = text.trim_start();
        if text.starts_with('%') {
            return text;
        }
        let name_end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
        let (name, rest) = text.split_at(name_end);
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = match quote.and_then(|quote| rest[1..].find(quote).map(|end| (end, &rest[1..]))) {
            Some((end, inner)) => (Declared::Text(inner[..end].to_owned()), &inner[end + 1..]),
            None => (Declared::External, rest),
        };
        // The first declaration of a name is the one that counts.
        self.declared.entry(name.to_owned()).or_insert(value);
        rest
    }

    /// What `&name;` stands for.
    pub(super) fn resolve(&mut self, name: &str) -> Result<Resolved<'static>, Reason> {
        if let Some(digits) = name.strip_prefix('#') {
            let text = character(digits)
                .ok_or_else(|| Reason::NotWellFormed(format!("&{name}; is not a character")))?;
            return Ok(Resolved::Text(Cow::Owned(text.to_string())));
        }
        if let Some(text) = predefined(name) {
            return Ok(Resolved::Text(Cow::Borrowed(text)));
        }
        if self.declared.contains_key(name) {
            let mut out = String::new();
            let markup = self.expand(name, 0, &mut out)?;
            return Ok(if markup { Resolved::Stripped(out) } else { Resolved::Text(Cow::Owned(out)) });
        }
        Ok(named(name).map_or(Resolved::Unknown, |text| Resolved::Text(Cow::Owned(text))))
    }

    /// Writes what `name` stands for; true when markup was left out.
    fn expand(&mut self, name: &str, depth: usize, out: &mut String) -> Result<bool, Reason> {
        let value = match self.declared.get(name) {
            Some(Declared::Text(value)) if depth < DEPTH => value.clone(),
            Some(Declared::Text(_)) => return Err(self.too_much()),
            Some(Declared::External) => return Err(Reason::ExternalEntity(name.to_owned())),
            None => {
                match predefined(name).map(str::to_owned).or_else(|| named(name)) {
                    Some(text) => out.push_str(&text),
                    None => out.push_str(&format!("&{name};")),
                }
                return Ok(false);
            }
        };
        self.spent += value.len() as u64 + 1;
        if self.spent > self.limit {
            return Err(self.too_much());
        }
        let mut markup = false;
        let mut rest = value.as_str();
        while let Some(at) = rest.find(['&', '<']) {
            out.push_str(&rest[..at]);
            if rest[at..].starts_with('<') {
                markup = true;
                rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
                continue;
            }
            let Some(end) = rest[at..].find(';') else {
                rest = &rest[at..];
                break;
            };
            let inner = &rest[at + 1..at + end];
            match inner.strip_prefix('#').map(character) {
                Some(Some(c)) => out.push(c),
                Some(None) => {}
                None => markup |= self.expand(inner, depth + 1, out)?,
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        Ok(markup)
    }

    fn too_much(&self) -> Reason {
        Reason::TooLarge { what: "entities", limit: self.limit }
    }

    /// An attribute's value with its references resolved and its blanks normalised.
    /// Unknown references stay as they are written and are told to `unknown`.
    pub(super) fn attribute<'a>(
        &mut self,
        raw: &'a str,
        unknown: &mut dyn FnMut(&str),
    ) -> Result<Cow<'a, str>, Reason> {
        if !raw.bytes().any(|byte| byte == b'&' || byte < b' ') {
            return Ok(Cow::Borrowed(raw));
        }
        let mut out = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('&') {
            blanks(&rest[..at], &mut out);
            let Some(end) = rest[at..].find(';') else {
                return Err(Reason::NotWellFormed("an & in an attribute stands alone".to_owned()));
            };
            let name = &rest[at + 1..at + end];
            match self.resolve(name)? {
                Resolved::Text(text) => out.push_str(&text),
                Resolved::Stripped(text) => out.push_str(&text),
                Resolved::Unknown => {
                    unknown(name);
                    out.push_str(&rest[at..=at + end]);
                }
            }
            rest = &rest[at + end + 1..];
        }
        blanks(rest, &mut out);
        Ok(Cow::Owned(out))
    }
}

fn blanks(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if c < ' ' { ' ' } else { c }));
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

fn character(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r'))
}

/// The characters of a name from the HTML and ISO sets.
fn named(name: &str) -> Option<String> {
    use std::sync::LazyLock;
    static TABLE: LazyLock<HashMap<&'static str, &'static str>> =
        LazyLock::new(|| NAMED.lines().filter_map(|line| line.split_once(' ')).collect());
    TABLE
        .get(name)?
        .split(' ')
        .map(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(entities: &mut Entities, name: &str) -> Result<String, Reason> {
        Ok(match entities.resolve(name)? {
            Resolved::Text(text) => text.into_owned(),
            Resolved::Stripped(text) => format!("stripped {text}"),
            Resolved::Unknown => "unknown".to_owned(),
        })
    }

    #[test]
    fn names_of_the_sets_and_of_the_file_are_known() {
        let mut entities = Entities::new(1000);
        entities.declare(
            "ead SYSTEM \"ead.dtd\" [<!-- <!ENTITY no 'x'> --><!ENTITY house \"Voss &amp; S&oslash;ns\">
             <!ENTITY firm '&house; Ltd'> <!ENTITY seal SYSTEM \"seal.gif\" NDATA gif> <!ENTITY % set SYSTEM \"x\"> %set;
             <!ENTITY bold '<emph>B</emph>'>]",
        );
        assert_eq!(text(&mut entities, "eacute").unwrap(), "é");
        assert_eq!(text(&mut entities, "mdash").unwrap(), "—");
        assert_eq!(text(&mut entities, "nbsp").unwrap(), "\u{a0}");
        assert_eq!(text(&mut entities, "ccaron").unwrap(), "č");
        assert_eq!(text(&mut entities, "#xE9").unwrap(), "é");
        assert_eq!(text(&mut entities, "firm").unwrap(), "Voss & Søns Ltd");
        assert_eq!(text(&mut entities, "bold").unwrap(), "stripped B");
        assert_eq!(text(&mut entities, "no").unwrap(), "unknown");
        assert_eq!(text(&mut entities, "seal").unwrap_err(), Reason::ExternalEntity("seal".to_owned()));
    }

    #[test]
    fn a_bomb_is_defused() {
        let mut entities = Entities::new(10_000);
        let mut doctype = "<!ENTITY a0 'ha'>".to_owned();
        for level in 1..8 {
            let inner = format!("&a{};", level - 1).repeat(10);
            doctype.push_str(&format!("<!ENTITY a{level} '{inner}'>"));
        }
        doctype.push_str("<!ENTITY loop '&loop;'>");
        entities.declare(&doctype);
        assert!(matches!(text(&mut entities, "a7"), Err(Reason::TooLarge { what: "entities", .. })));
        assert!(matches!(text(&mut entities, "loop"), Err(Reason::TooLarge { what: "entities", .. })));
    }
}
