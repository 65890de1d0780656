//! The sample collections import without a problem.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use exchange::ead::{Import, read_all};

fn import(name: &str) -> Import {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    let bytes = std::fs::read(path).unwrap();
    read_all(name, bytes.as_slice(), "2").unwrap_or_else(|error| panic!("{error}"))
}

fn count(import: &Import, kind: &str) -> usize {
    import.records.iter().filter(|record| record.kind == kind).count()
}

#[test]
fn sample_collections_have_no_problems() {
    for (name, components, digital) in
        [("halloran-voss.xml", 71, 2), ("harbour-photographs.xml", 28, 12), ("harbour-commission.xml", 43, 0)]
    {
        let import = import(name);
        let problems = import.report.problems.iter();
        let problems: Vec<_> =
            problems.map(|p| format!("line {}, {}: {}", p.line, p.path, p.message("en"))).collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
        assert!(import.report.new_values.is_empty());
        assert_eq!(count(&import, "resource"), 1, "{name}");
        assert_eq!(count(&import, "archival_object"), components, "{name}");
        assert_eq!(count(&import, "digital_object"), digital, "{name}");
        for record in &import.records {
            assert_eq!(import.report.kinds[&record.kind], count(&import, &record.kind) as u64);
        }
    }
}
