//! The sync role: one makes durable what all who wait have written.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Result};

use super::files::failed;
use super::tail::{Syncing, Writer, in_doubt};
use super::write_role::After;

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
        let mut role = SyncRole { writer: self, target: 0 };
        let (tail, cursor) = self.take_cursor(self.tail.lock());
        let Some(cursor) = cursor else {
            drop(tail);
            return drop(role);
        };
        let (target, after) = self.write_out(tail, cursor, true);
        let mut later = After::default();
        if let Some(target) = target {
            role.target = target.last;
            let synced = target.segment.file.sync();
            if !self.flight_ended(target.last, synced) {
                later = self.sync_failed();
            }
        }
        drop(role);
        after.run(self);
        later.run(self);
    }

    /// Says whether it went well.
    fn flight_ended(&self, last: u64, synced: io::Result<()>) -> bool {
        let mut tail = self.tail.lock();
        tail.in_flight = None;
        let is_synced = match synced {
            Ok(()) => {
                tail.now_synced(last);
                tail.exposure.landed(last);
                tail.being_synced.clear();
                true
            }
            Err(error) => {
                tail.exposure.is_doubtful = true;
                tail.sync_error = Some(failed("sync the journal", error));
                false
            }
        };
        let has_sleepers = tail.waiting.for_write > 0;
        drop(tail);
        if has_sleepers {
            self.written_changed.notify_all();
        }
        is_synced
    }
}

/// The sync role while somebody has it.
struct SyncRole<'a> {
    writer: &'a Arc<Writer>,
    /// What its own sync makes durable.
    target: u64,
}

impl Drop for SyncRole<'_> {
    fn drop(&mut self) {
        let writer = self.writer;
        let mut tail = writer.tail.lock();
        if tail.in_flight.take().is_some() {
            // Only a panic of the disk comes here.
            let cause = Error::new(ErrorKind::Aborted, "a sync of the journal panicked");
            tail.failed.get_or_insert(cause);
        }
        tail.syncing = Syncing::Nobody;
        tail.turn += 1;
        let turn = tail.turn;
        let [mine, next] = [turn - 1, turn].map(|turn| tail.waiting.for_sync[turn % 2] > 0);
        if tail.synced == self.target && tail.failed.is_none() {
            // Its own sync has gone well, and told nobody else anything.
            tail.told = tail.synced;
        }
        let after = writer.settle(&mut tail);
        let is_failed = tail.failed.is_some();
        drop(tail);
        if next {
            // One of them leads the next sync, unless somebody is quicker; the others wait for it.
            writer.synced_changed[turn % 2].notify_one();
        }
        if mine {
            writer.synced_changed[(turn - 1) % 2].notify_all();
        }
        if is_failed {
            writer.wake_all();
        }
        after.run(writer);
    }
}
