//! The signals that tell the server to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that tell the server to stop.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// Listened for so that it does not kill: a terminal that goes away is no reason to stop
    /// without storing what is dirty. Redis ignores it too.
    _hangup: Signal,
}

impl Signals {
    /// Listens for them from now on.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            _hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
