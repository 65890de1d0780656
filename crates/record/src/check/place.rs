//! Where in a record a check stands. Spelled out only when there is a problem.

use std::fmt::Write as _;

/// A place, as a chain of steps down from the record.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The record itself.
    Root,
    /// A member of an object.
    Member(&'a Place<'a>, &'a str),
    /// An element of a list.
    Element(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    pub(crate) fn member(&'a self, name: &'a str) -> Self {
        Place::Member(self, name)
    }

    pub(crate) fn element(&'a self, at: usize) -> Self {
        Place::Element(self, at)
    }

    /// The JSON pointer.
    pub(crate) fn pointer(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Place::Root => {}
            Place::Member(up, name) => {
                up.write(out);
                out.push('/');
                if name.contains(['~', '/']) {
                    out.push_str(&name.replace('~', "~0").replace('/', "~1"));
                } else {
                    out.push_str(name);
                }
            }
            Place::Element(up, at) => {
                up.write(out);
                // Writing to a String cannot fail.
                let _ = write!(out, "/{at}");
            }
        }
    }
}
