//! tantivy with the fields that a search needs, and nothing around it.

use std::path::Path;

use anyhow::Result;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TEXT};
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, Term};

/// The index and its fields.
pub(crate) struct Bare {
    pub(crate) index: Index,
    id: Field,
    title: Field,
    notes: Field,
    level: Field,
}

/// A query class.
#[derive(Clone, Copy)]
pub(crate) enum Class {
    Term,
    And,
    Phrase,
    Prefix,
}

impl Bare {
    pub(crate) fn create(folder: &Path) -> Result<Self> {
        let mut schema = Schema::builder();
        let id = schema.add_u64_field("id", INDEXED | STORED | FAST);
        let title = schema.add_text_field("title", TEXT | STORED);
        let notes = schema.add_text_field("notes", TEXT);
        let level = schema.add_text_field("level", STRING | FAST);
        std::fs::create_dir_all(folder)?;
        Ok(Self { index: Index::create_in_dir(folder, schema.build())?, id, title, notes, level })
    }

    pub(crate) fn writer(&self) -> Result<IndexWriter> {
        Ok(self.index.writer_with_num_threads(1, 50_000_000)?)
    }

    pub(crate) fn add(&self, writer: &IndexWriter, id: u64, title: &str, notes: &str) -> Result<()> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.id, id);
        document.add_text(self.title, title);
        document.add_text(self.notes, notes);
        document.add_text(self.level, "file");
        writer.add_document(document)?;
        Ok(())
    }

    /// Ten best and the count, with their stored titles, as a page of results needs.
    pub(crate) fn search(&self, reader: &IndexReader, class: Class, words: &[String]) -> Result<usize> {
        let searcher = reader.searcher();
        let query = self.query(class, words)?;
        let (top, count) = searcher.search(&query, &(TopDocs::with_limit(10).order_by_score(), Count))?;
        for (_, address) in top {
            let _document: TantivyDocument = searcher.doc(address)?;
        }
        Ok(count)
    }

    fn query(&self, class: Class, words: &[String]) -> Result<Box<dyn Query>> {
        let either = |word: &String| -> Box<dyn Query> {
            let term = |field| -> Box<dyn Query> {
                Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
            };
            Box::new(BooleanQuery::new(vec![
                (Occur::Should, term(self.title)),
                (Occur::Should, term(self.notes)),
            ]))
        };
        Ok(match class {
            Class::Term => either(&words[0]),
            Class::And => {
                Box::new(BooleanQuery::new(words.iter().take(2).map(|w| (Occur::Must, either(w))).collect()))
            }
            Class::Phrase => {
                let terms = words.iter().take(2).map(|w| Term::from_field_text(self.title, w)).collect();
                Box::new(PhraseQuery::new(terms))
            }
            Class::Prefix => {
                let stem: String = words[0].chars().take(4).collect();
                Box::new(RegexQuery::from_pattern(&format!("{stem}.*"), self.title)?)
            }
        })
    }
}
