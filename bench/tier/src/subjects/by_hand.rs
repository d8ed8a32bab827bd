//! What one writes by hand where there is no write-behind cache: moka, and a bounded channel to a thread
//! that stores in batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use forebay_store::{Error, Result};
use moka::sync::Cache;

use crate::pair::Pair;

/// A write on its way to the store.
type Sent<P> = (<P as Pair>::Key, <P as Pair>::Value);

pub(crate) struct ByHand<P: Pair> {
    cache: Cache<P::Key, P::Value>,
    /// Gone before the thread is waited for.
    sender: Option<SyncSender<Sent<P>>>,
    stored: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl<P: Pair> ByHand<P> {
    const CHANNEL: usize = 4096;
    const BATCH: usize = 256;

    pub(crate) fn open(entries: u32) -> Result<Self> {
        let (sender, receiver) = sync_channel(Self::CHANNEL);
        let stored = Arc::new(AtomicU64::new(0));
        let counts = Arc::clone(&stored);
        let drain = move || drain::<P>(&receiver, &counts);
        let thread = Builder::new().spawn(drain).map_err(|error| {
            Error::unavailable("start the thread that stores").with_source(error)
        })?;
        let (sender, thread) = (Some(sender), Some(thread));
        Ok(Self { cache: Cache::new(u64::from(entries) * 2), sender, stored, thread })
    }

    pub(crate) fn put(&self, keys: &[P::Key]) -> Result<()> {
        for key in keys {
            let value = P::value(key);
            self.cache.insert(key.clone(), value.clone());
            let sent = self.sender.as_ref().map(|sender| sender.send((key.clone(), value)));
            if !matches!(sent, Some(Ok(()))) {
                return Err(Error::unavailable("the thread that stores is gone"));
            }
        }
        Ok(())
    }

    pub(crate) fn housekeep(&self) {
        self.cache.run_pending_tasks();
    }

    pub(crate) fn written(&self) -> u64 {
        self.stored.load(Ordering::Acquire)
    }
}

fn drain<P: Pair>(receiver: &Receiver<Sent<P>>, stored: &AtomicU64) {
    while let Ok(first) = receiver.recv() {
        let batch: Vec<Sent<P>> =
            std::iter::once(first).chain(receiver.try_iter()).take(ByHand::<P>::BATCH).collect();
        stored.fetch_add(batch.len() as u64, Ordering::Release);
    }
}

impl<P: Pair> Drop for ByHand<P> {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // It has panicked only if counting has.
            let _ = thread.join();
        }
    }
}
