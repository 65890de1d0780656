//! How alike two values are, for elements without identity.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

/// The words of a value, hashed and sorted.
pub(super) struct Words(Vec<u64>);

impl Words {
    /// The words of every text, number and flag of `value`, at any depth.
    pub(super) fn of(value: &Value) -> Self {
        let mut words = Vec::new();
        collect(value, &mut words);
        words.sort_unstable();
        Self(words)
    }

    /// Dice's coefficient, 0 to 1: twice the words in common by the words in all.
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        let (mut left, mut right, mut common) = (0, 0, 0_u32);
        while let (Some(one), Some(two)) = (self.0.get(left), other.0.get(right)) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => left += 1,
                std::cmp::Ordering::Greater => right += 1,
                std::cmp::Ordering::Equal => {
                    common += 1;
                    left += 1;
                    right += 1;
                }
            }
        }
        let all = self.0.len() + other.0.len();
        if all == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of words")]
        let all = all as f64;
        f64::from(common) * 2.0 / all
    }
}

fn collect(value: &Value, words: &mut Vec<u64>) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => words.push(hash(if *flag { "true" } else { "false" })),
        Value::Number(number) => words.push(hash(&number.to_string())),
        // An address is one word: its parts are shared by addresses that have nothing in common.
        Value::String(text) if text.starts_with('/') => words.push(hash(text)),
        Value::String(text) => words.extend(
            text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .filter(|word| !word.is_empty())
                .map(hash),
        ),
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(members) => members.values().for_each(|member| collect(member, words)),
    }
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
