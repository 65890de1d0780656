//! The event loop: structure is followed element by element, everything else
//! is gathered into a small tree and handed on when it closes.

use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::component;
use super::entities::{Entities, Resolved};
use super::error::{Error, Reason};
use super::header;
use super::owner::Owner;
use super::reading::{Place, Reading};
use super::source::{Source, Stop};
use super::text;
use super::tree::Tree;
use super::{Limits, Options};

/// An open element of the structure.
enum Frame {
    Ead,
    /// `archdesc`.
    Description,
    /// `dsc`, `descgrp`: transparent.
    Wrapper {
        /// Whether its content is internal because of it.
        internal: bool,
    },
    Component,
}

pub(super) struct Walk<'o> {
    file: &'o str,
    reading: Reading<'o>,
    entities: Entities,
    limits: Limits,
    cancel: &'o AtomicBool,
    progress: &'o mut dyn FnMut(u64),
    frames: Vec<Frame>,
    owners: Vec<Owner>,
    tree: Tree,
    /// Prefix that the root binds to XLink.
    xlink: String,
    described: bool,
    done: bool,
    /// A component was closed: time to tell how far we are.
    tick: bool,
}

/// What the events of one file say, in order.
pub(super) fn walk<'o>(
    file: &'o str,
    input: impl BufRead,
    options: Options<'o>,
    sink: &'o mut dyn FnMut(record::Record),
) -> Result<Reading<'o>, Error> {
    let limits = options.limits;
    let mut walk = Walk {
        file,
        reading: Reading::new(file, options.repo, options.ids, sink),
        entities: Entities::new(limits.entities),
        limits,
        cancel: options.cancel,
        progress: options.progress,
        frames: Vec::new(),
        owners: Vec::new(),
        tree: Tree::default(),
        xlink: "xlink".to_owned(),
        described: false,
        done: false,
        tick: false,
    };
    let mut xml = Reader::from_reader(Source::new(input, limits.file));
    xml.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        buffer.clear();
        xml.get_mut().allow(limits.element);
        let line = xml.get_ref().line();
        let event = xml.read_event_into(&mut buffer);
        let more = match event {
            Ok(event) => walk.event(event, line).map_err(|reason| (line, reason)),
            Err(error) => Err((xml.get_ref().line(), walk.reason(&error))),
        };
        match more {
            Ok(true) => {}
            Ok(false) => return walk.end(line),
            Err((line, reason)) => return Err(Error { file: file.to_owned(), line, reason }),
        }
        if walk.tick {
            walk.tick = false;
            (walk.progress)(xml.get_ref().consumed());
        }
    }
}

impl<'o> Walk<'o> {
    /// Takes one event; false at the end of the file.
    fn event(&mut self, event: Event<'_>, line: u64) -> Result<bool, Reason> {
        match event {
            Event::Start(start) => self.start(&start, line)?,
            Event::End(_) => self.close(),
            Event::Text(words) => self.words(&words.into_inner(), line)?,
            Event::CData(words) => self.words(&words.into_inner(), line)?,
            Event::GeneralRef(name) => self.reference(&name.into_inner(), line)?,
            Event::DocType(doctype) => self.entities.declare(&doctype.into_inner()),
            Event::Eof => return Ok(false),
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
        Ok(true)
    }

    fn reason(&self, error: &quick_xml::Error) -> Reason {
        let quick_xml::Error::Io(io) = error else {
            return match error {
                quick_xml::Error::Encoding(_) => Reason::Encoding(
                    "the file says that it is UTF-8, but some of its bytes are not".to_owned(),
                ),
                other => Reason::NotWellFormed(sentence(other)),
            };
        };
        match io.get_ref().and_then(|inner| inner.downcast_ref::<Stop>()) {
            Some(Stop::Piece) => Reason::TooLarge { what: "element", limit: self.limits.element },
            Some(Stop::File) => Reason::TooLarge { what: "file", limit: self.limits.file },
            Some(stop) => Reason::Encoding(stop.to_string()),
            None => Reason::Unreadable(io.to_string()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Reason> {
        if self.frames.len() + self.tree.depth() >= self.limits.depth {
            return Err(Reason::TooLarge { what: "depth", limit: self.limits.depth as u64 });
        }
        if self.tree.depth() > 0 {
            return self.gather(start, line);
        }
        let name = start.local_name();
        let name = name.as_ref();
        match self.frames.last() {
            None if self.done => Err(Reason::NotWellFormed("there is a second root element".to_owned())),
            None => self.root(start, name, line),
            Some(Frame::Ead) if name == "archdesc" => self.description(start, line),
            Some(Frame::Ead) if name == "control" => Err(Reason::OtherFormat("EAD3")),
            Some(_) if matches!(name, "dsc" | "descgrp" | "dscgrp") => {
                let internal = self.attribute(start, "audience", line)?.as_deref() == Some("internal");
                let before = self.owner().is_some_and(|owner| {
                    let all = internal || owner.internal;
                    std::mem::replace(&mut owner.internal, all)
                });
                self.frames.push(Frame::Wrapper { internal: before });
                Ok(())
            }
            Some(_) => match component_name(name) {
                Some(name) => self.component(start, name, line),
                None => self.gather(start, line),
            },
        }
    }

    fn root(&mut self, start: &BytesStart<'_>, name: &str, line: u64) -> Result<(), Reason> {
        match name {
            "ead" => {}
            "eac-cpf" | "eac" => return Err(Reason::OtherFormat("EAC-CPF")),
            "eag" => return Err(Reason::OtherFormat("EAG")),
            "mets" => return Err(Reason::OtherFormat("METS")),
            "mods" | "modsCollection" => return Err(Reason::OtherFormat("MODS")),
            "collection" | "record" => return Err(Reason::OtherFormat("MARCXML")),
            other => return Err(Reason::NotEad(other.chars().take(60).collect())),
        }
        let mut internal = false;
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Reason::NotWellFormed(error.to_string()))?;
            let value = attribute.value.trim();
            if let ("http://www.w3.org/1999/xlink", Some(prefix)) =
                (value, attribute.key.as_ref().strip_prefix("xmlns:"))
            {
                prefix.clone_into(&mut self.xlink);
            }
            if value.starts_with("http://ead3.archivists.org") {
                return Err(Reason::OtherFormat("EAD3"));
            }
            internal |= attribute.key.as_ref() == "audience" && value == "internal";
        }
        let uri = self.reading.address("resource");
        let mut owner = Owner::new("resource", uri, Place { name: "archdesc", ordinal: 0 }, line);
        owner.internal = internal;
        owner.set("publish", !internal);
        self.owners.push(owner);
        self.frames.push(Frame::Ead);
        Ok(())
    }

    fn description(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Reason> {
        let internal = self.attribute(start, "audience", line)?.as_deref() == Some("internal");
        let (level, other) =
            (self.attribute(start, "level", line)?, self.attribute(start, "otherlevel", line)?);
        self.frames.push(Frame::Description);
        self.described = true;
        if let Some(owner) = self.owners.last_mut() {
            owner.line = line;
            owner.internal |= internal;
            let publish = !owner.internal;
            owner.set("publish", publish);
            component::level(&mut self.reading, owner, level.as_deref(), other.as_deref());
        }
        Ok(())
    }

    fn component(&mut self, start: &BytesStart<'_>, name: &'static str, line: u64) -> Result<(), Reason> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Reason::Cancelled);
        }
        let internal = self.attribute(start, "audience", line)?.as_deref() == Some("internal");
        let (level, other) =
            (self.attribute(start, "level", line)?, self.attribute(start, "otherlevel", line)?);
        let id = self.attribute(start, "id", line)?;
        let uri = self.reading.address("archival_object");
        let Some(parent) = self.owners.last_mut() else { return Ok(()) };
        component::complete(&mut self.reading, parent);
        parent.give_early(&mut self.reading);
        parent.components += 1;
        let place = Place { name, ordinal: parent.components };
        let mut owner = Owner::new("archival_object", uri, place, line);
        owner.internal = internal || parent.internal;
        if !parent.is_resource() {
            owner.set("parent", serde_json::json!({"ref": parent.uri}));
        }
        if let Some(resource) = self.owners.first() {
            owner.set("resource", serde_json::json!({"ref": resource.uri}));
        }
        let publish = !owner.internal;
        owner.set("publish", publish);
        component::level(&mut self.reading, &mut owner, level.as_deref(), other.as_deref());
        if let Some(id) = id {
            self.ref_id(&mut owner, id.trim());
        }
        self.described = true;
        self.owners.push(owner);
        self.frames.push(Frame::Component);
        Ok(())
    }

    /// The `id` of a component, when it can be one and is the only one of its kind.
    fn ref_id(&mut self, owner: &mut Owner, id: &str) {
        let fits = id.len() <= 255 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
        let code = match (id.is_empty(), fits) {
            (true, _) => return,
            (_, false) => "id-invalid",
            (_, true) if !self.reading.is_new_ref_id(id) => "id-repeated",
            _ => return owner.set("ref_id", id),
        };
        self.reading.tell_at(owner.line, format!("{}/@id", owner.place), code, id, &[]);
    }

    /// An attribute of an element of the structure.
    fn attribute(&mut self, start: &BytesStart<'_>, name: &str, line: u64) -> Result<Option<String>, Reason> {
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Reason::NotWellFormed(error.to_string()))?;
            if attribute.key.as_ref() == name {
                let (reading, entities) = (&mut self.reading, &mut self.entities);
                let mut unknown =
                    |entity: &str| reading.tell_at(line, format!("@{name}"), "entity-unknown", entity, &[]);
                return Ok(Some(entities.attribute(&attribute.value, &mut unknown)?.trim().to_owned())
                    .filter(|v| !v.is_empty()));
            }
        }
        Ok(None)
    }

    /// An element that is gathered with everything in it.
    fn gather(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Reason> {
        self.room()?;
        let (reading, entities) = (&mut self.reading, &mut self.entities);
        self.tree.open(start.local_name().as_ref(), line);
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Reason::NotWellFormed(error.to_string()))?;
            let key = attribute.key.as_ref();
            if key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:") {
                continue;
            }
            let (prefix, local) = match key.split_once(':') {
                Some((prefix, local)) if prefix == self.xlink || prefix == "xlink" => ("xlink:", local),
                Some(("xml", local)) => ("xml:", local),
                Some((_, local)) => ("", local),
                None => ("", key),
            };
            let mut unknown =
                |entity: &str| reading.tell_at(line, format!("@{local}"), "entity-unknown", entity, &[]);
            let value = entities.attribute(&attribute.value, &mut unknown)?;
            self.tree.attribute(prefix, local, &value);
        }
        self.tree.opened();
        Ok(())
    }

    fn room(&self) -> Result<(), Reason> {
        let limit = self.limits.element;
        if self.tree.len() as u64 > limit { Err(Reason::TooLarge { what: "element", limit }) } else { Ok(()) }
    }

    fn words(&mut self, words: &str, line: u64) -> Result<(), Reason> {
        if self.tree.depth() > 0 {
            self.room()?;
            if self.tree.text(words) {
                let place = self.reading.place;
                self.reading.tell_once(line, || place.to_string(), "character-left-out", "", &[]);
            }
            return Ok(());
        }
        let words = words.trim_matches([' ', '\t', '\r', '\n', '\u{feff}']);
        if words.is_empty() {
            return Ok(());
        }
        if self.frames.is_empty() {
            return Err(Reason::NotWellFormed("there is text outside the root element".to_owned()));
        }
        self.stray(words, line);
        Ok(())
    }

    /// Text where only elements should be.
    fn stray(&mut self, words: &str, line: u64) {
        if let Some(owner) = self.owners.last_mut() {
            let words = text::collapse(words);
            self.reading.tell_at(line, owner.place.to_string(), "text-kept-as-note", &words, &[]);
            let publish = !owner.internal;
            owner.keep(None, &text::escape(&words), publish);
        }
    }

    fn reference(&mut self, name: &str, line: u64) -> Result<(), Reason> {
        let place = self.reading.place;
        match self.entities.resolve(name)? {
            Resolved::Text(words) => self.words_of_reference(&words, line),
            Resolved::Stripped(words) => {
                self.reading.tell_once(line, || place.to_string(), "entity-markup", name, &[]);
                self.words_of_reference(&words, line)
            }
            Resolved::Unknown => {
                self.reading.tell_once(line, || place.to_string(), "entity-unknown", name, &[]);
                self.words_of_reference(&format!("&{name};"), line)
            }
        }
    }

    fn words_of_reference(&mut self, words: &str, line: u64) -> Result<(), Reason> {
        if self.tree.depth() == 0 && self.frames.is_empty() {
            return Err(Reason::NotWellFormed("there is text outside the root element".to_owned()));
        }
        self.words(words, line)
    }

    fn owner(&mut self) -> Option<&mut Owner> {
        self.owners.last_mut()
    }

    fn close(&mut self) {
        if self.tree.depth() > 0 {
            self.tree.close();
            if self.tree.depth() == 0 {
                self.gathered();
                self.tree.clear();
            }
            return;
        }
        match self.frames.pop() {
            Some(Frame::Component) => {
                if let Some(mut owner) = self.owners.pop() {
                    component::complete(&mut self.reading, &mut owner);
                    owner.give(&mut self.reading);
                }
                self.tick = true;
            }
            Some(Frame::Wrapper { internal }) => {
                if let Some(owner) = self.owner() {
                    owner.internal = internal;
                }
            }
            Some(Frame::Ead) => self.done = true,
            Some(Frame::Description) | None => {}
        }
    }

    /// A piece is complete: it goes to the record that it is about.
    fn gathered(&mut self) {
        let (Some(owner), Some(root)) = (self.owners.last_mut(), self.tree.root()) else { return };
        let in_ead = matches!(self.frames.last(), Some(Frame::Ead));
        self.reading.place = if in_ead { Place { name: "", ordinal: 0 } } else { owner.place };
        match root.name() {
            "eadheader" if in_ead => header::header(&mut self.reading, owner, root),
            "frontmatter" if in_ead => header::front_matter(&mut self.reading, owner, root),
            _ => component::part(&mut self.reading, owner, root),
        }
    }

    fn end(mut self, line: u64) -> Result<Reading<'o>, Error> {
        let refuse = |reason| Error { file: self.file.to_owned(), line, reason };
        if !self.done {
            let why =
                if self.frames.is_empty() { "the file is empty" } else { "the file ends in the middle" };
            return Err(refuse(Reason::NotWellFormed(why.to_owned())));
        }
        if !self.described {
            return Err(refuse(Reason::NoDescription));
        }
        if let Some(mut owner) = self.owners.pop() {
            component::complete(&mut self.reading, &mut owner);
            owner.give(&mut self.reading);
        }
        Ok(self.reading)
    }
}

/// What the XML reader says, without its preface.
fn sentence(error: &quick_xml::Error) -> String {
    let text = error.to_string();
    text.split_once(": ").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

/// `c` and `c01` to `c12`.
fn component_name(name: &str) -> Option<&'static str> {
    const NAMES: [&str; 14] =
        ["c", "c00", "c01", "c02", "c03", "c04", "c05", "c06", "c07", "c08", "c09", "c10", "c11", "c12"];
    if !name.starts_with('c') || name.len() > 3 {
        return None;
    }
    NAMES.into_iter().find(|known| *known == name)
}
