//! A desk's first sync from the server, beside overlapped pages written to a bare table.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, anyhow};
use desk::Desk;
use serde_json::{Value, json};
use store::{Index, Op, Role, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::Scale;
use crate::data::{self, Numbers};
use crate::floor::table::{self, Durability, Row};
use crate::measure::{Goal, Line, in_turn, percentile, seconds};

const PASSWORD: &str = "bench";
/// First syncs of each sort: the very first reads what nobody has read yet.
const SYNCS: usize = 3;
/// Syncs with nothing to do.
const ROUNDS: u32 = 20;

pub(super) fn run(scale: Scale) -> Result<Vec<Line>> {
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("server");
    // The first start makes accounts; the records are written beside the wire, which is not what is measured.
    let mut options = server::Options::new(&data, "127.0.0.1:0");
    options.admin_password = Some(PASSWORD.to_owned());
    let running = runtime.block_on(server::start(options.clone())).map_err(|e| anyhow!("{e}"))?;
    runtime.block_on(running.stop()).map_err(|e| anyhow!("{e}"))?;
    fill(&data, scale)?;
    let running = runtime.block_on(server::start(options)).map_err(|e| anyhow!("{e}"))?;
    let address = format!("http://{}", running.addr);
    let synced = |name: &str, index: Index| {
        in_turn(
            SYNCS,
            |round| product(&folder.path().join(format!("{name}{round}")), &address, index),
            |round| runtime.block_on(floor(&folder.path().join(format!("{name}{round}.db")), &address)),
        )
    };
    let (ours, bare) = synced("alone", Index::OnDemand)?;
    let (with_index, beside) = synced("indexed", Index::Kept)?;
    let (requests, wait) = nothing_changed(&folder.path().join("idle"), &running.addr.to_string(), &runtime)?;
    runtime.block_on(running.stop()).map_err(|e| anyhow!("{e}"))?;
    Ok(vec![
        Line::new("first sync from the server", "s", ours, bare, Goal(1.3)),
        Line::new("  while it is indexed", "s", with_index, beside, Goal(2.0)),
        Line::new("sync with nothing changed", "ms", wait, 5.0, Goal(1.0)),
        Line::new("  its requests", "", requests, 3.0, Goal(1.0)),
    ])
}

/// Requests and milliseconds of a sync when nothing has changed on either side.
fn nothing_changed(folder: &Path, server: &str, runtime: &Runtime) -> Result<(f64, f64)> {
    let seen = Arc::new(AtomicU32::new(0));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("http://{}", listener.local_addr()?);
    runtime.spawn(counted(listener, server.to_owned(), Arc::clone(&seen)));
    let desk = Desk::open(folder)?;
    let call =
        |name: &str, input: Value| desk::commands::call(&desk, name, input).map_err(|e| anyhow!(e.code));
    call("connect", json!({"url": address, "user": "admin", "password": PASSWORD}))?;
    call("sync", json!({}))?;
    let mut times = Vec::new();
    let before = seen.load(Ordering::Relaxed);
    for _ in 0..ROUNDS {
        let (time, done) = seconds(|| call("sync", json!({})));
        done?;
        times.push(time * 1e3);
    }
    let requests = f64::from(seen.load(Ordering::Relaxed) - before) / f64::from(ROUNDS);
    Ok((requests, percentile(&mut times, 0.5)))
}

/// Passes everything on to `server`, counting the requests.
async fn counted(listener: TcpListener, server: String, seen: Arc<AtomicU32>) {
    while let Ok((from, _)) = listener.accept().await {
        let Ok(to) = TcpStream::connect(&server).await else { return };
        // Both ways without delay, as between two programs that speak to each other at once.
        if from.set_nodelay(true).and(to.set_nodelay(true)).is_err() {
            return;
        }
        let ((mut asking, mut told), (mut answering, mut asked)) = (from.into_split(), to.into_split());
        tokio::spawn(async move { tokio::io::copy(&mut answering, &mut told).await });
        let seen = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length @ 1..) = asking.read(&mut buffer).await {
                let heads = buffer[..length].windows(11).filter(|at| *at == b" HTTP/1.1\r\n").count();
                seen.fetch_add(u32::try_from(heads).unwrap_or(0), Ordering::Relaxed);
                if asked.write_all(&buffer[..length]).await.is_err() {
                    return;
                }
            }
        });
    }
}

fn fill(folder: &Path, scale: Scale) -> Result<()> {
    let store = Store::open(folder, store::Options::new(Role::Server))?;
    let ((repo, root), _) = store.write(Op::repeatable("import", "bench"), |tx| {
        let repo = tx.create("repository", None, data::object(json!({"repo_code": "B", "name": "Bench"})))?;
        let root = tx.create("resource", Some(&repo.uri), data::object(data::resource_record()))?;
        Ok((repo.uri.clone(), root.uri.clone()))
    })?;
    let mut numbers = Numbers::new(5);
    for chunk in (0..scale.0).collect::<Vec<_>>().chunks(1_000) {
        store.write(Op::repeatable("import", "bench"), |tx| {
            for n in chunk {
                tx.create(
                    "archival_object",
                    Some(&repo),
                    data::object(data::component_record(*n, &root, &mut numbers)),
                )?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn product(folder: &Path, address: &str, index: Index) -> Result<f64> {
    let store = store::Options { index, ..store::Options::new(Role::Desk) };
    let desk = Desk::open_with(folder, desk::Options { store, ..desk::Options::default() })?;
    let (time, done) = seconds(|| -> Result<Value> {
        let call =
            |name: &str, input: Value| desk::commands::call(&desk, name, input).map_err(|e| anyhow!(e.code));
        call("connect", json!({"url": address, "user": "admin", "password": PASSWORD}))?;
        call("sync", json!({}))
    });
    done?;
    Ok(time)
}

/// The feed's pages, the next one asked for while the last is written.
async fn floor(path: &Path, address: &str) -> Result<f64> {
    let http = reqwest::Client::new();
    let login: Value =
        http.post(format!("{address}/users/admin/login?password={PASSWORD}")).send().await?.json().await?;
    let session = login["session"].as_str().unwrap_or_default().to_owned();
    let table = table::open(path, Durability::Normal)?;
    let began = std::time::Instant::now();
    let page = |after: i64| {
        let request = http
            .get(format!("{address}/feed?after={after}&limit=1000"))
            .header("X-ArchivesSpace-Session", &session);
        async move { request.send().await?.bytes().await }
    };
    let (mut id, mut next) = (0_i64, tokio::spawn(page(0)));
    loop {
        let feed: Value = serde_json::from_slice(&next.await??)?;
        let after = feed["next"].as_i64().unwrap_or_default();
        let more = feed["more"].as_bool().unwrap_or(false);
        next = tokio::spawn(page(after));
        let transaction = table.unchecked_transaction()?;
        for entry in feed["entries"].as_array().into_iter().flatten() {
            id += 1;
            let json = entry["record"].to_string();
            let title = entry["record"]["title"].as_str().unwrap_or_default();
            table::insert(&table, &Row { id, parent: 0, position: id, title, json: &json })?;
        }
        transaction.commit()?;
        if !more {
            return Ok(began.elapsed().as_secs_f64());
        }
    }
}
