//! The certificate and its key.

use std::path::PathBuf;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Error;

/// Files of a certificate, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The server's certificate, followed by those between it and the root.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The certificate in use, which can be replaced while the server runs.
#[derive(Clone)]
pub(crate) struct Certificate {
    files: Tls,
    pub(crate) config: RustlsConfig,
}

impl Certificate {
    pub(crate) fn read(files: Tls) -> Result<Self, Error> {
        let config = RustlsConfig::from_config(Arc::new(config(&files)?));
        Ok(Self { files, config })
    }

    /// Reads the files again. New connections get what is in them now; with an error, all stays as it was.
    pub(crate) fn read_again(&self) -> Result<(), Error> {
        self.config.reload_from_config(Arc::new(config(&self.files)?));
        Ok(())
    }
}

fn config(files: &Tls) -> Result<ServerConfig, Error> {
    let told = |path: &PathBuf, reason: String| Error::Certificate { path: path.clone(), reason };
    let in_certificate = |reason: String| told(&files.certificate, reason);
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| in_certificate(error.to_string()))?;
    if chain.is_empty() {
        return Err(in_certificate("holds no certificate".to_owned()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| told(&files.key, error.to_string()))?;
    // Named, since other parts of a program may link other implementations of the same cryptography.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| in_certificate(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| in_certificate(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
