//! From query text to a tree: words, phrases, prefixes, fields, ranges, AND OR NOT, parentheses.

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Everything.
    All,
    /// A word as typed; punctuation inside is kept for identifiers.
    Word { field: Option<String>, text: String, prefix: bool },
    /// Words in this order.
    Phrase { field: Option<String>, text: String },
    /// From and to, either may be open.
    Range { field: String, from: Option<String>, to: Option<String> },
    /// All of them.
    And(Vec<Node>),
    /// Any of them.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
}

/// The place that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread(pub(crate) String);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Atom(Node),
}

/// Reads a query; one that cannot be read becomes its plain words, and the place is told.
pub(crate) fn parse(text: &str, known: &dyn Fn(&str) -> bool) -> (Node, Option<String>) {
    match read(text, known) {
        Ok(node) => (node, None),
        Err(Unread(place)) => {
            let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| "()[]\"".contains(c)));
            let words: Vec<Node> = words
                .filter(|word| {
                    word.chars().any(char::is_alphanumeric) && !matches!(*word, "AND" | "OR" | "NOT")
                })
                .map(|word| Node::Word { field: None, text: word.to_owned(), prefix: false })
                .collect();
            (if words.is_empty() { Node::All } else { Node::And(words) }, Some(place))
        }
    }
}

/// Marks the last word as unfinished: a search while typing.
pub(crate) fn unfinished(node: &mut Node, text: &str) {
    if !text.ends_with(|c: char| c.is_alphanumeric()) {
        return;
    }
    match node {
        Node::Word { prefix, .. } => *prefix = true,
        Node::And(nodes) | Node::Or(nodes) => {
            if let Some(last) = nodes.last_mut() {
                unfinished(last, text);
            }
        }
        _ => {}
    }
}

fn read(text: &str, known: &dyn Fn(&str) -> bool) -> Result<Node, Unread> {
    let tokens = tokens(text, known)?;
    if tokens.is_empty() {
        return Ok(Node::All);
    }
    let mut rest = Rest { tokens: &tokens, at: 0, depth: 0 };
    let node = rest.or()?;
    if rest.peek().is_some() { Err(rest.unread()) } else { Ok(node) }
}

struct Rest<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

/// Deeper nesting is nothing that a person typed.
const DEEPEST: usize = 50;

impl Rest<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn unread(&self) -> Unread {
        Unread(match self.peek() {
            Some(Token::Open) => "(".to_owned(),
            Some(Token::Close) => ")".to_owned(),
            Some(Token::And) => "AND".to_owned(),
            Some(Token::Or) => "OR".to_owned(),
            Some(Token::Not) => "NOT".to_owned(),
            Some(Token::Atom(_)) | None => String::new(),
        })
    }

    fn or(&mut self) -> Result<Node, Unread> {
        let mut nodes = vec![self.and()?];
        while self.peek() == Some(&Token::Or) {
            self.at += 1;
            nodes.push(self.and()?);
        }
        Ok(one_or(nodes, Node::Or))
    }

    fn and(&mut self) -> Result<Node, Unread> {
        let mut nodes = vec![self.not()?];
        loop {
            match self.peek() {
                Some(Token::And) => self.at += 1,
                Some(Token::Not | Token::Open | Token::Atom(_)) => {}
                _ => return Ok(one_or(nodes, Node::And)),
            }
            nodes.push(self.not()?);
        }
    }

    fn not(&mut self) -> Result<Node, Unread> {
        match self.peek() {
            Some(Token::Not) => {
                self.at += 1;
                if self.peek().is_none() {
                    return Err(Unread("NOT".to_owned()));
                }
                self.deeper()?;
                let node = self.not()?;
                self.depth -= 1;
                Ok(Node::Not(Box::new(node)))
            }
            Some(Token::Open) => {
                self.deeper()?;
                self.at += 1;
                let node = self.or()?;
                if self.peek() != Some(&Token::Close) {
                    return Err(Unread("(".to_owned()));
                }
                self.at += 1;
                self.depth -= 1;
                Ok(node)
            }
            Some(Token::Atom(node)) => {
                let node = node.clone();
                self.at += 1;
                Ok(node)
            }
            _ => Err(self.unread()),
        }
    }

    fn deeper(&mut self) -> Result<(), Unread> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.unread()) } else { Ok(()) }
    }
}

fn one_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        Some(last) => {
            nodes.push(last);
            many(nodes)
        }
        None => Node::All,
    }
}

fn tokens(text: &str, known: &dyn Fn(&str) -> bool) -> Result<Vec<Token>, Unread> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let (token, after) = match c {
            '(' => (Some(Token::Open), rest.get(1..).unwrap_or_default()),
            ')' => (Some(Token::Close), rest.get(1..).unwrap_or_default()),
            '-' if rest
                .get(1..)
                .and_then(|r| r.chars().next())
                .is_some_and(|c| c.is_alphanumeric() || c == '"') =>
            {
                (Some(Token::Not), rest.get(1..).unwrap_or_default())
            }
            _ => atom(rest, known)?,
        };
        tokens.extend(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// One atom and what follows it.
fn atom<'a>(text: &'a str, known: &dyn Fn(&str) -> bool) -> Result<(Option<Token>, &'a str), Unread> {
    let (field, value) = match text.split_once(':') {
        Some((name, value)) if known(name) && value.starts_with(|c: char| !c.is_whitespace()) => {
            (Some(name.to_owned()), value)
        }
        _ => (None, text),
    };
    if let Some(quoted) = value.strip_prefix('"') {
        let (phrase, after) = quoted.split_once('"').ok_or_else(|| Unread(start_of(value)))?;
        return Ok((Some(Token::Atom(Node::Phrase { field, text: phrase.to_owned() })), after));
    }
    if let (Some(field), Some(range)) = (&field, value.strip_prefix('[')) {
        let (range, after) = range.split_once(']').ok_or_else(|| Unread(start_of(value)))?;
        let (from, to) = range.split_once(" TO ").ok_or_else(|| Unread(start_of(value)))?;
        let open = |end: &str| Some(end.trim().to_owned()).filter(|end| end != "*" && !end.is_empty());
        return Ok((
            Some(Token::Atom(Node::Range { field: field.clone(), from: open(from), to: open(to) })),
            after,
        ));
    }
    let end =
        value.find(|c: char| c.is_whitespace() || c == '(' || c == ')' || c == '"').unwrap_or(value.len());
    let (word, after) =
        value.split_at(end.max(value.chars().next().map_or(1, char::len_utf8)).min(value.len()));
    let token = match (word, &field) {
        ("AND" | "&&", None) => Some(Token::And),
        ("OR" | "||", None) => Some(Token::Or),
        ("NOT", None) => Some(Token::Not),
        ("*", None) => Some(Token::Atom(Node::All)),
        (word, _) if !word.chars().any(char::is_alphanumeric) => None,
        (word, _) => {
            let prefix = word.ends_with('*');
            let text = word.trim_end_matches('*').to_owned();
            Some(Token::Atom(Node::Word { field, text, prefix }))
        }
    };
    Ok((token, after))
}

fn start_of(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> bool {
        ["title", "date", "level"].contains(&name)
    }

    fn word(text: &str) -> Node {
        Node::Word { field: None, text: text.to_owned(), prefix: false }
    }

    #[test]
    fn queries_are_read() {
        let check = |text: &str, expected: Node| assert_eq!(parse(text, &known), (expected, None), "{text}");
        check("", Node::All);
        check("maps of  Paris", Node::And(vec![word("maps"), word("of"), word("Paris")]));
        check("a OR b c", Node::Or(vec![word("a"), Node::And(vec![word("b"), word("c")])]));
        check(
            "(a OR b) AND NOT c",
            Node::And(vec![Node::Or(vec![word("a"), word("b")]), Node::Not(Box::new(word("c")))]),
        );
        check("-b a", Node::And(vec![Node::Not(Box::new(word("b"))), word("a")]));
        check("photo*", Node::Word { field: None, text: "photo".to_owned(), prefix: true });
        check("\"two words\"", Node::Phrase { field: None, text: "two words".to_owned() });
        check(
            "title:letter",
            Node::Word { field: Some("title".to_owned()), text: "letter".to_owned(), prefix: false },
        );
        check("nofield:x", word("nofield:x"));
        check("MSS.2019-04/7a", word("MSS.2019-04/7a"));
        let range = |from: Option<&str>, to: Option<&str>| Node::Range {
            field: "date".to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        };
        check("date:[1900 TO 1910]", range(Some("1900"), Some("1910")));
        check("date:[* TO 1910]", range(None, Some("1910")));
    }

    #[test]
    fn what_cannot_be_read_is_plain_words() {
        for (text, place) in [
            ("(a b", "("),
            ("\"a b", "\"a b"),
            ("a AND", ""),
            ("a ) b", ")"),
            ("date:[1900", "[1900"),
            ("NOT", "NOT"),
        ] {
            let (node, unread) = parse(text, &known);
            assert_eq!(unread.as_deref(), Some(place), "{text} {node:?}");
        }
        assert_eq!(parse("(a b", &known).0, Node::And(vec![word("a"), word("b")]));
    }
}
