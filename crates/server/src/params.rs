//! Parameters of a request: path, query string and form body, merged.
//!
//! Names with brackets make lists (`id_set[]=1`, `id_set[0]=1`). What a
//! route does not declare is dropped without a word.

use std::collections::BTreeMap;

use record::api::wire::Messages;

use crate::reply::Failure;

const MISSING: &str = "Parameter required but no value provided";

/// What a parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Integer,
    Boolean,
    /// The number of an existing repository.
    Repository,
    /// A name to log in with.
    Username,
    Texts,
    Integers,
    /// A list, or integers joined by commas.
    IdSet,
}

/// One declared parameter.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) kind: Type,
    pub(crate) required: bool,
}

impl Param {
    /// Parses the router's shorthand: `position:int published_only:bool? children:texts?`.
    pub(crate) fn parse_all(spec: &str) -> Vec<Self> {
        spec.split_whitespace()
            .filter_map(|word| {
                let (name, kind) = word.split_once(':')?;
                let (kind, required) = kind.strip_suffix('?').map_or((kind, true), |kind| (kind, false));
                let kind = match kind {
                    "int" => Type::Integer,
                    "bool" => Type::Boolean,
                    "repo" => Type::Repository,
                    "username" => Type::Username,
                    "texts" => Type::Texts,
                    "ints" => Type::Integers,
                    _ => Type::Text,
                };
                Some(Self { name: name.to_owned(), kind, required })
            })
            .collect()
    }
}

/// A value as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    One(String),
    Many(Vec<String>),
}

/// All parameters as they were sent, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    values: BTreeMap<String, Sent>,
    /// Files of a multipart form.
    pub(crate) files: Vec<Upload>,
}

/// A file of a multipart form: the part's name, the file's name, its bytes.
pub(crate) type Upload = (String, String, Vec<u8>);

impl Params {
    /// Adds the pairs of a query string or of a form body.
    pub(crate) fn add_encoded(&mut self, text: &str) {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.add(&decode(name), decode(value));
        }
    }

    /// Adds one value; a bracket after the name makes a list.
    pub(crate) fn add(&mut self, name: &str, value: String) {
        match name.split_once('[') {
            Some((name, rest)) if !name.is_empty() && rest.ends_with(']') => {
                match self.values.entry(name.to_owned()).or_insert_with(|| Sent::Many(Vec::new())) {
                    Sent::Many(list) => list.push(value),
                    one @ Sent::One(_) => *one = Sent::Many(vec![value]),
                }
            }
            _ => {
                self.values.insert(name.to_owned(), Sent::One(value));
            }
        }
    }

    /// Sets a parameter of the path: it wins over the others.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), Sent::One(value));
    }

    pub(crate) fn sent(&self, name: &str) -> Option<&Sent> {
        self.values.get(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A single value.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name)? {
            Sent::One(text) => Some(text),
            Sent::Many(_) => None,
        }
    }

    /// A list; empty when absent.
    pub(crate) fn texts(&self, name: &str) -> &[String] {
        match self.values.get(name) {
            Some(Sent::Many(list)) => list,
            _ => &[],
        }
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    pub(crate) fn integers(&self, name: &str) -> Vec<i64> {
        self.texts(name).iter().filter_map(|text| text.trim().parse().ok()).collect()
    }

    /// A boolean; `False` when absent.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// The numbers of `id_set`, in whichever of its spellings.
    pub(crate) fn id_set(&self) -> Vec<u64> {
        let parse =
            |text: &str| text.split(',').filter_map(|part| part.trim().parse().ok()).collect::<Vec<u64>>();
        match self.values.get("id_set") {
            Some(Sent::One(text)) => parse(text),
            Some(Sent::Many(list)) => list.iter().flat_map(|text| parse(text)).collect(),
            None => Vec::new(),
        }
    }

    /// Every way in which what was sent is not what was declared.
    pub(crate) fn wrong(&self, declared: &[Param], repository_exists: &dyn Fn(u64) -> bool) -> Messages {
        let mut wrong = Messages::new();
        for param in declared {
            let said = match self.sent(&param.name) {
                None if param.required => Some(MISSING.to_owned()),
                None => None,
                Some(sent) => mismatch(param.kind, sent, repository_exists),
            };
            if let Some(text) = said {
                wrong.entry(param.name.clone()).or_default().push(text);
            }
        }
        wrong
    }
}

/// What is wrong with one value, if anything.
fn mismatch(kind: Type, sent: &Sent, repository_exists: &dyn Fn(u64) -> bool) -> Option<String> {
    let wanted = |name: &str, got: &str| Some(format!("Wanted type {name} but got '{got}'"));
    match (kind, sent) {
        (Type::Text, Sent::One(_)) | (Type::Texts, Sent::Many(_)) => None,
        (Type::Text, Sent::Many(list)) => wanted("String", &list.join(", ")),
        (Type::Integer, Sent::One(text)) => {
            integer(text).is_none().then(|| wanted("Integer", text)).flatten()
        }
        (Type::Integer, Sent::Many(list)) => wanted("Integer", &list.join(", ")),
        (Type::Boolean, Sent::One(text))
            if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
        {
            None
        }
        (Type::Boolean, Sent::One(text)) => wanted("RESTHelpers::BooleanParam", text),
        (Type::Boolean, Sent::Many(list)) => wanted("RESTHelpers::BooleanParam", &list.join(", ")),
        (Type::Repository, Sent::One(text)) => match integer(text) {
            None => wanted("Integer", text),
            Some(number) if u64::try_from(number).is_ok_and(repository_exists) => None,
            Some(_) => Some("Failed validation -- The Repository must exist".to_owned()),
        },
        (Type::Repository, Sent::Many(list)) => wanted("Integer", &list.join(", ")),
        (Type::Username, Sent::One(text)) if username(text).is_some() => None,
        (Type::Username, Sent::One(text)) => wanted("RESTHelpers::UserNameParam", text),
        (Type::Username, Sent::Many(list)) => wanted("RESTHelpers::UserNameParam", &list.join(", ")),
        (Type::Texts, Sent::One(text)) => wanted("[String]", text),
        (Type::Integers, Sent::One(text)) => wanted("[Integer]", text),
        (Type::Integers, Sent::Many(list)) => {
            list.iter().find(|text| integer(text).is_none()).and_then(|text| wanted("Integer", text))
        }
        (Type::IdSet, Sent::One(text)) => bad_id(text.split(',')).and_then(|text| wanted("Integer", text)),
        (Type::IdSet, Sent::Many(list)) => {
            bad_id(list.iter().flat_map(|text| text.split(','))).and_then(|text| wanted("Integer", text))
        }
    }
}

fn bad_id<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    parts.find(|part| integer(part).is_none())
}

fn integer(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// A login name, trimmed and in lower case; `None` when it has characters that a name may not have.
pub(crate) fn username(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    let fits = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.@+'".contains(c));
    fits.then_some(name)
}

/// `wrong` as a refusal, if there is anything in it.
pub(crate) fn refuse(wrong: Messages) -> Result<(), Failure> {
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Params(wrong)) }
}

/// Percent and plus decoding; what is not UTF-8 is replaced, not refused.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let ahead = rest.clone();
                let pair: Vec<u8> = ahead.take(2).collect();
                let code = std::str::from_utf8(&pair)
                    .ok()
                    .filter(|hex| hex.len() == 2 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
                match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(decoded) => {
                        bytes.push(decoded);
                        rest.nth(1);
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Params {
        let mut params = Params::default();
        params.add_encoded(text);
        params
    }

    #[test]
    fn lists_come_in_brackets() {
        let params = sent("a%5B%5D=1&a[]=2&b[0]=x&c=y+z&d=%C3%A9%zz");
        assert_eq!(params.texts("a"), ["1", "2"]);
        assert_eq!(params.texts("b"), ["x"]);
        assert_eq!(params.text("c"), Some("y z"));
        assert_eq!(params.text("d"), Some("é%zz"));
    }

    #[test]
    fn id_sets_come_in_both_spellings() {
        assert_eq!(sent("id_set=1,2").id_set(), [1, 2]);
        assert_eq!(sent("id_set[]=1&id_set[]=2,3").id_set(), [1, 2, 3]);
    }

    #[test]
    fn wrong_values_are_named() {
        let declared = Param::parse_all("id:int flag:bool list:texts? repo_id:repo name:text");
        let wrong = sent("id=abc&flag=TRUE&list=x&repo_id=9").wrong(&declared, &|number| number == 2);
        assert_eq!(wrong["id"], ["Wanted type Integer but got 'abc'"]);
        assert_eq!(wrong["list"], ["Wanted type [String] but got 'x'"]);
        assert_eq!(wrong["repo_id"], ["Failed validation -- The Repository must exist"]);
        assert_eq!(wrong["name"], [MISSING]);
        assert!(!wrong.contains_key("flag"));
    }
}
