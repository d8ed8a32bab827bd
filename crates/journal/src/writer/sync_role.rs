//! The sync role: one makes durable what all who wait have written.

use std::sync::Arc;

use forebay_store::Result;

use super::files::failed;
use super::tail::{Syncing, Writer, in_doubt};

impl Writer {
    /// Waits until `sequence` is on the device, and does the syncing if nobody else is at it.
    pub(crate) fn wait_synced(self: &Arc<Self>, sequence: u64) -> Result<()> {
        loop {
            let mut tail = self.tail.lock();
            if tail.synced >= sequence || tail.failed.is_some() {
                return match &tail.failed {
                    Some(cause) if tail.synced < sequence => Err(in_doubt(cause)),
                    _ => Ok(()),
                };
            }
            let turn = match tail.syncing {
                Syncing::Nobody => {
                    tail.syncing = Syncing::Gathering;
                    drop(tail);
                    self.lead_sync();
                    continue;
                }
                Syncing::Gathering => tail.turn,
                Syncing::Flushing(last) if last >= sequence => tail.turn,
                Syncing::Flushing(_) => tail.turn + 1,
            };
            tail.waiting.for_sync[turn % 2] += 1;
            let mut tail = self.synced_changed[turn % 2].wait(tail);
            tail.waiting.for_sync[turn % 2] -= 1;
        }
    }

    /// One sync. The caller has the role: `syncing` is `Gathering`.
    pub(super) fn lead_sync(self: &Arc<Self>) {
        let role = SyncRole(self);
        let (tail, cursor) = self.take_cursor(self.tail.lock());
        let Some(cursor) = cursor else {
            drop(tail);
            return drop(role);
        };
        if let Some(target) = self.write_out(tail, cursor, true) {
            match target.segment.file.sync() {
                Ok(()) => {
                    let mut tail = self.tail.lock();
                    tail.now_synced(target.last);
                    tail.being_synced.clear();
                    self.publish(&tail);
                }
                Err(error) => self.sync_failed(&target, failed("sync the journal", error)),
            }
        }
        drop(role);
    }
}

/// The sync role while somebody has it.
struct SyncRole<'a>(&'a Arc<Writer>);

impl Drop for SyncRole<'_> {
    fn drop(&mut self) {
        let writer = self.0;
        let mut tail = writer.tail.lock();
        tail.syncing = Syncing::Nobody;
        tail.turn += 1;
        let (synced, failed) = (tail.synced, tail.failed.clone());
        let answers = tail.waiting.synced(synced, failed.as_ref());
        let turn = tail.turn;
        let (mine, next) = (tail.waiting.for_sync[(turn - 1) % 2], tail.waiting.for_sync[turn % 2]);
        let is_failed = tail.failed.is_some();
        let wants_job = next == 0 && tail.waiting.wants_sync_job();
        drop(tail);
        if next > 0 {
            // One of them leads the next sync, unless somebody is quicker; the others wait for it.
            writer.synced_changed[turn % 2].notify_one();
        }
        if mine > 0 {
            writer.synced_changed[(turn - 1) % 2].notify_all();
        }
        if is_failed {
            writer.wake_all();
        }
        answers.give();
        if wants_job {
            writer.spawn_sync();
        }
    }
}
