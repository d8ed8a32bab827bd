//! Clients over TLS.

#[cfg(not(feature = "tls"))]
mod absent;
#[cfg(feature = "tls")]
mod acceptor;
#[cfg(feature = "tls")]
mod files;

#[cfg(not(feature = "tls"))]
pub(crate) use absent::Acceptor;
#[cfg(feature = "tls")]
pub(crate) use acceptor::Acceptor;
