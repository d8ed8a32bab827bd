//! Where clients come in.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::clients::Place;
use crate::connection::Connection;
use crate::report::{self, Seldom};
use crate::server::Server;
use crate::session::Session;
use crate::socket::Socket;
use crate::tls::Acceptor;

/// How long to wait after the system refused to give a connection, before asking again.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a client may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a listener and all its connections need.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) server: Arc<Server>,
    /// Turns true once, when the server stops.
    pub(crate) stop: watch::Receiver<bool>,
    /// Held by everything that must end before the cache is closed.
    pub(crate) alive: mpsc::Sender<()>,
}

impl Door {
    /// Lets clients in over TCP until the server stops.
    pub(crate) async fn open_tcp(mut self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                biased;
                _ = self.stop.changed() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, address)) => self.welcome_tcp(stream, address.to_string()),
                Err(error) => pause("accept over TCP", &error).await,
            }
        }
    }

    /// Lets clients in over TLS until the server stops. A client has its place among the others from the moment
    /// it is connected, and holds up nobody while it agrees on keys.
    pub(crate) async fn open_tls(mut self, listener: TcpListener, acceptor: Acceptor) {
        let failures = Arc::new(Seldom::default());
        loop {
            let accepted = tokio::select! {
                biased;
                _ = self.stop.changed() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, address)) => {
                    self.welcome_tls(stream, address.to_string(), &acceptor, &failures);
                }
                Err(error) => pause("accept over TLS", &error).await,
            }
        }
    }

    /// Lets clients in over a Unix socket until the server stops.
    pub(crate) async fn open_unix(mut self, socket: Socket, name: String) {
        loop {
            let accepted = tokio::select! {
                biased;
                _ = self.stop.changed() => return,
                accepted = socket.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => self.welcome_unix(stream, &name),
                Err(error) => pause("accept over the Unix socket", &error).await,
            }
        }
    }

    fn welcome_tcp(&self, stream: TcpStream, address: String) {
        // Replies are written whole; waiting for more to say would only delay them.
        let _ = stream.set_nodelay(true);
        let local = stream.local_addr().map(|address| address.to_string()).unwrap_or_default();
        match self.enter(address, local) {
            Some(place) => drop(tokio::spawn(self.clone().serve(stream, place))),
            None => refuse(stream.into_std()),
        }
    }

    fn welcome_tls(
        &self,
        stream: TcpStream,
        address: String,
        acceptor: &Acceptor,
        failures: &Arc<Seldom>,
    ) {
        let _ = stream.set_nodelay(true);
        let local = stream.local_addr().map(|address| address.to_string()).unwrap_or_default();
        // There is no way to tell a client without a place what is the matter before keys are agreed on.
        let Some(place) = self.enter(address.clone(), local) else { return };
        let (acceptor, failures, mut door) = (acceptor.clone(), Arc::clone(failures), self.clone());
        tokio::spawn(async move {
            let accepted = tokio::select! {
                biased;
                _ = door.stop.changed() => return,
                accepted = timeout(HANDSHAKE, acceptor.accept(stream)) => accepted,
            };
            let late = |_| Err(io::Error::new(io::ErrorKind::TimedOut, "it took too long"));
            match accepted.unwrap_or_else(late) {
                Ok(stream) => door.serve(stream, place).await,
                Err(error) => {
                    let server = &door.server;
                    server.counters.tls_failures.fetch_add(1, Ordering::Relaxed);
                    let line = format_args!("no TLS connection with {address}: {error}");
                    failures.tell(line, server.clock.now());
                }
            }
        });
    }

    fn welcome_unix(&self, stream: UnixStream, name: &str) {
        match self.enter(format!("{name}:0"), format!("{name}:0")) {
            Some(place) => drop(tokio::spawn(self.clone().serve(stream, place))),
            None => refuse(stream.into_std()),
        }
    }

    fn enter(&self, address: String, local: String) -> Option<Place> {
        let server = &self.server;
        server.counters.connections.fetch_add(1, Ordering::Relaxed);
        let place = server.clients.enter(address, local, server.clock.now());
        if place.is_none() {
            server.counters.rejected.fetch_add(1, Ordering::Relaxed);
        }
        place
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, place: Place) {
        let Self { server, stop, alive } = self;
        let session = Session::new(Arc::clone(&place.client), &server.config);
        // A connection that breaks is the client's business.
        let _ = Connection::new(&server, stream, session, stop).serve().await;
        drop((place, alive));
    }
}

/// Says that there is no place. The stream does not block; its buffer is empty, so this fits.
fn refuse(stream: io::Result<impl Write>) {
    if let Ok(mut stream) = stream {
        let _ = stream.write_all(b"-ERR max number of clients reached\r\n");
    }
}

/// The system is short of something: asking again at once would only make it worse. A client that
/// went before it was let in is no such thing.
async fn pause(what: &str, error: &io::Error) {
    if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        return;
    }
    report::tell(format_args!("cannot {what}: {error}"));
    tokio::time::sleep(PAUSE).await;
}
