//! Positions by name. Looked up for every member of every record that is
//! checked, so it neither hashes nor compares more text than it must.

/// Names with their positions, ordered by length, then by text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    sorted: Vec<(Box<str>, usize)>,
    /// Where the names of each length begin, and behind the longest, where they end.
    begins: Vec<usize>,
}

impl Names {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut sorted: Vec<(Box<str>, usize)> =
            names.enumerate().map(|(at, name)| (name.into(), at)).collect();
        sorted.sort_by(|(a, _), (b, _)| (a.len(), a.as_bytes()).cmp(&(b.len(), b.as_bytes())));
        let longest = sorted.last().map_or(0, |(name, _)| name.len());
        let begins =
            (0..=longest + 1).map(|length| sorted.partition_point(|(name, _)| name.len() < length)).collect();
        Self { sorted, begins }
    }

    pub(crate) fn get(&self, name: &str) -> Option<usize> {
        let (from, to) = (*self.begins.get(name.len())?, *self.begins.get(name.len() + 1)?);
        let alike = self.sorted.get(from..to)?;
        let found = alike.binary_search_by(|(other, _)| other.as_bytes().cmp(name.as_bytes())).ok()?;
        alike.get(found).map(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_at_their_positions() {
        let names = Names::new(["title", "id_0", "", "id_1"].into_iter());
        for (name, expected) in [
            ("title", Some(0)),
            ("id_0", Some(1)),
            ("", Some(2)),
            ("id_1", Some(3)),
            ("id_2", None),
            ("titles", None),
        ] {
            assert_eq!(names.get(name), expected, "{name}");
        }
    }
}
