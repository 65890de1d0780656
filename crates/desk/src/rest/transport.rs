//! What carries a request to the server and its answer back.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use axum::http::{Request, Response};

use super::error::from_transport;
use super::{Error, Options};

/// An answer on its way.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, Error>> + Send + 'a>>;

/// The way to a server: the network, or a simulated one in tests.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Carries one request there and its whole answer back. What was not answered is
    /// [`Error::Unreachable`], with whether it may have arrived.
    fn carry(&self, request: Request<Vec<u8>>) -> Carried<'_>;
}

/// The network.
#[derive(Debug)]
pub(super) struct Network(reqwest::Client);

impl Network {
    /// For a server at `host`; one on this computer is never reached through a proxy.
    pub(super) fn to(host: Option<&str>, options: &Options) -> Result<Self, Error> {
        // Only the first call installs; later ones are handed their provider back.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut builder = reqwest::Client::builder()
            .connect_timeout(options.connect)
            .read_timeout(options.idle)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("fonds/", env!("CARGO_PKG_VERSION")));
        if matches!(host, Some("localhost" | "127.0.0.1" | "[::1]")) {
            builder = builder.no_proxy();
        }
        Ok(Self(builder.build().map_err(|error| from_transport(&error))?))
    }

    async fn fetch(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, reqwest::Error> {
        let answer = self.0.execute(request.try_into()?).await?;
        let mut response = Response::new(Vec::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = answer.bytes().await?.to_vec();
        Ok(response)
    }
}

impl Transport for Network {
    fn carry(&self, request: Request<Vec<u8>>) -> Carried<'_> {
        Box::pin(async move { self.fetch(request).await.map_err(|error| from_transport(&error)) })
    }
}
