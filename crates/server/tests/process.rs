//! The program itself: settings, signals, backup and restore.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fonds-server"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FONDS_")) {
        command.env_remove(name);
    }
    command.args(args);
    command
}

fn run(args: &[&str]) -> Output {
    program(args).output().unwrap()
}

/// What a command prints; it must succeed.
fn ok(args: &[&str]) -> String {
    let output = run(args);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{args:?}: {out}{err}");
    out.into_owned()
}

/// What a command complains of; it must fail.
fn complaint(args: &[&str]) -> String {
    let output = run(args);
    assert!(!output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

struct Server {
    child: Child,
    url: String,
    token: String,
}

impl Server {
    fn start(args: &[&str]) -> Self {
        let mut child = program(&[&["serve", "--listen", "127.0.0.1:0"], args].concat())
            .env("FONDS_ADMIN_PASSWORD", "secret")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line:?}"));
        let mut server = Self { child, url: url.to_owned(), token: String::new() };
        server.token = server.ask("POST", "/users/admin/login?password=secret", "")["session"]
            .as_str()
            .unwrap()
            .to_owned();
        server
    }

    /// One request; the answer's body.
    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let text = self.raw(method, path, body);
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{text}"))
    }

    fn raw(&self, method: &str, path: &str, body: &str) -> String {
        let session = match self.token.as_str() {
            "" => String::new(),
            token => format!("X-ArchivesSpace-Session: {token}\r\n"),
        };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{session}");
        let mut stream = TcpStream::connect(&self.url).unwrap();
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Ends it as a service manager does.
    fn stop(mut self) {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn settings_come_from_the_file_and_mistakes_in_it_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("fonds.toml");
    let data = dir.path().join("data");
    std::fs::write(&file, format!("data = {:?}\nbody-limit = 100\nlog-format = \"json\"\n", text(&data)))
        .unwrap();
    let server = Server::start(&["--config", text(&file)]);
    assert!(data.join("fonds.db").exists());
    let answer = server.raw("POST", "/repositories", &"x".repeat(101));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    server.stop();
    let server = Server::start(&["--config", text(&file), "--body-limit", "1000"]);
    let answer = server.raw("POST", "/repositories", &"x".repeat(101));
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    server.stop();

    assert_eq!(ok(&["check", "--config", text(&file)]), "no problems found\n");
    std::fs::write(&file, "data = \"d\"\n\nlisten-on = \"x\"\n").unwrap();
    let told = complaint(&["serve", "--config", text(&file)]);
    assert_eq!(told, format!("{}:3: listen-on: there is no such setting\n", text(&file)));
    let told = complaint(&["serve", "--data", text(&data), "--tls-key", "k.pem"]);
    assert!(told.contains("tls-key needs tls-certificate"), "{told}");
    assert!(complaint(&["serve", "--config", "/no/such/file"]).starts_with("/no/such/file: "));
}

#[test]
fn requests_under_way_are_answered_when_it_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(&["--data", text(dir.path())]);
    let body = json!({"repo_code": "ALB", "name": "Albion"}).to_string();
    let (one, other) = body.split_at(10);
    let mut stream = TcpStream::connect(&server.url).unwrap();
    write!(
        stream,
        "POST /repositories HTTP/1.1\r\nHost: x\r\nX-ArchivesSpace-Session: {}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        server.token,
        body.len()
    )
    .unwrap();
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(one.as_bytes()).unwrap();
    // A connection that waits for nothing is closed as soon as the server ends.
    let mut idle = TcpStream::connect(&server.url).unwrap();
    write!(idle, "GET /version HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    server.signal("-TERM");
    let mut seen = String::new();
    idle.read_to_string(&mut seen).unwrap();
    stream.write_all(other.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"Created\""), "{answer}");
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_backup_of_a_running_server_is_restored() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("backup.db"));
    let (data, file) = (text(&data), text(&file));
    let server = Server::start(&["--data", data]);
    let repository = |code: &str| json!({"repo_code": code, "name": code}).to_string();
    assert_eq!(server.ask("POST", "/repositories", &repository("ALB"))["status"], "Created");
    let before = identity(&server);
    assert_eq!(ok(&["backup", "--data", data, "--to", file]), "");
    assert!(
        complaint(&["backup", "--data", data, "--to", file]).contains("backup.db"),
        "it is there already"
    );
    assert_eq!(server.ask("POST", "/repositories", &repository("LATE"))["status"], "Created");
    for command in
        [&["restore", "--from", file, "--data", data, "--force"][..], &["check", "--repair", "--data", data]]
    {
        assert!(complaint(command).contains("in use by a running server"));
    }
    assert!(
        complaint(&["serve", "--listen", "127.0.0.1:0", "--data", data])
            .contains("in use by a running server")
    );
    server.stop();

    assert!(complaint(&["restore", "--from", file, "--data", data]).contains("--force"));
    let damaged = dir.path().join("damaged.db");
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(&damaged, &bytes).unwrap();
    let told = complaint(&["restore", "--from", text(&damaged), "--data", data, "--force"]);
    assert!(told.contains("damaged.db is damaged"), "{told}");
    std::fs::write(&damaged, "no database").unwrap();
    assert!(complaint(&["restore", "--from", text(&damaged), "--data", data, "--force"]).contains("damaged"));
    assert!(Server::start(&["--data", data]).ask("GET", "/repositories", "").to_string().contains("LATE"));

    let told = ok(&["restore", "--from", file, "--data", data, "--force"]);
    let kept = told.lines().find_map(|line| line.strip_prefix("the data that were there are kept as "));
    assert!(PathBuf::from(kept.unwrap()).exists(), "{told}");
    let elsewhere = dir.path().join("elsewhere");
    ok(&["restore", "--from", file, "--data", text(&elsewhere)]);
    assert_eq!(ok(&["check", "--data", data]), "no problems found\n");
    let server = Server::start(&["--data", data]);
    let repositories = server.ask("GET", "/repositories", "").to_string();
    assert!(repositories.contains("ALB") && !repositories.contains("LATE"), "{repositories}");
    assert_ne!(identity(&server), before, "desks notice");
    let audit = ok(&["audit", "--data", data, "--json"]);
    let restored: Vec<Value> = audit.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(restored.iter().any(|line| line["action"] == "restore"));
    assert!(ok(&["audit", "--data", data, "--user", "admin"]).contains(" created /repositories/2"));
    server.stop();
}

fn identity(server: &Server) -> String {
    let head = server.raw("GET", "/version", "");
    head.lines().find_map(|line| line.strip_prefix("x-fonds-server: ")).unwrap().to_owned()
}

#[test]
fn data_of_a_newer_program_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    Server::start(&["--data", text(&data)]).stop();
    // A backup is one file, without a log beside it.
    let newer = dir.path().join("newer");
    std::fs::create_dir(&newer).unwrap();
    let file = newer.join("fonds.db");
    ok(&["backup", "--data", text(&data), "--to", text(&file)]);
    let mut bytes = std::fs::read(&file).unwrap();
    // Where SQLite keeps the number of the version that the program gave the file.
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    let told = complaint(&["check", "--data", text(&newer)]);
    assert!(told.contains("the data is of version 99; this program knows"), "{told}");
    let told = complaint(&["restore", "--from", text(&file), "--data", text(&data), "--force"]);
    assert!(told.contains("the data is of version 99; this program knows"), "{told}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[test]
fn who_only_looks_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    Server::start(&["--data", text(&data)]).stop();
    let older = dir.path().join("older");
    std::fs::create_dir(&older).unwrap();
    let file = older.join("fonds.db");
    ok(&["backup", "--data", text(&data), "--to", text(&file)]);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[60..64].copy_from_slice(&4_u32.to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    let copy = dir.path().join("copy.db");
    for command in [&["check"][..], &["audit"], &["backup", "--to", text(&copy)]]
        .map(|args| [args, &["--data", text(&older)]].concat())
    {
        let told = complaint(&command);
        assert!(told.contains("the data is of version 4 and this program reads version 6"), "{told}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    assert!(!older.join("index").exists(), "no index is begun");

    let nowhere = dir.path().join("nowhere");
    complaint(&["check", "--data", text(&nowhere)]);
    assert!(!nowhere.exists(), "a folder that is not there is not made");
    let index = || std::fs::read(data.join("index").join("meta.json")).unwrap();
    let before = index();
    assert_eq!(ok(&["check", "--data", text(&data)]), "no problems found\n");
    assert_eq!(index(), before);
}
