//! The server's processor time for a request, beside axum over a bare table. Each is a program of its own, so that
//! the clients' time is not counted.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Result, anyhow, bail};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use store::{Op, Role, Store};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::Scale;
use crate::data::{self, Numbers};
use crate::floor::http;
use crate::floor::table::{self, Durability, Row};
use crate::measure::{Goal, Line, percentile};

/// What is asked of this program to be one that serves: `product` or `floor`, and its data.
pub(crate) const ASKED: &str = "--serve";
const PASSWORD: &str = "bench";
const RECORDS: usize = 1_000;
const ROUNDS: usize = 9;
/// Requests under way at once.
const AT_ONCE: usize = 8;

pub(super) fn run(_: Scale) -> Result<Vec<Line>> {
    // The client of this case may be the first in the program that asks for one.
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let (data, file) = (folder.path().join("server"), folder.path().join("floor.db"));
    // The first start makes accounts; the records are written beside the wire, which is not what is measured.
    drop(Served::start("product", &data)?);
    let uris = fill(&data, &file)?;
    let mut product = Served::start("product", &data)?;
    let mut floor = Served::start("floor", &file)?;
    let session = runtime.block_on(login(&product.address))?;
    let (mut gets, mut posts) = (Pair::default(), Pair::default());
    for _ in 0..ROUNDS {
        let wanted: Vec<String> = uris.iter().map(|uri| format!("{}{uri}", product.address)).collect();
        let (time, docs) = product.busy(|| runtime.block_on(ask(&session, &wanted, None)))?;
        gets.product.push(time / RECORDS as f64 * 1e6);
        let bare: Vec<String> = (1..=uris.len()).map(|id| format!("{}/rec/{id}", floor.address)).collect();
        let (time, bare_docs) = floor.busy(|| runtime.block_on(ask("", &bare, None)))?;
        gets.floor.push(time / RECORDS as f64 * 1e6);
        let changed = docs.iter().map(|doc| changed(doc)).collect::<Result<Vec<_>>>()?;
        let (time, _) = product.busy(|| runtime.block_on(ask(&session, &wanted, Some(&changed))))?;
        posts.product.push(time / RECORDS as f64 * 1e6);
        let (time, _) = floor.busy(|| runtime.block_on(ask("", &bare, Some(&bare_docs))))?;
        posts.floor.push(time / RECORDS as f64 * 1e6);
    }
    Ok(vec![gets.line("server: read a record", Goal(1.25)), posts.line("server: save a record", Goal(2.0))])
}

#[derive(Default)]
struct Pair {
    product: Vec<f64>,
    floor: Vec<f64>,
}

impl Pair {
    fn line(mut self, name: &'static str, goal: Goal) -> Line {
        let (product, floor) = (percentile(&mut self.product, 0.5), percentile(&mut self.floor, 0.5));
        Line::new(name, "us cpu", product, floor, goal)
    }
}

fn changed(doc: &str) -> Result<String> {
    let mut doc: Value = serde_json::from_str(doc)?;
    let title = doc["title"].as_str().unwrap_or_default().to_owned();
    doc["title"] = json!(format!("{title} again"));
    Ok(doc.to_string())
}

async fn login(address: &str) -> Result<String> {
    let answer = reqwest::Client::new()
        .post(format!("{address}/users/admin/login?password={PASSWORD}"))
        .send()
        .await?;
    let answer: Value = answer.json().await?;
    answer["session"].as_str().map(str::to_owned).ok_or_else(|| anyhow!("no session"))
}

/// One request to each address, some at once; GET, or POST with these bodies.
async fn ask(session: &str, urls: &[String], bodies: Option<&[String]>) -> Result<Vec<String>> {
    let http = reqwest::Client::new();
    let mut answers = vec![String::new(); urls.len()];
    let mut under_way = JoinSet::new();
    for (at, url) in urls.iter().enumerate() {
        let request = match bodies {
            Some(bodies) => http.post(url).body(bodies[at].clone()),
            None => http.get(url),
        };
        let request =
            if session.is_empty() { request } else { request.header("X-ArchivesSpace-Session", session) };
        under_way.spawn(async move {
            Ok::<_, reqwest::Error>((at, request.send().await?.error_for_status()?.text().await?))
        });
        if under_way.len() >= AT_ONCE
            && let Some(done) = under_way.join_next().await
        {
            let (at, text) = done??;
            answers[at] = text;
        }
    }
    while let Some(done) = under_way.join_next().await {
        let (at, text) = done??;
        answers[at] = text;
    }
    Ok(answers)
}

fn fill(data: &Path, file: &Path) -> Result<Vec<String>> {
    let store = Store::open(data, store::Options::new(Role::Server))?;
    let bare = table::open(file, Durability::Normal)?;
    let mut numbers = Numbers::new(5);
    let (uris, _) = store.write(Op::repeatable("import", "bench"), |tx| {
        let repo = tx
            .create("repository", None, data::object(json!({"repo_code": "B", "name": "Bench"})))?
            .uri
            .clone();
        let root = tx.create("resource", Some(&repo), data::object(data::resource_record()))?.uri.clone();
        let mut uris = Vec::new();
        for n in 0..RECORDS {
            let doc = data::component_record(n, &root, &mut numbers);
            uris.push((
                tx.create("archival_object", Some(&repo), data::object(doc.clone()))?.uri.clone(),
                doc,
            ));
        }
        Ok(uris)
    })?;
    for (id, (_, doc)) in (1..).zip(&uris) {
        let (title, json) = (doc["title"].as_str().unwrap_or_default(), doc.to_string());
        table::insert(&bare, &Row { id, parent: 0, position: id, title, json: &json })?;
    }
    Ok(uris.into_iter().map(|(uri, _)| uri).collect())
}

/// A program that serves. Asked by a line, it tells the processor time that it took so far.
struct Served {
    child: Child,
    asks: Option<ChildStdin>,
    tells: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Served {
    fn start(which: &str, data: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([ASKED, which])
            .arg(data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| anyhow!("no output"))?;
        let asks = child.stdin.take();
        let mut served = Self { child, asks, tells: BufReader::new(out).lines(), address: String::new() };
        served.address = served.told()?;
        Ok(served)
    }

    fn told(&mut self) -> Result<String> {
        Ok(self.tells.next().ok_or_else(|| anyhow!("it ended"))??)
    }

    fn time(&mut self) -> Result<f64> {
        let Some(asks) = &mut self.asks else { bail!("it ended") };
        writeln!(asks)?;
        Ok(self.told()?.parse()?)
    }

    /// Seconds of the processor that it takes while `work` is done.
    fn busy<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
        let before = self.time()?;
        let done = work()?;
        Ok((self.time()? - before, done))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It ends when nobody can ask it any more.
        drop(self.asks.take());
        self.child.wait().ok();
    }
}

/// Serves until the standard input ends.
pub(crate) fn serve(which: &str, data: &Path, say: fn(&str)) -> Result<()> {
    let runtime = Runtime::new()?;
    let mut running = None;
    match which {
        "floor" => say(&runtime.block_on(http::serve(data.to_owned()))?),
        _ => {
            let mut options = server::Options::new(data, "127.0.0.1:0");
            options.admin_password = Some(PASSWORD.to_owned());
            let started = runtime.block_on(server::start(options)).map_err(|error| anyhow!("{error}"))?;
            say(&started.url());
            running = Some(started);
        }
    }
    for line in std::io::stdin().lines() {
        line?;
        let now = clock_gettime(ClockId::ProcessCPUTime);
        say(&format!("{}", now.tv_sec as f64 + now.tv_nsec as f64 / 1e9));
    }
    match running {
        Some(running) => runtime.block_on(running.stop()).map_err(|error| anyhow!("{error}")),
        None => Ok(()),
    }
}
