//! The file that stands for a digital object, or for a record with one.

use serde_json::{Map, Value};

/// The file version that stands for a digital object, chosen among its published ones: the one that is marked; else
/// the first thumbnail; else the first that is on the web and shown embedded, unless it is a IIIF manifest. The next
/// version in the list, when it is published, is where a click leads (`link_uri`).
#[must_use]
pub fn representative(versions: &[Value]) -> Option<Map<String, Value>> {
    let chosen = [is_marked, is_thumbnail, is_embedded]
        .into_iter()
        .find_map(|fits| versions.iter().position(|version| published(version) && fits(version)))?;
    let mut found = versions.get(chosen)?.as_object()?.clone();
    let next = versions.get(chosen + 1).filter(|next| published(next));
    if let Some(uri) = next.and_then(|next| next.get("file_uri")) {
        found.insert("link_uri".to_owned(), uri.clone());
    }
    Some(found)
}

/// Which component stands for a digital object that has no file version of its own to do so, by the file versions of
/// its components in the order of the tree: the first with a published one that is marked; else with a published
/// thumbnail; else with any published one.
#[must_use]
pub fn representative_component(components: &[&[Value]]) -> Option<usize> {
    let any: fn(&Value) -> bool = |_| true;
    [is_marked, is_thumbnail, any].into_iter().find_map(|fits| {
        let stands = |version: &Value| published(version) && fits(version);
        components.iter().position(|versions| versions.iter().any(stands))
    })
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
        && !is_manifest(version)
}

/// Whether a version is a IIIF manifest, which a viewer shows.
fn is_manifest(version: &Value) -> bool {
    text(version, "file_format_name") == "iiif"
        && text(version, "use_statement") == "text-json"
        && text(version, "xlink_show_attribute") == "embed"
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
        let iiif = json!({"file_uri": "https://a/i", "xlink_show_attribute": "embed", "publish": true, "file_format_name": "iiif"});
        let mut manifest = iiif.clone();
        manifest["use_statement"] = json!("text-json");
        let thumbnail = json!({"file_uri": "t", "use_statement": "image-thumbnail", "publish": true});
        let marked = json!({"file_uri": "r", "is_representative": true, "publish": true});
        let secret = json!({"file_uri": "s", "is_representative": true, "publish": false});
        let local = json!({"file_uri": "c:/x", "xlink_show_attribute": "embed", "publish": true});
        for (versions, chosen, link) in [
            (vec![&embedded, &thumbnail, &marked], Some("r"), None),
            (vec![&embedded, &thumbnail, &secret], Some("t"), None),
            (vec![&manifest, &local, &embedded, &local], Some("https://a/1"), Some("c:/x")),
            (vec![&manifest, &iiif], Some("https://a/i"), None),
            (vec![&thumbnail, &marked, &embedded], Some("r"), Some("https://a/1")),
            (vec![&secret, &local, &manifest], None, None),
            (vec![], None, None),
        ] {
            let versions: Vec<Value> = versions.into_iter().cloned().collect();
            let found = representative(&versions);
            let part = |name: &str| found.as_ref().and_then(|found| found.get(name)?.as_str());
            assert_eq!((part("file_uri"), part("link_uri")), (chosen, link), "{versions:?}");
        }
    }

    #[test]
    fn one_component_stands_for_a_digital_object() {
        let plain = [json!({"file_uri": "p", "publish": true})];
        let thumbnail = [json!({"file_uri": "t", "use_statement": "image-thumbnail", "publish": true})];
        let marked = [plain[0].clone(), json!({"file_uri": "r", "is_representative": true, "publish": true})];
        let secret = [json!({"file_uri": "s", "is_representative": true, "publish": false})];
        let cases: [(&[&[Value]], Option<usize>); 5] = [
            (&[&[], &plain, &thumbnail, &secret, &marked], Some(4)),
            (&[&secret, &plain, &thumbnail], Some(2)),
            (&[&secret, &plain, &plain], Some(1)),
            (&[&secret, &[]], None),
            (&[], None),
        ];
        for (components, chosen) in cases {
            assert_eq!(representative_component(components), chosen, "{components:?}");
        }
    }
}
