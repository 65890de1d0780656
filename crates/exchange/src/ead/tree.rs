//! One piece of a file (a `did`, a note, a header) as a small tree.
//!
//! All text lies in one buffer, written as the piece is read: clean inner XML
//! with every reference resolved, blanks collapsed and prefixes made uniform.
//! An element is a range of that buffer, so taking the inner XML costs nothing.
//! The buffers are used again for the next piece.

use super::text;

const NONE: u32 = u32::MAX;

#[derive(Debug)]
struct Node {
    name: (u32, u32),
    outer: (u32, u32),
    inner: (u32, u32),
    attributes: (u32, u32),
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    line: u64,
}

/// A piece of a file.
#[derive(Debug, Default)]
pub(super) struct Tree {
    xml: String,
    nodes: Vec<Node>,
    /// Ranges of name and value in `values`.
    attributes: Vec<[u32; 4]>,
    values: String,
    open: Vec<u32>,
}

impl Tree {
    pub(super) fn clear(&mut self) {
        self.xml.clear();
        self.nodes.clear();
        self.attributes.clear();
        self.values.clear();
        self.open.clear();
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Bytes of text so far.
    pub(super) fn len(&self) -> usize {
        self.xml.len()
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        (!self.nodes.is_empty()).then_some(Element { tree: self, at: 0 })
    }

    /// Opens an element; its attributes follow by [`Self::attribute`], then [`Self::opened`].
    pub(super) fn open(&mut self, name: &str, line: u64) {
        let at = index(self.nodes.len());
        let parent = self.open.last().copied().unwrap_or(NONE);
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            let last = std::mem::replace(&mut node.last, at);
            if last == NONE {
                node.first = at;
            } else {
                self.nodes[last as usize].next = at;
            }
        }
        let start = index(self.xml.len());
        self.xml.push('<');
        self.xml.push_str(name);
        let name = (start + 1, index(self.xml.len()));
        let attributes = index(self.attributes.len());
        self.nodes.push(Node {
            name,
            outer: (start, 0),
            inner: (0, 0),
            attributes: (attributes, attributes),
            parent,
            first: NONE,
            last: NONE,
            next: NONE,
            line,
        });
        self.open.push(at);
    }

    /// An attribute of the element just opened. `prefix` is written into the text only.
    pub(super) fn attribute(&mut self, prefix: &str, name: &str, value: &str) {
        self.xml.push(' ');
        self.xml.push_str(prefix);
        self.xml.push_str(name);
        self.xml.push_str("=\"");
        if value.contains('"') {
            self.xml.push_str(&text::escape(value).replace('"', "&quot;"));
        } else {
            self.xml.push_str(&text::escape(value));
        }
        self.xml.push('"');
        let start = index(self.values.len());
        self.values.push_str(name);
        let middle = index(self.values.len());
        self.values.push_str(value);
        self.attributes.push([start, middle, middle, index(self.values.len())]);
    }

    /// Ends the start tag.
    pub(super) fn opened(&mut self) {
        self.xml.push('>');
        let (inner, attributes) = (index(self.xml.len()), index(self.attributes.len()));
        if let Some(node) = self.open.last().and_then(|at| self.nodes.get_mut(*at as usize)) {
            node.inner = (inner, inner);
            node.attributes.1 = attributes;
        }
    }

    /// Closes the innermost element.
    pub(super) fn close(&mut self) {
        let Some(at) = self.open.pop() else { return };
        let node = &mut self.nodes[at as usize];
        let end = index(self.xml.len());
        if end == node.inner.0 {
            self.xml.pop();
            self.xml.push_str("/>");
            let after = index(self.xml.len());
            node.inner = (after, after);
        } else {
            node.inner.1 = end;
            self.xml.push_str("</");
            let (start, stop) = node.name;
            self.xml.extend_from_within(start as usize..stop as usize);
            self.xml.push('>');
        }
        node.outer.1 = index(self.xml.len());
    }

    /// Text, not yet escaped, with its references already resolved. True when
    /// it held characters that XML does not allow, which are left out.
    pub(super) fn text(&mut self, text: &str) -> bool {
        let mut illegal = false;
        let mut from = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            let plain = byte > b' ' && !matches!(byte, b'&' | b'<' | b'>')
                || byte == b' ' && at > from && bytes.get(at + 1).is_some_and(|next| *next > b' ');
            if plain {
                at += 1;
                continue;
            }
            self.xml.push_str(&text[from..at]);
            match byte {
                b'&' => self.xml.push_str("&amp;"),
                b'<' => self.xml.push_str("&lt;"),
                b'>' => self.xml.push_str("&gt;"),
                b' ' | b'\t' | b'\n' | b'\r' => {
                    if !self.xml.ends_with(' ') {
                        self.xml.push(' ');
                    }
                }
                _ => illegal = true,
            }
            at += 1;
            from = at;
        }
        self.xml.push_str(&text[from..]);
        illegal
    }

    fn slice(&self, (start, end): (u32, u32)) -> &str {
        self.xml.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Pieces are bounded far below 4 GB by the limits.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

/// An element of a piece.
#[derive(Clone, Copy)]
pub(super) struct Element<'t> {
    tree: &'t Tree,
    at: u32,
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.at as usize]
    }

    /// Local name.
    pub(super) fn name(self) -> &'t str {
        self.tree.slice(self.node().name)
    }

    /// Line of the start tag.
    pub(super) fn line(self) -> u64 {
        self.node().line
    }

    /// Clean inner XML.
    pub(super) fn inner(self) -> &'t str {
        self.tree.slice(self.node().inner)
    }

    /// Clean XML with the element's own tags.
    pub(super) fn outer(self) -> &'t str {
        self.tree.slice(self.node().outer)
    }

    /// Where the inner XML lies, for [`Self::between`].
    pub(super) fn inner_range(self) -> (u32, u32) {
        self.node().inner
    }

    /// Where the whole element lies.
    pub(super) fn outer_range(self) -> (u32, u32) {
        self.node().outer
    }

    /// XML of the piece between two places; tags in it may be unpaired.
    pub(super) fn between(self, start: u32, end: u32) -> &'t str {
        self.tree.slice((start, end))
    }

    /// Text without markup.
    pub(super) fn text(self) -> String {
        text::plain(self.inner())
    }

    /// Text with paragraph breaks for paragraphs, other markup kept.
    pub(super) fn prose(self) -> String {
        text::prose(self.inner())
    }

    /// An attribute by its local name, trimmed; `None` when absent or blank.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        let (start, end) = self.node().attributes;
        let values = &self.tree.values;
        self.tree.attributes[start as usize..end as usize].iter().find_map(|[a, b, c, d]| {
            let value =
                (&values[*a as usize..*b as usize] == name).then(|| values[*c as usize..*d as usize].trim());
            value.filter(|value| !value.is_empty())
        })
    }

    /// Whether it has any attribute.
    pub(super) fn has_attributes(self) -> bool {
        let (start, end) = self.node().attributes;
        end > start
    }

    pub(super) fn parent(self) -> Option<Self> {
        let at = self.node().parent;
        (at != NONE).then_some(Self { tree: self.tree, at })
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> + 't {
        let tree = self.tree;
        let mut at = self.node().first;
        std::iter::from_fn(move || {
            let here = tree.nodes.get(at as usize)?;
            let element = Element { tree, at };
            at = here.next;
            Some(element)
        })
    }

    /// The first child of that name.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// Everything inside, in document order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Self> + 't {
        let (tree, end) = (self.tree, self.node().outer.1);
        // Elements are numbered in document order, so those inside follow at once.
        (self.at + 1..index(tree.nodes.len()))
            .map(move |at| Element { tree, at })
            .take_while(move |element| element.node().outer.0 < end)
    }

    /// Descendants of that name that are not inside another of that name.
    pub(super) fn all(self, name: &'t str) -> impl Iterator<Item = Self> + 't {
        self.descendants().filter(move |element| element.name() == name)
    }

    /// Names from the piece's outermost element down to this one, as `did/unitdate`.
    pub(super) fn path(self) -> String {
        let mut names = vec![self.name()];
        let mut up = self.parent();
        while let Some(element) = up {
            names.push(element.name());
            up = element.parent();
        }
        names.reverse();
        names.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let mut tree = Tree::default();
        tree.open("did", 3);
        tree.opened();
        tree.text("\n  ");
        tree.open("unittitle", 4);
        tree.attribute("", "label", "a \"b\" & c");
        tree.opened();
        tree.text("Letters  &\nmore");
        tree.open("lb", 4);
        tree.opened();
        tree.close();
        tree.close();
        tree.close();
        tree
    }

    #[test]
    fn inner_xml_is_clean() {
        let tree = sample();
        let title = tree.root().unwrap().child("unittitle").unwrap();
        assert_eq!(title.inner(), "Letters &amp; more<lb/>");
        assert_eq!(
            title.outer(),
            "<unittitle label=\"a &quot;b&quot; &amp; c\">Letters &amp; more<lb/></unittitle>"
        );
        assert_eq!(title.attribute("label"), Some("a \"b\" & c"));
        assert_eq!((title.line(), title.path().as_str()), (4, "did/unittitle"));
        assert_eq!(
            tree.root().unwrap().descendants().map(Element::name).collect::<Vec<_>>(),
            ["unittitle", "lb"]
        );
    }

    #[test]
    fn characters_that_xml_does_not_allow_are_left_out() {
        let mut tree = Tree::default();
        tree.open("p", 1);
        tree.opened();
        assert!(tree.text("a\u{1}b"));
        tree.close();
        assert_eq!(tree.root().unwrap().inner(), "ab");
    }
}
