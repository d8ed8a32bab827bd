//! A server that listens for TLS, and clients that speak it.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::harness::{PATIENCE, Program, Wire};

pub(super) struct Rig {
    pub(super) program: Program,
    /// Where it listens for TLS.
    pub(super) address: SocketAddr,
}

/// Where one of the files beside this one is.
pub(super) fn path(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls");
    folder.join(name).display().to_string()
}

impl Rig {
    /// A server over TLS, with these flags besides, and over TCP without.
    pub(super) fn start(flags: &[&str]) -> Self {
        let (cert, key) = (path("server.pem"), path("server.key"));
        let tls = ["--tls-listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &key];
        let serve = ["serve", "--store", "memory:", "--listen", "127.0.0.1:0"];
        let mut program = Program::spawn(&[&serve[..], &tls, flags].concat(), &[]);
        let said = program.wait_for_line("listening for TLS on ");
        let address = said.rsplit(' ').next().and_then(|text| text.parse().ok());
        program.await_listening();
        Self { program, address: address.expect("an address after `listening for TLS on`") }
    }

    /// A client that shows no certificate.
    pub(super) fn connect(&self) -> Wire<StreamOwned<ClientConnection, TcpStream>> {
        self.connect_with(None)
    }

    /// A client that shows one.
    pub(super) fn connect_as(&self, name: &str) -> Wire<StreamOwned<ClientConnection, TcpStream>> {
        self.connect_with(Some(name))
    }

    fn connect_with(&self, name: Option<&str>) -> Wire<StreamOwned<ClientConnection, TcpStream>> {
        let mut roots = RootCertStore::empty();
        for authority in certificates("authority.pem") {
            roots.add(authority).expect("an authority");
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots);
        let config = match name {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let chain = certificates(&format!("{name}.pem"));
                let key = PrivateKeyDer::from_pem_file(path(&format!("{name}.key")));
                builder.with_client_auth_cert(chain, key.expect("a key")).expect("its key")
            }
        };
        let name = self.address.ip().into();
        let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
        let stream = TcpStream::connect(self.address).expect("connect");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Wire::over(StreamOwned::new(connection, stream))
    }
}

fn certificates(name: &str) -> Vec<CertificateDer<'static>> {
    let all = CertificateDer::pem_file_iter(path(name)).expect("it is there");
    all.collect::<Result<_, _>>().expect("certificates")
}
