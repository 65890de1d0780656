//! Beginning and ending the connection with a server.

use std::sync::atomic::Ordering;

use record::api::command::{ConnectInput, Empty, SyncStatus, Touched};
use store::Op;

use super::state::{LAST_SYNC, SERVER, USER, sync_status};
use super::touched::tell;
use crate::error::{code, with};
use crate::rest::{Client, Flavour, Options, Session};
use crate::sync as engine;
use crate::{Desk, Failure};

/// `connect`: logs in, and remembers server and user; the password goes to the keyring only.
///
/// # Errors
/// When the server cannot be reached, is none, or does not know the user; or when this desk's records came from
/// another server.
pub fn connect(desk: &Desk, input: ConnectInput) -> Result<SyncStatus, Failure> {
    let session = Session::with_password(&input.user, &input.password);
    let client = Client::new(&with_scheme(&input.url), session, Options::default())?;
    let (server, user) = (client.base().to_owned(), client.user().to_owned());
    let known = desk.store().read(Known::read)?;
    let other = known.server.as_ref().filter(|other| known.taken && **other != server);
    let refused = |other: &String| Failure(with("other_server", &[("server", other)]));
    if let Some(other) = other.filter(|_| known.identity.is_none()) {
        return Err(refused(other));
    }
    let asked = client.clone();
    let flavour = desk
        .wait(async move {
            let flavour = asked.flavour().await?;
            asked.login().await?;
            Ok(flavour)
        })?
        .map_err(|error| match error {
            crate::rest::Error::SignedOut => Failure(code("wrong_password")),
            error => error.into(),
        })?;
    // The same data may have moved to another address.
    let same = matches!(&flavour, Flavour::Fonds { id, .. } if known.identity.as_ref() == Some(id));
    if let Some(other) = other.filter(|_| !same) {
        return Err(refused(other));
    }
    let by = desk.author();
    desk.store().write(Op::typed("connect", &by), |tx| {
        tx.set_setting(SERVER, Some(&server))?;
        tx.set_setting(USER, Some(&user))
    })?;
    let kept = desk.inner().passwords.keep(&server, &user, &input.password);
    {
        let mut contact = desk.contact();
        contact.client = Some(desk.client_for(&server, &user)?);
        contact.online = true;
        contact.signed_out = false;
        contact.problem = kept.err().map(|why| code(why.code()));
    }
    desk.inner().reached.store(true, Ordering::Relaxed);
    desk.inner().nudge.notify_one();
    told(desk)
}

/// What a desk knows of the server that its records came from.
struct Known {
    server: Option<String>,
    /// Who the data are, of a server that says so.
    identity: Option<String>,
    /// Whether anything of it is here, though the first sync may never have ended.
    taken: bool,
}

impl Known {
    fn read(reader: &store::Reader<'_>) -> Result<Self, store::Error> {
        let identity = reader.setting(engine::IDENTITY)?;
        let taken = reader.setting(LAST_SYNC)?.is_some()
            || identity.is_some()
            || reader.cursor(engine::FEED)?.is_some()
            || !reader.cursors("list:")?.is_empty();
        Ok(Self { server: reader.setting(SERVER)?, identity, taken })
    }
}

/// `disconnect`: forgets the password and the session. What is held here stays.
///
/// # Errors
/// When the disk fails.
pub fn disconnect(desk: &Desk, _: Empty) -> Result<Touched, Failure> {
    let status = sync_status(desk, Empty {})?;
    let client = desk.contact().client.take();
    if let Some(client) = client {
        desk.wait(async move { client.logout().await })?;
    }
    if let (Some(server), Some(user)) = (status.server, status.user) {
        desk.inner().passwords.forget(&server, &user);
    }
    {
        let mut contact = desk.contact();
        contact.online = false;
        contact.signed_out = true;
    }
    told(desk)?;
    Ok(tell(desk, vec!["sync".to_owned()], None))
}

fn told(desk: &Desk) -> Result<SyncStatus, Failure> {
    let status = sync_status(desk, Empty {})?;
    desk.inner().teller.sync(&status);
    Ok(status)
}

/// People leave the scheme out; a name of the local network or this computer has no certificate.
fn with_scheme(url: &str) -> String {
    let url = url.trim();
    if url.contains("://") {
        return url.to_owned();
    }
    let host = url.split(['/', ':']).next().unwrap_or_default();
    let near =
        host == "localhost" || !host.contains('.') || host.chars().all(|c| c.is_ascii_digit() || c == '.');
    format!("{}://{url}", if near { "http" } else { "https" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::tests::serve;

    fn connecting(desk: &Desk, url: &str, password: &str) -> Result<SyncStatus, Failure> {
        let (url, user) = (url.to_owned(), " Admin ".to_owned());
        connect(desk, ConnectInput { url, user, password: password.to_owned() })
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_server_is_remembered_and_the_password_is_not_on_disk() {
        let (base, _) = serve().await;
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open_with(dir.path(), crate::tests::options()).unwrap();
        let wrong = connecting(&desk, &base, "wrong").unwrap_err();
        assert_eq!(wrong.0.code, "wrong_password");
        assert_eq!(sync_status(&desk, Empty {}).unwrap().server, None);
        let status = connecting(&desk, &format!("{base}/"), "right one").unwrap();
        assert_eq!((status.server.as_deref(), status.user.as_deref()), (Some(base.as_str()), Some("admin")));
        assert!(status.online && !status.signed_out);
        assert_eq!(desk.password(&base, "Admin").as_deref(), Some("right one"));
        for file in std::fs::read_dir(dir.path()).unwrap().flatten().filter(|file| file.path().is_file()) {
            let bytes = std::fs::read(file.path()).unwrap();
            assert!(!bytes.windows(9).any(|window| window == b"right one"), "{}", file.path().display());
        }
        disconnect(&desk, Empty {}).unwrap();
        let status = sync_status(&desk, Empty {}).unwrap();
        assert!(!status.online && status.signed_out && status.server.is_some());
        assert_ne!(desk.password(&base, "admin").as_deref(), Some("right one"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn records_of_one_server_do_not_go_to_another() {
        let (base, _) = serve().await;
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open_with(dir.path(), crate::tests::options()).unwrap();
        desk.store()
            .write(Op::typed("sync", "me"), |tx| {
                tx.set_setting(SERVER, Some("http://other.example"))?;
                tx.set_setting(LAST_SYNC, Some("2026-01-01T00:00:00Z"))
            })
            .unwrap();
        assert_eq!(connecting(&desk, &base, "right one").unwrap_err().0.code, "other_server");
        let nobody = connecting(&desk, "http://127.0.0.1:1", "x").unwrap_err().0.code;
        assert!(matches!(nobody.as_str(), "other_server" | "unreachable"));
    }

    #[test]
    fn a_scheme_is_guessed() {
        for (given, expected) in [
            ("localhost:8089", "http://localhost:8089"),
            ("192.168.1.4:8089/api", "http://192.168.1.4:8089/api"),
            ("archives.example.org", "https://archives.example.org"),
            ("http://archives.example.org", "http://archives.example.org"),
        ] {
            assert_eq!(with_scheme(given), expected);
        }
    }
}
