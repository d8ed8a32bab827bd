//! Deletes what has expired from the backing store, at a leisurely pace.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use forebay::Result;
use tokio::sync::{mpsc, watch};

use crate::server::Server;

/// Between one round and the next.
const ROUND: Duration = Duration::from_secs(60);
/// How many keys are looked at together.
const PAGE: usize = 64;

/// Looks through the store in rounds until the server stops. It holds `alive` as long.
pub(crate) async fn sweep(
    server: Arc<Server>,
    mut stop: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    if server.config.sweep_rate > 0 {
        let rounds = async {
            loop {
                // A store that fails now may not fail in the next round.
                let _ = round(&server).await;
                tokio::time::sleep(ROUND).await;
            }
        };
        tokio::select! {
            biased;
            _ = stop.changed() => {}
            () = rounds => {}
        }
    }
    drop(alive);
}

async fn round(server: &Server) -> Result<()> {
    let keyspace = &server.keyspace;
    let rate = u32::try_from(server.config.sweep_rate).unwrap_or(u32::MAX);
    let mut cursor = None;
    loop {
        let page = keyspace.scan_stored(cursor, PAGE.min(server.config.sweep_rate)).await?;
        let count = u32::try_from(page.entries.len()).unwrap_or(u32::MAX);
        for (key, record) in page.entries {
            if record.is_expired(keyspace.now()) && keyspace.sweep(key).await?.result {
                server.counters.swept.fetch_add(1, Ordering::Relaxed);
            }
        }
        if page.next.is_none() {
            return Ok(());
        }
        cursor = page.next;
        tokio::time::sleep(Duration::from_secs(1) * count / rate).await;
    }
}
