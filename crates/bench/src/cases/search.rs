//! Searches by class, beside the same queries of bare tantivy.

use anyhow::Result;
use store::{Facets, Query, Store};
use tantivy::ReloadPolicy;

use super::filled;
use crate::Scale;
use crate::data::{self, Numbers};
use crate::floor::index::{Bare, Class};
use crate::measure::{Goal, Line, busy, percentile};

const ROUNDS: usize = 200;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let filled = filled::fill(scale)?;
    filled.store.settle_search()?;
    let bare = Bare::create(&filled.folder.path().join("bare"))?;
    let mut writer = bare.writer()?;
    let mut numbers = Numbers::new(5);
    for n in 0..scale.0 {
        let record = data::component_record(n, "/r", &mut numbers);
        let notes =
            record.pointer("/notes/0/subnotes/0/content").and_then(|v| v.as_str()).unwrap_or_default();
        bare.add(&writer, n as u64, record["title"].as_str().unwrap_or_default(), notes)?;
    }
    writer.commit()?;
    let reader = bare.index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let mut lines = Vec::new();
    for (name, class, goal) in [
        ("search: a word", Class::Term, 2.0),
        ("search: two words", Class::And, 2.0),
        ("search: a phrase", Class::Phrase, 2.0),
        ("search: a prefix", Class::Prefix, 2.0),
    ] {
        let mut numbers = Numbers::new(17);
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let words: Vec<String> =
                data::title(&mut numbers).split(' ').skip(1).map(str::to_lowercase).collect();
            let (time, found) = busy(|| search(&filled.store, class, &words));
            found?;
            ours.push(time * 1e3);
            let (time, found) = busy(|| bare.search(&reader, class, &words));
            found?;
            floor.push(time * 1e3);
        }
        let (p95, bare95) = (percentile(&mut ours, 0.95), percentile(&mut floor, 0.95));
        lines.push(Line::new(name, "ms p95 cpu", p95, bare95, Goal(goal)));
    }
    lines.push(facets(&filled.store)?);
    Ok(lines)
}

fn search(store: &Store, class: Class, words: &[String]) -> Result<u64> {
    let text = match class {
        Class::Term => words[0].clone(),
        Class::And => words.iter().take(2).cloned().collect::<Vec<_>>().join(" AND "),
        Class::Phrase => format!("title:\"{}\"", words.iter().take(2).cloned().collect::<Vec<_>>().join(" ")),
        Class::Prefix => format!("title:{}*", words[0].chars().take(4).collect::<String>()),
    };
    Ok(store.search(&Query { text, limit: 10, facets: Facets::None, ..Query::default() })?.total)
}

/// With all facets, beside the ten milliseconds that nobody notices.
fn facets(store: &Store) -> Result<Line> {
    let mut numbers = Numbers::new(19);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let word = data::title(&mut numbers).split(' ').nth(1).unwrap_or("harbour").to_lowercase();
        let (time, found) = busy(|| store.search(&Query { text: word, limit: 50, ..Query::default() }));
        found?;
        times.push(time * 1e3);
    }
    Ok(Line::new(
        "search: a word with all facets and passages",
        "ms p95 cpu",
        percentile(&mut times, 0.95),
        10.0,
        Goal(1.0),
    ))
}
