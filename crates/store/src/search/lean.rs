//! A document as borrowed text: what a passage of a hit is looked for in. Ten hits are shown a page, and a value tree
//! of each, with its own copy of every name and text, would cost more than finding them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// JSON whose texts are those of the source.
pub(crate) enum Lean<'a> {
    Text(Cow<'a, str>),
    List(Vec<Lean<'a>>),
    Object(Vec<(Cow<'a, str>, Lean<'a>)>),
    Flag(bool),
    /// Numbers, nothing: no text.
    Other,
}

/// What is looked at for passages, in whatever form it is at hand.
pub(crate) trait Node: Sized {
    /// The text, when it is one.
    fn text(&self) -> Option<&str>;
    /// Whether there can be no text in it.
    fn is_bare(&self) -> bool;
    /// The elements, when it is a list.
    fn items(&self) -> &[Self];
    /// Whether it is an object.
    fn is_object(&self) -> bool;
    /// A member that is text.
    fn member_text(&self, name: &str) -> Option<&str>;
    /// Whether it is an object that says it is not published.
    fn is_unpublished(&self) -> bool;
    /// Calls `f` with every member, in order.
    fn members<'s>(&'s self, f: &mut dyn FnMut(&'s str, &'s Self));
}

impl Node for Value {
    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn is_bare(&self) -> bool {
        match self {
            Self::String(text) => text.is_empty(),
            Self::Array(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Null | Self::Bool(_) | Self::Number(_) => true,
        }
    }

    fn items(&self) -> &[Self] {
        self.as_array().map_or(&[], Vec::as_slice)
    }

    fn is_object(&self) -> bool {
        Self::is_object(self)
    }

    fn member_text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Self::as_str)
    }

    fn is_unpublished(&self) -> bool {
        self.get("publish") == Some(&Self::Bool(false))
    }

    fn members<'s>(&'s self, f: &mut dyn FnMut(&'s str, &'s Self)) {
        self.as_object().into_iter().flat_map(Map::iter).for_each(|(name, value)| f(name, value));
    }
}

impl Node for Lean<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn is_bare(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Flag(_) | Self::Other => true,
        }
    }

    fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    fn member_text(&self, name: &str) -> Option<&str> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(given, _)| given == name).and_then(|(_, value)| value.text())
    }

    fn is_unpublished(&self) -> bool {
        let Self::Object(members) = self else { return false };
        members.iter().any(|(name, value)| name == "publish" && matches!(value, Self::Flag(false)))
    }

    fn members<'s>(&'s self, f: &mut dyn FnMut(&'s str, &'s Self)) {
        if let Self::Object(members) = self {
            members.iter().for_each(|(name, value)| f(name, value));
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Lean<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Lean<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Lean::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Lean::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Lean::Flag(flag))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Lean::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Lean::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Lean::Other)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Lean::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Lean::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        // Names with escapes are nowhere in a schema, but may come from elsewhere.
        while let Some(name) = object.next_key::<Name<'de>>()? {
            members.push((name.0, object.next_value()?));
        }
        Ok(Lean::Object(members))
    }
}

/// A name, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(Reading)? {
            Lean::Text(name) => Ok(Self(name)),
            _ => Ok(Self(Cow::Borrowed(""))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_source() {
        let lean: Lean<'_> = serde_json::from_str(
            r#"{"a": "plain", "b\u0021": ["\"q\"", 1, null], "c": {"d": 1.5, "e": true}}"#,
        )
        .unwrap();
        assert_eq!(lean.member_text("a"), Some("plain"));
        let mut names = Vec::new();
        lean.members(&mut |name, value| {
            names.push((name.to_owned(), value.items().len(), value.is_object()))
        });
        assert_eq!(
            names,
            [("a".to_owned(), 0, false), ("b!".to_owned(), 3, false), ("c".to_owned(), 0, true)]
        );
        let Lean::Object(members) = &lean else { panic!("no object") };
        assert_eq!(members[1].1.items()[0].text(), Some("\"q\""));
    }
}
