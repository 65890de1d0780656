//! Positions by name. Looked up for every member of every record that is
//! checked, so it neither hashes nor compares more text than it must.

/// Names with their positions, ordered by length, then by text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<(Box<str>, usize)>);

impl Names {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<(Box<str>, usize)> =
            names.enumerate().map(|(at, name)| (name.into(), at)).collect();
        sorted.sort_by(|(a, _), (b, _)| order(a, b));
        Self(sorted)
    }

    pub(crate) fn get(&self, name: &str) -> Option<usize> {
        let found = self.0.binary_search_by(|(other, _)| order(other, name)).ok()?;
        self.0.get(found).map(|(_, at)| *at)
    }
}

fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.as_bytes().cmp(b.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_at_their_positions() {
        let names = Names::new(["title", "id_0", "", "id_1"].into_iter());
        for (name, expected) in
            [("title", Some(0)), ("id_0", Some(1)), ("", Some(2)), ("id_1", Some(3)), ("id_2", None)]
        {
            assert_eq!(names.get(name), expected, "{name}");
        }
    }
}
