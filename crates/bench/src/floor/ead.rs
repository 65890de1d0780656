//! A minimal streaming reader of finding aids and a record written from
//! borrowed text: what no importer can avoid.

use anyhow::Result;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::json;

/// A component, as far as the floor reads it.
#[derive(Default)]
pub(crate) struct Component {
    pub(crate) id: i64,
    pub(crate) parent: i64,
    pub(crate) position: i64,
    pub(crate) level: String,
    pub(crate) title: String,
    date: String,
    container: String,
    pub(crate) notes: String,
    terms: Vec<String>,
    children: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Title,
    Date,
    Container,
    Note,
    Term,
}

fn slot(name: &str) -> Option<Slot> {
    Some(match name {
        "unittitle" => Slot::Title,
        "unitdate" => Slot::Date,
        "container" => Slot::Container,
        "p" => Slot::Note,
        "subject" | "persname" | "corpname" | "geogname" => Slot::Term,
        _ => return None,
    })
}

fn is_component(name: &str) -> bool {
    matches!(name, "c" | "archdesc")
        || (name.len() == 3 && name.starts_with('c') && name.ends_with(|c: char| c.is_ascii_digit()))
}

/// Reads `xml` and hands every finished component to `sink`.
pub(crate) fn read(xml: &[u8], sink: &mut dyn FnMut(Component) -> Result<()>) -> Result<()> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let (mut stack, mut next): (Vec<Component>, i64) = (Vec::new(), 0);
    let (mut open, mut depth) = (None, 0_usize);
    loop {
        match reader.read_event()? {
            Event::Start(element) => {
                depth += 1;
                let name = element.local_name();
                if is_component(name.as_ref()) {
                    next += 1;
                    begin(&mut stack, next, &element);
                } else if open.is_none()
                    && let Some(slot) = slot(name.as_ref())
                    && let Some(component) = stack.last_mut()
                {
                    if slot == Slot::Term {
                        component.terms.push(String::new());
                    }
                    open = Some((slot, depth));
                }
            }
            Event::End(element) => {
                if is_component(element.local_name().as_ref())
                    && let Some(component) = stack.pop()
                {
                    sink(component)?;
                }
                if open.is_some_and(|(_, at)| at == depth) {
                    open = None;
                }
                depth -= 1;
            }
            Event::Text(text) => {
                if let (Some((slot, _)), Some(component)) = (open, stack.last_mut()) {
                    append(component, slot, text.as_ref());
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn begin(stack: &mut Vec<Component>, id: i64, element: &BytesStart<'_>) {
    let mut component = Component { id, ..Component::default() };
    if let Some(parent) = stack.last_mut() {
        component.parent = parent.id;
        component.position = parent.children;
        parent.children += 1;
    }
    for attribute in element.attributes().with_checks(false).flatten() {
        if attribute.key.as_ref() == "level" {
            component.level = attribute.value.into_owned();
        }
    }
    stack.push(component);
}

fn append(component: &mut Component, slot: Slot, text: &str) {
    let target = match slot {
        Slot::Title => &mut component.title,
        Slot::Date => &mut component.date,
        Slot::Container => &mut component.container,
        Slot::Note => &mut component.notes,
        Slot::Term => match component.terms.last_mut() {
            Some(term) => term,
            None => return,
        },
    };
    for word in text.split_whitespace() {
        if !target.is_empty() {
            target.push(' ');
        }
        target.push_str(word);
    }
}

/// The record as JSON text.
pub(crate) fn json(component: &Component) -> String {
    json!({
        "jsonmodel_type": "archival_object", "ref_id": format!("f{}", component.id), "level": component.level,
        "title": component.title, "publish": true, "position": component.position,
        "resource": {"ref": "/repositories/2/resources/1"},
        "parent": {"ref": format!("/repositories/2/archival_objects/{}", component.parent)},
        "dates": [{"jsonmodel_type": "date", "date_type": "inclusive", "label": "creation", "expression": component.date}],
        "subjects": component.terms.iter().map(|t| json!({"ref": t})).collect::<Vec<_>>(),
        "instances": [{"jsonmodel_type": "instance", "instance_type": "mixed_materials",
            "sub_container": {"jsonmodel_type": "sub_container", "indicator_2": component.container, "type_2": "folder"}}],
        "notes": if component.notes.is_empty() { json!([]) } else {
            json!([{"jsonmodel_type": "note_multipart", "type": "scopecontent", "publish": true,
                "subnotes": [{"jsonmodel_type": "note_text", "content": component.notes, "publish": true}]}]) },
    })
    .to_string()
}
