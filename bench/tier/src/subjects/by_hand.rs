//! What one writes by hand where there is no write-behind cache: moka, and a bounded channel to a thread
//! that stores in batches.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use forebay_store::{BackingStore, Batch, BatchId, Done, Error, Result, WriteOp};
use moka::sync::Cache;

use super::null_store::{Heard, NullStore};
use crate::pair::Pair;

/// A write on its way to the store.
type Sent<P> = (<P as Pair>::Key, <P as Pair>::Value);

pub(crate) struct ByHand<P: Pair> {
    cache: Cache<P::Key, P::Value>,
    /// Gone before the thread is waited for.
    sender: Option<SyncSender<Sent<P>>>,
    heard: Arc<Heard>,
    thread: Option<JoinHandle<()>>,
}

impl<P: Pair> ByHand<P> {
    const CHANNEL: usize = 4096;
    const BATCH: usize = 256;

    pub(crate) fn open(entries: u32) -> Result<Self> {
        let (sender, receiver) = sync_channel(Self::CHANNEL);
        let heard = Arc::default();
        let store = NullStore::<P>::new(&heard);
        let drain = move || drain::<P>(&receiver, &store);
        let thread = Builder::new().spawn(drain).map_err(|error| {
            Error::unavailable("start the thread that stores").with_source(error)
        })?;
        let (sender, thread) = (Some(sender), Some(thread));
        Ok(Self { cache: Cache::new(u64::from(entries) * 2), sender, heard, thread })
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
        self.heard.written.load(Ordering::Relaxed)
    }
}

/// Hands on what has come, and does not look at the answers.
fn drain<P: Pair>(receiver: &Receiver<Sent<P>>, store: &NullStore<P>) {
    let mut version = 0;
    let mut op = |(key, value)| {
        version += 1;
        WriteOp::put(key, value, version)
    };
    let mut number = 0;
    while let Ok(first) = receiver.recv() {
        let sent = std::iter::once(first).chain(receiver.try_iter()).take(ByHand::<P>::BATCH);
        let ops = sent.map(&mut op).collect();
        number += 1;
        store.apply(Arc::new(Batch { id: BatchId { origin: 0, number }, ops }), Done::call(drop));
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
