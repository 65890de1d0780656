//! From the tree of a query to what tantivy runs.

use std::iter;

use record::Registry;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery,
    PhraseQuery, Query as Run, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::Query;
use super::analyze::words;
use super::identifier::joined;
use super::parse::Node;
use super::schema::{Fields, Words};
use crate::{Error, Reader, Role, kinds};

const TITLE: f32 = 3.0;
const IDENTIFIER: f32 = 6.0;

/// Whether a query may name this field: `title`, `date`, any property of a kind.
pub(crate) fn is_field(name: &str) -> bool {
    alias(name) != Alias::Property
        || Registry::shipped().top_level().any(|kind| kind.property(name).is_some())
        || name == "creator"
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alias {
    Title,
    Identifier,
    Years,
    Facet(&'static str),
    Named(&'static str),
    Property,
}

fn alias(name: &str) -> Alias {
    match name {
        "title" => Alias::Title,
        "identifier" | "id" => Alias::Identifier,
        "date" | "dates" | "year" | "years" => Alias::Years,
        "kind" | "type" => Alias::Facet("kind"),
        "level" => Alias::Facet("level"),
        "publish" | "published" => Alias::Facet("publish"),
        "note" => Alias::Named("notes"),
        "subject" => Alias::Named("subjects"),
        "agent" | "agents" => Alias::Named("linked_agents"),
        _ => Alias::Property,
    }
}

/// The fields that a query looks into.
struct Scope<'a> {
    fields: &'a Fields,
    /// What the public may read and, for those who work at a server, what it may not.
    words: Vec<Words>,
}

impl<'a> Scope<'a> {
    fn of(fields: &'a Fields, role: Role, query: &Query) -> Self {
        let words = match role {
            Role::Server if !query.published_only => vec![fields.open, fields.inner],
            _ => vec![fields.open],
        };
        Self { fields, words }
    }

    /// One of them finds it.
    fn either(&self, run: impl Fn(&Words) -> Option<Box<dyn Run>>) -> Option<Box<dyn Run>> {
        either(self.words.iter().map(run))
    }
}

/// Everything of a query: its text and its filters.
pub(crate) fn build(
    fields: &Fields,
    reader: &Reader<'_>,
    query: &Query,
    node: &Node,
) -> Result<Box<dyn Run>, Error> {
    let mut clauses: Vec<(Occur, Box<dyn Run>)> = Vec::new();
    let scope = Scope::of(fields, reader.role(), query);
    clauses.push((Occur::Must, text(&scope, node).unwrap_or_else(|| Box::new(AllQuery))));
    let mut filter =
        |run: Box<dyn Run>| clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(run, 0.0))));
    if !query.kinds.is_empty() {
        filter(facet(fields, "kind", query.kinds.iter().map(String::as_str)));
    }
    if let Some(repo) = &query.repo {
        let row = reader.row_of(repo)?.map_or(-1, |(id, _)| id).to_string();
        filter(facet(fields, "repository", [row.as_str(), "0"].into_iter()));
    }
    if let Some(repositories) = &query.repositories {
        let mut rows = vec!["0".to_owned()];
        for repo in repositories {
            rows.extend(reader.row_of(repo)?.map(|(id, _)| id.to_string()));
        }
        filter(facet(fields, "repository", rows.iter().map(String::as_str)));
    }
    if let Some(root) = &query.root {
        let row = reader.row_of(root)?.map_or(-1, |(id, _)| id);
        filter(Box::new(TermQuery::new(Term::from_field_i64(fields.root, row), IndexRecordOption::Basic)));
    }
    for (name, values) in &query.filters {
        let mut wanted = Vec::new();
        for value in values {
            // Links are indexed by row, so that they outlive a change of address.
            match reader.row_of(value)?.filter(|_| value.starts_with('/')) {
                Some((id, _)) => wanted.push(id.to_string()),
                None => wanted.push(value.clone()),
            }
        }
        filter(facet(fields, name, wanted.iter().map(String::as_str)));
    }
    if query.published_only {
        let never = Registry::shipped().top_level().map(|kind| kind.name.as_str());
        let never = never.filter(|kind| !kinds::is_publishable(kind));
        let published = facet(fields, "publish", ["true"].into_iter());
        let clauses = vec![(Occur::Should, published), (Occur::Should, facet(fields, "kind", never))];
        filter(Box::new(BooleanQuery::new(clauses)));
    }
    if query.published_only || query.without_suppressed {
        filter(facet(fields, "suppressed", ["false"].into_iter()));
    }
    // One clause needs nothing around it.
    let run = match (clauses.len(), clauses.pop()) {
        (1, Some((_, only))) => only,
        (_, last) => {
            clauses.extend(last);
            Box::new(BooleanQuery::new(clauses))
        }
    };
    let mut excluded = Vec::new();
    for uri in &query.excluded {
        excluded.extend(reader.row_of(uri)?.map(|(id, _)| id));
    }
    Ok(without(fields, run, excluded.into_iter()))
}

/// All records of a query but some, which are left out or answered from elsewhere.
pub(crate) fn without(fields: &Fields, run: Box<dyn Run>, rows: impl Iterator<Item = i64>) -> Box<dyn Run> {
    let terms: Vec<Term> = rows.map(|row| Term::from_field_i64(fields.id, row)).collect();
    if terms.is_empty() {
        return run;
    }
    let out: Box<dyn Run> = Box::new(TermSetQuery::new(terms));
    Box::new(BooleanQuery::new(vec![(Occur::Must, run), (Occur::MustNot, out)]))
}

fn facet<'a>(fields: &Fields, name: &str, values: impl Iterator<Item = &'a str>) -> Box<dyn Run> {
    let terms = values.map(|value| {
        let term = json_term(fields.facets, name, value);
        (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Run>)
    });
    Box::new(BooleanQuery::new(terms.collect()))
}

fn json_term(field: Field, path: &str, value: &str) -> Term {
    let mut term = Term::from_field_json_path(field, path, false);
    term.append_type_and_str(value);
    term
}

/// `None`: nothing to search for.
fn text(scope: &Scope<'_>, node: &Node) -> Option<Box<dyn Run>> {
    match node {
        Node::All => Some(Box::new(AllQuery)),
        Node::Word { field: None, text, prefix } => any(scope, text, *prefix),
        Node::Phrase { field: None, text } => {
            let title = phrase(scope.fields.title, text, false).map(|run| boost(run, TITLE));
            either(iter::once(title).chain(scope.words.iter().map(|words| phrase(words.text, text, false))))
        }
        Node::Word { field: Some(name), text, prefix } => in_field(scope, name, text, *prefix),
        Node::Phrase { field: Some(name), text } => match alias(name) {
            Alias::Title => phrase(scope.fields.title, text, false),
            _ => in_field(scope, name, text, false),
        },
        Node::Range { field, from, to } => range(scope.fields, field, from.as_deref(), to.as_deref()),
        Node::And(nodes) => all_of(scope, nodes),
        Node::Or(nodes) => either(nodes.iter().map(|node| text_of(scope, node))),
        Node::Not(_) => all_of(scope, std::slice::from_ref(node)),
    }
}

fn text_of(scope: &Scope<'_>, node: &Node) -> Option<Box<dyn Run>> {
    text(scope, node)
}

fn all_of(scope: &Scope<'_>, nodes: &[Node]) -> Option<Box<dyn Run>> {
    let mut clauses = Vec::new();
    for node in nodes {
        match node {
            Node::Not(inner) => clauses.extend(text(scope, inner).map(|run| (Occur::MustNot, run))),
            node => clauses.extend(text(scope, node).map(|run| (Occur::Must, run))),
        }
    }
    if clauses.is_empty() {
        return None;
    }
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    }
    Some(Box::new(BooleanQuery::new(clauses)))
}

fn either(runs: impl IntoIterator<Item = Option<Box<dyn Run>>>) -> Option<Box<dyn Run>> {
    let mut runs: Vec<Box<dyn Run>> = runs.into_iter().flatten().collect();
    match runs.len() {
        0 => None,
        1 => runs.pop(),
        _ => Some(Box::new(BooleanQuery::new(runs.into_iter().map(|run| (Occur::Should, run)).collect()))),
    }
}

fn boost(run: Box<dyn Run>, by: f32) -> Box<dyn Run> {
    Box::new(BoostQuery::new(run, by))
}

/// A word anywhere: in the title, as an identifier, in the text.
fn any(scope: &Scope<'_>, word: &str, prefix: bool) -> Option<Box<dyn Run>> {
    let title = phrase(scope.fields.title, word, prefix).map(|run| boost(run, TITLE));
    let written = scope
        .words
        .iter()
        .flat_map(|words| [phrase(words.text, word, prefix), identifier(words.identifier, word, prefix)]);
    either(iter::once(title).chain(written))
}

fn identifier(field: Field, word: &str, prefix: bool) -> Option<Box<dyn Run>> {
    let spelling = joined(word);
    if spelling.is_empty() {
        return None;
    }
    let term = Term::from_field_text(field, &spelling);
    let run: Box<dyn Run> = if prefix {
        Box::new(FuzzyTermQuery::new_prefix(term, 0, true))
    } else {
        Box::new(ConstScoreQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), 1.0))
    };
    Some(boost(run, IDENTIFIER))
}

/// The words of a text, side by side.
fn phrase(field: Field, text: &str, prefix: bool) -> Option<Box<dyn Run>> {
    let terms: Vec<Term> = words(text).iter().map(|word| Term::from_field_text(field, &word.text)).collect();
    match (terms.as_slice(), prefix) {
        ([], _) => None,
        ([only], false) => Some(Box::new(TermQuery::new(only.clone(), IndexRecordOption::WithFreqs))),
        ([only], true) => Some(Box::new(FuzzyTermQuery::new_prefix(only.clone(), 0, true))),
        (_, false) => Some(Box::new(PhraseQuery::new(terms))),
        (_, true) => Some(Box::new(PhrasePrefixQuery::new(terms))),
    }
}

fn in_field(scope: &Scope<'_>, name: &str, value: &str, prefix: bool) -> Option<Box<dyn Run>> {
    let fields = scope.fields;
    let property = |name: &str| scope.either(|words| property_words(words.props, name, value, prefix));
    match alias(name) {
        Alias::Title => phrase(fields.title, value, prefix),
        Alias::Identifier => scope.either(|words| identifier(words.identifier, value, prefix)),
        Alias::Years => {
            let (from, to) = value.split_once(['-', '–', '/']).unwrap_or((value, value));
            range(fields, name, Some(from), Some(to))
        }
        Alias::Facet(facet_name) => Some(facet(fields, facet_name, [value].into_iter())),
        Alias::Named(name) => property(name),
        Alias::Property => either([property(name), Some(facet(fields, name, [value].into_iter()))]),
    }
}

fn property_words(props: Field, property: &str, value: &str, prefix: bool) -> Option<Box<dyn Run>> {
    let words = words(value);
    let last = words.len().checked_sub(1)?;
    let clauses = words.iter().enumerate().map(|(at, word)| {
        let term = json_term(props, property, &word.text);
        let run: Box<dyn Run> = if prefix && at == last {
            Box::new(FuzzyTermQuery::new_prefix(term, 0, true))
        } else {
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        };
        (Occur::Must, run)
    });
    Some(Box::new(BooleanQuery::new(clauses.collect())))
}

/// A range of years. Of other fields only the years can be asked for by range.
fn range(fields: &Fields, _field: &str, from: Option<&str>, to: Option<&str>) -> Option<Box<dyn Run>> {
    use std::ops::Bound;
    let bound = |end: Option<&str>| match end.and_then(year) {
        Some(year) => Bound::Included(Term::from_field_i64(fields.years, year)),
        None => Bound::Unbounded,
    };
    match (bound(from), bound(to)) {
        (Bound::Unbounded, Bound::Unbounded) => None,
        (from, to) => Some(Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(from, to)), 1.0))),
    }
}

fn year(text: &str) -> Option<i64> {
    let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Words of a query that a hit shows: folded, with whether they are beginnings only.
pub(crate) fn wanted(node: &Node, found: &mut Vec<(String, bool)>) {
    match node {
        Node::Word { text, prefix, .. } => {
            let words = words(text);
            let last = words.len().saturating_sub(1);
            found.extend(words.into_iter().enumerate().map(|(at, word)| (word.text, *prefix && at == last)));
        }
        Node::Phrase { text, .. } => found.extend(words(text).into_iter().map(|word| (word.text, false))),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| wanted(node, found)),
        Node::All | Node::Range { .. } | Node::Not(_) => {}
    }
}
