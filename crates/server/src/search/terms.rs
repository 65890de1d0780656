//! Advanced queries: JSON trees of conditions, asked of the index where it can say it, else of each document.

use serde_json::{Map, Value};

use crate::reply::Failure;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    All(Vec<Term>),
    Any(Vec<Term>),
    Not(Box<Term>),
    /// The words (or, when literal, the very text) stand in a field; without a field anywhere.
    Holds {
        field: Option<String>,
        text: String,
        literal: bool,
    },
    /// The field says nothing.
    Empty(String),
    /// From and to, both inclusive, compared as text; days and moments compare as they are written.
    Between {
        field: String,
        from: Option<String>,
        to: Option<String>,
    },
}

impl Term {
    /// Reads an `advanced_query`, or the query inside of one.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let wrong = || Failure::param(name, "Must be an advanced query in JSON");
        let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
        let query = value.get("query").unwrap_or(&value);
        Self::of(query).ok_or_else(wrong)
    }

    fn of(value: &Value) -> Option<Self> {
        let map = value.as_object()?;
        let text = |name: &str| map.get(name).and_then(Value::as_str);
        let term = match text("jsonmodel_type")? {
            "boolean_query" => return Self::boolean(text("op")?, map.get("subqueries")?.as_array()?),
            "field_query" if text("comparator") == Some("empty") => Self::Empty(field(text("field")?)?),
            "field_query" => Self::Holds {
                field: field(text("field")?),
                text: text("value")?.to_owned(),
                literal: map.get("literal") == Some(&Value::Bool(true)),
            },
            "boolean_field_query" => Self::Holds {
                field: field(text("field")?),
                text: map.get("value")?.as_bool()?.to_string(),
                literal: true,
            },
            "date_field_query" if text("comparator") == Some("empty") => Self::Empty(field(text("field")?)?),
            "date_field_query" => Self::date(map, field(text("field")?)?)?,
            "range_query" => Self::Between {
                field: field(text("field")?)?,
                from: text("from").map(str::to_owned),
                to: text("to").map(str::to_owned),
            },
            _ => return None,
        };
        let negated = map.get("negated") == Some(&Value::Bool(true));
        Some(if negated { Self::Not(Box::new(term)) } else { term })
    }

    fn boolean(op: &str, parts: &[Value]) -> Option<Self> {
        let mut terms: Vec<Self> = parts.iter().map(Self::of).collect::<Option<_>>()?;
        Some(match op {
            "OR" => Self::Any(terms),
            // The first one, without the others.
            "NOT" if terms.len() > 1 => {
                let rest = terms.split_off(1);
                terms.extend(rest.into_iter().map(|term| Self::Not(Box::new(term))));
                Self::All(terms)
            }
            "NOT" => Self::Not(Box::new(Self::All(terms))),
            _ => Self::All(terms),
        })
    }

    /// A day, a month or a year: before it, after it, or in it.
    fn date(map: &Map<String, Value>, field: String) -> Option<Self> {
        let value = map.get("value")?.as_str()?.to_owned();
        // Every moment within starts with the value; `~` sorts after everything that a moment goes on with.
        let end = format!("{value}~");
        Some(match map.get("comparator").and_then(Value::as_str) {
            Some("greater_than") => Self::Between { field, from: Some(end), to: None },
            Some("lesser_than") => Self::Not(Box::new(Self::Between { field, from: Some(value), to: None })),
            _ => Self::Between { field, from: Some(value), to: Some(end) },
        })
    }

    /// The conditions that it joins, all of which are to hold.
    pub(super) fn parts(self) -> Vec<Self> {
        match self {
            Self::All(terms) => terms.into_iter().flat_map(Self::parts).collect(),
            term => vec![term],
        }
    }

    /// The same in the words of the index; `None` when the index cannot say it.
    pub(super) fn as_text(&self) -> Option<String> {
        let joined = |terms: &[Self], word: &str| {
            let parts: Vec<String> = terms.iter().map(Self::as_text).collect::<Option<_>>()?;
            (!parts.is_empty()).then(|| format!("({})", parts.join(word)))
        };
        match self {
            Self::All(terms) => joined(terms, " AND "),
            Self::Any(terms) => joined(terms, " OR "),
            Self::Holds { field, text, literal } => {
                let plain: String =
                    text.chars().map(|c| if "\"():[]".contains(c) { ' ' } else { c }).collect();
                let plain = plain.trim();
                if plain.is_empty() {
                    return None;
                }
                let before = match field.as_deref() {
                    None => "",
                    Some("title") => "title:",
                    Some("identifier") => "identifier:",
                    Some("subjects_text" | "subjects") if !literal => "subjects:",
                    Some("creators_text" | "creators") if !literal => "creator:",
                    Some("notes") => "notes:",
                    Some(_) => return None,
                };
                let many = *literal || plain.contains(char::is_whitespace);
                Some(match (many, literal, before) {
                    (true, false, "") => format!("({plain})"),
                    (true, ..) => format!("{before}\"{plain}\""),
                    (false, ..) => format!("{before}{plain}"),
                })
            }
            Self::Not(_) | Self::Empty(_) | Self::Between { .. } => None,
        }
    }

    /// Whether a document of the index fulfils it.
    pub(super) fn fits(&self, document: &Map<String, Value>) -> bool {
        match self {
            Self::All(terms) => terms.iter().all(|term| term.fits(document)),
            Self::Any(terms) => terms.iter().any(|term| term.fits(document)),
            Self::Not(term) => !term.fits(document),
            Self::Empty(field) => values(document, field).is_empty(),
            Self::Between { field, from, to } => values(document, field).iter().any(|value| {
                from.as_ref().is_none_or(|from| value >= from) && to.as_ref().is_none_or(|to| value <= to)
            }),
            Self::Holds { field: None, text, literal } => {
                let all: String = document.values().map(Value::to_string).collect();
                holds(&all, text, *literal)
            }
            Self::Holds { field: Some(field), text, literal } => {
                values(document, field).iter().any(|value| {
                    if *literal {
                        value == text || value.eq_ignore_ascii_case(text)
                    } else {
                        holds(value, text, false)
                    }
                })
            }
        }
    }
}

fn holds(value: &str, text: &str, literal: bool) -> bool {
    let (value, text) = (value.to_lowercase(), text.to_lowercase());
    if literal {
        return value.contains(&text);
    }
    text.split(|c: char| !(c.is_alphanumeric() || c == '*')).filter(|word| !word.is_empty()).all(|word| {
        match word.strip_suffix('*') {
            Some(start) => value.split(|c: char| !c.is_alphanumeric()).any(|there| there.starts_with(start)),
            None => value.split(|c: char| !c.is_alphanumeric()).any(|there| there == word),
        }
    })
}

/// The values of a field, as text.
pub(super) fn values(document: &Map<String, Value>, field: &str) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match document.get(field) {
        Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The field that a name means; none for every field.
fn field(name: &str) -> Option<String> {
    match name {
        "keyword" => None,
        "creators" => Some("creators_text".to_owned()),
        "subjects" => Some("subjects_text".to_owned()),
        "published" => Some("publish".to_owned()),
        other => Some(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(query: Value) -> Term {
        Term::read("aq", &json!({"jsonmodel_type": "advanced_query", "query": query}).to_string()).unwrap()
    }

    fn field_query(field: &str, value: &str) -> Value {
        json!({"jsonmodel_type": "field_query", "field": field, "value": value})
    }

    #[test]
    fn what_the_index_knows_is_said_in_its_words() {
        let both = json!({
            "jsonmodel_type": "boolean_query", "op": "AND",
            "subqueries": [field_query("keyword", "letters home"), field_query("title", "strike")],
        });
        assert_eq!(read(both).as_text().unwrap(), "((letters home) AND title:strike)");
        assert_eq!(read(field_query("user_mtime", "x")).as_text(), None);
    }

    #[test]
    fn documents_are_asked_for_the_rest() {
        let document =
            json!({"title": "Letters home", "user_mtime": "2024-05-06T10:00:00Z", "publish": true});
        let document = document.as_object().unwrap();
        let date = |comparator: &str, value: &str| json!({"jsonmodel_type": "date_field_query", "field": "user_mtime", "comparator": comparator, "value": value, "precision": "month"});
        assert!(read(date("equal", "2024-05")).fits(document));
        assert!(!read(date("greater_than", "2024-05")).fits(document));
        assert!(read(date("lesser_than", "2024-06")).fits(document));
        assert!(read(field_query("title", "home letters")).fits(document));
        let empty = json!({"jsonmodel_type": "field_query", "field": "identifier", "comparator": "empty"});
        assert!(read(empty).fits(document));
        let flag = json!({"jsonmodel_type": "boolean_field_query", "field": "published", "value": true, "negated": true});
        assert!(!read(flag).fits(document));
    }
}
