//! A finding aid into the store: read, check, store, searchable.

use std::path::Path;

use anyhow::Result;
use desk::Desk;
use desk::commands::{Source, accept, preview};
use serde_json::json;

use crate::Scale;
use crate::data;
use crate::floor::ead;
use crate::floor::index::Bare;
use crate::floor::table::{self, Durability, Row};
use crate::measure::{Goal, Line, busy_in_all, in_turn};

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let text = data::finding_aid(scale.0, 7);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.xml");
    std::fs::write(&file, &text)?;
    let at = |name: &str, round: usize| folder.path().join(format!("{name}{round}"));
    let (read, bare_read) = in_turn(
        3,
        |_| {
            Ok::<_, anyhow::Error>(
                busy_in_all(|| exchange::ead::read_all("bench.xml", text.as_bytes(), "2")).0,
            )
        },
        |_| {
            let (time, done) = busy_in_all(|| {
                ead::read(text.as_bytes(), &mut |c| {
                    std::hint::black_box(ead::json(&c));
                    Ok(())
                })
            });
            done?;
            Ok(time)
        },
    )?;
    let (stored, bare) = in_turn(
        2,
        |round| product(&at("a", round), &file, Index::Not),
        |round| floor(&at("b", round), &text, Index::Not),
    )?;
    let (found, bare_found) = in_turn(
        2,
        |round| product(&at("c", round), &file, Index::Too),
        |round| floor(&at("d", round), &text, Index::Too),
    )?;
    Ok(vec![
        Line::new("read a finding aid into records", "s cpu", read, bare_read, Goal(1.5)),
        Line::new("import: read, check, store", "s cpu", stored, bare, Goal(1.5)),
        Line::new("import until searchable", "s cpu", found, bare_found, Goal(1.4)),
    ])
}

/// Whether the clock stops before or after the index has everything.
#[derive(Clone, Copy, PartialEq)]
enum Index {
    Not,
    Too,
}

fn product(folder: &Path, file: &Path, index: Index) -> Result<f64> {
    let desk = Desk::open(folder)?;
    let repo = repository(&desk)?;
    let (time, done) = busy_in_all(|| -> Result<()> {
        take(&desk, &repo, file)?;
        if index == Index::Too {
            desk.store().settle_search()?;
        }
        Ok(())
    });
    done?;
    Ok(time)
}

/// A new repository, for what is imported.
pub(super) fn repository(desk: &Desk) -> Result<String> {
    let made = desk::commands::call(desk, "new_repository", json!({"code": "B", "name": "Bench"}));
    made.map_err(|e| anyhow::anyhow!(e.code))?;
    let repo = desk.store().read(|r| r.list(&store::List::by_title(&["repository"], None, 0, 1)))?;
    Ok(repo.first().map(|head| head.uri.clone()).unwrap_or_default())
}

/// Reads and stores a file.
pub(super) fn take(desk: &Desk, repo: &str, file: &Path) -> Result<()> {
    let read =
        preview(desk, repo, &[Source::File(file.to_owned())]).map_err(|f| anyhow::anyhow!(f.0.code))?;
    accept(desk, &read).map_err(|f| anyhow::anyhow!(f.0.code))?;
    Ok(())
}

fn floor(folder: &Path, text: &str, index: Index) -> Result<f64> {
    std::fs::create_dir_all(folder)?;
    let table = table::open(&folder.join("floor.db"), Durability::Normal)?;
    let bare = Bare::create(&folder.join("index"))?;
    let mut writer = bare.writer()?;
    let (time, done) = busy_in_all(|| -> Result<()> {
        let transaction = table.unchecked_transaction()?;
        ead::read(text.as_bytes(), &mut |c| {
            let json = ead::json(&c);
            table::insert(
                &table,
                &Row { id: c.id, parent: c.parent, position: c.position, title: &c.title, json: &json },
            )?;
            if index == Index::Too {
                bare.add(&writer, u64::try_from(c.id)?, &c.title, &c.notes)?;
            }
            Ok(())
        })?;
        transaction.commit()?;
        writer.commit()?;
        Ok(())
    });
    done?;
    Ok(time)
}
