//! Changing one value of a document by its JSON pointer (RFC 6901).

use serde_json::{Map, Value};

/// Sets the value at `pointer`, making what is missing on the way; `-` adds an
/// element to a list, `null` takes the value away. `false`: the way leads
/// through a value that holds nothing, or past the end of a list.
#[must_use]
pub fn set(doc: &mut Map<String, Value>, pointer: &str, value: Value) -> bool {
    let Some(path) = pointer.strip_prefix('/') else { return false };
    let path: Vec<String> = path.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let mut root = Value::Object(std::mem::take(doc));
    let done = put(&mut root, &path, value);
    if let Value::Object(changed) = root {
        *doc = changed;
    }
    done
}

fn put(at: &mut Value, path: &[String], value: Value) -> bool {
    let Some((step, rest)) = path.split_first() else {
        *at = value;
        return true;
    };
    match at {
        Value::Object(map) if rest.is_empty() && value.is_null() => map.shift_remove(step).is_some(),
        Value::Object(map) => put(map.entry(step.clone()).or_insert_with(|| empty(rest)), rest, value),
        Value::Array(items) => {
            let Some(index) = index(step, items.len()) else { return false };
            if rest.is_empty() && value.is_null() {
                if index < items.len() {
                    items.remove(index);
                }
                return true;
            }
            if index == items.len() {
                items.push(empty(rest));
            }
            items.get_mut(index).is_some_and(|item| put(item, rest, value))
        }
        _ => false,
    }
}

/// What has to stand where the next step goes in.
fn empty(rest: &[String]) -> Value {
    match rest.first().map(String::as_str) {
        None => Value::Null,
        Some("-" | "0") => Value::Array(Vec::new()),
        Some(_) => Value::Object(Map::new()),
    }
}

fn index(step: &str, length: usize) -> Option<usize> {
    if step == "-" {
        return Some(length);
    }
    step.parse().ok().filter(|index| *index <= length)
}

/// The property of the record that a pointer leads into.
#[must_use]
pub fn first(pointer: &str) -> &str {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(before: Value, pointer: &str, value: Value, after: Option<Value>) {
        let mut doc = before.as_object().unwrap().clone();
        let done = set(&mut doc, pointer, value);
        assert_eq!(done, after.is_some(), "{pointer}");
        assert_eq!(Value::Object(doc), after.unwrap_or(before), "{pointer}");
    }

    #[test]
    fn values_are_set_added_and_taken_away() {
        let dates = json!({"dates": [{"begin": "1900"}]});
        check(json!({}), "/title", json!("A"), Some(json!({"title": "A"})));
        check(dates.clone(), "/dates/0/begin", json!("1901"), Some(json!({"dates": [{"begin": "1901"}]})));
        check(dates.clone(), "/dates/-", json!({}), Some(json!({"dates": [{"begin": "1900"}, {}]})));
        check(json!({}), "/dates/0/end", json!("1"), Some(json!({"dates": [{"end": "1"}]})));
        check(dates.clone(), "/dates/0", Value::Null, Some(json!({"dates": []})));
        check(json!({"a/b": 1}), "/a~1b", json!(2), Some(json!({"a/b": 2})));
        check(dates.clone(), "/dates/5/begin", json!("x"), None);
        check(dates.clone(), "/dates/x", json!("x"), None);
        check(json!({"title": "A"}), "/title/x", json!("x"), None);
        check(dates, "title", json!("x"), None);
    }
}
