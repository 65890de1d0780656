//! The file that stands for a digital object, or for a record with one.

use serde_json::{Map, Value};

/// The file version that stands for a digital object, chosen among its published ones: the one that is marked; else
/// the first thumbnail; else the first that is on the web and shown embedded, unless it is a IIIF manifest. The next
/// version in the list, when it is published, is where a click leads.
#[must_use]
pub fn representative(versions: &[Value], owner: &str) -> Option<Map<String, Value>> {
    let chosen = [is_marked, is_thumbnail, is_embedded]
        .into_iter()
        .find_map(|fits| versions.iter().position(|version| published(version) && fits(version)))?;
    let mut found = versions.get(chosen)?.as_object()?.clone();
    let next = versions.get(chosen + 1).filter(|next| published(next));
    if let Some(uri) = next.and_then(|next| next.get("file_uri")) {
        found.insert("link_uri".to_owned(), uri.clone());
    }
    found.insert("derived_from".to_owned(), Value::from(owner));
    Some(found)
}

fn published(version: &Value) -> bool {
    version.get("publish") == Some(&Value::Bool(true))
}

fn is_marked(version: &Value) -> bool {
    version.get("is_representative") == Some(&Value::Bool(true))
}

fn is_thumbnail(version: &Value) -> bool {
    text(version, "use_statement") == "image-thumbnail"
}

fn is_embedded(version: &Value) -> bool {
    text(version, "file_uri").starts_with("http")
        && text(version, "xlink_show_attribute") == "embed"
        && text(version, "file_format_name") != "iiif"
}

fn text<'a>(version: &'a Value, name: &str) -> &'a str {
    version.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_published_version_stands_for_all() {
        let embedded = json!({"file_uri": "https://a/1", "xlink_show_attribute": "embed", "publish": true});
        let manifest = json!({"file_uri": "https://a/m", "xlink_show_attribute": "embed", "publish": true, "file_format_name": "iiif"});
        let thumbnail = json!({"file_uri": "t", "use_statement": "image-thumbnail", "publish": true});
        let marked = json!({"file_uri": "r", "is_representative": true, "publish": true});
        let secret = json!({"file_uri": "s", "is_representative": true, "publish": false});
        let local = json!({"file_uri": "c:/x", "xlink_show_attribute": "embed", "publish": true});
        for (versions, chosen, link) in [
            (vec![&embedded, &thumbnail, &marked], Some("r"), None),
            (vec![&embedded, &thumbnail, &secret], Some("t"), None),
            (vec![&manifest, &local, &embedded, &local], Some("https://a/1"), Some("c:/x")),
            (vec![&thumbnail, &marked, &embedded], Some("r"), Some("https://a/1")),
            (vec![&secret, &local, &manifest], None, None),
            (vec![], None, None),
        ] {
            let versions: Vec<Value> = versions.into_iter().cloned().collect();
            let found = representative(&versions, "/repositories/2/digital_objects/1");
            let part = |name: &str| found.as_ref().and_then(|found| found.get(name)?.as_str());
            assert_eq!((part("file_uri"), part("link_uri")), (chosen, link), "{versions:?}");
            assert_eq!(part("derived_from").is_some(), chosen.is_some());
        }
    }
}
