//! Certificates and keys from their files.
#![expect(clippy::disallowed_methods, reason = "a certificate is no file of the stores' seam")]

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The certificates in a file: one at least.
pub(super) fn certificates(
    setting: &str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = read(setting, path)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let all = all.map_err(|error| about(setting, path, error))?;
    if all.is_empty() {
        return Err(about(setting, path, "there is no certificate in it"));
    }
    Ok(all)
}

/// The certificates of authorities.
pub(super) fn authorities(path: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("tls-ca", path)? {
        roots.add(certificate).map_err(|error| about("tls-ca", path, error))?;
    }
    Ok(roots)
}

/// The private key in a file.
pub(super) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let bytes = read("tls-key", path)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| about("tls-key", path, error))
}

fn read(setting: &str, path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path);
    let read = file.and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|error| about(setting, path, error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(about(setting, path, format!("it is larger than {FILE_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}

fn about(setting: &str, path: &Path, reason: impl std::fmt::Display) -> String {
    format!("{setting} {}: {reason}", path.display())
}
