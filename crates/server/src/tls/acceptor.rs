//! The beginning of a connection over TLS.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::server::WebPkiClientVerifier;
use rustls::{InvalidMessage, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::files;
use crate::config::Config;

/// Makes a TCP connection one over TLS. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Acceptor(TlsAcceptor);

impl Acceptor {
    /// As the settings say; `None` if they say nothing. Reads the files that they name. An error says which
    /// setting is wrong, and why.
    pub(crate) fn open(config: &Config) -> Result<Option<Self>, String> {
        let (Some(cert), Some(key)) = (&config.tls_cert, &config.tls_key) else { return Ok(None) };
        // Named, not the process's default: another library may have set that.
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let builder = match &config.tls_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let roots = Arc::new(files::authorities(path)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                let verifier = verifier.build().map_err(|error| format!("tls-ca: {error}"))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let (chain, key) = (files::certificates("tls-cert", cert)?, files::key(key)?);
        let config = builder
            .with_single_cert(chain, key)
            .map_err(|error| format!("tls-cert and tls-key: {error}"))?;
        Ok(Some(Self(TlsAcceptor::from(Arc::new(config)))))
    }

    /// Agrees with a client on keys. It waits for the client, however long that takes.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.0.accept(stream).await.map_err(explained)
    }
}

/// The one mistake that everybody makes once has a message that helps nobody.
fn explained(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            io::Error::new(error.kind(), "the client does not speak TLS")
        }
        _ => error,
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acceptor")
    }
}
