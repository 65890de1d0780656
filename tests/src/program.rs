//! Server and desk as processes.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Password of every test server's administrator.
pub const PASSWORD: &str = "fonds-test";

/// The program `name` that cargo built beside this test.
///
/// # Panics
/// When it was not built (`cargo build`).
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    // A test stands in a folder below the programs, a program beside them.
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let program = beside.into_iter().find(|program| program.exists()).unwrap_or_else(|| PathBuf::from(name));
    assert!(program.exists(), "{} is missing: cargo build", program.display());
    program
}

/// The sample collections.
#[must_use]
pub fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "xml"))
        .collect();
    files.sort();
    files
}

/// A `fonds-server` process.
pub struct Server {
    child: Child,
    data: PathBuf,
    /// Its address.
    pub address: String,
}

impl Server {
    /// Starts it on a free port with its data in `data`.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn start(data: &Path) -> Self {
        Self::listen(data, "127.0.0.1:0")
    }

    fn listen(data: &Path, listen: &str) -> Self {
        let mut child = Command::new(program("fonds-server"))
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .env("FONDS_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned))
            .expect("the server says where it listens");
        Self { child, data: data.to_owned(), address }
    }

    /// `kill -9`, and the same server again on the same address.
    #[must_use]
    pub fn killed_and_restarted(mut self) -> Self {
        self.restart();
        self
    }

    /// The same in place.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn restart(&mut self) {
        self.kill();
        *self = self.again();
    }

    /// One that was killed, again on the same address.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::listen(&self.data, self.address.trim_start_matches("http://"))
    }

    /// `kill -9`.
    ///
    /// # Panics
    /// When it was gone already.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// GET as the administrator.
    ///
    /// # Panics
    /// When the server does not answer with JSON.
    pub async fn get(&self, path: &str) -> Value {
        crate::tls();
        let http = reqwest::Client::new();
        let login = http
            .post(format!("{}/users/admin/login?password={PASSWORD}", self.address))
            .send()
            .await
            .unwrap();
        let login: Value = login.json().await.unwrap();
        let session = login["session"].as_str().unwrap();
        let answer = http
            .get(format!("{}{path}", self.address))
            .header("X-ArchivesSpace-Session", session)
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A desk's data directory, used through the `fonds` command.
pub struct Desk {
    /// Its data directory.
    pub data: PathBuf,
}

impl Desk {
    /// A desk whose data is in `data`.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// Runs `fonds` with these arguments and gives its standard output.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(program("fonds"))
            .arg("--data")
            .arg(&self.data)
            .args(arguments)
            .env("FONDS_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "fonds {arguments:?}: {err}{out}");
        out.into_owned()
    }

    /// The same, with its output read as JSON.
    ///
    /// # Panics
    /// When it fails or does not print JSON.
    #[must_use]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let text = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("fonds {arguments:?}: {e}\n{text}"))
    }

    /// Connected to `server`, with the sample collections in repository `code`, in sync.
    pub fn load_samples(&self, server: &Server, code: &str) {
        drop(self.run(&["connect", &server.address, "--user", "admin"]));
        let files = fixtures();
        let mut import = vec!["import"];
        import.extend(files.iter().map(|f| f.to_str().unwrap()));
        import.extend(["--repo", code]);
        drop(self.run(&import));
        drop(self.run(&["sync"]));
    }
}
