//! `resource_duplicate_job`: copies a resource with its whole tree. The copy is not public, whatever the resource is, and
//! its identifiers say that it is one, as ArchivesSpace has it.

use serde_json::{Map, Value, json};
use store::{Stored, Tx};

use super::run::{Done, Ended, Run, Then};
use super::types::{Asked, wrong};
use crate::reply::Failure;

/// Nodes read at once.
const PAGE: u64 = 500;
/// Nodes after which the log tells how far it is.
const PROGRESS: usize = 1_000;
const MARK: &str = "[Duplicated] ";

/// What names one record alone, here or elsewhere: a copy gets its own, or none.
const OWN: [&str; 9] = [
    "ref_id",
    "slug",
    "is_slug_auto",
    "ark_name",
    "external_ark_url",
    "external_ids",
    "import_current_ark",
    "import_previous_arks",
    "ead_location",
];
/// What names a resource; each says that it is of a copy.
const MARKED: [&str; 3] = ["title", "id_0", "ead_id"];

fn source(job: &Map<String, Value>) -> &str {
    job.get("source").and_then(Value::as_str).unwrap_or_default()
}

/// The resource of this repository that is to be copied. What is suppressed is not copied: the copy would show it.
fn resource(reader: &store::Reader<'_>, repo: &str, uri: &str) -> Result<Option<Stored>, store::Error> {
    let found = reader.get(uri)?;
    Ok(found
        .filter(|found| found.kind == "resource" && !found.suppressed && found.repo.as_deref() == Some(repo)))
}

pub(super) fn accepts(asked: &Asked<'_>) -> Result<(), Failure> {
    let uri = source(&asked.job.doc);
    match asked.app.read(|reader| Ok(resource(reader, asked.repo, uri)?))? {
        Some(_) => Ok(()),
        None => Err(wrong("source", format!("'{uri}' is no resource of this repository"))),
    }
}

pub(super) fn run(run: &Run<'_>) -> Done {
    let uri = source(&run.job.doc);
    run.write("resource_duplicate", Then::Completed, |tx| {
        let Some(from) = resource(tx, &run.job.repo, uri)? else {
            return Err(Ended::Failed(Failure::Bad(format!("{uri} is not there any more"))));
        };
        let made = tx.create("resource", Some(&run.job.repo), copy_of_root(from.doc))?;
        let nodes = Copy { run, root: uri, made: &made.uri }.nodes(tx)?;
        run.say(&format!("{nodes} components copied"));
        run.say(&format!("Made {}", made.uri));
        Ok(())
    })
}

fn copy_of_root(doc: Map<String, Value>) -> Map<String, Value> {
    let mut doc = copy(doc);
    for name in MARKED {
        if let Some(Value::String(text)) = doc.get_mut(name) {
            text.insert_str(0, MARK);
        }
    }
    doc.insert("publish".to_owned(), Value::Bool(false));
    doc
}

fn copy(mut doc: Map<String, Value>) -> Map<String, Value> {
    doc.retain(|name, _| !OWN.contains(&name.as_str()));
    doc.values_mut().for_each(unnamed);
    doc
}

/// Notes and rights statements get names of their own.
fn unnamed(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unnamed),
        Value::Object(inner) => {
            inner.shift_remove("persistent_id");
            if inner.get("jsonmodel_type").is_some_and(|kind| kind == "rights_statement") {
                inner.shift_remove("identifier");
            }
            inner.values_mut().for_each(unnamed);
        }
        _ => {}
    }
}

/// A tree on its way.
struct Copy<'a> {
    run: &'a Run<'a>,
    root: &'a str,
    made: &'a str,
}

impl Copy<'_> {
    /// Copies the tree from above, families one after the other; the number of nodes.
    fn nodes(&self, tx: &mut Tx<'_>) -> Result<usize, Ended> {
        let (mut done, mut families) = (0, vec![(None::<String>, None::<String>)]);
        while let Some((from, to)) = families.pop() {
            let mut offset = 0;
            loop {
                let page = tx.children(self.root, from.as_deref(), offset, PAGE)?;
                offset += page.len() as u64;
                if page.is_empty() {
                    break;
                }
                for node in page.into_iter().filter(|node| !node.suppressed) {
                    self.run.step()?;
                    let Some(stored) = tx.get(&node.uri)? else { continue };
                    let made = self.node(tx, stored, to.as_deref())?;
                    families.push((Some(node.uri), Some(made)));
                    done += 1;
                    if done % PROGRESS == 0 {
                        self.run.say(&format!("{done} components copied"));
                    }
                }
            }
        }
        Ok(done)
    }

    fn node(&self, tx: &mut Tx<'_>, stored: Stored, parent: Option<&str>) -> Result<String, Ended> {
        let kind = stored.kind;
        let mut doc = copy(stored.doc);
        doc.insert("resource".to_owned(), json!({"ref": self.made}));
        if let Some(parent) = parent {
            doc.insert("parent".to_owned(), json!({"ref": parent}));
        }
        Ok(tx.create(kind, Some(&self.run.job.repo), doc)?.uri.clone())
    }
}
