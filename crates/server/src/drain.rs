//! The end: answers the clients, stores what is not stored yet, tells what is left.

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::report;
use crate::server::Server;
use crate::signals::Signals;

/// What the program answers when it was told to quit at once.
const QUIT: u8 = 3;

/// Stops everything within the deadline. A further signal ends it at once.
pub(crate) async fn drain(
    server: &Server,
    stop: &watch::Sender<bool>,
    alive: mpsc::Receiver<()>,
    signals: &mut Signals,
) -> ExitCode {
    report::tell("stopping; a second signal quits at once");
    tokio::select! {
        biased;
        () = signals.next() => {
            let dirty = server.keyspace.stats().dirty_entries;
            let has_journal = server.config.journal_path().is_some();
            let kept = if has_journal { "; the journal keeps what had reached it" } else { "" };
            report::tell(format_args!("quit at once, left {dirty} not stored{kept}"));
            ExitCode::from(QUIT)
        }
        code = close(server, stop, alive) => code,
    }
}

async fn close(
    server: &Server,
    stop: &watch::Sender<bool>,
    mut alive: mpsc::Receiver<()>,
) -> ExitCode {
    let begun = server.clock.now();
    let deadline = server.config.close_deadline;
    let left = || deadline.saturating_sub(server.clock.now().since(begun));
    stop.send_replace(true);
    // A client that waits for the store waits as long as the store may take, less a part that is
    // kept for what is not stored yet. `None` comes when the last one has gone.
    let patience = deadline.saturating_sub(Duration::min(deadline / 4, Duration::from_secs(5)));
    let _ = tokio::time::timeout(patience, alive.recv()).await;
    match server.keyspace.close(left()).await {
        Ok(closed) => {
            report::tell(closed);
            if closed.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            report::tell(format_args!("cannot close the cache: {}", error.chain()));
            ExitCode::FAILURE
        }
    }
}
